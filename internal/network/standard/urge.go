package standard

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// UrgeInput names the station whose managers are to mend what is missing.
type UrgeInput struct {
	ID   db.ID  `path:"id"`
	Note string `json:"note" required:"false" maxLength:"200" doc:"一句话，例如哪一天以前补上"`
}

// Urging says who asked the managers for what.
type Urging struct {
	Items  string    `json:"items" doc:"那天还缺的必备项"`
	Note   string    `json:"note"`
	ByName string    `json:"by_name"`
	At     time.Time `json:"at"`
}

// Urge tells the managers of a station which of the plan's items are missing. Once a day is enough: a second time on a day is
// WrongState, whoever asks; so is a station that lacks nothing, and one without managers.
func (s *Service) Urge(ctx context.Context, in UrgeInput) (Standard, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Check, Action: "standard.urge"}, func(tx *db.Tx) (out Standard, err error) {
		st, err := stationFor(ctx, tx, in.ID, Check)
		if err != nil {
			return out, err
		}
		if out, err = of(ctx, tx, st, 0); err != nil {
			return out, err
		}
		return out, urge(ctx, tx, out, strings.TrimSpace(in.Note))
	})
}

func urge(ctx context.Context, tx *db.Tx, v Standard, note string) error {
	var codes, words []string
	for _, l := range v.lacks() {
		if l.Mandatory {
			codes, words = append(codes, l.Code), append(words, l.Label)
		}
	}
	managers, err := station.Managers(ctx, tx, v.StationID)
	switch {
	case err != nil:
		return err
	case v.Station.Status == station.Closed || len(codes) == 0:
		return errs.WrongState("这个站点没有要补的必备项")
	case len(managers) == 0:
		return errs.WrongState("这个站点还没有站点管理员的账号，先请苏木乡镇（街道）任命")
	}
	items := strings.Join(words, "、")
	fresh, err := urgeTable.Add(ctx, tx, urgeRow{tx.NewID(), v.StationID, clock.DayOf(tx.Now),
		Urging{items, note, auth.From(ctx).Name, tx.Now}})
	if err == nil && !fresh {
		err = errs.WrongState("今天已经提醒过这个站点")
	}
	if err != nil {
		return err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: "standard.urge", Object: "station", ID: v.StationID.String(), Region: v.Station.Region,
		Cause: note, Detail: map[string]any{"items": strings.Join(codes, " ")}}); err != nil {
		return err
	}
	if note != "" {
		items += "。" + note
	}
	return tellManagers(ctx, tx, v.Station, fmt.Sprintf("站点标准：主管部门提醒，还差 %d 项", len(codes)), items)
}
