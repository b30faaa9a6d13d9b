package blob

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"path"
	"regexp"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/image/draw"
	"golang.org/x/image/webp"

	"linli/internal/platform/errs"
)

// Limits of one upload.
const (
	MaxBytes  = 10 << 20   // of the file
	MaxPixels = 30_000_000 // of an image, before it is decoded: 200 MB of memory at worst
	maxSide   = 2400       // of what is kept: a photographed sheet of paper stays readable
	quality   = 85
)

// Upload is a file as it came in.
type Upload struct {
	Name  string `json:"name" maxLength:"200"`
	Data  []byte `json:"data" maxLength:"14000000"`
	clean string // the type of Data once Clean has made it
}

// The types that are kept.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	PDF  = "application/pdf"
)

var errKind = errs.New(errs.Unsupported, "unsupported", "只能上传照片（JPEG、PNG、WebP）")

var errBroken = errs.New(errs.Unsupported, "unsupported", "照片打不开，可能已损坏")

// one lets one image be decoded at a time, which bounds memory.
var one sync.Mutex

// Clean decodes an image and writes it anew: upright, at most maxSide long, without EXIF (which tells place and device) or anything
// else that hid in the file. What it is, its content says and not its name. It takes some hundred milliseconds: call it before the
// transaction, else PutImage does it. What it has made is left as it is.
func Clean(up Upload) (Upload, error) {
	if up.clean != "" {
		return up, nil
	}
	if len(up.Data) > MaxBytes {
		return up, errs.New(errs.TooLarge, "too_large", "照片不能大于 10 MB")
	}
	c := codecOf(up.Data)
	if c == nil {
		return up, errKind
	}
	one.Lock()
	defer one.Unlock()
	size, err := c.config(bytes.NewReader(up.Data))
	if err != nil || size.Width <= 0 || size.Height <= 0 {
		return up, errBroken
	}
	if size.Width > MaxPixels/size.Height {
		return up, errs.New(errs.TooLarge, "too_large", "照片的像素太多（超过 3000 万），请用普通画质再拍一张")
	}
	raw, err := c.decode(bytes.NewReader(up.Data))
	if err != nil {
		return up, errBroken
	}
	img := upright(shrink(raw, maxSide, draw.ApproxBiLinear), orientation(up.Data))
	var out bytes.Buffer
	if c.kept == PNG {
		err = png.Encode(&out, img)
	} else {
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
	}
	return Upload{Name: fileName(up.Name, c.kept), Data: out.Bytes(), clean: c.kept}, err
}

// Smaller gives a cleaned image (see Clean) as a JPEG for the small screen and the slow line: its longer side is at most side pixels,
// and shorter still if it takes that to have at most weight bytes. width and height are what it came to, in pixels.
func Smaller(up Upload, side, weight int) (small Upload, width, height int, err error) {
	c := codecOf(up.Data)
	if c == nil || up.clean == "" {
		return up, 0, 0, errBroken
	}
	one.Lock()
	defer one.Unlock()
	raw, err := c.decode(bytes.NewReader(up.Data))
	if err != nil {
		return up, 0, 0, errBroken
	}
	for {
		img := shrink(raw, side, draw.BiLinear)
		var out bytes.Buffer
		err = jpeg.Encode(&out, img, &jpeg.Options{Quality: quality})
		if side = side * 4 / 5; err != nil || out.Len() <= weight || side == 0 {
			return Upload{Name: fileName(up.Name, JPEG), Data: out.Bytes(), clean: JPEG}, img.Bounds().Dx(), img.Bounds().Dy(), err
		}
	}
}

type codec struct {
	matches func([]byte) bool
	config  func(io.Reader) (image.Config, error)
	decode  func(io.Reader) (image.Image, error)
	kept    string // the type that it is written as; Go writes no WebP
}

var codecs = []codec{
	{func(b []byte) bool { return bytes.HasPrefix(b, []byte("\xff\xd8\xff")) }, jpeg.DecodeConfig, jpeg.Decode, JPEG},
	{func(b []byte) bool { return bytes.HasPrefix(b, []byte("\x89PNG\r\n\x1a\n")) }, png.DecodeConfig, png.Decode, PNG},
	{func(b []byte) bool { return len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" }, webp.DecodeConfig, webp.Decode, JPEG},
}

func codecOf(data []byte) *codec {
	for i := range codecs {
		if codecs[i].matches(data) {
			return &codecs[i]
		}
	}
	return nil
}

// shrink makes the longer side so many pixels at most, on white where the image is transparent.
func shrink(img image.Image, most int, by draw.Scaler) *image.RGBA {
	b := img.Bounds()
	to := image.Rect(0, 0, b.Dx(), b.Dy())
	if long := max(b.Dx(), b.Dy()); long > most {
		to = image.Rect(0, 0, max(1, b.Dx()*most/long), max(1, b.Dy()*most/long))
	}
	out := image.NewRGBA(to)
	draw.Draw(out, to, image.White, image.Point{}, draw.Src)
	if to.Size() == b.Size() {
		draw.Draw(out, to, img, b.Min, draw.Over)
	} else {
		by.Scale(out, to, img, b, draw.Over, nil)
	}
	return out
}

// upright turns and mirrors an image as its EXIF orientation (1 to 8) says.
func upright(img *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return img
	}
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	size := image.Rect(0, 0, w, h)
	if orientation > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := source(orientation, x, y, w, h)
			out.SetRGBA(x, y, img.RGBAAt(sx, sy))
		}
	}
	return out
}

// source says which pixel of the stored w×h image is shown at x, y.
func source(orientation, x, y, w, h int) (int, int) {
	switch orientation {
	case 2:
		return w - 1 - x, y
	case 3:
		return w - 1 - x, h - 1 - y
	case 4:
		return x, h - 1 - y
	case 5:
		return y, x
	case 6:
		return y, h - 1 - x
	case 7:
		return w - 1 - y, h - 1 - x
	}
	return w - 1 - y, x
}

// orientation reads tag 0x0112 of the first IFD of a JPEG's EXIF; 1 if there is none.
func orientation(b []byte) int {
	for at := 2; at+4 <= len(b) && b[at] == 0xff && b[at+1] != 0xda; {
		size := int(binary.BigEndian.Uint16(b[at+2:]))
		segment := b[min(at+4, len(b)):min(at+2+max(size, 2), len(b))]
		if tiff, ok := bytes.CutPrefix(segment, []byte("Exif\x00\x00")); b[at+1] == 0xe1 && ok {
			return tiffOrientation(tiff)
		}
		at += 2 + max(size, 2)
	}
	return 1
}

func tiffOrientation(b []byte) int {
	if len(b) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.BigEndian
	if b[0] == 'I' {
		order = binary.LittleEndian
	}
	at := int(order.Uint32(b[4:]))
	if at < 8 || at+2 > len(b) {
		return 1
	}
	n := int(order.Uint16(b[at:]))
	for entry := at + 2; n > 0 && entry+12 <= len(b); entry, n = entry+12, n-1 {
		if order.Uint16(b[entry:]) == 0x0112 {
			return int(order.Uint16(b[entry+8:]))
		}
	}
	return 1
}

// noFiles is the empty list of attachments that some writers put into each PDF, this program's own among them.
var noFiles = regexp.MustCompile(`/EmbeddedFiles\s*<<\s*/Names\s*\[\s*\]\s*>>`)

// checkPDF takes a PDF as it is: it must be one from its first byte to its last, and hold neither scripts nor other files.
func checkPDF(up Upload) (Upload, error) {
	refuse := errs.New(errs.Unsupported, "unsupported", "只能上传照片或不带脚本、附件的 PDF")
	b := bytes.TrimRight(up.Data, "\r\n\t \x00")
	if len(up.Data) > MaxBytes {
		return up, errs.New(errs.TooLarge, "too_large", "文件不能大于 10 MB")
	}
	if !bytes.HasPrefix(b, []byte("%PDF-")) || !bytes.HasSuffix(b, []byte("%%EOF")) {
		return up, refuse
	}
	body := noFiles.ReplaceAll(b, nil)
	for _, word := range []string{"/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "<script", "<html"} {
		if bytes.Contains(body, []byte(word)) {
			return up, refuse
		}
	}
	if tail := b[max(0, len(b)-1<<16-22):]; bytes.Contains(tail, []byte("PK\x05\x06")) { // a ZIP archive ends here
		return up, refuse
	}
	return Upload{Name: fileName(up.Name, PDF), Data: up.Data, clean: PDF}, nil
}

var extensions = map[string]string{JPEG: ".jpg", PNG: ".png", PDF: ".pdf"}

// fileName keeps what people called the file, without folders, control characters and a wrong ending.
func fileName(name, kind string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.C) || strings.ContainsRune(`"<>|:*?/`, r) {
			return -1
		}
		return r
	}, strings.TrimSuffix(name, path.Ext(name)))
	short := []rune(strings.Trim(name, ". "))
	if len(short) == 0 {
		short = []rune("文件")
	}
	return string(short[:min(len(short), 80)]) + extensions[kind]
}
