package attendance

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/civic/second"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// DecideInput is the second person's word on a sheet.
type DecideInput struct {
	ID       db.ID  `path:"id"`
	Version  int64  `json:"version"`
	Decision string `json:"decision" required:"false" enum:"approve,return" default:"approve" maxLength:"10"`
	Reason   string `json:"reason" required:"false" maxLength:"200"`
}

// ApproveSheet is the second person's one decision over a sheet: all its rows become records, or it goes back with the reason. The
// head of the community decides; the town's clerk does after three working days (a setting), then the banner's officer, and the town's at
// once when the sheet is late. Whose own time or that of kin is on it approves the other lines: his own wait for another person.
func (s *Service) ApproveSheet(ctx context.Context, in DecideInput) (SheetDetail, error) {
	op := act.Op{Perm: Review, Action: "sheet." + in.Decision, ID: in.ID, Version: cmp.Or(in.Version, -1), Cause: in.Reason, Check: in.check}
	return s.changeSheet(ctx, op, func(tx *db.Tx, sh *Sheet) error {
		if sh.State != Entered {
			return errs.WrongState("这张单现在是“" + sh.State.Word() + "”，不用复核")
		}
		if err := mayApprove(ctx, tx, s.persons, *sh); err != nil {
			return err
		}
		if in.Decision == "return" {
			sh.State, sh.Reason = Returned, in.Reason
			return nil
		}
		sh.State, sh.ApprovedBy, sh.ApprovedAt = Approved, auth.From(ctx).Account, &tx.Now
		return nil
	})
}

func (in DecideInput) check() error {
	c := errs.Check{}
	c.That(in.Decision != "return" || strings.TrimSpace(in.Reason) != "", "reason", "退回要写明哪里要改")
	return c.Err()
}

// mayApprove asks whether the actor is a fit second person for this sheet now: not before it has come up to him.
func mayApprove(ctx context.Context, tx *db.Tx, persons *person.Service, sh Sheet) error {
	if err := fit(ctx, tx, persons, sh); err != nil {
		return err
	}
	w, there, err := bySheet(persons).Of(ctx, tx, sh.ID)
	if err == nil && there && w.Below(ctx) {
		err = errs.Deny("先由" + w.Who() + "复核；" + w.RiseDay.Words(ctx) + "起转到" + w.Next())
	}
	return err
}

// fit asks whether the actor may be the second person for a sheet at all.
func fit(ctx context.Context, tx *db.Tx, persons *person.Service, sh Sheet) error {
	if err := proof.Now(tx, persons).Apart(ctx, proof.Hands{First: []db.ID{sh.EnteredBy}}); err != nil {
		return err
	}
	if sh.Late() && second.Reach(ctx) == second.AtCommunity && !holds(ctx, auth.TownOfficer, sh.Region) {
		return errs.Deny("过了十个工作日才录入的单，要由苏木乡镇（街道）复核")
	}
	return nil
}

func holds(ctx context.Context, role auth.Role, at auth.Region) bool {
	for _, g := range auth.From(ctx).Grants {
		if g.Role == role && g.Region.Contains(at) {
			return true
		}
	}
	return false
}

// bySheet is how sheets wait for a second person.
func bySheet(persons *person.Service) second.Kind {
	return second.Kind{Name: "sheet", Told: "有补录单等您复核", Risen: "%d 张补录单下级没有复核，转给您",
		Gather: func(ctx context.Context, tx *db.Tx, id db.ID) (second.Case, error) {
			sh, err := sheetTable.Get(ctx, tx, id)
			return func(ctx context.Context) error { return fit(ctx, tx, persons, sh) }, err
		}}
}

// Waiting gives the entered sheets over which the actor may decide now, the oldest first, and those that wait for somebody else.
func Waiting(ctx context.Context, tx *db.Tx, persons *person.Service) (out []Sheet, others []second.Other, err error) {
	list, err := enteredSheets.First(ctx, tx, auth.ScopeOf(ctx, Review), most)
	if err != nil {
		return nil, nil, err
	}
	for _, sh := range list {
		st, there, err := bySheet(persons).Standing(ctx, tx, sh.ID)
		switch {
		case err != nil:
			return nil, nil, err
		case st.Mine:
			out = append(out, sh)
		case there:
			others = append(others, st.Other(ctx, sh.Word(), sheetPath(sh.ID.String())))
		}
	}
	return out, others, nil
}

// heap is what of the sheets waits for the actor: lines for his start page, and how many in all.
func (s *Service) heap(ctx context.Context, tx *db.Tx, limit int) (list []area.Own, total int, err error) {
	if auth.Allow(ctx, Review) != nil {
		return nil, 0, nil
	}
	sheets, _, err := Waiting(ctx, tx, s.persons)
	for _, sh := range sheets[:min(len(sheets), limit)] {
		st, err := station.Get(ctx, tx, sh.StationID)
		if err != nil {
			return nil, 0, err
		}
		list = append(list, area.Own{ID: sh.ID, What: sh.Word(), Who: st.Name, At: *sh.EnteredAt, Due: sh.DueDay})
	}
	return list, len(sheets), err
}

// Rise passes on what nobody has looked at.
func (s *Service) Rise(ctx context.Context) error { return bySheet(s.persons).Rise(ctx, s.db) }

// accept turns every row of a sheet that was approved into a session that is over, and tells who records.
func (s *Service) accept(ctx context.Context, tx *db.Tx, sh Sheet) error {
	rows, err := rowsOf.All(ctx, tx, sh.ID)
	if err != nil {
		return err
	}
	volunteers := make([]db.ID, len(rows))
	for i, r := range rows {
		volunteers[i] = r.VolunteerID
	}
	if err := Turn(ctx, tx, volunteers...); err != nil {
		return err
	}
	e := SheetEvent{Sheet: sh, Rows: rows}
	for _, r := range rows {
		if err := Free(ctx, tx, r.VolunteerID, r.StartedAt, r.EndedAt, 0); err != nil {
			return errs.Clash(fmt.Sprintf("第 %d 行 %s：%s", r.Line, r.Name, err.Error()))
		}
		a := Attendance{ID: tx.NewID(), Source: "sheet", RowID: r.ID, VolunteerID: r.VolunteerID, PersonID: r.PersonID, Region: sh.Region,
			StationID: sh.StationID, Day: r.Day, InAt: r.StartedAt, InServerAt: *sh.EnteredAt, InEvidence: ByPaper, InMetres: -1, InBy: sh.EnteredBy,
			OutAt: &r.EndedAt, OutServerAt: sh.EnteredAt, OutEvidence: ByPaper, OutMetres: -1, OutBy: sh.EnteredBy, Minutes: r.Minutes}
		if err := table.Insert(ctx, tx, a); err != nil {
			return err
		}
		e.Attendances = append(e.Attendances, a)
	}
	return s.SheetApproved.Publish(ctx, tx, e)
}

// EndInput takes a number out of use.
type EndInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// VoidSheet takes a spoilt sheet out of use; its number stays on the list.
func (s *Service) VoidSheet(ctx context.Context, in EndInput) (SheetDetail, error) {
	return s.end(ctx, in, Voided)
}

// MissSheet marks a sheet as lost; one that turns up may still be entered.
func (s *Service) MissSheet(ctx context.Context, in EndInput) (SheetDetail, error) {
	return s.end(ctx, in, Missing)
}

func (s *Service) end(ctx context.Context, in EndInput, to SheetState) (SheetDetail, error) {
	op := act.Op{Perm: Sheets, Action: "sheet." + string(to), ID: in.ID, Version: cmp.Or(in.Version, -1), Cause: in.Reason}
	return s.changeSheet(ctx, op, func(_ *db.Tx, sh *Sheet) error {
		if err := sh.onPaper(); err != nil {
			return err
		}
		if to == Missing && sh.State != Issued {
			return errs.WrongState("只有还没有录入的单可以标为遗失")
		}
		sh.State, sh.Reason = to, in.Reason
		return nil
	})
}
