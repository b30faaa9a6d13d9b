package fund_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"linli/internal/oversight/fund"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/ledger/recount"
	"linli/internal/proof/record"
	"linli/internal/work/activity"
	"linli/internal/work/attendance/attendancetest"
)

const (
	banner = auth.Region(152502000000)
	town   = auth.Region(152502200000)
)

// world is the gacha with officers enough for every step.
type world struct {
	*inspectiontest.World
	s                         *fund.Service
	banner2, banner3, town2   context.Context
	programme                 fund.Programme
	today                     clock.Day
	proposals, receiptNumbers int
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		w := &world{World: base, today: clock.DayOf(attendancetest.Noon)}
		w.s = fund.New(base.DB, base.Persons, stats.New(base.DB), base.Files.Blobs)
		w.s.Follow(base.Persons)
		w.banner2, _ = w.Actor("旗里第二位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.banner3, _ = w.Actor("旗里第三位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		w.town2, _ = w.Actor("乡里第二位", 0, auth.Grant{Role: auth.TownOfficer, Region: town})
		test(w)
		w.sound()
	})
}

// sound asks the books and the area whether all is right.
func (w *world) sound() {
	w.Helper()
	if found := w.faults(); len(found) > 0 {
		w.Error(found)
	}
}

func (w *world) faults() (out []string) {
	report := func(object, what string) { out = append(out, object+" "+what) }
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		if err := recount.Run(w.System, tx, report); err != nil {
			return err
		}
		return fund.Verify(w.System, tx, report)
	}); err != nil {
		w.T.Fatal(err)
	}
	return out
}

func TestStatements(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { dbtest.Prepare(t, d) })
}

func (w *world) is(err error, want string) {
	w.Helper()
	errstest.Is(w.T, err, want)
}

func (w *world) input(mode string) fund.ProgrammeInput {
	in := fund.ProgrammeInput{Name: "优秀项目以奖代补", Mode: mode, AuthorityNo: "旗社工〔2026〕8号", Rules: "有经常性项目的站点", ForStation: true,
		Year: 2026, From: w.today, To: w.today.AddDays(30), Most: 500_000, ShareAccepted: 100}
	if mode == fund.Grant {
		in.ShareStart, in.ShareAccepted, in.ShareClosed = 50, 40, 10
	}
	if mode == fund.Regulated {
		in.ForStation, in.ForRegion = false, true
	}
	return in
}

// opens makes a programme with so much money, and publishes it.
func (w *world) opens(mode string, fen int64) fund.Programme {
	w.Helper()
	f, err := w.s.Create(w.Banner, w.input(mode))
	w.is(err, "")
	x, err := w.s.AddSource(w.Banner, fund.SourceInput{ID: f.ID, Kind: "lottery", Payer: "自治区民政厅", Document: "内财社〔2026〕18号", Day: w.today,
		Amount: fen})
	w.is(err, "")
	_, err = w.s.Confirm(w.banner2, fund.DecideInput{ID: x.ID, Version: x.Version})
	w.is(err, "")
	f, err = w.s.Publish(w.banner2, fund.MoveInput{ID: f.ID, Version: f.Version})
	w.is(err, "")
	w.programme = f
	return f
}

func (w *world) plan(fen int64) fund.Plan {
	return fund.Plan{Title: "周三义诊", Responsible: "站长乌云", Purpose: "每周三给老人量血压", From: w.today, To: w.today.AddDays(60), TargetEvents: 8,
		TargetTimes: 160, Lines: []fund.LineInput{{Category: "material", What: "血压计耗材", Amount: fen}, {}}}
}

func (w *world) proposes(fen int64) fund.Proposal {
	w.Helper()
	in := fund.ProposeInput{ID: w.programme.ID, Applicant: "station", Plan: w.plan(fen)}
	w.proposals++
	in.Title = fmt.Sprintf("周三义诊第%d次", w.proposals)
	p, err := w.s.Propose(w.Manager, in)
	w.is(err, "")
	return p
}

func (w *world) approves(who context.Context, p fund.Proposal, fen int64) (fund.Proposal, error) {
	return w.s.Approve(who, fund.ApproveInput{ID: p.ID, Version: p.Version, Amount: fen, Opinion: "同意"})
}

// agreed is a proposal with all its signatures.
func (w *world) agreed(fen int64) fund.Proposal {
	w.Helper()
	p := w.proposes(fen)
	for _, who := range []context.Context{w.Town, w.Banner, w.banner2} {
		var err error
		p, err = w.approves(who, p, fen)
		w.is(err, "")
	}
	return p
}

func (w *world) finishes(p fund.Proposal) fund.Proposal {
	w.Helper()
	p, err := w.s.Finish(w.Manager, fund.FinishInput{ID: p.ID, Version: p.Version, Text: "办了八场", DoneEvents: 8, DoneTimes: 170, File: w.Photo})
	w.is(err, "")
	return p
}

func (w *world) accepts(who context.Context, p fund.Proposal, fen int64) (fund.Proposal, error) {
	return w.s.Accept(who, fund.AcceptInput{ID: p.ID, Version: p.Version, Amount: fen, Opinion: "看了现场"})
}

func (w *world) pays(who context.Context, p fund.Proposal, fen int64, voucher string) (fund.Proposal, error) {
	return w.s.Pay(who, fund.PayInput{ID: p.ID, Version: p.Version, Amount: fen, Voucher: voucher, Day: clock.Today(w.System), Payee: "嘎查委员会"})
}

// after sets the clock so many days on.
func (w *world) after(days int) {
	clock.Set(attendancetest.Noon.Add(time.Duration(days) * 24 * time.Hour))
}

func (w *world) shows(p fund.Proposal, fen int64) (fund.Receipt, error) {
	w.receiptNumbers++
	return w.s.Enter(w.Manager, fund.ReceiptInput{ID: p.ID, Issuer: "宝力根药店", Number: fmt.Sprintf("0045%d", w.receiptNumbers), Amount: fen,
		Day: w.today, Category: "material", What: "试纸"})
}

func (w *world) sees(p fund.Proposal) fund.File {
	w.Helper()
	v, err := w.s.Get(w.Banner, fund.GetInput{ID: p.ID})
	w.is(err, "")
	return v
}

// The whole way of a grant that is given after the work, with who may not take which step.
func TestAward(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 300_000)
		p := w.proposes(200_000)
		_, err := w.approves(w.Banner, p, 200_000)
		w.is(err, "") // an officer above may act where a town has nobody
		p = w.proposes(200_000)
		_, err = w.approves(w.Manager, p, 200_000)
		w.is(err, "denied")
		_, err = w.approves(w.Far, p, 200_000)
		w.is(err, "not_found")
		_, err = w.approves(w.Town, p, 200_001)
		w.is(err, "invalid amount: 2,000.00 元")
		p, err = w.approves(w.Town, p, 200_000)
		w.is(err, "")
		_, err = w.approves(w.town2, p, 200_000)
		w.is(err, "denied")
		p, err = w.approves(w.Banner, p, 180_000)
		w.is(err, "")
		if p.State != fund.Proposed {
			w.Error("approved by one signature")
		}
		_, err = w.approves(w.Banner, p, 180_000)
		w.is(err, "denied: 换一个人")
		_, err = w.approves(w.banner2, p, 170_000)
		w.is(err, "invalid amount: 1,800.00 元")
		p, err = w.approves(w.banner2, p, 180_000)
		w.is(err, "")
		if p.State != fund.Doing || p.Approved != 180_000 {
			w.Errorf("%+v", p)
		}
		_, err = w.pays(w.banner3, p, 1, "记-1")
		w.is(err, "over_budget: 验收")
		p = w.finishes(p)
		for _, who := range []context.Context{w.Town, w.Banner, w.banner2} {
			_, err = w.accepts(who, p, 150_000)
			w.is(err, "denied: 换一个人")
		}
		_, err = w.accepts(w.town2, p, 180_001)
		w.is(err, "invalid amount: 1,800.00")
		p, err = w.accepts(w.town2, p, 150_000)
		w.is(err, "")
		w.paysAward(p)
	})
}

// paysAward pays, uses and closes what was accepted for 1,500 yuan.
func (w *world) paysAward(p fund.Proposal) {
	_, err := w.pays(w.banner3, p, 150_000, "记-1")
	w.is(err, "notice_running: 公示到")
	w.after(8)
	_, err = w.pays(w.banner3, p, 150_001, "记-1")
	w.is(err, "over_budget: 1,500.00")
	_, err = w.s.Pay(w.banner3, fund.PayInput{ID: p.ID, Version: p.Version, Amount: 1, Voucher: " ", Day: w.today, Payee: "嘎查"})
	w.is(err, "invalid voucher: 凭证号")
	_, err = w.pays(w.town2, p, 150_000, "记-1")
	w.is(err, "denied")
	p, err = w.pays(w.banner3, p, 150_000, "记-1")
	w.is(err, "")
	_, err = w.pays(w.banner3, p, 1, "记 －１")
	w.is(err, "invalid voucher: 这张凭证已经登记过")
	_, err = w.s.GiveBack(w.banner3, fund.PayInput{ID: p.ID, Version: p.Version, Amount: 150_001, Voucher: "记-2", Day: w.today, Payee: "旗财政"})
	w.is(err, "over_budget: 没有这么多")
	r, err := w.shows(p, 140_000)
	w.is(err, "")
	_, err = w.s.Check(w.Manager, fund.DecideInput{ID: r.ID, Version: r.Version})
	w.is(err, "denied")
	_, err = w.s.Check(w.Town, fund.DecideInput{ID: r.ID, Version: r.Version})
	w.is(err, "")
	more, err := w.shows(p, 10_001)
	w.is(err, "")
	_, err = w.s.Check(w.Town, fund.DecideInput{ID: more.ID, Version: more.Version})
	w.is(err, "over_budget: 不够报")
	p, err = w.s.Evaluate(w.Manager, fund.EvaluateInput{ID: p.ID, Version: p.Version, Score: 92, Text: "都做到了"})
	w.is(err, "")
	_, err = w.s.Close(w.banner3, fund.DecideInput{ID: p.ID, Version: p.Version})
	w.is(err, "wrong_state: 没核对的票据")
	_, err = w.s.Reject(w.Town, fund.DecideInput{ID: more.ID, Version: more.Version, Reason: "超了"})
	w.is(err, "")
	_, err = w.s.Close(w.banner3, fund.DecideInput{ID: p.ID, Version: p.Version})
	w.is(err, "wrong_state: 100.00 元")
	v := w.sees(p)
	if v.Unused != 10_000 || v.Paid != 150_000 || v.Committed != 0 || len(v.Gaps) != 3 || !strings.Contains(v.Gaps[0], "100.00") {
		w.Errorf("%+v", v.Gaps)
	}
	p, err = w.s.GiveBack(w.banner3, fund.PayInput{ID: p.ID, Version: p.Version, Amount: 10_000, Voucher: "记-2", Day: w.today, Payee: "旗财政"})
	w.is(err, "")
	p, err = w.s.Close(w.banner3, fund.DecideInput{ID: p.ID, Version: p.Version})
	w.is(err, "")
	d, err := w.s.Programme(w.Banner, fund.GetInput{ID: w.programme.ID})
	w.is(err, "")
	if d.Books != (fund.Books{Appropriated: 300_000, Free: 160_000, Used: 140_000}) {
		w.Errorf("%+v", d.Books)
	}
	face, err := w.s.Face(w.T.Context(), fund.FaceInput{ID: w.programme.ID})
	w.is(err, "")
	if len(face.Results.Items) != 1 || face.Results.Items[0].Used != 140_000 || face.Results.Items[0].Paid != 140_000 {
		w.Errorf("%+v", face.Results)
	}
}

// Who prepares a programme or enters its money is never the one who publishes or confirms it.
func TestProgrammes(t *testing.T) {
	each(t, func(w *world) {
		in := w.input(fund.Award)
		in.ShareStart, in.ShareAccepted = 50, 50
		_, err := w.s.Create(w.Banner, in)
		w.is(err, "invalid share_start: 先做后补")
		in = w.input(fund.Grant)
		in.ShareClosed = 11
		_, err = w.s.Create(w.Banner, in)
		w.is(err, "invalid share_accepted: 100%")
		in = w.input(fund.Regulated)
		in.ForStation = true
		_, err = w.s.Create(w.Banner, in)
		w.is(err, "invalid for_region: 只由地区")
		in = w.input(fund.Award)
		in.ForStation = false
		_, err = w.s.Create(w.Banner, in)
		w.is(err, "invalid for_station: 至少选一种")
		_, err = w.s.Create(w.Town, w.input(fund.Award))
		w.is(err, "denied")
		f, err := w.s.Create(w.Banner, w.input(fund.Award))
		w.is(err, "")
		_, err = w.s.Programme(w.Manager, fund.GetInput{ID: f.ID})
		w.is(err, "not_found")
		_, err = w.s.Publish(w.banner2, fund.MoveInput{ID: f.ID, Version: 1})
		w.is(err, "wrong_state: 还没有到位")
		src := fund.SourceInput{ID: f.ID, Kind: "budget", Payer: "旗财政局", Document: "旗财社〔2026〕3号", Day: w.today, Amount: 100}
		x, err := w.s.AddSource(w.Banner, src)
		w.is(err, "")
		_, err = w.s.AddSource(w.banner2, src)
		w.is(err, "invalid document: 已经登记过")
		_, err = w.s.Confirm(w.Banner, fund.DecideInput{ID: x.ID, Version: 1})
		w.is(err, "denied: 换一个人")
		_, err = w.s.Confirm(w.Far, fund.DecideInput{ID: x.ID, Version: 1})
		w.is(err, "not_found")
		_, err = w.s.Discard(w.banner2, fund.DecideInput{ID: x.ID, Version: 1})
		w.is(err, "")
		x, err = w.s.AddSource(w.Banner, src)
		w.is(err, "")
		_, err = w.s.Confirm(w.banner2, fund.DecideInput{ID: x.ID, Version: 1})
		w.is(err, "")
		_, err = w.s.Publish(w.Banner, fund.MoveInput{ID: f.ID, Version: 1})
		w.is(err, "denied: 换一个人")
		f, err = w.s.Publish(w.banner2, fund.MoveInput{ID: f.ID, Version: 1})
		w.is(err, "")
		d, err := w.s.Programme(w.Manager, fund.GetInput{ID: f.ID})
		w.is(err, "")
		if d.Books.Free != 100 {
			w.Errorf("%+v", d.Books)
		}
		w.carries(f)
	})
}

// carries takes what is left into the next year, and back.
func (w *world) carries(f fund.Programme) {
	next := w.input(fund.Award)
	next.Year = 2027
	g, err := w.s.Create(w.Banner, next)
	w.is(err, "")
	carry := fund.CarryInput{ID: f.ID, Version: f.Version, To: g.ID, Amount: 101, Reason: "结转批复"}
	_, err = w.s.Carry(w.banner2, carry)
	w.is(err, "over_budget: 没有这么多结余")
	carry.Amount = 60
	_, err = w.s.Carry(w.Banner, carry)
	w.is(err, "denied: 换一个人")
	carry.To = f.ID
	_, err = w.s.Carry(w.banner2, carry)
	w.is(err, "invalid to: 当年或者以后")
	carry.To = g.ID
	f, err = w.s.Carry(w.banner2, carry)
	w.is(err, "")
	f, err = w.s.Carry(w.banner2, fund.CarryInput{ID: f.ID, Version: f.Version, Amount: 40, Reason: "交回"})
	w.is(err, "")
	for id, want := range map[db.ID]fund.Books{f.ID: {Appropriated: 60}, g.ID: {Free: 60}} {
		d, err := w.s.Programme(w.Banner, fund.GetInput{ID: id})
		w.is(err, "")
		if d.Books != want {
			w.Errorf("%+v, not %+v", d.Books, want)
		}
	}
	_, err = w.s.End(w.banner2, fund.MoveInput{ID: f.ID, Version: f.Version})
	w.is(err, "")
}

// 规范化管理项目资金 goes to a division that keeps its records well: the town applies, its figure stands beside the application as it was on
// that day, the banner approves, accepts and pays; a station or a team may not apply.
func TestRegulated(t *testing.T) {
	each(t, func(w *world) {
		records, figures := record.New(w.DB, w.Persons), stats.New(w.DB)
		w.Att.CheckedOut.Subscribe(records.OnCheckedOut)
		w.Orders.Confirmed.Subscribe(records.OnConfirmed)
		records.Changed.Subscribe(figures.OnRecord)
		w.Confirm(w.Served(90).ID)
		w.after(20) // ten working days later it is due, and was in time
		w.today = clock.Today(w.System)
		w.is(figures.Recount(w.System), "")
		w.opens(fund.Regulated, 1_000_000)
		in := fund.ProposeInput{ID: w.programme.ID, Applicant: "station", Plan: w.plan(200_000)}
		_, err := w.s.Propose(w.Manager, in)
		w.is(err, "invalid applicant: 这项资金不由")
		in.Applicant = "region"
		_, err = w.s.Propose(w.Manager, in)
		w.is(err, "invalid applicant: 地区申报由下级的苏木乡镇、旗县区、盟市办理")
		_, err = w.s.Propose(w.Banner, in)
		w.is(err, "invalid applicant: 地区申报由下级的苏木乡镇、旗县区、盟市办理")
		p, err := w.s.Propose(w.Town, in)
		w.is(err, "")
		if p.Region != town || p.Holder != banner || !strings.HasPrefix(p.Figure, "记录及时率 100.0%（2025-01-01 至 ") {
			w.Errorf("%+v", p)
		}
		w.Site(w.s.Routes).See("banner", "/gov/fund-proposals/"+p.ID.String(), "记录及时率 100.0%")
		for _, who := range []context.Context{w.Banner, w.banner2} {
			p, err = w.approves(who, p, 200_000)
			w.is(err, "")
		}
		p, err = w.s.Finish(w.town2, fund.FinishInput{ID: p.ID, Version: p.Version, Text: "补齐了设备", DoneEvents: 8, DoneTimes: 170, File: w.Photo})
		w.is(err, "")
		p, err = w.accepts(w.banner3, p, 200_000)
		w.is(err, "")
		w.after(29)
		payer, _ := w.Actor("旗里第四位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
		p, err = w.pays(payer, p, 200_000, "记-1")
		w.is(err, "")
		if v := w.sees(p); v.Paid != 200_000 {
			w.Errorf("%+v", v)
		}
	})
}

// ofTheFuture tells an activity to come by its field, in a receipt and in what is handed in; on its day it counts.
func (w *world) ofTheFuture(p fund.Proposal, in fund.ReceiptInput) {
	w.Helper()
	activities := activity.New(w.DB, w.Keys, w.Att)
	a, err := activities.Create(w.Manager, activity.CreateInput{StationID: w.Station.ID, Title: "义诊", Category: w.Item.Category,
		Content: "量血压", Place: "嘎查部", Risk: "老人头晕", Day: w.today.AddDays(1), From: "09:00", To: "11:00", Checked: true,
		Posts: []activity.PostInput{{Name: "量血压", Needed: 1}}})
	w.is(err, "")
	done := fund.FinishInput{ID: p.ID, Version: p.Version, Text: "办了", DoneEvents: 1, DoneTimes: 1, Activities: []db.ID{a.ID}}
	_, err = w.s.Finish(w.Manager, done)
	w.is(err, "invalid activities: 这场活动 2026-11-25 才办")
	in.ActivityID = a.ID
	_, err = w.s.Enter(w.Manager, in)
	w.is(err, "invalid activity_id: 这场活动 2026-11-25 才办")
	if page := w.Site(w.s.Routes).See("manager", "/desk/fund-proposals/"+p.ID.String()); strings.Contains(page, a.ID.String()) {
		w.Error("the page offers an activity to come")
	}
	w.after(1)
	in.ActivityID++
	_, err = w.s.Enter(w.Manager, in)
	w.is(err, "invalid activity_id: 没有这场活动")
	in.ActivityID = a.ID
	_, err = w.s.Enter(w.Manager, in)
	w.is(err, "")
	w.Site(w.s.Routes).See("manager", "/desk/fund-proposals/"+p.ID.String(), a.ID.String())
	_, err = activities.Cancel(w.Manager, activity.MoveInput{ID: a.ID, Version: a.Version, Reason: "下雪"})
	w.is(err, "")
	_, err = w.s.Finish(w.Manager, done)
	w.is(err, "invalid activities: 没有这场活动")
}

// A receipt is used once, whoever shows it and however it is typed.
func TestReceipts(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Grant, 1_000_000)
		p, q := w.agreed(200_000), w.agreed(200_000)
		p, err := w.pays(w.banner3, p, 100_000, "记-1")
		w.is(err, "")
		_, err = w.pays(w.banner3, p, 1, "记-2")
		w.is(err, "over_budget: 1,000.00 元")
		in := fund.ReceiptInput{ID: p.ID, Issuer: "宝力根 药店", Number: "a0045１", Amount: 500, Day: w.today, Category: "material", What: "试纸"}
		r, err := w.s.Enter(w.Manager, in)
		w.is(err, "")
		in.ID, in.Issuer, in.Number = q.ID, "宝力根药店", "Ａ00451"
		_, err = w.s.Enter(w.Manager, in)
		w.is(err, "receipt_used: 已经用过")
		in.Amount = 501
		_, err = w.s.Enter(w.Manager, in)
		w.is(err, "")
		_, err = w.s.Reject(w.Town, fund.DecideInput{ID: r.ID, Version: 1, Reason: "不是这个项目的"})
		w.is(err, "")
		in.Amount = 500
		_, err = w.s.Enter(w.Manager, in)
		w.is(err, "")
		in.Day = w.today.AddDays(1)
		_, err = w.s.Enter(w.Manager, in)
		w.is(err, "invalid day: 今天以前")
		_, err = w.s.Enter(w.Elsewhere, in)
		w.is(err, "not_found")
		_, err = w.s.Enter(w.Banner, in)
		w.is(err, "denied")
		in.Day, in.Number = w.today, "A00452"
		w.ofTheFuture(q, in)
	})
}

// Who serves with the applicant, leads the project or is close to who proposed it has no say in it.
func TestConflicts(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 300_000)
		head := auth.From(w.Head).Person
		kin := w.Person("亲属", 9)
		close, _ := w.Actor("亲属在乡里", kin, auth.Grant{Role: auth.TownOfficer, Region: town})
		w.Kin(head, kin)
		in := fund.ProposeInput{ID: w.programme.ID, Applicant: "station", Plan: w.plan(1000)}
		p, err := w.s.Propose(w.Head, in)
		w.is(err, "")
		_, err = w.approves(close, p, 1000)
		w.is(err, "denied: 要回避")
		both, id := w.Actor("站里也在乡里", 0, auth.Grant{Role: auth.TownOfficer, Region: town})
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`INSERT INTO role_grant (id, account_id, role, region, from_day, until_day, reason, granted_at, end_reason)
				VALUES (?, ?, 'community_head', ?, 20260101, 0, '', ?, '')`, tx.NewID(), id, attendancetest.Gacha, tx.Now).Run(w.System, tx)
			return err
		})
		_, err = w.approves(both, p, 1000)
		w.is(err, "denied: 任职")
		_, err = w.approves(w.System, p, 1000)
		w.is(err, "denied: 由人来办")
		p, err = w.s.Return(w.Town, fund.DecideInput{ID: p.ID, Version: p.Version, Reason: "缺预算"})
		w.is(err, "")
		_, err = w.approves(w.Town, p, 1000)
		w.is(err, "wrong_state: 退回补充")
		_, err = w.s.Resubmit(w.Banner, fund.ResubmitInput{ID: p.ID, Version: p.Version, Plan: w.plan(900)})
		w.is(err, "denied")
		p, err = w.s.Resubmit(w.Manager, fund.ResubmitInput{ID: p.ID, Version: p.Version, Plan: w.plan(900)})
		w.is(err, "")
		p, err = w.s.Refuse(w.town2, fund.DecideInput{ID: p.ID, Version: p.Version, Reason: "不合条件"})
		w.is(err, "")
		if v := w.sees(p); v.State != fund.Refused || len(v.Lines) != 1 || v.Lines[0].Amount != 900 || len(v.Steps) != 4 {
			w.Errorf("%+v", v)
		}
		in.Lines = []fund.LineInput{{Category: "material", What: "试纸", Amount: 500_001}}
		_, err = w.s.Propose(w.Manager, in)
		w.is(err, "invalid lines.0.amount: 最多 5,000.00 元")
		in.Lines, in.Applicant = nil, "region"
		_, err = w.s.Propose(w.Manager, in)
		w.is(err, "invalid lines.0.amount: 至少写一行")
		in.Lines = w.plan(1).Lines
		_, err = w.s.Propose(w.Manager, in)
		w.is(err, "invalid applicant: 不由地区")
		_, err = w.s.Propose(w.Elsewhere, in)
		w.is(err, "not_found")
	})
}

// What the last level sends back is signed anew by the same people: a town has one clerk.
func TestSentBackIsSignedAnew(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 300_000)
		p := w.proposes(1000)
		var err error
		for _, who := range []context.Context{w.Town, w.Banner} {
			p, err = w.approves(who, p, 1000)
			w.is(err, "")
		}
		_, err = w.approves(w.Banner, p, 1000)
		w.is(err, "denied: 前一步是您自己办的")
		p, err = w.s.Return(w.banner2, fund.DecideInput{ID: p.ID, Version: p.Version, Reason: "缺预算"})
		w.is(err, "")
		p, err = w.s.Resubmit(w.Manager, fund.ResubmitInput{ID: p.ID, Version: p.Version, Plan: w.plan(1000)})
		w.is(err, "")
		for _, who := range []context.Context{w.Town, w.Banner, w.banner2} {
			p, err = w.approves(who, p, 1000)
			w.is(err, "")
		}
		if p.State != fund.Doing {
			w.Errorf("%+v", p)
		}
	})
}

// An objection within the notice takes the acceptance back; what is not carried on sets its money free.
func TestHaltAndStop(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 200_000)
		p := w.finishes(w.agreed(200_000))
		p, err := w.accepts(w.town2, p, 0)
		w.is(err, "")
		p, err = w.s.Halt(w.banner3, fund.DecideInput{ID: p.ID, Version: p.Version, Reason: "有人说没办够"})
		w.is(err, "")
		_, err = w.accepts(w.town2, p, 200_000)
		w.is(err, "denied: 换一个人")
		p, err = w.accepts(w.banner3, p, 200_000)
		w.is(err, "")
		if v := w.sees(p); v.Committed != 200_000 || v.NoticeUntil <= w.today {
			w.Errorf("%+v", v)
		}
		p, err = w.s.Stop(w.Banner, fund.DecideInput{ID: p.ID, Version: p.Version, Reason: "不做了"})
		w.is(err, "")
		d, err := w.s.Programme(w.Banner, fund.GetInput{ID: w.programme.ID})
		w.is(err, "")
		if d.Books.Free != 200_000 || d.Books.Committed != 0 {
			w.Errorf("%+v", d.Books)
		}
	})
}

// Officers who sign at the same moment never promise more than there is: the last fen goes once.
func TestLastFen(t *testing.T) {
	each(t, func(w *world) {
		w.opens(fund.Award, 10)
		const tries = 12
		var ready []fund.Proposal
		for range tries {
			p := w.proposes(1)
			for _, who := range []context.Context{w.Town, w.Banner} {
				var err error
				p, err = w.approves(who, p, 1)
				w.is(err, "")
			}
			ready = append(ready, p)
		}
		var done, refused atomic.Int64
		var all sync.WaitGroup
		for _, p := range ready {
			for _, who := range []context.Context{w.banner2, w.banner3} {
				all.Go(func() {
					switch _, err := w.approves(who, p, 1); {
					case err == nil:
						done.Add(1)
					case errs.CodeOf(err) == "over_budget":
						refused.Add(1)
					case errs.KindOf(err) != errs.Conflict:
						w.Error(err)
					}
				})
			}
		}
		all.Wait()
		if done.Load() != 10 || refused.Load() == 0 {
			w.Errorf("%d signed, %d refused", done.Load(), refused.Load())
		}
	})
}

// What was changed behind the area's back is named.
func TestVerify(t *testing.T) {
	for name, change := range map[string]string{
		"账上的到位不一致": `UPDATE fund_source SET amount = amount + 1`,
		"账上的往来不一致": `UPDATE fund_payment SET amount = amount - 1`,
		"账上的使用不一致": `UPDATE fund_receipt SET amount = amount + 1 WHERE state = 'checked'`,
		"拨的多于核定的":  `UPDATE fund_proposal SET granted = 1 WHERE state = 'accepted'`,
		"要两个人办的两步": `UPDATE fund_step SET by_id = (SELECT MIN(by_id) FROM fund_step WHERE action = 'approve') WHERE action = 'accept'`,
		"批准的不到两个人": `DELETE FROM fund_step WHERE action = 'approve' AND n > 2`,
		"在验收以前就拨了": `DELETE FROM fund_step WHERE action = 'accept'`,
		"账上的承诺不一致": `DELETE FROM fund_payment`,
	} {
		t.Run(name, func(t *testing.T) {
			inspectiontest.Each(t, func(base *inspectiontest.World) {
				w := &world{World: base, today: clock.DayOf(attendancetest.Noon)}
				w.s = fund.New(base.DB, base.Persons, stats.New(base.DB), base.Files.Blobs)
				w.banner2, _ = w.Actor("旗里第二位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
				w.banner3, _ = w.Actor("旗里第三位", 0, auth.Grant{Role: auth.BannerOfficer, Region: banner})
				w.town2, _ = w.Actor("乡里第二位", 0, auth.Grant{Role: auth.TownOfficer, Region: town})
				w.opens(fund.Award, 1000)
				p, err := w.accepts(w.town2, w.finishes(w.agreed(1000)), 1000)
				w.is(err, "")
				w.after(8)
				p, err = w.pays(w.banner3, p, 1000, "记-1")
				w.is(err, "")
				r, err := w.shows(p, 900)
				w.is(err, "")
				_, err = w.s.Check(w.Town, fund.DecideInput{ID: r.ID, Version: 1})
				w.is(err, "")
				w.sound()
				w.Write(func(tx *db.Tx) error {
					_, err := tx.Build(change).Run(w.System, tx)
					return err
				})
				if found := strings.Join(w.faults(), "\n"); !strings.Contains(found, name) {
					t.Errorf("found %q", found)
				}
			})
		})
	}
}
