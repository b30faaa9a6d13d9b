package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
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

// The server is killed at random moments under writes. Each client repeats what was not answered under the same Idempotency-Key, so that in the
// end everything answered is there, nothing is there twice, and every invariant holds.
func TestDrillKill(t *testing.T) {
	kills := fewKills
	if os.Getenv("LINLI_DRILL") != "" {
		kills = manyKills
	}
	eachURL(t, func(t *testing.T, url string) {
		o := newOperator(t, url)
		o.start()
		o.signIn()
		d := &drill{o: o, station: o.station(), base: o.base, points: map[string]string{}}
		ctx, stop := context.WithCancel(t.Context())
		var clients sync.WaitGroup
		for n := range writers {
			clients.Go(func() { d.write(ctx, n) })
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

// drill is what the clients know: where the server is and which point each key has made.
type drill struct {
	o       *operator
	station string

	mu     sync.Mutex
	base   string
	points map[string]string // id by key
	wrong  []string
	lost   int // requests without an answer
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

// write registers one point after another until ctx ends; the one in hand is brought to its end.
func (d *drill) write(ctx context.Context, client int) {
	for n := 0; ctx.Err() == nil; n++ {
		key := fmt.Sprintf("drill-%d-%d", client, n)
		body := fmt.Sprintf(`{"region":"%s","parent_id":"%s","name":"点%s","address":"第%d户","lat":43.9,"lng":116.1}`, communityCode, d.station, key, n)
		for !d.once(key, body) {
			time.Sleep(10 * time.Millisecond)
		}
	}
}

// once tries a write; false asks for the same again.
func (d *drill) once(key, body string) bool {
	r := ask(d.where(), d.o.token, "POST", "/api/v1/stations", key, body)
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case r.ok():
		d.points[key] = r.text("id")
	case r.status == 0 || r.status == 503:
		d.lost++
		return false
	default:
		d.wrong = append(d.wrong, key+": "+r.String())
	}
	return true
}

// judge compares what is there with what was answered.
func (d *drill) judge(t *testing.T) {
	for _, w := range d.wrong {
		t.Error(w)
	}
	there := map[string]string{} // name by id
	for path := "/api/v1/stations?region=" + communityCode + "&limit=100"; path != ""; {
		var page struct {
			Items []struct{ ID, Name string }
			Next  string
		}
		r := d.o.get(path)
		if err := json.Unmarshal(r.body, &page); err != nil || !r.ok() {
			t.Fatalf("list: %v %s", err, r)
		}
		for _, s := range page.Items {
			there[s.ID] = s.Name
		}
		if path = ""; page.Next != "" {
			path = "/api/v1/stations?region=" + communityCode + "&limit=100&cursor=" + page.Next
		}
	}
	for key, id := range d.points {
		if there[id] != "点"+key {
			t.Errorf("%s was answered with %s and is not there", key, id)
		}
	}
	if len(there) != len(d.points)+1 || len(d.points) == 0 {
		t.Errorf("%d points were answered, %d are there", len(d.points), len(there)-1)
	}
	d.o.kill()
	d.o.must("", "verify")
	d.o.must("", "audit", "verify")
	t.Logf("%d points registered, %d requests without an answer repeated", len(d.points), d.lost)
}
