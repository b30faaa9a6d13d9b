package station

import (
	"context"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Housing is a residential quarter. The plan wants a point in the large ones, with the property company.
type Housing struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	Region     auth.Region `json:"region" db:",once"`
	Name       string      `json:"name"`
	Households int64       `json:"households" doc:"户数"`
	Property   string      `json:"property" doc:"物业服务企业"`
	Address    string      `json:"address"`
	PointID    db.ID       `json:"point_id" doc:"服务这个小区的点"`
	Active     bool        `json:"active"`
	Due        bool        `json:"due" db:",read" doc:"户数到了应设点的规模"`
	Served     bool        `json:"served" db:",read" doc:"有开放的点"`
	Point      string      `json:"point" db:",read" doc:"点的名称"`
	Community  string      `json:"community" db:",read"`
}

var housings = act.Kind[Housing]{Object: "quarter", View: Desk, Table: quarterTable, Make: enterQuarter, Save: saveQuarter,
	Load:  func(ctx context.Context, tx *db.Tx, id db.ID) (Housing, error) { return quarterByID.Get(ctx, tx, id) },
	Place: func(h Housing) auth.Place { return auth.Place{Region: h.Region} },
	Trail: func(_, h Housing) map[string]any {
		return map[string]any{"households": h.Households, "active": h.Active}
	}}

// Lacks says that a point should be here and is not.
func (h Housing) Lacks() bool { return h.Active && h.Due && !h.Served }

// HousingList asks for the quarters of a division.
type HousingList struct {
	Region auth.Region `query:"region" doc:"不填为您管的地方"`
	Q      string      `query:"q" maxLength:"40" doc:"名称里的字"`
	Only   string      `query:"only" enum:"due,lacking," maxLength:"10" doc:"due 应设点的，lacking 应设而没有点的"`
	db.Paging
}

// HousingPage is one page of the register.
type HousingPage struct {
	In      HousingList   `json:"-"`
	Place   string        `json:"place"`
	Lacking int64         `json:"lacking" doc:"应设而没有点的一共几个"`
	Options []region.Step `json:"-"`
	base    string
	db.Page[Housing]
}

// Quarters lists residential quarters; `due` follows the threshold that holds where the quarter lies.
func (s *Service) Quarters(ctx context.Context, in HousingList) (HousingPage, error) {
	if in.Region == 0 {
		in.Region = place(ctx)
	}
	return act.ReadAt(ctx, s.db, Desk, in.Region, func(tx *db.Tx) (out HousingPage, err error) {
		out.In = in
		if out.Place, err = region.FullName(ctx, tx, in.Region); err != nil {
			return out, err
		}
		if out.Lacking, err = CountQuarters(ctx, tx, in.Region); err != nil {
			return out, err
		}
		if out.Page, err = quarters.Page(ctx, tx, in, in.Paging); err != nil {
			return out, err
		}
		out.Options, err = region.Choices(ctx, tx, in.Region)
		return out, err
	})
}

// QuarterFacts are what is kept of a quarter.
type QuarterFacts struct {
	Name       string `json:"name" minLength:"1" maxLength:"60"`
	Households int64  `json:"households" minimum:"0" maximum:"100000" doc:"户数"`
	Property   string `json:"property" required:"false" maxLength:"60" doc:"物业服务企业；没有时不填"`
	Address    string `json:"address" required:"false" maxLength:"100"`
	PointID    db.ID  `json:"point_id" required:"false" doc:"服务这个小区的点"`
}

// AddQuarterInput enters a quarter.
type AddQuarterInput struct {
	Region auth.Region `json:"region"`
	QuarterFacts
}

// AddQuarter enters a residential quarter into the register.
func (s *Service) AddQuarter(ctx context.Context, in AddQuarterInput) (Housing, error) {
	return housings.Add(ctx, s.db, act.Op{Perm: Quarter, Action: "station.add_quarter"}, own(ctx, Quarter, in.Region),
		func(tx *db.Tx) (Housing, error) {
			h := Housing{ID: tx.NewID(), Version: 1, Region: in.Region, Active: true}
			if _, err := community(ctx, tx, in.Region); err != nil {
				return h, err
			}
			return h, h.take(ctx, tx, in.QuarterFacts)
		})
}

// take takes over the facts; a point serves one quarter, of its own community.
func (h *Housing) take(ctx context.Context, tx *db.Tx, f QuarterFacts) error {
	h.Name, h.Households, h.Property, h.Address, h.PointID = f.Name, f.Households, f.Property, f.Address, f.PointID
	if f.PointID == 0 {
		return nil
	}
	p, err := Get(ctx, tx, f.PointID)
	if err != nil || p.Kind != "point" || p.Region != h.Region {
		return errs.Field("point_id", "应是同一嘎查村（社区）的点")
	}
	if n, err := pointUsed.One(ctx, tx, f.PointID, h.ID); err != nil || n > 0 {
		if err == nil {
			err = errs.Field("point_id", "这个点已经登记在别的小区")
		}
		return err
	}
	return nil
}

// EditQuarterInput changes what is kept of a quarter; one that is no more is taken out of use.
type EditQuarterInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	QuarterFacts
	Active bool `json:"active" required:"false"`
}

// EditQuarter changes a residential quarter.
func (s *Service) EditQuarter(ctx context.Context, in EditQuarterInput) (Housing, error) {
	op := act.Op{Perm: Quarter, Action: "station.edit_quarter", ID: in.ID, Version: in.Version}
	return housings.Change(ctx, s.db, op, func(tx *db.Tx, h *Housing) error {
		h.Active = in.Active
		return h.take(ctx, tx, in.QuarterFacts)
	})
}

// QuarterSheet is the page of one quarter.
type QuarterSheet struct {
	Housing
	Where  string    `json:"where"`
	Points []Station `json:"-"`
	edits  bool
}

// QuarterSheet gives one quarter with the points that may serve it.
func (s *Service) QuarterSheet(ctx context.Context, in GetInput) (QuarterSheet, error) {
	return act.Look(ctx, s.db, &housings, in.ID, func(tx *db.Tx, h Housing) (out QuarterSheet, err error) {
		out = QuarterSheet{Housing: h, edits: auth.Can(ctx, Quarter, auth.Place{Region: h.Region})}
		if out.Where, err = region.FullName(ctx, tx, h.Region); err != nil {
			return out, err
		}
		out.Points, err = pointsOf.All(ctx, tx, h.Region)
		return out, err
	})
}
