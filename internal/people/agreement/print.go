package agreement

import (
	"context"
	"strconv"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/pdf"
)

// Print gives an agreement on paper: its number, its text, the drawn signatures, and lines for those that are open.
func (s *Service) Print(ctx context.Context, in GetInput) (blob.File, error) {
	d, err := act.Write(ctx, s.db, act.Op{Perm: View, Action: "agreement.print"}, func(tx *db.Tx) (out Detail, err error) {
		a, err := get(ctx, tx, in.ID)
		if err == nil {
			err = auth.Require(ctx, View, View, a.place())
		}
		if err != nil {
			return out, err
		}
		if out, err = s.detail(ctx, tx, a.ID); err != nil {
			return out, err
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "agreement.print", Object: "agreement", ID: a.ID.String(), Region: a.Region})
	})
	if err != nil {
		return blob.File{}, err
	}
	p := paper.New("志愿服务协议", d.Today, true)
	p.Page()
	title, body, _ := strings.Cut(d.Body, "\n")
	p.TextIn(pdf.Bold, 16, paper.Margin, p.Y, p.Wide, 9, pdf.Centre, title)
	p.TextIn(pdf.Sans, 10, paper.Margin, p.Y+10, p.Wide, 6, pdf.Centre, "编号 "+d.no()+"　第 "+strconv.FormatInt(d.Edition, 10)+" 版范本")
	p.Y += 20
	p.PrintText(11, 7, body)
	for _, side := range d.sides() {
		if p.Y > 235 {
			p.Page()
		}
		d.signLine(p, side)
	}
	p.Y = p.Paragraph(pdf.Sans, 9, paper.Margin, p.Y+4, p.Wide, 5, proves)
	return paper.File("志愿服务协议-"+d.no(), p.Doc)
}

// signLine prints one side: what was drawn, how it was signed on paper, or a line to sign on.
func (d Detail) signLine(p *paper.Paper, side string) {
	const wide, high = 60.0, 20.0
	p.Y += 4
	p.Text(pdf.Sans, 11, paper.Margin, p.Y+high/2, sides.Word(side)+"：")
	left := paper.Margin + 30
	for _, x := range d.Signatures {
		if x.Side != side {
			continue
		}
		p.Text(pdf.Sans, 9, left+wide+6, p.Y+high/2, x.Name+"　"+x.Day.String()+"　"+ways.Word(x.Way))
		draw(p, x.Strokes, left, p.Y, wide/fieldWide)
	}
	p.Line(left, p.Y+high, left+wide, p.Y+high, 0.2)
	p.Y += high + 2
}

// draw prints the strokes of a drawing.
func draw(p *paper.Paper, strokes string, left, top, scale float64) {
	for stroke := range strings.SplitSeq(strokes, ";") {
		lastX, lastY, on := 0.0, 0.0, false
		for dot := range strings.FieldsSeq(stroke) {
			x, y, _ := strings.Cut(dot, ",")
			i, errX := strconv.ParseFloat(x, 64)
			j, errY := strconv.ParseFloat(y, 64)
			if errX != nil || errY != nil {
				return
			}
			i, j = left+i*scale, top+j*scale
			if on {
				p.Line(lastX, lastY, i, j, 0.4)
			}
			lastX, lastY, on = i, j, true
		}
	}
}
