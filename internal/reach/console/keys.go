package console

import (
	"context"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/seal"
	"linli/internal/platform/set"
)

// Nothing is the input of an operation that needs none.
type Nothing struct{}

// KeyRing is what is told of the keys of the installation: never a key.
type KeyRing struct {
	Fingerprint string         `json:"fingerprint" doc:"整套密钥的指纹，数据库里也记着"`
	Items       []seal.KeyInfo `json:"items" doc:"从新到旧"`
	Days        int64          `json:"days" doc:"现在的密钥用了多少天"`
}

var stamped = db.Query[string](`SELECT value FROM stamp WHERE name = 'keys'`)

var suites = set.New("suite_of_key", set.Row{seal.International, "国际算法（AES-256-GCM）"}, set.Row{seal.SM, "商用密码（SM4-GCM）"})

// KeyRing tells the generations of keys: since when, which seals now, and by which algorithms.
func (s *Service) KeyRing(ctx context.Context, _ Nothing) (KeyRing, error) {
	return act.Read(ctx, s.db, ViewKeys, func(tx *db.Tx) (out KeyRing, err error) {
		out.Fingerprint, _, err = db.Found(stamped.One(ctx, tx))
		list := s.keys.List()
		for i := len(list) - 1; i >= 0; i-- {
			list[i].Created = list[i].Created.In(clock.Shanghai)
			out.Items = append(out.Items, list[i])
		}
		out.Days = int64(time.Since(out.Items[0].Created) / (24 * time.Hour))
		return out, err
	})
}
