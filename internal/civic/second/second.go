// Package second says with whom a thing waits for a second person, passes on what nobody has looked at, and tells those who may. The areas
// own the things: minutes, corrections, paper sheets, disputes. Who may be a second person, civic/proof judges; nothing is decided by time.
//
// Nouns: wait, kind (of things that wait), case (what is asked about one of them). Verbs: Queue, Again, End, Rise.
package second

import (
	"context"
	"fmt"
	"slices"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/set"
)

// With whom a thing waits.
const (
	AtCommunity = "community"
	AtTown      = "town"
	AtBanner    = "banner"
)

var levels = set.New("second_wait.level", set.Row{AtCommunity, "嘎查村（社区）负责人"}, set.Row{AtTown, "苏木乡镇（街道）经办人"},
	set.Row{AtBanner, "旗县（市、区）经办人"})

// Wait says with whom a thing waits, since when, and from which day it is the next level's.
type Wait struct {
	Kind     string      `json:"-" db:",once"`
	ObjectID db.ID       `json:"-" db:",once"`
	Region   auth.Region `json:"-" db:",once"`
	Level    string      `json:"level" set:"second_wait.level"`
	Since    time.Time   `json:"since" db:",once"`
	RiseDay  clock.Day   `json:"rise_day" doc:"到这一天还没有人复核，就转到上一级"`
}

// Who is who looks at it now, in words.
func (w Wait) Who() string { return levels.Word(w.Level) }

// Next is to whom it goes then; "" where there is nobody above.
func (w Wait) Next() string {
	if i := rungOf(w.Level); i+1 < len(ladder) {
		return levels.Word(ladder[i+1].level)
	}
	return ""
}

// Words say who looks at it now, and to whom it goes if he does not.
func (w Wait) Words(ctx context.Context) string {
	if w.Next() == "" {
		return "现在由" + w.Who() + "复核。"
	}
	return "现在由" + w.Who() + "复核；到" + w.RiseDay.Words(ctx) + "还没有人复核，就转到" + w.Next() + "。"
}

// Below says that a thing waits below the actor: it is not yet his.
func (w Wait) Below(ctx context.Context) bool { return rungOf(w.Level) < rungOf(Reach(ctx)) }

// rung is a level with who looks there.
type rung struct {
	level string
	role  auth.Role
	at    int
}

var ladder = []rung{{AtCommunity, auth.CommunityHead, auth.LevelCommunity}, {AtTown, auth.TownOfficer, auth.LevelTown},
	{AtBanner, auth.BannerOfficer, auth.LevelBanner}}

func rungOf(level string) int {
	return slices.IndexFunc(ladder, func(r rung) bool { return r.level == level })
}

// Reach is the lowest level whose list the actor reads: what waits below is not yet his.
func Reach(ctx context.Context) string {
	a := auth.From(ctx)
	switch {
	case a.Is(auth.CommunityHead):
		return AtCommunity
	case a.Is(auth.TownOfficer):
		return AtTown
	}
	return AtBanner
}

// Case says whether the actor may be the second person of one thing: nil, or an error of kind Denied that says why not.
type Case func(ctx context.Context) error

// Kind is a kind of things that wait.
type Kind struct {
	Name  string // as the rows name it
	Told  string // to who may look: 有服务记录等您复核
	Risen string // the same of several that have risen, with their number
	// Gather reads what is asked about a thing, once for all who are asked.
	Gather func(ctx context.Context, tx *db.Tx, id db.ID) (Case, error)
}

// Of gives the wait of a thing, if it waits.
func (k Kind) Of(ctx context.Context, tx *db.Tx, id db.ID) (Wait, bool, error) {
	return db.Found(waitOf.One(ctx, tx, k.Name, id))
}

// Standing is how a thing that waits stands to the actor: whether it is his to look at now, and why it is not where something stands
// against him.
type Standing struct {
	Wait
	Mine bool
	Why  string
}

// Standing finds how a thing stands to the actor, if it waits.
func (k Kind) Standing(ctx context.Context, tx *db.Tx, id db.ID) (out Standing, there bool, err error) {
	if out.Wait, there, err = k.Of(ctx, tx, id); err != nil || !there || out.Below(ctx) {
		return out, there, err
	}
	may, err := k.Gather(ctx, tx, id)
	if err == nil {
		err = may(ctx)
	}
	if out.Mine = err == nil; errs.KindOf(err) == errs.Denied {
		out.Why, err = err.Error(), nil
	}
	return out, true, err
}

// Other is a line of what waits for somebody else than the reader, with why not for him.
type Other struct{ What, Href, Why, Words string }

// Other is the line of a thing that is not the actor's.
func (s Standing) Other(ctx context.Context, what, href string) Other {
	return Other{what, href, s.Why, s.Words(ctx)}
}

// Queue lets a thing wait with the lowest level at which somebody may look at it: at once with the town where nobody at the station may.
// Who may is told, once a day. One that waits already stays where it is.
func (k Kind) Queue(ctx context.Context, tx *db.Tx, id db.ID, at auth.Region) error {
	if _, there, err := k.Of(ctx, tx, id); err != nil || there {
		return err
	}
	may, err := k.Gather(ctx, tx, id)
	if err != nil {
		return err
	}
	l := k.Line()
	if err := l.Join(ctx, tx, id, at, may); err != nil {
		return err
	}
	return l.Close(ctx, tx)
}

// Again passes a thing on at once where one who looked has agreed, one more is missing, and nobody at its level may be that one.
func (k Kind) Again(ctx context.Context, tx *db.Tx, id db.ID) error {
	was, there, err := k.Of(ctx, tx, id)
	if err != nil || !there {
		return err
	}
	w, who, err := k.Line().gathered(ctx, tx, was, rungOf(was.Level))
	if err != nil || w.Level == was.Level {
		return err
	}
	if err := waits.Update(ctx, tx, &w); err != nil {
		return err
	}
	return tell(ctx, tx, who, k.Told)
}

// End says that a thing waits no more.
func (k Kind) End(ctx context.Context, tx *db.Tx, id db.ID) error {
	_, err := end.Run(ctx, tx, k.Name, id)
	return err
}

func tell(ctx context.Context, tx *db.Tx, who []db.ID, title string) error {
	for _, id := range who {
		err := notify.Send(ctx, tx, notify.Message{To: id, Kind: "record", Title: title, Text: "没有第二人的复核，时长不能计入。", Link: "/desk/second"})
		if err != nil {
			return err
		}
	}
	return nil
}

// Rise passes what nobody has looked at within the working days of the setting to the level above, and tells those who may once.
func (k Kind) Rise(ctx context.Context, d *db.DB) error {
	return d.Write(ctx, func(tx *db.Tx) error {
		told, line := map[db.ID]int{}, k.Line()
		for last := int64(0); ; {
			rows, err := toRise.All(ctx, tx, k.Name, clock.DayOf(tx.Now), last)
			if err != nil {
				return err
			}
			for _, was := range rows {
				w, who, err := line.gathered(ctx, tx, was, rungOf(was.Level)+1)
				if err == nil {
					err = waits.Update(ctx, tx, &w)
				}
				if err != nil {
					return err
				}
				for _, id := range who {
					told[id]++
				}
				last = int64(was.ObjectID)
			}
			if len(rows) == 0 {
				break
			}
		}
		for id, n := range told {
			if err := tell(ctx, tx, []db.ID{id}, fmt.Sprintf(k.Risen, n)); err != nil {
				return err
			}
		}
		return nil
	})
}
