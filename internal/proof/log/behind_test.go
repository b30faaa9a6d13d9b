package log_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"linli/internal/platform/db"
	"linli/internal/proof/log"
)

// edits is how many edits of every kind are tried on each engine.
const edits = 12

// edit is a kind of edit behind the system's back: statements in which %d stands for a fact's id, or for the place of an entry, and a
// second one for another; each %d of want has to be named.
type edit struct {
	name, table string
	statements  []string
	want        []string
}

var ofFacts = []edit{
	{"a record changed", "service_record",
		[]string{"UPDATE service_record SET minutes = minutes + 1 WHERE id = %[1]d"}, []string{"service_record %[1]d"}},
	{"a record given to another", "service_record", []string{
		"UPDATE service_record SET volunteer_id = (SELECT MAX(id) FROM volunteer) WHERE id = %[1]d"}, []string{"service_record %[1]d"}},
	{"a record dropped", "service_record", []string{"DELETE FROM service_record WHERE id = %[1]d"}, []string{"service_record %[1]d"}},
	{"a record put in", "service_record",
		[]string{`INSERT INTO service_record (id, source, before_rule, version, volunteer_id, person_id, region, station_id, round,
		title, category, day, place, content, started_at, ended_at, minutes, unit, leader, status, confirmation, evidence,
		needs_second, why, confirmed, recorded_by, confirmed_by, approved_by, approved_at, counted_at, counted_day, due_day,
		reason, made_at)
		SELECT 7777, 'import', before_rule, version, volunteer_id, person_id, region, station_id, round, title, category, day,
		place, content, started_at, ended_at, minutes, unit, leader, status, confirmation, evidence, needs_second, why,
		confirmed, recorded_by, confirmed_by, approved_by, approved_at, counted_at, counted_day, due_day, reason, made_at FROM
		service_record WHERE id = %[1]d`}, []string{"service_record 7777"}},
	{"two records swapped", "service_record", []string{"UPDATE service_record SET id = 7777 WHERE id = %[1]d",
		"UPDATE service_record SET id = %[1]d WHERE id = %[2]d", "UPDATE service_record SET id = %[2]d WHERE id = 7777"},
		[]string{"service_record %[1]d", "service_record %[2]d"}},
	{"a certificate changed", "certificate", []string{"UPDATE certificate SET minutes = minutes + 60 WHERE id = %[1]d"},
		[]string{"certificate %[1]d"}},
	{"a certificate dropped", "certificate", []string{"DELETE FROM certificate WHERE id = %[1]d"}, []string{"certificate %[1]d"}},
	{"a transfer changed", "ledger_transfer", []string{"UPDATE ledger_transfer SET amount = amount + 1 WHERE id = %[1]d"},
		[]string{"ledger_transfer %[1]d"}},
	{"a transfer dropped", "ledger_transfer",
		[]string{"DELETE FROM ledger_transfer WHERE id = %[1]d"}, []string{"ledger_transfer %[1]d"}},
}

var ofEntries = []edit{
	{"a leaf changed", "", []string{"UPDATE log_entry SET leaf = salt WHERE position = %[1]d"}, []string{"%[3]s"}},
	{"a salt changed", "", []string{"UPDATE log_entry SET salt = leaf WHERE position = %[1]d"}, []string{"%[3]s"}},
	{"a salt taken away", "", []string{"UPDATE log_entry SET salt = NULL WHERE position = %[1]d"}, []string{"%[3]s"}},
	{"an entry dropped", "", []string{"DELETE FROM log_entry WHERE position = %[1]d"}, []string{"log_entry %[1]d"}},
	{"an entry of another fact", "",
		[]string{"UPDATE log_entry SET object_id = object_id + 1 WHERE position = %[1]d"}, []string{"日志第 %[1]d 条被改动"}},
	{"two entries swapped", "", []string{"UPDATE log_entry SET position = -1 WHERE position = %[1]d",
		"UPDATE log_entry SET position = %[1]d WHERE position = %[2]d", "UPDATE log_entry SET position = %[2]d WHERE position = -1"},
		[]string{"%[3]s", "%[4]s"}},
	{"an entry put at the end", "",
		[]string{"INSERT INTO log_entry SELECT 1000000, object, object_id, gone, leaf, salt, mac FROM log_entry WHERE position = %[1]d"},
		[]string{"%[3]s"}},
	{"a tile dropped", "", []string{"DELETE FROM log_tile WHERE level = 0 AND no = %[1]d / 256"}, []string{"log_tile 0/"}},
	{"a tile over the leaves changed", "",
		[]string{"UPDATE log_tile SET hashes = (SELECT leaf FROM log_entry WHERE position = %[1]d) WHERE level = 1"},
		[]string{"log_tile 1/0"}},
	{"the checkpoint of the head forged", "", []string{"UPDATE log_head SET note = 'x'"}, []string{"log_head 1"}},
	{"the tail cut", "",
		[]string{"DELETE FROM log_entry WHERE position = (SELECT size - 1 FROM log_head)", "UPDATE log_head SET size = size - 1"},
		[]string{"log_head 1", "log.checkpoint"}},
	{"all of it gone", "", []string{"DELETE FROM log_entry", "DELETE FROM log_tile", "DELETE FROM log_head"}, []string{"log.checkpoint"}},
}

// Whoever has the database and not the keys changes, drops, puts in and reorders facts and entries: each is named.
func TestBehind(t *testing.T) {
	each(t, func(w *world) {
		var ids = map[string][]db.ID{}
		for i := range 3 {
			ids["service_record"] = append(ids["service_record"], w.serves(int64(30+i)).ID)
		}
		ids["certificate"] = []db.ID{w.issues().ID, w.issues().ID}
		for i := range 260 {
			ids["ledger_transfer"] = append(ids["ledger_transfer"], w.pays(int64(i+1)))
		}
		w.catchUp()
		w.publish()
		w.sound("before anybody edits")
		named := map[string]string{"record": "service_record", "certificate": "certificate", "transfer": "ledger_transfer"}
		object := func(position int64) (out string) {
			w.must(w.DB.Read(w.System, func(tx *db.Tx) error {
				e, err := db.SelectOne[struct {
					Object   string
					ObjectID db.ID
				}](w.System, tx, tx.Build("SELECT object, object_id FROM log_entry WHERE position = ?", position))
				out = named[e.Object] + " " + e.ObjectID.String()
				return err
			}))
			return out
		}
		random := rand.New(rand.NewPCG(16, 1))
		try := func(x edit, values ...any) {
			t.Helper()
			found := strings.Join(w.behind(func(tx *db.Tx) error {
				for _, q := range x.statements {
					if err := run(w.System, tx, filled(q, values)); err != nil {
						return err
					}
				}
				return nil
			}, false), "\n")
			for _, want := range x.want {
				if name := filled(want, values); !strings.Contains(found, name) {
					t.Errorf("%s %v: %q is not named in %q", x.name, values, name, found)
				}
			}
		}
		for range edits {
			for _, x := range ofFacts {
				list := ids[x.table]
				i := random.IntN(len(list))
				try(x, int64(list[i]), int64(list[(i+1)%len(list)]), "", "")
			}
			for _, x := range ofEntries {
				n := w.size()
				a := random.Int64N(n)
				b := (a + 1 + random.Int64N(n-1)) % n
				try(x, a, b, object(a), object(b))
			}
		}
		w.leafOfTree(random.Int64N(256), object)
		w.sound("after all was undone")
		if l := w.leaf(log.Record, ids["service_record"][0]); !l.Holds {
			t.Errorf("%+v", l)
		}
	})
}

// leafOfTree changes one bit of the hash of a leaf in its tile: the fact of the leaf is named.
func (w *world) leafOfTree(position int64, object func(int64) string) {
	w.T.Helper()
	found := strings.Join(w.behind(func(tx *db.Tx) error {
		hashes, err := db.SelectOne[[]byte](w.System, tx, tx.Build("SELECT hashes FROM log_tile WHERE level = 0 AND no = 0"))
		if err != nil {
			return err
		}
		hashes[position*tlog.HashSize] ^= 1
		_, err = tx.Build("UPDATE log_tile SET hashes = ? WHERE level = 0 AND no = 0", hashes).Run(w.System, tx)
		return err
	}, false), "\n")
	if !strings.Contains(found, object(position)+" 日志") {
		w.T.Errorf("leaf %d of the tree: %q", position, found)
	}
}

func filled(text string, values []any) string {
	if !strings.Contains(text, "%[") {
		return text
	}
	return strings.Split(fmt.Sprintf(text, values...), "%!(EXTRA")[0]
}
