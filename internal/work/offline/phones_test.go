package offline_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/dop251/goja"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
	"linli/internal/work/attendance/attendancetest"
	"linli/internal/work/offline"
)

//go:embed testdata/phones.js
var phones string

// shipped is the outbox as telephones run it; the engine of the test has no modules.
func shipped(t *testing.T) string {
	t.Helper()
	source, err := os.ReadFile("../../platform/web/ui/assets/outbox.js")
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(string(source), "export ", "")
}

// outcome is what a simulation says became of an action.
type outcome struct {
	ID, Kind, Verdict, Home string
	User                    int
	At                      int64
	Evicted, Jumped, Handed bool
}

// field is a world with two people who share two telephones and go to see the same old man.
type field struct {
	*world
	site   *attendancetest.Web
	people []map[string]any
	start  time.Time
	seen   int64 // visits before
	acted  int   // actions in all
}

func newField(w *world) *field {
	f := &field{world: w, start: attendancetest.Noon}
	clock.Set(f.start)
	f.site = w.Web(func(r *web.Router) { w.s.Routes(r) })
	for _, v := range w.Vols[:2] {
		f.people = append(f.people, map[string]any{"account": auth.From(v.Ctx).Account.String(), "pairing": w.pair.ID.String()})
	}
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(`INSERT INTO pairing_member (id, version, pairing_id, volunteer_id, follows_id, state, how, from_day, to_day,
			by_name, at) SELECT ?, version, pairing_id, ?, follows_id, state, how, from_day, to_day, by_name, at FROM pairing_member`, tx.NewID(),
			w.Vols[1].ID).Run(w.System, tx)
		return err
	})
	return f
}

// deliver brings a request to the door, at a time since the start.
func (f *field) deliver(who int, method, path, body string, ms int64) string {
	clock.Set(f.start.Add(time.Duration(ms) * time.Millisecond))
	code, answer := f.site.Do([]string{"volunteer", "other"}[who], method, path, body)
	return fmt.Sprintf(`{"status":%d,"body":%s}`, code, answer)
}

// play gives what is wrong after one seed, by the telephones and by the database.
func (f *field) play(program *goja.Program, seed, steps int) (wrong []string) {
	f.Helper()
	vm := goja.New()
	if _, err := vm.RunProgram(program); err != nil {
		f.Fatal(err)
	}
	simulate, _ := goja.AssertFunction(vm.Get("simulate"))
	v, err := simulate(goja.Undefined(), vm.ToValue(seed), vm.ToValue(steps), vm.ToValue(f.start.UnixMilli()), vm.ToValue(f.people),
		vm.ToValue(f.deliver))
	if err != nil {
		return []string{err.Error()}
	}
	p := v.Export().(*goja.Promise)
	if p.State() != goja.PromiseStateFulfilled {
		return []string{fmt.Sprint("the telephones stopped: ", p.Result())}
	}
	var out struct {
		Wrong []string
		Acts  []outcome
	}
	if err := json.Unmarshal([]byte(p.Result().String()), &out); err != nil {
		f.Fatal(err)
	}
	f.acted += len(out.Acts)
	return append(out.Wrong, f.compare(seed, out.Acts)...)
}

// taken is an action as the database holds it.
type taken struct {
	UUID, Kind, Verdict, State, Device string
	Counter                            int64
	AccountID                          db.ID
	HappenedAt                         time.Time
}

// rows are the actions of a seed, and how many visits there are in all.
func (f *field) rows(seed int) (rows []taken, visits int64) {
	f.Write(func(tx *db.Tx) (err error) {
		id := func(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012x", n*100000) }
		if rows, err = db.Select[taken](f.System, tx, tx.Build(`SELECT uuid, kind, verdict, state, device, counter, account_id, happened_at
			FROM offline_action WHERE uuid >= ? AND uuid < ? ORDER BY id`, id(seed), id(seed+1))); err == nil {
			visits, err = db.SelectOne[int64](f.System, tx, tx.Build(`SELECT COUNT(*) FROM pairing_visit`))
		}
		return err
	})
	return rows, visits
}

// compare asks the database: each action that a telephone had said to be kept is there once, of whom it is, at its time, and nothing is
// there twice.
func (f *field) compare(seed int, acts []outcome) (wrong []string) {
	rows, visits := f.rows(seed)
	there, made, numbers, devices := map[string]taken{}, int64(0), map[string]bool{}, map[string]string{}
	for _, r := range rows {
		key := fmt.Sprint(r.AccountID, r.Device, r.Counter)
		if r.Counter == 0 || numbers[key] {
			wrong = append(wrong, "two of one number")
		}
		numbers[key], there[r.UUID] = true, r
		if r.Kind == offline.Visit && r.Verdict == offline.Done {
			made++
		}
	}
	if visits-f.seen != made {
		wrong = append(wrong, fmt.Sprintf("%d visits, not %d", visits-f.seen, made))
	}
	f.seen = visits
	for _, a := range acts {
		r, has := there[a.ID]
		if d := devices[a.Home]; has && d != "" && d != r.Device {
			wrong = append(wrong, "a telephone of two names")
		} else if has {
			devices[a.Home] = r.Device
		}
		if a.Evicted && a.Verdict == "" {
			continue // the telephone forgot it before it could send it
		}
		wrong = append(wrong, f.judge(a, r, has)...)
	}
	return wrong
}

// judge compares what a telephone shows of an action with its row.
func (f *field) judge(a outcome, r taken, has bool) (wrong []string) {
	want := map[string]string{"visit": offline.Done, "check_out": offline.Refused, "home_visit": offline.Refused,
		"odd": offline.Refused, "long": offline.Refused}[a.Kind]
	say := func(bad bool, format string, args ...any) {
		if bad {
			wrong = append(wrong, fmt.Sprintf(format, args...))
		}
	}
	say(a.Verdict != want, "%s is %q on the telephone, not %s", a.Kind, a.Verdict, want)
	say(has == (a.Kind == "long"), "%s is lost", a.Kind)
	if !has {
		return wrong
	}
	say(r.Verdict != want, "%s is %s, not %s", a.Kind, r.Verdict, want)
	say(r.AccountID.String() != f.people[a.User]["account"], "%s went to somebody else", a.Kind)
	off := r.HappenedAt.Sub(f.start.Add(time.Duration(a.At) * time.Millisecond))
	say(!a.Jumped && off.Abs() > 6*time.Minute, "%s happened %s off", a.Kind, off)
	say(a.Handed && r.State != offline.Waiting, "%s was handed over and is %s", a.Kind, r.State)
	say(want == offline.Refused && !a.Evicted && !a.Handed, "%s was not handed over", a.Kind)
	return wrong
}

func compiled(t *testing.T, source string) *goja.Program {
	t.Helper()
	p, err := goja.Compile("outbox.js", source+phones, true)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// telephones plays seeds. A seed that fails is named, and plays the same again.
func telephones(t *testing.T, sqlite, postgres int) {
	program := compiled(t, shipped(t))
	each(t, func(w *world) {
		f, n := newField(w), sqlite
		if w.DB.Postgres() {
			n = postgres
		}
		for seed := 1; seed <= n; seed++ {
			if wrong := f.play(program, seed, 40); len(wrong) > 0 {
				w.Fatalf("seed %d: %q", seed, slices.Compact(wrong))
			}
		}
		w.Logf("%d actions, %d visits", f.acted, f.seen)
	})
}

// Two people on two telephones in a bad network, with tabs that are killed, stores that are lost, clocks that are off, requests that come
// twice, late, half and in another order: nothing that was kept is lost, and nothing is there twice.
func TestTelephones(t *testing.T) { telephones(t, 300, 30) }

// The same for half an hour: a seed takes 30 to 70 ms on SQLite and twice that on PostgreSQL, and make drill gives a package an hour.
func TestDrillTelephones(t *testing.T) {
	if os.Getenv("LINLI_DRILL") != "" {
		telephones(t, 30_000, 3_000)
	}
}

// mistakes are what an outbox could have; each is found.
var mistakes = map[string][2]string{
	"said to be kept before it is": {"await this.write((items, kept)", "this.write((items, kept)"},
	"kept when it was asked, not done": {
		"tx.oncomplete = () => yes(out)",
		"tx.oncomplete = () => {}; Promise.resolve().then(() => yes(out))"},
	"not on the disk when it says so": {"'strict'", "'relaxed'"},
	"dropped when nobody answers": {
		"} catch { return 'later' }\n      if (answer",
		"} catch { await this.settle(batch[0].id, { verdict: 'refused' }); return 'later' }\n      if (answer"},
	"a new id each time": {"{ id: item.id, counter", "{ id: this.world.random(), counter"},
	"any answer is a verdict": {
		"if (!await this.judge(batch, answer)) return 'later'",
		"for (const x of batch) await this.settle(x.id, { verdict: 'done' })"},
	"two tabs send at once": {"mine ? this.drain() : 'later'", "this.drain()"},
	"signed out is refused": {
		"if (answer.status === 401) return 'sign-in'\n      if (answer.status === 409",
		"if (answer.status === 401) await this.settle(batch[0].id, { verdict: 'refused' })\n      if (answer.status === 409"},
	"one that is bad holds up the rest": {"size = batch.length >> 1", "return 'later'"},
	"the time of sending for its own":   {"at: new Date(item.at).toISOString()", "at: new Date(this.world.now()).toISOString()"},
	"how long ago is not said":          {"Math.max(0, Math.round(elapsed))", "null"},
	"no order of their own":             {"counter: item.counter", "counter: 0"},
	"one number for two":                {"kept.put(item.counter, 'counter')", ""},
	"a proxy's word is a refusal": {
		"[400, 413, 422].includes(answer.status) && ours(answer)",
		"[400, 413, 422].includes(answer.status)"},
	"refused ones are tidied away": {"x.verdict === 'done' && passed(x", "x.verdict && passed(x"},
	"an unknown verdict is one":    {"verdicts.includes(r?.verdict) && ", ""},
	"half an answer is all": {
		"const known = results.filter(r => ",
		"const known = batch.map(x => ({ id: x.id, verdict: 'done', ...results.find(r => r.id === x.id) })).filter(r => "},
	"a conflict is done":       {"verdict === 'duplicate' ? 'done'", "verdict !== 'done' ? 'done'"},
	"one store for two people": {"name: 'linli-' + account", "name: 'linli-'"},
	"what another did is sent as one's": {
		"name: 'linli-' + account })",
		"name: 'linli' }); account && Object.assign(this, { name: 'linli-' })"},
	"a store that was closed stays shut": {"this.opening = undefined // it was", "// it was"},
	"handed over before it is there": {
		"answer.body.items.map(x => x.uuid) : []",
		"answer.body.items.map(x => x.uuid) : list.map(x => x.id)"},
	"a device of many names":            {"if (!e.target.result) kept.put(first, 'device')", ""},
	"a clock is believed":               {"item.known && contact ?", "false ?"},
	"a contact that was never measured": {"server: Date.parse(answer.body.at)", "server: this.world.now()"},
}

func TestMistakesFound(t *testing.T) {
	source := shipped(t)
	each(t, func(w *world) {
		if w.DB.Postgres() {
			return // the same telephones
		}
		f := newField(w)
		for i, name := range slices.Sorted(maps.Keys(mistakes)) {
			change := mistakes[name]
			if strings.Count(source, change[0]) != 1 {
				t.Errorf("%s: not once in the source", name)
				continue
			}
			program, found := compiled(t, strings.Replace(source, change[0], change[1], 1)), 0
			for seed := 1; seed <= 150 && found == 0; seed++ {
				if wrong := f.play(program, 1_000_000+i*100+seed, 40); len(wrong) > 0 {
					found = seed
					t.Logf("%s: seed %d: %.160q", name, seed, wrong)
				}
			}
			if found == 0 {
				t.Errorf("%s: not found", name)
			}
		}
	})
}
