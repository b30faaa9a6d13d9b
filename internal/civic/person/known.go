package person

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/sms"
)

// Meet is the permission to say that a person was spoken with.
const Meet auth.Perm = "person.know"

// How somebody came to know a person.
const (
	ByMeeting = "met"
	ByCode    = "code"
)

var knownHows = set.New("person_known.how", set.Row{ByMeeting, "当面见过"}, set.Row{ByCode, "打过电话，报对了发去的码"})

// Limits of the codes, in machine time.
const (
	codeLife   = 10 * time.Minute
	codeGap    = time.Minute
	codeTries  = 5
	codesADay  = 5
	codeDigits = 6
)

// Knower has spoken with a person, in person or on the number that stands in the entry now.
type Knower struct {
	ID        db.ID     `json:"-"`
	AccountID db.ID     `json:"account_id"`
	Name      string    `json:"name"`
	How       string    `json:"how"`
	At        time.Time `json:"at"`
}

// known is one row of the table.
type known struct {
	Knower
	PersonID   db.ID
	Region     auth.Region
	PhoneBlind []byte
	EndedAt    *time.Time
}

// codeRow is a code that waits to be told back.
type codeRow struct {
	ID  db.ID
	MAC []byte `db:"mac"`
}

type codesSent struct{ Gap, Day int64 }

var (
	knownTable = db.NewRelation[known]("person_known")
	knowers    = db.Query[Knower](`SELECT k.id, k.account_id, k.name, k.how, k.at FROM person_known k JOIN person p ON p.id = k.person_id
		WHERE k.person_id = $1 AND k.ended_at IS NULL AND (k.phone_blind = p.phone_blind OR k.phone_blind IS NULL AND p.phone_blind IS NULL)
		ORDER BY k.id`)
	endKnown = db.SQL(`UPDATE person_known SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL`)
	numberOf = db.Query[[]byte](`SELECT phone_blind FROM person WHERE id = $1`)
	addCode  = db.SQL(`INSERT INTO person_code (id, person_id, account_id, phone_blind, mac, made_at, expires_at, tries)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0)`)
	sentCodes = db.Query[codesSent](`SELECT COALESCE(SUM(CASE WHEN made_at > $2 THEN 1 ELSE 0 END), 0) AS gap, COUNT(*) AS day
		FROM person_code WHERE person_id = $1 AND made_at > $3`)
	waitingCode = db.Query[codeRow](`SELECT c.id, c.mac FROM person_code c JOIN person p ON p.id = c.person_id AND p.phone_blind = c.phone_blind
		WHERE c.person_id = $1 AND c.account_id = $2 AND c.used_at IS NULL AND c.expires_at > $3 AND c.tries < $4 ORDER BY c.id DESC LIMIT 1`)
	countTry  = db.SQL(`UPDATE person_code SET tries = tries + 1 WHERE id = $1`)
	spendCode = db.SQL(`UPDATE person_code SET used_at = $2 WHERE id = $1 AND used_at IS NULL`)
	oldCodes  = db.SQL(`DELETE FROM person_code WHERE made_at < $1`)
	dropCodes = db.SQL(`DELETE FROM person_code WHERE person_id = $1`)
	dropKnown = db.SQL(`DELETE FROM person_known WHERE person_id = $1`)
)

// Knowers gives who has spoken with a person as the entry stands now; he is 已核实 when two of them are independent. It never comes by
// time, and ends when name, identity number, day of birth or telephone changes.
func Knowers(ctx context.Context, tx *db.Tx, id db.ID) ([]Knower, error) {
	return knowers.All(ctx, tx, id)
}

// identityOf is what makes an entry this person on this number.
type identityOf struct {
	Name          string
	Birth         clock.Day
	Number, Phone string
}

// who is the person without his telephone.
func (i identityOf) who() identityOf {
	i.Phone = ""
	return i
}

// whoIs opens who an entry says it is.
func (s *Service) whoIs(ctx context.Context, tx *db.Tx, p Person) (identityOf, error) {
	o, err := s.open(ctx, tx, p.ID)
	return identityOf{p.Name, p.BirthDay, o.IDNumber, o.Phone}, err
}

// endKnownOf ends that anybody knows a person who is another than before, or on another number.
func (s *Service) endKnownOf(ctx context.Context, tx *db.Tx, p Person, was identityOf) error {
	now, err := s.whoIs(ctx, tx, p)
	if err == nil && now != was {
		_, err = endKnown.Run(ctx, tx, p.ID, tx.Now)
	}
	return err
}

// MeetInput names who was met.
type MeetInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Meet says that the actor has met the person face to face and that entry and number are his (在场核实).
func (s *Service) Meet(ctx context.Context, in MeetInput) (Detail, error) {
	op := act.Op{Perm: Meet, Action: "person.meet", ID: in.ID, Version: in.Version}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error { return know(ctx, tx, *p, ByMeeting) })
}

// know writes that the actor knows a person; twice changes nothing.
func know(ctx context.Context, tx *db.Tx, p Person, how string) error {
	me := auth.From(ctx)
	if me.Person == p.ID {
		return errs.Deny("自己由别人来核实")
	}
	blind, err := numberOf.One(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	return knownTable.Insert(ctx, tx, known{Knower: Knower{ID: tx.NewID(), AccountID: me.Account, Name: me.Name, How: how, At: tx.Now},
		PersonID: p.ID, Region: p.Region, PhoneBlind: blind})
}

// SendCode sends a code to the person's number, which he tells the actor on the telephone (发码核实).
func (s *Service) SendCode(ctx context.Context, in GetInput) (Detail, error) {
	op := act.Op{Perm: Meet, Action: "person.send_code", ID: in.ID}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		if auth.From(ctx).Person == p.ID {
			return errs.Deny("自己由别人来核实")
		}
		o, err := s.open(ctx, tx, p.ID)
		if err != nil {
			return err
		}
		if o.Phone == "" {
			return errs.WrongState("没有登记电话，请当面核实")
		}
		now := time.Now()
		n, err := sentCodes.One(ctx, tx, p.ID, now.Add(-codeGap), now.Add(-24*time.Hour))
		switch {
		case err != nil:
			return err
		case n.Gap > 0:
			return errs.New(errs.TooMany, "too_soon", "刚发过一条，请等一分钟再发")
		case n.Day >= codesADay:
			return errs.New(errs.TooMany, "too_many", "今天给这个号码发得太多了，明天再发，或者当面核实")
		}
		id, code := tx.NewID(), drawCode()
		if _, err := addCode.Run(ctx, tx, id, p.ID, auth.From(ctx).Account, s.keys.Blind("phone", o.Phone), s.codeMAC(id, code), now,
			now.Add(codeLife)); err != nil {
			return err
		}
		return s.SMS(ctx, tx, o.Phone, sms.ToTell(auth.From(ctx).Name, code, codeLife))
	})
}

// EnterInput is the code that the person told.
type EnterInput struct {
	ID   db.ID  `path:"id"`
	Code string `json:"code" minLength:"6" maxLength:"20" doc:"对方在电话里报的码"`
}

var errWrongCode = errs.Field("code", "码不对，或者已经过期，请再听一遍")

// EnterCode proves that the actor has spoken with the person on his number. A wrong code counts although nothing else is stored.
func (s *Service) EnterCode(ctx context.Context, in EnterInput) (Detail, error) {
	var tried db.ID
	op := act.Op{Perm: Meet, Action: "person.enter_code", ID: in.ID}
	out, err := s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		c, there, err := db.Found(waitingCode.One(ctx, tx, p.ID, auth.From(ctx).Account, time.Now(), int64(codeTries)))
		if err != nil {
			return err
		}
		tried = c.ID
		if !there || !hmac.Equal(c.MAC, s.codeMAC(c.ID, strings.TrimSpace(in.Code))) {
			return errWrongCode
		}
		if n, err := spendCode.Run(ctx, tx, c.ID, time.Now()); err != nil || n == 0 {
			return touched(n, err, errWrongCode)
		}
		return know(ctx, tx, *p, ByCode)
	})
	if errors.Is(err, errWrongCode) && tried != 0 {
		if e := s.db.Write(ctx, func(tx *db.Tx) error { _, err := countTry.Run(ctx, tx, tried); return err }); e != nil {
			return out, e
		}
	}
	return out, err
}

func (s *Service) codeMAC(id db.ID, code string) []byte {
	return s.keys.MAC("person code", []byte(id.String()+" "+code))
}

// drawCode draws six digits that nobody can foresee.
func drawCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand never fails on the systems that Go supports
	}
	return fmt.Sprintf("%0*d", codeDigits, n.Int64())
}

// Sweep forgets codes of yesterday.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error { _, err := oldCodes.Run(ctx, tx, time.Now().Add(-24*time.Hour)); return err })
}
