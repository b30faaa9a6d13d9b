package poll

import (
	"context"
	"crypto/sha256"
	"strconv"

	"linli/internal/civic/appointment"
	"linli/internal/oversight/inspection/spotcheck"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Demo draws two polls of the demo's banner: one is published, in the other one community is entered and others wait, one of them in the
// town of the demo. The seeds of a demo are always the same, and no other draw has a say in its seed.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	banner := v.Region.At(auth.LevelBanner)
	officer, _, there, err := appointment.Pair(ctx, s.db, auth.BannerOfficer, banner)
	if err != nil || !there {
		return err
	}
	today := clock.Today(ctx)
	done, err := s.create(officer, CreateInput{Region: banner, Title: "演示：上半年知晓率调查", From: today.AddDays(-30), To: today, Drawn: 3, Each: 20},
		demoSeed(0))
	for i, p := range done.Places {
		if err == nil {
			_, err = s.Enter(officer, EnterInput{PollID: done.ID, ID: p.ID, Version: p.Version, Day: today.AddDays(i - 9),
				Asked: 20, Knows: int64(11 + 2*i), Approves: int64(18 - i), Refused: int64(3 + i)})
		}
	}
	if err == nil {
		_, err = s.Close(officer, EndInput{ID: done.ID, Version: done.Version})
	}
	if err != nil {
		return err
	}
	in := CreateInput{Region: banner, Title: "演示：下半年知晓率调查", From: today.AddDays(-5), To: today.AddDays(25), Drawn: 6, Each: 20}
	seed, err := s.demoSeedFor(ctx, v.Region, in)
	if err != nil {
		return err
	}
	open, err := s.create(officer, in, seed)
	if err != nil {
		return err
	}
	for _, p := range open.Places {
		if p.Region.At(auth.LevelTown) != v.Region.At(auth.LevelTown) {
			_, err = s.Enter(officer, EnterInput{PollID: open.ID, ID: p.ID, Version: p.Version, Day: today.AddDays(-1), Asked: 20,
				Knows: 14, Approves: 19, Refused: 5})
			return err
		}
	}
	return nil
}

// demoTries is how many seeds are looked through at most.
const demoTries = 1000

// demoSeedFor is the first of the demo's seeds that draws a community of a town, else the last one looked at: without one the town's clerk
// has nothing to enter.
func (s *Service) demoSeedFor(ctx context.Context, at auth.Region, in CreateInput) (seed []byte, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		for i := range demoTries {
			seed = demoSeed(i + 1)
			_, codes, err := drawn(ctx, tx, in.Region, in, seed)
			if err != nil {
				return err
			}
			for _, code := range codes.sample {
				if code.At(auth.LevelTown) == at.At(auth.LevelTown) {
					return nil
				}
			}
		}
		return nil
	})
	return seed, err
}

func demoSeed(i int) []byte {
	sum := sha256.Sum256([]byte("demo of polls " + strconv.Itoa(i)))
	return sum[:spotcheck.SeedSize]
}
