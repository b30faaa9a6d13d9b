package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/geo"
	"linli/internal/platform/seal"
	"linli/internal/platform/spelling"
	"linli/internal/platform/telephone"
	"linli/internal/work/order"
)

// load writes all copies, table by table.
func (c *copier) load(ctx context.Context, b *db.Bulk) error {
	for _, t := range c.tables {
		err := b.Load(ctx, t.Name, t.Columns, func(yield func([]any) bool) {
			values := make([]any, len(t.Columns))
			for copy := range c.places {
				for _, r := range t.rows {
					c.fill(values, t, r, copy)
					if !yield(values) {
						return
					}
				}
			}
		})
		if err != nil {
			return err
		}
	}
	err := b.Load(ctx, "volunteer_serial", []string{"prefix", "last"}, func(yield func([]any) bool) {
		for prefix, last := range c.serials {
			if !yield([]any{prefix, last}) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	return b.Load(ctx, "name_grams", []string{"kind", "gram", "id"}, c.grams)
}

// grams are what names are found by.
func (c *copier) grams(yield func([]any) bool) {
	for copy := range c.places {
		for _, t := range c.tables {
			if t.Name != "person" && t.Name != "volunteer" && t.Name != "station" {
				continue
			}
			for _, r := range t.rows {
				name := c.places[copy][r.home].sign
				if r.person >= 0 {
					name = c.names[copy][r.person]
				} else if slices.ContainsFunc(r.patches, func(p patch) bool { return p.kind == aPoint }) {
					name = c.places[copy][r.home].point
				}
				for _, g := range spelling.Grams(name) {
					if !yield([]any{t.Name, g, c.idOf(r.id, copy)}) {
						return
					}
				}
			}
		}
	}
}

func (c *copier) idOf(id int64, copy int) int64 { return id + c.span*int64(copy+1) }

// fill gives the values of a row in a copy.
func (c *copier) fill(values []any, t template, r *row, copy int) {
	values = append(values[:0], r.values...)
	keys, from, to, id := c.app.Keys, c.town[r.home], c.places[copy][r.home], c.idOf(r.id, copy)
	for _, p := range r.patches {
		old := r.values[p.column]
		var v any
		sealed := func(text string) any { return keys.SealText(text, seal.At(t.Name, t.Columns[p.column], id)) }
		switch p.kind {
		case anID:
			v = c.idOf(old.(int64), copy)
		case aRegion:
			v = int64(c.places[copy][p.n].code)
		case aName:
			v = c.names[copy][p.n]
		case aPlace:
			v = to.place
		case aUnit:
			v = to.unit
		case aSign:
			v = to.sign
		case aPoint:
			v = to.point
		case aSecret:
			v = sealed(p.text)
		case anAddress:
			v = sealed(moved(p.text, to.lat-from.lat, to.lng-from.lng))
		case aPhone:
			v = sealed(c.phone(copy, r.person))
		case aPhoneBlind:
			v = keys.Blind("phone", c.phone(copy, r.person))
		case aPhoneHint:
			v = telephone.Mask(c.phone(copy, r.person))
		case aNumber:
			v = sealed(c.number(copy, r.person))
		case aNumberBlind:
			v = keys.Blind("id_number", c.number(copy, r.person))
		case aNumberHint:
			v = person.MaskIDNumber(c.number(copy, r.person))
		case aLogin:
			v = "u" + db.ID(id).String()
		case aCode:
			v = c.code(t.Name, old.(string), r, copy)
		case aLat:
			v = round(old.(float64) + to.lat - from.lat)
		case aLng:
			v = round(old.(float64) + to.lng - from.lng)
		case aCell: // behind lat and lng
			v = int64(geo.Cell(values[p.column-2].(float64), values[p.column-1].(float64)))
		}
		values[p.column] = v
	}
}

// code gives the number by which people call a row.
func (c *copier) code(table, old string, r *row, copy int) string {
	to := c.places[copy][r.home].code
	id := db.ID(c.idOf(r.id, copy))
	switch table {
	case "volunteer": // see volunteer.Number
		prefix := fmt.Sprintf("15%06d%s", int64(to)/1_000_000, old[8:10])
		c.serials[prefix]++
		return volunteer.Number(prefix, c.serials[prefix])
	case "orders":
		var day clock.Day
		fmt.Sscanf(old, "%06d", &day)
		for try := int64(0); ; try++ {
			if no := order.Number(id, day, try); !c.taken[no] {
				c.taken[no] = true
				return no
			}
		}
	case "station":
		return "Z" + to.String() + "-" + id.String()
	}
	return strings.Replace(old, c.town[r.home].code.String(), to.String(), 1)
}

// moved is a place so much further on, as the register of persons keeps it.
func moved(text string, lat, lng float64) string {
	var p struct {
		Detail, Landmark string
		Lat, Lng         float64
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		panic(err) // written by this program
	}
	p.Lat, p.Lng = round(p.Lat+lat), round(p.Lng+lng)
	out, _ := json.Marshal(p)
	return string(out)
}

// count writes the trail of the copies and makes all figures.
func (c *copier) count(ctx context.Context) error {
	ctx = auth.AsSystem(clock.At(ctx, c.now), "demo")
	rows := 0
	for _, t := range c.tables {
		rows += len(t.rows)
	}
	err := c.app.DB.Batch(ctx, func(ctx context.Context) error {
		return c.trail.Gather(ctx, func(ctx context.Context) error {
			return c.app.DB.Write(ctx, func(tx *db.Tx) error {
				for _, places := range c.places {
					at := places[0].code
					if err := audit.Write(ctx, tx, audit.Entry{Action: "demo.copy", Object: "region", ID: at.String(), Region: at,
						Detail: map[string]any{"rows": rows}}); err != nil {
						return err
					}
				}
				return c.app.Coverage.OnDivisions(ctx, tx, region.ChangedEvent{At: region.Top})
			})
		})
	})
	if err != nil {
		return err
	}
	if err := c.app.Coverage.Fold(ctx); err != nil {
		return err
	}
	return c.app.Stats.CountAnew(ctx)
}
