package opendata_test

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
)

var update = flag.Bool("update", false, "write golden files anew")

// numbers are identifiers, which differ from run to run.
var numbers = regexp.MustCompile(`\b(?:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9]{15,19})\b`)

// What programs of others are given is a promise to them, word by word: the catalogues, each dataset with its columns and first lines, the
// services of HSDS, what one may sign up for, and what the sitemap names.
func TestSaid(t *testing.T) {
	each(t, func(w *world) {
		w.activity("义诊", true)
		w.campaign("送餐志愿者", true)
		lesson := w.lesson()
		lesson.Location = "小学礼堂"
		w.offer(w.unit("第三小学", true), lesson)
		w.publish("十月", 20261001, 20261031)
		admin, _ := w.Actor("系统管理员", 0, auth.Grant{Role: auth.SystemAdmin, Region: region.Top})
		for key, value := range map[setting.Key]string{setting.OpenLicence: "CC BY 4.0",
			setting.OpenLicenceLink: "https://creativecommons.org/licenses/by/4.0/"} {
			must[setting.Value](w)(setting.New(w.DB).Set(admin, setting.SetInput{Key: key, Region: region.Top, Value: value, Reason: "定了"}))
		}
		paths := []string{"/api/v1/open", "/open/catalog.jsonld", "/open/hsds.json", "/open/opportunities.jsonld", "/sitemap.xml",
			"/sitemaps/pages-1.xml", "/sitemaps/stations-1.xml", "/robots.txt", "/open/data/coverage.csv", "/open/data/stations.json"}
		for _, code := range codes {
			paths = append(paths, "/api/v1/open/"+code)
		}
		known := map[string]string{}
		var out strings.Builder
		for _, path := range paths {
			rec := w.get("GET", path, "")
			head := fmt.Sprintf("=== %s %d %s %s\n", path, rec.Code, rec.Header().Get("Content-Type"), rec.Header().Get("Content-Disposition"))
			out.WriteString(head + numbers.ReplaceAllStringFunc(rec.Body.String(), func(id string) string {
				if known[id] == "" {
					known[id] = fmt.Sprint("#", len(known)+1)
				}
				return known[id]
			}) + "\n")
		}
		const golden = "testdata/said.txt"
		if *update {
			if err := os.WriteFile(golden, []byte(out.String()), 0o644); err != nil {
				w.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			w.Fatal(err)
		}
		lines := strings.Split(string(want), "\n")
		for i, line := range strings.Split(out.String(), "\n") {
			if i >= len(lines) || line != lines[i] {
				w.Errorf("line %d of %s is now %.300s; if that is meant, run go test -update", i+1, golden, line)
				break
			}
		}
	})
}
