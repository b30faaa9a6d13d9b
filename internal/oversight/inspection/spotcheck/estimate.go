package spotcheck

import (
	"math"

	"gonum.org/v1/gonum/mathext"
	"gonum.org/v1/gonum/stat/combin"
)

// Confidence is the level of all intervals.
const Confidence = 0.95

// tail is what lies beyond an interval on each side.
const tail = (1 - Confidence) / 2

// Interval is a share with its 95 % confidence interval.
type Interval struct {
	Share float64 `json:"share" doc:"估计值"`
	Low   float64 `json:"low" doc:"95% 置信区间下限"`
	High  float64 `json:"high" doc:"95% 置信区间上限"`
}

// Judged is one drawn unit: how many minutes it holds and how many of them are wrong.
type Judged struct{ Minutes, Wrong int64 }

// UnitShare estimates the share of units with anything wrong among a population of size, from a simple random sample without
// replacement of which so many are wrong. The interval is exact for a finite population: the hypergeometric distribution inverted, of
// which Clopper–Pearson is the limit for a large one.
func UnitShare(size, sample, wrong int) Interval {
	if sample == 0 {
		return Interval{High: 1}
	}
	low, high := wrong, size-(sample-wrong)
	// The smallest number of wrong ones in the population under which so many or more in the sample are not too unlikely; and the
	// largest, likewise.
	low = search(low, high, func(bad int) bool { return 1-below(size, bad, sample, wrong-1) > tail })
	high = size - search(sample-wrong, size-wrong, func(good int) bool { return below(size, size-good, sample, wrong) > tail })
	n := float64(size)
	return Interval{Share: float64(wrong) / float64(sample), Low: float64(low) / n, High: float64(high) / n}
}

// search gives the smallest number from low to high for which ok holds; ok holds from there on.
func search(low, high int, ok func(int) bool) int {
	for low < high {
		if mid := low + (high-low)/2; ok(mid) {
			high = mid
		} else {
			low = mid + 1
		}
	}
	return low
}

// below is the probability that a sample holds at most most bad ones of a population of size with bad of them.
func below(size, bad, sample, most int) (p float64) {
	for k := max(0, sample-(size-bad)); k <= min(most, bad, sample); k++ {
		p += math.Exp(choose(bad, k) + choose(size-bad, sample-k) - choose(size, sample))
	}
	return min(p, 1)
}

// choose is the logarithm of a binomial coefficient.
func choose(n, k int) float64 { return combin.LogGeneralizedBinomial(float64(n), float64(k)) }

// TimeShare estimates the share of wrong minutes among all minutes of a population of size. The estimate is the ratio of the sums.
// Minutes come in units, so the interval is that of Korn and Graubard (1998): Clopper–Pearson for the effective number of
// observations, which follows from the variance of the ratio, corrected for the finite population and for the number of units.
func TimeShare(size int, sample []Judged) Interval {
	n := float64(len(sample))
	var total, wrong, squares float64
	for _, j := range sample {
		total, wrong, squares = total+float64(j.Minutes), wrong+float64(j.Wrong), squares+float64(j.Minutes)*float64(j.Minutes)
	}
	if total == 0 {
		return Interval{High: 1}
	}
	share := wrong / total
	rest := 1 - n/float64(size)
	if rest <= 0 { // everything was looked at
		return Interval{share, share, share}
	}
	// Without a variance to go by, the effective number is Kish's for units of unequal length.
	effective := total * total / squares
	if v := variance(sample, share, total) * rest; v > 0 {
		effective = share * (1 - share) / v
	}
	if n > 1 {
		t := student(n - 1)
		effective = min(effective*normal*normal/(t*t), n/rest)
	}
	low, high := clopperPearson(share*effective, effective)
	return Interval{share, min(low, share), max(high, share)}
}

// ClusterShare estimates a share of people from clusters that were drawn, in each of which some were asked: Minutes are those asked, Wrong
// those of them who say yes. The estimate is the ratio of the sums; the interval is that of Korn and Graubard (1998) with clusters taken
// as drawn with replacement, which makes it a little wide. Of fewer than two clusters it says nothing.
func ClusterShare(sample []Judged) Interval {
	n := float64(len(sample))
	var asked, yes float64
	for _, j := range sample {
		asked, yes = asked+float64(j.Minutes), yes+float64(j.Wrong)
	}
	if asked == 0 || n < 2 {
		return Interval{Share: yes / max(asked, 1), High: 1}
	}
	share, effective := yes/asked, asked
	if v := variance(sample, share, asked); v > 0 {
		effective = min(asked, share*(1-share)/v)
	}
	t := student(n - 1)
	effective *= normal * normal / (t * t)
	low, high := clopperPearson(share*effective, effective)
	return Interval{share, min(low, share), max(high, share)}
}

// variance is that of the ratio, linearised, before the correction for a finite population.
func variance(sample []Judged, share, total float64) (v float64) {
	n := float64(len(sample))
	for _, j := range sample {
		d := float64(j.Wrong) - share*float64(j.Minutes)
		v += d * d
	}
	if n < 2 {
		return 0
	}
	return n / (n - 1) * v / (total * total)
}

// normal is the quantile of the normal distribution for Confidence. It stays a constant: published results are computed again and compared.
const normal = 1.959963984540054

// student is the quantile of Student's t for Confidence. The package distuv has it ready, and would link two megabytes of linear algebra.
func student(df float64) float64 {
	x := mathext.InvRegIncBeta(df/2, 0.5, 1-Confidence)
	return math.Sqrt(df * (1 - x) / x)
}

// clopperPearson is the exact interval of a binomial share for x of n, which need not be whole numbers.
func clopperPearson(x, n float64) (low, high float64) {
	low, high = 0, 1
	if x > 0 {
		low = mathext.InvRegIncBeta(x, n-x+1, tail)
	}
	if x < n {
		high = mathext.InvRegIncBeta(x+1, n-x, 1-tail)
	}
	return low, high
}
