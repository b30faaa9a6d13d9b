package rule

import (
	"context"
	"strings"

	"linli/internal/network/office"
	"linli/internal/network/office/ledger"
	"linli/internal/network/office/template"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/pdf"
)

// Poster prints an edition for the wall, on A4 or A3.
func (s *Service) Poster(ctx context.Context, in office.PosterInput) (blob.File, error) {
	v, err := s.Get(ctx, office.EntryInput{ID: in.ID})
	if err != nil {
		return blob.File{}, err
	}
	foot := v.Station.Name + "　" + v.span()
	if v.State == Draft {
		foot = "草稿，还没有公布"
	}
	return office.Poster(v.Title, v.Station.Name, v.Body, foot, v.Today, in.Paper == "a3")
}

// Ledger has the editions that held on a day of a stretch.
var Ledger = ledger.Ledger{Code: "rules", Name: "规章制度台账", Columns: []string{"制度", "名称", "版次", "施行", "登记人"}, Rows: ledgerRows}

func ledgerRows(ctx context.Context, tx *db.Tx, st station.Station, from, until clock.Day, limit int) (out [][]string, err error) {
	rows, err := ofStation.All(ctx, tx, st.ID)
	for _, slot := range template.Slots.Codes() {
		for _, r := range rows {
			if r.Slot == slot && r.State == Published && r.FromDay <= until && r.UntilDay > from && len(out) < limit {
				out = append(out, []string{template.Slots.Word(r.Slot), r.Title, "第 " + format.Int(r.Edition) + " 版", r.span(), r.ByName})
			}
		}
	}
	return out, err
}

// Proof shows that all five rules are published.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error) {
	all, err := rulesOf(ctx, tx, b)
	if err != nil {
		return text, file, err
	}
	p := office.NewPaper("规章制度", b.Today, true)
	var lacks []string
	for _, slot := range all.Slots {
		r := slot.now()
		if r == nil {
			lacks = append(lacks, template.Slots.Word(slot.Code))
			continue
		}
		p.Page()
		p.TextIn(pdf.Serif, 20, office.Margin, p.Y, p.Wide, 12, pdf.Centre, r.Title)
		p.TextIn(pdf.Sans, 10.5, office.Margin, p.Y+13, p.Wide, 6, pdf.Centre, b.Station.Name+"　"+r.span())
		p.Y += 24
		p.PrintText(12, 8, r.Body)
	}
	if len(lacks) > 0 {
		return text, file, errs.WrongState("还没有公布：" + strings.Join(lacks, "、"))
	}
	file, err = office.AsUpload(office.AsPDF("规章制度", p.Doc))
	return "五类制度都已公布", file, err
}
