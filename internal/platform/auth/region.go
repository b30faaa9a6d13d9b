package auth

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"linli/internal/platform/db"
)

// Region is a 12-digit division code of the National Bureau of Statistics; codes nest by prefix. In JSON it is a string of digits,
// zero is none.
type Region int64

// The five levels, from the autonomous region down.
const (
	LevelRegion    = 1
	LevelLeague    = 2
	LevelBanner    = 3
	LevelTown      = 4
	LevelCommunity = 5
)

// Divisors of the levels: a code divided by its level's divisor is its prefix. SQL names the same literals, one expression index each.
var divisors = [...]int64{1, 10_000_000_000, 100_000_000, 1_000_000, 1_000, 1}

// Level tells which of the five levels the code names, by its trailing zeros.
func (r Region) Level() int {
	for level := LevelRegion; level < LevelCommunity; level++ {
		if int64(r)%divisors[level] == 0 {
			return level
		}
	}
	return LevelCommunity
}

// At gives the division of a level that r lies in; r itself when r is not below that level.
func (r Region) At(level int) Region {
	if level >= r.Level() {
		return r
	}
	return Region(int64(r) / divisors[level] * divisors[level])
}

// Parent is the division above, zero for the autonomous region.
func (r Region) Parent() Region {
	if l := r.Level(); l > LevelRegion {
		return r.At(l - 1)
	}
	return 0
}

// Contains says whether x is r or lies below it.
func (r Region) Contains(x Region) bool {
	d := divisors[r.Level()]
	return r != 0 && x != 0 && int64(r)/d == int64(x)/d
}

// Prefix gives the value and the literal divisor that SQL compares: column/divisor = prefix.
func (r Region) Prefix() (prefix, divisor int64) {
	d := divisors[r.Level()]
	return int64(r) / d, d
}

// Samples are divisions of each level, which lead to different statements.
func (Region) Samples() (out []any) {
	const community Region = 152502001001
	for level := LevelRegion; level <= LevelCommunity; level++ {
		out = append(out, community.At(level))
	}
	return out
}

// Codes gives the lowest and the highest code of r and all below it, for a walk along a key.
func (r Region) Codes() (low, high int64) {
	prefix, d := r.Prefix()
	return prefix * d, (prefix+1)*d - 1
}

// Within appends " AND …" to b: the rows whose column lies in a division, all rows when it is none.
func Within(b *db.Builder, column string, at Region) {
	if at != 0 {
		b.Add(" AND ")
		inside(b, column, at)
	}
}

// Along is Within for a column that is the key of its table: a walk along it.
func Along(b *db.Builder, column string, at Region) {
	if at != 0 {
		low, high := at.Codes()
		b.Add(" AND "+column+" BETWEEN ? AND ?", low, high)
	}
}

// AtLevel is Region.At in SQL: the division of a level in which a column lies.
func AtLevel(column string, level int) string {
	d := strconv.FormatInt(divisors[level], 10)
	return column + "/" + d + "*" + d
}

// inside is equality on the level expression. Its divisor must be a literal in the SQL for the expression index of that level to be
// used; of the whole region it is a range, whose statistics both planners have.
func inside(b *db.Builder, column string, at Region) {
	if at.Level() == LevelRegion {
		low, high := at.Codes()
		b.Add(column+" BETWEEN ? AND ?", low, high)
		return
	}
	prefix, divisor := at.Prefix()
	b.Add(column+divided[divisor]+" = ?", prefix)
}

var divided = map[int64]string{1: "", 1_000: "/1000", 1_000_000: "/1000000", 100_000_000: "/100000000"}

// String gives the 12 digits.
func (r Region) String() string { return fmt.Sprintf("%012d", int64(r)) }

// MarshalText gives the 12 digits; "" is none.
func (r Region) MarshalText() ([]byte, error) {
	if r == 0 {
		return []byte{}, nil
	}
	return []byte(r.String()), nil
}

// UnmarshalText reads 12 digits; "" is none. Whether the division exists is asked by the operation.
func (r *Region) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*r = 0
		return nil
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	if err != nil || len(b) != 12 || n < 100_000_000_000 {
		return errors.New("应是 12 位区划代码")
	}
	*r = Region(n)
	return nil
}

// Schema tells the API's document that a region is 12 digits.
func (Region) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: "string", Pattern: "^([1-9][0-9]{11})?$", PatternDescription: "12 位区划代码"}
}
