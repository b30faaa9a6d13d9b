package certificate

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/spelling"
	"linli/internal/proof/log"
)

// ListInput asks for the register of certificates (证明出具登记簿) of the actor's scope.
type ListInput struct {
	VolunteerID db.ID  `query:"volunteer_id"`
	Status      string `query:"status" enum:"valid,suspended,revoked," maxLength:"10"`
	Q           string `query:"q" maxLength:"60" doc:"编号、姓名或志愿者编号"`
	db.Paging
}

// Register is a page of the register.
type Register struct {
	db.Page[Certificate]
	In        ListInput `json:"-"`
	Choices   []Choice  `json:"-"` // whom Q or VolunteerID may mean, to issue one
	MayIssue  bool      `json:"-"`
	MayRevoke bool      `json:"-"`
	Today     clock.Day `json:"-"`
}

// Choice is a volunteer for whom a certificate may be issued at the desk.
type Choice struct {
	ID       db.ID
	No       string
	Name     string
	Minutes  int64
	Checking int64 // records that somebody looks into
}

// List gives the register, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Register, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Register, err error) {
		out.In, out.MayIssue, out.MayRevoke = in, auth.Allow(ctx, Make) == nil, auth.Allow(ctx, Revoke) == nil

		out.Today = clock.DayOf(tx.Now)
		rows, err := list(ctx, tx, auth.ScopeOf(ctx, View), in)
		if err != nil {
			return out, err
		}
		out.Page = db.PageOf(s.judged(rows), in.Paging, func(c Certificate) []string { return db.Key(c.ID) })
		if in.Q != "" || in.VolunteerID != 0 {
			out.Choices, err = volunteerNamed(ctx, tx, auth.ScopeOf(ctx, Make), in.Q, in.VolunteerID)
		}
		return out, err
	})
}

// MineInput asks for one's own certificates.
type MineInput struct{ db.Paging }

// Mine is the page of one's own certificates, with the period a new one would cover.
type Mine struct {
	db.Page[Certificate]
	Volunteer volunteer.Volunteer
	Known     bool // whether the reader is a volunteer
	First     clock.Day
	Today     clock.Day
	Checking  int64 // records that somebody looks into: they go into no certificate for now
}

// Mine lists the actor's own certificates.
func (s *Service) Mine(ctx context.Context, in MineInput) (Mine, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Mine, err error) {
		out.Today = clock.DayOf(tx.Now)
		if out.Volunteer, out.Known, err = volunteer.OfPerson(ctx, tx, auth.From(ctx).Person); err != nil || !out.Known {
			return out, err
		}
		if out.First, _, err = db.Found(firstDay.One(ctx, tx, out.Volunteer.ID)); err != nil {
			return out, err
		}
		if out.Checking, err = checkingNow.One(ctx, tx, looked{out.Volunteer.ID, out.Today}); err != nil {
			return out, err
		}
		rows, err := list(ctx, tx, auth.ScopeOf(auth.AsSystem(ctx, "own certificates"), View),
			ListInput{VolunteerID: out.Volunteer.ID, Paging: in.Paging})
		out.Page = db.PageOf(s.judged(rows), in.Paging, func(c Certificate) []string { return db.Key(c.ID) })
		return out, err
	})
}

// FileInput names the file, NUMBER.pdf.
type FileInput struct {
	File string `path:"file" maxLength:"80"`
}

// PDF renders the certificate as it stands, to be seen in the browser and printed from there; nothing is stored.
func (s *Service) PDF(ctx context.Context, in FileInput) (out blob.File, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	no, ok := strings.CutSuffix(in.File, ".pdf")
	if !ok {
		return out, errs.ErrNotFound
	}
	var c Certificate
	var kinds []Kind
	var phone string
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if c, err = load(ctx, tx, no); err != nil {
			return err
		}
		if err := auth.Require(ctx, View, View, c.place()); err != nil {
			return err
		}
		if ok, err := s.holds(ctx, tx, c); err != nil || !ok {
			return errors.Join(err, errs.WrongState(broken))
		}
		if phone, err = s.phone(ctx, tx, c.StationID); err != nil {
			return err
		}
		kinds, err = kindsOf.All(ctx, tx, c.ID)
		return err
	})
	if err != nil {
		return out, err
	}
	out = blob.File{Name: c.No + ".pdf", Type: blob.PDF, Show: true}
	out.Body, err = s.render(c, kinds, phone)
	return out, err
}

// phone is the station's public telephone.
func (s *Service) phone(ctx context.Context, tx *db.Tx, id db.ID) (string, error) {
	if id == 0 {
		return "", nil
	}
	st, err := station.Get(ctx, tx, id)
	if err != nil {
		return "", err
	}
	return s.keys.OpenText(st.Sealed, seal.At("station", "phone", int64(st.ID)))
}

// AnyText is whatever a visitor typed or a camera read; it is cleaned before it is used and never refused.
type AnyText string

// AskInput is a code that was typed on the page without one in its address.
type AskInput struct {
	Code AnyText `query:"code" format:"any-text"`
}

// Asking is the page that asks for a code.
type Asking struct {
	Answer Answer // to a code that was typed; none yet when its Status is empty
}

// Ask is Check for the page where a code is typed.
func (s *Service) Ask(ctx context.Context, in AskInput) (out Asking, err error) {
	if strings.TrimSpace(string(in.Code)) == "" {
		return out, auth.Allow(ctx, Look)
	}
	out.Answer, err = s.Check(ctx, CheckInput{Code: in.Code})
	return out, err
}

// CheckInput is a code of a certificate, and the full name to compare when the visitor knows it.
type CheckInput struct {
	Code AnyText `path:"code" format:"any-text"`
	Name AnyText `query:"name" format:"any-text"`
}

// Answer is what anyone learns of a code: nothing of the person but the masked name.
type Answer struct {
	Status      Status    `json:"status" doc:"valid 有效，revoked 不能使用，unknown 查不到"`
	Reason      string    `json:"reason,omitempty" doc:"为什么不能使用"`
	No          string    `json:"no,omitempty"`
	Minutes     int64     `json:"minutes,omitempty"`
	Times       int64     `json:"times,omitempty"`
	From        clock.Day `json:"from,omitempty"`
	To          clock.Day `json:"to,omitempty"`
	Unit        string    `json:"recording_unit,omitempty"`
	IssuedOn    clock.Day `json:"issued_on,omitempty"`
	NameMasked  string    `json:"name_masked,omitempty"`
	NameMatches *bool     `json:"name_matches,omitempty" doc:"只在问了 name 时给出"`
	Proof       *Proof    `json:"proof,omitempty"`
	Log         *log.Leaf `json:"log,omitempty" doc:"公开日志里记着它的那一条；刚开具的要等一秒"`

	Broken  bool      `json:"-"` // a certificate has the code, but not as it was signed
	Typed   string    `json:"-"`
	Asked   string    `json:"-"`
	At      time.Time `json:"-"`
	Revoked clock.Day `json:"-"`
}

// Check tells anyone what a code stands for (民政部令第67号 art. 17). A certificate that is suspended is told as revoked: not to be relied on;
// one that is not as it was signed is unknown, nothing of it is shown, and the system administrators are told.
func (s *Service) Check(ctx context.Context, in CheckInput) (out Answer, err error) {
	if err := auth.Allow(ctx, Look); err != nil {
		return out, err
	}
	code := cleanCode(string(in.Code))
	out = Answer{Status: Unknown, Typed: typed(string(in.Code)), At: clock.In(ctx)}
	if code == "" {
		if isNo(string(in.Code)) {
			out.Reason = numberTyped
		}
		return out, nil
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		c, err := byCode.One(ctx, tx, code)
		if errors.Is(err, db.ErrNoRow) {
			return nil
		}
		if err != nil {
			return err
		}
		ok, err := s.holds(ctx, tx, c)
		if err != nil {
			return err
		}
		out = Answer{Status: Unknown, Reason: broken, Broken: true}
		if ok {
			out = s.answer(c, strings.TrimSpace(string(in.Name)))
			if out.Log, err = logged(ctx, tx, c); err != nil {
				return err
			}
		}
		out.Typed, out.At = shown(code), tx.Now
		if !ok {
			return warn(ctx, tx, c)
		}
		_, err = countCheck.Run(ctx, tx, c.ID, clock.DayOf(tx.Now))
		return err
	})
	return out, err
}

// logged gives the last word of the public log on a certificate; nil where it has said nothing yet.
func logged(ctx context.Context, tx *db.Tx, c Certificate) (*log.Leaf, error) {
	l, there, err := log.Of(ctx, tx, log.Certificate, c.ID)
	if err != nil || !there {
		return nil, err
	}
	return &l, nil
}

func (s *Service) answer(c Certificate, name string) Answer {
	out := Answer{Status: c.Status, Reason: c.Reason, No: c.No, Minutes: c.Minutes, Times: c.Times, From: c.From, To: c.To, Unit: c.Unit,
		IssuedOn: c.IssuedOn, NameMasked: person.MaskName(c.Name), Proof: s.proof(c), Asked: name}
	if out.Status == Suspended {
		out.Status, out.Reason = Revoked, "暂停使用："+c.Reason
	}
	if c.RevokedAt != nil {
		out.Revoked = clock.DayOf(*c.RevokedAt)
	}
	if name != "" {
		same := spelling.Same(name, c.Name)
		out.NameMatches = &same
	}
	return out
}

// typed is what the page repeats of an unknown code: its letters and digits, not more than a code has twice.
func typed(text string) string {
	var b strings.Builder
	for _, r := range spelling.Code(text) {
		if r < 0x80 && b.Len() < 2*codeLength {
			b.WriteRune(r)
		}
	}
	return shown(b.String())
}

// numberTyped answers who types the number of a certificate, which stands above its code and tells nothing to strangers.
const numberTyped = "这是证明的编号。请输查询码：16 位字母和数字，印在二维码旁边"

var noShape = regexp.MustCompile(`^15\d{10}20\d{2}\d{6}$`)

// isNo says whether somebody typed the number of a certificate.
func isNo(text string) bool { return noShape.MatchString(spelling.Code(text)) }
