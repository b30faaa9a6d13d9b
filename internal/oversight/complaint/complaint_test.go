package complaint_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"linli/internal/oversight/complaint"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/work/attendance/attendancetest"
)

// world is the gacha with everybody who supervises it, and the area.
type world struct {
	*inspectiontest.World
	records *record.Service
	s       *complaint.Service
	nobody  context.Context
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		records := record.New(base.DB, base.Persons)
		base.Att.CheckedOut.Subscribe(records.OnCheckedOut)
		base.Orders.Confirmed.Subscribe(records.OnConfirmed)
		test(&world{base, records, complaint.New(base.DB, base.Keys, records), auth.With(base.System, auth.Actor{})})
	})
}

var anonymous = complaint.MakeInput{Kind: "manner", About: "station", Region: attendancetest.Gacha, Text: "打了三次电话没有人接", Anonymous: true,
	Channel: "web"}

// made gives a complaint about those of a level, its receipt and its file as who holds it sees it.
func (w *world) made(about string, holder context.Context) (string, complaint.File) {
	w.T.Helper()
	in := anonymous
	in.About = about
	m, err := w.s.Make(w.nobody, in)
	w.Must(err)
	list, err := w.s.List(holder, complaint.ListInput{State: complaint.Received})
	w.Must(err)
	if len(list.Items) != 1 {
		w.T.Fatalf("%d complaints, not the new one", len(list.Items))
	}
	f, err := w.s.Get(holder, complaint.GetInput{ID: list.Items[0].ID})
	w.Must(err)
	return m.Receipt, f
}

// What a complaint lacks is told by its field.
func TestMakeRefuses(t *testing.T) {
	each(t, func(w *world) {
		for _, c := range []struct {
			change func(*complaint.MakeInput)
			want   string
		}{
			{func(in *complaint.MakeInput) { in.Text = " " }, "invalid text: 请写明"},
			{func(in *complaint.MakeInput) { in.Contact = "12900000000" }, "invalid contact: 匿名的不留"},
			{func(in *complaint.MakeInput) { in.Anonymous = false }, "invalid contact: 请留联系方式"},
			{func(in *complaint.MakeInput) { in.Region = 152502999999 }, "invalid region: 没有这个地方"},
		} {
			in := anonymous
			c.change(&in)
			_, err := w.s.Make(w.nobody, in)
			errstest.Is(w, err, c.want)
		}
		_, err := w.s.Follow(w.nobody, complaint.FollowInput{Receipt: "123456789012345"})
		errstest.Is(w, err, "not_found")
	})
}

// From the complaint to its end: taken up by somebody impartial, asked back, answered, objected to, decided by the level above.
func TestComplaint(t *testing.T) {
	each(t, func(w *world) {
		told := w.Messages(w.TownID)
		receipt, f := w.made("station", w.Town)
		if len(receipt) != 15 || f.Text != anonymous.Text || f.Reach != "" || f.Region != inspectiontest.Town || w.Messages(w.TownID) != told+1 ||
			f.DueDay != 20261201 {
			w.Errorf("%q %+v", receipt, f)
		}
		for what, ctx := range map[string]context.Context{"manager": w.Manager, "nobody": w.nobody} {
			if _, err := w.s.Get(ctx, complaint.GetInput{ID: f.ID}); err == nil {
				w.Errorf("%s reads it", what)
			}
		}
		_, err := w.s.Get(w.OtherTown, complaint.GetInput{ID: f.ID})
		errstest.Is(w, err, "not_found")
		accept := complaint.AcceptInput{ID: f.ID, Version: f.Version, Impartial: true}
		_, err = w.s.Accept(w.Banner, accept)
		errstest.Is(w, err, "denied")
		_, err = w.s.Accept(w.Town, complaint.AcceptInput{ID: f.ID, Version: f.Version})
		errstest.Is(w, err, "invalid impartial: 有利害关系的要回避")
		answer := complaint.AnswerInput{ID: f.ID, Version: f.Version, Outcome: "upheld", Text: "值班表排错了，已经改", Impartial: true}
		_, err = w.s.Answer(w.Town, answer)
		errstest.Is(w, err, "wrong_state: 先受理，再答复")
		f, err = w.s.Accept(w.Town, accept)
		errstest.Is(w, err, "")
		if f.State != complaint.Accepted || f.DueDay != 20261215 {
			w.Errorf("%+v", f.Complaint)
		}
		f, err = w.s.Ask(w.Town, complaint.AskInput{ID: f.ID, Version: f.Version, Text: "哪天打的？"})
		errstest.Is(w, err, "")
		due := f.DueDay
		g, err := w.s.Add(w.nobody, complaint.AddInput{Receipt: " " + receipt[:5] + " " + receipt[5:], Text: "星期三"})
		errstest.Is(w, err, "")
		if len(g.Steps) != 3 || g.Steps[1].Text != "哪天打的？" || g.Steps[1].ByName != "" || g.Steps[2].Text != "星期三" || g.DueDay != due {
			w.Errorf("%+v", g)
		}
		_, err = w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: receipt, Text: "太慢"})
		errstest.Is(w, err, "wrong_state: 答复以后")
		answer.Version = f.Version
		_, err = w.s.Answer(w.Town, answer)
		errstest.Is(w, err, "stale_version")
		answer.Version++
		f, err = w.s.Answer(w.Town, answer)
		errstest.Is(w, err, "")
		if f.State != complaint.Answered || f.Outcome != "upheld" || f.ReviewDay != 20261224 || f.DueDay != 0 {
			w.Errorf("%+v", f.Complaint)
		}
		_, err = w.s.Add(w.nobody, complaint.AddInput{Receipt: receipt, Text: "x"})
		errstest.Is(w, err, "wrong_state: 已经答复")
		w.Days(30)
		w.Must(w.s.Sweep(w.System)) // its last day
		g, err = w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: receipt, Text: "没有改"})
		errstest.Is(w, err, "")
		if g.State != complaint.Reviewing || g.DueDay != 20270123 || g.Holder != "旗县区" {
			w.Errorf("%+v", g)
		}
		_, err = w.s.Get(w.Town, complaint.GetInput{ID: f.ID})
		errstest.Is(w, err, "not_found") // whose answer is objected to sees it no more
		f, err = w.s.Get(w.Banner, complaint.GetInput{ID: f.ID})
		w.Must(err)
		answer.Version, answer.Outcome = f.Version, "partly"
		f, err = w.s.Answer(w.Banner, answer)
		errstest.Is(w, err, "")
		if f.State != complaint.Closed || f.Outcome != "partly" || f.ReviewDay != 0 {
			w.Errorf("%+v", f.Complaint)
		}
		answer.Version = f.Version
		_, err = w.s.Answer(w.Banner, answer)
		errstest.Is(w, err, "wrong_state")
	})
}

// Whom it is about does not see it: the level above holds it.
func TestHolder(t *testing.T) {
	each(t, func(w *world) {
		receipt, f := w.made("town", w.Banner)
		if f.Region != inspectiontest.Banner {
			w.Errorf("about the town: held by %v", f.Region)
		}
		_, err := w.s.Get(w.Town, complaint.GetInput{ID: f.ID})
		errstest.Is(w, err, "not_found")
		up := complaint.TransferInput{ID: f.ID, Version: f.Version, Way: "up", Reason: "认识"}
		due := f.DueDay
		if f, err = w.s.Transfer(w.Banner, up); err != nil || f.Region != inspectiontest.League || f.DueDay != due {
			w.Errorf("%+v %v", f.Complaint, err)
		}
		if n := len(f.All); n != 2 || f.All[0].Text != "认识" || f.All[0].Shown || f.All[0].Level != "banner" || !f.All[1].Shown {
			w.Errorf("why it went up: %+v", f.All)
		}
		g, err := w.s.Follow(w.nobody, complaint.FollowInput{Receipt: receipt})
		if err != nil || len(g.Steps) != 1 || g.Steps[0].Text != "转上一级办理" {
			w.Errorf("what the complainant reads: %+v %v", g, err)
		}
		up.Version = f.Version
		_, err = w.s.Transfer(w.Banner, up)
		errstest.Is(w, err, "not_found")
		out := complaint.TransferInput{ID: f.ID, Version: f.Version, Way: "out", Reason: "说的是商店"}
		_, err = w.s.Transfer(w.League, out)
		errstest.Is(w, err, "invalid to: 请写转给哪个机关")
		out.To = "市场监督管理局"
		if f, err = w.s.Transfer(w.League, out); err != nil || f.State != complaint.Transferred || f.Outcome != "outside" {
			w.Errorf("%+v %v", f.Complaint, err)
		}
		top := anonymous
		top.About, top.Region = "league", inspectiontest.Top
		_, err = w.s.Make(w.nobody, top)
		w.Must(err)
		list, err := w.s.List(w.Region, complaint.ListInput{State: complaint.Received})
		if err != nil || len(list.Items) != 1 {
			w.T.Fatal(err)
		}
		_, err = w.s.Transfer(w.Region, complaint.TransferInput{ID: list.Items[0].ID, Version: 1, Way: "up", Reason: "x"})
		errstest.Is(w, err, "wrong_state: 已经在自治区")
	})
}

// Where no level is above, a review stays; whoever answered does not decide it.
func TestReviewByAnother(t *testing.T) {
	each(t, func(w *world) {
		in := anonymous
		in.About, in.Region = "league", inspectiontest.Top
		m, err := w.s.Make(w.nobody, in)
		w.Must(err)
		list, err := w.s.List(w.Region, complaint.ListInput{})
		w.Must(err)
		answer := complaint.AnswerInput{ID: list.Items[0].ID, Version: 1, Outcome: "outside", Text: "请打 12345", Impartial: true}
		_, err = w.s.Answer(w.Region, answer)
		errstest.Is(w, err, "")
		_, err = w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: m.Receipt, Text: "就是你们的事"})
		errstest.Is(w, err, "")
		answer.Version = 3
		_, err = w.s.Answer(w.Region, answer)
		errstest.Is(w, err, "denied: 由没有办过")
		second, _ := w.Actor("另一位", 0, auth.Grant{Role: auth.RegionOfficer, Region: inspectiontest.Top})
		f, err := w.s.Answer(second, answer)
		errstest.Is(w, err, "")
		if f.State != complaint.Closed {
			w.Errorf("%+v", f.Complaint)
		}
	})
}

// What is late is reminded of once; what is answered and not objected to ends.
func TestSweep(t *testing.T) {
	each(t, func(w *world) {
		receipt, f := w.made("station", w.Town)
		before := w.Messages(w.TownID)
		w.Days(7) // 2026-12-01, its last day
		w.Must(w.s.Sweep(w.System))
		if n := w.Messages(w.TownID) - before; n != 0 {
			w.Errorf("reminded %d times on its last day", n)
		}
		w.Days(1)
		for range 2 {
			w.Must(w.s.Sweep(w.System))
		}
		if n := w.Messages(w.TownID) - before; n != 1 {
			w.Errorf("reminded %d times", n)
		}
		late, err := w.s.List(w.Town, complaint.ListInput{State: "overdue"})
		if err != nil || len(late.Items) != 1 {
			w.Errorf("overdue: %d %v", len(late.Items), err)
		}
		_, err = w.s.Answer(w.Town, complaint.AnswerInput{ID: f.ID, Version: late.Items[0].Version, Outcome: "outside", Text: "请打 12345",
			Impartial: true})
		errstest.Is(w, err, "")
		w.Days(31)
		w.Must(w.s.Sweep(w.System))
		g, err := w.s.Follow(w.nobody, complaint.FollowInput{Receipt: receipt})
		if err != nil || g.State != complaint.Closed {
			w.Errorf("%+v %v", g, err)
		}
		_, err = w.s.RequestReview(w.nobody, complaint.AddInput{Receipt: receipt, Text: "x"})
		errstest.Is(w, err, "wrong_state: 答复以后")
		x, err := w.s.Export(w.Town, complaint.ListInput{})
		if err != nil || !bytes.HasPrefix(x.Body, []byte("PK")) {
			w.Errorf("%v", err)
		}
	})
}

// Whoever is signed in while he complains: no row names his account, his person or his address, or the minute.
func TestAnonymous(t *testing.T) {
	each(t, func(w *world) {
		site := w.Site(w.s.Routes)
		who := auth.From(w.Manager)
		to := site.Post("manager", "/complaints", 303, "kind", "manner", "about", "station", "region", attendancetest.Gacha.String(), "text",
			"站长收了钱", "anonymous", "true", "channel", "web")
		receipt := strings.TrimPrefix(to, "/complaints/")
		site.See("", to, "已收到", receipt)
		if page := site.See("manager", "/complaints?region="+attendancetest.Gacha.String(), "交上去"); strings.Contains(page, who.Name) {
			w.Errorf("the page knows who is signed in")
		}
		site.See("", "/complaints?receipt="+receipt, "已收到")
		site.See("", "/complaints?receipt=1", "没有这个回执号")
		site.See("", "/complaints?q=宝力根", "/complaints?region=")
		site.See("town", "/gov/complaints", "服务态度")
		if rec := site.Send("manager", httptest.NewRequest("GET", "/gov/complaints", nil)); rec.Code != 403 {
			w.Errorf("the manager reads the list: %d", rec.Code)
		}
		w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
			for _, q := range []string{
				`SELECT count(*) FROM audit WHERE object = 'complaint' AND account_id IS NOT NULL AND account_id <> 0`,
				`SELECT count(*) FROM audit WHERE object = 'complaint' AND CAST(detail AS TEXT) LIKE '%192.0.2.1%'`, // httptest's client
				`SELECT count(*) FROM idempotency WHERE operation LIKE 'complaint.%' AND account_id <> 0`,
				`SELECT count(*) FROM complaint WHERE id BETWEEN ` + strconv.FormatInt(int64(tx.NewID())-1<<40, 10) + ` AND ` +
					strconv.FormatInt(int64(tx.NewID()), 10),
			} {
				if n, err := db.SelectOne[int64](w.System, tx, tx.Build(q)); err != nil || n != 0 {
					w.Errorf("%s: %d %v", q, n, err)
				}
			}
			list, err := db.SelectOne[complaint.Complaint](w.System, tx, tx.Build(`SELECT made_at FROM complaint`))
			if err != nil || !list.MadeAt.Equal(clock.DayOf(tx.Now).Time()) {
				w.Errorf("made at %v, %v", list.MadeAt, err)
			}
			return nil
		}))
		if who.Account == 0 {
			w.Errorf("nobody was signed in: this test would not notice")
		}
	})
}

// A flood from one address is held back by form and call alike, and what is not taken stands in the form that comes back; another
// address, and who only follows his own, are heard all the same.
func TestFlood(t *testing.T) {
	each(t, func(w *world) {
		site, sent := w.Site(w.s.Routes), 0
		complain := func(address string) *httptest.ResponseRecorder {
			req := httptest.NewRequest("POST", "/complaints", strings.NewReader(url.Values{"kind": {"manner"}, "about": {"station"},
				"region": {attendancetest.Gacha.String()}, "text": {"敲了三次门"}, "anonymous": {"true"}, "channel": {"web"}}.Encode()))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.RemoteAddr = address
			sent++
			return site.Send("", req)
		}
		first := ""
		for range 100 {
			rec := complain("203.0.113.7:1")
			if first = rec.Header().Get("Location"); rec.Code != 303 {
				w.Fatalf("complaint %d: %d", sent, rec.Code)
			}
		}
		over := complain("203.0.113.7:2")
		if over.Code != 429 || over.Header().Get("Retry-After") == "" || !strings.Contains(over.Body.String(), "敲了三次门") {
			w.Errorf("one too many: %d %.300s", over.Code, over.Body)
		}
		call := httptest.NewRequest("POST", "/api/v1/complaints", strings.NewReader(`{}`))
		call.Header.Set("Content-Type", "application/json")
		call.RemoteAddr = "203.0.113.7:3"
		if rec := site.Send("", call); rec.Code != 429 {
			w.Errorf("the call is not counted with the form: %d", rec.Code)
		}
		if rec := complain("203.0.113.8:1"); rec.Code != 303 {
			w.Errorf("another address: %d", rec.Code)
		}
		site.See("", first, "已收到")
		list, err := w.s.List(w.Town, complaint.ListInput{})
		if err != nil || len(list.Sums) != 1 || list.Sums[0].N != 101 {
			w.Errorf("kept are %+v: %v", list.Sums, err)
		}
	})
}
