package award_test

import (
	"context"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/award"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// agrees and withdraws are a volunteer's word about being before the public.
func (w *world) agrees(i int) {
	w.Helper()
	_, err := w.Persons.RecordConsent(w.Vols[i].Ctx, person.ConsentInput{ID: w.Vols[i].PersonID, Purpose: person.PurposePublish,
		How: person.BySelf})
	w.is(err, "")
}

func (w *world) withdraws(i int) {
	w.Helper()
	d, err := w.Persons.Get(w.Vols[i].Ctx, person.GetInput{ID: w.Vols[i].PersonID})
	w.is(err, "")
	for _, c := range d.Consents {
		if c.Purpose == person.PurposePublish && c.WithdrawnAt == nil {
			_, err = w.Persons.WithdrawConsent(w.Vols[i].Ctx, person.WithdrawInput{ID: w.Vols[i].PersonID, Consent: c.ID})
			w.is(err, "")
		}
	}
}

func (w *world) named(n int) {
	w.Helper()
	v, err := w.s.Face(w.T.Context(), award.GetInput{ID: w.a.ID})
	w.is(err, "")
	if len(v.Named) != n {
		w.Errorf("%d named, want %d: %+v", len(v.Named), n, v.Named)
	}
}

func (w *world) notices(who context.Context) error {
	a, err := w.s.Notice(who, award.MoveInput{ID: w.a.ID, Version: w.a.Version})
	if err == nil {
		w.a = a
	}
	return err
}

// Who takes his word back before the result neither holds up the list of the others, nor is granted what nobody could object to: during the
// notice he is off it for good, whatever he says later.
func TestWithdrawn(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.up(0)
		w.withdraws(0)
		_, err := w.advances(w.banner2, n)
		w.is(err, "wrong_state: 没有同意公开")
		w.agrees(0)
		_, err = w.advances(w.banner2, n)
		w.is(err, "")
		w.Write(func(tx *db.Tx) error { // of something else
			return w.Persons.Withdrawn.Publish(w.System, tx, person.WithdrawnEvent{Person: w.Vols[0].PersonID, Purpose: person.PurposeExchange})
		})
		if x := w.sees(w.Banner, n); x.State != award.Chosen {
			w.Errorf("he is %s", x.State)
		}
		w.withdraws(0)
		n = w.sees(w.Banner, n).Nomination
		if n.State != award.Deciding {
			w.Errorf("he is %s", n.State)
		}
		w.is(w.notices(w.Banner), "wrong_state: 还没有拟定的")
		w.is(w.notices(w.Town), "not_found")
		second, err := w.advances(w.banner2, w.up(1)) // the place is free again
		w.is(err, "")
		w.is(w.notices(w.System), "denied: 由人来办")
		_, err = w.s.Object(w.T.Context(), award.ObjectInput{ID: w.a.ID, NominationID: second.ID, Text: "没有去过"})
		w.is(err, "wrong_state: 不在公示期")
		const word = `UPDATE person_consent SET withdrawn_at = ? WHERE person_id = ? AND purpose = 'publish' AND id = (SELECT MAX(c.id)
			FROM person_consent c WHERE c.person_id = person_consent.person_id)`
		w.run(word, attendancetest.Noon, w.Vols[1].PersonID) // at the same moment as he was chosen
		w.is(w.notices(w.Banner), "wrong_state: 没有同意公开")
		w.run(word, nil, w.Vols[1].PersonID)
		w.is(w.notices(w.Banner), "")
		w.named(1)
		w.withdraws(1)
		w.agrees(1)
		w.named(0)
		_, err = w.s.Object(w.T.Context(), award.ObjectInput{ID: w.a.ID, NominationID: second.ID, Text: "没有去过"})
		w.is(err, "invalid nomination_id: 名单上没有")
		w.after(8)
		w.is(w.publishes(w.banner2), "wrong_state: 名单上没有人")
	})
}

// Of a nomination that is chosen nothing holds up the list when its volunteer is erased; one whose entry is merged goes with it.
func TestErasedAndMerged(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n, err := w.advances(w.banner2, w.up(0))
		w.is(err, "")
		to := w.Person("并过来的", 7)
		w.Write(func(tx *db.Tx) error {
			return w.Persons.Merged.Publish(w.System, tx, person.MergedEvent{From: w.Vols[0].PersonID, To: to})
		})
		w.Write(func(tx *db.Tx) error {
			if held, err := w.s.Held(w.System, tx, w.Vols[0].PersonID); err != nil || held != nil {
				w.Errorf("it stayed: %v, %v", held, err)
			}
			if held, err := w.s.Held(w.System, tx, to); err != nil || held == nil {
				w.Errorf("it did not go: %v, %v", held, err)
			}
			return w.s.Forget(w.System, tx, to, "本人要求")
		})
		if v := w.sees(w.Banner, n); v.State != award.Deciding || v.Subject != "已注销" {
			w.Errorf("%+v", v.Nomination)
		}
		w.is(w.notices(w.Banner), "wrong_state: 还没有拟定的")
	})
}

// Who took a step takes none after it, whatever other office he has or had.
func TestOneHand(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		first := auth.From(w.Manager)
		promoted := auth.With(w.T.Context(), auth.Actor{Account: first.Account, Person: first.Person, Name: first.Name,
			Grants: []auth.Grant{{Role: auth.TownOfficer, Region: town}}})
		n := w.puts(0)
		w.run(`UPDATE role_grant SET ended_at = granted_at WHERE account_id = ?`, first.Account)
		_, err := w.advances(promoted, n)
		w.is(err, "conflict_of_interest: 换一个人")
		_, err = w.s.Return(promoted, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "缺"})
		w.is(err, "conflict_of_interest: 换一个人")
		n, err = w.s.Return(w.Town, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "缺"})
		w.is(err, "")
		second := auth.From(w.Head)
		n, err = w.s.Resubmit(w.Head, award.ResubmitInput{ID: n.ID, Version: n.Version, Case: award.Case{Story: "补了"}})
		w.is(err, "")
		w.run(`UPDATE role_grant SET ended_at = granted_at WHERE account_id = ?`, second.Account)
		_, err = w.advances(auth.With(w.T.Context(), auth.Actor{Account: second.Account, Person: second.Person, Name: second.Name,
			Grants: []auth.Grant{{Role: auth.TownOfficer, Region: town}}}), n)
		w.is(err, "conflict_of_interest: 换一个人")
		n, err = w.advances(w.Banner, n) // for the town, and therefore not for the banner
		w.is(err, "")
		_, err = w.advances(w.Banner, n)
		w.is(err, "conflict_of_interest: 换一个人")
		_, err = w.s.AddJudge(w.banner2, award.JudgeInput{ID: w.a.ID, AccountID: auth.From(w.Banner).Account})
		w.is(err, "")
		_, err = w.s.Score(w.Banner, award.ScoreInput{ID: n.ID, Points: 90, Text: "好"})
		w.is(err, "conflict_of_interest: 换一个人")
	})
}

// Who serves where the nomination comes from, visits the one who is nominated, or gave him his office, keeps out.
func TestTies(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.puts(0)
		both, id := w.Actor("两处任职", 0, auth.Grant{Role: auth.TownOfficer, Region: town},
			auth.Grant{Role: auth.CommunityHead, Region: attendancetest.Gacha})
		w.Seat(both)
		_, err := w.advances(both, n)
		w.is(err, "conflict_of_interest: 在提名的站")
		w.run(`UPDATE role_grant SET granted_by = ?, region = ? WHERE account_id = ?`, w.Vols[0].Account, int64(town), id)
		_, err = w.advances(both, n)
		w.is(err, "conflict_of_interest: 上下级")
		w.run(`UPDATE role_grant SET ended_at = granted_at WHERE account_id = ?`, id)
		visited := w.Person("看望的人", 8)
		near, _ := w.Actor("被看望的", visited, auth.Grant{Role: auth.TownOfficer, Region: town})
		w.run(`INSERT INTO pairing (id, version, person_id, rhythm_days, two_visitors, first_day, state, consent, consent_day, away_until,
			proposed_by, proposed_at, approved_by, approved_day, ended_by, ended_day, ended_why) VALUES (77, 1, ?, 30, FALSE, ?, 'active', '', 0, 0,
			'', ?, '', ?, '', 0, '')`, visited, w.today, attendancetest.Noon, w.today)
		w.run(`INSERT INTO pairing_member (id, version, pairing_id, volunteer_id, state, how, from_day, to_day, by_name, at) VALUES (78, 1, 77, ?,
			'agreed', '', ?, 0, '', ?)`, w.Vols[0].ID, w.today, attendancetest.Noon)
		_, err = w.advances(near, n)
		w.is(err, "conflict_of_interest: 结对")
	})
}

// Who has seen what others think judges no more, and a judge answers no objection against one whom he judged.
func TestJudgeApart(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.up(0)
		third, id := w.Actor("旗里第三位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.Seat(third)
		call := func(id db.ID) error {
			_, err := w.s.AddJudge(w.Banner, award.JudgeInput{ID: w.a.ID, AccountID: id})
			return err
		}
		w.is(call(id), "")
		_, err := w.s.Score(third, award.ScoreInput{ID: n.ID, Points: 70, Text: "可以"})
		w.is(err, "")
		w.is(call(auth.From(w.Banner).Account), "invalid account_id: 只选督导员")
		w.is(call(w.judge2), "")
		_, err = w.advances(w.banner2, n)
		w.is(err, "")
		w.is(w.notices(w.Banner), "")
		_, err = w.s.Object(w.T.Context(), award.ObjectInput{ID: w.a.ID, NominationID: n.ID, Text: "没有送过"})
		w.is(err, "")
		v, err := w.s.Campaign(w.Banner, award.GetInput{ID: w.a.ID})
		w.is(err, "")
		answer := award.AnswerInput{ID: v.Objections[0].ID, Version: 1, Outcome: award.Dismissed, Answer: "送过"}
		_, err = w.s.Answer(third, answer)
		w.is(err, "conflict_of_interest: 打过分")
		_, err = w.s.Answer(w.Banner, answer)
		w.is(err, "")
	})
}

// A list holds no more than its places when its division has gone on under another code.
func TestPlacesOfMovedDivision(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n, second := w.up(0), w.up(1)
		w.run(`UPDATE award SET region = ? WHERE id = ?`, int64(inspectiontest.League+990000), w.a.ID)
		_, err := w.advances(w.banner2, n)
		w.is(err, "")
		_, err = w.advances(w.banner2, second)
		w.is(err, "wrong_state: 名额 1 个")
	})
}

// Whoever takes a place waits for another who is taking one in the same campaign, and counts after him.
func TestPlacesAreTakenOneByOne(t *testing.T) {
	each(t, func(w *world) {
		w.opens()
		n := w.up(0)
		done := make(chan error, 1)
		w.Write(func(tx *db.Tx) error {
			if _, err := tx.Build(`UPDATE award SET unit = unit WHERE id = ?`, w.a.ID).Run(w.System, tx); err != nil {
				return err
			}
			go func() {
				_, err := w.advances(w.banner2, n)
				done <- err
			}()
			select {
			case err := <-done:
				w.Errorf("it did not wait: %v", err)
				done <- err
			case <-time.After(300 * time.Millisecond):
			}
			return nil
		})
		w.is(<-done, "")
	})
}

// What a level above sends back goes the same way again: the one clerk of a town, who has written his opinion before, writes it once more,
// and who nominated still does not.
func TestSentBackFromAboveTheTown(t *testing.T) {
	each(t, func(w *world) {
		var err error
		w.a, err = w.s.Create(w.League, w.input())
		w.is(err, "")
		n := w.up(0)
		n, err = w.s.Return(w.Banner, award.ReasonInput{ID: n.ID, Version: n.Version, Reason: "缺照片"})
		w.is(err, "")
		n, err = w.s.Resubmit(w.Manager, award.ResubmitInput{ID: n.ID, Version: n.Version, Case: award.Case{Story: "补了"}})
		w.is(err, "")
		n, err = w.advances(w.Town, n)
		w.is(err, "")
		n, err = w.advances(w.Banner, n)
		w.is(err, "")
		if n.State != award.Deciding || n.Holder != auth.From(w.League).Seat() {
			w.Errorf("%+v", n)
		}
	})
}
