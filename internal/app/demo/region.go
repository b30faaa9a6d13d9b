package demo

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/proof/record"
)

// The region is too large to be lived through by operations. One town is, for a year; what was written there is then written again for
// communities all over the region, as many at a time as the town has: the same rows under other ids, of other people in other places,
// with everything sealed anew. So its rows have the shape that the operations give them, whatever that comes to be. The figures are
// made by the program's own recount. The trail of a copy is one row, which says that it was loaded.

// copied are the tables whose rows belong to a community, each after those that it refers to. What there is once (certificates are
// signed, spot checks drawn, messages and reports are of officers) is not among them. name_grams follow from the names,
// volunteer_serial from the numbers.
var copied = []string{"person", "person_address", "person_consent", "person_kin", "person_known", "account", "station", "role_grant",
	"account_act", "station_past", "blob",
	"standard_evidence", "standard_check", "standard_status", "volunteer", "volunteer_change", "volunteer_dated", "orders", "assignment",
	"order_event", "order_due", "sheet", "sheet_serial", "sheet_row", "attendance",
	"service_record", "record_change", "record_second"}

// copier writes the town again.
type copier struct {
	*world
	low     int64          // the ids of the town are above it
	span    int64          // and so many; those of each copy lie so much higher
	ours    []bool         // which of them belong to rows that are copied
	owners  map[int64]*row // the copied rows by id
	homes   map[int64]int  // a community of the town to its place in it
	town    []community
	places  [][]community // of each copy
	tables  []template
	persons []original
	known   map[string]int // a name of the town to its person
	names   [][]string     // of the persons of each copy
	blocks  []map[int64]int64
	width   int64 // of a block of identity numbers: see number
	serials map[string]int64
	taken   map[string]bool // numbers of orders
	phone0  uint64
}

// community is one, with the words that stand for it in rows.
type community struct {
	code                     auth.Region
	lat, lng                 float64
	place, unit, sign, point string
}

// original is a person of the town, as far as his copies differ.
type original struct {
	sex    string
	mongol bool
	birth  int64
	rank   int64 // among those of the same day of birth and sex
	home   int
}

// template are the rows of a table that are copied.
type template struct {
	db.Table
	rows []*row
}

type row struct {
	values  []any
	id      int64 // 0 where the table has none
	home    int   // its community
	person  int   // whose it is; −1 for nobody's
	patches []patch
}

// patch is a value that is another one in each copy.
type patch struct {
	column int
	kind   kind
	n      int    // a person, or a community
	text   string // what was sealed
}

type kind int

const (
	anID kind = iota
	aRegion
	aName
	aPlace
	aUnit
	aSign
	aPoint
	aSecret
	anAddress
	aPhone
	aPhoneBlind
	aPhoneHint
	aNumber
	aNumberBlind
	aNumberHint
	aLogin
	aCode // a number of the table, by which people call the row
	aLat
	aLng
	aCell
)

// multiply writes the town again, so many times as the scale says.
func (w *world) multiply(ctx context.Context) error {
	c := &copier{world: w, low: int64(w.first), owners: map[int64]*row{}, homes: map[int64]int{}, known: map[string]int{},
		serials: map[string]int64{}, taken: map[string]bool{}, phone0: w.names.phones}
	err := w.app.DB.Read(ctx, func(tx *db.Tx) error {
		if err := c.settle(ctx, tx); err != nil {
			return err
		}
		return c.read(ctx, tx)
	})
	if err != nil {
		return err
	}
	if err := c.people(); err != nil {
		return err
	}
	if err := w.app.DB.Bulk(ctx, append([]string{"name_grams", "volunteer_serial"}, copied...),
		func(b *db.Bulk) error { return c.load(ctx, b) }); err != nil {
		return err
	}
	if _, err := audit.Adopt(ctx, w.app.DB, append([]string{"volunteer_serial"}, copied...)...); err != nil {
		return err
	}
	w.app.DB.Count(db.ID(c.low + c.span*int64(len(c.places)+1)))
	w.names.phones += uint64(len(c.persons) * len(c.places))
	return c.count(ctx)
}

// settle chooses the communities of the copies: those that count, outside the banners in which the demo plays, in the order of their codes.
func (c *copier) settle(ctx context.Context, tx *db.Tx) error {
	free, err := freeCommunities.All(ctx, tx, int64(baseBanner), int64(elsewhere.At(auth.LevelBanner)))
	if err != nil {
		return err
	}
	per := c.scale.Stations
	if len(free) < per*c.scale.Copies {
		return errors.New("the region has too few communities for so many copies")
	}
	c.rng.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	free = free[:per*c.scale.Copies]
	slices.Sort(free)
	var own []auth.Region
	for i, p := range c.world.places[:per] {
		own = append(own, p.Region)
		c.homes[int64(p.Region)] = i
	}
	points, err := labels.All(ctx, tx)
	if err != nil {
		return err
	}
	if c.town, err = describe(ctx, tx, own, points); err != nil {
		return err
	}
	for list := range slices.Chunk(free, per) {
		there, err := describe(ctx, tx, list, points)
		if err != nil {
			return err
		}
		c.places = append(c.places, there)
	}
	return nil
}

func describe(ctx context.Context, tx *db.Tx, list []auth.Region, points []label) (out []community, err error) {
	for _, code := range list {
		c := community{code: code}
		banner := points[slices.IndexFunc(points, func(p label) bool { return p.Code == code.At(auth.LevelBanner) })]
		c.lat, c.lng = around(code, banner.Lat, banner.Lng)
		if c.place, err = region.FullName(ctx, tx, code); err != nil {
			return nil, err
		}
		if c.unit, err = record.UnitOf(ctx, tx, code); err != nil {
			return nil, err
		}
		name, err := region.Name(ctx, tx, code)
		if err != nil {
			return nil, err
		}
		sign, _ := region.SignName(name)
		c.sign, c.point = sign+"志愿服务站", sign+"志愿服务点"
		out = append(out, c)
	}
	return out, nil
}

// read takes the rows of the town, table by table, and finds out what is another in each copy.
func (c *copier) read(ctx context.Context, tx *db.Tx) error {
	all, err := db.Tables(ctx, tx)
	if err != nil {
		return err
	}
	c.span = int64(tx.NewID()) - c.low
	c.ours = make([]bool, c.span)
	for _, name := range copied {
		t := template{Table: all[slices.IndexFunc(all, func(t db.Table) bool { return t.Name == name })]}
		if err := db.EachRow(ctx, tx, t.Table, func(values []any) error {
			if r := c.take(t.Table, values); r != nil {
				t.rows = append(t.rows, r)
			}
			return nil
		}); err != nil {
			return err
		}
		c.tables = append(c.tables, t)
	}
	for _, t := range c.tables {
		for _, r := range t.rows {
			if err := c.compare(t.Table, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// ofPeople are the tables in which officers of the levels above stand too, as people of the town; they are not copied.
var ofPeople = []string{"person", "person_address", "person_consent", "person_known", "account", "role_grant"}

// take gives the row when it belongs to a community of the town: by its region, or by what it refers to; nil otherwise.
func (c *copier) take(t db.Table, values []any) *row {
	r := &row{values: values, home: -1, person: -1}
	for i, v := range values {
		n, _ := v.(int64)
		column := t.Columns[i]
		if slices.Contains(ofPeople, t.Name) && c.above[n] && (column == "id" || strings.HasSuffix(column, "_id")) {
			return nil
		}
		switch {
		case column == "id":
			r.id = n
		case column == "region":
			if at, ok := c.homes[n]; ok {
				r.home = at
			}
		case column == "visit_id": // a visit has no row of its own
			c.ours[n-c.low] = true
		case strings.HasSuffix(column, "_id") && c.mine(n):
			of := c.owners[n]
			if r.home < 0 {
				r.home = of.home
			}
			if column == "person_id" {
				r.person = of.person
			}
		case column == "owner_kind" && !slices.Contains(copied, v.(string)):
			return nil
		}
	}
	if r.home < 0 {
		return nil
	}
	if t.Name == "person" {
		r.person = len(c.persons)
		c.persons = append(c.persons, c.original(t, r))
		c.known[r.values[slices.Index(t.Columns, "name")].(string)] = r.person
	}
	if r.id != 0 {
		c.ours[r.id-c.low] = true
		c.owners[r.id] = r
	}
	return r
}

// mine says that n is the id of a row that is copied.
func (c *copier) mine(n int64) bool { return n >= c.low && n < c.low+c.span && c.ours[n-c.low] }

func (c *copier) original(t db.Table, r *row) original {
	get := func(column string) any { return r.values[slices.Index(t.Columns, column)] }
	o := original{sex: get("sex").(string), birth: get("birth_day").(int64), home: r.home,
		mongol: slices.Contains(strings.Fields(get("languages").(string)), "mn")}
	for _, p := range c.persons {
		if p.birth == o.birth && p.sex == o.sex {
			o.rank++
		}
	}
	c.width = max(c.width, o.rank+1)
	return o
}

// compare finds the values of a row that are others in each copy.
func (c *copier) compare(t db.Table, r *row) error {
	for i, v := range r.values {
		column := t.Columns[i]
		add := func(k kind, n int, text string) { r.patches = append(r.patches, patch{i, k, n, text}) }
		switch v := v.(type) {
		case int64:
			if at, ok := c.homes[v]; ok && column == "region" {
				add(aRegion, at, "")
			} else if column == "cell" {
				add(aCell, 0, "")
			} else if c.mine(v) {
				add(anID, 0, "")
			}
		case float64:
			if column == "lat" {
				add(aLat, 0, "")
			} else if column == "lng" {
				add(aLng, 0, "")
			}
		case string:
			if k, n := c.word(column, v, r); k != anID {
				add(k, n, "")
			}
		case []byte:
			k, text, err := c.secret(t, column, v, r)
			if err != nil {
				return err
			}
			add(k, 0, text)
		}
	}
	return nil
}

// word says what a text stands for; anID when it stands for itself.
func (c *copier) word(column, v string, r *row) (k kind, n int) {
	at := c.town[r.home]
	switch {
	case column == "no":
		return aCode, 0
	case column == "login":
		return aLogin, 0
	case v != "" && column == "phone_hint":
		return aPhoneHint, 0
	case v != "" && column == "id_number_hint":
		return aNumberHint, 0
	case column == "name" && r.person >= 0:
		return aName, r.person
	case v == at.place:
		return aPlace, 0
	case v == at.unit:
		return aUnit, 0
	case v == at.sign:
		return aSign, 0
	case v == at.point:
		return aPoint, 0
	}
	if n, ok := c.known[v]; ok {
		return aName, n
	}
	return anID, 0
}

// secret says what bytes are: a value to be sealed again, or the blind index of one.
func (c *copier) secret(t db.Table, column string, v []byte, r *row) (kind, string, error) {
	switch {
	case column == "phone_blind":
		return aPhoneBlind, "", nil
	case column == "id_number_blind":
		return aNumberBlind, "", nil
	case column == "phone" && r.person >= 0:
		return aPhone, "", nil
	case column == "id_number":
		return aNumber, "", nil
	}
	plain, err := c.app.Keys.OpenText(v, seal.At(t.Name, column, r.id))
	if column == "place" {
		return anAddress, plain, err
	}
	return aSecret, plain, err
}

// people gives everybody of the copies a name, and each copy its blocks of identity numbers.
func (c *copier) people() error {
	next := map[int64]int64{}
	for _, places := range c.places {
		names := make([]string, len(c.persons))
		for i, p := range c.persons {
			names[i] = c.world.names.name(p.sex, p.mongol)
		}
		c.names = append(c.names, names)
		blocks := map[int64]int64{}
		for _, at := range places {
			banner := int64(at.code) / 1_000_000
			if _, there := blocks[banner]; !there {
				blocks[banner] = next[banner]
				next[banner]++
			}
		}
		c.blocks = append(c.blocks, blocks)
	}
	for banner, n := range next {
		if n*c.width > 500 {
			return fmt.Errorf("banner %d has no identity numbers left", banner)
		}
	}
	return nil
}

// number gives the identity number of a person of a copy. His day of birth stays; the serials of a day are given out in blocks, one
// for each copy in a banner.
func (c *copier) number(copy, i int) string {
	p := c.persons[i]
	banner := int64(c.places[copy][p.home].code) / 1_000_000
	serial := 2 * (c.blocks[copy][banner]*c.width + p.rank)
	if p.sex == person.Male {
		serial++
	}
	body := fmt.Sprintf("19%04d%08d%03d", banner%10_000, p.birth, serial)
	return body + checkDigit(body)
}

func (c *copier) phone(copy, i int) string {
	return phoneOf(c.phone0 + uint64(copy*len(c.persons)+i) + 1)
}
