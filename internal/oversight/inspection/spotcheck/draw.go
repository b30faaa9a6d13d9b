package spotcheck

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"

	"linli/internal/platform/errs"
)

// SeedSize is how many bytes the seeds of this system have; a draw takes others too, up to twice as many.
const SeedSize = 32

// Sample is what a draw gives. Forced are those that had to be in it, in the order of their ids; Random are the others, in the order
// in which they were drawn.
type Sample struct{ Forced, Random []string }

// All is the whole sample: the forced ones, then the others.
func (s Sample) All() []string { return slices.Concat(s.Forced, s.Random) }

// Draw takes a sample that anybody can take again from the same population, seed, rate, least number and forced ids
// (docs/spot-check.md). Besides the forced ids it holds max(least, ⌈rate × size of the population⌉) others: those with the smallest
// SHA-256(seed ‖ id); all others when there are not so many. The order of the population does not matter. An id twice, a forced id
// that the population lacks, and a rate outside [0, 1] are errors of their field.
func Draw(population []string, seed []byte, rate *big.Rat, least int, forced []string) (Sample, error) {
	ids, must := slices.Clone(population), slices.Clone(forced)
	slices.Sort(ids)
	slices.Sort(must)
	c := errs.Check{}
	c.That(len(seed) > 0 && len(seed) <= 2*SeedSize, "seed", "应是 1 到 64 字节")
	c.That(rate.Sign() >= 0 && rate.Cmp(big.NewRat(1, 1)) <= 0, "rate", "应在 0 和 1 之间")
	c.That(least >= 0, "min", "不能小于 0")
	c.That(unique(ids), "population", "有重复的编号")
	c.That(unique(must), "forced", "有重复的编号")
	for _, id := range must {
		_, found := slices.BinarySearch(ids, id)
		c.That(found, "forced", id+" 不在总体里")
	}
	if err := c.Err(); err != nil {
		return Sample{}, err
	}
	others := ranked(slices.DeleteFunc(ids, func(id string) bool { _, found := slices.BinarySearch(must, id); return found }), seed)
	return Sample{Forced: must, Random: others[:min(len(others), Size(len(population), rate, least))]}, nil
}

func unique(sorted []string) bool { return len(slices.Compact(slices.Clone(sorted))) == len(sorted) }

// Size is how many of a population are drawn besides the forced ones.
func Size(population int, rate *big.Rat, least int) int {
	n := new(big.Rat).Mul(rate, big.NewRat(int64(population), 1))
	up := new(big.Int).Add(n.Num(), new(big.Int).Sub(n.Denom(), big.NewInt(1)))
	return max(least, int(up.Div(up, n.Denom()).Int64()))
}

// ranked sorts ids by SHA-256(seed ‖ id), equal ones by id.
func ranked(ids []string, seed []byte) []string {
	type lot struct {
		sum [sha256.Size]byte
		id  string
	}
	lots := make([]lot, len(ids))
	for i, id := range ids {
		lots[i] = lot{sha256.Sum256(slices.Concat(seed, []byte(id))), id}
	}
	slices.SortFunc(lots, func(a, b lot) int { return cmp.Or(bytes.Compare(a.sum[:], b.sum[:]), strings.Compare(a.id, b.id)) })
	for i, l := range lots {
		ids[i] = l.id
	}
	return ids
}

// Lines is the file of a population: its ids in their order, one a line. PopulationHash is what `sha256sum` says of it.
func Lines(ids []string) string {
	sorted := slices.Clone(ids)
	slices.Sort(sorted)
	return strings.Join(sorted, "\n") + "\n"
}

// PopulationHash fixes a population before it is drawn from.
func PopulationHash(list string) string { return hash([]byte(list)) }

// Commitment fixes a seed before it is revealed: the SHA-256 of its bytes.
func Commitment(seed []byte) string { return hash(seed) }

func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// ParseRate reads a share such as 0.1 or 10%.
func ParseRate(text string) (*big.Rat, error) {
	number, percent := strings.CutSuffix(strings.TrimSpace(text), "%")
	r, ok := new(big.Rat).SetString(number)
	if !ok || len(number) > 20 {
		return nil, errs.Field("rate", "应是 0.1 或 10% 这样的数")
	}
	if percent {
		r.Quo(r, big.NewRat(100, 1))
	}
	return r, nil
}

// ParseSeed reads a seed in hex.
func ParseSeed(text string) ([]byte, error) {
	seed, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil {
		return nil, errs.Field("seed", "应是十六进制数")
	}
	return seed, nil
}
