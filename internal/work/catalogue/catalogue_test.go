package catalogue

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
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
			if it.Code != first[i].Code || Categories.Word(it.Category) == "" || it.Dangerous && it.Risk == "" || it.TwoPersons && it.Needed < 2 {
				t.Errorf("item %d: %+v", i, it)
			}
		}
		if it := got[0]; len(it.Skills)+len(it.Languages)+len(it.Audience) > 0 || it.Insured() || it.TrainingCode+it.QualificationCode != "" {
			t.Errorf("the first item asks something of the volunteer: %+v", it)
		}
	})
}

// Every field of an item is kept under its own name, when it is added and when it is changed.
func TestFieldsAreKept(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := seeded(t, d), editor(t, banner)
		f := Fields{Name: "名", Blurb: "一句", Category: "health", Icon: "chat", Audience: person.Codes{"a"}, Minutes: 61, Needed: 3,
			Skills: person.Codes{"b"}, Languages: person.Codes{"c"}, Dangerous: true, TwoPersons: true, TrainingCode: "t", QualificationCode: "q",
			Risk: "滑", Sort: 77}
		want := Item{Region: banner, Name: "名", Blurb: "一句", Category: "health", Icon: "chat", Audience: person.Codes{"a"}, Minutes: 61,
			Needed: 3, Skills: person.Codes{"b"}, Languages: person.Codes{"c"}, Dangerous: true, TwoPersons: true, TrainingCode: "t",
			QualificationCode: "q", Risk: "滑", Sort: 77, Active: true, Version: 1}
		it, err := s.Add(ctx, AddInput{Region: banner, Fields: f})
		if err != nil {
			t.Fatal(err)
		}
		kept := func() {
			t.Helper()
			got, err := s.Get(t.Context(), GetInput{it.ID})
			if want.ID, want.Code = it.ID, it.Code; err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v, %v", got, want, err)
			}
		}
		kept()
		f.Dangerous, f.AdultsOnly, f.TwoPersons, f.InsuranceNeeded, f.Icon, f.Needed, f.Blurb = false, true, false, true, "", 0, "两句"
		want.Dangerous, want.AdultsOnly, want.TwoPersons, want.InsuranceNeeded, want.Icon, want.Needed, want.Blurb = false, true, false, true,
			"heart", 1, "两句"
		want.Active, want.Version = false, 2
		if _, err := s.Change(ctx, ChangeInput{ID: it.ID, Version: 1, Fields: f}); err != nil {
			t.Fatal(err)
		}
		kept()
	})
}

// A danger is insured whether or not it is said (art. 17).
func TestInsured(t *testing.T) {
	for it, want := range map[*Item]bool{{}: false, {Dangerous: true}: true, {InsuranceNeeded: true}: true,
		{Dangerous: true, InsuranceNeeded: true}: true} {
		if it.Insured() != want {
			t.Errorf("%+v: %t", it, !want)
		}
	}
}

// What an item asks of those who edit it, field by field.
func TestFieldRules(t *testing.T) {
	good := Fields{Name: "名", Category: "health", Needed: 1}
	for what, c := range map[string]struct {
		change func(*Fields)
		want   string
	}{
		"good":               {func(*Fields) {}, ""},
		"blank name":         {func(f *Fields) { f.Name = " " }, "invalid name"},
		"no category":        {func(f *Fields) { f.Category = "x" }, "invalid category"},
		"danger untold":      {func(f *Fields) { f.Dangerous, f.Risk = true, " " }, "invalid risk: 第十二条"},
		"danger told":        {func(f *Fields) { f.Dangerous, f.Risk = true, "滑" }, ""},
		"two, but one":       {func(f *Fields) { f.TwoPersons = true }, "invalid needed"},
		"two":                {func(f *Fields) { f.TwoPersons, f.Needed = true, 2 }, ""},
		"code at its length": {func(f *Fields) { f.Skills = person.Codes{strings.Repeat("x", 40)} }, ""},
		"code too long":      {func(f *Fields) { f.Languages = person.Codes{strings.Repeat("x", 41)} }, "invalid skills"},
	} {
		f := good
		c.change(&f)
		t.Run(what, func(t *testing.T) { errstest.Is(t, f.check(), c.want) })
	}
}

// The list of the whole region holds its own items and those of no division, that of a place those of all divisions above it; what is
// off only who asks for it sees.
func TestListOfAPlace(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := seeded(t, d)
		const league, gacha auth.Region = 152_500_000_000, 152_502_200_201
		names := func(in ListInput) (out []string) {
			t.Helper()
			in.Limit = 200
			page, err := s.List(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			for _, i := range page.Items {
				if strings.HasPrefix(i.Code, "L") {
					out = append(out, i.Name)
				}
			}
			slices.Sort(out)
			return out
		}
		for at, name := range map[auth.Region]string{whole: "区", league: "盟", banner: "旗", gacha.At(auth.LevelTown): "苏木", gacha: "嘎查",
			152_502_200_202: "邻"} {
			top := auth.AsSystem(t.Context(), "test")
			it, err := s.Add(top, AddInput{Region: at, Fields: Fields{Name: name, Category: "farming", Minutes: 60}})
			if err == nil && name == "旗" {
				_, err = s.Change(top, ChangeInput{ID: it.ID, Version: 1, Fields: Fields{Name: name, Category: "farming", Minutes: 60}})
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		for want, in := range map[string]ListInput{"区": {}, "区 盟": {Region: league}, "区 旗 盟": {Region: banner, All: true},
			"区 嘎查 盟 苏木": {Region: gacha}, "": {Region: gacha, Category: "health"},
			"区 盟 苏木": {Region: gacha.At(auth.LevelTown), Category: "farming"}} {
			wanted := strings.Fields(want)
			slices.Sort(wanted)
			if got := names(in); !slices.Equal(got, wanted) {
				t.Errorf("%+v: %v, want %v", in, got, wanted)
			}
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
