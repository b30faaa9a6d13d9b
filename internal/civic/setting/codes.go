package setting

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Codes are words of a dictionary, stored with spaces between.
type Codes []string

// Value joins the codes.
func (c Codes) Value() (driver.Value, error) { return strings.Join(c, " "), nil }

// Scan cuts the text into codes.
func (c *Codes) Scan(v any) error {
	switch v := v.(type) {
	case string:
		*c = strings.Fields(v)
	case []byte:
		*c = strings.Fields(string(v))
	default:
		return fmt.Errorf("codes from %T", v)
	}
	return nil
}

// MarshalJSON says no codes as an empty list, whether they were read or have just been given.
func (c Codes) MarshalJSON() ([]byte, error) { return json.Marshal(append([]string{}, c...)) }

// whole are the words that a qualification is to include, with all that those include. It refuses words that are no qualification, itself,
// and a circle. What includes the changed word from now on includes the new ones too.
func (in WordInput) whole(ctx context.Context, tx *db.Tx) (Codes, error) {
	if len(in.Includes) == 0 {
		return Codes{}, nil
	}
	if in.Name != Qualification {
		return nil, errs.Field("includes", "只有资格分高低")
	}
	words, err := Words(ctx, tx, in.Name)
	if err != nil {
		return nil, err
	}
	at := map[string]Word{}
	for _, w := range words {
		at[w.Code] = w
	}
	var all Codes
	for _, code := range in.Includes {
		w, there := at[code]
		if !there {
			return nil, errs.Field("includes", "没有这种资格")
		}
		all = append(append(all, code), w.Includes...)
	}
	slices.Sort(all)
	all = slices.Compact(all)
	if slices.Contains(all, in.Code) {
		return nil, errs.Field("includes", "不能转一圈又包含自己")
	}
	for _, w := range words {
		if !slices.Contains(w.Includes, in.Code) {
			continue
		}
		w.Includes = append(w.Includes, all...)
		slices.Sort(w.Includes)
		w.Includes = slices.Compact(w.Includes)
		if err := wordTable.Update(ctx, tx, &w); err != nil {
			return nil, err
		}
	}
	return all, nil
}
