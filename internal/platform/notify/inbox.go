package notify

import (
	"context"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Notice is one message in a person's inbox.
type Notice struct {
	ID     db.ID      `json:"id"`
	Kind   string     `json:"kind"`
	Title  string     `json:"title"`
	Text   string     `json:"text"`
	Link   string     `json:"link"`
	At     time.Time  `json:"at"`
	ReadAt *time.Time `json:"read_at"`
}

// ListInput narrows one's own messages.
type ListInput struct {
	Unread bool `query:"unread" required:"false" doc:"只看未读"`
	db.Paging
}

// List gives one's own messages, the newest first.
func (s *Service) List(ctx context.Context, in ListInput) (page db.Page[Notice], err error) {
	if err := auth.Allow(ctx, Own); err != nil {
		return page, err
	}
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return page, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		rows, err := listNotices(ctx, tx, auth.From(ctx).Account, in, more, last)
		page = db.PageOf(rows, in.Paging, func(n Notice) []string { return db.Key(n.ID) })
		return err
	})
	return page, err
}

// Count is how many messages wait to be read.
type Count struct {
	Unread int64 `json:"unread"` // 100 stands for more
}

// Unread counts one's own unread messages, up to 100.
func (s *Service) Unread(ctx context.Context, _ struct{}) (out Count, err error) {
	if err := auth.Allow(ctx, Own); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		out.Unread, err = unread.One(ctx, tx, auth.From(ctx).Account)
		return err
	})
	return out, err
}

// ReadInput names one message.
type ReadInput struct {
	ID db.ID `path:"id"`
}

// MarkRead notes that one's own message was read, the first time; another's is NotFound. It leaves no trail: nobody but its reader is
// concerned.
func (s *Service) MarkRead(ctx context.Context, in ReadInput) (Notice, error) {
	if err := auth.Allow(ctx, Own); err != nil {
		return Notice{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Notice, error) {
		n, ok, err := db.Found(markRead.One(ctx, tx, in.ID, auth.From(ctx).Account, tx.Now))
		if err == nil && !ok {
			err = errs.ErrNotFound
		}
		return n, err
	})
}

// MarkAllRead notes that all of one's own messages were read.
func (s *Service) MarkAllRead(ctx context.Context, _ struct{}) (Count, error) {
	if err := auth.Allow(ctx, Own); err != nil {
		return Count{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Count, error) {
		_, err := markAll.Run(ctx, tx, auth.From(ctx).Account, tx.Now)
		return Count{}, err
	})
}

// Forget deletes every message of an account, in the system and on its way out of it.
func Forget(ctx context.Context, tx *db.Tx, account db.ID) error {
	for _, c := range []*db.Command{dropParcels, dropNotices} {
		if _, err := c.Run(ctx, tx, account); err != nil {
			return err
		}
	}
	return nil
}
