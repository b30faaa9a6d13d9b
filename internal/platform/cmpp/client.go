package cmpp

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"linli/internal/platform/errs"
	"linli/internal/platform/sms"
)

// Config is what the operator gives to an SP.
type Config struct {
	Addr    string // host:port of the gateway
	Source  string // 企业代码 (SP_Id), 6 characters
	Secret  string
	Service string // 业务代码, up to 10
	Number  string // 接入号 (Src_Id), up to 21 digits
	Sign    string // 签名, without 【】
	Window  int    // unanswered messages at once
	// Dial connects; the usual way when nil.
	Dial func(ctx context.Context, network, address string) (net.Conn, error)
}

// Check says what cannot work, by field.
func (c Config) Check() error {
	e := errs.Check{}
	host, port, err := net.SplitHostPort(c.Addr)
	n, bad := strconv.Atoi(port)
	e.That(err == nil && host != "" && bad == nil && n > 0 && n < 65536, "addr", "要写成 地址:端口，例如 10.0.0.1:7890")
	e.That(len(c.Source) == 6 && plain(c.Source), "source", "企业代码是 6 位")
	e.That(c.Secret != "", "secret", "请填共享密钥")
	e.That(len(c.Service) <= 10 && plain(c.Service), "service", "业务代码最多 10 位字母和数字")
	e.That(c.Number != "" && len(c.Number) <= 21 && strings.Trim(c.Number, "0123456789") == "", "number", "接入号是最多 21 位数字")
	e.That(strings.TrimSpace(c.Sign) != "" && !strings.ContainsAny(c.Sign, "【】"), "sign", "请填签名，不写【】")
	e.That(c.Window >= 1 && c.Window <= 64, "window", "1 到 64")
	return e.Err()
}

func plain(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < 'a' && (r < 'A' || r > 'Z') && (r < '0' || r > '9') || r > 'z' }) < 0
}

// Waits of the protocol; tests shorten them.
type waits struct {
	answer  time.Duration // for an answer (T)
	active  time.Duration // between two tests of an idle line (C)
	link    time.Duration // for a line before a message is put off
	retry   time.Duration // before the line is made anew, doubled up to 64 times
	control time.Duration // before a part that met flow control is handed over again
}

// tests of a line go unanswered this often (N) before it is given up.
const misses = 3

// Client is the line to one gateway: made when it is first needed, kept, and made anew when it breaks.
type Client struct {
	c      Config
	report func(Report) error
	w      waits
	window chan struct{}
	refs   atomic.Uint32
	stop   context.CancelFunc
	ending chan struct{} // closed by Close

	mu   sync.Mutex
	line *line         // nil while there is none
	turn chan struct{} // closed when that changes
	why  error         // why the last try failed
}

// New makes a client; report is told what becomes of messages, once more where it fails, and must not wait. It keeps a line until Close.
func New(c Config, report func(Report) error) *Client {
	return start(c, report, waits{time.Minute, 3 * time.Minute, 10 * time.Second, time.Second, time.Second})
}

func start(c Config, report func(Report) error, w waits) *Client {
	ctx, stop := context.WithCancel(context.Background())
	k := &Client{c: c, report: report, w: w, window: make(chan struct{}, c.Window), stop: stop,
		ending: make(chan struct{}), turn: make(chan struct{})}
	go k.keep(ctx)
	return k
}

// Close ends the line, once, after what was handed over is answered; it takes nothing more and does not wait.
func (k *Client) Close() {
	close(k.ending)
	go func() {
		defer k.stop()
		late := time.After(k.w.answer)
		for range cap(k.window) {
			select {
			case k.window <- struct{}{}:
			case <-late:
				return
			}
		}
	}()
}

// Name is what rows call it.
func (k *Client) Name() string { return "cmpp" }

// Repeats is false: a message that is handed over twice is sent twice.
func (k *Client) Repeats() bool { return false }

// keep makes the line and makes it anew, until ctx ends.
func (k *Client) keep(ctx context.Context) {
	pause := k.w.retry
	for ctx.Err() == nil {
		l, err := k.dial(ctx)
		if err == nil {
			since := time.Now()
			k.set(l, nil)
			l.serve(ctx)
			if time.Since(since) > 64*k.w.retry { // one that is closed as soon as it stands is not made anew at once, without end
				pause = k.w.retry
			}
		} else {
			slog.Warn("cmpp: no line", "error", err)
		}
		k.set(nil, err)
		select {
		case <-ctx.Done():
		case <-time.After(pause):
		}
		pause = min(2*pause, 64*k.w.retry)
	}
}

// set is the line that there is now.
func (k *Client) set(l *line, why error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.line, k.why = l, why
	close(k.turn)
	k.turn = make(chan struct{})
}

// get waits for a line.
func (k *Client) get(ctx context.Context) (*line, error) {
	late := time.After(k.w.link)
	for {
		k.mu.Lock()
		l, turn, why := k.line, k.turn, k.why
		k.mu.Unlock()
		if l != nil {
			return l, nil
		}
		if no, ok := errors.AsType[*refusal](why); ok {
			return nil, sms.Later("短信网关不让登录：" + no.Error())
		}
		select {
		case <-turn:
		case <-late:
			return nil, sms.Later("连不上短信网关")
		case <-ctx.Done():
			return nil, sms.Later("连不上短信网关")
		}
	}
}

// connect reaches the gateway, or gives up in time.
func (k *Client) connect(ctx context.Context) (net.Conn, error) {
	ctx, cancel := context.WithTimeout(ctx, k.w.link)
	defer cancel()
	if k.c.Dial != nil {
		return k.c.Dial(ctx, "tcp", k.c.Addr)
	}
	return (&net.Dialer{}).DialContext(ctx, "tcp", k.c.Addr)
}

// dial makes a line and signs in.
func (k *Client) dial(ctx context.Context) (*line, error) {
	conn, err := k.connect(ctx)
	if err != nil {
		return nil, errors.New("nobody answers there")
	}
	l := &line{conn: conn, w: k.w, report: k.report, asked: map[uint32]chan []byte{}, done: make(chan struct{})}
	body := connectBody(k.c, time.Now())
	conn.SetDeadline(time.Now().Add(k.w.link))
	_, err = conn.Write(packet{connect, l.next(), body}.bytes())
	var p packet
	if err == nil {
		p, err = read(conn)
	}
	if err == nil && p.command != connect|answer {
		err = errPacket
	}
	if err == nil {
		err = connected(k.c, body, p.body)
	}
	if err != nil {
		conn.Close()
		return nil, err
	}
	conn.SetDeadline(time.Time{})
	return l, nil
}

// Send hands over a message, in as many parts as it takes; what was handed over and not answered is never handed over again.
func (k *Client) Send(ctx context.Context, m sms.Message) (string, error) {
	parts := partsOf(k.signed(m.Words), byte(k.refs.Add(1)))
	if parts == nil {
		return "", &sms.Refusal{Reason: "短信太长"}
	}
	select {
	case k.window <- struct{}{}:
		defer func() { <-k.window }()
	case <-k.ending:
		return "", sms.Later("短信网关换了设置，马上再发")
	case <-ctx.Done():
		return "", sms.Later("短信网关忙")
	}
	l, err := k.get(ctx)
	if err != nil {
		return "", err
	}
	var id uint64
	for i, p := range parts {
		if id, err = k.hand(ctx, l, m.Phone, p); err != nil && i > 0 && !errors.Is(err, sms.ErrUnclear) {
			return "", &sms.Refusal{Reason: "长短信只收下了前面几段：" + err.Error()}
		} else if err != nil {
			return "", err
		}
	}
	return Ref(id), nil
}

// Ref is the number of a message as rows keep it.
func Ref(id uint64) string { return "cmpp-" + strconv.FormatUint(id, 16) }

// tries is how often a part that meets flow control is handed over.
const tries = 4

// hand hands over one part; of one that meets flow control it is known that it was not taken.
func (k *Client) hand(ctx context.Context, l *line, phone string, p part) (id uint64, err error) {
	for range tries {
		body, err := l.ask(ctx, submit, submitBody(k.c, phone, p))
		if err != nil {
			return 0, err
		}
		id, err = submitted(body)
		no, refused := errors.AsType[*refusal](err)
		switch {
		case err == nil:
			return id, nil
		case !refused:
			return 0, sms.ErrUnclear
		case no.code != busy:
			return 0, &sms.Refusal{Reason: no.Error()}
		}
		select {
		case <-ctx.Done():
		case <-time.After(k.w.control):
		}
	}
	return 0, sms.Later("短信网关限流（8）")
}

// signed is the text under the sign of the SP, whatever sign it came with.
func (k *Client) signed(words string) string {
	if strings.HasPrefix(words, "【") {
		if _, rest, ok := strings.Cut(words, "】"); ok {
			words = rest
		}
	}
	return "【" + k.c.Sign + "】" + words
}
