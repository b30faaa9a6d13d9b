package attendance

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/proof"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
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
// head of the community decides; the town's clerk does after three working days (a setting), and always when the sheet is late. Whose own
// time or that of kin is on it approves the other lines: his own wait for another person.
func (s *Service) ApproveSheet(ctx context.Context, in DecideInput) (SheetDetail, error) {
	op := act.Op{Perm: Review, Action: "sheet." + in.Decision, ID: in.ID, Version: cmp.Or(in.Version, -1), Cause: in.Reason, Check: in.check}
	return s.changeSheet(ctx, op, func(tx *db.Tx, sh *Sheet) error {
		if sh.State != Entered {
			return errs.WrongState("这张单现在是“" + sh.State.Word() + "”，不用复核")
		}
		rows, err := rowsOf.All(ctx, tx, sh.ID)
		if err != nil {
			return err
		}
		if err := mayApprove(ctx, tx, s.persons, *sh); err != nil {
			return err
		}
		if in.Decision == "return" {
			sh.State, sh.Reason = Returned, in.Reason
			return nil
		}
		return s.accept(ctx, tx, sh, rows)
	})
}

func (in DecideInput) check() error {
	c := errs.Check{}
	c.That(in.Decision != "return" || strings.TrimSpace(in.Reason) != "", "reason", "退回要写明哪里要改")
	return c.Err()
}

// mayApprove asks whether the actor is a fit second person for this sheet now.
func mayApprove(ctx context.Context, tx *db.Tx, persons *person.Service, sh Sheet) error {
	if err := proof.Now(tx, persons).Apart(ctx, proof.Hands{First: []db.ID{sh.EnteredBy}}); err != nil {
		return err
	}
	head, town := holds(ctx, auth.CommunityHead, sh.Region), holds(ctx, auth.TownOfficer, sh.Region)
	if sh.Late() {
		if !town {
			return errs.Deny("过了十个工作日才录入的单，要由苏木乡镇（街道）复核")
		}
		return nil
	}
	if head {
		return nil
	}
	n, err := setting.Int(ctx, tx, setting.ClerkDays, sh.Region)
	if err != nil {
		return err
	}
	open, err := setting.AddWorkingDays(ctx, tx, clock.DayOf(*sh.EnteredAt), n)
	if err != nil {
		return err
	}
	if today := clock.DayOf(tx.Now); today < open {
		return errs.Deny("先由嘎查村（社区）负责人复核；" + open.Words(ctx) + "起苏木乡镇（街道）可以复核")
	}
	return nil
}

// Waiting gives the entered sheets over which the actor may decide now, the oldest first.
func Waiting(ctx context.Context, tx *db.Tx, persons *person.Service) (out []Sheet, err error) {
	list, err := enteredSheets.First(ctx, tx, auth.ScopeOf(ctx, Review), most)
	if err != nil {
		return nil, err
	}
	for _, sh := range list {
		switch err := mayApprove(ctx, tx, persons, sh); {
		case err == nil:
			out = append(out, sh)
		case errs.KindOf(err) != errs.Denied:
			return nil, err
		}
	}
	return out, nil
}

func holds(ctx context.Context, role auth.Role, at auth.Region) bool {
	for _, g := range auth.From(ctx).Grants {
		if g.Role == role && g.Region.Contains(at) {
			return true
		}
	}
	return false
}

// accept turns every row into a session that is over, and tells who records.
func (s *Service) accept(ctx context.Context, tx *db.Tx, sh *Sheet, rows []Row) error {
	volunteers := make([]db.ID, len(rows))
	for i, r := range rows {
		volunteers[i] = r.VolunteerID
	}
	if err := Turn(ctx, tx, volunteers...); err != nil {
		return err
	}
	sh.State, sh.ApprovedBy, sh.ApprovedAt = Approved, auth.From(ctx).Account, &tx.Now
	e := SheetEvent{Sheet: *sh, Rows: rows}
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
