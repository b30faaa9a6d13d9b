package opendata

import (
	"bytes"
	"context"
	"encoding/json"

	"linli/internal/platform/blob"
	"linli/internal/platform/linked"
)

// Where things stand.
const (
	open    = "/open"
	files   = "/open/data"
	catalog = "/open/catalog.jsonld"
)

func (d Dataset) path() string            { return open + "/" + d.Code }
func (d Dataset) file(form string) string { return files + "/" + d.Code + "." + form }

// name is who runs this installation's data: the system, since no text names somebody else.
const name = "内蒙古自治区城乡社区志愿服务站（点）信息系统"

// Linked says the catalogue in the terms of schema.org.
func (v Catalogue) Linked(base string) linked.Catalog {
	out := linked.Catalog{Context: linked.Terms(), Type: "DataCatalog", ID: base + open, URL: base + open, Name: "数据开放",
		Publisher: linked.By(name)}
	for _, d := range v.Items {
		out.Datasets = append(out.Datasets, d.linked(base, v.Licence))
	}
	return out
}

// Linked says a dataset in the terms of schema.org.
func (v Detail) Linked(base string) linked.Dataset {
	out := v.linked(base, v.Licence)
	out.Context = linked.Terms()
	return out
}

func (d Dataset) linked(base string, l Licence) linked.Dataset {
	out := linked.Dataset{Type: "Dataset", ID: base + d.path(), URL: base + d.path(), Name: d.Title,
		Description: d.About + "。一行是" + d.Unit + "。" + d.Hidden, Free: true, Licence: l.Link, Conditions: l.Name, Language: linked.Language,
		Creator: linked.By(name)}
	for _, form := range []string{"csv", "json"} {
		out.Downloads = append(out.Downloads, linked.Download{Type: "DataDownload", Format: forms[form].kind, URL: base + d.file(form)})
	}
	for _, c := range d.Columns {
		out.Variables = append(out.Variables, linked.Variable{Type: "PropertyValue", Name: c.Name, Description: c.Label})
	}
	return out
}

// dcat is a node of a catalogue in the words of DCAT (W3C), for the catalogues of others.
type dcat map[string]any

var dcatTerms = map[string]string{"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
	"foaf": "http://xmlns.com/foaf/0.1/"}

// Catalog gives the catalogue as DCAT in JSON-LD.
func (s *Service) Catalog(ctx context.Context, in NoInput) (blob.File, error) {
	v, err := s.List(ctx, in)
	if err != nil {
		return blob.File{}, err
	}
	run := dcat{"@type": "foaf:Agent", "foaf:name": name}
	sets := []dcat{}
	for _, d := range v.Items {
		sets = append(sets, s.entry(d, v, run))
	}
	doc := dcat{"@context": dcatTerms, "@id": s.base + open, "@type": "dcat:Catalog", "dct:title": said("数据开放"), "dct:publisher": run,
		"dct:language": linked.Language, "foaf:homepage": link(s.base + open), "dcat:dataset": sets}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	err = e.Encode(doc)
	return blob.File{Name: "catalog.jsonld", Type: linked.Type, Body: b.Bytes(), Show: true}, err
}

func (s *Service) entry(d Dataset, v Catalogue, run dcat) dcat {
	out := dcat{"@id": s.base + d.path(), "@type": "dcat:Dataset", "dct:title": said(d.Title),
		"dct:description": said(d.About + "。" + d.Hidden), "dct:identifier": d.Code, "dct:publisher": run,
		"dcat:landingPage": link(s.base + d.path()), "dct:spatial": said("内蒙古自治区")}
	var takes []dcat
	for _, form := range []string{"csv", "json"} {
		t := dcat{"@type": "dcat:Distribution", "dcat:downloadURL": link(s.base + d.file(form)), "dcat:mediaType": forms[form].kind,
			"dct:rights": said(v.Licence.Name)}
		if v.Licence.Link != "" {
			t["dct:license"] = link(v.Licence.Link)
		}
		takes = append(takes, t)
	}
	out["dcat:distribution"] = takes
	return out
}

func said(text string) dcat    { return dcat{"@value": text, "@language": linked.Language} }
func link(address string) dcat { return dcat{"@id": address} }
