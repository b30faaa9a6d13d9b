package timebank

import (
	"context"
	"fmt"
	"slices"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/paper"
	"linli/internal/platform/sheet"
)

// SheetInput asks for the tables of a division.
type SheetInput struct {
	Region auth.Region `query:"region" required:"false" doc:"空为本人任职的区划"`
	From   clock.Day   `query:"from" required:"false"`
	To     clock.Day   `query:"to" required:"false"`
}

// BankLine is how one bank stands.
type BankLine struct {
	Region  auth.Region `json:"region"`
	Name    string      `json:"name"`
	Members int64       `json:"members"`
	Saved   int64       `json:"saved" doc:"个人账户合计，分钟"`
	Held    int64       `json:"held" doc:"其中已预留"`
	Pool    int64       `json:"pool" doc:"互助池"`
	Owed    int64       `json:"owed" doc:"待补回"`
	Issued  int64       `json:"issued" doc:"发出而没有用掉的，等于个人账户加互助池减待补回"`
	Total   int64       `json:"total" doc:"各账户合计，总是 0"`
}

// Flow is what moved of one kind within the days asked for.
type Flow struct {
	Code    string `json:"code"`
	What    string `json:"what"`
	Minutes int64  `json:"minutes"`
	Times   int64  `json:"times"`
}

// BalanceSheet is 时间存取平衡表.
type BalanceSheet struct {
	Region auth.Region `json:"region"`
	Name   string      `json:"name"`
	From   clock.Day   `json:"from"`
	To     clock.Day   `json:"to"`
	Banks  []BankLine  `json:"banks"`
	Flows  []Flow      `json:"flows"`
	Total  int64       `json:"total" doc:"各账户合计，总是 0"`

	Bank  Bank   `json:"-"` // of a banner
	Rules []Rule `json:"-"`
	there bool
	sets  bool
}

// BalanceSheet gives how the banks of a division stand and what moved.
func (s *Service) BalanceSheet(ctx context.Context, in SheetInput) (BalanceSheet, error) {
	return act.Read(ctx, s.db, Tables, func(tx *db.Tx) (BalanceSheet, error) { return s.balances(ctx, tx, in) })
}

// where is the division asked for, or the reader's own.
func where(ctx context.Context, at auth.Region) (auth.Region, error) {
	if at == 0 {
		at = auth.From(ctx).Seat()
	}
	return at, auth.Require(ctx, Tables, Tables, auth.Place{Region: at})
}

func (s *Service) balances(ctx context.Context, tx *db.Tx, in SheetInput) (out BalanceSheet, err error) {
	if out.Region, err = where(ctx, in.Region); err != nil {
		return out, err
	}
	if out.Name, err = region.Name(ctx, tx, out.Region); err != nil {
		return out, err
	}
	out.To, out.From = in.To, in.From
	if out.To == 0 {
		out.To = clock.DayOf(tx.Now)
	}
	if out.From == 0 {
		out.From = out.To.NewYear()
	}
	span := stretch{At: out.Region, From: out.From, To: out.To}
	if out.Banks, err = s.lines(ctx, tx, span); err != nil {
		return out, err
	}
	for _, b := range out.Banks {
		out.Total += b.Total
	}
	out.Flows = []Flow{}
	moved, err := flows.All(ctx, tx, span)
	for _, f := range moved {
		out.Flows = append(out.Flows, Flow{Code: f.Code, What: codeWords[f.Code][0], Minutes: f.Minutes, Times: f.N})
	}
	if err != nil || out.Region.Level() != auth.LevelBanner {
		return out, err
	}
	return out, s.own(ctx, tx, &out)
}

// own puts in the bank of a banner with its rules.
func (s *Service) own(ctx context.Context, tx *db.Tx, out *BalanceSheet) (err error) {
	out.sets = auth.Can(ctx, Manage, auth.Place{Region: out.Region})
	if out.Bank, out.there, err = db.Found(bankOf.One(ctx, tx, out.Region)); err != nil || !out.there {
		return err
	}
	out.Rules, err = allOf.All(ctx, tx, out.Bank.ID)
	return err
}

// lines are the banks of a division as the books have them.
func (s *Service) lines(ctx context.Context, tx *db.Tx, span stretch) (out []BankLine, err error) {
	sums, err := held.All(ctx, tx, span)
	if err != nil {
		return nil, err
	}
	out = []BankLine{}
	for _, x := range sums {
		if len(out) == 0 || out[len(out)-1].Region != x.Region {
			name, err := region.Name(ctx, tx, x.Region)
			if err != nil {
				return nil, err
			}
			out = append(out, BankLine{Region: x.Region, Name: name})
		}
		l := &out[len(out)-1]
		l.Total += x.Balance
		switch x.Kind {
		case accountKind:
			l.Members, l.Saved, l.Held = x.N, x.Balance, x.Held
		case poolKind:
			l.Pool = x.Balance
			l.Held += x.Held
		case owedKind:
			l.Owed = -x.Balance
		case issueKind:
			l.Issued = -x.Balance
		}
	}
	return out, nil
}

// Pressure is how one bank would stand if all who may asked at once.
type Pressure struct {
	Region  auth.Region `json:"region"`
	Name    string      `json:"name"`
	Members int64       `json:"members" doc:"可以用时间抵、而且有时间的人数"`
	Demand  int64       `json:"demand" doc:"他们这个月都来用，一共多少分钟"`
	Supply  int64       `json:"supply" doc:"过去十二个月平均一个月的服务，分钟"`
	Gap     int64       `json:"gap" doc:"缺多少分钟；够的为 0"`
	Days    int64       `json:"days" doc:"以平均的服务，多少天做得完"`
}

// RunTest is 供需压力测算: the banks of a division, the first to fail at the top.
type RunTest struct {
	Region auth.Region `json:"region"`
	Name   string      `json:"name"`
	From   clock.Day   `json:"from" doc:"服务从哪一天算起"`
	To     clock.Day   `json:"to"`
	Banks  []Pressure  `json:"banks" doc:"先不够的在前"`
	First  *Pressure   `json:"first" doc:"最先不够的；都够的为空"`
}

// RunInput asks for the run test of a division.
type RunInput struct {
	Region auth.Region `query:"region" required:"false" doc:"空为本人任职的区划"`
}

// RunTest says which bank would fail first, and by how much, if everybody who may asked this month for all that he may.
func (s *Service) RunTest(ctx context.Context, in RunInput) (RunTest, error) {
	return act.Read(ctx, s.db, Tables, func(tx *db.Tx) (RunTest, error) { return s.pressures(ctx, tx, in) })
}

func (s *Service) pressures(ctx context.Context, tx *db.Tx, in RunInput) (out RunTest, err error) {
	if out.Region, err = where(ctx, in.Region); err != nil {
		return out, err
	}
	if out.Name, err = region.Name(ctx, tx, out.Region); err != nil {
		return out, err
	}
	out.To = clock.DayOf(tx.Now)
	out.From = clock.DayOf(tx.Now.AddDate(-1, 0, 1))
	banks, err := banksIn.All(ctx, tx, out.Region)
	if err != nil {
		return out, err
	}
	out.Banks = []Pressure{}
	for _, b := range banks {
		p, err := s.pressure(ctx, tx, b, out.From, out.To)
		if err != nil {
			return out, err
		}
		out.Banks = append(out.Banks, p)
	}
	slices.SortStableFunc(out.Banks, func(a, b Pressure) int { return tighter(a, b) })
	if len(out.Banks) > 0 && out.Banks[0].Gap > 0 {
		out.First = new(out.Banks[0])
	}
	return out, nil
}

// tighter puts before another bank the one that has less supply for each minute asked for.
func tighter(a, b Pressure) int {
	x, y := a.Supply*b.Demand, b.Supply*a.Demand
	switch {
	case a.Demand == 0 && b.Demand == 0:
		return 0
	case a.Demand == 0:
		return 1
	case b.Demand == 0, x < y:
		return -1
	case x > y:
		return 1
	}
	return int(max(min(b.Gap-a.Gap, 1), -1))
}

func (s *Service) pressure(ctx context.Context, tx *db.Tx, b Bank, from, to clock.Day) (p Pressure, err error) {
	p.Region = b.Region
	if p.Name, err = region.Name(ctx, tx, b.Region); err != nil {
		return p, err
	}
	r, err := ruleOn.One(ctx, tx, b.ID, int64(to))
	if err != nil {
		return p, err
	}
	born := clock.DayOf(tx.Now.AddDate(-int(r.SpendAge), 0, 0))
	c, _, err := db.Found(claims.One(ctx, tx, claimsOf{Bank: b.ID, Born: born, Most: r.MonthMost}))
	if err != nil {
		return p, err
	}
	year, err := supply.One(ctx, tx, int64(b.Region)/1_000_000, int64(from), int64(to))
	p.Members, p.Demand, p.Supply = c.N, c.Minutes, year/12
	p.Gap = max(p.Demand-p.Supply, 0)
	if p.Supply > 0 {
		p.Days = (p.Demand*30 + p.Supply - 1) / p.Supply
	}
	return p, err
}

// ExportInput asks for a table as a file.
type ExportInput struct {
	SheetInput
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"xlsx" maxLength:"4"`
}

// Export gives 时间存取平衡表 as a file.
func (s *Service) Export(ctx context.Context, in ExportInput) (blob.File, error) {
	v, err := s.BalanceSheet(ctx, in.SheetInput)
	if err != nil {
		return blob.File{}, err
	}
	t := paper.Table{Day: clock.Today(ctx), Table: sheet.Table{Title: "时间存取平衡表", Lead: v.Name + "　单位：小时",
		Columns: []string{"旗县区", "在册人数", "个人账户", "其中预留", "互助池", "待补回", "合计"}}}
	for _, b := range v.Banks {
		t.Rows = append(t.Rows, []string{b.Name, format.Int(b.Members), format.Hours(b.Saved), format.Hours(b.Held), format.Hours(b.Pool),
			format.Hours(b.Owed), format.Hours(b.Total)})
	}
	t.Foot = []string{"合计为零：发出而没有用掉的，等于个人账户加互助池减待补回。", "填表人：　　　　　　　审核人：　　　　　　　（公章）"}
	return t.File(in.Format)
}

// RunExportInput asks for the run test as a file.
type RunExportInput struct {
	RunInput
	Format string `query:"format" enum:"pdf,xlsx,csv" default:"xlsx" maxLength:"4"`
}

// ExportRunTest gives 供需压力测算 as a file.
func (s *Service) ExportRunTest(ctx context.Context, in RunExportInput) (blob.File, error) {
	v, err := s.RunTest(ctx, in.RunInput)
	if err != nil {
		return blob.File{}, err
	}
	t := paper.Table{Day: clock.Today(ctx), Table: sheet.Table{Title: "供需压力测算",
		Lead:    fmt.Sprintf("%s　服务：%s 至 %s　单位：小时", v.Name, v.From, v.To),
		Columns: []string{"旗县区", "可以用的人数", "都来用要多少", "平均一个月的服务", "缺多少", "做完要几天"}}}
	for _, p := range v.Banks {
		t.Rows = append(t.Rows, []string{p.Name, format.Int(p.Members), format.Hours(p.Demand), format.Hours(p.Supply), format.Hours(p.Gap),
			p.days()})
	}
	return t.File(in.Format)
}

// days says how long the work would take.
func (p Pressure) days() string {
	switch {
	case p.Demand == 0:
		return "0"
	case p.Supply == 0:
		return "没有服务"
	}
	return format.Int(p.Days)
}
