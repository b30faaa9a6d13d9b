package standard

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// States of evidence.
const (
	Claimed   = "claimed"
	Confirmed = "confirmed"
	Sampled   = "sampled"
	Refused   = "refused"
	Withdrawn = "withdrawn"
)

// SubmitInput is evidence for one item.
type SubmitInput struct {
	ID   db.ID       `path:"id"`
	Item string      `json:"item" maxLength:"40"`
	Text string      `json:"text" required:"false" maxLength:"300" doc:"说明，例如面积、姓名、编号"`
	Day  clock.Day   `json:"day" required:"false" doc:"从哪一天算起；不填为今天，只有苏木乡镇（街道）可以填以前的日子"`
	File blob.Upload `json:"file" required:"false"`
}

// Submit adds evidence: the station's self-check, which counts at once, until it expires or a check refuses it. Only who checks
// stations may enter days of the past, so that nobody mends his own past.
func (s *Service) Submit(ctx context.Context, in SubmitInput) (Standard, error) {
	op := act.Op{Perm: Submit, Action: "standard.submit", Check: func() (err error) {
		if len(in.File.Data) > 0 && !bytes.HasPrefix(in.File.Data, []byte("%PDF-")) {
			in.File, err = blob.Clean(in.File)
		}
		return err
	}}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Standard, err error) {
		st, err := stationFor(ctx, tx, in.ID, op.Perm)
		if err != nil {
			return out, err
		}
		if st.Status == station.Closed {
			return out, errs.WrongState("已经撤销的站点不再收证据")
		}
		if err := s.Add(ctx, tx, st, in); err != nil {
			return out, err
		}
		return of(ctx, tx, st, 0)
	})
}

// Add stores evidence within its caller's transaction and writes the statuses that follow; an image in it has been cleaned before.
func (s *Service) Add(ctx context.Context, tx *db.Tx, st station.Station, in SubmitInput) error {
	today := clock.DayOf(tx.Now)
	if in.Day == 0 {
		in.Day = today
	}
	items, err := itemsFor(ctx, tx, st.Region)
	if err != nil {
		return err
	}
	item, ok := find(items, in.Item, today)
	c := errs.Check{}
	c.That(ok, "item", "清单里没有这一项")
	c.That(in.Day <= today, "day", "不能晚于今天")
	c.That(in.Day == today || auth.Can(ctx, Check, st.Place()), "day", "以前的日子由苏木乡镇（街道）补登")
	c.That(in.Day >= earliest, "day", "不能早于 "+earliest.String())
	c.That(item.Accepts != "text" || strings.TrimSpace(in.Text) != "", "text", "请写明情况")
	c.That(item.Accepts == "text" || len(in.File.Data) > 0, "file", "请附上照片或文件")
	c.That(item.Accepts != "photo" || !bytes.HasPrefix(in.File.Data, []byte("%PDF-")), "file", "这一项要照片")
	if err := c.Err(); err != nil {
		return err
	}
	who := auth.From(ctx)
	e := Evidence{ID: tx.NewID(), StationID: st.ID, Region: st.Region, Item: in.Item, Body: in.Text, Day: in.Day, LastDay: item.lasts(in.Day),
		EndedDay: clock.Forever, State: Claimed, AccountID: int64(who.Account), ByName: who.Name, At: tx.Now}
	if len(in.File.Data) > 0 {
		if e.BlobID, err = s.blobs.Put(ctx, tx, in.File, blob.Owner{Kind: "standard_evidence", ID: e.ID, Region: st.Region}); err != nil {
			return err
		}
	}
	if err := evidenceTable.Insert(ctx, tx, e); err != nil {
		return err
	}
	return s.changed(ctx, tx, st, "standard.submit", in.Item, in.Text)
}

// earliest is the year of the plan's first target: no evidence is older.
const earliest clock.Day = 20210101

func find(items []Item, code string, day clock.Day) (Item, bool) {
	for _, i := range items {
		if i.Code == code && i.inForce(day) {
			return i, true
		}
	}
	return Item{}, false
}

// changed writes the trail and the statuses that follow.
func (s *Service) changed(ctx context.Context, tx *db.Tx, st station.Station, action, item, cause string) error {
	if err := audit.Write(ctx, tx, audit.Entry{Action: action, Object: "station", ID: st.ID.String(), Region: st.Region, Cause: cause,
		Detail: map[string]any{"item": item}}); err != nil {
		return err
	}
	return s.renew(ctx, tx, st.ID, st.Region)
}

// WithdrawInput takes evidence back.
type WithdrawInput struct {
	ID     db.ID  `path:"id"`
	Reason string `json:"reason" minLength:"1" maxLength:"200"`
}

// Withdraw takes back evidence that was entered by mistake; the days before stay as they were.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Standard, error) {
	op := act.Op{Perm: Submit, Action: "standard.withdraw", Cause: in.Reason}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Standard, err error) {
		e, st, err := evidence(ctx, tx, in.ID, op.Perm)
		if err != nil {
			return out, err
		}
		today := clock.DayOf(tx.Now)
		if e.EndedDay < clock.Forever || e.LastDay < today {
			return out, errs.WrongState("这份证据已经不算数了")
		}
		if err := e.end(ctx, tx, today, Withdrawn, in.Reason); err != nil {
			return out, err
		}
		if err := s.changed(ctx, tx, st, op.Action, e.Item, in.Reason); err != nil {
			return out, err
		}
		return of(ctx, tx, st, 0)
	})
}

// end writes from which day evidence counts no longer, or that it stands.
func (e Evidence) end(ctx context.Context, tx *db.Tx, day clock.Day, state, remark string) error {
	e.EndedDay, e.State, e.Remark = day, state, remark
	return evidenceTable.Update(ctx, tx, &e)
}

// evidence gives evidence and its station to whoever holds a permission there.
func evidence(ctx context.Context, tx *db.Tx, id db.ID, perm auth.Perm) (e Evidence, st station.Station, err error) {
	if e, err = evidenceTable.Get(ctx, tx, id); err == nil {
		st, err = stationFor(ctx, tx, e.StationID, perm)
	}
	return e, st, err
}

// FileInput names evidence.
type FileInput struct {
	ID db.ID `path:"id"`
}

// File gives the photograph or document of evidence.
func (s *Service) File(ctx context.Context, in FileInput) (blob.File, error) {
	m, err := act.Read(ctx, s.db, View, func(tx *db.Tx) (m blob.Meta, err error) {
		e, _, err := evidence(ctx, tx, in.ID, View)
		if err == nil && e.BlobID == 0 {
			err = errs.ErrNotFound
		}
		if err != nil {
			return m, err
		}
		return s.blobs.Get(ctx, tx, e.BlobID)
	})
	if err != nil {
		return blob.File{}, err
	}
	return s.blobs.File(m)
}

// Finding is what was found of one item.
type Finding struct {
	Item   string `json:"item" maxLength:"40"`
	OK     string `json:"ok" required:"false" enum:"yes,no," maxLength:"3" doc:"yes 属实，no 不认；空为没看"`
	Remark string `json:"remark" required:"false" maxLength:"200" doc:"不认的原因"`
}

// CheckInput is what a visit found.
type CheckInput struct {
	ID       db.ID     `path:"id"`
	Findings []Finding `json:"findings" maxItems:"60"`
}

// Visit is one finding of a past check.
type Visit struct {
	VisitID db.ID     `json:"visit_id"`
	Level   string    `json:"level" doc:"town 苏木乡镇核查，sample 上级抽查"`
	Item    string    `json:"item"`
	OK      bool      `json:"ok"`
	Remark  string    `json:"remark"`
	ByName  string    `json:"by_name"`
	At      time.Time `json:"at"`
}

// Check is a visit: of the town to each of its stations, of the banner to some of them. What it refuses counts no longer from today,
// and the managers are told.
func (s *Service) Check(ctx context.Context, in CheckInput) (Standard, error) {
	op := act.Op{Perm: Check, Action: "standard.check"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (out Standard, err error) {
		st, err := stationFor(ctx, tx, in.ID, op.Perm)
		if err != nil {
			return out, err
		}
		refused, err := s.findings(ctx, tx, st, in.Findings)
		if err != nil {
			return out, err
		}
		if err := s.changed(ctx, tx, st, op.Action, strings.Join(refused, " "), ""); err != nil {
			return out, err
		}
		if len(refused) > 0 {
			if err := tellManagers(ctx, tx, st, fmt.Sprintf("站点标准核查：有 %d 项要补", len(refused)), strings.Join(refused, "、")); err != nil {
				return out, err
			}
		}
		return of(ctx, tx, st, 0)
	})
}

// Judge carries what a visit of another kind saw to the station's evidence, within its caller's transaction: what it refuses counts no
// longer from today.
func (s *Service) Judge(ctx context.Context, tx *db.Tx, st station.Station, list []Finding) error {
	refused, err := s.findings(ctx, tx, st, list)
	if err != nil {
		return err
	}
	return s.changed(ctx, tx, st, "standard.check", strings.Join(refused, " "), "")
}

// findings stores what was found and gives the words of what was refused.
func (s *Service) findings(ctx context.Context, tx *db.Tx, st station.Station, list []Finding) (refused []string, err error) {
	items, err := itemsFor(ctx, tx, st.Region)
	if err != nil {
		return nil, err
	}
	all, err := evidenceOf.All(ctx, tx, st.ID)
	if err != nil {
		return nil, err
	}
	today, visit, seen := clock.DayOf(tx.Now), tx.NewID(), 0
	for n, f := range list {
		if f.OK == "" {
			continue
		}
		seen++
		item, ok := find(items, f.Item, today)
		c := errs.Check{}
		c.That(ok, fmt.Sprintf("findings.%d.item", n), "清单里没有这一项")
		c.That(f.OK == "yes" || strings.TrimSpace(f.Remark) != "", fmt.Sprintf("findings.%d.remark", n), "不认要写明原因")
		if err := c.Err(); err != nil {
			return nil, err
		}
		v := Visit{visit, levelOf(ctx), f.Item, f.OK == "yes", f.Remark, auth.From(ctx).Name, tx.Now}
		if err := checkTable.Insert(ctx, tx, checkRow{tx.NewID(), st.ID, st.Region, v}); err != nil {
			return nil, err
		}
		if err := judge(ctx, tx, all, f, today); err != nil {
			return nil, err
		}
		if f.OK == "no" {
			refused = append(refused, item.Label+"（"+f.Remark+"）")
		}
	}
	if seen == 0 {
		return nil, errs.Field("findings", "至少核对一项")
	}
	return refused, nil
}

// levelOf says whose check this is: the town's, or a sample of the level above.
func levelOf(ctx context.Context) string {
	if auth.From(ctx).Is(auth.TownOfficer) {
		return "town"
	}
	return "sample"
}

// judge carries a finding to the evidence of the item that counts today.
func judge(ctx context.Context, tx *db.Tx, all []Evidence, f Finding, today clock.Day) error {
	for _, e := range all {
		if e.Item != f.Item || !e.counts(today) {
			continue
		}
		state, day := map[string]string{"town": Confirmed, "sample": Sampled}[levelOf(ctx)], clock.Forever
		if f.OK == "no" {
			state, day = Refused, today
		}
		if err := e.end(ctx, tx, day, state, f.Remark); err != nil {
			return err
		}
	}
	return nil
}

func tellManagers(ctx context.Context, tx *db.Tx, st station.Station, title, text string) error {
	to, err := station.Managers(ctx, tx, st.ID)
	if err != nil {
		return err
	}
	for _, id := range to {
		if err := notify.Send(ctx, tx, notify.Message{To: id, Kind: "standard", Title: title, Text: st.Name + " " + text,
			Link: "/desk/standard/" + st.ID.String()}); err != nil {
			return err
		}
	}
	return nil
}

// ahead is how many days before evidence runs out its station is told; this system's own convention.
const ahead = 30

// Remind tells the managers, once, of evidence that soon runs out and has no successor yet.
func (s *Service) Remind(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		today := clock.DayOf(tx.Now)
		due, err := expiring.All(ctx, tx, int64(today), int64(today.AddDays(ahead)))
		if err != nil {
			return err
		}
		words, err := Labels(ctx, tx)
		if err != nil {
			return err
		}
		for _, e := range due {
			if _, err := markReminded.Run(ctx, tx, e.ID); err != nil {
				return err
			}
			st, err := station.Get(ctx, tx, e.StationID)
			if err != nil {
				return err
			}
			if err := tellManagers(ctx, tx, st, "站点标准：有一项证据快到期", words[e.Item]+"，管到 "+e.LastDay.String()); err != nil {
				return err
			}
		}
		return nil
	})
}
