package volunteer

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/pdf"
)

// BlankForm prints the registration form to fill in by hand.
func (s *Service) BlankForm(ctx context.Context, _ Nothing) (blob.File, error) {
	v, err := act.Read(ctx, s.db, Enrol, func(tx *db.Tx) (Own, error) {
		blank := Own{Age: -1}
		return blank, blank.load(ctx, tx)
	})
	return v.file(ctx, "志愿者登记表.pdf", err)
}

// PrintForm prints the registration form of a volunteer as he stands in the register, to be signed.
func (s *Service) PrintForm(ctx context.Context, in GetInput) (blob.File, error) {
	v, err := act.Read(ctx, s.db, Enrol, func(tx *db.Tx) (Own, error) { return own(ctx, tx, in.ID, Enrol) })
	return v.file(ctx, "志愿者登记表 "+v.No+".pdf", err)
}

func (o Own) file(ctx context.Context, name string, err error) (blob.File, error) {
	if err != nil {
		return blob.File{}, err
	}
	body, err := form(o, clock.In(ctx))
	return blob.File{Name: name, Type: blob.PDF, Body: body, Show: true}, err
}

// The sheet: left edge and width of what is printed, in millimetres.
const (
	left  = 20.0
	wide  = 170.0
	label = 34.0

	formSize = 10.5 // points
)

// form lays out one sheet: the basic information of 民政部令第67号 art. 5, the risks of 志愿服务条例 art. 12, the signatures. The identity number
// is written by hand and entered at the desk: it never leaves the system in plain.
func form(v Own, now time.Time) ([]byte, error) {
	d := pdf.New("志愿者登记表 "+v.No, pdf.Options{Created: now})
	d.AddPage()
	d.TextIn(pdf.Bold, 20, left, 16, wide, 12, pdf.Centre, "志愿者登记表")
	d.TextIn(pdf.Sans, 10, left, 28, wide, 7, pdf.Centre, "编号 "+cmp.Or(v.No, "________________")+"（由服务站填）")
	birth, km := "", ""
	if v.Birth != 0 {
		birth = v.Birth.String()
	}
	if v.MaxKm != 0 {
		km = strconv.FormatInt(v.MaxKm, 10) + " 公里以内"
	}
	rows := [][]string{
		{"姓名", v.Name}, {"性别", cmp.Or(map[string]string{"male": "男", "female": "女"}[v.Sex], "□ 女    □ 男")}, {"出生日期", birth}, {"身份证件号码", ""},
		{"居住的嘎查村（社区）", v.Where},
		{"联系电话", ""}, {"身份（可多选）", ticked(d, v.Identity, v.Identities)}, {"专业技能（可多选）", ticked(d, v.Skill, v.Skills)},
		{"语言", ticked(d, v.Tongues, v.Languages)},
		{"什么时候有空", cmp.Or(saidFree(v.Available), "周一至周五  □ 上午  □ 下午  □ 晚上        周六、周日  □ 上午  □ 下午  □ 晚上")},
		{"愿意走多远", cmp.Or(km, "□ 2 公里   □ 5 公里   □ 10 公里   □ 更远：____ 公里")},
	}
	y := d.Table(left, 40, []pdf.Column{{Title: "项目", Width: label}, {Title: "内容", Width: wide - label}}, rows,
		pdf.TableOptions{Size: formSize, RowHeight: 10.5})
	y = d.Paragraph(pdf.Bold, 11, left, y+9, wide, 6, "要知道的事")
	y = d.Paragraph(pdf.Sans, 10, left, y+1, wide, 5.4,
		"1. 志愿服务自愿、无偿。接不接单由本人定，随时可以暂停或退出。2. 上门和户外服务可能遇到路滑、烫伤、狗咬、天气突变等风险；每一单写明要留意什么，有危险的服务先购买人身意外伤害保险"+
			"（志愿服务条例第十二条、第十七条）。3. 服务站用上面的信息派单、记录和开具证明，未经本人同意不公开（志愿服务条例第二十条）；本人可以查看、更正，也可以撤回同意。4. 未满 18 周岁的，由监护人同意；"+
			"未满 10 周岁的，服务时监护人在场（后一条是本系统的约定）。")
	y = d.Paragraph(pdf.Sans, 11, left, y+4, wide, 6, "我看过上面的说明，登记的内容真实，同意登记为志愿者。")
	for _, row := range [][2]string{{"本人签名：", "日期：      年    月    日"}, {"监护人签名（未成年人）：", "与本人的关系：                电话："},
		{"服务站经办：", "日期：      年    月    日"}} {
		y += 15
		d.Text(pdf.Sans, 11, left, y, row[0])
		d.Text(pdf.Sans, 11, left+wide*0.55, y, row[1])
		d.Line(left, y+2.5, left+wide, y+2.5, 0.2)
	}
	return d.Bytes()
}

// ticked lists what may be chosen, with what is, in lines that no word is broken by.
func ticked(d *pdf.Doc, words []setting.Word, chosen []string) string {
	out, line := "", ""
	for _, w := range words {
		if !w.Active {
			continue
		}
		item := "□ " + w.Label
		if slices.Contains(chosen, w.Code) {
			item = "■ " + w.Label
		}
		switch longer := line + "   " + item; {
		case line == "":
			line = item
		case d.Width(pdf.Sans, formSize, longer) <= wide-label-4:
			line = longer
		default:
			out, line = out+line+"\n", item
		}
	}
	return out + line
}
