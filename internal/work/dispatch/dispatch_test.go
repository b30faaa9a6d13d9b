package dispatch

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bits-and-blooms/bitset"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/geo"
	"linli/internal/platform/seal"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
	"linli/internal/work/order/wish"
)

const gacha auth.Region = 152_502_200_201

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)

// world is a community with a station, some residents and some volunteers, who live along a road to the north.
type world struct {
	t         *testing.T
	d         *db.DB
	s         *Service
	orders    *order.Service
	persons   *person.Service
	item      catalogue.Item
	residents []db.ID
	system    context.Context
	manager   context.Context
}

var seeded = dbtest.Seeded(catalogue.Seed, setting.Seed)

func each(t *testing.T, test func(*testing.T, *world)) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(noon)
		t.Cleanup(clock.Reset)
		keys := seal.Ephemeral()
		w := &world{t: t, d: d, persons: person.New(d, keys, true), system: auth.AsSystem(t.Context(), "test")}
		w.orders = order.New(d, keys, w.persons, blob.New(d, t.TempDir()))
		w.s = New(d, w.orders)
		for level := 1; level <= 5; level++ {
			parent := any(nil)
			if level > 1 {
				parent = int64(gacha.At(level).Parent())
			}
			w.exec(`INSERT INTO region (code, name, level, parent, class, edition, valid_from, valid_to, lat, lng, population, population_basis,
				counts_as_community, counts_why,
				counts_by, version) VALUES (?, '地方', ?, ?, '', 1, 1, 99991231, 0, 0, 0, '', TRUE, '', '', 1)`, gacha.At(level), level, parent)
		}
		w.station(7, gacha, 43.9)
		w.write(func(tx *db.Tx) error {
			menu, err := catalogue.Menu(w.system, tx, gacha)
			w.item = menu[0]
			return err
		})
		w.manager = w.as(auth.Grant{Role: auth.StationManager, Station: 7, Region: gacha})
		for _, name := range []string{"居民甲", "居民乙", "居民丙"} {
			w.residents = append(w.residents, w.person(name))
		}
		test(t, w)
	})
}

func (w *world) as(grants ...auth.Grant) context.Context {
	return auth.With(w.t.Context(), auth.Actor{Account: 1, Name: "管理员", Grants: grants})
}

func (w *world) write(fn func(*db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(w.system, fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(text string, args ...any) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { _, err := tx.Build(text, args...).Run(w.system, tx); return err })
}

func (w *world) station(id db.ID, at auth.Region, lat float64) {
	w.exec(`INSERT INTO station (id, no, kind, name, name_confirmed, region, host, address, hours_note, lat, lng, cell, status, status_day,
		version)
		VALUES (?, ?, 'station', '站', TRUE, ?, '', '', '', ?, 116.1, 0, 'open', 20260101, 1)`, id, id.String(), at, lat)
}

var phones int

func (w *world) person(name string, at ...person.Address) (id db.ID) {
	w.t.Helper()
	phones++
	w.write(func(tx *db.Tx) error {
		p, err := w.persons.Add(w.system, tx, person.NewPerson{Name: name, Phone: fmt.Sprintf("129%08d", phones), Region: gacha,
			Consent: person.BySpoken, Addresses: at})
		id = p.ID
		return err
	})
	return id
}

// volunteer adds one who lives so many hundredths of a degree to the north, about 1.1 km each, and goes 10 km far.
func (w *world) volunteer(id db.ID, name string, north int) {
	w.t.Helper()
	p := w.person(name)
	w.exec(`INSERT INTO volunteer (id, no, person_id, region, station_id, status, identities, skills, max_km, lat, lng, reason, at, version)
		VALUES (?, ?, ?, ?, 7, 'active', '', '', 10, ?, 116.1, '', ?, 1)`, id, id.String(), p, gacha, 43.9+float64(north)/100, noon)
}

// queued makes an order for a resident, from one hour of today to the next.
func (w *world) queued(resident, hour int, change ...func(*order.CreateInput)) order.Detail {
	w.t.Helper()
	in := order.CreateInput{CatalogueID: w.item.ID, RecipientID: w.residents[resident], Title: "送饭", Region: gacha, Consent: "spoken",
		Reviewed: true, Needed: 1, Voice: order.Voice{Channel: "desk"},
		Window: order.Window{WindowStart: noon.Add(time.Duration(hour-12) * time.Hour), WindowEnd: noon.Add(time.Duration(hour-11) * time.Hour)}}
	for _, f := range change {
		f(&in)
	}
	out, err := w.orders.Create(w.manager, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return out.Detail
}

// lives puts a resident in the place of another, so many hundredths of a degree to the north.
func (w *world) lives(resident, north int) {
	w.residents[resident] = w.person("居民丁", person.Address{Kind: "home", Region: gacha, Detail: "路边", Lat: 43.9 + float64(north)/100,
		Lng: 116.1})
}

func (w *world) accept(o order.Detail, volunteer db.ID) {
	w.t.Helper()
	o, err := w.orders.Dispatch(w.manager, order.DispatchInput{Ask: order.Ask{ID: o.ID, Version: o.Version}, VolunteerIDs: []db.ID{volunteer}})
	if err == nil {
		_, err = w.orders.Accept(w.manager, order.PartInput{Ask: order.Ask{ID: o.ID, Version: o.Version,
			Voice: order.Voice{Channel: "desk", SpokenBy: "本人"}}, VolunteerID: volunteer})
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func TestCandidates(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i, name := range []string{"近", "远", "太远", "外出", "请假", "小", "不要", "男"} {
			w.volunteer(db.ID(101+i), name, []int{1, 3, 100, 1, 1, 1, 1, 1}[i])
		}
		w.exec(`INSERT INTO volunteer_pause (id, volunteer_id, from_day, to_day, reason) VALUES (1, 105, 20261101, 0, '')`)
		w.exec(`UPDATE person SET birth_day = 20150601 WHERE name = '小'`)
		w.exec(`UPDATE person SET sex = CASE WHEN name = '男' THEN 'male' ELSE 'female' END`)
		w.exec(`UPDATE catalogue_item SET adults_only = TRUE`)
		w.accept(w.queued(0, 13), 104)
		o := w.queued(0, 13)
		if _, err := w.orders.Wish(w.manager, order.WishInput{ID: o.ID, Sex: wish.Female, Exclude: []db.ID{107}}); err != nil {
			t.Fatal(err)
		}
		got, err := w.s.Candidates(w.manager, GetInput{o.ID})
		if err != nil {
			t.Fatal(err)
		}
		why := map[string]string{"近": "", "远": "", "太远": "公里", "外出": "另有安排", "请假": "请假", "小": "18", "不要": "另有意愿", "男": "女志愿者"}
		if len(got.Items) != len(why) || got.Items[0].Name != "近" || got.Items[1].Name != "远" {
			t.Fatalf("candidates %+v", got.Items)
		}
		for _, c := range got.Items {
			if want := why[c.Name]; want == "" && c.RefusedBecause != "" || !strings.Contains(c.RefusedBecause, want) || len(c.Reasons) == 0 {
				t.Errorf("%s: %+v", c.Name, c)
			}
		}
		if near, far := got.Items[0], got.Items[1]; near.Score <= far.Score || near.Cost >= far.Cost {
			t.Errorf("near %+v, far %+v", near, far)
		}
		for ctx, want := range map[context.Context]errs.Kind{t.Context(): errs.Unauthenticated,
			w.as(auth.Grant{Role: auth.Resident}):                                            errs.Denied,
			w.as(auth.Grant{Role: auth.StationManager, Station: 8, Region: 152_601_100_201}): errs.NotFound,
			w.as(auth.Grant{Role: auth.BannerOfficer, Region: gacha.At(3)}):                  errs.Denied} {
			if _, err := w.s.Candidates(ctx, GetInput{o.ID}); errs.KindOf(err) != want {
				t.Errorf("got %v, want %d", err, want)
			}
		}
	})
}

// The greedy station sends 近 to 甲, who is a little nearer, and has nobody for 乙, whom only 近 reaches; the plan serves both.
func TestPlan(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.volunteer(101, "近", 2)
		w.volunteer(102, "远", -6)
		w.exec(`UPDATE volunteer SET max_km = 8 WHERE id = 102`)
		w.lives(0, 1)
		w.lives(1, 8)
		first, second := w.queued(0, 14), w.queued(1, 14)
		plan, err := w.s.Plan(w.manager, PlanInput{})
		if err != nil {
			t.Fatal(err)
		}
		who := map[db.ID]string{}
		for _, l := range plan.Lines.Items {
			who[l.OrderID] = l.Name
		}
		if plan.Served != 2 || plan.Near.Served != 1 || plan.Gap != 0 || plan.Left != 2 || who[first.ID] != "远" || who[second.ID] != "近" ||
			len(plan.Lack) != 0 {
			t.Fatalf("plan %+v", plan)
		}
		if !strings.Contains(plan.verdict(), "多 1 个空位有人") {
			t.Error(plan.verdict())
		}
		line := plan.Lines.Items[slices.IndexFunc(plan.Lines.Items, func(l Line) bool { return l.OrderID == first.ID })]
		why, err := w.s.Explain(w.manager, WhyInput{plan.ID, line.ID})
		if err != nil || len(why.Others) != 1 || why.Others[0].Name != "近" || why.Others[0].More < exit/2 ||
			!strings.Contains(why.Others[0].Because, "更需要") {
			t.Fatalf("why %+v, %v", why, err)
		}

		if err := w.d.Read(t.Context(), func(tx *db.Tx) error {
			kept, err := storedText.One(t.Context(), tx, plan.ID)
			if strings.ContainsAny(kept, "近远") || !strings.Contains(kept, `"id":"102"`) {
				t.Errorf("what the solver was given names people: %s", kept)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
		stranger := auth.With(t.Context(), auth.Actor{Account: 2,
			Grants: []auth.Grant{{Role: auth.StationManager, Station: 8, Region: 152_601_100_201}}})
		if _, err := w.s.Read(stranger, ReadInput{ID: plan.ID}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a stranger reads: %v", err)
		}
		if _, err := w.s.Send(stranger, ChooseInput{ID: plan.ID, All: true}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("a stranger sends: %v", err)
		}
		if _, err := w.s.Send(w.manager, ChooseInput{ID: plan.ID}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("nothing chosen: %v", err)
		}

		// Meanwhile 近 has taken something else: his line says so, the other goes out.
		w.exec(`INSERT INTO volunteer_pause (id, volunteer_id, from_day, to_day, reason) VALUES (1, 101, 20261101, 0, '')`)
		sent, err := w.s.Send(w.manager, ChooseInput{ID: plan.ID, All: true})
		if err != nil {
			t.Fatal(err)
		}
		states := map[string]string{}
		for _, l := range sent.Lines.Items {
			states[l.Name] = l.State + l.Why
		}
		if states["远"] != Sent || states["近"] != Failed+"这几天请假" || sent.Left != 0 {
			t.Fatalf("sent %v", states)
		}
		if _, err := w.s.Send(w.manager, ChooseInput{ID: plan.ID, All: true}); errs.CodeOf(err) != "wrong_state" {
			t.Errorf("sent twice: %v", err)
		}
		o, err := w.orders.Get(w.manager, order.GetInput{ID: first.ID})
		if err != nil || o.State != order.Offered {
			t.Errorf("order %s, %v", o.State, err)
		}
	})
}

func TestDropAndSimulate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.volunteer(101, "一", 1)
		w.queued(0, 14)
		w.queued(1, 14)
		plan, err := w.s.Plan(w.manager, PlanInput{Days: 7})
		if err != nil || plan.Served != 1 || len(plan.Lack) != 1 {
			t.Fatalf("plan %+v, %v", plan, err)
		}
		more, err := w.s.Simulate(w.manager, WhatIfInput{ID: plan.ID, Count: 1})
		if err != nil || more.With.Served != 2 || more.Helps != 2 {
			t.Errorf("with one more %+v, %v", more.With, err)
		}
		if same, err := w.s.Simulate(w.manager, WhatIfInput{ID: plan.ID}); err != nil || same.With != plan.Sums {
			t.Errorf("with nobody more %+v instead of %+v, %v", same.With, plan.Sums, err)
		}
		dropped, err := w.s.Drop(w.manager, ChooseInput{ID: plan.ID, Lines: []db.ID{plan.Lines.Items[0].ID}})
		if err != nil || dropped.Left != 0 || dropped.Lines.Items[0].State != Dropped {
			t.Errorf("dropped %+v, %v", dropped, err)
		}
		if list, err := w.s.List(w.manager, ListInput{}); err != nil || len(list.Items) != 1 || list.Items[0].ID != plan.ID {
			t.Errorf("list %+v, %v", list, err)
		}
	})
}

// A town plans for its stations, sees the proposal, and the station sends it.
func TestPlanOfTown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.volunteer(101, "一", 1)
		w.queued(0, 14)
		town := auth.With(t.Context(), auth.Actor{Account: 5, Grants: []auth.Grant{{Role: auth.TownOfficer, Region: gacha.At(auth.LevelTown)}}})
		plan, err := w.s.Plan(town, PlanInput{})
		if err != nil || plan.Served != 1 {
			t.Fatalf("plan %+v, %v", plan, err)
		}
		if _, err := w.s.Send(town, ChooseInput{ID: plan.ID, All: true}); errs.KindOf(err) != errs.Denied {
			t.Errorf("the town sends what the station holds: %v", err)
		}
		manager := auth.With(t.Context(), auth.Actor{Account: 6, Grants: []auth.Grant{{Role: auth.StationManager, Station: 7, Region: gacha}}})
		if sent, err := w.s.Send(manager, ChooseInput{ID: plan.ID, All: true}); err != nil || sent.Lines.Items[0].State != Sent {
			t.Errorf("the station sends: %+v, %v", sent, err)
		}
	})
}

// Where it is switched on, offers go out in waves: the station's own first, then everybody around and the neighbour told, then up to
// the town.
func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for i := range 3 {
			w.volunteer(db.ID(101+i), "志愿者"+string(rune('一'+i)), i+1)
		}
		w.exec(`UPDATE volunteer SET station_id = NULL WHERE id = 103`)
		o := w.queued(0, 14)
		state := func() (string, order.Detail) {
			t.Helper()
			if err := w.s.Sweep(w.system); err != nil {
				t.Fatal(err)
			}
			got, err := w.orders.Get(w.manager, order.GetInput{ID: o.ID})
			if err != nil {
				t.Fatal(err)
			}
			names := ""
			for _, v := range got.Volunteers {
				if v.State == order.PartOffered {
					names += v.VolunteerID.String() + " "
				}
			}
			return string(got.State) + " " + got.Level + " " + names, got
		}
		decline := func(o order.Detail) {
			t.Helper()
			for _, v := range o.Volunteers {
				if v.State != order.PartOffered {
					continue
				}
				var err error
				if o, err = w.orders.Decline(w.manager, order.PartInput{Ask: order.Ask{ID: o.ID, Version: o.Version,
					Voice: order.Voice{Channel: "desk", SpokenBy: "本人"}}, VolunteerID: v.VolunteerID}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if got, _ := state(); got != "queued station " {
			t.Errorf("switched off: %s", got)
		}
		set := setting.New(w.d)
		for key, value := range map[setting.Key]string{setting.DispatchAuto: "1", setting.DispatchWave: "2", setting.DispatchWaves: "2"} {
			if _, err := set.Set(w.system, setting.SetInput{Key: key, Region: 150000000000, Value: value, Reason: "试一试"}); err != nil {
				t.Fatal(err)
			}
		}
		for i, want := range []string{"offered station 101 102 ", "offered station 103 ", "queued town "} {
			got, o := state()
			if got != want {
				t.Fatalf("wave %d: %s instead of %s", i, got, want)
			}
			decline(o)
		}
		if err := w.s.Sweep(w.manager); err != nil {
			t.Fatal(err)
		}
	})
}

// The index, kept by events, finds whom the database would find.
func TestPool(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		vols := volunteer.New(w.d)
		vols.Changed.Subscribe(w.s.Pool.OnChanged)
		for i := range 30 {
			w.volunteer(db.ID(101+i), "志愿者"+string(rune('一'+i)), i-15)
		}
		w.exec(`UPDATE volunteer SET max_km = 1 + id * 7 % 30`)
		w.exec(`UPDATE volunteer SET lat = 0, lng = 0 WHERE id IN (110, 111)`)
		around := func() []db.ID {
			t.Helper()
			x, err := w.s.Pool.Index(w.system, gacha)
			if err != nil {
				t.Fatal(err)
			}
			var ids []db.ID
			for _, at := range x.Around(43.9, 116.1, gacha.At(auth.LevelTown)) {
				ids = append(ids, x.People[at].ID)
			}
			slices.Sort(ids)
			return ids
		}
		wanted := func() (ids []db.ID) {
			t.Helper()
			w.write(func(tx *db.Tx) error {
				all, err := volunteer.InBanner(w.system, tx, gacha.At(auth.LevelBanner))
				for _, v := range all {
					if !geo.Marked(v.Lat, v.Lng) || kilometres(43.9, 116.1, v.Lat, v.Lng) <= willing(&v) {
						ids = append(ids, v.ID)
					}
				}
				return err
			})
			return ids
		}
		if got, want := around(), wanted(); !slices.Equal(got, want) || len(got) < 10 || len(got) > 25 {
			t.Fatalf("around %v, want %v", got, want)
		}
		if _, err := vols.Leave(w.system, volunteer.LeaveInput{ID: 115, Version: 1}); err != nil {
			t.Fatal(err)
		}
		got, want := around(), wanted()
		if !slices.Equal(got, want) || slices.Contains(got, 115) {
			t.Errorf("after one left %v, want %v", got, want)
		}
	})
}

// Looking outwards from the place finds the same people, in the same order, as weighing everybody does.
func TestChoicesAreTheCheapest(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 9))
	town := gacha.At(auth.LevelTown)
	for round := range 40 {
		var people []volunteer.Profile
		f := &facts{loads: map[db.ID]order.Load{}, known: map[db.ID]map[db.ID]int64{1: {}},
			weights: weights{foreign: 10, known: 20, wish: 30, load: 3, noShow: 15, busy: 30, limit: 480}}
		for i := range 800 {
			v := volunteer.Profile{Volunteer: volunteer.Volunteer{ID: db.ID(1000 + i), PersonID: db.ID(5000 + i),
				Region: town + auth.Region(200+r.IntN(9)), Status: volunteer.Active, MaxKm: int64(r.IntN(40))}}
			if r.IntN(10) > 0 {
				v.Lat, v.Lng = 43.9+r.NormFloat64()*0.2, 116.1+r.NormFloat64()*0.2
			}
			if r.IntN(3) > 0 {
				v.Skills = append(v.Skills, "repair")
			}
			if r.IntN(2) > 0 {
				v.Available = append(v.Available, "2pm")
			}
			f.loads[v.ID] = order.Load{Month: int64(r.IntN(9)), NoShows: int64(r.IntN(2))}
			if r.IntN(100) == 0 {
				f.known[1][v.ID] = 2
			}
			people = append(people, v)
		}
		f.index = NewIndex(people)
		f.learnt = bitset.New(uint(len(people))).Complement()
		j := &job{lat: 43.9, lng: 116.1, wish: wish.Wish{Prefer: []db.ID{1003, 1700}}, item: catalogue.Item{Skills: []string{"repair"}}}
		j.Region, j.RecipientID, j.WindowStart, j.WindowEnd = gacha, 1, noon.Add(2*time.Hour), noon.Add(4*time.Hour)
		j.free = f.index.Free(j.WindowStart, j.WindowEnd)
		if round%8 == 0 {
			j.lat, j.lng = 0, 0
		}
		got, err := f.choices(t.Context(), nil, j)
		if err != nil {
			t.Fatal(err)
		}
		var want []priced
		for i := range people { // near is decided by refusal, as the crow flies
			at := int32(i)
			if v := &f.index.People[at]; f.refusal(t.Context(), j, v) == "" {
				p := f.priced(j, at)
				if free, said := v.Free(j.WindowStart, j.WindowEnd); (p[Busy] != 0) != (said && !free) {
					t.Fatalf("%d: %v %v, but %d", v.ID, free, said, p[Busy])
				}
				want = append(want, priced{p.Sum(), choice{at, p}})
			}
		}
		slices.SortFunc(want, func(a, b priced) int {
			return cmp.Or(cmp.Compare(a.sum, b.sum), cmp.Compare(f.index.People[a.V].ID, f.index.People[b.V].ID))
		})
		want = want[:min(len(want), mostChoices)]
		if !slices.EqualFunc(got, want, func(a choice, b priced) bool { return a == b.choice }) || round == 1 && len(got) != mostChoices {
			t.Fatalf("round %d: %d chosen, not the %d cheapest", round, len(got), len(want))
		}
	}
}
