package partner

import (
	"context"

	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

var (
	demoContacts = db.Query[db.ID](`SELECT a.person_id FROM role_grant g JOIN account a ON a.id = g.account_id WHERE g.role = 'partner_contact'
		AND g.region = $1 AND a.person_id IS NOT NULL ORDER BY a.id`)
	demoHeld = db.Query[db.ID](`SELECT a.id FROM activity a JOIN sheet h ON h.id = a.sheet_id AND h.state = 'approved' WHERE a.station_id = $1
		ORDER BY a.day DESC, a.id`)
	demoComing = db.Query[db.ID](`SELECT id FROM activity WHERE station_id = $1 AND state = 'open' AND starts_at > $2 ORDER BY starts_at, id`)
	demoActive = db.Query[db.ID](`SELECT id FROM project WHERE station_id = $1 AND state = 'active' ORDER BY id`)
)

// demoOffer is made up.
func demoOffer(service, category, place string, from clock.Day) OfferFacts {
	return OfferFacts{Service: service, Category: category, Location: place, Reach: "town", ByDay: []string{"MO", "WE", "FR"},
		OpensAt: "09:00", ClosesAt: "17:00", ValidFrom: from, ValidTo: from.AddDays(400), Capacity: 3}
}

// Demo enters the units of the demo: one with a contact who was followed by another, offers and what was held together, a firm that waits
// for its check, one that is over.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager := auth.With(ctx, v.Manager)
	var who []db.ID
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { who, err = demoContacts.All(ctx, tx, v.Region); return err })
	if err != nil || len(who) < 2 {
		return err
	}
	school, err := s.Create(manager, CreateInput{Region: v.Region, Kind: "school", Facts: Facts{Name: "演示：示范路小学", Address: "示范路 1 号",
		Phone: "0479-8200001", About: "礼堂周末空着，老师会教手机", Open: true}})
	for _, id := range who {
		if err == nil {
			school, err = s.Appoint(manager, AppointInput{ID: school.ID, Version: school.Version, PersonID: id, Post: "办公室", Reason: "分工调整"})
		}
	}
	if err != nil {
		return err
	}
	contact := auth.With(ctx, auth.Actor{Account: v.Manager.Account, Person: who[len(who)-1], Name: v.Manager.Name})
	since := clock.Today(ctx).AddDays(-60)
	phone := demoOffer("教老人用手机", "technology", "学校机房", since)
	phone.ByDay, phone.OpensAt, phone.ClosesAt = nil, "", ""
	hall, err := s.AddOffer(contact, OfferInput{school.ID, phone})
	if err == nil {
		_, err = s.AddOffer(contact, OfferInput{school.ID, demoOffer("陪老人去医院", "elderly_disabled", "上门", since)})
	}
	if err == nil {
		err = s.demoTogether(manager, v, school.ID, hall.ID)
	}
	if err == nil {
		var old Offer
		if old, err = s.AddOffer(contact, OfferInput{school.ID, demoOffer("借桌椅", "convenience", "学校仓库", since)}); err == nil {
			_, err = s.EndOffer(contact, MoveInput{old.ID, old.Version})
		}
	}
	if err == nil {
		err = s.demoOthers(manager, v)
	}
	return err
}

// demoTogether takes the school into what was held and what is to come.
func (s *Service) demoTogether(ctx context.Context, v area.Village, school, offer db.ID) error {
	var held, coming, projects []db.ID
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if held, err = demoHeld.All(ctx, tx, v.Station); err != nil {
			return err
		}
		if coming, err = demoComing.All(ctx, tx, v.Station, tx.Now); err != nil {
			return err
		}
		projects, err = demoActive.All(ctx, tx, v.Station)
		return err
	})
	if err != nil {
		return err
	}
	for i, id := range held[:min(2, len(held))] { // of the second nobody has said yet whether they came
		var x Part
		if x, err = s.Join(ctx, JoinInput{ID: school, OfferID: offer, Of: Of{ActivityID: id}}); err == nil && i == 0 {
			_, err = s.Attest(ctx, AttestInput{ID: x.ID, Version: x.Version, Came: true})
		}
	}
	if err != nil {
		return err
	}
	for _, id := range coming[:min(1, len(coming))] {
		if _, err := s.Join(ctx, JoinInput{ID: school, What: "出两位老师", Of: Of{ActivityID: id}}); err != nil {
			return err
		}
	}
	for _, id := range projects[:min(1, len(projects))] {
		if _, err := s.Join(ctx, JoinInput{ID: school, What: "出机房", Of: Of{ProjectID: id}}); err != nil {
			return err
		}
	}
	return nil
}

// demoOthers are a firm that waits for its check and an office that is over.
func (s *Service) demoOthers(ctx context.Context, v area.Village) error {
	if _, err := s.Create(ctx, CreateInput{Region: v.Region, Kind: "enterprise", Facts: Facts{Name: "演示：示范超市"}}); err != nil {
		return err
	}
	d, err := s.Create(ctx, CreateInput{Region: v.Region, Kind: "government", Facts: Facts{Name: "演示：撤并了的所"}})
	if err == nil {
		_, err = s.End(ctx, EndInput{ID: d.ID, Version: d.Version, Reason: "机构撤并"})
	}
	return err
}
