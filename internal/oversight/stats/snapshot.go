package stats

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Snapshot is a set of figures as they stood when it was made, of a division and those directly below it.
type Snapshot struct {
	ID     db.ID       `json:"id"`
	Region auth.Region `json:"region"`
	Title  string      `json:"title"`
	From   clock.Day   `json:"from" db:"from_day"`
	To     clock.Day   `json:"to" db:"to_day"`
	Public bool        `json:"public"`
	Ended  bool        `json:"ended" doc:"已撤下"`
	ByName string      `json:"by_name"`
	At     time.Time   `json:"at"`
}

// PublishInput puts the figures of a period before the public.
type PublishInput struct {
	Region auth.Region `json:"region" required:"false" doc:"不填为您管的地方"`
	Title  string      `json:"title" minLength:"1" maxLength:"60"`
	From   clock.Day   `json:"from"`
	To     clock.Day   `json:"to" doc:"不能晚于今天"`
}

// Publish keeps the public figures of a division and those directly below it as they stand now, and shows them on /figures. Figures
// are published by banner and above.
func (s *Service) Publish(ctx context.Context, in PublishInput) (Snapshot, error) {
	in.Region = cmp.Or(in.Region, auth.From(ctx).Seat())
	return act.Write(ctx, s.db, act.Op{Perm: Publish}, func(tx *db.Tx) (Snapshot, error) {
		if err := auth.Require(ctx, Publish, View, auth.Place{Region: in.Region}); err != nil {
			return Snapshot{}, err
		}
		c := errs.Check{}
		c.That(in.Region.Level() <= auth.LevelBanner, "region", "旗县区以上才公布")
		c.That(in.From >= 20200101 && in.From <= in.To, "from", "不能晚于结束那天，也不能太早")
		c.That(in.To <= clock.DayOf(tx.Now), "to", "不能晚于今天")
		if err := c.Err(); err != nil {
			return Snapshot{}, err
		}
		snap := Snapshot{Region: in.Region, Title: in.Title, From: in.From, To: in.To, Public: true}
		return snap, s.Keep(ctx, tx, &snap, s.publicOnes())
	})
}

func (s *Service) publicOnes() []Indicator {
	return slices.DeleteFunc(slices.Clone(s.indicators), func(i Indicator) bool { return !i.Public })
}

// Keep stores the sums and values of indicators for a division and those directly below it, as they stand now; bulletins keep their
// figures so too.
func (s *Service) Keep(ctx context.Context, tx *db.Tx, snap *Snapshot, which []Indicator) error {
	snap.ID, snap.ByName, snap.At = tx.NewID(), auth.From(ctx).Name, tx.Now
	if _, err := addSnapshot.Run(ctx, tx, snap.ID, int64(snap.Region), snap.Title, snap.From, snap.To, snap.Public, auth.From(ctx).Account,
		snap.ByName, snap.At); err != nil {
		return err
	}
	all, err := s.both(ctx, tx, which, snap.Region, snap.From, snap.To)
	if err != nil {
		return err
	}
	c, err := s.calc(ctx, tx, Indicator{}, snap.From, snap.To)
	if err != nil {
		return err
	}
	var sums, figures [][]any
	for _, at := range slices.Sorted(maps.Keys(all)) {
		for _, k := range slices.SortedFunc(maps.Keys(all[at]), compareKeys) {
			kind := k.Kind
			if k.Until {
				kind = until + kind
			}
			sums = append(sums, []any{snap.ID, int64(at), k.Metric, kind, all[at][k]})
		}
		for _, i := range which {
			c.ind = i
			f := c.figure(all[at], "")
			figures = append(figures, []any{snap.ID, int64(at), i.Code, f.Value})
		}
	}
	if err := tx.InsertMany(ctx, "stats_snapshot_sum", []string{"snapshot_id", "region", "metric", "kind", "n"}, len(sums),
		func(i int) []any { return sums[i] }, ""); err != nil {
		return err
	}
	if err := tx.InsertMany(ctx, "stats_snapshot_figure", []string{"snapshot_id", "region", "indicator", "value"}, len(figures),
		func(i int) []any { return figures[i] }, ""); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "stats.keep", Object: "stats_snapshot", ID: snap.ID.String(), Region: snap.Region,
		Detail: map[string]any{"from": snap.From, "to": snap.To, "public": snap.Public}})
}

// until marks the kind of a kept sum that runs up to the end of the period.
const until = "<"

func compareKeys(a, b sumKey) int {
	return cmp.Or(cmp.Compare(a.Metric, b.Metric), cmp.Compare(a.Kind, b.Kind), cmp.Compare(btoi(a.Until), btoi(b.Until)))
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// both reads the sums of indicators for a division and for those directly below it.
func (s *Service) both(ctx context.Context, tx *db.Tx, which []Indicator, at auth.Region, from,
	to clock.Day) (map[auth.Region]tally, error) {
	var parts []Part
	for _, i := range which {
		parts = append(parts, i.parts()...)
	}
	all, err := s.tallies(ctx, tx, parts, Span{Within: at, Level: at.Level(), From: from, To: to})
	if err != nil {
		return nil, err
	}
	if all[at] == nil {
		all[at] = tally{}
	}
	if at.Level() == auth.LevelCommunity {
		return all, nil
	}
	below, err := s.tallies(ctx, tx, parts, Span{Within: at, Level: at.Level() + 1, From: from, To: to})
	if err != nil {
		return nil, err
	}
	divisions, err := region.Under(ctx, tx, at)
	for _, d := range divisions {
		all[d.Code] = below[d.Code]
	}
	return all, err
}

// WithdrawInput takes published figures down.
type WithdrawInput struct {
	ID db.ID `path:"id"`
}

// Withdraw takes published figures off the public page; they are kept.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Snapshot, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Publish}, func(tx *db.Tx) (Snapshot, error) {
		snap, err := found(snapshotByID.One(ctx, tx, in.ID))
		if err != nil {
			return snap, err
		}
		if err := auth.Require(ctx, Publish, View, auth.Place{Region: snap.Region}); err != nil {
			return snap, err
		}
		n, err := endSnapshot.Run(ctx, tx, snap.ID)
		if err != nil {
			return snap, err
		}
		if n == 0 {
			return snap, errs.WrongState("已经撤下了")
		}
		snap.Ended = true
		return snap, audit.Write(ctx, tx, audit.Entry{Action: "stats.withdraw", Object: "stats_snapshot", ID: snap.ID.String(),
			Region: snap.Region})
	})
}

func found[T any](v T, err error) (T, error) {
	v, ok, err := db.Found(v, err)
	if err == nil && !ok {
		err = errs.ErrNotFound
	}
	return v, err
}

// Kept are the figures of a snapshot, worked out again from the sums that it keeps.
type Kept struct {
	Snapshot
	Names   map[auth.Region]string
	Order   []auth.Region
	Figures map[auth.Region]map[string]Figure
}

// Reopen works the figures of a snapshot out again.
func (s *Service) Reopen(ctx context.Context, tx *db.Tx, id db.ID) (out Kept, err error) {
	if out.Snapshot, err = found(snapshotByID.One(ctx, tx, id)); err != nil {
		return out, err
	}
	all, err := keptTallies(ctx, tx, id)
	if err != nil {
		return out, err
	}
	rows, err := keptFigures.All(ctx, tx, id)
	out.Names, out.Figures = map[auth.Region]string{}, map[auth.Region]map[string]Figure{}
	for _, r := range rows {
		i, known := s.find(r.Indicator)
		if out.Figures[r.Region] == nil {
			out.Figures[r.Region] = map[string]Figure{}
			out.Order = append(out.Order, r.Region)
		}
		f := Figure{NoData: true}
		if r.Value != nil && known {
			f = i.figure(all[r.Region], "")
		}
		out.Figures[r.Region][r.Indicator] = f
	}
	for _, at := range out.Order {
		if err == nil {
			out.Names[at], err = region.Name(ctx, tx, at)
		}
	}
	return out, err
}

func keptTallies(ctx context.Context, tx *db.Tx, id db.ID) (map[auth.Region]tally, error) {
	all := map[auth.Region]tally{}
	rows, err := keptSums.All(ctx, tx, id)
	for _, r := range rows {
		k := sumKey{Metric: r.Metric, Kind: r.Kind}
		if len(r.Kind) > 0 && r.Kind[:1] == until {
			k.Kind, k.Until = r.Kind[1:], true
		}
		put(all, r.Region, k, r.N)
	}
	return all, err
}

// verifySnapshots: the figures of each snapshot are those of its sums.
func verifySnapshots(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	ids, err := snapshotIDs.All(ctx, tx)
	if err != nil {
		return err
	}
	known := map[string]Indicator{}
	for _, i := range own {
		known[i.Code] = i
	}
	for _, id := range ids {
		all, err := keptTallies(ctx, tx, id)
		if err != nil {
			return err
		}
		rows, err := keptFigures.All(ctx, tx, id)
		if err != nil {
			return err
		}
		for _, r := range rows {
			i, ours := known[r.Indicator]
			if !ours || r.Value == nil {
				continue
			}
			if f := i.figure(all[r.Region], ""); f.Value == nil || *f.Value != *r.Value {
				report("stats_snapshot "+id.String()+" "+r.Indicator+" "+r.Region.String(), "公布的数和所依据的数不符")
			}
		}
	}
	return nil
}
