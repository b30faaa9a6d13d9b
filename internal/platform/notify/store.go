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

	insertParcel = db.SQL(`INSERT INTO notify_outbox (id, channel, account_id, notice_id, kind, recipient, body, at, state)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'waiting')`)
	waiting = db.Query[parcel](`SELECT id, channel, account_id, notice_id, kind, recipient, body, at FROM notify_outbox
		WHERE id = $1 AND state = 'waiting'`)
	begun = db.Query[time.Time](`UPDATE notify_outbox SET recipient = $3, tries = tries + 1, begun_at = COALESCE(begun_at, $4), way = $2,
		place = $6 WHERE id = $1 AND state = 'waiting' AND (begun_at IS NULL OR $5 AND way = $2 AND place IN ('', $6)) RETURNING begun_at`)
	postponed = db.SQL(`UPDATE notify_outbox SET reason = $2, failed_at = $3, begun_at = CASE WHEN $4 THEN begun_at END
		WHERE id = $1 AND state = 'waiting'`)
	ended = db.SQL(`UPDATE notify_outbox SET state = 'sent', way = $2, ref = $3, ended_at = $4, begun_at = NULL, body = NULL
		WHERE id = $1 AND state = 'waiting'`)
	faulty = db.SQL(`UPDATE notify_outbox SET state = 'unsent', way = $2, fault = $3, reason = $4, failed_at = $5, ended_at = $5,
		begun_at = NULL, body = NULL WHERE id = $1 AND state = 'waiting'`)
	reported    = db.SQL(`UPDATE notify_outbox SET receipt = $2 WHERE ref = $1 AND ref <> ''`)
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
	Recipient string // masked
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
	_, err := insertParcel.Run(ctx, tx, p.ID, p.Channel, p.AccountID, p.NoticeID, p.Kind, p.Recipient, p.Body, p.At)
	return err
}

// end is how a message ended: handed over, or for what fault it was not.
type end struct {
	Way, Ref      string
	Fault, Reason string
}

func (s *Service) end(ctx context.Context, id db.ID, e end) error {
	return s.db.Write(ctx, func(tx *db.Tx) (err error) {
		if e.Fault == "" {
			_, err = ended.Run(ctx, tx, id, e.Way, e.Ref, machine())
		} else {
			_, err = faulty.Run(ctx, tx, id, e.Way, e.Fault, e.Reason, machine())
		}
		return err
	})
}

// machine is machine time, as rows keep it.
func machine() time.Time { return time.Now().Truncate(time.Microsecond) }
