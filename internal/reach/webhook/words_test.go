package webhook

import (
	"slices"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/reach/access"
)

// Each type says where its thing is read; a key reads what is somebody's own only with the scope for it.
func TestTypes(t *testing.T) {
	for kind, c := range map[string]struct {
		path string
		own  bool
	}{
		RecordCounted: {"/api/v1/records/7", true}, RecordChanged: {"/api/v1/records/7", true}, RecordRevoked: {"/api/v1/records/7", true},
		CertificateIssued: {"/api/v1/certificates", true}, CertificateChanged: {"/api/v1/certificates", true},
		ActivityPublished: {"/api/v1/public/activities/7", false}, ActivityChanged: {"/api/v1/public/activities/7", false},
		ActivityCancelled: {"/api/v1/public/activities/7", false}, StationChanged: {"/api/v1/stations/7", false},
		Test: {"/api/v1/webhooks", false},
	} {
		if got := reads(kind, 7); got != c.path {
			t.Errorf("%s is read at %s", kind, got)
		}
		for scope, want := range map[string]bool{"records": true, "public": !c.own} {
			if got := readable(access.Key{Scopes: []string{"figures", scope}}, []string{StationChanged, kind}); got != want {
				t.Errorf("%s by a key for %s: %v", kind, scope, got)
			}
		}
		e := Endpoint{Types: []string{kind}}
		other := map[bool]string{true: StationChanged, false: RecordCounted}[kind != StationChanged]
		if !e.asks(kind) || !e.asks(Test) || e.asks(other) {
			t.Errorf("what asks for %s", kind)
		}
	}
	want := []string{ActivityPublished, ActivityChanged, ActivityCancelled, StationChanged, RecordCounted, RecordChanged, RecordRevoked,
		CertificateIssued, CertificateChanged}
	if got := types.Codes(); !slices.Equal(got, want) || !slices.Equal(allTypes.Codes(), append(want, Test)) {
		t.Errorf("%v", got)
	}
}

// How an endpoint does is said in words, and only what there is to say.
func TestFares(t *testing.T) {
	at := time.Date(2026, 11, 24, 9, 0, 0, 0, clock.Shanghai)
	ctx := t.Context()
	when := clock.Words(ctx, at)
	for _, c := range []struct {
		w    Watched
		want []string
	}{
		{Watched{}, []string{"还没有送到过"}},
		{Watched{SentAt: &at}, []string{"最近送到：" + when}},
		{Watched{FailingSince: &at, Waiting: 1, Failed: 1}, []string{"还没有送到过", when + "起一条也没送到", "1 条等着送", "1 条没送到、不再试"}},
		{Watched{Waiting: 1200}, []string{"还没有送到过", "1200 条等着送"}},
	} {
		if got := c.w.fares(ctx); !slices.Equal(got, c.want) {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	for _, c := range []struct {
		a    Attempt
		want string
	}{{Attempt{At: at, Outcome: "ok", Status: 200, Millis: 12}, when + "，收下了 200，12 毫秒"},
		{Attempt{At: at, Outcome: "timeout", Millis: 1}, when + "，过了时限没有回答，1 毫秒"}} {
		if got := c.a.result(ctx); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
	e := Endpoint{URL: "https://a.example:8443/s?x", Version: 3, KeyID: 9, Types: []string{StationChanged, RecordCounted}}
	if e.host() != "a.example:8443" || versionOf(e) != "3" || keyOf(e) != "9" || keyOf(Endpoint{}) != "" ||
		(Endpoint{URL: "%"}).host() != "" ||
		sealedFor(1, 2) != "webhook made 1 2" || regionText(0) != "" || regionText(auth.Region(152502200200)) != "152502200200" ||
		(Watched{Types: e.Types, Version: 4}).asked() != "公开：站点设立、暂停、搬迁、撤销；我的：服务时长计入了" || (Watched{Version: 4}).version() != "4" {
		t.Error("what pages say of an endpoint")
	}
	if got := keyOptions([]access.Key{{ID: 5, Name: "大屏", Hint: "abcd"}}); len(got) != 1 || got[0].Value != "5" ||
		got[0].Label != "大屏（尾号 abcd）" {
		t.Errorf("%+v", got)
	}
}
