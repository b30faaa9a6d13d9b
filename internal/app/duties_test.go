package app_test

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	pngs "image/png"
	"maps"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode"

	"github.com/pquerna/otp/totp"
	"github.com/xuri/excelize/v2"

	"linli/internal/app"
	"linli/internal/app/demo"
	"linli/internal/app/demo/manifest"
	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

// duty says how one write operation is tried on things that exist. It stands in testdata/duties.txt of its area, a paragraph each:
//
//	catalogue.change                   the operation
//	by: town_officer                   who does it: an account of the demo at its base
//	row: SELECT id, version FROM …     the thing; its columns, and base places, are put for {names} in path and body
//	before: town_officer /api/v1/catalogue {…}   what is done first, JSON; the answer's fields join the columns of row ({items.0.id} too)
//	before: town_officer form /desk/imports {…}  the same by a form, or by reading: get /api/v1/account/totp
//	given: UPDATE job SET …            what the demo has not, and no operation makes
//	at: {window_start}                 the time at which all that stands below and the operation itself are done; by default the demo's
//	body: {"version": {version}, …}    right input; a file is {"name": …, "data": "{base64:text}"}, a small picture "{png}",
//	                                   a sheet "{xlsx}", a map of the leagues "{map}"
//	form: {"code": "{sms}"}            input of the form, where it is not that of the JSON
//	other: town_officer@elsewhere      who may do this, but not here; by default who does it, elsewhere
//	field: region                      the place is a field of the input: elsewhere it is refused there (422), not as unknown (404)
//	sees: volunteer                    who sees the thing and may not do this: 403
//	wrong: SELECT id, version FROM …   a thing in a state in which it is not the turn for it: 409 wrong_state
//	wrong: again                       the same thing once more, when it is done
//	left: elsewhere: …                 a duty that the operation does not have, with the reason
//
// Lines row, before, given and at take place in the order in which they stand, as often as they are needed. {login} and {password} are
// those of who does it, {otp:SECRET} a code of an authenticator ({totp} is his own secret), {sms} the code that was sent last, {issuer}
// a provider of sign-in.
//
// What needs no word is tried too: somebody of the same role elsewhere (404), an old version (409 stale_version), the same key twice
// (the same answer, one effect, one trail), the key with another body (422), and the form of the operation pressed twice (the same
// redirect, one effect).
type duty struct {
	operation string
	by, sees  string
	other     string
	field     string
	steps     [][2]string // row, before, given and at, in their order
	wrong     string
	body      string
	forms     string            // the body of the form
	left      map[string]string // duty → why the operation does not have it
}

// Duties that an operation may lack for a reason.
var leavable = []string{"elsewhere", "sees", "stale", "wrong", "json", "form", "trail"}

func readDuties(t *testing.T) (out []duty) {
	t.Helper()
	for part := range strings.SplitSeq(strings.TrimSpace(areaFiles(t, "duties.txt")), "\n\n") {
		out = append(out, readDuty(t, part))
	}
	return out
}

func readDuty(t *testing.T, text string) duty {
	t.Helper()
	d := duty{left: map[string]string{}}
	for line := range strings.SplitSeq(text, "\n") {
		name, rest, said := strings.Cut(line, ": ")
		switch {
		case strings.HasPrefix(line, "#"):
		case !said:
			d.operation = strings.TrimSpace(line)
		case name == "by":
			d.by = rest
		case name == "other":
			d.other = rest
		case name == "field":
			d.field = rest
		case name == "row" || name == "before" || name == "given" || name == "at":
			d.steps = append(d.steps, [2]string{name, rest})
		case name == "sees":
			d.sees = rest
		case name == "wrong":
			d.wrong = rest
		case name == "body":
			d.body = rest
		case name == "form":
			d.forms = rest
		case name == "left":
			which, why, _ := strings.Cut(rest, ": ")
			if why == "" || !slices.Contains(leavable, which) {
				t.Errorf("%s leaves %q without a reason", d.operation, rest)
			}
			d.left[which] = why
		default:
			t.Errorf("%s: %q is no line of a duty", d.operation, line)
		}
	}
	return d
}

// village is a demo with every kind of thing, made once and copied for each operation.
var village = struct {
	*dbtest.Template
	keys     *seal.Keys
	manifest manifest.Manifest
	mu       sync.Mutex
}{keys: seal.Ephemeral()}

var dutyTime = time.Date(2026, 11, 24, 12, 0, 0, 0, clock.Shanghai)

func init() {
	village.Template = dbtest.Filled(func(ctx context.Context, d *db.DB) error {
		ctx = clock.At(ctx, dutyTime)
		demo.Count(d, 1)
		if err := app.Stamp(ctx, d, true); err != nil {
			return err
		}
		if err := app.Seed(ctx, d); err != nil {
			return err
		}
		a, err := app.New(d, village.keys, config.Store{Data: folder("village")}, config.Server{Demo: true})
		if err != nil {
			return err
		}
		m, err := demo.Fill(ctx, a, demo.Scale{Name: "village", Stations: 3, Volunteers: 40, Residents: 20, Orders: 60, Rows: 60, Days: 30,
			Accounts: 2, OneTown: true}, 1, dutyTime)
		village.mu.Lock()
		village.manifest = m
		village.mu.Unlock()
		return err
	})
}

// stage is a copy of the village on which one operation is tried.
type stage struct {
	t    *testing.T
	d    *db.DB
	app  *app.App
	door *web.Router
	duty duty
	m    manifest.Manifest
	now  time.Time
	sent int

	counted string // how often minutes had come to count before
}

func newStage(t *testing.T, d *db.DB, x duty) *stage {
	t.Helper()
	s := &stage{t: t, d: d, duty: x, m: village.manifest, now: dutyTime}
	village.mu.Lock() // the schemas of inputs are made one after the other
	defer village.mu.Unlock()
	a, err := app.Assemble(d, village.keys, config.Store{Data: t.TempDir()}, config.Server{Demo: true, OutboxDir: t.TempDir(),
		Inside: []string{"127.0.0.0/8"}})
	if err != nil {
		t.Fatal(err)
	}
	s.app, s.door = a, web.New(web.Config{Auth: s, DB: d, Keys: village.keys, Demo: true})
	a.Mount(s.door)
	s.counted = s.one(counted)["n"]
	return s
}

// account is one of the demo by its role: the base's first, "role@elsewhere" the one of another league, "role@2" the base's third,
// "role@top" the first as if he were of the whole autonomous region.
func (s *stage) account(token string) (manifest.Account, bool) {
	role, where, _ := strings.Cut(token, "@")
	var list []manifest.Account
	for _, a := range s.m.Accounts {
		if a.Role == auth.Role(role) {
			list = append(list, a)
		}
	}
	at := 0
	if where == "top" && len(list) > 0 {
		list[0].Region = region.Top
	} else if where == "elsewhere" {
		at = len(list) - 1
	} else if where != "" {
		var err error
		if at, err = strconv.Atoi(where); err != nil {
			return manifest.Account{}, false
		}
	}
	if at < 0 || at >= len(list) {
		return manifest.Account{}, false
	}
	return list[at], true
}

// Authenticate knows the accounts of the demo, each in the session that he opened last.
func (s *stage) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	a, ok := s.account(token)
	if !ok {
		return auth.Actor{}, errs.ErrUnauthenticated
	}
	ids := s.one("SELECT a.id, (SELECT MAX(id) FROM session WHERE account_id = a.id) AS session FROM account a WHERE a.login = '" + a.Login +
		"'")
	id, err := strconv.ParseInt(ids["id"], 10, 64)
	if err != nil {
		return auth.Actor{}, err
	}
	session, _ := strconv.ParseInt(ids["session"], 10, 64)
	return auth.Actor{Account: db.ID(id), Session: db.ID(session), Person: a.PersonID, Name: a.Login,
		Grants: []auth.Grant{{Role: a.Role, Region: a.Region, Station: a.StationID}}}, nil
}

// one gives the first row of a query, column by column as text.
func (s *stage) one(query string) map[string]string {
	s.t.Helper()
	rows := s.rows(query)
	if len(rows) == 0 {
		s.t.Fatalf("%s: the demo has no such thing: %s", s.duty.operation, query)
	}
	return rows[0]
}

func (s *stage) rows(query string) (out []map[string]string) {
	s.t.Helper()
	err := s.d.Read(s.t.Context(), func(tx *db.Tx) error {
		rows, err := tx.Raw().QueryContext(s.t.Context(), s.fill(query, nil))
		if err != nil {
			return err
		}
		defer rows.Close()
		cols, err := rows.Columns()
		if err != nil {
			return err
		}
		types, err := rows.ColumnTypes()
		if err != nil {
			return err
		}
		for rows.Next() {
			values, at := make([]any, len(cols)), make([]any, len(cols))
			for i := range values {
				at[i] = &values[i]
			}
			if err := rows.Scan(at...); err != nil {
				return err
			}
			row := map[string]string{}
			for i, c := range cols {
				row[c] = cell(values[i], types[i].DatabaseTypeName())
			}
			out = append(out, row)
		}
		return rows.Err()
	})
	if err != nil {
		s.t.Fatalf("%s: %v", s.duty.operation, err)
	}
	return out
}

// cell says a value of either engine as text: SQLite keeps times as microseconds.
func cell(v any, kind string) string {
	switch v := v.(type) {
	case time.Time:
		return v.In(clock.Shanghai).Format(time.RFC3339)
	case int64:
		if kind == "TIMESTAMP" {
			return time.UnixMicro(v).In(clock.Shanghai).Format(time.RFC3339)
		}
	case []byte:
		return string(v)
	}
	return fmt.Sprint(v)
}

// fill puts the columns of a row and the places of the demo's base for their {names}.
func (s *stage) fill(text string, row map[string]string) string {
	b := s.m.Base
	pairs := []string{"{league}", b.League.String(), "{banner}", b.Banner.String(), "{town}", b.Town.String(), "{community}",
		b.Community.String(), "{station}", b.Station.String(), "{today}", clock.DayOf(dutyTime).String(), "{day}",
		strconv.FormatInt(int64(clock.DayOf(dutyTime)), 10), "{png}", png, "{xlsx}", xlsx, "{map}", outlines}
	by, _ := s.account(s.duty.by)
	pairs = append(pairs, "{login}", by.Login, "{password}", by.Password, "{totp}", by.TOTPSecret, "{issuer}", issuer())
	pairs = append(pairs, standins(row)...)
	if strings.Contains(text, "{sms}") {
		pairs = append(pairs, "{sms}", s.sms())
	}
	text = strings.NewReplacer(pairs...).Replace(text)
	text = asCode.ReplaceAllStringFunc(text, func(found string) string {
		code, err := totp.GenerateCode(strings.ReplaceAll(asCode.FindStringSubmatch(found)[1], " ", ""), s.now)
		if err != nil {
			s.t.Fatal(err)
		}
		return code
	})
	return asFile.ReplaceAllStringFunc(text, func(s string) string {
		inner := strings.ReplaceAll(asFile.FindStringSubmatch(s)[1], `\n`, "\n")
		return base64.StdEncoding.EncodeToString([]byte(inner))
	})
}

// issuer is a provider of sign-in that has published what it is, and does nothing else.
var issuer = sync.OnceValue(func() string {
	var s *httptest.Server
	s = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%[1]q,"token_endpoint":%[1]q,"jwks_uri":%[1]q,"response_types_supported":["code"]}`,
			s.URL)
	}))
	return s.URL
})

// standins gives what stands for the names of a row's columns.
func standins(row map[string]string) (pairs []string) {
	for name, v := range row {
		pairs = append(pairs, "{"+name+"}", v)
	}
	return pairs
}

var (
	asFile = regexp.MustCompile(`{base64:([^}]*)}`)
	asCode = regexp.MustCompile(`{otp:([^}]*)}`)
	digits = regexp.MustCompile(`\d{6}`)
)

// sms is the code that was sent last.
func (s *stage) sms() string {
	s.t.Helper()
	last := s.one("SELECT id, body FROM notify_outbox WHERE channel = 'sms' AND body IS NOT NULL ORDER BY id DESC")
	id, err := strconv.ParseInt(last["id"], 10, 64)
	if err != nil {
		s.t.Fatal(err)
	}
	text, err := village.keys.Open([]byte(last["body"]), seal.At("notify_outbox", "body", id))
	if err != nil {
		s.t.Fatal(err)
	}
	var sent struct{ Text string }
	if err := json.Unmarshal(text, &sent); err != nil {
		s.t.Fatal(err)
	}
	return digits.FindString(sent.Text)
}

// xlsx is a sheet with a heading and a row.
var xlsx = func() string {
	f := excelize.NewFile()
	defer f.Close()
	if err := f.SetSheetRow("Sheet1", "A1", &[]string{"序号", "地方"}); err != nil {
		panic(err)
	}
	out, err := f.WriteToBuffer()
	if err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(out.Bytes())
}()

// outlines is a map of the leagues, each a square.
var outlines = func() string {
	var list []string
	for i, code := range strings.Fields("150100 150200 150300 150400 150500 150600 150700 150800 150900 152200 152500 152900") {
		x := 98 + 2*i
		list = append(list, fmt.Sprintf(`{"type":"Feature","properties":{"code":"%s"},"geometry":{"type":"Polygon","coordinates":`+
			`[[[%d,42],[%d,42],[%d,43],[%d,43],[%d,42]]]}}`, code, x, x+1, x+1, x, x))
	}
	return base64.StdEncoding.EncodeToString([]byte(`{"type":"FeatureCollection","features":[` + strings.Join(list, ",") + `]}`))
}()

// png is a small picture.
var png = func() string {
	var out bytes.Buffer
	if err := pngs.Encode(&out, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err)
	}
	return base64.StdEncoding.EncodeToString(out.Bytes())
}()

// send posts body to a route as somebody, under a key.
func (s *stage) send(r web.Route, row map[string]string, as, body, key string) *httptest.ResponseRecorder {
	s.t.Helper()
	s.sent++
	kind := "application/json"
	if r.Kind == web.KindForm {
		body, kind = asForm(s.t, body)
	}
	path := s.fill(strings.NewReplacer(standins(row)...).Replace(r.Path), nil) // what the route calls {day} or {station} is the row's
	req := httptest.NewRequest(cmp.Or(r.Method, http.MethodPost), path, strings.NewReader(body))
	req = req.WithContext(clock.At(req.Context(), s.now))
	req.RemoteAddr = fmt.Sprintf("10.0.%d.%d:1", s.sent>>8, s.sent&255)
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Idempotency-Key", key)
	req.Header.Set("Authorization", "Bearer "+as)
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: as})
	w := httptest.NewRecorder()
	s.door.ServeHTTP(w, req)
	return w
}

// asForm says a JSON object as a browser sends it: with a file it is sent in parts.
func asForm(t *testing.T, body string) (form, kind string) {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	var out bytes.Buffer
	parts, plain := multipart.NewWriter(&out), url.Values{}
	files := false
	var add func(name string, v any)
	add = func(name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			if data, is := v["data"].(string); is {
				files = true
				raw, err := base64.StdEncoding.DecodeString(data)
				if err != nil {
					t.Fatal(err)
				}
				w, _ := parts.CreateFormFile(name, fmt.Sprint(v["name"]))
				w.Write(raw)
				return
			}
			for k, x := range v {
				add(strings.TrimPrefix(name+"."+k, "."), x)
			}
		case []any:
			for i, x := range v {
				if _, deep := x.(map[string]any); deep {
					add(name+"."+strconv.Itoa(i), x)
				} else {
					add(name, x)
				}
			}
		case float64:
			add(name, strconv.FormatFloat(v, 'f', -1, 64))
		case nil:
		default:
			plain.Add(name, fmt.Sprint(v))
		}
	}
	add("", v)
	if !files {
		return plain.Encode(), "application/x-www-form-urlencoded"
	}
	for name, list := range plain {
		for _, x := range list {
			parts.WriteField(name, x)
		}
	}
	parts.Close()
	return out.String(), parts.FormDataContentType()
}

// set gives the thing on which the operation is tried, after what is done first.
func (s *stage) set() map[string]string {
	s.t.Helper()
	row := map[string]string{}
	for i, step := range s.duty.steps {
		switch step[0] {
		case "row":
			maps.Copy(row, s.one(s.fill(step[1], row)))
		case "at":
			at, err := time.Parse(time.RFC3339, s.fill(step[1], row))
			if err != nil {
				s.t.Fatal(err)
			}
			s.now = at.In(clock.Shanghai)
		case "given":
			err := s.d.Write(s.t.Context(), func(tx *db.Tx) error {
				_, err := tx.Raw().ExecContext(s.t.Context(), s.fill(step[1], row))
				return err
			})
			if err != nil {
				s.t.Fatalf("%s: %v", s.duty.operation, err)
			}
		default:
			s.first(step[1], row, "before-"+strconv.Itoa(i))
		}
	}
	return row
}

// first does what is done first; the fields of the answer join row.
func (s *stage) first(step string, row map[string]string, key string) {
	s.t.Helper()
	as, rest, _ := strings.Cut(step, " ")
	r := web.Route{Method: http.MethodPost, Kind: web.KindJSON}
	if after, is := strings.CutPrefix(rest, "form "); is {
		r.Kind, rest = web.KindForm, after
	} else if after, is := strings.CutPrefix(rest, "get "); is {
		r.Method, rest = http.MethodGet, after
	}
	path, body, _ := strings.Cut(rest, " ")
	r.Path = path
	w := s.send(r, row, as, s.fill(body, row), key)
	if r.Kind == web.KindForm && w.Code == http.StatusSeeOther {
		return
	}
	var answer any
	if err := json.Unmarshal([]byte(cmp.Or(w.Body.String(), "{}")), &answer); err != nil || w.Code/100 != 2 {
		s.t.Fatalf("%s before: %s: %d %.300s", s.duty.operation, step, w.Code, cmp.Or(problems(w.Body.String()), w.Body.String()))
	}
	flatten(row, "", answer)
}

// flatten puts what stands in an answer into row, by dotted names.
func flatten(row map[string]string, name string, v any) {
	switch v := v.(type) {
	case map[string]any:
		for k, x := range v {
			flatten(row, strings.TrimPrefix(name+"."+k, "."), x)
		}
	case []any:
		for i, x := range v {
			flatten(row, name+"."+strconv.Itoa(i), x)
		}
	case string:
		row[name] = v
	case float64:
		row[name] = strconv.FormatFloat(v, 'f', -1, 64)
	}
}

func (s *stage) trail() int64 {
	n, _ := strconv.ParseInt(s.one("SELECT COUNT(*) AS n FROM audit")["n"], 10, 64)
	return n
}

// refused expects a refusal of a status and code, without a trace.
func (s *stage) refused(what string, w *httptest.ResponseRecorder, status int, code string) {
	s.t.Helper()
	if w.Code != status || code != "" && !strings.Contains(w.Body.String(), "urn:linli:problem:"+code+`"`) {
		s.t.Errorf("%s %s: %d %.300s, not %d %s", s.duty.operation, what, w.Code, w.Body, status, code)
	}
}

// elsewhere expects the refusal of who may do this, but not here: there is no such thing, or the field that names the place says so.
func (s *stage) elsewhere(w *httptest.ResponseRecorder) {
	s.t.Helper()
	if s.duty.field == "" {
		s.refused("elsewhere", w, http.StatusNotFound, "not_found")
		return
	}
	s.refused("elsewhere", w, http.StatusUnprocessableEntity, "invalid")
	if at := `"errors":[{"location":"body.` + s.duty.field + `"`; !strings.Contains(w.Body.String(), at) {
		s.t.Errorf("%s elsewhere: %.300s, not at %s", s.duty.operation, w.Body, s.duty.field)
	}
}

func (s *stage) json(r web.Route) {
	x := s.duty
	row := s.set()
	body, before := s.fill(x.body, row), s.trail()
	if x.left["elsewhere"] == "" {
		s.elsewhere(s.send(r, row, cmp.Or(x.other, x.by+"@elsewhere"), body, "a"))
	}
	if x.sees != "" {
		s.refused("by "+x.sees, s.send(r, row, x.sees, body, "b"), http.StatusForbidden, "denied")
	}
	if v := row["version"]; strings.Contains(x.body, "{version}") && x.left["stale"] == "" {
		n, _ := strconv.Atoi(v)
		row["version"] = strconv.Itoa(n + 7)
		s.refused("under an old version", s.send(r, row, x.by, s.fill(x.body, row), "c"), http.StatusConflict, "stale_version")
		row["version"] = v
	}
	if x.wrong != "" && x.wrong != "again" {
		other := maps.Clone(row)
		maps.Copy(other, s.one(s.fill(x.wrong, row)))
		s.refused("in a wrong state", s.send(r, other, x.by, s.fill(x.body, other), "d"), http.StatusConflict, "wrong_state")
	}
	if n := s.trail(); n != before {
		s.t.Errorf("%s: refusals left %d entries in the trail", x.operation, n-before)
	}
	first := s.send(r, row, x.by, body, "e")
	if first.Code/100 != 2 {
		s.t.Errorf("%s: %d %.400s", x.operation, first.Code, first.Body)
		return
	}
	done := s.trail()
	if done == before && x.left["trail"] == "" {
		s.t.Errorf("%s left no trail", x.operation)
	}
	again := s.send(r, row, x.by, body, "e")
	if again.Code != first.Code || again.Body.String() != first.Body.String() {
		one, other := apart(first.Body.String(), again.Body.String())
		s.t.Errorf("%s the second time: %d %.300s\n not %d %.300s", x.operation, again.Code, other, first.Code, one)
	}
	if n := s.trail(); n != done {
		s.t.Errorf("%s the second time left %d more entries in the trail", x.operation, n-done)
	}
	if other := another(s.t, body); other != "" {
		s.refused("with another body under the key", s.send(r, row, x.by, other, "e"), http.StatusUnprocessableEntity, "idempotency_conflict")
	}
	if x.wrong == "again" {
		if n, err := strconv.Atoi(row["version"]); err == nil {
			row["version"] = strconv.Itoa(n + 1)
		}
		s.refused("once more", s.send(r, row, x.by, s.fill(x.body, row), "g"), http.StatusConflict, "wrong_state")
	}
}

// apart gives two texts from just before where they differ.
func apart(a, b string) (string, string) {
	at := 0
	for at < min(len(a), len(b)) && a[at] == b[at] {
		at++
	}
	at = max(at-40, 0)
	return a[at:], b[at:]
}

// another is a body that differs in a number or a text, or "" when there is none.
func another(t *testing.T, body string) string {
	t.Helper()
	fields := map[string]any{}
	if err := json.Unmarshal([]byte(cmp.Or(body, "{}")), &fields); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		switch v := fields[name].(type) {
		case float64:
			fields[name] = v + 1
		case string:
			if !strings.ContainsFunc(v, func(r rune) bool { return r > unicode.MaxLatin1 }) {
				continue
			}
			fields[name] = v + "也"
		default:
			continue
		}
		raw, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	return ""
}

func (s *stage) form(r web.Route) {
	x := s.duty
	row := s.set()
	body := s.fill(cmp.Or(x.forms, x.body, "{}"), row)
	first := s.send(r, row, x.by, body, "f")
	to := first.Header().Get("Location")
	if first.Code != http.StatusSeeOther || to == "/sign-in" || strings.HasPrefix(to, "/sign-in?") {
		s.t.Errorf("%s as a form: %d %s %.600s", x.operation, first.Code, to, problems(first.Body.String()))
		return
	}
	done := s.trail()
	again := s.send(r, row, x.by, body, "f")
	if again.Code != first.Code || again.Header().Get("Location") != to || s.trail() != done {
		s.t.Errorf("%s pressed twice: %d to %s, not %d to %s; %d more entries in the trail", x.operation, again.Code,
			again.Header().Get("Location"), first.Code, to, s.trail()-done)
	}
}

// problems are the errors that a refused form shows.
func problems(page string) string {
	var out []string
	for _, mark := range []string{`class="error`, `role="alert"`} {
		for rest := page; ; {
			_, after, found := strings.Cut(rest, mark)
			if !found {
				break
			}
			out = append(out, after[:min(len(after), 200)])
			rest = after
		}
	}
	return strings.Join(out, " … ")
}

// Every write operation keeps its duties on things that exist.
func TestDuties(t *testing.T) {
	duties := readDuties(t)
	known := map[string]bool{}
	routes := facesOf(program(t, seeded.SQLite(t)).Router)
	for _, x := range duties {
		known[x.operation] = true
		f := routes[x.operation]
		if f == nil {
			t.Errorf("no route has the operation %s", x.operation)
			continue
		}
		t.Run(x.operation, func(t *testing.T) {
			t.Parallel()
			d := village.SQLite(t)
			for _, r := range f.json {
				if r.Method == http.MethodPost && x.left["json"] == "" {
					s := newStage(t, d, x)
					s.json(r)
					s.noResult()
					s.twoHands()
					break
				}
			}
			for _, r := range f.html {
				if r.Kind == web.KindForm && x.left["form"] == "" {
					s := newStage(t, village.SQLite(t), x)
					s.form(r)
					s.noResult()
					s.twoHands()
					break
				}
			}
		})
	}
	for op, f := range routes {
		writes := slices.ContainsFunc(append(f.json, f.html...), func(r web.Route) bool { return r.Method == http.MethodPost })
		if writes && !known[op] {
			t.Errorf("%s has no duties: say in testdata/duties.txt of its area how it is tried", op)
		}
	}
}
