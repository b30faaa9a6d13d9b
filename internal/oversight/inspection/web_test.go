package inspection_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"linli/internal/network/coverage"
	"linli/internal/oversight/inspection"
	"linli/internal/oversight/stats"
	"linli/internal/platform/auth"
	"linli/internal/platform/errs"
	"linli/internal/platform/web"
)

// people signs in by name.
type people map[string]auth.Actor

func (p people) Authenticate(_ context.Context, token string) (auth.Actor, error) {
	if a, ok := p[token]; ok {
		return a, nil
	}
	return auth.Actor{}, errs.ErrUnauthenticated
}

// site is the area behind its routes.
type site struct {
	*testing.T
	*web.Router
}

func (w *world) site() *site {
	p := people{}
	for name, ctx := range map[string]context.Context{"manager": w.Manager, "town": w.Town, "banner": w.banner, "league": w.league, "inspector": w.inspector, "far": w.far} {
		p[name] = auth.From(ctx)
	}
	s := &site{w.T, web.New(web.Config{Auth: p, Keys: w.Keys, Demo: true})}
	w.s.Routes(s.Router)
	return s
}

func (s *site) send(who string, req *http.Request) *httptest.ResponseRecorder {
	if who != "" {
		req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	}
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	return rec
}

// see opens a page, which must hold the words, and gives it.
func (s *site) see(who, path string, words ...string) string {
	s.Helper()
	rec := s.send(who, httptest.NewRequest("GET", path, nil))
	for _, x := range append(words, "") {
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), x) {
			s.Errorf("%s GET %s: %d without %q", who, path, rec.Code, x)
		}
	}
	return rec.Body.String()
}

// post sends a form, which must be answered by the status, and gives where it leads or what it says.
func (s *site) post(who, path string, status int, fields ...string) string {
	s.Helper()
	v := url.Values{}
	for i := 0; i+1 < len(fields); i += 2 {
		v.Add(fields[i], fields[i+1])
	}
	req := httptest.NewRequest("POST", path, strings.NewReader(v.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.told(who, req, status)
}

// upload is post with a picture.
func (s *site) upload(who, path string, status int, picture []byte, fields ...string) string {
	s.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		_ = form.WriteField(fields[i], fields[i+1])
	}
	part, _ := form.CreateFormFile("file", "a.png")
	_, _ = part.Write(picture)
	form.Close()
	req := httptest.NewRequest("POST", path, &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	return s.told(who, req, status)
}

func (s *site) told(who string, req *http.Request, status int) string {
	s.Helper()
	rec := s.send(who, req)
	if rec.Code != status {
		s.Fatalf("%s POST %s: %d, want %d: %.400s", who, req.URL.Path, rec.Code, status, rec.Body)
	}
	if to := rec.Header().Get("Location"); to != "" {
		return to
	}
	return rec.Body.String()
}

// find gives what a pattern's group holds on a page.
func (s *site) find(page, pattern string) string {
	s.Helper()
	m := regexp.MustCompile(pattern).FindStringSubmatch(page)
	if m == nil {
		s.Fatalf("no %s on the page", pattern)
	}
	return m[1]
}

// Everything on pages: plan and tasks, a visit from the phone to the closed finding, a spot check to its public result, a difficulty to its rating.
func TestPages(t *testing.T) {
	each(t, func(w *world) {
		w.proven()
		w.records(40)
		s := w.site()
		s.pagesOfPlan()
		s.pagesOfVisit(w)
		s.pagesOfSpot()
		s.pagesOfProblem(w.Station.ID.String())
		w.figures()
	})
}

func (s *site) pagesOfPlan() {
	s.see("banner", "/gov/plan", "锡林浩特市党委社会工作部", "还没有定今年的计划")
	s.post("banner", "/gov/plan", 422, "region", "152502000000", "year", "2026", "title", "")
	s.see("banner", s.post("banner", "/gov/plan", 303, "region", "152502000000", "year", "2026", "title", "全市计划", "text", "一、督导\n二、抽查"), "全市计划", "<p>二、抽查</p>")
	s.see("town", "/gov/plan?year=2026", "上级的计划", "全市计划")
	s.post("banner", "/gov/tasks", 422, "region", "152502000000", "year", "2026", "title", "到站督导", "text", "逐项看", "due_day", "2026-11-01")
	task := s.post("banner", "/gov/tasks", 303, "region", "152502000000", "year", "2026", "title", "到站督导", "text", "逐项看", "due_day", "2026-12-10", "to", "152502200000")
	s.see("banner", task, "未签收", "收回任务")
	receipt := s.find(s.see("town", task, "请签收"), `(/gov/receipts/\d+)/receive`)
	s.post("town", receipt+"/receive", 303)
	s.post("town", receipt+"/report", 422, "text", "")
	s.post("town", receipt+"/report", 303, "text", "看完了")
	s.see("banner", task, "看完了", "已反馈")
	s.see("banner", "/gov/plan", "1 / 1")
	if rec := s.send("manager", httptest.NewRequest("GET", task, nil)); rec.Code != 403 {
		s.Errorf("a manager opens a task: %d", rec.Code)
	}
}

func (s *site) pagesOfVisit(w *world) {
	s.see("inspector", "/gov/inspections", "安排一次检查", w.Station.Name)
	s.post("inspector", "/gov/inspections", 422, "station_id", "7")
	visit := s.post("inspector", "/gov/inspections", 303, "station_id", w.Station.ID.String(), "purpose", "年度督导")
	s.see("inspector", visit, "记下来", "data-offline", "有便于开展工作的场地", "offline-")
	refused := s.post("inspector", visit+"/fill", 422, "version", "1", "answers.0.item", "site", "answers.0.answer", "no", "answers.0.remark", "", "note", "留着")
	if !strings.Contains(refused, "请写明有什么问题") || !strings.Contains(refused, "留着") {
		s.Error("the refused form does not say why, or lost what was entered")
	}
	s.post("inspector", visit+"/fill", 303, "version", "1", "answers.0.item", "sign", "answers.0.answer", "no", "answers.0.remark", "看不见", "answers.1.item", "site", "answers.1.answer", "yes", "others", "一\n二",
		"due_day", "2026-12-01")
	page := s.see("inspector", visit, "看不见", "整改中")
	if n := len(regexp.MustCompile(`href="/gov/findings/\d+"`).FindAllString(page, -1)); n != 3 {
		s.Errorf("%d findings on the page", n)
	}
	finding := s.find(page, `href="/gov(/findings/\d+)"`)
	s.upload("inspector", "/gov"+finding+"/photo", 303, w.photo.Data, "text", "门口")
	photo := s.find(s.see("manager", "/desk"+finding, "未达标", "交整改", "现场照片")+s.see("manager", "/desk/findings", "看不见"), `(/desk/finding-files/\d+)`)
	if rec := s.send("manager", httptest.NewRequest("GET", photo, nil)); rec.Code != 200 || rec.Header().Get("Content-Type") != "image/png" {
		s.Errorf("the photo: %d", rec.Code)
	}
	s.post("manager", "/desk"+finding+"/rectify", 422, "version", "1", "text", "挪了")
	s.upload("manager", "/desk"+finding+"/rectify", 303, w.photo.Data, "version", "1", "text", "挪到门口")
	s.see("manager", "/desk"+finding, "待复查", "达标")
	s.post("inspector", "/gov"+finding+"/return", 422, "version", "2", "text", "还不行", "due_day", "2020-01-01")
	s.post("inspector", "/gov"+finding+"/close", 303, "version", "2", "text", "行了")
	if got := s.post("inspector", "/gov"+finding+"/close", 409, "version", "2"); !strings.Contains(got, "站点交了整改才能办结") {
		s.Errorf("closed twice: %.300s", got)
	}
	s.see("inspector", "/gov/findings?state=closed", "看不见")
	for _, path := range []string{visit + "/sheet", "/gov/inspection-sheet?station_id=" + w.Station.ID.String()} {
		if rec := s.send("inspector", httptest.NewRequest("GET", path, nil)); rec.Code != 200 || rec.Header().Get("Content-Type") != "application/pdf" {
			s.Errorf("%s: %d", path, rec.Code)
		}
	}
}

func (s *site) pagesOfSpot() {
	s.see("banner", "/gov/spot-checks", "公告一次抽查", `value="10"`)
	s.post("banner", "/gov/spot-checks", 422, "region", "152502000000", "title", "抽查", "kind", "record", "from_day", "2026-11-01", "to_day", "2026-10-01")
	spot := s.post("banner", "/gov/spot-checks", 303, "region", "152502000000", "title", "四季度抽查", "kind", "record", "from_day", "2026-11-01", "to_day", "2026-11-24", "percent", "10", "least", "3")
	open := strings.TrimPrefix(spot, "/gov")
	s.see("", "/spot-checks", "四季度抽查")
	s.see("", open, "种子的指纹")
	doubt := s.find(s.see("banner", spot, "疑点核查"), `name="forced" value="(\d+)"`)
	s.post("banner", spot+"/freeze", 422, "version", "1", "forced", doubt)
	s.post("banner", spot+"/freeze", 303, "version", "1", "forced", doubt, "reason", "时间晚")
	s.see("", open, "总体清单", "必抽清单")
	s.post("banner", spot+"/draw", 303, "version", "2")
	page := s.see("inspector", spot, "还有 5 件没有核查")
	s.see("", open, "linli inspect draw --population", "公布结果时公开")
	for i, m := range regexp.MustCompile(`href="(/gov/spot-checks/\d+/units/\d+)"`).FindAllStringSubmatch(page, -1) {
		s.see("inspector", m[1], "十项核查", "打开原件")
		fields := []string{"version", "1", "wrong_minutes", "0", "remark", "看过"}
		for n := range inspection.Items {
			answer := "y"
			if i == 1 && n == 3 {
				answer = "n"
			}
			fields = append(fields, fmt.Sprintf("answers.%d", n), answer)
		}
		s.post("inspector", m[1], 422, fields[:10]...)
		s.post("inspector", m[1], 303, fields...)
	}
	s.post("banner", spot+"/publish", 303, "version", "3", "conclusion", "总体真实")
	s.see("", open, "总体真实", "95% 置信区间", "Korn–Graubard", "民政部令第67号")
	for _, file := range []string{"/population", "/forced", "/result"} {
		if rec := s.send("", httptest.NewRequest("GET", open+file, nil)); rec.Code != 200 || rec.Body.Len() == 0 {
			s.Errorf("%s: %d", file, rec.Code)
		}
	}
}

func (s *site) pagesOfProblem(station string) {
	s.see("manager", "/desk/problems", "提一个困难问题")
	s.post("manager", "/desk/problems", 422, "station_id", station, "kind", "site", "text", "")
	mine := s.post("manager", "/desk/problems", 303, "station_id", station, "kind", "site", "text", "屋顶漏雨")
	gov := strings.Replace(mine, "/desk", "/gov", 1)
	s.see("town", "/gov/problems?state=waiting", "屋顶漏雨")
	s.post("town", gov+"/answer", 303, "version", "1", "text", "月底修", "solve_day", "2026-11-30")
	s.post("manager", mine+"/rate", 422, "version", "2", "rating", "1")
	s.post("manager", mine+"/rate", 303, "version", "2", "rating", "1", "comment", "太慢")
	s.see("banner", gov, "转旗县区", "太慢", "答复")
	if rec := s.send("banner", httptest.NewRequest("GET", "/gov/problems.xlsx?state=waiting", nil)); rec.Code != 200 || !bytes.HasPrefix(rec.Body.Bytes(), []byte("PK")) {
		s.Errorf("the export: %d", rec.Code)
	}
	if rec := s.send("far", httptest.NewRequest("GET", gov, nil)); rec.Code != 404 {
		s.Errorf("another banner: %d", rec.Code)
	}
}

// figures asks the indicators what the pages did.
func (w *world) figures() {
	w.T.Helper()
	if err := coverage.New(w.DB).Recount(w.System); err != nil {
		w.T.Fatal(err)
	}
	st := stats.New(w.DB)
	inspection.Indicators(st)
	for code, want := range map[string]string{"inspection_coverage": "1.0000", "rectification_rate": "0.3333", "spot_check_coverage": "1.0000"} {
		for _, in := range []stats.GetInput{{Code: code, Region: theBanner, From: 20261101, To: 20261231}, {Code: code, Region: gacha, From: 20261101, To: 20261231}} {
			in.To = today
			if code == "rectification_rate" {
				in.From = today
				w.days(10)
				in.To = today.AddDays(10)
			}
			got, err := st.Get(w.banner, in)
			if err != nil || got.Value == nil || *got.Value != want {
				w.T.Errorf("%s in %s: %+v %v, want %s", code, in.Region, got.Figure, err, want)
			}
		}
	}
}
