package app_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"testing"
	"time"

	"linli/internal/app"
	"linli/internal/civic/person"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/config"
	"linli/internal/platform/db"
	"linli/internal/reach/batch"
	"linli/internal/reach/inbound"
	"linli/internal/work/attendance/attendancetest"
)

// abroad is another platform.
type abroad struct{ ed25519.PrivateKey }

func (p abroad) Public() ed25519.PublicKey  { return p.PrivateKey.Public().(ed25519.PublicKey) }
func (p abroad) Sign(message []byte) []byte { return ed25519.Sign(p.PrivateKey, message) }

// intake is the whole program with a platform whose batches it takes.
type intake struct {
	*inspectiontest.World
	*app.App
	by     abroad
	source db.ID
}

func newIntake(w *inspectiontest.World) *intake {
	a, err := app.New(w.DB, w.Keys, config.Store{Data: w.T.TempDir()}, config.Server{Demo: true})
	w.Must(err)
	in := &intake{World: w, App: a, by: abroad{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{3}, ed25519.SeedSize))}}
	other, _ := w.Actor("二号经办", 0, auth.Grant{Role: auth.BannerOfficer, Region: inspectiontest.Banner})
	src, err := a.Inbound.Register(w.Banner, inbound.RegisterInput{Platform: "beijiang", Name: "别处", Installation: "abroad"})
	w.Must(err)
	src, err = a.Inbound.AddKey(w.Banner, inbound.KeyInput{ID: src.ID, PublicKey: base64.StdEncoding.EncodeToString(in.by.Public()),
		From: 20260101, Until: 20271231})
	w.Must(err)
	_, err = a.Inbound.ConfirmKey(other, inbound.ConfirmInput{ID: src.Keys[0].ID, Version: 1, Decision: "confirm"})
	w.Must(err)
	in.source = src.ID
	return in
}

// volunteers are n people of the gacha who serve here too.
func (in *intake) volunteers(n int) {
	in.World.T.Helper()
	ctx := in.System
	for from := 0; from < n; from += 500 {
		in.Write(func(tx *db.Tx) error {
			for i := from; i < min(n, from+500); i++ {
				if err := in.volunteer(ctx, tx, i); err != nil {
					return err
				}
			}
			return nil
		})
	}
}

func (in *intake) volunteer(ctx context.Context, tx *db.Tx, i int) error {
	p, err := in.Persons.Add(ctx, tx, person.NewPerson{Name: "远方", Phone: fmt.Sprintf("1291%07d", i), Region: attendancetest.Gacha,
		BirthDay: 19810203, Consent: person.BySpoken})
	if err != nil {
		return err
	}
	_, err = tx.Build(`INSERT INTO volunteer (id, no, person_id, region, status, identities, skills, max_km, lat, lng, reason, at, version)
		VALUES (?, ?, ?, ?, 'active', '', '', 5, 43.9, 116.1, '', ?, 1)`, tx.NewID(), fmt.Sprintf("T-%d", i), p.ID, int64(attendancetest.Gacha),
		tx.Now).Run(ctx, tx)
	if err == nil {
		err = person.Consent(ctx, tx, p.ID, person.PurposeVolunteer, person.ByPaper, 0)
	}
	return err
}

// file is a batch in which each of n volunteers has served five times.
func (in *intake) file(n int) []byte {
	var out bytes.Buffer
	w, err := batch.NewWriter(&out, false, map[string]any{"batch": "MANY", "installation": "abroad", "platform": "beijiang", "unit": "别处",
		"region": inspectiontest.Banner.String(), "from": "2026-10-01", "to": "2026-10-31", "made_at": "2026-11-21T09:00:00+08:00",
		"persons": n, "services": 5 * n, "trainings": 0, "commendations": 0, "evaluations": 0})
	said, at := "2026-11-20T10:00:00+08:00", attendancetest.Gacha.String()
	for i := 0; i < n && err == nil; i++ {
		err = w.Add(batch.Person, map[string]any{"id": fmt.Sprint("p", i), "name": "远方", "phone": fmt.Sprintf("1291%07d", i), "region": at,
			"birth_day": "1981-02-03", "ground": "consent", "changed_at": said})
	}
	for i := 0; i < 5*n && err == nil; i++ {
		day := fmt.Sprintf("2026-10-%02d", 5+i%5)
		err = w.Add(batch.Service, map[string]any{"id": fmt.Sprint("s", i), "person": fmt.Sprint("p", i/5), "title": "助老服务", "day": day,
			"content": "送饭", "started_at": day + "T09:00:00+08:00", "ended_at": day + "T10:00:00+08:00", "minutes": 60, "unit": "别处",
			"category": "elderly_disabled", "region": at, "state": "counted", "changed_at": said})
	}
	if err == nil {
		err = w.Close(in.by)
	}
	in.Must(err)
	return out.Bytes()
}

// Services of another platform become records of the whole program; in the drill a hundred thousand within two minutes.
func TestIntake(t *testing.T) {
	n := 50
	if os.Getenv("LINLI_DRILL") != "" {
		n = 20_000
	}
	inspectiontest.Each(t, func(w *inspectiontest.World) {
		in := newIntake(w)
		in.volunteers(n)
		data := in.file(n)
		begun := time.Now()
		d, err := in.Inbound.Read(w.Banner, in.source, bytes.NewReader(data), func(inbound.Batch) {})
		w.Must(err)
		read := time.Since(begun)
		d, err = in.Inbound.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		took := time.Since(begun)
		if d.Count("service", "taken") != int64(5*n) || took > 2*time.Minute {
			t.Errorf("%d of %d taken in %v", d.Count("service", "taken"), 5*n, took)
		}
		t.Logf("%d services: read in %v, in all %v, %v a service", 5*n, read, took, took/time.Duration(5*n))
	})
}
