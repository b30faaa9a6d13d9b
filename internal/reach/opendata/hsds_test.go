package opendata_test

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/people/partner"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// hsdsTerms are the objects and fields of HSDS.
//
//go:embed testdata/hsds.txt
var hsdsTerms string

// unit is a unit of the gacha that speaks for itself, or agrees to nothing.
func (w *world) unit(name string, open bool) partner.Detail {
	w.Helper()
	return must[partner.Detail](w)(w.partners.Create(w.Manager, partner.CreateInput{Region: attendancetest.Gacha, Kind: "school",
		Facts: partner.Facts{Name: name, Open: open, Phone: "0479-8200001", Address: "学校路一号", About: "老师会教手机"}}))
}

func (w *world) offer(unit partner.Detail, facts partner.OfferFacts) partner.Offer {
	w.Helper()
	return must[partner.Offer](w)(w.partners.AddOffer(w.Manager, partner.OfferInput{ID: unit.ID, OfferFacts: facts}))
}

func (w *world) lesson() partner.OfferFacts {
	return partner.OfferFacts{Service: "教手机", Description: "一对一", Category: w.Item.Category, Location: "小学礼堂", Reach: "town",
		ByDay: setting.Codes{"SA", "TU"}, OpensAt: "09:00", ClosesAt: "11:00", ValidFrom: 20261101, ValidTo: 20270131, Capacity: 3}
}

// humanServices are the services that the file holds, each an object in the terms of HSDS.
func (w *world) humanServices() (out []map[string]any) {
	w.Helper()
	rec := w.get("GET", "/open/hsds.json", "")
	var doc map[string]any
	if err := json.Unmarshal(rec.Body.Bytes(), &doc); err != nil || rec.Code != 200 {
		w.Fatalf("%d, %v: %.300s", rec.Code, err, rec.Body)
	}
	for _, wrong := range hsdsProblems("page", doc) {
		w.Error(wrong)
	}
	contents := doc["contents"].([]any)
	if n := float64(len(contents)); doc["total_items"] != n || doc["size"] != n || doc["empty"] != (n == 0) || doc["total_pages"] != 1.0 {
		w.Errorf("%v services in a page of %v, %v, empty %v", n, doc["total_items"], doc["size"], doc["empty"])
	}
	for _, c := range contents {
		out = append(out, c.(map[string]any))
	}
	return out
}

// Offers of units that agree, and stations, stand there in the terms of HSDS; nobody's name and no telephone.
func TestHSDS(t *testing.T) {
	each(t, func(w *world) {
		school, shy := w.unit("第三小学", true), w.unit("怕羞小学", false)
		lesson, hidden := w.lesson(), w.lesson()
		hidden.Service = "不公开的"
		w.offer(shy, hidden)
		o := w.offer(school, lesson)
		home := lesson
		home.Service, home.Location, home.ByDay, home.OpensAt, home.ClosesAt, home.Reach = "上门修灯", "上门", nil, "", "", "community"
		w.offer(school, home)
		got := w.humanServices()
		if len(got) != 3 || got[0]["name"] != "教手机" || got[1]["name"] != "上门修灯" || got[2]["name"] != "志愿服务" {
			w.Fatalf("%d services: %v", len(got), got)
		}
		first := fmt.Sprint(got[0])
		for _, part := range []string{"byday:TU,SA", "opens_at:09:00+08:00", "closes_at:11:00+08:00", "valid_from:2026-11-01",
			"valid_to:2027-01-31",
			"timezone:8", "freq:WEEKLY", "name:第三小学", "address_1:小学礼堂", "state_province:内蒙古自治区", "city:锡林郭勒盟", "country:CN", "status:active",
			"description:每周二、六 09:00–11:00，一周最多 3 次", "url:" + base + "/offers"} {
			if !strings.Contains(first, part) {
				w.Errorf("%s is not said: %s", part, first)
			}
		}
		second := fmt.Sprint(got[1])
		if !strings.Contains(second, "byday:MO,TU,WE,TH,FR,SA,SU") || strings.Contains(second, "opens_at") ||
			len(got[1]["service_at_locations"].([]any)) != 0 || got[1]["organization_id"] != got[0]["organization_id"] {
			w.Error(second)
		}
		areas := [2]string{fmt.Sprint(got[0]["service_areas"]), fmt.Sprint(got[1]["service_areas"])}
		if areas[0] == areas[1] || !strings.Contains(areas[1], "伊利勒特嘎查") || strings.Contains(areas[0], "伊利勒特嘎查") {
			w.Errorf("a town and a gacha: %v", areas)
		}
		w.unique(got)
		whole := fmt.Sprint(got)
		for _, secret := range []string{"0479", "怕羞", "不公开的", "学校路", "老师会教手机"} {
			if strings.Contains(whole, secret) {
				w.Errorf("%s stands there", secret)
			}
		}
		must[partner.Offer](w)(w.partners.EndOffer(w.Manager, partner.MoveInput{ID: o.ID, Version: o.Version}))
		if got := w.humanServices(); len(got) != 2 {
			w.Errorf("after its end: %v", got)
		}
		clock.Set(attendancetest.Noon.AddDate(0, 3, 0))
		if got := w.humanServices(); len(got) != 1 {
			w.Errorf("after its last day: %v", got)
		}
	})
}

// A station tells its hours by weekdays; one that rests is closed for a time, one that is closed is gone.
func TestHSDSStations(t *testing.T) {
	each(t, func(w *world) {
		set := func(column, value string) {
			w.Helper()
			w.Write(func(tx *db.Tx) error {
				_, err := tx.Exec(w.System, `UPDATE station SET version = version + 1, `+column+` = $1`, value)
				return err
			})
		}
		day := "09001130" + "14301700"
		set("week", strings.Repeat(day, 2)+strings.Repeat("0", 4*16)+"10001200"+strings.Repeat("0", 8))
		got := w.humanServices()
		said := fmt.Sprint(got[0]["schedules"])
		for _, part := range []string{"byday:MO,TU", "opens_at:09:00+08:00", "closes_at:17:00+08:00", "byday:SU", "opens_at:10:00+08:00"} {
			if !strings.Contains(said, part) {
				w.Errorf("%s is not said: %s", part, said)
			}
		}
		if n := len(got[0]["schedules"].([]any)); n != 3 || got[0]["status"] != "active" ||
			!strings.Contains(fmt.Sprint(got[0]), "latitude:43.9") {
			w.Errorf("%d schedules, %v", n, got[0])
		}
		w.unique(got)
		set("status", "suspended")
		if got := w.humanServices(); got[0]["status"] != "temporarily closed" {
			w.Error(got)
		}
		set("status", "closed")
		if got := w.humanServices(); len(got) != 0 {
			w.Error(got)
		}
	})
}

// unique fails where one identifier names two things.
func (w *world) unique(services []map[string]any) {
	w.Helper()
	seen := map[any]string{}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, x := range v {
				walk(x)
			}
		case map[string]any:
			said := fmt.Sprint(v)
			if was, there := seen[v["id"]]; there && was != said {
				w.Errorf("%v names %s and %s", v["id"], was, said)
			}
			seen[v["id"]] = said
			for _, x := range v {
				walk(x)
			}
		}
	}
	for _, s := range services {
		walk(s)
	}
}

// hsdsProblems lists what of an object is not as the list of terms says.
func hsdsProblems(object string, node map[string]any) (out []string) {
	fields := map[string]string{}
	for line := range strings.Lines(hsdsTerms) {
		if rest, is := strings.CutPrefix(strings.TrimSpace(line), object+"> "); is {
			for _, word := range strings.Fields(rest) {
				name, kind, _ := strings.Cut(word, "=")
				plain, needed := strings.CutSuffix(name, "!")
				fields[plain] = kind
				if _, there := node[plain]; needed && !there {
					out = append(out, object+"."+plain+" is missing")
				}
			}
		}
	}
	for name, value := range node {
		kind, known := fields[name]
		if !known {
			out = append(out, object+"."+name+" is no field")
			continue
		}
		of, many := strings.CutPrefix(kind, "[]")
		list, isList := value.([]any)
		if many != isList {
			out = append(out, object+"."+name+" is a list or should be one")
		}
		if !many {
			list = []any{value}
		}
		for _, v := range list {
			if child, is := v.(map[string]any); is {
				out = append(out, hsdsProblems(of, child)...)
			} else if !hsdsFits(of, v) {
				out = append(out, fmt.Sprintf("%s.%s: %v is no %s", object, name, v, of))
			}
		}
	}
	return out
}

var (
	uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	clockIs  = regexp.MustCompile(`^[0-2][0-9]:[0-5][0-9]\+08:00$`)
)

func hsdsFits(kind string, value any) bool {
	s, isText := value.(string)
	_, isNumber := value.(float64)
	_, isTruth := value.(bool)
	switch kind {
	case "uuid":
		return uuidForm.MatchString(s)
	case "clock":
		return clockIs.MatchString(s)
	case "day":
		_, err := time.Parse(time.DateOnly, s)
		return err == nil
	case "address":
		return strings.HasPrefix(s, base+"/")
	case "text":
		return strings.TrimSpace(s) != ""
	case "any":
		return isText
	case "number":
		return isNumber
	case "truth":
		return isTruth
	}
	return slices.Contains(strings.Split(kind, "|"), strings.ReplaceAll(s, " ", "_"))
}

// The check of terms finds each fault.
func TestHSDSProblems(t *testing.T) {
	const id = "0b1f5a3e-7c1d-5d2b-9a3e-2f1d3c4b5a69"
	for want, doc := range map[string]string{
		"organization.description is missing":   `{"id":"` + id + `","name":"甲"}`,
		"organization.phone is no field":        `{"id":"` + id + `","name":"甲","description":"乙","phone":"1"}`,
		"organization.id: 7 is no uuid":         `{"id":7,"name":"甲","description":"乙"}`,
		"organization.name:   is no text":       `{"id":"` + id + `","name":" ","description":"乙"}`,
		"organization.website: x is no address": `{"id":"` + id + `","name":"甲","description":"乙","website":"x"}`,
	} {
		var node map[string]any
		if err := json.Unmarshal([]byte(doc), &node); err != nil {
			t.Fatal(err)
		}
		if got := hsdsProblems("organization", node); !slices.Equal(got, []string{want}) {
			t.Errorf("%s gives %v", doc, got)
		}
	}
}
