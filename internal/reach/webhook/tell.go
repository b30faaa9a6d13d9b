package webhook

import (
	"context"
	"slices"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/job"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/work/activity"
)

// Follow hears of what happened, in its transaction.
func (s *Service) Follow(records *record.Service, certificates *certificate.Service, activities *activity.Service,
	stations *station.Service) {
	records.Changed.Subscribe(onRecord)
	certificates.Issued.Subscribe(func(ctx context.Context, tx *db.Tx, c certificate.Certificate) error {
		return tellOwner(ctx, tx, CertificateIssued, c.ID, c.PersonID)
	})
	certificates.Ended.Subscribe(func(ctx context.Context, tx *db.Tx, c certificate.Certificate) error {
		return tellOwner(ctx, tx, CertificateChanged, c.ID, c.PersonID)
	})
	activities.Changed.Subscribe(onActivity)
	stations.Turned.Subscribe(func(ctx context.Context, tx *db.Tx, e station.TurnedEvent) error {
		return tellAll(ctx, tx, StationChanged, e.StationID, e.Here, e.From)
	})
}

func onRecord(ctx context.Context, tx *db.Tx, e record.ChangedEvent) error {
	kind := ""
	switch was, is := e.From == record.Counted, e.Record.Status == record.Counted; {
	case is && !was:
		kind = RecordCounted
	case is && was:
		kind = RecordChanged
	case was:
		kind = RecordRevoked
	default:
		return nil
	}
	return tellOwner(ctx, tx, kind, e.Record.ID, e.Record.PersonID)
}

func onActivity(ctx context.Context, tx *db.Tx, e activity.ChangedEvent) error {
	kind := ActivityChanged
	switch {
	case e.Activity.State == activity.Cancelled:
		kind = ActivityCancelled
	case e.From == activity.Draft:
		kind = ActivityPublished
	}
	return tellAll(ctx, tx, kind, e.Activity.ID, e.Activity.Region)
}

// tellOwner leaves a message for the endpoints of the person whose own something is.
func tellOwner(ctx context.Context, tx *db.Tx, kind string, id, person db.ID) error {
	to, err := wantOwn.All(ctx, tx, person, "% "+kind+" %")
	return leave(ctx, tx, to, err, Delivery{Type: kind, ObjectID: id})
}

// tellAll leaves a message for the endpoints that ask for something public of these divisions, of which it lies in one and left others.
func tellAll(ctx context.Context, tx *db.Tx, kind string, id db.ID, places ...auth.Region) error {
	var to []db.ID
	for _, at := range places {
		more, err := wantPublic.All(ctx, tx, "% "+kind+" %", at.At(auth.LevelRegion), at.At(auth.LevelLeague), at.At(auth.LevelBanner),
			at.At(auth.LevelTown), at)
		if err != nil {
			return err
		}
		to = append(to, more...)
	}
	slices.Sort(to)
	return leave(ctx, tx, slices.Compact(to), nil, Delivery{Type: kind, ObjectID: id})
}

// leave writes a message for each endpoint, under one id.
func leave(ctx context.Context, tx *db.Tx, to []db.ID, err error, d Delivery) error {
	if err != nil || len(to) == 0 {
		return err
	}
	d.MessageID, d.At, d.State, d.DueAt = tx.NewID(), tx.Now, Waits, tx.Now
	list := make([]Delivery, len(to))
	for i, id := range to {
		list[i], list[i].EndpointID = d, id
	}
	if err := deliveries.InsertAll(ctx, tx, list); err != nil {
		return err
	}
	return wake(ctx, tx)
}

// What is done without being asked.
const (
	sending = "webhook.send"
	waking  = "webhook.wake"
)

// wake lets messages go out right after the commit.
func wake(ctx context.Context, tx *db.Tx) error {
	return job.Enqueue(ctx, tx, waking, nil, job.Key(waking))
}

func (s *Service) work(r *job.Runner) {
	r.Every(sending, time.Second, s.Send)
	job.Handle(r, waking, func(ctx context.Context, _ any) error { return s.Send(ctx) })
	r.Every("webhook.sweep", time.Hour, s.Sweep)
}
