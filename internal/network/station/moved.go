package station

import (
	"context"
	"fmt"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// OnClosing tells what stands in the divisions that an edition closes, and objects where two open stations would come together in one
// community.
func (s *Service) OnClosing(ctx context.Context, tx *db.Tx, e region.ClosingEvent) error {
	for _, q := range []struct {
		word string
		rows *db.Rows[count]
	}{{"站点", standingIn}, {"设站申请", askedIn}, {"小区", quartersIn}} {
		if err := q.rows.Each(ctx, tx, func(c count) error {
			if _, closes := e.Successor[c.Region]; closes {
				e.Live[c.Region] = append(e.Live[c.Region], fmt.Sprintf("%s %d", q.word, c.Rows))
			}
			return nil
		}); err != nil {
			return err
		}
	}
	first := map[auth.Region]openStation{} // by the community as it will be
	return openIn.Each(ctx, tx, func(o openStation) error {
		to, closes := e.Successor[o.Region]
		if !closes {
			to = o.Region
		}
		other, there := first[to]
		if !there || to == 0 {
			first[to] = o
			return nil
		}
		if !closes { // the objection is to the division that closes
			o, other = other, o
		}
		e.Objections[o.Region] = fmt.Sprintf("并过去会有两个开放的站（%s、%s），先撤销一个", o.Name, other.Name)
		return nil
	})
}

// OnDivisionMoved lets stations and points, open applications and quarters follow their community. The days before stay where they were.
func (s *Service) OnDivisionMoved(ctx context.Context, tx *db.Tx, e region.MovedEvent) error {
	list, err := inCommunity.All(ctx, tx, int64(e.From))
	if err != nil {
		return err
	}
	for _, st := range list {
		if err := s.follow(ctx, tx, st, e); err != nil {
			return err
		}
	}
	if _, err := moveApplications.Run(ctx, tx, int64(e.From), int64(e.To)); err != nil {
		return err
	}
	name, err := region.Name(ctx, tx, e.From)
	if err == nil {
		_, err = moveQuarters.Run(ctx, tx, int64(e.From), int64(e.To), "（原"+name+"）")
	}
	return err
}

// follow begins a stretch of a station's life in the community as which its own goes on.
func (s *Service) follow(ctx context.Context, tx *db.Tx, st Station, e region.MovedEvent) error {
	after, err := latest.One(ctx, tx, st.ID)
	if err != nil {
		return err
	}
	op := act.Op{Action: "station.follow", Cause: regrouped}
	if err := s.stations.Alter(ctx, tx, op, &st, func(tx *db.Tx, st *Station) error {
		st.Region = e.To
		return s.turned(ctx, tx, *st, max(e.Day, after), regrouped)
	}); err != nil {
		return err
	}
	return s.Moved.Publish(ctx, tx, MovedEvent{st})
}

const regrouped = "区划变更"

// count is how many rows lie in a division.
type count struct {
	Region auth.Region
	Rows   int64
}

// openStation is an open station, by its community.
type openStation struct {
	Region auth.Region
	Name   string
}
