package record

import (
	"context"
	"fmt"
	"slices"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/proof"
	"linli/internal/civic/setting"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/set"
)

// With whom a record waits for a second person.
const (
	atCommunity = "community"
	atTown      = "town"
	atBanner    = "banner"
)

var waitLevels = set.New("record_wait.level", set.Row{atCommunity, "嘎查村（社区）负责人"}, set.Row{atTown, "苏木乡镇（街道）经办人"},
	set.Row{atBanner, "旗县（市、区）经办人"})

// Wait says with whom a record waits, since when, and from which day it is the next level's.
type Wait struct {
	RecordID db.ID     `json:"-" db:",once"`
	Level    string    `json:"level" set:"record_wait.level"`
	Since    time.Time `json:"since" db:",once"`
	RiseDay  clock.Day `json:"rise_day" doc:"到这一天还没有人复核，就转到上一级"`
}

// Who is who looks at it now, in words.
func (w Wait) Who() string { return waitLevels.Word(w.Level) }

// Next is to whom it goes then; "" where there is nobody above.
func (w Wait) Next() string {
	if i := slices.IndexFunc(ladder, func(s rung) bool { return s.level == w.Level }); i+1 < len(ladder) {
		return waitLevels.Word(ladder[i+1].level)
	}
	return ""
}

// rung is a level with who looks there.
type rung struct {
	level string
	role  auth.Role
	at    int
}

var ladder = []rung{{atCommunity, auth.CommunityHead, auth.LevelCommunity}, {atTown, auth.TownOfficer, auth.LevelTown},
	{atBanner, auth.BannerOfficer, auth.LevelBanner}}

var (
	waitTable = db.NewRelation[Wait]("record_wait", "record_id")
	waitOf    = waitTable.Where("record_id = $1")
	endWait   = db.SQL(`DELETE FROM record_wait WHERE record_id = $1`)
	rise      = db.SQL(`UPDATE record_wait SET level = $2, rise_day = $3 WHERE record_id = $1`)
	toRise    = db.Query[Record](`SELECT ` + columns + tables + `JOIN record_wait w ON w.record_id = r.id
		WHERE w.rise_day <= $1 AND w.level <> 'banner' AND r.id > $2 ORDER BY r.id LIMIT 100`)
	// sinceToday counts what came to a level of a division in one day.
	sinceToday = db.Query[int64](`SELECT COUNT(*) FROM record_wait w JOIN service_record r ON r.id = w.record_id
		WHERE r.region = $1 AND w.level = $2 AND w.since >= $3 AND w.record_id <> $4`)
)

// queue lets a record wait with the lowest level at which somebody may look at it: at once with the town where nobody at the station may.
// Who may is told, once a day.
func (s *Service) queue(ctx context.Context, tx *db.Tx, r Record) error {
	if _, there, err := db.Found(waitOf.One(ctx, tx, r.ID)); err != nil || there {
		return err
	}
	w, who, err := s.place(ctx, tx, r, 0)
	if err != nil {
		return err
	}
	if err := waitTable.Insert(ctx, tx, w); err != nil {
		return err
	}
	n, err := sinceToday.One(ctx, tx, r.Region, w.Level, clock.DayOf(tx.Now).Time(), r.ID)
	if err != nil || n > 0 {
		return err
	}
	return tellWaiting(ctx, tx, who, "有服务记录等您复核")
}

// place finds the level, from a rung on, at which somebody may look at a record, and who. Where nobody is there at all it waits with the
// town, which appoints.
func (s *Service) place(ctx context.Context, tx *db.Tx, r Record, from int) (w Wait, who []db.ID, err error) {
	h, err := hands(ctx, tx, r)
	if err != nil {
		return w, nil, err
	}
	for _, st := range ladder[from:] {
		w = Wait{RecordID: r.ID, Level: st.level, Since: tx.Now}
		holders, err := account.HoldersIn(ctx, tx, st.role, r.Region.At(st.at))
		if err != nil {
			return w, nil, err
		}
		for _, id := range holders {
			a, err := account.Get(ctx, tx, id)
			if err != nil {
				return w, nil, err
			}
			as := auth.With(ctx, auth.Actor{Account: a.ID, Person: a.PersonID, Name: a.Name,
				Grants: []auth.Grant{{Role: st.role, Region: r.Region.At(st.at)}}})
			switch _, err := s.look(as, tx, r, h); {
			case err == nil:
				who = append(who, id)
			case errs.KindOf(err) != errs.Denied:
				return w, nil, err
			}
		}
		if len(who) > 0 {
			break
		}
	}
	if len(who) == 0 && from == 0 {
		w.Level = atTown
	}
	days, err := setting.Int(ctx, tx, setting.ClerkDays, r.Region)
	if err != nil {
		return w, nil, err
	}
	w.RiseDay, err = setting.AddWorkingDays(ctx, tx, clock.DayOf(tx.Now), days)
	return w, who, err
}

func tellWaiting(ctx context.Context, tx *db.Tx, who []db.ID, title string) error {
	for _, id := range who {
		err := notify.Send(ctx, tx, notify.Message{To: id, Kind: "record", Title: title, Text: "没有第二人的复核，时长不能计入。", Link: "/desk/second"})
		if err != nil {
			return err
		}
	}
	return nil
}

// Rise passes what nobody has looked at within the working days of the setting to the level above, and tells those who may once.
func (s *Service) Rise(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		told := map[db.ID]int{}
		for last := int64(0); ; {
			rows, err := toRise.All(ctx, tx, int64(clock.DayOf(tx.Now)), last)
			if err != nil {
				return err
			}
			for _, r := range rows {
				if err := s.raise(ctx, tx, r, told); err != nil {
					return err
				}
				last = int64(r.ID)
			}
			if len(rows) == 0 {
				break
			}
		}
		for id, n := range told {
			if err := tellWaiting(ctx, tx, []db.ID{id}, fmt.Sprintf("%d 条服务记录下级没有复核，转给您", n)); err != nil {
				return err
			}
		}
		return nil
	})
}

func (s *Service) raise(ctx context.Context, tx *db.Tx, r Record, told map[db.ID]int) error {
	was, err := waitOf.One(ctx, tx, r.ID)
	if err != nil {
		return err
	}
	from := slices.IndexFunc(ladder, func(s rung) bool { return s.level == was.Level }) + 1
	w, who, err := s.place(ctx, tx, r, from)
	if err != nil {
		return err
	}
	for _, id := range who {
		told[id]++
	}
	_, err = rise.Run(ctx, tx, r.ID, w.Level, int64(w.RiseDay))
	return err
}

// reach is the lowest level whose list the actor reads: what waits below is not yet his.
func reach(ctx context.Context) string {
	a := auth.From(ctx)
	switch {
	case a.Is(auth.CommunityHead):
		return atCommunity
	case a.Is(auth.TownOfficer):
		return atTown
	}
	return atBanner
}

// turn refuses an officer of the banner what has not come up to him: he is nobody's second person before, and makes nothing void.
func turn(ctx context.Context, tx *db.Tx, r Record) error {
	if reach(ctx) != atBanner || !auth.From(ctx).Is(auth.BannerOfficer) {
		return nil
	}
	w, there, err := db.Found(waitOf.One(ctx, tx, r.ID))
	if err != nil || there && w.Level == atBanner {
		return err
	}
	return errs.Deny("先由嘎查村（社区）负责人、苏木乡镇（街道）复核")
}

// heapMost is how many records the counter judges one by one; behind them it counts what lies on the reader's level.
const heapMost = 30

// heap is what of the list waits for the actor: lines for his start page, and how many in all.
func (s *Service) heap(ctx context.Context, tx *db.Tx, most int) (list []area.Own, total int, err error) {
	if auth.Allow(ctx, Review) != nil {
		return nil, 0, nil
	}
	rows, err := waiting.First(ctx, tx, waitingFor(ctx), heapMost+1)
	if err != nil {
		return nil, 0, err
	}
	bench := proof.Now(tx, s.persons)
	for _, r := range rows[:min(len(rows), heapMost)] {
		h, err := hands(ctx, tx, r)
		if err != nil {
			return nil, 0, err
		}
		switch _, err := lookOn(ctx, bench, r, h); {
		case err == nil:
			list = append(list, area.Own{ID: r.ID, What: r.Title, Who: r.Name, At: r.EndedAt, Due: r.DueDay})
		case errs.KindOf(err) != errs.Denied:
			return nil, 0, err
		}
	}
	total = len(list)
	if len(rows) > heapMost {
		n, err := waitingCount.One(ctx, tx, waitingFor(ctx))
		if err != nil {
			return nil, 0, err
		}
		total += int(n) - heapMost
	}
	lines, err := s.asked(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range lines {
		list = append(list, area.Own{ID: c.RecordID, What: "更正：" + c.Title, Who: c.Name, At: c.AskedAt})
	}
	return list[:min(len(list), most)], total + len(lines), nil
}
