// Package app puts the program together: it opens the database and the keys, builds every service, subscribes topics and mounts routes. It alone
// knows all areas.
package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/coverage"
	"linli/internal/network/office/template"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/oversight/inspection"
	"linli/internal/oversight/inspection/plan"
	"linli/internal/oversight/inspection/problem"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/oversight/report"
	"linli/internal/oversight/stats"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/reach/console"
	"linli/internal/reach/exchange"
	"linli/internal/reach/portal"
	"linli/internal/work/attendance"
	"linli/internal/work/catalogue"
	"linli/internal/work/dispatch"
	"linli/internal/work/order"
)

// App is the whole program over one open database.
type App struct {
	DB     *db.DB
	Keys   *seal.Keys
	Router *web.Router
	Jobs   *job.Runner
	Notify *notify.Service
	Blobs  *blob.Store

	Region  *region.Service
	Setting *setting.Service
	Person  *person.Service
	Account *account.Service

	Station   *station.Service
	Standard  *standard.Service
	Office    Office
	Coverage  *coverage.Service
	Volunteer *volunteer.Service

	Catalogue  *catalogue.Service
	Order      *order.Service
	Attendance *attendance.Service
	Dispatch   *dispatch.Service

	Record      *record.Service
	Exchange    *exchange.Service
	Certificate *certificate.Service

	Plan      *plan.Service
	Visit     *visit.Service
	SpotCheck *spotcheck.Service
	Problem   *problem.Service
	Stats     *stats.Service
	Report    *report.Service

	sequencer *audit.Sequencer
}

// Open connects to the database and reads the keys. Where there are none yet it makes the first of the suite; without a suite it refuses, so that a wrong
// --data is noticed. It does not migrate.
func Open(ctx context.Context, store config.Store, suite string) (*db.DB, *seal.Keys, error) {
	keys, err := seal.Open(store.Keys())
	if errors.Is(err, fs.ErrNotExist) && suite != "" {
		if err = seal.Init(store.Keys(), suite); err == nil {
			keys, err = seal.Open(store.Keys())
		}
	}
	if err != nil {
		return nil, nil, fmt.Errorf("keys in %s (see --data and `linli keys`): %w", store.Keys(), err)
	}
	d, err := db.Open(ctx, store.DB)
	return d, keys, err
}

// New builds every service over an open, migrated database.
func New(d *db.DB, keys *seal.Keys, store config.Store, cfg config.Server) (*App, error) {
	a := &App{DB: d, Keys: keys, Jobs: job.New(d), Blobs: blob.New(d, store.Files()), sequencer: audit.NewSequencer(d, keys)}
	var err error
	a.Notify, err = notify.New(d, keys, notify.Outside{Gateways: cfg.Gateways, Dir: cfg.OutboxDir, BaseURL: cfg.BaseURL, Contact: a.contact})
	if err != nil {
		return nil, err
	}
	ground, err := ui.NewMap(cfg.MapTiles, cfg.MapCredit)
	if err != nil {
		return nil, err
	}
	a.build(cfg)
	a.subscribe()
	a.Router = web.New(web.Config{
		Auth: a.Account, Keys: keys, Demo: cfg.Demo, Secure: secure(cfg.BaseURL), BaseURL: strings.TrimSuffix(cfg.BaseURL, "/"), TrustedProxies: cfg.TrustedProxies, Decorate: decorate, Map: ground, Log: slog.Default(),
	})
	a.Mount(a.Router)
	a.schedule()
	return a, nil
}

// Mount puts the routes of every area on r.
func (a *App) Mount(r *web.Router) {
	for _, area := range []interface{ Routes(*web.Router) }{
		a.Region, a.Setting, a.Person, a.Account, a.Station, a.Standard, &a.Office, a.Coverage, a.Volunteer, a.Catalogue, a.Order, a.Attendance, a.Dispatch, a.Record, a.Certificate, a.Exchange, a.Stats, a.Report, a.Plan, a.Visit, a.SpotCheck, a.Problem, console.New(a.DB, a.Notify), portal.New(a.DB, a.Stats),
	} {
		area.Routes(r)
	}
}

func (a *App) build(cfg config.Server) {
	d, keys := a.DB, a.Keys
	a.Region = region.New(d)
	a.Setting = setting.New(d)
	a.Person = person.New(d, keys, cfg.Demo)
	a.Account = account.New(d, keys, account.Outside{Persons: a.Person, SMS: a.sms, Station: stationThere}, cfg.Demo)
	a.Station = station.New(d, keys)
	a.Standard = standard.New(d, a.Blobs)
	a.buildOffice()
	a.Coverage = coverage.New(d)
	a.Volunteer = volunteer.New(d)
	a.Catalogue = catalogue.New(d)
	a.Order = order.New(d, keys, a.Person, a.Blobs)
	a.Attendance = attendance.New(d, keys, a.Order, a.Person, a.Blobs)
	a.Dispatch = dispatch.New(d, a.Order)
	a.Record = record.New(d)
	a.Exchange = exchange.New(d, keys, a.Blobs, exchange.Areas{Persons: a.Person, Volunteers: a.Volunteer, Stations: a.Station, Records: a.Record})
	a.Certificate = certificate.New(d, keys, certificate.Config{BaseURL: cfg.BaseURL, Demo: cfg.Demo})
	a.Stats = stats.New(d)
	files := inspection.Files{DB: d, Blobs: a.Blobs}
	a.Plan = plan.New(d, files)
	a.Visit = visit.New(d, files, a.Standard)
	visit.Indicators(a.Stats)
	a.SpotCheck = spotcheck.New(d, keys)
	spotcheck.Indicators(a.Stats)
	a.Problem = problem.New(d)
	a.Report = report.New(d, a.Stats)
}

// subscribe lets lower areas tell higher ones, in the transaction of the change.
func (a *App) subscribe() {
	a.Region.Closing.Subscribe(held)
	a.Region.Closing.Subscribe(a.Station.OnClosing)
	a.Region.Moved.Subscribe(rekey)
	a.Region.Moved.Subscribe(a.Station.OnDivisionMoved)
	a.Region.Settled.Subscribe(recount)
	a.Account.Ending.Subscribe(a.Station.OnEnding)
	a.Station.Moved.Subscribe(a.Standard.OnMoved)
	a.Station.Showing.Subscribe(a.Catalogue.OnShowing)
	a.Region.Changed.Subscribe(a.Coverage.OnDivisions)
	a.Station.Turned.Subscribe(a.Coverage.OnTurned)
	a.Standard.Renewed.Subscribe(a.Coverage.OnRenewed)
	for _, follow := range []func(context.Context, *db.Tx, person.MergedEvent) error{a.Account.OnMerged, a.Volunteer.OnMerged, a.Order.OnMerged, a.Attendance.OnMerged, a.Record.OnMerged,
		a.Certificate.OnMerged} {
		a.Person.Merged.Subscribe(follow)
	}
	a.Person.Withdrawn.Subscribe(a.Volunteer.OnWithdrawn)
	a.Volunteer.Approved.Subscribe(a.mayServe)
	a.Volunteer.Changed.Subscribe(a.Dispatch.Pool.OnChanged)
	a.Order.Broken.Subscribe(a.Attendance.BrokenOff)
	a.Attendance.CheckedOut.Subscribe(a.Record.OnCheckedOut)
	a.Attendance.SheetApproved.Subscribe(a.Record.OnSheetApproved)
	a.Order.Confirmed.Subscribe(a.Record.OnConfirmed)
	a.Order.Disputed.Subscribe(a.Record.OnDisputed)
	a.Order.Resolved.Subscribe(a.Record.OnResolved)
	a.Record.Changed.Subscribe(a.Certificate.OnRecordChanged)
	a.Order.Changed.Subscribe(a.Stats.OnOrder)
	a.Record.Changed.Subscribe(a.Stats.OnRecord)
	a.Volunteer.Changed.Subscribe(a.Stats.OnVolunteer)
}

// schedule says what is done without being asked.
func (a *App) schedule() {
	a.Notify.Work(a.Jobs)
	a.Region.Work(a.Jobs)
	job.Handle(a.Jobs, recountKind, func(ctx context.Context, _ any) error { return a.Stats.CountAnew(ctx) })
	a.Jobs.Every("order.sweep", time.Second, a.Order.Sweep)
	a.Jobs.Every("dispatch.sweep", time.Minute, a.Dispatch.Sweep)
	a.Jobs.Every("standard.remind", time.Hour, a.Standard.Remind)
	a.Jobs.Every("office.remind", time.Hour, a.Office.remind)
	a.Jobs.Every("coverage.fold", time.Second, a.Coverage.Fold)
	a.Jobs.Every("coverage.recount", 24*time.Hour, a.Coverage.Recount)
	a.Jobs.Every("plan.remind", time.Hour, a.Plan.Remind)
	a.Jobs.Every("visit.remind", time.Hour, a.Visit.Remind)
	a.Jobs.Every("problem.sweep", time.Hour, a.Problem.Sweep)
	a.Jobs.Every("stats.fold", time.Second/2, a.Stats.Fold)
	a.Jobs.Every("stats.recount", 24*time.Hour, a.Stats.Recount)
	a.Jobs.Every("account.sweep", time.Hour, a.Account.Sweep)
	a.Jobs.Every("idempotency.sweep", time.Hour, a.DB.ForgetOnce)
	a.Jobs.Every("exchange.sweep", time.Hour, a.Exchange.Sweep)
	a.Jobs.Every("blob.sweep", 24*time.Hour, a.Blobs.Sweep)
}

// mayServe gives the account of an approved volunteer, if he has one, the role that goes with it.
func (a *App) mayServe(ctx context.Context, tx *db.Tx, e volunteer.ApprovedEvent) error {
	acc, ok, err := account.OfPerson(ctx, tx, e.Volunteer.PersonID)
	if err != nil || !ok {
		return err
	}
	return a.Account.Grant(ctx, tx, acc.ID, auth.Volunteer, 0, 0)
}

// sms puts a code into the outbox.
func (a *App) sms(ctx context.Context, tx *db.Tx, phone, text string) error {
	return a.Notify.Text(ctx, tx, phone, "code", text)
}

// contact gives where messages of an account go.
func (a *App) contact(ctx context.Context, tx *db.Tx, id db.ID) (phone, mail string, err error) {
	phone, err = a.Account.Contact(ctx, tx, id)
	return phone, "", err
}

// stationThere gives a station of the community, its own when no id is named; one that waits for its manager counts.
func stationThere(ctx context.Context, tx *db.Tx, id db.ID, community auth.Region) (db.ID, error) {
	if id == 0 {
		st, ok, err := station.Of(ctx, tx, community)
		if err == nil && !ok {
			err = errs.ErrNotFound
		}
		return st.ID, err
	}
	st, err := station.Get(ctx, tx, id)
	if err == nil && st.Region != community {
		err = errs.ErrNotFound
	}
	return st.ID, err
}

// Kinds of database, stamped at birth.
const (
	kindDemo = "demo"
	kindReal = "real"
)

var (
	stampKind = db.SQL(`INSERT INTO stamp (name, value) VALUES ('kind', $1) ON CONFLICT (name) DO NOTHING`)
	readKind  = db.Query[string](`SELECT value FROM stamp WHERE name = 'kind'`)
)

// Stamp marks a new database as demo or real and refuses one of the other kind: demo identities never mix with real people.
func Stamp(ctx context.Context, d *db.DB, demo bool) error {
	want := kindReal
	if demo {
		want = kindDemo
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		if _, err := stampKind.Run(ctx, tx, want); err != nil {
			return err
		}
		got, err := readKind.One(ctx, tx)
		if err == nil && got != want {
			err = errs.Clash("这个数据库的种类是 " + got + "，不能以 " + want + " 方式打开")
		}
		return err
	})
}

// Seed loads what every database starts with: divisions, calendar, dictionaries, the checklist of stations, the menu of services.
func Seed(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		if err := region.Seed(ctx, tx); err != nil {
			return err
		}
		if err := setting.Seed(ctx, tx); err != nil {
			return err
		}
		if err := standard.Seed(ctx, tx); err != nil {
			return err
		}
		if err := template.Seed(ctx, tx); err != nil {
			return err
		}
		if err := coverage.Seed(ctx, tx); err != nil {
			return err
		}
		return catalogue.Seed(ctx, tx)
	})
}
