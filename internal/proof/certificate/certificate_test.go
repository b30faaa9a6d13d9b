package certificate_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with its records and certificates.
type world struct {
	*attendancetest.World
	records *record.Service
	s       *certificate.Service
}

func newWorld(base *attendancetest.World) *world {
	w := &world{base, record.New(base.DB, base.Persons), certificate.New(base.DB, base.Keys, base.Persons,
		certificate.Config{BaseURL: "https://linli.example", Demo: true})}
	w.Att.CheckedOut.Subscribe(w.records.OnCheckedOut)
	w.Orders.Confirmed.Subscribe(w.records.OnConfirmed)
	w.Orders.Disputed.Subscribe(w.records.OnDisputed)
	w.Orders.Resolved.Subscribe(w.records.OnResolved)
	w.records.Changed.Subscribe(w.s.OnRecordChanged)
	return w
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := newWorld(base)
		test(t, w)
		if got := w.findings(); len(got) > 0 {
			t.Errorf("verify: %q", got)
		}
	})
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func (w *world) findings() (got []string) {
	w.T.Helper()
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return w.s.Verify(w.System, tx, func(object, what string) { got = append(got, object+" "+what) })
	}); err != nil {
		w.T.Error(err)
	}
	return got
}

// service lets the first volunteer serve and the resident confirm; it gives the record.
func (w *world) service(minutes int64) record.Record {
	w.T.Helper()
	w.Confirm(w.Served(minutes).ID)
	page, err := w.records.OfVolunteer(w.Vols[0].Ctx, record.OfVolunteerInput{ID: w.Vols[0].ID})
	if err != nil || page.Items[0].Status != record.Counted {
		w.T.Fatalf("%+v %v", page, err)
	}
	return page.Items[0]
}

func (w *world) input() certificate.IssueInput {
	return certificate.IssueInput{VolunteerID: w.Vols[0].ID, From: 20260101, To: 20261231}
}

func (w *world) issue(ctx context.Context) certificate.Certificate {
	w.T.Helper()
	c, err := w.s.Issue(ctx, w.input())
	if err != nil {
		w.T.Fatal("issue:", err)
	}
	return c
}

func (w *world) check(code, name string) certificate.Answer {
	w.T.Helper()
	a, err := w.s.Check(w.T.Context(), certificate.CheckInput{Code: certificate.AnyText(code), Name: certificate.AnyText(name)})
	if err != nil {
		w.T.Fatalf("check %q: %v", code, err)
	}
	return a
}

// A certificate sums up what counts in its period, free, for the volunteer or at the desk; numbers follow one another and codes do not.
func TestIssue(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		_, err := w.s.Issue(w.Vols[0].Ctx, w.input())
		w.Refused(err, "invalid", "nothing counts yet")
		w.service(60)
		clock.Set(clock.Now().Add(time.Hour))
		w.service(45)
		for name, change := range map[string]func(*certificate.IssueInput){
			"backwards": func(in *certificate.IssueInput) { in.From, in.To = 20261231, 20260101 },
			"to come":   func(in *certificate.IssueInput) { in.From = 20261201 },
			"no from":   func(in *certificate.IssueInput) { in.From = 0 },
			"nobody":    func(in *certificate.IssueInput) { in.VolunteerID = 0 },
			"before":    func(in *certificate.IssueInput) { in.To = 20260601 },
		} {
			bad := w.input()
			change(&bad)
			_, err := w.s.Issue(w.Vols[0].Ctx, bad)
			w.Refused(err, "invalid", name)
		}
		_, err = w.s.Issue(w.Vols[1].Ctx, w.input())
		w.Refused(err, "not_found", "for another volunteer")
		_, err = w.s.Issue(w.Elsewhere, w.input())
		w.Refused(err, "not_found", "from elsewhere")
		_, err = w.s.Issue(t.Context(), w.input())
		w.Refused(err, "unauthenticated", "a visitor")
		own, desk := w.issue(w.Vols[0].Ctx), w.issue(w.Manager)
		if own.Minutes != 105 || own.Times != 2 || own.To != 20261124 || own.Status != certificate.Valid ||
			own.PDF != "/api/v1/certificates/"+own.No+".pdf" || len(own.Code) != 16 || own.Code == desk.Code {
			t.Errorf("%+v", own)
		}
		if own.No != fmt.Sprint(attendancetest.Gacha, "-2026-000001") || desk.No != fmt.Sprint(attendancetest.Gacha, "-2026-000002") ||
			desk.Clerk != "站长乌云" {
			t.Errorf("%s %s %s", own.No, desk.No, desk.Clerk)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { w.issue(w.Manager) })
		}
		wg.Wait()
		list, err := w.s.List(w.Manager, certificate.ListInput{Q: "娜仁高娃", Paging: db.Paging{Limit: 4}})
		if err != nil || len(list.Items) != 4 || list.Next == nil || len(list.Choices) != 1 || list.Choices[0].Minutes != 105 {
			t.Errorf("%+v %v", list, err)
		}
		seen, page := map[string]bool{}, certificate.ListInput{Paging: db.Paging{Limit: 4}}
		for range 2 { // page by page each certificate once
			list, err := w.s.List(w.Manager, page)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range list.Items {
				seen[c.No] = true
			}
			if list.Next != nil {
				page.Cursor = *list.Next
			}
		}
		if len(seen) != 6 {
			t.Errorf("%d certificates on two pages", len(seen))
		}
		for _, q := range []string{"", "娜仁高娃", w.Vols[0].No, own.No} {
			if list, err = w.s.List(w.Elsewhere, certificate.ListInput{Q: q}); err != nil || len(list.Items)+len(list.Choices) != 0 {
				t.Errorf("elsewhere %q: %+v %v", q, list, err)
			}
		}
		mine, err := w.s.Mine(w.Vols[0].Ctx, certificate.MineInput{})
		if err != nil || len(mine.Items) != 6 || mine.First != 20261124 {
			t.Errorf("%+v %v", mine, err)
		}
	})
}

// Anyone learns from a code whether it is good, and nothing of the person but the masked name; any text is answered.
func TestCheck(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.service(60)
		c := w.issue(w.Vols[0].Ctx)
		typed := strings.ToLower(c.Code[:4]) + " - " + c.Code[4:8] + "—" + c.Code[8:]
		a := w.check(typed, "")
		if a.Status != certificate.Valid || a.No != c.No || a.Minutes != 60 || a.NameMasked != "娜***" || a.NameMatches != nil ||
			a.IssuedOn != 20261124 || a.Unit == "" {
			t.Errorf("%+v", a)
		}
		if a.Proof == nil || !a.Proof.Holds || strings.Contains(a.Proof.Statement, "娜仁") || strings.Contains(a.Proof.Statement, c.VolunteerNo) {
			t.Errorf("%+v", a.Proof)
		}
		sig, err := base64.StdEncoding.DecodeString(a.Proof.Signature)
		if err != nil || !w.Keys.Verify(a.Proof.KeyID, []byte(a.Proof.Statement), sig) ||
			w.Keys.Verify(a.Proof.KeyID, []byte(a.Proof.Statement+" "), sig) {
			t.Error("signature", err)
		}
		for name, want := range map[string]bool{"娜仁高娃": true, " 娜仁高娃 ": true, "娜仁": false, "王芳": false} {
			if got := w.check(c.Code, name); got.NameMatches == nil || *got.NameMatches != want {
				t.Errorf("%q matches: %+v", name, got.NameMatches)
			}
		}
		for _, text := range []string{"", "x", "8F3K-2M7Q", c.Code + "2", c.Code[:15] + "0", c.No, "'; DROP TABLE certificate", "\x00\u202e",
			strings.Repeat("A", 9000), "𠮷野家"} {
			if got := w.check(text, "娜仁高娃"); got.Status != certificate.Unknown || got.No != "" || got.NameMatches != nil || got.Proof != nil {
				t.Errorf("%q: %+v", text, got)
			}
		}
		list, err := w.s.List(w.Manager, certificate.ListInput{})
		if err != nil || list.Items[0].Checks != 5 {
			t.Errorf("%d checks, %v", list.Items[0].Checks, err)
		}
	})
}

// A second person revokes, for good; whoever issued it does not.
func TestRevoke(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.service(60)
		byHead := w.issue(w.Head)
		in := certificate.RevokeInput{No: byHead.No, Reason: "开错了日期"}
		_, err := w.s.Revoke(w.Head, in)
		w.Refused(err, "denied", "who issued it")
		_, err = w.s.Revoke(w.Manager, in)
		w.Refused(err, "denied", "the manager")
		_, err = w.s.Revoke(w.Elsewhere, in)
		w.Refused(err, "not_found", "from elsewhere")
		_, err = w.s.Revoke(w.Head2, certificate.RevokeInput{No: "1", Reason: "x"})
		w.Refused(err, "not_found", "no such number")
		if c, err := w.s.Revoke(w.Head2, in); err != nil || c.Status != certificate.Revoked {
			t.Fatalf("%+v %v", c, err)
		}
		_, err = w.s.Revoke(w.Head2, in)
		w.Refused(err, "wrong_state", "twice")
		if a := w.check(byHead.Code, ""); a.Status != certificate.Revoked || a.Reason != in.Reason || a.Revoked != 20261124 {
			t.Errorf("%+v", a)
		}
	})
}

// A certificate follows its records: out of force while one is looked into, gone when one is amended or void.
func TestFollowsItsRecords(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.service(60)
		first := w.issue(w.Vols[0].Ctx)
		for _, c := range []struct {
			now  record.Status
			want certificate.Status
		}{{record.Suspended, certificate.Revoked}, {record.Counted, certificate.Valid}} {
			w.Write(func(tx *db.Tx) error {
				if _, err := tx.Build("UPDATE service_record SET status = ? WHERE id = ?", c.now, r.ID).Run(w.System, tx); err != nil {
					return err
				}
				return w.s.OnRecordChanged(w.System, tx, record.ChangedEvent{Record: r, From: record.Counted, MinutesFrom: 60})
			})
			if a := w.check(first.Code, ""); a.Status != c.want || (a.Reason == "") != (c.want == certificate.Valid) {
				t.Errorf("%s: %+v", c.want, a)
			}
		}
		fewer := int64(50)
		if _, err := w.records.Ask(w.Vols[0].Ctx, record.AskInput{ID: r.ID, Minutes: &fewer, Reason: "多记了十分钟"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.records.Decide(w.Head, record.ApproveInput{ID: r.ID, Decision: "approve"}); err != nil {
			t.Fatal(err)
		}
		if a := w.check(first.Code, ""); a.Status != certificate.Revoked || !strings.Contains(a.Reason, "更正") || a.Minutes != 60 {
			t.Errorf("%+v", a)
		}
		second := w.issue(w.Vols[0].Ctx)
		if second.Minutes != 50 || w.check(second.Code, "").Status != certificate.Valid {
			t.Errorf("%+v", second)
		}
		if _, err := w.records.Void(w.Head, record.VoidInput{ID: r.ID, Ground: "false", Reason: "没去"}); err != nil {
			t.Fatal(err)
		}
		if a := w.check(second.Code, ""); a.Status != certificate.Revoked {
			t.Errorf("%+v", a)
		}
	})
}

// The file is for who may see the certificate; its text is the certificate's.
func TestPDF(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.service(60)
		clock.Set(clock.Now().Add(time.Hour))
		w.service(95)
		c := w.issue(w.Vols[0].Ctx)
		for _, ctx := range []context.Context{w.Vols[0].Ctx, w.Manager} {
			f, err := w.s.PDF(ctx, certificate.FileInput{File: c.No + ".pdf"})
			if err != nil || !bytes.HasPrefix(f.Body, []byte("%PDF")) {
				t.Fatal(err)
			}
			keep(t, w, c, f.Body)
		}
		for _, x := range []struct {
			ctx  context.Context
			file string
		}{{w.Vols[1].Ctx, c.No + ".pdf"}, {w.Elsewhere, c.No + ".pdf"}, {w.Manager, c.No}, {w.Manager, "1.pdf"}} {
			_, err := w.s.PDF(x.ctx, certificate.FileInput{File: x.file})
			w.Refused(err, "not_found", x.file)
		}
	})
}

// keep reads the words of the file and, where LINLI_PICTURES says, leaves it to be looked at.
func keep(t *testing.T, w *world, c certificate.Certificate, body []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "c.pdf")
	if dir := os.Getenv("LINLI_PICTURES"); dir != "" {
		file = filepath.Join(dir, "certificate.pdf")
	}
	if err := os.WriteFile(file, body, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatal("pdftotext (poppler-utils):", err)
	}
	plain := strings.Join(strings.Fields(string(text)), "")
	for _, want := range []string{"志愿服务记录证明", "编号" + c.No, "娜仁高娃", c.VolunteerNo, "2小时35分钟", "2次", "双方确认", "记录单位", c.Unit, "经办",
		w.Station.Name, "0479-8200000", "（盖章处）", "2026年11月24日", "演示数据", c.Code[:4] + "-" + c.Code[4:8]} {
		if !strings.Contains(plain, strings.ReplaceAll(want, " ", "")) {
			t.Errorf("the file lacks %q", want)
		}
	}
	if strings.Contains(plain, "129000") {
		t.Error("a telephone number of a person")
	}
}

// Verify names a certificate whose minutes are not the sum of its records, and a valid one whose records do not count.
func TestVerifyFinds(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := newWorld(base)
		w.service(60)
		c := w.issue(w.Manager)
		for _, q := range []struct{ spoil, mend string }{
			{"UPDATE certificate SET unit = 'x' || unit", "UPDATE certificate SET unit = SUBSTR(unit, 2)"},
			{"UPDATE certificate_record SET category = 'x' || category", "UPDATE certificate_record SET category = SUBSTR(category, 2)"},
			{"UPDATE service_record SET status = 'suspended'", "UPDATE service_record SET status = 'counted'"},
		} {
			w.Write(func(tx *db.Tx) error { _, err := tx.Exec(w.System, q.spoil); return err })
			if got := w.findings(); len(got) != 1 || !strings.Contains(got[0], c.No) {
				t.Errorf("%s: %q", q.spoil, got)
			}
			w.Write(func(tx *db.Tx) error { _, err := tx.Exec(w.System, q.mend); return err })
		}
	})
}

// What one may not do, whoever he is, is refused before anything is looked up.
func TestPermissions(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		nobody := auth.With(t.Context(), auth.Actor{Account: 5, Grants: []auth.Grant{{Role: auth.Resident}}})
		_, err := w.s.Issue(nobody, certificate.IssueInput{})
		w.Refused(err, "denied", "issue")
		_, err = w.s.Revoke(nobody, certificate.RevokeInput{})
		w.Refused(err, "denied", "revoke")
		_, err = w.s.PDF(nobody, certificate.FileInput{})
		w.Refused(err, "denied", "file")
		_, err = w.s.List(nobody, certificate.ListInput{})
		w.Refused(err, "denied", "list")
	})
}

// Whatever anybody may see or check of a certificate is signed. One that was changed behind the system's back is unknown everywhere,
// nothing of it is shown, it is not signed again, and verify names it.
func TestForged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.service(60)
		c := w.issue(w.Manager)
		text := func(column string) [2]string {
			return [2]string{fmt.Sprintf("UPDATE certificate SET %[1]s = 'x' || %[1]s", column),
				fmt.Sprintf("UPDATE certificate SET %[1]s = SUBSTR(%[1]s, 2)", column)}
		}
		number := func(column string) [2]string {
			return [2]string{fmt.Sprintf("UPDATE certificate SET %[1]s = %[1]s + 1", column),
				fmt.Sprintf("UPDATE certificate SET %[1]s = %[1]s - 1", column)}
		}
		spoils := [][2]string{{"UPDATE certificate SET name = '娜仁低娃'", "UPDATE certificate SET name = '娜仁高娃'"},
			{"UPDATE certificate SET status = 'suspended', reason = 'x'", "UPDATE certificate SET status = 'valid', reason = ''"},
			{"UPDATE certificate_record SET category = 'x' || category", "UPDATE certificate_record SET category = SUBSTR(category, 2)"}}
		for _, column := range []string{"volunteer_no", "id_number", "unit", "station", "clerk"} {
			spoils = append(spoils, text(column))
		}
		for _, column := range []string{"from_day", "to_day", "minutes", "times", "issued_day", "issued_by", "region"} {
			spoils = append(spoils, number(column))
		}
		run := func(q string) {
			t.Helper()
			w.Write(func(tx *db.Tx) error {
				if n, err := tx.Exec(w.System, q); err != nil || n == 0 {
					return fmt.Errorf("%s: %d rows, %w", q, n, err)
				}
				return nil
			})
		}
		for _, q := range spoils {
			run(q[0])
			if a := w.check(c.Code, "娜仁低娃"); a.Status != certificate.Unknown || a.No != "" || a.NameMatches != nil || a.Reason == "" {
				t.Errorf("%s: %+v", q[0], a)
			}
			if got := w.findings(); len(got) == 0 || !strings.Contains(strings.Join(got, " "), c.No) {
				t.Errorf("%s: verify names %q", q[0], got)
			}
			run(q[1])
			if a := w.check(c.Code, ""); a.Status != certificate.Valid {
				t.Fatalf("%s: %+v", q[1], a)
			}
		}
		run(spoils[0][0])
		_, err := w.s.PDF(w.Manager, certificate.FileInput{File: c.No + ".pdf"})
		w.Refused(err, "wrong_state", "a file of a forged certificate")
		list, err := w.s.List(w.Manager, certificate.ListInput{})
		if err != nil || list.Items[0].Status != certificate.Unknown {
			t.Errorf("%+v %v", list.Items, err)
		}
		if _, err := w.s.Revoke(w.Head, certificate.RevokeInput{No: c.No, Reason: "被改动过"}); err != nil {
			t.Fatal(err)
		}
		if a := w.check(c.Code, ""); a.Status != certificate.Unknown {
			t.Errorf("revoking signed the forgery: %+v", a)
		}
		var alarms int64
		w.Write(func(tx *db.Tx) (err error) {
			alarms, err = db.SelectOne[int64](w.System, tx, tx.Build("SELECT COUNT(*) FROM audit WHERE action = 'alarm'"))
			return err
		})
		if alarms != 1 {
			t.Errorf("%d alarms in one day", alarms)
		}
		run(`UPDATE certificate SET status = 'valid', reason = '', revoked_at = NULL, revoked_by = NULL`)
		run(spoils[0][1])
	})
}
