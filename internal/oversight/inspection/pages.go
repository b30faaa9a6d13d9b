package inspection

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/ui"
)

// Where the pages stand.
const (
	plans       = "/gov/plan"
	tasks       = "/gov/tasks"
	inspections = "/gov/inspections"
	govFindings = "/gov/findings"
	myFindings  = "/desk/findings"
	govSpots    = "/gov/spot-checks"
	publicSpots = "/spot-checks"
	govProblems = "/gov/problems"
	myProblems  = "/desk/problems"
)

func at(base string, id db.ID) string { return base + "/" + id.String() }

func taskAt(id db.ID) string    { return at(tasks, id) }
func findingAt(id db.ID) string { return at(govFindings, id) }
func spotAt(id db.ID) string    { return at(govSpots, id) }

// Words that people see.
var (
	visitWords   = map[string]string{Planned: "待检查", Open: "整改中", Closed: "已办结", Cancelled: "取消"}
	visitTones   = map[string]string{Planned: "wait", Open: "alarm", Closed: "done"}
	findingWords = map[string]string{Unmended: "待整改", Mended: "待复查", Settled: "已办结"}
	findingTones = map[string]string{Unmended: "wait", Mended: "sent", Settled: "done"}
	answerWords  = map[string]string{"yes": "符合", "no": "有问题", "": "没看"}
	kindWords    = map[string]string{"plan": "必备", "six": "六有", "function": "功能", "local": "本地"}
	stepWords    = map[string]string{"found": "发现问题", "photo": "现场照片", "rectified": "站点整改", "returned": "复查不通过", "closed": "复查通过，办结", "extended": "改期"}
	acceptWords  = map[string]string{"photo": "照片", "document": "照片或 PDF", "text": "照片或 PDF"}

	receiptWords = map[string]string{"waiting": "未签收", "received": "已签收，未反馈", "done": "已反馈"}
	receiptTones = map[string]string{"waiting": "wait", "received": "sent", "done": "done"}

	spotWords  = map[string]string{Announced: "已公告，待封存总体", Frozen: "总体已封存，待抽取", Drawn: "已抽取，核查中", Published: "结果已公布", GivenUp: "已放弃"}
	spotTones  = map[string]string{Announced: "wait", Frozen: "wait", Drawn: "work", Published: "done"}
	spotKinds  = map[string]string{"record": "服务记录", "certificate": "记录证明"}
	doubtWords = map[string]string{"long": "时间长", "late": "超过 10 个工作日才计入", "import": "从别处导入"}

	problemKinds = map[string]string{"site": "场地", "staff": "人员", "equipment": "设备", "funding": "经费", "training": "培训", "volunteers": "志愿者", "system": "系统", "other": "其他"}
	levelWords   = map[string]string{town: "苏木乡镇（街道）", banner: "旗县区"}
	problemTones = map[string]string{Waiting: "wait", Answered: "ask", Rated: "done"}
	problemWords = map[string]string{Waiting: "待答复", Answered: "待评价", Rated: "已评价", Withdrawn: "撤回"}
	problemDone  = map[string]string{"raised": "站点提出", "answered": "答复", "escalated": "转旗县区", "rated": "站点评价", "withdrawn": "站点撤回"}
	ratingWords  = map[int64]string{5: "满意", 3: "基本满意", 1: "不满意"}

	kindOptions = ui.Options("site", "场地", "staff", "人员", "equipment", "设备", "funding", "经费", "training", "培训", "volunteers", "志愿者", "system", "系统", "other", "其他")
)

func itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// tag is the word of a finding in its tone.
func (f Finding) tag(today clock.Day) (tone, word string) {
	if f.Overdue(today) {
		return "alarm", findingWords[f.State] + "，过期"
	}
	return findingTones[f.State], findingWords[f.State]
}

func (r Receipt) tag(today clock.Day) (tone, word string) {
	switch {
	case r.EndedAt != nil:
		return "", "已收回"
	case r.Overdue(today):
		return "alarm", receiptWords[r.State()] + "，过期"
	}
	return receiptTones[r.State()], receiptWords[r.State()]
}

// stateWord says where a problem stands.
func (p Problem) stateWord(today clock.Day) string {
	if p.Overdue(today) {
		return "待答复，过期"
	}
	return problemWords[p.State]
}

func (p Problem) tone(today clock.Day) string {
	if p.Overdue(today) {
		return "alarm"
	}
	return problemTones[p.State]
}

// stationOptions are stations to choose from.
func stationOptions(list []station.Station) (out []ui.Option) {
	for _, s := range list {
		out = append(out, ui.Option{Value: s.ID.String(), Label: s.Name})
	}
	return out
}

func divisionOptions(list []region.Step) (out []ui.Option) {
	for _, d := range list {
		out = append(out, ui.Option{Value: d.Code.String(), Label: d.Name})
	}
	return out
}

// next leads to the next page of a list with its filters.
func next(base string, cursor *string, pairs ...string) string {
	if cursor == nil {
		return ""
	}
	q := url.Values{"cursor": {*cursor}}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return base + "?" + q.Encode()
}

func regionText(at auth.Region) string {
	if at == 0 {
		return ""
	}
	return at.String()
}

// counts says how many problems were found.
func (x Inspection) counts() string {
	switch {
	case x.FilledAt == nil:
		return ""
	case x.Findings == 0:
		return "没有问题"
	case x.Unclosed == 0:
		return fmt.Sprintf("%d 个问题，都办结了", x.Findings)
	}
	return fmt.Sprintf("%d 个问题，%d 个没办结", x.Findings, x.Unclosed)
}

// answerName names a field of one line of the form.
func answerName(n int, field string) string { return "answers." + strconv.Itoa(n) + "." + field }

// timeline is what happened to a problem.
func (p ProblemDetail) timeline() []ui.Step {
	var out []ui.Step
	for _, s := range p.Steps {
		title := problemDone[s.Action]
		if s.Action == "answered" {
			title = levelWords[s.Level] + title
		}
		out = append(out, ui.Step{Title: title + "：" + strings.TrimSpace(s.Text), Note: s.ByName + "，" + clock.Words(s.At), State: "done"})
	}
	return out
}

// percent says a share.
func percent(share float64) string { return strconv.FormatFloat(share*100, 'f', 1, 64) + "%" }

// span says an interval.
func (i Interval) span() string { return percent(i.Low) + " 到 " + percent(i.High) }

// hours says minutes as people do.
func hours(minutes int64) string { return clock.Minutes(minutes) }

// command is how anybody draws the sample again.
func (c SpotCheck) command(forced int) string {
	out := fmt.Sprintf("linli inspect draw --population population-%s.txt --seed %s --rate %s --min %d", c.ID, c.Seed, c.Rate(), c.Least)
	if forced > 0 {
		out += fmt.Sprintf(" --forced forced-%s.txt", c.ID)
	}
	return out
}

// SeenSpots is the officers' page of spot checks: those of their division, and what a new one starts from.
func (s *Service) SeenSpots(ctx context.Context, in PublicInput) (out SpotChecks, err error) {
	if out, err = s.spots(ctx, SeeSpots, in); err != nil {
		return out, err
	}
	out.seat = seat(ctx)
	out.samples = auth.Can(ctx, DrawSpots, auth.Place{Region: out.seat})
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Lead, err = LeadOf(ctx, tx, out.seat); err != nil {
			return err
		}
		if out.Percent, err = setting.Int(ctx, tx, setting.SpotPercent, out.seat); err != nil {
			return err
		}
		out.Least, err = setting.Int(ctx, tx, setting.SpotLeast, out.seat)
		return err
	})
	return out, err
}

// UnitInput names a unit of a spot check.
type UnitInput struct {
	ID   db.ID `path:"id"`
	Unit db.ID `path:"unit"`
}

// Fact is one line of what is known of a unit.
type Fact struct{ Label, Text string }

// UnitPage is one unit to be judged, with what the system knows of it.
type UnitPage struct {
	Spot
	Unit  Unit
	Facts []Fact
	Link  string // to the record itself
	Next  db.ID  // the next one that has not been judged
}

// Unit is the page on which a unit is judged.
func (s *Service) Unit(ctx context.Context, in UnitInput) (out UnitPage, err error) {
	if err := auth.Allow(ctx, SeeSpots); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		if out.Spot, err = spot(ctx, tx, in.ID); err != nil {
			return err
		}
		if err := auth.Require(ctx, SeeSpots, SeeSpots, auth.Place{Region: out.Region}); err != nil {
			return err
		}
		at := slices.IndexFunc(out.Units, func(u Unit) bool { return u.ID == in.Unit })
		if at < 0 {
			return errs.ErrNotFound
		}
		out.Unit = out.Units[at]
		for _, u := range append(slices.Clone(out.Units[at+1:]), out.Units[:at]...) {
			if u.Answers == "" {
				out.Next = u.ID
				break
			}
		}
		out.Facts, out.Link, err = facts(ctx, tx, out.Kind, in.Unit)
		return err
	})
	return out, err
}

// facts are what the system knows of a unit, without names.
func facts(ctx context.Context, tx *db.Tx, kind string, id db.ID) ([]Fact, string, error) {
	if kind == "certificate" {
		c, err := certificateFacts.One(ctx, tx, id)
		return []Fact{{"编号", c.No}, {"期间", c.FromDay.String() + " 到 " + c.ToDay.String()}, {"时长", hours(c.Minutes)}, {"所列记录", fmt.Sprintf("%d 条，合计 %s", c.Records, hours(c.Sum))},
			{"记录单位", c.Unit}, {"出具", c.IssuedDay.String()}, {"现状", map[string]string{"valid": "有效", "suspended": "暂停使用", "revoked": "已撤销"}[c.Status]}}, "/verify/" + c.Code, err
	}
	r, err := recordFacts.One(ctx, tx, id)
	in := "按时"
	if r.CountedDay == 0 || r.CountedDay > r.DueDay {
		in = "超过期限"
	}
	return []Fact{{"活动", r.Title}, {"内容", r.Content}, {"地点", r.Place}, {"时间", clock.Span(r.StartedAt, r.EndedAt)}, {"时长", hours(r.Minutes)},
		{"来源", map[string]string{"order": "求助单", "sheet": "补录单", "import": "导入", "activity": "活动"}[r.Source]},
		{"确认", map[string]string{"both": "双方确认", "sign_in": "签到", "reviewed": "复核"}[r.Confirmation]},
		{"计入", r.CountedDay.String() + "，期限 " + r.DueDay.String() + "，" + in}, {"记录单位", r.Unit}, {"负责人", r.Leader}}, "/desk/records/" + id.String(), err
}

// letter is the answer to one item, "" when it was not judged yet.
func (u Unit) letter(n int) string {
	if n < len(u.Answers) {
		return u.Answers[n : n+1]
	}
	return ""
}

// faults names the items that are wrong with a unit.
func (u Unit) faults() string {
	var out []string
	for i := range u.Answers {
		if u.Answers[i] == 'n' {
			out = append(out, strconv.Itoa(i+1))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return "第 " + strings.Join(out, "、") + " 项"
}

// printAt is the address of an inspection's sheet.
func (x Inspection) printAt() string { return "/gov/inspections/" + x.ID.String() + "/sheet" }

// page is where the work of a plan's year stands.
func (p Plan) page() string { return yearAt(p.Region, p.Year) }

// page is where a refused task is shown again: at the task that it was to pass on, else at the year.
func (in SendInput) page() string {
	if in.FromID != 0 {
		return at(tasks, in.FromID)
	}
	return plans
}

func yearAt(region auth.Region, year int64) string {
	return plans + "?region=" + region.String() + "&year=" + strconv.FormatInt(year, 10)
}

// paragraphs are the lines that a person wrote.
func paragraphs(s string) (out []string) {
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

func (y Year) planOrNew() Plan {
	if y.Plan != nil {
		return *y.Plan
	}
	return Plan{}
}

func (v Spot) doubtOptions() (out []ui.Option) {
	for _, d := range v.Doubts {
		out = append(out, ui.Option{Value: d.ID.String(), Label: d.Day.String() + "，" + hours(d.Minutes), Hint: doubtWords[d.Why] + "，编号 " + d.ID.String()})
	}
	return out
}

// problemLead is the line under the heading: the officers' department, or what the list is for.
func (v Problems) problemLead() string {
	if v.base == govProblems {
		return v.Lead
	}
	return "自己解决不了的写在这里；过了期限没有答复的自动转旗县区"
}

// query keeps the search of a list for its export.
func (v Problems) query() string {
	q := url.Values{}
	for name, value := range map[string]string{"q": v.In.Q, "state": v.In.State, "kind": v.In.Kind, "level": v.In.Level, "region": regionText(v.In.Region)} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q.Encode()
}

// ratings are the words of the station; a bad one of the town's answer goes on to the banner.
func (v ProblemDetail) ratings() []ui.Option {
	bad := ui.Option{Value: "1", Label: "不满意"}
	if v.Level == town {
		bad.Hint = "转旗县区答复"
	}
	return append(ui.Options("5", "满意", "3", "基本满意"), bad)
}
