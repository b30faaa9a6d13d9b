package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// Kills for each database: in every run of the tests, and in `make drill`.
const (
	fewKills  = 8
	manyKills = 300
)

const writers = 4

// The server is killed at random moments under writes. Each client repeats what was not answered under the same Idempotency-Key, so
// that in the end everything answered is there, nothing is there twice, and every invariant holds.
func TestDrillKill(t *testing.T) {
	t.Parallel()
	kills := fewKills
	if os.Getenv("LINLI_DRILL") != "" {
		kills = manyKills
	}
	fresh.EachURL(t, func(t *testing.T, url string) {
		o := newOperator(t, fresh, url)
		o.start()
		o.signIn()
		d := &drill{o: o, base: o.base, things: []*thing{points(o.station()), orders(o.item())}}
		ctx, stop := context.WithCancel(t.Context())
		var clients sync.WaitGroup
		for n := range writers {
			clients.Go(func() { d.write(ctx, n, d.things[n%len(d.things)]) })
		}
		for range kills {
			time.Sleep(time.Duration(20+rand.IntN(250)) * time.Millisecond)
			o.kill()
			o.start()
			d.moved(o.base)
		}
		stop()
		clients.Wait()
		d.judge(t)
	})
}

// thing is a kind of write: where it is posted and listed, and what the clients were told.
type thing struct {
	path, list string
	body       func(key string) string
	made       map[string]string // id by key
}

func points(station string) *thing {
	return &thing{path: "/api/v1/stations", list: "/api/v1/stations?limit=100&region=" + communityCode, made: map[string]string{},
		body: func(key string) string {
			return fmt.Sprintf(`{"region":"%s","parent_id":"%s","name":"%s","address":"东头","lat":43.9,"lng":116.1}`, communityCode, station, key)
		}}
}

// orders are entered at the desk, each for a new neighbour of the same telephone, so that persons are found again while they are made.
func orders(item string) *thing {
	start := time.Now().Add(24 * time.Hour)
	return &thing{path: "/api/v1/orders", list: "/api/v1/orders?limit=100", made: map[string]string{}, body: func(key string) string {
		return fmt.Sprintf(
			`{"catalogue_id":"%s","recipient_name":"其木格","recipient_phone":"13900000001","title":"%s","region":"%s","address":"东头第三家","channel":"phone_call", "spoken_by":"其木格","consent":"spoken","reviewed":true,"window_start":"%s","window_end":"%s"}`, item, key, communityCode,
			start.Format(time.RFC3339), start.Add(time.Hour).Format(time.RFC3339))
	}}
}

// drill is what the clients know: where the server is and what each key has made.
type drill struct {
	o      *operator
	things []*thing

	mu    sync.Mutex
	base  string
	wrong []string
	lost  int // requests without an answer
}

func (d *drill) moved(base string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.base = base
}

func (d *drill) where() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.base
}

// write makes one thing after another until ctx ends; the one in hand is brought to its end.
func (d *drill) write(ctx context.Context, client int, what *thing) {
	for n := 0; ctx.Err() == nil; n++ {
		key := fmt.Sprintf("drill-%d-%d", client, n)
		for !d.once(what, key) {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// once tries a write; false asks for the same again.
func (d *drill) once(what *thing, key string) bool {
	r := ask(d.where(), d.o.token, "POST", what.path, key, what.body(key))
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case r.ok():
		what.made[key] = r.text("id")
	case r.status == 0 || r.status == 503:
		d.lost++
		return false
	default:
		d.wrong = append(d.wrong, key+": "+r.String())
	}
	return true
}

// judge compares what is there with what was answered, and asks for every invariant.
func (d *drill) judge(t *testing.T) {
	for _, w := range d.wrong[:min(len(d.wrong), 5)] {
		t.Error(w)
	}
	for _, what := range d.things {
		there := d.titles(t, what.list)
		for key, id := range what.made {
			if there[id] != key {
				t.Errorf("%s was answered with %s and is not there", key, id)
			}
		}
		if len(there) != len(what.made) || len(there) == 0 {
			t.Errorf("%s: %d were answered, %d are there", what.path, len(what.made), len(there))
		}
		t.Logf("%s: %d made", what.path, len(there))
	}
	d.o.kill()
	d.o.must("", "verify")
	d.o.must("", "audit", "verify")
	t.Logf("%d requests without an answer repeated", d.lost)
}

// titles reads a whole list and gives what the drill has made: names or titles by id.
func (d *drill) titles(t *testing.T, list string) map[string]string {
	out := map[string]string{}
	for cursor := ""; ; {
		var page struct {
			Items []struct{ ID, Name, Title string }
			Next  string
		}
		r := d.o.get(list + cursor)
		if err := json.Unmarshal(r.body, &page); err != nil || !r.ok() {
			t.Fatalf("list: %v %s", err, r)
		}
		for _, it := range page.Items {
			if title := it.Name + it.Title; strings.HasPrefix(title, "drill-") {
				out[it.ID] = title
			}
		}
		if page.Next == "" {
			return out
		}
		cursor = "&cursor=" + page.Next
	}
}
