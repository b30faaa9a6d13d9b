package station

import (
	"context"

	"linli/internal/civic/account"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Managers gives the accounts that run a station today.
func Managers(ctx context.Context, tx *db.Tx, id db.ID) ([]db.ID, error) {
	return managers.All(ctx, tx, id, string(auth.StationManager), int64(clock.DayOf(tx.Now)))
}

// mayOpen refuses a station without a manager, and a point whose station is not open. It holds the station until the transaction ends,
// so that its last manager does not go at the same moment.
func mayOpen(ctx context.Context, tx *db.Tx, st Station) error {
	if st.Kind == "point" {
		parent, err := Get(ctx, tx, st.ParentID)
		if err == nil && parent.Status != Open {
			err = errs.Field("status", "先开放它所属的站")
		}
		return err
	}
	if _, err := hold.One(ctx, tx, st.ID); err != nil {
		return err
	}
	who, err := Managers(ctx, tx, st.ID)
	if err == nil && len(who) == 0 {
		err = errs.Field("status", "还没有站点管理员：先在“账号”里任命一名，再开放")
	}
	return err
}

// OnEnding refuses that the last manager of an open station goes. An appointment that runs out by its day is not asked: the station's
// page says so then.
func (s *Service) OnEnding(ctx context.Context, tx *db.Tx, e account.EndingEvent) error {
	if e.Grant.Role != auth.StationManager {
		return nil
	}
	status, there, err := db.Found(hold.One(ctx, tx, e.Grant.StationID))
	if err != nil || !there || status != Open {
		return err
	}
	who, err := Managers(ctx, tx, e.Grant.StationID)
	if err != nil {
		return err
	}
	for _, id := range who {
		if id != e.Grant.AccountID {
			return nil
		}
	}
	return errs.WrongState("这是站点唯一的管理员：先任命接替的人，或者先把站点暂停")
}
