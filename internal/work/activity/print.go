package activity

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
	"linli/internal/work/catalogue"
)

// PrintInput asks for the list of an activity as a file.
type PrintInput struct {
	ID     db.ID  `path:"id"`
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"pdf" maxLength:"4"`
}

// Print gives the sign-in list of an activity on paper or as a table, without telephones.
func (s *Service) Print(ctx context.Context, in PrintInput) (blob.File, error) {
	op := act.Op{Perm: Lead, Action: "activity.print"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (out paper.Table, err error) {
		d, err := s.led(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		out = paper.Table{Day: clock.DayOf(tx.Now), Upright: true, Table: sheet.Table{Title: d.Title + "签到表",
			Lead:    d.Station + "　" + clock.Span(ctx, d.StartsAt, d.EndsAt) + "　" + d.Place,
			Columns: []string{"序号", "姓名", "志愿者编号", "岗位", "到", "走", "签名"}, Foot: []string{"负责人签名：", "复核人签名："}}}
		for _, p := range d.Seats {
			if p.State != Held {
				continue
			}
			from, to := "", ""
			if p.Came == ByCode || p.Came == ByList {
				a, b := p.span(d.Activity)
				from, to = a.Format("15:04"), b.Format("15:04")
			}
			out.Rows = append(out.Rows, []string{strconv.Itoa(len(out.Rows) + 1), p.Name, p.No, p.Post, from, to, ""})
		}
		return out, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "activity", ID: d.ID.String(), Region: d.Region,
			Detail: map[string]any{"rows": len(out.Rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// ExportInput is a list and the form of its file.
type ExportInput struct {
	ListInput
	Format string `query:"format" enum:"pdf,xlsx,csv" maxLength:"4" default:"xlsx"`
}

// Export gives the activities of a place as a table (活动台账).
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	op := act.Op{Perm: View, Action: "activity.export"}
	t, err := act.Write(ctx, s.db, op, func(tx *db.Tx) (t paper.Table, err error) {
		rows, err := list.First(ctx, tx, scoped{in.ListInput, auth.ScopeOf(ctx, View)}, 5000)
		t = paper.Table{Day: clock.DayOf(tx.Now), Table: sheet.Table{Title: "活动台账", Columns: []string{"序号", "日期", "时间", "名称", "类别", "地点", "队伍",
			"名额", "报名", "状态"}}}
		for i, a := range rows {
			t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), a.Day.String(), a.StartsAt.Format("15:04") + "–" + a.EndsAt.Format("15:04"),
				a.Title, catalogue.Categories.Word(a.Category), a.Place, a.Team, strconv.FormatInt(a.Needed, 10), strconv.FormatInt(a.Taken, 10),
				states.Word(a.State)})
		}
		if err != nil {
			return t, err
		}
		return t, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "activity", Region: in.Region,
			Detail: map[string]any{"rows": len(rows), "format": in.Format}})
	})
	if err != nil {
		return blob.File{}, err
	}
	return t.File(in.Format)
}

// Poster prints an activity for the wall; nobody's name stands on it.
func (s *Service) Poster(ctx context.Context, in GetInput) (blob.File, error) {
	f, err := s.Face(ctx, in)
	if err != nil {
		return blob.File{}, err
	}
	body := strings.Join([]string{"时间：" + clock.Span(ctx, f.StartsAt, f.EndsAt), "地点：" + f.Place, "做什么：" + f.Content,
		"要几个人：" + strconv.FormatInt(f.Needed, 10), "留意：" + f.Risk, f.Conditions, f.together()}, "\n")
	return paper.Poster(f.Title, catalogue.Categories.Word(f.Category), body, f.Station, clock.DayOf(f.StartsAt), false)
}

// Calendar gives an activity for one's calendar (RFC 5545).
func (s *Service) Calendar(ctx context.Context, in GetInput) (blob.File, error) {
	f, err := s.Face(ctx, in)
	if err != nil {
		return blob.File{}, err
	}
	const form = "20060102T150405Z"
	esc := strings.NewReplacer("\\", "\\\\", ";", "\\;", ",", "\\,", "\n", "\\n", "\r", "")
	status := "CONFIRMED"
	if f.State == Cancelled {
		status = "CANCELLED"
	}
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//linli//activity//ZH", "BEGIN:VEVENT",
		"UID:activity-" + f.ID.String() + "@linli", "DTSTAMP:" + clock.In(ctx).UTC().Format(form), "DTSTART:" + f.StartsAt.UTC().Format(form),
		"DTEND:" + f.EndsAt.UTC().Format(form),
		"STATUS:" + status, "SUMMARY:" + esc.Replace(f.Title), "LOCATION:" + esc.Replace(f.Place),
		"DESCRIPTION:" + esc.Replace(f.Content+"\n"+f.Station), "END:VEVENT", "END:VCALENDAR", ""}
	for i, l := range lines {
		lines[i] = folded(l)
	}
	return blob.File{Name: f.Title + ".ics", Type: "text/calendar; charset=utf-8", Body: []byte(strings.Join(lines, "\r\n"))}, nil
}

// together names the units that take part.
func (f Face) together() string {
	if len(f.Partners) == 0 {
		return ""
	}
	return "一起办：" + strings.Join(f.Partners, "、")
}

// folded breaks a line of a calendar at 75 bytes, never within a character (RFC 5545, 3.1).
func folded(line string) string {
	var b strings.Builder
	n := 0
	for _, r := range line {
		if w := len(string(r)); n+w > 73 {
			b.WriteString("\r\n ")
			n = 1
		}
		b.WriteRune(r)
		n += len(string(r))
	}
	return b.String()
}

// groupText is what is pasted into a chat of the neighbourhood.
func (f Face) groupText(ctx context.Context) string {
	return fmt.Sprintf("【%s】%s\n时间：%s\n地点：%s\n%s\n留意：%s\n%s", catalogue.Categories.Word(f.Category), f.Title,
		clock.Span(ctx, f.StartsAt, f.EndsAt), f.Place, f.Content, f.Risk, f.Station)
}
