package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"linli/internal/app/demo/manifest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/web"
)

var storyStart = time.Date(2026, 11, 24, 9, 0, 0, 0, time.FixedZone("", 8*3600))

// stage is a served demo with its manifest and its business clock.
type stage struct {
	*operator
	manifest.Manifest
	now    time.Time
	tokens map[string]string
	writes int // that were sent
}

// small is a small demo with its manifest.
var small = kitOf(func(run func(string, ...string) error, dir string) error {
	return run("", "demo", "--seed", "7", "--now", storyStart.Format(time.RFC3339), "--manifest", filepath.Join(dir, manifestFile))
})

const manifestFile = "manifest.json"

// newStage sets a copy of the small demo up.
func newStage(t *testing.T, url string) *stage {
	t.Helper()
	o := newOperator(t, small, url)
	s := &stage{operator: o, tokens: map[string]string{}}
	raw, err := os.ReadFile(filepath.Join(o.dir, manifestFile))
	if err == nil {
		err = json.Unmarshal(raw, &s.Manifest)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.at(storyStart)
	return s
}

// play serves the demo at the stage's clock.
func (s *stage) play() { s.start("--demo", "--clock-file", s.clockFile()) }

func (s *stage) clockFile() string { return filepath.Join(s.dir, "clock") }

// at sets the business clock and waits until the server has read it.
func (s *stage) at(now time.Time) {
	s.now = now
	if err := os.WriteFile(s.clockFile(), []byte(now.Format(time.RFC3339)), 0o600); err != nil {
		s.t.Fatal(err)
	}
	if s.serve != nil {
		desk := s.as(s.who(auth.StationManager, true))
		says := clock.Words(clock.At(s.t.Context(), now), now)
		eventually(s.t, func() bool { return strings.Contains(string(ask(s.base, desk, "GET", "/desk", "", "").body), says) })
	}
}

// who gives the first account of a role in the base community or the units above it, or elsewhere.
func (s *stage) who(role auth.Role, base bool) manifest.Account {
	s.t.Helper()
	for _, a := range s.Accounts {
		if a.Role == role && (a.Region.Contains(s.Base.Community)) == base {
			return a
		}
	}
	s.t.Fatalf("the manifest has no %s (base: %v)", role, base)
	return manifest.Account{}
}

// as signs an account in, once.
func (s *stage) as(a manifest.Account) string {
	s.t.Helper()
	if token := s.tokens[a.Login]; token != "" {
		return token
	}
	body := map[string]string{"login": a.Login, "password": a.Password}
	if a.TOTPSecret != "" {
		code, err := totp.GenerateCode(a.TOTPSecret, s.now)
		if err != nil {
			s.t.Fatal(err)
		}
		body["otp"] = code
	}
	raw, _ := json.Marshal(body)
	r := ask(s.base, "", "POST", "/api/v1/sessions", "", string(raw))
	if r.status != http.StatusCreated {
		s.t.Fatalf("%s %s signs in: %s", a.Role, a.Login, r)
	}
	s.tokens[a.Login] = r.text("token")
	return s.tokens[a.Login]
}

// do sends one write that has to succeed and gives its answer.
func (s *stage) do(a manifest.Account, path string, body map[string]any) reply {
	s.t.Helper()
	raw, _ := json.Marshal(body)
	s.writes++
	r := ask(s.base, s.as(a), "POST", path, fmt.Sprint("story-", s.writes), string(raw))
	if !r.ok() {
		s.t.Fatalf("%s: POST %s %s: %s", a.Role, path, raw, r)
	}
	return r
}

// see reads into out.
func (s *stage) see(a manifest.Account, path string, out any) {
	s.t.Helper()
	token := ""
	if a.Login != "" {
		token = s.as(a)
	}
	r := ask(s.base, token, "GET", path, "", "")
	if r.status != http.StatusOK {
		s.t.Fatalf("%s: GET %s: %s", a.Role, path, r)
	}
	if err := json.Unmarshal(r.body, out); err != nil {
		s.t.Fatal(err)
	}
}

// The main job through the real binary: a resident's need becomes a record that a stranger can check, on either database with equal data.
func TestStory(t *testing.T) {
	t.Parallel()
	digests := map[string]string{}
	small.EachURL(t, func(t *testing.T, url string) {
		s := newStage(t, url)
		digests[t.Name()] = s.must("", "digest")
		s.play()
		s.loop()
		s.stop()
		s.must("", "verify")
	})
	if sqlite, pg := digests["TestStory/sqlite"], digests["TestStory/postgres"]; sqlite == "" || sqlite != pg {
		t.Errorf("equal demos have the digests %q and %q", sqlite, pg)
	}
}

// stop ends the server as an operator does and waits for it.
func (s *stage) stop() {
	s.t.Helper()
	s.serve.Process.Signal(syscall.SIGTERM)
	if err := s.serve.Wait(); err != nil {
		s.t.Errorf("the server does not end well: %v", err)
	}
	s.serve = nil
}

type orderJSON struct {
	ID, No, State, Address string
	Version                int64
	ConfirmationCode       string `json:"confirmation_code"`
}

func (s *stage) loop() {
	t := s.t
	t.Helper()
	resident, manager, volunteer := s.who(auth.Resident, true), s.who(auth.StationManager, true), s.who(auth.Volunteer, true)
	from, till := s.now.Add(26*time.Hour), s.now.Add(28*time.Hour)

	id := s.do(resident, "/api/v1/orders", map[string]any{"catalogue_id": s.Catalogue[0], "title": "帮忙换灯泡", "detail": "客厅的灯不亮了",
		"region": s.Base.Community, "address": "三组 12 号", "window_start": from, "window_end": till, "channel": "web",
		"consent": "self"}).text("id")
	one := "/api/v1/orders/" + id
	var o orderJSON
	var list struct{ Items []orderJSON }
	s.see(manager, "/api/v1/orders?state=submitted", &list)
	if len(list.Items) == 0 || list.Items[0].ID != id {
		t.Errorf("the manager does not see the new order first: %+v", list)
	}
	s.see(manager, one, &o)
	s.do(manager, one+"/review", map[string]any{"decision": "accept", "version": o.Version})
	s.see(manager, one, &o)
	var who struct {
		Items []struct {
			VolunteerID    string `json:"volunteer_id"`
			RefusedBecause string `json:"refused_because"`
		}
	}
	s.see(manager, one+"/candidates", &who)
	suits := false
	for _, c := range who.Items {
		suits = suits || c.VolunteerID == volunteer.VolunteerID.String() && c.RefusedBecause == ""
	}
	if !suits {
		t.Errorf("volunteer %s is no candidate: %+v", volunteer.VolunteerID, who)
	}
	s.do(manager, one+"/dispatch", map[string]any{"volunteer_ids": []string{volunteer.VolunteerID.String()}, "version": o.Version})
	s.do(volunteer, one+"/accept", map[string]any{})
	s.see(volunteer, one, &o)
	if o.State != "accepted" || o.Address != "三组 12 号" {
		t.Errorf("who accepted does not see where to go: %+v", o)
	}
	s.at(from)
	s.do(volunteer, one+"/check-in", map[string]any{})
	s.at(from.Add(55 * time.Minute))
	s.do(volunteer, one+"/check-out", map[string]any{})
	s.see(resident, one, &o)
	if o.State != "served" || len(o.ConfirmationCode) != 6 {
		t.Fatalf("the resident holds no code: %+v", o)
	}
	s.do(resident, one+"/confirm", map[string]any{"evidence": "code", "code": o.ConfirmationCode})
	s.do(resident, one+"/evaluate", map[string]any{"rating": 5, "comment": "小伙子真热心"})
	s.certificate(volunteer, id)
}

// certificate looks for the record of the order, has it certified and checks it as a stranger.
func (s *stage) certificate(volunteer manifest.Account, orderID string) {
	t := s.t
	t.Helper()
	var records struct {
		Items []struct {
			OrderID string `json:"order_id"`
			Status  string
			Minutes int64
		}
	}
	s.see(volunteer, "/api/v1/volunteers/"+volunteer.VolunteerID.String()+"/records", &records)
	found := false
	for _, r := range records.Items {
		found = found || r.OrderID == orderID && r.Status == "counted" && r.Minutes == 55
	}
	if !found {
		t.Errorf("the 55 minutes are not counted: %+v", records)
	}
	day := s.now.Format(time.DateOnly)
	made := s.do(volunteer, "/api/v1/certificates", map[string]any{"volunteer_id": volunteer.VolunteerID, "from": day, "to": day})
	pdf := ask(s.base, s.as(volunteer), "GET", "/api/v1/certificates/"+made.text("no")+".pdf", "", "")
	if pdf.status != http.StatusOK || !strings.HasPrefix(string(pdf.body), "%PDF") {
		t.Errorf("no certificate to print: %d", pdf.status)
	}
	var proof struct {
		Status  string
		Minutes int64
	}
	s.see(manifest.Account{}, "/api/v1/verify/"+made.text("code"), &proof)
	if proof.Status != "valid" || proof.Minutes != 55 {
		t.Errorf("a stranger reads %+v", proof)
	}
}

// strangers are those who have no business in the base league.
var strangers = []auth.Role{auth.StationManager, auth.BannerOfficer, auth.Volunteer}

// Whoever has no business in the base league meets none of its canaries: on no page, list, export, search or guess. What a role may see is
// the same on both engines: on PostgreSQL one of them looks.
func TestCanaries(t *testing.T) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) { meetNone(t, small.SQLiteURL(t), strangers) })
	t.Run("postgres", func(t *testing.T) { meetNone(t, small.PostgresURL(t), strangers[:1]) })
}

// The same with all of them on PostgreSQL.
func TestDrillCanaries(t *testing.T) {
	if os.Getenv("LINLI_DRILL") == "" {
		return
	}
	meetNone(t, small.PostgresURL(t), strangers)
}

func meetNone(t *testing.T, url string, roles []auth.Role) {
	s := newStage(t, url)
	var routes []web.Route
	if err := json.Unmarshal([]byte(s.must("", "routes", "--json")), &routes); err != nil {
		t.Fatal(err)
	}
	s.play()
	programs := map[string]bool{} // operations that programs call
	for _, r := range routes {
		programs[r.Operation] = programs[r.Operation] || r.Method == http.MethodGet && r.Kind == web.KindJSON
	}
	seen, table := 0, auth.Table()
	for _, role := range roles {
		reader := s.who(role, false)
		for _, r := range routes {
			if r.Method != http.MethodGet || r.Kind == "stream" {
				continue
			}
			holds := r.Public || slices.ContainsFunc(table[r.Permission], func(x auth.Role) bool { return x == role || x == auth.Member })
			for _, path := range s.guesses(r, holds && (r.Kind == web.KindJSON || !programs[r.Operation])) {
				seen += s.meets(reader, path, false)
			}
		}
	}
	if seen > 0 {
		t.Errorf("%d canaries were met", seen)
	}
	manager := s.who(auth.StationManager, true)
	if n := s.meets(manager, "/api/v1/orders/"+s.objectOf("order"), true); n == 0 {
		t.Error("nobody meets a canary: this test would not notice one")
	}
}

// tries are the canaries that somebody looks for at one place: all of them where something is looked up. Who does not hold a route's
// permission is refused before that, whatever he looks for, and a page or a file gives what its operation gives to programs, where all are
// looked for: there it is one, another at each place, and all of them in the drill.
func (s *stage) tries(place int, all bool) []manifest.Canary {
	if all || os.Getenv("LINLI_DRILL") != "" {
		return s.Canaries
	}
	at := place % len(s.Canaries)
	return s.Canaries[at : at+1]
}

// guesses are what somebody could type for a route: its holes filled with every object that holds a canary; the base community, and
// each token in each field that takes text.
func (s *stage) guesses(r web.Route, all bool) (out []string) {
	path := strings.ReplaceAll(r.Path, "{$}", "")
	if !strings.Contains(path, "{") {
		out = append(out, path)
		if slices.Contains(r.Query, "region") {
			out = append(out, path+"?region="+s.Base.Community.String())
		}
		for i, field := range r.Texts {
			for _, c := range s.tries(len(path)+i, all) {
				out = append(out, path+"?"+field+"="+c.Token)
			}
		}
		return out
	}
	for _, c := range s.tries(len(path), all) {
		filled := path
		for strings.Contains(filled, "{") {
			i, j := strings.IndexByte(filled, '{'), strings.IndexByte(filled, '}')
			filled = filled[:i] + c.Object.String() + filled[j+1:]
		}
		out = append(out, filled)
	}
	return out
}

// meets counts the canaries that the reader finds under path, beside those that he typed himself.
func (s *stage) meets(reader manifest.Account, path string, may bool) (n int) {
	s.t.Helper()
	r := ask(s.base, s.as(reader), "GET", path, "", "")
	if r.status >= 500 || r.status == 0 {
		s.t.Errorf("%s: GET %s: %s", reader.Role, path, r)
	}
	typed := path[strings.LastIndexByte(path, '=')+1:]
	for _, c := range s.Canaries {
		if c.Token != typed && strings.Contains(string(r.body), c.Token) {
			n++
			if !may {
				s.t.Errorf("%s %s meets the %s of %s %s at %s", reader.Role, reader.Login, c.Field, c.Kind, c.Object, path)
			}
		}
	}
	return n
}

// objectOf is the id of an object of a kind that holds a canary.
func (s *stage) objectOf(kind string) string {
	for _, c := range s.Canaries {
		if c.Kind == kind {
			return c.Object.String()
		}
	}
	s.t.Fatalf("no canary in an %s", kind)
	return ""
}
