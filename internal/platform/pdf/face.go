package pdf

import (
	"bytes"
	"embed"
	"encoding/binary"
	"io"
	"maps"
	"slices"
	"sort"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/go-text/typesetting/font/opentype"
	"github.com/go-text/typesetting/font/opentype/tables"
)

// The fonts are embedded unmodified, each with its SIL Open Font License beside it.
//
//go:embed fonts
var fontFiles embed.FS

// family is one embedded font file.
type family int

const (
	sans family = iota
	kai
	serif
	families
)

func (f family) String() string { return [...]string{"sans", "kai", "serif"}[f] }

// load holds each family's face, unpacked when the first document needs it and kept from then on.
var load = [families]func() *face{
	sans:  sync.OnceValue(func() *face { return readFace("fonts/NotoSansSC-Regular.ttf.br") }),
	kai:   sync.OnceValue(func() *face { return readFace("fonts/LXGWWenKai-Regular.ttf.br") }),
	serif: sync.OnceValue(func() *face { return readFace("fonts/NotoSerifSC-SemiBold.ttf.br") }),
}

// glyphID numbers a glyph within its face; 0 stands for “no such glyph” and is never printed.
type glyphID = tables.GlyphID

// face is a TrueType font kept as raw tables: a parsed font of 30,000 glyphs would take three times the memory. It is
// never written to after readFace and so may be shared by documents made at the same time.
type face struct {
	tables  map[string][]byte
	cmap    []byte // groups of 12 bytes: first rune, last rune, first glyph
	metrics int    // glyphs with an advance of their own; the rest repeat the last one
	upem    int
}

// kept are the tables that a PDF needs of a font; shaping and vertical metrics are left behind.
var kept = []string{"OS/2", "cmap", "cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post", "prep"}

// readFace panics on a broken font: the files are part of the program and every one is loaded by a test.
func readFace(name string) *face {
	packed, err := fontFiles.Open(name)
	if err != nil {
		panic(err)
	}
	data, err := io.ReadAll(brotli.NewReader(packed))
	if err != nil {
		panic(err)
	}
	loader, err := opentype.NewLoader(bytes.NewReader(data))
	if err != nil {
		panic(err)
	}
	f := &face{tables: map[string][]byte{}}
	for _, name := range kept {
		if t, err := loader.RawTable(opentype.MustNewTag(name)); err == nil {
			f.tables[name] = t
		}
	}
	f.cmap = runeGroups(f.tables["cmap"])
	f.metrics = int(binary.BigEndian.Uint16(f.tables["hhea"][34:]))
	f.upem = int(binary.BigEndian.Uint16(f.tables["head"][18:]))
	delete(f.tables, "cmap")
	return f
}

// runeGroups finds the full Unicode map (platform 3, encoding 10, format 12), which all the embedded fonts have.
func runeGroups(cmap []byte) []byte {
	for rec := cmap[4:]; ; rec = rec[8:] {
		if binary.BigEndian.Uint32(rec) == 3<<16|10 {
			sub := cmap[binary.BigEndian.Uint32(rec[4:]):]
			return sub[16 : 16+12*binary.BigEndian.Uint32(sub[12:])]
		}
	}
}

// glyph is 0 when the face lacks r.
func (f *face) glyph(r rune) glyphID {
	at := func(i, field int) uint32 { return binary.BigEndian.Uint32(f.cmap[12*i+4*field:]) }
	n := len(f.cmap) / 12
	i := sort.Search(n, func(i int) bool { return at(i, 1) >= uint32(r) })
	if i == n || at(i, 0) > uint32(r) {
		return 0
	}
	return glyphID(at(i, 2) + uint32(r) - at(i, 0))
}

// advance is in thousandths of the type size, rounded as the PDF's own width table is.
func (f *face) advance(g glyphID) int {
	i := min(int(g), f.metrics-1)
	units := int(binary.BigEndian.Uint16(f.tables["hmtx"][4*i:]))
	return (units*1000 + f.upem/2) / f.upem
}

// data is the outline of one glyph as the font stores it; empty for a space.
func (f *face) data(g glyphID) []byte {
	loca := f.tables["loca"][4*int(g):]
	return f.tables["glyf"][binary.BigEndian.Uint32(loca):binary.BigEndian.Uint32(loca[4:])]
}

// subset makes a small font of the used glyphs alone under a character map of its own. Glyph numbers stay, so composites
// need no rewriting.
func (f *face) subset(used map[rune]glyphID, cmap []byte) []byte {
	keep := map[glyphID]bool{}
	f.closure(0, keep)
	for _, g := range used {
		f.closure(g, keep)
	}
	var glyf []byte
	loca := make([]byte, 0, len(f.tables["loca"]))
	for g := range len(f.tables["loca"])/4 - 1 {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if keep[glyphID(g)] {
			glyf = append(glyf, f.data(glyphID(g))...)
			glyf = append(glyf, make([]byte, -len(glyf)&3)...)
		}
	}
	out := maps.Clone(f.tables)
	out["glyf"], out["loca"] = glyf, binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	out["cmap"] = cmap
	out["post"] = binary.BigEndian.AppendUint32(nil, 0x00030000) // no glyph names
	out["post"] = append(out["post"], f.tables["post"][4:32]...)
	return assemble(out)
}

// closure adds g and the glyphs that g is composed of.
func (f *face) closure(g glyphID, keep map[glyphID]bool) {
	if keep[g] {
		return
	}
	keep[g] = true
	if len(f.data(g)) == 0 {
		return
	}
	parsed, _, err := tables.ParseGlyph(f.data(g))
	if err != nil {
		panic(err) // a broken font; see readFace
	}
	if c, ok := parsed.Data.(tables.CompositeGlyph); ok {
		for _, part := range c.Glyphs {
			f.closure(part.GlyphIndex, keep)
		}
	}
}

// runeMap writes a character map of format 4 with one segment for each rune.
func runeMap(used map[rune]glyphID) []byte {
	runes := slices.Sorted(maps.Keys(used))
	n := len(runes) + 1
	var ends, starts, deltas []byte
	for _, r := range runes {
		ends = binary.BigEndian.AppendUint16(ends, uint16(r))
		starts = binary.BigEndian.AppendUint16(starts, uint16(r))
		deltas = binary.BigEndian.AppendUint16(deltas, uint16(used[r])-uint16(r))
	}
	head := []uint16{0, 1, 3, 1, 0, 12, 4, uint16(16 + 8*n), 0, uint16(2 * n), 0, 0, 0}
	var out []byte
	for _, v := range head {
		out = binary.BigEndian.AppendUint16(out, v)
	}
	out = append(append(out, ends...), 0xFF, 0xFF, 0, 0)
	out = append(append(out, starts...), 0xFF, 0xFF)
	out = append(append(out, deltas...), 0, 1)
	return append(out, make([]byte, 2*n)...)
}

func assemble(byName map[string][]byte) []byte {
	var list []opentype.Table
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list = append(list, opentype.Table{Tag: opentype.MustNewTag(name), Content: byName[name]})
	}
	return opentype.WriteTTF(list)
}
