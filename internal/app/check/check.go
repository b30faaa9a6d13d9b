// Package check holds what `linli verify` asks: invariants of the whole database, each with the exact object that breaks it. It never
// asks what time it is.
package check

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Finding is one broken object.
type Finding struct {
	Object string `json:"object"`
	What   string `json:"what"`
}

// Result is what one check found; the first maxFindings are kept.
type Result struct {
	Name     string    `json:"name"`
	Word     string    `json:"word"`
	Count    int64     `json:"count"`
	Findings []Finding `json:"findings"`
	Notes    []Finding `json:"notes"` // no faults, and told each time
}

const maxFindings = 100

// Whole are the checks that look at all tables alike; areas add their own.
func Whole() []area.Check {
	return []area.Check{
		{Name: "region_tree", Word: "区划树完整", Run: regionTree},
		{Name: "regions_exist", Word: "每条业务数据的区划都存在", Run: regionsExist},
		{Name: "no_plain_numbers", Word: "没有明文的身份证号码和电话", Run: noPlainNumbers},
	}
}

// Run does the checks, each on one snapshot.
func Run(ctx context.Context, d *db.DB, checks []area.Check) ([]Result, error) {
	var out []Result
	for _, c := range checks {
		r := Result{Name: c.Name, Word: c.Word, Findings: []Finding{}, Notes: []Finding{}}
		err := d.Read(ctx, func(tx *db.Tx) error {
			if c.Notes != nil {
				if err := c.Notes(ctx, tx, func(object, what string) { r.Notes = append(r.Notes, Finding{object, what}) }); err != nil {
					return err
				}
			}
			return c.Run(ctx, tx, func(object, what string) {
				r.Count++
				if len(r.Findings) < maxFindings {
					r.Findings = append(r.Findings, Finding{object, what})
				}
			})
		})
		if err != nil {
			return out, fmt.Errorf("%s: %w", c.Name, err)
		}
		out = append(out, r)
	}
	return out, nil
}

var everyDivision = db.Query[region.Step](`SELECT code, name, level FROM region ORDER BY level, code`)

// regionTree: one top, every division one level below the division that its code says, none without a name.
func regionTree(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	seen := map[auth.Region]int64{}
	err := everyDivision.Each(ctx, tx, func(s region.Step) error {
		object := "region " + s.Code.String()
		seen[s.Code] = s.Level
		if s.Name == "" {
			report(object, "没有名称")
		}
		if int64(s.Code.Level()) != s.Level {
			report(object, fmt.Sprintf("代码是第 %d 级的，却登记为第 %d 级", s.Code.Level(), s.Level))
		}
		if p := s.Code.Parent(); p != 0 && seen[p] != s.Level-1 {
			report(object, "没有上级 "+p.String())
		}
		return nil
	})
	if err == nil && len(seen) == 0 {
		report("region", "没有任何区划")
	}
	return err
}

// regionsExist: the region of every row of every table is a division, in force or not.
func regionsExist(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	known := map[int64]bool{0: true}
	if err := everyDivision.Each(ctx, tx, func(s region.Step) error { known[int64(s.Code)] = true; return nil }); err != nil {
		return err
	}
	return eachValue(ctx, tx, func(t db.Table, column string, object string, v any) {
		if n, ok := v.(int64); ok && column == "region" && !known[n] {
			report(object, "区划 "+strconv.FormatInt(n, 10)+" 不存在")
		}
	})
}

var (
	phone  = regexp.MustCompile(`(?:^|\D)1[2-9]\d{9}(?:\D|$)`)
	number = regexp.MustCompile(`(?:^|\D)(\d{17}[\dXx])(?:\D|$)`)
	hexed  = regexp.MustCompile(`[0-9a-f]{32,}`)
)

// open are columns whose texts are long numbers by design, of no person.
var open = []string{"no", "key", "object_id"}

// noPlainNumbers: no text anywhere holds a telephone number or a citizen's ID number.
func noPlainNumbers(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	return eachValue(ctx, tx, func(t db.Table, column string, object string, v any) {
		s, ok := v.(string)
		if !ok || len(s) < 11 || slices.Contains(open, column) {
			return
		}
		s = hexed.ReplaceAllStringFunc(s, noDigest)
		if phone.MatchString(s) {
			report(object, column+" 里有明文电话")
		}
		for _, m := range number.FindAllStringSubmatch(s, -1) {
			if isCitizen(m[1]) {
				report(object, column+" 里有明文身份证号码")
			}
		}
	})
}

// noDigest takes a digest out: one in some hundred holds eleven digits in a row by chance. What is as long as none is looked at.
func noDigest(run string) string {
	if len(run)%8 == 0 {
		return "-"
	}
	return run
}

// isCitizen tells an ID number (GB 11643: division, date of birth, check by ISO 7064 MOD 11-2) from any eighteen digits.
func isCitizen(s string) bool {
	if _, err := time.Parse("20060102", s[6:14]); err != nil || s[6:8] != "19" && s[6:8] != "20" {
		return false
	}
	sum := 0
	for i := range 17 {
		sum = (sum + int(s[i]-'0')) * 2 % 11
	}
	return "0123456789X"[(12-sum)%11] == strings.ToUpper(s)[17]
}

// eachValue walks all values of all tables; object names the row by its first column.
func eachValue(ctx context.Context, tx *db.Tx, fn func(t db.Table, column, object string, v any)) error {
	tables, err := db.Tables(ctx, tx)
	if err != nil {
		return err
	}
	for _, t := range tables {
		if t.Name == "region" || t.Name == "name_grams" || t.Name == "imprint" || t.Name == "node" {
			continue
		}
		if err := db.EachRow(ctx, tx, t, func(values []any) error {
			object := fmt.Sprintf("%s %v", t.Name, values[0])
			for i, v := range values {
				fn(t, t.Columns[i], object, v)
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}
