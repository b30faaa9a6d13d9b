package platforms

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/reach/batch"
	"linli/internal/work/catalogue"
)

// gathering is a batch while its items are put together.
type gathering struct {
	*Service
	b      *Batch
	skills []setting.Word
	place  string
	took   map[string]string // what the platform has of these people: kind and id → hash
	out    []item
}

// collect puts together what the platform has not, person by person.
func (s *Service) collect(ctx context.Context, tx *db.Tx, b *Batch) ([]item, error) {
	g := &gathering{Service: s, b: b}
	var err error
	if g.skills, err = setting.Words(ctx, tx, setting.Skills); err != nil {
		return nil, err
	}
	if g.place, err = region.FullName(ctx, tx, b.Region); err != nil {
		return nil, err
	}
	in := search{Region: b.Region, From: b.FromDay, To: b.ToDay, Consent: groundOf(b.Platform) == "consent"}
	for {
		people, err := subjects.All(ctx, tx, in)
		if err != nil || len(people) == 0 {
			return g.out, err
		}
		in.Last = people[len(people)-1].ID
		if err := g.take(ctx, tx, in, people); err != nil {
			return nil, err
		}
		in.After = in.Last
	}
}

// take adds what is new of a stretch of people.
func (g *gathering) take(ctx context.Context, tx *db.Tx, in search, people []subject) error {
	had, err := priors.All(ctx, tx, int64(in.After), in.Last, g.b.Platform)
	if err != nil {
		return err
	}
	g.took = map[string]string{}
	for _, p := range had {
		g.took[p.Kind+p.ObjectID.String()] = p.Hash
	}
	services, err := deeds.All(ctx, tx, in)
	if err != nil {
		return err
	}
	trainings, err := lessons.All(ctx, tx, in)
	if err != nil {
		return err
	}
	commended, err := praises.All(ctx, tx, in)
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := g.person(ctx, tx, p, services, trainings, commended); err != nil {
			return err
		}
	}
	return nil
}

// person adds one person's items. His own data go along wherever anything of him goes, for a batch is whole in itself.
func (g *gathering) person(ctx context.Context, tx *db.Tx, p subject, services []deed, trainings []lesson, commended []praise) error {
	contact, err := g.persons.Reported(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	fields := map[string]any{"name": line(p.Name), "sex": p.Sex, "birth_day": p.BirthDay.String(), "region": p.Region.String(),
		"phone":        phone(contact.Phone),
		"volunteer_no": p.No, "registered_on": clock.DayOf(p.RegisteredAt).String(), "ground": groundOf(g.b.Platform),
		"skills": clip(setting.Labels(g.skills, p.Skills), 200)}
	if g.b.Platform == "national" { // order 67 art. 5 names it; nobody else needs it
		fields["id_number"] = contact.IDNumber
	}
	before := len(g.out)
	changed, err := g.add(batch.Person, p.ID, p.ID, fields, g.b.MadeAt, true)
	if err != nil {
		return err
	}
	for _, d := range services {
		if d.PersonID == p.ID {
			if err := g.service(d); err != nil {
				return err
			}
		}
	}
	for _, l := range trainings {
		if l.PersonID != p.ID {
			continue
		}
		if _, err := g.add(batch.Training, l.ID, p.ID, map[string]any{"title": clip(l.Title, 120), "content": clip(line(l.Content), 400),
			"minutes": l.Minutes,
			"unit":    clip(g.place, 80), "day": l.Day.String()}, *cmp.Or(l.ChangedAt, &g.b.MadeAt), false); err != nil {
			return err
		}
	}
	for _, c := range commended {
		if c.PersonID != p.ID {
			continue
		}
		if _, err := g.add(batch.Commendation, c.ID, p.ID, map[string]any{"title": clip(line(c.Title), 120), "unit": clip(line(c.Giver), 80),
			"document": clip(line(c.Document), 80), "day": c.Day.String()}, c.At, false); err != nil {
			return err
		}
	}
	if len(g.out) == before+1 && !changed {
		g.out = g.out[:before]
	}
	return nil
}

// service adds a service, with what those served thought of it. What an order was called and where it was would name who was served.
func (g *gathering) service(d deed) error {
	had := g.took[batch.Service+d.ID.String()]
	if d.Status == "void" && had == "" {
		return nil
	}
	title, content, place := line(d.Title), line(d.Content), line(d.Place)
	if d.OrderID != 0 {
		title, content, place = catalogue.Categories.Word(d.Category)+"服务", catalogue.Categories.Word(d.Category), ""
	}
	last := *cmp.Or(d.ChangedAt, &d.MadeAt)
	rated := d.Rating > 0 && d.Status == "counted"
	score := map[string]any{"service": d.ID.String(), "rating": d.Rating, "day": d.Day.String()}
	newRating := rated && g.took[batch.Evaluation+d.ID.String()] != digest(batch.Evaluation, d.ID, d.PersonID, score)
	if d.EndedAt.Sub(d.StartedAt) < time.Minute {
		return nil
	}
	if _, err := g.add(batch.Service, d.ID, d.PersonID, map[string]any{"title": clip(title, 120), "day": d.Day.String(),
		"place":   clip(place, 120),
		"content": clip(content, 400), "started_at": moment(d.StartedAt), "ended_at": moment(d.EndedAt),
		"minutes": min(d.Minutes, 1440, int64(d.EndedAt.Sub(d.StartedAt)/time.Minute)),
		"unit":    clip(line(d.Unit), 80), "leader": clip(line(d.Leader), 80), "category": d.Category, "region": d.Region.String(),
		"confirmation": d.Confirmation, "state": d.Status}, last, newRating); err != nil || !newRating {
		return err
	}
	_, err := g.add(batch.Evaluation, d.ID, d.PersonID, score, last, false)
	return err
}

// add puts an item in unless the platform has it as it is; always is for what another line leans on. It says whether it is new.
func (g *gathering) add(kind string, id, owner db.ID, fields map[string]any, changed time.Time, always bool) (bool, error) {
	for name, v := range fields {
		fields[name] = batch.Fit(kind, name, v)
	}
	hash := digest(kind, id, owner, fields)
	fresh := g.took[kind+id.String()] != hash
	if !fresh && !always {
		return false, nil
	}
	full := whole(kind, id, owner, fields)
	full["changed_at"] = moment(earlier(changed, g.b.MadeAt))
	text, err := batch.Pack(kind, full)
	if err != nil {
		return false, err
	}
	g.out = append(g.out, item{BatchID: g.b.ID, Kind: kind, ObjectID: id, Platform: g.b.Platform, Region: g.b.Region, PersonID: owner,
		Hash:   hash,
		Ground: groundOf(g.b.Platform), State: "waits", Line: g.keys.Seal(text, lineAt(g.b.ID, kind, id)), At: g.b.MadeAt})
	return fresh, nil
}

func whole(kind string, id, owner db.ID, fields map[string]any) map[string]any {
	out := maps.Clone(fields)
	out["id"] = id.String()
	if kind != batch.Person {
		out["person"] = owner.String()
	}
	return out
}

// digest is that of what an item says, whenever it was said.
func digest(kind string, id, owner db.ID, fields map[string]any) string {
	text, err := batch.Canonical(whole(kind, id, owner, fields))
	if err != nil {
		panic(err) // made of texts and numbers alone
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func moment(t time.Time) string {
	return t.In(clock.Shanghai).Truncate(time.Second).Format(time.RFC3339)
}

// line makes a text that people typed into one of one line.
func line(s string) string { return strings.Join(strings.Fields(strings.Map(visible, s)), " ") }

// visible drops what a batch does not take.
func visible(r rune) rune {
	if r == '\n' || r == '\t' || r == '\r' {
		return ' '
	}
	if batch.Hidden(r) {
		return -1
	}
	return r
}

// phone leaves a number as a batch has it: an extension stays behind a dash.
func phone(s string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9', r == '-':
			return r
		}
		return '-'
	}, s), "-")
}

// Installation is the number of this installation, which each batch carries: the mark that binds database and folder of files.
func Installation(ctx context.Context, tx *db.Tx) (string, error) {
	mark, _, err := db.Found(markOf.One(ctx, tx))
	return Number(mark), err
}

// Number is the number of the installation of a mark; without one no program has served it yet.
func Number(mark string) string {
	mark = cmp.Or(mark, "unbound")
	return strings.ToLower(mark[:min(len(mark), 12)])
}

func unitOf(ctx context.Context, tx *db.Tx, at auth.Region) (string, error) {
	return region.FullName(ctx, tx, at)
}
