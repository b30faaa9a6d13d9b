package activity

import (
	"cmp"
	"context"

	"linli/internal/civic/setting"
	"linli/internal/people/agreement"
	"linli/internal/people/insurance"
	"linli/internal/people/volunteer"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Cannot is a post that somebody may not take, with the reason and, where one is lacking, the qualification that can be learnt.
type Cannot struct {
	Post string `json:"post"`
	Why  string `json:"why"`
	Code string `json:"qualification_code"`
}

// cannot finds the posts that a volunteer does not suit.
func (c *Card) cannot(ctx context.Context, tx *db.Tx, id db.ID, a Activity) error {
	v, err := volunteer.Load(ctx, tx, id)
	if err != nil {
		return err
	}
	skills, err := setting.Words(ctx, tx, setting.Skills)
	if err != nil {
		return err
	}
	bare, err := a.bars(ctx, tx, v)
	for _, p := range c.Posts {
		x := Cannot{Post: p.Name, Why: p.unfit(v, a.Day, skills)}
		if !v.Qualified(p.Qualification, a.Day) {
			x.Code = p.Qualification
		}
		if x.Why = cmp.Or(x.Why, bare); x.Why != "" {
			c.Cannot = append(c.Cannot, x)
		}
	}
	return err
}

// bars says why a volunteer lacks the insurance or the agreement that an activity asks, or "".
func (a Activity) bars(ctx context.Context, tx *db.Tx, v volunteer.Profile) (string, error) {
	if a.Insured {
		book, err := insurance.Around(ctx, tx, a.Region, v.ID, a.Day)
		why := book.Ask(v, insurance.Case{Region: a.Region, Station: a.StationID, Team: a.TeamID, Day: a.Day}).Why
		if err != nil || why != "" {
			return why, err
		}
	}
	if !a.Agreement {
		return "", nil
	}
	return agreement.Lacks(ctx, tx, v.PersonID, a.StationID, a.Day)
}

// explain tells the steps of one's own place, and how many wait before.
func (c *Card) explain(ctx context.Context, tx *db.Tx, p Seat) error {
	moves, err := movesOf.All(ctx, tx, p.PostID)
	if err != nil {
		return err
	}
	for _, m := range moves {
		if m.PlaceID == p.ID {
			c.Why = append(c.Why, clock.Words(ctx, m.At)+"："+moveWords.Word(m.What))
		}
	}
	if p.State == Waiting {
		c.Before, err = before.One(ctx, tx, p.PostID, p.WaitsNo)
	}
	return err
}

var before = db.Query[int64](`SELECT COUNT(*) FROM activity_place WHERE post_id = $1 AND state = 'waiting' AND waits_no < $2`)
