package office_test

import (
	"strings"
	"testing"

	"linli/internal/network/office"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// letter is a message to the manager.
type letter struct{ Title, Text, Link string }

// letters gives what came to the manager so far, after another run of the reminders.
func (w *world) letters() (out []letter) {
	w.Helper()
	if err := w.s.Remind(w.Context()); err != nil {
		w.Fatal(err)
	}
	w.write(func(tx *db.Tx) (err error) {
		out, err = db.Select[letter](w.Context(), tx, tx.Build("SELECT title, text, link FROM notify_inbox WHERE account_id = 1 ORDER BY id"))
		return err
	})
	return out
}

// appoint makes account 1 the manager of the station by the register, too: messages go by it.
func (w *world) appoint() {
	w.write(func(tx *db.Tx) error {
		for _, q := range []string{`INSERT INTO account (id, login, name, region, password, totp_step, state, made_at, version) VALUES (1, 'm', '站长', 152502001001, '', 0, 'active', CURRENT_TIMESTAMP, 1)`,
			`INSERT INTO role_grant (id, account_id, role, region, station_id, from_day, until_day, reason, granted_at, end_reason) SELECT 8, 1, 'station_manager', 152502001001, id, 20250101, 0, '', CURRENT_TIMESTAMP, '' FROM station WHERE region = 152502001001`} {
			if _, err := tx.Exec(w.Context(), q); err != nil {
				return err
			}
		}
		return nil
	})
}

// home gives how many items are overdue and how many papers need not be kept, by the station's page.
func (w *world) home() (late, due int64) {
	w.Helper()
	h := must[office.Home](w)(w.s.Home(w.manager, office.StationInput{ID: w.st.ID}))
	return h.Late, h.Due
}

// The manager is told once of each item of the plan whose day went by unfinished; a new day is a new promise. The page counts the same, past the turn of the year too.
func TestRemindPlan(t *testing.T) {
	each(t, func(w *world) {
		w.appoint()
		visits, course := w.plan("走访", 20261130, 3), w.plan("培训", 20261130, 1)
		w.plan("总结", 20261231, 0)
		done := w.plan("大扫除", 20261130, 1)
		must[office.PlanItem](w)(w.s.Progress(w.manager, office.ProgressInput{ID: done.ID, Version: 1, Amount: 1, Note: "扫了"}))
		w.day(20261130)
		if got := w.letters(); len(got) != 0 {
			w.Errorf("on its last day: %v", got)
		}
		w.day(20261201)
		for range 3 {
			got := w.letters()
			if len(got) != 1 || !strings.Contains(got[0].Title, "2 项超期") || !strings.Contains(got[0].Text, "走访（最晚 2026-11-30）；培训（最晚 2026-11-30）") || !strings.HasSuffix(got[0].Link, "/plan?year=2026") {
				w.Fatalf("told: %v", got)
			}
		}
		if late, _ := w.home(); late != 2 {
			w.Errorf("the page says %d", late)
		}
		must[office.PlanItem](w)(w.s.Progress(w.manager, office.ProgressInput{ID: visits.ID, Version: 1, Amount: 1, Note: "去了一户"})) // says nothing of its day
		must[office.PlanItem](w)(w.s.EditPlanItem(w.manager, office.EditPlanInput{ID: course.ID, Version: 1, PlanFacts: office.PlanFacts{What: "培训", Who: "站长", DueDay: 20261215, Amount: 1, Unit: "次"}}))
		if got := w.letters(); len(got) != 1 {
			w.Errorf("put off: %v", got)
		}
		w.day(20261216)
		if got := w.letters(); len(got) != 2 || !strings.Contains(got[1].Text, "培训（最晚 2026-12-15）") || strings.Contains(got[1].Text, "走访") {
			w.Errorf("after the second day: %v", got)
		}
		w.day(20270102)
		if got := w.letters(); len(got) != 3 || !strings.Contains(got[2].Text, "总结") {
			w.Errorf("after the turn of the year: %v", got)
		}
		if late, _ := w.home(); late != 3 {
			w.Errorf("after the turn of the year the page says %d", late)
		}
	})
}

// The manager is told once of each paper that need not be kept any longer; it stays until two persons destroy it.
func TestRemindArchive(t *testing.T) {
	each(t, func(w *world) {
		w.appoint()
		d := w.filed("会议纪要", 20161125)
		w.filed("通知", 20170101)
		w.day(20261125)
		if got := w.letters(); len(got) != 0 {
			w.Errorf("on its last day: %v", got)
		}
		for _, day := range []clock.Day{20261126, 20261126, 20261127} {
			w.day(day)
			got := w.letters()
			if len(got) != 1 || !strings.Contains(got[0].Title, "1 件保存期满") || !strings.Contains(got[0].Text, "会议纪要（保存到 2026-11-25）") || !strings.HasSuffix(got[0].Link, "/documents?state=due") {
				w.Fatalf("told: %v", got)
			}
		}
		if _, due := w.home(); due != 1 {
			w.Errorf("the page says %d", due)
		}
		now := must[office.DocumentSheet](w)(w.s.Document(w.manager, office.DocumentInput{ID: d.ID}))
		if now.State != office.Kept || now.BlobID == 0 {
			w.Errorf("after the message it is %+v", now.Document)
		}
		must[office.Document](w)(w.s.Ask(w.manager, office.AskInput{ID: d.ID, Version: now.Version, Reason: "期满"}))
		must[office.Document](w)(w.s.KeepOn(w.head, office.TurnDocument{ID: d.ID, Version: now.Version + 1}))
		if got := w.letters(); len(got) != 1 {
			w.Errorf("kept on, and told again: %v", got)
		}
	})
}

// A station that is closed is told nothing.
func TestRemindClosed(t *testing.T) {
	each(t, func(w *world) {
		w.appoint()
		w.plan("走访", 20261130, 3)
		w.write(func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE station SET status = 'closed'")
			return err
		})
		w.day(20261201)
		if got := w.letters(); len(got) != 0 {
			w.Errorf("told: %v", got)
		}
		_, err := w.s.AddPlanItem(w.manager, office.AddPlanInput{ID: w.st.ID, PlanFacts: office.PlanFacts{What: "x", Who: "x", DueDay: 20261231}})
		w.refused(errs.Conflict, err, "a closed station's plan")
	})
}
