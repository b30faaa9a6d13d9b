package notify

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"text/template"
	"time"

	"github.com/wneessen/go-mail"

	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// The channels.
const (
	sms     = "sms"
	mailing = "mail"
)

// patience is how long a gateway may take for one message.
const patience = 15 * time.Second

// letter is one outgoing message, as it is written into the folder of the outbox.
type letter struct {
	id      db.ID
	Channel string    `json:"channel"`
	To      string    `json:"to"`
	Kind    string    `json:"kind"`
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

// way carries letters out. An error of kind Unavailable means that trying later helps. No error may hold the address or the words of a
// letter.
type way interface {
	send(ctx context.Context, l letter) error
}

// both goes one way after the other.
type both []way

func (b both) send(ctx context.Context, l letter) error {
	for _, w := range b {
		if err := w.send(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

// waysOf gives the way of each channel that has one. The folder comes first: writing it again after a failure of the gateway changes
// nothing.
func waysOf(out Outside) (map[string]way, error) {
	ways := map[string]both{}
	if out.Dir != "" {
		if err := os.MkdirAll(out.Dir, 0o700); err != nil {
			return nil, err
		}
		ways[sms] = append(ways[sms], folder(out.Dir))
		ways[mailing] = append(ways[mailing], folder(out.Dir))
	}
	if out.SMSURL != "" {
		g, err := newGateway(out)
		if err != nil {
			return nil, err
		}
		ways[sms] = append(ways[sms], g)
	}
	if out.SMTPAddr != "" {
		p, err := newPostman(out)
		if err != nil {
			return nil, err
		}
		ways[mailing] = append(ways[mailing], p)
	}
	result := map[string]way{}
	for channel, w := range ways {
		result[channel] = w
	}
	return result, nil
}

// folder writes each letter into a file of its own, whole or not at all.
type folder string

func (dir folder) send(_ context.Context, l letter) error {
	data, err := json.Marshal(l)
	if err != nil {
		return err
	}
	path := filepath.Join(string(dir), l.id.String()+"-"+l.Channel+".json")
	if err := os.WriteFile(path+".new", data, 0o600); err != nil {
		return unreachable(err)
	}
	return unreachable(os.Rename(path+".new", path))
}

func unreachable(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(errs.New(errs.Unavailable, "unavailable", "暂时送不出去"), err)
}

// gateway is an SMS provider that takes a POST of JSON.
type gateway struct {
	url, header, value string
	body               *template.Template
	client             http.Client
}

const defaultBody = `{"phone":"{{.Phone}}","text":"{{.Text}}"}`

func newGateway(out Outside) (*gateway, error) {
	if u, err := url.Parse(out.SMSURL); err != nil || u.Host == "" {
		return nil, errors.New("--sms-url is not an address")
	}
	name, value, ok := strings.Cut(out.SMSHeader, ":")
	if out.SMSHeader != "" && !ok {
		return nil, errors.New("--sms-header is not Name: value")
	}
	text := out.SMSTemplate
	if text == "" {
		text = defaultBody
	}
	body, err := template.New("sms").Option("missingkey=error").Parse(text)
	if err != nil {
		return nil, fmt.Errorf("--sms-template: %w", err)
	}
	g := &gateway{url: out.SMSURL, header: strings.TrimSpace(name), value: strings.TrimSpace(value), body: body,
		client: http.Client{Timeout: patience}}
	if probe, err := g.render(letter{To: `1"`, Text: `\`}); err != nil || !json.Valid(probe) {
		return nil, errors.New(`--sms-template does not give JSON; {{.Phone}} and {{.Text}} stand inside quotes`)
	}
	return g, nil
}

func (g *gateway) render(l letter) ([]byte, error) {
	inside := func(s string) string {
		b, _ := json.Marshal(s) // a string always has a JSON form
		return string(b[1 : len(b)-1])
	}
	var w bytes.Buffer
	err := g.body.Execute(&w, struct{ Phone, Text string }{inside(l.To), inside(l.Text)})
	return w.Bytes(), err
}

func (g *gateway) send(ctx context.Context, l letter) error {
	body, err := g.render(l)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", l.id.String())
	if g.header != "" {
		req.Header.Set(g.header, g.value)
	}
	res, err := g.client.Do(req)
	if err != nil {
		return unreachable(errors.Unwrap(err)) // without the address, which may hold a secret
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode < 300:
		return nil
	case res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusRequestTimeout:
		return unreachable(errors.New("SMS gateway: " + res.Status))
	}
	return errors.New("SMS gateway refuses: " + res.Status)
}

// postman hands letters to a mail server.
type postman struct {
	client *mail.Client
	from   string
}

func newPostman(out Outside) (*postman, error) {
	host, port, err := net.SplitHostPort(out.SMTPAddr)
	if err != nil {
		return nil, fmt.Errorf("--smtp-addr: %w", err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		return nil, fmt.Errorf("--smtp-addr: %w", err)
	}
	opts := []mail.Option{mail.WithPort(n), mail.WithTimeout(patience), mail.WithTLSPolicy(mail.TLSOpportunistic)}
	if out.SMTPUser != "" {
		opts = append(opts, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(out.SMTPUser), mail.WithPassword(out.SMTPPass),
			mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if n == 465 {
		opts = append(opts, mail.WithSSL())
	}
	client, err := mail.NewClient(host, opts...)
	if err != nil {
		return nil, fmt.Errorf("--smtp-addr: %w", err)
	}
	if err := mail.NewMsg().From(out.MailFrom); err != nil {
		return nil, errors.New("--mail-from is not a mail address")
	}
	return &postman{client, out.MailFrom}, nil
}

func (p *postman) send(ctx context.Context, l letter) error {
	m := mail.NewMsg()
	if errors.Join(m.From(p.from), m.To(l.To)) != nil {
		return errors.New("mail: not an address")
	}
	m.Subject(l.Title)
	m.SetMessageIDWithValue(l.id.String() + "@linli")
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	err := p.client.DialAndSendWithContext(ctx, m)
	if se, ok := errors.AsType[*mail.SendError](err); ok && !se.IsTemp() {
		return fmt.Errorf("mail server refuses (%d)", se.ErrorCode())
	}
	if err != nil {
		return unreachable(errors.New("mail server does not take the message now"))
	}
	return nil
}
