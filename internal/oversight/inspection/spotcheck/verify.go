package spotcheck

import (
	"context"
	"slices"
	"strings"

	"linli/internal/platform/db"
)

// Verify: a spot check's list, seed and sample are those that were fixed beforehand; what was published equals what was judged.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	ids, err := drawnChecks.All(ctx, tx)
	for _, id := range ids {
		if err == nil {
			err = verifyDraw(ctx, tx, id, report)
		}
	}
	return err
}

// verifyDraw draws again what a spot check drew.
func verifyDraw(ctx context.Context, tx *db.Tx, id db.ID, report func(object, what string)) error {
	c, err := public(ctx, tx, id)
	if err != nil {
		return err
	}
	list, err := populationOf.One(ctx, tx, id)
	if err != nil {
		return err
	}
	object := "spot_check " + id.String()
	seed, err := ParseSeed(c.Seed)
	if err != nil || Commitment(seed) != c.Commitment || PopulationHash(list) != c.Hash {
		report(object, "种子或总体和事先公布的不符")
		return nil
	}
	sample, err := Draw(strings.Fields(list), seed, c.rate(), int(c.Least), texts(c.Forced))
	var have []string
	for _, u := range c.Units {
		have = append(have, u.ID.String())
	}
	want := sample.All()
	slices.Sort(have)
	slices.Sort(want)
	if err != nil || !slices.Equal(have, want) {
		report(object, "抽中的和重新抽取的不符")
	}
	if c.State == Published && *c.Result != resultOf(c.Size, c.Units) {
		report(object, "公布的结果和核查的不符")
	}
	return nil
}
