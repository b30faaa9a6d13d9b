// Package home is the start page of a station's books, what its people want to know in the morning, and the proof of an item of the
// standard by what the books hold.
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
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
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
		"plan": workplan.Proof, "rules": rule.Proof, "notices": notice.Proof, "archive": archive.Proof, "equipment": things.Proof,
		"manager": roster.Proof,
	}}
}

// ListInput asks for the stations whose books the actor may see.
type ListInput struct {
	Q string `query:"q" maxLength:"40" doc:"站名里的字"`
	db.Paging
}

// List is a page of them; with one station alone its page is shown at once.
type List struct {
	In   ListInput `json:"-"`
	Home *Home     `json:"-"`
	db.Page[station.Station]
}

// List lists the stations whose books the actor may see.
func (s *Service) List(ctx context.Context, in ListInput) (List, error) {
	return act.Read(ctx, s.db, office.View, func(tx *db.Tx) (out List, err error) {
		out.In = in
		out.Page, err = stations.Page(ctx, tx, search{auth.ScopeOf(ctx, office.View), in.Q}, in.Paging)
		if err != nil || len(out.Items) != 1 || in.Cursor != "" || in.Q != "" {
			return out, err
		}
		b, err := office.Open(ctx, tx, out.Items[0].ID)
		if err != nil {
			return out, err
		}
		h, err := homeOf(ctx, tx, b)
		out.Home = &h
		return out, err
	})
}

// Home is the start page of a station's books: what each holds and what waits.
type Home struct {
	office.Book
	Count
	OnDuty []roster.Shift
}

// Home gives the start page of a station's books.
func (s *Service) Home(ctx context.Context, in office.StationInput) (Home, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (Home, error) { return homeOf(ctx, tx, b) })
}

func homeOf(ctx context.Context, tx *db.Tx, b office.Book) (out Home, err error) {
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
	Notices     int64 // that hang
	Plan        int64 // items of this year
	Overdue     int64 // items of any year
	OverdueYear int64 // whose plan has the item that is overdue the longest; this year without one
	Rules       int64 // in force
	Equipment   int64
	Uncounted   int64 // equipment of which no stock was taken this year
	Photos      int64 // on the public page
	Documents   int64
	Expired     int64 // documents that need not be kept any longer
	Requests    int64 // for the disposal of documents
}

// Desk is what somebody at a station's desk wants to know in the morning: who is on duty today, and what of its books is overdue.
type Desk struct {
	Count
	Station station.Station
	Today   []roster.Attendant
}

// Roster is where the desk's shifts are made.
func (d Desk) Roster() string { return roster.Path(d.Station.ID, "") }

// OverduePlan is where the overdue items of the plan stand.
func (d Desk) OverduePlan() string { return workplan.Path(d.Station.ID, d.OverdueYear) }

// ExpiredPapers is where the papers stand that need not be kept any longer.
func (d Desk) ExpiredPapers() string { return archive.ExpiredPath(d.Station.ID) }

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

// ProveInput names the item of the standard that is shown by what the station keeps.
type ProveInput struct {
	ID   db.ID  `path:"id"`
	Item string `json:"item" enum:"plan,rules,notices,archive,equipment,manager" doc:"站点标准里的项目"`
}

// Evidence says what was handed in.
type Evidence struct {
	StationID db.ID  `json:"station_id"`
	Item      string `json:"item"`
	Text      string `json:"text"`
}

// proof makes the evidence of an item from what the station keeps; what is not there is a wrong state that says what to do first.
type proof func(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error)

// Prove hands in, as evidence for an item of the standard, what the station keeps: as the standard's own operation would, with the paper
// made from the data of today.
func (s *Service) Prove(ctx context.Context, in ProveInput) (Evidence, error) {
	op := act.Op{Perm: office.Edit, Action: "office.prove"}
	return office.Write(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (out Evidence, id db.ID, err error) {
		if !auth.Can(ctx, standard.Submit, b.Station.Place()) {
			return out, 0, errs.ErrDenied
		}
		text, file, err := s.proofs[in.Item](ctx, tx, b)
		if err != nil {
			return out, 0, err
		}
		err = s.standard.Add(ctx, tx, b.Station, standard.SubmitInput{ID: b.Station.ID, Item: in.Item, Text: text, File: file})
		return Evidence{b.Station.ID, in.Item, text}, b.Station.ID, err
	})
}
