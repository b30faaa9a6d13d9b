package complaint

import (
	"context"

	"linli/internal/oversight/inspection"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/sheet"
)

// ListInput asks for the complaints that a division and those below it hold.
type ListInput struct {
	Region auth.Region `query:"region" doc:"投诉的是哪里；不填为您管的地方"`
	State  string      `query:"state" enum:"received,accepted,answered,reviewing,closed,transferred,overdue," maxLength:"12" doc:"overdue 为过期的"`
	Kind   string      `query:"kind" set:"complaint.kind," maxLength:"12"`
	db.Paging
}

// Complaints is one page of them, with the sums of the whole search: by kind and outcome, never by place, so that nobody is ranked.
type Complaints struct {
	In    ListInput `json:"-"`
	Lead  string    `json:"-"`
	Today clock.Day `json:"-"`
	Sums  []sum     `json:"sums"`
	db.Page[Complaint]
}

// List lists complaints, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (Complaints, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Complaints, err error) {
		out.In, out.Today = in, clock.DayOf(tx.Now)
		q := search{in, auth.ScopeOf(ctx, View), out.Today}
		if out.Page, err = list.Page(ctx, tx, q, in.Paging); err != nil {
			return out, err
		}
		if out.Sums, err = sums.All(ctx, tx, q); err != nil {
			return out, err
		}
		out.Lead, err = inspection.LeadOf(ctx, tx, inspection.Seat(ctx))
		return out, err
	})
}

// Export gives the sums of a search as a table for a spreadsheet: kinds and outcomes, no words of anybody.
func (s *Service) Export(ctx context.Context, in ListInput) (out blob.File, err error) {
	today := clock.Today(ctx)
	rows, err := act.Write(ctx, s.db, act.Op{Perm: View}, func(tx *db.Tx) ([]sum, error) {
		rows, err := sums.All(ctx, tx, search{in, auth.ScopeOf(ctx, View), today})
		if err != nil {
			return nil, err
		}
		return rows, audit.Write(ctx, tx, audit.Entry{Action: "complaint.export", Object: "complaint", Detail: map[string]any{"rows": len(rows)}})
	})
	if err != nil {
		return out, err
	}
	lines := [][]string{{"类别", "结果", "件数"}}
	for _, x := range rows {
		lines = append(lines, []string{kinds.Word(x.Kind), outcomeWord(x.Outcome), format.Int(x.N)})
	}
	page := sheet.Plain(lines)
	page.Name = "投诉建议"
	return sheet.File("xlsx", "投诉建议统计-"+today.String(), page)
}
