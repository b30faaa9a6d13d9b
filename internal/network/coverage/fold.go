package coverage

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"time"

	"linli/internal/civic/region"
	"linli/internal/network/standard"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// OnTurned marks where a station stands and stood, when a stretch of its life begins.
func (s *Service) OnTurned(ctx context.Context, tx *db.Tx, e station.TurnedEvent) error {
	return markStation(ctx, tx, e.StationID)
}

// OnRenewed marks where a station stands and stood, when its standing against the standard was written anew.
func (s *Service) OnRenewed(ctx context.Context, tx *db.Tx, e standard.RenewedEvent) error {
	return markStation(ctx, tx, e.StationID)
}

// OnDivisions marks the towns in which divisions changed.
func (s *Service) OnDivisions(ctx context.Context, tx *db.Tx, e region.ChangedEvent) error {
	if e.At.Level() >= auth.LevelTown {
		return insertMarks(ctx, tx, []auth.Region{e.At.At(auth.LevelTown)})
	}
	list, err := townsIn(ctx, tx, e.At)
	if err != nil {
		return err
	}
	return insertMarks(ctx, tx, list)
}

// markStation leaves a mark for each town in which a station ever stood.
func markStation(ctx context.Context, tx *db.Tx, id db.ID) error {
	towns, err := townsOfStation.All(ctx, tx, id)
	if err != nil {
		return err
	}
	return insertMarks(ctx, tx, towns)
}

// Seed makes the figures of a database that has none, and the plan's targets.
func Seed(ctx context.Context, tx *db.Tx) error {
	if n, err := spanCount.One(ctx, tx); err != nil || n > 0 {
		return err
	}
	if err := seedTargets(ctx, tx); err != nil {
		return err
	}
	f, err := factsOf(ctx, tx, region.Top)
	if err != nil {
		return err
	}
	now := f.spans()
	if err := insertSpans(ctx, tx, now); err != nil {
		return err
	}
	return addChange(ctx, tx, changeOf(nil, now))
}

// towns are how many one transaction of the fold takes: short enough that nobody waits for it.
const towns = 40

// Fold brings the figures up to what was marked. It runs every second; what it has not come to yet is not lost, and until it is
// through the figures are those of before.
func (s *Service) Fold(ctx context.Context) error {
	for {
		var marks []mark
		err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
			marks, err = pendingMarks.All(ctx, tx)
			return err
		})
		if err != nil || len(marks) == 0 {
			return err
		}
		if err := s.db.Write(ctx, func(tx *db.Tx) error { return foldSome(ctx, tx) }); err != nil {
			return err
		}
	}
}

// mark says that something changed in a town.
type mark struct {
	ID     db.ID
	Region auth.Region
}

// foldSome takes the oldest marks, as many as touch a few towns, and renews those.
func foldSome(ctx context.Context, tx *db.Tx) error {
	if _, err := lock.Run(ctx, tx); err != nil {
		return err
	}
	marks, err := pendingMarks.All(ctx, tx)
	if err != nil {
		return err
	}
	var done []db.ID
	var seen []auth.Region
	for _, m := range marks {
		if !slices.Contains(seen, m.Region) {
			if len(seen) == towns {
				continue
			}
			seen = append(seen, m.Region)
		}
		done = append(done, m.ID)
	}
	for _, at := range seen {
		if _, err := renew(ctx, tx, at); err != nil {
			return err
		}
	}
	return removeMarks(ctx, tx, done)
}

// renew makes the spans of the communities of a division anew, carries the difference into the figures, and says whether there was one.
func renew(ctx context.Context, tx *db.Tx, at auth.Region) (bool, error) {
	old, err := spansIn.All(ctx, tx, at)
	if err != nil {
		return false, err
	}
	f, err := factsOf(ctx, tx, at)
	if err != nil {
		return false, err
	}
	now := f.spans()
	if slices.Equal(old, now) {
		return false, nil
	}
	if err := replaceSpans(ctx, tx, at, now); err != nil {
		return false, err
	}
	return true, addChange(ctx, tx, changeOf(old, now))
}

// Recounted is one nightly comparison.
type Recounted struct {
	At          time.Time
	Towns       int64
	Differences int64
}

// Recount compares all figures with what they are made of, town by town, mends what differs, and writes down how much that was: none,
// unless something is wrong. Each town is a transaction of its own, so that a recount that is cut off leaves figures that are valid,
// and nobody waits for it.
func (s *Service) Recount(ctx context.Context) error {
	if err := s.Fold(ctx); err != nil {
		return err
	}
	out := Recounted{}
	var all []auth.Region
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		all, err = townsIn(ctx, tx, region.Top)
		return err
	})
	for _, at := range all {
		if err != nil {
			return err
		}
		out.Towns++
		err = s.db.Write(ctx, func(tx *db.Tx) error {
			changed, err := recountTown(ctx, tx, at)
			if changed {
				out.Differences++
			}
			return err
		})
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error {
		n, err := mend(ctx, tx)
		if err != nil {
			return err
		}
		_, err = addRecount.Run(ctx, tx, tx.NewID(), tx.Now, out.Towns, out.Differences+n)
		return err
	})
}

// recountTown renews a town unless it is marked: then the fold does, and what differs is no fault.
func recountTown(ctx context.Context, tx *db.Tx, at auth.Region) (bool, error) {
	if _, err := lock.Run(ctx, tx); err != nil {
		return false, err
	}
	if n, err := markedHere.One(ctx, tx, at); err != nil || n > 0 {
		return false, err
	}
	return renew(ctx, tx, at)
}

// mend makes the figures what the spans add up to, and says in how many rows they differed.
func mend(ctx context.Context, tx *db.Tx) (int64, error) {
	if _, err := lock.Run(ctx, tx); err != nil {
		return 0, err
	}
	diff, err := deviation(ctx, tx)
	if err != nil || diff.empty() {
		return 0, err
	}
	return int64(len(diff.counts) + len(diff.lacks)), addChange(ctx, tx, diff)
}

// deviation is what the figures lack to be what the spans add up to.
func deviation(ctx context.Context, tx *db.Tx) (change, error) {
	spans, err := spansIn.All(ctx, tx, region.Top)
	if err != nil {
		return change{}, err
	}
	diff := changeOf(nil, spans)
	err = everyCount.Each(ctx, tx, func(r countRow) error {
		k := count{r.Region, r.Grain, r.Day, r.Urban}
		if f := diff.counts[k].plus(r.Figures, -1); f == (Figures{}) {
			delete(diff.counts, k)
		} else {
			diff.counts[k] = f
		}
		return nil
	})
	if err != nil {
		return diff, err
	}
	err = everyLack.Each(ctx, tx, func(r lackRow) error {
		k := lack{r.Region, r.Grain, r.Day, r.Lack}
		if n := diff.lacks[k] - r.N; n == 0 {
			delete(diff.lacks, k)
		} else {
			diff.lacks[k] = n
		}
		return nil
	})
	return diff, err
}

// Verify: the figures equal their recomputation from stations, standard and divisions. What is marked is not folded yet and is no fault.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	marks, err := pendingMarks.All(ctx, tx)
	if err != nil {
		return err
	}
	marked := map[auth.Region]bool{}
	for _, m := range marks {
		marked[m.Region] = true
	}
	have, err := spansIn.All(ctx, tx, region.Top)
	if err != nil {
		return err
	}
	f, err := factsOf(ctx, tx, region.Top)
	if err != nil {
		return err
	}
	stored := byCommunity(have)
	made := byCommunity(f.spans())
	for _, code := range slices.Sorted(maps.Keys(union(stored, made))) {
		if !marked[code.At(auth.LevelTown)] && !slices.Equal(stored[code], made[code]) {
			report("region "+code.String(), "覆盖情况和站点、标准、区划不符")
		}
	}
	diff, err := deviation(ctx, tx)
	if err != nil {
		return err
	}
	for _, k := range slices.SortedFunc(maps.Keys(diff.counts), compareCounts) {
		report("region "+k.Region.String(), "覆盖计数和逐个计算的不符："+k.Grain+" "+strconv.Itoa(int(k.Day)))
	}
	for _, k := range slices.SortedFunc(maps.Keys(diff.lacks), compareLacks) {
		report("region "+k.Region.String(), "缺项计数和逐个计算的不符："+k.Lack+" "+strconv.Itoa(int(k.Day)))
	}
	return nil
}

func byCommunity(list []span) map[auth.Region][]span {
	out := map[auth.Region][]span{}
	for _, s := range list {
		out[s.Region] = append(out[s.Region], s)
	}
	return out
}

func union(a, b map[auth.Region][]span) map[auth.Region][]span {
	out := maps.Clone(a)
	maps.Copy(out, b)
	return out
}
