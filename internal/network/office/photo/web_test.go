package photo_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"math/rand/v2"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"linli/internal/network/office/photo"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/i18n"
	"linli/internal/platform/web/ui"
	"linli/internal/work/attendance/attendancetest"
)

// noise is a photograph that no coding makes small.
func noise() blob.Upload {
	img := image.NewRGBA(image.Rect(0, 0, 400, 500))
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(rng.Uint32())
	}
	var out bytes.Buffer
	jpeg.Encode(&out, img, &jpeg.Options{Quality: 95})
	return blob.Upload{Name: "雪.jpg", Data: out.Bytes()}
}

var picture = regexp.MustCompile(`<img src="(/station-photos/[^"]+)" alt="[^"]*"[^>]* width="[1-9]\d*" height="[1-9]\d*" loading="lazy">`)

// A station with as many photographs as may be, each as heavy as a photograph gets: what its public page loads at first stays within
// 60 KB, every picture has its room and comes late, the browser keeps it, and one that is taken off is gone. The caption is checked by
// its field, on the page and by the interface.
func TestPhotoPages(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		files, stations := blob.New(w.DB, t.TempDir()), station.New(w.DB, w.Keys)
		photos := photo.New(w.DB, files)
		stations.Showing.Subscribe(photos.OnShowing)
		s := w.Web(photos.Routes, stations.Routes)
		at, api := "/desk/office/"+w.Station.ID.String()+"/photos", "/api/v1/stations/"+w.Station.ID.String()+"/photos"
		if code, page := s.Do("manager", "POST", at, url.Values{"caption": {""}}.Encode()); code != 422 || !strings.Contains(page,
			"加一张照片") {
			t.Errorf("nothing is added: %d %.300s", code, page)
		}
		body := func(caption string, up blob.Upload) string {
			raw, _ := json.Marshal(map[string]any{"caption": caption, "file": up})
			return string(raw)
		}
		if code, said := s.Do("manager", "POST", api, body("大门", blob.Upload{Name: "a.pdf",
			Data: []byte("%PDF-1.7 %%EOF")})); code != 415 ||
			!strings.Contains(said, "body.file") {
			t.Errorf("a PDF: %d %s", code, said)
		}
		up := noise()
		var last photo.Photo
		for i := range photo.MostPhotos {
			code, said := s.Do("manager", "POST", api, body(fmt.Sprint("第", i), up))
			if code != 201 || json.Unmarshal([]byte(said), &last) != nil {
				t.Fatalf("photograph %d: %d %s", i, code, said)
			}
		}
		if code, said := s.Do("head", "POST", api, body("又一张", up)); code != 409 || !strings.Contains(said, "最多展示 12 张") {
			t.Errorf("the thirteenth: %d %s", code, said)
		}
		if code, page := s.Do("head", "GET", at, ""); code != 200 || strings.Count(page, "<img ") != photo.MostPhotos ||
			strings.Contains(page, `type="file"`) {
			t.Errorf("the full album at the desk: %d, %d pictures", code, strings.Count(page, "<img "))
		}
		public := "/stations/" + w.Station.ID.String()
		_, page := s.Do("", "GET", public, "")
		before, _, ok := strings.Cut(page, "<details>")
		weight, loaded := 0, picture.FindAllStringSubmatch(before, -1)
		for _, p := range loaded {
			rec := httptest.NewRecorder()
			s.ServeHTTP(rec, httptest.NewRequest("GET", p[1], nil))
			if how := rec.Header().Get("Cache-Control"); rec.Code != 200 || how != "private, max-age=31536000, immutable" ||
				rec.Header().Get("Content-Type") != "image/jpeg" {
				t.Errorf("%s: %d, %q", p[1], rec.Code, how)
			}
			weight += rec.Body.Len()
		}
		if !ok || len(loaded) != 1+station.Thumbs || strings.Count(page, "<img ") != len(picture.FindAllString(page, -1)) ||
			strings.Count(page, "<img ") != photo.MostPhotos || weight > 60_000 {
			t.Errorf("%d pictures of %d bytes at first, %d in all", len(loaded), weight, strings.Count(page, "<img "))
		}
		if !strings.Contains(before, `alt="第0"`) || !strings.Contains(page, "其余 7 张") {
			t.Errorf("the page says %s", before)
		}
		one := "/desk/office-photos/" + last.ID.String()
		for _, path := range []string{one, one + "/file?size=thumb", one + "/file"} {
			if code, _ := s.Do("manager", "GET", path, ""); code != 200 {
				t.Errorf("%s: %d", path, code)
			}
			if code, _ := s.Do("elsewhere", "GET", path, ""); code != 404 {
				t.Errorf("a stranger opens %s: %d", path, code)
			}
		}
		if code, page := s.Do("manager", "POST", one+"/edit", "version=1&caption="+strings.Repeat("长", 31)); code != 422 ||
			!strings.Contains(page, "改说明") {
			t.Errorf("31 characters: %d", code)
		}
		if code, to := s.Do("manager", "POST", one+"/first", "version=1"); code != 303 || to != at {
			t.Errorf("put first: %d %s", code, to)
		}
		if code, to := s.Do("manager", "POST", one+"/off", "version=2"); code != 303 || to != at {
			t.Errorf("taken off: %d %s", code, to)
		}
		for _, size := range []string{"", "?size=view", "?size=thumb"} {
			if code, _ := s.Do("", "GET", "/station-photos/"+last.ID.String()+size, ""); code != 404 {
				t.Errorf("taken off, %s: %d", size, code)
			}
		}
		if code, page := s.Do("manager", "GET", at, ""); code != 200 || !strings.Contains(page, "重新展示") {
			t.Errorf("what was taken off: %d", code)
		}
		if code, to := s.Do("manager", "POST", one+"/again", "version=3"); code != 303 || to != at {
			t.Errorf("shown again: %d %s", code, to)
		}
		_, page = s.Do("", "GET", public, "", "Cookie", ui.CookieLang+"="+string(i18n.English))
		if !strings.Contains(page, "What it looks like") || !strings.Contains(page, "7 more") ||
			!strings.Contains(page, `alt="第11" lang="zh-CN"`) {
			t.Errorf("in English: %s", page)
		}
	})
}
