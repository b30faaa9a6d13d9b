package catalogue

import (
	"context"
	"testing"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

const banner auth.Region = 152_502_000_000

func seeded(t *testing.T, d *db.DB) *Service {
	for range 2 { // the second time changes nothing
		if err := d.Write(t.Context(), func(tx *db.Tx) error { return Seed(t.Context(), tx) }); err != nil {
			t.Fatal(err)
		}
	}
	return New(d)
}

func editor(t *testing.T, at auth.Region) context.Context {
	return auth.With(t.Context(), auth.Actor{Account: 1, Grants: []auth.Grant{{Role: auth.BannerOfficer, Region: at}}})
}

func TestFirstMenu(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seeded(t, d)
		var got []Item
		in := ListInput{}
		for {
			page, err := s.List(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, page.Items...)
			if page.Next == nil {
				break
			}
			in.Cursor = *page.Next
		}
		if len(got) != len(first) {
			t.Fatalf("%d items, want %d", len(got), len(first))
		}
		for i, it := range got {
			if it.Code != first[i].Code || CategoryName(it.Category) == "" || it.Dangerous && it.Risk == "" || it.TwoPersons && it.Needed < 2 {
				t.Errorf("item %d: %+v", i, it)
			}
		}
		if it := got[0]; len(it.Skills)+len(it.Languages)+len(it.Audience) > 0 || it.Insured() || it.TrainingCode+it.QualificationCode != "" {
			t.Errorf("the first item asks something of the volunteer: %+v", it)
		}
	})
}

func TestOwnItems(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seeded(t, d)
		in := AddInput{Region: banner, Fields: Fields{Name: "挤奶帮工", Category: "farming", Minutes: 60}}
		if _, err := s.Add(editor(t, 152_600_000_000), in); errs.KindOf(err) != errs.NotFound {
			t.Error("another league adds:", err)
		}
		if _, err := s.Add(t.Context(), in); errs.KindOf(err) != errs.Unauthenticated {
			t.Error("a visitor adds:", err)
		}
		bad := in
		bad.Category, bad.Dangerous = "x", true
		if err := func() error { _, err := s.Add(editor(t, banner), bad); return err }(); errs.KindOf(err) != errs.Invalid {
			t.Error("wrong input:", err)
		}
		it, err := s.Add(editor(t, banner), in)
		if err != nil {
			t.Fatal(err)
		}
		menuHas := func(at auth.Region) (has bool) {
			d.Read(t.Context(), func(tx *db.Tx) error {
				items, err := Menu(t.Context(), tx, at)
				for _, i := range items {
					has = has || i.ID == it.ID
				}
				return err
			})
			return has
		}
		if !menuHas(152_502_200_201) || menuHas(152_601_100_201) {
			t.Error("an own item holds elsewhere, or not at home")
		}
		change := ChangeInput{ID: it.ID, Version: 1, Fields: in.Fields}
		if _, err := s.Change(editor(t, banner), change); err != nil {
			t.Fatal(err)
		}
		if menuHas(152_502_200_201) {
			t.Error("an item that was taken off is on the menu")
		}
		if _, err := s.Change(editor(t, banner), change); errs.CodeOf(err) != "stale_version" {
			t.Error("stale:", err)
		}
		change.Version = 2
		if _, err := s.Change(editor(t, 152_600_000_000), change); errs.KindOf(err) != errs.Denied {
			t.Error("another league changes:", err)
		}
	})
}
