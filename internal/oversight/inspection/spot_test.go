package inspection_test

import (
	"encoding/csv"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// records gives the gacha n counted records of half an hour to four hours; the second was counted too late.
func (w *world) records(n int) (ids []db.ID) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		for i := range n {
			id := tx.NewID()
			start := time.Date(2026, 11, 1, 8, 0, 0, 0, clock.Shanghai).Add(time.Duration(i) * 5 * time.Hour)
			minutes := 30 * (1 + i%8)
			counted := clock.DayOf(start)
			if i == 1 {
				counted = 20261120
			}
			_, err := tx.Build(`INSERT INTO service_record (id, version, volunteer_id, person_id, region, source, round, title, category, day, place, content, started_at, ended_at, minutes, unit, leader,
				status, confirmation, evidence, needs_second, why, confirmed, confirmed_by, counted_at, counted_day, due_day, reason, made_at)
				VALUES (?, 1, ?, ?, ?, 'import', 0, '送饭', 'elderly_disabled', ?, '村里', '送一顿饭', ?, ?, ?, '宝力根嘎查', '书记', 'counted', 'reviewed', 'paper', FALSE, '', TRUE, 5, ?, ?, 20261118, '', ?)`,
				id, w.Vols[0].ID, w.Vols[0].PersonID, int64(gacha), clock.DayOf(start), start, start.Add(time.Duration(minutes)*time.Minute), minutes, start, counted, start).Run(w.System, tx)
			if err != nil {
				return err
			}
			ids = append(ids, id)
		}
		return nil
	})
	return ids
}

var right = []string{"y", "y", "-", "y", "y", "y", "y", "-", "-", "y"}

// A spot check from its announcement to its result: each step once and in this order; what is public is enough to draw the same sample again; nothing of it can be
// changed afterwards.
func TestSpotCheck(t *testing.T) {
	each(t, func(w *world) {
		ids := w.records(40)
		in := inspection.AnnounceInput{Region: theBanner, Title: "第四季度抽查", Kind: "record", FromDay: 20261101, ToDay: 20261124}
		for what, change := range map[string]func(*inspection.AnnounceInput){"another banner": func(x *inspection.AnnounceInput) { x.Region = 150102000000 }, "no such place": func(x *inspection.AnnounceInput) { x.Region = 152502999000 },
			"an end before the beginning": func(x *inspection.AnnounceInput) { x.ToDay = 20261031 }, "days to come": func(x *inspection.AnnounceInput) { x.ToDay = 20261125 }} {
			bad := in
			change(&bad)
			w.kind(second(w.s.Announce(w.banner, bad)), errs.Invalid, what)
		}
		w.kind(second(w.s.Announce(w.inspector, in)), errs.Denied, "an inspector")
		c, err := w.s.Announce(w.banner, in)
		if err != nil || c.State != inspection.Announced || len(c.Commitment) != 64 || c.Seed != "" || c.Percent != 10 || c.Least != 5 || len(c.Doubts) == 0 {
			t.Fatalf("%+v %v", c, err)
		}
		w.Refused(second(w.s.Draw(w.banner, inspection.StepInput{ID: c.ID, Version: c.Version})), "wrong_state", "drawn before the list is fixed")
		pub, err := w.s.PublicSpot(t.Context(), inspection.SpotInput{ID: c.ID})
		if err != nil || pub.Commitment != c.Commitment || pub.Seed != "" || len(pub.Units) != 0 {
			t.Errorf("%+v %v", pub, err)
		}
		w.kind(second(w.s.PopulationFile(t.Context(), inspection.SpotInput{ID: c.ID})), errs.NotFound, "the list before it is fixed")

		freeze := inspection.FreezeInput{ID: c.ID, Version: c.Version, Forced: []db.ID{ids[1]}, Others: ids[2].String() + "\n" + ids[1].String()}
		w.kind(second(w.s.Freeze(w.banner, freeze)), errs.Invalid, "forced without a reason")
		freeze.Reason = "超过期限才记录"
		for what, text := range map[string]string{"no number": "x", "not of the list": "99"} {
			bad := freeze
			bad.Others = text
			w.kind(second(w.s.Freeze(w.banner, bad)), errs.Invalid, what)
		}
		w.kind(second(w.s.Freeze(w.far, freeze)), errs.NotFound, "another banner")
		c, err = w.s.Freeze(w.banner, freeze)
		if err != nil || c.State != inspection.Frozen || c.Size != 40 {
			t.Fatalf("%+v %v", c, err)
		}
		w.Refused(second(w.s.Freeze(w.banner, freeze)), "wrong_state", "frozen twice")
		w.records(1) // comes too late to be drawn
		c, err = w.s.Draw(w.banner, inspection.StepInput{ID: c.ID, Version: c.Version})
		if err != nil || c.State != inspection.Drawn || len(c.Units) != 2+5 || c.Result != nil {
			t.Fatalf("%+v %v", c, err)
		}
		w.Refused(second(w.s.Draw(w.banner, inspection.StepInput{ID: c.ID, Version: c.Version})), "wrong_state", "drawn twice")
		w.again(c)

		// The ten items, unit by unit.
		judge := inspection.JudgeUnitInput{ID: c.ID, Unit: c.Units[2].ID, Version: 1, Answers: right}
		w.kind(second(w.s.JudgeUnit(w.Town, judge)), errs.Denied, "the town judges")
		w.kind(second(w.s.JudgeUnit(w.far, judge)), errs.NotFound, "another banner judges")
		for what, change := range map[string]func(*inspection.JudgeUnitInput){
			"wrong minutes of what is right": func(x *inspection.JudgeUnitInput) { x.Wrong = 5 },
			"wrong without a word":           func(x *inspection.JudgeUnitInput) { x.Answers = slices.Concat([]string{"n"}, right[1:]) },
			"more wrong than there is": func(x *inspection.JudgeUnitInput) {
				x.Answers, x.Remark, x.Wrong = slices.Concat([]string{"n"}, right[1:]), "x", 10000
			},
		} {
			bad := judge
			change(&bad)
			w.kind(second(w.s.JudgeUnit(w.inspector, bad)), errs.Invalid, what)
		}
		bad := judge
		bad.Unit = 5
		w.kind(second(w.s.JudgeUnit(w.inspector, bad)), errs.NotFound, "a unit that was not drawn")
		w.must(second(w.s.JudgeUnit(w.inspector, judge)))
		w.Refused(second(w.s.JudgeUnit(w.inspector2, judge)), "stale_version", "two judge one unit")
		w.Refused(second(w.s.Publish(w.banner, inspection.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "好"})), "wrong_state", "published before all are judged")
		for i, u := range c.Units {
			if i == 2 {
				continue
			}
			j := inspection.JudgeUnitInput{ID: c.ID, Unit: u.ID, Version: 1, Answers: right}
			if i == 1 || i == 3 {
				j.Answers, j.Remark, j.Wrong = slices.Concat(right[:3], []string{"n"}, right[4:]), "多记了", u.Minutes/2
			}
			w.must(second(w.s.JudgeUnit(w.inspector, j)))
		}
		if pub, err = w.s.PublicSpot(t.Context(), inspection.SpotInput{ID: c.ID}); err != nil || len(pub.Units) != 7 || pub.Units[3].Answers != "" || pub.Result != nil {
			t.Errorf("before it is published: %+v %v", pub, err)
		}
		w.kind(second(w.s.ResultFile(t.Context(), inspection.SpotInput{ID: c.ID})), errs.NotFound, "the result before it is published")
		w.kind(second(w.s.Publish(w.inspector, inspection.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "好"})), errs.Denied, "an inspector publishes")
		c, err = w.s.Publish(w.banner, inspection.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "两件多记，已经更正"})
		if err != nil || c.State != inspection.Published {
			t.Fatalf("%+v %v", c, err)
		}
		w.Refused(second(w.s.Publish(w.banner, inspection.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "再说"})), "wrong_state", "published twice")
		judge.Version = 2
		w.Refused(second(w.s.JudgeUnit(w.inspector, judge)), "wrong_state", "judged after it was published")
		w.Refused(second(w.s.GiveUp(w.banner, inspection.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "算了"})), "wrong_state", "given up after it was published")
		pub, err = w.s.PublicSpot(t.Context(), inspection.SpotInput{ID: c.ID})
		if err != nil || pub.Result == nil || pub.Result.Units != 5 || pub.Result.Faulty != 1 || pub.Result.ForcedBad != 1 || pub.Result.ByItem[3] != 2 {
			t.Fatalf("%+v %v", pub.Result, err)
		}
		if r := pub.Result; r.UnitShare.Share != 0.2 || r.UnitShare.Low <= 0 || r.UnitShare.High <= 0.2 || r.TimeShare.Share <= 0 || r.TimeShare.High <= r.TimeShare.Share {
			t.Errorf("%+v", r)
		}
		f, err := w.s.ResultFile(t.Context(), inspection.SpotInput{ID: c.ID})
		rows, csvErr := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.Body), "\ufeff"))).ReadAll()
		if err != nil || csvErr != nil || len(rows) != 8 || len(rows[0]) != 14 || strings.Contains(string(f.Body), "娜仁") {
			t.Errorf("%d rows, %v %v", len(rows), err, csvErr)
		}

		// Whoever meddles is found.
		for _, q := range [][2]string{{`population = population || '7'`, `population = substr(population, 1, length(population) - 1)`}, {`least = 6`, `least = 5`}, {`result = replace(result, '"faulty":1', '"faulty":0')`,
			`result = replace(result, '"faulty":0', '"faulty":1')`}} {
			w.meddle(q[0])
			w.whole(1)
			w.meddle(q[1])
			w.whole(0)
		}
	})
}

// again draws the sample with nothing but what is public.
func (w *world) again(c inspection.Spot) {
	w.T.Helper()
	list, err := w.s.PopulationFile(w.T.Context(), inspection.SpotInput{ID: c.ID})
	w.must(err)
	forced, err := w.s.ForcedFile(w.T.Context(), inspection.SpotInput{ID: c.ID})
	w.must(err)
	pub, err := w.s.PublicSpot(w.T.Context(), inspection.SpotInput{ID: c.ID})
	w.must(err)
	seed, err := inspection.ParseSeed(pub.Seed)
	w.must(err)
	if inspection.PopulationHash(string(list.Body)) != pub.Hash || inspection.Commitment(seed) != pub.Commitment {
		w.T.Error("list or seed are not what was fixed beforehand")
	}
	sample, err := inspection.Draw(strings.Fields(string(list.Body)), seed, big.NewRat(c.Percent, 100), int(c.Least), strings.Fields(string(forced.Body)))
	w.must(err)
	var got []string
	for _, u := range c.Units {
		got = append(got, u.ID.String())
	}
	if !slices.Equal(got, sample.All()) {
		w.T.Errorf("drawn %v, again %v", got, sample.All())
	}
}

// meddle changes what nobody may.
func (w *world) meddle(change string) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Exec(w.System, `UPDATE spot_check SET `+change)
		return err
	})
}

// A spot check that is given up stays public with its reason; one of certificates has no others to draw from.
func TestGiveUp(t *testing.T) {
	each(t, func(w *world) {
		c, err := w.s.Announce(w.league, inspection.AnnounceInput{Region: theLeague, Title: "证明抽查", Kind: "certificate", FromDay: 20260101, ToDay: 20261124, Percent: 50, Least: 2})
		w.must(err)
		w.Refused(second(w.s.Freeze(w.league, inspection.FreezeInput{ID: c.ID, Version: 1})), "wrong_state", "nothing to draw from")
		w.kind(second(w.s.GiveUp(w.banner, inspection.PublishInput{ID: c.ID, Version: 1, Conclusion: "x"})), errs.NotFound, "a level below")
		w.Refused(second(w.s.GiveUp(w.league, inspection.PublishInput{ID: c.ID, Version: 7, Conclusion: "x"})), "stale_version", "another version")
		w.must(second(w.s.GiveUp(w.league, inspection.PublishInput{ID: c.ID, Version: 1, Conclusion: "这一年没有出具过证明"})))
		w.Refused(second(w.s.GiveUp(w.league, inspection.PublishInput{ID: c.ID, Version: 2, Conclusion: "x"})), "wrong_state", "twice")
		pub, err := w.s.PublicSpots(t.Context(), inspection.PublicInput{})
		if err != nil || len(pub.Items) != 1 || pub.Items[0].Conclusion != "这一年没有出具过证明" {
			t.Errorf("%+v %v", pub.Items, err)
		}
		if seen, err := w.s.SeenSpots(w.far, inspection.PublicInput{}); err != nil || len(seen.Items) != 0 {
			t.Errorf("another banner's page: %+v %v", seen.Items, err)
		}
		w.kind(second(w.s.Spot(w.far, inspection.SpotInput{ID: c.ID})), errs.NotFound, "another banner looks")
	})
}
