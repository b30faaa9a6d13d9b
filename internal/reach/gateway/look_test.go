package gateway

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"linli/internal/platform/area/areatest"
	"linli/internal/platform/auth"
	"linli/internal/platform/cmpp"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
	"linli/internal/platform/outward"
	"linli/internal/platform/seal"
	"linli/internal/platform/web"
)

func admin(at auth.Region) context.Context {
	return auth.With(context.Background(), auth.Actor{Account: 1, Name: "管理员", Grants: []auth.Grant{{Role: auth.SystemAdmin, Region: at}}})
}

// What a gateway tells of a message is kept in words; a message on its way is nothing to tell, and what is no word of its own is spelled
// out
// in letters and figures alone.
func TestReports(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := New(d, seal.Ephemeral(), nil)
		for stat, want := range map[string]string{"DELIVRD": "DELIVRD", "EXPIRED": "过了有效期没送到", "UNDELIV": "送不到", "ACCEPTD": "", "": "",
			"MA:0\x0019,az；AZ": "没送到（MA:019azAZ）", "[`@/": "没送到（）"} {
			if err := s.reported(cmpp.Report{ID: 7, Stat: stat}); err != nil {
				t.Fatal(err)
			}
			args := []string{}
			if err := d.Write(t.Context(), func(tx *db.Tx) (err error) {
				if args, err = db.Select[string](t.Context(), tx, tx.Build("SELECT CAST(args AS TEXT) FROM job WHERE kind = ?",
					reportKind)); err != nil {
					return err
				}
				_, err = tx.Exec(t.Context(), "DELETE FROM job")
				return err
			}); err != nil {
				t.Fatal(err)
			}
			if want == "" && len(args) == 0 {
				continue
			}
			if len(args) != 1 || want == "" || !strings.Contains(strings.ReplaceAll(args[0], " ", ""), `"stat":"`+want+`"`) ||
				!strings.Contains(args[0], cmpp.Ref(7)) {
				t.Errorf("%q: %q, want %q", stat, args, want)
			}
		}
		if reportWait != 20*time.Second {
			t.Error("the row does not know the gateway's number yet")
		}
	})
}

type people map[string]auth.Actor

func (p people) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	if a, ok := p[token]; ok {
		return a, nil
	}
	return auth.Actor{}, errs.ErrUnauthenticated
}

// The form is that of the way asked for, else of the one in use, with what was typed and never a secret; only who administers the whole
// region may change it.
func TestForms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		guard, err := outward.NewGuard(nil)
		if err != nil {
			t.Fatal(err)
		}
		keys := seal.Ephemeral()
		s := New(d, keys, guard)
		other := auth.Actor{Account: 2, Name: "审计管理员", Grants: []auth.Grant{{Role: auth.AuditAdmin, Region: 150000000000}}}
		router := web.New(web.Config{Auth: people{"all": auth.From(admin(150000000000)), "part": auth.From(admin(152527000000)),
			"other": other}, Keys: keys,
			DB:   d,
			Demo: true})
		s.Routes(router)
		see := func(who, query string) string {
			req := httptest.NewRequest("GET", path+query, nil)
			req.Header.Set("Cookie", web.SessionCookie+"="+who)
			rec := httptest.NewRecorder()
			router.ServeHTTP(rec, req)
			return rec.Body.String()
		}
		has := func(page string, words ...string) {
			t.Helper()
			for _, x := range words {
				if without, no := strings.CutPrefix(x, "-"); strings.Contains(page, without) == no {
					t.Errorf("%q", x)
				}
			}
		}
		const here = `aria-current="page"`
		has(see("all", ""), "这里没有设", "-/off", path+"/aliyun", "/test", `href="/admin/sms?way=cmpp"`, ">移动 CMPP 2.0<", "可用：")
		has(see("part", ""), "-"+path+`/aliyun"`, "-/test", "由管整个地区的系统管理员设")
		has(see("all", "?way=cmpp"), path+"/cmpp", `value="16"`, "尚未在真实服务上验证")
		has(see("all", "?way=http"), path+"/http", "-尚未在真实服务上验证")
		has(see("all", "?way=tencent"), "SdkAppId", "按模板里的顺序写")
		has(see("all", "?way=aliyun"), "-SdkAppId", "模板里的名字=")
		if _, err := s.Save(admin(150000000000), SaveInput{Way: tencent, KeyID: "AKIDx", Secret: "geheim", Sign: "邻里", App: "1400", Zone: "ap-x",
			CodeT: "7001", CodeP: "minutes code"}); err != nil {
			t.Fatal(err)
		}
		has(see("all", ""), "在用：<b>腾讯云短信</b>", "管理员一个人设的", "/off", path+"/tencent", `value="7001"`, `value="minutes code"`, `value="AKIDx"`, `value="1400"`,
			`value="ap-x"`, "已经存了", "-geheim")
		has(see("all", "?way=aliyun"), path+`/aliyun"`, "-AKIDx", "在用：<b>腾讯云短信</b>", "-已经存了")
		if n := strings.Count(see("all", "?way=http"), here); n < 1 {
			t.Error("no tab says where one is")
		}
		if _, err := s.Save(admin(150000000000), SaveInput{Way: http, Address: "https://sms.example/", Secret: "X: y"}); err != nil {
			t.Fatal(err)
		}
		has(see("all", ""), "在用：<b>HTTP 网关</b>", path+"/http", `value="https://sms.example/"`)
		has(see("all", "?way=tencent"), `value="AKIDx"`)
		if _, err := s.Off(admin(150000000000), OffInput{}); err != nil {
			t.Fatal(err)
		}
		has(see("all", ""), "这里没有设", "-/off", path+`/aliyun"`)
		if err := d.Write(t.Context(), func(tx *db.Tx) error {
			if _, err := tx.Build(`INSERT INTO account (id, login, name, region, password, totp_step, state, made_at, version)
				VALUES (2, 'audit', '审计管理员', 150000000000, '', 0, 'active', ?, 1)`, tx.Now).Run(t.Context(), tx); err != nil {
				return err
			}
			_, err := tx.Build(`INSERT INTO role_grant (id, account_id, role, region, from_day, until_day, reason, granted_at, end_reason)
				VALUES (2, 2, 'audit_admin', 150000000000, 0, 0, '', ?, '')`, tx.Now).Run(t.Context(), tx)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Save(admin(150000000000), SaveInput{Way: aliyun, KeyID: "LTAI9", Secret: "geheim", Sign: "草原邻里", CodeT: "SMS_77",
			CodeP: "code"}); err != nil {
			t.Fatal(err)
		}
		asked := []string{"等另一位管理员确认", "LTAI9", "草原邻里", "SMS_77 code", "-geheim", "/drop", "这里没有设"}
		has(see("all", ""), append(asked, "-/confirm", ">撤回<", "-不同意")...)
		has(see("other", ""), append(asked, "/confirm", "不同意", "-撤回", "-/test", "-"+path+`/aliyun"`)...)
		has(see("part", ""), "-/confirm", "-/drop")
	})
}

// Just those roles get through each door of which matrix.txt says so.
func TestDoors(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		keys := seal.Ephemeral()
		areatest.Doors(t, d, keys, New(d, keys, nil).Routes)
	})
}
