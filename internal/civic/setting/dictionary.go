package setting

import (
	"context"
	"maps"
	"slices"
	"strings"

	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/web/ui"
)

// The dictionaries.
const (
	Skills        = "skill"
	Languages     = "language"
	Groups        = "recipient_group"
	Identities    = "identity"
	Hosts         = "host"
	Qualification = "qualification"
	Insurance     = "insurance"
)

// Word is one entry of a dictionary. Code never changes; ExternalCode is what other platforms call it, empty while nobody has told us.
type Word struct {
	ID           db.ID  `json:"id"`
	Name         string `json:"name" doc:"词典"`
	Code         string `json:"code"`
	Label        string `json:"label"`
	ExternalCode string `json:"external_code"`
	Active       bool   `json:"active"`
	Sort         int64  `json:"sort"`
	Version      int64  `json:"version"`
}

// Words gives a dictionary in its order, words out of use too.
func Words(ctx context.Context, tx *db.Tx, name string) ([]Word, error) {
	return wordsOf.All(ctx, tx, name)
}

// Label gives the word for a code; the code itself when the dictionary lacks it.
func Label(words []Word, code string) string {
	for _, w := range words {
		if w.Code == code {
			return w.Label
		}
	}
	return code
}

// WordInput adds a word (without id) or changes one.
type WordInput struct {
	ID           db.ID  `json:"id" required:"false"`
	Name         string `json:"name" enum:"skill,language,recipient_group,identity,host,qualification,insurance"`
	Code         string `json:"code" pattern:"^[a-z][a-z0-9_]{1,39}$" patternDescription:"小写字母、数字和下划线" maxLength:"40"`
	Label        string `json:"label" minLength:"1" maxLength:"40"`
	ExternalCode string `json:"external_code" required:"false" maxLength:"40"`
	Active       bool   `json:"active" required:"false"`
	Sort         int64  `json:"sort" minimum:"0" maximum:"9999"`
	Version      int64  `json:"version" required:"false"`
}

// SaveWord adds or changes a word. A word is never deleted: it goes out of use.
func (s *Service) SaveWord(ctx context.Context, in WordInput) (Word, error) {
	if err := auth.Allow(ctx, DictionaryEdit); err != nil {
		return Word{}, err
	}
	return db.Do(ctx, s.db, func(tx *db.Tx) (Word, error) {
		w := Word{ID: in.ID, Name: in.Name, Code: in.Code, Label: in.Label, ExternalCode: in.ExternalCode, Active: in.Active, Sort: in.Sort, Version: in.Version + 1}
		if err := save(ctx, tx, &w, in); err != nil {
			return Word{}, err
		}
		return w, audit.Write(ctx, tx, audit.Entry{Action: "dictionary.save", Object: "dictionary", ID: in.Name + "/" + in.Code, Region: top})
	})
}

func save(ctx context.Context, tx *db.Tx, w *Word, in WordInput) error {
	if in.ID != 0 {
		n, err := setWord.Run(ctx, tx, in.ID, in.Version, in.Label, in.ExternalCode, in.Active, in.Sort)
		if err == nil && n == 0 {
			err = errs.ErrStale
		}
		return err
	}
	w.ID, w.Active = tx.NewID(), true
	n, err := addWord.Run(ctx, tx, w.ID, in.Name, in.Code, in.Label, in.ExternalCode, in.Sort)
	if err == nil && n == 0 {
		err = errs.Field("code", "这个代码已经有了")
	}
	return err
}

// seedWords are the words that every database starts with: the plan's own (三留守 are three codes) and what stations need first.
func seedWords() (out []Word) {
	lists := map[string]string{
		Identities: "party 党员干部, committee 两委成员, community_worker 社区专职工作者, grid 网格员, resident 居民, property 物业服务企业员工, professional 专业人士, student 学生, other 其他",
		Skills: "cooking 做饭送餐, care 照护陪护, medical 医疗护理, driving 驾驶, electric 水电维修, appliance 家电维修, haircut 理发, tutoring 课业辅导, legal 法律, counselling 心理疏导, " +
			"translation 翻译, performing 文艺表演, sports 体育指导, photography 摄影摄像, computer 电脑手机, farming 种养技术, firefighting 防火扑火, rescue 应急救援, writing 文书代写, policy 政策宣讲",
		Languages:     "zh 汉语, mn 蒙古语, daur 达斡尔语, evenki 鄂温克语, ko 朝鲜语, sign 手语, en 英语",
		Groups:        "destitute 特困人员, low_income 低保人员, left_child 留守儿童, left_woman 留守妇女, left_elder 留守老年人, veteran 退伍军人, lone_elder 孤寡高龄老人, disabled 残疾人, child_hardship 困境儿童",
		Hosts:         "service_centre 社区服务中心, civilization 新时代文明实践站, social_work 社会工作服务站（室）, party_centre 党群服务中心, property 物业服务企业, other 其他",
		Qualification: "first_aid 急救培训, elder_care 养老护理, driver 驾驶证, electrician 电工证, counsellor 心理咨询, lawyer 法律职业资格, fire_training 防火扑火培训, volunteer_basic 志愿服务基础培训",
		Insurance:     "accident 人身意外伤害保险, liability 志愿服务责任保险",
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) { // in order, so that equal databases get equal ids
		for i, part := range strings.Split(lists[name], ", ") {
			code, label, _ := strings.Cut(part, " ")
			out = append(out, Word{Name: name, Code: code, Label: label, Sort: int64(i+1) * 10})
		}
	}
	return out
}

// Options gives the words in use to choose from on a page.
func Options(words []Word) []ui.Option {
	var out []ui.Option
	for _, w := range words {
		if w.Active {
			out = append(out, ui.Option{Value: w.Code, Label: w.Label})
		}
	}
	return out
}
