package setup

import (
	"context"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/appointment"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/reach/console"
	"linli/internal/reach/gateway"
)

// state is what the installation has, as far as the first day goes.
type state struct {
	Exported bool // a copy of the keys was written
	System   bool
	Audit    bool
	Town     bool
	Head     bool
	Manager  bool
	Unsure   bool // an account is there whose making nobody has confirmed
	Opened   bool // a station is open
	People   bool // somebody is a volunteer
	Ordered  bool
	Backup   bool
}

// holds is a subquery that says whether somebody has a role now.
func holds(role auth.Role) string {
	return `EXISTS (SELECT 1 FROM role_grant g JOIN account a ON a.id = g.account_id WHERE g.role = '` + string(role) +
		`' AND g.ended_at IS NULL AND (g.until_day = 0 OR g.until_day >= $1) AND a.state = 'active')`
}

// standing is asked with each page of an administrator: every part of it ends at the first row of an index.
var standing = db.Query[state](`SELECT EXISTS (SELECT 1 FROM audit t WHERE t.object = 'keys' AND t.action = 'keys.export') AS exported, ` +
	holds(auth.SystemAdmin) + ` AS system, ` + holds(auth.AuditAdmin) + ` AS audit, ` + holds(auth.TownOfficer) + ` AS town, ` +
	holds(auth.CommunityHead) + ` AS head, ` + holds(auth.StationManager) + ` AS manager,
	EXISTS (SELECT 1 FROM account_act t WHERE t.confirmed_at IS NULL) AS unsure,
	EXISTS (SELECT 1 FROM station s WHERE s.status = 'open') AS opened,
	EXISTS (SELECT 1 FROM volunteer v WHERE v.status = 'active') AS people,
	EXISTS (SELECT 1 FROM orders o) AS ordered,
	EXISTS (SELECT 1 FROM backup_run b WHERE b.kind = 'made') AS backup`)

// Step is one thing that has to be done before orders run as they should.
type Step struct {
	Name string `json:"name" doc:"代号"`
	Word string `json:"word"`
	How  string `json:"how" doc:"怎样办，谁来办"`
	Done bool   `json:"done"`
	Href string `json:"-"` // where the reader does it; "" where another one does
}

// List is what the first day takes, in the order in which it is best done.
type List struct {
	Items []Step `json:"items"`
	Left  int    `json:"left" doc:"还有几步"`
}

// Steps gives the list.
func (s *Service) Steps(ctx context.Context, _ Nothing) (List, error) {
	return act.Read(ctx, s.db, Follow, func(tx *db.Tx) (List, error) { return s.steps(ctx, tx) })
}

// Nothing is the input of an operation that needs none.
type Nothing struct{}

func (s *Service) steps(ctx context.Context, tx *db.Tx) (out List, err error) {
	is, err := standing.One(ctx, tx, int64(clock.DayOf(tx.Now)))
	if err != nil {
		return out, err
	}
	texts, err := s.texts(ctx, tx)
	if err != nil {
		return out, err
	}
	to := func(href string, perm auth.Perm) string { // no link that would be refused
		if auth.Holds(ctx, perm) {
			return href
		}
		return ""
	}
	accounts := to("/admin/accounts/new", account.Appoint)
	out.Items = []Step{
		{"keys", "密钥另存一份", "在服务器上执行 linli keys export --to 文件，文件和口令分开放在别处。丢了密钥，备份也读不出来", is.Exported, ""},
		{"system", "开系统管理员的账号", "设短信、看后台任务和备份；不能由安全管理员兼任", is.System, accounts},
		{"audit", "开审计管理员的账号", "看操作记录，核实任命；不能由别的管理员兼任", is.Audit, accounts},
		{"sms", "短信能发出去", "系统管理员设，另一位管理员确认。没有短信时：工作人员第一次用初始密码，换设备用动态码卡；居民到站里办", texts, to("/admin/sms", gateway.Edit)},
		{"town", "开苏木乡镇（街道）工作人员的账号", "审站、审单、核实任命", is.Town, accounts},
		{"head", "开嘎查村（社区）负责人的账号", "和站点管理员不是一个人：每一小时都要两个人各看一眼", is.Head, accounts},
		{"manager", "开站点管理员的账号", "先有站，再任命", is.Manager, accounts},
		{"station", "第一个站开放", "苏木乡镇（街道）工作人员在站的页上改状态", is.Opened, ""},
		{"confirm", "账号由第三个人核实", "控制台和首次启用开的账号，核实以前算出自同一只手，互相不能当第二个人", !is.Unsure,
			to("/admin/appointments", appointment.Confirm)},
		{"people", "志愿者进来", "站里导入以前的名册（要本人同意），或者在“招募”里报名", is.People, ""},
		{"order", "第一张求助单", "站里“登记求助”，或者居民自己点单", is.Ordered, ""},
		{"backup", "做一次备份", "在服务器上执行 linli backup --to 文件，再定好时间自己做", is.Backup, to("/admin/backups", console.ViewBackups)},
	}
	for _, x := range out.Items {
		if !x.Done {
			out.Left++
		}
	}
	return out, nil
}

// began is when the installation began: when its first account was made.
var began = db.Query[time.Time](`SELECT made_at FROM account ORDER BY id LIMIT 1`)
