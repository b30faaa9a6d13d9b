package fund

import (
	"context"
	"fmt"
	"strconv"

	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

// BlankInput asks for the form of a new programme.
type BlankInput struct{}

// Blank is the form of a new programme.
type Blank struct {
	Year  int64
	Today clock.Day
}

// Blank gives the form of a new programme.
func (s *Service) Blank(ctx context.Context, _ BlankInput) (Blank, error) {
	return act.Read(ctx, s.db, Manage, func(tx *db.Tx) (Blank, error) {
		today := clock.DayOf(tx.Now)
		return Blank{int64(today) / 10000, today}, nil
	})
}

// mostLines is how many lines of a budget a form has room for.
const mostLines = 6

// room gives the lines of a budget with empty ones behind.
func room(lines []Line) []Line {
	for len(lines) < mostLines {
		lines = append(lines, Line{})
	}
	return lines
}

func lineName(i int, field string) string { return "lines." + strconv.Itoa(i) + "." + field }

// money is an amount as a field holds it; nothing for none.
func money(fen int64) string {
	if fen == 0 {
		return ""
	}
	return format.Plain(fen)
}

// who says who may ask for money of a programme.
func (f Programme) who() (out string) {
	for _, x := range []struct {
		yes  bool
		word string
	}{{f.ForStation, "站点"}, {f.ForTeam, "志愿服务队"}, {f.ForRegion, "下级地区"}} {
		if x.yes && out != "" {
			out += "、"
		}
		if x.yes {
			out += x.word
		}
	}
	return out
}

// parts says when how much of a grant is paid.
func (f Programme) parts() (out string) {
	for _, x := range []struct {
		share int64
		word  string
	}{{f.ShareStart, "批准后"}, {f.ShareAccepted, "验收公示后"}, {f.ShareClosed, "结项后"}} {
		if x.share > 0 && out != "" {
			out += "，"
		}
		if x.share > 0 {
			out += x.word + " " + format.Int(x.share) + "%"
		}
	}
	return out
}

// carried is what came from, or went to, other programmes.
func (b Books) carried() int64 { return b.Free + b.Committed + b.Paid + b.Used - b.Appropriated }

func (f File) timeline() (out []ui.Step) {
	for _, x := range f.Steps {
		title := stepWords.Word(x.What)
		if x.Amount > 0 {
			title += "　" + format.Sum(x.Amount)
		}
		out = append(out, ui.Step{Title: title, Note: x.ByName + "，" + clock.DayOf(x.At).String() + remark(x.Text), State: "done"})
	}
	return out
}

func remark(text string) string {
	if text == "" {
		return ""
	}
	return "：" + text
}

func (f File) deedOptions() (out []ui.Option) {
	for _, d := range f.near {
		out = append(out, ui.Option{Value: d.ID.String(), Label: d.Title, Hint: d.Day.String()})
	}
	return out
}

func (d Detail) teamOptions() (out []ui.Option) {
	for _, t := range d.Teams {
		out = append(out, ui.Option{Value: t.ID.String(), Label: t.Name})
	}
	return out
}

func (d Detail) otherOptions() (out []ui.Option) {
	for _, f := range d.others {
		out = append(out, ui.Option{Value: f.ID.String(), Label: format.Int(f.Year) + " 年　" + f.Name})
	}
	return out
}

// holds says in whose hands a proposal is.
func (f File) holds() string {
	if f.State == Proposed && f.SignedBy != 0 {
		return "等第二位签"
	}
	return States.Word(f.State)
}

// mayPay says how much may be noted as paid now.
func (f File) mayPay() int64 {
	most, _ := payable(f.Programme, f.Proposal, f.today)
	return max(most-f.Paid, 0)
}

// deciding is the heading of the decision that waits.
func (f File) deciding() string {
	if f.State == Finished {
		return "验收"
	}
	return f.approving()
}

// why says what a payment waits for.
func (f File) why() string {
	_, why := payable(f.Programme, f.Proposal, f.today)
	return why
}

// band is the word for a score of 绩效自评.
func band(score int64) string {
	switch {
	case score >= 90:
		return "优"
	case score >= 80:
		return "良"
	case score >= 60:
		return "中"
	}
	return "差"
}

// noticed says whether the public notice of a project is over.
func (f File) noticed() string {
	if f.NoticeUntil == 0 {
		return ""
	}
	if f.today <= f.NoticeUntil {
		return "公示到 " + f.NoticeUntil.String()
	}
	return "公示过了（到 " + f.NoticeUntil.String() + "）"
}

func (v Listing) pairs() []any {
	return []any{"fund", v.In.Fund, "state", v.In.State, "year", v.In.Year, "region", v.In.Region, "q", v.In.Q}
}

func (v Listing) link(path, kind string) string {
	return ui.Href(path, append(v.pairs(), "format", kind)...)
}

func evidence(base pages, p Proposal, n int64) string {
	return fmt.Sprintf("%s/files/%d", page(base.proposals, p.ID), n)
}

func picture(base pages, id db.ID) string {
	return base.proposals + "/receipts/" + id.String() + "/picture"
}

// yuan is an amount with its unit, nothing for none.
func yuan(fen int64) string {
	if fen == 0 {
		return ""
	}
	return format.Sum(fen)
}

// takes says whether receipts may be shown now.
func (f File) takes() bool { return f.CommittedID != 0 && f.State != Stopped }

func scoreText(score int64) string {
	if score < 0 {
		return ""
	}
	return format.Int(score)
}

// approving says which signature is asked for.
func (f File) approving() string {
	switch {
	case f.Holder != f.Owner:
		return "审批，报上一级"
	case f.SignedBy == 0:
		return "审批，第一位签"
	}
	return "审批，第二位签"
}

// proposes is the amount that an officer most likely agrees to.
func (f File) proposes() string {
	if f.SignedBy != 0 {
		return format.Plain(f.Approved)
	}
	return format.Plain(f.Asked)
}
