package award

import (
	"context"
	"math"
	"slices"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// ScoreInput is what a judge thinks.
type ScoreInput struct {
	ID     db.ID  `path:"id"`
	Points int64  `json:"points" minimum:"0" maximum:"100"`
	Text   string `json:"text" minLength:"1" maxLength:"500" doc:"理由；改分也写为什么改"`
}

// Score notes what a judge thinks of a nomination. A second thought is a mark of its own beside the first; the last one counts.
func (s *Service) Score(ctx context.Context, in ScoreInput) (Mark, error) {
	op := act.Op{Perm: Score, Action: "award.score"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (x Mark, err error) {
		n, err := s.seen(ctx, tx, Score, in.ID)
		if err != nil {
			return x, err
		}
		me := auth.From(ctx)
		k, err := judging.One(ctx, tx, n.AwardID, me.Account)
		switch {
		case err != nil:
			return x, err
		case k == 0:
			return x, errs.Deny("您不是这次的评委")
		case n.State != Deciding:
			return x, errs.WrongState("现在是“" + nominationStates.Word(n.State) + "”，不能打分")
		}
		if _, _, err := whole(ctx, tx, n); err != nil {
			return x, err
		}
		if err := nominations.Lock(ctx, tx, n); err != nil {
			return x, err
		}
		if err := s.next(ctx, tx, n); err != nil {
			return x, err
		}
		all, err := marksOf.All(ctx, tx, n.AwardID)
		if err != nil {
			return x, err
		}
		x = Mark{ID: tx.NewID(), AwardID: n.AwardID, NominationID: n.ID, AccountID: me.Account, Name: me.Name, N: 1, Points: in.Points,
			Text: strings.TrimSpace(in.Text), At: tx.Now}
		for _, m := range all {
			if m.NominationID == n.ID && m.AccountID == me.Account {
				x.N = max(x.N, m.N+1)
			}
		}
		if x.Text == "" {
			return x, errs.Field("text", "请写理由")
		}
		if err := marks.Insert(ctx, tx, x); err != nil {
			return x, err
		}
		return x, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "award_nomination", ID: n.ID.String(), Region: n.Owner,
			Detail: map[string]any{"n": x.N}})
	})
}

// latest are the marks that count: of each judge the last about each nomination.
func latest(all []Mark) (out []Mark) {
	for i, m := range all {
		if !slices.ContainsFunc(all[i+1:], func(o Mark) bool { return o.NominationID == m.NominationID && o.AccountID == m.AccountID }) {
			out = append(out, m)
		}
	}
	return out
}

// Spread is what the judges think of one nomination together.
type Spread struct {
	NominationID db.ID  `json:"nomination_id"`
	Judges       int64  `json:"judges"`
	Low          int64  `json:"low"`
	High         int64  `json:"high"`
	Mean         string `json:"mean" doc:"平均分"`
	Even         string `json:"even" doc:"标准分：每位评委的分先化成平均 50、标准差 10，宽严不同的评委才好比"`
}

// moments are the mean and the deviation of a judge.
type moments struct{ n, sum, squares float64 }

func (m moments) even(points int64) float64 {
	mean := m.sum / m.n
	if sd := math.Sqrt(max(m.squares/m.n-mean*mean, 0)); sd > 1e-9 {
		return 50 + 10*(float64(points)-mean)/sd
	}
	return 50
}

// spreads sums up the marks that count, by nomination in the order of their ids; judges are made comparable, and both figures are given.
func spreads(all []Mark) []Spread {
	counting := latest(all)
	of := map[db.ID]moments{}
	for _, m := range counting {
		x, p := of[m.AccountID], float64(m.Points)
		of[m.AccountID] = moments{x.n + 1, x.sum + p, x.squares + p*p}
	}
	sums := map[db.ID]*struct{ points, even float64 }{}
	out := []Spread{}
	for _, m := range counting {
		i := slices.IndexFunc(out, func(x Spread) bool { return x.NominationID == m.NominationID })
		if i < 0 {
			i, out = len(out), append(out, Spread{NominationID: m.NominationID, Low: m.Points})
			sums[m.NominationID] = &struct{ points, even float64 }{}
		}
		x, sum := &out[i], sums[m.NominationID]
		x.Judges, x.Low, x.High = x.Judges+1, min(x.Low, m.Points), max(x.High, m.Points)
		sum.points, sum.even = sum.points+float64(m.Points), sum.even+of[m.AccountID].even(m.Points)
		x.Mean, x.Even = format.Tenth(sum.points/float64(x.Judges)), format.Tenth(sum.even/float64(x.Judges))
	}
	slices.SortFunc(out, func(a, b Spread) int { return int(a.NominationID - b.NominationID) })
	return out
}

// visible are the marks that the reader may see: who runs the campaign all of them, a judge those of what he has judged himself. Nobody
// else learns that there are any.
func visible(ctx context.Context, tx *db.Tx, a Campaign) (all []Mark, judge bool, err error) {
	me := auth.From(ctx).Account
	k, err := judging.One(ctx, tx, a.ID, me)
	if err != nil || k == 0 && !auth.Can(ctx, Manage, at(a.Region)) {
		return nil, false, err
	}
	list, err := marksOf.All(ctx, tx, a.ID)
	if k == 0 {
		return list, false, err
	}
	own := map[db.ID]bool{}
	for _, m := range list {
		own[m.NominationID] = own[m.NominationID] || m.AccountID == me
	}
	return slices.DeleteFunc(list, func(m Mark) bool { return !own[m.NominationID] }), true, err
}
