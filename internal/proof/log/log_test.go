package log_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"linli/internal/platform/audit"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/ledger"
	"linli/internal/proof/certificate"
	"linli/internal/proof/log"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with its records, certificates and books, watched, and the log over them.
type world struct {
	*attendancetest.World
	s            *log.Service
	records      *record.Service
	certificates *certificate.Service
	sequencer    *audit.Sequencer
	dir          string
	accounts     [2]db.ID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		base.DB.Watch(db.Watch{MAC: base.Keys.MAC, Free: []string{"node", "audit_head", "log_entry", "log_tile", "log_head"}})
		w := &world{World: base, s: log.New(base.DB, base.Keys), records: record.New(base.DB, base.Persons), dir: t.TempDir(),
			certificates: certificate.New(base.DB, base.Keys, base.Persons, certificate.Config{Demo: true}),
			sequencer:    audit.NewSequencer(base.DB, base.Keys)}
		w.sequencer.Followed(w.s.CatchUp)
		w.Att.CheckedOut.Subscribe(w.records.OnCheckedOut)
		w.Orders.Confirmed.Subscribe(w.records.OnConfirmed)
		w.records.Changed.Subscribe(w.certificates.OnRecordChanged)
		w.opens()
		test(w)
	})
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func (w *world) must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// opens makes two accounts of one unit.
func (w *world) opens() {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		for i := range w.accounts {
			a, err := ledger.Open(w.System, tx, "points", "test", attendancetest.Gacha, ledger.Bounds{})
			if err != nil {
				return err
			}
			w.accounts[i] = a.ID
		}
		return nil
	})
}

func (w *world) catchUp() {
	w.T.Helper()
	w.must(w.sequencer.CatchUp(w.System))
}

// serves lets the first volunteer serve, counted, and gives the record.
func (w *world) serves(minutes int64) record.Record {
	w.T.Helper()
	w.Confirm(w.Served(minutes).ID)
	page, err := w.records.OfVolunteer(w.Vols[0].Ctx, record.OfVolunteerInput{ID: w.Vols[0].ID})
	w.must(err)
	return page.Items[0]
}

func (w *world) issues() certificate.Certificate {
	w.T.Helper()
	c, err := w.certificates.Issue(w.Vols[0].Ctx, certificate.IssueInput{VolunteerID: w.Vols[0].ID, From: 20260101, To: 20261231})
	w.must(err)
	return c
}

// pays moves points.
func (w *world) pays(amount int64) (id db.ID) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		rows, err := ledger.Post(w.System, tx, ledger.Chain{Key: tx.NewID().String(), Moves: []ledger.Move{{From: ledger.One(w.accounts[0]),
			To: ledger.One(w.accounts[1]), Amount: amount, Code: "test"}}})
		if err == nil {
			id = rows[0].ID
		}
		return err
	})
	return id
}

// finds is what verify finds, with the checkpoints of the folder.
func (w *world) finds(tx *db.Tx) (found []string) {
	w.T.Helper()
	report := func(object, what string) { found = append(found, object+" "+what) }
	w.must(w.s.Verify(w.System, tx, report))
	w.must(w.s.VerifyFiles(w.System, tx, w.dir, report))
	return found
}

func (w *world) sound(when string) {
	w.T.Helper()
	w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
		if got := w.finds(tx); len(got) > 0 {
			w.T.Errorf("%s: %q", when, got)
		}
		return nil
	}))
}

func (w *world) publish() string {
	w.T.Helper()
	lost, err := w.s.Publish(w.System, w.dir)
	w.must(err)
	return lost
}

func (w *world) size() int64 {
	w.T.Helper()
	v, err := w.s.Overview(w.System, log.Nothing{})
	w.must(err)
	return v.Size
}

func (w *world) leaf(object string, id db.ID) (l log.Leaf) {
	w.T.Helper()
	w.must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		l, _, err = log.Of(w.System, tx, object, id)
		return err
	}))
	return l
}

// Each fact and each change of one has a leaf; a checkpoint goes on from those before it, also after the keys were rotated.
func TestGrows(t *testing.T) {
	each(t, func(w *world) {
		w.sound("nothing yet")
		r := w.serves(60)
		w.sound("before its leaf")
		w.catchUp()
		first := w.leaf(log.Record, r.ID)
		if !first.Holds || !strings.Contains(first.Statement, `"minutes":60`) {
			t.Errorf("%+v", first)
		}
		c, id := w.issues(), w.pays(5)
		w.catchUp()
		if l := w.leaf(log.Certificate, c.ID); !l.Holds || l.Size != w.size() {
			t.Errorf("%+v", l)
		}
		if l := w.leaf(log.Transfer, id); !l.Holds {
			t.Errorf("%+v", l)
		}
		if lost := w.publish(); lost != "" {
			t.Error(lost)
		}
		n := w.size()
		w.catchUp()
		if w.size() != n {
			t.Error("it grew without a fact")
		}
		w.must(w.Keys.Rotate())
		_, err := w.certificates.Revoke(w.Head, certificate.RevokeInput{No: c.No, Reason: "本人不要了"})
		w.must(err)
		w.catchUp()
		l := w.leaf(log.Certificate, c.ID)
		if w.size() != n+1 || l.Position != n || !strings.Contains(l.Statement, "revoked") {
			t.Errorf("%d leaves, %+v", w.size(), l)
		}
		w.sound("after a revocation, under new keys, beside the checkpoint of the old ones")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("DELETE FROM ledger_transfer WHERE id = ?", id).Run(w.System, tx)
			return err
		})
		w.catchUp()
		if l := w.leaf(log.Transfer, id); l.Holds || l.Position != n+1 {
			t.Errorf("of what the program took out: %+v", l)
		}
		w.sound("after something was taken out")
	})
}

// A client that knows nothing of the program follows the log: checkpoint, tiles, entries, proof and leaf fit each other, as C2SP has it.
func TestClient(t *testing.T) {
	each(t, func(w *world) {
		r := w.serves(60)
		c := w.issues()
		for i := range 300 {
			w.pays(int64(i + 1))
		}
		w.catchUp()
		web := w.Web(w.s.Routes)
		get := func(path string) string {
			t.Helper()
			code, text := web.Do("", "GET", path, "")
			if code != 200 {
				t.Fatalf("%s: %d %s", path, code, text)
			}
			return text
		}
		v, err := w.s.Overview(w.System, log.Nothing{})
		w.must(err)
		verifier, err := note.NewVerifier(v.Keys[0])
		w.must(err)
		tree := opened(t, get("/log/checkpoint"), verifier)
		if tree.N != w.size() || tree.N < 300 {
			t.Errorf("%d leaves", tree.N)
		}
		reader := tlog.TileHashReader(tree, tiles{get, map[string]string{}})
		leaves := get("/log/tile/entries/000")
		for n := int64(0); n < 256; n++ {
			size := binary.BigEndian.Uint16([]byte(leaves))
			leaf := leaves[2 : 2+size]
			leaves = leaves[2+size:]
			hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, n)})
			if err != nil || hashes[0] != tlog.RecordHash([]byte(leaf)) {
				t.Fatalf("entry %d: %v", n, err)
			}
		}
		for name, id := range map[string]db.ID{"record": r.ID, "certificate": c.ID} {
			text, err := w.s.Prove(w.System, name+"/"+id.String())
			w.must(err)
			proves(t, string(text), name, verifier)
		}
		var l log.Leaf
		w.must(json.Unmarshal([]byte(get("/api/v1/log/leaf?object=certificate/"+c.Code)), &l))
		if !l.Holds || !strings.Contains(get(fmt.Sprint("/api/v1/log/proof?leaf=", l.Position)), fmt.Sprintf("index %d\n", l.Position)) {
			t.Errorf("%+v", l)
		}
		for path, want := range map[string]int{"/log/tile/0/001.p/255": 404, "/log/tile/9/000": 404, "/log/tile/entries/002": 404,
			"/log/tile/entries/x072/x057/x594/x037/x927/936": 404, // 2^56, whose first leaf no number counts
			"/log/tile/x": 404, "/log/tile/8/0/000": 404, "/api/v1/log/proof?leaf=99999": 404,
			"/api/v1/log/leaf?object=record/" + r.ID.String(): 422, "/api/v1/log/leaf?object=certificate/ᠪᠠᠲᠤ": 422} {
			if code, _ := web.Do("", "GET", path, ""); code != want {
				t.Errorf("%s: %d", path, code)
			}
		}
		web.English(t, "", "/log", "linli/log", v.Keys[0])
		if code, page := web.Do("", "GET", "/log", ""); code != 200 || !strings.Contains(page, "怎么核对") {
			t.Error(code)
		}
	})
}

// tiles reads tiles from the public addresses.
type tiles struct {
	get  func(path string) string
	held map[string]string
}

func (tiles) Height() int                     { return 8 }
func (tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (x tiles) ReadTiles(list []tlog.Tile) (out [][]byte, err error) {
	for _, t := range list {
		path := "/log/" + strings.Replace(t.Path(), "tile/8/", "tile/", 1)
		if x.held[path] == "" {
			x.held[path] = x.get(path)
		}
		out = append(out, []byte(x.held[path]))
	}
	return out, nil
}

// opened reads a checkpoint as any client does.
func opened(t *testing.T, text string, v note.Verifier) tlog.Tree {
	t.Helper()
	n, err := note.Open([]byte(text), note.VerifierList(v))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(n.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || lines[0] != v.Name() {
		t.Fatal(n.Text)
	}
	h, err := tlog.ParseHash(lines[2])
	if err != nil {
		t.Fatal(err)
	}
	return tlog.Tree{N: size, Hash: h}
}

// proves checks a tlog-proof whose extra data is the leaf.
func proves(t *testing.T, text, object string, v note.Verifier) {
	t.Helper()
	head, signed, _ := strings.Cut(text, "\n\n")
	tree := opened(t, signed, v)
	lines := strings.Split(head, "\n")
	extra, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[1], "extra "))
	if err != nil || lines[0] != "c2sp.org/tlog-proof@v1" {
		t.Fatal(head)
	}
	var l log.Leaf
	if err := json.Unmarshal(extra, &l); err != nil {
		t.Fatal(err)
	}
	salt, err := base64.StdEncoding.DecodeString(l.Salt)
	if err != nil || len(salt) != 32 || lines[2] != fmt.Sprint("index ", l.Position) {
		t.Fatalf("%s %+v", lines[2], l)
	}
	mac := hmac.New(sha256.New, salt)
	mac.Write([]byte(object + "\x00" + l.Statement))
	var p tlog.RecordProof
	for _, line := range lines[3:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			t.Fatal(err)
		}
		p = append(p, h)
	}
	if err := tlog.CheckRecord(p, tree.N, tree.Hash, l.Position, tlog.RecordHash(mac.Sum(nil))); err != nil {
		t.Error(object, err)
	}
}

// What was written and has no leaf when a process ends gets it from the next one, once; two at a time make one log.
func TestKilled(t *testing.T) {
	each(t, func(w *world) {
		numbering := audit.NewSequencer(w.DB, w.Keys) // it ends before the log follows
		r := w.serves(30)
		w.must(numbering.CatchUp(w.System))
		w.sound("numbered, without leaves")
		ended, cancel := context.WithCancel(w.System)
		cancel()
		if err := w.s.CatchUp(ended); err == nil {
			t.Error("it worked on after its end")
		}
		w.must(log.New(w.DB, w.Keys).CatchUp(w.System))
		n := w.size()
		if l := w.leaf(log.Record, r.ID); !l.Holds {
			t.Errorf("%+v", l)
		}
		for i := range 20 {
			w.pays(int64(i + 1))
		}
		w.must(numbering.CatchUp(w.System))
		var wg sync.WaitGroup
		faults := make([]error, 4)
		for i := range faults {
			wg.Go(func() { faults[i] = log.New(w.DB, w.Keys).CatchUp(w.System) })
		}
		wg.Wait()
		w.must(errors.Join(faults...))
		if w.size() != n+20 {
			t.Errorf("%d leaves after %d", w.size(), n)
		}
		w.sound("after four at a time")
	})
}

// Erasing a person destroys his salts: nobody can show what his leaves commit to, also of what is written later, and the log verifies on.
func TestForget(t *testing.T) {
	each(t, func(w *world) {
		r := w.serves(60)
		c := w.issues()
		w.catchUp()
		w.publish()
		person := r.PersonID
		w.Write(func(tx *db.Tx) error {
			if err := w.s.Forget(w.System, tx, person, "本人要求"); err != nil {
				return err
			}
			_, err := tx.Build("UPDATE person SET state = 'erased' WHERE id = ?", person).Run(w.System, tx)
			return err
		})
		for name, id := range map[string]db.ID{log.Record: r.ID, log.Certificate: c.ID} {
			if l := w.leaf(name, id); l.Salt != "" || len(l.Statement) > 0 {
				t.Errorf("%+v", l)
			}
		}
		w.sound("after the erasure")
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build("UPDATE service_record SET minutes = 50 WHERE id = ?", r.ID).Run(w.System, tx)
			return err
		})
		n := w.size()
		w.catchUp()
		if l := w.leaf(log.Record, r.ID); l.Salt != "" || l.Position != n {
			t.Errorf("%+v", l)
		}
		w.sound("after a late change")
	})
}

// A log that was done anew, set back or signed by others is told by the checkpoints that were kept, and what was kept stays.
func TestForks(t *testing.T) {
	each(t, func(w *world) {
		w.serves(60)
		w.pays(1)
		w.catchUp()
		w.publish()
		kept, err := os.ReadFile(filepath.Join(w.dir, log.CheckpointFile))
		w.must(err)
		w.behind(func(tx *db.Tx) error {
			return run(w.System, tx, "DELETE FROM log_entry", "DELETE FROM log_tile", "DELETE FROM log_head")
		}, true)
		w.catchUp()
		for i := range 3 {
			w.pays(int64(i + 1))
		}
		w.catchUp()
		if lost := w.publish(); !strings.Contains(lost, "检查点记下的不同") {
			t.Errorf("%q", lost)
		}
		if lost := w.publish(); lost != "" {
			t.Errorf("told again: %q", lost)
		}
		files, err := filepath.Glob(filepath.Join(w.dir, "log-*.checkpoint"))
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		if text, err := os.ReadFile(files[0]); err != nil || !bytes.Equal(text, kept) {
			t.Error("what was kept is another", err)
		}
		w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
			if got := w.finds(tx); len(got) != 1 || !strings.HasPrefix(got[0], filepath.Base(files[0])) {
				t.Errorf("%q", got)
			}
			return nil
		}))
		text, err := os.ReadFile(filepath.Join(w.dir, log.CheckpointFile))
		w.must(err)
		for i := range bytes.Index(text, []byte("\n\n")) { // not one byte of what is signed is believed changed
			other := bytes.Clone(text)
			other[i] ^= 1
			w.must(os.WriteFile(filepath.Join(w.dir, "log.checkpoint"), other, 0o600))
			w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
				found := 0
				w.must(w.s.VerifyFile(w.System, tx, filepath.Join(w.dir, "log.checkpoint"), func(string, string) { found++ }))
				if found == 0 {
					t.Errorf("byte %d of the checkpoint may be another", i)
				}
				return nil
			}))
		}
	})
}

var errUndo = errors.New("undo")

func run(ctx context.Context, tx *db.Tx, statements ...string) error {
	for _, q := range statements {
		if n, err := tx.Exec(ctx, q); err != nil || n == 0 {
			return errors.Join(err, fmt.Errorf("%d rows: %s", n, q))
		}
	}
	return nil
}

// behind edits behind the system's back and gives what verify finds; unless it is to stay, it is undone.
func (w *world) behind(do func(tx *db.Tx) error, stays bool) (found []string) {
	w.T.Helper()
	err := w.DB.Write(w.System, func(tx *db.Tx) error {
		tx.Unwatched()
		free := "PRAGMA defer_foreign_keys = 1"
		if w.DB.Postgres() {
			free = "SET LOCAL session_replication_role = replica"
		}
		if _, err := tx.Exec(w.System, free); err != nil {
			return err
		}
		if err := do(tx); err != nil {
			return err
		}
		if found = w.finds(tx); stays {
			return nil
		}
		return errUndo
	})
	if !stays && errors.Is(err, errUndo) {
		err = nil
	}
	w.must(err)
	return found
}
