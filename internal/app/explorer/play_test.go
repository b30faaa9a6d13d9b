package explorer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/reach/inbound"
	"linli/internal/work/order"
)

// company says which honest people do their work while somebody tries to make minutes.
type company int

const (
	alone   company = iota
	sending         // the station looks orders through and sends volunteers, as it does every day
	looking         // and a second person looks at what waits, and agrees
)

// play is one sequence: what is in one hand, and what has been made.
type play struct {
	*world
	random  *rand.Rand
	now     time.Time
	role    auth.Role
	company company

	phones  [2]string
	hands   []db.ID // accounts in the one hand; the first is the staff account
	marks   []db.ID // honest accounts that can be treated
	people  []db.ID
	puppets map[db.ID]bool // people who are reached on one of the two numbers
	seen    map[db.ID]bool // orders whose code the hand knows
	cards   map[db.ID][]string
	orders  []db.ID
	sheets  []db.ID
	teams   []db.ID
	batches []db.ID
	slips   []slip

	invented  []inbound.Source    // platforms that one hand registered, and whose key it compared
	volunteer volunteer.Volunteer // who wants hours
	tel       string              // his number
	buyer     db.ID               // his account
	before    db.ID               // ids that are greater were made in this sequence
	log       []string
}

// roles are whose staff account it is, in turn; those who can do more come more often.
var roles = []auth.Role{
	auth.StationManager, auth.CommunityHead, auth.TownOfficer, auth.SecurityAdmin, auth.BannerOfficer, auth.SocialWorker,
	auth.StationManager, auth.TownOfficer, auth.SystemAdmin, auth.CommunityHead, auth.LeagueOfficer, auth.TeamLeader,
	auth.TownOfficer, auth.AuditAdmin, auth.CommunityHead, auth.RegionOfficer, auth.StationManager, auth.Inspector,
	auth.BannerOfficer, auth.SecurityAdmin, auth.PartnerContact, auth.TownOfficer, auth.Editor, auth.CommunityHead, auth.Auditor,
	auth.Volunteer,
}

// newPlay makes the people of one sequence.
func (w *world) newPlay(seed uint64, n int, c company) *play {
	w.t.Helper()
	p := &play{world: w, random: dice(seed, n), now: begin.AddDate(0, 0, n%5), role: roles[n/2%len(roles)], company: c,
		phones: [2]string{w.phone(), w.phone()}, puppets: map[db.ID]bool{}, seen: map[db.ID]bool{}, cards: map[db.ID][]string{}}
	ctx := w.system(p.now)
	p.tel = w.phone()
	own := w.lives(ctx, p.tel)
	// Who may look and wants nothing himself is with the station already two.
	looks := c == sending && slices.Contains([]auth.Role{auth.CommunityHead, auth.TownOfficer, auth.BannerOfficer}, p.role)
	if p.role == auth.Volunteer || looks || p.random.IntN(5) == 0 {
		p.oneBody(ctx, own)
	} else {
		p.buyer = w.own(ctx, own, "", auth.Volunteer)
		me := w.lives(ctx, p.phones[0])
		if seats[p.role].Level() >= auth.LevelBanner {
			w.met(ctx, me.ID) // an officer from farther away would be a resident like any other, who may lie with the volunteer
		}
		p.hands = []db.ID{w.staff(ctx, p.role, p.phones[0], me.ID).Account, p.buyer}
		w.write(ctx, func(tx *db.Tx) error { return w.Account.Grant(ctx, tx, p.hands[0], auth.Resident, 0, 0) })
		p.people = append(p.people, me.ID)
		p.puppets[me.ID] = true
	}
	p.volunteer = w.serves(ctx, p.buyer)
	phone := w.phone()
	resident := w.lives(ctx, phone)
	w.met(ctx, resident.ID)
	p.marks = []db.ID{w.saver.account, w.own(ctx, resident, phone, auth.Resident), w.staff(ctx, auth.CommunityHead, w.phone()).Account}
	p.people = append(p.people, own.ID, resident.ID)
	w.write(ctx, func(tx *db.Tx) error { p.before = tx.NewID(); return nil })
	return p
}

// oneBody lets the volunteer himself hold the office.
func (p *play) oneBody(ctx context.Context, own person.Person) {
	if p.role == auth.Volunteer {
		p.buyer = p.world.own(ctx, own, p.phones[0], auth.Volunteer)
	} else {
		p.buyer = p.staff(ctx, p.role, p.phones[0], own.ID).Account
		p.write(ctx, func(tx *db.Tx) error { return p.Account.Grant(ctx, tx, p.buyer, auth.Volunteer, 0, 0) })
	}
	p.hands = []db.ID{p.buyer}
}

// run plays moves until there are enough.
func (p *play) run(length int) {
	for range length {
		m := pick(p)
		err := m.do(p)
		if broke(err) {
			p.t.Fatalf("%s of %s: %v\n%s", m.name, p.role, err, p)
		}
		if err == nil {
			p.log = append(p.log, m.name)
		}
	}
}

func (p *play) String() string {
	return fmt.Sprintf("%s (%d): %s", p.role, p.company, strings.Join(p.log, "; "))
}

// broke says that an error is no refusal. Where a guard is taken away the schema may still refuse what it let through.
func broke(err error) bool {
	return err != nil && errs.KindOf(err) == 0 && os.Getenv(switchName) == ""
}

func pick(p *play) move {
	total := 0
	for _, m := range moves {
		if m.company <= p.company {
			total += m.weight
		}
	}
	at := p.random.IntN(total)
	for _, m := range moves {
		if m.company > p.company {
			continue
		}
		if at -= m.weight; at < 0 {
			return m
		}
	}
	return moves[0]
}

// by is the context of an account in hand, with the roles that it holds now.
func (p *play) by(id db.ID) context.Context { return as(p.system(p.now), p.actor(p.system(p.now), id)) }

// honest is the context of somebody who plays no game.
func (p *play) honest(a auth.Actor) context.Context { return as(p.system(p.now), a) }

// any tries something with each account in hand, in random order, until one may.
func (p *play) any(do func(ctx context.Context) error) (err error) {
	err = errs.ErrDenied
	for _, i := range p.random.Perm(len(p.hands)) {
		if err = do(p.by(p.hands[i])); err == nil {
			p.log = append(p.log, fmt.Sprintf("[%d]", i))
		}
		if err == nil || broke(err) {
			return err
		}
	}
	return err
}

// sends is any, but sometimes the station's honest manager does it.
func (p *play) sends(do func(ctx context.Context) error) error {
	if p.company >= sending && p.random.IntN(2) == 0 {
		err := do(p.honest(p.sender))
		if err == nil {
			p.log = append(p.log, "[station]")
		}
		return err
	}
	return p.any(do)
}

func one[T any](p *play, list []T) (out T, ok bool) {
	if len(list) == 0 {
		return out, false
	}
	return list[p.random.IntN(len(list))], true
}

var errNone = errs.WrongState("there is none")

// take puts an account into the hand.
func (p *play) take(id db.ID) {
	for _, h := range p.hands {
		if h == id {
			return
		}
	}
	p.hands = append(p.hands, id)
}

// pixel is a picture that proves nothing.
var pixel = blob.Upload{Name: "a.png", Data: picture()}

// order reads one of the sequence's as the program itself sees it.
func (p *play) order(id db.ID) (o order.Order) {
	p.t.Helper()
	ctx := p.system(p.now)
	if err := p.DB.Read(ctx, func(tx *db.Tx) (err error) { o, err = order.Get(ctx, tx, id); return err }); err != nil {
		p.t.Fatal(err)
	}
	return o
}

// found says what was made that must not be: minutes that counted since the sequence began, and certificates in another's name.
func (p *play) found() (out []string) {
	p.t.Helper()
	ctx := p.system(p.now)
	ask := func(text string, args ...any) {
		err := p.DB.Read(ctx, func(tx *db.Tx) error {
			rows, err := tx.Raw().QueryContext(ctx, text, args...)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var what string
				if err := rows.Scan(&what); err != nil {
					return err
				}
				out = append(out, what)
			}
			return rows.Err()
		})
		if err != nil {
			p.t.Fatal(err)
		}
	}
	ask(`SELECT 'minutes that count: ' || CAST(c.minutes AS TEXT) || ' of a record from ' || r.source FROM record_change c
		JOIN service_record r ON r.id = c.record_id WHERE c.id > $1
		AND (c.action = 'counted' OR c.status = 'counted' AND c.minutes > c.minutes_from)`, int64(p.before))
	ask(`SELECT 'a certificate in the name of ' || c.name FROM certificate c WHERE c.id > $1 AND (c.name <> $2 OR c.id_number <> '')`, int64(p.before),
		p.volunteer.Name)
	ask(`SELECT DISTINCT 'a certificate over a record that is looked into: ' || c.no FROM certificate c
		JOIN certificate_record p ON p.certificate_id = c.id JOIN record_freeze f ON f.record_id = p.record_id WHERE c.id > $1
		AND c.issued_at > f.at AND c.issued_day <= f.until_day AND (f.ended_at IS NULL OR c.issued_at < f.ended_at)`, int64(p.before))
	ask(`SELECT 'taken of what somebody saved: ' || CAST(amount AS TEXT) FROM ledger_transfer WHERE id > $1 AND debit_id = $2
		AND kind IN ('post', 'settle') AND amount > 0`, int64(p.before), int64(p.saver.ledger))
	return out
}

// perWorld is how many sequences are played in one database.
const perWorld = 60

// explore plays sequences in one company after another, and stops at the first that makes what must not be, unless it is wanted.
func explore(t *testing.T, fresh func() *db.DB, seed uint64, n int, companies ...company) (found int, first string) {
	t.Helper()
	var w *world
	for i := range n {
		if i%perWorld == 0 {
			w = newWorld(t, fresh())
		}
		c := companies[i%len(companies)]
		p := w.newPlay(seed, i, c)
		p.run(12 + p.random.IntN(28))
		f := p.found()
		if len(f) == 0 {
			continue
		}
		found++
		if first = fmt.Sprintf("sequence %d of seed %d, %s\n\t%s", i, seed, strings.Join(f, ", "), p); c != looking {
			break
		}
	}
	return found, first
}
