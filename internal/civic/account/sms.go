package account

import (
	"cmp"
	"context"
	"crypto/hmac"
	"strconv"
	"time"

	"linli/internal/civic/account/random"
	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
	"linli/internal/platform/spelling"
	"linli/internal/platform/telephone"
)

const (
	purposeSignIn = "sign_in"
	purposeSignUp = "sign_up"
	purposeDevice = "device"
	smsDigits     = 6
)

// CodeRequest asks for a code by SMS.
type CodeRequest struct {
	Phone   string `json:"phone" minLength:"1" maxLength:"40" format:"any-text" doc:"手机号"`
	Purpose string `json:"purpose" enum:"sign_in,sign_up" maxLength:"10" doc:"用来登录还是注册"`
}

// Ticket names a code that has been asked for; it can stand for the telephone number in the next step.
type Ticket struct {
	ID        db.ID     `json:"ticket"`
	ExpiresAt time.Time `json:"expires_at"`
}

// RequestCode sends a code. The answer is the same whether the number is known or not; who asks for a sign-in with an unknown number
// is told by SMS.
func (s *Service) RequestCode(ctx context.Context, in CodeRequest) (Ticket, error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return Ticket{}, err
	}
	phone, err := telephone.ParseMobile(in.Phone, s.demo)
	if err != nil {
		return Ticket{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Ticket, error) {
		_, known, err := db.Found(byPhone.One(ctx, tx, s.blindOf(phone)))
		if err != nil {
			return Ticket{}, err
		}
		return s.sendCode(ctx, tx, phone, in.Purpose, known)
	})
}

// sendDeviceCode sends the second step to an account's telephone, unless one has just gone out.
func (s *Service) sendDeviceCode(ctx context.Context, tx *db.Tx, r accountRow) error {
	phone, err := s.keys.OpenText(r.Phone, at("phone", r.ID))
	if err != nil {
		return err
	}
	if phone == "" {
		return errs.New(errs.Unauthenticated, "otp_required", "这台设备第一次用，要发短信验证码；账号还没有登记手机号，请找管理员补上")
	}
	_, err = s.sendCode(ctx, tx, phone, purposeDevice, true)
	if errs.CodeOf(err) == codeTooSoon {
		return nil
	}
	return err
}

const codeTooSoon = "too_soon"

// sendCode draws a code, keeps its MAC and puts the message into the outbox. Earlier codes for the same purpose are void.
func (s *Service) sendCode(ctx context.Context, tx *db.Tx, phone, purpose string, known bool) (Ticket, error) {
	now, blind := time.Now(), s.blindOf(phone)
	if err := s.mayText(ctx, tx, blind, now); err != nil {
		return Ticket{}, err
	}
	if _, err := voidCodes.Run(ctx, tx, blind, purpose, now); err != nil {
		return Ticket{}, err
	}
	t, code := Ticket{ID: tx.NewID(), ExpiresAt: inZone(now.Add(CodeLife))}, random.Digits(smsDigits)
	sealed := s.keys.SealText(phone, sealedAt(t.ID))
	if _, err := addCode.Run(ctx, tx, t.ID, sealed, blind, purpose, s.codeMAC(t.ID, code), now, t.ExpiresAt); err != nil {
		return Ticket{}, err
	}
	return t, s.out.SMS(ctx, tx, phone, codeText(purpose, known, code))
}

// inZone is a machine's time as answers tell times: in the one zone of the system, without parts of a second.
func inZone(t time.Time) time.Time { return t.In(clock.Shanghai).Truncate(time.Second) }

func codeText(purpose string, known bool, code string) sms.Text {
	if purpose == purposeSignIn && !known {
		return sms.Text{Kind: sms.Stranger, Words: "【邻里志愿】有人用这个手机号登录，但它还没有账号。如果是您本人，请先注册，或到站里办。",
			Life: CodeLife}
	}
	minutes := strconv.Itoa(int(CodeLife.Minutes()))
	return sms.Text{Kind: sms.Code, Words: "【邻里志愿】验证码 " + code + "，" + minutes + " 分钟内有效。工作人员不会向您要验证码，不要告诉别人。",
		Vars: map[string]string{"code": code, "minutes": minutes}, Life: CodeLife}
}

// mayText keeps the number of messages to one telephone within the limits; its row of attempts serves as the lock.
func (s *Service) mayText(ctx context.Context, tx *db.Tx, blind []byte, now time.Time) error {
	if _, err := hold.Run(ctx, tx, s.keys.MAC("sms", blind), now); err != nil {
		return err
	}
	n, err := sentCodes.One(ctx, tx, blind, now.Add(-CodeGap), now.Add(-time.Hour), now.Add(-24*time.Hour))
	switch {
	case err != nil:
		return err
	case n.Gap > 0:
		return errs.New(errs.TooMany, codeTooSoon, "刚发过一条，请等一分钟再要")
	case n.Hour >= CodesPerHour || n.Day >= CodesPerDay:
		return errs.New(errs.TooMany, "too_many", "这个手机号今天要的验证码太多了，请晚些再试，或到站里办")
	}
	return nil
}

func (s *Service) codeMAC(id db.ID, code string) []byte {
	return s.keys.MAC("sms code", []byte(id.String()+" "+code))
}

func sealedAt(id db.ID) string { return seal.At("sms_code", "phone", int64(id)) }

// tryCode counts a try of the latest running code of a telephone, or of the ticket, and judges it. The try is kept whatever follows.
func (s *Service) tryCode(ctx context.Context, blind []byte, purpose string, ticket db.ID, code string) (id db.ID, ok bool, err error) {
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		ok = false
		row, found, err := db.Found(runningCode.One(ctx, tx, purpose, ticket, blind, time.Now(), int64(CodeTries)))
		if err != nil || !found {
			return err
		}
		n, err := countTry.Run(ctx, tx, row.ID, int64(CodeTries))
		id, ok = row.ID, n == 1 && hmac.Equal(row.MAC, s.codeMAC(row.ID, spelling.Code(code)))
		return err
	})
	return id, ok, err
}

// useCode uses up a code that tryCode found right.
func useCode(ctx context.Context, tx *db.Tx, id db.ID, right bool) (bool, error) {
	if !right {
		return false, nil
	}
	n, err := spendCode.Run(ctx, tx, id, time.Now())
	if err == nil && n == 0 {
		err = errUsed
	}
	return n == 1, err
}

// Proof is a telephone number, or the ticket that stands for it, and the code sent to it.
type Proof struct {
	Phone  string `json:"phone" required:"false" maxLength:"40" format:"any-text" doc:"手机号；有 ticket 时不填"`
	Ticket db.ID  `json:"ticket" required:"false"`
	Code   string `json:"code" minLength:"1" maxLength:"40" format:"any-text" doc:"短信验证码"`
}

// blind gives the index of the number; nil when a ticket stands for it.
func (s *Service) proofBlind(in Proof) ([]byte, error) {
	if in.Ticket != 0 {
		return nil, nil
	}
	phone, err := telephone.ParseMobile(in.Phone, s.demo)
	return s.blindOf(phone), err
}

// SMSInput signs in by SMS.
type SMSInput struct{ Proof }

// SignInBySMS opens a session for residents and volunteers. Whoever holds a role that asks for more signs in by password; an
// authenticator that somebody took up of his own will is asked for as the second step.
func (s *Service) SignInBySMS(ctx context.Context, in SMSInput, c Client) (Entered, error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return Entered{}, err
	}
	blind, err := s.proofBlind(in.Proof)
	if err != nil {
		return Entered{}, err
	}
	id, ok, err := s.tryCode(ctx, blind, purposeSignIn, in.Ticket, in.Code)
	if err != nil || !ok {
		return Entered{}, orBad(err)
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Entered, error) {
		if ok, err := useCode(ctx, tx, id, ok); err != nil || !ok {
			return Entered{}, orBad(err)
		}
		v, err := s.byCode(ctx, tx, id, c)
		if err != nil {
			return Entered{}, err
		}
		if v.TOTP == nil {
			return s.admit(ctx, tx, v, c, purposeSignIn)
		}
		if !c.Browser {
			return Entered{}, errs.New(errs.Unauthenticated, "otp_required", "这个账号用动态码，请用密码登录")
		}
		out := Entered{Need: NeedTOTP}
		out.Token, out.ExpiresAt, err = s.open(ctx, tx, v.ID, v.device, stageFactor, NoFactor, c)
		return out, err
	})
}

// byCode finds the account of the telephone that a code went to.
func (s *Service) byCode(ctx context.Context, tx *db.Tx, code db.ID, c Client) (v visitor, err error) {
	v.accountRow, v.known, err = db.Found(accountOfCode.One(ctx, tx, code))
	if err != nil || !v.known {
		return v, orBad(err)
	}
	if err := s.know(ctx, tx, &v, c); err != nil {
		return v, err
	}
	if v.State != Active {
		return v, errLocked
	}
	if FactorFor(v.grants) != NoFactor {
		return v, errs.New(errs.Unauthenticated, "bad_credentials", "工作人员请用密码登录")
	}
	return v, nil
}

// RegisterInput enters a resident who proves his telephone.
type RegisterInput struct {
	Proof
	Name   string      `json:"name" minLength:"1" maxLength:"80" doc:"姓名"`
	Region auth.Region `json:"region" doc:"居住的嘎查村（社区）"`
}

// Registered is the account of a new resident, signed in.
type Registered struct {
	Holder
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	Device    string    `json:"device,omitempty"` // token of a browser met for the first time
}

// Register makes a resident's account: the person who holds the telephone consents himself to being in the register (个人信息保护法 art. 13, 14).
func (s *Service) Register(ctx context.Context, in RegisterInput, c Client) (Registered, error) {
	return registered(ctx, s, in, c, func(e Entered) Registered { return Registered{e.Account, e.Token, e.ExpiresAt, e.Device} })
}

// registered gives the new account as its face wants it: what is given is what a repeated request is answered with.
func registered[Out any](ctx context.Context, s *Service, in RegisterInput, c Client, as func(Entered) Out) (none Out, err error) {
	if err := auth.Allow(ctx, Enter); err != nil {
		return none, err
	}
	if in.Region.Level() != auth.LevelCommunity {
		return none, errs.Field("region", "请选到嘎查村（社区）")
	}
	blind, err := s.proofBlind(in.Proof)
	if err != nil {
		return none, err
	}
	id, ok, err := s.tryCode(ctx, blind, purposeSignUp, in.Ticket, in.Code)
	if err != nil {
		return none, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Out, error) {
		if ok, err := useCode(ctx, tx, id, ok); err != nil || !ok {
			return none, orField(err, "code", "验证码不对，或者已经过期")
		}
		v, err := s.enrolResident(ctx, tx, id, in)
		if err != nil {
			return none, err
		}
		e, err := s.admit(ctx, tx, v, c, purposeSignUp)
		return as(e), err
	})
}

func orField(err error, field, msg string) error { return cmp.Or(err, errs.Field(field, msg)) }

// enrolResident enters person, account and role. Only who holds the telephone learns that it has an account already.
func (s *Service) enrolResident(ctx context.Context, tx *db.Tx, code db.ID, in RegisterInput) (v visitor, err error) {
	sealed, err := phoneOfCode.One(ctx, tx, code)
	if err != nil {
		return v, err
	}
	phone, err := s.keys.OpenText(sealed, sealedAt(code))
	if err != nil {
		return v, err
	}
	if _, has, err := db.Found(byPhone.One(ctx, tx, s.blindOf(phone))); err != nil || has {
		return v, orClash(err, "这个手机号已经有账号，请直接用短信登录")
	}
	p, err := s.out.Persons.Add(ctx, tx, person.NewPerson{Name: in.Name, Region: in.Region, Phone: phone, Consent: person.BySelf})
	if err != nil {
		return v, err
	}
	if _, has, err := OfPerson(ctx, tx, p.ID); err != nil || has {
		return v, orClash(err, "您已经有账号，手机号不同；请用原来的手机号登录，或到站里更换")
	}
	a, err := s.Create(ctx, tx, NewAccount{PersonID: p.ID, Name: p.Name, Phone: phone, Region: p.Region})
	if err != nil {
		return v, err
	}
	if err := s.Grant(ctx, tx, a.ID, auth.Resident, 0, 0); err != nil {
		return v, err
	}
	v = visitor{accountRow: accountRow{Account: a}, known: true, grants: []auth.Grant{{Role: auth.Resident}}}
	return v, audit.Write(auth.With(ctx, v.actor()), tx, audit.Entry{Action: "account.register", Object: "account", ID: a.ID.String(),
		Region: a.Region})
}

func orClash(err error, msg string) error {
	if err == nil {
		err = errs.Clash(msg)
	}
	return err
}

// maskedPhone shows that a telephone is known, and its last digits to its owner.
func (s *Service) maskedPhone(r accountRow) (string, error) {
	phone, err := s.keys.OpenText(r.Phone, at("phone", r.ID))
	if phone == "" || err != nil {
		return "", err
	}
	return telephone.Mask(phone), nil
}
