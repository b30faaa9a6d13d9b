package standard_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"linli/internal/network/standard"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
	"linli/internal/work/attendance/attendancetest"
)

// bad is a file that no station may leave behind, and the status that it is refused with.
type bad struct {
	name string
	data []byte
	code int
}

func png1(img image.Image) []byte {
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

func jpeg1(img image.Image) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

// bomb is a picture of a few bytes that would fill 14 GB.
func bomb() []byte {
	data := png1(image.NewGray(image.Rect(0, 0, 1, 1)))
	binary.BigEndian.PutUint32(data[16:], 60000)
	binary.BigEndian.PutUint32(data[20:], 60000)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

// placed is a photograph that tells where it was taken.
func placed(data []byte) []byte {
	body := []byte("Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x88\x25\x00\x04\x00\x00\x00\x01\x00\x00\x00\x1a\x00\x00\x00\x00GPS " +
		"43.93N 116.08E")
	return slices.Concat([]byte("\xff\xd8\xff\xe1"), binary.BigEndian.AppendUint16(nil, uint16(len(body)+2)), body, data[2:])
}

var photograph = jpeg1(image.NewGray(image.Rect(0, 0, 40, 30)))

var refusedFiles = []bad{
	{"图.svg", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), 415},
	{"照片.png", []byte(`<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), 415},
	{"照片.jpg", []byte("<!doctype html><script>alert(1)</script>"), 415},
	{"照片.jpg", []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;<script>"), 415},
	{"照片.jpg", []byte("PK\x03\x04 a workbook"), 415},
	{"照片.jpg", []byte("MZ\x90\x00 a program"), 415},
	{"半张.jpg", photograph[:len(photograph)/2], 415},
	{"炸弹.png", bomb(), 413},
	{"太大.jpg", append(bytes.Clone(photograph), make([]byte, blob.MaxBytes)...), 413},
	{"两样.pdf", []byte("%PDF-1.4\n1 0 obj<</S/JavaScript>>endobj\n%%EOF"), 415},
	{"两样.pdf", []byte("%PDF-1.4\nPK\x05\x06" + strings.Repeat("\x00", 18) + "%%EOF"), 415},
	{"两样.pdf", []byte("%PDF-1.4\n%%EOF\n<html><script>"), 415},
}

// site is the area behind its routes, with a folder of its own for files and one for what is cut short.
type site struct {
	*testing.T
	*attendancetest.Web
	w     *attendancetest.World
	files string
	at    string
}

func newSite(t *testing.T, w *attendancetest.World) *site {
	t.Setenv("TMPDIR", t.TempDir())
	s := &site{T: t, w: w, files: t.TempDir(), at: "/desk/standard/" + w.Station.ID.String()}
	s.Web = w.Web(standard.New(w.DB, blob.New(w.DB, s.files)).Routes)
	return s
}

// kept counts files of the store and of the folder for what is passing, and rows: of files, of evidence, of the trail.
func (s *site) kept() (files int, rows int64) {
	s.Helper()
	for _, dir := range []string{s.files, os.TempDir()} {
		filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
			if err == nil && !e.IsDir() && e.Name() != ".lock" {
				files++
			}
			return nil
		})
	}
	s.w.Write(func(tx *db.Tx) (err error) {
		rows, err = db.SelectOne[int64](s.Context(), tx,
			tx.Build("SELECT (SELECT count(*) FROM blob) + (SELECT count(*) FROM standard_evidence) + (SELECT count(*) FROM audit)"))
		return err
	})
	return files, rows
}

// send posts a file as the station's page does.
func (s *site) send(item, name string, data []byte) (int, string) {
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	form.WriteField("item", item)
	form.WriteField("text", "东屋 86 平方米")
	part, _ := form.CreateFormFile("file", name)
	part.Write(data)
	form.Close()
	req := httptest.NewRequest("POST", s.at, &body)
	req.Header.Set("Content-Type", form.FormDataContentType())
	req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "manager"})
	rec := httptest.NewRecorder()
	s.ServeHTTP(rec, req)
	return rec.Code, rec.Body.String()
}

// byFile is a page that marks its file field as wrong.
var byFile = regexp.MustCompile(`<input[^>]* name="file"[^>]* aria-invalid="true"`)

// What is no plain photograph or paper is refused by its field, on the page and by the interface, and leaves nothing behind: no file,
// no row, no line of the trail.
func TestRefusedFiles(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := newSite(t, w)
		files, rows := s.kept()
		for _, f := range refusedFiles {
			code, page := s.send("plan", f.name, f.data)
			if code != f.code || !byFile.MatchString(page) {
				t.Errorf("%s %.12q: %d %s", f.name, f.data, code, text(page))
			}
			in, _ := json.Marshal(map[string]any{"item": "plan", "text": "",
				"file": map[string]any{"name": f.name, "data": base64.StdEncoding.EncodeToString(f.data)}})
			code, answer := s.Do("manager", "POST", "/api/v1/stations/"+w.Station.ID.String()+"/standard/evidence", string(in))
			if code != f.code && code != 422 || !strings.Contains(answer, `"location":"body.file`) {
				t.Errorf("by the interface, %s %.12q: %d %s", f.name, f.data, code, answer)
			}
		}
		if code, page := s.send("site", "图.pdf", []byte("%PDF-1.4\n%%EOF")); code != 422 || !strings.Contains(page, "这一项要照片") {
			t.Errorf("a paper for a photograph: %d", code)
		}
		if f, r := s.kept(); f != files || r != rows {
			t.Errorf("refused, and yet %d files and %d rows more", f-files, r-rows)
		}
	})
}

// A photograph that tells its place, or carries an archive on its back, is kept as the picture alone.
func TestCleanedFiles(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := newSite(t, w)
		for item, data := range map[string][]byte{"site": placed(photograph),
			"sign": append(bytes.Clone(photograph), "PK\x03\x04<script>alert(1)</script>PK\x05\x06"...)} {
			if code, page := s.send(item, "<照片>.exe", data); code != 303 {
				t.Fatalf("%s: %d %.300s", item, code, page)
			}
		}
		n := 0
		filepath.WalkDir(s.files, func(path string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() || e.Name() == ".lock" {
				return err
			}
			n++
			data, err := os.ReadFile(path)
			for _, hidden := range []string{"Exif", "GPS", "43.93", "PK\x03\x04", "<script"} {
				if err != nil || bytes.Contains(data, []byte(hidden)) {
					t.Errorf("kept with %q: %v", hidden, err)
				}
			}
			return nil
		})
		if n == 0 {
			t.Error("nothing is kept")
		}
		if page, _ := s.page(); strings.Contains(page, ".exe") {
			t.Error("the name still ends in .exe")
		}
	})
}

func (s *site) page() (string, int) {
	code, page := s.Do("manager", "GET", s.at, "")
	return page, code
}

// endless is a posted form whose file has n bytes, which nobody holds at once.
func endless(n int64) (kind string, body io.Reader) {
	var head bytes.Buffer
	form := multipart.NewWriter(&head)
	form.WriteField("item", "site")
	form.WriteField("text", "")
	form.CreateFormFile("file", "照片.jpg")
	tail := "\r\n--" + form.Boundary() + "--\r\n"
	return form.FormDataContentType(), io.MultiReader(&head, bytes.NewReader(photograph), io.LimitReader(zeros{}, n), strings.NewReader(tail))
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// text is what a page says, without its markup.
func text(page string) string {
	return strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " ")
}

var tags = regexp.MustCompile(`<[^>]*>`)

// A file of 300 MB is cut off at the limit: it is refused by its field, little of it is ever held, and nothing stays.
func TestHugeFile(t *testing.T) {
	const size, most = 300 << 20, 64 << 20
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		s := newSite(t, w)
		server := httptest.NewServer(s)
		defer server.Close()
		post := func(path, kind string, body io.Reader) (int, string) {
			req, _ := http.NewRequestWithContext(t.Context(), "POST", server.URL+path, io.NopCloser(body))
			req.Header.Set("Content-Type", kind)
			req.Header.Set("Authorization", "Bearer manager")
			req.AddCookie(&http.Cookie{Name: web.SessionCookie, Value: "manager"})
			res, err := server.Client().Do(req)
			if err != nil {
				t.Fatal(err)
			}
			defer res.Body.Close()
			answer, _ := io.ReadAll(res.Body)
			return res.StatusCode, string(answer)
		}
		files, rows := s.kept()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		kind, form := endless(size)
		if code, page := post(s.at, kind, form); code != 413 || !byFile.MatchString(page) || !strings.Contains(page, "内容太大") {
			t.Errorf("the page: %d %s", code, text(page))
		}
		runtime.ReadMemStats(&after)
		if took := after.TotalAlloc - before.TotalAlloc; took > most {
			t.Errorf("%d MB were held in all", took>>20)
		}
		in := io.MultiReader(strings.NewReader(`{"item":"site","text":"","file":{"name":"照片.jpg","data":"`), io.LimitReader(letters{}, size),
			strings.NewReader(`"}}`))
		if code, answer := post("/api/v1/stations/"+w.Station.ID.String()+"/standard/evidence", "application/json", in); code != 413 ||
			!strings.Contains(answer, `"location":"body.file"`) {
			t.Errorf("the interface: %d %.300s", code, answer)
		}
		if f, r := s.kept(); f != files || r != rows {
			t.Errorf("refused, and yet %d files and %d rows more", f-files, r-rows)
		}
	})
}

type letters struct{}

func (letters) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 'A'
	}
	return len(p), nil
}
