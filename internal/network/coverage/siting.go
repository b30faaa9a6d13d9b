package coverage

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/geo"
)

// SuggestInput asks where the next stations of a division should be.
type SuggestInput struct {
	Region auth.Region `query:"region" doc:"盟市或者以下；不填为您管的地方"`
	N      int64       `query:"n" minimum:"1" maximum:"30" default:"10" doc:"几处"`
}

// Site is a community in which a station should open, with what it adds to those before it.
type Site struct {
	Region      auth.Region `json:"region"`
	Name        string      `json:"name"`
	Where       string      `json:"where" doc:"苏木乡镇（街道）"`
	Residents   int64       `json:"residents" doc:"新增服务到的居民，估计"`
	Communities int64       `json:"communities" doc:"这些居民在几个嘎查村（社区）"`
	Placed      bool        `json:"placed" doc:"知道位置；不知道的只算本嘎查村（社区）"`
	Application db.ID       `json:"application" doc:"待核实的设立申请；没有时为空"`
}

// Siting is the suggestion, with how good it is proven to be.
type Siting struct {
	Region      auth.Region   `json:"region"`
	Date        clock.Day     `json:"date"`
	Items       []Site        `json:"items"`
	Open        int64         `json:"open" doc:"现在没有服务到的居民，估计"`
	Served      int64         `json:"served" doc:"这几处一共新增服务到的"`
	Bound       int64         `json:"bound" doc:"任何别的选法都不会超过的数"`
	Gap         *Share        `json:"gap" doc:"离最好至多差多少；0.0000 为已证明最好"`
	RuralMetres int64         `json:"rural_metres"`
	UrbanMetres int64         `json:"urban_metres"`
	Unplaced    int64         `json:"unplaced" doc:"不知道位置的嘎查村（社区）数"`
	Path        []region.Step `json:"-"`
	Leagues     []region.Step `json:"-"` // to choose from, where the question was too wide
	N           int64         `json:"-"`
	Edits       bool          `json:"-"`
}

// demand is a community without an open station, with its share of the banner's people.
type demand struct {
	Region auth.Region
	Urban  bool
	Name   string
	Town   string
	position
	Application db.ID `db:"-"`
	residents   int64
}

// position is where a community or a station lies.
type position struct{ Lat, Lng float64 }

func (p position) placed() bool { return geo.Marked(p.Lat, p.Lng) }

func (p position) metres(to position) float64 { return geo.Metres(p.Lat, p.Lng, to.Lat, to.Lng) }

// Suggest says where the next stations reach the most residents that no open station reaches yet, up to standard or not (those need
// evidence and no opening), within the distance of the settings: this system's own convention, as is that the people of a banner are
// spread evenly over its communities.
func (s *Service) Suggest(ctx context.Context, in SuggestInput) (Siting, error) {
	if in.Region == 0 {
		in.Region = seat(ctx)
	}
	var list []demand
	var standing []position
	out, err := act.ReadAt(ctx, s.db, View, in.Region, func(tx *db.Tx) (out Siting, err error) {
		if out, err = framed(ctx, tx, in); err != nil || in.Region.Level() < auth.LevelLeague {
			return out, err
		}
		if list, err = demandsOf(ctx, tx, in.Region, out.Date); err != nil {
			return out, err
		}
		if err := inhabit(ctx, tx, list, out.Date); err != nil {
			return out, err
		}
		standing, err = standingPlaces.All(ctx, tx, onDay{in.Region, out.Date})
		return out, err
	})
	if err == nil {
		out.solve(list, standing)
	}
	return out, err
}

// framed is the answer without its sites.
func framed(ctx context.Context, tx *db.Tx, in SuggestInput) (out Siting, err error) {
	out = Siting{Region: in.Region, Date: clock.DayOf(tx.Now), Items: []Site{}, N: cmp.Or(in.N, 10),
		Edits: auth.Can(ctx, Report, auth.Place{Region: in.Region})}
	if out.Path, err = region.Path(ctx, tx, in.Region); err != nil {
		return out, err
	}
	if in.Region.Level() < auth.LevelLeague {
		out.Leagues, err = region.Under(ctx, tx, in.Region)
		return out, err
	}
	if out.RuralMetres, err = setting.Int(ctx, tx, setting.SitingRural, in.Region); err != nil {
		return out, err
	}
	out.UrbanMetres, err = setting.Int(ctx, tx, setting.SitingUrban, in.Region)
	return out, err
}

// inhabit spreads the people of each banner evenly over its communities.
func inhabit(ctx context.Context, tx *db.Tx, list []demand, day clock.Day) error {
	banners := map[auth.Region]int64{}
	var codes []auth.Region
	for _, d := range list {
		if b := d.Region.At(auth.LevelBanner); banners[b] == 0 {
			banners[b] = -1
			codes = append(codes, b)
		}
	}
	if len(codes) == 0 {
		return nil
	}
	all, err := figuresOn(ctx, tx, codes, day)
	if err != nil {
		return err
	}
	people, err := populations.All(ctx, tx, codes)
	for _, p := range people {
		if n := all[p.Code].all.Communities; n > 0 {
			banners[p.Code] = p.Population / n
		}
	}
	for i := range list {
		list[i].residents = max(0, banners[list[i].Region.At(auth.LevelBanner)])
	}
	return err
}

// reach is how far the residents of a community go to a station.
func (v Siting) reach(d demand) float64 {
	if d.Urban {
		return float64(v.UrbanMetres)
	}
	return float64(v.RuralMetres)
}

// solve turns the communities into a problem and the solution into sites.
func (v *Siting) solve(list []demand, standing []position) {
	p := v.problem(list, standing)
	for i, w := range p.weights {
		v.Open += w
		if !list[i].placed() {
			v.Unplaced++
		}
	}
	s := solve(p)
	v.Served, v.Bound, v.Gap = s.value, s.bound, s.gap()
	done := make([]bool, len(list))
	for n, j := range s.sites {
		site := Site{Region: list[j].Region, Name: region.Short(list[j].Name, auth.LevelCommunity), Where: list[j].Town, Residents: s.gains[n],
			Placed: list[j].placed(), Application: list[j].Application}
		for _, i := range p.covers[j] {
			if !done[i] && p.weights[i] > 0 {
				site.Communities++
			}
		}
		p.reach(j, done)
		v.Items = append(v.Items, site)
	}
}

// problem says which community reaches which: each itself, and those whose residents are near enough, where both positions are known.
// Who has a station near enough already has no weight.
func (v Siting) problem(list []demand, standing []position) problem {
	p := problem{weights: make([]int64, len(list)), covers: make([][]int, len(list)), k: int(v.N)}
	var placed []int
	for i, d := range list {
		p.weights[i], p.covers[i] = d.residents, []int{i}
		if !d.placed() {
			continue
		}
		placed = append(placed, i)
		if slices.ContainsFunc(standing, func(at position) bool { return d.metres(at) <= v.reach(d) }) {
			p.weights[i] = 0
		}
	}
	slices.SortFunc(placed, func(a, b int) int { return cmp.Or(cmp.Compare(list[a].Lat, list[b].Lat), cmp.Compare(a, b)) })
	band := geo.Angle(float64(max(v.RuralMetres, v.UrbanMetres))).Degrees() // of latitude
	for n, i := range placed {
		for _, j := range placed[n+1:] {
			if list[j].Lat-list[i].Lat > band {
				break
			}
			far := list[i].metres(list[j].position)
			if far <= v.reach(list[j]) {
				p.covers[i] = append(p.covers[i], j)
			}
			if far <= v.reach(list[i]) {
				p.covers[j] = append(p.covers[j], i)
			}
		}
	}
	return p
}

// PlacesInput is a list of where communities lie: CSV with the columns code,lng,lat.
type PlacesInput struct {
	Region auth.Region `json:"region"`
	Source string      `json:"source" minLength:"1" maxLength:"120" doc:"出处"`
	File   blob.Upload `json:"file"`
}

// Placed is what came of it.
type Placed struct {
	Places int64 `json:"places"`
}

// placeRow is a line of the list.
type placeRow struct {
	Region   auth.Region
	Lng, Lat float64
}

// MaxWrong is how many faults of a file are named.
const MaxWrong = 20

func (in PlacesInput) read() (list []placeRow, err error) {
	if len(in.File.Data) > blob.MaxBytes {
		return nil, errs.Field("file", "文件不能超过 10 MB")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(in.File.Data, []byte("\ufeff"))))
	r.FieldsPerRecord = 3
	head, err := r.Read()
	if err != nil || strings.Join(head, ",") != "code,lng,lat" {
		return nil, errs.Field("file", "第 1 行应为 code,lng,lat")
	}
	var wrong []string
	seen := map[auth.Region]bool{}
	for line := 2; len(wrong) <= MaxWrong; line++ {
		row, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, errs.Field("file", fmt.Sprintf("第 %d 行不是 3 列", line))
		}
		var p placeRow
		lng, err1 := strconv.ParseFloat(row[1], 64)
		lat, err2 := strconv.ParseFloat(row[2], 64)
		switch {
		case p.Region.UnmarshalText([]byte(row[0])) != nil || p.Region.Level() != auth.LevelCommunity:
			wrong = append(wrong, fmt.Sprintf("第 %d 行：不是嘎查村（社区）的代码", line))
		case seen[p.Region]:
			wrong = append(wrong, fmt.Sprintf("第 %d 行：代码重复", line))
		case !in.Region.Contains(p.Region):
			wrong = append(wrong, fmt.Sprintf("第 %d 行：不在这个地方", line))
		case err1 != nil || err2 != nil || !inside(lng, lat):
			wrong = append(wrong, fmt.Sprintf("第 %d 行：经纬度不对", line))
		}
		p.Lng, p.Lat, seen[p.Region] = lng, lat, true
		list = append(list, p)
	}
	if len(wrong) == 0 && len(list) == 0 {
		wrong = []string{"里面没有嘎查村（社区）"}
	}
	if len(wrong) > 0 {
		return nil, errs.Field("file", strings.Join(wrong, "；"))
	}
	return list, nil
}

// inside says whether a position can lie in Inner Mongolia; what is turned round does not.
func inside(lng, lat float64) bool { return geo.Inside(lat, lng) }

// AddPlaces keeps where communities lie; a newer list replaces what an older one said of the same.
func (s *Service) AddPlaces(ctx context.Context, in PlacesInput) (Placed, error) {
	var list []placeRow
	op := act.Op{Perm: Report, Action: "coverage.places", Check: func() (err error) {
		list, err = in.read()
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Placed, error) {
		if _, err := there(ctx, Report, in.Region)(tx); err != nil {
			return Placed{}, err
		}
		known, err := standingCodes(ctx, tx, in.Region)
		if err != nil {
			return Placed{}, err
		}
		for _, p := range list {
			if !known[p.Region] {
				return Placed{}, errs.Field("file", p.Region.String()+" 不是现行的嘎查村（社区）")
			}
		}
		if err := replacePlaces(ctx, tx, list, in.Source); err != nil {
			return Placed{}, err
		}
		return Placed{int64(len(list))}, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "region", ID: in.Region.String(),
			Region: in.Region, Cause: in.Source, Detail: map[string]any{"places": len(list)}})
	})
}
