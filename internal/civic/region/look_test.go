package region_test

import (
	"testing"

	"linli/internal/civic/region"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

func TestPlacesAreFoundByWhatPeopleSay(t *testing.T) {
	seeded.Each(t, func(t *testing.T, d *db.DB) {
		look := func(text string, at auth.Region) (out []region.Step) {
			t.Helper()
			err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
				out, err = region.Look(t.Context(), tx, text, at)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return out
		}
		for text, want := range map[string]string{
			"锡盟": "锡林郭勒盟", "呼市": "呼和浩特市", "科左中旗": "科尔沁左翼中旗", "太旗": "太仆寺旗", "xilinguolemeng": "锡林郭勒盟", "xlglm": "锡林郭勒盟",
			"东乌旗": "东乌珠穆沁旗", "锡林郭勒盟": "锡林郭勒盟", "xilin": "锡林浩特市",
		} {
			found := look(text, region.Top)
			at := -1
			for i, s := range found {
				if s.Name == want {
					at = i
				}
			}
			if at < 0 || at > 2 {
				t.Errorf("%s: %s stands at %d of %d", text, want, at, len(found))
			}
		}
		for _, text := range []string{"建兴社区", "建兴居委会", "建兴", "jianxingshequ", "jxsq"} {
			found := look(text, 152527000000)
			if len(found) == 0 || found[0].Short() != "建兴社区" {
				t.Errorf("%s within the banner: %v", text, found)
			}
		}
		for _, text := range []string{"", " ", "盟", "x", "没有这样的地方", "锡", "zzzz"} {
			for _, s := range look(text, region.Top) {
				if s.Name == "锡林郭勒盟" && text != "锡" && text != "盟" {
					t.Errorf("%q finds %s", text, s.Name)
				}
			}
		}
		for _, s := range look("社区", 152527000000) {
			if !auth.Region(152527000000).Contains(s.Code) {
				t.Errorf("%s lies elsewhere", s.Name)
			}
		}
	})
}
