package notify

import (
	"context"
	"time"

	"linli/internal/platform/db"
)

const columns = `id, kind, title, text, link, at, read_at`

var (
	insertNotice = db.SQL(`INSERT INTO notify_inbox (id, account_id, kind, title, text, link, at) VALUES ($1, $2, $3, $4, $5, $6, $7)`)
	noticeByID   = db.Query[Notice](`SELECT ` + columns + ` FROM notify_inbox WHERE id = $1`)
	unread       = db.Query[int64](`SELECT COUNT(*) FROM (SELECT 1 FROM notify_inbox WHERE account_id = $1 AND read_at IS NULL LIMIT 100) u`)
	markRead     = db.Query[Notice](`UPDATE notify_inbox SET read_at = COALESCE(read_at, $3) WHERE id = $1 AND account_id = $2 RETURNING ` +
		columns)
	markAll = db.SQL(`UPDATE notify_inbox SET read_at = $2 WHERE account_id = $1 AND read_at IS NULL`)

	insertParcel = db.SQL(`INSERT INTO notify_outbox (id, channel, account_id, notice_id, kind, body, at, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 'waiting')`)
	waiting = db.Query[parcel](`SELECT id, channel, account_id, notice_id, kind, body, at FROM notify_outbox
		WHERE id = $1 AND state = 'waiting'`)
	ended       = db.SQL(`UPDATE notify_outbox SET state = $2, ended_at = $3, body = NULL WHERE id = $1 AND state = 'waiting'`)
	dropParcels = db.SQL(`DELETE FROM notify_outbox WHERE account_id = $1 OR notice_id IN (SELECT n.id FROM notify_inbox n
		WHERE n.account_id = $1)`)
	dropNotices = db.SQL(`DELETE FROM notify_inbox WHERE account_id = $1`)
	forget      = db.SQL(`DELETE FROM notify_outbox WHERE ended_at < $1`)
)

// parcel is one row of the outbox.
type parcel struct {
	ID        db.ID
	Channel   string
	AccountID db.ID
	NoticeID  db.ID
	Kind      string
	Body      []byte
	At        time.Time
}

func addNotice(ctx context.Context, tx *db.Tx, account db.ID, n Notice) error {
	_, err := insertNotice.Run(ctx, tx, n.ID, account, n.Kind, n.Title, n.Text, n.Link, n.At)
	return err
}

func listNotices(ctx context.Context, tx *db.Tx, account db.ID, in ListInput, more bool, last db.ID) ([]Notice, error) {
	b := tx.Build("SELECT "+columns+" FROM notify_inbox WHERE account_id = ?", account).
		If(in.Unread, " AND read_at IS NULL").
		If(more, " AND id < ?", last).
		Add(" ORDER BY id DESC LIMIT ?", in.Size()+1)
	return db.Select[Notice](ctx, tx, b)
}

func addParcel(ctx context.Context, tx *db.Tx, p parcel) error {
	_, err := insertParcel.Run(ctx, tx, p.ID, p.Channel, p.AccountID, p.NoticeID, p.Kind, p.Body, p.At)
	return err
}

func endParcel(ctx context.Context, tx *db.Tx, id db.ID, state string) error {
	_, err := ended.Run(ctx, tx, id, state, time.Now().Truncate(time.Microsecond))
	return err
}
