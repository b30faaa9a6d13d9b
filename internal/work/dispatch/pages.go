package dispatch

import (
	"fmt"
	"strings"

	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// plans is where plans are made and read.
const plans = "/desk/plans"

func (d Draft) path() string { return plans + "/" + d.ID.String() }

var (
	lineStates = set.New("dispatch_line.state",
		set.Row{Proposed, "建议", "wait"}, set.Row{Sent, "已发邀请", "done"}, set.Row{Dropped, "不用"}, set.Row{Failed, "没发成", "alarm"})
)

// gain says what the plan saves against sending whoever is nearest, order by order.
func (d Draft) gain() string {
	switch people, minutes := d.saved(); {
	case people > 0:
		return fmt.Sprintf("多 %d 个空位有人", people)
	case minutes > 0:
		return fmt.Sprintf("省 %d 分钟（%d%%）", minutes, d.percent())
	}
	return "一样"
}

// saved is how many places more have somebody, and how many minutes less it costs.
func (d Draft) saved() (people, minutes int64) { return d.Served - d.Near.Served, d.Near.Cost - d.Cost }

// percent holds the minutes saved against all ways and burdens of sending whoever is nearest.
func (d Draft) percent() int64 {
	_, minutes := d.saved()
	return minutes * 100 / max(1, d.NearGross)
}

func (d Draft) servedNote() string { return fmt.Sprintf("就近一单一单派：%d", d.Near.Served) }
func (d Draft) travelNote() string { return fmt.Sprintf("就近一单一单派：%d", d.Near.Travel) }
func (d Draft) mostNote() string   { return fmt.Sprintf("就近一单一单派：%d", d.Near.Most) }

func (d Draft) tone() string {
	if d.Gap == 0 {
		return "done"
	}
	return ""
}

// verdict says in a manager's words what the plan is worth.
func (d Draft) verdict() string {
	proved := "这是能证明的最好安排：再怎么换人，折合的总分钟数都不会更少。"
	if d.Gap > 0 {
		proved = fmt.Sprintf("离最好的安排折合最多还差 %d 分钟。", d.Gap)
	}
	switch people, minutes := d.saved(); {
	case people > 0:
		return fmt.Sprintf("比就近一单一单派，多 %d 个空位有人。%s", people, proved)
	case minutes > 0:
		return fmt.Sprintf("和就近一单一单派比，有人的空位一样多，路程、轮换、熟悉加起来省 %d 分钟，是就近派的绕行和轮换的 %d%%。%s", minutes, d.percent(), proved)
	}
	return "和就近一单一单派一样好。" + proved
}

func (v Sheet) tabs() []ui.NavItem {
	out := []ui.NavItem{{Label: "全部", Href: v.path()}}
	for _, s := range []string{Proposed, Sent, Failed, Dropped} {
		out = append(out, ui.NavItem{Label: lineStates.Word(s), Href: v.path() + "?state=" + s})
	}
	return out
}

// dearer says what another choice would add.
func dearer(n int64) string {
	switch {
	case n <= 0:
		return "一样"
	case n >= exit:
		return "少一单有人"
	}
	return format.Int(n) + " 分钟"
}

// Drafts is one page of plans.
type Drafts = db.Page[Draft]

// signed writes a number with a real minus.
func signed(n int64) string { return strings.Replace(format.Int(n), "-", "−", 1) }
