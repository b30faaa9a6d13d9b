package exchange_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/reach/exchange"
	"linli/internal/work/attendance/attendancetest"
)

func (w world) run(q string, args ...any) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error { _, err := tx.Build(q, args...).Run(w.System, tx); return err })
}

// Each text of a table has the most characters that the same field has on the web, and names it when there are more.
func TestLongestCells(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for kind, fields := range map[string]map[string]int{
			"stations":   {"name": 60, "host": 40, "address": 100, "phone": 20, "hours_note": 100},
			"records":    {"volunteer_no": 40, "name": 60, "title": 60, "content": 200, "place": 120, "recording_unit": 80, "leader": 40},
			"people":     {"name": 60, "id_number": 80, "phone": 80, "householder": 80, "group": 40, "address": 200, "landmark": 200},
			"volunteers": {"name": 60, "insurance_no": 60}, "enrolments": {"unit": 60, "part": 40, "name": 80, "phone": 40},
		} {
			for field, most := range fields {
				for _, n := range []int{most, most + 1} {
					r, err := w.s.Import(w.Manager, kind, exchange.Source{Data: []byte(field + ",region\n" + strings.Repeat("长", n) + ",\n")}, true)
					long := false
					for _, p := range r.Problems {
						long = long || p.Field == field && strings.Contains(p.Message, fmt.Sprintf("最多 %d 个字", most))
					}
					if err != nil || long != (n > most) {
						t.Errorf("%s.%s of %d: %+v %v", kind, field, n, r.Problems, err)
					}
				}
			}
		}
	})
}

// A file that was looked through waits a week, and no second longer; what was taken over stays.
func TestSweepEdges(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		file := blob.Upload{Name: "居民.csv", Data: []byte(people + "萨仁,,,152502200200,,,,,,,口头\n")}
		var runs []exchange.Run
		for range 4 {
			r, err := w.s.Check(w.Manager, exchange.CheckInput{Kind: "people", File: file})
			if err != nil {
				t.Fatal(err)
			}
			runs = append(runs, r)
		}
		for i, state := range []string{"checked", "stored", "undone"} {
			w.run(`UPDATE import_run SET state = ?, file = CASE WHEN ? = 'checked' THEN file END WHERE id = ?`, state, state, runs[i].ID)
		}
		w.run(`UPDATE import_run SET at = ? WHERE id = ?`, attendancetest.Noon.Add(time.Second), runs[3].ID)
		w.run(`UPDATE import_run SET at = ? WHERE id <> ?`, attendancetest.Noon, runs[3].ID)
		for after, want := range map[time.Duration]string{0: "checked stored undone checked", time.Second: "dropped stored undone checked"} {
			w.run(`UPDATE import_run SET state = 'checked' WHERE state = 'dropped'`)
			clock.Set(attendancetest.Noon.AddDate(0, 0, 7).Add(after))
			if err := w.s.Sweep(w.System); err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range runs {
				now, err := w.s.Get(w.Manager, exchange.GetInput{ID: r.ID})
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, now.State)
			}
			if s := strings.Join(got, " "); s != want {
				t.Errorf("%v after a week: %s, want %s", after, s, want)
			}
		}
	})
}

// Files are listed to who works where they were brought, the newest first, page by page.
func TestListOfFiles(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		file := blob.Upload{Name: "居民.csv", Data: []byte(people + "萨仁,,,152502200200,,,,,,,口头\n")}
		var ids []db.ID
		for range 3 {
			r, err := w.s.Check(w.Manager, exchange.CheckInput{Kind: "people", File: file})
			if err != nil || r.Lines != 1 || r.Name != "居民.csv" || r.Kind != "people" || r.ByName != "站长乌云" || r.Region != attendancetest.Gacha {
				t.Fatalf("%+v %v", r, err)
			}
			ids = append([]db.ID{r.ID}, ids...)
		}
		for who, n := range map[context.Context]int{w.Manager: 3, w.Head: 3, w.Town: 3, w.Elsewhere: 0} {
			page, err := w.s.List(who, exchange.ListInput{})
			if err != nil || len(page.Items) != n || page.Next != nil {
				t.Errorf("%d files, want %d: %v", len(page.Items), n, err)
			}
		}
		var got []db.ID
		in := exchange.ListInput{Paging: db.Paging{Limit: 1}}
		for range 4 {
			page, err := w.s.List(w.Manager, in)
			if err != nil || len(page.Items) != 1 {
				t.Fatalf("%+v %v", page, err)
			}
			if got = append(got, page.Items[0].ID); page.Next == nil {
				break
			}
			in.Cursor = *page.Next
		}
		if fmt.Sprint(got) != fmt.Sprint(ids) {
			t.Errorf("%v, want %v", got, ids)
		}
	})
}

// What goes out has each value in its own column.
func TestWhatGoesOut(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		file := roster + "萨仁,152502200200,12900000092,蒙古语,居民、党员干部,做饭送餐,周一上午、周六下午,8公里,PICC-1,2027-06-30,口头\n"
		if r, err := w.s.Import(w.Manager, "volunteers", exchange.Source{Data: []byte(file)}, false); err != nil || !r.Stored {
			t.Fatalf("%+v %v", r, err)
		}
		if r, err := w.s.Import(w.Manager, "people", exchange.Source{Data: []byte(people +
			"乌云,女,1980-01-02,152502200200,巴雅尔,12900000091,,蒙古语、汉语,低保人员,水塔往东,口头\n")}, false); err != nil || !r.Stored {
			t.Fatalf("%+v %v", r, err)
		}
		if r, err := w.s.Import(w.Town, "stations", exchange.Source{Data: []byte(head +
			"点,152502200200,东头点,粮店,东头二号,周一 9:00–12:00,0479-8200001,43.8,116.1\n")}, false); err != nil || !r.Stored {
			t.Fatalf("%+v %v", r, err)
		}
		for kind, want := range map[string]string{
			"volunteers": ",萨仁,,,152502200200,,,蒙古语,居民、党员干部,做饭送餐,周一上午、周六下午,8,PICC-1,2027-06-30,",
			"people":     "乌云,女,1980-01-02,152502200200,巴雅尔,,129****0091,,蒙古语、汉语,,,,,",
			"stations":   "点,152502200200,东头点,粮店,东头二号,周一 9:00–12:00,0479-8200001,43.8,116.1,,,",
		} {
			if out := string(w.export(kind)); !strings.Contains(out, want+"\r\n") && !strings.Contains(out, want+"\n") {
				t.Errorf("%s: %s is not in\n%s", kind, want, out)
			}
		}
		out := string(w.export("stations"))
		if strings.Index(out, "\n点,") < strings.Index(out, "\n站,") {
			t.Error("a point goes out before the station under which it stands")
		}
	})
}

// As many rows as a file may have, and as many faults as are named.
func TestMostRows(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		for n, want := range map[int]int{exchange.MaxProblems - 1: exchange.MaxProblems - 1, exchange.MaxProblems + 5: exchange.MaxProblems} {
			r, err := w.s.Import(w.Manager, "enrolments", exchange.Source{Data: []byte("name,birth_day\n" + strings.Repeat("甲,x\n", n))}, true)
			if err != nil || len(r.Problems) != want || r.Rows != n {
				t.Errorf("%d faults: %d are named of %d rows, %v", n, len(r.Problems), r.Rows, err)
			}
		}
		_, err := w.s.Import(w.Manager, "enrolments", exchange.Source{Data: []byte("name\n" + strings.Repeat("甲\n", exchange.MaxRows+1))}, true)
		w.Refused(err, "invalid", "a row too many")
	})
}
