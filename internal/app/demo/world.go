package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"time"

	"linli/internal/app"
	"linli/internal/app/demo/manifest"
	"linli/internal/civic/account"
	"linli/internal/civic/account/password"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/catalogue"
)

// world is the demo while it is made.
type world struct {
	app      *app.App
	scale    Scale
	rng      *rand.Rand
	names    *namer
	now      time.Time
	start    time.Time // of the work; the founding lies before
	queue    queue
	trail    *audit.Sequencer
	seq      int
	password string // hash of Password, one for all
	menu     []catalogue.Item
	paper    blob.Upload
	places   []*place // the last one lies in another league
	towns    map[auth.Region]auth.Actor
	officers map[auth.Role]auth.Actor // one of each role above the towns, of the base
	pools    map[auth.Region][]*soul  // volunteers by town
	seats    []auth.Actor             // officers of whom nobody has said yet who made them
	above    map[int64]bool           // persons and accounts of officers above the communities
	first    db.ID                    // below all ids of the demo
	unsent   db.ID                    // an order of the base station that waits and that nobody will send
	manifest manifest.Manifest
}

// place is a community with its station and everybody there.
type place struct {
	station.Station
	manager, head, town   auth.Actor
	residents, volunteers []*soul
}

// soul is somebody of a place.
type soul struct {
	somebody
	id        db.ID
	home      *place
	actor     auth.Actor // empty for who does not sign in
	volunteer volunteer.Volunteer
	insured   bool
	kept      bool // without appointments from now on
	busy      [8]uint64
}

// Password is what every account of a demo signs in with.
const Password = "Yanshi-2026-linli"

const (
	founding = 60 // days before the work begins
	few      = 4  // of each kind in the other league
)

func newWorld(ctx context.Context, a *app.App, s Scale, rng *rand.Rand, now time.Time) (*world, error) {
	now = now.In(clock.Shanghai).Truncate(time.Microsecond)
	w := &world{app: a, trail: audit.NewSequencer(a.DB, a.Keys), scale: s, rng: rng, names: newNamer(rng), now: now,
		start: clock.DayOf(now).AddDays(-s.Days).Time(), towns: map[auth.Region]auth.Actor{}, officers: map[auth.Role]auth.Actor{},
		pools: map[auth.Region][]*soul{}, above: map[int64]bool{}}
	var err error
	if w.password, err = password.NewHasher().Hash(ctx, Password); err != nil {
		return nil, err
	}
	if w.paper, err = sheetPhoto(); err != nil {
		return nil, err
	}
	var communities []auth.Region
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		if communities, err = w.communities(ctx, tx); err != nil {
			return err
		}
		w.menu, err = catalogue.Menu(ctx, tx, communities[0])
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, it := range w.menu {
		w.manifest.Catalogue = append(w.manifest.Catalogue, it.ID)
	}
	base := communities[0]
	w.manifest.Clock = now
	w.manifest.Base = manifest.Base{League: base.At(auth.LevelLeague), Banner: base.At(auth.LevelBanner), Town: base.At(auth.LevelTown),
		Community: base}
	w.found(append(communities, elsewhere))
	w.network()
	w.civic()
	w.oversight()
	w.office()
	w.work()
	w.at(w.now.Add(-20*time.Minute), w.tell)
	return w, nil
}

// communities gives those that get a station, the base one first.
func (w *world) communities(ctx context.Context, tx *db.Tx) (out []auth.Region, err error) {
	towns := []auth.Region{baseTown}
	if !w.scale.OneTown {
		below, err := region.Below(ctx, tx, baseBanner)
		if err != nil {
			return nil, err
		}
		towns = nil
		for _, t := range below {
			towns = append(towns, t.Code)
		}
	}
	for _, t := range towns {
		below, err := region.Below(ctx, tx, t)
		if err != nil {
			return nil, err
		}
		for _, c := range below {
			out = append(out, c.Code)
		}
	}
	if len(out) < w.scale.Stations {
		return nil, fmt.Errorf("only %d communities for %d stations", len(out), w.scale.Stations)
	}
	return out[:w.scale.Stations], nil
}

// found plans the founding: officers, stations with their staff, then the people, over some weeks.
func (w *world) found(communities []auth.Region) {
	first := clock.DayOf(w.start).AddDays(-founding).Time().Add(9 * time.Hour)
	w.at(first, w.offices)
	for i, c := range communities {
		w.at(first.Add(time.Duration(i+1)*time.Minute), func(ctx context.Context) error { return w.open(ctx, c) })
	}
	weeks := w.start.Sub(first) - 24*time.Hour
	w.spread(first.Add(24*time.Hour), weeks, w.scale.Residents, auth.Resident, w.resident)
	w.spread(first.Add(24*time.Hour), weeks, w.scale.Volunteers, auth.Volunteer, w.enrol)
}

// spread plans n arrivals: those who are listed at the base, then in turn at all places, and a few at the last, which lies in another
// league.
func (w *world) spread(from time.Time, span time.Duration, n int, role auth.Role, arrive func(ctx context.Context, p *place, i int) error) {
	for i := range n {
		at := i % w.scale.Stations
		if w.scale.Together {
			at = i * w.scale.Stations / (n - few) // the last few are elsewhere
		}
		if i < listedPerRole[role] {
			at = 0
		}
		if i >= n-few {
			at = w.scale.Stations
		}
		t := w.daytime(from.Add(span / time.Duration(n) * time.Duration(i)))
		w.at(t, func(ctx context.Context) error { return arrive(ctx, w.places[at], i) })
	}
}

// offices makes the officers of all levels above the communities.
func (w *world) offices(ctx context.Context) error {
	top := auth.Region(150000000000)
	for i := range 2 {
		a, err := w.official(ctx, auth.RegionOfficer, top, 0, i, true, true)
		if err != nil {
			return err
		}
		w.officers[auth.RegionOfficer] = a
	}
	for _, at := range []auth.Region{w.manifest.Base.Community, elsewhere} {
		for _, role := range []auth.Role{auth.LeagueOfficer, auth.BannerOfficer, auth.Inspector, auth.Editor, auth.Auditor, auth.SystemAdmin,
			auth.SecurityAdmin, auth.AuditAdmin} {
			level := auth.LevelBanner
			if role == auth.LeagueOfficer {
				level = auth.LevelLeague
			}
			for i := range 2 {
				a, err := w.official(ctx, role, at.At(level), 0, i, at != elsewhere, true)
				if err != nil {
					return err
				}
				if at == elsewhere || i > 0 {
					continue
				}
				if role == auth.SystemAdmin {
					a, err = w.everywhere(ctx, a)
				}
				if err != nil {
					return err
				}
				w.officers[role] = a
			}
		}
	}
	return nil
}

// official registers somebody, opens his account and gives him a role; a listed one stands in the manifest and is offered on the
// sign-in page.
func (w *world) official(ctx context.Context, role auth.Role, at auth.Region, st db.ID, i int, base, listed bool) (auth.Actor, error) {
	home := at
	if at.Level() < auth.LevelCommunity {
		home = w.manifest.Base.Community
		if !base {
			home = elsewhere
		}
	}
	s := &soul{somebody: w.names.somebody(home, 1970, 1998)}
	ctx = auth.AsSystem(ctx, "demo")
	if err := w.register(ctx, s, home, nil); err != nil {
		return auth.Actor{}, err
	}
	login := ""
	if listed {
		login = loginOf(role, base, i)
	}
	totp := ""
	if account.FactorFor([]auth.Grant{{Role: role, Region: at}}) >= account.FactorCard {
		totp = w.secret()
	}
	err := w.account(ctx, s, home, login, totp, auth.Grant{Role: role, Region: at, Station: st})
	if at.Level() < auth.LevelCommunity {
		w.above[int64(s.id)], w.above[int64(s.actor.Account)] = true, true
	}
	if err == nil && listed {
		err = w.list(ctx, s, role, at, st, login, totp)
	}
	if err == nil {
		err = w.vouch(ctx, s.actor)
	}
	return s.actor, err
}

// loginOf names an account: banner_officer1, and banner_officer.x1 in the other league.
func loginOf(role auth.Role, base bool, i int) string {
	if base {
		return fmt.Sprintf("%s%d", role, i+1)
	}
	return fmt.Sprintf("%s.x%d", role, i+1)
}

// secret makes the secret of an authenticator.
func (w *world) secret() string {
	out := make([]byte, 32)
	for i := range out {
		out[i] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[w.rng.IntN(32)]
	}
	return string(out)
}

// list puts an account into the manifest and marks it, so that its devices count as known.
func (w *world) list(ctx context.Context, s *soul, role auth.Role, at auth.Region, st db.ID, login, totp string) error {
	w.manifest.Accounts = append(w.manifest.Accounts, manifest.Account{Role: role, Login: login, Password: Password, TOTPSecret: totp,
		Region: at, PersonID: s.id, VolunteerID: s.volunteer.ID, StationID: st})
	return w.app.DB.Write(ctx, func(tx *db.Tx) error {
		name, err := region.Name(ctx, tx, at)
		if err != nil {
			return err
		}
		return w.app.Account.MarkDemo(ctx, tx, role, s.actor.Account, name)
	})
}

// register enters somebody into the register of persons.
func (w *world) register(ctx context.Context, s *soul, home auth.Region, change func(*person.NewPerson)) error {
	in := person.NewPerson{Name: s.name, Sex: s.sex, BirthDay: s.birth, Region: home, Phone: s.phone, IDNumber: s.number,
		Languages: s.languages, Consent: person.BySpoken}
	if s.home != nil {
		in.Addresses = []person.Address{w.address(s.home)}
	}
	if change != nil {
		change(&in)
	}
	return w.app.DB.Write(ctx, func(tx *db.Tx) error {
		p, err := w.app.Person.Add(ctx, tx, in)
		s.id, s.name = p.ID, p.Name
		return err
	})
}

// address is a made-up home within two kilometres of the station.
func (w *world) address(p *place) person.Address {
	return person.Address{Kind: "home", Detail: fmt.Sprintf("示范路 %d 号", 1+w.rng.IntN(200)),
		Landmark: pick(w.rng, []string{"供销社旁边", "学校对面", "水塔往东", "卫生室后面", "桥头第二家", "文化广场北侧"}), Lat: round(p.Lat + (w.rng.Float64()-0.5)*0.03),
		Lng: round(p.Lng + (w.rng.Float64()-0.5)*0.03)}
}

func round(x float64) float64 { return math.Round(x*1e5) / 1e5 }

// account lets somebody sign in, and act.
func (w *world) account(ctx context.Context, s *soul, home auth.Region, login, totp string, grants ...auth.Grant) error {
	return w.app.DB.Write(ctx, func(tx *db.Tx) error {
		a, err := w.app.Account.Create(ctx, tx, account.NewAccount{PersonID: s.id, Login: login, Name: s.name, Phone: s.phone, Region: home,
			Password: w.password, TOTP: totp})
		if err != nil {
			return err
		}
		s.actor = auth.Actor{Account: a.ID, Person: s.id, Name: s.name, Grants: grants}
		for _, g := range grants {
			if err := w.app.Account.Grant(ctx, tx, a.ID, g.Role, g.Region, g.Station); err != nil {
				return err
			}
		}
		return nil
	})
}

// open opens the station of a community, with its manager and head; the base community and the other league's get everybody who is listed.
func (w *world) open(ctx context.Context, c auth.Region) error {
	base, listed := c != elsewhere, c == elsewhere || c == w.manifest.Base.Community
	town, err := w.townOf(ctx, c)
	if err != nil {
		return err
	}
	lat, lng := w.position(c)
	as := auth.With(ctx, town)
	name, err := w.sign(ctx, c, "站")
	if err != nil {
		return err
	}
	st, err := w.app.Station.Create(as, station.CreateInput{Region: c, Day: before(ctx, opened(c)),
		Facts: station.Facts{Name: name, Host: pick(w.rng, []string{"service_centre", "civilization", "party_centre"}),
			Address: fmt.Sprintf("示范路 %d 号", 1+w.rng.IntN(99)), Opening: hoursOf(c), Phone: w.names.phone(), Lat: lat, Lng: lng}})
	if err != nil {
		return err
	}
	if w.rng.IntN(10) > 0 {
		if st, err = w.app.Station.ConfirmName(as, station.ConfirmInput{ID: st.ID, Version: st.Version}); err != nil {
			return err
		}
	}
	p := &place{town: town}
	if p.manager, err = w.official(ctx, auth.StationManager, c, st.ID, 0, base, listed); err != nil {
		return err
	}
	if p.Station, err = w.app.Station.SetStatus(as, station.StatusInput{ID: st.ID, Version: st.Version, Status: station.Open,
		Day: st.StatusDay, Reason: "有了管理员，开放"}); err != nil {
		return err
	}
	if p.head, err = w.official(ctx, auth.CommunityHead, c, 0, 0, base, listed); err != nil {
		return err
	}
	w.places = append(w.places, p)
	if !listed {
		return nil
	}
	if base {
		w.manifest.Base.Station = st.ID
	}
	return w.colleagues(ctx, p, base)
}

// hoursOf are the opening hours of a station of the demo: most by the week of the offices, some with a Saturday, one in seven tells none.
func hoursOf(c auth.Region) station.Opening {
	text := []string{"周一至周五 8:30–12:00、14:30–17:30", "周一至周五 9:00–12:00、14:00–17:30；周六 9:00–12:00", "周一、周三、周五 9:00–12:00", "每天 9:00–17:00"}[c%4]
	if c%7 == 0 {
		return station.Opening{HoursNote: "锁着门就打电话，家就在后院"}
	}
	week, err := station.ParseWeek(text)
	if err != nil {
		panic(err) // the words stand above
	}
	return station.Opening{Hours: week, OnHolidays: c%4 == 3}
}

// colleagues are the other people of a listed community who have a role.
func (w *world) colleagues(ctx context.Context, p *place, base bool) error {
	type post struct {
		role auth.Role
		st   db.ID
		i    int
	}
	posts := []post{{auth.StationManager, p.ID, 1}, {auth.CommunityHead, 0, 1}}
	for _, role := range []auth.Role{auth.TeamLeader, auth.PartnerContact, auth.SocialWorker} {
		posts = append(posts, post{role, 0, 0}, post{role, 0, 1})
	}
	for _, x := range posts {
		if _, err := w.official(ctx, x.role, p.Region, x.st, x.i, base, true); err != nil {
			return err
		}
	}
	return nil
}

// townOf gives the officer of a community's town; the base town and the other league's have a second one, and both are listed.
func (w *world) townOf(ctx context.Context, c auth.Region) (auth.Actor, error) {
	town := c.At(auth.LevelTown)
	if a, ok := w.towns[town]; ok {
		return a, nil
	}
	base := c != elsewhere
	listed := !base || town == w.manifest.Base.Town
	a, err := w.official(ctx, auth.TownOfficer, town, 0, 0, base, listed)
	if err == nil && listed {
		_, err = w.official(ctx, auth.TownOfficer, town, 0, 1, base, true)
	}
	w.towns[town] = a
	return a, err
}

// position makes up where a community lies: around its banner's label point, by a hash of its code.
func (w *world) position(c auth.Region) (lat, lng float64) {
	centre := [2]float64{41.89, 115.22}
	if c == elsewhere {
		centre = [2]float64{40.99, 111.90}
	}
	return around(c, centre[0], centre[1])
}

// around is a place within thirty kilometres of another.
func around(c auth.Region, lat, lng float64) (float64, float64) {
	h := fnv.New64a()
	h.Write([]byte(c.String()))
	sum := h.Sum64()
	angle, km := float64(sum%3600)/1800*math.Pi, 1+float64(sum/3600%300)/10
	return round(lat + km*math.Sin(angle)/111.2), round(lng + km*math.Cos(angle)/(111.32*math.Cos(lat*math.Pi/180)))
}
