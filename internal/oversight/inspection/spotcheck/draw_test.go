package spotcheck

import (
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"linli/internal/platform/errs"
)

const goldenSeed = "00112233445566778899aabbccddeeffffeeddccbbaa99887766554433221100"

func lines(t *testing.T, name string) []string {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Fields(string(b))
}

// The sample is the one that the Python program of docs/spot-check.md made: sample.txt is its output.
func TestDrawGolden(t *testing.T) {
	seed, err := ParseSeed(goldenSeed)
	if err != nil {
		t.Fatal(err)
	}
	population := lines(t, "population.txt")
	got, err := Draw(population, seed, big.NewRat(1, 10), 5, lines(t, "forced.txt"))
	if err != nil || !slices.Equal(got.All(), lines(t, "sample.txt")) {
		t.Errorf("%v %v", got.All(), err)
	}
	slices.Reverse(population)
	if again, _ := Draw(population, seed, big.NewRat(1, 10), 5, lines(t, "forced.txt")); !slices.Equal(again.All(), got.All()) {
		t.Error("the order of the population matters")
	}
	seed[0]++
	if other, _ := Draw(population, seed, big.NewRat(1, 10), 5, nil); slices.Equal(other.Random, got.Random) {
		t.Error("the seed does not matter")
	}
}

// A draw always holds the forced ids and exactly max(min, ceil(rate × n)) others, or all of them; no id twice and none from elsewhere.
func TestDrawHoldsWhatItMust(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		population := rapid.SliceOfNDistinct(rapid.StringMatching(`[0-9]{1,6}`), 0, 120, rapid.ID[string]).Draw(t, "population")
		forced := slices.DeleteFunc(slices.Clone(population), func(string) bool { return rapid.IntRange(0, 3).Draw(t, "forced") > 0 })
		per10000, least := rapid.Int64Range(0, 10000).Draw(t, "rate"), rapid.IntRange(0, 20).Draw(t, "min")
		seed := rapid.SliceOfN(rapid.Byte(), SeedSize, SeedSize).Draw(t, "seed")
		got, err := Draw(population, seed, big.NewRat(per10000, 10000), least, forced)
		if err != nil {
			t.Fatal(err)
		}
		want := max(least, int((per10000*int64(len(population))+9999)/10000))
		if len(got.Random) != min(want, len(population)-len(forced)) {
			t.Fatalf("%d others, want %d", len(got.Random), want)
		}
		all := got.All()
		slices.Sort(forced)
		if !slices.Equal(got.Forced, forced) {
			t.Fatal("a forced id is missing")
		}
		slices.Sort(all)
		if len(slices.Compact(all)) != len(forced)+len(got.Random) ||
			slices.ContainsFunc(all, func(id string) bool { return !slices.Contains(population, id) }) {
			t.Fatal("an id twice, or from elsewhere")
		}
	})
}

func TestDrawRefuses(t *testing.T) {
	seed := make([]byte, SeedSize)
	for field, err := range map[string]error{
		"population": failed([]string{"1", "1"}, seed, "0.1", 1), "forced": failed([]string{"1"}, seed, "0.1", 1, "2"),
		"seed": failed([]string{"1"}, nil, "0.1", 1),
		"rate": failed([]string{"1"}, seed, "1.1", 1), "min": failed([]string{"1"}, seed, "1", -1),
	} {
		if errs.KindOf(err) != errs.Invalid || !strings.Contains(err.Error(), field+":") {
			t.Errorf("%s: %v", field, err)
		}
	}
	for _, text := range []string{"", "x", "1/0", strings.Repeat("9", 30)} {
		if _, err := ParseRate(text); err == nil {
			t.Errorf("rate %q is read", text)
		}
	}
	if r, err := ParseRate(" 12.5% "); err != nil || r.Cmp(big.NewRat(1, 8)) != 0 {
		t.Errorf("%v %v", r, err)
	}
}

func failed(population []string, seed []byte, rate string, least int, forced ...string) error {
	r, err := ParseRate(rate)
	if err == nil {
		_, err = Draw(population, seed, r, least, forced)
	}
	return err
}

// Known values: of hypergeometric limits computed by hand for a small population, and of Clopper–Pearson from tables.
func TestIntervals(t *testing.T) {
	near := func(what string, got, want float64) {
		if math.Abs(got-want) > 0.0006 {
			t.Errorf("%s: %.4f, want %.4f", what, got, want)
		}
	}
	low, high := clopperPearson(3, 20) // 0.0321–0.3789, a textbook example
	near("low", low, 0.0321)
	near("high", high, 0.3789)
	near("t with 10 degrees", student(10), 2.2281)
	big := UnitShare(1_000_000, 20, 3)
	near("a large population is Clopper–Pearson", big.High, 0.3789)
	near("and low", big.Low, 0.0321)
	all := UnitShare(20, 20, 3)
	near("everything looked at", all.Low, 0.15)
	near("everything looked at", all.High, 0.15)
	// Of 10 with 1 bad a sample of 5 holds none with probability 0.5, of 4 bad with 1/42 < 0.025, of 3 with 1/12.
	near("none of five", UnitShare(10, 5, 0).High, 0.3)
	near("without a sample", UnitShare(10, 0, 0).High, 1)
	if got := TimeShare(3, []Judged{{60, 0}, {60, 30}, {120, 0}}); got.Low != 0.125 || got.High != 0.125 {
		t.Errorf("everything looked at: %+v", got)
	}
	if got := TimeShare(100, []Judged{{60, 0}, {60, 0}}); got.Share != 0 || got.High < 0.5 {
		t.Errorf("two without a fault say little: %+v", got)
	}
}

// Over many samples of populations with records of unequal length the intervals hold the truth as often as they say.
func TestIntervalsCover(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, bad := range []float64{0.02, 0.1, 0.4} {
		const size, n, rounds = 400, 60, 1500
		population := make([]Judged, size)
		var minutes, wrong, faulty int64
		for i := range population {
			population[i].Minutes = 30 * (1 + rng.Int64N(16))
			if rng.Float64() < bad {
				population[i].Wrong = population[i].Minutes
				if rng.IntN(2) == 0 {
					population[i].Wrong /= 2
				}
				faulty++
			}
			minutes, wrong = minutes+population[i].Minutes, wrong+population[i].Wrong
		}
		time, unit := 0, 0
		for range rounds {
			rng.Shuffle(size, func(i, j int) { population[i], population[j] = population[j], population[i] })
			found := 0
			for _, j := range population[:n] {
				if j.Wrong > 0 {
					found++
				}
			}
			if got, truth := TimeShare(size, population[:n]), float64(wrong)/float64(minutes); got.Low <= truth && truth <= got.High {
				time++
			}
			if got, truth := UnitShare(size, n, found), float64(faulty)/size; got.Low <= truth && truth <= got.High {
				unit++
			}
		}
		for what, hits := range map[string]int{"hours": time, "units": unit} {
			if share := float64(hits) / rounds; share < 0.94 {
				t.Errorf("%s, %.0f%% bad: the interval holds the truth in %.1f%% of samples", what, bad*100, share*100)
			}
		}
	}
}
