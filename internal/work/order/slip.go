package order

import (
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/pdf"
)

// mayPrintCode says whether the actor may print the one-time code: he entered the order for somebody else, and the round still needs it.
func mayPrintCode(ctx context.Context, o Order) bool {
	a := auth.From(ctx)
	return a.Account != 0 && a.Account == o.EnteredBy && !o.isOwner(a.Person) && !o.State.Ended() && o.State != Confirmed
}

// Slip prints an order on one sheet: what the volunteer takes along and the resident signs. For who entered the order it bears the
// one-time code, and his account is noted as one that has seen it.
func (s *Service) Slip(ctx context.Context, in GetInput) (blob.File, error) {
	if err := auth.Allow(ctx, Handle); err != nil {
		return blob.File{}, err
	}
	var page DeskOrder
	var code string
	var now time.Time
	err := s.db.Write(ctx, func(tx *db.Tx) error {
		o, err := load(ctx, tx, in.ID)
		if err != nil {
			return err
		}
		if err := auth.Require(ctx, Handle, View, o.place()); err != nil {
			return err
		}
		now, code = tx.Now, ""
		if page, err = s.desk(ctx, tx, o); err != nil || !mayPrintCode(ctx, o) {
			return err
		}
		code, err = s.showCode(ctx, tx, o)
		return err
	})
	if err != nil {
		return blob.File{}, err
	}
	body, err := slip(ctx, page, code, now)
	return blob.File{Name: "服务单 " + page.No + ".pdf", Type: blob.PDF, Body: body, Show: true}, err
}

// showCode opens the one-time code and notes who has seen it.
func (s *Service) showCode(ctx context.Context, tx *db.Tx, o Order) (string, error) {
	row, err := sealedOf.One(ctx, tx, o.ID)
	if err != nil {
		return "", err
	}
	if _, err := sawCode.Run(ctx, tx, o.ID, o.Round, auth.From(ctx).Account, tx.Now); err != nil {
		return "", err
	}
	if err := audit.Write(ctx, tx, audit.Entry{Action: "order.print_code", Object: "order", ID: o.ID.String(), Region: o.Region}); err != nil {
		return "", err
	}
	return s.open(row.Code, "code", o.ID)
}

// slip lays out the sheet.
func slip(ctx context.Context, v DeskOrder, code string, now time.Time) ([]byte, error) {
	d := pdf.New("服务单 "+v.No, pdf.Options{Created: now})
	d.AddPage()
	d.Text(pdf.Bold, 20, 20, 28, "志愿服务单")
	d.Text(pdf.Sans, 11, 140, 28, "单号 "+v.No)
	names := []string{}
	for _, h := range v.Volunteers {
		if h.State.Holds() {
			names = append(names, h.Name)
		}
	}
	facts := [][]string{{"服务", v.Item.Name + "：" + v.Title}, {"时间", v.when(ctx)}, {"服务对象", v.Recipient},
		{"地点", strings.TrimSpace(v.Place + " " + v.Address)}, {"情况", v.Detail.Detail}, {"要留意", strings.TrimSpace(v.Risk + " " + v.Item.Risk)},
		{"志愿者", strings.Join(names, "、")}}
	y := d.Table(20, 38, []pdf.Column{{Title: "事项", Width: 30}, {Title: "内容", Width: 140}}, facts, pdf.TableOptions{Size: 12, RowHeight: 11})
	if code != "" {
		d.Text(pdf.Bold, 12, 20, y+14, "一次性号码（服务完了再告诉志愿者或站里）")
		d.Text(pdf.Bold, 26, 20, y+27, code[:3]+" "+code[3:])
		y += 24
	}
	y = d.Table(20, y+14, []pdf.Column{{Title: "实际开始", Width: 42}, {Title: "实际结束", Width: 42}, {Title: "志愿者签名", Width: 43},
		{Title: "服务对象签名或手印", Width: 43}}, [][]string{{"", "", "", ""}}, pdf.TableOptions{Size: 11, RowHeight: 20})
	d.Text(pdf.Sans, 13, 20, y+14, "这次服务：  □ 满意    □ 基本满意    □ 不满意")
	d.Text(pdf.Sans, 11, 20, y+26, "想说的话：")
	for i := range 3 {
		at := y + 38 + float64(i)*10
		d.Line(20, at, 190, at, 0.2)
	}
	d.Text(pdf.Sans, 9, 20, 282, "志愿服务不收费，也不收礼物。签好后请交回服务站。")
	return d.Bytes()
}

// CardSheet prints a card with its codes; it can be printed once.
func (s *Service) CardSheet(ctx context.Context, in GetInput) (blob.File, error) {
	if err := auth.Allow(ctx, IssueCard); err != nil {
		return blob.File{}, err
	}
	var c Card
	var codes []string
	err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
		c, codes, err = s.printable(ctx, tx, in.ID)
		return err
	})
	if err != nil {
		return blob.File{}, err
	}
	body, err := cardSheet(c, codes)
	return blob.File{Name: "便民联系卡 " + c.No + ".pdf", Type: blob.PDF, Body: body, Show: true}, err
}

// cardSheet lays out a card 120 mm wide to cut out and fold, as high as the name needs.
func cardSheet(c Card, codes []string) ([]byte, error) {
	d := pdf.New("便民联系卡 "+c.No, pdf.Options{Created: c.IssuedAt})
	d.AddPage()
	d.Text(pdf.Bold, 18, 26, 32, "便民联系卡")
	d.TextIn(pdf.Sans, 11, 26, 26, 108, 8, pdf.Right, "卡号 "+c.No)
	y := d.Paragraph(pdf.Sans, 11, 26, 38, 108, 6, c.Name)
	y = d.Paragraph(pdf.Sans, 10, 26, y+2, 108, 5, "服务做完了、您满意了，再把下面一个号码告诉志愿者或站里。一次用一个，用过划掉。没做完，谁来问都不要说。")
	cells := make([][]string, 0, 4)
	for i := 0; i+2 < len(codes); i += 3 {
		row := make([]string, 3)
		for j := range row {
			row[j] = fmt.Sprintf("%d.  %s %s", i+j+1, codes[i+j][:3], codes[i+j][3:])
		}
		cells = append(cells, row)
	}
	y = d.Table(26, y+6, []pdf.Column{{Title: "号码", Width: 36}, {Title: "号码", Width: 36}, {Title: "号码", Width: 36}}, cells,
		pdf.TableOptions{Size: 13, RowHeight: 12})
	d.Rect(20, 20, 120, y-20+6, 0.3)
	return d.Bytes()
}
