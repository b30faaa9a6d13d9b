package account

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
	"linli/internal/platform/spelling"
)

const (
	whole     auth.Region = 150000000000
	league    auth.Region = 152500000000
	banner    auth.Region = 152502000000
	town      auth.Region = 152502001000
	community auth.Region = 152502001001
	elsewhere auth.Region = 152501001001
	good                  = "Sunny-steppe-42"
)

// world is one service on one database, with the messages that went out.
type world struct {
	*Service
	t    *testing.T
	d    *db.DB
	mu   sync.Mutex
	sent []string
	n    int
}

func newWorld(t *testing.T, d *db.DB) *world {
	t.Helper()
	keys := seal.Ephemeral()
	w := &world{t: t, d: d}
	w.Service = New(d, keys, Outside{Persons: person.New(d, keys, true), SMS: w.text, Station: station}, true)
	w.hasher.Memory, w.hasher.Time = 8, 1 // least of what argon2 takes: the tests are of what it guards
	w.write(func(tx *db.Tx) error {
		for _, r := range []auth.Region{whole, league, banner, town, community, 152501000000, 152501001000, elsewhere} {
			parent := db.ID(r.Parent())
			_, err := tx.Exec(t.Context(), fmt.Sprintf(`INSERT INTO region (code, name, level, parent, class, edition, valid_from, valid_to, lat,
				lng, population, population_basis, counts_as_community, counts_why, counts_by, version)
				VALUES (%d, '某地', %d, %s, '', 20230630, 20230630, 99991231, 0, 0, 0, '', TRUE, '', '',
				1)`, r, r.Level(), map[bool]string{true: "NULL", false: parent.String()}[parent == 0]))
			if err != nil {
				return err
			}
		}
		return nil
	})
	return w
}

func station(_ context.Context, _ *db.Tx, id db.ID, at auth.Region) (db.ID, error) {
	if id != 77 && id != 0 || at != community {
		return 0, errs.ErrNotFound
	}
	return 77, nil
}

func (w *world) text(_ context.Context, _ *db.Tx, phone string, m sms.Text) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent = append(w.sent, phone+" "+m.Words)
	return nil
}

var sixDigits = regexp.MustCompile(`[^0-9]([0-9]{6})[^0-9]`)

// code gives the code of the last message.
func (w *world) code() string {
	w.t.Helper()
	if len(w.sent) == 0 {
		w.t.Fatal("no message went out")
	}
	m := sixDigits.FindStringSubmatch(w.sent[len(w.sent)-1])
	if m == nil {
		w.t.Fatalf("no code in %q", w.sent[len(w.sent)-1])
	}
	return m[1]
}

func (w *world) write(fn func(tx *db.Tx) error) {
	w.t.Helper()
	if err := w.d.Write(w.t.Context(), fn); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) exec(q string) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error { _, err := tx.Exec(w.t.Context(), q); return err })
}

func (w *world) count(q string) (n int64) {
	w.t.Helper()
	err := w.d.Read(w.t.Context(), func(tx *db.Tx) (err error) { n, err = db.SelectOne[int64](w.t.Context(), tx, tx.Build(q)); return err })
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// somebody makes an account with a password of its own and one role.
func (w *world) somebody(role auth.Role, at auth.Region, secret string) Account {
	w.t.Helper()
	hash, err := w.hasher.Hash(w.t.Context(), good)
	if err != nil {
		w.t.Fatal(err)
	}
	w.n++
	var a Account
	w.write(func(tx *db.Tx) (err error) {
		home := at
		if home == 0 {
			home = community
		}
		a, err = w.Create(w.t.Context(), tx, NewAccount{Login: fmt.Sprintf("user%d", w.n), Name: "陈晓燕", Phone: fmt.Sprintf("129%08d", w.n),
			Region: home, Password: hash, TOTP: secret})
		if err != nil {
			return err
		}
		st := db.ID(0)
		if role == auth.StationManager {
			st = 77
		}
		return w.Grant(w.t.Context(), tx, a.ID, role, at, st)
	})
	return a
}

func (w *world) signIn(login, password, otp string) (Entered, error) {
	return w.SignIn(w.t.Context(), SignInInput{login, password, otp}, Client{IP: "10.1.2.3", Agent: "test"})
}

// as gives a context in which the holder of a token acts.
func (w *world) as(token string) context.Context {
	w.t.Helper()
	a, err := w.Authenticate(w.t.Context(), token)
	if err != nil {
		w.t.Fatal(err)
	}
	return auth.With(w.t.Context(), a)
}

func (w *world) enter(a Account, secret string) context.Context {
	w.t.Helper()
	otp := ""
	if secret != "" {
		otp, _ = totp.GenerateCode(secret, clock.Now())
	}
	e, err := w.signIn(a.Login, good, otp)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.as(e.Token)
}

func want(t *testing.T, what string, err error, code string) {
	t.Helper()
	if (err == nil) != (code == "") || errs.CodeOf(err) != code {
		t.Errorf("%s: got %v (%s), want %q", what, err, errs.CodeOf(err), code)
	}
}

func wantField(t *testing.T, what string, err error, field string) {
	t.Helper()
	if e, ok := err.(*errs.Error); !ok || e.Fields[field] == "" {
		t.Errorf("%s: got %v, want an error of field %s", what, err, field)
	}
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if err := d.Check(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestSignInAndOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.Resident, 0, "")
		for _, login := range []string{a.Login, strings.ToUpper(a.Login), "12900000001", "129 0000 0001"} {
			e, err := w.signIn(login, good, "")
			if err != nil || len(e.Token) != 43 || e.Account.ID != a.ID || len(e.Account.Roles) != 1 || e.Must != "" {
				t.Fatalf("%s: %+v, %v", login, e, err)
			}
		}
		e, err := w.signIn(a.Login, good, "")
		want(t, "sign in", err, "")
		ctx := w.as(e.Token)
		if got := auth.From(ctx); got.Account != a.ID || got.Name != "陈晓燕" || got.Session == 0 || !got.Is(auth.Resident) {
			t.Errorf("actor %+v", got)
		}
		list, err := w.Sessions(ctx, Nothing{})
		if err != nil || len(list.Items) != 5 || !list.Items[0].Current || list.Items[1].Current || list.Items[0].IP != "10.1.2.0/24" {
			t.Errorf("sessions %+v, %v", list, err)
		}
		_, err = w.Revoke(ctx, RevokeInput{list.Items[4].ID})
		want(t, "revoke", err, "")
		_, err = w.Revoke(ctx, RevokeInput{list.Items[4].ID})
		want(t, "revoke twice", err, "not_found")
		_, err = w.SignOut(ctx, Nothing{})
		want(t, "sign out", err, "")
		_, err = w.Authenticate(t.Context(), e.Token)
		want(t, "ended token", err, "unauthenticated")
		_, err = w.Authenticate(t.Context(), "nonsense")
		want(t, "unknown token", err, "unauthenticated")
		_, err = w.Sessions(t.Context(), Nothing{})
		want(t, "visitor", err, "unauthenticated")
		if n := w.count("SELECT COUNT(*) FROM session"); n != 3 {
			t.Errorf("%d sessions left", n)
		}
	})
}

func TestOthersSessionsAreNotMine(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		mine, his := w.enter(w.somebody(auth.Resident, 0, ""), ""), w.enter(w.somebody(auth.Resident, 0, ""), "")
		_, err := w.Revoke(mine, RevokeInput{auth.From(his).Session})
		want(t, "another's session", err, "not_found")
		_, err = w.RevokeOthers(mine, Nothing{})
		want(t, "all others", err, "")
		if n := w.count("SELECT COUNT(*) FROM session"); n != 2 {
			t.Errorf("%d sessions left", n)
		}
	})
}

func TestSessionsEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.SocialWorker, town, "")
		for what, change := range map[string]string{
			"absolute": "UPDATE session SET expires_at = made_at",
			"idle":     "UPDATE session SET idle_minutes = -10",
			"locked":   "UPDATE account SET state = 'locked'",
		} {
			e, err := w.signIn(a.Login, good, "")
			want(t, what, err, "")
			w.exec(change)
			_, err = w.Authenticate(t.Context(), e.Token)
			want(t, what, err, "unauthenticated")
			w.exec("UPDATE account SET state = 'active'")
		}
		w.exec("UPDATE session SET expires_at = made_at")
		if err := w.Sweep(t.Context()); err != nil || w.count("SELECT COUNT(*) FROM session") != 0 {
			t.Errorf("sweep: %v", err)
		}
	})
}

func TestTouch(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		e, err := w.signIn(w.somebody(auth.Resident, 0, "").Login, good, "")
		want(t, "sign in", err, "")
		long := time.Now().Add(-time.Hour)
		w.write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE session SET seen_at = ?", long).Run(t.Context(), tx)
			return err
		})
		_, s, err := w.Session(t.Context(), e.Token)
		want(t, "use", err, "")
		_, s2, err := w.Session(t.Context(), e.Token)
		if err != nil || s.SeenAt.After(long.Add(time.Second)) || time.Since(s2.SeenAt) > time.Minute {
			t.Errorf("seen %v, then %v, %v", s.SeenAt, s2.SeenAt, err)
		}
	})
}

func TestLockOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.Resident, 0, "")
		for _, login := range []string{a.Login, "nobody-at-all", "12999999999"} {
			for range Failures {
				_, err := w.signIn(login, "wrong password", "")
				want(t, login, err, "bad_credentials")
			}
			_, err := w.signIn(login, good, "")
			want(t, login+" locked", err, "locked")
		}
		_, err := w.signIn("12900000001", good, "")
		want(t, "the same account by telephone", err, "locked")
		w.write(func(tx *db.Tx) error {
			past := time.Now().Add(-LockFor - time.Second)
			_, err := tx.Build("UPDATE attempt SET locked_until = ?, seen_at = ?", past, past).Run(t.Context(), tx)
			return err
		})
		_, err = w.signIn(a.Login, "wrong password", "")
		want(t, "one more failure after the lock", err, "bad_credentials")
		_, err = w.signIn(a.Login, good, "")
		want(t, "afterwards", err, "")
	})
}

func TestLockOutCountsParallelAttempts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.Resident, 0, "")
		var wg sync.WaitGroup
		codes := make(chan string, 12)
		for range 12 {
			wg.Go(func() { _, err := w.signIn(a.Login, "wrong password", ""); codes <- errs.CodeOf(err) })
		}
		wg.Wait()
		close(codes)
		bad := 0
		for c := range codes {
			if c == "bad_credentials" {
				bad++
			}
		}
		if bad != Failures {
			t.Errorf("%d guesses were judged, want %d", bad, Failures)
		}
	})
}

func TestAStrangerCannotShutTheOwnerOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.Resident, 0, "")
		e, err := w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: good}, Client{Browser: true})
		if err != nil || e.Device == "" {
			t.Fatalf("%+v, %v", e, err)
		}
		for range Failures {
			w.signIn(a.Login, "wrong password", "")
		}
		_, err = w.signIn(a.Login, good, "")
		want(t, "a new device", err, "locked")
		_, err = w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: good}, Client{Device: e.Device, Browser: true})
		want(t, "the owner's device", err, "")
		_, err = w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: good}, Client{IP: "192.0.2.7"})
		want(t, "a new device elsewhere", err, "")
		_, err = w.ChangePassword(w.as(e.Token), ChangeInput{good, "another good password 77"}, Client{})
		want(t, "what he does when he is inside", err, "")
	})
}

// Strangers in many places are stopped too, before they have guessed much; the owner's device and a reset stay open.
func TestManyStrangersAreStopped(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.Resident, 0, "")
		e, err := w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: good}, Client{Browser: true})
		want(t, "the owner", err, "")
		judged := 0
		for i := range 20 {
			for range Failures {
				_, err := w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: "wrong password"}, Client{IP: fmt.Sprintf("192.0.%d.1", i)})
				if errs.CodeOf(err) == "bad_credentials" {
					judged++
				}
			}
		}
		if judged != FailuresOfAll {
			t.Errorf("%d guesses were judged, want %d", judged, FailuresOfAll)
		}
		_, err = w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: good}, Client{IP: "192.1.1.1"})
		want(t, "a device that nobody knows", err, "locked")
		_, err = w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: good}, Client{Device: e.Device, Browser: true})
		want(t, "the owner's device", err, "")
	})
}

// A right code that comes again is refused and no failure; a wrong one is.
func TestRightCodesAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret := NewSecret()
		a := w.somebody(auth.BannerOfficer, banner, secret)
		now := time.Date(2026, 11, 23, 9, 0, 0, 0, clock.Shanghai)
		code, _ := totp.GenerateCode(secret, now)
		try := func(code string) error {
			_, err := w.SignIn(clock.At(t.Context(), now), SignInInput{a.Login, good, code}, Client{})
			return err
		}
		wrong := "000000"
		if code == wrong {
			wrong = "000001"
		}
		err := try(code)
		want(t, "once", err, "")
		for range 2 * Failures {
			err = try(code)
			want(t, "again", err, "bad_credentials")
		}
		for range Failures - 1 {
			err = try(wrong)
			want(t, "wrong", err, "bad_credentials")
		}
		err = try(code)
		want(t, "again", err, "bad_credentials")
		err = try(wrong)
		want(t, "wrong", err, "bad_credentials")
		err = try(code)
		want(t, "after so many wrong ones", err, "locked")
	})
}

func TestBusy(t *testing.T) {
	w := newWorld(t, dbtest.SQLite(t))
	for range cap(w.hasher.Slots) {
		w.hasher.Slots <- struct{}{}
	}
	_, err := w.signIn("user1", good, "")
	want(t, "all slots taken", err, "busy")
	if errs.KindOf(err) != errs.Unavailable {
		t.Errorf("kind %v", errs.KindOf(err))
	}
}

func TestTOTP(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		t.Cleanup(clock.Reset)
		now := time.Date(2026, 11, 23, 9, 5, 0, 0, clock.Shanghai)
		clock.Set(now)
		secret := NewSecret()
		a := w.somebody(auth.BannerOfficer, banner, secret)
		code, _ := totp.GenerateCode(secret, now)
		_, err := w.signIn(a.Login, good, "")
		want(t, "no code", err, "otp_required")
		_, err = w.signIn(a.Login, "wrong password", code)
		want(t, "wrong password", err, "bad_credentials")
		_, err = w.signIn(a.Login, good, "000000")
		want(t, "wrong code", err, "bad_credentials")
		old, _ := totp.GenerateCode(secret, now.Add(-2*time.Minute))
		_, err = w.signIn(a.Login, good, old)
		want(t, "old code", err, "bad_credentials")
		e, err := w.signIn(a.Login, good, code[:3]+" "+code[3:])
		want(t, "right code", err, "")
		if got := time.Until(e.ExpiresAt); got > StaffSession || e.Must != "" {
			t.Errorf("session %v, must %q", got, e.Must)
		}
		_, err = w.signIn(a.Login, good, code)
		want(t, "the same code again", err, "bad_credentials")
		clock.Set(now.Add(30 * time.Second))
		next, _ := totp.GenerateCode(secret, clock.Now())
		var wg sync.WaitGroup
		won := make(chan bool, 2)
		for range 2 {
			wg.Go(func() { _, err := w.signIn(a.Login, good, next); won <- err == nil })
		}
		wg.Wait()
		if one, two := <-won, <-won; one == two {
			t.Errorf("two uses of one code at once: %v %v", one, two)
		}
	})
}

func TestEnrolment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		root := auth.AsSystem(t.Context(), "console")
		made, err := w.Add(root, AddInput{Login: "banner1", Name: "额尔德尼",
			Post: Post{Role: auth.BannerOfficer, Region: banner, Reason: "旗发〔2026〕1号"}})
		want(t, "create", err, "")
		e, err := w.signIn("banner1", made.Password, "")
		if err != nil || e.Must != MustPassword {
			t.Fatalf("%+v, %v", e, err)
		}
		ctx := w.as(e.Token)
		_, err = w.List(ctx, ListInput{})
		want(t, "nothing before the password is changed", err, "denied")
		_, err = w.ChangePassword(ctx, ChangeInput{"wrong", good}, Client{})
		wantField(t, "wrong current password", err, "current_password")
		_, err = w.ChangePassword(ctx, ChangeInput{made.Password, made.Password}, Client{})
		wantField(t, "the same password", err, "new_password")
		_, err = w.ChangePassword(ctx, ChangeInput{made.Password, "banner1-password"}, Client{})
		wantField(t, "the login in the password", err, "new_password")
		e2, err := w.ChangePassword(ctx, ChangeInput{made.Password, good}, Client{})
		if err != nil || e2.Must != MustEnrol || e2.Token == e.Token {
			t.Fatalf("%+v, %v", e2, err)
		}
		_, err = w.Authenticate(t.Context(), e.Token)
		want(t, "the old token", err, "unauthenticated")
		ctx = w.as(e2.Token)
		_, err = w.List(ctx, ListInput{})
		want(t, "nothing before the authenticator is there", err, "denied")
		_, err = w.TOTP(ctx, Nothing{})
		want(t, "no secret yet", err, "not_found")
		_, err = w.NewCard(ctx, PasswordInput{}, Client{})
		want(t, "a card is too weak", err, "wrong_state")
		_, err = w.StartTOTP(ctx, PasswordInput{})
		want(t, "start", err, "")
		show, err := w.TOTP(ctx, Nothing{})
		if err != nil || show.Size < 29 || !strings.HasPrefix(show.Path, "M4 4h7v1h-7z") || len(show.Secret) != 39 {
			t.Fatalf("%+v, %v", show, err)
		}
		_, err = w.ConfirmTOTP(ctx, CodeInput{"000000"}, Client{})
		wantField(t, "wrong first code", err, "otp")
		code, _ := totp.GenerateCode(spelling.Code(show.Secret), clock.Now())
		e3, err := w.ConfirmTOTP(ctx, CodeInput{code}, Client{})
		if err != nil || e3.Must != "" {
			t.Fatalf("%+v, %v", e3, err)
		}
		_, err = w.Authenticate(t.Context(), e2.Token)
		want(t, "the token before enrolment", err, "unauthenticated")
		_, err = w.List(w.as(e3.Token), ListInput{})
		want(t, "everything now", err, "")
		_, err = w.signIn("banner1", good, code)
		want(t, "the enrolment's code does not sign in", err, "bad_credentials")
		_, err = w.StartTOTP(w.as(e3.Token), PasswordInput{"wrong"})
		wantField(t, "a second enrolment asks for the password", err, "password")
	})
}

func TestInitialPasswordRunsOut(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		made, err := w.Add(auth.AsSystem(t.Context(), "console"),
			AddInput{Login: "worker1", Name: "斯琴", Post: Post{Role: auth.SocialWorker, Region: town, Reason: "聘用"}})
		want(t, "create", err, "")
		w.exec("UPDATE account SET password_until = made_at")
		_, err = w.signIn("worker1", made.Password, "")
		want(t, "too late", err, "bad_credentials")
	})
}

func TestCard(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.TownOfficer, town, "")
		e, err := w.signIn(a.Login, good, "")
		if err != nil || e.Must != MustEnrol {
			t.Fatalf("%+v, %v", e, err)
		}
		card, err := w.NewCard(w.as(e.Token), PasswordInput{}, Client{})
		if err != nil || len(card.Codes) != CardCodes || card.Session.Must != "" {
			t.Fatalf("%+v, %v", card, err)
		}
		_, err = w.signIn(a.Login, good, "")
		want(t, "no code", err, "otp_required")
		_, err = w.signIn(a.Login, good, "12")
		want(t, "wrong code", err, "bad_credentials")
		var wg sync.WaitGroup
		won := make(chan bool, 2)
		for range 2 {
			wg.Go(func() { _, err := w.signIn(a.Login, good, card.Codes[3]); won <- err == nil })
		}
		wg.Wait()
		if one, two := <-won, <-won; one == two {
			t.Errorf("two uses of one code at once: %v %v", one, two)
		}
		_, err = w.signIn(a.Login, good, card.Codes[3])
		want(t, "used code", err, "bad_credentials")
		second, err := w.NewCard(w.enterWith(a, card.Codes[4]), PasswordInput{good}, Client{})
		want(t, "second card", err, "")
		_, err = w.signIn(a.Login, good, card.Codes[5])
		want(t, "code of the first card", err, "bad_credentials")
		_, err = w.signIn(a.Login, good, second.Codes[0])
		want(t, "code of the second card", err, "")
		w.exec("UPDATE card_code SET used_at = NULL")
		w.write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE card_code SET used_at = ?", time.Now()).Run(t.Context(), tx)
			return err
		})
		_, err = w.signIn(a.Login, good, "")
		want(t, "a card used up does not make the password enough", err, "otp_required")
	})
}

func (w *world) enterWith(a Account, otp string) context.Context {
	w.t.Helper()
	e, err := w.signIn(a.Login, good, otp)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.as(e.Token)
}

func TestNewDeviceOfAStation(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.StationManager, community, "")
		in := SignInInput{Login: a.Login, Password: good}
		_, err := w.signIn(a.Login, "wrong password", "")
		want(t, "wrong password", err, "bad_credentials")
		if len(w.sent) != 0 {
			t.Error("a wrong password sends no code")
		}
		first, err := w.SignIn(t.Context(), in, Client{Browser: true})
		if err != nil || first.Need != NeedSMS || len(w.sent) != 1 {
			t.Fatalf("%+v, %v, %d messages", first, err, len(w.sent))
		}
		_, err = w.Authenticate(t.Context(), first.Token)
		want(t, "the first step is no session", err, "unauthenticated")
		ask, err := w.Asks(t.Context(), first.Token, Client{})
		if err != nil || ask.Phone != "129****0001" {
			t.Errorf("%+v, %v", ask, err)
		}
		_, err = w.Step(t.Context(), StepInput{"000000"}, first.Token, Client{Browser: true})
		want(t, "wrong code", err, "bad_credentials")
		e, err := w.Step(t.Context(), StepInput{w.code()}, first.Token, Client{Browser: true})
		if err != nil || e.Device == "" {
			t.Fatalf("%+v, %v", e, err)
		}
		_, err = w.Step(t.Context(), StepInput{w.code()}, first.Token, Client{Browser: true})
		want(t, "the step again", err, "bad_credentials")
		known := Client{Browser: true, Device: e.Device}
		e, err = w.SignIn(t.Context(), in, known)
		if err != nil || e.Need != NeedNothing || len(w.sent) != 1 {
			t.Errorf("known device: %+v, %v, %d messages", e, err, len(w.sent))
		}
		list, err := w.Familiars(t.Context(), Nothing{}, known)
		if err != nil || len(list) != 1 || list[0].Login != a.Login || list[0].Role != auth.StationManager {
			t.Errorf("familiars %+v, %v", list, err)
		}
		other := w.somebody(auth.CommunityHead, community, "")
		e, err = w.SignIn(t.Context(), SignInInput{Login: other.Login, Password: good}, known)
		if err != nil || e.Need != NeedSMS {
			t.Errorf("a device is known for an account: %+v, %v", e, err)
		}
		w.write(func(tx *db.Tx) error { return w.MarkDemo(t.Context(), tx, auth.CommunityHead, other.ID, "") })
		_, err = w.signIn(other.Login, good, "")
		want(t, "devices of demo accounts are known", err, "")
		w.demo = false
		_, err = w.signIn(other.Login, good, "")
		want(t, "in demo mode alone", err, "otp_required")
	})
}

// Where no SMS goes, the initial password is enough for the first device, a card's code for the next; who has neither is told.
func TestNewDeviceWithoutSMS(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.StationManager, community, "")
		texts := false
		w.out.Texts = func(context.Context, *db.Tx) (bool, error) { return texts, nil }
		in := SignInInput{Login: a.Login, Password: good}
		e, err := w.SignIn(t.Context(), in, Client{Browser: true})
		if err != nil || e.Need != NeedSMS {
			t.Errorf("a password of one's own: %+v, %v", e, err)
		}
		until := time.Now().Add(time.Hour)
		w.write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE account SET password_until = ? WHERE id = ?", until, a.ID).Run(t.Context(), tx)
			return err
		})
		e, err = w.SignIn(t.Context(), in, Client{Browser: true})
		if err != nil || e.Need != NeedNothing || e.Must != MustPassword {
			t.Fatalf("an initial password: %+v, %v", e, err)
		}
		session := w.as(e.Token)
		texts = true
		e, err = w.SignIn(t.Context(), in, Client{Browser: true})
		if err != nil || e.Need != NeedSMS {
			t.Errorf("with SMS: %+v, %v", e, err)
		}
		texts = false
		card, err := w.NewCard(session, PasswordInput{good}, Client{})
		want(t, "card", err, "")
		e, err = w.SignIn(t.Context(), in, Client{Browser: true})
		if err != nil || e.Need != NeedCard {
			t.Errorf("with a card: %+v, %v", e, err)
		}
		_, err = w.signIn(a.Login, good, card.Codes[0])
		want(t, "a code of the card", err, "")
	})
}

func TestCodesBySMS(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.somebody(auth.Resident, 0, "")
		known, err := w.RequestCode(t.Context(), CodeRequest{"129 0000 0001", "sign_in"})
		want(t, "known", err, "")
		unknown, err := w.RequestCode(t.Context(), CodeRequest{"12988888888", "sign_in"})
		if err != nil || unknown.ExpiresAt.Sub(known.ExpiresAt).Abs() > time.Minute {
			t.Errorf("unknown: %+v, %v", unknown, err)
		}
		if len(w.sent) != 2 || strings.Contains(w.sent[1], "验证码") {
			t.Errorf("messages %q", w.sent)
		}
		_, err = w.RequestCode(t.Context(), CodeRequest{"12900000001", "sign_in"})
		if errs.KindOf(err) != errs.TooMany {
			t.Errorf("at once again: %v", err)
		}
		_, err = w.RequestCode(t.Context(), CodeRequest{"555", "sign_in"})
		wantField(t, "no number", err, "phone")

		w.sent = w.sent[:1]
		bySMS := func(p Proof) error { _, err := w.SignInBySMS(t.Context(), SMSInput{p}, Client{}); return err }
		want(t, "wrong code", bySMS(Proof{Phone: "12900000001", Code: "000000"}), "bad_credentials")
		want(t, "another ticket", bySMS(Proof{Ticket: unknown.ID, Code: w.code()}), "bad_credentials")
		var wg sync.WaitGroup
		won := make(chan bool, 2)
		for range 2 {
			wg.Go(func() { won <- bySMS(Proof{Ticket: known.ID, Code: w.code()}) == nil })
		}
		wg.Wait()
		if one, two := <-won, <-won; one == two {
			t.Errorf("two uses of one code at once: %v %v", one, two)
		}
		want(t, "used code", bySMS(Proof{Phone: "12900000001", Code: w.code()}), "bad_credentials")

		again := func() { w.age(2 * time.Minute) }
		again()
		_, err = w.RequestCode(t.Context(), CodeRequest{"12900000001", "sign_in"})
		want(t, "second code", err, "")
		for range CodeTries {
			want(t, "guess", bySMS(Proof{Phone: "12900000001", Code: "000000"}), "bad_credentials")
		}
		want(t, "right code after too many tries", bySMS(Proof{Phone: "12900000001", Code: w.code()}), "bad_credentials")
		again()
		_, err = w.RequestCode(t.Context(), CodeRequest{"12900000001", "sign_in"})
		want(t, "third code", err, "")
		w.age(CodeLife)
		want(t, "late", bySMS(Proof{Phone: "12900000001", Code: w.code()}), "bad_credentials")
		for range 2 {
			again()
			_, err = w.RequestCode(t.Context(), CodeRequest{"12900000001", "sign_in"})
			want(t, "fourth, fifth", err, "")
		}
		again()
		_, err = w.RequestCode(t.Context(), CodeRequest{"12900000001", "sign_up"})
		want(t, "sixth of an hour", err, "too_many")
	})
}

// age makes all codes older.
func (w *world) age(by time.Duration) {
	w.t.Helper()
	w.write(func(tx *db.Tx) error {
		type row struct {
			ID                db.ID
			MadeAt, ExpiresAt time.Time
		}
		rows, err := db.Select[row](w.t.Context(), tx, tx.Build("SELECT id, made_at, expires_at FROM sms_code"))
		for _, r := range rows {
			if err == nil {
				_, err = tx.Build("UPDATE sms_code SET made_at = ?, expires_at = ? WHERE id = ?", r.MadeAt.Add(-by), r.ExpiresAt.Add(-by),
					r.ID).Run(w.t.Context(), tx)
			}
		}
		return err
	})
}

func TestStaffDoNotSignInBySMS(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		w.somebody(auth.StationManager, community, "")
		_, err := w.RequestCode(t.Context(), CodeRequest{"12900000001", "sign_in"})
		want(t, "request", err, "")
		_, err = w.SignInBySMS(t.Context(), SMSInput{Proof{Phone: "12900000001", Code: w.code()}}, Client{})
		want(t, "sign in", err, "bad_credentials")
	})
}

func TestRegister(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		phone := "12900001111"
		register := func(code, name string, at auth.Region) (Registered, error) {
			return w.Register(t.Context(), RegisterInput{Proof{Phone: phone, Code: code}, name, at}, Client{})
		}
		_, err := register("123456", "其木格", community)
		wantField(t, "no code asked for", err, "code")
		_, err = w.RequestCode(t.Context(), CodeRequest{phone, "sign_up"})
		want(t, "request", err, "")
		_, err = register(w.code(), "其木格", town)
		wantField(t, "a town is no community", err, "region")
		_, err = register("000000", "其木格", community)
		wantField(t, "wrong code", err, "code")
		_, err = register(w.code(), "12345", community)
		wantField(t, "no name", err, "name")
		r, err := register(w.code(), "其木格", community)
		if err != nil || r.PersonID == 0 || len(r.Roles) != 1 || r.Roles[0].Role != auth.Resident {
			t.Fatalf("%+v, %v", r, err)
		}
		if a := auth.From(w.as(r.Token)); a.Person != r.PersonID {
			t.Errorf("actor %+v", a)
		}
		_, err = register(w.code(), "其木格", community)
		wantField(t, "the same code again", err, "code")
		w.age(2 * time.Minute)
		_, err = w.RequestCode(t.Context(), CodeRequest{phone, "sign_up"})
		want(t, "request for a known number", err, "")
		_, err = register(w.code(), "其木格", community)
		want(t, "a number with an account", err, "conflict")
		w.age(2 * time.Minute)
		_, err = w.RequestCode(t.Context(), CodeRequest{phone, "sign_in"})
		want(t, "request to sign in", err, "")
		e, err := w.SignInBySMS(t.Context(), SMSInput{Proof{Phone: phone, Code: w.code()}}, Client{})
		want(t, "sign in by SMS", err, "")
		_, err = w.ChangePassword(w.as(e.Token), ChangeInput{New: good}, Client{})
		want(t, "a first password needs no current one", err, "")
		_, err = w.signIn(phone, good, "")
		want(t, "sign in by password", err, "")
	})
}

func TestAppointments(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret := NewSecret()
		security := w.somebody(auth.SecurityAdmin, league, secret)
		bannerOfficer := w.somebody(auth.BannerOfficer, banner, secret)
		townOfficer := w.somebody(auth.TownOfficer, town, secret)
		manager := w.somebody(auth.StationManager, community, secret)
		by := map[auth.Role]context.Context{auth.SecurityAdmin: w.enter(security, secret), auth.BannerOfficer: w.enter(bannerOfficer, secret),
			auth.TownOfficer: w.enter(townOfficer, secret), auth.StationManager: w.enter(manager, secret)}
		n := 0
		add := func(who, role auth.Role, at auth.Region) error {
			n++
			in := AddInput{Login: fmt.Sprintf("new%d", n), Name: "乌云", Phone: fmt.Sprintf("1291%07d", n),
				Post: Post{Role: role, Region: at, Reason: "任命"}}
			_, err := w.Add(by[who], in)
			return err
		}
		for _, ok := range []struct {
			who, role auth.Role
			at        auth.Region
		}{{auth.SecurityAdmin, auth.BannerOfficer, banner}, {auth.SecurityAdmin, auth.LeagueOfficer, league},
			{auth.SecurityAdmin, auth.SystemAdmin, banner}, {auth.BannerOfficer, auth.TownOfficer, town},
			{auth.BannerOfficer, auth.StationManager, community}, {auth.TownOfficer, auth.StationManager, community},
			{auth.TownOfficer, auth.CommunityHead, community}} {
			want(t, fmt.Sprint(ok), add(ok.who, ok.role, ok.at), "")
		}
		for _, bad := range []struct {
			who, role auth.Role
			at        auth.Region
			field     string
		}{{auth.SecurityAdmin, auth.RegionOfficer, whole, "role"}, {auth.BannerOfficer, auth.BannerOfficer, banner, "role"},
			{auth.BannerOfficer, auth.TownOfficer, 152501001000, "role"}, {auth.TownOfficer, auth.TownOfficer, town, "role"},
			{auth.TownOfficer, auth.StationManager, elsewhere, "role"}, {auth.TownOfficer, auth.SecurityAdmin, banner, "role"},
			{auth.BannerOfficer, auth.TownOfficer, community, "role_region"}, {auth.SecurityAdmin, auth.Resident, community, "role"},
			{auth.SecurityAdmin, "king", community, "role"},
			{auth.SecurityAdmin, auth.BannerOfficer, 152599000000, "role_region"}} {
			wantField(t, fmt.Sprint(bad), add(bad.who, bad.role, bad.at), bad.field)
		}
		want(t, "a manager appoints nobody", add(auth.StationManager, auth.CommunityHead, community), "denied")

		ctx := by[auth.SecurityAdmin]
		post := func(role auth.Role, at auth.Region) Post { return Post{Role: role, Region: at, Reason: "任命"} }
		_, err := w.Appoint(ctx, AppointInput{security.ID, post(auth.Editor, league)})
		want(t, "nobody appoints himself", err, "denied")
		_, err = w.Appoint(ctx, AppointInput{townOfficer.ID, post(auth.AuditAdmin, banner)})
		wantField(t, "an administrator holds no other post", err, "role")
		_, err = w.Appoint(ctx, AppointInput{townOfficer.ID, Post{Role: auth.Editor, Region: town}})
		wantField(t, "no reason", err, "reason")
		_, err = w.Appoint(ctx, AppointInput{townOfficer.ID, Post{Role: auth.Editor, Region: town, Reason: "任命", Until: 20200101}})
		wantField(t, "already over", err, "until")
		_, err = w.Appoint(ctx, AppointInput{townOfficer.ID, Post{Role: auth.StationManager, Region: community, Reason: "任命", StationID: 78}})
		wantField(t, "no such station", err, "station_id")
		g, err := w.Appoint(ctx, AppointInput{townOfficer.ID, post(auth.Editor, town)})
		want(t, "a second post", err, "")
		_, err = w.Appoint(ctx, AppointInput{townOfficer.ID, post(auth.Editor, town)})
		want(t, "twice", err, "conflict")
		if n := w.count("SELECT COUNT(*) FROM session WHERE account_id = " + townOfficer.ID.String()); n != 0 {
			t.Error("a session outlived a change of its rights")
		}
		stranger := w.somebody(auth.BannerOfficer, 152501000000, secret)
		_, err = w.Appoint(by[auth.BannerOfficer], AppointInput{stranger.ID, post(auth.TownOfficer, town)})
		want(t, "out of his region", err, "not_found")
		_, err = w.EndGrant(by[auth.BannerOfficer], EndInput{townOfficer.ID, g.ID, "调离"})
		want(t, "who could not give it all", err, "denied")
		_, err = w.EndGrant(ctx, EndInput{townOfficer.ID, g.ID, ""})
		wantField(t, "no reason to end", err, "reason")
		_, err = w.EndGrant(ctx, EndInput{townOfficer.ID, g.ID, "调离"})
		want(t, "end", err, "")
		_, err = w.EndGrant(ctx, EndInput{townOfficer.ID, g.ID, "调离"})
		want(t, "end twice", err, "not_found")
		_, err = w.Appoint(ctx, AppointInput{townOfficer.ID, post(auth.Editor, town)})
		want(t, "again after the end", err, "")
	})
}

// What somebody is by what he does, resident or volunteer, nobody takes back; other roles only who could have given them there.
func TestWhoEndsARole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret := NewSecret()
		officer := w.enter(w.somebody(auth.TownOfficer, town, secret), secret)
		security := w.enter(w.somebody(auth.SecurityAdmin, league, secret), secret)
		for _, c := range []struct {
			by   context.Context
			role auth.Role
			at   auth.Region
			want string
		}{
			{officer, auth.Resident, 0, "denied"}, {officer, auth.Volunteer, 0, "denied"}, {security, auth.Resident, 0, "denied"},
			{officer, auth.SocialWorker, community, ""},
			{officer, auth.Editor, town, "denied: 管不到"}, {security, auth.Editor, town, ""}, {officer, auth.SocialWorker, elsewhere, "not_found"},
		} {
			a := w.somebody(c.role, c.at, "")
			var held []Grant
			w.write(func(tx *db.Tx) (err error) { held, err = Handover(t.Context(), tx, a.ID); return err })
			t.Run(string(c.role), func(t *testing.T) {
				_, err := w.EndGrant(c.by, EndInput{a.ID, held[0].ID, "调离"})
				errstest.Is(t, err, c.want)
			})
		}
	})
}

func TestGrantsHoldFromDayToDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		t.Cleanup(clock.Reset)
		clock.Set(time.Date(2026, 11, 23, 9, 0, 0, 0, clock.Shanghai))
		a := w.somebody(auth.Resident, 0, "")
		_, err := w.Appoint(auth.AsSystem(t.Context(), "console"),
			AppointInput{a.ID, Post{Role: auth.SocialWorker, Region: town, Reason: "聘用", From: 20261124, Until: 20261125}})
		want(t, "appoint", err, "")
		for _, day := range []clock.Day{20261123, 20261126, 20261125, 20261124} {
			holds := day == 20261124 || day == 20261125
			clock.Set(day.Time().Add(9 * time.Hour))
			e, err := w.signIn(a.Login, good, "")
			if err != nil || auth.From(w.as(e.Token)).Is(auth.SocialWorker) != holds {
				t.Errorf("%v: %+v, %v", day, e.Account.Roles, err)
			}
		}
		w.write(func(tx *db.Tx) error {
			held, err := Handover(t.Context(), tx, a.ID)
			if len(held) != 2 {
				t.Errorf("handover %+v", held)
			}
			return err
		})
	})
}

func TestLockAndReset(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret := NewSecret()
		ctx := w.enter(w.somebody(auth.SecurityAdmin, league, secret), secret)
		a := w.somebody(auth.TownOfficer, town, NewSecret())
		up := w.somebody(auth.RegionOfficer, whole, secret)
		w.exec("UPDATE account SET region = 152502001000 WHERE id = " + up.ID.String())
		_, err := w.Lock(ctx, ReasonInput{a.ID, "调查"})
		want(t, "lock", err, "")
		_, err = w.Lock(ctx, ReasonInput{a.ID, "调查"})
		want(t, "lock twice", err, "wrong_state")
		_, err = w.signIn(a.Login, good, "")
		want(t, "locked account", err, "locked")
		_, err = w.signIn(a.Login, "wrong password", "")
		want(t, "locked account and wrong password", err, "bad_credentials")
		for range Failures {
			w.signIn(a.Login, "wrong password", "")
		}
		_, err = w.Unlock(ctx, ReasonInput{a.ID, "查清"})
		want(t, "unlock", err, "")
		_, err = w.signIn(a.Login, good, "")
		want(t, "unlocked", err, "otp_required")
		_, err = w.Lock(ctx, ReasonInput{auth.From(ctx).Account, "误操作"})
		want(t, "himself", err, "denied")
		_, err = w.ResetPassword(ctx, ResetInput{ID: up.ID, Reason: "忘记"})
		want(t, "who stands above", err, "denied")
		out, err := w.ResetPassword(ctx, ResetInput{ID: a.ID, Reason: "本人到场，核对身份证"})
		want(t, "reset", err, "")
		_, err = w.signIn(a.Login, good, "")
		want(t, "the old password", err, "bad_credentials")
		_, err = w.signIn(a.Login, out.Password, "")
		want(t, "a new password does not replace the second factor", err, "otp_required")
		_, err = w.ResetFactor(ctx, ReasonInput{a.ID, "手机丢失，本人到场"})
		want(t, "reset factor", err, "")
		e, err := w.signIn(a.Login, out.Password, "")
		if err != nil || e.Must != MustPassword {
			t.Errorf("%+v, %v", e, err)
		}
		_, err = w.SetPhone(ctx, PhoneInput{a.ID, "12977777777", "换号"})
		want(t, "set phone", err, "")
		_, err = w.SetPhone(ctx, PhoneInput{a.ID, "12900000001", "换号"})
		wantField(t, "somebody else's number", err, "phone")
		found, err := w.Find(auth.AsSystem(t.Context(), "console"), "12977777777")
		if err != nil || found.ID != a.ID {
			t.Errorf("%+v, %v", found, err)
		}
		_, err = w.Find(ctx, a.Login)
		want(t, "find is for the console", err, "denied")
	})
}

func TestCreateIsUnique(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a := w.somebody(auth.Resident, 0, "")
		for field, in := range map[string]NewAccount{
			"login":  {Login: a.Login, Name: "乙", Region: community},
			"phone":  {Login: "other", Name: "乙", Region: community, Phone: "12900000001"},
			"name":   {Login: "other", Region: community},
			"region": {Login: "other", Name: "乙"},
		} {
			wantField(t, field, d.Write(t.Context(), func(tx *db.Tx) error { _, err := w.Create(t.Context(), tx, in); return err }), field)
		}
		wantField(t, "a telephone is no login", d.Write(t.Context(), func(tx *db.Tx) error {
			_, err := w.Create(t.Context(), tx, NewAccount{Login: "13800000000", Name: "乙", Region: community})
			return err
		}), "login")
		for range 2 {
			w.write(func(tx *db.Tx) error {
				_, err := w.Create(t.Context(), tx, NewAccount{Name: "无手机", Region: community})
				return err
			})
		}
	})
}

func TestListAndSheet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret := NewSecret()
		ctx := w.enter(w.somebody(auth.BannerOfficer, banner, secret), secret)
		resident, manager := w.somebody(auth.Resident, 0, ""), w.somebody(auth.StationManager, community, "")
		far := w.somebody(auth.CommunityHead, elsewhere, "")
		all, err := w.List(ctx, ListInput{})
		if err != nil || len(all.Items) != 3 || all.Items[0].ID != manager.ID || all.Items[0].Name != "陈晓燕" || all.Items[1].Name != "陈**" ||
			all.Items[0].Roles != "站点管理员" {
			t.Errorf("%+v, %v", all, err)
		}
		for _, in := range []ListInput{{Q: manager.Login}, {Q: "129 0000 0003"}, {Role: auth.StationManager}} {
			got, err := w.List(ctx, in)
			if err != nil || len(got.Items) != 1 || got.Items[0].ID != manager.ID {
				t.Errorf("%+v: %+v, %v", in, got, err)
			}
		}
		got, err := w.List(ctx, ListInput{Region: elsewhere})
		if err != nil || len(got.Items) != 0 {
			t.Errorf("%+v, %v", got, err)
		}
		first, err := w.List(ctx, ListInput{Paging: db.Paging{Limit: 2}})
		if err != nil || first.Next == nil {
			t.Fatalf("%+v, %v", first, err)
		}
		second, err := w.List(ctx, ListInput{Paging: db.Paging{Limit: 2, Cursor: *first.Next}})
		if err != nil || len(second.Items) != 1 || second.Next != nil {
			t.Errorf("%+v, %v", second, err)
		}
		sheet, err := w.Sheet(ctx, GetInput{manager.ID})
		if err != nil || sheet.Phone != "129****0003" || len(sheet.Grants) != 1 || !sheet.Grants[0].Mine || !sheet.Treat || sheet.MayLock {
			t.Errorf("%+v, %v", sheet, err)
		}
		sheet, err = w.Sheet(ctx, GetInput{resident.ID})
		if err != nil || sheet.Account.Name != "陈**" {
			t.Errorf("%+v, %v", sheet, err)
		}
		_, err = w.Sheet(ctx, GetInput{far.ID})
		want(t, "out of scope", err, "not_found")
		_, err = w.List(w.enter(resident, ""), ListInput{})
		want(t, "a resident", err, "denied")
	})
}

func TestDemo(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		a, b := w.somebody(auth.BannerOfficer, banner, NewSecret()), w.somebody(auth.BannerOfficer, 152501000000, NewSecret())
		mark := func(id db.ID, place string) {
			w.write(func(tx *db.Tx) error { return w.MarkDemo(t.Context(), tx, auth.BannerOfficer, id, place) })
		}
		mark(a.ID, "某旗")
		mark(b.ID, "别的旗")
		mark(a.ID, "某旗")
		list, err := w.Personas(t.Context(), Nothing{})
		if err != nil || len(list) != 1 || list[0].Role != auth.BannerOfficer || list[0].Second != "" {
			t.Errorf("%+v, %v", list, err)
		}
		_, err = w.DemoSignIn(t.Context(), DemoInput{Role: auth.BannerOfficer, Second: true}, Client{})
		want(t, "nobody beside him in his place", err, "not_found")
		c := w.somebody(auth.BannerOfficer, banner, NewSecret())
		mark(c.ID, "某旗")
		if list, err = w.Personas(t.Context(), Nothing{}); err != nil || len(list) != 1 || list[0].Second != c.Name {
			t.Errorf("%+v, %v", list, err)
		}
		if e, err := w.DemoSignIn(t.Context(), DemoInput{Role: auth.BannerOfficer, Second: true}, Client{}); err != nil || e.Account.ID != c.ID {
			t.Errorf("%+v, %v", e, err)
		}
		e, err := w.DemoSignIn(t.Context(), DemoInput{Role: auth.BannerOfficer}, Client{Browser: true})
		if err != nil || e.Account.ID != a.ID || e.Must != "" {
			t.Errorf("%+v, %v", e, err)
		}
		_, err = w.DemoSignIn(t.Context(), DemoInput{Role: auth.Auditor}, Client{})
		want(t, "no such persona", err, "not_found")
		w.demo = false
		_, err = w.DemoSignIn(t.Context(), DemoInput{Role: auth.BannerOfficer}, Client{})
		want(t, "outside demo mode", err, "not_found")
		if list, _ := w.Personas(t.Context(), Nothing{}); len(list) != 0 {
			t.Error("personas outside demo mode")
		}
	})
}

func TestFactorFor(t *testing.T) {
	for _, c := range []struct {
		g    auth.Grant
		want Factor
	}{{auth.Grant{Role: auth.Resident}, NoFactor}, {auth.Grant{Role: auth.Volunteer}, NoFactor},
		{auth.Grant{Role: auth.TeamLeader, Region: community}, NoFactor}, {auth.Grant{Role: auth.StationManager, Region: community, Station: 1},
			FactorDevice}, {auth.Grant{Role: auth.CommunityHead, Region: community}, FactorDevice},
		{auth.Grant{Role: auth.TownOfficer, Region: town}, FactorCard}, {auth.Grant{Role: auth.Editor, Region: town}, FactorCard},
		{auth.Grant{Role: auth.Editor, Region: banner}, FactorTOTP},
		{auth.Grant{Role: auth.Inspector, Region: whole}, FactorTOTP}, {auth.Grant{Role: auth.SystemAdmin, Region: whole}, FactorTOTP},
		{auth.Grant{Role: auth.LeagueOfficer, Region: league}, FactorTOTP}} {
		if got := FactorFor([]auth.Grant{{Role: auth.Resident}, c.g}); got != c.want {
			t.Errorf("%+v: %v, want %v", c.g, got, c.want)
		}
	}
}

// TestNoSecretLeaks looks for what only its owner may know in everything that the trail and the tables keep.
func TestNoSecretLeaks(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		secret := NewSecret()
		admin := w.enter(w.somebody(auth.SecurityAdmin, league, secret), secret)
		a := w.somebody(auth.StationManager, community, "")
		e, err := w.SignIn(t.Context(), SignInInput{Login: a.Login, Password: good}, Client{Browser: true})
		want(t, "sign in", err, "")
		code := w.code()
		_, err = w.Step(t.Context(), StepInput{code}, e.Token, Client{Browser: true})
		want(t, "step", err, "")
		reset, err := w.ResetPassword(admin, ResetInput{ID: a.ID, Reason: "忘记"})
		want(t, "reset", err, "")
		_, err = w.signIn(a.Login, "wrong password", "")
		want(t, "refused", err, "bad_credentials")
		for _, table := range []string{"audit", "account", "session", "device", "attempt", "sms_code", "card_code", "role_grant"} {
			dump := w.dump(table)
			for what, s := range map[string]string{"password": good, "initial password": reset.Password, "wrong password": "wrong password",
				"totp": secret, "sms code": code, "token": e.Token, "phone": "12900000002"} {
				if bytes.Contains(dump, []byte(s)) {
					t.Errorf("%s holds the %s", table, what)
				}
			}
		}
		var found []string
		w.write(func(tx *db.Tx) error {
			return Verify(t.Context(), tx, func(o, what string) { found = append(found, o+" "+what) })
		})
		if found != nil {
			t.Errorf("verify: %v", found)
		}
		w.exec("UPDATE account SET password = 'plain', phone = NULL, region = 150000000009 WHERE id = " + a.ID.String())
		w.exec("UPDATE role_grant SET region = 0, role = 'king' WHERE account_id = " + a.ID.String())
		w.write(func(tx *db.Tx) error {
			return Verify(t.Context(), tx, func(o, what string) { found = append(found, o+" "+what) })
		})
		if len(found) != 5 {
			t.Errorf("verify found %q", found)
		}
	})
}

// dump gives all that a table holds, bytes as they are.
func (w *world) dump(table string) []byte {
	w.t.Helper()
	var out bytes.Buffer
	err := w.d.Read(w.t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Raw().QueryContext(w.t.Context(), "SELECT * FROM "+table)
		if err != nil {
			return err
		}
		defer rows.Close()
		cols, err := rows.Columns()
		if err != nil {
			return err
		}
		vals, ptrs := make([]any, len(cols)), make([]any, len(cols))
		for i := range vals {
			ptrs[i] = &vals[i]
		}
		for rows.Next() {
			if err := rows.Scan(ptrs...); err != nil {
				return err
			}
			for _, v := range vals {
				if b, ok := v.([]byte); ok {
					out.Write(b)
				} else if err := json.NewEncoder(&out).Encode(v); err != nil {
					return err
				}
			}
		}
		return rows.Err()
	})
	if err != nil || out.Len() == 0 && table != "card_code" && table != "attempt" {
		w.t.Fatalf("%s: %v", table, err)
	}
	return out.Bytes()
}
