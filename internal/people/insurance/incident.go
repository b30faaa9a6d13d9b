package insurance

import (
	"context"
	"strings"

	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// NoteInput is what happened to a volunteer in service.
type NoteInput struct {
	StationID   db.ID     `json:"station_id" doc:"为哪个站服务时"`
	VolunteerNo string    `json:"volunteer_no" minLength:"1" maxLength:"40"`
	Day         clock.Day `json:"day"`
	Place       string    `json:"place" minLength:"1" maxLength:"100" doc:"在哪里"`
	Text        string    `json:"text" minLength:"1" maxLength:"1000" doc:"出了什么事，伤到哪里"`
}

// Note enters what happened; it is sealed, and waits to be reported to the insurer.
func (s *Service) Note(ctx context.Context, in NoteInput) (IncidentDetail, error) {
	op := act.Op{Perm: Incident, Action: "insurance.note", Check: func() error {
		c := errs.Check{}
		c.That(in.Day != 0 && in.Day <= clock.Today(ctx), "day", "请写今天以前的日期")
		c.That(strings.TrimSpace(in.Place) != "", "place", "请写在哪里")
		c.That(strings.TrimSpace(in.Text) != "", "text", "请写出了什么事")
		return c.Err()
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out IncidentDetail, err error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if err == nil {
			err = auth.Require(ctx, Incident, Incident, auth.Place{Region: st.Region, Station: st.ID})
		}
		if err != nil {
			return out, err
		}
		v, there, err := volunteer.ByNo(ctx, tx, in.VolunteerNo)
		if err == nil && !there {
			err = errs.Field("volunteer_no", "没有这位在册的志愿者")
		}
		if err != nil {
			return out, err
		}
		h := Happening{ID: tx.NewID(), Version: 1, Region: st.Region, StationID: st.ID, VolunteerID: v.ID, PersonID: v.PersonID, Name: v.Name,
			Day: in.Day, State: Noted, ByID: auth.From(ctx).Account, ByName: auth.From(ctx).Name, At: tx.Now}
		h.Place = s.keys.SealText(strings.TrimSpace(in.Place), placeAt(h.ID))
		h.Body = s.keys.SealText(strings.TrimSpace(in.Text), bodyAt(h.ID))
		if err := s.incidents.Enter(ctx, tx, op, &h); err != nil {
			return out, err
		}
		return s.incident(ctx, tx, h.ID)
	})
}

// ReportInput says that an incident was reported to the insurer of a policy.
type ReportInput struct {
	ID       db.ID     `path:"id"`
	Version  int64     `json:"version" minimum:"1"`
	PolicyID db.ID     `json:"policy_id" doc:"按哪张保险单报"`
	Day      clock.Day `json:"day" doc:"哪天报的"`
	ReportNo string    `json:"report_no" required:"false" maxLength:"60" doc:"报案号"`
}

// Report says that an incident was reported, under a policy that held on its day.
func (s *Service) Report(ctx context.Context, in ReportInput) (IncidentDetail, error) {
	op := act.Op{Perm: Incident, Action: "insurance.report", ID: in.ID, Version: in.Version, From: []string{Noted}}
	return s.changed(ctx, op, func(tx *db.Tx, h *Happening) error {
		if in.Day < h.Day || in.Day > clock.DayOf(tx.Now) {
			return errs.Field("day", "在出事那天到今天之间")
		}
		p, err := get(ctx, tx, in.PolicyID)
		if errs.KindOf(err) == errs.NotFound || err == nil && !p.near(*h) {
			return errs.Field("policy_id", "请选管得着这里的保险单")
		}
		if err == nil && (h.Day < p.From || h.Day > p.Until) {
			err = errs.Field("policy_id", "出事那天这张保险单无效："+p.span())
		}
		h.PolicyID, h.ReportedOn, h.ReportNo, h.State = p.ID, in.Day, strings.TrimSpace(in.ReportNo), Reported
		return err
	})
}

// near says whether a policy is of the place of an incident, or of one above it.
func (p Policy) near(h Happening) bool {
	return p.Region.Contains(h.Region) || p.Region.At(auth.LevelTown) == h.Region.At(auth.LevelTown)
}

// CloseInput is how an incident ended.
type CloseInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Outcome string `json:"outcome" set:"policy_incident.outcome"`
	Paid    string `json:"paid" required:"false" maxLength:"20" doc:"赔了多少，元"`
}

// Close says how an incident ended. What was never reported can only have been withdrawn, or there was no insurance.
func (s *Service) Close(ctx context.Context, in CloseInput) (IncidentDetail, error) {
	var fen int64
	op := act.Op{Perm: Incident, Action: "insurance.close", ID: in.ID, Version: in.Version, From: []string{Noted, Reported},
		Check: func() (err error) {
			if in.Paid = strings.TrimSpace(in.Paid); in.Paid != "" {
				fen, err = format.ReadYuan(in.Paid)
			}
			c := errs.Check{}
			c.That(err == nil && fen >= 0, "paid", "写成 1200 或 1200.50 这样")
			c.That((fen > 0) == (in.Outcome == "paid"), "paid", "赔付了的写赔了多少；没有赔的不写")
			return c.Err()
		}}
	return s.changed(ctx, op, func(_ *db.Tx, h *Happening) error {
		if in.Outcome != "withdrawn" && (h.State == Reported) != (in.Outcome != "uninsured") {
			return errs.Field("outcome", "报了保险公司才有赔不赔；没有报的选“不报了”或者“没有保险”")
		}
		h.Outcome, h.Paid, h.State = in.Outcome, fen, Closed
		return nil
	})
}

func (s *Service) changed(ctx context.Context, op act.Op, fn func(tx *db.Tx, h *Happening) error) (IncidentDetail, error) {
	return act.ChangeTo(ctx, s.db, &s.incidents, op, fn, func(tx *db.Tx, h Happening) (IncidentDetail, error) {
		return s.incident(ctx, tx, h.ID)
	})
}

// IncidentDetail is an incident with its words, and the policies under which it may be reported.
type IncidentDetail struct {
	Happening
	Where    string   `json:"place"`
	Text     string   `json:"text"`
	Policies []Policy `json:"-"`
}

// Incident gives one; few may read it.
func (s *Service) Incident(ctx context.Context, in GetInput) (IncidentDetail, error) {
	return act.Look(ctx, s.db, &s.incidents, in.ID, func(tx *db.Tx, h Happening) (IncidentDetail, error) {
		return s.incident(ctx, tx, h.ID)
	})
}

func (s *Service) incident(ctx context.Context, tx *db.Tx, id db.ID) (out IncidentDetail, err error) {
	if out.Happening, err = happening(ctx, tx, id); err != nil {
		return out, err
	}
	if err := s.open(&out); err != nil {
		return out, err
	}
	book, err := Around(ctx, tx, out.Region, out.VolunteerID, out.Day)
	for _, p := range book.policies {
		if out.State == Noted && p.near(out.Happening) && p.From <= out.Day {
			out.Policies = append(out.Policies, p)
		}
	}
	return out, err
}

// open reads the sealed words; those of an erased person are gone.
func (s *Service) open(x *IncidentDetail) (err error) {
	if len(x.Body) == 0 {
		return nil
	}
	if x.Where, err = s.keys.OpenText(x.Place, placeAt(x.ID)); err == nil {
		x.Text, err = s.keys.OpenText(x.Body, bodyAt(x.ID))
	}
	return err
}

// IncidentsInput asks for incidents.
type IncidentsInput struct {
	State string `query:"state" set:"policy_incident.state," maxLength:"12"`
	db.Paging
}

// Incidents is one page of them, without what happened.
type Incidents struct {
	In       IncidentsInput `json:"-"`
	Stations []choice       `json:"-"`
	db.Page[Happening]
}

// Incidents lists what happened in the actor's place, the newest first.
func (s *Service) Incidents(ctx context.Context, in IncidentsInput) (Incidents, error) {
	return act.Read(ctx, s.db, Incident, func(tx *db.Tx) (out Incidents, err error) {
		out.In = in
		if out.Page, err = incidentList.Page(ctx, tx, amongIncidents{in, auth.ScopeOf(ctx, Incident)}, in.Paging); err != nil {
			return out, err
		}
		out.Stations, err = stationsIn.First(ctx, tx, auth.ScopeOf(ctx, Incident), 200)
		return out, err
	})
}
