package pdf

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/draw"
	_ "image/jpeg" // photographs
	"image/png"

	"codeberg.org/go-pdf/fpdf"
	"rsc.io/qr"
)

// quiet is the white margin around a QR code, in modules, that readers need.
const quiet = 4

// maxPixels keeps a small file from unfolding into a huge picture.
const maxPixels = 40_000_000

// QR prints text as a square code of the given size, its white margin included. A text longer than a code can hold is
// an error of Bytes.
func (d *Doc) QR(x, y, size float64, text string) {
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		d.fail(fmt.Errorf("qr: %w", err))
		return
	}
	before := d.colour
	d.Colour(255, 255, 255)
	d.Fill(x, y, size, size)
	d.Colour(0, 0, 0)
	d.paint(func(p *painter) { p.modules(code, x, y, size/float64(code.Size+2*quiet)) })
	d.Colour(before[0], before[1], before[2])
}

// modules paints neighbours in one piece, so that no hairline shows between them.
func (p *painter) modules(code *qr.Code, x, y, module float64) {
	for row := range code.Size {
		for col := 0; col < code.Size; col++ {
			first := col
			for code.Black(col, row) {
				col++
			}
			if n := col - first; n > 0 {
				p.Rect(x+float64(quiet+first)*module, y+float64(quiet+row)*module, float64(n)*module, module*1.02, "F")
			}
		}
	}
}

// Image prints a JPEG or PNG as large as fits into the box, in its middle. Anything else, and a picture of more than
// 40 million pixels, is an error of Bytes.
func (d *Doc) Image(x, y, w, h float64, data []byte) {
	config, format, err := image.DecodeConfig(bytes.NewReader(data))
	switch {
	case err != nil:
	case config.Width*config.Height > maxPixels:
		err = fmt.Errorf("%d×%d pixels are too many", config.Width, config.Height)
	case format == "png":
		data, err = plainPNG(data)
	case format != "jpeg":
		err = fmt.Errorf("%s is not printed", format)
	}
	if err != nil {
		d.fail(fmt.Errorf("image: %w", err))
		return
	}
	k := min(w/float64(config.Width), h/float64(config.Height))
	wide, high := float64(config.Width)*k, float64(config.Height)*k
	name := fmt.Sprintf("%x", sha256.Sum256(data))
	opt := fpdf.ImageOptions{ImageType: format}
	d.paint(func(p *painter) {
		p.RegisterImageOptionsReader(name, opt, bytes.NewReader(data))
		p.ImageOptions(name, x+(w-wide)/2, y+(h-high)/2, wide, high, false, opt, 0, "")
	})
}

// plainPNG rewrites a picture in the one kind of PNG that fpdf reads for certain: 8 bits, not interlaced.
func plainPNG(data []byte) ([]byte, error) {
	src, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	flat := image.NewNRGBA(src.Bounds())
	draw.Draw(flat, flat.Bounds(), src, src.Bounds().Min, draw.Src)
	var out bytes.Buffer
	err = png.Encode(&out, flat)
	return out.Bytes(), err
}
