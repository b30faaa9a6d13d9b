package region_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// file gives the divisions of now as the lines of an edition, each with the name and class that edit gives; "" drops a line.
func (w *world) file(edit func(code, name string) string) []byte {
	w.Helper()
	now, err := w.s.Tree(w.Context(), region.TreeInput{})
	if err != nil {
		w.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(now.Body)).ReadAll()
	if err != nil {
		w.Fatal(err)
	}
	var out bytes.Buffer
	out.WriteString(strings.Join(rows[0], ",") + "\n")
	for _, r := range rows[1:] {
		tail := r[3] + "," + r[4]
		if edit != nil {
			tail = edit(r[0], r[3])
		}
		if tail != "" {
			fmt.Fprintf(&out, "%s,%s,%s,%s\n", r[0], r[1], r[2], tail)
		}
	}
	return out.Bytes()
}

func line(code auth.Region, name, class string) string {
	return fmt.Sprintf("%s,%s,%d,%s,%s\n", code, code.Parent(), code.Level(), name, class)
}

func (w *world) upload(day clock.Day, data []byte) region.Edition {
	w.Helper()
	e, err := w.s.Upload(w.admin, region.UploadInput{Day: day, Source: "试", File: blob.Upload{Name: "a.csv", Data: data}})
	if err != nil {
		w.Fatal(err)
	}
	return e
}

func (w *world) changes(e region.Edition, kind string) []region.Change {
	w.Helper()
	page, err := w.s.Changes(w.admin, region.ChangesInput{ID: e.ID, Kind: kind, Paging: db.Paging{Limit: 100}})
	if err != nil {
		w.Fatal(err)
	}
	return page.Items
}

func (w *world) edition(id db.ID) region.Edition {
	w.Helper()
	e, err := w.s.Edition(w.admin, region.EditionInput{ID: id})
	if err != nil {
		w.Fatal(err)
	}
	return e
}

// The next edition: the town of gacha goes into another banner under a new code with all below it; elsewhere two communities become
// one, one is renamed, one is added, and the urban/rural class of another becomes known.
const (
	newTown auth.Region = 152501109000
	merged1 auth.Region = 150102001001
	merged2 auth.Region = 150102001002
	kept    auth.Region = 150102001006
	named   auth.Region = 150102001007
	classed auth.Region = 150102001008
	fresh   auth.Region = 150102001999
)

func (w *world) next() []byte {
	var more strings.Builder
	data := w.file(func(code, name string) string {
		switch {
		case strings.HasPrefix(code, town.String()[:9]):
			to := newTown.String()[:9] + code[9:]
			fmt.Fprintf(&more, "%s,%s,%d,%s,\n", to, map[bool]string{true: newTown.At(3).String(), false: newTown.String()}[code == town.String()],
				map[bool]int{true: 4, false: 5}[code == town.String()], name)
			return ""
		case code == merged1.String() || code == merged2.String():
			return ""
		case code == named.String():
			return "新名社区居委会,"
		case code == classed.String():
			return name + ",111"
		}
		return name + ","
	})
	more.WriteString(line(fresh, "添的生活区", ""))
	return append(data, more.String()...)
}

// An edition is looked at first: what it adds, renames, closes, and who goes on from what it closes; the divisions are as before until
// it is applied, and the days before are as they were for ever.
func TestEdition(t *testing.T) {
	each(t, func(w *world) {
		below := w.on(town, today)
		n := len(strings.Fields(below))
		counted, elsewhere, total := w.communities(town, today), w.communities(150102001000, today), w.communities(region.Top, today)
		if _, err := w.s.Count(w.admin, region.CountInput{Code: gacha, Version: 1, Reason: "名录"}); err != nil {
			w.Fatal(err)
		}
		counted, total = counted-1, total-1
		e := w.upload(20241031, w.next())
		if e.State != region.Preview || e.Added != int64(n+2) || e.Closed != int64(n+3) || e.Renamed != 1 || e.Classed != 1 ||
			e.Undecided != int64(n+1) || e.Moves != 0 {
			w.Fatalf("%+v, %d below", e, n)
		}
		if w.on(town, today) != below || !w.get(merged1).InForce() || w.get(named).Name == "新名社区居委会" {
			w.Fatal("a preview changed something")
		}
		for _, c := range w.changes(e, region.Closed) {
			offered, want := c.Offered, auth.Region(0)
			if town.Contains(c.Code) {
				want = newTown + c.Code - town
			}
			if offered != want || (offered != 0) != (c.Basis != "") {
				w.Errorf("%s %s: offered %s, want %s", c.Code, c.OldName, offered, want)
			}
		}
		if added := w.changes(e, region.Added); added[0].Code != fresh || added[0].Counts || added[0].CountsWhy == "" {
			w.Errorf("%+v", added[0])
		}
		_, err := w.s.Apply(w.admin, region.VersionInput{ID: e.ID, Version: e.Version})
		w.refused(err, errs.Conflict, "offers that nobody decided on")
		if e, err = w.s.Accept(w.admin, region.VersionInput{ID: e.ID, Version: e.Version}); err != nil || e.Undecided != 0 ||
			e.Moves != int64(n+1) {
			w.Fatalf("%+v %v", e, err)
		}
		if e, err = w.s.Decide(w.admin, region.DecideInput{ID: e.ID, Version: e.Version,
			Decisions: []region.Decision{{merged1, kept}, {merged2, kept}}}); err != nil || e.Moves != int64(n+3) {
			w.Fatalf("%+v %v", e, err)
		}
		if e, err = w.s.Apply(w.admin, region.VersionInput{ID: e.ID, Version: e.Version}); err != nil || e.State != region.Moving ||
			e.AppliedDay != today {
			w.Fatalf("%+v %v", e, err)
		}
		var order []string
		w.s.Moved.Subscribe(func(_ context.Context, _ *db.Tx, m region.MovedEvent) error {
			order = append(order, fmt.Sprint(m.From, m.To, m.Day))
			return nil
		})
		for range 2 { // the second time there is nothing left
			if err := w.s.Move(auth.AsSystem(w.Context(), "test"), region.EditionInput{ID: e.ID}); err != nil {
				w.Fatal(err)
			}
		}
		if len(order) != n+3 || order[0] != fmt.Sprint(merged1, kept, today) || order[2] != fmt.Sprint(town, newTown, today) {
			w.Errorf("moved %v", order)
		}
		if e = w.edition(e.ID); e.State != region.Applied || e.Moved != int64(n+3) || e.EndedAt == nil {
			w.Errorf("%+v", e)
		}
		// now
		if w.on(town, today) != "" || len(strings.Fields(w.on(newTown, today))) != n || w.get(town).Successor != newTown ||
			w.get(town).InForce() {
			w.Errorf("now: %s / %s", w.on(town, today), w.on(newTown, today))
		}
		if d := w.get(newTown + gacha - town); d.CountsAsCommunity || d.CountsWhy != "名录" {
			w.Errorf("what was decided of the predecessor is lost: %+v", d)
		}
		if d := w.get(classed); d.Class != "111" || d.ValidFrom != 20230630 || d.Edition != 20241031 {
			w.Errorf("a class that becomes known begins no new stretch: %+v", d)
		}
		// the days before
		yesterday := today.AddDays(-1)
		if w.on(town, yesterday) != below || w.on(newTown, yesterday) != "" || w.on(town, 20210101) != below {
			w.Errorf("yesterday: %s", w.on(town, yesterday))
		}
		if h, err := w.s.History(w.Context(), region.GetInput{Code: named}); err != nil || len(h.Items) != 2 || h.Items[0].Name != "新名社区居委会" ||
			h.Items[1].ValidTo != yesterday {
			w.Errorf("%+v %v", h, err)
		}
		if h, err := w.s.History(w.Context(), region.GetInput{Code: kept}); err != nil || len(h.Predecessors) != 2 {
			w.Errorf("%+v %v", h, err)
		}
		if got := []int64{w.communities(town, today), w.communities(newTown, today), w.communities(150102001000, today),
			w.communities(region.Top, today), w.communities(region.Top, yesterday)}; fmt.Sprint(got) != fmt.Sprint([]int64{0, counted, elsewhere - 2,
			total - 2, total + 1}) {
			w.Errorf("counted %v", got)
		}
		// the same again, and an older one
		for _, day := range []clock.Day{20241031, 20240101} {
			_, err = w.s.Upload(w.admin, region.UploadInput{Day: day, Source: "x", File: blob.Upload{Data: w.file(nil)}})
			w.refused(err, errs.Invalid, "no newer day")
		}
		// a day later the merged one comes back, and nothing else
		on(w.T, today.AddDays(1))
		e = w.upload(20251031, append(w.file(nil), line(merged1, "回来的社区", "")...))
		if e.Added != 1 || e.Closed+e.Renamed+e.Classed != 0 {
			w.Fatalf("%+v", e)
		}
		if e, err = w.s.Apply(w.admin, region.VersionInput{ID: e.ID, Version: e.Version}); err != nil || e.State != region.Applied {
			w.Fatalf("%+v %v", e, err)
		}
		h, err := w.s.History(w.Context(), region.GetInput{Code: merged1})
		if err != nil || len(h.Items) != 2 || h.Items[1].Successor != kept || h.Items[0].ValidFrom != today.AddDays(1) ||
			!w.get(merged1).InForce() {
			w.Errorf("%+v %v", h, err)
		}
		if a, b, c := w.communities(150102001000, yesterday), w.communities(150102001000, today),
			w.communities(150102001000, today.AddDays(1)); a != elsewhere || b != elsewhere-2 || c != elsewhere-1 {
			w.Errorf("counted %d, %d, %d of %d", a, b, c, elsewhere)
		}
	})
}

// What no edition may hold is named by its line, and nothing is stored; so is a file that somebody may not bring.
func TestUploadRefused(t *testing.T) {
	each(t, func(w *world) {
		good := w.file(nil)
		head := "code,parent,level,name,class\n"
		top := line(region.Top, "内蒙古自治区", "")
		top = strings.Replace(top, "000000000000", "", 1)
		for what, c := range map[string]struct{ data, says string }{
			"empty":            {"", "第 1 行"},
			"another header":   {"code,name\n", "第 1 行"},
			"only the header":  {head, "没有区划"},
			"a cell too few":   {head + "150000000000,,1,内蒙古\n", "第 2 行不是 5 列"},
			"no code":          {head + top + "15,,1,x,\n", "第 3 行：代码应是 12 位数字"},
			"twice":            {head + top + top, "第 3 行：代码重复"},
			"another parent":   {head + top + "150100000000,150200000000,2,x,\n", "上级代码"},
			"another level":    {head + top + "150100000000,150000000000,3,x,\n", "级别"},
			"no name":          {head + top + "150100000000,150000000000,2, ,\n", "名称"},
			"class":            {head + top + "150100000000,150000000000,2,x,9x\n", "城乡分类"},
			"no parent there":  {head + top + "150101001000,150101000000,4,x,\n", "不在文件里"},
			"another province": {head + top + "110000000000,,1,北京市,\n", "不在内蒙古"},
			"bytes":            {"\xff\xfe\x00\x01", "第 1 行"},
		} {
			_, err := w.s.Upload(w.admin, region.UploadInput{Day: 20241031, Source: "x", File: blob.Upload{Data: []byte(c.data)}})
			if errs.KindOf(err) != errs.Invalid || !strings.Contains(fmt.Sprint(err), c.says) {
				w.Errorf("%s: %v, want %s", what, err, c.says)
			}
		}
		for what, c := range map[string]struct {
			ctx  context.Context
			day  clock.Day
			kind errs.Kind
		}{"a day to come": {w.admin, today.AddDays(1), errs.Invalid}, "no day": {w.admin, 0, errs.Invalid},
			"an officer":                   {as(w.T, auth.RegionOfficer, region.Top), 20241031, errs.Denied},
			"an administrator of a league": {as(w.T, auth.SystemAdmin, 152500000000), 20241031, errs.Denied},
			"a visitor":                    {w.Context(), 20241031, errs.Unauthenticated}} {
			_, err := w.s.Upload(c.ctx, region.UploadInput{Day: c.day, Source: "x", File: blob.Upload{Data: good}})
			w.refused(err, c.kind, what)
		}
		if page, err := w.s.Editions(w.admin, region.EditionsInput{}); err != nil || len(page.Items) != 0 {
			w.Errorf("stored: %+v %v", page.Items, err)
		}
		gb, err := simplifiedchinese.GB18030.NewEncoder().Bytes(good)
		if err != nil {
			w.Fatal(err)
		}
		if e := w.upload(20241031, gb); e.Added+e.Closed+e.Renamed+e.Classed != 0 || e.Units != 15938 {
			w.Errorf("the same divisions as Excel writes them: %+v", e)
		}
	})
}

// While one edition is open there is no second; what was seen before somebody else's change is refused; a dropped edition changes nothing.
func TestOneEdition(t *testing.T) {
	each(t, func(w *world) {
		before := w.on(150102001000, today)
		e := w.upload(20241031, w.next())
		_, err := w.s.Upload(w.admin, region.UploadInput{Day: 20241031, Source: "x", File: blob.Upload{Data: w.file(nil)}})
		w.refused(err, errs.Conflict, "a second one")
		for what, d := range map[string]region.Decision{"itself closed": {merged1, merged2}, "itself": {merged1, merged1},
			"another level": {merged1, 150102001000}, "none such": {merged1, 150102001888}, "not closed": {kept, fresh},
			"not there": {150102001777, kept}} {
			_, err := w.s.Decide(w.admin, region.DecideInput{ID: e.ID, Version: e.Version, Decisions: []region.Decision{d}})
			w.refused(err, errs.Invalid, what)
		}
		if got := w.edition(e.ID); got.Version != e.Version || got.Moves != 0 {
			w.Errorf("a refused decision left %+v", got)
		}
		if e, err = w.s.Decide(w.admin, region.DecideInput{ID: e.ID, Version: e.Version,
			Decisions: []region.Decision{{merged1, fresh}, {gacha, 0}}}); err != nil {
			w.Fatal(err)
		}
		if page, err := w.s.Changes(w.admin, region.ChangesInput{ID: e.ID, Undecided: true}); err != nil || len(page.Items) == 0 ||
			page.Items[0].Decided {
			w.Errorf("%+v %v", page, err)
		}
		stale := region.VersionInput{ID: e.ID, Version: 1}
		for what, move := range map[string]func(context.Context, region.VersionInput) (region.Edition, error){
			"accept": w.s.Accept, "apply": w.s.Apply, "discard": w.s.Discard,
		} {
			_, err := move(w.admin, stale)
			w.refused(err, errs.Conflict, what+" of before")
			_, err = move(as(w.T, auth.BannerOfficer, banner), stale)
			w.refused(err, errs.Denied, what+" by an officer")
			_, err = move(w.admin, region.VersionInput{ID: 1, Version: 1})
			w.refused(err, errs.NotFound, what+" of none")
		}
		if e, err = w.s.Discard(w.admin, region.VersionInput{ID: e.ID, Version: e.Version}); err != nil || e.State != region.Discarded {
			w.Fatal(err)
		}
		_, err = w.s.Apply(w.admin, region.VersionInput{ID: e.ID, Version: e.Version})
		w.refused(err, errs.Conflict, "a dropped one")
		if w.on(150102001000, today) != before {
			w.Error("a dropped edition changed something")
		}
		w.upload(20241031, w.file(nil)) // now there is room
	})
}

// Of two uploads, and of two who apply, at the same moment one wins.
func TestRace(t *testing.T) {
	each(t, func(w *world) {
		data := w.next()
		race := func(what string, fn func() error) {
			w.Helper()
			var won sync.Map
			var all sync.WaitGroup
			for i := range 4 {
				all.Go(func() {
					if err := fn(); err == nil {
						won.Store(i, true)
					} else if errs.KindOf(err) != errs.Conflict {
						w.Errorf("%s: %v", what, err)
					}
				})
			}
			all.Wait()
			n := 0
			won.Range(func(any, any) bool { n++; return true })
			if n != 1 {
				w.Errorf("%s: %d won", what, n)
			}
		}
		race("upload", func() error {
			_, err := w.s.Upload(w.admin, region.UploadInput{Day: 20241031, Source: "x", File: blob.Upload{Data: data}})
			return err
		})
		page, err := w.s.Editions(w.admin, region.EditionsInput{})
		if err != nil || len(page.Items) != 1 {
			w.Fatal(page, err)
		}
		e, err := w.s.Accept(w.admin, region.VersionInput{ID: page.Items[0].ID, Version: 1})
		if err != nil {
			w.Fatal(err)
		}
		race("apply", func() error {
			_, err := w.s.Apply(w.admin, region.VersionInput{ID: e.ID, Version: e.Version})
			return err
		})
	})
}

// A closed division that still holds something, and what an area objects to, stands against an edition, by name.
func TestObstacles(t *testing.T) {
	each(t, func(w *world) {
		w.s.Closing.Subscribe(func(_ context.Context, _ *db.Tx, e region.ClosingEvent) error {
			e.Live[merged1] = append(e.Live[merged1], "居民 3", "站点 1")
			e.Live[gacha] = append(e.Live[gacha], "居民 1")
			if e.Successor[merged2] == kept {
				e.Objections[merged2] = "两个站要先并成一个"
			}
			return nil
		})
		e := w.upload(20241031, w.next())
		e, err := w.s.Accept(w.admin, region.VersionInput{ID: e.ID, Version: e.Version})
		if err != nil {
			w.Fatal(err)
		}
		e, err = w.s.Decide(w.admin, region.DecideInput{ID: e.ID, Version: e.Version, Decisions: []region.Decision{{merged2, kept}}})
		if err != nil {
			w.Fatal(err)
		}
		apply := func() error {
			_, err := w.s.Apply(w.admin, region.VersionInput{ID: e.ID, Version: e.Version})
			return err
		}
		err = apply()
		w.refused(err, errs.Conflict, "orphans")
		for _, x := range []string{merged1.String(), "居民 3、站点 1", merged2.String(), "两个站要先并成一个"} {
			if !strings.Contains(fmt.Sprint(err), x) {
				w.Errorf("%v does not say %s", err, x)
			}
		}
		if strings.Contains(fmt.Sprint(err), gacha.String()) || !w.get(merged1).InForce() {
			w.Errorf("%v", err)
		}
		if e, err = w.s.Decide(w.admin, region.DecideInput{ID: e.ID, Version: e.Version,
			Decisions: []region.Decision{{merged1, kept}, {merged2, 0}}}); err != nil {
			w.Fatal(err)
		}
		if err := apply(); err != nil {
			w.Error(err)
		}
	})
}

var follow = db.SQL(`INSERT INTO calendar (day, kind, name) VALUES ($1, 'holiday', $2)`)

// moving lets each move leave a row, so that twice shows; stuck hangs in the third, before its commit.
func moving(s *region.Service, stuck bool) {
	n := 0
	s.Moved.Subscribe(func(ctx context.Context, tx *db.Tx, m region.MovedEvent) error {
		if _, err := follow.Run(ctx, tx, int64(m.From), m.To.String()); err != nil {
			return err
		}
		if n++; stuck && n == 3 {
			fmt.Println("third")
			select {}
		}
		return nil
	})
}

// A process that is killed while rows follow their divisions leaves each move done or not begun; the next one does the rest, none twice.
func TestKilledMove(t *testing.T) {
	if at := os.Getenv("LINLI_TEST_MOVE"); at != "" {
		url, id, _ := strings.Cut(at, " ")
		d, err := db.Open(t.Context(), url)
		if err == nil {
			err = d.Start(t.Context())
		}
		var edition db.ID
		if err == nil {
			err = edition.UnmarshalText([]byte(id))
		}
		if err != nil {
			t.Fatal(err)
		}
		s := region.New(d)
		moving(s, true)
		t.Fatal(s.Move(auth.AsSystem(t.Context(), "test"), region.EditionInput{ID: edition}))
	}
	seeded.EachURL(t, func(t *testing.T, url string) {
		on(t, today)
		d, err := db.Open(t.Context(), url)
		if err == nil {
			t.Cleanup(func() { d.Close() })
			err = d.Start(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
		w := &world{T: t, db: d, s: region.New(d), admin: as(t, auth.SystemAdmin, region.Top)}
		e := w.upload(20241031, w.next())
		if e, err = w.s.Accept(w.admin, region.VersionInput{ID: e.ID, Version: e.Version}); err == nil {
			e, err = w.s.Apply(w.admin, region.VersionInput{ID: e.ID, Version: e.Version})
		}
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledMove$")
		cmd.Env = append(os.Environ(), "LINLI_TEST_MOVE="+url+" "+e.ID.String())
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := out.Read(make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		cmd.Wait()
		if got := w.edition(e.ID); got.State != region.Moving || got.Moved != 2 {
			t.Fatalf("after the kill: %+v", got)
		}
		moving(w.s, false)
		for end := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) { // until the engine has noticed the death
			if err = w.s.Move(auth.AsSystem(t.Context(), "test"), region.EditionInput{ID: e.ID}); err == nil || time.Now().After(end) {
				break
			}
		}
		rows := read(w, func(ctx context.Context, tx *db.Tx) (int64, error) {
			return db.SelectOne[int64](ctx, tx, tx.Build("SELECT count(*) FROM calendar"))
		})
		if got := w.edition(e.ID); err != nil || got.State != region.Applied || got.Moved != e.Moves || rows != e.Moves {
			t.Errorf("%v, %d rows, %+v", err, rows, got)
		}
	})
}
