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
	hsds    = "/open/hsds.json"
	chances = "/open/opportunities.jsonld"
	offers  = "/offers"
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
	for _, f := range v.Feeds {
		out.Datasets = append(out.Datasets, f.linked(base, v.Licence))
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
	for _, f := range v.Feeds {
		sets = append(sets, dcat{"@id": s.base + open + "#" + f.Code, "@type": "dcat:Dataset", "dct:title": said(f.Title),
			"dct:description": said(f.About + "。" + f.Terms + "。" + f.Hidden), "dct:identifier": f.Code, "dct:publisher": run,
			"dcat:landingPage": link(s.base + f.Page), "dct:spatial": said("内蒙古自治区"),
			"dcat:distribution": []dcat{s.taken(f.Path, f.Type, v.Licence)}})
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
		takes = append(takes, s.taken(d.file(form), forms[form].kind, v.Licence))
	}
	out["dcat:distribution"] = takes
	return out
}

// taken says a file of a dataset.
func (s *Service) taken(path, kind string, l Licence) dcat {
	out := dcat{"@type": "dcat:Distribution", "dcat:downloadURL": link(s.base + path), "dcat:mediaType": kind, "dct:rights": said(l.Name)}
	if l.Link != "" {
		out["dct:license"] = link(l.Link)
	}
	return out
}

func said(text string) dcat    { return dcat{"@value": text, "@language": linked.Language} }
func link(address string) dcat { return dcat{"@id": address} }
