package activity

import (
	"context"
	"fmt"
	"slices"
	"time"

	"linli/internal/platform/db"
)

// moveLine is a line of a post's log.
type moveLine struct {
	Seq      int64     `json:"seq"`
	What     string    `json:"what" set:"activity_move.what"`
	Taken    int64     `json:"taken"`
	At       time.Time `json:"at"`
	PlaceID  db.ID     `json:"place_id"`
	PersonID db.ID     `json:"-"`
}

// replay plays the log of a post again and says the first thing that could not have been so, and how the places then stand.
func replay(needed int64, moves []moveLine) (states map[db.ID]string, fault string) {
	states = map[db.ID]string{}
	var line []db.ID // who waits, in order
	taken := int64(0)
	for i, m := range moves {
		bad := func(why string) (map[db.ID]string, string) {
			return states, fmt.Sprintf("第 %d 步（%s）：%s", m.Seq, moveWords.Word(m.What), why)
		}
		if m.Seq != int64(i+1) {
			return bad("前面缺了一步")
		}
		was := states[m.PlaceID]
		next, delta, from := "", int64(0), []string{""}
		switch m.What {
		case "take":
			next, delta = Held, 1
			if len(line) > 0 {
				return bad("有人排在前面")
			}
		case "wait":
			next = Waiting
			if taken < needed {
				return bad("那时还有名额")
			}
			line = append(line, m.PlaceID)
		case "offer":
			next, delta, from = Offered, 1, []string{Waiting}
			if len(line) == 0 || line[0] != m.PlaceID {
				return bad("没有轮到他")
			}
		case "accept":
			next, from = Held, []string{Offered}
		case "give_up":
			next, delta, from = GivenUp, -1, []string{Held, Offered}
		case "expire":
			next, delta, from = Expired, -1, []string{Offered}
		case "end":
			next, from = Ended, []string{Waiting}
		}
		if !slices.Contains(from, was) {
			return bad("那时他不在这一步")
		}
		line = slices.DeleteFunc(line, func(id db.ID) bool { return id == m.PlaceID && next != Waiting })
		if taken += delta; taken > needed || taken != m.Taken {
			return bad(fmt.Sprintf("占了 %d 个，记的是 %d 个，一共 %d 个", taken, m.Taken, needed))
		}
		states[m.PlaceID] = next
	}
	return states, ""
}

// replayed are posts and places as they stand, a page at a time.
var (
	postsAfter = postTable.Where("id > $1 ORDER BY id LIMIT 200")
	seatStates = db.Query[seatState](`SELECT id, state FROM activity_place WHERE post_id = $1`)

	unpublished = db.Query[db.ID](`SELECT id FROM activity WHERE state IN ('open', 'handed_in') AND risk = ''`)
	strange     = db.Query[db.ID](`SELECT a.id FROM activity a JOIN sheet_row r ON r.sheet_id = a.sheet_id WHERE NOT EXISTS (SELECT 1
		FROM activity_place p WHERE p.activity_id = a.id AND p.volunteer_id = r.volunteer_id AND p.state = 'held'
		AND p.came IN ('code', 'list')) OR r.started_at < a.starts_at OR r.ended_at > a.ends_at`)
)

type seatState struct {
	ID    db.ID
	State string
}

// Verify plays the list of every post again: places are given in order and never twice. An activity that is open says its risk, and who
// stands on a list that was handed in was on the roll, within its time.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query *db.Rows[db.ID]
		what  string
	}{{unpublished, "没有风险说明就发布了"}, {strange, "交的名单和点名不一致"}} {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("activity "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	for last := db.ID(0); ; {
		posts, err := postsAfter.All(ctx, tx, int64(last))
		if err != nil || len(posts) == 0 {
			return err
		}
		for _, p := range posts {
			if last = p.ID; last == 0 {
				continue
			}
			if err := verifyPost(ctx, tx, p, report); err != nil {
				return err
			}
		}
	}
}

func verifyPost(ctx context.Context, tx *db.Tx, p Post, report func(object, what string)) error {
	moves, err := movesOf.All(ctx, tx, p.ID)
	if err != nil {
		return err
	}
	states, fault := replay(p.Needed, moves)
	if fault == "" && int64(len(moves)) != p.Moves {
		fault = fmt.Sprintf("名单动过 %d 次，只记了 %d 次", p.Moves, len(moves))
	}
	if n := len(moves); fault == "" && n > 0 && moves[n-1].Taken != p.Taken || n == 0 && p.Taken != 0 {
		fault = fmt.Sprintf("占了 %d 个名额，和经过不一致", p.Taken)
	}
	if fault != "" {
		report("activity_post "+p.ID.String(), fault)
		return nil
	}
	seats, err := seatStates.All(ctx, tx, p.ID)
	for _, s := range seats {
		same := s.State == states[s.ID] || s.State == GivenUp && states[s.ID] == Ended // who waited and gave up
		if err == nil && !same {
			report("activity_place "+s.ID.String(), "和名单的经过不一致："+placeStates.Word(s.State))
		}
	}
	return err
}
