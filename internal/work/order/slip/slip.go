// Package slip draws the sheets that an order goes out on: the slip to sign, and the contact card.
package slip

import (
	"cmp"
	"fmt"
	"time"

	"linli/internal/platform/pdf"
)

// Order lays out the sheet of an order: what the volunteer takes along and the resident signs. from is the station that hands it out, with
// its telephone.
func Order(no string, facts [][]string, code, from string, now time.Time) ([]byte, error) {
	d := pdf.New("服务单 "+no, pdf.Options{Created: now})
	d.AddPage()
	d.Text(pdf.Bold, 20, 20, 28, "志愿服务单")
	d.Text(pdf.Sans, 11, 140, 28, "单号 "+no)
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
	d.Paragraph(pdf.Sans, 10, 20, 272, 170, 5, "志愿服务不收费，也不收礼物。签好后请交回："+cmp.Or(from, "苏木乡镇（街道）"))
	return d.Bytes()
}

// Card lays out a card 120 mm wide to cut out and fold, as high as the name needs.
func Card(no, name, from string, issued time.Time, codes []string) ([]byte, error) {
	d := pdf.New("便民联系卡 "+no, pdf.Options{Created: issued})
	d.AddPage()
	d.Text(pdf.Bold, 18, 26, 32, "便民联系卡")
	d.TextIn(pdf.Sans, 11, 26, 26, 108, 8, pdf.Right, "卡号 "+no)
	y := d.Paragraph(pdf.Sans, 11, 26, 38, 108, 6, name)
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
	if from != "" {
		y = d.Paragraph(pdf.Bold, 11, 26, y+8, 108, 6, from)
	}
	d.Rect(20, 20, 120, y-20+6, 0.3)
	return d.Bytes()
}
