package exchange_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io"
	"regexp"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/people/enrol"
	"linli/internal/people/volunteer"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/reach/exchange"
	"linli/internal/work/attendance/attendancetest"
)

type world struct {
	*attendancetest.World
	s        *exchange.Service
	stations *station.Service
	persons  *person.Service
}

func each(t *testing.T, test func(t *testing.T, w world)) {
	attendancetest.Each(t, func(t *testing.T, in *attendancetest.World) {
		test(t, open(in))
	})
}

func open(in *attendancetest.World) world {
	w := world{World: in, stations: station.New(in.DB, in.Keys)}
	w.persons = person.New(in.DB, in.Keys, true)
	w.s = exchange.New(in.DB, in.Keys, blob.New(in.DB, in.T.TempDir()),
		exchange.Areas{Persons: w.persons, Volunteers: volunteer.New(in.DB),
			Enrolments: enrol.New(in.DB, in.Keys, w.persons, volunteer.New(in.DB), "", true), Stations: w.stations,
			Records: record.New(in.DB, in.Persons)})
	return w
}

func (w world) stand() (n int) {
	page, err := w.stations.List(w.Town, station.ListInput{Paging: db.Paging{Limit: 100}})
	if err != nil {
		w.T.Fatal(err)
	}
	return len(page.Items)
}

const head = "站或点,区划代码,名称,依托设施,地址,开放时间,电话,纬度,经度\n"

const old = "志愿者编号,姓名,区划代码,活动名称,类别,开始,结束,地点,服务内容,记录单位,负责人\n"

// What goes out comes in again in another place, and then goes out the same. (Stations do so in the test of the command, as XLSX.)
func TestRoundTrip(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		no := w.Vols[0].No
		file := old + no + ",娜仁高娃,152502200200,扫雪,environment,2026-01-05 09:00,2026-01-05 11:30,队部,\"清扫,积雪\",宝力根嘎查,巴图\n" +
			no + ",,152502200200,送药,health,2026-01-06 09:00,2026-01-06 09:40,,'=送药,宝力根嘎查,\n"
		if r, err := w.s.Import(w.Manager, "records", exchange.Source{Data: []byte(file)}, false); err != nil || !r.Stored || r.Rows != 2 {
			t.Fatal(r, err)
		}
		first := w.export("records")
		if !strings.Contains(string(first), "'=送药") || strings.Contains(string(first), "''") {
			t.Errorf("formula: %s", first)
		}
		other := open(attendancetest.New(t, attendancetest.Seeded.SQLite(t)))
		first = bytes.ReplaceAll(first, []byte(no), []byte(other.Vols[0].No))
		if r, err := other.s.Import(other.Manager, "records", exchange.Source{Data: first}, false); err != nil || !r.Stored {
			t.Fatalf("%+v %v\n%s", r, err, first)
		}
		if again := other.export("records"); !bytes.Equal(again, first) {
			t.Errorf("went out as\n%s\ncame back as\n%s", first, again)
		}
		if r, err := w.s.Import(w.Manager, "records", exchange.Source{Data: []byte(file)}, false); err != nil || r.Stored ||
			len(r.Problems) != 2 {
			t.Errorf("the same again: %+v %v", r, err)
		}
	})
}

func (w world) export(kind string) []byte {
	w.T.Helper()
	var out bytes.Buffer
	if err := w.s.Export(w.System, kind, false, &out); err != nil {
		w.T.Fatal(err)
	}
	return out.Bytes()
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// What could not be written is an error, and each try is in the trail: no row leaves before its entry.
func TestExportBroken(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		before := w.count("audit")
		for i, xlsx := range []bool{false, true} {
			if err := w.s.Export(w.System, "records", xlsx, full{}); !errors.Is(err, io.ErrShortWrite) {
				t.Error(xlsx, err)
			}
			if n := w.count("audit"); n != before+int64(i)+1 {
				t.Errorf("%d entries in the trail after %d tries", n-before, i+1)
			}
		}
	})
}

// Every wrong row is named with its line and field, and a refused file or a dry run stores nothing.
func TestRefused(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		before := w.stand()
		good := "站,152502200201,,,队部,,,43.8,116\n"
		r, err := w.s.Import(w.Town, "stations", exchange.Source{Data: []byte(head + good +
			"\n亭,15250220020,,,,随时,,北,116\n点,152502200202,,,东头,,,0,0\n站,152601100201,,,别的盟,,,0,0\n")}, false)
		var got []string
		for _, p := range r.Problems {
			got = append(got, fmt.Sprint(p.Line, " ", p.Field))
		}
		want := "4 address,4 hours,4 kind,4 lat,4 region,5 kind,6 region"
		if err != nil || r.Stored || strings.Join(got, ",") != want {
			t.Errorf("problems %v (%v), want %s", r.Problems, err, want)
		}
		if r, err := w.s.Import(w.Town, "stations", exchange.Source{Data: []byte(head + good)}, true); err != nil || r.Stored ||
			len(r.Problems) > 0 || r.Rows != 1 {
			t.Errorf("dry run: %+v %v", r, err)
		}
		if w.stand() != before {
			t.Errorf("%d stations, before %d", w.stand(), before)
		}
		for what, file := range map[string]string{"a stranger's column": "站或点,区划代码,密码\n站,1,2\n", "a column twice": "站或点,名称,名称\n站,a,a\n"} {
			r, err := w.s.Import(w.Town, "stations", exchange.Source{Data: []byte(file)}, false)
			if err != nil || r.Stored || len(r.Problems) == 0 || r.Problems[0].Line != 1 || r.Problems[0].Field != "C" {
				t.Errorf("%s: %+v %v", what, r, err)
			}
		}
		for what, file := range map[string]string{"no columns of ours": "甲,乙\n1,2\n", "no rows": head, "no table": "PK\x03\x04",
			"bytes": "\xff\xfe\x80"} {
			_, err := w.s.Import(w.Town, "stations", exchange.Source{Data: []byte(file)}, false)
			w.Refused(err, "invalid", what)
		}
		_, err = w.s.Import(w.Town, "horses", exchange.Source{Data: []byte(head + good)}, false)
		w.Refused(err, "invalid", "unknown kind")
		_, err = w.s.Import(w.Resident, "stations", exchange.Source{Data: []byte(head + good)}, false)
		w.Refused(err, "denied", "a resident")
	})
}

const people = "姓名,性别,出生日期,区划代码,户主,电话,身份证件号码,语言,服务对象类别,住址,同意方式\n"

const roster = "姓名,区划代码,电话,语言,身份,专业技能,什么时候有空,愿意走多远,保险单号,保险到期,同意方式\n"

// photo is the sheet of signatures.
func photo(t *testing.T) blob.Upload {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		t.Fatal(err)
	}
	return blob.Upload{Name: "同意签名册.png", Data: b.Bytes()}
}

func said(ps []exchange.Problem) string {
	var out []string
	for _, p := range ps {
		out = append(out, fmt.Sprint(p.Line, " ", p.Field))
	}
	return strings.Join(out, ",")
}

func (w world) count(table string) (n int64) {
	w.Write(func(tx *db.Tx) error {
		rows, err := db.Select[int64](w.System, tx, tx.Build("SELECT COUNT(*) FROM "+table))
		n = rows[0]
		return err
	})
	return n
}

// Residents come in from a file: each wrong cell is named, a photographed sheet of signatures stands for all, and the file goes out
// again while nothing rests on it.
func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		before, consents := w.count("person"), w.count("person_consent")
		bad := people + "萨仁,男女,1980-13-01,15250220020,,139,190101198001010030,火星语,没有这类,,点头\n其木格,,,152502200200,,12900000000,,,,,口头\n远方,,," +
			"150102001001,,,,,,,口头\n萨仁,,,152502200200,,,,,,,纸面\n"
		r, err := w.s.Import(w.Manager, "people", exchange.Source{Data: []byte(bad)}, false)
		if want := "2 birth_day,2 consent,2 groups,2 languages,2 region,2 sex,3 confirm_new,4 region,5 consent"; err != nil || r.Stored ||
			said(r.Problems) != want {
			t.Errorf("%s (%v), want %s", said(r.Problems), err, want)
		}
		good := exchange.Source{Name: "居民.csv", Consent: photo(t),
			Data: []byte(people + "萨仁,女,1980/1/2,152502200200,巴雅尔,12900000091,,蒙古语、汉语,低保人员,水塔往东,纸面\n巴雅尔,男,,152502200200,,12900000091,,,,,口头\n")}
		if r, err = w.s.Import(w.Manager, "people", good, true); err != nil || r.Stored || len(r.Problems) > 0 {
			t.Errorf("dry: %+v %v", r, err)
		}
		if n := w.count("person") + w.count("import_run") + w.count("blob"); n != before {
			t.Errorf("%d rows were stored", n-before)
		}
		if r, err = w.s.Import(w.Manager, "people", good, false); err != nil || !r.Stored || r.Rows != 2 || r.ID == 0 {
			t.Fatalf("%+v %v", r, err)
		}
		found, err := w.persons.List(w.Manager, person.ListInput{Q: "萨仁"})
		if err != nil || len(found.Items) != 1 || found.Items[0].RegisteredBy != "import" || found.Items[0].BirthDay != 19800102 {
			t.Fatalf("%+v %v", found.Items, err)
		}
		d, err := w.persons.Get(w.Manager, person.GetInput{ID: found.Items[0].ID})
		if err != nil || len(d.Consents) != 1 || d.Consents[0].EvidenceID == 0 || d.Consents[0].How != person.ByPaper {
			t.Errorf("%+v %v", d.Consents, err)
		}
		if r, err := w.s.Import(w.Manager, "people", good, false); err != nil || said(r.Problems) != "2 confirm_new,3 confirm_new" {
			t.Errorf("the same again: %+v %v", r, err)
		}
		if out := string(w.export("people")); !strings.Contains(out, "129****0091") || strings.Contains(out, "12900000091") {
			t.Errorf("not masked: %s", out)
		}
		_, err = w.s.Undo(w.Elsewhere, exchange.MoveInput{ID: r.ID})
		w.Refused(err, "not_found", "undo from elsewhere")
		run, err := w.s.Undo(w.Manager, exchange.MoveInput{ID: r.ID, Reason: "导错了"})
		if err != nil || run.State != exchange.Undone || run.EndedBy != "站长乌云" {
			t.Errorf("%+v %v", run, err)
		}
		if w.count("person") != before || w.count("person_consent") != consents {
			t.Errorf("%d people, %d consents stayed", w.count("person")-before, w.count("person_consent")-consents)
		}
		_, err = w.s.Undo(w.Manager, exchange.MoveInput{ID: r.ID})
		w.Refused(err, "wrong_state", "undone twice")
	})
}

// The list of a unit makes nobody: who is on it waits for his own word, and is gone when the file is undone.
func TestEnrolments(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		head, people := "单位或学校,班级或部门,姓名,出生日期,区划代码,电话,身份\n", w.count("person")
		bad := exchange.Source{Data: []byte(head + ",,萨仁,1980-13-01,152502200200,123,外星人\n")}
		r, err := w.s.Import(w.Manager, "enrolments", bad, false)
		if want := "2 birth_day,2 identities"; err != nil || said(r.Problems) != want {
			t.Errorf("%s (%v), want %s", said(r.Problems), err, want)
		}
		file := exchange.Source{Name: "一中.csv", Data: []byte(head +
			"一中,三班,萨仁,1980-01-31,152502200200,12900000092,居民\n一中,,ᠪᠠᠲᠤ,,152502200200,,\n")}
		if r, err = w.s.Import(w.Manager, "enrolments", file, false); err != nil || !r.Stored || w.count("enrolment") != 2 {
			t.Fatalf("%+v %v", r, err)
		}
		if w.count("person") != people {
			t.Error("a list made people")
		}
		if _, err = w.s.Undo(w.Manager, exchange.MoveInput{ID: r.ID, Reason: "导错了"}); err != nil || w.count("enrolment") != 0 {
			t.Errorf("%d stayed, %v", w.count("enrolment"), err)
		}
	})
}

// A roster of volunteers comes in whole: people found or entered, registered, in force, insured. What is used stays: the undo is
// refused by the line and nothing goes.
func TestVolunteers(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		vs := volunteer.New(w.DB)
		file := exchange.Source{Name: "名册.csv", Data: []byte(roster +
			"萨仁,152502200200,12900000092,蒙古语,居民、党员干部,做饭送餐,周一上午、周六下午,8公里,PICC-1,2027-06-30,口头\n其木格,152502200200,12900000000,,居民,,,,,,口头\n")}
		bad := exchange.Source{Data: []byte(roster + "萨仁,152502200200,,,外星人,魔法,周八上午,很远,PICC-1,,口头\n娜仁高娃,152502200200,12900000001,,居民,,,,,,口头\n")}
		r, err := w.s.Import(w.Manager, "volunteers", bad, false)
		if want := "2 available,2 identities,2 insurance_to,2 max_km,2 skills,3 "; err != nil || said(r.Problems) != want {
			t.Errorf("%s (%v), want %s", said(r.Problems), err, want)
		}
		before := w.count("volunteer")
		if r, err = w.s.Import(w.Manager, "volunteers", file, false); err != nil || !r.Stored {
			t.Fatalf("%+v %v", r, err)
		}
		found, err := vs.List(w.Manager, volunteer.ListInput{Q: "萨仁"})
		if err != nil || len(found.Items) != 1 || found.Items[0].Status != volunteer.Active || found.Items[0].MaxKm != 8 ||
			strings.Join(found.Items[0].Available, " ") != "1am 6pm" {
			t.Fatalf("%+v %v", found.Items, err)
		}
		if p, err := vs.Get(w.Manager, volunteer.GetInput{ID: found.Items[0].ID}); err != nil || len(p.Insurance) != 1 ||
			strings.Join(p.Languages, " ") != "mn" {
			t.Errorf("%+v %v", p, err)
		}
		if out := string(w.export("volunteers")); !strings.Contains(out, "周一上午、周六下午") || !strings.Contains(out, found.Items[0].No) {
			t.Errorf("%s", out)
		}
		old := "志愿者编号,姓名,区划代码,活动名称,类别,开始,结束,地点,服务内容,记录单位,负责人\n" + found.Items[0].No +
			",,152502200200,扫雪,environment,2026-01-05 09:00,2026-01-05 11:30,,清扫,宝力根嘎查,\n"
		rec, err := w.s.Import(w.Manager, "records", exchange.Source{Data: []byte(old)}, false)
		if err != nil || !rec.Stored {
			t.Fatalf("%+v %v", rec, err)
		}
		_, err = w.s.Undo(w.Manager, exchange.MoveInput{ID: r.ID})
		w.Refused(err, "wrong_state", "undo of what has a record")
		if err == nil || !strings.Contains(err.Error(), "第 2 行") || !strings.Contains(err.Error(), "服务记录") || w.count("volunteer") != before+2 {
			t.Errorf("%v, %d", err, w.count("volunteer")-before)
		}
		if run, err := w.s.Undo(w.Manager, exchange.MoveInput{ID: rec.ID}); err != nil || run.State != exchange.Undone {
			t.Errorf("undo of a record that nobody looked at: %+v %v", run, err)
		}
		w.Write(func(tx *db.Tx) error {
			return record.Verify(w.System, tx, func(object, what string) { t.Error(object, what) })
		})
	})
}

// The desk's way and the interface's: looked through, told by line and column, taken over once, listed, undone; who may not learns nothing.
// A file that waits, or was taken over, is moved on as it was read: under its version, from the state in which the move begins.
func TestMovesOfAFile(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		const good = people + "萨仁,,,152502200200,,,,,,,口头\n"
		file := blob.Upload{Name: "居民.csv", Data: []byte(good)}
		moves := map[string]func(context.Context, exchange.MoveInput) (exchange.Run, error){"take": w.s.Take, "drop": w.s.Drop, "undo": w.s.Undo}
		checked := func() exchange.Run {
			t.Helper()
			r, err := w.s.Check(w.Manager, exchange.CheckInput{Kind: "people", File: file})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		refuse := func(ctx context.Context, r exchange.Run, version int64, want map[string]string) {
			t.Helper()
			for move, text := range want {
				_, err := moves[move](ctx, exchange.MoveInput{ID: r.ID, Version: version})
				t.Run(move+" "+r.State, func(t *testing.T) { errstest.Is(t, err, text) })
			}
		}
		all := func(text string) map[string]string {
			return map[string]string{"take": text, "drop": text, "undo": text}
		}
		r := checked()
		refuse(w.Manager, r, r.Version+1, all("stale_version"))
		refuse(w.Elsewhere, r, r.Version, all("not_found"))
		refuse(w.Resident, r, r.Version, all("denied"))
		refuse(w.Manager, r, r.Version, map[string]string{"undo": "wrong_state"})
		dropped, err := w.s.Drop(w.Manager, exchange.MoveInput{ID: r.ID, Version: r.Version})
		if err != nil || dropped.State != exchange.Dropped {
			t.Fatal(dropped, err)
		}
		refuse(w.Manager, dropped, dropped.Version, all("wrong_state"))
		before, r := w.count("person"), checked()
		if r, err = w.s.Take(w.Manager, exchange.MoveInput{ID: r.ID, Version: r.Version}); err != nil || r.State != exchange.Stored ||
			w.count("person") != before+1 {
			t.Fatal(r, err)
		}
		refuse(w.Manager, r, r.Version, map[string]string{"take": "wrong_state", "drop": "wrong_state"})
		refuse(w.Manager, r, r.Version-1, map[string]string{"undo": "stale_version"})
		if r, err = w.s.Undo(w.Manager, exchange.MoveInput{ID: r.ID, Version: r.Version}); err != nil || r.State != exchange.Undone ||
			w.count("person") != before {
			t.Fatal(r, err)
		}
		refuse(w.Manager, r, r.Version, all("wrong_state"))
	})
}

func TestImportPages(t *testing.T) {
	each(t, func(t *testing.T, w world) {
		s := w.Web(w.s.Routes)
		api := func(file string) string {
			return fmt.Sprintf(`{"file":{"name":"a.csv","data":%q}}`, base64.StdEncoding.EncodeToString([]byte(file)))
		}
		good, wrong := people+"萨仁,,,152502200200,,,,,,,口头\n", people+"萨仁,,,152502200200,,139,,,,,口头\n"
		if code, out := s.Do("manager", "POST", "/api/v1/imports/people?dry_run=true", api(wrong)); code != 200 ||
			!strings.Contains(out, `"line":2,"field":"phone"`) {
			t.Errorf("dry run: %d %s", code, out)
		}
		if code, out := s.Do("manager", "POST", "/api/v1/imports/people", api(wrong)); code != 422 ||
			!strings.Contains(out, "body.file.2.phone") {
			t.Errorf("a wrong cell: %d %s", code, out)
		}
		for who, want := range map[string]int{"resident": 403, "": 401} {
			if code, _ := s.Do(who, "POST", "/api/v1/imports/people", api(good)); code != want {
				t.Errorf("%q: %d", who, code)
			}
		}
		before := w.count("person")
		var first string
		for range 2 {
			code, out := s.Do("manager", "POST", "/api/v1/imports/people", api(good), "Idempotency-Key", "k1")
			if code != 200 || first != "" && out != first {
				t.Errorf("import: %d %s", code, out)
			}
			first = out
		}
		if n := w.count("person") - before; n != 1 {
			t.Errorf("the same key stored %d", n)
		}
		id := regexp.MustCompile(`"id":"(\d+)"`).FindStringSubmatch(first)[1]
		if code, out := s.Do("manager", "GET", "/api/v1/imports/"+id, ""); code != 200 || !strings.Contains(out, `"state":"stored"`) {
			t.Errorf("get: %d %s", code, out)
		}
		if code, _ := s.Do("elsewhere", "GET", "/api/v1/imports/"+id, ""); code != 404 {
			t.Errorf("get from elsewhere: %d", code)
		}
		if code, out := s.Do("manager", "POST", "/api/v1/imports/"+id+"/undo", "{}"); code != 200 || !strings.Contains(out, `"state":"undone"`) {
			t.Errorf("undo: %d %s", code, out)
		}
		run, err := w.s.Check(w.Manager, exchange.CheckInput{Kind: "people", File: blob.Upload{Name: "居民.csv", Data: []byte(wrong)}})
		if err != nil {
			t.Fatal(err)
		}
		at := "/desk/imports/" + run.ID.String()
		if code, page := s.Do("manager", "GET", at, ""); code != 200 || !strings.Contains(page, "手机号是 11 位数字") ||
			!strings.Contains(page, ">电话<") || strings.Contains(page, at+"/take") {
			t.Errorf("what is to be mended: %d", code)
		}
		_, page := s.Do("manager", "GET", at, "")
		for _, part := range []string{"文件里的列", `name="fields"`, "不读", "/desk/import-files/" + run.ID.String()} {
			if !strings.Contains(page, part) {
				t.Errorf("the page of a file lacks %s", part)
			}
		}
		if code, _ := s.Do("manager", "POST", at+"/map", "version=1&headings=家在哪&fields=address"); code != 303 {
			t.Errorf("a heading is explained: %d", code)
		}
		if code, _ := s.Do("manager", "POST", at+"/drop", "version=2"); code != 303 {
			t.Errorf("drop: %d", code)
		}
		if run, err = w.s.Check(w.Manager, exchange.CheckInput{Kind: "people",
			File: blob.Upload{Name: "居民.csv", Data: []byte(good)}}); err != nil {
			t.Fatal(err)
		}
		at = "/desk/imports/" + run.ID.String()
		for range 2 { // the second press leads where the first did
			if code, to := s.Do("manager", "POST", at+"/take", "version=1&idempotency_key=k"); code != 303 || to != at {
				t.Errorf("take: %d %s", code, to)
			}
		}
		if code, _ := s.Do("manager", "POST", at+"/take", "version=2"); code != 409 {
			t.Errorf("taken twice: %d", code)
		}
		if n := w.count("person") - before; n != 1 {
			t.Errorf("%d people came in", n)
		}
		if code, page := s.Do("manager", "GET", "/desk/imports", ""); code != 200 || strings.Count(page, "居民.csv") != 2 ||
			!strings.Contains(page, "已撤销") {
			t.Errorf("the list: %d", code)
		}
		if code, file := s.Do("manager", "GET", "/desk/imports/template/volunteers", ""); code != 200 || !strings.HasPrefix(file, "PK") {
			t.Errorf("the empty table: %d", code)
		}
	})
}
