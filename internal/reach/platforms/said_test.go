package platforms_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/seal"
	"linli/internal/platform/sheet"
	"linli/internal/reach/batch"
	"linli/internal/reach/platforms"
	"linli/internal/work/attendance/attendancetest"
)

// only gives the lines of a kind without what differs from run to run, each as "name=value …".
func only(lines []batch.Line, kind string) (out []string) {
	for _, l := range lines {
		if l.Kind != kind {
			continue
		}
		var said []string
		for name, v := range l.Values {
			if !slices.Contains([]string{"kind", "id", "person", "changed_at"}, name) {
				said = append(said, fmt.Sprint(name, "=", v))
			}
		}
		slices.Sort(said)
		out = append(out, strings.Join(said, " "))
	}
	return out
}

// learned puts a training and a commendation of the volunteer in, each confirmed, on a day in a division.
func (w *world) learned(id int64, at auth.Region, day int64) {
	w.Helper()
	who, vol, when := w.Vols[0].PersonID, w.Vols[0].ID, days.From.Time()
	w.run(`INSERT INTO commendation (id, version, region, kind, person_id, subject, source, title, giver, document, day, state, by_id,
		by_name, at, decided_by, decider, published_on, reason) VALUES (?, 1, ?, 'volunteer', ?, '', 'own', '好人', '旗委', '旗宣〔2026〕5号', ?,
		'published', 1, '', ?, 2, '', 0, '')`, id, at, who, day, when)
	w.run(`INSERT INTO training_course (id, region, kind, title, content, minutes, qualification_code, valid_months, pass_mark, state, made_by,
		made_at, reason, version) VALUES (?, ?, 'on_site', ?, ?, 60, '', 0, 0, 'open', 1, ?, '', 1)`, id, at, long("急救", 120),
		long("心肺复苏", 400), when)
	w.run(`INSERT INTO training_sitting (id, course_id, place, lecturer, starts_at, ends_at, day, needed, taken, state, made_by, made_at,
		reason, version) VALUES (?, ?, '', '', ?, ?, ?, 9, 1, 'noted', 1, ?, '', 1)`, id, id, when, when.Add(time.Hour), day, when)
	w.run(`INSERT INTO training_place (id, course_id, sitting_id, person_id, volunteer_id, state, asked_at, came, result, minutes,
		confirmed_by, confirmed_at, reason, version) VALUES (?, ?, ?, ?, ?, 'confirmed', ?, 'list', 'passed', 45, 1, ?, '', 1)`, id, id,
		id, who, vol, when, when)
}

// long is a text of so many characters.
func long(start string, n int) string { return start + strings.Repeat("长", n-len([]rune(start))) }

// Each line says what it says in its own field, no longer than a line holds.
func TestFieldsOfLines(t *testing.T) {
	each(t, func(w *world) {
		who := w.Vols[0].PersonID
		w.run(`UPDATE person SET sex = 'female', phone = ? WHERE id = ?`,
			w.Keys.Seal([]byte("0479-8200001转3"), seal.At("person", "phone", int64(who))), who)
		w.learned(900, attendancetest.Gacha, 20261105)
		w.run(`UPDATE service_record SET title = ?, content = ?, place = ?, unit = ?, leader = ?, minutes = 61 WHERE id = ?`, long("题", 121),
			long("一\n二\t三\r四\u200f", 401), long("东", 121), long("站", 81), long("巴", 81), w.records[1])
		b := w.make(days)
		data, lines := w.file(b, "jsonl")
		region, place := w.Station.Region.String(), b.Unit
		for kind, want := range map[string][]string{
			"person": {"birth_day=1980-01-01 ground=law name=" + w.Vols[0].Name + " phone=0479-8200001-3 region=" + region +
				" registered_on=2026-11-24 sex=female volunteer_no=" + lines[1].Text("volunteer_no")},
			"training":     {"content=" + long("心肺复苏", 400) + " day=2026-11-05 minutes=45 title=" + long("急救", 120) + " unit=" + place},
			"commendation": {"day=2026-11-05 document=旗宣〔2026〕5号 title=好人 unit=旗委"},
		} {
			if got := only(lines, kind); !slices.Equal(got, want) {
				t.Errorf("%s\n%s\nwant\n%s", kind, got, want)
			}
		}
		services := only(lines, "service")
		want := "category=elderly_disabled confirmation=reviewed content=" + long("一 二 三 四", 400) +
			" day=2026-11-01 ended_at=2026-11-01T14:00:00+08:00 leader=" + long("巴", 80) + " minutes=60 place=" + long("东", 120) +
			" region=" + region + " started_at=2026-11-01T13:00:00+08:00 state=counted title=" + long("题", 120) + " unit=" + long("站", 80)
		if services[1] != want || !strings.Contains(services[0], " minutes=30 ") {
			t.Errorf("%s\nwant\n%s", services[1], want)
		}
		head := lines[0]
		if head.Text("from") != "2026-11-01" || head.Text("to") != "2026-11-10" || head.Text("installation") != "unbound" ||
			head.Text("batch") != b.Number || head.Text("region") != inspectiontest.Banner.String() || head.Text("unit") != place ||
			head.Number("trainings") != 1 || head.Number("commendations") != 1 || head.Number("services") != 4 ||
			head.Number("persons") != 1 || head.Number("evaluations") != 0 || head.Text("platform") != "national" {
			t.Errorf("%s", head.JSON)
		}
		if b.Lines() != 7 || b.Trainings != 1 || b.Commendations != 1 ||
			!bytes.Contains(data, []byte(`"changed_at":"2026-11-27T12:00:00+08:00"`)) {
			t.Errorf("%+v", b)
		}
		if !strings.HasPrefix(b.Number, "unbound-2026-11-27-") || b.ByName != auth.From(w.Banner).Name {
			t.Errorf("%+v", b)
		}
	})
}

// The mark of an installation is written shortly.
func TestNumber(t *testing.T) {
	for mark, want := range map[string]string{"": "unbound", "AbC": "abc", "0123456789abcdef": "0123456789ab"} {
		if got := platforms.Number(mark); got != want {
			t.Errorf("%q: %q", mark, got)
		}
	}
}

// A training alone, or a commendation, brings somebody into a batch; of his place and its days, the first and the last too.
func TestWhoIsReported(t *testing.T) {
	each(t, func(w *world) {
		w.run(`UPDATE service_record SET day = 20261001`)
		for kind, table := range map[string]string{"training": "training_place", "commendation": "commendation"} {
			for i, c := range []struct {
				at  auth.Region
				day int64
				n   int
			}{{attendancetest.Gacha, 20261101, 1}, {attendancetest.Gacha, 20261110, 1}, {attendancetest.Gacha, 20261031, 0},
				{attendancetest.Gacha, 20261111, 0}, {150102000000, 20261105, 0}} {
				for _, clear := range []string{"training_place", "training_sitting", "training_course", "commendation", "platform_item",
					"platform_batch"} {
					w.run(`DELETE FROM ` + clear)
				}
				w.learned(int64(900+i), c.at, c.day)
				if table == "commendation" {
					w.run(`DELETE FROM training_place`)
				} else {
					w.run(`DELETE FROM commendation`)
				}
				b, err := w.s.Make(w.Banner, days)
				if c.n == 0 {
					errstest.Is(w, err, "conflict: 没有要报的")
					continue
				}
				w.Must(err)
				if b.Persons != 1 || b.Lines() != 2 || map[string]int64{"training": b.Trainings, "commendation": b.Commendations}[kind] != 1 {
					t.Errorf("%s of %d: %+v", kind, c.day, b)
				}
			}
		}
	})
}

// Services are those of the days of a batch, the first and the last too, of its place; of people who are registered there.
func TestWhichServices(t *testing.T) {
	each(t, func(w *world) {
		for i, day := range []int64{20261031, 20261101, 20261110, 20261111} {
			at := time.Date(2026, 11, 1, 9, 0, 0, 0, time.FixedZone("", 8*3600)).AddDate(0, 0, int(day%100)-1)
			if day == 20261031 {
				at = time.Date(2026, 10, 31, 9, 0, 0, 0, time.FixedZone("", 8*3600))
			}
			w.run(`UPDATE service_record SET day = ?, started_at = ?, ended_at = ? WHERE id = ?`, day, at, at.Add(time.Hour), w.records[i])
		}
		b := w.make(days)
		_, lines := w.file(b, "jsonl")
		if b.Services != 2 || lines[2].Text("id") != w.records[1].String() || lines[3].Text("id") != w.records[2].String() {
			t.Errorf("%+v", b)
		}
		w.run(`UPDATE platform_batch SET state = 'withdrawn'`)
		w.run(`UPDATE service_record SET region = 150102000000 WHERE id = ?`, w.records[1])
		if b := w.make(days); b.Services != 1 {
			t.Errorf("%+v", b)
		}
	})
}

// Who may send elsewhere and only look here is refused here, and told that there is something.
func TestTwoHats(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		both, _ := w.Actor("两处", 0, auth.Grant{Role: auth.BannerOfficer, Region: 150102000000},
			auth.Grant{Role: auth.Inspector, Region: inspectiontest.Banner})
		_, err := w.s.File(both, platforms.FileInput{ID: b.ID})
		errstest.Is(w, err, "denied")
		_, err = w.s.Sent(both, platforms.SentInput{ID: b.ID, Version: b.Version, Day: 20261127})
		errstest.Is(w, err, "denied")
		_, err = w.s.Make(both, days)
		errstest.Is(w, err, "not_found")
		_, err = w.s.File(w.Far, platforms.FileInput{ID: b.ID})
		errstest.Is(w, err, "not_found")
		for who, may := range map[context.Context]bool{w.Banner: true, w.League: true, w.Inspector: false, both: true} {
			v, err := w.s.List(who, platforms.ListInput{})
			w.Must(err)
			if v.May != may || v.Where == "" || v.Seat == 0 || v.Today != 20261127 {
				t.Errorf("%+v, want %v", v, may)
			}
		}
	})
}

// A person is told what of his went where; while it waits for its answer he is not erased.
func TestHeldAndForgotten(t *testing.T) {
	each(t, func(w *world) {
		who := w.Vols[0].PersonID
		b := w.make(days)
		w.Write(func(tx *db.Tx) error {
			held, err := w.s.Held(w.System, tx, who)
			text := fmt.Sprintf("%+v", held)
			for _, word := range []string{"Platform:全国志愿服务信息系统", "Number:" + b.Number, "Kind:个人基本信息", "Kind:志愿服务情况", "Ground:依法报送", "State:等回执"} {
				if !strings.Contains(text, word) {
					t.Errorf("%s is not told: %s", word, text)
				}
			}
			if none, err := w.s.Held(w.System, tx, w.Vols[1].PersonID); none != nil || err != nil {
				t.Errorf("%v %v", none, err)
			}
			return err
		})
		for state, want := range map[string]string{"queued": "wrong_state: 有 5 条正在报送", "sent": "wrong_state: 有 5 条正在报送", "partly": "",
			"received": "", "refused": "", "withdrawn": ""} {
			w.run(`UPDATE platform_batch SET state = ?`, state)
			_ = w.DB.Write(w.System, func(tx *db.Tx) error {
				errstest.Is(w, w.s.Forget(w.System, tx, who, ""), want)
				return context.Canceled // and nothing stays
			})
		}
		kept := w.s.Area().Kept[0]
		w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
			n, err := kept.Count.One(w.System, tx, who)
			if n != 5 {
				t.Errorf("%d lines of the ledger are kept", n)
			}
			return err
		}))
		persons := person.New(w.DB, w.Keys, true)
		w.s.Follow(persons)
		w.Write(func(tx *db.Tx) error {
			return persons.Merged.Publish(w.System, tx, person.MergedEvent{From: who, To: w.Vols[1].PersonID})
		})
		for id, n := range map[db.ID]int{who: 0, w.Vols[1].PersonID: 5} {
			v, err := w.s.Ledger(w.Banner, platforms.LedgerInput{PersonID: id})
			w.Must(err)
			if len(v.Items) != n {
				t.Errorf("%d lines, want %d", len(v.Items), n)
			}
		}
	})
}

// Verify names each batch that does not agree with its items, and why.
func TestVerify(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		for _, c := range []struct{ spoil, mend, want string }{
			{`UPDATE platform_batch SET persons = 2`, `UPDATE platform_batch SET persons = 1`, "开头写的条数和台账里的不一样"},
			{`UPDATE platform_batch SET services = 3`, `UPDATE platform_batch SET services = 4`, "开头写的条数和台账里的不一样"},
			{`UPDATE platform_batch SET state = 'received'`, `UPDATE platform_batch SET state = 'queued'`, "已经有了结果，还有条目等回执，或者内容还留着"},
			{`UPDATE platform_batch SET state = 'partly'`, `UPDATE platform_batch SET state = 'queued'`, "已经有了结果，还有条目等回执，或者内容还留着"},
			{`UPDATE platform_batch SET state = 'refused'`, `UPDATE platform_batch SET state = 'queued'`, "已经有了结果，还有条目等回执，或者内容还留着"},
			{`UPDATE platform_batch SET state = 'withdrawn'`, `UPDATE platform_batch SET state = 'queued'`, "已经有了结果，还有条目等回执，或者内容还留着"},
			{`UPDATE platform_batch SET state = 'sent'`, `UPDATE platform_batch SET state = 'queued'`, ""},
			{`UPDATE platform_item SET ground = 'consent' WHERE kind = 'person'`, `UPDATE platform_item SET ground = 'law'`, "报送的依据和平台不相符"},
		} {
			w.run(c.spoil)
			var got []string
			w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
				return platforms.Verify(w.System, tx, func(object, what string) { got = append(got, object+" "+what) })
			}))
			if want := "platform_batch " + b.ID.String() + " " + b.Number + "：" + c.want; c.want == "" && got != nil ||
				c.want != "" && !slices.Equal(got, []string{want}) {
				t.Errorf("%s: %q", c.spoil, got)
			}
			w.run(c.mend)
		}
		w.run(`UPDATE platform_batch SET state = 'withdrawn'`)
		w.run(`UPDATE platform_item SET state = 'withdrawn'`) // what it held stays
		n := 0
		w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
			return platforms.Verify(w.System, tx, func(string, string) { n++ })
		}))
		if n != 1 {
			t.Errorf("%d findings", n)
		}
	})
}

// The pages say how a batch stands and lead on; the ledger's table says what the page says, for whoever reads it by spreadsheet.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		site := w.Site(w.s.Routes)
		b := w.make(days)
		at := "/gov/platforms/batches/" + b.ID.String()
		site.See("banner", "/gov/platforms", b.Number, "报给哪个平台", "依法报送（民政部令第67号第四条），含身份证件号码", "不含身份证件号码",
			"2026-11-01 至 2026-11-10")
		site.Lacks("inspector", "/gov/platforms", "报给哪个平台")
		site.See("banner", "/gov/platforms/to/national", b.Number, "2026-01-01", "152502000000")
		site.See("banner", at, "1 人", "4 条", "待报送", b.Number)
		site.See("inspector", at, b.Number)
		site.See("banner", "/gov/platforms/ledger?platform=national&kind=person",
			"/gov/platforms/ledger.xlsx?", "kind=person", "platform=national")
		w.sent(b)
		_, err := w.s.Receive(w.Banner, receipt(b.Number, "service "+w.records[0].String()+" refused 没有这个单位"))
		w.Must(err)
		site.See("banner", at, "没有这个单位", "已报送，等回执")
		d, err := w.s.Get(w.Banner, platforms.GetInput{ID: b.ID})
		w.Must(err)
		if d.Waiting != 4 || d.Taken != 0 || d.Returned != 1 || len(d.Bad) != 1 || strings.Contains(d.Bad[0].Name, w.Vols[0].Name) ||
			d.Bad[0].Kind != "service" || d.Where == "" || d.Now != 20261127 {
			t.Errorf("%+v", d)
		}
		f, err := w.s.Export(w.Banner, platforms.LedgerInput{State: "refused"})
		w.Must(err)
		all, err := w.s.Ledger(w.Banner, platforms.LedgerInput{State: "refused"})
		w.Must(err)
		book, err := sheet.ReadBook(f.Body, 100)
		w.Must(err)
		var cells []string
		for _, r := range book.Sheets[0].Rows {
			for _, c := range r.Cells {
				cells = append(cells, c.Text)
			}
		}
		e := all.Items[0]
		want := []string{"序号", "报送时间", "平台", "批次", "哪一组", "条目", "志愿者", "依据", "状态", "没有收下的原因", "内容摘要", "1",
			e.At.In(clock.Shanghai).Format("2006-01-02 15:04"), "全国志愿服务信息系统", b.Number, "志愿服务情况", e.ObjectID.String(), e.Name, "依法报送",
			"没有收下", "没有这个单位", e.Hash}
		if !strings.HasPrefix(f.Name, "报送台账-2026-11-27") || !slices.Equal(cells, want) {
			t.Errorf("%s\n%q\nwant\n%q", f.Name, cells, want)
		}
	})
}

// How an order was rated goes along with its service, the worst word too; where nobody said anything, or nothing counts, there is none.
func TestRatings(t *testing.T) {
	each(t, func(w *world) {
		o := w.Served(60)
		w.Confirm(o.ID)
		w.run(`UPDATE service_record SET source = 'order', order_id = ?, attendance_id = (SELECT MIN(id) FROM attendance),
			round = (SELECT round FROM orders WHERE id = ?) WHERE id = ?`, o.ID, o.ID, w.records[0])
		for _, c := range []struct{ rating, n int64 }{{0, 0}, {1, 1}, {5, 1}} {
			w.run(`UPDATE orders SET rating = ? WHERE id = ?`, c.rating, o.ID)
			b := w.make(days)
			_, lines := w.file(b, "jsonl")
			for _, l := range lines {
				if l.Kind == batch.Evaluation && (l.Number("rating") != c.rating || l.Text("service") != w.records[0].String() ||
					l.Text("day") != "2026-11-01") {
					t.Errorf("%s", l.JSON)
				}
			}
			if b.Evaluations != c.n {
				t.Errorf("rated %d: %+v", c.rating, b)
			}
			w.run(`UPDATE platform_batch SET state = 'withdrawn'`)
		}
	})
}

// A batch is received, refused or taken in part by what its platform said of its items.
func TestHowABatchStands(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		w.sent(b)
		_, lines := w.file(b, "jsonl")
		for taken, want := range []string{platforms.Refused, platforms.Partly, platforms.Partly, platforms.Partly, platforms.Partly,
			platforms.Received} {
			w.run(`UPDATE platform_batch SET state = 'sent'`)
			w.run(`UPDATE platform_item SET state = 'waits'`)
			var said []string
			for i, l := range lines[1:6] {
				if i < taken {
					said = append(said, l.Kind+" "+l.Text("id")+" received")
				} else {
					said = append(said, l.Kind+" "+l.Text("id")+" refused 不对")
				}
			}
			d, err := w.s.Receive(w.Banner, receipt(b.Number, said...))
			w.Must(err)
			if d.State != want || d.Taken != int64(taken) || d.Returned != int64(5-taken) || len(d.Bad) != 5-taken {
				t.Errorf("%d taken: %s, %d, %d", taken, d.State, d.Taken, d.Returned)
			}
		}
	})
}

// The ledger's days begin and end at midnight, and files are called by their batch and form.
func TestDaysAndNames(t *testing.T) {
	each(t, func(w *world) {
		b := w.make(days)
		midnight := inspectiontest.Today.AddDays(3).Time()
		for _, c := range []struct {
			at   time.Time
			n    int
			from bool
		}{{midnight, 5, true}, {midnight.Add(-time.Second), 0, true}, {midnight.AddDate(0, 0, 1), 0, false},
			{midnight.AddDate(0, 0, 1).Add(-time.Second), 5, false}} {
			w.run(`UPDATE platform_item SET at = ?`, c.at)
			in := platforms.LedgerInput{To: 20261127}
			if c.from {
				in = platforms.LedgerInput{From: 20261127}
			}
			v, err := w.s.Ledger(w.Banner, in)
			w.Must(err)
			if len(v.Items) != c.n {
				t.Errorf("%v in %+v: %d", c.at, in, len(v.Items))
			}
		}
		for form, want := range map[string][2]string{"csv": {".csv", "text/csv; charset=utf-8"}, "jsonl": {".jsonl", "application/jsonl"},
			"": {".jsonl", "application/jsonl"}} {
			f, err := w.s.File(w.Banner, platforms.FileInput{ID: b.ID, Form: form})
			w.Must(err)
			if f.Name != b.Number+want[0] || f.Type != want[1] {
				t.Errorf("%q: %s, %s", form, f.Name, f.Type)
			}
		}
	})
}

// A receipt may be as large as a platform's answer to a whole batch, and no larger.
func TestSizeOfReceipt(t *testing.T) {
	each(t, func(w *world) {
		site := w.Site(w.s.Routes)
		for n, want := range map[int]int{16 << 20: 422, 16<<20 + 1: 413} {
			body := `{"x":"` + strings.Repeat("x", n-len(`{"x":""}`)) + `"}`
			req := httptest.NewRequest("POST", "/api/v1/exchange/national/receipts", strings.NewReader(body))
			req.Header.Set("Content-Type", "application/json")
			if rec := site.Send("banner", req); rec.Code != want {
				t.Errorf("%d bytes: %d %.200s", n, rec.Code, rec.Body)
			}
		}
	})
}
