// Package gateway is by which way SMS leave the system, as the administrator sets it on a page: an HTTP gateway, 阿里云, 腾讯云 or 移动's
// CMPP 2.0. Where nothing is set, the gateway that the program was started with is used. The codes of all accounts go by it, so what one
// administrator fills in is used when another, independent of him, has confirmed it (propose.go).
//
// Nouns: gateway, template, proposal. Verbs: look, save, confirm, drop, turn off, test.
package gateway

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"net"
	"net/url"
	"slices"
	"sync"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/cmpp"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
	"linli/internal/platform/outward"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
	"linli/internal/platform/sms"
	"linli/internal/platform/telephone"
)

// Permissions.
const (
	View    auth.Perm = "gateway.view"
	Edit    auth.Perm = "gateway.edit"
	Confirm auth.Perm = "gateway.confirm" // by another of the three administrators
)

// everywhere is the place of a way out: the codes of all accounts of the installation go by it.
var everywhere = auth.Place{Region: region.Top}

// The ways that can be set.
const (
	http    = "http"
	aliyun  = "aliyun"
	tencent = "tencent"
	mobile  = "cmpp"
)

// Ways are their words.
var Ways = set.New("sms_gateway.way", set.Row{http, "HTTP 网关"}, set.Row{aliyun, "阿里云短信"}, set.Row{tencent, "腾讯云短信"},
	set.Row{mobile, "移动 CMPP 2.0"})

// Facts are what a way needs; the secret is never told.
type Facts struct {
	Address   string `json:"address"`
	KeyID     string `json:"key_id"`
	Secret    []byte `json:"-"`
	App       string `json:"app"`
	Sign      string `json:"sign"`
	Zone      string `json:"zone" doc:"云服务的地域"`
	Service   string `json:"service"`
	Number    string `json:"number"`
	Body      string `json:"body"`
	MaxOpen   int64  `json:"max_open"`
	Templates string `json:"templates" doc:"各类短信的模板，JSON"`
}

// Gateway is one way as it is set.
type Gateway struct {
	ID      db.ID  `json:"id"`
	Version int64  `json:"version"`
	Way     string `json:"way" set:"sms_gateway.way" db:",once"`
	Active  bool   `json:"active"`
	Facts
	ByName     string    `json:"by_name"`
	SecondName string    `json:"second_name" doc:"谁确认的；只有一位管理员时为空"`
	At         time.Time `json:"at"`
}

// Service holds the operations, and the way in use.
type Service struct {
	db    *db.DB
	keys  *seal.Keys
	guard *outward.Guard
	// Send puts an SMS into the outbox; app sets it.
	Send func(ctx context.Context, tx *db.Tx, phone string, t sms.Text) error
	// Persons knows who is close to whom; app sets it.
	Persons *person.Service

	mu   sync.Mutex
	made mark
	way  sms.Way
}

// mark tells one state of one way from others.
type mark struct {
	id      db.ID
	version int64
}

// New makes the service; guard says which systems of inner networks may be named as gateways.
func New(d *db.DB, keys *seal.Keys, guard *outward.Guard) *Service {
	return &Service{db: d, keys: keys, guard: guard}
}

func place(id db.ID) string { return seal.At("sms_gateway", "secret", int64(id)) }

// Way gives the way that is set, nil where none is. It is made once and kept until it is set otherwise.
func (s *Service) Way(ctx context.Context, tx *db.Tx) (sms.Way, error) {
	g, has, err := db.Found(inUse.One(ctx, tx))
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := mark{g.ID, g.Version}
	if now == s.made {
		return s.way, nil
	}
	if line, ok := s.way.(*cmpp.Client); ok {
		line.Close()
	}
	s.made, s.way = mark{}, nil
	if !has {
		return nil, nil
	}
	secret, err := s.keys.OpenText(g.Secret, place(g.ID))
	if err != nil {
		return nil, err
	}
	w, err := s.build(g.Way, g.Facts, secret)
	if err == nil {
		s.made, s.way = now, w
	}
	return w, err
}

// fields are the names of the form for those of the packages below.
var fields = map[string]string{"url": "address", "endpoint": "address", "addr": "address", "source": "key_id", "header": "secret",
	"window": "max_open"}

// named gives an error of fields under the names of the form.
func named(err error) error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		c := errs.Check{}
		for f, msg := range e.Fields {
			if other, ok := fields[f]; ok {
				f = other
			}
			c.That(false, f, msg)
		}
		return c.Err()
	}
	return err
}

// config is a way as package cmpp takes it.
func (s *Service) config(g Facts, secret string) cmpp.Config {
	return cmpp.Config{Addr: g.Address, Source: g.KeyID, Secret: secret, Service: g.Service, Number: g.Number, Sign: g.Sign,
		Window: int(g.MaxOpen), Dial: s.guard.Dial}
}

// build makes a way; what cannot work is an error by field.
func (s *Service) build(kind string, g Facts, secret string) (w sms.Way, err error) {
	cloud := sms.Cloud{Endpoint: g.Address, KeyID: g.KeyID, Secret: secret, App: g.App, Sign: g.Sign, Region: g.Zone,
		Transport: s.guard.Transport()}
	if g.Templates != "" {
		if err := json.Unmarshal([]byte(g.Templates), &cloud.Templates); err != nil {
			return nil, err
		}
	}
	switch kind {
	case aliyun:
		w, err = sms.NewAliyun(cloud)
	case tencent:
		w, err = sms.NewTencent(cloud)
	case mobile:
		if err = s.config(g, secret).Check(); err == nil {
			w = cmpp.New(s.config(g, secret), s.reported)
		}
	default:
		h, bad := sms.NewHTTP(g.Address, secret, g.Body)
		h.Transport = cloud.Transport
		w, err = h, bad
	}
	return w, named(err)
}

// check says what of a way cannot work, without making it.
func (s *Service) check(kind string, g Facts, secret string) error {
	if kind == mobile {
		if err := named(s.config(g, secret).Check()); err != nil {
			return err
		}
		host, _, err := net.SplitHostPort(g.Address)
		return cmp.Or(err, s.guard.Check("address", host))
	}
	if _, err := s.build(kind, g, secret); err != nil || g.Address == "" {
		return err
	}
	u, err := url.Parse(g.Address)
	if err != nil {
		return err
	}
	if u.Scheme != "https" && !s.guard.Plain(u) {
		return errs.Field("address", "要以 https:// 开头；只有启动参数里放行的内网地址可以不加密")
	}
	return s.guard.Check("address", u.Hostname())
}

// where is the host to which messages go, of a way that has an address of its own.
func where(address string) string {
	host := address
	if u, err := url.Parse(address); err == nil && u.Host != "" {
		host = u.Host // what stands behind it may hold a secret
	}
	if host == "" {
		return ""
	}
	return "（" + host + "）"
}

// administrators are those who hear of each change, and of whom another confirms it.
var administrators = []auth.Role{auth.SystemAdmin, auth.SecurityAdmin, auth.AuditAdmin}

// others gives the administrators of everything beside the actor, each once.
func others(ctx context.Context, tx *db.Tx) (list []db.ID, err error) {
	for _, role := range administrators {
		ids, err := account.HoldersIn(ctx, tx, role, region.Top)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			if id != auth.From(ctx).Account && !slices.Contains(list, id) {
				list = append(list, id)
			}
		}
	}
	return list, nil
}

// tell lets the other administrators know what was done: who says which way codes go might read them.
func tell(ctx context.Context, tx *db.Tx, what, ask string) error {
	list, err := others(ctx, tx)
	for i := 0; i < len(list) && err == nil; i++ {
		err = notify.Send(ctx, tx, notify.Message{To: list[i], Kind: "gateway", Title: "短信通道改了设置", Link: path,
			Text: auth.From(ctx).Name + what + "。登录的验证码也走这里；" + ask})
	}
	return err
}

// mind is what is asked of who hears that something is done.
const mind = "您不知道这件事的，请马上核实。"

// OffInput turns the ways off that are set here.
type OffInput struct{}

// Off stops using the way that is set; the gateway that the program was started with is used again.
func (s *Service) Off(ctx context.Context, _ OffInput) (Settings, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Edit}, func(tx *db.Tx) (out Settings, err error) {
		if err := auth.Require(ctx, Edit, View, everywhere); err != nil {
			return out, err
		}
		n, err := unused.Run(ctx, tx, "")
		if err == nil && n == 0 {
			err = errs.WrongState("这里没有设好的方式在用")
		}
		if err == nil {
			err = tell(ctx, tx, "停用了在页面上设的短信通道", mind)
		}
		if err == nil {
			err = audit.Write(ctx, tx, audit.Entry{Action: "gateway.off", Object: "gateway"})
		}
		if err != nil {
			return out, err
		}
		return settings(ctx, tx, "")
	})
}

// TestInput names a telephone of the administrator's.
type TestInput struct {
	Phone string `json:"phone" minLength:"1" maxLength:"40" format:"any-text" doc:"发到哪个手机"`
}

// Tested says that a test is on its way.
type Tested struct {
	Phone string `json:"phone" doc:"遮盖过"`
}

// Test sends an SMS that says nothing by the way in use.
func (s *Service) Test(ctx context.Context, in TestInput) (Tested, error) {
	phone, err := telephone.ParseMobile(in.Phone, true)
	op := act.Op{Perm: Edit, Check: func() error { return err }}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Tested, error) {
		if err := auth.Require(ctx, Edit, View, everywhere); err != nil {
			return Tested{}, err
		}
		t := sms.Text{Kind: sms.Trial, Words: "【邻里志愿】这是一条测试短信：123456，10 分钟内有效。", Life: 10 * time.Minute,
			Vars: map[string]string{"code": "123456", "minutes": "10"}}
		if err := s.Send(ctx, tx, phone, t); err != nil {
			return Tested{}, err
		}
		out := Tested{telephone.Mask(phone)}
		return out, audit.Write(ctx, tx, audit.Entry{Action: "gateway.test", Object: "gateway"})
	})
}
