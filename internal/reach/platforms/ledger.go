package platforms

import (
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/sheet"
)

// Ledgers is a page of the ledger.
type Ledgers struct {
	In LedgerInput `json:"-"`
	db.Page[Entry]
}

func (in LedgerInput) search(ctx context.Context) ledgerSearch {
	q := ledgerSearch{LedgerInput: in, Scope: auth.ScopeOf(ctx, View)}
	if in.From != 0 {
		q.Since = in.From.Time()
	}
	if in.To != 0 {
		q.Until = in.To.AddDays(1).Time()
	}
	return q
}

// Ledger lists what went to whom on which ground, the newest first. It is kept for as long as the records are, which is more than the
// three years of the law (个人信息保护法 art. 56).
func (s *Service) Ledger(ctx context.Context, in LedgerInput) (Ledgers, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out Ledgers, err error) {
		out.In = in
		out.Page, err = ledger.Page(ctx, tx, in.search(ctx), in.Paging)
		masked(out.Items)
		return out, err
	})
}

func masked(list []Entry) {
	for i := range list {
		list[i].Name = person.MaskName(list[i].Name)
	}
}

// MaxExport is the most lines of one table of the ledger.
const MaxExport = 100_000

// Export gives the ledger as a table for a spreadsheet, names masked.
func (s *Service) Export(ctx context.Context, in LedgerInput) (out blob.File, err error) {
	rows, err := act.Write(ctx, s.db, act.Op{Perm: View}, func(tx *db.Tx) ([]Entry, error) {
		rows, err := ledger.First(ctx, tx, in.search(ctx), MaxExport)
		if err != nil {
			return nil, err
		}
		return rows, audit.Write(ctx, tx, audit.Entry{Action: "platforms.export", Object: "platform_item",
			Detail: map[string]any{"rows": len(rows)}})
	})
	if err != nil {
		return out, err
	}
	masked(rows)
	lines := [][]string{{"序号", "报送时间", "平台", "批次", "哪一组", "条目", "志愿者", "依据", "状态", "没有收下的原因", "内容摘要"}}
	for i, e := range rows {
		lines = append(lines, []string{format.Int(int64(i + 1)), e.At.In(clock.Shanghai).Format("2006-01-02 15:04"), Targets.Word(e.Platform),
			e.Number,
			Kinds.Word(e.Kind), e.ObjectID.String(), e.Name, Grounds.Word(e.Ground), ItemStates.Word(e.State), e.Reason, e.Hash})
	}
	page := sheet.Plain(lines)
	page.Name = "报送台账"
	return sheet.File("xlsx", "报送台账-"+clock.Today(ctx).String(), page)
}
