package app

import (
	"context"
	"crypto/subtle"
	"errors"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/release"
)

// ready answers 200 when requests may be led here: the database can be read, its schema and this program go together, there is room to
// write, and the server is not about to stop.
func (a *App) ready(w http.ResponseWriter, req *http.Request) {
	ctx, cancel := context.WithTimeout(req.Context(), 2*time.Second)
	defer cancel()
	if a.leaving.Load() || a.DB.Full() || a.cramped() != nil || release.Fits(ctx, a.DB) != nil {
		w.Header().Set("Retry-After", "5")
		http.Error(w, "not ready", http.StatusServiceUnavailable)
		return
	}
	w.Write([]byte("ready\n"))
}

// leastRoom is the room in bytes without which nothing is begun.
const leastRoom = 4 << 20

var errCramped = errors.New("the disk is full or may not be written to")

// cramped says whether a folder that this process writes to has no room.
func (a *App) cramped() error {
	dirs := []string{a.store.Data}
	if path, ok := strings.CutPrefix(a.store.DB, "sqlite:"); ok {
		dirs = append(dirs, filepath.Dir(path))
	}
	for _, dir := range dirs {
		if dir != "" && !roomy(dir) {
			return errCramped
		}
	}
	return nil
}

// live says that the process runs, and no more.
func live(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Write([]byte("ok\n"))
}

var errOpenMetrics = errors.New("--admin-addr beyond this machine needs a --metrics-token")

// metrics serves the figures of the process, to whom can reach a door of this machine or shows the token.
func (a *App) metrics(cfg config.Server) (http.Handler, error) {
	if host, _, err := net.SplitHostPort(cfg.AdminAddr); err != nil {
		return nil, err
	} else if ip := net.ParseIP(host); cfg.MetricsToken == "" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, errOpenMetrics
	}
	a.measure()
	show := promhttp.HandlerFor(a.Router.Metrics, promhttp.HandlerOpts{})
	mux := http.NewServeMux()
	mux.HandleFunc("GET /metrics", func(w http.ResponseWriter, req *http.Request) {
		want := "Bearer " + cfg.MetricsToken
		if cfg.MetricsToken != "" && subtle.ConstantTimeCompare([]byte(req.Header.Get("Authorization")), []byte(want)) == 0 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "the token is missing", http.StatusUnauthorized)
			return
		}
		show.ServeHTTP(w, req)
	})
	return mux, nil
}

// measure adds what is known beside the requests: the process, its connections, what is done without being asked, and the trail.
func (a *App) measure() {
	version := "unknown"
	if r, err := release.This(); err == nil {
		version = r.Words()
	}
	about := prometheus.NewGauge(prometheus.GaugeOpts{Name: "linli_program", Help: "The program, as its label.",
		ConstLabels: prometheus.Labels{"version": version}})
	about.Set(1)
	read, write := a.DB.Pools()
	all := []prometheus.Collector{about, collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), collectors.NewGoCollector(),
		collectors.NewDBStatsCollector(write, "write"), backlog{a.DB}}
	if read != write {
		all = append(all, collectors.NewDBStatsCollector(read, "read"))
	}
	a.Router.Metrics.MustRegister(all...)
}

var backlogNow = db.Query[backlogRow](`SELECT (SELECT COUNT(*) FROM job WHERE state <> 'dead' AND due_at < $1) AS late,
	(SELECT COUNT(*) FROM job WHERE state = 'dead') AS dead, (SELECT COUNT(*) FROM notify_outbox WHERE state = 'waiting') AS waiting,
	(SELECT COALESCE(MIN(id), 0) FROM notify_outbox WHERE state = 'waiting') AS oldest,
	(SELECT COALESCE(MAX(seq), 0) FROM audit_head) AS trail, (SELECT COUNT(*) FROM audit WHERE seq IS NULL) AS unnumbered`)

type backlogRow struct{ Late, Dead, Waiting, Oldest, Trail, Unnumbered int64 }

// backlog asks the database, at each look, what waits there.
type backlog struct{ db *db.DB }

// Describe tells nothing beforehand.
func (backlog) Describe(chan<- *prometheus.Desc) {}

// lateBy is how long after its time work counts as late.
const lateBy = time.Minute

// Collect gives the figures; none where the database does not answer.
func (b backlog) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	var row backlogRow
	if err := b.db.Glance(ctx, func(tx *db.Tx) (err error) {
		row, err = backlogNow.One(ctx, tx, time.Now().Add(-lateBy))
		return err
	}); err != nil {
		return
	}
	age := 0.0
	if row.Oldest != 0 {
		age = time.Since(db.ID(row.Oldest).Time()).Seconds()
	}
	for _, f := range []struct {
		name, help string
		value      float64
	}{
		{"linli_jobs_late", "Work that was due more than a minute ago.", float64(row.Late)},
		{"linli_jobs_dead", "Work that was given up after its last try.", float64(row.Dead)},
		{"linli_outbox_waiting", "Messages that wait to be sent.", float64(row.Waiting)},
		{"linli_outbox_oldest_seconds", "How long the oldest of them waits.", age},
		{"linli_trail_head", "Number of the last entry of the trail.", float64(row.Trail)},
		{"linli_trail_unnumbered", "Entries that wait for their number.", float64(row.Unnumbered)},
		{"linli_transactions_total", "Ways to the database of this process.", float64(b.db.Transactions())},
	} {
		to <- prometheus.MustNewConstMetric(prometheus.NewDesc(f.name, f.help, nil, nil), prometheus.GaugeValue, f.value)
	}
}
