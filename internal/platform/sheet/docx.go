package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"strings"

	"linli/internal/platform/format"
)

// Piece is one part of a document in its order: a heading, a paragraph, or a table.
type Piece struct {
	Head  string // a heading
	Text  string // a paragraph; each line is one
	Table *Table // a table without its title
}

// DOCX gives a document that Word and WPS open and people edit: a title, then the pieces. Across turns the page. No library for it has
// released a version, so the five parts that the format needs (ECMA-376) are written here.
func DOCX(title string, across bool, pieces ...Piece) ([]byte, error) {
	var body strings.Builder
	body.WriteString(paragraph("Title", title))
	wide := 9360
	page := `<w:pgSz w:w="11906" w:h="16838"/>`
	if across {
		wide, page = 14200, `<w:pgSz w:w="16838" w:h="11906" w:orient="landscape"/>`
	}
	for _, p := range pieces {
		if p.Head != "" {
			body.WriteString(paragraph("Heading1", p.Head))
		}
		for line := range strings.SplitSeq(p.Text, "\n") {
			if line != "" {
				body.WriteString(paragraph("", line))
			}
		}
		if p.Table != nil {
			body.WriteString(docxTable(*p.Table, wide))
		}
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range [][2]string{
		{"[Content_Types].xml",
			`<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/></Types>`},
		{"_rels/.rels",
			`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`},
		{"word/_rels/document.xml.rels",
			`<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles" Target="styles.xml"/></Relationships>`},
		{"word/styles.xml", docxStyles},
		{"word/document.xml", `<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>` + body.String() +
			`<w:sectPr>` + page +
			`<w:pgMar w:top="1240" w:right="1240" w:bottom="1240" w:left="1240" w:header="700" w:footer="700" w:gutter="0"/></w:sectPr></w:body></w:document>`},
	} {
		w, err := z.Create(part[0])
		if err != nil {
			return nil, err
		}
		if _, err := w.Write([]byte(xml.Header + part[1])); err != nil {
			return nil, err
		}
	}
	err := z.Close()
	return out.Bytes(), err
}

const docxStyles = `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="宋体"/><w:sz w:val="24"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults>` +
	`<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:pPr><w:spacing w:after="80"/></w:pPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/><w:basedOn w:val="Normal"/><w:pPr><w:jc w:val="center"/><w:spacing w:after="240"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/><w:basedOn w:val="Normal"/><w:pPr><w:keepNext/><w:spacing w:before="200" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr><w:rPr><w:b/><w:sz w:val="28"/></w:rPr></w:style>` +
	`<w:style w:type="paragraph" w:styleId="Cell"><w:name w:val="Cell"/><w:basedOn w:val="Normal"/><w:pPr><w:spacing w:after="0"/></w:pPr><w:rPr><w:sz w:val="21"/></w:rPr></w:style></w:styles>`

func paragraph(style, text string) string {
	var b strings.Builder
	b.WriteString(`<w:p>`)
	if style != "" {
		b.WriteString(`<w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>`)
	}
	b.WriteString(`<w:r><w:t xml:space="preserve">`)
	xml.EscapeText(&b, []byte(text)) // a strings.Builder does not fail
	b.WriteString(`</w:t></w:r></w:p>`)
	return b.String()
}

// docxTable draws a grid whose columns share the page by their longest text.
func docxTable(t Table, wide int) string {
	var b strings.Builder
	b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + format.Int(wide) + `" w:type="dxa"/><w:tblBorders>`)
	for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
		b.WriteString(`<w:` + side + ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
	}
	b.WriteString(`</w:tblBorders></w:tblPr><w:tblGrid>`)
	shares := Shares(t, wide)
	for _, s := range shares {
		b.WriteString(`<w:gridCol w:w="` + format.Int(s) + `"/>`)
	}
	b.WriteString(`</w:tblGrid>`)
	row := func(cells []string, head bool) {
		b.WriteString(`<w:tr>`)
		if head {
			b.WriteString(`<w:trPr><w:tblHeader/></w:trPr>`)
		}
		for i := range shares {
			text := ""
			if i < len(cells) {
				text = cells[i]
			}
			b.WriteString(`<w:tc><w:tcPr><w:tcW w:w="` + format.Int(shares[i]) + `" w:type="dxa"/></w:tcPr>` + paragraph("Cell", text) + `</w:tc>`)
		}
		b.WriteString(`</w:tr>`)
	}
	row(t.Columns, true)
	for _, r := range t.Rows {
		row(r, false)
	}
	b.WriteString(`</w:tbl>` + paragraph("", ""))
	return b.String()
}

// Shares divides a width among the columns of a table by their longest text, of five to 36 letters, with room at its sides.
func Shares(t Table, wide int) []int {
	if len(t.Columns) == 0 {
		return nil
	}
	weights, total := make([]int, len(t.Columns)), 0
	for i, c := range t.Columns {
		weights[i] = max(width(c), 5)
		for _, r := range t.Rows {
			if i < len(r) {
				weights[i] = max(weights[i], min(width(r[i]), 36))
			}
		}
		weights[i] += 2
		total += weights[i]
	}
	out := make([]int, len(weights))
	for i, w := range weights {
		out[i] = wide * w / total
	}
	return out
}
