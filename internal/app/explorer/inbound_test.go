package explorer

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
	"linli/internal/reach/batch"
	"linli/internal/reach/inbound"
)

// platform is another platform, whose friend of the volunteer signs whatever he asks for: a signature is no hand.
type platform struct{ ed25519.PrivateKey }

func (p platform) Public() ed25519.PublicKey  { return p.PrivateKey.Public().(ed25519.PublicKey) }
func (p platform) Sign(message []byte) []byte { return ed25519.Sign(p.PrivateKey, message) }
func (p platform) text() string               { return base64.StdEncoding.EncodeToString(p.Public()) }

// friend is the platform that honest officers know, stranger the one that one hand invents.
var (
	friend   = platform{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize))}
	stranger = platform{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{4}, ed25519.SeedSize))}
)

// knows lets two honest officers of the banner register a platform and compare its key.
func (w *world) knows(ctx context.Context) {
	w.t.Helper()
	w.officer = w.staff(ctx, auth.BannerOfficer, w.phone())
	other := w.staff(ctx, auth.BannerOfficer, w.phone())
	src, err := w.Inbound.Register(as(ctx, w.officer), inbound.RegisterInput{Platform: "linli", Name: "友邻", Installation: "friend"})
	if err == nil {
		w.source = src.ID
		src, err = w.Inbound.AddKey(as(ctx, w.officer), inbound.KeyInput{ID: src.ID, PublicKey: friend.text(), From: 20260101, Until: 20301231})
	}
	if err == nil {
		_, err = w.Inbound.ConfirmKey(as(ctx, other), inbound.ConfirmInput{ID: src.Keys[0].ID, Version: 1, Decision: "confirm"})
	}
	if err != nil {
		w.t.Fatal("a platform:", err)
	}
}

var inboundMoves = []move{
	{"bring a batch", 3, alone, bring},
	{"invent a platform", 1, alone, invent},
	{"take a batch", 4, alone, func(p *play) error { return p.any(p.takeBatch) }},
	{"look at a batch", 4, alone, func(p *play) error { return p.any(p.lookAtBatch) }},
	{"take a batch back", 1, alone, withdraw},
	{"an honest batch", 3, sending, func(p *play) error { return p.takeBatch(p.honest(p.officer)) }},
	{"an honest look at a batch", 6, looking, func(p *play) error { return p.lookAtBatch(p.honest(p.second)) }},
}

// file is a batch in which the volunteer has served elsewhere for an hour.
func (p *play) file(by platform, installation string) ([]byte, error) {
	me := p.person(p.system(p.now), p.volunteer.PersonID)
	p.n++
	at := p.now.Add(-time.Duration(100+p.random.IntN(4000)) * time.Hour)
	day, said := clock.DayOf(at).String(), p.now.Format(time.RFC3339)
	var out bytes.Buffer
	w, err := batch.NewWriter(&out, false, map[string]any{"batch": fmt.Sprint("B", p.n), "installation": installation, "platform": "linli",
		"unit":   "友邻",
		"region": gacha.At(auth.LevelBanner).String(), "from": day, "to": day, "made_at": said, "persons": 1, "services": 1, "trainings": 0,
		"commendations": 0, "evaluations": 0})
	if err == nil {
		err = w.Add(batch.Person, map[string]any{"id": "p1", "name": me.Name, "phone": p.tel, "region": gacha.String(), "ground": "consent",
			"changed_at": said})
	}
	if err == nil {
		err = w.Add(batch.Service, map[string]any{"id": fmt.Sprint("s", p.n), "person": "p1", "title": "帮工", "day": day, "content": "收土豆",
			"started_at": at.Format(time.RFC3339), "ended_at": at.Add(time.Hour).Format(time.RFC3339), "minutes": 60, "unit": "友邻",
			"category": "farming", "region": gacha.String(), "state": "counted", "changed_at": said})
	}
	if err == nil {
		err = w.Close(by)
	}
	return out.Bytes(), err
}

// bring hands over what the friend has signed, or the platform that was invented.
func bring(p *play) error {
	source, by, installation := p.source, friend, "friend"
	if own, ok := one(p, p.invented); ok && p.random.IntN(2) == 0 {
		source, by, installation = own.ID, stranger, own.Installation
	}
	data, err := p.file(by, installation)
	if err != nil {
		return err
	}
	return p.any(func(ctx context.Context) error {
		d, err := p.Inbound.Receive(ctx, inbound.ReceiveInput{ID: source, File: blob.Upload{Name: "b.jsonl", Data: data}})
		if err == nil {
			p.batches = append(p.batches, d.ID)
		}
		return err
	})
}

// invent registers a platform of one's own, and compares its key oneself.
func invent(p *play) error {
	p.n++
	name := fmt.Sprint("invented", p.n)
	var src inbound.SourceDetail
	err := p.any(func(ctx context.Context) (err error) {
		src, err = p.Inbound.Register(ctx, inbound.RegisterInput{Platform: "linli", Name: name, Installation: name})
		if err == nil {
			src, err = p.Inbound.AddKey(ctx, inbound.KeyInput{ID: src.ID, PublicKey: stranger.text(), From: 20260101, Until: 20301231})
		}
		return err
	})
	if err != nil {
		return err
	}
	err = p.any(func(ctx context.Context) error {
		_, err := p.Inbound.ConfirmKey(ctx, inbound.ConfirmInput{ID: src.Keys[0].ID, Version: 1, Decision: "confirm"})
		return err
	})
	if err == nil {
		p.invented = append(p.invented, src.Source)
	}
	return err
}

func (p *play) takeBatch(ctx context.Context) error {
	id, ok := one(p, p.batches)
	if !ok {
		return errNone
	}
	d, err := p.Inbound.Batch(ctx, inbound.GetInput{ID: id})
	for _, h := range d.Heaps {
		if err == nil && h.Field != "candidates" {
			_, err = p.Inbound.DecideAll(ctx, inbound.AllInput{ID: id, Field: h.Field, Decision: "theirs"})
		}
	}
	if err == nil {
		d, err = p.Inbound.Batch(ctx, inbound.GetInput{ID: id})
	}
	if err == nil {
		_, err = p.Inbound.Take(ctx, inbound.TakeInput{ID: id, Version: d.Version, Anyway: true})
	}
	return err
}

// lookAtBatch is a second person's word on what a batch brought, on its page or on that of the record.
func (p *play) lookAtBatch(ctx context.Context) error {
	id, ok := one(p, p.batches)
	if !ok {
		return errNone
	}
	page, err := p.Inbound.Claims(ctx, inbound.SecondInput{ID: id})
	if err != nil {
		return err
	}
	if len(page.Items) == 0 {
		return errNone
	}
	var ids []db.ID
	for _, c := range page.Items {
		ids = append(ids, c.RecordID)
	}
	if p.random.IntN(2) == 0 {
		_, err = p.Record.Approve(ctx, record.ApproveInput{ID: ids[0], Decision: "approve"})
		return err
	}
	_, err = p.Inbound.ConfirmRecords(ctx, inbound.ConfirmRecordsInput{ID: id, Records: ids})
	return err
}

// withdraw takes a batch out again, and agrees to it.
func withdraw(p *play) error {
	id, ok := one(p, p.batches)
	if !ok {
		return errNone
	}
	version := func(ctx context.Context) (int64, error) {
		d, err := p.Inbound.Batch(ctx, inbound.GetInput{ID: id})
		return d.Version, err
	}
	err := p.any(func(ctx context.Context) error {
		n, err := version(ctx)
		if err == nil {
			_, err = p.Inbound.Withdraw(ctx, inbound.DropInput{ID: id, Version: n, Reason: "错了"})
		}
		return err
	})
	if err != nil {
		return err
	}
	return p.any(func(ctx context.Context) error {
		n, err := version(ctx)
		if err == nil {
			_, err = p.Inbound.Agree(ctx, inbound.AgreeInput{ID: id, Version: n, Decision: "agree"})
		}
		return err
	})
}
