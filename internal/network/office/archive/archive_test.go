package archive_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"linli/internal/network/office"
	"linli/internal/network/office/archive"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/template"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s         *archive.Service
	templates *template.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, archive.Verify, func(o *officetest.World) {
		test(&world{o, archive.New(o.DB, o.Files), template.New(o.DB)})
	})
}

func (w *world) filed(title string, day clock.Day) archive.Document {
	w.Helper()
	plan := officetest.Must[archive.List](w)(w.s.List(w.Manager, archive.ListInput{Search: archive.Search{ID: w.Station.ID}})).Plan
	for _, c := range plan {
		if c.Years == 10 {
			return officetest.Must[archive.Document](w)(w.s.File(w.Manager,
				archive.FileInput{ID: w.Station.ID, CategoryID: c.ID, Title: title, Day: day, Keywords: "会议", File: w.Picture}))
		}
	}
	w.Fatal("no category of ten years")
	return archive.Document{}
}

// A paper is kept its years; only then may it be destroyed, by two persons; the line stays.
func TestArchive(t *testing.T) {
	each(t, func(w *world) {
		d := w.filed("会议纪要", 20161125)
		if d.KeepUntil != 20261125 || !strings.HasSuffix(d.Number(), "-0001") {
			t.Errorf("kept until %s, number %s", d.KeepUntil, d.Number())
		}
		ask := func(by context.Context, version int64) (archive.Document, error) {
			return w.s.RequestDisposal(by, archive.RequestInput{ID: d.ID, Version: version, Reason: "期满"})
		}
		_, err := ask(w.Manager, 1)
		w.Refused(errs.Conflict, err, "before its day")
		w.Day(20261125)
		_, err = ask(w.Manager, 1)
		w.Refused(errs.Conflict, err, "on its last day")
		w.Day(20261126)
		_, err = w.s.Dispose(w.Head, office.VersionInput{ID: d.ID, Version: 1})
		w.Refused(errs.Conflict, err, "nobody asked")
		officetest.Must[archive.Document](w)(ask(w.Manager, 1))
		_, err = w.s.Dispose(w.Manager, office.VersionInput{ID: d.ID, Version: 2})
		w.Refused(errs.Denied, err, "who asked destroys")
		_, err = w.s.Dispose(w.Stranger, office.VersionInput{ID: d.ID, Version: 2})
		w.Refused(errs.NotFound, err, "a stranger destroys")
		officetest.Must[archive.Document](w)(w.s.Retain(w.Head, office.VersionInput{ID: d.ID, Version: 2}))
		officetest.Must[archive.Document](w)(ask(w.Manager, 3))
		var done, refused int
		var mu sync.Mutex
		var group sync.WaitGroup
		for i := range 6 { // some destroy, some keep on: one word holds
			group.Go(func() {
				fn := w.s.Dispose
				if i%2 == 0 {
					fn = w.s.Retain
				}
				_, err := fn(w.Head, office.VersionInput{ID: d.ID, Version: 4})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
				} else if errs.KindOf(err) == errs.Conflict {
					refused++
				} else {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if done != 1 || refused != 5 {
			t.Errorf("%d words held, %d did not", done, refused)
		}
		now := officetest.Must[archive.Sheet](w)(w.s.Get(w.Manager, office.EntryInput{ID: d.ID})).Document
		if now.State == archive.Held {
			officetest.Must[archive.Document](w)(ask(w.Manager, now.Version))
			officetest.Must[archive.Document](w)(w.s.Dispose(w.Head, office.VersionInput{ID: d.ID, Version: now.Version + 1}))
		}
		_, err = w.s.Scan(w.Manager, office.EntryInput{ID: d.ID})
		w.Refused(errs.NotFound, err, "the file of a destroyed paper")
		if l := officetest.Must[archive.List](w)(w.s.List(w.Manager, archive.ListInput{Search: archive.Search{ID: w.Station.ID,
			State: "destroyed", Q: "会议"}})); len(l.Items) != 1 {
			t.Error("the line of a destroyed paper is gone")
		}
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error { // the schema would not let it go before its day either
			_, err := tx.Exec(t.Context(), "UPDATE office_document SET ended_day = keep_until WHERE state = 'destroyed'")
			return err
		}); err == nil {
			t.Error("destroyed on a day of its keeping")
		}
	})
}

// The filing plan of a division: ten years at least, no code twice, down from above.
func TestFilingPlan(t *testing.T) {
	each(t, func(w *world) {
		at := officetest.Gacha.At(auth.LevelBanner)
		for _, bad := range []template.CategoryInput{{Region: at, Code: "QT", Name: "其他", Years: 9},
			{Region: at, Code: "WJ", Name: "又一个", Years: 10}, {Region: at, Code: "小", Name: "其他", Years: 10}, {Region: 150102000000,
				Code: "QT", Name: "其他", Years: 10}, {Region: officetest.Gacha, Code: "QT", Name: "其他", Years: 10}} {
			_, err := w.templates.AddCategory(w.Banner, bad)
			w.Refused(errs.Invalid, err, fmt.Sprint(bad))
		}
		c := officetest.Must[template.Category](w)(w.templates.AddCategory(w.Banner,
			template.CategoryInput{Region: at, Code: "QT", Name: "其他", Years: 30}))
		_, err := w.templates.EditCategory(w.Banner, template.EditCategoryInput{ID: c.ID, Version: 1, Name: "其他", Years: 5, Active: true})
		w.Refused(errs.Invalid, err, "five years")
		d := officetest.Must[archive.Document](w)(w.s.File(w.Manager, archive.FileInput{ID: w.Station.ID, CategoryID: c.ID, Title: "一件",
			Shelf: "1 号柜"}))
		officetest.Must[template.Category](w)(w.templates.EditCategory(w.Banner,
			template.EditCategoryInput{ID: c.ID, Version: 1, Name: "其他", Years: 10}))
		if again := officetest.Must[archive.Sheet](w)(w.s.Get(w.Manager, office.EntryInput{ID: d.ID})); again.KeepUntil != 20561124 {
			t.Errorf("what was filed is kept until %s now", again.KeepUntil)
		}
		_, err = w.s.File(w.Manager, archive.FileInput{ID: w.Station.ID, CategoryID: c.ID, Title: "一件", Shelf: "1 号柜"})
		w.Refused(errs.Invalid, err, "under a category that is used no more")
		_, err = w.s.File(w.Stranger, archive.FileInput{ID: w.Other.ID, CategoryID: c.ID, Title: "一件", Shelf: "1 号柜"})
		w.Refused(errs.Invalid, err, "under another banner's category")
		_, err = w.s.File(w.Manager, archive.FileInput{ID: w.Station.ID, CategoryID: c.ID, Title: "一件"})
		w.Refused(errs.Invalid, err, "neither scan nor shelf")
	})
}

// The manager is told once of each paper that need not be kept any longer; it stays until two persons destroy it.
func TestRemindArchive(t *testing.T) {
	each(t, func(w *world) {
		d := w.filed("会议纪要", 20161125)
		w.filed("通知", 20170101)
		w.Day(20261125)
		if got := w.Messages(w.s.Remind); len(got) != 0 {
			w.Errorf("on its last day: %v", got)
		}
		for _, day := range []clock.Day{20261126, 20261126, 20261127} {
			w.Day(day)
			got := w.Messages(w.s.Remind)
			if len(got) != 1 || !strings.Contains(got[0].Title, "1 件保存期满") || !strings.Contains(got[0].Text,
				"会议纪要（保存到 2026-11-25）") || !strings.HasSuffix(got[0].Link, "/documents?state=due") {
				w.Fatalf("told: %v", got)
			}
		}
		now := officetest.Must[archive.Sheet](w)(w.s.Get(w.Manager, office.EntryInput{ID: d.ID}))
		if now.State != archive.Held || now.BlobID == 0 {
			w.Errorf("after the message it is %+v", now.Document)
		}
		officetest.Must[archive.Document](w)(w.s.RequestDisposal(w.Manager,
			archive.RequestInput{ID: d.ID, Version: now.Version, Reason: "期满"}))
		officetest.Must[archive.Document](w)(w.s.Retain(w.Head, office.VersionInput{ID: d.ID, Version: now.Version + 1}))
		if got := w.Messages(w.s.Remind); len(got) != 1 {
			w.Errorf("kept on, and told again: %v", got)
		}
	})
}
