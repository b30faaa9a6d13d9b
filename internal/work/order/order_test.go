package order

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
	"linli/internal/work/catalogue"
	"linli/internal/work/order/card"
)

const (
	gacha    auth.Region = 152_502_200_201
	lonely   auth.Region = 152_502_200_202 // a community of the same town without a station
	faraway  auth.Region = 152_601_100_201
	stationA db.ID       = 77
)

// noon is a Tuesday.
var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)

// world is a small town with everybody whom an order needs.
type world struct {
	t    *testing.T
	d    *db.DB
	s    *Service
	item catalogue.Item

	resident, neighbour, manager, head, town, banner, elsewhere, inspector, visitor, system context.Context
	residentID                                                                              db.ID
	vols                                                                                    []vol
	events                                                                                  []string
}

type vol struct {
	id, person db.ID
	ctx        context.Context
}

var seeded = dbtest.Seeded(catalogue.Seed)

func each(t *testing.T, test func(t *testing.T, w *world)) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(noon)
		t.Cleanup(clock.Reset)
		test(t, newWorld(t, d))
	})
}

func newWorld(t *testing.T, d *db.DB) *world {
	keys := seal.Ephemeral()
	persons := person.New(d, keys, true)
	w := &world{t: t, d: d, s: New(d, keys, persons, blob.New(d, t.TempDir()))}
	w.system = auth.AsSystem(t.Context(), "test")
	account := db.ID(9000)
	actor := func(p db.ID, grants ...auth.Grant) context.Context {
		account++
		return auth.With(t.Context(), auth.Actor{Account: account, Person: p, Name: fmt.Sprint("账号", account), Grants: grants})
	}
	w.write(func(ctx context.Context, tx *db.Tx) error {
		for r := range map[auth.Region]bool{gacha: true, lonely: true, faraway: true} {
			for level := 1; level <= 5; level++ {
				at := r.At(level)
				b := tx.Build(`INSERT INTO region (code, name, level, parent, class, edition, valid_from, valid_to, lat, lng, population,
					population_basis, counts_as_community, counts_why, counts_by, version) VALUES (?, ?, ?, `, at, fmt.Sprint("地方", at), level)
				if level == 1 {
					b.Add("NULL")
				} else {
					b.Add("?", at.Parent())
				}
				if _, err := b.Add(`, '', 20230630, 20230630, 99991231, 0, 0, 0, '', TRUE, '', '', 1) ON CONFLICT DO NOTHING`).Run(ctx,
					tx); err != nil {
					return err
				}
			}
		}
		addStation(ctx, t, tx, stationA, gacha)
		menu, err := catalogue.Menu(ctx, tx, gacha)
		if err != nil {
			return err
		}
		w.item = menu[0]
		for i, name := range []string{"娜仁", "巴图", "其其格", "王芳", "乌兰", "李强"} {
			p, err := persons.Add(ctx, tx, person.NewPerson{Name: name, Phone: fmt.Sprintf("1290000000%d", i), Region: gacha,
				BirthDay: 19800101, Consent: person.BySpoken, Addresses: []person.Address{{Kind: "home", Region: gacha,
					Detail: "东头第" + string([]rune("三一二四五六")[i]) + "家"}}})
			if err != nil {
				return err
			}
			switch i {
			case 0:
				w.residentID = p.ID
				w.resident = actor(p.ID, auth.Grant{Role: auth.Resident})
			case 1:
				w.neighbour = actor(p.ID, auth.Grant{Role: auth.Resident})
			default:
				id := db.ID(500 + i)
				addVolunteer(ctx, t, tx, id, p.ID, gacha)
				w.vols = append(w.vols, vol{id, p.ID, actor(p.ID, auth.Grant{Role: auth.Volunteer})})
			}
		}
		return nil
	})
	w.manager = actor(0, auth.Grant{Role: auth.StationManager, Station: stationA, Region: gacha})
	w.head = actor(0, auth.Grant{Role: auth.CommunityHead, Region: gacha})
	w.town = actor(0, auth.Grant{Role: auth.TownOfficer, Region: gacha.At(auth.LevelTown)})
	for _, who := range []context.Context{w.town, actor(0, auth.Grant{Role: auth.SocialWorker, Region: gacha})} {
		if _, err := persons.Meet(who, person.MeetInput{ID: w.residentID, Version: 1}); err != nil {
			t.Fatal("known:", err)
		}
	}
	w.banner = actor(0, auth.Grant{Role: auth.BannerOfficer, Region: gacha.At(auth.LevelBanner)})
	w.elsewhere = actor(0, auth.Grant{Role: auth.StationManager, Station: 99, Region: faraway})
	w.inspector = actor(0, auth.Grant{Role: auth.Inspector, Region: gacha.At(auth.LevelLeague)})
	w.visitor = t.Context()
	tell := func(name string) { w.events = append(w.events, name) }
	w.s.Served.Subscribe(func(context.Context, *db.Tx, ServedEvent) error { tell("served"); return nil })
	w.s.Confirmed.Subscribe(func(_ context.Context, _ *db.Tx, e ConfirmedEvent) error {
		tell(fmt.Sprint("confirmed second=", e.Order.NeedsSecond))
		return nil
	})
	w.s.Disputed.Subscribe(func(context.Context, *db.Tx, DisputedEvent) error { tell("disputed"); return nil })
	w.s.Resolved.Subscribe(func(_ context.Context, _ *db.Tx, e ResolvedEvent) error {
		tell(fmt.Sprint("resolved redo=", e.Redo))
		return nil
	})
	w.s.Cancelled.Subscribe(func(context.Context, *db.Tx, CancelledEvent) error { tell("cancelled"); return nil })
	w.s.Evaluated.Subscribe(func(context.Context, *db.Tx, EvaluatedEvent) error { tell("evaluated"); return nil })
	return w
}

func (w *world) write(fn func(ctx context.Context, tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(w.system, func(tx *db.Tx) error { return fn(w.system, tx) }); err != nil {
		w.t.Fatal(err)
	}
}

// input is an order for today, 15:00 to 16:00.
func (w *world) input() CreateInput {
	noon := clock.Today(w.system).Time().Add(12 * time.Hour)
	return CreateInput{CatalogueID: w.item.ID, Title: "送一顿午饭", Detail: "腿脚不便", Region: gacha, Address: "东头第三家红门", Needed: 1,
		Window: Window{noon.Add(3 * time.Hour), noon.Add(4 * time.Hour)}}
}

func (w *world) create(change ...func(*CreateInput)) Detail {
	w.t.Helper()
	in := w.input()
	for _, f := range change {
		f(&in)
	}
	out, err := w.s.Create(w.resident, in)
	if err != nil {
		w.t.Fatal("create:", err)
	}
	return out.Detail
}

// must gives the result of a move that has to succeed.
func (w *world) must(d Detail, err error) Detail {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func ask(o Detail) Ask { return Ask{ID: o.ID, Version: o.Version} }

func because(o Detail, reason string) Ask { return Ask{ID: o.ID, Version: o.Version, Reason: reason} }

// saidBy is a move entered for somebody.
func saidBy(o Detail, who string) Ask {
	return Ask{ID: o.ID, Version: o.Version, Reason: "电话里说的", Voice: Voice{Channel: "phone_call", SpokenBy: who}}
}

func (w *world) queued(change ...func(*CreateInput)) Detail {
	w.t.Helper()
	o := w.create(change...)
	return w.must(w.s.Review(w.manager, ReviewInput{Ask: ask(o), Decision: "accept"}))
}

func (w *world) offered(n int, change ...func(*CreateInput)) Detail {
	w.t.Helper()
	o := w.queued(change...)
	var ids []db.ID
	for _, v := range w.vols[:n] {
		ids = append(ids, v.id)
	}
	return w.must(w.s.Dispatch(w.manager, DispatchInput{Ask: ask(o), VolunteerIDs: ids}))
}

func (w *world) accepted(change ...func(*CreateInput)) Detail {
	w.t.Helper()
	o := w.offered(1, change...)
	w.must(w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}))
	return w.get(w.manager, o.ID)
}

func (w *world) inService() Detail {
	w.t.Helper()
	o := w.accepted()
	clock.Set(o.WindowStart)
	w.in(o.ID, w.vols[0])
	return w.get(w.manager, o.ID)
}

func (w *world) served() Detail {
	w.t.Helper()
	o := w.inService()
	clock.Set(o.WindowStart.Add(50 * time.Minute))
	w.out(o.ID, w.vols[0])
	return w.get(w.manager, o.ID)
}

func (w *world) confirmed() Detail {
	w.t.Helper()
	o := w.served()
	return w.must(w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: o.ID}, Evidence: "login"}))
}

func (w *world) closed() Detail {
	w.t.Helper()
	o := w.confirmed()
	return w.must(w.s.Evaluate(w.resident, EvaluateInput{Ask: Ask{ID: o.ID}, Rating: 5}))
}

func (w *world) disputed() Detail {
	w.t.Helper()
	o := w.served()
	w.must(w.s.Dispute(w.resident, DisputeInput{because(o, "饭凉了")}))
	return w.get(w.manager, o.ID)
}

func (w *world) in(id db.ID, v vol) {
	w.t.Helper()
	if err := w.tryIn(id, v); err != nil {
		w.t.Fatal("check in:", err)
	}
}

func (w *world) tryIn(id db.ID, v vol) error {
	return w.d.Write(v.ctx, func(tx *db.Tx) error {
		o, a, err := ForService(v.ctx, tx, id, 0)
		if err != nil {
			return err
		}
		_, err = w.s.CheckedIn(v.ctx, tx, o, a, tx.Now, Voice{})
		return err
	})
}

func (w *world) out(id db.ID, v vol) {
	w.t.Helper()
	err := w.d.Write(v.ctx, func(tx *db.Tx) error {
		o, a, err := ForService(v.ctx, tx, id, 0)
		if err != nil {
			return err
		}
		_, err = w.s.CheckedOut(v.ctx, tx, o, a, tx.Now, Voice{})
		return err
	})
	if err != nil {
		w.t.Fatal("check out:", err)
	}
}

func (w *world) get(ctx context.Context, id db.ID) Detail {
	w.t.Helper()
	d, err := w.s.Get(ctx, GetInput{ID: id})
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

func (w *world) sweep(at time.Time) {
	w.t.Helper()
	clock.Set(at)
	if err := w.s.Sweep(w.system); err != nil {
		w.t.Fatal("sweep:", err)
	}
}

func (w *world) verify() {
	w.t.Helper()
	err := w.d.Read(w.system, func(tx *db.Tx) error {
		return Verify(w.system, tx, func(object, what string) { w.t.Error(object, what) })
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// refused checks the code of a failure, and the field when it is one.
func state(t *testing.T, o Detail, want State) {
	t.Helper()
	if o.State != want {
		t.Fatalf("order is %s, want %s", o.State, want)
	}
}

// addStation and addVolunteer put rows of lower areas there directly: their own operations ask for more than an order needs.
func addStation(ctx context.Context, t *testing.T, tx *db.Tx, id db.ID, r auth.Region) {
	if _, err := tx.Build(`INSERT INTO station (id, no, kind, name, name_confirmed, region, host, address, hours_note, lat, lng, cell, status,
		status_day, version)
		VALUES (?, 'S1', 'station', '宝力根嘎查志愿服务站', TRUE, ?, '', '', '', 0, 0, 0, 'open', 20260101, 1)`, id, r).Run(ctx, tx); err != nil {
		t.Fatal(err)
	}
}

func addVolunteer(ctx context.Context, t *testing.T, tx *db.Tx, id, person db.ID, r auth.Region) {
	if _, err := tx.Build(`INSERT INTO volunteer (id, no, person_id, region, status, identities, skills, max_km, lat, lng, reason, at, version)
		VALUES (?, ?, ?, ?, 'active', '', '', 5, 0, 0, '', ?, 1)`, id, fmt.Sprint("V", id), person, r, tx.Now).Run(ctx, tx); err != nil {
		t.Fatal(err)
	}
}

func TestWholeLoop(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.create()
		if len(o.ConfirmationCode) != 6 || o.StationID != stationA || o.Level != "station" || o.Address == "" {
			t.Fatalf("created %+v", o)
		}
		code := o.ConfirmationCode
		state(t, o, Submitted)
		o = w.must(w.s.Review(w.manager, ReviewInput{Ask: ask(o), Decision: "accept"}))
		if o.ConfirmationCode != "" {
			t.Error("the station sees the code")
		}
		o = w.must(w.s.Dispatch(w.manager, DispatchInput{Ask: ask(o), VolunteerIDs: []db.ID{w.vols[0].id}}))
		state(t, o, Offered)
		before := w.get(w.vols[0].ctx, o.ID)
		if before.Contact != nil || before.Address != "" || strings.Contains(before.Recipient, "仁") {
			t.Errorf("offered volunteer sees contact data: %+v", before)
		}
		o = w.must(w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}))
		state(t, o, Accepted)
		if o.Contact == nil || o.Contact.Phone != "12900000000" || o.Contact.Address != "东头第三家红门" || o.Contact.Name != "娜仁" {
			t.Errorf("accepted volunteer has no contact data: %+v", o.Contact)
		}
		clock.Set(o.WindowStart)
		w.in(o.ID, w.vols[0])
		clock.Set(o.WindowStart.Add(50 * time.Minute))
		w.out(o.ID, w.vols[0])
		o = w.must(w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: o.ID}, Evidence: "code", Code: code}))
		state(t, o, Confirmed)
		if o.NeedsSecond {
			t.Error("the resident's own code needs a second person")
		}
		o = w.must(w.s.Evaluate(w.resident, EvaluateInput{Ask: Ask{ID: o.ID}, Rating: 4, Comment: "好"}))
		state(t, o, Closed)
		tl, err := w.s.Timeline(w.resident, GetInput{o.ID})
		if err != nil {
			t.Fatal(err)
		}
		var path []string
		for _, e := range tl.Items {
			path = append(path, string(e.State))
		}
		if got, want := strings.Join(path, " "), "submitted queued offered accepted in_service served confirmed closed"; got != want {
			t.Errorf("timeline %s, want %s", got, want)
		}
		if got, want := strings.Join(w.events, ", "), "served, confirmed second=false, evaluated"; got != want {
			t.Errorf("told %s, want %s", got, want)
		}
		w.verify()
	})
}

func TestCreateRules(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for _, c := range []struct {
			name   string
			ctx    context.Context
			change func(*CreateInput)
			want   string
		}{
			{"visitor", w.visitor, func(*CreateInput) {}, "unauthenticated"},
			{"inspector", w.inspector, func(*CreateInput) {}, "denied"},
			{"volunteer", w.vols[0].ctx, func(*CreateInput) {}, "denied"},
			{"another station", w.elsewhere, func(in *CreateInput) { in.RecipientID = w.residentID }, "not_found"},
			{"end before start", w.resident, func(in *CreateInput) { in.WindowEnd = in.WindowStart.Add(-time.Hour) }, "invalid window_end"},
			{"too long", w.resident, func(in *CreateInput) { in.WindowEnd = in.WindowStart.Add(13 * time.Hour) }, "invalid window_end"},
			{"too far ahead", w.resident, func(in *CreateInput) {
				in.Window = Window{noon.AddDate(0, 0, 31), noon.AddDate(0, 0, 31).Add(time.Hour)}
			}, "invalid window_start"},
			{"over", w.resident, func(in *CreateInput) { in.Window = Window{noon.Add(-2 * time.Hour), noon.Add(-time.Hour)} }, "invalid window_end"},
			{"no community", w.resident, func(in *CreateInput) { in.Region = gacha.Parent() }, "invalid region"},
			{"no region", w.resident, func(in *CreateInput) { in.Region = 152_502_999_999 }, "invalid region"},
			{"no item", w.resident, func(in *CreateInput) { in.CatalogueID = 4 }, "invalid catalogue_id"},
			{"phone in the title", w.resident, func(in *CreateInput) { in.Title = "打12900000000" }, "invalid title"},
			{"for a stranger", w.resident, func(in *CreateInput) { in.RecipientID = w.vols[0].person }, "invalid recipient_id"},
			{"for nobody", w.manager, func(*CreateInput) {}, "invalid recipient_id"},
			{"without consent", w.manager, func(in *CreateInput) { in.RecipientID = w.residentID }, "invalid consent"},
			{"consent by click", w.manager, func(in *CreateInput) { in.RecipientID, in.Consent = w.residentID, "self" }, "invalid consent"},
		} {
			in := w.input()
			c.change(&in)
			_, err := w.s.Create(c.ctx, in)
			t.Run(c.name, func(t *testing.T) { errstest.Is(t, err, c.want) })
		}
	})
}

func TestOrderByPhone(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.input()
		in.RecipientName, in.RecipientPhone, in.Consent, in.Channel, in.Reviewed = "萨仁", "12911112222", "spoken", "phone_call", true
		o, err := w.s.Create(w.manager, in)
		if err != nil {
			t.Fatal(err)
		}
		state(t, o.Detail, Queued)
		if o.Recipient != "萨仁" || o.ConfirmationCode != "" {
			t.Errorf("order %+v", o)
		}
		again, err := w.s.Create(w.manager, in)
		if err != nil {
			t.Fatal(err)
		}
		if len(again.Similar) != 1 || again.Similar[0] != o.No || again.RecipientID != o.RecipientID {
			t.Errorf("the second order of the week is not told from the first: %+v", again.Similar)
		}
		w.verify()
	})
}

func TestWithoutStationGoesToTown(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.create(func(in *CreateInput) { in.Region = lonely })
		if o.StationID != 0 || o.Level != "town" {
			t.Fatalf("station %v level %s", o.StationID, o.Level)
		}
		o = w.must(w.s.Review(w.town, ReviewInput{Ask: ask(o), Decision: "accept"}))
		state(t, o, Queued)
	})
}

func TestWrongRoleAndScope(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.create()
		review := func(ctx context.Context) error {
			_, err := w.s.Review(ctx, ReviewInput{Ask: ask(o), Decision: "accept"})
			return err
		}
		errstest.Is(t, review(w.visitor), "unauthenticated")
		errstest.Is(t, review(w.resident), "denied")
		errstest.Is(t, review(w.vols[0].ctx), "denied")
		errstest.Is(t, review(w.inspector), "denied")
		errstest.Is(t, review(w.elsewhere), "not_found")
		errstest.Is(t, review(w.town), "denied") // the order is with the station
		_, err := w.s.Get(w.neighbour, GetInput{o.ID})
		errstest.Is(t, err, "not_found")
		_, err = w.s.Get(w.vols[0].ctx, GetInput{o.ID})
		errstest.Is(t, err, "not_found")
		_, err = w.s.Cancel(w.neighbour, CancelInput{ask(o)})
		errstest.Is(t, err, "not_found")
		_, err = w.s.Review(w.manager, ReviewInput{Ask: Ask{ID: o.ID}, Decision: "accept"})
		errstest.Is(t, err, "invalid version")
		_, err = w.s.Review(w.manager, ReviewInput{Ask: Ask{ID: o.ID, Version: o.Version + 1}, Decision: "accept"})
		errstest.Is(t, err, "stale_version")
		_, err = w.s.Review(w.manager, ReviewInput{Ask: Ask{ID: 1, Version: 1}, Decision: "accept"})
		errstest.Is(t, err, "not_found")
		seen := w.get(w.inspector, o.ID)
		if seen.Address != "" || seen.Detail != "" || seen.Recipient == "娜仁" {
			t.Errorf("the inspector sees %+v", seen)
		}
		if err := review(w.manager); err != nil {
			t.Fatal(err)
		}
		errstest.Is(t, review(w.manager), "stale_version")
		_, err = w.s.Review(w.manager, ReviewInput{Ask: Ask{ID: o.ID, Version: o.Version + 1}, Decision: "accept"})
		errstest.Is(t, err, "wrong_state")
	})
}

// TestEveryMoveFromEveryState tries each move from each state that it does not start from: wrong_state, and nothing changes.
func TestEveryMoveFromEveryState(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		makers := map[State]func() Detail{
			Submitted: func() Detail { return w.create() }, Queued: func() Detail { return w.queued() },
			Offered:  func() Detail { return w.offered(1) },
			Accepted: func() Detail { return w.accepted() }, InService: w.inService, Served: w.served, Confirmed: w.confirmed, Closed: w.closed,
			Disputed: w.disputed,
			NeedsInfo: func() Detail {
				return w.must(w.s.Review(w.manager, ReviewInput{Ask: because(w.create(), "几点"), Decision: "needs_info"}))
			},
			Rejected: func() Detail {
				return w.must(w.s.Review(w.manager, ReviewInput{Ask: because(w.create(), "没有"), Decision: "reject"}))
			},
			Open:      func() Detail { return w.must(w.s.Open(w.manager, OpenInput{ask(w.queued())})) },
			Cancelled: func() Detail { return w.must(w.s.Cancel(w.manager, CancelInput{because(w.create(), "不用了")})) },
			Unconfirmed: func() Detail {
				o := w.served()
				w.sweep(clock.Now().AddDate(0, 0, 11))
				return w.get(w.manager, o.ID)
			}}
		for _, from := range States {
			clock.Set(noon)
			o := makers[from]()
			state(t, o, from)
			o = w.get(w.manager, o.ID)
			for _, m := range moveNames() {
				if m.starts(from) {
					continue
				}
				if err := w.try(m, o); errs.CodeOf(err) != "wrong_state" {
					t.Errorf("%s from %s: %v", m, from, err)
				}
			}
			if now := w.get(w.manager, o.ID); now.Version != o.Version {
				t.Errorf("%s: a refused move changed the order", from)
			}
			// Free the volunteer's afternoon for the next order.
			w.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Build(`UPDATE assignment SET state = 'withdrawn' WHERE state IN ('offered', 'accepted', 'checked_in')`).Run(ctx, tx)
				return err
			})
		}
	})
}

func moveNames() []Move {
	return []Move{Review, Dispatch, OpenUp, Escalate, Withdraw, Reschedule, Resubmit, Appeal, Confirm, Dispute, Evaluate, Reopen, Cancel,
		Accept, Decline, HandBack, NoShow, BreakOff, Resolve}
}

// try makes the move as the station, with input that is right in itself.
func (w *world) try(m Move, o Detail) (err error) {
	a := saidBy(o, "本人")
	part := PartInput{Ask: a, VolunteerID: w.vols[0].id}
	switch m {
	case Review:
		_, err = w.s.Review(w.manager, ReviewInput{Ask: a, Decision: "accept"})
	case Dispatch:
		_, err = w.s.Dispatch(w.manager, DispatchInput{Ask: a, VolunteerIDs: []db.ID{w.vols[1].id}})
	case OpenUp:
		_, err = w.s.Open(w.manager, OpenInput{a})
	case Escalate:
		_, err = w.s.Escalate(w.manager, EscalateInput{a})
	case Withdraw:
		_, err = w.s.Withdraw(w.manager, WithdrawInput{a})
	case Reschedule:
		_, err = w.s.Reschedule(w.manager, RescheduleInput{Ask: a,
			Window: Window{clock.Now().Add(24 * time.Hour), clock.Now().Add(25 * time.Hour)}})
	case Resubmit:
		_, err = w.s.Resubmit(w.manager, ResubmitInput{Ask: a, Detail: "三点"})
	case Appeal:
		_, err = w.s.Appeal(w.manager, AppealInput{a})
	case Confirm:
		_, err = w.s.Confirm(w.manager, ConfirmInput{Ask: a, Evidence: "paper"})
	case Dispute:
		_, err = w.s.Dispute(w.manager, DisputeInput{a})
	case Evaluate:
		_, err = w.s.Evaluate(w.manager, EvaluateInput{Ask: a, Rating: 3})
	case Reopen:
		_, err = w.s.Reopen(w.manager, DisputeInput{a})
	case Cancel:
		_, err = w.s.Cancel(w.manager, CancelInput{a})
	case Accept:
		_, err = w.s.Accept(w.manager, part)
	case Decline:
		_, err = w.s.Decline(w.manager, part)
	case HandBack:
		_, err = w.s.HandBack(w.manager, part)
	case NoShow:
		_, err = w.s.NoShow(w.manager, NoShowInput{Ask: a, VolunteerID: w.vols[0].id})
	case BreakOff:
		_, err = w.s.BreakOff(w.manager, BreakOffInput{Ask: a})
	case Resolve:
		_, err = w.s.Resolve(w.head, ResolveInput{Ask: a, Decision: "redo"})
	}
	return err
}

func TestNeedsInfoRejectAppeal(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.create()
		_, err := w.s.Review(w.manager, ReviewInput{Ask: ask(o), Decision: "reject"})
		errstest.Is(t, err, "invalid reason")
		o = w.must(w.s.Review(w.manager, ReviewInput{Ask: because(o, "请写几点"), Decision: "needs_info"}))
		o = w.must(w.s.Resubmit(w.resident, ResubmitInput{Ask: Ask{ID: o.ID}, Detail: "下午三点"}))
		state(t, o, Submitted)
		if o.Detail != "下午三点" {
			t.Errorf("detail %q", o.Detail)
		}
		o = w.must(w.s.Review(w.manager, ReviewInput{Ask: because(o, "这周没人"), Decision: "reject"}))
		o = w.must(w.s.Appeal(w.resident, AppealInput{because(o, "实在需要")}))
		state(t, o, Submitted)
		o = w.must(w.s.Review(w.manager, ReviewInput{Ask: because(o, "还是没人"), Decision: "reject"}))
		_, err = w.s.Appeal(w.resident, AppealInput{because(o, "再来")})
		errstest.Is(t, err, "wrong_state")
		w.verify()
	})
}

func TestOpenAcceptHandBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.must(w.s.Open(w.manager, OpenInput{ask(w.queued(func(in *CreateInput) { in.Needed = 2 }))}))
		seen := w.get(w.vols[0].ctx, o.ID)
		if seen.Detail != "" || !seen.Can(Accept) {
			t.Errorf("open order for a volunteer nearby: %+v", seen)
		}
		o = w.must(w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}, VolunteerID: w.vols[0].id}))
		state(t, o, Open)
		_, err := w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}})
		errstest.Is(t, err, "wrong_state")
		o = w.must(w.s.Accept(w.manager, PartInput{Ask: saidBy(w.get(w.manager, o.ID), "其其格"), VolunteerID: w.vols[1].id}))
		state(t, o, Accepted)
		_, err = w.s.Accept(w.vols[2].ctx, PartInput{Ask: Ask{ID: o.ID}})
		errstest.Is(t, err, "wrong_state")
		_, err = w.s.HandBack(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}})
		errstest.Is(t, err, "invalid reason")
		o = w.must(w.s.HandBack(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID, Reason: "孩子病了"}}))
		state(t, o, Queued)
		if d := w.get(w.manager, o.ID); len(standing(partsIn(w, d), PartAccepted)) != 1 {
			t.Error("the other acceptance is gone")
		}
		w.verify()
	})
}

func partsIn(w *world, d Detail) (as []Assignment) {
	w.d.Read(w.system, func(tx *db.Tx) (err error) { as, err = partsOf.All(w.system, tx, d.ID, d.Round); return err })
	return as
}

func TestOnBehalfNamesWhoSpoke(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.offered(1)
		_, err := w.s.Accept(w.manager, PartInput{Ask: ask(o), VolunteerID: w.vols[0].id})
		errstest.Is(t, err, "invalid spoken_by")
		_, err = w.s.Accept(w.manager, PartInput{Ask: saidBy(o, "其其格")})
		errstest.Is(t, err, "invalid volunteer_id")
		a := saidBy(o, "其其格")
		a.Channel = "web"
		_, err = w.s.Accept(w.manager, PartInput{Ask: a, VolunteerID: w.vols[0].id})
		errstest.Is(t, err, "invalid channel")
		_, err = w.s.Accept(w.vols[1].ctx, PartInput{Ask: Ask{ID: o.ID}, VolunteerID: w.vols[0].id})
		errstest.Is(t, err, "not_found")
		w.must(w.s.Accept(w.manager, PartInput{Ask: saidBy(o, "其其格"), VolunteerID: w.vols[0].id}))
		tl, _ := w.s.Timeline(w.manager, GetInput{o.ID})
		if e := tl.Items[len(tl.Items)-1]; e.OnBehalfOf != "其其格" || e.Channel != "phone_call" || e.State != Accepted {
			t.Errorf("timeline %+v", e)
		}
	})
}

func TestDeclineReturnsToQueue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.offered(2)
		o2 := w.must(w.s.Decline(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}))
		state(t, o2, Offered)
		_, err := w.s.Decline(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}})
		errstest.Is(t, err, "wrong_state")
		o2 = w.must(w.s.Decline(w.vols[1].ctx, PartInput{Ask: Ask{ID: o.ID}}))
		state(t, o2, Queued)
		w.verify()
	})
}

// TestLastPlace races all volunteers for one place, of an offered and of an open order: exactly one gets it.
func TestLastPlace(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		for round := range 12 {
			var o Detail
			if round%2 == 0 {
				o = w.offered(len(w.vols))
			} else {
				o = w.must(w.s.Open(w.manager, OpenInput{ask(w.queued())}))
			}
			won := w.race(len(w.vols), func(i int) error {
				_, err := w.s.Accept(w.vols[i].ctx, PartInput{Ask: Ask{ID: o.ID}})
				if err != nil {
					errstest.Is(t, err, "wrong_state")
				}
				return err
			})
			d := w.get(w.manager, o.ID)
			if won != 1 || len(standing(partsIn(w, d), PartAccepted)) != 1 || d.State != Accepted {
				t.Fatalf("%d won, state %s", won, d.State)
			}
			w.must(w.s.Cancel(w.manager, CancelInput{because(d, "下一轮")}))
		}
		w.verify()
	})
}

// TestTwoOrdersOneHour races one volunteer's acceptances of several orders of the same hour: exactly one stands.
func TestTwoOrdersOneHour(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		v := w.vols[0]
		for range 6 {
			var orders []Detail
			for range 4 {
				orders = append(orders, w.offered(1))
			}
			won := w.race(len(orders), func(i int) error {
				_, err := w.s.Accept(v.ctx, PartInput{Ask: Ask{ID: orders[i].ID}})
				if err != nil {
					errstest.Is(t, err, "conflict")
				}
				return err
			})
			if won != 1 {
				t.Fatalf("%d acceptances of one hour", won)
			}
			for _, o := range orders {
				w.must(w.s.Cancel(w.manager, CancelInput{because(w.get(w.manager, o.ID), "下一轮")}))
			}
		}
	})
}

// race does n things at once and counts those that succeed. Each has a connection that is open already, else the first would be done
// before the others begin.
func (w *world) race(n int, do func(i int) error) (won int) {
	var all, wg sync.WaitGroup
	all.Add(n)
	for range n {
		wg.Go(func() {
			w.d.Read(w.system, func(tx *db.Tx) error {
				all.Done()
				all.Wait()
				return nil
			})
		})
	}
	wg.Wait()
	var count atomic.Int32
	start := make(chan bool)
	for i := range n {
		wg.Go(func() {
			<-start
			if do(i) == nil {
				count.Add(1)
			}
		})
	}
	close(start)
	wg.Wait()
	return int(count.Load())
}

func TestDayLimit(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.write(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Build(`UPDATE catalogue_item SET minutes = 700 WHERE id = ?`, w.item.ID).Run(ctx, tx)
			return err
		})
		at := noon.AddDate(0, 0, 1).Add(-10 * time.Hour) // 02:00
		o := w.accepted(func(in *CreateInput) { in.Window = Window{at, at.Add(8 * time.Hour)} })
		_ = o
		next := w.queued(func(in *CreateInput) { in.Window = Window{at.Add(9 * time.Hour), at.Add(14 * time.Hour)} })
		_, err := w.s.Dispatch(w.manager, DispatchInput{Ask: ask(next), VolunteerIDs: []db.ID{w.vols[0].id}})
		errstest.Is(t, err, "invalid volunteer_ids")
	})
}

func TestMayServe(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.queued()
		dispatch := func(id db.ID) error {
			_, err := w.s.Dispatch(w.manager, DispatchInput{Ask: ask(o), VolunteerIDs: []db.ID{id}})
			return err
		}
		errstest.Is(t, dispatch(4), "invalid volunteer_ids")
		sql := func(text string) {
			w.write(func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, text); return err })
		}
		sql("UPDATE catalogue_item SET adults_only = TRUE")
		for change, back := range map[string]string{
			"UPDATE volunteer SET status = 'left'":   "UPDATE volunteer SET status = 'active'",
			"UPDATE person SET birth_day = 20150101": "UPDATE person SET birth_day = 19800101",
			"INSERT INTO volunteer_pause (id, volunteer_id, from_day, to_day, reason) VALUES (1, 502, 20261124, 20261124, '')": "DELETE FROM " +
				"volunteer_pause"} {
			sql(change)
			errstest.Is(t, dispatch(502), "invalid volunteer_ids")
			sql(back)
		}
		sql("UPDATE catalogue_item SET adults_only = FALSE")
		for _, change := range []string{"dangerous = TRUE", "training_code = 'x'", "qualification_code = 'x'", "skills = 'x'",
			"languages = 'mn'"} {
			col, _, _ := strings.Cut(change, " ")
			zero := map[string]string{"dangerous": "FALSE"}[col]
			if zero == "" {
				zero = "''"
			}
			w.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Build(`UPDATE catalogue_item SET `+change).Run(ctx, tx)
				return err
			})
			errstest.Is(t, dispatch(502), "invalid volunteer_ids")
			w.write(func(ctx context.Context, tx *db.Tx) error {
				_, err := tx.Build(`UPDATE catalogue_item SET `+col+` = `+zero).Run(ctx, tx)
				return err
			})
		}
		if err := dispatch(502); err != nil {
			t.Fatal(err)
		}
	})
}

func TestEvidence(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.served()
		confirm := func(ctx context.Context, evidence, code string) (Detail, error) {
			in := ConfirmInput{Ask: Ask{ID: o.ID, Version: o.Version}, Evidence: evidence, Code: code}
			if ctx != w.resident {
				in.Channel, in.SpokenBy = "phone_call", "娜仁"
			}
			return w.s.Confirm(ctx, in)
		}
		refusedBy := func(ctx context.Context, evidence, code, want string) {
			t.Helper()
			_, err := confirm(ctx, evidence, code)
			errstest.Is(t, err, want)
		}
		refusedBy(w.vols[0].ctx, "login", "", "denied")
		refusedBy(w.manager, "login", "", "invalid evidence")
		refusedBy(w.resident, "call_back", "", "invalid evidence")
		refusedBy(w.resident, "code", "abc", "invalid code")
		done := w.must(confirm(w.head, "call_back", ""))
		if !done.NeedsSecond || w.events[len(w.events)-1] != "confirmed second=true" {
			t.Error("a call-back counts without a second person")
		}
		w.verify()
	})
}

func TestWrongCodesRunOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.served()
		code := w.get(w.resident, o.ID).ConfirmationCode
		for range maxTries {
			_, err := w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: o.ID}, Evidence: "code", Code: "x"})
			errstest.Is(t, err, "invalid code")
		}
		_, err := w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: o.ID}, Evidence: "code", Code: code})
		errstest.Is(t, err, "invalid code")
		w.must(w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: o.ID}, Evidence: "login"}))
	})
}

func TestCardCodes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.s.cards.Issue(w.manager, card.IssueInput{PersonID: w.residentID})
		errstest.Is(t, err, "denied")
		issued, err := w.s.cards.Issue(w.town, card.IssueInput{PersonID: w.residentID})
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		other := auth.With(t.Context(), auth.Actor{Account: 70,
			Grants: []auth.Grant{{Role: auth.TownOfficer, Region: faraway.At(auth.LevelTown)}}})
		err = w.d.Write(other, func(tx *db.Tx) error { _, _, err := w.s.cards.Printable(other, tx, issued.ID); return err })
		errstest.Is(t, err, "not_found")
		w.write(func(_ context.Context, tx *db.Tx) (err error) {
			_, codes, err = w.s.cards.Printable(w.town, tx, issued.ID)
			return err
		})
		err = w.d.Write(w.town, func(tx *db.Tx) error { _, _, err := w.s.cards.Printable(w.town, tx, issued.ID); return err })
		errstest.Is(t, err, "wrong_state")
		o := w.served()
		in := ConfirmInput{Ask: saidBy(o, "娜仁"), Evidence: "code", Code: codes[3]}
		done := w.must(w.s.Confirm(w.manager, in))
		if done.NeedsSecond {
			t.Error("a code of the card that the manager has not seen needs a second person")
		}
		clock.Set(noon)
		o = w.served()
		in.Ask = saidBy(o, "娜仁")
		_, err = w.s.Confirm(w.manager, in)
		errstest.Is(t, err, "invalid code")
		in.Code = codes[4]
		if w.must(w.s.Confirm(w.manager, in)).NeedsSecond {
			t.Error("second")
		}
		page, err := w.s.cards.Cards(w.town, card.ListInput{})
		if err != nil || len(page.Items) != 1 || page.Items[0].Left != 10 || !page.Items[0].Printed {
			t.Errorf("cards %+v %v", page.Items, err)
		}
	})
}

func TestDisputeAndResolve(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.disputed()
		_, err := w.s.Resolve(w.manager, ResolveInput{Ask: because(o, "打过电话"), Decision: "confirm"})
		errstest.Is(t, err, "denied")
		o = w.must(w.s.Resolve(w.head, ResolveInput{Ask: because(o, "打过电话，满意了"), Decision: "confirm"}))
		state(t, o, Confirmed)
		clock.Set(noon)
		o = w.disputed()
		code := w.get(w.resident, o.ID).ConfirmationCode
		o = w.must(w.s.Resolve(w.manager, ResolveInput{Ask: because(o, "重做一顿"), Decision: "redo"}))
		state(t, o, Queued)
		if mine := w.get(w.resident, o.ID); o.Round != 2 || mine.ConfirmationCode == code || mine.ConfirmationCode == "" {
			t.Error("a redone order keeps its round or its code")
		}
		_, err = w.s.Dispatch(w.manager, DispatchInput{Ask: ask(o), VolunteerIDs: []db.ID{w.vols[0].id}})
		if errs.CodeOf(err) != "" {
			t.Error("redo within the window:", err)
		}
		w.verify()
	})
}

func TestReopenWithinDays(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.closed()
		at := clock.Now()
		clock.Set(at.AddDate(0, 0, 15).Add(time.Second))
		_, err := w.s.Reopen(w.resident, DisputeInput{because(o, "又坏了")})
		errstest.Is(t, err, "wrong_state")
		clock.Set(at.AddDate(0, 0, 15))
		o = w.must(w.s.Reopen(w.resident, DisputeInput{because(o, "又坏了")}))
		state(t, o, Disputed)
		w.verify()
	})
}

func TestEscalate(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.queued()
		_, err := w.s.Escalate(w.town, EscalateInput{ask(o)})
		errstest.Is(t, err, "denied")
		for _, level := range levels[1:] {
			o = w.must(w.s.Escalate(w.manager, EscalateInput{ask(o)}))
			if o.Level != level || o.State != Queued {
				t.Fatalf("level %s, want %s", o.Level, level)
			}
		}
		_, err = w.s.Escalate(w.manager, EscalateInput{ask(o)})
		errstest.Is(t, err, "wrong_state")
		o = w.must(w.s.Open(w.town, OpenInput{ask(o)}))
		state(t, o, Open)
		w.verify()
	})
}

func TestReschedule(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		a := w.accepted()
		b := w.accepted(func(in *CreateInput) { in.Window = Window{noon.Add(24 * time.Hour), noon.Add(25 * time.Hour)} })
		move := func(o Detail, at time.Time) (Detail, error) {
			return w.s.Reschedule(w.manager, RescheduleInput{Ask: because(o, "都说好了"), Window: Window{at, at.Add(time.Hour)}})
		}
		_, err := move(b, noon.Add(3*time.Hour+30*time.Minute)) // the volunteer is at the other order then
		errstest.Is(t, err, "conflict")
		b = w.must(move(b, noon.Add(48*time.Hour)))
		state(t, b, Accepted)
		if got := w.get(w.vols[0].ctx, b.ID); !got.WindowStart.Equal(noon.Add(48 * time.Hour)) {
			t.Error("window did not move")
		}
		w.sweep(noon.Add(30 * time.Hour)) // the old window of b is over; nobody is absent from it
		state(t, w.get(w.manager, b.ID), Accepted)
		state(t, w.get(w.manager, a.ID), Queued)
		w.verify()
	})
}

func TestSeveralVolunteers(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.offered(3, func(in *CreateInput) { in.Needed = 3 })
		for _, v := range w.vols[:3] {
			o = w.must(w.s.Accept(v.ctx, PartInput{Ask: Ask{ID: o.ID}}))
		}
		state(t, o, Accepted)
		clock.Set(o.WindowStart)
		w.in(o.ID, w.vols[0])
		w.in(o.ID, w.vols[1])
		if err := w.tryIn(o.ID, w.vols[1]); errs.CodeOf(err) != "wrong_state" {
			t.Error("second check-in:", err)
		}
		w.sweep(o.WindowEnd.Add(time.Second))
		d := w.get(w.manager, o.ID)
		state(t, d, InService)
		if n := len(standing(partsIn(w, d), PartNoShow)); n != 1 {
			t.Errorf("%d no-shows, want the absent one", n)
		}
		w.out(o.ID, w.vols[0])
		state(t, w.get(w.manager, o.ID), InService)
		w.must(w.s.BreakOff(w.manager, BreakOffInput{Ask: because(w.get(w.manager, o.ID), "他身体不适"), VolunteerID: w.vols[1].id}))
		state(t, w.get(w.manager, o.ID), Served)
		w.verify()
	})
}

func TestSweep(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		tomorrow := func(in *CreateInput) { in.Window = Window{noon.AddDate(0, 0, 5), noon.AddDate(0, 0, 5).Add(time.Hour)} }
		urgent := w.offered(1, func(in *CreateInput) { tomorrow(in); in.Urgent = true })
		w.sweep(noon.Add(2*time.Hour - time.Second))
		state(t, w.get(w.manager, urgent.ID), Offered)
		w.sweep(noon.Add(2 * time.Hour))
		state(t, w.get(w.manager, urgent.ID), Queued)
		w.sweep(noon.AddDate(0, 0, 4)) // reminded, then passed up
		w.sweep(noon.AddDate(0, 0, 6))
		if got := w.get(w.manager, urgent.ID); got.Level == "station" {
			t.Error("an order that nobody dispatches stays where it is")
		}
		clock.Set(noon)
		open := w.must(w.s.Open(w.manager, OpenInput{ask(w.queued())}))
		w.sweep(open.WindowEnd)
		state(t, w.get(w.manager, open.ID), Queued)
		_, err := w.s.Dispatch(w.manager, DispatchInput{Ask: ask(w.get(w.manager, open.ID)), VolunteerIDs: []db.ID{w.vols[0].id}})
		errstest.Is(t, err, "wrong_state")
		clock.Set(noon)
		served := w.served()
		at := clock.Now()
		w.sweep(at.AddDate(0, 0, 10).Add(-time.Second))
		state(t, w.get(w.manager, served.ID), Served)
		w.sweep(at.AddDate(0, 0, 10))
		late := w.get(w.manager, served.ID)
		state(t, late, Unconfirmed)
		done := w.must(w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: late.ID}, Evidence: "login"}))
		if !done.NeedsSecond {
			t.Error("a late confirmation counts without a second person")
		}
		w.sweep(clock.Now().AddDate(0, 0, 7))
		end := w.get(w.manager, served.ID)
		state(t, end, Closed)
		if end.Rating != 0 {
			t.Error("a rating was made up")
		}
		w.verify()
	})
}

func TestSweepTwiceAtOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.served()
		clock.Set(clock.Now().AddDate(0, 0, 11))
		w.race(4, func(int) error { return w.s.Sweep(w.system) })
		state(t, w.get(w.manager, o.ID), Unconfirmed)
		w.verify()
	})
}

func TestNoShow(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.accepted()
		in := NoShowInput{Ask: because(o, "没来"), VolunteerID: w.vols[0].id}
		_, err := w.s.NoShow(w.manager, in)
		errstest.Is(t, err, "wrong_state")
		clock.Set(o.WindowEnd)
		o = w.must(w.s.NoShow(w.manager, in))
		state(t, o, Queued)
		w.verify()
	})
}

func TestLists(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var ids []db.ID
		for range 5 {
			ids = append(ids, w.accepted(func(in *CreateInput) {
				in.Window = Window{noon.Add(time.Duration(len(ids)) * 24 * time.Hour), noon.Add(time.Duration(len(ids))*24*time.Hour + time.Hour)}
			}).ID)
		}
		w.create(func(in *CreateInput) { in.Region = lonely })
		count := func(ctx context.Context, in ListInput) (n int) {
			t.Helper()
			for {
				in.Limit = 2
				page, err := w.s.List(ctx, in)
				if err != nil {
					t.Fatal(err)
				}
				n += len(page.Items)
				for _, o := range page.Items {
					if o.State == Accepted && len(o.Volunteers) != 1 {
						t.Errorf("order %s shows %d volunteers", o.No, len(o.Volunteers))
					}
				}
				if page.Next == nil {
					return n
				}
				in.Cursor = *page.Next
			}
		}
		for name, c := range map[string]struct {
			ctx  context.Context
			in   ListInput
			want int
		}{
			"manager": {w.manager, ListInput{}, 5}, "town": {w.town, ListInput{}, 6}, "elsewhere": {w.elsewhere, ListInput{}, 0},
			"resident":  {w.resident, ListInput{}, 6},
			"volunteer": {w.vols[0].ctx, ListInput{}, 5}, "neighbour": {w.neighbour, ListInput{}, 0},
			"state":   {w.town, ListInput{State: "submitted"}, 1},
			"station": {w.town, ListInput{StationID: stationA}, 5}, "manager's own": {w.manager, ListInput{Mine: true}, 0},
		} {
			if got := count(c.ctx, c.in); got != c.want {
				t.Errorf("%s sees %d orders, want %d", name, got, c.want)
			}
		}
		_, err := w.s.List(w.visitor, ListInput{})
		errstest.Is(t, err, "unauthenticated")
	})
}

// TestVerifyFinds breaks histories by hand and expects each to be named.
func TestVerifyFinds(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.closed()
		for _, damage := range []string{`UPDATE order_event SET state = 'open' WHERE version = 2`, `UPDATE orders SET state = 'served'`,
			`DELETE FROM order_event`} {
			w.write(func(ctx context.Context, tx *db.Tx) error { _, err := tx.Exec(ctx, damage); return err })
			found := ""
			w.d.Read(w.system, func(tx *db.Tx) error {
				return Verify(w.system, tx, func(object, what string) { found += object + " " + what })
			})
			if !strings.Contains(found, "order/"+o.ID.String()) {
				t.Errorf("%s is not found: %q", damage, found)
			}
		}
	})
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// TestRandomWalk makes random moves, right and wrong, and expects a whole history whatever happens.
func TestRandomWalk(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := rand.New(rand.NewPCG(7, 7))
		names := moveNames()
		for range 12 {
			clock.Set(noon)
			o := w.create()
			for range 14 {
				d := w.get(w.manager, o.ID)
				if err := w.try(names[r.IntN(len(names))], d); err != nil && errs.KindOf(err) == 0 {
					t.Fatal(err)
				}
			}
		}
		w.verify()
	})
}
