package standard_test

import (
	"bytes"
	"image"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"linli/internal/network/standard"
	"linli/internal/network/station/stationtest"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
	"linli/internal/work/attendance/attendancetest"
)

// upload posts a form with a picture.
func upload(s *attendancetest.Web, who, path string, fields ...string) (int, string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for i := 0; i+1 < len(fields); i += 2 {
		form.WriteField(fields[i], fields[i+1])
	}
	part, _ := form.CreateFormFile("file", "站内.png")
	png.Encode(part, image.NewGray(image.Rect(0, 0, 9, 9)))
	form.Close()
	req := httptest.NewRequest("POST", path, &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: who})
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	if to := rec.Header().Get("Location"); to != "" {
		return rec.Code, to
	}
	return rec.Code, rec.Body.String()
}

// The manager sees what is missing and how to get it, and sends a picture; the town looks and refuses; the answer of the interface is
// as the contract says.
func TestPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(standard.New(w.DB, blob.New(w.DB, t.TempDir())).Routes)
		id := w.Station.ID.String()
		see := func(who, path string, words ...string) string {
			t.Helper()
			code, page := s.Do(who, "GET", path, "")
			for _, x := range words {
				if code != 200 || !strings.Contains(page, x) {
					t.Errorf("%s GET %s: %d without %s", who, path, code, x)
				}
			}
			return page
		}
		see("manager", "/desk/standard", w.Station.Name, "还没有任何证据")
		see("manager", "/desk/standard/"+id, "还差 8 项就达标", "拍一张站内全景", "现在就补")
		if code, page := upload(s, "manager", "/desk/standard/"+id, "item", "manager", "text", ""); code != 422 ||
			!strings.Contains(page, "请写明情况") {
			t.Errorf("no words: %d", code)
		}
		if code, to := upload(s, "manager", "/desk/standard/"+id, "item", "site", "text", "86 平方米", "day", ""); code != 303 ||
			!strings.HasSuffix(to, "#site") {
			t.Errorf("evidence: %d %.200s", code, to)
		}
		page := see("manager", "/desk/standard/"+id, "还差 7 项就达标", "86 平方米")
		file := "/desk/standard-evidence/" + strings.SplitN(strings.SplitN(page, "/desk/standard-evidence/", 2)[1], "/", 2)[0]
		if code, _ := s.Do("manager", "GET", file+"/file", ""); code != 200 {
			t.Errorf("the picture: %d", code)
		}
		for _, who := range []string{"resident", "elsewhere"} {
			if code, _ := s.Do(who, "GET", file+"/file", ""); code != 403 && code != 404 {
				t.Errorf("%s sees the picture: %d", who, code)
			}
		}
		_, json := s.Do("manager", "GET", "/api/v1/stations/"+id+"/standard", "")
		for _, x := range []string{`"status":"unmet"`, `"grade":""`, `"code":"site","label"`, `"mandatory":true,"met":true,"evidence":[{`,
			`"expires_on":"2028-11-23"`, `"expires_on":null`} {
			if !strings.Contains(json, x) {
				t.Errorf("no %s in %s", x, json)
			}
		}
		see("town", "/gov/standard/"+id+"/check", "没看", "86 平方米")
		if code, _ := s.Do("town", "POST", "/gov/standard/"+id+"/check",
			"findings.0.item=site&findings.0.ok=no&findings.0.remark="); code != 422 {
			t.Errorf("refused without a word: %d", code)
		}
		if code, to := s.Do("town", "POST", "/gov/standard/"+id+"/check",
			"findings.0.item=site&findings.0.ok=no&findings.0.remark=不是站里&findings.1.item=sign&findings.1.ok="); code != 303 {
			t.Errorf("the town refuses: %d %.300s", code, to)
		}
		see("manager", "/desk/standard/"+id, "还差 8 项就达标", "不是站里", "不认")
		stationtest.Appoint(t, w.DB, w.Station)
		if code, _ := s.Do("town", "POST", "/gov/standard/"+id+"/urge", "note=周五以前"); code != 303 {
			t.Errorf("the town urges: %d", code)
		}
		see("manager", "/desk/standard/"+id, "提醒补上：", "周五以前")
		if code, page := s.Do("town", "POST", "/gov/standard/"+id+"/urge", "note=再说一遍"); code != 409 ||
			!strings.Contains(page, "提醒过站点管理员（1 人）") || strings.Contains(page, "发出提醒") {
			t.Errorf("again: %d", code)
		}
		see("town", "/gov/standard?status=unmet", w.Station.Name)
		see("town", "/gov/checklist", "有便于开展工作的场地")
		if code, _ := s.Do("town", "POST", "/gov/checklist", "label=x"); code != 403 {
			t.Errorf("the town adds an item: %d", code)
		}
		if code, _ := s.Do("manager", "POST", file+"/withdraw", "reason=拍错了"); code != 409 {
			t.Errorf("taken back after it was refused: %d", code)
		}
	})
}

// The list of standards is narrowed by name, place and what is missing, and taken along as a table.
func TestListPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := w.Web(standard.New(w.DB, blob.New(w.DB, t.TempDir())).Routes)
		name := w.Station.Name
		for path, there := range map[string]bool{
			"?status=unmet": true, "?status=met": false, "?item=manager": true, "?q=没有的名字": false, "?sort=name": true, "?sort=place": true,
			"?region=" + attendancetest.Gacha.String(): true, "?region=150100000000": false,
		} {
			_, page := s.Do("town", "GET", "/gov/standard"+path, "")
			if strings.Contains(page, ">"+name+"<") != there {
				t.Errorf("%s: the station is there: not %v", path, there)
			}
			code, table := s.Do("town", "GET", "/gov/standard/export"+path+"&format=csv", "")
			if code != 200 || strings.Contains(table, name) != there {
				t.Errorf("the table of %s has the station: not %v (%d)", path, there, code)
			}
		}
		if code, _ := s.Do("resident", "GET", "/desk/standard/export", ""); code != 403 {
			t.Errorf("a resident takes the list along: %d", code)
		}
		w.Write(func(tx *db.Tx) error {
			n, err := db.SelectOne[int64](t.Context(), tx, tx.Build(`SELECT count(*) FROM audit WHERE action = ?`, "standard.export"))
			if err != nil || n != 8 {
				t.Errorf("the trail has %d exports: %v", n, err)
			}
			return nil
		})
	})
}

// What somebody saw at the station and what its evidence says are told apart in words where they differ.
func TestSeenAndProved(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		svc := standard.New(w.DB, blob.New(w.DB, t.TempDir()))
		s := w.Web(svc.Routes)
		id := w.Station.ID
		const lacks, newer = "是符合的；这里还缺", "没有认（没有人在）；后来交了新的证据"
		look := func(ok, remark string) {
			t.Helper()
			in := standard.CheckInput{ID: id, Findings: []standard.Finding{{Item: "manager", OK: ok, Remark: remark}}}
			if _, err := svc.Check(w.Town, in); err != nil {
				t.Fatal(err)
			}
		}
		says := func(want string) {
			t.Helper()
			_, page := s.Do("manager", "GET", "/desk/standard/"+id.String(), "")
			for _, words := range []string{lacks, newer} {
				if strings.Contains(page, words) != (words == want) {
					t.Errorf("%q is said: %v", words, words != want)
				}
			}
		}
		prove := func() {
			t.Helper()
			if _, err := svc.Submit(w.Manager, standard.SubmitInput{ID: id, Item: "manager", Text: "张三，专职"}); err != nil {
				t.Fatal(err)
			}
		}
		says("")
		look("yes", "")
		says(lacks)
		prove()
		says("")
		look("no", "没有人在")
		says("")
		prove()
		says(newer)
	})
}
