package office_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

func (w *world) published(slot string) office.Rule {
	w.Helper()
	r := must[office.Rule](w)(w.s.Adopt(w.manager, office.AdoptInput{ID: w.st.ID, Slot: slot, From: "template"}))
	r = must[office.Rule](w)(w.s.Write(w.manager, office.WriteInput{ID: r.ID, Version: r.Version, Title: r.Title, Text: r.Body + "\n七、附则"}))
	return must[office.Rule](w)(w.s.Publish(w.manager, office.RuleTurn{ID: r.ID, Version: r.Version}))
}

// Rules begin from the nearest template, are written, published and followed by the next edition; the past stays.
func TestRules(t *testing.T) {
	each(t, func(w *world) {
		r := w.published("daily")
		if r.FromDay != today || !strings.Contains(r.Body, w.st.Name) || strings.Contains(r.Body, "〔站名〕") {
			t.Errorf("published %+v", r)
		}
		_, err := w.s.Write(w.manager, office.WriteInput{ID: r.ID, Version: r.Version, Title: "x", Text: "x"})
		w.refused(errs.Conflict, err, "what was published is rewritten")
		_, err = w.s.Discard(w.manager, office.RuleTurn{ID: r.ID, Version: r.Version})
		w.refused(errs.Conflict, err, "what was published is thrown away")

		w.day(20261201)
		var group sync.WaitGroup
		for range 4 { // one draft at a time
			group.Go(func() {
				if _, err := w.s.Adopt(w.manager, office.AdoptInput{ID: w.st.ID, Slot: "daily", From: "present"}); err != nil && errs.KindOf(err) != errs.Conflict {
					t.Error(err)
				}
			})
		}
		group.Wait()
		slot := must[office.Rules](w)(w.s.Rules(w.head, office.StationInput{ID: w.st.ID})).Slots[1]
		if len(slot.Editions) != 2 || slot.Editions[0].State != office.Draft || slot.Editions[0].Body != r.Body {
			t.Fatalf("editions %+v", slot.Editions)
		}
		must[office.Rule](w)(w.s.Publish(w.manager, office.RuleTurn{ID: slot.Editions[0].ID, Version: 1}))
		slot = must[office.Rules](w)(w.s.Rules(w.head, office.StationInput{ID: w.st.ID})).Slots[1]
		for _, day := range []clock.Day{20261130, 20261201} {
			for i, e := range slot.Editions {
				if e.Holds(day) != (i == 0 == (day == 20261201)) {
					t.Errorf("edition %d on %s: %v", e.Edition, day, e.Holds(day))
				}
			}
		}
		_, err = w.s.Rule(w.stranger, office.RuleInput{ID: r.ID})
		w.refused(errs.NotFound, err, "a stranger reads")
		for _, paper := range []string{"a4", "a3"} {
			if f := must[office.File](w)(w.s.RuleWall(w.manager, office.WallInput{ID: r.ID, Paper: paper})); !bytes.HasPrefix(f.Body, []byte("%PDF-")) {
				t.Error("no PDF")
			}
		}

		in := office.TemplateInput{Region: gacha.At(auth.LevelBanner), Slot: "daily", Title: "本旗日常运行", Text: "〔站名〕按时开门。"}
		_, err = w.s.SaveTemplate(w.manager, in)
		w.refused(errs.Denied, err, "a manager sets a template")
		in.Region = 150102000000
		_, err = w.s.SaveTemplate(w.banner, in)
		w.refused(errs.Invalid, err, "another banner's template")
		in.Region = gacha.At(auth.LevelBanner)
		own := must[office.Template](w)(w.s.SaveTemplate(w.banner, in))
		_, err = w.s.SaveTemplate(w.banner, in)
		w.refused(errs.Conflict, err, "saved by somebody who has not seen the first text")
		in.Version = own.Version
		again := must[office.Template](w)(w.s.SaveTemplate(w.banner, in))
		if again.ID != own.ID || again.Version != own.Version+1 {
			t.Errorf("saved twice: %+v and %+v", own, again)
		}
		d := must[office.Rule](w)(w.s.Adopt(w.manager, office.AdoptInput{ID: w.st.ID, Slot: "daily", From: "template"}))
		if d.Body != w.st.Name+"按时开门。" {
			t.Errorf("the banner's own template gives %s", d.Body)
		}
		must[office.Rule](w)(w.s.Discard(w.manager, office.RuleTurn{ID: d.ID, Version: 1}))
		_, err = w.s.DropTemplate(w.banner, office.DropTemplateInput{ID: own.ID, Version: own.Version})
		w.refused(errs.Conflict, err, "dropped by somebody who read an older one")
		must[office.Template](w)(w.s.DropTemplate(w.banner, office.DropTemplateInput{ID: own.ID, Version: again.Version}))
		top := must[office.Templates](w)(w.s.Templates(w.region, office.TemplatesInput{})).Items[0]
		_, err = w.s.DropTemplate(w.banner, office.DropTemplateInput{ID: top.ID, Version: top.Version})
		w.refused(errs.NotFound, err, "the banner drops the autonomous region's")
		_, err = w.s.DropTemplate(w.region, office.DropTemplateInput{ID: top.ID, Version: top.Version})
		w.refused(errs.Conflict, err, "the autonomous region drops its own")
	})
}

func (w *world) thing(name string, photo bool) office.Equipment {
	w.Helper()
	in := office.EquipmentFacts{Name: name, Kind: "computer", State: "in_use", Place: "前台"}
	if photo {
		in.File = w.photo
	}
	return must[office.Equipment](w)(w.s.AddEquipment(w.manager, office.AddEquipmentInput{ID: w.st.ID, EquipmentFacts: in}))
}

// Equipment is numbered, changed and counted once a day; a stock-taking names everything that ought to be there.
func TestEquipment(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.thing("台式电脑", false), w.thing("打印机", false)
		if a.Number() != "SB-001" || b.Number() != "SB-002" {
			t.Errorf("numbers %s, %s", a.Number(), b.Number())
		}
		_, err := w.s.AddEquipment(w.manager, office.AddEquipmentInput{ID: w.st.ID, EquipmentFacts: office.EquipmentFacts{Name: "x", Kind: "office", State: "in_use", Place: "x", SinceDay: today.AddDays(1)}})
		w.refused(errs.Invalid, err, "since tomorrow")
		_, err = w.s.EditEquipment(w.stranger, office.EditEquipmentInput{ID: a.ID, Version: 1, EquipmentFacts: office.EquipmentFacts{Name: "x", Kind: "office", State: "lost", Place: "x"}})
		w.refused(errs.NotFound, err, "a stranger edits")
		take := func(lines ...office.StockLine) error {
			_, err := w.s.TakeStock(w.manager, office.TakeStockInput{ID: w.st.ID, Lines: lines})
			return err
		}
		w.refused(errs.Invalid, take(office.StockLine{EquipmentID: a.ID, State: "in_use"}), "half of it")
		w.refused(errs.Invalid, take(office.StockLine{EquipmentID: a.ID, State: "in_use"}, office.StockLine{EquipmentID: a.ID, State: "in_use"}), "one thing twice")
		all := []office.StockLine{{EquipmentID: a.ID, State: "in_use"}, {EquipmentID: b.ID, State: "lost", Note: "借给村委会"}}
		if err := take(all...); err != nil {
			t.Fatal(err)
		}
		list := must[office.EquipmentList](w)(w.s.Equipment(w.town, office.EquipmentInput{ID: w.st.ID}))
		if list.Items[0].CheckedDay != today || list.Items[1].State != "lost" || len(list.Takes) != 1 || list.Takes[0].Amiss != 1 || list.Takes[0].Lines != 2 {
			t.Errorf("after taking stock: %+v %+v", list.Items, list.Takes)
		}
		w.refused(errs.Conflict, take(all[:1]...), "twice a day")
		if f := must[office.File](w)(w.s.StockSheet(w.manager, office.StockInput{ID: list.Takes[0].ID, Format: "csv"})); !bytes.Contains(f.Body, []byte("借给村委会")) {
			t.Errorf("the sheet: %s", f.Body)
		}
		_, err = w.s.EditEquipment(w.manager, office.EditEquipmentInput{ID: a.ID, Version: 1, EquipmentFacts: office.EquipmentFacts{Name: "x", Kind: "office", State: "idle", Place: "x"}})
		w.refused(errs.Conflict, err, "a stale version")
	})
}

func (w *world) keeper(name string, named bool) office.Keeper {
	w.Helper()
	return must[office.Keeper](w)(w.s.AddKeeper(w.manager, office.AddKeeperInput{ID: w.st.ID, KeeperFacts: office.KeeperFacts{Name: name, Post: "站点管理员", Named: named}}))
}

// The roster of a week: nobody is on duty twice at a time, shifts are swapped and copied; the public page names only who agreed.
func TestRoster(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.keeper("乌云", true), w.keeper("巴图", false)
		assign := func(k office.Keeper, day clock.Day, from, until string) (office.Shift, error) {
			return w.s.Assign(w.manager, office.AssignInput{ID: w.st.ID, KeeperID: k.ID, Day: day, From: from, Until: until})
		}
		for _, bad := range [][2]string{{"8", "12:00"}, {"08:30", "08:30"}, {"08:30", "25:00"}, {"-1:00", "12:00"}, {"08:61", "12:00"}} {
			_, err := assign(a, today, bad[0], bad[1])
			w.refused(errs.Invalid, err, bad[0]+" to "+bad[1])
		}
		x := must[office.Shift](w)(assign(a, today, "8:30", "12:00"))
		_, err := assign(a, today, "11:00", "13:00")
		w.refused(errs.Invalid, err, "twice at a time")
		must[office.Shift](w)(assign(a, today, "12:00", "13:00"))
		y := must[office.Shift](w)(assign(b, today.AddDays(1), "08:30", "12:00"))
		_, err = w.s.Assign(w.stranger, office.AssignInput{ID: w.st.ID, KeeperID: a.ID, Day: today, From: "08:00", Until: "09:00"})
		w.refused(errs.NotFound, err, "a stranger assigns")
		_, err = w.s.Assign(w.stranger, office.AssignInput{ID: w.far.ID, KeeperID: a.ID, Day: today, From: "20:00", Until: "21:00"})
		w.refused(errs.Invalid, err, "a keeper of another station")

		shown := func() string {
			return fmt.Sprint(must[station.ShowingEvent](w)(w.stations.Show(t.Context(), station.GetInput{ID: w.st.ID})).OnDuty)
		}
		if got := shown(); got != "[{站点管理员 乌云 12:00 }]" {
			t.Errorf("now on duty: %s", got)
		}
		must[office.Shift](w)(w.s.Swap(w.manager, office.SwapInput{ID: x.ID, Version: 1, With: y.ID}))
		if got := shown(); got != "[{站点管理员 12:00 }]" {
			t.Errorf("after the swap: %s", got)
		}
		_, err = w.s.Swap(w.manager, office.SwapInput{ID: x.ID, Version: 1, With: y.ID})
		w.refused(errs.Conflict, err, "a stale version")
		clock.Set(today.Time().Add(12*time.Hour + time.Minute))
		if got := shown(); got != "[{站点管理员 乌云 13:00 }]" {
			t.Errorf("after noon: %s", got)
		}

		for range 2 { // the second copy finds all taken
			if next := must[office.Week](w)(w.s.CopyWeek(w.manager, office.CopyWeekInput{ID: w.st.ID, Day: today.AddDays(7)})); len(next.Shifts) != 3 || next.Monday != 20261130 {
				t.Errorf("copied %d shifts to %s", len(next.Shifts), next.Monday)
			}
		}
		_, err = w.s.CopyWeek(w.manager, office.CopyWeekInput{ID: w.st.ID, Day: today.AddDays(60)})
		w.refused(errs.Conflict, err, "an empty week")
		must[office.Keeper](w)(w.s.EditKeeper(w.manager, office.EditKeeperInput{ID: b.ID, Version: 1, KeeperFacts: office.KeeperFacts{Name: "巴图", Post: "网格员"}}))
		if next := must[office.Week](w)(w.s.Week(w.town, office.WeekInput{ID: w.st.ID, Day: today.AddDays(7)})); len(next.Shifts) != 2 || len(next.Keepers) != 1 {
			t.Errorf("after he left: %+v", next.Shifts)
		}
		w.day(today.AddDays(2))
		_, err = w.s.Drop(w.manager, office.DutyInput{ID: x.ID, Version: 2})
		w.refused(errs.Conflict, err, "a day gone by")
		_, err = w.s.Duty(w.stranger, office.ShiftInput{ID: x.ID})
		w.refused(errs.NotFound, err, "a stranger looks")
		if f := must[office.File](w)(w.s.WeekSheet(w.manager, office.WeekSheetInput{ID: w.st.ID, Day: today, Format: "csv"})); !bytes.Contains(f.Body, []byte("08:30–12:00,巴图,网格员")) {
			t.Errorf("the sheet: %s", f.Body)
		}
	})
}

// Who is on duty today stands on the desk of the manager and of the head, with the telephone that is sealed in the database; who oversees many stations has no desk.
func TestDesks(t *testing.T) {
	each(t, func(w *world) {
		desks := func(as context.Context) (out []office.Desk) {
			t.Helper()
			if err := w.db.Read(as, func(tx *db.Tx) (err error) { out, err = office.Desks(as, tx, w.keys); return err }); err != nil {
				t.Fatal(err)
			}
			return out
		}
		if d := desks(w.manager); len(d) != 1 || len(d[0].Today) != 0 || d[0].Station.ID != w.st.ID {
			t.Errorf("nobody is on duty: %+v", d)
		}
		facts := office.KeeperFacts{Name: "乌云", Post: "站点管理员", Phone: "0479-8200101"}
		k := must[office.Keeper](w)(w.s.AddKeeper(w.manager, office.AddKeeperInput{ID: w.st.ID, KeeperFacts: facts}))
		for _, x := range []struct {
			keeper db.ID
			day    clock.Day
			from   string
		}{{k.ID, today, "08:30"}, {w.keeper("巴图", false).ID, today, "10:01"}, {k.ID, today.AddDays(1), "08:30"}} {
			must[office.Shift](w)(w.s.Assign(w.manager, office.AssignInput{ID: w.st.ID, KeeperID: x.keeper, Day: x.day, From: x.from, Until: "12:00"}))
		}
		for _, as := range []context.Context{w.manager, w.head} { // at ten
			d := desks(as)
			if len(d) != 1 || len(d[0].Today) != 2 {
				t.Fatalf("on duty: %+v", d)
			}
			first, second := d[0].Today[0], d[0].Today[1]
			if first.Name != "乌云" || !first.Now || first.Phone != "0479-8200101" || second.Now || second.Phone != "" {
				t.Errorf("on duty: %+v, %+v", first, second)
			}
		}
		for _, as := range []context.Context{w.town, w.banner, w.stranger} {
			for _, d := range desks(as) {
				if d.Station.ID == w.st.ID {
					t.Error("a stranger's desk")
				}
			}
		}
		var kept []byte
		w.write(func(tx *db.Tx) (err error) {
			kept, err = db.SelectOne[[]byte](t.Context(), tx, tx.Build("SELECT phone FROM office_keeper WHERE id = ?", k.ID))
			return err
		})
		if len(kept) == 0 || bytes.Contains(kept, []byte("8200101")) {
			t.Errorf("the telephone lies open: %q", kept)
		}
		if again := must[office.KeeperSheet](w)(w.s.Keeper(w.manager, office.KeeperInput{ID: k.ID})); again.Phone != facts.Phone {
			t.Errorf("the keeper's page: %q", again.Phone)
		}
		facts.Phone = ""
		must[office.Keeper](w)(w.s.EditKeeper(w.manager, office.EditKeeperInput{ID: k.ID, Version: 1, KeeperFacts: facts, Active: true}))
		if d := desks(w.head); d[0].Today[0].Phone != "" {
			t.Errorf("taken off, it still reads %q", d[0].Today[0].Phone)
		}
	})
}

// Two who put one person on duty at once: one wins.
func TestRosterRace(t *testing.T) {
	each(t, func(w *world) {
		k := w.keeper("乌云", false)
		var group sync.WaitGroup
		for i := range 6 {
			group.Go(func() {
				_, err := w.s.Assign(w.manager, office.AssignInput{ID: w.st.ID, KeeperID: k.ID, Day: today, From: fmt.Sprintf("08:0%d", i), Until: "12:00"})
				if err != nil && errs.KindOf(err) != errs.Invalid {
					t.Error(err)
				}
			})
		}
		group.Wait()
		if n := len(must[office.Week](w)(w.s.Week(w.manager, office.WeekInput{ID: w.st.ID})).Shifts); n != 1 {
			t.Errorf("%d shifts at once", n)
		}
	})
}

func (w *world) filed(title string, day clock.Day) office.Document {
	w.Helper()
	plan := must[office.Documents](w)(w.s.Documents(w.manager, office.DocumentsInput{ID: w.st.ID})).Plan
	for _, c := range plan {
		if c.Years == 10 {
			return must[office.Document](w)(w.s.File(w.manager, office.FileInput{ID: w.st.ID, CategoryID: c.ID, Title: title, Day: day, Keywords: "会议", File: w.photo}))
		}
	}
	w.Fatal("no category of ten years")
	return office.Document{}
}

// A paper is kept its years; only then may it be destroyed, by two persons; the line stays.
func TestArchive(t *testing.T) {
	each(t, func(w *world) {
		d := w.filed("会议纪要", 20161125)
		if d.KeepUntil != 20261125 || !strings.HasSuffix(d.Number(), "-0001") {
			t.Errorf("kept until %s, number %s", d.KeepUntil, d.Number())
		}
		ask := func(by context.Context, version int64) (office.Document, error) {
			return w.s.Ask(by, office.AskInput{ID: d.ID, Version: version, Reason: "期满"})
		}
		_, err := ask(w.manager, 1)
		w.refused(errs.Conflict, err, "before its day")
		w.day(20261125)
		_, err = ask(w.manager, 1)
		w.refused(errs.Conflict, err, "on its last day")
		w.day(20261126)
		_, err = w.s.Destroy(w.head, office.TurnDocument{ID: d.ID, Version: 1})
		w.refused(errs.Conflict, err, "nobody asked")
		must[office.Document](w)(ask(w.manager, 1))
		_, err = w.s.Destroy(w.manager, office.TurnDocument{ID: d.ID, Version: 2})
		w.refused(errs.Denied, err, "who asked destroys")
		_, err = w.s.Destroy(w.stranger, office.TurnDocument{ID: d.ID, Version: 2})
		w.refused(errs.NotFound, err, "a stranger destroys")
		must[office.Document](w)(w.s.KeepOn(w.head, office.TurnDocument{ID: d.ID, Version: 2}))
		must[office.Document](w)(ask(w.manager, 3))
		var done, refused int
		var mu sync.Mutex
		var group sync.WaitGroup
		for i := range 6 { // some destroy, some keep on: one word holds
			group.Go(func() {
				fn := w.s.Destroy
				if i%2 == 0 {
					fn = w.s.KeepOn
				}
				_, err := fn(w.head, office.TurnDocument{ID: d.ID, Version: 4})
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
		now := must[office.DocumentSheet](w)(w.s.Document(w.manager, office.DocumentInput{ID: d.ID})).Document
		if now.State == office.Kept {
			must[office.Document](w)(ask(w.manager, now.Version))
			must[office.Document](w)(w.s.Destroy(w.head, office.TurnDocument{ID: d.ID, Version: now.Version + 1}))
		}
		_, err = w.s.DocumentFile(w.manager, office.DocumentInput{ID: d.ID})
		w.refused(errs.NotFound, err, "the file of a destroyed paper")
		if l := must[office.Documents](w)(w.s.Documents(w.manager, office.DocumentsInput{ID: w.st.ID, State: "destroyed", Q: "会议"})); len(l.Items) != 1 {
			t.Error("the line of a destroyed paper is gone")
		}
		if err := w.db.Write(t.Context(), func(tx *db.Tx) error { // the schema would not let it go before its day either
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
		at := gacha.At(auth.LevelBanner)
		for _, bad := range []office.CategoryInput{{Region: at, Code: "QT", Name: "其他", Years: 9}, {Region: at, Code: "WJ", Name: "又一个", Years: 10}, {Region: at, Code: "小", Name: "其他", Years: 10}, {Region: 150102000000, Code: "QT", Name: "其他", Years: 10}, {Region: gacha, Code: "QT", Name: "其他", Years: 10}} {
			_, err := w.s.AddCategory(w.banner, bad)
			w.refused(errs.Invalid, err, fmt.Sprint(bad))
		}
		c := must[office.Category](w)(w.s.AddCategory(w.banner, office.CategoryInput{Region: at, Code: "QT", Name: "其他", Years: 30}))
		_, err := w.s.EditCategory(w.banner, office.EditCategoryInput{ID: c.ID, Version: 1, Name: "其他", Years: 5, Active: true})
		w.refused(errs.Invalid, err, "five years")
		d := must[office.Document](w)(w.s.File(w.manager, office.FileInput{ID: w.st.ID, CategoryID: c.ID, Title: "一件", Shelf: "1 号柜"}))
		must[office.Category](w)(w.s.EditCategory(w.banner, office.EditCategoryInput{ID: c.ID, Version: 1, Name: "其他", Years: 10}))
		if again := must[office.DocumentSheet](w)(w.s.Document(w.manager, office.DocumentInput{ID: d.ID})); again.KeepUntil != 20561124 {
			t.Errorf("what was filed is kept until %s now", again.KeepUntil)
		}
		_, err = w.s.File(w.manager, office.FileInput{ID: w.st.ID, CategoryID: c.ID, Title: "一件", Shelf: "1 号柜"})
		w.refused(errs.Invalid, err, "under a category that is used no more")
		_, err = w.s.File(w.stranger, office.FileInput{ID: w.far.ID, CategoryID: c.ID, Title: "一件", Shelf: "1 号柜"})
		w.refused(errs.Invalid, err, "under another banner's category")
		_, err = w.s.File(w.manager, office.FileInput{ID: w.st.ID, CategoryID: c.ID, Title: "一件"})
		w.refused(errs.Invalid, err, "neither scan nor shelf")
	})
}

// Ledgers fill themselves, and are bound with cover and catalogue; a stranger sees none; what there is nothing of is a book without lines.
func TestLedgers(t *testing.T) {
	each(t, func(w *world) {
		w.post("量血压")
		w.plan("走访", 20261231, 4)
		w.s.AddLedgers(office.Ledger{Code: "visits", Name: "来访台账", Columns: []string{"谁"}, Rows: func(context.Context, *db.Tx, station.Station, clock.Day, clock.Day, int) ([][]string, error) {
			return [][]string{{"=1+1"}}, nil
		}})
		v := must[office.Ledgers](w)(w.s.Ledgers(w.manager, office.LedgersInput{ID: w.st.ID, From: 20260101, Until: 20261231}))
		lines := map[string]int{}
		for _, f := range v.Items {
			lines[f.Code] = len(f.Lines)
		}
		if lines["notices"] != 1 || lines["plan"] != 1 || lines["visits"] != 1 || lines["duty"] != 0 || len(v.Items) != 7 {
			t.Errorf("%v", lines)
		}
		for _, code := range []string{"all", "notices"} {
			for format, start := range map[string]string{"pdf": "%PDF-", "xlsx": "PK"} {
				if f := must[office.File](w)(w.s.LedgerFile(w.manager, office.LedgerFileInput{ID: w.st.ID, Code: code, Format: format})); !strings.HasPrefix(string(f.Body), start) {
					t.Errorf("%s as %s: %.20q", code, format, f.Body)
				}
			}
		}
		_, err := w.s.Ledger(w.manager, office.LedgerInput{ID: w.st.ID, Code: "goods"})
		w.refused(errs.NotFound, err, "a ledger that is none")
		_, err = w.s.Ledgers(w.stranger, office.LedgersInput{ID: w.st.ID})
		w.refused(errs.NotFound, err, "a stranger")
		_, err = w.s.Ledgers(w.manager, office.LedgersInput{ID: w.st.ID, From: 20261231, Until: 20260101})
		w.refused(errs.Invalid, err, "ends before it begins")
	})
}

// The sign is printed across and down; a name that is too long is not.
func TestSign(t *testing.T) {
	each(t, func(w *world) {
		for _, way := range []string{"across", "down"} {
			for _, paper := range []string{"a4", "a3"} {
				f := must[office.File](w)(w.s.PrintSign(w.manager, office.SignInput{ID: w.st.ID, Paper: paper, Way: way}))
				if again := must[office.File](w)(w.s.PrintSign(w.manager, office.SignInput{ID: w.st.ID, Paper: paper, Way: way})); !bytes.Equal(f.Body, again.Body) {
					t.Errorf("%s %s: another file each time", way, paper)
				}
			}
		}
		if v := must[office.Sign](w)(w.s.Sign(w.manager, office.StationInput{ID: w.st.ID})); v.Sure {
			t.Error("nobody confirmed the name")
		}
		must[station.Station](w)(w.stations.Edit(w.town, station.EditInput{ID: w.st.ID, Version: 1, Facts: station.Facts{Name: strings.Repeat("长", 41), Address: "一楼", Lat: 43.9, Lng: 116.1}}))
		_, err := w.s.PrintSign(w.manager, office.SignInput{ID: w.st.ID, Paper: "a4", Way: "down"})
		w.refused(errs.Conflict, err, "41 characters")
		_, err = w.s.PrintSign(w.stranger, office.SignInput{ID: w.st.ID, Paper: "a4", Way: "down"})
		w.refused(errs.NotFound, err, "a stranger")
	})
}
