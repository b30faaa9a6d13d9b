// Package app puts the program together: it opens the database and the keys, builds every service, subscribes topics and mounts
// routes. It alone knows all areas.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"

	"linli/internal/civic/account"
	"linli/internal/civic/appointment"
	"linli/internal/civic/identity"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/coverage"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/oversight/award"
	"linli/internal/oversight/complaint"
	"linli/internal/oversight/fund"
	"linli/internal/oversight/inspection"
	"linli/internal/oversight/inspection/plan"
	"linli/internal/oversight/inspection/problem"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/oversight/report"
	"linli/internal/oversight/stats"
	"linli/internal/people/agreement"
	"linli/internal/people/enrol"
	"linli/internal/people/insurance"
	"linli/internal/people/partner"
	"linli/internal/people/recruit"
	"linli/internal/people/team"
	"linli/internal/people/training"
	"linli/internal/people/volunteer"
	"linli/internal/platform/area"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/notify"
	"linli/internal/platform/outward"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
	"linli/internal/proof/certificate"
	"linli/internal/proof/green"
	"linli/internal/proof/honour"
	"linli/internal/proof/log"
	"linli/internal/proof/record"
	"linli/internal/proof/timebank"
	"linli/internal/reach/access"
	"linli/internal/reach/batch"
	"linli/internal/reach/console"
	"linli/internal/reach/exchange"
	"linli/internal/reach/gateway"
	"linli/internal/reach/inbound"
	"linli/internal/reach/opendata"
	"linli/internal/reach/platforms"
	"linli/internal/reach/poll"
	"linli/internal/reach/portal"
	"linli/internal/reach/press"
	"linli/internal/reach/setup"
	"linli/internal/reach/webhook"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/casework"
	"linli/internal/work/catalogue"
	"linli/internal/work/dispatch"
	"linli/internal/work/guard"
	"linli/internal/work/homevisit"
	"linli/internal/work/need"
	"linli/internal/work/offline"
	"linli/internal/work/order"
	"linli/internal/work/pairing"
	"linli/internal/work/project"
	"linli/internal/work/survey"
)

// App is the whole program over one open database.
type App struct {
	DB     *db.DB
	Keys   *seal.Keys
	Router *web.Router
	Jobs   *job.Runner
	Notify *notify.Service
	Blobs  *blob.Store
	Areas  []area.Area // in the order in which they build on each other

	Region   *region.Service
	Setting  *setting.Service
	Person   *person.Service
	Account  *account.Service
	Appoint  *appointment.Service
	Identity *identity.Service

	Station   *station.Service
	Standard  *standard.Service
	Office    Office
	Coverage  *coverage.Service
	Volunteer *volunteer.Service
	Team      *team.Service
	Enrol     *enrol.Service
	Insurance *insurance.Service
	Agreement *agreement.Service

	Catalogue  *catalogue.Service
	Order      *order.Service
	Attendance *attendance.Service
	Activity   *activity.Service
	Training   *training.Service
	Project    *project.Service
	Recruit    *recruit.Service
	Partner    *partner.Service
	Dispatch   *dispatch.Service
	Pairing    *pairing.Service
	Guard      *guard.Service
	Casework   *casework.Service
	Survey     *survey.Service
	Need       *need.Service
	HomeVisit  *homevisit.Service
	Offline    *offline.Service

	Record      *record.Service
	Log         *log.Service
	Exchange    *exchange.Service
	Platforms   *platforms.Service
	Inbound     *inbound.Service
	Certificate *certificate.Service
	TimeBank    *timebank.Service
	Green       *green.Service
	Honour      *honour.Service

	Plan      *plan.Service
	Visit     *visit.Service
	SpotCheck *spotcheck.Service
	Problem   *problem.Service
	Complaint *complaint.Service
	Press     *press.Service
	Fund      *fund.Service
	Award     *award.Service
	Stats     *stats.Service
	Report    *report.Service
	Access    *access.Service
	Webhook   *webhook.Service
	Gateway   *gateway.Service
	OpenData  *opendata.Service
	Setup     *setup.Service

	sequencer *audit.Sequencer
	leaving   atomic.Bool // the server is about to stop
	filed     atomic.Pointer[filed]
	places    []string // folders of checkpoints
	store     config.Store
}

// New builds the whole program over an open, migrated database.
func New(d *db.DB, keys *seal.Keys, store config.Store, cfg config.Server) (*App, error) {
	a, err := Assemble(d, keys, store, cfg)
	if err != nil {
		return nil, err
	}
	ground, err := ui.NewMap(cfg.MapTiles, cfg.MapCredit)
	if err != nil {
		return nil, err
	}
	a.Jobs, a.sequencer = job.New(d), audit.NewSequencer(d, keys)
	a.sequencer.Followed(a.Log.CatchUp)
	a.sequencer.Published(a.checkpoint)
	heaps := area.Heaps(d, a.Areas)
	navs := area.Navs(a.Areas, heaps)
	a.Router = web.New(web.Config{
		Auth: a.Access, Gate: a.Access.Gate,
		Keys: keys, DB: a.DB, Demo: cfg.Demo, Secure: secure(cfg.BaseURL), BaseURL: strings.TrimSuffix(cfg.BaseURL, "/"),
		TrustedProxies: cfg.TrustedProxies, AtOnce: cfg.AtOnce,
		Decorate: func(ctx context.Context, p *ui.Page) {
			p.Navs, p.Heaps, p.Seat, p.Find = navs, heaps, a.seat, findAt(ctx, p.Shell)
			p.Ring, p.Unread, p.Filing = a.ring, a.unread, a.filing
		}, Map: ground, Log: slog.Default(),
	})
	a.Mount(a.Router)
	for _, x := range a.Areas {
		if x.Work != nil {
			x.Work(a.Jobs)
		}
	}
	return a, nil
}

// Mount puts the routes of every area on r.
func (a *App) Mount(r *web.Router) {
	for _, x := range a.Areas {
		if x.Routes != nil {
			r.Name(x.Words)
			x.Routes(r)
		}
	}
}

// Assemble builds every service, without doors and work: enough for a command that asks all areas.
func Assemble(d *db.DB, keys *seal.Keys, store config.Store, cfg config.Server) (a *App, err error) {
	a = &App{DB: d, Keys: keys, store: store, Blobs: blob.New(d, store.Files()), places: store.Checkpoints()}
	if d != nil && keys != nil {
		watch(d, keys)
	}
	ways, err := outward.NewGuard(cfg.Inside)
	if err != nil {
		return nil, err
	}
	a.Gateway = gateway.New(d, keys, ways)
	a.Gateway.Send = a.text
	a.Notify, err = notify.New(d, keys, notify.Outside{Gateways: cfg.Gateways, Dir: cfg.OutboxDir, BaseURL: cfg.BaseURL, SMS: a.Gateway.Way,
		Contact: a.contact})
	if err != nil {
		return nil, err
	}
	out, err := outward.New(cfg.Outward, cfg.Demo, outward.Options{})
	if err != nil {
		return nil, err
	}
	a.build(cfg, ways)
	a.Webhook = webhook.New(d, keys, out)
	a.follow()
	a.Areas = []area.Area{a.ground(),
		a.Region.Area(), a.Setting.Area(), a.Person.Area(), a.Account.Area(), a.Identity.Area(), a.Appoint.Area(),
		a.Station.Area(), a.Standard.Area(),
		a.Office.Template.Area(), a.Office.Home.Area(), a.Office.Notice.Area(), a.Office.Photo.Area(), a.Office.Workplan.Area(),
		a.Office.Rule.Area(),
		a.Office.Sign.Area(), a.Office.Equipment.Area(), a.Office.Roster.Area(), a.Office.Ledger.Area(), a.Office.Archive.Area(),
		a.Coverage.Area(),
		a.Volunteer.Area(), a.Team.Area(), a.Enrol.Area(), a.Insurance.Area(), a.Agreement.Area(),
		a.Catalogue.Area(), a.Order.Area(), a.Attendance.Area(), a.Activity.Area(), a.Training.Area(), a.Project.Area(),
		a.Recruit.Area(), a.Partner.Area(),
		a.Dispatch.Area(), a.Pairing.Area(), a.Guard.Area(), a.Casework.Area(), a.Survey.Area(), a.Need.Area(), a.HomeVisit.Area(),
		a.Offline.Area(),
		a.Record.Area(), a.Log.Area(), a.Certificate.Area(), a.TimeBank.Area(), a.Green.Area(),
		a.Honour.Area(),
		a.Stats.Area(), a.Report.Area(), a.Plan.Area(), a.Visit.Area(), a.SpotCheck.Area(), a.Problem.Area(), a.Complaint.Area(),
		a.Fund.Area(), a.Award.Area(),
		a.Press.Area(), poll.New(d).Area(), a.Access.Area(), a.Webhook.Area(), a.OpenData.Area(),
		a.Exchange.Area(), batch.Area(), a.Platforms.Area(),
		a.Inbound.Area(), a.Gateway.Area(), console.New(d, keys, a.Notify).Area(), a.Setup.Area(),
		portal.New(d, a.Stats, a.Person).Keep(a.Press.Edition).Area(),
	}
	return a, nil
}

// build makes each service over those that it builds on.
func (a *App) build(cfg config.Server, ways *outward.Guard) {
	d, keys := a.DB, a.Keys
	a.Region, a.Setting = region.New(d), setting.New(d)
	a.Person = person.New(d, keys, cfg.Demo)
	a.Person.SMS = a.text
	a.Account = account.New(d, keys, account.Outside{Persons: a.Person, SMS: a.text, Station: stationThere, Texts: a.Notify.Texts}, cfg.Demo)
	a.Identity = identity.New(d, keys, a.Account, ways, cfg.BaseURL)
	a.Appoint = appointment.New(d, a.Person, a.Account, a.Blobs, a.text)

	a.Station = station.New(d, keys)
	a.Standard = standard.New(d, a.Blobs)
	a.buildOffice()
	a.Coverage = coverage.New(d)
	a.Volunteer = volunteer.New(d)
	a.Team = team.New(d)
	a.Enrol = enrol.New(d, keys, a.Person, a.Volunteer, cfg.BaseURL, cfg.Demo)
	a.Insurance, a.Agreement = insurance.New(d, keys, a.Blobs), agreement.New(d, keys, a.Person, a.Blobs)

	a.Catalogue = catalogue.New(d)
	a.Order = order.New(d, keys, a.Person, a.Blobs)
	a.Attendance = attendance.New(d, keys, a.Order, a.Person, a.Blobs)
	a.Activity = activity.New(d, keys, a.Attendance)
	a.Training = training.New(d, keys, a.Person)
	a.Project = project.New(d, a.Activity, a.Attendance)
	a.Recruit = recruit.New(d, keys, a.Volunteer, cfg.BaseURL)
	a.Partner, a.Activity.Ask = partner.New(d, a.Person), activity.Outside{Partners: partner.Bidden}
	a.Dispatch = dispatch.New(d, a.Order)
	a.Pairing = pairing.New(d, keys, a.Person)
	a.Guard, a.Casework = guard.New(d, a.Person), casework.New(d, keys, a.Person)
	a.Survey = survey.New(d, keys, a.Person, a.Blobs)
	a.Need = need.New(d, keys, a.Person, a.Order, a.Project, a.Pairing)
	a.Project.Origin, a.Pairing.Origin = need.OfProject, need.OfPairing
	a.HomeVisit = homevisit.New(d, keys, a.Person, a.Need)
	a.Survey.Ask = survey.Outside{Goes: either(pairing.Goes, homevisit.Goes)}
	a.Offline = offline.New(d, keys, a.Person, offline.Areas{Orders: a.Order, Attendance: a.Attendance, Pairings: a.Pairing,
		Activities: a.Activity, Surveys: a.Survey, Homes: a.HomeVisit})

	a.Record = record.New(d, a.Person)
	a.Log = log.New(d, keys)
	a.Exchange = exchange.New(d, keys, a.Blobs, exchange.Areas{Persons: a.Person, Volunteers: a.Volunteer, Enrolments: a.Enrol,
		Stations: a.Station, Records: a.Record})
	a.Certificate = certificate.New(d, keys, a.Person, certificate.Config{BaseURL: cfg.BaseURL, Demo: cfg.Demo})
	a.TimeBank, a.Green, a.Honour = timebank.New(d, a.Person), green.New(d, a.Person), honour.New(d, a.Person, a.Blobs)
	a.Project.Ask = project.Outside{Counted: record.OfProject, Copied: record.OfCopies, Partners: partner.BiddenTo}
	a.Person.Ask = person.Outside{Counted: record.Held, Independent: a.Appoint.Independent}

	a.buildReach(cfg.Demo)
	a.OpenData = opendata.New(d, opendata.Areas{Figures: a.Stats, Activities: a.Activity, Recruits: a.Recruit}, cfg.BaseURL)
}

// buildReach makes those above the work: supervision, honours and money, and what reaches others.
func (a *App) buildReach(demo bool) {
	d, keys := a.DB, a.Keys
	a.Stats = stats.New(d)
	files := inspection.Files{DB: d, Blobs: a.Blobs}
	a.Plan = plan.New(d, files)
	a.Visit = visit.New(d, files, a.Standard)
	visit.Indicators(a.Stats)
	a.SpotCheck = spotcheck.New(d, keys)
	spotcheck.Indicators(a.Stats)
	a.Problem = problem.New(d)
	a.Complaint = complaint.New(d, keys, a.Record)
	a.Press = press.New(d, a.Blobs)
	a.Fund = fund.New(d, a.Person, a.Stats, a.Blobs)
	a.Award = award.New(d, keys, a.Person)
	a.Report, a.Access = report.New(d, a.Stats, a.Pairing), access.New(d, keys, a.Account)
	a.Platforms, a.Gateway.Persons = platforms.New(d, keys, a.Person), a.Person
	a.Inbound, a.Setup = inbound.New(d, keys, a.Person, a.Record), setup.New(d, keys, a.Account, a.Station, a.Notify.Texts, demo)
}

// follow lets each area hear of those below it, in the transaction of the change.
func (a *App) follow() {
	a.Region.Closing.Subscribe(a.held)
	a.Region.Moved.Subscribe(a.rekey)
	a.Account.Follow(a.Person)
	a.Identity.Follow()
	a.Station.Follow(a.Region, a.Account)
	a.Standard.Follow(a.Station)
	a.Office.Roster.Follow(a.Station)
	a.Office.Notice.Follow(a.Station)
	a.Office.Photo.Follow(a.Station)
	a.Coverage.Follow(a.Region, a.Station, a.Standard)
	a.Volunteer.Follow(a.Person, a.Account)
	a.Team.Follow(a.Person, a.Volunteer)
	a.Enrol.Follow(a.Person)
	a.Insurance.Follow(a.Person)
	a.Agreement.Follow(a.Person)
	a.Catalogue.Follow(a.Station)
	a.Order.Follow(a.Person)
	a.Attendance.Follow(a.Person, a.Order)
	a.Activity.Follow(a.Person, a.Volunteer, a.Team)
	a.Training.Follow(a.Person, a.Volunteer)
	a.Project.Follow(a.Person, a.Team)
	a.Recruit.Follow(a.Person, a.Volunteer)
	a.Partner.Follow(a.Person)
	a.Dispatch.Follow(a.Volunteer)
	a.Pairing.Follow(a.Person)
	a.Guard.Follow(a.Person)
	a.Casework.Follow(a.Person)
	a.Survey.Follow(a.Person)
	a.Need.FollowPersons(a.Person)
	a.HomeVisit.Follow(a.Person, a.Volunteer)
	a.Offline.Follow(a.Person)
	a.Record.Follow(a.Person, a.Order, a.Attendance)
	a.Certificate.Follow(a.Person, a.Record)
	a.TimeBank.Follow(a.Person, a.Order, a.Record)
	a.Green.Follow(a.Person)
	a.Honour.Follow(a.Person)
	a.Volunteer.Honours = given(award.OfPerson, honour.OfPerson)
	a.Team.Honours, a.Team.Backbone = given(award.OfTeam, honour.OfTeam), honour.BackboneOfTeam
	a.Project.Ask.Honours = given(award.OfProject, honour.OfProject)
	a.Press.Follow(a.Person)
	a.Fund.Follow(a.Person)
	a.Award.Follow(a.Person)
	a.Access.Follow(a.Account)
	a.Webhook.Follow(a.Record, a.Certificate, a.Activity, a.Station)
	a.Platforms.Follow(a.Person)
	a.Inbound.Follow(a.Person)
	a.Stats.Follow(a.Region, a.Volunteer, a.Order, a.Record)
}

// text puts an SMS to a number into the outbox.
func (a *App) text(ctx context.Context, tx *db.Tx, phone string, t sms.Text) error {
	return a.Notify.Text(ctx, tx, phone, t)
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
	a, err := Assemble(d, nil, config.Store{}, config.Server{})
	if err != nil {
		return err
	}
	return d.Write(ctx, func(tx *db.Tx) error {
		for _, x := range a.Areas {
			if x.Seed == nil {
				continue
			}
			if err := x.Seed(ctx, tx); err != nil {
				return fmt.Errorf("seed of %s: %w", x.Name, err)
			}
		}
		return nil
	})
}
