package spotcheck_test

import (
	"encoding/csv"
	"math/big"
	"slices"
	"strings"
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// world is the gacha with everybody who supervises it, and the area.
type world struct {
	*inspectiontest.World
	s *spotcheck.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		w := &world{base, spotcheck.New(base.DB, base.Keys)}
		test(w)
		w.whole(0)
	})
}

// whole fails unless verify finds n things wrong.
func (w *world) whole(n int) {
	w.T.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return spotcheck.Verify(w.System, tx, func(object, what string) { found = append(found, object+" "+what) })
	}); err != nil || len(found) != n {
		w.T.Errorf("verify finds %v, want %d: %v", found, n, err)
	}
}

var right = []string{"y", "y", "-", "y", "y", "y", "y", "-", "-", "y"}

// A spot check from its announcement to its result: each step once and in this order; what is public is enough to draw the same sample
// again; nothing of it can be changed afterwards.
func TestSpotCheck(t *testing.T) {
	each(t, func(w *world) {
		ids := w.Records(40)
		in := spotcheck.AnnounceInput{Region: inspectiontest.Banner, Title: "第四季度抽查", Kind: "record", FromDay: 20261101, ToDay: 20261124}
		for what, change := range map[string]func(
			*spotcheck.AnnounceInput){"another banner": func(x *spotcheck.AnnounceInput) { x.Region = 150102000000 },
			"no such place":               func(x *spotcheck.AnnounceInput) { x.Region = 152502999000 },
			"an end before the beginning": func(x *spotcheck.AnnounceInput) { x.ToDay = 20261031 },
			"days to come":                func(x *spotcheck.AnnounceInput) { x.ToDay = 20261125 }} {
			bad := in
			change(&bad)
			w.Kind(inspectiontest.Err(w.s.Announce(w.Banner, bad)), errs.Invalid, what)
		}
		w.Kind(inspectiontest.Err(w.s.Announce(w.Inspector, in)), errs.Denied, "an inspector")
		c, err := w.s.Announce(w.Banner, in)
		if err != nil || c.State != spotcheck.Announced || len(c.Commitment) != 64 || c.Seed != "" || c.Percent != 10 || c.Least != 5 ||
			len(c.Doubts) == 0 {
			t.Fatalf("%+v %v", c, err)
		}
		w.Refused(inspectiontest.Err(w.s.Draw(w.Banner, spotcheck.StepInput{ID: c.ID, Version: c.Version})), "wrong_state",
			"drawn before the list is fixed")
		pub, err := w.s.Get(t.Context(), spotcheck.GetInput{ID: c.ID})
		if err != nil || pub.Commitment != c.Commitment || pub.Seed != "" || len(pub.Units) != 0 {
			t.Errorf("%+v %v", pub, err)
		}
		w.Kind(inspectiontest.Err(w.s.PopulationFile(t.Context(), spotcheck.GetInput{ID: c.ID})), errs.NotFound, "the list before it is fixed")

		freeze := spotcheck.FreezeInput{ID: c.ID, Version: c.Version, Forced: []db.ID{ids[1]}, Others: ids[2].String() + "\n" + ids[1].String()}
		w.Kind(inspectiontest.Err(w.s.Freeze(w.Banner, freeze)), errs.Invalid, "forced without a reason")
		freeze.Reason = "超过期限才记录"
		for what, text := range map[string]string{"no number": "x", "not of the list": "99"} {
			bad := freeze
			bad.Others = text
			w.Kind(inspectiontest.Err(w.s.Freeze(w.Banner, bad)), errs.Invalid, what)
		}
		w.Kind(inspectiontest.Err(w.s.Freeze(w.Far, freeze)), errs.NotFound, "another banner")
		c, err = w.s.Freeze(w.Banner, freeze)
		if err != nil || c.State != spotcheck.Frozen || c.Size != 40 {
			t.Fatalf("%+v %v", c, err)
		}
		freeze.Version = c.Version
		w.Refused(inspectiontest.Err(w.s.Freeze(w.Banner, freeze)), "wrong_state", "frozen twice")
		w.Records(1) // comes too late to be drawn
		c, err = w.s.Draw(w.Banner, spotcheck.StepInput{ID: c.ID, Version: c.Version})
		if err != nil || c.State != spotcheck.Drawn || len(c.Units) != 2+5 || c.Result != nil {
			t.Fatalf("%+v %v", c, err)
		}
		w.Refused(inspectiontest.Err(w.s.Draw(w.Banner, spotcheck.StepInput{ID: c.ID, Version: c.Version})), "wrong_state", "drawn twice")
		w.again(c)

		// The ten items, unit by unit.
		judge := spotcheck.JudgeInput{ID: c.ID, Unit: c.Units[2].ID, Version: 1, Answers: right}
		w.Kind(inspectiontest.Err(w.s.Judge(w.Town, judge)), errs.Denied, "the town judges")
		w.Kind(inspectiontest.Err(w.s.Judge(w.Far, judge)), errs.NotFound, "another banner judges")
		for what, change := range map[string]func(*spotcheck.JudgeInput){
			"wrong minutes of what is right": func(x *spotcheck.JudgeInput) { x.Wrong = 5 },
			"wrong without a word":           func(x *spotcheck.JudgeInput) { x.Answers = slices.Concat([]string{"n"}, right[1:]) },
			"more wrong than there is": func(x *spotcheck.JudgeInput) {
				x.Answers, x.Remark, x.Wrong = slices.Concat([]string{"n"}, right[1:]), "x", 10000
			},
		} {
			bad := judge
			change(&bad)
			w.Kind(inspectiontest.Err(w.s.Judge(w.Inspector, bad)), errs.Invalid, what)
		}
		bad := judge
		bad.Unit = 5
		w.Kind(inspectiontest.Err(w.s.Judge(w.Inspector, bad)), errs.NotFound, "a unit that was not drawn")
		w.Must(inspectiontest.Err(w.s.Judge(w.Inspector, judge)))
		w.Refused(inspectiontest.Err(w.s.Judge(w.Inspector2, judge)), "stale_version", "two judge one unit")
		w.Refused(inspectiontest.Err(w.s.Publish(w.Banner, spotcheck.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "好"})), "wrong_state",
			"published before all are judged")
		for i, u := range c.Units {
			if i == 2 {
				continue
			}
			j := spotcheck.JudgeInput{ID: c.ID, Unit: u.ID, Version: 1, Answers: right}
			if i == 1 || i == 3 {
				j.Answers, j.Remark, j.Wrong = slices.Concat(right[:3], []string{"n"}, right[4:]), "多记了", u.Minutes/2
			}
			w.Must(inspectiontest.Err(w.s.Judge(w.Inspector, j)))
		}
		if pub, err = w.s.Get(t.Context(), spotcheck.GetInput{ID: c.ID}); err != nil || len(pub.Units) != 7 || pub.Units[3].Answers != "" ||
			pub.Result != nil {
			t.Errorf("before it is published: %+v %v", pub, err)
		}
		w.Kind(inspectiontest.Err(w.s.ResultFile(t.Context(), spotcheck.GetInput{ID: c.ID})), errs.NotFound, "the result before it is published")
		w.Kind(inspectiontest.Err(w.s.Publish(w.Inspector, spotcheck.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "好"})), errs.Denied,
			"an inspector publishes")
		c, err = w.s.Publish(w.Banner, spotcheck.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "两件多记，已经更正"})
		if err != nil || c.State != spotcheck.Published {
			t.Fatalf("%+v %v", c, err)
		}
		w.Refused(inspectiontest.Err(w.s.Publish(w.Banner, spotcheck.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "再说"})),
			"wrong_state", "published twice")
		judge.Version = 2
		w.Refused(inspectiontest.Err(w.s.Judge(w.Inspector, judge)), "wrong_state", "judged after it was published")
		w.Refused(inspectiontest.Err(w.s.GiveUp(w.Banner, spotcheck.PublishInput{ID: c.ID, Version: c.Version, Conclusion: "算了"})), "wrong_state",
			"given up after it was published")
		pub, err = w.s.Get(t.Context(), spotcheck.GetInput{ID: c.ID})
		if err != nil || pub.Result == nil || pub.Result.Units != 5 || pub.Result.Faulty != 1 || pub.Result.ForcedBad != 1 ||
			pub.Result.ByItem[3] != 2 {
			t.Fatalf("%+v %v", pub.Result, err)
		}
		if r := pub.Result; r.UnitShare.Share != 0.2 || r.UnitShare.Low <= 0 || r.UnitShare.High <= 0.2 || r.TimeShare.Share <= 0 ||
			r.TimeShare.High <= r.TimeShare.Share {
			t.Errorf("%+v", r)
		}
		f, err := w.s.ResultFile(t.Context(), spotcheck.GetInput{ID: c.ID})
		rows, csvErr := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(f.Body), "\ufeff"))).ReadAll()
		if err != nil || csvErr != nil || len(rows) != 8 || len(rows[0]) != 14 || strings.Contains(string(f.Body), "娜仁") {
			t.Errorf("%d rows, %v %v", len(rows), err, csvErr)
		}

		// Whoever meddles is found.
		for _, q := range [][2]string{{`population = population || '7'`, `population = substr(population, 1, length(population) - 1)`},
			{`least = 6`, `least = 5`}, {`result = replace(result, '"faulty":1', '"faulty":0')`,
				`result = replace(result, '"faulty":0', '"faulty":1')`}} {
			w.meddle(q[0])
			w.whole(1)
			w.meddle(q[1])
			w.whole(0)
		}
	})
}

// again draws the sample with nothing but what is public.
func (w *world) again(c spotcheck.Detail) {
	w.T.Helper()
	list, err := w.s.PopulationFile(w.T.Context(), spotcheck.GetInput{ID: c.ID})
	w.Must(err)
	forced, err := w.s.ForcedFile(w.T.Context(), spotcheck.GetInput{ID: c.ID})
	w.Must(err)
	pub, err := w.s.Get(w.T.Context(), spotcheck.GetInput{ID: c.ID})
	w.Must(err)
	seed, err := spotcheck.ParseSeed(pub.Seed)
	w.Must(err)
	if spotcheck.PopulationHash(string(list.Body)) != pub.Hash || spotcheck.Commitment(seed) != pub.Commitment {
		w.T.Error("list or seed are not what was fixed beforehand")
	}
	sample, err := spotcheck.Draw(strings.Fields(string(list.Body)), seed, big.NewRat(c.Percent, 100), int(c.Least),
		strings.Fields(string(forced.Body)))
	w.Must(err)
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
		c, err := w.s.Announce(w.League, spotcheck.AnnounceInput{Region: inspectiontest.League, Title: "证明抽查", Kind: "certificate",
			FromDay: 20260101, ToDay: 20261124, Percent: 50, Least: 2})
		w.Must(err)
		w.Refused(inspectiontest.Err(w.s.Freeze(w.League, spotcheck.FreezeInput{ID: c.ID, Version: 1})), "wrong_state", "nothing to draw from")
		w.Kind(inspectiontest.Err(w.s.GiveUp(w.Banner, spotcheck.PublishInput{ID: c.ID, Version: 1, Conclusion: "x"})), errs.NotFound,
			"a level below")
		w.Refused(inspectiontest.Err(w.s.GiveUp(w.League, spotcheck.PublishInput{ID: c.ID, Version: 7, Conclusion: "x"})), "stale_version",
			"another version")
		w.Must(inspectiontest.Err(w.s.GiveUp(w.League, spotcheck.PublishInput{ID: c.ID, Version: 1, Conclusion: "这一年没有出具过证明"})))
		w.Refused(inspectiontest.Err(w.s.GiveUp(w.League, spotcheck.PublishInput{ID: c.ID, Version: 2, Conclusion: "x"})), "wrong_state", "twice")
		pub, err := w.s.List(t.Context(), spotcheck.ListInput{})
		if err != nil || len(pub.Items) != 1 || pub.Items[0].Conclusion != "这一年没有出具过证明" {
			t.Errorf("%+v %v", pub.Items, err)
		}
		if seen, err := w.s.WorkList(w.Far, spotcheck.ListInput{}); err != nil || len(seen.Items) != 0 {
			t.Errorf("another banner's page: %+v %v", seen.Items, err)
		}
		w.Kind(inspectiontest.Err(w.s.Work(w.Far, spotcheck.GetInput{ID: c.ID})), errs.NotFound, "another banner looks")
	})
}
