package account

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"slices"
	"time"

	"linli/internal/civic/account/authenticator"
	"linli/internal/civic/account/password"
	"linli/internal/civic/account/random"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Factor is how surely somebody must sign in.
type Factor int

// From weak to strong.
const (
	NoFactor     Factor = iota
	FactorDevice        // a code by SMS on a device that is new
	FactorCard          // an authenticator or a printed card
	FactorTOTP          // an authenticator
)

// FactorFor gives the strongest factor that a set of grants asks for: an authenticator from banner upwards and for the three
// administrators, that or a card in a town, a known device at a station.
func FactorFor(grants []auth.Grant) Factor {
	need := NoFactor
	for _, g := range grants {
		need = max(need, factorOf(g))
	}
	return need
}

func factorOf(g auth.Grant) Factor {
	switch g.Role {
	case auth.SystemAdmin, auth.SecurityAdmin, auth.AuditAdmin, auth.BannerOfficer, auth.LeagueOfficer, auth.RegionOfficer:
		return FactorTOTP
	case auth.TownOfficer:
		return FactorCard
	case auth.Inspector, auth.Editor, auth.Auditor:
		if g.Region.Level() <= auth.LevelBanner {
			return FactorTOTP
		}
		return FactorCard
	case auth.StationManager, auth.CommunityHead:
		return FactorDevice
	}
	return NoFactor
}

const secretSize = 20

// NewSecret makes the secret of an authenticator, in base32.
func NewSecret() string {
	b := make([]byte, secretSize)
	rand.Read(b)
	return base32.StdEncoding.EncodeToString(b)
}

// useTOTP accepts a code once: of two concurrent uses, or of a code used before, one wins.
func (s *Service) useTOTP(ctx context.Context, tx *db.Tx, r accountRow, code string) (bool, error) {
	secret, err := s.keys.OpenText(r.TOTP, at("totp", r.ID))
	if err != nil {
		return false, err
	}
	step := authenticator.Step(secret, code, tx.Now, 0)
	if step == 0 {
		return false, nil
	}
	n, err := useStep.Run(ctx, tx, r.ID, step)
	if err == nil && n == 0 {
		err = errUsed
	}
	return n == 1, err
}

// Enrolment is what somebody puts into an authenticator.
type Enrolment struct {
	Secret string `json:"secret"` // in groups of four, to be typed
	URI    string `json:"uri"`
	Size   int    `json:"-"` // modules of the QR code's side, with its quiet zone
	Path   string `json:"-"` // the dark modules as an SVG path
}

// PasswordInput asks for one's password once more before something that guards the account is changed. A session that must enrol has
// just given it.
type PasswordInput struct {
	Password string `json:"password" required:"false" maxLength:"512" doc:"再输一次密码"`
}

// StartTOTP makes a new secret and shows it. It counts when a code of it has been given to ConfirmTOTP; until then an earlier one stays.
func (s *Service) StartTOTP(ctx context.Context, in PasswordInput) (Nothing, error) {
	op := act.Op{Perm: Own, Action: "account.totp_start", Check: func() error { return s.reauthenticate(ctx, in.Password) }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Nothing, error) {
		id := auth.From(ctx).Account
		_, err := offerTOTP.Run(ctx, tx, id, s.keys.SealText(NewSecret(), at("totp_next", id)))
		if err != nil {
			return Nothing{}, err
		}
		return Nothing{}, note(ctx, tx, op, Account{ID: id})
	})
}

// TOTP shows the secret that waits for its first code; NotFound when none does.
func (s *Service) TOTP(ctx context.Context, _ Nothing) (Enrolment, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Enrolment, err error) {
		r, err := s.own(ctx, tx)
		if err != nil {
			return out, err
		}
		if r.TOTPNext == nil {
			return out, errs.ErrNotFound
		}
		secret, err := s.keys.OpenText(r.TOTPNext, at("totp_next", r.ID))
		if err != nil {
			return out, err
		}
		return enrolment(r.Login, secret)
	})
}

func enrolment(login, secret string) (Enrolment, error) {
	uri, size, path, err := authenticator.Draw(login, secret)
	return Enrolment{Secret: random.Groups(secret, 4), URI: uri, Size: size, Path: path}, err
}

// CodeInput is a code of the second factor.
type CodeInput struct {
	OTP string `json:"otp" minLength:"6" maxLength:"20" doc:"动态码"`
}

// ConfirmTOTP proves that the authenticator works and takes it into use. All other sessions end and this one goes on under a new token.
func (s *Service) ConfirmTOTP(ctx context.Context, in CodeInput, c Client) (Entered, error) {
	op := act.Op{Perm: Own, Action: "account.totp_confirm"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Entered, error) {
		r, err := s.own(ctx, tx)
		if err != nil {
			return Entered{}, err
		}
		if r.TOTPNext == nil {
			return Entered{}, errs.WrongState("请先开始登记动态码")
		}
		secret, err := s.keys.OpenText(r.TOTPNext, at("totp_next", r.ID))
		if err != nil {
			return Entered{}, err
		}
		step := authenticator.Step(secret, spelling.Code(in.OTP), tx.Now, 0)
		if step == 0 {
			return Entered{}, errs.Field("otp", "动态码不对。请看手机的时间准不准，等下一个码再试")
		}
		if n, err := takeTOTP.Run(ctx, tx, r.ID, r.TOTPNext, s.keys.SealText(secret, at("totp", r.ID)), step); err != nil || n == 0 {
			return Entered{}, orStale(err)
		}
		if err := note(ctx, tx, op, r.Account); err != nil {
			return Entered{}, err
		}
		return s.renew(ctx, tx, r.Account, c)
	})
}

func orStale(err error) error {
	if err == nil {
		err = errs.ErrStale
	}
	return err
}

// Card is a freshly made card of one-time codes. It is shown once, to be printed.
type Card struct {
	Login   string    `json:"login"`
	Name    string    `json:"name"`
	MadeAt  time.Time `json:"made_at"`
	Codes   []string  `json:"codes"`
	Session Entered   `json:"session"`
}

const cardDigits = 8

// NewCard makes a card; every code of an earlier one is void from now. All other sessions end.
func (s *Service) NewCard(ctx context.Context, in PasswordInput, c Client) (Card, error) {
	var codes []string
	var salt []byte
	var hashes [][]byte
	op := act.Op{Perm: Own, Action: "account.card", Check: func() (err error) {
		if err = s.reauthenticate(ctx, in.Password); err == nil {
			codes, salt, hashes, err = s.drawCard(ctx)
		}
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Card, error) {
		r, err := s.own(ctx, tx)
		if err != nil {
			return Card{}, err
		}
		held, err := grantsOf(ctx, tx, r.ID)
		if err != nil {
			return Card{}, err
		}
		if FactorFor(held) == FactorTOTP {
			return Card{}, errs.WrongState("您的角色要用动态码，不能用卡")
		}
		if err := replaceCard(ctx, tx, r.ID, salt, hashes); err != nil {
			return Card{}, err
		}
		if err := note(ctx, tx, op, r.Account); err != nil {
			return Card{}, err
		}
		out := Card{Login: r.Login, Name: r.Name, MadeAt: tx.Now, Codes: codes}
		out.Session, err = s.renew(ctx, tx, r.Account, c)
		return out, err
	})
}

// drawCard draws different codes and hashes them under one salt.
func (s *Service) drawCard(ctx context.Context) (codes []string, salt []byte, hashes [][]byte, err error) {
	leave, err := s.hasher.Enter(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	defer leave()
	salt = make([]byte, password.SaltSize)
	rand.Read(salt)
	for len(codes) < CardCodes {
		code := random.Digits(cardDigits)
		if slices.Contains(codes, random.Groups(code, 4)) {
			continue
		}
		codes, hashes = append(codes, random.Groups(code, 4)), append(hashes, s.hasher.Stretch(code, salt))
	}
	return codes, salt, hashes, nil
}
