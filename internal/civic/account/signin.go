package account

import (
	"context"
	"crypto/hmac"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/account/random"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
)

// Role is a role as the answer of a sign-in tells it.
type Role struct {
	Role      auth.Role   `json:"role"`
	Region    auth.Region `json:"region"`
	StationID db.ID       `json:"station_id"`
}

// Holder is the account as the answer of a sign-in tells it.
type Holder struct {
	ID       db.ID  `json:"id"`
	PersonID db.ID  `json:"person_id"`
	Login    string `json:"login"`
	Name     string `json:"name"`
	Roles    []Role `json:"roles"`
}

// Entered is the answer of a sign-in. Must says what the session has to do before anything else ("password", "enrol"); Need is set, in
// a browser alone, when the second step is still owed: the token then opens that step and nothing else.
type Entered struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	Account   Holder    `json:"account"`
	Must      string    `json:"must,omitempty"`
	Need      Need      `json:"need,omitempty"`
	Device    string    `json:"device,omitempty"` // token of a browser met for the first time
}

// Need is the second step that a sign-in owes.
type Need string

// The second steps.
const (
	NeedNothing Need = ""
	NeedTOTP    Need = "totp"
	NeedCard    Need = "card"
	NeedSMS     Need = "sms"
)

// Words of refusals. Which of login, password and code was wrong is not told.
var (
	errBad    = errs.New(errs.Unauthenticated, "bad_credentials", "账号、密码或验证码不对")
	errLocked = errs.New(errs.Unauthenticated, "locked", "这个账号暂时不能登录。连续输错会停 15 分钟；还是不行，请找管理员")
	errUsed   = errs.New(errs.Unauthenticated, "bad_credentials", "这个码用过了") // right, but not for the first time: no failure
	asks      = map[Need]string{NeedTOTP: "请输入动态码", NeedCard: "请输入动态码卡上一个没用过的码", NeedSMS: "这台设备第一次用，请输入刚发到您手机的验证码"}
)

// SignInInput is what signs in: a login or a telephone number, the password, and the code of the second factor where one is asked for.
type SignInInput struct {
	Login    string `json:"login" minLength:"1" maxLength:"40" doc:"账号或手机号"`
	Password string `json:"password" minLength:"1" maxLength:"512"`
	OTP      string `json:"otp" required:"false" maxLength:"20" doc:"动态码、卡上的码或短信验证码"`
}

// visitor is who tries to sign in, as far as he is known.
type visitor struct {
	accountRow
	known   bool // such an account exists
	tallies []tally
	device  db.ID // the browser, when it is known at all
	home    bool  // this account has signed in on it before
	grants  []auth.Grant
	cards   []cardRow
	demo    bool
	mute    bool // his second step would be an SMS, and none can be sent
}

// SignIn opens a session. An unknown login takes the same way and time as a wrong password. The attempt is counted before it is
// judged, so that many at once gain nothing.
func (s *Service) SignIn(ctx context.Context, in SignInInput, c Client) (Entered, error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return Entered{}, err
	}
	leave, err := s.hasher.Enter(ctx)
	if err != nil {
		return Entered{}, err
	}
	defer leave()
	v, err := s.approach(ctx, in.Login, c)
	if err != nil {
		return Entered{}, err
	}
	switch right := s.hasher.Matches(v.Password, in.Password); {
	case !right || !v.known || v.outdated():
		return Entered{}, s.refuse(ctx, v)
	case v.State != Active:
		return Entered{}, errLocked
	}
	return s.second(ctx, v, spelling.Code(in.OTP), c)
}

func (v visitor) outdated() bool { return v.PasswordUntil != nil && v.PasswordUntil.Before(time.Now()) }

// approach finds who it might be and counts the attempt.
func (s *Service) approach(ctx context.Context, login string, c Client) (v visitor, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if v, err = s.meet(ctx, tx, login, c); err != nil {
			return err
		}
		return charge(ctx, tx, v.tallies, v.ID)
	})
	return v, err
}

func (s *Service) meet(ctx context.Context, tx *db.Tx, login string, c Client) (v visitor, err error) {
	login = strings.ToLower(strings.TrimSpace(login))
	if phone, bad := s.phone(login); bad == nil {
		v.accountRow, v.known, err = db.Found(byPhone.One(ctx, tx, s.blindOf(phone)))
	} else {
		v.accountRow, v.known, err = db.Found(byLogin.One(ctx, tx, login))
	}
	if err != nil || !v.known {
		v.tallies = s.talliesOf("login "+login, c)
		return v, err
	}
	return v, s.know(ctx, tx, &v, c)
}

// know loads what the second step depends on.
func (s *Service) know(ctx context.Context, tx *db.Tx, v *visitor, c Client) (err error) {
	if c.Device != "" {
		if v.device, _, err = db.Found(deviceByToken.One(ctx, tx, random.Hash(c.Device))); err != nil {
			return err
		}
	}
	if v.home, err = usedOn(ctx, tx, v.device, v.ID); err != nil {
		return err
	}
	if v.grants, err = grantsOf(ctx, tx, v.ID); err != nil {
		return err
	}
	if v.cards, err = cardsOf.All(ctx, tx, v.ID); err != nil {
		return err
	}
	if s.demo {
		if v.demo, err = isDemo(ctx, tx, v.ID); err != nil {
			return err
		}
	}
	v.tallies = s.talliesOf("account "+v.ID.String(), c)
	if FactorFor(v.grants) == FactorDevice && !v.home && s.out.Texts != nil {
		texts, err := s.out.Texts(ctx, tx)
		if err != nil {
			return err
		}
		v.mute = !texts
	}
	if v.home {
		v.tallies = []tally{{s.keys.MAC("attempt home", []byte(v.ID.String()+" "+v.device.String())), Failures}}
	}
	return nil
}

// need says which second step v owes. Devices of demo accounts count as known. Where no SMS can be sent, the initial password, which was
// handed over in person and has to be changed at once, is enough for the first device, and a card for the next; without one he is told
// that no SMS goes.
func (v visitor) need() Need {
	need := FactorFor(v.grants)
	switch {
	case v.TOTP != nil:
		return NeedTOTP
	case need == FactorCard && len(v.cards) > 0:
		return NeedCard
	case need == FactorDevice && !v.home && !v.demo:
		if v.mute && len(v.cards) > 0 {
			return NeedCard
		}
		if v.mute && v.PasswordUntil != nil {
			return NeedNothing
		}
		return NeedSMS
	}
	return NeedNothing // or the session must enrol first
}

// second asks for the second step, or judges it and opens the session.
func (s *Service) second(ctx context.Context, v visitor, code string, c Client) (Entered, error) {
	need := v.need()
	if need != NeedNothing && code == "" {
		return s.ask(ctx, v, need, c)
	}
	proof, err := s.prove(ctx, v, need, code)
	if err != nil {
		return Entered{}, err
	}
	out, err := db.Do(auth.With(ctx, v.actor()), s.db, func(tx *db.Tx) (Entered, error) {
		ok, err := proof(ctx, tx)
		if err != nil || !ok {
			return Entered{}, orBad(err)
		}
		return s.admit(ctx, tx, v, c, string(need))
	})
	if err == errUsed {
		if err = s.db.Write(ctx, func(tx *db.Tx) error { return takeBack(ctx, tx, v.tallies) }); err == nil {
			err = errBad
		}
	}
	if err == errBad {
		return Entered{}, s.refuse(ctx, v)
	}
	return out, err
}

func orBad(err error) error {
	if err == nil {
		err = errBad
	}
	return err
}

// ask takes back the attempt, sends the code where it goes by SMS, and, in a browser, opens the second step.
func (s *Service) ask(ctx context.Context, v visitor, need Need, c Client) (out Entered, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		if err := takeBack(ctx, tx, v.tallies); err != nil {
			return err
		}
		if need == NeedSMS {
			if err := s.sendDeviceCode(ctx, tx, v.accountRow); err != nil {
				return err
			}
		}
		if c.Browser {
			out.Need = need
			out.Token, out.ExpiresAt, err = s.open(ctx, tx, v.ID, v.device, stageFactor, NoFactor, c)
			return err
		}
		return nil
	})
	if err == nil && !c.Browser {
		err = errs.New(errs.Unauthenticated, "otp_required", asks[need])
	}
	return out, err
}

// proof uses a code up inside the transaction that opens the session; of two uses at once one wins.
type proof func(ctx context.Context, tx *db.Tx) (bool, error)

// prove judges what can be judged before that transaction: the hash of a card's code, the number of tries of an SMS code.
func (s *Service) prove(ctx context.Context, v visitor, need Need, code string) (proof, error) {
	switch need {
	case NeedTOTP:
		return func(ctx context.Context, tx *db.Tx) (bool, error) { return s.useTOTP(ctx, tx, v.accountRow, code) }, nil
	case NeedCard:
		hash := s.hasher.Stretch(code, v.cards[0].Salt)
		return func(ctx context.Context, tx *db.Tx) (bool, error) {
			n, err := useCard.Run(ctx, tx, v.ID, hash, time.Now())
			if err == nil && n == 0 && slices.ContainsFunc(v.cards, func(c cardRow) bool { return hmac.Equal(c.Hash, hash) }) {
				err = errUsed
			}
			return n == 1, err
		}, nil
	case NeedSMS:
		id, ok, err := s.tryCode(ctx, v.PhoneBlind, purposeDevice, 0, code)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, tx *db.Tx) (bool, error) { return useCode(ctx, tx, id, ok) }, nil
	}
	return func(context.Context, *db.Tx) (bool, error) { return true, nil }, nil
}

// admit opens the session of somebody who has proved himself.
func (s *Service) admit(ctx context.Context, tx *db.Tx, v visitor, c Client, how string) (out Entered, err error) {
	if err := pardon(ctx, tx, v.tallies); err != nil {
		return out, err
	}
	if c.Browser {
		if out.Device, err = s.remember(ctx, tx, &v); err != nil {
			return out, err
		}
	}
	token, until, err := s.open(ctx, tx, v.ID, v.device, stageFull, FactorFor(v.grants), c)
	if err != nil {
		return out, err
	}
	out.Token, out.ExpiresAt, out.Account, out.Must = token, inZone(until), v.holder(), v.must()
	actor := v.actor()
	actor.Origin = c.IP
	return out, audit.Write(auth.With(ctx, actor), tx, audit.Entry{Action: "account.sign_in", Object: "account", ID: v.ID.String(),
		Region: v.Region, Detail: map[string]any{"second": how, "must": out.Must}})
}

// remember makes the browser a known device of the account.
func (s *Service) remember(ctx context.Context, tx *db.Tx, v *visitor) (token string, err error) {
	now := time.Now()
	if v.device == 0 {
		var hash []byte
		token, hash = random.Token()
		v.device = tx.NewID()
		if _, err := addDevice.Run(ctx, tx, v.device, hash, now); err != nil {
			return "", err
		}
	} else if _, err := seeDevice.Run(ctx, tx, v.device, now); err != nil {
		return "", err
	}
	_, err = seeOnDevice.Run(ctx, tx, v.device, v.ID, now)
	return token, err
}

func (v visitor) actor() auth.Actor {
	return auth.Actor{Account: v.ID, Person: v.PersonID, Name: v.Name, Grants: v.grants}
}

func (v visitor) holder() Holder {
	h := Holder{ID: v.ID, PersonID: v.PersonID, Login: v.Login, Name: v.Name, Roles: []Role{}}
	for _, g := range v.grants {
		h.Roles = append(h.Roles, Role{g.Role, g.Region, g.Station})
	}
	return h
}

func (v visitor) must() string {
	return sessionRow{Initial: v.PasswordUntil != nil, HasTOTP: v.TOTP != nil, HasCard: len(v.cards) > 0}.must(FactorFor(v.grants))
}

// refuse tells a failure; of a known account it is kept in the trail.
func (s *Service) refuse(ctx context.Context, v visitor) error {
	if !v.known {
		return errBad
	}
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		return audit.Write(ctx, tx, audit.Entry{Action: "account.sign_in_refused", Object: "account", ID: v.ID.String(), Region: v.Region})
	})
	return orBad(err)
}

// StepInput is the code of the second step.
type StepInput struct {
	OTP string `json:"otp" minLength:"1" maxLength:"20"`
}

// Step is the second step of a sign-in in a browser; token is what the first one gave.
func (s *Service) Step(ctx context.Context, in StepInput, token string, c Client) (Entered, error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return Entered{}, err
	}
	leave, err := s.hasher.Enter(ctx)
	if err != nil {
		return Entered{}, err
	}
	defer leave()
	v, err := s.pending(ctx, token, c, true)
	if err != nil {
		return Entered{}, err
	}
	out, err := s.second(ctx, v, spelling.Code(in.OTP), c)
	if err == nil {
		err = s.db.Write(ctx, func(tx *db.Tx) error { _, err := endStep.Run(ctx, tx, random.Hash(token)); return err })
	}
	return out, err
}

// pending finds whose second step a token opens, and counts the attempt when it is one.
func (s *Service) pending(ctx context.Context, token string, c Client, attempt bool) (v visitor, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		v = visitor{}
		v.accountRow, v.known, err = db.Found(stepByToken.One(ctx, tx, random.Hash(token), time.Now()))
		if err != nil || !v.known {
			return orStep(err)
		}
		if err := s.know(ctx, tx, &v, c); err != nil || !attempt {
			return err
		}
		return charge(ctx, tx, v.tallies, v.ID)
	})
	return v, err
}

func orStep(err error) error {
	if err == nil {
		err = errs.New(errs.Unauthenticated, "bad_credentials", "等得太久了，请从头登录")
	}
	return err
}

// Asking tells the page of the second step what to ask for.
type Asking struct {
	Need  Need   `json:"need"`
	Words string `json:"words"`
	Phone string `json:"phone"` // masked
}

// Asks says which second step a token waits for.
func (s *Service) Asks(ctx context.Context, token string, c Client) (Asking, error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return Asking{}, err
	}
	v, err := s.pending(ctx, token, c, false)
	if err != nil {
		return Asking{}, err
	}
	phone, err := s.maskedPhone(v.accountRow)
	return Asking{Need: v.need(), Words: asks[v.need()], Phone: phone}, err
}

// Familiar is an account that has signed in on this browser.
type Familiar struct {
	AccountID  db.ID     `json:"account_id"`
	Login      string    `json:"login"`
	Name       string    `json:"name"`
	SignedInAt time.Time `json:"signed_in_at"`
	Role       auth.Role `json:"role"`
}

// Familiars lists who has signed in on this browser, the last first, for the quick change of user on a shared computer.
func (s *Service) Familiars(ctx context.Context, _ Nothing, c Client) ([]Familiar, error) {
	return act.Read(ctx, s.db, Enter, func(tx *db.Tx) ([]Familiar, error) {
		return familiars.All(ctx, tx, random.Hash(c.Device), time.Now().Add(-DeviceLife), clock.DayOf(tx.Now))
	})
}
