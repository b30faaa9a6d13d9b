package timebank

import (
	"cmp"

	"linli/internal/platform/clock"
	"linli/internal/platform/format"
	"linli/internal/platform/web/ui"
)

func (a Account) title() string { return "我的" + cmp.Or(a.Bank, "时间账户") }

// lead says what an account is for, in the rule's figures.
func (a Account) lead() string {
	return "自愿开户。服务计入以后自动存入，最多" + clock.Minutes(a.Rule.Cap) + "；满 " + format.Int(a.Rule.SpendAge) +
		" 周岁可以用时间抵，也可以送给家里的老人。不能换钱。"
}

// gives are the relatives to whom minutes may be given.
func (a Account) gives() (out []ui.Option) { return a.relatives() }

func (a Account) heirs() []ui.Option {
	if !a.Rule.Inherit {
		return nil
	}
	return a.relatives()
}

func (a Account) relatives() (out []ui.Option) {
	for _, r := range a.Relatives {
		if r.State == Done {
			out = append(out, ui.Option{Value: r.PersonID.String(), Label: r.Name + "（" + r.Word() + "）"})
		}
	}
	return out
}

// signed is what came in or went out; nothing for what only promises.
func (e Entry) signed() string {
	switch {
	case e.Minutes > 0:
		return "+" + clock.Minutes(e.Minutes)
	case e.Minutes < 0:
		return "−" + clock.Minutes(-e.Minutes)
	}
	return ""
}

func (p Paid) said() string {
	if p.State == Settled {
		return "抵了" + clock.Minutes(p.Settled)
	}
	return "预计" + clock.Minutes(p.Minutes)
}

func (l Listing) lead() string {
	if l.In.For != 0 {
		return "为" + l.For.Name + "登记亲属：写亲属的全名查找，看过户口簿再登记"
	}
	return "开户、赠与、捐赠和帮扶"
}

func (l Listing) none() string {
	if l.In.Q != "" {
		return "没有这个名字的居民"
	}
	return "还没有人开户"
}

func (l Listing) hint() string {
	return cmp.Or(l.shut, "写全名查找居民，再为他开账户。")
}

// parties says whose minutes go to whom.
func (w Waiting) parties() string {
	switch w.Kind {
	case kin:
		return w.FromName + "、" + w.ToName + "（" + Relations.Word(w.Relation) + "）"
	case grant:
		return "互助池 → " + w.ToName
	case spent:
		return w.FromName
	}
	return w.FromName + " → " + cmp.Or(w.ToName, "互助池")
}

func (r Rule) most() string {
	if r.MonthMost == 0 {
		return "不限"
	}
	return clock.Minutes(r.MonthMost)
}

func (v BalanceSheet) link(path string) string {
	return path + "&region=" + v.Region.String() + "&from=" + v.From.String() + "&to=" + v.To.String()
}

func (v BalanceSheet) turn() string {
	switch {
	case !v.there:
		return "开办"
	case v.Bank.Open:
		return "停办"
	}
	return "恢复开办"
}

func (v BalanceSheet) other() string {
	if v.there && v.Bank.Open {
		return "false"
	}
	return "true"
}

func (v RunTest) link(as string) string {
	return runPath + "/export?format=" + as + "&region=" + v.Region.String()
}
