package demo

import (
	"context"
	"fmt"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/certificate"
	"linli/internal/work/order"
)

// work plans what goes on from the start of the work until now.
func (w *world) work() {
	w.orders()
	w.sheets()
	if w.scale.Copies == 0 {
		w.at(w.now.Add(-90*time.Minute), w.canaries)
		w.at(w.now.Add(-40*time.Minute), w.areas)
	}
	w.at(w.now.Add(-time.Hour), w.certificates)
	w.sweep(w.start)
	w.at(w.now.Add(-30*time.Minute), w.plans)
	w.at(w.now, func(ctx context.Context) error { return w.app.Order.Sweep(auth.AsSystem(ctx, "order.sweep")) })
}

// areas lets each area fill the base community with things of its own.
func (w *world) areas(ctx context.Context) error {
	p := w.places[0]
	v := area.Village{Region: p.Region, Station: p.ID, Manager: p.manager, Head: p.head, Town: p.town}
	for _, s := range p.volunteers {
		v.Volunteers = append(v.Volunteers, area.Villager{Person: s.id, Volunteer: s.volunteer.ID, No: s.volunteer.No, Actor: s.actor})
	}
	for _, x := range w.app.Areas {
		if x.Demo == nil {
			continue
		}
		if err := x.Demo(ctx, v); err != nil {
			return fmt.Errorf("demo of %s: %w", x.Name, err)
		}
	}
	return nil
}

// certificates lets the volunteers of the base community who sign in print what they have earned.
func (w *world) certificates(ctx context.Context) error {
	for _, s := range w.places[0].volunteers {
		if s.actor.Account == 0 {
			continue
		}
		var minutes int64
		err := w.app.DB.Read(ctx, func(tx *db.Tx) (err error) { minutes, err = earned.One(ctx, tx, s.volunteer.ID); return err })
		if err != nil {
			return err
		}
		if minutes == 0 {
			continue
		}
		_, err = w.app.Certificate.Issue(auth.With(ctx, s.actor), certificate.IssueInput{VolunteerID: s.volunteer.ID, From: clock.DayOf(w.start),
			To: clock.DayOf(w.now)})
		if err != nil {
			return err
		}
	}
	return nil
}

// canaries puts tokens into the fields that few may see, of people and orders of the base community who serve for nothing else.
func (w *world) canaries(ctx context.Context) error {
	desk := auth.With(ctx, w.places[0].manager)
	for range 2 {
		for _, field := range []string{"name", "phone", "id_number", "address", "landmark"} {
			if _, err := w.canaryPerson(desk, field); err != nil {
				return err
			}
		}
		for _, field := range []string{"detail", "address", "risk"} {
			if err := w.canaryOrder(desk, field); err != nil {
				return err
			}
		}
	}
	return nil
}

func (w *world) canaryPerson(ctx context.Context, field string) (db.ID, error) {
	p := w.places[0]
	s := &soul{somebody: w.names.somebody(p.Region, 1938, 1990), home: p}
	token := w.names.token()
	err := w.register(ctx, s, p.Region, func(in *person.NewPerson) {
		switch field {
		case "name":
			in.Name += "·" + token
		case "phone":
			token = in.Phone
		case "id_number":
			token = in.IDNumber
		case "address":
			in.Addresses[0].Detail += "（" + token + "）"
		case "landmark":
			in.Addresses[0].Landmark += "（" + token + "）"
		}
	})
	if err == nil && field != "" {
		w.canary("person", p.Region, s.id, field, token)
	}
	return s.id, err
}

func (w *world) canaryOrder(ctx context.Context, field string) error {
	p := w.places[0]
	recipient, err := w.canaryPerson(ctx, "")
	if err != nil {
		return err
	}
	token := w.names.token()
	start := clock.DayOf(w.now).AddDays(4).Time().Add(10 * time.Hour)
	in := order.CreateInput{CatalogueID: w.menu[0].ID, RecipientID: recipient, Title: w.menu[0].Name, Region: p.Region,
		Consent: person.BySpoken, Window: order.Window{WindowStart: start, WindowEnd: start.Add(time.Hour)},
		Voice: order.Voice{Channel: "phone_call", SpokenBy: "本人"}}
	switch field {
	case "detail":
		in.Detail = "要软一点的饭菜，" + token
	case "address":
		in.Address = "示范路后院 " + token
	case "risk":
		in.Risk = "院里有狗，" + token
	}
	o, err := w.app.Order.Create(ctx, in)
	if err == nil {
		w.canary("order", p.Region, o.ID, field, token)
	}
	return err
}
