package notify

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/wneessen/go-mail"

	"linli/internal/platform/db"
	"linli/internal/platform/sms"
)

// The channels.
const (
	texting = "sms"
	mailing = "mail"
)

// patience is how long a mail server may take for one message.
const patience = 15 * time.Second

// letter is one outgoing message, as it is written into the folder of the outbox.
type letter struct {
	id      db.ID
	short   sms.Text
	Channel string    `json:"channel"`
	To      string    `json:"to"`
	Kind    string    `json:"kind"`
	Title   string    `json:"title"`
	Text    string    `json:"text"`
	At      time.Time `json:"at"`
}

// carrier carries letters out. An error is one of package sms: of kind Unavailable, a Refusal, or ErrUnclear; it never holds the address
// or the words of a letter.
type carrier interface {
	send(ctx context.Context, l letter) (ref string, err error)
}

// route is how letters of a channel go: its carriers one after the other, under the name of the last.
type route struct {
	name     string
	place    string // which gateway of that name; "" where there is one alone
	repeats  bool   // the same letter may be handed over twice
	carriers []carrier
}

func (r route) send(ctx context.Context, l letter) (ref string, err error) {
	for _, c := range r.carriers {
		if ref, err = c.send(ctx, l); err != nil {
			return "", err
		}
	}
	return ref, nil
}

// then gives the route with one more carrier.
func (r route) then(name string, repeats bool, c carrier) route {
	return route{name, placeOf(c), repeats, append(slices.Clone(r.carriers), c)}
}

// placeOf tells a gateway from others of its name, where it can be told.
func placeOf(c carrier) string {
	g, _ := c.(gateway)
	if p, ok := g.Way.(interface{ Place() string }); ok {
		return p.Place()
	}
	return ""
}

// gateway carries letters by an SMS gateway.
type gateway struct{ sms.Way }

func (g gateway) send(ctx context.Context, l letter) (string, error) {
	return g.Way.Send(ctx, sms.Message{ID: l.id.String(), Phone: l.To, Text: l.short})
}

// settled gives the route of each channel that the program was started with. The folder comes first: writing it again after a failure of
// the gateway changes nothing.
func settled(out Outside) (map[string]route, error) {
	routes := map[string]route{}
	if out.Dir != "" {
		if err := os.MkdirAll(out.Dir, 0o700); err != nil {
			return nil, err
		}
		for _, channel := range []string{texting, mailing} {
			routes[channel] = route{}.then("folder", true, folder(out.Dir))
		}
	}
	if out.SMSURL != "" {
		g, err := sms.NewHTTP(out.SMSURL, out.SMSHeader, out.SMSTemplate)
		if err != nil {
			return nil, fmt.Errorf("--sms-url, --sms-header, --sms-template: %w", err)
		}
		routes[texting] = routes[texting].then(g.Name(), true, gateway{g})
	}
	if out.SMTPAddr != "" {
		p, err := newPostman(out)
		if err != nil {
			return nil, err
		}
		routes[mailing] = routes[mailing].then("mail", true, p)
	}
	return routes, nil
}

// folder writes each letter into a file of its own, whole or not at all.
type folder string

func (dir folder) send(_ context.Context, l letter) (string, error) {
	data, err := json.Marshal(l)
	if err != nil {
		return "", err
	}
	path := filepath.Join(string(dir), l.id.String()+"-"+l.Channel+".json")
	if os.WriteFile(path+".new", data, 0o600) != nil || os.Rename(path+".new", path) != nil {
		return "", sms.Later("写不进消息文件夹")
	}
	return "", nil
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

func (p *postman) send(ctx context.Context, l letter) (string, error) {
	m := mail.NewMsg()
	if errors.Join(m.From(p.from), m.To(l.To)) != nil {
		return "", &sms.Refusal{Reason: "不是邮箱地址"}
	}
	m.Subject(l.Title)
	m.SetMessageIDWithValue(l.id.String() + "@linli")
	m.SetBodyString(mail.TypeTextPlain, l.Text)
	err := p.client.DialAndSendWithContext(ctx, m)
	if se, ok := errors.AsType[*mail.SendError](err); ok && !se.IsTemp() {
		return "", &sms.Refusal{Reason: fmt.Sprintf("邮件服务器不收（%d）", se.ErrorCode())}
	}
	if err != nil {
		return "", sms.Later("邮件服务器现在不收")
	}
	return "", nil
}
