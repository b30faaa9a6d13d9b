// Package config is the one struct of settings that the program is started with. Every field has a working zero value; every flag has an
// environment twin LINLI_…. What a region may decide for itself is not here but in area setting.
package config

import (
	"path/filepath"
	"time"
)

// Store says where everything is kept.
type Store struct {
	DB   string `name:"db" env:"LINLI_DB" default:"sqlite:data/linli.db" help:"sqlite:PATH or postgres://…"`
	Data string `name:"data" env:"LINLI_DATA" default:"data" help:"Folder of all state beside the database: keys, uploads, generated files."`

	CheckpointDir string `name:"checkpoint-dir" env:"LINLI_CHECKPOINT_DIR" help:"Another folder, best on another machine, that gets each checkpoint of the trail too; the data folder always does."`
}

// Keys is the folder of field and signing keys.
func (s Store) Keys() string { return filepath.Join(s.Data, "keys") }

// Files is the folder of uploads.
func (s Store) Files() string { return filepath.Join(s.Data, "files") }

// Checkpoints are the folders that get the checkpoints of the trail.
func (s Store) Checkpoints() (out []string) {
	for _, dir := range []string{s.Data, s.CheckpointDir} {
		if dir != "" {
			out = append(out, dir)
		}
	}
	return out
}

// Server is what serve needs beside the store.
type Server struct {
	Addr           string        `env:"LINLI_ADDR" default:"127.0.0.1:8080" help:"Where to listen; port 0 picks one."`
	AdminAddr      string        `env:"LINLI_ADMIN_ADDR" default:"127.0.0.1:8081" help:"Where /metrics is served; empty for nowhere."`
	MetricsToken   string        `env:"LINLI_METRICS_TOKEN" help:"Bearer token of /metrics; needed when --admin-addr is no address of this machine."`
	BaseURL        string        `name:"base-url" env:"LINLI_BASE_URL" help:"Public address, for QR codes and messages; with https cookies are Secure."`
	TrustedProxies []string      `name:"trusted-proxy" env:"LINLI_TRUSTED_PROXY" help:"CIDR of a proxy whose X-Forwarded-For is believed."`
	Demo           bool          `env:"LINLI_DEMO" help:"Demo mode: demo identities are accepted and every page says so."`
	ReadyFile      string        `env:"LINLI_READY_FILE" help:"Written when the server is ready; holds its base URL."`
	OutboxDir      string        `env:"LINLI_OUTBOX_DIR" help:"Each outgoing message is also a JSON file in this folder."`
	ClockFile      string        `env:"LINLI_CLOCK_FILE" help:"Business clock of a demo: an RFC 3339 time, re-read all the time."`
	DBConns        int           `name:"db-conns" env:"LINLI_DB_CONNS" default:"24" help:"Connections to PostgreSQL at most."`
	AtOnce         int           `name:"at-once" env:"LINLI_AT_ONCE" default:"6" help:"Requests of one account that run at the same time; more wait for each other."`
	StopDelay      time.Duration `env:"LINLI_STOP_DELAY" default:"1s" help:"How long a stopping server still serves while /readyz says 503."`
	Inside         []string      `name:"inside" env:"LINLI_INSIDE" help:"CIDR of an inner network whose systems may be asked (providers of sign-in, SMS gateways set on the page); else only public addresses are."`
	Suite          string        `env:"LINLI_SUITE" default:"international" enum:"international,sm" help:"Cryptographic suite of new keys: international or sm."`
	Gateways
	Outward
	Map
}

// Outward says where webhooks may go beside the public internet; the zero value allows port 443 there and nothing else.
type Outward struct {
	WebhookPorts    []uint16 `name:"webhook-port" env:"LINLI_WEBHOOK_PORT" help:"Ports that webhooks may call; 443 when none is named."`
	WebhookNetworks []string `name:"webhook-network" env:"LINLI_WEBHOOK_NETWORK" help:"CIDR of a private network that webhooks may call; whoever registers one can then reach every https service in it."`
}

// Map is the ground of tiles on public pages; the zero value shows none, and no page asks anything of another host.
type Map struct {
	MapTiles  []string `name:"map-tiles" env:"LINLI_MAP_TILES" help:"Tile address with {z}, {x} and {y}, with its key, for example of 天地图; several are layers."`
	MapCredit string   `name:"map-credit" env:"LINLI_MAP_CREDIT" help:"Source of the tiles and their 审图号, shown under each map."`
}

// Gateways are the ways out for messages; an empty address turns one off.
type Gateways struct {
	SMSURL      string `name:"sms-url" env:"LINLI_SMS_URL" help:"HTTP gateway for SMS: a POST of JSON."`
	SMSHeader   string `name:"sms-header" env:"LINLI_SMS_HEADER" help:"Header of the gateway, as Name: value."`
	SMSTemplate string `name:"sms-template" env:"LINLI_SMS_TEMPLATE" help:"JSON body with {{.Phone}} and {{.Text}}."`
	SMTPAddr    string `name:"smtp-addr" env:"LINLI_SMTP_ADDR" help:"host:port of the mail server."`
	SMTPUser    string `name:"smtp-user" env:"LINLI_SMTP_USER"`
	SMTPPass    string `name:"smtp-password" env:"LINLI_SMTP_PASSWORD"`
	MailFrom    string `name:"mail-from" env:"LINLI_MAIL_FROM" help:"Sender of mail."`
}
