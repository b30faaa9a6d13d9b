package press_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/platform/web"
	"linli/internal/platform/web/ui"
	"linli/internal/reach/press"
	"linli/internal/work/attendance/attendancetest"
)

const gacha, far = attendancetest.Gacha, attendancetest.Far

// world is the gacha with the area.
type world struct {
	*attendancetest.World
	*testing.T
	s      *press.Service
	editor context.Context // of the banner
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	attendancetest.Each(t, func(t *testing.T, base *attendancetest.World) {
		w := &world{World: base, T: t, s: press.New(base.DB, blob.New(base.DB, t.TempDir()))}
		w.s.Follow(base.Persons)
		w.editor, _ = w.Actor("编辑", 0, auth.Grant{Role: auth.Editor, Region: gacha.At(auth.LevelBanner)})
		test(w)
		w.whole()
	})
}

// whole fails if verify finds anything amiss.
func (w *world) whole(want ...string) {
	w.Helper()
	var found []string
	if err := w.DB.Read(w.System, func(tx *db.Tx) error {
		return press.Verify(w.System, tx, func(_, what string) { found = append(found, what) })
	}); err != nil || strings.Join(found, ";") != strings.Join(want, ";") {
		w.Errorf("verify finds %v, %v, want %v", found, err, want)
	}
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func fields(title, text string) press.Fields {
	return press.Fields{Section: "deed", Title: title, Text: text}
}

func (w *world) draft(who context.Context, title, text string) press.Detail {
	w.Helper()
	return must[press.Detail](w)(w.s.Create(who, press.CreateInput{Region: gacha, Fields: fields(title, text)}))
}

func (w *world) submit(who context.Context, d press.Detail) press.Detail {
	w.Helper()
	return must[press.Detail](w)(w.s.Submit(who, press.SubmitInput{ID: d.ID, Version: d.Version, Checked: true}))
}

func (w *world) approve(d press.Detail, by ...context.Context) press.Detail {
	w.Helper()
	for _, who := range by {
		d = must[press.Detail](w)(w.s.Approve(who, press.ApproveInput{ID: d.ID, Version: d.Version}))
	}
	return d
}

// published is an article of the manager's that went the whole way.
func (w *world) published(title, text string) press.Detail {
	w.Helper()
	return w.publish(w.draft(w.Manager, title, text))
}

func (w *world) publish(d press.Detail) press.Detail {
	w.Helper()
	d = w.approve(w.submit(w.Manager, d), w.Head, w.Town)
	return must[press.Detail](w)(w.s.Publish(w.Town, press.PublishInput{ID: d.ID, Version: d.Version}))
}

// visitor is nobody.
func (w *world) visitor() context.Context { return auth.With(w.System, auth.Actor{}) }

// titles are what a visitor finds.
func (w *world) titles(in press.PublicInput) string {
	w.Helper()
	var out []string
	for _, x := range must[press.Front](w)(w.s.Front(w.visitor(), in)).Items {
		out = append(out, x.Title)
	}
	return strings.Join(out, "，")
}

// hidden fails if any byte of an article is public.
func (w *world) hidden(d press.Detail) {
	w.Helper()
	if _, err := w.s.Read(w.visitor(), press.GetInput{ID: d.ID}); errs.KindOf(err) != errs.NotFound {
		w.Errorf("%s is read: %v", d.State, err)
	}
	if got := w.titles(press.PublicInput{Region: gacha}); strings.Contains(got, d.Title) {
		w.Errorf("%s is listed: %s", d.State, got)
	}
	if got := w.titles(press.PublicInput{Q: d.Title}); got != "" {
		w.Errorf("%s is found: %s", d.State, got)
	}
	if feed := must[blob.File](w)(w.s.Feed(w.visitor(), press.FeedInput{})); bytes.Contains(feed.Body, []byte(d.Title)) {
		w.Errorf("%s is in the feed", d.State)
	}
	for _, f := range d.Files {
		for _, size := range []string{"full", "view", "thumb"} {
			if _, err := w.s.PublicFile(w.visitor(), press.OpenInput{ID: f.ID, Size: size}); errs.KindOf(err) != errs.NotFound {
				w.Errorf("a file of %s is given: %v", d.State, err)
			}
		}
	}
}

// Nobody passes his own, one person passes once, and what has not passed is not published: not by hand, not by the job, at no time.
func TestReviews(t *testing.T) {
	each(t, func(w *world) {
		in := press.CreateInput{Region: gacha, Fields: fields("修路的人", "一夜修好了桥。")}
		in.PublishDay, in.PublishTime = clock.DayOf(attendancetest.Noon), "12:30"
		d := must[press.Detail](w)(w.s.Create(w.Manager, in))
		w.hidden(d)
		_, err := w.s.Submit(w.Manager, press.SubmitInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "invalid checked")
		d = w.submit(w.Manager, d)
		door, late := w.Web(w.s.Routes), clock.At(w.System, attendancetest.Noon.Add(48*time.Hour))
		never := func(d press.Detail) {
			t.Helper()
			_, err := w.s.Publish(w.Town, press.PublishInput{ID: d.ID, Version: d.Version})
			errstest.Is(t, err, "wrong_state")
			version := fmt.Sprint(d.Version)
			for path, body := range map[string]string{"/api/v1/articles/" + d.ID.String() + "/publish": `{"version":` + version + `}`,
				"/desk/articles/" + d.ID.String() + "/publish": "version=" + version + "&idempotency_key=k" + version} {
				if code, said := door.Do("town", "POST", path, body); code != 409 {
					t.Errorf("%s: %d %s", path, code, said)
				}
			}
			ok(t, w.s.Sweep(late))
			w.hidden(d)
			for _, page := range []string{"/articles", "/articles/" + d.ID.String(), "/feed.xml", "/api/v1/search?q=" + url.QueryEscape("修路")} {
				if _, said := door.Do("", "GET", page, ""); strings.Contains(said, d.Title) {
					t.Errorf("%s tells of %s", page, d.State)
				}
			}
		}
		never(d)
		_, err = w.s.Edit(w.Manager, press.EditInput{ID: d.ID, Version: d.Version, Fields: in.Fields})
		errstest.Is(t, err, "wrong_state")
		_, err = w.s.Approve(w.Manager, press.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "denied")
		_, err = w.s.Approve(w.Elsewhere, press.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "not_found")
		d = w.approve(d, w.Head)
		never(d)
		_, err = w.s.Approve(w.Head, press.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "denied")
		_, err = w.s.Return(w.Town, press.ReturnInput{ID: d.ID, Version: d.Version, Reason: " "})
		errstest.Is(t, err, "invalid reason")
		d = must[press.Detail](w)(w.s.Return(w.Town, press.ReturnInput{ID: d.ID, Version: d.Version, Reason: "写明是哪座桥"}))
		if d.State != press.Draft || d.Passed != 0 || d.Reason != "写明是哪座桥" {
			t.Errorf("sent back: %+v", d.Article)
		}
		never(d)
		// Who changes the text is one of its authors, in every round to come.
		in.Text = "一夜修好了东河的桥。"
		d = must[press.Detail](w)(w.s.Edit(w.Town, press.EditInput{ID: d.ID, Version: d.Version, Fields: in.Fields}))
		d = w.submit(w.Manager, d)
		_, err = w.s.Approve(w.Town, press.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "denied")
		d = w.approve(d, w.Head)
		never(d)
		same := auth.From(w.Head2)
		same.Person = auth.From(w.Head).Person // who has reviewed it, by another account
		_, err = w.s.Approve(auth.With(w.Head2, same), press.ApproveInput{ID: d.ID, Version: d.Version})
		errstest.Is(t, err, "denied: 您已经审过")
		d = w.approve(d, w.Head2)
		if d.State != press.Approved || d.Round != 2 || len(d.Rounds) != 2 || !strings.Contains(d.Rounds[0].Body, "一夜修好了桥") {
			t.Errorf("passed: %+v, %d rounds", d.Article, len(d.Rounds))
		}
		w.hidden(d)
		ok(t, w.s.Sweep(clock.At(w.System, attendancetest.Noon.Add(29*time.Minute))))
		w.hidden(d)
		ok(t, w.s.Sweep(clock.At(w.System, attendancetest.Noon.Add(30*time.Minute))))
		if got := w.titles(press.PublicInput{}); got != "修路的人" {
			t.Errorf("published: %q", got)
		}
	})
}

// How many review is a setting of the place.
func TestHowManyReview(t *testing.T) {
	each(t, func(w *world) {
		settings, was := setting.New(w.DB), setting.Value{}
		for _, c := range []struct {
			n  string
			by []context.Context
		}{{"1", []context.Context{w.Town}}, {"3", []context.Context{w.Head, w.Head2, w.editor}}} {
			admin, _ := w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: gacha.At(auth.LevelBanner)})
			was = must[setting.Value](w)(settings.Set(admin, setting.SetInput{Key: setting.ArticleReviews,
				Region: gacha.At(auth.LevelBanner), Value: c.n,
				Reason: "试行", Version: was.Version}))
			d := w.submit(w.Manager, w.draft(w.Manager, "几审"+c.n, "正文"))
			for i, who := range c.by {
				if d.State != press.Submitted {
					t.Fatalf("%s reviews: %s after %d", c.n, d.State, i)
				}
				d = w.approve(d, who)
			}
			if d.State != press.Approved {
				t.Errorf("%s reviews: %s", c.n, d.State)
			}
		}
	})
}

// hostile are texts that want to run; none of them does, wherever it is written, and what was only words is shown as words.
var hostile = []string{
	`<script>alert(1)</script>`, `<img src=x onerror=alert(1)>`, `<svg onload=alert(1)>`, `<a href="javascript:alert(1)">x</a>`,
	`<a href="&#106;avascript:alert(1)">x</a>`, `<a href="JaVaScRiPt&colon;alert(1)">x</a>`, `<a href="data:text/html,<script>alert(1)</script>">x</a>`,
	`<p style="background:url(javascript:alert(1))">x</p>`, `<iframe src="https://evil.example"></iframe>`, `<math><mtext></p><script>alert(1)</script>`,
	`<style>@import 'https://evil.example'</style>`, `<table><td></table></article></main><script>alert(1)</script>`, `"><script>alert(1)</script>`,
	`<p onclick=alert(1)>x`, `<form action=/sign-out method=post><button>x</button></form>`, `<base href="https://evil.example/">`,
	`<noscript><p title="</noscript><img src=x onerror=alert(1)>">`, `<template><script>alert(1)</script></template>`, `<<script>script>alert(1)<</script>/script>`,
	`<svg><a xlink:href="javascript:alert(1)"><text>x</text></a></svg>`, `<meta http-equiv=refresh content="0;url=https://evil.example">`,
	`<!--><script>alert(1)</script>-->`, `<a href="//evil.example/x" target=_blank onfocus=alert(1) autofocus>x</a>`,
}

// bad is what must stand nowhere in the content of a page.
var bad = []string{"<script", "<svg onload", "onerror=", "onclick=", "onload=", "onfocus=", "javascript:", "<iframe", "<style",
	"<form action=/sign-out",
	"<base", "<meta http-equiv", "style=\"background", "data:text/html"}

func TestNothingRuns(t *testing.T) {
	each(t, func(w *world) {
		door := w.Web(w.s.Routes)
		for i, h := range hostile {
			for _, format := range []string{"html", "text"} {
				f := press.Fields{Section: "case", Title: h, Text: h, Summary: h, Source: h, Format: format}
				if len([]rune(f.Title)) > 60 {
					f.Title = h[:60]
				}
				if format == "html" {
					f.Text = "<p>正文</p>" + h + "<p>结束</p>"
				}
				d := must[press.Detail](w)(w.s.Create(w.Manager, press.CreateInput{Region: gacha, Fields: f}))
				d = must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: "picture", Alt: h, Caption: h,
					File: blob.Upload{Name: h, Data: dot(t)}}))
				again := must[press.Detail](w)(w.s.Edit(w.Manager, press.EditInput{ID: d.ID, Version: d.Version,
					Fields: press.Fields{Section: "case", Title: f.Title, Text: d.Body, Summary: h, Source: h, Format: "html"}}))
				if again.Body != d.Body {
					t.Errorf("%d %s: cleaned twice is another text:\n%s\n%s", i, format, d.Body, again.Body)
				}
				code, body := door.Do("manager", "GET", "/desk/articles/"+d.ID.String(), "")
				if code != 200 {
					t.Fatalf("%d: the desk gives %d", i, code)
				}
				quiet(t, "the desk of "+h, body)
				again = must[press.Detail](w)(w.s.Edit(w.Manager, press.EditInput{ID: d.ID, Version: again.Version,
					Fields: press.Fields{Section: "case", Title: f.Title, Text: d.Body, Summary: h, Format: "html"}}))
				d = w.publish(again)
				for _, page := range []string{"/articles/" + d.ID.String(), "/articles", "/feed.xml"} {
					code, body := door.Do("", "GET", page, "")
					if code != 200 {
						t.Fatalf("%d %s: %s gives %d", i, format, page, code)
					}
					quiet(t, page+" of "+h+" as "+format, body)
				}
				if format == "text" && !strings.Contains(d.Body, "&lt;") {
					t.Errorf("%q is not shown as words: %s", h, d.Body)
				}
			}
		}
	})
}

// quiet fails if something of a page could run that the program has not put there.
func quiet(t *testing.T, page, body string) {
	t.Helper()
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body, _, _ = strings.Cut(main, "</main>")
	}
	for part := range strings.SplitSeq(body, "<") { // what stands behind a sign that is escaped is words
		tag, _, _ := strings.Cut(part, ">")
		for _, b := range bad {
			ours := strings.HasPrefix(tag, `script src="/static/`)
			if strings.Contains(strings.ToLower("<"+tag), b) && !quoted(tag, b) && !ours {
				t.Errorf("%s: <%s>", page, tag)
			}
		}
	}
	if strings.Count(body, "<article") != strings.Count(body, "</article>") {
		t.Errorf("%s: an article is not closed", page)
	}
}

// quoted says that a word stands within the value of an attribute that only shows words: what a picture is, what a link is called.
func quoted(tag, word string) bool {
	for _, name := range []string{`alt="`, `value="`, `content="`, `data-copy="`, `title="`} {
		if _, rest, ok := strings.Cut(tag, name); ok {
			value, _, _ := strings.Cut(rest, `"`)
			if strings.Contains(strings.ToLower(value), word) {
				return true
			}
		}
	}
	return false
}

func dot(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Whoever is named agrees before; when he no longer does, no public byte shows him, in the same transaction.
func TestNamed(t *testing.T) {
	each(t, func(w *world) {
		v := w.Vols[0]
		name := auth.From(v.Ctx).Name
		d := w.draft(w.Manager, "扫雪的"+name, name+"天没亮就出了门。")
		for _, c := range []struct {
			in    press.NameInput
			field string
		}{
			{press.NameInput{Name: " ", No: v.No}, "name"},
			{press.NameInput{Name: "别人", No: v.No}, "name"}, {press.NameInput{Name: name, No: "无"}, "name"},
			{press.NameInput{Name: name, No: v.No, How: "paper"}, "how"}, {press.NameInput{Name: name}, "how"},
			{press.NameInput{Name: name, How: "paper"}, "note"},
		} {
			c.in.ID, c.in.Version = d.ID, d.Version
			_, err := w.s.Name(w.Manager, c.in)
			errstest.Is(t, err, "invalid "+c.field)
		}
		d = must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: "picture", Alt: name,
			File: blob.Upload{Name: "a.png", Data: dot(t)}}))
		d = must[press.Detail](w)(w.s.Name(w.Manager, press.NameInput{ID: d.ID, Version: d.Version, Name: name, No: v.No}))
		d = must[press.Detail](w)(w.s.Name(w.Manager, press.NameInput{ID: d.ID, Version: d.Version, Name: "路人甲", How: "paper", Note: "站里柜子"}))
		_, err := w.s.Submit(w.Manager, press.SubmitInput{ID: d.ID, Version: d.Version, Checked: true})
		errstest.Is(t, err, "wrong_state")
		agree := func() {
			t.Helper()
			must[person.Detail](w)(w.Persons.RecordConsent(v.Ctx, person.ConsentInput{ID: v.PersonID,
				Purpose: person.PurposePublish, How: person.BySelf}))
		}
		withdraw := func() {
			t.Helper()
			for _, c := range must[person.Detail](w)(w.Persons.Get(v.Ctx, person.GetInput{ID: v.PersonID})).Consents {
				if c.Purpose == person.PurposePublish && c.WithdrawnAt == nil {
					must[person.Detail](w)(w.Persons.WithdrawConsent(v.Ctx, person.WithdrawInput{ID: v.PersonID, Consent: c.ID}))
				}
			}
		}
		agree()
		d = w.publish(d)
		if got := w.titles(press.PublicInput{Q: name}); got != d.Title {
			t.Errorf("found: %q", got)
		}
		withdraw()
		w.hidden(d)
		d = must[press.Detail](w)(w.s.Get(w.Manager, press.GetInput{ID: d.ID}))
		if d.State != press.Withdrawn || d.Reason == "" {
			t.Errorf("taken off: %+v", d.Article)
		}
		d = must[press.Detail](w)(w.s.Revise(w.Manager, press.ReviseInput{ID: d.ID, Version: d.Version}))
		_, err = w.s.Submit(w.Manager, press.SubmitInput{ID: d.ID, Version: d.Version, Checked: true})
		errstest.Is(t, err, "wrong_state")
		agree()
		// Withdrawn between the reviews and the hour of a scheduled one: the job takes it off instead.
		d = w.publish(d)
		d = must[press.Detail](w)(w.s.EndConsent(w.Manager, press.UnnameInput{ID: d.ID, Version: d.Version, NamedID: d.Named[1].ID}))
		w.hidden(d)
		if d.State != press.Withdrawn {
			t.Errorf("taken off: %s", d.State)
		}
		_, err = w.s.EndConsent(w.Manager, press.UnnameInput{ID: d.ID, Version: d.Version, NamedID: d.Named[1].ID})
		errstest.Is(t, err, "wrong_state")
		// Erased, nothing holds the name any more.
		ok(t, w.DB.Write(w.System, func(tx *db.Tx) error { return w.s.Forget(w.System, tx, v.PersonID, "本人要求") }))
		d = must[press.Detail](w)(w.s.Get(w.Manager, press.GetInput{ID: d.ID}))
		text := d.Title + d.Summary + d.Body
		for _, r := range d.Rounds {
			text += r.Title + r.Summary + r.Body
		}
		if strings.Contains(text, name) || len(d.Named) != 1 {
			t.Errorf("after erasure: %s, %v", text, d.Named)
		}
	})
}

// A search finds words of two characters, in title, summary and text, alike on both engines; a place sees its own, what lies in it, and
// what those above it tell.
func TestFinding(t *testing.T) {
	each(t, func(w *world) {
		w.published("敖包会上的志愿者", "在那达慕指路。")
		w.published("送药", "给牧民送药，Wi-Fi 也修好了。")
		town := must[press.Detail](w)(w.s.Create(w.Town, press.CreateInput{Region: gacha.At(auth.LevelTown), Fields: fields("全镇通知", "下周体检。")}))
		town = w.approve(w.submit(w.Town, town), w.editor)
		banner, _ := w.Actor("旗里", 0, auth.Grant{Role: auth.BannerOfficer, Region: gacha.At(auth.LevelBanner)})
		town = w.approve(town, banner)
		must[press.Detail](w)(w.s.Publish(banner, press.PublishInput{ID: town.ID, Version: town.Version}))
		for q, want := range map[string]string{"志愿": "敖包会上的志愿者", "敖包": "敖包会上的志愿者", "那达慕指路": "敖包会上的志愿者", "送药": "送药", "药": "送药",
			"wi-fi": "送药", "WIFI": "送药", "药，": "送药", "志药": "", "%": "全镇通知，送药，敖包会上的志愿者", "愿志": "", "没有的词": ""} {
			if got := w.titles(press.PublicInput{Q: q}); got != want {
				t.Errorf("%q finds %q, want %q", q, got, want)
			}
		}
		for at, want := range map[auth.Region]string{gacha: "全镇通知，送药，敖包会上的志愿者", gacha.At(auth.LevelTown): "全镇通知，送药，敖包会上的志愿者",
			far: "", 0: "全镇通知，送药，敖包会上的志愿者"} {
			if got := w.titles(press.PublicInput{Region: at}); got != want {
				t.Errorf("%s sees %q, want %q", at, got, want)
			}
		}
	})
}

// What Word and old pages bring is made plain; what is stored by older rules is cleaned again.
func TestCleaning(t *testing.T) {
	each(t, func(w *world) {
		for in, want := range map[string]string{
			`<div class=MsoNormal style='mso-x:1'><o:p></o:p><b>甲</b><span lang=EN-US>乙</span></div>`: `<p><strong>甲</strong>乙</p>`,
			"<h1>大</h1>散的<br>字<p></p><p>&nbsp;</p>":                                                   `<h2>大</h2><p>散的<br/>字</p>`,
			`<table border=1><tr><td colspan=2 width=9>a<td>b</table>`:                                `<table><tbody><tr><td colspan="2">a</td><td>b</td></tr></tbody></table>`,
			`<p>看<a href="https://example.com/a" class=x>这里</a>和<a href="/articles">站内</a></p>`:       `<p>看<a href="https://example.com/a" rel="nofollow noreferrer">这里</a>和<a href="/articles">站内</a></p>`,
			`<ul><li>一<li>二</ul>`: `<ul><li>一</li><li>二</li></ul>`,
			`<!--[if mso]><style>p{}</style><![endif]--><div><div><p>里</p></div>外</div>`: `<p>里</p><p>外</p>`,
		} {
			d := must[press.Detail](w)(w.s.Create(w.Manager, press.CreateInput{Region: gacha,
				Fields: press.Fields{Section: "deed", Title: "a", Text: in,
					Format: "html"}}))
			if d.Body != want {
				t.Errorf("%s\nbecomes %s\nwant    %s", in, d.Body, want)
			}
		}
		d := w.published("旧规则", "正文")
		ok(t, w.DB.Write(w.System, func(tx *db.Tx) error {
			_, err := tx.Exec(w.System, `UPDATE article SET policy = 0, body = '<p>正文</p><script>alert(1)</script>' WHERE id = $1`, d.ID)
			return err
		}))
		ok(t, w.s.Reclean(w.System))
		if got := must[press.Story](w)(w.s.Read(w.visitor(), press.GetInput{ID: d.ID})); got.Body != "<p>正文</p>" {
			t.Errorf("cleaned again: %s", got.Body)
		}
	})
}

// What is taken over comes from where the place allows; a poster is made of what is published alone.
func TestReprints(t *testing.T) {
	each(t, func(w *world) {
		f := fields("转来的", "正文")
		for source, want := range map[string]string{"某公众号": "wrong_state: 转载", "新华": "wrong_state: 转载", "新华社": "", "": ""} {
			f.Source = source
			d := must[press.Detail](w)(w.s.Create(w.Manager, press.CreateInput{Region: gacha, Fields: f}))
			_, err := w.s.Submit(w.Manager, press.SubmitInput{ID: d.ID, Version: d.Version, Checked: true})
			errstest.Is(t, err, want)
			_, err = w.s.Poster(w.visitor(), press.PosterInput{ID: d.ID})
			errstest.Is(t, err, "not_found")
		}
		d := w.published("贴出来", "头一段\n\n第二段")
		if p, err := w.s.Poster(w.visitor(), press.PosterInput{ID: d.ID, Paper: "a3"}); err != nil || !bytes.HasPrefix(p.Body, []byte("%PDF-")) {
			t.Errorf("a poster: %v", err)
		}
	})
}

// Files: what is no picture and no plain PDF is refused, a picture stands where its paragraph says, and one that is missing holds up.
func TestFiles(t *testing.T) {
	each(t, func(w *world) {
		d := w.draft(w.Manager, "照片", "前\n\n[图1]\n\n后")
		_, err := w.s.Submit(w.Manager, press.SubmitInput{ID: d.ID, Version: d.Version, Checked: true})
		errstest.Is(t, err, "wrong_state")
		for _, c := range []struct {
			kind, alt, data, code, field string
		}{
			{"picture", "", string(dot(t)), "invalid", "alt"}, {"picture", "a", "", "invalid", "file"},
			{"picture", "a", `<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`, "unsupported", ""},
			{"picture", "a", "%PDF-1.4\n%%EOF", "unsupported", ""}, {"attachment", "", "MZ\x90", "unsupported", ""},
			{"attachment", "", "%PDF-1.4 /JavaScript %%EOF", "unsupported", ""}, {"attachment", "", "<html>", "unsupported", ""},
		} {
			_, err := w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: c.kind, Alt: c.alt, File: blob.Upload{Name: "x.png",
				Data: []byte(c.data)}})
			if got := errs.CodeOf(err); got != c.code {
				t.Errorf("%s %q: %v", c.kind, c.data[:min(9, len(c.data))], err)
			}
		}
		d = must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: "picture", Alt: "雪", Caption: "图注",
			File: blob.Upload{Name: `..\..\a"><b>.svg`, Data: dot(t)}}))
		d = must[press.Detail](w)(w.s.AddFile(w.Manager, press.FileInput{ID: d.ID, Version: d.Version, Kind: "attachment",
			File: blob.Upload{Name: "/etc/通知.exe", Data: []byte("%PDF-1.4\n%%EOF\n")}}))
		if d.Files[1].Caption != "通知" || d.Files[1].Type != "application/pdf" {
			t.Errorf("attachment: %+v", d.Files[1])
		}
		d = w.publish(d)
		door := w.Web(w.s.Routes)
		_, page := door.Do("", "GET", "/articles/"+d.ID.String(), "")
		_, story, _ := strings.Cut(page, "<article")
		before, after, _ := strings.Cut(story, "<figure")
		if !strings.Contains(before, "前") || strings.Contains(before, "后") || !strings.Contains(after, "后") || strings.Contains(story, "[图") {
			t.Errorf("the picture is not in its place: %s", story)
		}
		// It is asked for anew each time, without being sent again, and gone with the article.
		at := "/article-files/" + d.Files[0].ID.String()
		file := must[blob.File](w)(w.s.PublicFile(w.visitor(), press.OpenInput{ID: d.Files[0].ID}))
		if code, _ := door.Do("", "GET", at, "", "If-None-Match", `"`+file.Tag+`"`); code != 304 {
			t.Errorf("unchanged: %d", code)
		}
		must[press.Detail](w)(w.s.Withdraw(w.Manager, press.WithdrawInput{ID: d.ID, Version: d.Version, Reason: "拍到了门牌"}))
		if code, _ := door.Do("", "GET", at, "", "If-None-Match", `"`+file.Tag+`"`); code != 404 {
			t.Errorf("taken off: %d", code)
		}
	})
}

// A page for visitors is made once for each change and asked for again each time; who is signed in has his own.
func TestMadePages(t *testing.T) {
	each(t, func(w *world) {
		door := w.Web(w.s.Routes)
		get := func(tag string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
			req := httptest.NewRequestWithContext(w.System, "GET", "/articles", nil)
			req.Header.Set("If-None-Match", tag)
			for _, c := range cookies {
				req.AddCookie(c)
			}
			rec := httptest.NewRecorder()
			door.ServeHTTP(rec, req)
			return rec
		}
		first := w.published("头一篇", "正文")
		old := get("")
		tag := old.Header().Get("ETag")
		if old.Code != 200 || tag == "" || old.Header().Get("Cache-Control") != "private, no-cache" {
			t.Fatalf("a visitor: %d %v", old.Code, old.Header())
		}
		if again := get(""); again.Body.String() != old.Body.String() || again.Header().Get("ETag") != tag {
			t.Error("the page is another one, although nothing has changed")
		}
		if again := get(tag); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("unchanged: %d", again.Code)
		}
		if large := get(tag, &http.Cookie{Name: ui.CookieSize, Value: "elder"}); large.Code != 200 ||
			!strings.Contains(large.Body.String(), "data-size") {
			t.Errorf("in large letters: %d", large.Code)
		}
		if own := get(tag, &http.Cookie{Name: web.SessionCookie, Value: "manager"}); own.Code != 200 || own.Header().Get("ETag") != "" ||
			!strings.Contains(own.Header().Get("Cache-Control"), "no-store") {
			t.Errorf("signed in: %d %v", own.Code, own.Header())
		}
		w.published("第二篇", "正文")
		if now := get(tag); now.Code != 200 || !strings.Contains(now.Body.String(), "第二篇") {
			t.Errorf("after a change: %d", now.Code)
		}
		must[press.Detail](w)(w.s.Withdraw(w.Manager, press.WithdrawInput{ID: first.ID, Version: first.Version, Reason: "有错"}))
		if now := get(tag); now.Code != 200 || strings.Contains(now.Body.String(), "头一篇") {
			t.Errorf("taken off: %d", now.Code)
		}
	})
}

// A word is found alike whether the pairs of its letters stand in few articles or in many, among which the newest are walked.
func TestFewAndMany(t *testing.T) {
	each(t, func(w *world) {
		w.publish(w.draft(w.Manager, "扫雪", "一早扫雪"))
		few := w.titles(press.PublicInput{Q: "扫雪"})
		w.Write(func(tx *db.Tx) error {
			for i := range 205 {
				if _, err := tx.Build("INSERT INTO article_gram (gram, article_id) VALUES (?, ?)", int64('扫')<<21|int64('雪'), 1+i).Run(w.System,
					tx); err != nil {
					return err
				}
			}
			return nil
		})
		if many := w.titles(press.PublicInput{Q: "扫雪"}); few != "扫雪" || many != few {
			t.Errorf("%q in few, %q in many", few, many)
		}
		if got := w.titles(press.PublicInput{Q: "雪扫"}); got != "" {
			t.Errorf("found %q", got)
		}
	})
}
