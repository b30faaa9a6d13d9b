package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"linli/internal/platform/clock"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/release"
	"linli/internal/platform/seal"
)

const (
	drainTime  = 20 * time.Second
	readTime   = 30 * time.Second
	idleTime   = 2 * time.Minute
	headerSize = 32 << 10
)

// Serve runs the server until ctx ends, then lets running requests finish. In demo mode fill first looks after an empty database.
func Serve(ctx context.Context, store config.Store, cfg config.Server, fill func(context.Context, *App) error) error {
	if cfg.ClockFile != "" {
		if !cfg.Demo {
			return errors.New("--clock-file is for demo mode only")
		}
		c, err := clock.FromFile(ctx, cfg.ClockFile)
		if err != nil {
			return err
		}
		ctx = clock.With(ctx, c)
	}
	if err := db.Wait(ctx, store.DB, func(err error) { slog.Warn("waiting for the database", "err", err) }); err != nil {
		return err
	}
	d, keys, err := Open(ctx, store, cfg.Suite)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := Prepare(ctx, d, keys, store, cfg.Demo); err != nil {
		return err
	}
	ln, err := net.Listen("tcp", cfg.Addr)
	if err != nil {
		return err
	}
	defer ln.Close()
	if cfg.BaseURL == "" {
		cfg.BaseURL = "http://" + ln.Addr().String()
	}
	a, err := New(d, keys, store, cfg)
	if err == nil {
		err = a.checkpoint(ctx)
	}
	if err == nil && cfg.Demo {
		err = fill(ctx, a)
	}
	if err != nil {
		return err
	}
	d.Serve(cfg.DBConns)
	return a.run(ctx, ln, cfg)
}

// Prepare brings a SQLite file up to date, refuses an old PostgreSQL schema, stamps, binds and seeds.
func Prepare(ctx context.Context, d *db.DB, keys *seal.Keys, store config.Store, demo bool) error {
	watch(d, keys)
	old, err := d.Outdated(ctx)
	switch {
	case err == nil && old && d.Postgres():
		err = release.ErrOldSchema
	case err == nil && old:
		err = upgrade(ctx, d, keys)
	}
	if err != nil {
		return err
	}
	if err := release.Fits(ctx, d); err != nil {
		return err
	}
	if err := d.Start(ctx); err != nil {
		return err
	}
	if err := notEmptied(ctx, d, keys, store); err != nil {
		return err
	}
	after := adoptFirst
	if old {
		after = adopt
	}
	if err := after(ctx, d); err != nil {
		return err
	}
	if err := release.Demand(ctx, d); err != nil {
		return err
	}
	if err := Stamp(ctx, d, demo); err != nil {
		return err
	}
	if err := bind(ctx, d, keys, store); err != nil {
		return err
	}
	return Seed(ctx, d)
}

// run serves and works off jobs until ctx ends; the jobs end last, so that what a request left behind is seen.
func (a *App) run(ctx context.Context, ln net.Listener, cfg config.Server) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	numbered := make(chan struct{})
	go func() { done <- a.Jobs.Run(work) }()
	go a.refreshKeys(work)
	go func() { a.sequencer.Run(work); close(numbered) }()
	err := a.serve(ctx, ln, cfg)
	stop()
	err = errors.Join(err, <-done)
	<-numbered
	return errors.Join(err, a.sequencer.CatchUp(context.WithoutCancel(ctx)))
}

func (a *App) serve(ctx context.Context, ln net.Listener, cfg config.Server) error {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", live)
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("/", a.Router)
	main := server(ctx, mux)
	failed := make(chan error, 2)
	go func() { failed <- main.Serve(ln) }()
	if cfg.AdminAddr != "" {
		admin, err := a.metrics(cfg)
		if err != nil {
			return err
		}
		side := server(ctx, admin)
		side.Addr = cfg.AdminAddr
		go func() { failed <- side.ListenAndServe() }()
		defer side.Close()
	}
	if err := a.announce(ctx, cfg.ReadyFile, cfg.BaseURL); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	return a.stop(ctx, main, cfg.StopDelay)
}

// stop ends a server as those who lead requests to it expect: for a moment it says that it is not ready and serves on, then it takes no
// more connections, ends the live pages and lets running requests finish.
func (a *App) stop(ctx context.Context, main *http.Server, delay time.Duration) error {
	a.leaving.Store(true)
	time.Sleep(delay)
	a.Router.EndStreams()
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTime)
	defer cancel()
	return main.Shutdown(drain)
}

// server is one whose requests go by the clock of ctx and outlive it: they are drained.
func server(ctx context.Context, h http.Handler) *http.Server {
	base := context.WithoutCancel(ctx)
	return &http.Server{Handler: h, BaseContext: func(net.Listener) context.Context { return base },
		ReadHeaderTimeout: readTime, ReadTimeout: readTime, WriteTimeout: 2 * readTime, IdleTimeout: idleTime, MaxHeaderBytes: headerSize}
}

// announce says where the server is, and while nobody has an account where the first ones are made. It writes the ready file at once or
// not at all, so that a reader never sees half of it.
func (a *App) announce(ctx context.Context, path, base string) error {
	os.Stdout.WriteString("邻里志愿已启动：" + base + "\n")
	first, err := a.Setup.Address(ctx)
	if err != nil {
		return err
	}
	if first != "" {
		os.Stdout.WriteString("还没有账号。请在浏览器里打开这个地址，开第一批账号（只有看得到这一行的人能用，开好以后作废）：\n  " +
			strings.TrimSuffix(base, "/") + first + "\n")
	}
	if path == "" {
		return nil
	}
	tmp := filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".tmp")
	if err := os.WriteFile(tmp, []byte(base+"\n"), 0o644); err != nil {
		return err
	}
	return os.Rename(tmp, path)
}

func secure(base string) bool { return strings.HasPrefix(base, "https://") }
