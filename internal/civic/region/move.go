package region

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
)

// ClosingEvent asks, before an edition is applied, what is live in the divisions that it closes. Areas add to Live, and object where
// what comes together in a successor cannot be.
type ClosingEvent struct {
	Successor  map[auth.Region]auth.Region // of every closed division, 0 for none
	Live       map[auth.Region][]string    // “居民 3”
	Objections map[auth.Region]string
}

// MovedEvent says that the division From goes on as To from a day on. Areas re-key their live rows and keep their records as they are.
type MovedEvent struct {
	From, To auth.Region
	Day      clock.Day
}

// Obstacle is why an edition cannot be applied yet: what a closed division still holds, or an objection of an area.
type Obstacle struct {
	Code auth.Region `json:"code"`
	Name string      `json:"name"`
	Why  string      `json:"why"`
}

// closing asks the areas what an edition would close.
func (s *Service) closing(ctx context.Context, tx *db.Tx, e Edition) (ask ClosingEvent, closed []Change, err error) {
	if closed, err = closedBy.All(ctx, tx, e.ID); err != nil || len(closed) == 0 {
		return ask, nil, err
	}
	ask = ClosingEvent{Successor: map[auth.Region]auth.Region{}, Live: map[auth.Region][]string{}, Objections: map[auth.Region]string{}}
	for _, c := range closed {
		ask.Successor[c.Code] = c.Successor
	}
	return ask, closed, s.Closing.Publish(ctx, tx, ask)
}

// obstacles lists what stands against an edition: live rows that would be orphans, and objections.
func (e ClosingEvent) obstacles(closed []Change) (out []Obstacle) {
	for _, c := range closed {
		if live := e.Live[c.Code]; c.Successor == 0 && len(live) > 0 {
			out = append(out, Obstacle{c.Code, c.OldName, "还有" + strings.Join(live, "、") + "，没有定下由谁接续"})
		}
		if why := e.Objections[c.Code]; why != "" {
			out = append(out, Obstacle{c.Code, c.OldName, why})
		}
	}
	return out
}

// mayApply refuses an edition that is not decided or would leave orphans, with the list.
func (s *Service) mayApply(ctx context.Context, tx *db.Tx, e Edition) error {
	if e.Undecided > 0 {
		return errs.WrongState(fmt.Sprintf("还有 %d 处接续没有确认", e.Undecided))
	}
	ask, closed, err := s.closing(ctx, tx, e)
	if err != nil {
		return err
	}
	list := ask.obstacles(closed)
	if len(list) == 0 {
		return nil
	}
	fields := map[string]string{}
	for _, o := range list {
		fields[o.Code.String()] = o.Name + o.Why
	}
	return &errs.Error{Kind: errs.Conflict, Code: "conflict", Msg: fmt.Sprintf("有 %d 处撤销的区划还不能撤", len(list)), Fields: fields}
}

const moveKind = "region.move"

// Work lets r do the background work of this area.
func (s *Service) Work(r *job.Runner) {
	job.Handle(r, moveKind, s.Move)
}

// Move is no operation of the frame: nobody asks for it, and it is many transactions. It lets live rows follow their divisions, one
// division a transaction, from above downwards. It may be killed and called again: a division has moved with all its rows or not at
// all.
func (s *Service) Move(ctx context.Context, in EditionInput) error {
	for more := true; more; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := s.db.Write(ctx, func(tx *db.Tx) (err error) {
			more, err = s.moveNext(ctx, tx, in.ID)
			return err
		}); err != nil {
			return err
		}
	}
	return nil
}

// moveNext moves one division, or ends the edition when none is left.
func (s *Service) moveNext(ctx context.Context, tx *db.Tx, id db.ID) (more bool, err error) {
	e, err := edition(ctx, tx, id)
	if err != nil || e.State != Moving {
		return false, err
	}
	next, ok, err := db.Found(nextMove.One(ctx, tx, id))
	if err != nil {
		return false, err
	}
	if !ok {
		e.end(ctx, tx, Applied, e.AppliedDay)
		if err := editionTable.Update(ctx, tx, &e); err != nil {
			return false, err
		}
		return false, s.Settled.Publish(ctx, tx, e)
	}
	n, err := claimMove.Run(ctx, tx, id, int64(next.Code))
	if err != nil || n == 0 { // another process has just done it
		return true, err
	}
	if err := s.Moved.Publish(ctx, tx, MovedEvent{next.Code, next.Successor, e.AppliedDay}); err != nil {
		return false, fmt.Errorf("%s to %s: %w", next.Code, next.Successor, err)
	}
	return true, audit.Write(ctx, tx, audit.Entry{Action: moveKind, Object: "region", ID: next.Code.String(), Region: next.Code,
		Detail: map[string]any{"to": next.Successor, "edition": id}})
}
