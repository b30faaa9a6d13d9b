package identity

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"linli/internal/civic/account"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Somebody links, signs in, and unlinks; a stranger there is nobody here, although he bears the same name and telephone.
func TestSignIn(t *testing.T) {
	each(t, func(w *world) {
		owner := w.somebody(auth.Resident, 0, "")
		_, err := w.enter("u-1")
		w.is("before it is linked", err, "identity_unlinked")
		w.is("linked", w.links(owner, "u-1"), "")
		if n := w.count(`SELECT COUNT(*) FROM notify_inbox`); n != 1 {
			t.Errorf("%d messages", n)
		}
		in, err := w.enter("u-1")
		w.is("signs in", err, "")
		if in.Account.ID != me(owner) || in.Back != "/my" || in.Linked {
			t.Errorf("%+v", in)
		}
		e, err := w.accounts.EnterAs(w.later(), in.Account.ID, account.Client{IP: "192.0.2.1", Browser: true})
		w.is("lets in", err, "")
		if e.Need != account.NeedNothing || e.Account.Name != in.Account.Name {
			t.Errorf("%+v", e)
		}
		_, err = w.enter("U-1")
		w.is("names are told apart to the letter", err, "identity_unlinked")
		mine, err := w.Mine(w.by(owner), Nothing{})
		w.must(err)
		if len(mine.Items) != 1 || mine.Items[0].UsedAt == nil || mine.Items[0].Provider != "统一认证" || len(mine.Providers) != 0 {
			t.Errorf("%+v", mine)
		}
		if n := w.count(`SELECT COUNT(*) FROM audit WHERE action IN ('identity.link', 'identity.use')`); n != 2 {
			t.Errorf("%d entries of the trail", n)
		}
		_, err = w.Unlink(w.by(w.somebody(auth.Resident, 0, "")), EndInput{mine.Items[0].ID})
		w.is("another's", err, "not_found")
		_, err = w.Unlink(w.by(owner), EndInput{mine.Items[0].ID})
		w.is("unlinked", err, "")
		_, err = w.enter("u-1")
		w.is("afterwards", err, "identity_unlinked")
	})
}

// Every way in which somebody comes back with what is not right for this journey.
func TestArriveRefuses(t *testing.T) {
	each(t, func(w *world) {
		owner := w.somebody(auth.Resident, 0, "")
		w.is("linked", w.links(owner, "u-1"), "")
		late := time.Now().Add(-JourneyTime - time.Second)
		for name, x := range map[string]struct {
			want  string
			claim func(c map[string]any)
			sign  func(claims []byte) string
			come  func(in *ArriveInput, box *[]byte)
		}{
			"right":             {},
			"another browser":   {want: "identity_late", come: func(_ *ArriveInput, box *[]byte) { *box = nil }},
			"another journey":   {want: "identity_late", come: func(_ *ArriveInput, box *[]byte) { *box = w.start().Box }},
			"another state":     {want: "identity_late", come: func(in *ArriveInput, _ *[]byte) { in.State = "x" + in.State[1:] }},
			"another provider":  {want: "identity_late", come: func(in *ArriveInput, _ *[]byte) { in.ID++ }},
			"late":              {want: "identity_late", come: func(_ *ArriveInput, box *[]byte) { *box = w.aged(*box, late) }},
			"from the future":   {want: "identity_late", come: func(_ *ArriveInput, box *[]byte) { *box = w.aged(*box, time.Now().Add(time.Hour)) }},
			"a foreign box":     {want: "identity_late", come: func(_ *ArriveInput, box *[]byte) { *box = w.keys.Seal(*box, sealedAs) }},
			"another issuer":    {want: "identity_wrong", come: func(in *ArriveInput, _ *[]byte) { in.Iss = "https://other.example" }},
			"its own issuer":    {come: func(in *ArriveInput, _ *[]byte) { in.Iss = w.peer.URL }},
			"declined":          {want: "identity_declined", come: func(in *ArriveInput, _ *[]byte) { in.Error = "access_denied" }},
			"busy there":        {want: "identity_down", come: func(in *ArriveInput, _ *[]byte) { in.Error = "temporarily_unavailable" }},
			"a fault there":     {want: "identity_failed", come: func(in *ArriveInput, _ *[]byte) { in.Error = "<b>x</b>" }},
			"no code":           {want: "identity_failed", come: func(in *ArriveInput, _ *[]byte) { in.Code = "" }},
			"a made up code":    {want: "identity_failed", come: func(in *ArriveInput, _ *[]byte) { in.Code = "x" }},
			"another nonce":     {want: "identity_wrong", claim: put("nonce", "x")},
			"no nonce":          {want: "identity_wrong", claim: put("nonce", nil)},
			"for another":       {want: "identity_wrong", claim: put("aud", "other")},
			"for several":       {want: "identity_wrong", claim: put("aud", []string{clientID, "other"})},
			"party another":     {want: "identity_wrong", claim: put("azp", "other")},
			"party us":          {claim: func(c map[string]any) { c["aud"], c["azp"] = []string{clientID, "other"}, clientID }},
			"said by another":   {want: "identity_wrong", claim: put("iss", "https://other.example")},
			"run out":           {want: "identity_wrong", claim: put("exp", time.Now().Add(-time.Second).Unix())},
			"said before":       {want: "identity_wrong", claim: put("iat", time.Now().Add(-Skew-time.Minute).Unix())},
			"to be said":        {want: "identity_wrong", claim: put("iat", time.Now().Add(Skew+time.Minute).Unix())},
			"not said when":     {want: "identity_wrong", claim: put("iat", nil)},
			"nobody":            {want: "identity_wrong", claim: put("sub", "")},
			"too long a name":   {want: "identity_wrong", claim: put("sub", strings.Repeat("x", 256))},
			"a long name":       {want: "identity_unlinked", claim: put("sub", strings.Repeat("x", 255))},
			"not anew there":    {want: "identity_wrong", claim: put("auth_time", time.Now().Add(-Skew-time.Minute).Unix())},
			"not told when":     {claim: put("auth_time", nil)},
			"unsigned":          {want: "identity_wrong", sign: unsigned},
			"no word":           {want: "identity_wrong", sign: func([]byte) string { return "" }},
			"signed by another": {want: "identity_wrong", sign: newPeer(t).signed},
			"by our secret": {want: "identity_wrong", sign: func(claims []byte) string {
				return sign(t, jose.HS256, []byte(strings.Repeat(clientSecret, 2)), w.peer.kid, claims)
			}},
		} {
			w.peer.bends, w.peer.signs = x.claim, x.sign
			l := w.start()
			in, box := w.back(l, "u-1"), l.Box
			if x.come != nil {
				x.come(&in, &box)
			}
			_, err := w.Arrive(w.later(), in, box)
			w.is(name, err, x.want)
			_, err = w.Arrive(w.later(), w.back(l, "u-1"), l.Box)
			if spent := x.want != "identity_late"; spent != (errs.CodeOf(err) == "identity_late") {
				t.Errorf("%s, once more: %v", name, err)
			}
		}
	})
}

func put(name string, v any) func(c map[string]any) {
	return func(c map[string]any) {
		if c[name] = v; v == nil {
			delete(c, name)
		}
	}
}

func (w *world) start() Leaving {
	w.Helper()
	l, err := w.Start(w.later(), StartInput{ID: w.at.ID})
	w.must(err)
	return l
}

// aged is a journey as if it had begun at another time.
func (w *world) aged(box []byte, at time.Time) []byte {
	text, err := w.keys.Open(box, sealedAs)
	w.must(err)
	var j journey
	w.must(json.Unmarshal(text, &j))
	j.At = at
	return w.pack(j)
}

// Of many who come back with one journey at once, one gets in.
func TestArriveOnce(t *testing.T) {
	each(t, func(w *world) {
		owner := w.somebody(auth.Resident, 0, "")
		w.is("linked", w.links(owner, "u-1"), "")
		l := w.start()
		in := w.back(l, "u-1")
		if n := together(8, func(int) error { _, err := w.Arrive(w.later(), in, l.Box); return err }); n != 1 {
			t.Errorf("%d got in", n)
		}
	})
}

// together does something n times at once, and says how often it worked.
func together(n int, do func(i int) error) (worked int) {
	var wait sync.WaitGroup
	var mu sync.Mutex
	for i := range n {
		wait.Go(func() {
			if do(i) == nil {
				mu.Lock()
				defer mu.Unlock()
				worked++
			}
		})
	}
	wait.Wait()
	return worked
}

// One identity is never on two accounts, one account has one of a provider; of two at once one wins.
func TestLinkOnce(t *testing.T) {
	each(t, func(w *world) {
		a, b := w.somebody(auth.Resident, 0, ""), w.somebody(auth.Resident, 0, "")
		set := func(ctx context.Context, name string) (ArriveInput, []byte) {
			l, err := w.StartLink(w.by(ctx), LinkInput{ID: w.at.ID, Again: account.Again{Password: good}})
			w.must(err)
			return w.back(l, name), l.Box
		}
		at, abox := set(a, "u-1")
		bt, bbox := set(b, "u-1")
		n := together(2, func(i int) error {
			ctx, in, box := w.by(a), at, abox
			if i == 1 {
				ctx, in, box = w.by(b), bt, bbox
			}
			_, err := w.Arrive(ctx, in, box)
			return err
		})
		if n != 1 || w.count(`SELECT COUNT(*) FROM identity`) != 1 {
			t.Fatalf("%d linked", n)
		}
		w.exec(`DELETE FROM identity`)
		w.is("his", w.links(a, "u-1"), "")
		w.is("hers too", w.links(b, "u-1"), "identity_taken")
		w.is("his again", w.links(a, "u-1"), "identity_twice")
		w.is("another of his", w.links(a, "u-2"), "identity_twice")
		in, err := w.enter("u-1")
		if err != nil || in.Account.ID != me(a) {
			t.Errorf("%+v %v", in.Account, err)
		}
	})
}

// A journey that links is good in the session that set out alone.
func TestLinkRefuses(t *testing.T) {
	each(t, func(w *world) {
		owner, other := w.somebody(auth.Resident, 0, ""), w.somebody(auth.Resident, 0, "")
		right := account.Again{Password: good}
		_, err := w.StartLink(w.by(owner), LinkInput{ID: w.at.ID, Again: account.Again{Password: "x"}})
		w.is("a wrong password", err, "invalid password: 密码不对")
		_, err = w.StartLink(w.later(), LinkInput{ID: w.at.ID, Again: right})
		w.is("a visitor", err, "unauthenticated")
		_, err = w.StartLink(w.by(owner), LinkInput{ID: w.at.ID + 1, Again: right})
		w.is("no provider", err, "not_found")
		for name, x := range map[string]context.Context{"another account": other, "a visitor": w.Context(),
			"another session": w.session("user2", "")} {
			l, err := w.StartLink(w.by(owner), LinkInput{ID: w.at.ID, Again: right})
			w.must(err)
			_, err = w.Arrive(w.by(x), w.back(l, "u-1"), l.Box)
			w.is(name, err, "identity_late")
			_, err = w.Going(w.by(x), GetInput{w.at.ID}, l.Box)
			if name != "another session" {
				w.is(name+" looks", err, map[string]string{"a visitor": "unauthenticated", "another account": "not_found"}[name])
			}
		}
		going, err := w.Going(w.by(owner), GetInput{w.at.ID}, w.start().Box)
		w.is("a journey that signs in", err, "not_found")
		if going.To != "" {
			t.Error("led on")
		}
		if w.count(`SELECT COUNT(*) FROM identity`) != 0 {
			t.Error("linked")
		}
		w.exec(`UPDATE account SET password = '' WHERE login = 'user2'`)
		_, err = w.StartLink(w.by(owner), LinkInput{ID: w.at.ID})
		w.is("without a password, signed in just now", err, "")
		w.exec(`UPDATE session SET made_at = $1`, time.Now().Add(-account.JustNow-time.Second))
		_, err = w.StartLink(w.by(owner), LinkInput{ID: w.at.ID})
		w.is("without a password, signed in long ago", err, "wrong_state")
	})
}

// A second factor is asked for all the same, here and when something lasting is made.
func TestSecondFactor(t *testing.T) {
	each(t, func(w *world) {
		_, err := w.StartLink(w.by(w.admin), LinkInput{ID: w.at.ID, Again: account.Again{Password: good}})
		w.is("no code", err, "invalid otp: 动态码不对，或者已经用过。请等下一个码再试")
		again := w.again()
		l, err := w.StartLink(w.by(w.admin), LinkInput{ID: w.at.ID, Again: again})
		w.must(err)
		_, err = w.StartLink(w.by(w.admin), LinkInput{ID: w.at.ID, Again: again})
		w.is("the same code", err, "invalid otp: 动态码不对，或者已经用过。请等下一个码再试")
		_, err = w.Arrive(w.by(w.admin), w.back(l, "boss"), l.Box)
		w.is("linked", err, "")
		in, err := w.enter("boss")
		w.must(err)
		e, err := w.accounts.EnterAs(w.later(), in.Account.ID, account.Client{IP: "192.0.2.1", Browser: true})
		w.must(err)
		if e.Need != account.NeedTOTP {
			t.Errorf("%+v", e)
		}
		if _, err := w.accounts.Authenticate(w.later(), e.Token); err == nil {
			t.Error("half a sign-in is a session")
		}
	})
}

// What happens to an account happens to its identities.
func TestAccount(t *testing.T) {
	each(t, func(w *world) {
		officer := w.somebody(auth.SecurityAdmin, whole, w.secret)
		link := func(name string) context.Context {
			owner := w.somebody(auth.Resident, 0, "")
			w.is(name, w.links(owner, name), "")
			return owner
		}
		locked := link("locked")
		_, err := w.accounts.Lock(w.by(officer), account.ReasonInput{ID: me(locked), Reason: "手机丢了"})
		w.must(err)
		in, err := w.enter("locked")
		w.is("a locked account is recognised", err, "")
		_, err = w.accounts.EnterAs(w.later(), in.Account.ID, account.Client{})
		w.is("and stays shut", err, "locked")

		for name, reset := range map[string]func(id db.ID) error{
			"password": func(id db.ID) error {
				_, err := w.accounts.ResetPassword(w.by(officer), account.ResetInput{ID: id, Reason: "忘了"})
				return err
			},
			"factor": func(id db.ID) error {
				_, err := w.accounts.ResetFactor(w.by(officer), account.ReasonInput{ID: id, Reason: "丢了"})
				return err
			},
			"phone": func(id db.ID) error {
				_, err := w.accounts.SetPhone(w.by(officer), account.PhoneInput{ID: id, Phone: "12977770000", Reason: "换号"})
				return err
			},
		} {
			owner := link(name)
			w.must(reset(me(owner)))
			_, err := w.enter(name)
			w.is("after a reset of "+name, err, "identity_unlinked")
		}

		gone := link("gone")
		w.write(func(tx *db.Tx) error {
			if data, err := ofPerson(w.Context(), tx, auth.From(gone).Person); err != nil || data == nil {
				t.Errorf("held: %v %v", data, err)
			}
			return errors.Join(w.accounts.Forget(w.later(), tx, auth.From(gone).Person, "本人要求"),
				forget(w.later(), tx, auth.From(gone).Person, "本人要求"))
		})
		_, err = w.enter("gone")
		w.is("erased", err, "identity_unlinked")

		last := link("last")
		w.exec(`UPDATE account SET password = '', phone = NULL, phone_blind = NULL WHERE id = $1`, me(last))
		mine, err := w.Mine(w.by(last), Nothing{})
		w.must(err)
		_, err = w.Unlink(w.by(last), EndInput{mine.Items[0].ID})
		w.is("the last way", err, "wrong_state")
	})
}

// What is wrong with a provider is told by its field, before anything is kept.
func TestKeepRefuses(t *testing.T) {
	each(t, func(w *world) {
		other := newPeer(t)
		add := func(change func(in *AddInput)) error {
			in := w.entered()
			in.Issuer = other.URL
			change(&in)
			_, err := w.Add(w.by(w.admin), in)
			return err
		}
		unread := "invalid issuer: 从这个地址读不到 /.well-known/openid-configuration，请核对地址；内网的系统要先在启动参数里放行"
		https := "invalid issuer: 签发者是 https 开头的网址，后面不带问号"
		for want, list := range map[string][]func(in *AddInput){
			https: {issuer("http://sso.example"), issuer("ftp://127.0.0.1"), issuer(other.URL + "?x"), issuer("https://"), issuer("x"),
				issuer("https://a:b@sso.example"), issuer("https://sso.example/#x")},
			unread: {issuer(other.URL + "/x"), issuer("https://127.0.0.1:1")},
			"invalid issuer: 这个签发者已经登记过":                    {issuer(w.peer.URL)},
			"invalid issuer: 那边公布的签发者与这里填的不一样，请一字不差地填，斜线也算": {issuer(other.URL + "/")},
			"invalid name: 请填登录页上显示的名称":                     {func(in *AddInput) { in.Name = " " }},
			"invalid scopes: 范围是英文词，用空格隔开":                  {func(in *AddInput) { in.Scopes = "手机" }},
			"invalid otp: 动态码不对，或者已经用过。请等下一个码再试":            {func(in *AddInput) { in.OTP = "" }},
			"invalid password: 密码不对":                        {func(in *AddInput) { in.Password = "x" }},
			"invalid issuer: 那边不支持授权码方式（code）":              {says(other, "response_types_supported", []string{"id_token"})},
			"invalid issuer: 那边不支持 PKCE 的 S256":             {says(other, "code_challenge_methods_supported", []string{"plain"})},
			"invalid issuer: 那边不收客户端密钥":                     {says(other, "token_endpoint_auth_methods_supported", []string{"none"})},
			"invalid issuer: 那边公布的地址不全，或者不是 https": {says(other, "token_endpoint", "http://sso.example/token"),
				says(other, "jwks_uri", nil)},
		} {
			for _, change := range list {
				other.doc = nil
				w.is(want, add(change), want)
			}
		}
		if n := w.count(`SELECT COUNT(*) FROM identity_provider`); n != 1 {
			t.Errorf("%d providers", n)
		}
		_, err := w.Add(w.by(w.somebody(auth.SecurityAdmin, whole, w.secret)), w.entered())
		w.is("who looks after accounts", err, "denied")
		_, err = w.Add(w.by(w.somebody(auth.SystemAdmin, 152502000000, w.secret)), w.entered())
		w.is("of one banner", err, "not_found")
	})
}

func issuer(text string) func(in *AddInput) { return func(in *AddInput) { in.Issuer = text } }

func says(p *peer, name string, v any) func(in *AddInput) {
	return func(*AddInput) { p.doc = func(d map[string]any) { put(name, v)(d) } }
}

// A provider is changed under its version; its secret is kept sealed and given to nobody; what is switched off lets nobody in.
func TestKeep(t *testing.T) {
	each(t, func(w *world) {
		owner := w.somebody(auth.Resident, 0, "")
		w.is("linked", w.links(owner, "u-1"), "")
		change := func(in ChangeInput) (Provider, error) {
			in.ID, in.Name, in.ClientID, in.Again = w.at.ID, "统一认证 2", clientID, w.again()
			return w.Change(w.by(w.admin), in)
		}
		_, err := change(ChangeInput{Version: w.at.Version - 1})
		w.is("an old version", err, "stale_version")
		p, err := change(ChangeInput{Version: w.at.Version})
		w.must(err)
		text, err := json.Marshal(p)
		w.must(err)
		if p.Name != "统一认证 2" || p.Anew || strings.Contains(string(text), "secret") || strings.Contains(string(p.Secret), clientSecret) {
			t.Errorf("%s", text)
		}
		_, err = w.enter("u-1")
		w.is("the old secret stays", err, "")
		p, err = change(ChangeInput{Version: p.Version, Details: Details{Secret: "another"}})
		w.must(err)
		_, err = w.enter("u-1")
		w.is("a wrong secret", err, "identity_failed")

		in := w.start()
		bare := w.entered()
		bare.Issuer, bare.ClientID, bare.Secret = newPeer(t).URL, "", ""
		early, err := w.Add(w.by(w.admin), bare)
		w.must(err)
		again := w.again()
		_, err = w.Switch(w.by(w.admin), SwitchInput{ID: early.ID, Version: early.Version, State: On, Again: again})
		w.is("before it knows us", err, "wrong_state: 先把回调地址登记给对方")
		again = w.again()
		p, err = w.Switch(w.by(w.admin), SwitchInput{ID: p.ID, Version: p.Version, State: Off, Again: again})
		w.must(err)
		again = w.again()
		_, err = w.Switch(w.by(w.admin), SwitchInput{ID: p.ID, Version: p.Version, State: Off, Again: again})
		w.is("twice", err, "wrong_state")
		_, err = w.Start(w.later(), StartInput{ID: p.ID})
		w.is("no start", err, "not_found")
		_, err = w.Arrive(w.later(), w.back(in, "u-1"), in.Box)
		w.is("no way back", err, "not_found")
		if doors, err := w.Doors(w.later()); err != nil || len(doors) != 0 {
			t.Errorf("%v %v", doors, err)
		}
	})
}

// Keys change at any time; a provider that does not answer shuts nobody out for longer than it is away; an inner address is not asked.
func TestProviderChanges(t *testing.T) {
	each(t, func(w *world) {
		owner := w.somebody(auth.Resident, 0, "")
		w.is("linked", w.links(owner, "u-1"), "")
		w.peer.rotate()
		_, err := w.enter("u-1")
		w.is("with new keys", err, "")

		fresh := func(inside ...string) *Service {
			return New(w.d, w.keys, w.accounts, w.guard(inside...), w.base)
		}
		_, err = fresh().Start(w.later(), StartInput{ID: w.at.ID})
		w.is("an inner address that nobody let through", err, "identity_down")
		s := fresh("127.0.0.0/8")
		w.peer.doc = func(d map[string]any) { d["authorization_response_iss_parameter_supported"] = true }
		l, err := s.Start(w.later(), StartInput{ID: w.at.ID})
		w.must(err)
		_, err = s.Arrive(w.later(), w.back(l, "u-1"), l.Box)
		w.is("it says that it names itself, and does not", err, "identity_wrong")

		in := w.start()
		w.peer.Close()
		_, err = w.Arrive(w.later(), w.back(in, "u-1"), in.Box)
		w.is("away", err, "identity_down")
		_, err = fresh("127.0.0.0/8").Start(w.later(), StartInput{ID: w.at.ID})
		w.is("still away", err, "identity_down")
	})
}
