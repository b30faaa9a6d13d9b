package opendata

import (
	"testing"

	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// A file has another name once another program writes it, with another column or other words of one: who asks with the name of the one
// before gets it anew, though no row was changed.
func TestTagOfProgram(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := New(w.DB, Areas{}, "https://linli.example")
		was := s.sets[1]
		tag := func(d Dataset) (out string) {
			t.Helper()
			err := w.DB.Read(w.System, func(tx *db.Tx) (err error) {
				out, err = s.tag(w.System, tx, d, "stations.csv", Licence{Name: "x"})
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		first := tag(was)
		more, other := was, was
		more.Columns = append(append([]Column{}, was.Columns...), Column{"phone", "电话", text, ""})
		other.Columns = append([]Column{}, was.Columns...)
		other.Columns[3].About = "别的说明"
		if tag(was) != first || tag(more) == first || tag(other) == first {
			t.Error("a file of other columns goes by the same name")
		}
		if s.program.Commit = "fedcba"; tag(was) == first {
			t.Error("a file of another program goes by the same name")
		}
	})
}
