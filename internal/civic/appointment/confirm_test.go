package appointment

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

var scan = blob.Upload{Name: "任命.pdf", Data: []byte("%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n")}

// waiting gives the line of an account that waits, as the actor sees it.
func (w *world) waiting(as, of actor) Line {
	w.t.Helper()
	page, err := w.List(as.ctx, ListInput{Account: of.ID})
	if err != nil || len(page.Items) == 0 {
		w.t.Fatalf("nothing waits for %s: %v", of.Login, err)
	}
	return page.Items[0]
}

// confirm confirms what waits of an account.
func (w *world) confirm(by, of actor, how string) error {
	in := ConfirmInput{ID: w.waiting(by, of).ID, Version: 1, How: how}
	if how == ByPaper {
		in.File = scan
	}
	_, err := w.Confirm(by.ctx, in)
	return err
}

// region is a whole region made by honest people: the three administrators at the console, each officer appointed by one and confirmed by
// another.
func (w *world) region() (security, audits, league0, banner0 actor) {
	w.t.Helper()
	security, audits = w.made(w.console(), auth.SecurityAdmin, whole), w.made(w.console(), auth.AuditAdmin, whole)
	top := w.made(security.ctx, auth.RegionOfficer, whole)
	if err := w.confirm(audits, top, ByPaper); err != nil {
		w.t.Fatal(err)
	}
	league0 = w.made(security.ctx, auth.LeagueOfficer, league)
	if err := w.confirm(top, league0, Met); err != nil {
		w.t.Fatal(err)
	}
	banner0 = w.made(security.ctx, auth.BannerOfficer, banner)
	if err := w.confirm(league0, banner0, Met); err != nil {
		w.t.Fatal(err)
	}
	return security, audits, league0, banner0
}

// An act is confirmed by the level above, which reaches the person; by nobody else, and only once.
func TestConfirm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		security, audits, league0, banner0 := w.region()
		officer := w.made(banner0.ctx, auth.TownOfficer, town)
		colleague := w.made(banner0.ctx, auth.TownOfficer, town)
		head := w.made(officer.ctx, auth.CommunityHead, community)
		lines := w.waiting(league0, head)
		if lines.What != "开账号、任命" || lines.Roles != auth.CommunityHead.Word() || lines.By != officer.Name || lines.Why != "" {
			t.Errorf("%+v", lines)
		}
		for name, c := range map[string]struct {
			by  actor
			how string
			why string
		}{
			"who appointed":                  {officer, Met, "要由第三个人核实"},
			"of the same level":              {w.as(head.Account, auth.TownOfficer, town), Met, "您自己的账号"},
			"who appointed the appointer":    {banner0, Met, "不独立"},
			"the audit administrator":        {audits, ByPaper, "先由上级核实"},
			"by telephone, which he entered": {league0, Called, "经办人填的"},
			"by paper, from above":           {league0, ByPaper, "审计管理员"},
		} {
			if err := w.confirm(c.by, head, c.how); err == nil || !strings.Contains(err.Error(), c.why) {
				t.Errorf("%s: %v, not %s", name, err, c.why)
			}
		}
		if err := w.confirm(colleague, officer, Met); err == nil || !strings.Contains(err.Error(), "上一级") {
			t.Errorf("a colleague of the same level: %v", err)
		}
		if _, err := w.Confirm(security.ctx, ConfirmInput{ID: lines.ID, Version: 1, How: Met}); errs.KindOf(err) != errs.Denied {
			t.Errorf("the security administrator: %v", err)
		}
		if why := w.apart(officer, head); why == "" {
			t.Fatal("independent before anybody confirmed")
		}
		if err := w.confirm(league0, officer, Met); err != nil {
			t.Fatal(err)
		}
		if err := w.confirm(banner0, head, Met); err != nil {
			t.Errorf("the banner, when the officer it appointed is confirmed: %v", err)
		}
		if why := w.apart(officer, head); why != "" {
			t.Errorf("confirmed: %s", why)
		}
		_, err := w.Confirm(league0.ctx, ConfirmInput{ID: lines.ID, Version: 2, How: Met})
		if errs.CodeOf(err) != "wrong_state" {
			t.Errorf("twice: %v", err)
		}
		if page, err := w.List(league0.ctx, ListInput{Account: head.ID}); err != nil || len(page.Items) != 0 {
			t.Errorf("both acts were shown, and %d wait: %v", len(page.Items), err)
		}
		if page, err := w.List(audits.ctx, ListInput{Account: head.ID, Done: true}); err != nil || len(page.Items) != 2 ||
			page.Items[0].Seen != banner0.Name {
			t.Errorf("%+v %v", page.Items, err)
		}
	})
}

// What was done after the list was shown is not confirmed with it; a number that somebody else entered may be called.
func TestConfirmWhatWasShown(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, _, league0, banner0 := w.region()
		officer := w.made(banner0.ctx, auth.TownOfficer, town)
		if err := w.confirm(league0, officer, Met); err != nil {
			t.Fatal(err)
		}
		head := w.made(banner0.ctx, auth.CommunityHead, community)
		if err := w.confirm(league0, head, Met); err != nil {
			t.Fatal(err)
		}
		reset := func() {
			t.Helper()
			if _, err := w.accounts.ResetPassword(officer.ctx, account.ResetInput{ID: head.ID, Reason: "忘了"}); err != nil {
				t.Fatal(err)
			}
		}
		w.sent = nil
		reset()
		if len(w.sent) != 1 || !strings.Contains(w.sent[0], "重置密码") || !strings.HasPrefix(w.sent[0], "129") {
			t.Errorf("the old number is told %q", w.sent)
		}
		shown := w.waiting(league0, head)
		if !shown.may(Called) {
			t.Errorf("a number that another entered: %v", shown.Ways)
		}
		reset()
		if _, err := w.Confirm(league0.ctx, ConfirmInput{ID: shown.ID, Version: shown.Version, How: Called}); err != nil {
			t.Fatal(err)
		}
		if w.apart(officer, head) == "" {
			t.Error("a reset that was never shown is confirmed")
		}
	})
}

// Kin, one household and one telephone are no third person.
func TestConfirmByKin(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		_, _, league0, banner0 := w.region()
		officer := w.made(banner0.ctx, auth.TownOfficer, town)
		var ids [2]db.ID
		w.write(func(tx *db.Tx) error {
			for i, name := range []string{"甲", "乙"} {
				p, err := w.persons.Add(w.console(), tx, person.NewPerson{Name: name, Region: community, Consent: person.BySpoken})
				if err != nil {
					return err
				}
				ids[i] = p.ID
				of := []actor{league0, banner0}[i]
				if _, err := tx.Exec(t.Context(), fmt.Sprintf("UPDATE account SET person_id = %d WHERE id = %d", p.ID, of.ID)); err != nil {
					return err
				}
			}
			return nil
		})
		if _, err := w.persons.AddKin(w.console(), person.KinInput{ID: ids[0], Other: ids[1], Kind: person.Kin, Relation: "兄弟"}); err != nil {
			t.Fatal(err)
		}
		if err := w.confirm(league0, officer, Met); err == nil || !strings.Contains(err.Error(), "近亲属（兄弟）") {
			t.Errorf("the brother of who appointed: %v", err)
		}
	})
}

// The first three administrators are told of for ever; an appointment and a reset without their act are named.
func TestVerify(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		w := newWorld(t, d)
		security, _, _, _ := w.region()
		w.made(w.console(), auth.SystemAdmin, whole)
		late := w.made(w.console(), auth.SecurityAdmin, whole)
		run := func(of func(context.Context, *db.Tx, func(object, what string)) error) (out []string) {
			w.write(func(tx *db.Tx) error {
				return of(t.Context(), tx, func(object, what string) { out = append(out, object+" "+what) })
			})
			return out
		}
		if notes := run(Founders); len(notes) != 3 || !strings.Contains(notes[0], security.ID.String()) {
			t.Errorf("%q", notes)
		}
		if found := run(Verify); len(found) != 0 {
			t.Fatalf("a sound database: %q", found)
		}
		if _, err := w.accounts.ResetFactor(security.ctx, account.ReasonInput{ID: late.ID, Reason: "丢了"}); err != nil {
			t.Fatal(err)
		}
		w.write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), fmt.Sprintf("DELETE FROM account_act WHERE account_id = %d", late.ID))
			return err
		})
		if found := run(Verify); len(found) != 3 || !strings.HasPrefix(found[0], "role_grant/") ||
			!strings.Contains(strings.Join(found, "\n"), "account/"+late.ID.String()+" account.reset_factor") {
			t.Errorf("%q", found)
		}
	})
}
