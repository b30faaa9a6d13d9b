package blob

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

// picture is w×h with a red upper left quarter on blue.
func picture(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(img image.Image) []byte {
	var b bytes.Buffer
	jpeg.Encode(&b, img, &jpeg.Options{Quality: 95})
	return b.Bytes()
}

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	png.Encode(&b, img)
	return b.Bytes()
}

// exif puts an EXIF segment with an orientation and a secret behind the JPEG's start.
func exif(data []byte, orientation uint16) []byte {
	tiff := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01")
	tiff = append(binary.BigEndian.AppendUint16(tiff, orientation), "\x00\x00\x00\x00\x00\x00GPS 43.93N"...)
	body := append([]byte("Exif\x00\x00"), tiff...)
	head := binary.BigEndian.AppendUint16([]byte("\xff\xd8\xff\xe1"), uint16(len(body)+2))
	return slices.Concat(head, body, data[2:])
}

// giant is a PNG of a few bytes that claims w×h.
func giant(w, h uint32) []byte {
	data := asPNG(picture(1, 1))
	binary.BigEndian.PutUint32(data[16:], w)
	binary.BigEndian.PutUint32(data[20:], h)
	binary.BigEndian.PutUint32(data[29:], crc32.ChecksumIEEE(data[12:29]))
	return data
}

const tinyWebP = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"

func decoded(t *testing.T, up Upload) image.Image {
	t.Helper()
	img, _, err := image.Decode(bytes.NewReader(up.Data))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func red(img image.Image, x, y int) bool {
	r, _, b, _ := img.At(x, y).RGBA()
	return r > b
}

func TestCleanTakesImagesByContent(t *testing.T) {
	webp, err := base64.StdEncoding.DecodeString(tinyWebP)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, kind, kept string
		data             []byte
	}{
		{"照片.png", JPEG, "照片.jpg", asJPEG(picture(40, 20))},
		{`C:\我的\签字单.JPEG`, PNG, "签字单.png", asPNG(picture(40, 20))},
		{"../../etc/x\x00\u202e<b>.webp", JPEG, "xb.jpg", webp},
		{"", PNG, "文件.png", asPNG(picture(1, 1))},
	} {
		got, err := Clean(Upload{Name: c.name, Data: c.data})
		if err != nil || got.clean != c.kind || got.Name != c.kept {
			t.Errorf("%q: %q %q %v", c.name, got.Name, got.clean, err)
		}
	}
}

func TestCleanRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		data []byte
		want errs.Kind
	}{
		"SVG":             {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`), errs.Unsupported},
		"HTML":            {[]byte("<!doctype html><script>alert(1)</script>"), errs.Unsupported},
		"HTML in a GIF":   {[]byte("GIF89a/*<script>"), errs.Unsupported},
		"PDF":             {[]byte("%PDF-1.7\n%%EOF"), errs.Unsupported},
		"nothing":         {nil, errs.Unsupported},
		"only a start":    {[]byte("\xff\xd8\xff<script>alert(1)</script>"), errs.Unsupported},
		"half a file":     {asJPEG(picture(64, 64))[:300], errs.Unsupported},
		"a bomb":          {giant(100_000, 100_000), errs.TooLarge},
		"a wide bomb":     {giant(1<<31-1, 1), errs.TooLarge},
		"too many bytes":  {append(asPNG(picture(1, 1)), make([]byte, MaxBytes)...), errs.TooLarge},
		"a broken header": {[]byte("\x89PNG\r\n\x1a\n"), errs.Unsupported},
	} {
		if _, err := Clean(Upload{Name: "x.jpg", Data: c.data}); errs.KindOf(err) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestCleanKeepsNothingButThePicture(t *testing.T) {
	page := []byte("<script>alert(document.cookie)</script>PK\x05\x06")
	for _, data := range [][]byte{append(exif(asJPEG(picture(40, 20)), 1), page...), append(asPNG(picture(40, 20)), page...)} {
		got, err := Clean(Upload{Name: "x", Data: data})
		if err != nil {
			t.Fatal(err)
		}
		for _, secret := range []string{"GPS", "Exif", "script", "PK\x05"} {
			if bytes.Contains(got.Data, []byte(secret)) {
				t.Errorf("%s is still there", secret)
			}
		}
	}
}

// The red quarter lies where a viewer that obeys EXIF would show it.
func TestCleanTurnsUpright(t *testing.T) {
	for orientation, want := range map[uint16]struct {
		w, h int
		x, y int
	}{1: {80, 40, 10, 5}, 2: {80, 40, 70, 5}, 3: {80, 40, 70, 35}, 4: {80, 40, 10, 35}, 5: {40, 80, 5, 10}, 6: {40, 80, 35, 10},
		7: {40, 80, 35, 70}, 8: {40, 80, 5, 70}} {
		got, err := Clean(Upload{Data: exif(asJPEG(picture(80, 40)), orientation)})
		if err != nil {
			t.Fatal(err)
		}
		img := decoded(t, got)
		b := img.Bounds()
		if b.Dx() != want.w || b.Dy() != want.h || !red(img, want.x, want.y) || red(img, b.Dx()-1-want.x, b.Dy()-1-want.y) {
			t.Errorf("orientation %d: %v", orientation, b)
		}
	}
}

func TestCleanShrinks(t *testing.T) {
	got, err := Clean(Upload{Data: asJPEG(picture(4000, 1000))})
	if err != nil {
		t.Fatal(err)
	}
	if b := decoded(t, got).Bounds(); b.Dx() != maxSide || b.Dy() != 600 {
		t.Errorf("kept %v", b)
	}
}

// A smaller one keeps its shape, is never larger than what it was made from, and gives up pixels rather than weigh more; what was not
// cleaned is refused.
func TestSmaller(t *testing.T) {
	noise := image.NewGray(image.Rect(0, 0, 600, 900))
	seed := uint32(1)
	for i := range noise.Pix {
		seed = seed*1664525 + 1013904223
		noise.Pix[i] = byte(seed >> 24)
	}
	for name, c := range map[string]struct {
		img          image.Image
		side, weight int
		w, h         int // 0: whatever the weight leaves
	}{"wide": {picture(1200, 300), 480, 30_000, 480, 120}, "tall": {picture(300, 1200), 480, 30_000, 120, 480},
		"small": {picture(40, 20), 480, 30_000, 40, 20}, "heavy": {noise, 480, 7_000, 0, 0}} {
		up, err := Clean(Upload{Name: "门.png", Data: asPNG(c.img)})
		if err != nil {
			t.Fatal(err)
		}
		got, w, h, err := Smaller(up, c.side, c.weight)
		if err != nil || got.clean != JPEG || got.Name != "门.jpg" || len(got.Data) > c.weight {
			t.Errorf("%s: %q %q, %d bytes, %v", name, got.Name, got.clean, len(got.Data), err)
		}
		if b := decoded(t, got).Bounds(); b.Dx() != w || b.Dy() != h || c.w != 0 && (w != c.w || h != c.h) || w > c.side || h > c.side {
			t.Errorf("%s: %v, said to be %d×%d", name, b, w, h)
		}
	}
	if _, _, _, err := Smaller(Upload{Data: asPNG(picture(4, 4))}, 480, 30_000); errs.KindOf(err) != errs.Unsupported {
		t.Errorf("not cleaned: %v", err)
	}
}

func FuzzClean(f *testing.F) {
	f.Add(exif(asJPEG(picture(4, 4)), 6))
	f.Add(asPNG(picture(4, 4)))
	f.Add(giant(9, 9))
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := Clean(Upload{Name: string(data), Data: data})
		if err != nil && errs.KindOf(err) == 0 {
			t.Errorf("%v", err)
		}
		if err == nil && codecOf(got.Data) == nil {
			t.Error("what came out is no image")
		}
	})
}

func TestPDF(t *testing.T) {
	good := "%PDF-1.7\n1 0 obj <</Type /Catalog>>\nendobj\ntrailer\n%%EOF\n"
	for text, ok := range map[string]bool{good: true, "x" + good: false, good + "<b>": false,
		strings.Replace(good, "/Catalog", "/Catalog /OpenAction <</S /JavaScript>>", 1):                      false,
		strings.Replace(good, "trailer", "PK\x05\x06", 1):                                                    false,
		strings.Replace(good, "/Catalog", "/Catalog /Names <<\n/EmbeddedFiles << /Names [\n  \n] >>\n>>", 1): true, // as this program prints
		strings.Replace(good, "/Catalog", "/Catalog /Names <</EmbeddedFiles << /Names [(a) 7 0 R] >> >>", 1): false} {
		if _, err := checkPDF(Upload{Name: "a.pdf", Data: []byte(text)}); (err == nil) != ok || err != nil &&
			errs.KindOf(err) != errs.Unsupported {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func store(t *testing.T, d *db.DB) *Store { return New(d, filepath.Join(t.TempDir(), "files")) }

func files(t *testing.T, s *Store) (out []string) {
	t.Helper()
	err := filepath.WalkDir(s.dir, func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && e.Name() != ".lock" {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestPutAndGet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		dbtest.Prepare(t, d)
		s := store(t, d)
		owner := Owner{Kind: "sheet", ID: 7, Region: 152502001001}
		up := Upload{Name: "单.png", Data: asPNG(picture(30, 20))}
		var ids []db.ID
		err := d.Write(t.Context(), func(tx *db.Tx) error {
			for range 2 {
				id, err := s.PutImage(t.Context(), tx, up, owner)
				if err != nil {
					return err
				}
				ids = append(ids, id)
			}
			pdf, err := s.Put(t.Context(), tx, Upload{Name: "保险.pdf", Data: []byte("%PDF-1.7 %%EOF")}, owner)
			ids = append(ids, pdf)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := files(t, s); len(got) != 2 {
			t.Errorf("equal content is kept twice: %v", got)
		}
		err = d.Read(t.Context(), func(tx *db.Tx) error {
			m, err := s.Get(t.Context(), tx, ids[1])
			if err != nil || m.Name != "单.png" || m.Type != PNG || m.Region != owner.Region || m.OwnerID != 7 || m.MadeBy != 0 {
				t.Errorf("%+v, %v", m, err)
			}
			f, err := s.Open(m)
			if err != nil {
				return err
			}
			defer f.Close()
			opened, err := io.ReadAll(f)
			read, err2 := s.Read(m)
			if !bytes.Equal(opened, read) || int64(len(read)) != m.Size || codecOf(read) == nil {
				t.Errorf("content of %d bytes", len(read))
			}
			if list, _ := s.Of(t.Context(), tx, "sheet", 7); len(list) != 3 {
				t.Errorf("owned %+v", list)
			}
			if _, err := s.Get(t.Context(), tx, 1); errs.KindOf(err) != errs.NotFound {
				t.Errorf("an unknown file: %v", err)
			}
			return errors.Join(err, err2)
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestSweepAndVerify(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		if err := s.Sweep(t.Context()); err != nil {
			t.Errorf("before the first file: %v", err)
		}
		var kept, again db.ID
		put := func(img image.Image, keep bool) (id db.ID) {
			d.Write(t.Context(), func(tx *db.Tx) (err error) {
				if id, err = s.PutImage(t.Context(), tx, Upload{Data: asPNG(img)}, Owner{}); err == nil && !keep {
					err = errors.New("rolled back")
				}
				return err
			})
			return id
		}
		age := func() {
			old := time.Now().Add(-grace - time.Minute)
			for _, f := range files(t, s) {
				if err := os.Chtimes(f, old, old); err != nil {
					t.Fatal(err)
				}
			}
		}
		kept = put(picture(1, 1), true)
		put(picture(2, 2), false)
		put(picture(3, 3), false)
		sweep := func(want int) {
			t.Helper()
			if err := s.Sweep(t.Context()); err != nil {
				t.Fatal(err)
			}
			if got := files(t, s); len(got) != want {
				t.Errorf("%d files left, want %d", len(got), want)
			}
		}
		sweep(3) // young
		age()
		put(picture(3, 3), false) // young again: its next row may be on the way
		sweep(2)
		age()
		again = put(picture(3, 3), true)
		sweep(2)
		err := d.Write(t.Context(), func(tx *db.Tx) error { return s.Delete(t.Context(), tx, again) })
		if err != nil {
			t.Fatal(err)
		}
		age()
		sweep(1)
		verify := func() (found []string) {
			err := d.Read(t.Context(), func(tx *db.Tx) error {
				return s.Verify(t.Context(), tx, func(object, what string) { found = append(found, object) })
			})
			if err != nil {
				t.Fatal(err)
			}
			return found
		}
		if got := verify(); len(got) != 0 {
			t.Errorf("whole, and yet %v", got)
		}
		if err := os.WriteFile(files(t, s)[0], []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := verify(); !slices.Equal(got, []string{"blob " + kept.String()}) {
			t.Errorf("changed: %v", got)
		}
	})
}

func TestPutAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s := store(t, d)
		up, err := Clean(Upload{Data: asPNG(picture(50, 50))})
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 16 {
			wg.Go(func() {
				err := d.Write(t.Context(), func(tx *db.Tx) error {
					_, err := s.PutImage(t.Context(), tx, up, Owner{})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if got := files(t, s); len(got) != 1 {
			t.Errorf("files %v", got)
		}
	})
}
