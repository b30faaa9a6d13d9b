package platforms_test

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
	"linli/internal/reach/batch"
	"linli/internal/reach/platforms"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with its officers, some records, and the area.
type world struct {
	*inspectiontest.World
	s       *platforms.Service
	records []db.ID
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		base.Days(3)
		persons := person.New(base.DB, base.Keys, true)
		test(&world{base, platforms.New(base.DB, base.Keys, persons), base.Records(4)})
	})
}

var days = platforms.MakeInput{Platform: "national", Region: inspectiontest.Banner, From: 20261101, To: 20261110}

// file gives a batch as it is taken out, which must pass the kit, and its lines.
func (w *world) file(b platforms.Batch, form string) (data []byte, lines []batch.Line) {
	w.T.Helper()
	f, err := w.s.File(w.Banner, platforms.FileInput{ID: b.ID, Form: form})
	w.Must(err)
	var out bytes.Buffer
	w.Must(f.Stream(&out))
	r, err := batch.Check(bytes.NewReader(out.Bytes()), time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC), func(l batch.Line) error {
		lines = append(lines, l)
		return nil
	})
	w.Must(err)
	if !r.Good() {
		w.T.Fatalf("the kit finds %+v in\n%s", r.Violations, out.Bytes())
	}
	return out.Bytes(), lines
}

// receipt is what a platform says of the items of a batch.
func receipt(number string, answers ...string) platforms.ReceiptInput {
	text := fmt.Sprintf("{\"kind\":\"receipt\",\"format\":\"linli-receipt/1\",\"batch\":%q}\n", number)
	for _, a := range answers {
		f := strings.Fields(a)
		text += fmt.Sprintf("{\"kind\":\"answer\",\"item\":%q,\"id\":%q,\"result\":%q", f[0], f[1], f[2])
		if len(f) > 3 {
			text += fmt.Sprintf(",\"reason\":%q", f[3])
		}
		text += "}\n"
	}
	return platforms.ReceiptInput{Platform: "national", File: blob.Upload{Name: "r.jsonl", Data: []byte(text)}}
}

func (w *world) sent(b platforms.Batch) platforms.Detail {
	w.T.Helper()
	d, err := w.s.Sent(w.Banner, platforms.SentInput{ID: b.ID, Version: b.Version, Day: inspectiontest.Today.AddDays(3)})
	w.Must(err)
	return d
}

func (w *world) make(in platforms.MakeInput) platforms.Batch {
	w.T.Helper()
	b, err := w.s.Make(w.Banner, in)
	w.Must(err)
	return b
}

func kinds(lines []batch.Line) (out []string) {
	for _, l := range lines {
		out = append(out, l.Kind)
	}
	return out
}

// From what was done to a receipt in part; what was refused is in the next batch, what was taken is not, and what changed is.
func TestBatch(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		if b.Persons != 1 || b.Services != 4 || b.State != platforms.Queued {
			t.Fatalf("%+v", b)
		}
		data, lines := w.file(b, "jsonl")
		if again, _ := w.file(b, "jsonl"); !bytes.Equal(data, again) {
			t.Error("the same batch, taken out twice, is not the same")
		}
		if _, table := w.file(b, "csv"); !slices.Equal(kinds(lines), kinds(table)) {
			t.Errorf("the table holds %v", kinds(table))
		}
		if got := strings.Join(kinds(lines), " "); got != "header person service service service service" || lines[1].Text("ground") != "law" {
			t.Errorf("%s\n%s", got, data)
		}
		_, err := w.s.Make(w.Banner, platforms.MakeInput{Platform: "national", Region: attendancetest.Gacha, From: days.From, To: days.To})
		errstest.Is(w, err, "conflict: 批次 "+b.Number)
		_, err = w.s.Receive(w.Banner, receipt(b.Number))
		errstest.Is(w, err, "wrong_state: 这一批还没有报送")
		w.sent(b)
		who, one := "person "+lines[1].Text("id")+" received", "service "+w.records[0].String()
		d, err := w.s.Receive(w.Banner, receipt(b.Number, one+" waits"))
		if err != nil || d.Waiting != 5 || d.State != platforms.Given {
			t.Errorf("a platform that has not decided yet: %+v %v", d, err)
		}
		d, err = w.s.Receive(w.Banner, receipt(b.Number, who, one+" received"))
		w.Must(err)
		if d.State != platforms.Given || d.Waiting != 3 || d.Taken != 2 {
			t.Errorf("a receipt of some: %+v", d)
		}
		d, err = w.s.Receive(w.Banner, receipt(b.Number, one+" received", "service "+w.records[1].String()+" received",
			"service "+w.records[2].String()+" received", "service "+w.records[3].String()+" refused 没有这个单位"))
		w.Must(err)
		if d.State != platforms.Partly || d.Taken != 4 || len(d.Bad) != 1 || d.Bad[0].Reason != "没有这个单位" || d.AnsweredAt == nil {
			t.Errorf("the whole receipt: %+v", d)
		}
		_, err = w.s.File(w.Banner, platforms.FileInput{ID: b.ID})
		errstest.Is(w, err, "wrong_state: 这一批部分收下")
		w.again(t)
	})
}

// again makes the batch after one that was taken in part.
func (w *world) again(t *testing.T) {
	w.change(`UPDATE service_record SET minutes = minutes - 1, version = version + 1 WHERE id = ?`, w.records[0])
	w.change(`UPDATE service_record SET status = 'void', reason = '重复', version = version + 1 WHERE id = ?`, w.records[1])
	b := w.make(days)
	_, lines := w.file(b, "jsonl")
	got := map[string]string{}
	for _, l := range lines[2:] {
		got[l.Text("id")] = l.Text("state")
	}
	if len(got) != 3 || got[w.records[0].String()] != "counted" || got[w.records[1].String()] != "void" || got[w.records[3].String()] == "" {
		t.Errorf("the next batch holds %v", got)
	}
	d, err := w.s.Withdraw(w.Banner, platforms.WithdrawInput{ID: b.ID, Version: b.Version, Reason: "平台停机"})
	w.Must(err)
	if d.State != platforms.Withdrawn {
		t.Errorf("%+v", d)
	}
	if c := w.make(days); c.Services != 3 {
		t.Errorf("what was withdrawn is not reported again: %+v", c)
	}
	w.clean(t)
}

func (w *world) change(q string, args ...any) {
	w.T.Helper()
	w.Write(func(tx *db.Tx) error {
		_, err := tx.Build(q, args...).Run(w.System, tx)
		return err
	})
}

// clean asks verify.
func (w *world) clean(t *testing.T) {
	t.Helper()
	w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
		return platforms.Verify(w.System, tx, func(object, what string) { t.Errorf("%s: %s", object, what) })
	}))
}

// Without the person's own consent nothing goes to a platform that the law does not name, and his identity number never.
func TestConsent(t *testing.T) {
	each(t, func(w *world) {
		in := days
		in.Platform = "cloud"
		_, err := w.s.Make(w.Banner, in)
		errstest.Is(w, err, "conflict: 没有要报的")
		w.Write(func(tx *db.Tx) error {
			return person.Consent(w.System, tx, w.Vols[0].PersonID, person.PurposeExchange, person.ByPaper, 0)
		})
		b := w.make(in)
		_, lines := w.file(b, "jsonl")
		if lines[1].Text("ground") != "consent" || lines[1].Text("id_number") != "" {
			t.Errorf("%s", lines[1].JSON)
		}
		page, err := w.s.Ledger(w.Banner, platforms.LedgerInput{PersonID: w.Vols[0].PersonID})
		w.Must(err)
		if len(page.Items) != 5 || page.Items[0].Ground != "consent" || strings.Contains(page.Items[0].Name, w.Vols[0].Name) {
			t.Errorf("%+v", page.Items)
		}
		for q, n := range map[platforms.LedgerInput]int{{Platform: "national"}: 0, {Kind: "person"}: 1, {State: "received"}: 0, {To: 20261126}: 0,
			{From: 20261127, To: 20261127}: 5, {BatchID: b.ID}: 5} {
			if page, err := w.s.Ledger(w.Banner, q); err != nil || len(page.Items) != n {
				t.Errorf("%+v: %d lines, %v", q, len(page.Items), err)
			}
		}
		w.Must(w.DB.Write(w.System, func(tx *db.Tx) error {
			held, err := w.s.Held(w.System, tx, w.Vols[0].PersonID)
			if held == nil || !strings.Contains(fmt.Sprint(held), "志愿云内蒙古") {
				t.Errorf("%+v", held)
			}
			errstest.Is(w, w.s.Forget(w.System, tx, w.Vols[0].PersonID, ""), "wrong_state: 有 5 条正在报送")
			return err
		}))
		w.change(`UPDATE person_consent SET withdrawn_at = at WHERE purpose = 'exchange'`)
		_, err = w.s.File(w.Banner, platforms.FileInput{ID: b.ID})
		errstest.Is(w, err, "wrong_state: 其中 1 人撤回了同意")
		_, err = w.s.Withdraw(w.Banner, platforms.WithdrawInput{ID: b.ID, Version: b.Version, Reason: "本人要求"})
		w.Must(err)
		w.Write(func(tx *db.Tx) error { return w.s.Forget(w.System, tx, w.Vols[0].PersonID, "") })
		page, err = w.s.Ledger(w.Banner, platforms.LedgerInput{})
		w.Must(err)
		if len(page.Items) != 5 || page.Items[0].Hash != "" {
			t.Errorf("after the erasure: %+v", page.Items)
		}
	})
}

// An identity number goes to the national system, which the law names, and to no other.
func TestIdentityNumber(t *testing.T) {
	each(t, func(w *world) {
		const number = "150102198001010014"
		who := w.Vols[0].PersonID
		w.change(`UPDATE person SET id_number_hint = '001', id_number_blind = ?, id_number = ? WHERE id = ?`, []byte(number),
			w.Keys.Seal([]byte(number), seal.At("person", "id_number", int64(who))), who)
		w.Write(func(tx *db.Tx) error {
			return person.Consent(w.System, tx, who, person.PurposeExchange, person.ByPaper, 0)
		})
		for _, platform := range platforms.Targets.Codes() {
			in := days
			in.Platform = platform
			data, _ := w.file(w.make(in), "jsonl")
			if bytes.Contains(data, []byte(number)) != (platform == "national") {
				t.Errorf("%s: %s", platform, data)
			}
		}
	})
}

// Two who put batches of overlapping places together at once: one waits for the other, and is refused.
func TestMakeAtOnce(t *testing.T) {
	each(t, func(w *world) {
		var wg sync.WaitGroup
		places := []auth.Region{inspectiontest.Banner, attendancetest.Gacha, inspectiontest.Banner, attendancetest.Gacha}
		made := make([]error, len(places))
		for i, at := range places {
			in := days
			in.Region = at
			wg.Go(func() { _, made[i] = w.s.Make(w.Banner, in) })
		}
		wg.Wait()
		done := 0
		for _, err := range made {
			if err == nil {
				done++
				continue
			}
			errstest.Is(w, err, "conflict: 批次")
		}
		if done != 1 {
			t.Errorf("%d batches of the same records wait at once", done)
		}
	})
}

// What no second person has looked at goes nowhere: records that wait or rest, commendations and trainings that nobody confirmed.
func TestUnconfirmed(t *testing.T) {
	each(t, func(w *world) {
		for i, status := range []string{"pending", "suspended", "void"} { // what is void is told only to whom it was told as done
			w.change(`UPDATE service_record SET status = ?, reason = '重复', version = version + 1 WHERE id = ?`, status, w.records[i])
		}
		who, vol, at := w.Vols[0].PersonID, w.Vols[0].ID, days.From.Time()
		for i, state := range []string{"entered", "confirmed", "refused", "recalled"} {
			w.change(`INSERT INTO commendation (id, version, region, kind, person_id, subject, source, title, giver, document, day, state, by_id,
				by_name, at, decided_by, decider, published_on, reason) VALUES (?, 1, ?, 'volunteer', ?, '', 'own', ?, '站', '', ?, ?, 1, '', ?, 2,
				'', 0, '')`, 900+i, attendancetest.Gacha, who, state, days.From, state, at)
		}
		w.change(`INSERT INTO training_course (id, region, kind, title, content, minutes, qualification_code, valid_months, pass_mark, state, made_by,
			made_at, reason, version) VALUES (7, ?, 'on_site', '急救', '', 60, '', 0, 0, 'open', 1, ?, '', 1)`, attendancetest.Gacha, at)
		for i, c := range []struct{ state, result string }{{"noted", "passed"}, {"confirmed", "failed"}, {"confirmed", "passed"}} {
			w.change(`INSERT INTO training_sitting (id, course_id, place, lecturer, starts_at, ends_at, day, needed, taken, state, made_by, made_at,
				reason, version) VALUES (?, 7, '', '', ?, ?, ?, 9, 1, 'noted', 1, ?, '', 1)`, 70+i, at, at.Add(time.Hour), days.From, at)
			w.change(`INSERT INTO training_place (id, course_id, sitting_id, person_id, volunteer_id, state, asked_at, came, result, minutes,
				confirmed_by, confirmed_at, reason, version) VALUES (?, 7, ?, ?, ?, ?, ?, 'list', ?, 60, 1, ?, '', 1)`, 80+i, 70+i, who, vol, c.state,
				at, c.result, at)
		}
		_, lines := w.file(w.make(days), "jsonl")
		if got := strings.Join(kinds(lines), " "); got != "header person service training commendation" {
			t.Errorf("%s", got)
		}
		for _, l := range lines {
			if id := l.Text("id"); l.Kind == batch.Service && id != w.records[3].String() || l.Kind == batch.Training && id != "82" ||
				l.Kind == batch.Commendation && id != "901" {
				t.Errorf("%s %s went", l.Kind, id)
			}
		}
		for as, n := range map[context.Context]int{w.Banner: 4, w.League: 4, w.Far: 0} {
			page, err := w.s.Ledger(as, platforms.LedgerInput{})
			w.Must(err)
			if len(page.Items) != n {
				t.Errorf("%d lines of the ledger, want %d", len(page.Items), n)
			}
		}
	})
}

// What an order was called, where it was and what was said of it stays here: a name in it would be that of who was served.
func TestNamesOfTheServed(t *testing.T) {
	each(t, func(w *world) {
		o := w.Served(60)
		w.Confirm(o.ID)
		w.change(`UPDATE orders SET title = '给萨仁老人送饭', rating = 5, comment = '萨仁很满意' WHERE id = ?`, o.ID)
		w.change(`INSERT INTO service_record (id, version, volunteer_id, person_id, region, source, order_id, attendance_id, round, title, category, day,
			place, content, started_at, ended_at, minutes, unit, leader, status, confirmation, evidence, needs_second, why, confirmed, confirmed_by,
			counted_at, counted_day, due_day, reason, made_at)
			SELECT 77, 1, volunteer_id, person_id, region, 'order', ?, (SELECT MIN(id) FROM attendance), (SELECT round FROM orders WHERE id = ?),
			'给萨仁老人送饭', category, day, '萨仁家', '给萨仁送饭', started_at, ended_at, minutes, unit, leader, status, confirmation, evidence, needs_second,
			why, confirmed, confirmed_by, counted_at, counted_day, due_day, reason, made_at FROM service_record WHERE id = ?`, o.ID, o.ID, w.records[0])
		data, lines := w.file(w.make(days), "jsonl")
		if bytes.Contains(data, []byte("萨仁")) {
			t.Errorf("%s", data)
		}
		if !slices.Contains(kinds(lines), batch.Evaluation) || !bytes.Contains(data, []byte(`"title":"助老助残服务"`)) {
			t.Errorf("the rating did not go: %s", data)
		}
	})
}

// Who may not, where he may not, and what is wrong with what he says.
func TestRefusals(t *testing.T) {
	each(t, func(w *world) {
		for want, c := range map[string]struct {
			as context.Context
			in platforms.MakeInput
		}{
			"denied":                 {w.Town, days},
			"not_found":              {w.Far, days},
			"invalid to: 止要不早于起":     {w.Banner, platforms.MakeInput{Platform: "national", Region: days.Region, From: 20261111, To: 20261110}},
			"invalid to: 还没有到这一天":    {w.Banner, platforms.MakeInput{Platform: "national", Region: days.Region, From: 20261101, To: 20261128}},
			"invalid from: 请填写从哪天起":  {w.Banner, platforms.MakeInput{Platform: "national", Region: days.Region, To: 20261110}},
			"invalid platform: 没有这个": {w.Banner, platforms.MakeInput{Platform: "linli", Region: days.Region, From: 20261101, To: 20261110}},
		} {
			_, err := w.s.Make(c.as, c.in)
			errstest.Is(w, err, want)
		}
		b := w.make(days)
		for _, as := range []context.Context{w.Far, w.Town, w.Inspector} {
			if _, err := w.s.File(as, platforms.FileInput{ID: b.ID}); errs.KindOf(err) != errs.Denied && errs.KindOf(err) != errs.NotFound {
				t.Errorf("a file for who may not: %v", err)
			}
		}
		_, err := w.s.Sent(w.Banner, platforms.SentInput{ID: b.ID, Version: b.Version, Day: inspectiontest.Today.AddDays(4)})
		errstest.Is(w, err, "invalid day: 请填写报送的日子")
		_, err = w.s.Sent(w.Banner, platforms.SentInput{ID: b.ID, Version: b.Version, Day: inspectiontest.Today})
		errstest.Is(w, err, "invalid day: 比生成这一批的日子还早")
		w.sent(b)
		ok := "service " + w.records[0].String() + " received"
		for name, c := range map[string]struct{ in platforms.ReceiptInput }{
			"another batch":     {receipt(b.Number+"9", ok)},
			"no such item":      {receipt(b.Number, ok, "service 12 received")},
			"another kind":      {receipt(b.Number, "training "+w.records[0].String()+" received")},
			"no reason":         {receipt(b.Number, "service "+w.records[0].String()+" refused")},
			"twice":             {receipt(b.Number, ok, ok)},
			"no result":         {receipt(b.Number, "service "+w.records[0].String()+" maybe")},
			"nothing":           {platforms.ReceiptInput{Platform: "national", File: blob.Upload{Name: "x", Data: []byte("")}}},
			"a name and no id":  {receipt(b.Number, "person 王小明 received")},
			"a table of others": {platforms.ReceiptInput{Platform: "national", File: blob.Upload{Name: "x", Data: []byte("a,b\n")}}},
			"another platform":  {platforms.ReceiptInput{Platform: "cloud", File: receipt(b.Number, ok).File}},
			"a table of two batches": {platforms.ReceiptInput{Platform: "national", File: blob.Upload{Name: "x", Data: []byte(
				"batch,item,id,result,reason\n" + b.Number + ",service," + w.records[0].String() + ",received,\nB2,service,1,received,\n")}}},
		} {
			if _, err := w.s.Receive(w.Banner, c.in); errs.KindOf(err) != errs.Invalid {
				t.Errorf("%s: %v", name, err)
			}
		}
		if _, err := w.s.Receive(w.Far, receipt(b.Number, ok)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("another banner's receipt: %v", err)
		}
		d, err := w.s.Get(w.Banner, platforms.GetInput{ID: b.ID})
		w.Must(err)
		if d.Waiting != 5 {
			t.Errorf("a refused receipt left something: %+v", d)
		}
		d, err = w.s.Receive(w.Banner, platforms.ReceiptInput{Platform: "national", File: blob.Upload{Name: "x", Data: []byte(
			"batch,item,id,result,reason\n" + b.Number + ",service," + w.records[0].String() + ",refused,'=没有\n")}})
		if err != nil || d.Waiting != 4 || len(d.Bad) != 1 || d.Bad[0].Reason != "=没有" {
			t.Errorf("a table: %+v %v", d, err)
		}
	})
}
