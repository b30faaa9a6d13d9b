// Package notify tells people something: in the system (inbox), by SMS and by mail (outbox). Both are written in the transaction of
// what happened; a job delivers the outbox after the commit, and repeats until the gateway takes the message. An SMS or mail carries
// the title alone and never the text, because others may read it.
package notify

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/job"
	"linli/internal/platform/seal"
)

// Own is the permission over one's own messages.
const Own auth.Perm = "notify.own"

// Service holds the operations on messages and delivers the outbox.
type Service struct {
	db   *db.DB
	keys *seal.Keys
	out  Outside
	ways map[string]way
}

// Outside is what delivery needs of the world; the zero value delivers nothing.
type Outside struct {
	config.Gateways
	Dir     string // each outgoing message is also a JSON file here; a channel without a gateway then ends here
	BaseURL string // of links in mail
	// Contact gives the present phone number and mail address of an account, "" for none.
	Contact func(ctx context.Context, tx *db.Tx, account db.ID) (phone, mail string, err error)
}

// New gives the service. Settings that cannot work are an error.
func New(d *db.DB, keys *seal.Keys, out Outside) (*Service, error) {
	s := &Service{db: d, keys: keys, out: out}
	var err error
	s.ways, err = waysOf(out)
	return s, err
}

// Work registers the delivery with r.
func (s *Service) Work(r *job.Runner) {
	job.Handle(r, deliver, s.deliver)
	r.Every("notify.clear", 24*time.Hour, s.clear)
}

const deliver = "notify.deliver"

// Message tells one account something.
type Message struct {
	To    db.ID  // account
	Kind  string // what it is about, e.g. "order"
	Title string // safe to be read by others: no name, address, number or need
	Text  string // for the person alone, shown after sign-in
	Link  string // path inside this system
	SMS   bool   // also the title by SMS
	Mail  bool   // also the title by mail
}

type quietKey struct{}

// Quiet gives a context under which nothing leaves the house: Send writes to the inbox alone. For whoever fills a demo.
func Quiet(ctx context.Context) context.Context { return context.WithValue(ctx, quietKey{}, true) }

// Send leaves m in tx.
func Send(ctx context.Context, tx *db.Tx, m Message) error {
	n := Notice{ID: tx.NewID(), Kind: m.Kind, Title: m.Title, Text: m.Text, Link: m.Link, At: tx.Now}
	if err := addNotice(ctx, tx, m.To, n); err != nil {
		return err
	}
	quiet := ctx.Value(quietKey{}) != nil
	for channel, wanted := range map[string]bool{sms: m.SMS, mailing: m.Mail} {
		if !wanted || quiet {
			continue
		}
		// The body is the notice's: only its id is kept twice.
		if err := post(ctx, tx, parcel{ID: tx.NewID(), Channel: channel, AccountID: m.To, Kind: m.Kind, NoticeID: n.ID, At: tx.Now}); err != nil {
			return err
		}
	}
	return nil
}

// Text leaves an SMS to a phone number in tx: a code, or word to somebody without an account. Where no SMS can be sent it is Unavailable.
func (s *Service) Text(ctx context.Context, tx *db.Tx, phone, kind, text string) error {
	if s.ways[sms] == nil {
		return errs.New(errs.Unavailable, "unavailable", "这里还不能发短信，请用别的办法，或到志愿服务站当面办")
	}
	id := tx.NewID()
	body, err := json.Marshal(sealed{To: phone, Text: text})
	if err != nil {
		return err
	}
	return post(ctx, tx, parcel{ID: id, Channel: sms, Kind: kind, Body: s.keys.Seal(body, place(id)), At: tx.Now})
}

// post puts a parcel into the outbox and a job beside it.
func post(ctx context.Context, tx *db.Tx, p parcel) error {
	if err := addParcel(ctx, tx, p); err != nil {
		return err
	}
	return job.Enqueue(ctx, tx, deliver, task{p.ID})
}

func place(id db.ID) string { return seal.At("notify_outbox", "body", int64(id)) }

// sealed is what the outbox hides of a message to a bare phone number.
type sealed struct {
	To   string `json:"to"`
	Text string `json:"text"`
}

type task struct {
	ID db.ID `json:"id"`
}

// deliver sends one message. The gateway is called outside of every transaction, so a crash may send a message twice; the gateway gets
// the message's id to tell.
func (s *Service) deliver(ctx context.Context, t task) error {
	var l letter
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) { l, err = s.compose(ctx, tx, t.ID); return err })
	if errors.Is(err, errEnded) {
		return nil
	}
	state := "unsent"
	if w := s.ways[l.Channel]; err == nil && w != nil && l.To != "" {
		err = w.send(ctx, l)
		state = "sent"
	}
	if err != nil {
		return err
	}
	return s.db.Write(ctx, func(tx *db.Tx) error { return endParcel(ctx, tx, t.ID, state) })
}

var errEnded = errors.New("delivered already")

// compose makes the letter of a parcel that still waits.
func (s *Service) compose(ctx context.Context, tx *db.Tx, id db.ID) (letter, error) {
	p, ok, err := db.Found(waiting.One(ctx, tx, id))
	if err == nil && !ok {
		err = errEnded
	}
	if err != nil {
		return letter{}, err
	}
	l := letter{id: p.ID, Channel: p.Channel, Kind: p.Kind, At: p.At}
	if p.NoticeID == 0 {
		var body sealed
		plain, err := s.keys.Open(p.Body, place(id))
		if err == nil {
			err = json.Unmarshal(plain, &body)
		}
		l.To, l.Title, l.Text = body.To, "短信", body.Text
		return l, err
	}
	n, err := noticeByID.One(ctx, tx, p.NoticeID)
	if err != nil || s.out.Contact == nil {
		return l, err
	}
	phone, mail, err := s.out.Contact(ctx, tx, p.AccountID)
	l.Title = n.Title
	if p.Channel == sms {
		l.To, l.Text = phone, n.Title+"（登录后查看）"
	} else {
		l.To, l.Text = mail, n.Title+"\n\n请登录查看："+s.out.BaseURL+n.Link+"\n"
	}
	return l, err
}

// clear forgets what was delivered a month ago.
func (s *Service) clear(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := forget.Run(ctx, tx, time.Now().AddDate(0, -1, 0))
		return err
	})
}
