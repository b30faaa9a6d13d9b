// Package account says who signs in, how surely, and with which roles. Nouns: account, grant (a role held somewhere), session, device
// (a browser that has signed in), code (by SMS, from an authenticator, from a printed card). Verbs: sign in and out, register, appoint
// and end, lock, reset. The secrets that a person holds are kept as argon2id or as MACs, an authenticator's secret and a telephone
// number sealed.
package account

import (
	"context"
	"regexp"
	"strings"
	"time"

	"linli/internal/civic/account/password"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/event"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
	"linli/internal/platform/telephone"
)

// Permissions.
const (
	Enter     auth.Perm = "account.enter" // sign in, ask for a code, register
	Own       auth.Perm = "account.own"   // one's own sessions, password and second factor
	View      auth.Perm = "account.view"
	Appoint   auth.Perm = "account.appoint" // create accounts, give and end roles, reset
	Lock      auth.Perm = "account.lock"
	ViewRoles auth.Perm = "account.roles"
)

// States of an account.
const (
	Active = "active"
	Locked = "locked"
)

// Account is who may sign in. It holds no secret.
type Account struct {
	ID       db.ID       `json:"id"`
	PersonID db.ID       `json:"person_id"`
	Login    string      `json:"login"`
	Name     string      `json:"name"`
	Region   auth.Region `json:"region"` // where the person lives or works; roles say where he acts
	State    string      `json:"state"`
	MadeAt   time.Time   `json:"made_at"`
	Version  int64       `json:"version"`
}

// Grant is a role that an account holds or held.
type Grant struct {
	ID        db.ID       `json:"id"`
	AccountID db.ID       `json:"account_id"`
	Role      auth.Role   `json:"role"`
	Region    auth.Region `json:"region"`
	StationID db.ID       `json:"station_id"`
	FromDay   clock.Day   `json:"from"`
	UntilDay  clock.Day   `json:"until"` // none: until it is ended
	Reason    string      `json:"reason"`
	GrantedBy db.ID       `json:"granted_by"`
	GrantedAt time.Time   `json:"granted_at"`
	EndedAt   *time.Time  `json:"ended_at"`
	EndReason string      `json:"end_reason"`
}

// Outside is what the area asks of others; app fills it.
type Outside struct {
	Persons *person.Service
	SMS     func(ctx context.Context, tx *db.Tx, phone string, t sms.Text) error // put into the outbox
	// that station there, or for id 0 the community's own; else NotFound
	Station func(ctx context.Context, tx *db.Tx, id db.ID, community auth.Region) (db.ID, error)
	Texts   func(ctx context.Context, tx *db.Tx) (bool, error) // an SMS can be sent; nil: always
}

// Service holds the operations.
type Service struct {
	db     *db.DB
	keys   *seal.Keys
	out    Outside
	demo   bool
	hasher password.Hasher
	// Inside the transaction, and who listens may refuse: a role is about to be taken back, somebody did something to another's account,
	// all sessions of an account were ended, for whoever stole one must have lost it.
	Ending event.Topic[EndingEvent]
	Acted  event.Topic[ActedEvent]
	Shut   event.Topic[db.ID]
	// Doors are other ways of signing in, which the page of sign-in offers beside its own; nil where there are none.
	Doors func(ctx context.Context) ([]Door, error)
}

// New makes the service. demo lets demo telephone numbers and the one-click sign-in through.
func New(d *db.DB, keys *seal.Keys, out Outside, demo bool) *Service {
	return &Service{db: d, keys: keys, out: out, demo: demo, hasher: password.NewHasher()}
}

// Get gives an account; NotFound when there is none.
func Get(ctx context.Context, tx *db.Tx, id db.ID) (Account, error) {
	return byID.Get(ctx, tx, id)
}

// OfPerson gives the account of a person, if he has one.
func OfPerson(ctx context.Context, tx *db.Tx, personID db.ID) (Account, bool, error) {
	return db.Found(byPerson.One(ctx, tx, personID))
}

// Find gives the account of a login or telephone number, for commands of the console alone; NotFound when there is none.
func (s *Service) Find(ctx context.Context, login string) (a Account, err error) {
	if auth.From(ctx).System == "" {
		return a, errs.ErrDenied
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v, err := s.meet(ctx, tx, login, Client{})
		if err == nil && !v.known {
			err = errs.ErrNotFound
		}
		a = v.Account
		return err
	})
	return a, err
}

// Handover gives what an account holds today: the list that a change of staff ends one by one.
func Handover(ctx context.Context, tx *db.Tx, accountID db.ID) ([]Grant, error) {
	return activeGrants.All(ctx, tx, accountID, int64(clock.DayOf(tx.Now)))
}

// Holders gives the active accounts that hold a role at a station today, e.g. its managers.
func Holders(ctx context.Context, tx *db.Tx, role auth.Role, stationID db.ID) ([]db.ID, error) {
	return holdersAt.All(ctx, tx, string(role), stationID, int64(clock.DayOf(tx.Now)))
}

// HoldersIn gives the active accounts that hold a role exactly in a region today, e.g. a community's head.
func HoldersIn(ctx context.Context, tx *db.Tx, role auth.Role, region auth.Region) ([]db.ID, error) {
	return holdersIn.All(ctx, tx, string(role), int64(region), int64(clock.DayOf(tx.Now)))
}

// NewAccount is what Create takes. Password comes from Hash, made outside any transaction; Initial says that its owner must change it.
type NewAccount struct {
	PersonID db.ID
	Login    string // "" for who signs in by telephone
	Name     string
	Phone    string // optional
	Region   auth.Region
	Password string // "" for who signs in by SMS alone
	Initial  bool
	TOTP     string // base32 secret already known to the owner (demo data); "" for none
}

// Create is a part: it enters an account without roles. Login and telephone are unique; a clash is an error of its field.
func (s *Service) Create(ctx context.Context, tx *db.Tx, in NewAccount) (Account, error) {
	a := Account{ID: tx.NewID(), PersonID: in.PersonID, Login: strings.ToLower(in.Login), Name: in.Name, Region: in.Region, State: Active,
		MadeAt: tx.Now, Version: 1}
	if a.Login == "" {
		a.Login = "u" + a.ID.String()
	}
	if err := checkNew(a); err != nil {
		return a, err
	}
	phone, err := s.phone(in.Phone)
	if err != nil {
		return a, err
	}
	if err := free(ctx, tx, a.Login, in.PersonID, s.blindOf(phone)); err != nil {
		return a, err
	}
	row := accountRow{Account: a, Password: in.Password, PhoneBlind: s.blindOf(phone)}
	row.Phone = s.keys.SealText(phone, at("phone", a.ID))
	row.TOTP = s.keys.SealText(in.TOTP, at("totp", a.ID))
	if in.Initial {
		until := time.Now().Add(InitialPassword)
		row.PasswordUntil = &until
	}
	return a, accounts.Insert(ctx, tx, row)
}

// Grant is a part: it gives a role as the program itself does (a resident who registers, a volunteer who is approved, demo data).
// Giving it twice changes nothing. People give roles through Appoint.
func (s *Service) Grant(ctx context.Context, tx *db.Tx, accountID db.ID, role auth.Role, region auth.Region, station db.ID) error {
	_, err := grants.Add(ctx, tx, Grant{ID: tx.NewID(), AccountID: accountID, Role: role, Region: region, StationID: station,
		FromDay: clock.DayOf(tx.Now), GrantedBy: auth.From(ctx).Account, GrantedAt: tx.Now})
	return err
}

var loginForm = regexp.MustCompile(`^[a-z][a-z0-9._-]{2,31}$`)

func checkNew(a Account) error {
	c := errs.Check{}
	c.That(loginForm.MatchString(a.Login), "login", "账号用小写字母开头，3 到 32 个小写字母、数字、点、横线")
	c.That(strings.TrimSpace(a.Name) != "", "name", "请填姓名")
	c.That(a.Region != 0, "region", "请选所在地")
	return c.Err()
}

// phone puts a number into its one form; "" stays "".
func (s *Service) phone(text string) (string, error) {
	if strings.TrimSpace(text) == "" {
		return "", nil
	}
	return telephone.ParseMobile(text, s.demo)
}

// at binds a sealed value of an account to its place.
func at(column string, id db.ID) string { return seal.At("account", column, int64(id)) }

// blindOf is the index under which a telephone number is found; nil for none.
func (s *Service) blindOf(phone string) []byte {
	if phone == "" {
		return nil
	}
	return s.keys.Blind("phone", phone)
}

// free says as errors of their fields what another account already has.
func free(ctx context.Context, tx *db.Tx, login string, person db.ID, blind []byte) error {
	clash, err := clashes.All(ctx, tx, login, person, blind)
	if err != nil {
		return err
	}
	c := errs.Check{}
	for _, x := range clash {
		c.That(x.Login != login, "login", "这个账号名已经有人用")
		c.That(!x.SamePhone, "phone", "这个手机号已经有账号")
		c.That(x.SamePhone || x.Login == login, "person_id", "这个人已经有账号")
	}
	return c.Err()
}
