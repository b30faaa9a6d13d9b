package record

import (
	"context"
	"slices"

	"linli/internal/civic/proof"
	"linli/internal/civic/second"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/attendance"
)

// byRecord and byAsk are what waits here: minutes, and corrections that were asked for. A record has no more than one of these open.
func (s *Service) byRecord() second.Kind {
	return second.Kind{Name: "record", Told: "有服务记录等您复核", Risen: "%d 条服务记录下级没有复核，转给您",
		Gather: func(ctx context.Context, tx *db.Tx, id db.ID) (second.Case, error) {
			r, err := byID.Get(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			h, err := hands(ctx, tx, r)
			bench := proof.Now(tx, s.persons)
			return func(ctx context.Context) error {
				_, err := s.lookOn(ctx, tx, bench, r, h)
				return err
			}, err
		}}
}

func (s *Service) byAsk() second.Kind {
	return second.Kind{Name: "correction", Told: "有更正申请等您核实", Risen: "%d 个更正申请下级没有核实，转给您",
		Gather: func(ctx context.Context, tx *db.Tx, id db.ID) (second.Case, error) {
			c, err := correctionTable.Get(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			r, err := byID.Get(ctx, tx, c.RecordID)
			return func(ctx context.Context) error {
				_, err := s.mayDecide(ctx, tx, r, c)
				return err
			}, err
		}}
}

// Rise passes on what nobody has looked at.
func (s *Service) Rise(ctx context.Context) error {
	if err := s.byRecord().Rise(ctx, s.db); err != nil {
		return err
	}
	return s.byAsk().Rise(ctx, s.db)
}

// turn refuses an officer of the banner what has not come up to him: he is nobody's second person before, and makes nothing void.
func turn(ctx context.Context, tx *db.Tx, k second.Kind, id db.ID) error {
	if second.Reach(ctx) != second.AtBanner || !auth.From(ctx).Is(auth.BannerOfficer) {
		return nil
	}
	w, there, err := k.Of(ctx, tx, id)
	if err != nil || there && w.Level == second.AtBanner {
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
		switch _, err := s.lookOn(ctx, tx, bench, r, h); {
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
	lines, _, err := s.asked(ctx, tx)
	if err != nil {
		return nil, 0, err
	}
	for _, c := range lines {
		list = append(list, area.Own{ID: c.RecordID, What: "更正：" + c.Title, Who: c.Name, At: c.AskedAt})
	}
	return list[:min(len(list), most)], total + len(lines), nil
}

// rest adds sheets and corrections, and what waits for somebody else.
func (s *Service) rest(ctx context.Context, tx *db.Tx, out *Waiting) error {
	others, err := s.others(ctx, tx)
	if err != nil {
		return err
	}
	sheets, elsewhere, err := attendance.Waiting(ctx, tx, s.persons)
	if err != nil {
		return err
	}
	lines, asked, err := s.asked(ctx, tx)
	out.Sheets, out.Corrections, out.Others = sheets, lines, slices.Concat(others, asked, elsewhere, out.Others)
	return err
}

// others are the records of the actor's scope that wait for somebody else, as far as one page of the list goes.
func (s *Service) others(ctx context.Context, tx *db.Tx) (out []second.Other, err error) {
	rows, err := waiting.First(ctx, tx, waitingIn{auth.ScopeOf(ctx, Review), second.AtCommunity}, heapMost)
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		st, there, err := s.byRecord().Standing(ctx, tx, r.ID)
		if err != nil {
			return nil, err
		}
		if there && !st.Mine {
			out = append(out, st.Other(ctx, r.Name+"，"+r.Title+"，"+clock.Minutes(r.Minutes), "/desk/records/"+r.ID.String()))
		}
	}
	return out, nil
}

// asked are the open corrections over which the actor may decide now, and those that wait for somebody else.
func (s *Service) asked(ctx context.Context, tx *db.Tx) (out []AskedLine, others []second.Other, err error) {
	list, err := asking.All(ctx, tx, auth.ScopeOf(ctx, Review))
	if err != nil {
		return nil, nil, err
	}
	for _, line := range list {
		st, there, err := s.byAsk().Standing(ctx, tx, line.ID)
		switch {
		case err != nil:
			return nil, nil, err
		case st.Mine:
			out = append(out, line)
		case there:
			others = append(others, st.Other(ctx, "更正："+line.Name+"，"+line.Title, "/desk/records/"+line.RecordID.String()))
		}
	}
	return out, others, nil
}
