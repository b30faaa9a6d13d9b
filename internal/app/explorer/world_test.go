package explorer

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/civic/account"
	"linli/internal/civic/appointment"
	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/seal"
	"linli/internal/proof/record"
	"linli/internal/proof/timebank"
	"linli/internal/work/catalogue"
	"linli/internal/work/order/card"
)

// Where it is played.
const (
	gacha auth.Region = 152502200200
	town  auth.Region = 152502200000
)

var (
	keys  = seal.Ephemeral()
	begin = time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)
)

var seeded = dbtest.Filled(func(ctx context.Context, d *db.DB) error {
	ctx = clock.At(ctx, begin)
	if err := app.Stamp(ctx, d, true); err != nil {
		return err
	}
	return app.Seed(ctx, d)
})

// world is a gacha with a station and honest people of every office, in which many sequences are played one after another: each with
// people, accounts and telephones of its own.
type world struct {
	*app.App
	t       *testing.T
	station station.Station
	item    catalogue.Item
	vouched [2]auth.Actor // who makes honest accounts, and who confirms them
	clerk   auth.Actor    // the town's
	second  auth.Actor    // of the community
	sender  auth.Actor    // the station's manager
	officer auth.Actor    // of the banner
	source  db.ID         // a platform whose key honest officers have compared
	members []db.ID       // volunteers who are in a team whenever they are asked
	saver   saver         // who has minutes in the bank of the banner
	handOut *card.Service // as the orders' own, whose codes are drawn here
	n       int           // telephones given out
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	a, err := app.Assemble(d, keys, config.Store{Data: t.TempDir()}, config.Server{Demo: true, OutboxDir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{App: a, t: t}
	w.handOut = card.New(d, keys, func() (string, error) { return fmt.Sprintf("%06d", rand.IntN(1_000_000)), nil })
	ctx := w.system(begin)
	w.vouched[0] = w.staff(ctx, auth.SecurityAdmin, "")
	w.vouched[1] = w.staff(ctx, auth.RegionOfficer, "")
	w.clerk = w.staff(ctx, auth.TownOfficer, w.phone())
	w.station, err = a.Station.Create(as(ctx, w.clerk), station.CreateInput{Region: gacha, Facts: station.Facts{Address: "嘎查部一楼",
		Phone: "0479-8200000", Lat: 43.9, Lng: 116.1}})
	if err != nil {
		t.Fatal("station:", err)
	}
	w.write(ctx, func(tx *db.Tx) error {
		for _, text := range []string{`UPDATE station SET status = 'open' WHERE id = ?`, `UPDATE station_past SET status = 'open' WHERE station_id = ?`} {
			if _, err := tx.Build(text, w.station.ID).Run(ctx, tx); err != nil {
				return err
			}
		}
		menu, err := catalogue.Menu(ctx, tx, gacha)
		for _, it := range menu {
			if len(it.Skills) == 0 && !it.Insured() && it.TrainingCode == "" && it.QualificationCode == "" && !it.TwoPersons {
				w.item = it
			}
		}
		return err
	})
	w.second = w.staff(ctx, auth.CommunityHead, w.phone())
	w.sender = w.staff(ctx, auth.StationManager, w.phone())
	for range 4 {
		p := w.lives(ctx, w.phone())
		w.enrolled(ctx, w.own(ctx, p, "", auth.Volunteer))
		w.members = append(w.members, p.ID)
	}
	w.saves(ctx)
	w.knows(ctx)
	return w
}

// saver is an old woman who served: what one hand may not take is what she saved.
type saver struct{ person, account, ledger db.ID }

// saves opens the bank of the banner with an hour of somebody in it.
func (w *world) saves(ctx context.Context) {
	w.t.Helper()
	w.n++
	phone := w.phone()
	var p person.Person
	w.write(ctx, func(tx *db.Tx) (err error) {
		p, err = w.Person.Add(ctx, tx, person.NewPerson{Name: name(w.n, "存"), Phone: phone, Region: gacha, BirthDay: 19500101,
			Consent: person.BySpoken})
		return err
	})
	w.met(ctx, p.ID)
	w.saver = saver{person: p.ID, account: w.own(ctx, p, phone, auth.Volunteer)}
	w.serves(ctx, w.saver.account)
	banner := w.staff(ctx, auth.BannerOfficer, "")
	_, err := w.TimeBank.Switch(as(ctx, banner), timebank.SwitchInput{Region: banner.Grants[0].Region, On: true, Since: 20260101})
	if err == nil {
		_, err = w.TimeBank.Join(as(ctx, w.actor(ctx, w.saver.account)), timebank.JoinInput{})
	}
	if err != nil {
		w.t.Fatal("bank:", err)
	}
	p0 := play{world: w, now: begin}
	w.saver.ledger = p0.ids("SELECT account_id FROM timebank_member WHERE person_id = $1", p.ID)[0]
	if n := p0.ids("SELECT SUM(amount) FROM ledger_transfer WHERE credit_id = $1", w.saver.ledger); int64(n[0]) != 60 {
		w.t.Fatalf("%d minutes in the bank", int64(n[0]))
	}
}

func (w *world) system(now time.Time) context.Context {
	return auth.AsSystem(clock.At(w.t.Context(), now), "test")
}

func as(ctx context.Context, a auth.Actor) context.Context { return auth.With(ctx, a) }

func (w *world) write(ctx context.Context, fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.DB.Write(ctx, fn); err != nil {
		w.t.Fatal(err)
	}
}

// phone is a number that nobody has had before.
func (w *world) phone() string {
	w.n++
	return fmt.Sprintf("129%08d", w.n)
}

// seats are where each role is held.
var seats = map[auth.Role]auth.Region{
	auth.TeamLeader: gacha, auth.PartnerContact: gacha, auth.SocialWorker: gacha, auth.StationManager: gacha, auth.CommunityHead: gacha,
	auth.TownOfficer: town, auth.BannerOfficer: gacha.At(auth.LevelBanner), auth.LeagueOfficer: gacha.At(auth.LevelLeague),
	auth.RegionOfficer: gacha.At(auth.LevelRegion), auth.Inspector: town, auth.Editor: gacha.At(auth.LevelBanner),
	auth.Auditor: gacha.At(auth.LevelBanner), auth.SystemAdmin: gacha.At(auth.LevelRegion), auth.SecurityAdmin: gacha.At(auth.LevelRegion),
	auth.AuditAdmin: gacha.At(auth.LevelRegion),
}

// staff makes the account of an honestly appointed holder of a role, whose appointment a third person has confirmed.
func (w *world) staff(ctx context.Context, role auth.Role, phone string, of ...db.ID) auth.Actor {
	w.t.Helper()
	var a account.Account
	w.write(ctx, func(tx *db.Tx) (err error) {
		in := account.NewAccount{Name: name(w.n, role), Phone: phone, Region: seats[role]}
		if len(of) > 0 {
			in.PersonID = of[0]
		}
		w.n++
		if a, err = w.Account.Create(ctx, tx, in); err != nil {
			return err
		}
		st := db.ID(0)
		if role == auth.StationManager {
			st = w.station.ID
		}
		if err := w.Account.Grant(ctx, tx, a.ID, role, seats[role], st); err != nil {
			return err
		}
		v := appointment.Vouched{Account: a.ID, Actor: w.vouched[0].Account, By: w.vouched[1].Account, How: appointment.Met}
		if v.By == 0 {
			v = appointment.Vouched{Account: a.ID, How: appointment.Founding}
		}
		return w.Appoint.Vouch(ctx, tx, v)
	})
	return w.actor(ctx, a.ID)
}

// actor is an account with the roles that it holds now.
func (w *world) actor(ctx context.Context, id db.ID) (out auth.Actor) {
	w.t.Helper()
	err := w.DB.Read(ctx, func(tx *db.Tx) error {
		a, err := account.Get(ctx, tx, id)
		if err != nil {
			return err
		}
		out = auth.Actor{Account: a.ID, Person: a.PersonID, Name: a.Name}
		held, err := account.Handover(ctx, tx, id)
		for _, g := range held {
			out.Grants = append(out.Grants, auth.Grant{Role: g.Role, Region: g.Region, Station: g.StationID})
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

const surnames, given = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "娜仁高娃其木格巴特尔乌云苏雅图雅"

// name is one that nobody else has.
func name(n int, role auth.Role) string {
	s, g := []rune(surnames), []rune(given)
	return string(s[n%len(s)]) + string(g[n/len(s)%len(g)]) + string(g[n/len(s)/len(g)%len(g)]) + string(g[len(role)%len(g)])
}

// lives registers somebody, at an address of his own, as the console does.
func (w *world) lives(ctx context.Context, phone string) (p person.Person) {
	w.t.Helper()
	w.n++
	w.write(ctx, func(tx *db.Tx) (err error) {
		p, err = w.Person.Add(ctx, tx, person.NewPerson{Name: name(w.n, "居民"), Phone: phone, Region: gacha, BirthDay: 19800101,
			Consent: person.BySpoken, Addresses: []person.Address{{Kind: "home", Region: gacha, Detail: fmt.Sprint("东头第", w.n, "家"),
				Lat: 43.9009, Lng: 116.1}}})
		return err
	})
	return p
}

// own opens the account of a person.
func (w *world) own(ctx context.Context, p person.Person, phone string, role auth.Role) (id db.ID) {
	w.t.Helper()
	w.write(ctx, func(tx *db.Tx) error {
		a, err := w.Account.Create(ctx, tx, account.NewAccount{PersonID: p.ID, Name: p.Name, Phone: phone, Region: gacha})
		if err != nil {
			return err
		}
		id = a.ID
		return w.Account.Grant(ctx, tx, id, role, 0, 0)
	})
	return id
}

// met lets two honest people meet somebody (已核实).
func (w *world) met(ctx context.Context, id db.ID) {
	w.t.Helper()
	for _, who := range []auth.Actor{w.clerk, w.second} {
		p := w.person(ctx, id)
		if _, err := w.Person.Meet(as(ctx, who), person.MeetInput{ID: id, Version: p.Version}); err != nil {
			w.t.Fatal("meet:", err)
		}
	}
}

func (w *world) person(ctx context.Context, id db.ID) (p person.Person) {
	w.t.Helper()
	if err := w.DB.Glance(ctx, func(tx *db.Tx) (err error) { p, err = person.Get(ctx, tx, id); return err }); err != nil {
		w.t.Fatal(err)
	}
	return p
}

// enrolled makes a volunteer.
func (w *world) enrolled(ctx context.Context, acc db.ID) (v volunteer.Volunteer) {
	w.t.Helper()
	me := w.actor(ctx, acc)
	v, err := w.Volunteer.Register(as(ctx, me), volunteer.RegisterInput{Region: gacha, Agreed: true, Consent: person.BySelf,
		Facts: volunteer.Facts{Identities: person.Codes{"resident"}, MaxKm: 10}})
	if err == nil {
		v, err = w.Volunteer.Approve(as(ctx, w.second), volunteer.ApproveInput{ID: v.ID, Version: v.Version, Adult: true})
	}
	if err != nil {
		w.t.Fatal("volunteer:", err)
	}
	return v
}

// serves makes a volunteer with an hour that two honest people accepted.
func (w *world) serves(ctx context.Context, acc db.ID) (v volunteer.Volunteer) {
	w.t.Helper()
	v = w.enrolled(ctx, acc)
	at := clock.In(ctx).AddDate(0, -2, 0)
	r, err := w.Record.ImportRow(as(ctx, w.sender), record.ImportInput{VolunteerNo: v.No, Region: gacha, Title: "秋收帮工", Category: "farming",
		Content: "收土豆", StartedAt: at, EndedAt: at.Add(time.Hour), Unit: "嘎查村民委员会"})
	if err == nil {
		_, err = w.Record.Approve(as(ctx, w.second), record.ApproveInput{ID: r.ID, Decision: "approve"})
	}
	if err != nil {
		w.t.Fatal("an honest hour:", err)
	}
	return v
}

// text is the last text message, if it went to one of the numbers.
func (w *world) text(ctx context.Context, phones ...string) string {
	w.t.Helper()
	var out struct{ To, Text string }
	err := w.DB.Read(ctx, func(tx *db.Tx) error {
		row := tx.Raw().QueryRowContext(ctx, `SELECT id, body FROM notify_outbox WHERE channel = 'sms' AND body IS NOT NULL
			ORDER BY id DESC LIMIT 1`)
		var id int64
		var body []byte
		if row.Scan(&id, &body) != nil {
			return nil
		}
		plain, err := w.Keys.Open(body, seal.At("notify_outbox", "body", id))
		if err != nil {
			return err
		}
		return json.Unmarshal(plain, &out)
	})
	if err != nil {
		w.t.Fatal(err)
	}
	if !slices.Contains(phones, out.To) {
		return ""
	}
	return out.Text
}

// digits are the first six in a row.
func digits(text string) string {
	for i := range text {
		if i+6 <= len(text) && strings.Trim(text[i:i+6], "0123456789") == "" {
			return text[i : i+6]
		}
	}
	return ""
}

func dice(seed uint64, n int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(n))) }
