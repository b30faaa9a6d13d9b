package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/civic/appointment"
	"linli/internal/civic/person"
	"linli/internal/oversight/award"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/reach/batch"
	"linli/internal/reach/inbound"
)

// notice is a demo in which a selection of volunteers, besides the demo's own, is before the public.
type notice struct {
	*operator
	app       *app.App
	town      auth.Region
	community auth.Region
	manager   context.Context
	publisher context.Context // who did not put the list before the public
	selection award.Campaign
	nominees  []nominee
	source    inbound.SourceDetail
	day       int // 0 the first, 1 the last
	now       time.Time
	doing     string
}

// nominee is a volunteer whom commands brought, and who is to be chosen.
type nominee struct {
	register
	name       string
	nomination db.ID
}

// register is what the register of volunteers knows.
type register struct {
	No       string
	ID       db.ID
	PersonID db.ID
}

var (
	registered = db.Query[register](`SELECT v.no, v.id, v.person_id FROM volunteer v JOIN person p ON p.id = v.person_id
		WHERE v.region = $1 AND p.name = $2`)
	bare = db.Query[auth.Region](`SELECT code FROM region r WHERE valid_to = 99991231 AND code / 1000 = $1 AND code % 1000 > 0
		AND NOT EXISTS (SELECT 1 FROM station s WHERE s.region = r.code) ORDER BY code LIMIT 1`)
	logged  = db.Query[string](`SELECT object || '/' || object_id FROM log_entry ORDER BY position LIMIT 1`)
	results = db.Query[int64](`SELECT COUNT(*) FROM award a LEFT JOIN award_nomination n ON n.award_id = a.id WHERE a.state = 'published'
		OR a.result_day <> 0 OR n.state = 'awarded' OR n.no <> ''`)
)

// oneOf asks the database.
func oneOf[T any](n *notice, q *db.Rows[T], args ...any) T {
	n.t.Helper()
	return oneIn(n, n.app, q, args...)
}

func oneIn[T any](n *notice, a *app.App, q *db.Rows[T], args ...any) (out T) {
	n.t.Helper()
	n.check(a.DB.Read(n.ctx(), func(tx *db.Tx) (err error) {
		out, err = q.One(n.ctx(), tx, args...)
		return err
	}))
	return out
}

func newNotice(t *testing.T, url string) *notice {
	s := newStage(t, url)
	n := &notice{operator: s.operator, town: s.Base.Town, community: s.Base.Community, now: storyStart, doing: "the demo"}
	n.app = n.open(n.db, n.dir)
	n.people()
	n.selects()
	n.none(n.app)
	return n
}

// begin sets the clock of the commands, and of who looks.
func (n *notice) begin(day int, at clock.Day) {
	n.day, n.now = day, at.Time().Add(9*time.Hour)
	if err := os.WriteFile(n.file("clock"), []byte(n.now.Format(time.RFC3339)), 0o600); err != nil {
		n.t.Fatal(err)
	}
}

func (n *notice) ctx() context.Context { return clock.At(auth.AsSystem(n.t.Context(), "test"), n.now) }

func (n *notice) check(err error) {
	n.t.Helper()
	if err != nil {
		n.t.Fatalf("%s, %s: %v", n.doing, n.now, err)
	}
}

// file is a name in the folder, another each day.
func (n *notice) file(name string) string {
	return filepath.Join(n.dir, fmt.Sprint("day", n.day, "-", name))
}

func (n *notice) login() string { return fmt.Sprint("early", n.day) }

// run runs a command at the business time.
func (n *notice) run(stdin string, args ...string) (string, error) {
	cmd := command(n.db, n.dir, args...)
	cmd.Env, cmd.Stdin = append(cmd.Env, nowName+"="+n.now.Format(time.RFC3339)), strings.NewReader(stdin)
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// must runs a command that has to succeed.
func (n *notice) must(stdin string, args ...string) string {
	n.t.Helper()
	out, err := n.run(stdin, args...)
	if err != nil {
		n.t.Fatalf("linli %q, %s: %v\n%s", args, n.now, err, out)
	}
	return out
}

// refuses runs a command that has nothing to do here.
func (n *notice) refuses(words string, args ...string) {
	n.t.Helper()
	if out, err := n.run("", args...); err == nil || !strings.Contains(out, words) {
		n.t.Errorf("linli %q: %v, without %s:\n%s", args, err, words, out)
	}
}

// open opens a database in this process as a command does.
func (n *notice) open(url, dir string) *app.App {
	n.t.Helper()
	return inProcess(n.ctx(), n.t, config.Store{DB: url, Data: dir})
}

// inProcess opens a demo in this process as a command does.
func inProcess(ctx context.Context, t *testing.T, store config.Store) *app.App {
	t.Helper()
	d, keys, err := app.Open(ctx, store, "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	var a *app.App
	if err = app.Prepare(ctx, d, keys, store, true); err == nil {
		a, err = app.New(d, keys, store, config.Server{Demo: true})
	}
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// table writes a table for import.
func (n *notice) table(name string, lines ...string) string {
	n.t.Helper()
	n.check(os.WriteFile(n.file(name), []byte(strings.Join(lines, "\n")+"\n"), 0o600))
	return n.file(name)
}

// imported brings rows in by the command and says that they are there.
func (n *notice) imported(kind string, lines ...string) {
	n.t.Helper()
	out := n.must("", "import", kind, n.table(kind+".csv", lines...), "--demo")
	if want := fmt.Sprintf("已导入 %d 行", len(lines)-1); !strings.Contains(out, want) {
		n.t.Errorf("import %s says %q", kind, out)
	}
}

// imports brings in rows of each register; the hours are those of whom is before the public.
func (n *notice) imports() {
	at := n.community.String()
	free := oneOf(n, bare, int64(n.town)/1000)
	n.imported("people", "姓名,区划代码,电话,同意方式", fmt.Sprintf("其木格,%s,1390000780%d,口头", at, n.day))
	n.imported("volunteers", "姓名,性别,出生日期,区划代码,电话,身份,同意方式", fmt.Sprintf("阿茹娜,女,1990-02-0%d,%s,1390000781%d,居民,口头",
		n.day+1, at, n.day))
	n.imported("stations", "站或点,区划代码,地址,电话,纬度,经度", fmt.Sprintf("站,%s,村部一楼,0479-8200000,41.9,115.3", free))
	n.imported("records", "志愿者编号,姓名,区划代码,活动名称,类别,开始,结束,地点,服务内容,记录单位,负责人",
		fmt.Sprintf("%s,%s,%s,助学帮扶,education,2026-10-1%d 08:00,2026-10-1%d 09:30,村部,辅导作业,村委会,王主任", n.last().No, n.last().name,
			at, n.day, n.day))
}

// people brings in those who are going to be nominated.
func (n *notice) people() {
	lines := []string{"姓名,性别,出生日期,区划代码,电话,身份,同意方式"}
	for i, name := range []string{"乌日娜", "哈斯额尔敦", "萨仁高娃"} {
		lines = append(lines, fmt.Sprintf("%s,,1980-01-1%d,%s,1390000770%d,居民,口头", name, i, n.community, i))
		n.nominees = append(n.nominees, nominee{name: name})
	}
	n.imported("volunteers", lines...)
	for i := range n.nominees {
		who := &n.nominees[i]
		who.register = oneOf(n, registered, n.community, who.name)
	}
}

// nominee is one of those who are before the public, another each day; the last of them stays.
func (n *notice) nominee() nominee { return n.nominees[n.day] }

func (n *notice) last() nominee { return n.nominees[len(n.nominees)-1] }

// pair gives the first two who hold a role.
func (n *notice) pair(role auth.Role, at auth.Region) (first, second context.Context) {
	n.t.Helper()
	first, second, there, err := appointment.Pair(n.ctx(), n.app.DB, role, at)
	n.check(err)
	if !there {
		n.t.Fatalf("no two of %s", role)
	}
	return first, second
}

// selects brings a selection of those people before the public, and registers from whom batches come.
func (n *notice) selects() {
	banner := n.town.At(auth.LevelBanner)
	manager, _ := n.pair(auth.StationManager, n.community)
	town, _ := n.pair(auth.TownOfficer, n.town)
	first, second := n.pair(auth.BannerOfficer, banner)
	n.manager, n.publisher = manager, second
	var err error
	today := clock.DayOf(n.now)
	n.selection, err = n.app.Award.Create(first, award.CreateInput{Title: "最美志愿者推荐", Mode: award.Recommend, From: today, To: today.AddDays(20),
		Categories: []award.CategoryInput{{Kind: award.Volunteer, Name: "最美志愿者", Winners: 5, QuotaStation: 5}}})
	n.check(err)
	for i := range n.nominees {
		who := &n.nominees[i]
		_, err = n.app.Person.RecordConsent(manager, person.ConsentInput{ID: who.PersonID, Purpose: person.PurposePublish, How: person.ByPaper})
		n.check(err)
		x, err := n.app.Award.Nominate(manager, award.NominateInput{ID: n.selection.ID, Category: 1, VolunteerID: who.ID,
			Case: award.Case{Story: "冬天送煤三年", Exception: "村委会的登记"}})
		for _, above := range []context.Context{town, second} {
			n.check(err)
			x, err = n.app.Award.Advance(above, award.AdvanceInput{ID: x.ID, Version: x.Version, Opinion: "同意"})
		}
		n.check(err)
		who.nomination = x.ID
	}
	n.selection, err = n.app.Award.Notice(first, award.MoveInput{ID: n.selection.ID, Version: n.selection.Version})
	n.check(err)
	n.source, err = n.app.Inbound.Register(first, inbound.RegisterInput{Platform: "beijiang", Name: "北疆", Installation: "platform-1"})
	n.check(err)
	n.source, err = n.app.Inbound.AddKey(first, inbound.KeyInput{ID: n.source.ID,
		PublicKey: base64.StdEncoding.EncodeToString(platform.Public()), From: today, Until: today.AddDays(100)})
	n.check(err)
	n.source, err = n.app.Inbound.ConfirmKey(second, inbound.ConfirmInput{ID: n.source.Keys[0].ID, Version: 1, Decision: "confirm"})
	n.check(err)
}

// signer signs for a platform.
type signer struct{ ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey  { return s.PrivateKey.Public().(ed25519.PublicKey) }
func (s signer) Sign(message []byte) []byte { return ed25519.Sign(s.PrivateKey, message) }

var platform = signer{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))}

// receives takes in a batch in which another platform commends whom is before the public.
func (n *notice) receives() {
	var out bytes.Buffer
	changed, day := n.now.Format(time.RFC3339), clock.DayOf(n.now).String()
	w, err := batch.NewWriter(&out, false, map[string]any{"batch": fmt.Sprint("B-", n.day), "installation": "platform-1", "platform": "linli",
		"unit": "别处的社区", "region": n.town.At(auth.LevelBanner).String(), "from": day, "to": day, "made_at": changed, "persons": 1, "services": 0,
		"trainings": 0, "commendations": 1, "evaluations": 0})
	n.check(err)
	n.check(w.Add(batch.Person, map[string]any{"id": "p1", "name": n.nominee().name, "phone": fmt.Sprint("1390000770", n.day),
		"region": n.community.String(), "ground": "consent", "changed_at": changed}))
	n.check(w.Add(batch.Commendation, map[string]any{"id": "c1", "person": "p1", "title": "最美志愿者", "unit": "旗委社会工作部", "day": day,
		"document": "旗发〔2026〕9号", "changed_at": changed}))
	n.check(w.Close(platform))
	n.check(os.WriteFile(n.file("batch.jsonl"), out.Bytes(), 0o600))
	n.must("", "exchange", "check", n.file("batch.jsonl"))
	n.must("", "exchange", "receive", n.file("batch.jsonl"), "--source", n.source.ID.String(), "--demo")
}

// erases erases one who is before the public; he was on the list, and is not any more.
func (n *notice) erases() {
	who := n.nominee()
	if said := n.page(n.app, n.face()); !strings.Contains(said, who.name) {
		n.t.Errorf("%s is not before the public", who.name)
	}
	n.must("", "subject", "erase", "--person", who.PersonID.String(), "--reason", "本人申请", "--demo")
	if said := n.page(n.app, n.face()); strings.Contains(said, who.name) || !strings.Contains(said, n.last().name) {
		n.t.Errorf("%s was erased, and is still there; or another is not", who.name)
	}
}

// serves runs the server for a moment, with the work that it does unasked.
func (n *notice) serves() {
	n.start("--demo", "--clock-file", n.file("clock"))
	if r := n.get(n.face()); !r.ok() || !strings.Contains(string(r.body), "公示到") {
		n.t.Errorf("%s: %s", n.face(), r)
	}
	n.kill()
}

// restores reads the backup of the notice into a database that is thrown away, and on the last day into one of its own.
func (n *notice) restores() {
	if n.day == 0 {
		n.must("", "restore", "--from", n.file("backup.zip"), "--try")
		return
	}
	url := "sqlite:" + n.file("other.db")
	if n.app.DB.Postgres() {
		url = dbtest.PostgresURL(n.t)
	}
	n.must("", "restore", "--from", n.file("backup.zip"), "--db", url, "--data", n.file("other"))
	n.none(n.open(url, n.file("other")))
}

func (n *notice) face() string { return "/awards/" + n.selection.ID.String() }

// page opens a page as a visitor.
func (n *notice) page(a *app.App, path string) string {
	req := httptest.NewRequest(http.MethodGet, path, nil)
	rec := httptest.NewRecorder()
	a.Router.ServeHTTP(rec, req.WithContext(clock.At(req.Context(), n.now)))
	return rec.Body.String()
}

// chosenSaid is what only a page or an answer says that shows a result.
var chosenSaid = regexp.MustCompile(`入选：|RY20\d\d-|"result_day":"2`)

// found tells each way by which a result can be learnt: rows, what everybody may open and names no single thing, the pages of the
// selection, the list and the certificate of one who was put forward.
func (n *notice) found(a *app.App) (ways []string) {
	n.t.Helper()
	_, err := a.Keys.Refresh()
	n.check(err)
	if oneIn(n, a, results) != 0 {
		ways = append(ways, "rows")
	}
	id := n.selection.ID.String()
	for _, r := range a.Router.Routes() {
		path := strings.ReplaceAll(r.Path, "{id}", id)
		if r.Method == http.MethodGet && r.Public && !strings.Contains(path, "{") && (path == r.Path || strings.Contains(path, "award")) &&
			chosenSaid.MatchString(n.page(a, path)) {
			ways = append(ways, path)
		}
	}
	last := n.last()
	himself := auth.With(n.ctx(), auth.Actor{Account: 1, Person: last.PersonID,
		Grants: []auth.Grant{{Role: auth.Volunteer, Region: n.community}}})
	if mine, err := a.Award.Mine(himself, award.MineInput{}); err != nil || len(mine.Items)+len(mine.Lines) > 0 {
		ways = append(ways, fmt.Sprint("his honours ", err))
	}
	if _, err := a.Award.MyPaper(himself, award.GetInput{ID: last.nomination}); !errors.Is(err, errs.ErrNotFound) {
		ways = append(ways, fmt.Sprint("his certificate ", err))
	}
	manager := auth.With(n.ctx(), auth.From(n.manager))
	if _, err := a.Award.Paper(manager, award.GetInput{ID: last.nomination}); !errors.Is(err, errs.ErrNotFound) {
		ways = append(ways, fmt.Sprint("the station's certificate ", err))
	}
	return ways
}

// noRows fails when the rows have a result.
func (n *notice) noRows() {
	n.t.Helper()
	if oneOf(n, results) != 0 {
		n.t.Errorf("%s, %s: there is a result in the rows", n.doing, n.now.Format(time.DateOnly))
	}
}

// none fails when there is a result.
func (n *notice) none(a *app.App) {
	n.t.Helper()
	for _, way := range n.found(a) {
		n.t.Errorf("%s, %s: there is a result by %s", n.doing, n.now.Format(time.DateOnly), way)
	}
}

// past is the day after: now it is published, and every way shows it.
func (n *notice) past() {
	n.begin(2, n.selection.NoticeUntil.AddDays(1))
	as := auth.With(n.ctx(), auth.From(n.publisher))
	x, err := n.app.Award.Campaign(as, award.GetInput{ID: n.selection.ID})
	n.check(err)
	_, err = n.app.Award.Publish(as, award.MoveInput{ID: x.ID, Version: x.Version})
	n.check(err)
	got := n.found(n.app)
	for _, want := range []string{"rows", n.face(), "/api/v1/public" + n.face(), "his honours <nil>", "his certificate <nil>",
		"the station's certificate <nil>"} {
		if !slices.Contains(got, want) {
			n.t.Errorf("the result is there, and the look does not find it by %s: %q", want, got)
		}
	}
	n.must("", "verify")
}
