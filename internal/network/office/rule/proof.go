package rule

import (
	"context"
	"strings"

	"linli/internal/network/office"
	"linli/internal/network/office/template"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
)

// Proof shows that all five rules are published.
func Proof(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error) {
	all, err := rules(ctx, tx, b)
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
