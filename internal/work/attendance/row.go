package attendance

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
	"linli/internal/work/catalogue"
)

// readRows finds the volunteer and the service of each line and everything that is wrong with it.
func (s *Service) readRows(ctx context.Context, tx *db.Tx, sh Sheet, in []RowInput) ([]Row, error) {
	menu, err := catalogue.Menu(ctx, tx, sh.Region)
	if err != nil {
		return nil, err
	}
	items := map[db.ID]string{}
	for _, it := range menu {
		items[it.ID] = it.Name
	}
	c, rows := errs.Check{}, []Row{}
	for i, r := range in {
		if r.blank() {
			continue
		}
		at := fmt.Sprintf("rows.%d.", i)
		row := Row{Line: int64(len(rows) + 1), ItemID: r.ItemID, Item: items[r.ItemID], ForWhom: strings.TrimSpace(r.ForWhom), Signed: r.Signed}
		v, why, err := s.find(ctx, tx, sh, r.Who)
		if err != nil {
			return nil, err
		}
		c.That(why == "", at+"who", why)
		row.VolunteerID, row.VolunteerNo, row.PersonID, row.Name = v.ID, v.No, v.PersonID, v.Name
		c.That(items[r.ItemID] != "", at+"item_id", "请选服务项目")
		c.That(row.ForWhom != "", at+"for_whom", "请写为谁服务")
		c.That(r.Signed, at+"signed", "没有签名的一行不能录")
		row.span(c, at, r, tx.Now)
		clashes(c, at, rows, row)
		rows = append(rows, row)
	}
	c.That(len(rows) > 0, "rows.0.who", "至少填一行")
	return rows, c.Err()
}

// span reads the day and the hours of a line.
func (row *Row) span(c errs.Check, at string, in RowInput, now time.Time) {
	day, err := clock.ParseDay(in.Day)
	c.That(err == nil, at+"day", "日期要写成 2026-11-23 这样")
	from, fromOK := hour(day, in.From)
	to, toOK := hour(day, in.To)
	c.That(fromOK, at+"from", "时间要写成 09:30 这样")
	c.That(toOK, at+"to", "时间要写成 11:00 这样")
	if err != nil || !fromOK || !toOK {
		return
	}
	row.Day, row.StartedAt, row.EndedAt, row.Minutes = day, from, to, int64(to.Sub(from)/time.Minute)
	c.That(from.Before(to), at+"to", "结束要晚于开始")
	c.That(!to.After(now), at+"to", "还没有到这个时间")
	c.That(row.Minutes <= MaxDay, at+"to", "一天最多记 12 小时")
}

// MaxDay is the most that is recorded for one person on one day, in minutes, and only with a second approval; this system's own convention.
const MaxDay = 720

func hour(day clock.Day, text string) (time.Time, bool) {
	t, err := time.Parse("15:04", strings.TrimSpace(text))
	if err != nil || day == 0 {
		return time.Time{}, false
	}
	return day.Time().Add(time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute), true
}

// clashes finds a line that puts somebody in two places, or beyond the day's most.
func clashes(c errs.Check, at string, rows []Row, row Row) {
	sum := row.Minutes
	for _, o := range rows {
		if o.VolunteerID == 0 || o.VolunteerID != row.VolunteerID {
			continue
		}
		c.Thatf(!(o.StartedAt.Before(row.EndedAt) && row.StartedAt.Before(o.EndedAt)), at+"from", "和第 %d 行重叠，一个人不能同时在两处", o.Line)
		if o.Day == row.Day {
			sum += o.Minutes
		}
	}
	c.That(sum <= MaxDay, at+"to", "一天最多记 12 小时")
}

// find knows a volunteer by number, telephone or name. Why says, for people, why nobody was found.
func (s *Service) find(ctx context.Context, tx *db.Tx, sh Sheet, who string) (v found, why string, err error) {
	who = strings.TrimSpace(who)
	if who == "" {
		return v, "请写志愿者的编号、姓名或手机号", nil
	}
	v, ok, err := db.Found(volunteerByNo.One(ctx, tx, who))
	if err != nil {
		return v, "", err
	}
	list := []found{v}
	if !ok {
		if list, err = s.byPhoneOrName(ctx, tx, sh, who); err != nil {
			return v, "", err
		}
	}
	switch {
	case len(list) == 0:
		return found{}, "本苏木乡镇（街道）没有找到这位志愿者", nil
	case len(list) > 1:
		return found{}, fmt.Sprintf("有 %d 位同名，请写编号（如 %s）", len(list), list[0].No), nil
	}
	v = list[0]
	if v.Region.At(auth.LevelTown) != sh.Region.At(auth.LevelTown) {
		return found{}, "本苏木乡镇（街道）没有找到这位志愿者", nil
	}
	if v.Status != "active" {
		return v, v.Name + "还没有通过审核，或者已经退出", nil
	}
	agreed, err := person.HasConsent(ctx, tx, v.PersonID, person.PurposeVolunteer)
	if err == nil && !agreed {
		why = v.Name + "还没有同意记录志愿服务"
	}
	return v, why, err
}

// namesakes gives the volunteers of the town who bear a name, however it is written; a few of them, if they are many.
func namesakes(ctx context.Context, tx *db.Tx, sh Sheet, name string) ([]found, error) {
	gram := spelling.FirstGram(name)
	if gram == "" {
		return nil, nil
	}
	list, err := callable.All(ctx, tx, int64(sh.Region)/1000, gram)
	list = slices.DeleteFunc(list, func(f found) bool { return !spelling.Same(f.Name, name) })
	return list[:min(len(list), 5)], err
}

func (s *Service) byPhoneOrName(ctx context.Context, tx *db.Tx, sh Sheet, who string) ([]found, error) {
	if strings.Trim(who, "0123456789 -+") != "" {
		return namesakes(ctx, tx, sh, who)
	}
	people, err := s.persons.FindByPhone(ctx, tx, who)
	var out []found
	for _, p := range people {
		v, ok, err := db.Found(volunteerOf.One(ctx, tx, p.ID))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, v)
		}
	}
	if errs.KindOf(err) == errs.Invalid {
		err = nil
	}
	return out, err
}
