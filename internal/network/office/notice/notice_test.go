package notice_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"linli/internal/network/office"
	"linli/internal/network/office/notice"
	"linli/internal/network/office/officetest"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s *notice.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, notice.Verify, func(o *officetest.World) {
		w := &world{o, notice.New(o.DB, o.Files)}
		o.Stations.Showing.Subscribe(w.s.OnShowing)
		test(w)
	})
}

func (w *world) post(title string) notice.Notice {
	w.Helper()
	return officetest.Must[notice.Notice](w)(w.s.Post(w.Manager, notice.PostInput{ID: w.Station.ID, Title: title, Text: "周三下午站里量血压",
		Place: "公告栏", UntilDay: officetest.Today.AddDays(10)}))
}

// A notice gets the next number, hangs for its days, is shown to everybody, and is taken down with a reason; the book keeps it.
func TestNotice(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.post("量血压"), w.post("停水通知")
		if a.Number() != "2026-001" || b.Number() != "2026-002" {
			t.Errorf("numbers %s, %s", a.Number(), b.Number())
		}
		in := notice.PostInput{ID: w.Station.ID, Title: "x", Text: "x", Place: "x", UntilDay: officetest.Today.AddDays(-1)}
		_, err := w.s.Post(w.Manager, in)
		w.Refused(errs.Invalid, err, "ends before it begins")
		in.UntilDay, in.Title = officetest.Today, "　"
		_, err = w.s.Post(w.Manager, in)
		w.Refused(errs.Invalid, err, "no title")
		in.Title, in.File = "x", blob.Upload{Name: "a.svg", Data: []byte("<svg/>")}
		_, err = w.s.Post(w.Manager, in)
		w.Refused(errs.Unsupported, err, "an SVG")
		in.File = blob.Upload{}
		_, err = w.s.Post(w.Stranger, in)
		w.Refused(errs.NotFound, err, "another station's manager")
		_, err = w.s.Post(w.Banner, in)
		w.Refused(errs.Denied, err, "the banner writes in a station's book")

		a = officetest.Must[notice.Notice](w)(w.s.AddPhoto(w.Manager, notice.PhotoInput{ID: a.ID, Version: 1, File: w.Picture}))
		if f := officetest.Must[blob.File](w)(w.s.Photo(w.Banner, office.EntryInput{ID: a.ID})); len(f.Body) == 0 || a.BlobID == 0 {
			t.Error("no photograph")
		}
		_, err = w.s.Photo(w.Stranger, office.EntryInput{ID: a.ID})
		w.Refused(errs.NotFound, err, "a stranger sees the photograph")
		_, err = w.s.TakeDown(w.Manager, notice.TakeDownInput{ID: a.ID, Version: 1, Reason: "改期"})
		w.Refused(errs.Conflict, err, "a stale version")
		_, err = w.s.TakeDown(w.Stranger, notice.TakeDownInput{ID: a.ID, Version: 2, Reason: "改期"})
		w.Refused(errs.NotFound, err, "a stranger takes it down")
		officetest.Must[notice.Notice](w)(w.s.TakeDown(w.Manager, notice.TakeDownInput{ID: a.ID, Version: 2, Reason: "改期"}))
		_, err = w.s.TakeDown(w.Manager, notice.TakeDownInput{ID: a.ID, Version: 3, Reason: "改期"})
		w.Refused(errs.Conflict, err, "twice")

		if p := officetest.Must[notice.Public](w)(w.s.Public(t.Context(),
			office.StationInput{ID: w.Station.ID})); len(p.Items) != 1 || p.Items[0].Title != "停水通知" {
			t.Errorf("everybody sees %v", p.Items)
		}
		shown := officetest.Must[station.ShowingEvent](w)(w.Stations.Show(t.Context(), station.GetInput{ID: w.Station.ID}))
		if len(shown.Notices) != 1 || shown.Notices[0].Text != "停水通知" {
			t.Errorf("the station's page shows %v", shown.Notices)
		}
		for state, n := range map[string]int{"": 2, "hanging": 1, "down": 1, "over": 0, "coming": 0} {
			if l := officetest.Must[notice.List](w)(w.s.List(w.Town, notice.ListInput{Search: notice.Search{ID: w.Station.ID,
				State: state}})); len(l.Items) != n {
				t.Errorf("%s: %d", state, len(l.Items))
			}
		}
		if l := officetest.Must[notice.List](w)(w.s.List(w.Manager, notice.ListInput{Search: notice.Search{ID: w.Station.ID,
			Q: "停水%"}})); len(l.Items) != 0 {
			t.Error("a percent sign is no wildcard")
		}
		w.Day(officetest.Today.AddDays(11))
		if p := officetest.Must[notice.Public](w)(w.s.Public(t.Context(), office.StationInput{ID: w.Station.ID})); len(p.Items) != 0 {
			t.Errorf("after its days everybody sees %v", p.Items)
		}
		for format, start := range map[string]string{"pdf": "%PDF-", "xlsx": "PK", "csv": "\ufeff编号"} {
			f := officetest.Must[blob.File](w)(w.s.Export(w.Manager, notice.ExportInput{Search: notice.Search{ID: w.Station.ID},
				Format: format}))
			if !strings.HasPrefix(string(f.Body), start) || format == "csv" && !bytes.Contains(f.Body, []byte("撤下：改期")) {
				t.Errorf("%s: %.80q", format, f.Body)
			}
		}
	})
}

// Many who enter a notice at once get numbers without a gap, and one that fails leaves none; verify sees a gap that was made by hand.
func TestNoticeNumbers(t *testing.T) {
	each(t, func(w *world) {
		var group sync.WaitGroup
		for i := range 12 {
			group.Go(func() {
				in := notice.PostInput{ID: w.Station.ID, Title: "同时", Text: "x", Place: "x", UntilDay: officetest.Today}
				if i%3 == 0 {
					in.UntilDay = officetest.Today.AddDays(-3) // refused within the transaction
				}
				if _, err := w.s.Post(w.Manager, in); (err != nil) != (i%3 == 0) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		seen := map[int64]bool{}
		for _, n := range officetest.Must[notice.List](w)(w.s.List(w.Manager,
			notice.ListInput{Search: notice.Search{ID: w.Station.ID}})).Items {
			seen[n.No] = true
		}
		for no := int64(1); no <= 8; no++ {
			if !seen[no] {
				t.Errorf("no number %d", no)
			}
		}
		if len(seen) != 8 {
			t.Errorf("%d numbers", len(seen))
		}
		w.Whole(notice.Verify, 0)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_notice SET no = 20 WHERE no = 3")
			return err
		})
		w.Whole(notice.Verify, 1)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_notice SET no = 3 WHERE no = 20")
			return err
		})
	})
}
