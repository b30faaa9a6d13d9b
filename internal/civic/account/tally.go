package account

import (
	"context"
	"time"

	"linli/internal/civic/account/wording"
	"linli/internal/platform/db"
)

// tally is one count of failed attempts, and how many it bears before it rests.
type tally struct {
	key  []byte
	most int64
}

// talliesOf counts the attempts on an account, or on a login that nobody has, for each network apart and for all of them together: a
// stranger who fails on purpose shuts out himself, and many strangers are stopped before they guess anything. A device that the account
// has used before counts for itself (see know), and what an administrator resets begins anew, so both stay open to the owner.
func (s *Service) talliesOf(who string, c Client) []tally {
	return []tally{{s.keys.MAC("attempt", []byte(who+" "+wording.Network(c.IP))), Failures},
		{s.keys.MAC("attempt", []byte(who)), FailuresOfAll}}
}

// charge counts an attempt before it is judged; errLocked while one of its counts rests.
func charge(ctx context.Context, tx *db.Tx, all []tally, account db.ID) error {
	now := time.Now()
	for _, x := range all {
		n, err := countAttempt.Run(ctx, tx, x.key, account, now, now.Add(-LockFor))
		if err == nil && n == 0 {
			err = errLocked
		}
		if err != nil {
			return err
		}
		if _, err := lockAttempt.Run(ctx, tx, x.key, now.Add(LockFor), x.most); err != nil {
			return err
		}
	}
	return nil
}

// takeBack is for an attempt that was no failure.
func takeBack(ctx context.Context, tx *db.Tx, all []tally) error {
	for _, x := range all {
		if _, err := refund.Run(ctx, tx, x.key); err != nil {
			return err
		}
	}
	return nil
}

// pardon forgets the failures of who has proved himself; of those of all networks his own attempt alone.
func pardon(ctx context.Context, tx *db.Tx, all []tally) error {
	for i, x := range all {
		how := refund
		if i == 0 {
			how = forgive
		}
		if _, err := how.Run(ctx, tx, x.key); err != nil {
			return err
		}
	}
	return nil
}
