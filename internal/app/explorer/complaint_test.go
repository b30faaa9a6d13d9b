package explorer

import (
	"context"

	"linli/internal/oversight/complaint"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// complaintMoves are about records that somebody complains of: looked into, they go into no certificate.
var complaintMoves = []move{
	{"complain", 1, alone, complain},
	{"freeze", 1, alone, func(p *play) error { return p.any(p.freeze) }},
	{"let go", 1, alone, func(p *play) error { return p.any(p.letGo) }},
	{"an honest freeze", 2, sending, func(p *play) error { return p.freeze(p.honest(p.clerk)) }},
}

// complain is a complaint by nobody in particular about the station.
func complain(p *play) error {
	_, err := p.Complaint.Make(clock.At(p.t.Context(), p.now), complaint.MakeInput{Kind: "false_hours", About: "station", Region: gacha,
		Text: "那天他没有来", Anonymous: true, Channel: "web"})
	return err
}

// complaints are those of the sequence.
func (p *play) complaints(state string) []db.ID {
	return p.ids("SELECT id FROM complaint WHERE id > $1 AND state IN ('received', 'accepted') AND ($2 = '' OR state = $2)", p.before, state)
}

// freeze takes a complaint up and looks into a record of the volunteer's.
func (p *play) freeze(ctx context.Context) error {
	id, there := one(p, p.complaints(""))
	record, served := one(p, p.records())
	if !there || !served {
		return errNone
	}
	f, err := p.Complaint.Get(ctx, complaint.GetInput{ID: id})
	if err == nil && f.State == complaint.Received {
		f, err = p.Complaint.Accept(ctx, complaint.AcceptInput{ID: id, Version: f.Version, Impartial: true})
	}
	if err == nil {
		_, err = p.Complaint.Freeze(ctx, complaint.FreezeInput{ID: id, Version: f.Version, RecordID: record})
	}
	return err
}

// letGo answers a complaint, or says that it was another record.
func (p *play) letGo(ctx context.Context) error {
	id, there := one(p, p.complaints(complaint.Accepted))
	if !there {
		return errNone
	}
	f, err := p.Complaint.Get(ctx, complaint.GetInput{ID: id})
	if err != nil {
		return err
	}
	if record, served := one(p, p.records()); served && p.random.IntN(2) == 0 {
		_, err = p.Complaint.Release(ctx, complaint.FreezeInput{ID: id, Version: f.Version, RecordID: record})
		return err
	}
	_, err = p.Complaint.Answer(ctx, complaint.AnswerInput{ID: id, Version: f.Version, Outcome: "unfounded", Text: "查过签到", Impartial: true})
	return err
}
