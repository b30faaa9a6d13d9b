package setting

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
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

// Dictionary names a list of words, as people call it.
type Dictionary struct{ Name, Label string }

// Dictionaries lists them in the order in which people see them.
var Dictionaries = []Dictionary{{Skills, "技能"}, {Languages, "语言"}, {Groups, "服务对象类别"}, {Identities, "志愿者身份"}, {Hosts, "依托设施"},
	{Qualification, "资格"}, {Insurance, "保险"}}

// System is another platform that we exchange data with.
type System struct{ Code, Label string }

// Systems lists the platforms that the plan names, in its order.
var Systems = []System{{"national", "全国志愿服务信息系统"}, {"beijiang", "志愿北疆"}, {"civilization", "新时代文明实践中心平台"}, {"cloud", "志愿云内蒙古"}}

// Word is one entry of a dictionary. Code never changes.
type Word struct {
	ID       db.ID      `json:"id"`
	Name     string     `json:"name" db:",once" doc:"词典"`
	Code     string     `json:"code" db:",once"`
	Label    string     `json:"label"`
	Active   bool       `json:"active"`
	Sort     int64      `json:"sort"`
	Includes Codes      `json:"includes" doc:"高一级的资格包含的各种资格"`
	Version  int64      `json:"version"`
	External []External `json:"external" db:"-" doc:"别的平台怎么称呼；没有告诉我们的不列"`
}

// External is what another platform calls a word.
type External struct {
	System string `json:"system" enum:"national,beijiang,civilization,cloud"`
	Code   string `json:"code" required:"false" maxLength:"40" doc:"不填为没有"`
}

// in gives the code of a system, "" when there is none.
func (w Word) in(system string) string {
	for _, e := range w.External {
		if e.System == system {
			return e.Code
		}
	}
	return ""
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

// Labels gives the words for codes, one after the other.
func Labels(words []Word, codes []string) string {
	out := make([]string, len(codes))
	for i, c := range codes {
		out[i] = Label(words, c)
	}
	return strings.Join(out, "、")
}

// WordInput adds a word (without id) or changes one.
type WordInput struct {
	ID       db.ID      `json:"id" required:"false"`
	Name     string     `json:"name" enum:"skill,language,recipient_group,identity,host,qualification,insurance"`
	Code     string     `json:"code" pattern:"^[a-z][a-z0-9_]{1,39}$" patternDescription:"小写字母、数字和下划线" maxLength:"40"`
	Label    string     `json:"label" minLength:"1" maxLength:"40"`
	Active   bool       `json:"active" required:"false" doc:"改的时候：是否还在用"`
	Sort     int64      `json:"sort" minimum:"0" maximum:"9999"`
	Includes Codes      `json:"includes" required:"false" maxItems:"20" doc:"这种资格包含哪些低一级的；它们包含的也算"`
	Version  int64      `json:"version" required:"false"`
	External []External `json:"external" required:"false" maxItems:"4"`
}

// SaveWord adds or changes a word, with what other platforms call it. A word is never deleted: it goes out of use.
func (s *Service) SaveWord(ctx context.Context, in WordInput) (Word, error) {
	op := act.Op{Perm: DictionaryEdit, Action: "dictionary.save"}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (Word, error) {
		w, err := in.save(ctx, tx)
		if err != nil {
			return Word{}, err
		}
		if err := saveExternal(ctx, tx, &w, in.External); err != nil {
			return Word{}, err
		}
		return w, audit.Write(ctx, tx, audit.Entry{Action: op.Action, Object: "dictionary", ID: in.Name + "/" + in.Code, Region: top})
	})
}

func (in WordInput) save(ctx context.Context, tx *db.Tx) (Word, error) {
	w := Word{ID: in.ID, Name: in.Name, Code: in.Code, Label: in.Label, Active: in.Active, Sort: in.Sort, Version: in.Version}
	var err error
	if w.Includes, err = in.whole(ctx, tx); err != nil {
		return w, err
	}
	if in.ID != 0 {
		was, err := wordTable.Get(ctx, tx, in.ID)
		if err == nil && (was.Name != in.Name || was.Code != in.Code) {
			err = errs.ErrStale
		}
		if err == nil {
			err = wordTable.Update(ctx, tx, &w)
		}
		return w, err
	}
	w.ID, w.Active, w.Version = tx.NewID(), true, 1
	fresh, err := wordTable.Add(ctx, tx, w)
	if err == nil && !fresh {
		err = errs.Field("code", "这个代码已经有了")
	}
	return w, err
}

// saveExternal replaces what other platforms call a word.
func saveExternal(ctx context.Context, tx *db.Tx, w *Word, list []External) error {
	if _, err := dropExternal.Run(ctx, tx, w.ID); err != nil {
		return err
	}
	w.External = []External{}
	for i, e := range list {
		if e.Code == "" {
			continue
		}
		if w.in(e.System) != "" {
			return errs.Field("external."+strconv.Itoa(i)+".system", "同一个平台只能有一个代码")
		}
		if err := externalTable.Insert(ctx, tx, externalRow{w.ID, e}); err != nil {
			return err
		}
		w.External = append(w.External, e)
	}
	return nil
}

// ExternalCodes gives what a platform calls the words of a dictionary, by our code; for exchange.
func ExternalCodes(ctx context.Context, tx *db.Tx, name, system string) (map[string]string, error) {
	words, err := full(ctx, tx, name)
	out := map[string]string{}
	for _, w := range words {
		if code := w.in(system); code != "" {
			out[w.Code] = code
		}
	}
	return out, err
}

// full gives the words of a dictionary with what other platforms call them.
func full(ctx context.Context, tx *db.Tx, name string) ([]Word, error) {
	words, err := Words(ctx, tx, name)
	if err != nil {
		return nil, err
	}
	theirs, err := externalOf.All(ctx, tx, name)
	for i := range words {
		words[i].External = []External{}
		for _, e := range theirs {
			if e.WordID == words[i].ID {
				words[i].External = append(words[i].External, e.External)
			}
		}
	}
	return words, err
}

// DictionaryInput names a dictionary.
type DictionaryInput struct {
	Name string `path:"name" maxLength:"40"`
}

// WordList is a dictionary that is never cut.
type WordList struct {
	Items      []Word `json:"items"`
	Dictionary `json:"-"`
}

// Dictionary gives one in its order, words out of use too.
func (s *Service) Dictionary(ctx context.Context, in DictionaryInput) (WordList, error) {
	return act.Read(ctx, s.db, DictionaryView, func(tx *db.Tx) (WordList, error) { return in.words(ctx, tx) })
}

func (in DictionaryInput) words(ctx context.Context, tx *db.Tx) (out WordList, err error) {
	for _, d := range Dictionaries {
		if d.Name == in.Name {
			out.Dictionary = d
		}
	}
	if out.Name == "" {
		return out, errs.ErrNotFound
	}
	out.Items, err = full(ctx, tx, in.Name)
	return out, err
}

// seedWords are the words that every database starts with: the plan's own (三留守 are three codes) and what stations need first.
func seedWords(tx *db.Tx) (out []Word) {
	lists := map[string]string{
		Identities: "party 党员干部, committee 两委成员, community_worker 社区专职工作者, grid 网格员, resident 居民, property 物业服务企业员工, professional 专业人士, " +
			"student 学生, other 其他",
		Skills: "cooking 做饭送餐, care 照护陪护, medical 医疗护理, driving 驾驶, electric 水电维修, appliance 家电维修, haircut 理发, tutoring 课业辅导, legal 法律, " +
			"counselling 心理疏导, " +
			"translation 翻译, performing 文艺表演, sports 体育指导, photography 摄影摄像, computer 电脑手机, farming 种养技术, firefighting 防火扑火, rescue 应急救援, writing " +
			"文书代写, policy 政策宣讲",
		Languages: "zh 汉语, mn 蒙古语, daur 达斡尔语, evenki 鄂温克语, ko 朝鲜语, sign 手语, en 英语",
		Groups: "destitute 特困人员, low_income 低保人员, left_child 留守儿童, left_woman 留守妇女, left_elder 留守老年人, veteran 退伍军人, lone_elder 孤寡高龄老人, " +
			"disabled 残疾人, child_hardship 困境儿童",
		Hosts: "service_centre 社区服务中心, civilization 新时代文明实践站, social_work 社会工作服务站（室）, party_centre 党群服务中心, property 物业服务企业, other 其他",
		Qualification: "first_aid 急救培训, elder_care 养老护理, driver 驾驶证, electrician 电工证, counsellor 心理咨询, lawyer 法律职业资格, fire_training 防火扑火培训, " +
			"volunteer_basic 志愿服务基础培训",
		Insurance: "accident 人身意外伤害保险, liability 志愿服务责任保险",
	}
	for _, name := range slices.Sorted(maps.Keys(lists)) { // in order, so that equal databases get equal ids
		for i, part := range strings.Split(lists[name], ", ") {
			code, label, _ := strings.Cut(part, " ")
			out = append(out, Word{ID: tx.NewID(), Name: name, Code: code, Label: label, Active: true, Sort: int64(i+1) * 10, Version: 1})
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
