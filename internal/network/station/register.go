package station

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
	"linli/internal/platform/web/ui"
)

// Register is a page of the stations of a place for those who look after them, with who runs each.
type Register struct {
	Finder
	Places []ui.Option            // the divisions below the reader's place, to narrow to
	Where  map[auth.Region]string // names of the divisions
	Runs   map[db.ID]string       // names of who runs a station; only where the reader looks after it
}

// Register is the page of those who look after stations: the stations of their place.
func (s *Service) Register(ctx context.Context, in ListInput) (out Register, err error) {
	if err := auth.Allow(ctx, Desk); err != nil {
		return out, err
	}
	in.Region = cmp.Or(in.Region, place(ctx))
	if out.Finder, err = s.Find(ctx, in); err != nil {
		return out, err
	}
	return out, s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if out.Places, err = region.Narrower(ctx, tx, place(ctx), in.Region); err != nil {
			return err
		}
		out.Where, out.Runs, err = known(ctx, tx, out.Items)
		return err
	})
}

// known says where stations are and who runs them, as far as the actor looks after them.
func known(ctx context.Context, tx *db.Tx, list []Station) (map[auth.Region]string, map[db.ID]string, error) {
	where, runs := map[auth.Region]string{}, map[db.ID]string{}
	for _, st := range list {
		var err error
		if where[st.Region] == "" {
			if where[st.Region], err = region.Name(ctx, tx, st.Region); err != nil {
				return nil, nil, err
			}
		}
		if !auth.Can(ctx, Desk, st.Place()) {
			continue
		}
		names, err := managerNames.All(ctx, tx, st.ID, string(auth.StationManager), int64(clock.DayOf(tx.Now)))
		if err != nil {
			return nil, nil, err
		}
		runs[st.ID] = strings.Join(names, "、")
	}
	return where, runs, nil
}

// ExportInput is a list of stations and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// exportMost is how many stations one file holds.
const exportMost = 20000

// Export gives the register of stations as a table (站点一览).
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	in.Region = cmp.Or(in.Region, place(ctx))
	op := act.Op{Perm: Desk, Action: "station.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		rows, err := list.First(ctx, tx, search{ListInput: in.ListInput}, exportMost)
		if err == nil {
			err = s.show(ctx, tx, rows)
		}
		if err != nil {
			return t, err
		}
		where, runs, err := known(ctx, tx, rows)
		if err != nil {
			return t, err
		}
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "站点一览",
			Columns: []string{"序号", "名称", "站或点", "嘎查村（社区）", "地址", "电话", "站点管理员", "状态"}}}
		for i, st := range rows {
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), st.Name, kinds.Word(st.Kind), where[st.Region], st.Address, st.Phone,
				runs[st.ID], statuses.Word(st.Status)})
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "station", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// with is the address of the list with another word in it.
func (r Register) with(path, name, value string) string {
	in := map[string]any{"q": r.In.Q, "status": r.In.Status, "kind": r.In.Kind, "sort": r.In.Sort, "region": r.In.Region, name: value}
	var pairs []any
	for _, k := range []string{"q", "region", "status", "kind", "sort", "format"} {
		if v, ok := in[k]; ok {
			pairs = append(pairs, k, v)
		}
	}
	return ui.Href(path, pairs...)
}

// sorted says how a column is sorted now, for who does not see it.
func (r Register) sorted(by string) string {
	if r.In.Sort == by {
		return "ascending"
	}
	return ""
}
