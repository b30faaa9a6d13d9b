package inbound_test

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/reach/batch"
	"linli/internal/reach/inbound"
	"linli/internal/work/attendance/attendancetest"
)

// taken receives a batch, decides over all of it for ours, and takes it.
func (w *world) taken(data []byte) inbound.Detail {
	w.T.Helper()
	d, err := w.receive(data)
	w.Must(err)
	for _, h := range d.Heaps {
		d, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: h.Field, Decision: "ours"})
		w.Must(err)
	}
	d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
	w.Must(err)
	return d
}

func figures(d inbound.Detail) string {
	var out []string
	for _, f := range d.Records {
		out = append(out, fmt.Sprintf("%s %d %d", f.Status, f.N, f.Minutes))
	}
	return strings.Join(out, ", ")
}

func (w *world) get(id db.ID) inbound.Detail {
	w.T.Helper()
	d, err := w.s.Batch(w.Banner, inbound.GetInput{ID: id})
	w.Must(err)
	return d
}

// shown are the records of a batch that somebody is shown as second person.
func (w *world) shown(as context.Context, id db.ID) (ids []db.ID) {
	w.T.Helper()
	page, err := w.s.Claims(as, inbound.SecondInput{ID: id})
	w.Must(err)
	for _, c := range page.Items {
		ids = append(ids, c.RecordID)
	}
	return ids
}

// Services of volunteers become pending records and count by a second person's word; the rest is kept or told why not.
func TestTake(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.receive(w.mixed())
		w.Must(err)
		_, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 还有 1 处冲突没有决定")
		d, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "birth_day", Decision: "theirs"})
		w.Must(err)
		d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		if got := figures(d); got != "pending 2 150" || d.State != "taken" {
			t.Fatalf("%s %s, %s", d.State, got, counts(d))
		}
		_, err = w.s.Decide(w.Banner, inbound.DecideInput{ID: d.ID, N: 2, Field: "birth_day", Decision: "ours"})
		errstest.Is(w, err, "wrong_state")
		_, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 现在是“已收下”")
		lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Kind: "service", State: "refused"})
		w.Must(err)
		if len(lines.Items) != 2 || !strings.Contains(lines.Items[0].Reason, "这里没有这个人") {
			t.Errorf("%+v", lines.Items)
		}
		w.confirm(d)
		mine, err := w.s.Mine(w.Vols[0].Ctx, inbound.Nothing{})
		w.Must(err)
		if len(mine.Items) != 2 || mine.Items[0].State != "taken" || mine.Items[1].State != "refused" || mine.Items[0].From != "来处 platform-1" ||
			mine.Items[0].Status != "counted" || mine.Items[1].Status != "" {
			t.Errorf("%+v", mine.Items)
		}
		if none, err := w.s.Mine(w.Vols[2].Ctx, inbound.Nothing{}); err != nil || len(none.Items) != 0 {
			t.Errorf("%+v %v", none.Items, err)
		}
		w.verify()
	})
}

// confirm tries who may be the second person for the records of mixed.
func (w *world) confirm(d inbound.Detail) {
	w.T.Helper()
	ids := w.shown(w.Head, d.ID)
	if len(ids) != 2 {
		w.T.Fatalf("%d records are shown", len(ids))
	}
	in := inbound.ConfirmRecordsInput{ID: d.ID, Records: ids}
	_, err := w.s.ConfirmRecords(w.Banner, in)
	errstest.Is(w, err, "denied: 前一步是您自己办的")
	_, err = w.s.ConfirmRecords(w.Second, in)
	errstest.Is(w, err, "denied: 先由嘎查村")
	_, err = w.s.ConfirmRecords(w.Elsewhere, in)
	errstest.Is(w, err, "not_found")
	_, err = w.s.ConfirmRecords(w.Head, inbound.ConfirmRecordsInput{ID: d.ID, Records: []db.ID{ids[0], 77}})
	errstest.Is(w, err, "wrong_state: 记录 77 不在等复核的里面")
	page, err := w.s.ConfirmRecords(w.Head, in)
	w.Must(err)
	if len(page.Items) != 0 || figures(w.get(d.ID)) != "counted 2 150" {
		w.T.Errorf("%+v %s", page, figures(w.get(d.ID)))
	}
	_, err = w.s.ConfirmRecords(w.Head, in)
	errstest.Is(w, err, "wrong_state")
}

// Nobody confirms his own: the head who is the volunteer is passed by, the others count.
func TestOwn(t *testing.T) {
	each(t, func(w *world) {
		w.Kin(w.Vols[0].PersonID, w.headPerson())
		d := w.taken(w.mixed())
		page, err := w.s.ConfirmRecords(w.Head, inbound.ConfirmRecordsInput{ID: d.ID, Records: w.shown(w.Head, d.ID)})
		w.Must(err)
		if len(page.Items) != 1 || figures(w.get(d.ID)) != "counted 1 60, pending 1 90" {
			t.Errorf("%+v", page)
		}
		_, err = w.s.ConfirmRecords(w.Head, inbound.ConfirmRecordsInput{ID: d.ID, Records: w.shown(w.Head, d.ID)})
		errstest.Is(w, err, "denied")
	})
}

func (w *world) headPerson() (id db.ID) {
	w.Must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
		id, err = db.SelectOne[db.ID](w.System, tx, tx.Build(`SELECT person_id FROM account WHERE id = ?`, w.HeadID))
		return err
	}))
	return id
}

// A code of theirs that means nothing here is named before anything is taken; mapped, the service is taken by that edition.
func TestMapping(t *testing.T) {
	each(t, func(w *world) {
		who := somebody("p1", w.Vols[0].Name, "12900000001")
		d, err := w.receive(file(t, keyOf(3), "platform-1", "M", []fields{who}, []fields{
			service("s1", "p1", 8, 9, 60, "region", "999999999999"), service("s2", "p1", 9, 9, 60, "category", "")}))
		w.Must(err)
		_, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 这些代码没有对照")
		for want, in := range map[string]inbound.MapInput{
			"invalid ours: 要填嘎查村": {Field: "region", Theirs: "999999999999", Ours: inspectiontest.Banner.String()},
			"invalid ours: 没有这个":  {Field: "region", Theirs: "999999999999", Ours: "152502200999"},
			"invalid ours: 类别要是":  {Field: "category", Theirs: "-", Ours: "x"},
			"invalid theirs: 请填写": {Field: "category", Theirs: " ", Ours: "farming"},
		} {
			in.ID = w.source.ID
			_, err := w.s.Map(w.Banner, in)
			errstest.Is(w, err, want)
		}
		_, err = w.s.Map(w.Banner, inbound.MapInput{ID: w.source.ID, Field: "region", Theirs: "999999999999",
			Ours: attendancetest.Gacha.String()})
		w.Must(err)
		src, err := w.s.Map(w.Banner, inbound.MapInput{ID: w.source.ID, Field: "category", Theirs: "-", Ours: "farming"})
		w.Must(err)
		if len(src.Mapping) != 2 || src.MappingNo != 2 {
			t.Errorf("%+v", src.Mapping)
		}
		d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		if got := figures(d); got != "pending 2 120" || d.MappingNo != 2 {
			t.Errorf("%s by %d", got, d.MappingNo)
		}
		src, err = w.s.Map(w.Banner, inbound.MapInput{ID: w.source.ID, Field: "category", Theirs: "-"})
		if err != nil || len(src.Mapping) != 1 {
			t.Errorf("%+v %v", src.Mapping, err)
		}
		d, err = w.receive(file(t, keyOf(3), "platform-1", "M2", []fields{who}, []fields{service("s3", "p1", 10, 9, 60, "category", "")}))
		w.Must(err)
		d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version, Anyway: true})
		if err != nil || d.Count("service", "refused") != 1 {
			t.Errorf("%s %v", counts(d), err)
		}
	})
}

// A newer version of what was taken takes the place of its record as long as nobody confirmed it; an older one changes nothing.
func TestNewer(t *testing.T) {
	each(t, func(w *world) {
		who := []fields{somebody("p1", w.Vols[0].Name, "12900000001")}
		first := w.taken(file(t, keyOf(3), "platform-1", "N1", who, []fields{service("s1", "p1", 8, 9, 60), service("s2", "p1", 9, 9, 60)}))
		w.Must(inspectiontest.Err(w.s.ConfirmRecords(w.Head, inbound.ConfirmRecordsInput{ID: first.ID, Records: w.shown(w.Head, first.ID)[:1]})))
		const later = "2026-11-21T08:00:00+08:00"
		d, err := w.receive(file(t, keyOf(3), "platform-1", "N2", who, []fields{service("s1", "p1", 8, 9, 30, "changed_at", later),
			service("s2", "p1", 9, 9, 30, "changed_at", later)}))
		w.Must(err)
		if d.Open != 2 || d.Count("service", "conflict") != 2 {
			t.Fatalf("%s", counts(d))
		}
		_, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "record", Decision: "apart"})
		errstest.Is(w, err, "invalid decision: 同一条记录只能")
		d, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "record", Decision: "theirs"})
		w.Must(err)
		d, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		if d.Count("service", "taken") != 1 || d.Count("service", "refused") != 1 || figures(d) != "pending 1 30" ||
			figures(w.get(first.ID)) != "counted 1 60, void 1 60" {
			t.Errorf("%s, %s; before %s", counts(d), figures(d), figures(w.get(first.ID)))
		}
		d, err = w.receive(file(t, keyOf(3), "platform-1", "N3", who, []fields{service("s2", "p1", 9, 9, 45)}))
		if err != nil || d.Count("service", "refused") != 1 {
			t.Errorf("an older one: %s %v", counts(d), err)
		}
		d, err = w.receive(file(t, keyOf(3), "platform-1", "N4", who, []fields{service("s1", "p1", 8, 9, 60)}))
		if err != nil || d.Count("service", "known") != 1 {
			t.Errorf("the same: %s %v", counts(d), err)
		}
		w.verify()
	})
}

// A wrong file is taken out by two people: what counted counts no more, and nothing is deleted.
func TestWithdraw(t *testing.T) {
	each(t, func(w *world) {
		d := w.taken(w.mixed())
		w.Must(inspectiontest.Err(w.s.ConfirmRecords(w.Head, inbound.ConfirmRecordsInput{ID: d.ID, Records: w.shown(w.Head, d.ID)[:1]})))
		d, err := w.s.Withdraw(w.Banner, inbound.DropInput{ID: d.ID, Version: d.Version, Reason: "错的文件"})
		w.Must(err)
		_, err = w.s.Agree(w.Banner, inbound.AgreeInput{ID: d.ID, Version: d.Version, Decision: "agree"})
		errstest.Is(w, err, "denied: 前一步是您自己办的")
		d, err = w.s.Agree(w.Second, inbound.AgreeInput{ID: d.ID, Version: d.Version, Decision: "refuse"})
		if err != nil || d.State != "taken" {
			t.Fatalf("%s %v", d.State, err)
		}
		d, err = w.s.Withdraw(w.Banner, inbound.DropInput{ID: d.ID, Version: d.Version, Reason: "错的文件"})
		w.Must(err)
		d, err = w.s.Agree(w.Second, inbound.AgreeInput{ID: d.ID, Version: d.Version, Decision: "agree"})
		w.Must(err)
		if d.State != "withdrawn" || figures(d) != "void 2 150" || d.Count("service", "undone") != 2 {
			t.Errorf("%s %s %s", d.State, figures(d), counts(d))
		}
		w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
			n, err := db.SelectOne[int64](w.System, tx, tx.Build(`SELECT COUNT(*) FROM service_record WHERE status = 'counted'`))
			if n != 0 {
				t.Errorf("%d records still count", n)
			}
			return err
		}))
		f, err := w.s.Receipt(w.Banner, inbound.GetInput{ID: d.ID})
		w.Must(err)
		var out bytes.Buffer
		w.Must(f.Stream(&out))
		if r, bad := batch.ReadReceipt(&out); len(bad) > 0 || len(r.Items) != 9 || r.Items[5].Result != "refused" {
			t.Errorf("%+v %+v", bad, r.Items)
		}
		_, err = w.s.Agree(w.Second, inbound.AgreeInput{ID: d.ID, Version: d.Version, Decision: "agree"})
		errstest.Is(w, err, "wrong_state: 现在是“已撤销”")
		_, err = w.receive(w.mixed())
		w.Must(err)
		w.verify()
	})
}

// Two who had a part in a batch are no second persons for it, whoever of them took it in.
func TestBroughtIsNoSecond(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.receive(w.mixed())
		w.Must(err)
		third, _ := w.Actor("三号经办", 0, officer)
		d, err = w.s.DecideAll(third, inbound.AllInput{ID: d.ID, Field: "birth_day", Decision: "ours"})
		w.Must(err)
		d, err = w.s.Take(w.Second, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		in := inbound.ConfirmRecordsInput{ID: d.ID, Records: w.shown(w.Head, d.ID)}
		for who, ctx := range map[string]context.Context{"who brought it": w.Banner, "who took it": w.Second} {
			if _, err := w.s.ConfirmRecords(ctx, in); err == nil || !strings.Contains(err.Error(), "前一步是您自己办的") {
				t.Errorf("%s: %v", who, err)
			}
		}
		for range 2 { // town, banner
			w.Days(30)
			w.Must(w.records.Rise(w.System))
		}
		for who, ctx := range map[string]context.Context{"who brought it": w.Banner, "who took it": w.Second} {
			if _, err := w.records.Approve(ctx, record.ApproveInput{ID: in.Records[0], Decision: "approve"}); errs.KindOf(err) != errs.Denied ||
				strings.Contains(err.Error(), "先由") {
				t.Errorf("on the record's own page %s: %v", who, err)
			}
		}
		_, err = w.records.Approve(third, record.ApproveInput{ID: in.Records[1], Decision: "approve"})
		errstest.Is(w, err, "denied: 前一步是您自己办的") // he decided whose it is
		if _, err := w.records.Approve(third, record.ApproveInput{ID: in.Records[0], Decision: "approve"}); err != nil {
			t.Errorf("who had no part: %v", err)
		}
		w.verify()
	})
}

// What came before its key was ended or its source closed is not taken any more.
func TestEnded(t *testing.T) {
	each(t, func(w *world) {
		who := []fields{somebody("p1", w.Vols[0].Name, "12900000001")}
		d, err := w.receive(file(t, keyOf(3), "platform-1", "E", who, []fields{service("s1", "p1", 8, 9, 60)}))
		w.Must(err)
		src, err := w.s.Close(w.Banner, inbound.CloseInput{ID: w.source.ID, Version: w.source.Version})
		w.Must(err)
		_, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: “来处 platform-1”停用了")
		src, err = w.s.Close(w.Banner, inbound.CloseInput{ID: src.ID, Version: src.Version, Open: true})
		w.Must(err)
		_, err = w.s.EndKey(w.Second, inbound.EndInput{ID: src.Keys[0].ID, Version: src.Keys[0].Version, Reason: "丢了"})
		w.Must(err)
		_, err = w.s.Take(w.Banner, inbound.TakeInput{ID: d.ID, Version: d.Version})
		errstest.Is(w, err, "wrong_state: 签名的公钥停用了")
		if got := figures(w.get(d.ID)); got != "" {
			t.Errorf("records were made: %s", got)
		}
	})
}

// Of an item that two open batches hold one record is made.
func TestTwoOpen(t *testing.T) {
	each(t, func(w *world) {
		who := []fields{somebody("p1", w.Vols[0].Name, "12900000001")}
		a, err := w.receive(file(t, keyOf(3), "platform-1", "O1", who, []fields{service("s1", "p1", 8, 9, 60)}))
		w.Must(err)
		b, err := w.receive(file(t, keyOf(3), "platform-1", "O2", who, []fields{
			service("s1", "p1", 10, 9, 60, "changed_at", "2026-11-21T08:00:00+08:00")}))
		w.Must(err)
		a, err = w.s.Take(w.Banner, inbound.TakeInput{ID: a.ID, Version: a.Version})
		w.Must(err)
		b, err = w.s.Take(w.Banner, inbound.TakeInput{ID: b.ID, Version: b.Version})
		w.Must(err)
		if figures(a) != "pending 1 60" || figures(b) != "" || b.Count("service", "refused") != 1 {
			t.Errorf("%s and %s, %s", figures(a), figures(b), counts(b))
		}
		w.verify()
	})
}

// A source of one banner learns who nobody of another is, and makes and takes out no record there, whoever takes its batch.
func TestElsewhere(t *testing.T) {
	each(t, func(w *world) {
		far := auth.From(w.Far).Seat()
		src, err := w.s.Register(w.Region, inbound.RegisterInput{Platform: "linli", Name: "邻旗的", Installation: "far-1", Region: far})
		w.Must(err)
		src, err = w.s.AddKey(w.Region, inbound.KeyInput{ID: src.ID, PublicKey: text(keyOf(7)), From: 20260101, Until: 20271231})
		w.Must(err)
		_, err = w.s.ConfirmKey(w.Far, inbound.ConfirmInput{ID: src.Keys[0].ID, Version: 1, Decision: "confirm"})
		w.Must(err)
		d, err := w.s.Receive(w.Region, inbound.ReceiveInput{ID: src.ID, File: blob.Upload{Name: "b.jsonl", Data: file(t, keyOf(7), "far-1", "F",
			[]fields{somebody("p1", w.Vols[0].Name, "12900000001")}, []fields{service("s1", "p1", 8, 9, 60)})}})
		w.Must(err)
		if d.Count("person", "new") != 1 {
			t.Errorf("somebody elsewhere is found: %s", counts(d))
		}
		d, err = w.s.Take(w.Region, inbound.TakeInput{ID: d.ID, Version: d.Version})
		w.Must(err)
		if figures(d) != "" || d.Count("service", "refused") != 1 {
			t.Errorf("%s, %s", figures(d), counts(d))
		}
	})
}
