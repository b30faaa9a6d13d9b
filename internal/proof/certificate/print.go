package certificate

import (
	"fmt"
	"strings"

	"linli/internal/platform/clock"
	"linli/internal/platform/pdf"
	"linli/internal/work/catalogue"
)

// Measures of the page in millimetres.
const (
	edge  = 26.0
	width = 210 - 2*edge
)

// render lays out one A4 page: the four blocks of 民发〔2015〕149号 (who; what; by whom; number and date) and the code to check it. A
// certificate with very many kinds of activity runs on to a second page.
func (s *Service) render(c Certificate, kinds []Kind, phone string) ([]byte, error) {
	d := pdf.New("志愿服务记录证明 "+c.No, pdf.Options{Author: c.Unit, Created: c.IssuedAt})
	d.AddPage()
	s.frame(d)
	y := s.title(d, c)
	y = body(d, c, y)
	y = table(d, c, kinds, y)
	if y > 186 {
		d.AddPage()
		s.frame(d)
		y = 34
	}
	s.foot(d, c, phone, y)
	return d.Bytes()
}

var (
	red  = [3]uint8{158, 42, 34}
	gold = [3]uint8{190, 160, 96}
	grey = [3]uint8{96, 92, 86}
)

func colour(d *pdf.Doc, c [3]uint8) { d.Colour(c[0], c[1], c[2]) }

func (s *Service) frame(d *pdf.Doc) {
	colour(d, red)
	d.Rect(11, 11, 188, 275, 1)
	colour(d, gold)
	d.Rect(13.4, 13.4, 183.2, 270.2, 0.25)
	for _, x := range []float64{13.4, 190.6} {
		for _, y := range []float64{13.4, 277.6} {
			d.Rect(x, y, 6, 6, 0.25)
			d.Rect(x+1.5, y+1.5, 3, 3, 0.25)
		}
	}
	if s.cfg.Demo {
		colour(d, grey)
		d.TextIn(pdf.Sans, 9, edge, 16, width, 6, pdf.Centre, "演示数据 · 人和事都是虚构的 · 不作证明用")
	}
	d.Colour(0, 0, 0)
}

func (s *Service) title(d *pdf.Doc, c Certificate) float64 {
	colour(d, red)
	d.TextIn(pdf.Serif, 31, edge, 33, width, 16, pdf.Centre, "志愿服务记录证明")
	colour(d, grey)
	d.TextIn(pdf.Sans, 9.5, edge, 52, width, 6, pdf.Centre, "编号 "+c.No+"　　依据《志愿服务条例》《志愿服务记录与证明出具办法（试行）》")
	d.Colour(0, 0, 0)
	return 68
}

// body is the sentence that a reader needs, in words.
func body(d *pdf.Doc, c Certificate, y float64) float64 {
	who := pdf.Whole(c.Name)
	if c.IDNumber != "" {
		paper := c.IDNumber
		if !strings.Contains(paper, " ") {
			paper = "居民身份证 " + paper
		}
		who += "（" + paper + "，志愿者编号 " + c.VolunteerNo + "）"
	} else {
		who += "（志愿者编号 " + c.VolunteerNo + "）"
	}
	text := fmt.Sprintf("　　兹证明 %s，%s至%s参加志愿服务 %d 次，服务时间合计 %s。服务时间为实际服务的时间，不含往返路途。",
		who, c.From.Date(), c.To.Date(), c.Times, clock.Minutes(c.Minutes))
	y = d.Paragraph(pdf.Kai, 15, edge, y, width, 10.6, text)
	if rare := pdf.Missing(c.Name); len(rare) > 0 {
		colour(d, grey)
		y = d.Paragraph(pdf.Sans, 9, edge, y, width, 5, fmt.Sprintf("姓名中有 %d 个字没有字模，留空处由开具单位手写并盖章。", len(rare)))
		d.Colour(0, 0, 0)
	}
	return d.Paragraph(pdf.Kai, 15, edge, y+1, width, 10.6, "　　特此证明。") + 7
}

func table(d *pdf.Doc, c Certificate, kinds []Kind, y float64) float64 {
	var rows [][]string
	total := Kind{}
	for _, k := range kinds {
		rows = append(rows, []string{catalogue.Categories.Word(k.Category), fmt.Sprint(k.Times), clock.Minutes(k.Minutes), amount(k.BothMinutes),
			amount(k.SignInMinutes), amount(k.ReviewedMinutes)})
		total.BothMinutes, total.SignInMinutes, total.ReviewedMinutes = total.BothMinutes+k.BothMinutes, total.SignInMinutes+k.SignInMinutes,
			total.ReviewedMinutes+k.ReviewedMinutes
	}
	rows = append(rows, []string{"合计", fmt.Sprint(c.Times), clock.Minutes(c.Minutes), amount(total.BothMinutes), amount(total.SignInMinutes),
		amount(total.ReviewedMinutes)})
	cols := []pdf.Column{{Title: "服务内容", Width: 28}, {Title: "次数", Width: 12, Align: pdf.Centre},
		{Title: "服务时间", Width: 31, Align: pdf.Centre}, {Title: "其中：双方确认", Width: 33, Align: pdf.Centre},
		{Title: "签到", Width: 25, Align: pdf.Centre}, {Title: "复核", Width: 29, Align: pdf.Centre}}
	y = d.Table(edge, y, cols, rows, pdf.TableOptions{Size: 10.5, RowHeight: 9, Bottom: 262, NewPage: func() float64 { return 30 }})
	colour(d, grey)
	y = d.Paragraph(pdf.Sans, 8, edge, y+2, width, 4.6, "双方确认：志愿者签到签退，服务对象本人确认。签到：有签到签退记录。复核：第二人复核过的纸单、回访或补记。")
	d.Colour(0, 0, 0)
	return y
}

func amount(minutes int64) string {
	if minutes == 0 {
		return "—"
	}
	return clock.Minutes(minutes)
}

// foot is who issues it, the place for the seal, never drawn, and how to check it.
func (s *Service) foot(d *pdf.Doc, c Certificate, phone string, y float64) {
	y = max(y+12, 192)
	address := strings.TrimRight(s.cfg.BaseURL, "/") + "/verify/" + c.Code
	d.QR(edge-3, y-2, 40, address)
	colour(d, grey)
	d.TextIn(pdf.Sans, 9, edge-3, y+38, 60, 5, pdf.Left, "扫码查证，或输查询码")
	d.Colour(0, 0, 0)
	d.TextIn(pdf.Bold, 12, edge-3, y+43, 62, 6, pdf.Left, shown(c.Code))
	colour(d, grey)
	d.TextIn(pdf.Sans, 8, edge-3, y+49, 70, 5, pdf.Left, strings.TrimRight(s.cfg.BaseURL, "/")+"/verify")
	d.Colour(0, 0, 0)
	x, w := 104.0, 210-104-edge
	for _, line := range [][2]string{{"记录单位", c.Unit}, {"经办站", c.Station}, {"负责人", "　　　　　　　（签字）"}, {"经办人", c.Clerk}, {"联系方式", phone}} {
		if line[1] == "" {
			continue
		}
		h := 7.5
		if len([]rune(line[1])) > 17 {
			h = 12
		}
		colour(d, grey)
		d.TextIn(pdf.Sans, 10, x, y, 20, 7.5, pdf.Left, line[0])
		d.Colour(0, 0, 0)
		d.TextIn(pdf.Sans, 11, x+20, y, w-20, h, pdf.Left, line[1])
		y += h
	}
	d.TextIn(pdf.Kai, 13, x, y+9, w-6, 8, pdf.Right, "（盖章处）")
	d.TextIn(pdf.Kai, 13, x, y+18, w-6, 8, pdf.Right, c.IssuedOn.Date())
	if c.Status != Valid {
		colour(d, red)
		d.TextIn(pdf.Bold, 15, edge, 268, width, 9, pdf.Centre, "这张证明"+c.Status.Word()+"，请不要使用")
		d.Colour(0, 0, 0)
	}
}
