// Package home is the start page of a station's books, what its people want to know in the morning, and the proof of an item of the standard by what the books hold.
//
// Nouns: home, desk. Verbs: pick, prove.
package home

import (
	"context"
	"slices"

	"linli/internal/network/office"
	"linli/internal/network/office/archive"
	"linli/internal/network/office/equipment"
	"linli/internal/network/office/notice"
	"linli/internal/network/office/roster"
	"linli/internal/network/office/rule"
	"linli/internal/network/office/workplan"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
)

// Service holds the operations.
type Service struct {
	db       *db.DB
	standard *standard.Service
	proofs   map[string]proof
}

// New makes the service.
func New(d *db.DB, std *standard.Service, things *equipment.Service) *Service {
	return &Service{db: d, standard: std, proofs: map[string]proof{
		"plan": workplan.Proof, "rules": rule.Proof, "notices": notice.Proof, "archive": archive.Proof, "equipment": things.Proof, "manager": roster.Proof,
	}}
}

// PickInput asks for the stations whose books the actor may see.
type PickInput struct {
	Q string `query:"q" maxLength:"40" doc:"站名里的字"`
	db.Paging
}

// Picked is the list of them; with one station alone its page is shown at once.
type Picked struct {
	In   PickInput `json:"-"`
	Home *Home     `json:"-"`
	db.Page[station.Station]
}

// Pick lists the stations whose books the actor may see.
func (s *Service) Pick(ctx context.Context, in PickInput) (out Picked, err error) {
	if err := auth.Allow(ctx, office.View); err != nil {
		return out, err
	}
	out.In = in
	var after db.ID
	more, err := in.After(&after)
	if err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := stations(ctx, tx, auth.ScopeOf(ctx, office.View), in, more, after)
		if err != nil {
			return err
		}
		out.Page = db.PageOf(rows, in.Paging, func(st station.Station) []string { return db.Key(st.ID) })
		if len(out.Items) != 1 || more || in.Q != "" {
			return nil
		}
		b, err := office.Open(ctx, tx, office.View, out.Items[0].ID)
		if err != nil {
			return err
		}
		h, err := home(ctx, tx, b)
		out.Home = &h
		return err
	})
	return out, err
}

// Home is the start page of a station's books: what each holds and what waits.
type Home struct {
	office.Book
	Count
	OnDuty []roster.Shift
}

// Home gives the start page of a station's books.
func (s *Service) Home(ctx context.Context, in office.StationInput) (Home, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Home, error) { return home(ctx, tx, b) })
}

func home(ctx context.Context, tx *db.Tx, b office.Book) (out Home, err error) {
	out.Book = b
	if out.Count, err = count(ctx, tx, b.Station.ID); err != nil {
		return out, err
	}
	out.OnDuty, err = roster.OnDuty(ctx, tx, b.Station.ID)
	return out, err
}

func count(ctx context.Context, tx *db.Tx, id db.ID) (Count, error) {
	today := clock.DayOf(tx.Now)
	return counts.One(ctx, tx, id, int64(today), today.Year())
}

// Count is what a station's books hold today.
type Count struct {
	Hanging, Plan, Late, Rules, Things, Unchecked, Photos, Kept, Due, Asked int64
	LateYear                                                                int64 // whose plan has the item that is overdue the longest; this year without one
}

// Desk is what somebody at a station's desk wants to know in the morning: who is on duty today, and what of its books is overdue.
type Desk struct {
	Count
	Station station.Station
	Today   []roster.Attendant
}

// Roster is where the desk's shifts are made.
func (d Desk) Roster() string { return office.BookPath(d.Station.ID, "roster") }

// LatePlan is where the overdue items of the plan stand.
func (d Desk) LatePlan() string { return workplan.Path(d.Station.ID, d.LateYear) }

// DuePapers is where the papers stand that need not be kept any longer.
func (d Desk) DuePapers() string { return archive.DuePath(d.Station.ID) }

// Desks gives the desks that are the actor's own, as manager or head of the community. Who oversees several stations has none.
func Desks(ctx context.Context, tx *db.Tx, keys *seal.Keys) (out []Desk, err error) {
	for _, g := range auth.From(ctx).Grants {
		var st station.Station
		there := false
		switch g.Role {
		case auth.StationManager:
			st, err = station.Get(ctx, tx, g.Station)
			there = err == nil && st.Status != station.Closed
		case auth.CommunityHead:
			st, there, err = station.Of(ctx, tx, g.Region)
		}
		if err != nil {
			return nil, err
		}
		if !there || slices.ContainsFunc(out, func(d Desk) bool { return d.Station.ID == st.ID }) {
			continue
		}
		d := Desk{Station: st}
		if d.Count, err = count(ctx, tx, st.ID); err != nil {
			return nil, err
		}
		if d.Today, err = roster.Today(ctx, tx, keys, st.ID); err != nil {
			return nil, err
		}
		out = append(out, d)
	}
	return out, nil
}
