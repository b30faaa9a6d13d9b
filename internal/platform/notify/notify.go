// Package notify tells people something: in the system (inbox), by SMS and by mail (outbox). Both are written in the transaction of
// what happened; a job delivers the outbox after the commit, and repeats until the gateway takes the message. An SMS or mail carries
// the title alone and never the text, because others may read it.
package notify

import (
	"cmp"
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
	"linli/internal/platform/sms"
	"linli/internal/platform/telephone"
)

// Own is the permission over one's own messages.
const Own auth.Perm = "notify.own"

// Service holds the operations on messages and delivers the outbox.
type Service struct {
	db     *db.DB
	keys   *seal.Keys
	out    Outside
	routes map[string]route // of the start
}

// Outside is what delivery needs of the world; the zero value delivers nothing.
type Outside struct {
	config.Gateways
	Dir     string // each outgoing message is also a JSON file here; a channel without a gateway then ends here
	BaseURL string // of links in mail
	// SMS gives the gateway that was set on the page of the administrator; nil where none is, and the one of the start is used.
	SMS func(ctx context.Context, tx *db.Tx) (sms.Way, error)
	// Contact gives the present phone number and mail address of an account, "" for none.
	Contact func(ctx context.Context, tx *db.Tx, account db.ID) (phone, mail string, err error)
}

// New gives the service. Settings that cannot work are an error.
func New(d *db.DB, keys *seal.Keys, out Outside) (*Service, error) {
	s := &Service{db: d, keys: keys, out: out}
	var err error
	s.routes, err = settled(out)
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
	for channel, wanted := range map[string]bool{texting: m.SMS, mailing: m.Mail} {
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
func (s *Service) Text(ctx context.Context, tx *db.Tx, phone string, t sms.Text) error {
	r, err := s.route(ctx, tx, texting)
	if err == nil && r.carriers == nil {
		err = errs.New(errs.Unavailable, "unavailable", "这里还不能发短信，请用别的办法，或到志愿服务站当面办")
	}
	if err != nil {
		return err
	}
	id := tx.NewID()
	short := t
	short.Words = ""
	body, err := json.Marshal(sealed{To: phone, Text: t.Words, SMS: short})
	if err != nil {
		return err
	}
	return post(ctx, tx, parcel{ID: id, Channel: texting, Kind: t.Kind, Recipient: telephone.Mask(phone), Body: s.keys.Seal(body, place(id)),
		At: tx.Now})
}

// Texts says whether an SMS can be sent.
func (s *Service) Texts(ctx context.Context, tx *db.Tx) (bool, error) {
	r, err := s.route(ctx, tx, texting)
	return r.carriers != nil, err
}

// route gives how letters of a channel go now.
func (s *Service) route(ctx context.Context, tx *db.Tx, channel string) (route, error) {
	if channel != texting || s.out.SMS == nil {
		return s.routes[channel], nil
	}
	w, err := s.out.SMS(ctx, tx)
	if err != nil || w == nil {
		return s.routes[channel], err
	}
	first := route{}
	if s.out.Dir != "" {
		first = first.then("folder", true, folder(s.out.Dir))
	}
	return first.then(w.Name(), w.Repeats(), gateway{w}), nil
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
	To   string   `json:"to"`
	Text string   `json:"text"`
	SMS  sms.Text `json:"sms"` // without the words, which stand in Text
}

type task struct {
	ID db.ID `json:"id"`
}

// deliver sends one message. The gateway is called outside of every transaction. A way that may be asked twice is asked again after a
// crash or a lost answer, and gets the message's id to tell. A row says first that a way is being asked: what is not known to have failed
// is never handed over again by any other way, nor by one that cannot tell a repetition.
func (s *Service) deliver(ctx context.Context, t task) error {
	var l letter
	var r route
	err := s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if l, err = s.compose(ctx, tx, t.ID); err == nil {
			r, err = s.route(ctx, tx, l.Channel)
		}
		return err
	})
	switch {
	case errors.Is(err, errEnded):
		return nil
	case err != nil:
		return err
	case r.carriers == nil || l.To == "":
		return s.end(ctx, t.ID, end{Fault: FaultNone, Reason: missing(r)})
	case l.short.Life != 0 && time.Since(l.id.Time()) > l.short.Life:
		return s.end(ctx, t.ID, end{Way: r.name, Fault: FaultLate, Reason: "等到能发时已经过了有效时间"})
	}
	free, first, err := s.begin(ctx, t.ID, r, l)
	switch {
	case err != nil:
		return err
	case !free:
		return s.end(ctx, t.ID, end{Way: r.name, Fault: FaultUnclear, Reason: sms.ErrUnclear.Error()})
	}
	ref, err := r.send(ctx, l)
	return s.judge(context.WithoutCancel(ctx), t.ID, r, first, ref, err) // what is known is noted, also when the program is ending
}

// missing says what a message lacks.
func missing(r route) string {
	if r.carriers == nil {
		return "没有设发送的方式"
	}
	return "没有号码或地址"
}

// begin notes that a message is being handed over. It is not free where it was before and nobody knows what became of it, unless the same
// gateway may be asked again; first says that no try of it is in doubt.
func (s *Service) begin(ctx context.Context, id db.ID, r route, l letter) (free, first bool, err error) {
	to := telephone.Mask(l.To)
	if l.Channel == mailing {
		to = maskedMail(l.To)
	}
	err = s.db.Write(ctx, func(tx *db.Tx) error {
		now := machine()
		since, ok, err := db.Found(begun.One(ctx, tx, id, r.name, to, now, r.repeats, r.place))
		free, first = ok, ok && since.Equal(now)
		return err
	})
	return free, first, err
}

// judge notes how it ended. An error is given on where it is to be tried again.
func (s *Service) judge(ctx context.Context, id db.ID, r route, first bool, ref string, err error) error {
	refusal, refused := errors.AsType[*sms.Refusal](err)
	switch {
	case err == nil:
		return s.end(ctx, id, end{Way: r.name, Ref: ref})
	case refused:
		return s.end(ctx, id, end{Way: r.name, Fault: FaultRefused, Reason: refusal.Reason})
	case errors.Is(err, sms.ErrUnclear) && !r.repeats:
		return s.end(ctx, id, end{Way: r.name, Fault: FaultUnclear, Reason: err.Error()})
	case errors.Is(err, sms.ErrUnclear):
		first, err = false, sms.Later("短信网关没有应答，过一会儿再问")
	}
	reason := "出错了，过一会儿再试"
	if known, ok := errors.AsType[*errs.Error](err); ok {
		reason = known.Msg
	}
	return errors.Join(err, s.db.Write(ctx, func(tx *db.Tx) error {
		_, err := postponed.Run(ctx, tx, id, reason, machine(), !first)
		return err
	}))
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
		l.To, l.Title, l.Text, l.short = body.To, "短信", body.Text, body.SMS
		l.short.Words = body.Text
		l.short.Kind = cmp.Or(l.short.Kind, p.Kind) // of before 0166, when a text was its words alone
		return l, err
	}
	n, err := noticeByID.One(ctx, tx, p.NoticeID)
	if err != nil || s.out.Contact == nil {
		return l, err
	}
	phone, mail, err := s.out.Contact(ctx, tx, p.AccountID)
	l.Title = n.Title
	if p.Channel == texting {
		l.To, l.Text = phone, n.Title+"（登录后查看）"
		l.short = sms.Text{Kind: sms.Notice, Words: l.Text, Vars: map[string]string{"title": n.Title}}
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
