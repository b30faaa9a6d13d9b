package home_test

import (
	"bytes"
	"context"
	"testing"

	"linli/internal/network/office"
	"linli/internal/network/office/archive"
	"linli/internal/network/office/equipment"
	"linli/internal/network/office/home"
	"linli/internal/network/office/notice"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/photo"
	"linli/internal/network/office/roster"
	"linli/internal/network/office/rule"
	"linli/internal/network/office/workplan"
	"linli/internal/network/standard"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s      *home.Service
	plan   *workplan.Service
	things *equipment.Service
	roster *roster.Service
	papers *archive.Service
}

// item puts something into the plan.
func (w *world) item(due clock.Day) {
	w.Helper()
	officetest.Must[workplan.Item](w)(w.plan.Add(w.Manager, workplan.AddInput{ID: w.Station.ID,
		Facts: workplan.Facts{What: "走访", Who: "站长", DueDay: due}}))
}

// filed puts a paper of a day into the archive, to be kept ten years.
func (w *world) filed(day clock.Day) {
	w.Helper()
	for _, c := range officetest.Must[archive.List](w)(w.papers.List(w.Manager,
		archive.ListInput{Search: archive.Search{ID: w.Station.ID}})).Plan {
		if c.Years == 10 {
			officetest.Must[archive.Document](w)(w.papers.File(w.Manager,
				archive.FileInput{ID: w.Station.ID, CategoryID: c.ID, Title: "会议纪要", Day: day, File: w.Picture}))
			return
		}
	}
	w.Fatal("no category of ten years")
}

// published brings a rule of the slot into force.
func (w *world) published(slot string) {
	w.Helper()
	s := rule.New(w.DB)
	r := officetest.Must[rule.Rule](w)(s.Adopt(w.Manager, rule.AdoptInput{ID: w.Station.ID, Slot: slot, From: "template"}))
	officetest.Must[rule.Rule](w)(s.Publish(w.Manager, office.VersionInput{ID: r.ID, Version: r.Version}))
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, nil, func(o *officetest.World) {
		things := equipment.New(o.DB, o.Files)
		test(&world{o, home.New(o.DB, o.Standard, things), workplan.New(o.DB), things, roster.New(o.DB, o.Keys),
			archive.New(o.DB, o.Files)})
	})
}

// What the station keeps shows the standard's items by the standard's own operation, and only when it is there.
func TestProve(t *testing.T) {
	each(t, func(w *world) {
		prove := func(item string) error {
			_, err := w.s.Prove(w.Manager, home.ProveInput{ID: w.Station.ID, Item: item})
			return err
		}
		items := []string{"plan", "rules", "notices", "archive", "equipment", "manager"}
		for _, item := range items {
			w.Refused(errs.Conflict, prove(item), item+" of nothing")
		}
		w.item(20261231)
		w.filed(officetest.Today)
		post := notice.PostInput{ID: w.Station.ID, Title: "量血压", Text: "周三下午", Place: "公告栏", UntilDay: officetest.Today}
		officetest.Must[notice.Notice](w)(notice.New(w.DB, w.Files).Post(w.Manager, post))
		computer := equipment.Facts{Name: "台式电脑", Kind: "computer", State: "in_use", Place: "前台", File: w.Picture}
		officetest.Must[equipment.Equipment](w)(w.things.Add(w.Manager, equipment.AddInput{ID: w.Station.ID, Facts: computer}))
		officetest.Must[roster.Keeper](w)(w.roster.AddKeeper(w.Manager,
			roster.AddKeeperInput{ID: w.Station.ID, KeeperFacts: roster.KeeperFacts{Name: "乌云", Post: "站点管理员"}}))
		for _, slot := range []string{"organisation", "daily", "management", "evaluation", "incentives"} {
			w.published(slot)
		}
		for _, item := range items {
			if err := prove(item); err != nil {
				t.Errorf("%s: %v", item, err)
			}
		}
		st := officetest.Must[standard.Standard](w)(w.Standard.Get(w.Manager, standard.GetInput{ID: w.Station.ID}))
		met := map[string]bool{}
		for _, l := range st.Items {
			met[l.Code] = l.Met
			if l.Code == "plan" && l.Met {
				f := officetest.Must[blob.File](w)(w.Standard.File(w.Manager, standard.FileInput{ID: l.Evidence[0].ID}))
				if !bytes.HasPrefix(f.Body, []byte("%PDF-")) {
					t.Error("the plan is no PDF")
				}
			}
		}
		for _, item := range items {
			if !met[item] {
				t.Errorf("%s is not met", item)
			}
		}
		_, err := w.s.Prove(w.Stranger, home.ProveInput{ID: w.Station.ID, Item: "plan"})
		w.Refused(errs.NotFound, err, "a stranger proves")
	})
}

// The start page counts what is overdue, past the turn of the year too.
func TestHome(t *testing.T) {
	each(t, func(w *world) {
		home := func(late, year, due, photos int64) {
			t.Helper()
			h := officetest.Must[home.Home](w)(w.s.Home(w.Manager, office.StationInput{ID: w.Station.ID}))
			if h.Overdue != late || h.OverdueYear != year || h.Expired != due || h.Photos != photos {
				t.Errorf("the page says %+v", h.Count)
			}
		}
		w.item(20261130)
		w.item(20261130)
		w.item(20261231)
		w.filed(20161125)
		officetest.Must[photo.Photo](w)(photo.New(w.DB, w.Files).Add(w.Manager,
			photo.AddInput{ID: w.Station.ID, Caption: "大门", File: w.Picture}))
		home(0, 2026, 0, 1)
		w.Day(20261126)
		home(0, 2026, 1, 1)
		w.Day(20261201)
		home(2, 2026, 1, 1)
		w.Day(20270102)
		home(3, 2026, 1, 1)
		_, err := w.s.Home(w.Stranger, office.StationInput{ID: w.Station.ID})
		w.Refused(errs.NotFound, err, "a stranger")
	})
}

// Who is on duty today stands on the desk of the manager and of the head, with the telephone that is sealed in the database; who oversees
// many stations has no desk.
func TestDesks(t *testing.T) {
	each(t, func(w *world) {
		desks := func(as context.Context) (out []home.Desk) {
			t.Helper()
			if err := w.DB.Read(as, func(tx *db.Tx) (err error) { out, err = home.Desks(as, tx, w.Keys); return err }); err != nil {
				t.Fatal(err)
			}
			return out
		}
		if d := desks(w.Manager); len(d) != 1 || len(d[0].Today) != 0 || d[0].Station.ID != w.Station.ID {
			t.Errorf("nobody is on duty: %+v", d)
		}
		facts := roster.KeeperFacts{Name: "乌云", Post: "站点管理员", Phone: "0479-8200101"}
		k := officetest.Must[roster.Keeper](w)(w.roster.AddKeeper(w.Manager, roster.AddKeeperInput{ID: w.Station.ID, KeeperFacts: facts}))
		other := officetest.Must[roster.Keeper](w)(w.roster.AddKeeper(w.Manager,
			roster.AddKeeperInput{ID: w.Station.ID, KeeperFacts: roster.KeeperFacts{Name: "巴图", Post: "网格员"}}))
		for _, x := range []struct {
			keeper db.ID
			day    clock.Day
			from   string
		}{{k.ID, officetest.Today, "08:30"}, {other.ID, officetest.Today, "10:01"}, {k.ID, officetest.Today.AddDays(1), "08:30"}} {
			officetest.Must[roster.Shift](w)(w.roster.Assign(w.Manager,
				roster.AssignInput{ID: w.Station.ID, KeeperID: x.keeper, Day: x.day, From: x.from, Until: "12:00"}))
		}
		for _, as := range []context.Context{w.Manager, w.Head} { // at ten
			d := desks(as)
			if len(d) != 1 || len(d[0].Today) != 2 {
				t.Fatalf("on duty: %+v", d)
			}
			first, second := d[0].Today[0], d[0].Today[1]
			if first.Name != "乌云" || !first.Now || first.Phone != "0479-8200101" || second.Now || second.Phone != "" {
				t.Errorf("on duty: %+v, %+v", first, second)
			}
		}
		for _, as := range []context.Context{w.Town, w.Banner, w.Stranger} {
			for _, d := range desks(as) {
				if d.Station.ID == w.Station.ID {
					t.Error("a stranger's desk")
				}
			}
		}
		var kept []byte
		w.Write(func(tx *db.Tx) (err error) {
			kept, err = db.SelectOne[[]byte](t.Context(), tx, tx.Build("SELECT phone FROM office_keeper WHERE id = ?", k.ID))
			return err
		})
		if len(kept) == 0 || bytes.Contains(kept, []byte("8200101")) {
			t.Errorf("the telephone lies open: %q", kept)
		}
		if again := officetest.Must[roster.KeeperSheet](w)(w.roster.Keeper(w.Manager,
			office.EntryInput{ID: k.ID})); again.Phone != facts.Phone {
			t.Errorf("the keeper's page: %q", again.Phone)
		}
		facts.Phone = ""
		officetest.Must[roster.Keeper](w)(w.roster.EditKeeper(w.Manager,
			roster.EditKeeperInput{ID: k.ID, Version: 1, KeeperFacts: facts, Active: true}))
		if d := desks(w.Head); d[0].Today[0].Phone != "" {
			t.Errorf("taken off, it still reads %q", d[0].Today[0].Phone)
		}
	})
}
