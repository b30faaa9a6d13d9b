// Package attendancetest makes a small gacha with everybody whom a service needs, for the tests of attendance and of the areas above it.
package attendancetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/office/template"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/network/station/stationtest"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/work/attendance"
	"linli/internal/work/catalogue"
	"linli/internal/work/order"
)

// Gacha is where it all happens; Far is a community of another league.
const (
	Gacha auth.Region = 152502200200
	Far   auth.Region = 150102001001
)

// Noon is a Tuesday.
var Noon = time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)

// Volunteer is one who serves, with his context.
type Volunteer struct {
	volunteer.Volunteer
	Ctx     context.Context
	Account db.ID
}

// World is the gacha.
type World struct {
	T       *testing.T
	DB      *db.DB
	Keys    *seal.Keys
	Orders  *order.Service
	Att     *attendance.Service
	Station station.Station
	Item    catalogue.Item
	Vols    []Volunteer

	Resident, Manager, Head, Head2, Town, Elsewhere, System context.Context
	HeadID, ManagerID, ResidentPerson                       db.ID

	Persons  *person.Service
	accounts *account.Service
}

// Seeded is the database that a world is made in.
var Seeded = dbtest.Seeded(region.Seed, setting.Seed, standard.Seed, template.Seed, catalogue.Seed)

// Each runs test in a fresh world on both engines, at Noon.
func Each(t *testing.T, test func(t *testing.T, w *World)) {
	t.Helper()
	Seeded.Each(t, func(t *testing.T, d *db.DB) {
		clock.Set(Noon)
		t.Cleanup(clock.Reset)
		test(t, New(t, d))
	})
}

// New makes a world in a database that was Seeded.
func New(t *testing.T, d *db.DB) *World {
	t.Helper()
	w := &World{T: t, DB: d, Keys: seal.Ephemeral(), System: auth.AsSystem(t.Context(), "test")}
	w.Persons = person.New(d, w.Keys, true)
	w.accounts = account.New(d, w.Keys, account.Outside{Persons: w.Persons}, true)
	files := blob.New(d, t.TempDir())
	w.Orders = order.New(d, w.Keys, w.Persons, files)
	w.Att = attendance.New(d, w.Keys, w.Orders, w.Persons, files)
	w.Orders.Broken.Subscribe(w.Att.BrokenOff)
	w.Write(func(tx *db.Tx) error {
		menu, err := catalogue.Menu(w.System, tx, Gacha)
		w.Item = plain(menu)
		return err
	})
	w.staff()
	w.people()
	return w
}

// plain is the first service that asks nothing of a volunteer.
func plain(menu []catalogue.Item) catalogue.Item {
	for _, it := range menu {
		if len(it.Skills) == 0 && !it.Insured() && it.TrainingCode == "" && it.QualificationCode == "" && !it.TwoPersons {
			return it
		}
	}
	return catalogue.Item{}
}

func (w *World) staff() {
	w.Town, _ = w.Actor("乡镇经办", 0, auth.Grant{Role: auth.TownOfficer, Region: Gacha.At(auth.LevelTown)})
	st, err := station.New(w.DB, w.Keys).Create(w.Town,
		station.CreateInput{Region: Gacha, Facts: station.Facts{Address: "嘎查部一楼", Phone: "0479-8200000", Lat: 43.9, Lng: 116.1}})
	if err != nil {
		w.T.Fatal("station:", err)
	}
	w.Station = stationtest.Open(w.T, w.DB, st)
	w.Manager, w.ManagerID = w.Actor("站长乌云", 0, auth.Grant{Role: auth.StationManager, Region: Gacha, Station: st.ID})
	head := w.Person("书记巴特尔", 8)
	w.Head, w.HeadID = w.Actor("书记巴特尔", head, auth.Grant{Role: auth.CommunityHead, Region: Gacha})
	w.Head2, _ = w.Actor("副书记苏雅", 0, auth.Grant{Role: auth.CommunityHead, Region: Gacha})
	w.Elsewhere, _ = w.Actor("外地站长", 0, auth.Grant{Role: auth.CommunityHead, Region: Far})
}

func (w *World) people() {
	w.ResidentPerson = w.Person("其木格", 0)
	w.Resident, _ = w.Actor("其木格", w.ResidentPerson, auth.Grant{Role: auth.Resident})
	w.Known(w.ResidentPerson)
	for i, name := range []string{"娜仁高娃", "巴图", "王芳"} {
		id := w.Person(name, i+1)
		ctx, acc := w.Actor(name, id, auth.Grant{Role: auth.Volunteer})
		s := volunteer.New(w.DB)
		v, err := s.Register(ctx, volunteer.RegisterInput{Region: Gacha, Facts: volunteer.Facts{Identities: person.Codes{"resident"}, MaxKm: 10},
			Agreed: true, Consent: person.BySelf})
		if err == nil {
			v, err = s.Approve(w.Head2, volunteer.ApproveInput{ID: v.ID, Version: v.Version})
		}
		if err != nil {
			w.T.Fatal("volunteer:", err)
		}
		w.Vols = append(w.Vols, Volunteer{v, ctx, acc})
	}
}

// Person registers somebody born in 1980 who lives 100 m from the station.
func (w *World) Person(name string, n int) (id db.ID) {
	w.Write(func(tx *db.Tx) error {
		p, err := w.Persons.Add(w.System, tx, person.NewPerson{Name: name, Phone: fmt.Sprintf("1290000000%d", n), Region: Gacha,
			BirthDay: 19800101, Consent: person.BySpoken, Addresses: []person.Address{{Kind: "home", Region: Gacha,
				Detail: "东头第" + string([]rune("三四五六七八九十百千")[n]) + "家", Lat: 43.9009, Lng: 116.1}}})
		id = p.ID
		return err
	})
	return id
}

// Known lets two people meet a person (已核实).
func (w *World) Known(id db.ID) {
	w.T.Helper()
	for _, who := range []context.Context{w.Town, w.Head2} {
		if _, err := w.Persons.Meet(who, person.MeetInput{ID: id, Version: 1}); err != nil {
			w.T.Fatal("known:", err)
		}
	}
}

// Actor opens an account and gives its context.
func (w *World) Actor(name string, person db.ID, grants ...auth.Grant) (context.Context, db.ID) {
	var a account.Account
	w.Write(func(tx *db.Tx) (err error) {
		a, err = w.accounts.Create(w.System, tx, account.NewAccount{PersonID: person, Name: name, Region: Gacha})
		return err
	})
	return auth.With(w.T.Context(), auth.Actor{Account: a.ID, Person: person, Name: name, Grants: grants}), a.ID
}

// Seat writes the offices of somebody into the database too, for what finds them there.
func (w *World) Seat(ctx context.Context) {
	w.T.Helper()
	me := auth.From(ctx)
	w.Write(func(tx *db.Tx) error {
		for _, g := range me.Grants {
			station := any(nil)
			if g.Station != 0 {
				station = g.Station
			}
			if _, err := tx.Build(`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_at,
				end_reason) VALUES (?, ?, ?, ?, ?, 20260101, 0, '', ?, '')`, tx.NewID(), me.Account, string(g.Role), int64(g.Region), station,
				tx.Now).Run(w.System, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// Kin ties two persons as guardian and ward.
func (w *World) Kin(guardian, ward db.ID) {
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO person_guardian (ward_id, guardian_id, region, relation, at) VALUES (?, ?, ?, '父亲', ?)`, ward, guardian,
			Gacha, tx.Now).Run(w.System, tx)
		return err
	})
}

// Write runs fn in one transaction that must succeed.
func (w *World) Write(fn func(tx *db.Tx) error) {
	w.T.Helper()
	if err := w.DB.Write(w.System, fn); err != nil {
		w.T.Fatal(err)
	}
}

// Accepted is an order of the resident, in a window of minutes that starts in two hours, accepted by the first n volunteers.
func (w *World) Accepted(n int, minutes int64) order.Detail {
	w.T.Helper()
	start := clock.In(w.System).Add(2 * time.Hour)
	o, err := w.Orders.Create(w.Resident, order.CreateInput{CatalogueID: w.Item.ID, Title: "送一顿午饭", Region: Gacha, Needed: int64(n),
		Window: order.Window{WindowStart: start, WindowEnd: start.Add(time.Duration(minutes) * time.Minute)}})
	if err != nil {
		w.T.Fatal("create:", err)
	}
	d, err := w.Orders.Review(w.Manager, order.ReviewInput{Ask: order.Ask{ID: o.ID, Version: o.Version}, Decision: "accept"})
	if err != nil {
		w.T.Fatal("review:", err)
	}
	var ids []db.ID
	for _, v := range w.Vols[:n] {
		ids = append(ids, v.ID)
	}
	if d, err = w.Orders.Dispatch(w.Manager, order.DispatchInput{Ask: order.Ask{ID: d.ID, Version: d.Version},
		VolunteerIDs: ids}); err != nil {
		w.T.Fatal("dispatch:", err)
	}
	for _, v := range w.Vols[:n] {
		if d, err = w.Orders.Accept(v.Ctx, order.PartInput{Ask: order.Ask{ID: d.ID}}); err != nil {
			w.T.Fatal("accept:", err)
		}
	}
	d.ConfirmationCode = o.ConfirmationCode
	return d
}

// Served lets the first volunteer serve an order of the given minutes, from its start to its end by the station's code; the clock stands
// at its end.
func (w *World) Served(minutes int64) order.Detail {
	w.T.Helper()
	o := w.Accepted(1, minutes)
	clock.Set(o.WindowStart)
	in := attendance.CheckInput{ID: o.ID, Code: w.Att.StationCode(w.Station.ID, clock.DayOf(o.WindowStart))}
	if _, err := w.Att.CheckIn(w.Vols[0].Ctx, in); err != nil {
		w.T.Fatal("check-in:", err)
	}
	clock.Set(o.WindowEnd)
	if _, err := w.Att.CheckOut(w.Vols[0].Ctx, in); err != nil {
		w.T.Fatal("check-out:", err)
	}
	return w.Order(o.ID)
}

// Order reads an order as the resident sees it.
func (w *World) Order(id db.ID) order.Detail {
	w.T.Helper()
	d, err := w.Orders.Get(w.Resident, order.GetInput{ID: id})
	if err != nil {
		w.T.Fatal("order:", err)
	}
	return d
}

// Confirm gives the resident's own word.
func (w *World) Confirm(id db.ID) {
	w.T.Helper()
	if _, err := w.Orders.Confirm(w.Resident, order.ConfirmInput{Ask: order.Ask{ID: id}, Evidence: "login"}); err != nil {
		w.T.Fatal("confirm:", err)
	}
}

// Refused fails the test unless err has the code.
func (w *World) Refused(err error, code, what string) {
	w.T.Helper()
	if errs.CodeOf(err) != code {
		w.T.Errorf("%s: got %v (%s), want %s", what, err, errs.CodeOf(err), code)
	}
}
