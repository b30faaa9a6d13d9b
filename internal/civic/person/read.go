package person

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/telephone"
)

func sealAt(table, column string, id db.ID) string { return seal.At(table, column, int64(id)) }

// place is the sealed part of an address.
type place struct {
	Detail, Landmark string
	Lat, Lng         float64
}

func (s *Service) putAddresses(ctx context.Context, tx *db.Tx, p Person, list []Address) error {
	if _, err := dropAddresses.Run(ctx, tx, p.ID); err != nil {
		return err
	}
	for _, a := range list {
		if err := s.insertAddress(ctx, tx, p, a); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) insertAddress(ctx context.Context, tx *db.Tx, p Person, a Address) error {
	id := tx.NewID()
	plain, err := json.Marshal(place{a.Detail, a.Landmark, a.Lat, a.Lng})
	if err != nil {
		return err
	}
	if a.Region == 0 {
		a.Region = p.Region
	}
	return addressTable.Insert(ctx, tx, addressRow{id, p.ID, a.Kind, a.FromMonth, a.ToMonth, a.Region,
		s.keys.Seal(plain, sealAt("person_address", "place", id))})
}

// addresses opens all addresses of a person.
func (s *Service) addresses(ctx context.Context, tx *db.Tx, id db.ID) ([]Address, error) {
	rows, err := addressesOf.All(ctx, tx, id)
	out := make([]Address, 0, len(rows))
	for _, r := range rows {
		plain, err := s.keys.Open(r.Place, sealAt("person_address", "place", r.ID))
		if err != nil {
			return nil, err
		}
		var pl place
		if err := json.Unmarshal(plain, &pl); err != nil {
			return nil, err
		}
		out = append(out, Address{r.Kind, r.FromMonth, r.ToMonth, r.Region, pl.Detail, pl.Landmark, pl.Lat, pl.Lng})
	}
	return out, err
}

// Contact opens name, phone and the address of this month. The caller must have the right to it: who accepted an order of the person.
func (s *Service) Contact(ctx context.Context, tx *db.Tx, id db.ID) (Contact, error) {
	p, err := Current(ctx, tx, id)
	if err != nil {
		return Contact{}, err
	}
	open, err := s.open(ctx, tx, p.ID)
	if err != nil {
		return Contact{}, err
	}
	c := Contact{Name: p.Name, Phone: open.Phone}
	all, err := s.addresses(ctx, tx, p.ID)
	if err != nil || len(all) == 0 {
		return c, err
	}
	a := Now(all, int64(tx.Now.Month()))
	where, err := region.FullName(ctx, tx, a.Region)
	c.Address, c.Landmark, c.Lat, c.Lng = strings.TrimSpace(where+" "+a.Detail), a.Landmark, a.Lat, a.Lng
	return c, err
}

// Numbers are the numbers of a person in plain.
type Numbers struct{ Phone, IDNumber string }

// Reported opens the numbers that are reported with a volunteer's records (民政部令第67号 arts. 4, 5). The caller must have the right to it.
func (s *Service) Reported(ctx context.Context, tx *db.Tx, id db.ID) (Numbers, error) {
	o, err := s.open(ctx, tx, id)
	return Numbers{Phone: o.Phone, IDNumber: o.IDNumber}, err
}

// Now picks where somebody lives in a month: the shortest span that holds it, else the first address.
func Now(all []Address, month int64) Address {
	best, span := all[0], int64(13)
	for _, a := range all {
		if n := (a.ToMonth-a.FromMonth+12)%12 + 1; a.inMonth(month) && n < span {
			best, span = a, n
		}
	}
	return best
}

// Groups opens the recipient groups of a person, for the rules about what is meant for whom; nobody is shown them.
func (s *Service) Groups(ctx context.Context, tx *db.Tx, id db.ID) (Codes, error) {
	o, err := s.open(ctx, tx, id)
	return o.Groups, err
}

// opened are the sealed values of an entry.
type opened struct {
	IDNumber, Phone string
	Groups          Codes
}

func (s *Service) open(ctx context.Context, tx *db.Tx, id db.ID) (o opened, err error) {
	sec, err := secretsOf.One(ctx, tx, id)
	if err != nil {
		return o, err
	}
	if o.IDNumber, err = s.keys.OpenText(sec.IDNumber, at("id_number", id)); err != nil {
		return o, err
	}
	if o.Phone, err = s.keys.OpenText(sec.Phone, at("phone", id)); err != nil {
		return o, err
	}
	groups, err := s.keys.OpenText(sec.RecipientGroups, at("recipient_groups", id))
	o.Groups = strings.Fields(groups)
	return o, err
}

// ListInput looks for people; Q is part of a name, a whole phone number or a whole identity number.
type ListInput struct {
	db.Paging
	Q      string      `query:"q" maxLength:"80"`
	Region auth.Region `query:"region"`
}

// Listing is one page of the register, with the short names of its communities.
type Listing struct {
	db.Page[Person]
	In      ListInput              `json:"-"`
	Regions map[auth.Region]string `json:"-"`
}

// RegionName gives the short name of the community of a line.
func (l Listing) RegionName(r auth.Region) string { return l.Regions[r] }

// List gives the entries in the actor's scope, newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Listing, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Listing, err error) {
		out.In = in
		if out.Page, err = s.search(ctx, tx, in); err != nil {
			return out, err
		}
		out.Regions = map[auth.Region]string{}
		for _, p := range out.Items {
			if out.Regions[p.Region], err = region.Name(ctx, tx, p.Region); err != nil {
				return out, err
			}
		}
		return out, nil
	})
}

// search looks for people in the actor's scope.
func (s *Service) search(ctx context.Context, tx *db.Tx, in ListInput) (db.Page[Person], error) {
	return list.Page(ctx, tx, scoped{in, auth.ScopeOf(ctx, View), s.sought(ctx, in.Q)}, in.Paging)
}

// sought turns a whole phone or identity number into its blind index.
func (s *Service) sought(ctx context.Context, q string) (h sought) {
	if n, err := telephone.Parse(q, s.demo); err == nil {
		h.Phone = s.keys.Blind("phone", n)
	} else if id, err := ParsePaper("", q, clock.Today(ctx), s.demo); err == nil {
		h.Number = s.keys.Blind("id_number", id.Number)
	}
	return h
}

// Detail is the page of one entry: everything of it that is shown without a reveal.
type Detail struct {
	Person
	RegionName string         `json:"region_name"`
	Age        int            `json:"age" doc:"周岁；−1 表示不知道"`
	Addresses  []Dwelling     `json:"addresses"`
	Guardians  []Guardian     `json:"guardians"`
	Wards      []Guardian     `json:"wards"`
	Kin        []Relative     `json:"kin" doc:"登记的近亲属和同住的人"`
	Knowers    []Knower       `json:"knowers" doc:"谁核实过本人和号码"`
	Consents   []ConsentEntry `json:"consents"`
	Changes    []Change       `json:"changes" doc:"改过本人是谁的，和还在等另一位复核的"`
	Alike      []Person       `json:"alike" doc:"可能是同一个人的登记"`
	Absorbed   []db.ID        `json:"absorbed" doc:"并入本条的登记"`
}

// Dwelling is an address without its place.
type Dwelling struct {
	ID         db.ID       `json:"id"`
	Kind       string      `json:"kind"`
	FromMonth  int64       `json:"from_month"`
	ToMonth    int64       `json:"to_month"`
	Region     auth.Region `json:"region"`
	RegionName string      `json:"region_name"`
}

// GetInput names an entry.
type GetInput struct {
	ID db.ID `path:"id"`
}

// Get gives one entry, masked.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Look(ctx, s.db, &entries, in.ID, func(tx *db.Tx, p Person) (Detail, error) { return s.detail(ctx, tx, p) })
}

func (s *Service) detail(ctx context.Context, tx *db.Tx, p Person) (d Detail, err error) {
	d = Detail{Person: p, Age: Age(p, today(tx.Now))}
	if d.RegionName, err = region.FullName(ctx, tx, p.Region); err != nil {
		return d, err
	}
	rows, err := addressesOf.All(ctx, tx, p.ID)
	if err != nil {
		return d, err
	}
	d.Addresses = make([]Dwelling, len(rows))
	for i, r := range rows {
		name, err := region.Name(ctx, tx, r.Region)
		if err != nil {
			return d, err
		}
		d.Addresses[i] = Dwelling{r.ID, r.Kind, r.FromMonth, r.ToMonth, r.Region, name}
	}
	if d.Guardians, err = Guardians(ctx, tx, p.ID); err != nil {
		return d, err
	}
	if d.Wards, err = wardsOf.All(ctx, tx, p.ID); err != nil {
		return d, err
	}
	if d.Kin, err = kinOf.All(ctx, tx, p.ID); err != nil {
		return d, err
	}
	if d.Knowers, err = Knowers(ctx, tx, p.ID); err != nil {
		return d, err
	}
	if d.Consents, err = consentsOf.All(ctx, tx, p.ID); err != nil {
		return d, err
	}
	if d.Changes, err = Changes(ctx, tx, p.ID); err != nil {
		return d, err
	}
	if d.Absorbed, err = mergedInto.All(ctx, tx, p.ID); err != nil {
		return d, err
	}
	d.Alike, err = s.visiblyAlike(ctx, tx, p)
	return d, err
}

// visiblyAlike gives the entries that look like the same person and that the actor may merge.
func (s *Service) visiblyAlike(ctx context.Context, tx *db.Tx, p Person) ([]Person, error) {
	if p.State != Active || !auth.Can(ctx, Join, p.place()) {
		return nil, nil
	}
	o, err := s.open(ctx, tx, p.ID)
	if err != nil {
		return nil, err
	}
	found, err := s.alike(ctx, tx, p, o.Phone)
	return slices.DeleteFunc(found, func(o Person) bool { return !auth.Can(ctx, Join, o.place()) }), err
}
