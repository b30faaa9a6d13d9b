// Package demo fills an empty database with made-up people, stations and months of their work, through the same operations that people
// use. Equal seed and time give equal data on either engine. Nobody in it exists: see names.go.
package demo

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	mrand "math/rand/v2"
	"runtime/debug"
	"time"

	"linli/internal/app"
	"linli/internal/app/demo/manifest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Scale is how much a demo holds.
type Scale struct {
	Name       string
	Stations   int // in the base banner; one more lies in another league
	Volunteers int
	Residents  int
	Orders     int
	Rows       int  // of paper sheets, each a service record
	Days       int  // of work before now
	Accounts   int  // one of so many people signs in himself
	OneTown    bool // all stations lie in one town
	Together   bool // a sheet is of one day and one service, and a station's volunteers come one after another
	Copies     int  // how often the whole town is written again elsewhere: see region.go
}

// The scales.
var (
	Small  = Scale{Name: "small", Stations: 20, Volunteers: 170, Residents: 170, Orders: 300, Rows: 500, Days: 60, Accounts: 2, OneTown: true}
	Banner = Scale{Name: "banner", Stations: 150, Volunteers: 20_000, Residents: 6_000, Orders: 40_000, Rows: 172_000, Days: 180, Accounts: 4}
	// Region is 12,000 stations, 3.2 million volunteers and 10 million records: five communities, and 2,399 times five.
	Region = Scale{Name: "region", Stations: 5, Volunteers: 1338, Residents: 100, Orders: 75, Rows: 4180, Days: 364, Accounts: 40,
		OneTown: true, Together: true, Copies: 2399}
)

// ScaleOf gives the scale of a name.
func ScaleOf(name string) (Scale, error) {
	for _, s := range []Scale{Small, Banner, Region} {
		if s.Name == name {
			return s, nil
		}
	}
	return Scale{}, errors.New("no such scale: " + name)
}

// Of gives a part of the region; the other scales have no parts.
func (s Scale) Of(share float64) (Scale, error) {
	if share == 1 {
		return s, nil
	}
	if s.Copies == 0 || share <= 0 || share > 1 {
		return s, fmt.Errorf("no share %v of scale %s: only the region has parts, above 0 up to 1", share, s.Name)
	}
	s.Copies = max(1, int(math.Round(float64(s.Copies+1)*share))-1)
	return s, nil
}

// Where the demo plays: 太仆寺旗 of 锡林郭勒盟, and one community of 呼和浩特.
const (
	baseBanner auth.Region = 152527000000
	baseTown   auth.Region = 152527100000
	elsewhere  auth.Region = 150102001001
)

// Count makes the ids that d gives from now on those of a seed. It comes before anything is written.
func Count(d *db.DB, seed uint64) {
	d.Count(firstID(seed))
}

// firstID lies below all ids of a seed.
func firstID(seed uint64) db.ID {
	const first, step, seeds = 100_000_000, 1_000_000, 800 // nine digits, ten with all copies: no telephone number
	return db.ID(first + seed%seeds*step)
}

// ErrFilled says that the database has business rows: a demo never mixes with anything.
var ErrFilled = errors.New("数据库里已经有数据；演示数据只装进空的数据库")

// Fill fills an empty database as things stand at now, and says what is in it. Count has been called if ids are to be those of the
// seed; when Fill is through, ids are the ordinary ones again.
func Fill(ctx context.Context, a *app.App, s Scale, seed uint64, now time.Time) (manifest.Manifest, error) {
	if n, err := businessRows(ctx, a.DB); err != nil || n > 0 {
		return manifest.Manifest{}, errors.Join(err, ErrFilled)
	}
	defer a.DB.Count(0)
	defer debug.SetGCPercent(debug.SetGCPercent(200)) // nobody else is served meanwhile
	var key [32]byte
	binary.LittleEndian.PutUint64(key[:], seed)
	a.Order.Random, a.Certificate.Random, a.SpotCheck.Random = mrand.NewChaCha8(key), mrand.NewChaCha8(key), mrand.NewChaCha8(key)
	defer func() {
		a.Order.Random, a.Certificate.Random, a.SpotCheck.Random = rand.Reader, rand.Reader, rand.Reader
	}()
	w, err := newWorld(ctx, a, s, mrand.New(mrand.NewPCG(seed, 0)), now)
	if err != nil {
		return manifest.Manifest{}, err
	}
	w.manifest.Scale, w.manifest.Seed, w.first = s.Name, seed, firstID(seed)
	err = a.DB.Fill(ctx, func() error { return w.play(ctx) })
	w.manifest.Sort()
	if err == nil {
		w.manifest.Rows, err = manifest.Find(ctx, a.DB, baseBanner)
	}
	return w.manifest, err
}

// FillEmpty fills an empty database with the small demo at business time, and leaves any other as it is.
func FillEmpty(ctx context.Context, a *app.App) error {
	n, err := businessRows(ctx, a.DB)
	if err != nil || n > 0 {
		return err
	}
	_, err = Fill(ctx, a, Small, 1, clock.In(ctx))
	return err
}

func (w *world) canary(kind string, at auth.Region, object db.ID, field, token string) {
	w.manifest.Canaries = append(w.manifest.Canaries, manifest.Canary{Kind: kind, Region: at, Object: object, Field: field,
		Token: token})
}
