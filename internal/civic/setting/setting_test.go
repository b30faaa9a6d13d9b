package setting_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	divisions "linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
)

const (
	region    auth.Region = 150000000000
	league    auth.Region = 152500000000
	banner    auth.Region = 152502000000
	community auth.Region = 152502001001
)

func as(t *testing.T, role auth.Role, at auth.Region) context.Context {
	return auth.With(t.Context(), auth.Actor{Account: 7, Name: "某", Grants: []auth.Grant{{Role: role, Region: at}}})
}

func read[T any](t *testing.T, d *db.DB, fn func(context.Context, *db.Tx) (T, error)) (out T) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) { out, err = fn(t.Context(), tx); return err }); err != nil {
		t.Fatal(err)
	}
	return out
}

var seeded = dbtest.Seeded(divisions.Seed, setting.Seed, setting.Seed) // the second time finds everything in place

// A value holds for all below until one of them sets its own; taking it back lets the one above through again.
func TestInheritance(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		s := setting.New(d)
		days := func() int64 {
			return read(t, d, func(ctx context.Context, tx *db.Tx) (int64, error) {
				return setting.Int(ctx, tx, setting.ReviewDays, community)
			})
		}
		if days() != 1 {
			t.Fatal("default")
		}
		admin, officer := as(t, auth.SystemAdmin, region), as(t, auth.BannerOfficer, banner)
		top, err := s.Set(admin, setting.SetInput{Key: setting.ReviewDays, Region: region, Value: "3", Reason: "试点"})
		if err != nil || days() != 3 {
			t.Fatal(err, days())
		}
		own, err := s.Set(officer, setting.SetInput{Key: setting.ReviewDays, Region: banner, Value: "2", Reason: "本旗更快"})
		if err != nil || days() != 2 || own.From != banner {
			t.Fatal(err, days(), own)
		}
		if _, err := s.Set(officer, setting.SetInput{Key: setting.ReviewDays, Region: banner, Value: "4",
			Reason: "x"}); errs.CodeOf(err) != "stale_version" {
			t.Errorf("without the version seen: %v", err)
		}
		if own, err = s.Set(officer, setting.SetInput{Key: setting.ReviewDays, Region: banner, Reason: "恢复", Version: own.Version}); err != nil ||
			days() != 3 || own.From != region {
			t.Errorf("taken back: %v %d %+v", err, days(), own)
		}
		h, err := s.History(officer, setting.HistoryInput{Key: setting.ReviewDays, Region: banner})
		if err != nil || len(h.Items) != 2 || h.Items[0].Value != nil || *h.Items[1].Value != "2" {
			t.Errorf("history: %+v %v", h, err)
		}
		_ = top
	})
}

// The value of the nearest division counts: each of the five levels is nearer than the one above it, and no other community of the
// same town hears of it.
func TestNearestCounts(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		s := setting.New(d)
		for level := 1; level <= 5; level++ {
			at := community.At(level)
			if _, err := s.Set(auth.AsSystem(t.Context(), "test"),
				setting.SetInput{Key: setting.AheadDays, Region: at, Value: strconv.Itoa(10 + level), Reason: "x"}); err != nil {
				t.Fatal(err)
			}
			for place, want := range map[auth.Region]int{community: level, at: level, community + 1: min(level, 4), 152502002001: min(level, 3),
				152501001001: min(level, 2), 150102001001: 1} {
				if got := read(t, d, func(ctx context.Context, tx *db.Tx) (int64, error) {
					return setting.Int(ctx, tx, setting.AheadDays, place)
				}); got != int64(10+want) {
					t.Errorf("set down to level %d, %d days at %d", level, got, place)
				}
			}
		}
	})
}

// Who set what is told inside one's own region only.
func TestHistoryIsForThePlace(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		s := setting.New(d)
		if _, err := s.Set(as(t, auth.SystemAdmin, region),
			setting.SetInput{Key: setting.AheadDays, Region: banner, Value: "9", Reason: "x"}); err != nil {
			t.Fatal(err)
		}
		for what, c := range map[string]struct {
			ctx  context.Context
			at   auth.Region
			want string
		}{
			"his own": {as(t, auth.BannerOfficer, banner), banner, ""}, "a town below": {as(t, auth.TownOfficer, 152502001000), banner, "not_found"},
			"another banner": {as(t, auth.BannerOfficer, 150102000000), banner, "not_found"},
			"a visitor":      {t.Context(), banner, "unauthenticated"}, "a resident": {as(t, auth.Resident, 0), banner, "denied"},
		} {
			t.Run(what, func(t *testing.T) {
				h, err := s.History(c.ctx, setting.HistoryInput{Key: setting.AheadDays, Region: c.at})
				errstest.Is(t, err, c.want)
				if err == nil && len(h.Items) != 1 {
					t.Errorf("%+v", h)
				}
				_, err = s.List(c.ctx, setting.ListInput{Region: c.at})
				errstest.Is(t, err, c.want)
			})
		}
	})
}

// What is wrong is refused by its field, outside one's own region it does not exist, and nothing is stored.
func TestRefused(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		s := setting.New(d)
		officer := as(t, auth.BannerOfficer, banner)
		for name, c := range map[string]struct {
			ctx  context.Context
			in   setting.SetInput
			kind errs.Kind
		}{
			"too large": {officer, setting.SetInput{Key: setting.ReviewDays, Region: banner, Value: "99"}, errs.Invalid},
			"no number": {officer, setting.SetInput{Key: setting.ReviewDays, Region: banner, Value: "两"}, errs.Invalid},
			"law":       {officer, setting.SetInput{Key: setting.RecordDays, Region: banner, Value: "10"}, errs.Invalid},
			"hours":     {officer, setting.SetInput{Key: setting.WorkHours, Region: banner, Value: "09:00-08:00"}, errs.Invalid},
			"months":    {officer, setting.SetInput{Key: setting.SummerMonths, Region: banner, Value: "9-5"}, errs.Invalid},
			"unknown":   {officer, setting.SetInput{Key: "x", Region: banner, Value: "1"}, errs.NotFound},
			"above":     {officer, setting.SetInput{Key: setting.ReviewDays, Region: league, Value: "2"}, errs.NotFound},
			"no such": {as(t, auth.SystemAdmin, region), setting.SetInput{Key: setting.ReviewDays, Region: 152502999000, Value: "2"},
				errs.NotFound},
			"elsewhere": {officer, setting.SetInput{Key: setting.ReviewDays, Region: 150102000000, Value: "2"}, errs.NotFound},
			"only looking": {as(t, auth.TownOfficer, 152502001000), setting.SetInput{Key: setting.ReviewDays, Region: banner, Value: "2"},
				errs.Denied},
			"visitor": {t.Context(), setting.SetInput{Key: setting.ReviewDays, Region: banner, Value: "2"}, errs.Unauthenticated},
		} {
			c.in.Reason = "x"
			if _, err := s.Set(c.ctx, c.in); errs.KindOf(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := read(t, d, func(ctx context.Context, tx *db.Tx) (int64, error) {
			return setting.Int(ctx, tx, setting.ReviewDays, banner)
		}); n != 1 {
			t.Errorf("something was stored: %d", n)
		}
	})
}

func TestWorkingTime(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			from clock.Day
			n    int64
			want clock.Day
		}{
			{20260930, 1, 20261008}, // over the National Day holiday
			{20261008, 2, 20261010}, // Saturday 10 October was moved to be a working day
			{20261120, 10, 20261204},
			{20261121, 1, 20261123},
			{20270101, 1, 20270104}, // not announced: the plain week
			{20261123, 0, 20261123},
		} {
			if got := read(t, d, func(ctx context.Context, tx *db.Tx) (clock.Day, error) {
				return setting.AddWorkingDays(ctx, tx, c.from, c.n)
			}); got != c.want {
				t.Errorf("%v + %d = %v, want %v", c.from, c.n, got, c.want)
			}
		}
		at := func(s string) time.Time {
			t.Helper()
			x, err := time.ParseInLocation("2006-01-02 15:04", s, clock.Shanghai)
			if err != nil {
				t.Fatal(err)
			}
			return x
		}
		for _, c := range []struct {
			from  string
			hours int64
			want  string
		}{
			{"2026-11-23 09:00", 2, "2026-11-23 11:00"},
			{"2026-11-23 11:00", 2, "2026-11-23 15:30"},  // over noon
			{"2026-11-20 17:00", 1, "2026-11-23 09:00"},  // Friday evening to Monday
			{"2026-11-21 10:00", 24, "2026-11-26 15:30"}, // 6.5 hours a day from Monday
			{"2026-11-23 03:00", 1, "2026-11-23 09:30"},
			{"2026-11-23 08:30", 3, "2026-11-23 11:30"},
			{"2026-11-23 09:00", 3, "2026-11-23 12:00"}, // to the end of the morning, not the beginning of the afternoon
			{"2026-11-23 12:00", 1, "2026-11-23 15:30"},
			{"2026-11-23 14:30", 3, "2026-11-23 17:30"}, // to the end of the day
			{"2026-11-23 17:30", 1, "2026-11-24 09:30"},
			{"2026-11-23 17:30", 0, "2026-11-23 17:30"},
		} {
			if got := read(t, d, func(ctx context.Context, tx *db.Tx) (time.Time, error) {
				return setting.AddWorkingHours(ctx, tx, at(c.from), c.hours, community)
			}); !got.Equal(at(c.want)) {
				t.Errorf("%s + %d h = %s, want %s", c.from, c.hours, got, c.want)
			}
		}
		for year, want := range map[int]bool{2026: true, 2027: false} {
			if got := read(t, d, func(ctx context.Context, tx *db.Tx) (bool, error) { return setting.Announced(ctx, tx, year) }); got != want {
				t.Errorf("%d announced: %v", year, got)
			}
		}
	})
}

func TestDictionary(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		s := setting.New(d)
		admin := as(t, auth.SystemAdmin, region)
		words := func() []setting.Word {
			return read(t, d, func(ctx context.Context, tx *db.Tx) ([]setting.Word, error) {
				return setting.Words(ctx, tx, setting.Skills)
			})
		}
		before := len(words())
		w, err := s.SaveWord(admin, setting.WordInput{Name: setting.Skills, Code: "saddlery", Label: "马具修理", Sort: 999})
		if err != nil || len(words()) != before+1 {
			t.Fatal(err)
		}
		if _, err := s.SaveWord(admin, setting.WordInput{Name: setting.Skills, Code: "saddlery",
			Label: "又一个"}); errs.KindOf(err) != errs.Invalid {
			t.Errorf("twice: %v", err)
		}
		change := setting.WordInput{ID: w.ID, Name: w.Name, Code: w.Code, Label: "马具", Sort: 999, Version: w.Version}
		if _, err := s.SaveWord(admin, change); err != nil {
			t.Error(err)
		}
		if _, err := s.SaveWord(admin, change); errs.CodeOf(err) != "stale_version" {
			t.Errorf("stale: %v", err)
		}
		moved := change
		moved.Name, moved.Version = setting.Languages, w.Version+1
		if _, err := s.SaveWord(admin, moved); errs.CodeOf(err) != "stale_version" {
			t.Errorf("into another dictionary: %v", err)
		}
		change.Version, change.Active = w.Version+1, true
		change.External = []setting.External{{System: "national", Code: "A07"}, {System: "beijiang"}, {System: "national", Code: "A08"}}
		if _, err := s.SaveWord(admin, change); errs.KindOf(err) != errs.Invalid {
			t.Errorf("two codes of one platform: %v", err)
		}
		change.External = change.External[:2]
		if got, err := s.SaveWord(admin, change); err != nil || len(got.External) != 1 {
			t.Errorf("%+v %v", got, err)
		}
		if got := read(t, d, func(ctx context.Context, tx *db.Tx) (map[string]string, error) {
			return setting.ExternalCodes(ctx, tx, setting.Skills, "national")
		}); len(got) != 1 || got["saddlery"] != "A07" {
			t.Errorf("what the others call it: %v", got)
		}
		if list, err := s.Dictionary(t.Context(), setting.DictionaryInput{Name: setting.Skills}); err != nil || len(list.Items) != before+1 {
			t.Errorf("%d words, %v", len(list.Items), err)
		}
		if _, err := s.Dictionary(t.Context(), setting.DictionaryInput{Name: "horses"}); errs.KindOf(err) != errs.NotFound {
			t.Errorf("no such dictionary: %v", err)
		}
		if got := setting.Label(words(), "saddlery"); got != "马具" {
			t.Error(got)
		}
		if _, err := s.SetDay(admin, setting.DayInput{Day: 20270101, Kind: "holiday", Name: "元旦"}); err != nil {
			t.Error(err)
		}
		if read(t, d, func(ctx context.Context, tx *db.Tx) (bool, error) { return setting.IsWorkingDay(ctx, tx, 20270101) }) {
			t.Error("a holiday is no working day")
		}
	})
}

// A stretch of days is set as an announcement tells it, and taken back; what no calendar has is refused by its field.
func TestCalendar(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		s := setting.New(d)
		admin := as(t, auth.SystemAdmin, region)
		if c, err := s.Calendar(t.Context(), setting.CalendarInput{Year: 2027}); err != nil || c.Announced || len(c.Items) != 0 {
			t.Errorf("%+v %v", c, err)
		}
		c, err := s.SetSpan(admin, setting.SpanInput{From: 20270205, To: 20270212, Kind: "holiday", Name: "春节"})
		if err != nil || !c.Announced || len(c.Items) != 8 {
			t.Fatalf("%+v %v", c, err)
		}
		if c, err = s.SetSpan(admin, setting.SpanInput{From: 20270212, Kind: "plain"}); err != nil || len(c.Items) != 7 {
			t.Errorf("%+v %v", c, err)
		}
		for what, x := range map[string]struct {
			ctx  context.Context
			in   setting.SpanInput
			kind errs.Kind
		}{
			"a month":         {admin, setting.SpanInput{From: 20280101, To: 20280131, Kind: "holiday"}, 0},
			"a day more":      {admin, setting.SpanInput{From: 20280101, To: 20280201, Kind: "holiday"}, errs.Invalid},
			"the first year":  {admin, setting.SpanInput{From: 20200101, Kind: "plain"}, 0},
			"the year before": {admin, setting.SpanInput{From: 20191231, Kind: "plain"}, errs.Invalid},
			"the last day":    {admin, setting.SpanInput{From: 21001231, Kind: "holiday"}, 0},
			"over the last":   {admin, setting.SpanInput{From: 21001231, To: 21010101, Kind: "holiday"}, errs.Invalid},
			"backwards":       {admin, setting.SpanInput{From: 20270212, To: 20270211, Kind: "holiday"}, errs.Invalid},
			"two months":      {admin, setting.SpanInput{From: 20270101, To: 20270301, Kind: "holiday"}, errs.Invalid},
			"long ago":        {admin, setting.SpanInput{From: 19990101, Kind: "holiday"}, errs.Invalid},
			"no day":          {admin, setting.SpanInput{Kind: "holiday"}, errs.Invalid},
			"an officer":      {as(t, auth.BannerOfficer, banner), setting.SpanInput{From: 20270212, Kind: "holiday"}, errs.Denied},
		} {
			if _, err := s.SetSpan(x.ctx, x.in); errs.KindOf(err) != x.kind {
				t.Errorf("%s: %v", what, err)
			}
		}
		if c, err = s.Calendar(t.Context(), setting.CalendarInput{Year: 2027}); err != nil || len(c.Items) != 7 {
			t.Errorf("something was stored: %+v %v", c, err)
		}
	})
}
