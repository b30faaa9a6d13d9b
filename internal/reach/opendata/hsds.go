package opendata

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/google/uuid"

	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/people/partner"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// The names of fields are those of HSDS 3.x (Open Referral); what nobody entered is left out, where the standard asks for it it is empty.

// Organization is who offers a service.
type Organization struct {
	ID          uuid.UUID `json:"id"`
	Name        string    `json:"name"`
	Description string    `json:"description"`
	Website     string    `json:"website,omitempty"`
}

// HumanService is what is offered.
type HumanService struct {
	ID             uuid.UUID           `json:"id"`
	OrganizationID uuid.UUID           `json:"organization_id"`
	Name           string              `json:"name"`
	Description    string              `json:"description,omitempty"`
	URL            string              `json:"url"`
	Status         string              `json:"status"`
	Organization   Organization        `json:"organization"`
	Schedules      []Schedule          `json:"schedules"`
	Areas          []ServiceArea       `json:"service_areas"`
	At             []ServiceAtLocation `json:"service_at_locations"`
}

// ServiceAtLocation says where a service is given.
type ServiceAtLocation struct {
	ID         uuid.UUID `json:"id"`
	ServiceID  uuid.UUID `json:"service_id"`
	LocationID uuid.UUID `json:"location_id"`
	Location   Location  `json:"location"`
}

// Location is a place.
type Location struct {
	ID             uuid.UUID `json:"id"`
	Type           string    `json:"location_type"`
	OrganizationID uuid.UUID `json:"organization_id"`
	Name           string    `json:"name"`
	Latitude       float64   `json:"latitude,omitempty"`
	Longitude      float64   `json:"longitude,omitempty"`
	Addresses      []Address `json:"addresses"`
}

// Address is that of a place.
type Address struct {
	ID         uuid.UUID `json:"id"`
	LocationID uuid.UUID `json:"location_id"`
	Line       string    `json:"address_1"`
	City       string    `json:"city"`
	Region     string    `json:"region"`
	Province   string    `json:"state_province"`
	Postcode   string    `json:"postal_code"`
	Country    string    `json:"country"`
	Type       string    `json:"address_type"`
}

// Schedule is when a service is given, as a rule of RFC 5545.
type Schedule struct {
	ID          uuid.UUID `json:"id"`
	ServiceID   uuid.UUID `json:"service_id"`
	ValidFrom   string    `json:"valid_from,omitempty"`
	ValidTo     string    `json:"valid_to,omitempty"`
	Timezone    int64     `json:"timezone"`
	Freq        string    `json:"freq"`
	ByDay       string    `json:"byday"`
	Description string    `json:"description"`
	OpensAt     string    `json:"opens_at,omitempty"`
	ClosesAt    string    `json:"closes_at,omitempty"`
}

// ServiceArea is for whom a service is.
type ServiceArea struct {
	ID        uuid.UUID `json:"id"`
	ServiceID uuid.UUID `json:"service_id"`
	Name      string    `json:"name"`
}

// physical is the kind of a place that one can go to.
const physical = "physical"

// atHome is how units write that they come to whoever asks: no place of theirs.
const atHome = "上门"

// offset is by how many hours the day of Shanghai is ahead of UTC.
const offset = 8

// weekdays as RFC 5545 writes them, from Monday on.
var weekdays = []string{"MO", "TU", "WE", "TH", "FR", "SA", "SU"}

// key is the identifier of a thing, the same at each taking.
func (s *Service) key(kind string, id db.ID, more ...any) uuid.UUID {
	return uuid.NewSHA1(uuid.NameSpaceURL, fmt.Append(nil, s.base, "/hsds/", kind, "/", id, more))
}

// at says where a service is given; each place is described as the service's own.
func (s *Service) at(v *HumanService, kind string, id db.ID, l Location, line string, way []region.Step) {
	l.ID, l.Type, l.OrganizationID = s.key(kind+".location", id), physical, v.OrganizationID
	a := Address{ID: s.key(kind+".address", id), LocationID: l.ID, Line: line, Country: "CN", Type: physical}
	for _, step := range way {
		switch step.Level {
		case auth.LevelRegion:
			a.Province = step.Name
		case auth.LevelLeague:
			a.City = step.Name
		default:
			a.Region += step.Short()
		}
	}
	l.Addresses = []Address{a}
	v.At = []ServiceAtLocation{{ID: s.key(kind+".at", id), ServiceID: v.ID, LocationID: l.ID, Location: l}}
}

// full names a community from its league down.
func full(way []region.Step) (out string) {
	for _, step := range way {
		if step.Level > auth.LevelRegion {
			out += step.Short()
		}
	}
	return out
}

// offered says an offer of a unit.
func (s *Service) offered(ctx context.Context, tx *db.Tx, o partner.Offer) (HumanService, error) {
	const kind = "offer"
	way, err := region.Path(ctx, tx, o.Region)
	if err != nil {
		return HumanService{}, err
	}
	within, err := region.FullName(ctx, tx, o.Within())
	v := HumanService{ID: s.key(kind, o.ID), OrganizationID: s.key("partner", o.PartnerID), Name: o.Service, Description: o.Description,
		URL: s.base + offers, Status: "active"}
	v.Organization = Organization{ID: v.OrganizationID, Name: o.Partner, Description: full(way) + "的驻区单位"}
	days := strings.Join(o.ByDay, ",")
	v.Schedules = []Schedule{{ID: s.key(kind+".schedule", o.ID), ServiceID: v.ID, ValidFrom: o.ValidFrom.String(), ValidTo: o.ValidTo.String(),
		Timezone: offset, Freq: "WEEKLY", ByDay: cmp.Or(days, strings.Join(weekdays, ",")), Description: o.When(), OpensAt: hour(o.OpensAt),
		ClosesAt: hour(o.ClosesAt)}}
	v.Areas = []ServiceArea{{ID: s.key(kind+".area", o.ID), ServiceID: v.ID, Name: within}}
	if v.At = []ServiceAtLocation{}; !strings.HasPrefix(o.Location, atHome) {
		s.at(&v, kind, o.ID, Location{Name: o.Location}, o.Location, way)
	}
	return v, err
}

// served says what a station does for everybody.
func (s *Service) served(ctx context.Context, tx *db.Tx, r site) (HumanService, error) {
	const kind = "station"
	way, err := region.Path(ctx, tx, r.Region)
	v := HumanService{ID: s.key(kind+".service", r.ID), OrganizationID: s.key(kind, r.ID), Name: "志愿服务",
		URL:         s.base + "/stations/" + r.ID.String(),
		Description: "登记求助，报名做志愿者，参加活动", Status: "active", Schedules: []Schedule{}}
	if r.Status != "open" {
		v.Status = "temporarily closed"
	}
	v.Organization = Organization{ID: v.OrganizationID, Name: r.Name, Description: full(way) + "的志愿服务站（点）", Website: v.URL}
	words := station.Opening{Hours: r.Hours, OnHolidays: r.OnHolidays, HoursNote: r.HoursNote}.Words(ctx)
	for i, span := range spans(r.Hours) {
		v.Schedules = append(v.Schedules, Schedule{ID: s.key(kind+".schedule", r.ID, i), ServiceID: v.ID, Timezone: offset, Freq: "WEEKLY",
			ByDay: strings.Join(span.days, ","), Description: words, OpensAt: hour(span.from), ClosesAt: hour(span.to)})
	}
	v.Areas = []ServiceArea{{ID: s.key(kind+".area", r.ID), ServiceID: v.ID, Name: full(way)}}
	s.at(&v, kind, r.ID, Location{Name: r.Name, Latitude: r.Lat, Longitude: r.Lng}, r.Address, way)
	return v, err
}

// span is hours that are the same on some days.
type span struct {
	from, to string
	days     []string
}

func spans(w station.Week) (out []span) {
	for _, h := range w {
		i := slices.IndexFunc(out, func(x span) bool { return x.from == h.From && x.to == h.To })
		if i < 0 {
			i, out = len(out), append(out, span{from: h.From, to: h.To})
		}
		out[i].days = append(out[i].days, weekdays[h.Weekday-1])
	}
	return out
}

// hour is a time of a day with its zone.
func hour(hhmm string) string {
	if hhmm == "" {
		return ""
	}
	return fmt.Sprintf("%s+%02d:00", hhmm, offset)
}

// HSDS gives the offers and the stations whole, as one page of services of HSDS. It is written as it is read, like each dataset.
func (s *Service) HSDS(ctx context.Context, _ NoInput) (blob.File, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (blob.File, error) {
		offers, err := offersMark.One(ctx, tx)
		if err != nil {
			return blob.File{}, err
		}
		stations, err := stationsMark.One(ctx, tx)
		tag := tagOf(s.base, s.program, offers, stations, clock.DayOf(tx.Now))
		return blob.File{Name: "hsds.json", Type: "application/json", Tag: tag, Stream: func(w io.Writer) error {
			return s.humanServices(ctx, w)
		}}, err
	})
}

// source reads services after a key, and the key of the last; none when there are no more.
type source func(ctx context.Context, tx *db.Tx, after int64) ([]HumanService, int64, error)

// described reads a source from rows of any kind.
func described[T any](rows func(context.Context, *db.Tx, int64) ([]T, error), id func(T) db.ID,
	say func(context.Context, *db.Tx, T) (HumanService, error)) source {
	return func(ctx context.Context, tx *db.Tx, after int64) (out []HumanService, last int64, err error) {
		list, err := rows(ctx, tx, after)
		for _, r := range list {
			v, err := say(ctx, tx, r)
			if err != nil {
				return nil, 0, err
			}
			out, last = append(out, v), int64(id(r))
		}
		return out, last, err
	}
}

func (s *Service) sources() []source {
	return []source{
		described(func(ctx context.Context, tx *db.Tx, after int64) ([]partner.Offer, error) {
			return partner.PublicAfter(ctx, tx, db.ID(after), pageRows)
		}, func(o partner.Offer) db.ID { return o.ID }, s.offered),
		described(func(ctx context.Context, tx *db.Tx, after int64) ([]site, error) {
			return stationsAfter.All(ctx, tx, after, pageRows)
		}, func(r site) db.ID { return r.ID }, s.served),
	}
}

// humanServices writes the page; how many there were stands behind them.
func (s *Service) humanServices(ctx context.Context, w io.Writer) error {
	out := bufio.NewWriter(w)
	e, n := json.NewEncoder(out), 0
	_, err := out.WriteString(`{"contents":[`)
	for _, from := range s.sources() {
		for after := int64(0); err == nil; {
			var page []HumanService
			if err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
				page, after, err = from(ctx, tx, after)
				return err
			}); len(page) == 0 {
				break
			}
			for _, v := range page {
				if n++; n > 1 {
					_, _ = out.WriteString(",") // the writer keeps its first error
				}
				err = cmp.Or(err, e.Encode(v))
			}
		}
	}
	if err == nil {
		_, err = fmt.Fprintf(out, `],"total_items":%d,"total_pages":1,"page_number":1,"size":%d,"first_page":true,"last_page":true,"empty":%t}`+"\n",
			n, n, n == 0)
	}
	return cmp.Or(err, out.Flush())
}
