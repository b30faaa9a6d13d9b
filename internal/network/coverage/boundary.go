package coverage

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/peterstace/simplefeatures/geom"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/chart"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Boundary is a map that somebody brought: the outlines of the divisions below one, with the number of their approval.
type Boundary struct {
	ID       db.ID       `json:"id"`
	Region   auth.Region `json:"region"`
	Approval string      `json:"approval" doc:"审图号"`
	Source   string      `json:"source"`
	FileName string      `json:"file_name"`
	SHA256   string      `json:"sha256" db:"sha256"`
	ByName   string      `json:"by_name"`
	At       time.Time   `json:"at"`
	Current  bool        `json:"current"`
	areas    []outline   // of a new one
}

// MapInput is a map as GeoJSON: a FeatureCollection of polygons in degrees, each with the property code (12 or 6 digits).
type MapInput struct {
	Region   auth.Region `json:"region" doc:"哪个地方的下级"`
	Approval string      `json:"approval" minLength:"1" maxLength:"60" doc:"审图号，如 GS（2024）0650号、蒙S（2024）028号"`
	Source   string      `json:"source" minLength:"1" maxLength:"120" doc:"谁编制的、从哪里来"`
	File     blob.Upload `json:"file"`
}

// approvalForm is how numbers of approval are written: the office, the year, the serial.
var approvalForm = regexp.MustCompile(`^(GS|\p{Han}{1,2}S)\s?[（(\[〔]\d{4}[）)\]〕]\s?\d{1,6}\s?号$`)

// outline is one outline as it is kept.
type outline struct {
	MapID    db.ID
	Code     auth.Region
	Rings    string
	Lng, Lat float64
}

// read gives the outlines of a file, or what is wrong with it by field.
func (in MapInput) read() ([]outline, error) {
	c := errs.Check{}
	c.That(approvalForm.MatchString(strings.TrimSpace(in.Approval)), "approval", "审图号应像 GS（2024）0650号、蒙S（2024）028号")
	c.That(strings.TrimSpace(in.Source) != "", "source", "请写明出处")
	c.That(len(in.File.Data) <= blob.MaxBytes, "file", "文件不能超过 10 MB")
	if err := c.Err(); err != nil {
		return nil, err
	}
	var file struct {
		Type     string            `json:"type"`
		Features []json.RawMessage `json:"features"`
	}
	if err := json.Unmarshal(in.File.Data, &file); err != nil || file.Type != "FeatureCollection" || len(file.Features) == 0 {
		return nil, errs.Field("file", "应是 GeoJSON 的 FeatureCollection，里面至少有一个图形")
	}
	var out []outline
	var wrong []string
	for n, raw := range file.Features {
		a, why := readArea(raw)
		if why == "" && a.Code.Parent() != in.Region {
			why = a.Code.String() + " 不是这个地方的下级"
		}
		if why != "" {
			wrong = append(wrong, fmt.Sprintf("第 %d 个：%s", n+1, why))
		}
		out = append(out, a)
	}
	if len(wrong) > MaxWrong {
		wrong = append(wrong[:MaxWrong], fmt.Sprintf("一共 %d 处", len(wrong)))
	}
	if len(wrong) > 0 {
		return nil, errs.Field("file", strings.Join(wrong, "；"))
	}
	return out, nil
}

// readArea reads one outline: closed rings that do not cross, inside the region.
func readArea(raw json.RawMessage) (a outline, wrong string) {
	var head struct {
		Properties struct {
			Code any `json:"code"`
		} `json:"properties"`
		Geometry json.RawMessage `json:"geometry"`
	}
	if json.Unmarshal(raw, &head) != nil || a.Code.UnmarshalText([]byte(twelve(head.Properties.Code))) != nil || a.Code == 0 {
		return a, "没有 12 位或 6 位的区划代码（properties.code）"
	}
	g, err := geom.UnmarshalGeoJSON(head.Geometry)
	if err != nil {
		return a, a.Code.String() + " 的边界不对：圈没有闭合，或者自己和自己相交"
	}
	if kind := g.Type(); kind != geom.TypePolygon && kind != geom.TypeMultiPolygon {
		return a, a.Code.String() + " 不是面"
	}
	low, high, ok := g.Envelope().MinMaxXYs()
	if !ok || !inside(low.X, low.Y) || !inside(high.X, high.Y) {
		return a, a.Code.String() + " 的经纬度不在内蒙古"
	}
	spot, _ := g.PointOnSurface().XY()
	a.Lng, a.Lat = round4(spot.X), round4(spot.Y)
	text, err := json.Marshal(thin(g))
	if err != nil {
		return a, "图形读不懂"
	}
	a.Rings = string(text)
	return a, ""
}

// twelve writes the code of a file as twelve digits: the six of a banner or league are filled up.
func twelve(code any) string {
	text := ""
	switch v := code.(type) {
	case string:
		text = v
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	}
	if len(text) == 6 {
		text += "000000"
	}
	return text
}

func round4(v float64) float64 { return math.Round(v*1e4) / 1e4 }

// thin leaves out points that a drawing of this size does not show, until a division has a few hundred at most.
func thin(g geom.Geometry) []chart.Ring {
	const most = 400
	for step := 0.001; g.DumpCoordinates().Length() > most && step < 0.1; step *= 2 {
		// What can no longer be simplified without crossing itself stays as it is.
		if s, err := g.Simplify(step); err == nil && !s.IsEmpty() {
			g = s
		}
	}
	var out []chart.Ring
	add := func(p geom.Polygon) {
		for _, line := range p.DumpRings() {
			seq := line.Coordinates()
			ring := make(chart.Ring, seq.Length())
			for i := range ring {
				at := seq.GetXY(i)
				ring[i] = [2]float64{round4(at.X), round4(at.Y)}
			}
			out = append(out, ring)
		}
	}
	if g.Type() == geom.TypePolygon {
		add(g.MustAsPolygon())
		return out
	}
	for m, i := g.MustAsMultiPolygon(), 0; i < m.NumPolygons(); i++ {
		add(m.PolygonN(i))
	}
	return out
}

// ImportMap keeps a map and draws with it from now on. It must hold all divisions directly below, once each, and no other.
func (s *Service) ImportMap(ctx context.Context, in MapInput) (Boundary, error) {
	var areas []outline
	op := act.Op{Perm: Map, Action: "coverage.map", Cause: strings.TrimSpace(in.Approval), Detail: map[string]any{},
		Check: func() (err error) {
			areas, err = in.read()
			return err
		}}
	return boundaries.Add(ctx, s.db, op, there(ctx, Map, in.Region), func(tx *db.Tx) (Boundary, error) {
		op.Detail["areas"] = len(areas)
		if err := complete(ctx, tx, in.Region, areas); err != nil {
			return Boundary{}, err
		}
		sum := sha256.Sum256(in.File.Data)
		return Boundary{ID: tx.NewID(), Region: in.Region, Approval: op.Cause, Source: in.Source, FileName: in.File.Name,
			SHA256: hex.EncodeToString(sum[:]), ByName: auth.From(ctx).Name, At: tx.Now, Current: true, areas: areas}, nil
	})
}

// complete refuses a map that lacks a division, or has one twice, or one that there is not.
func complete(ctx context.Context, tx *db.Tx, at auth.Region, areas []outline) error {
	below, err := region.Under(ctx, tx, at)
	if err != nil {
		return err
	}
	names := map[auth.Region]string{}
	for _, d := range below {
		names[d.Code] = d.Short()
	}
	seen := map[auth.Region]bool{}
	for _, a := range areas {
		switch {
		case names[a.Code] == "":
			return errs.Field("file", a.Code.String()+" 不是现行的区划")
		case seen[a.Code]:
			return errs.Field("file", names[a.Code]+"有两个")
		}
		seen[a.Code] = true
	}
	for _, d := range below {
		if !seen[d.Code] {
			return errs.Field("file", "缺"+d.Short()+"（"+d.Code.String()+"）")
		}
	}
	return nil
}

// DropMapInput ends the use of a map.
type DropMapInput struct {
	ID     db.ID  `path:"id"`
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// DropMap draws with tiles again.
func (s *Service) DropMap(ctx context.Context, in DropMapInput) (Boundary, error) {
	op := act.Op{Perm: Map, Action: "coverage.drop_map", ID: in.ID, Cause: in.Reason}
	return boundaries.Change(ctx, s.db, op, func(_ *db.Tx, m *Boundary) error {
		if !m.Current {
			return errs.WrongState("已经不用了")
		}
		m.Current = false
		return nil
	})
}

// MapList is the maps of a division, those of before too.
type MapList struct {
	Region auth.Region   `json:"region"`
	Items  []Boundary    `json:"items"`
	Path   []region.Step `json:"-"`
}

// Maps lists the maps that were brought for a division, the newest first.
func (s *Service) Maps(ctx context.Context, in TargetsInput) (MapList, error) {
	if in.Region == 0 {
		in.Region = seat(ctx)
	}
	return act.ReadAt(ctx, s.db, Map, in.Region, func(tx *db.Tx) (out MapList, err error) {
		out = MapList{Region: in.Region, Items: []Boundary{}}
		if out.Path, err = region.Path(ctx, tx, in.Region); err != nil {
			return out, err
		}
		list, err := mapsOf.All(ctx, tx, in.Region)
		out.Items = append(out.Items, list...)
		return out, err
	})
}

// shapes gives the drawing of the divisions of a page with the map that is in use, nil without one. A division without an outline, as
// on a day before the map, is no reason to draw half a map.
func (v Overview) shapes(ctx context.Context, tx *db.Tx) (*chart.AreaMap, error) {
	m, ok, err := db.Found(mapNow.One(ctx, tx, v.Here.Code))
	if err != nil || !ok {
		return nil, err
	}
	outlines := map[auth.Region]outline{}
	if err := areasOf.Each(ctx, tx, func(a outline) error { outlines[a.Code] = a; return nil }, m.ID); err != nil {
		return nil, err
	}
	out := chart.AreaMap{Title: v.Tiles.Title, Head: v.Tiles.Head, Unit: v.Tiles.Unit, Scale: Scale,
		Credit: "审图号：" + m.Approval + "；" + m.Source}
	for i, r := range v.Below {
		a, ok := outlines[r.Code]
		if !ok {
			return nil, nil
		}
		drawn := chart.Area{Tile: v.Tiles.Tiles[i], Spot: [2]float64{a.Lng, a.Lat}}
		if err := json.Unmarshal([]byte(a.Rings), &drawn.Rings); err != nil {
			return nil, err
		}
		out.Areas = append(out.Areas, drawn)
	}
	return &out, nil
}
