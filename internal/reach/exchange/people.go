package exchange

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/setting"
	"linli/internal/people/volunteer"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// The words of the two registers of people in a table.
var (
	sexes    = map[string]string{"": "", "男": person.Male, "女": person.Female}
	consents = map[string]string{"口头": person.BySpoken, "纸面": person.ByPaper, "纸面签名": person.ByPaper}
)

// codes reads a cell of words or codes of a dictionary, separated by 、 or a comma.
func (c cells) codes(words []setting.Word, name string) (out person.Codes) {
	for _, text := range strings.FieldsFunc(c.text(name), func(r rune) bool { return strings.ContainsRune("、，,；; ", r) }) {
		code := ""
		for _, w := range words {
			if w.Label == text || w.Code == text {
				code = w.Code
			}
		}
		if code == "" {
			list := make([]string, 0, len(words))
			for _, w := range words {
				list = append(list, w.Label)
			}
			c.Thatf(false, name, "词典里没有“%s”，%s", text, nearest(text, list))
		}
		out = append(out, code)
	}
	return out
}

// day reads a day; an empty cell is none.
func (c cells) day(name string) (d clock.Day) {
	if c.text(name) == "" {
		return 0
	}
	d, ok := clock.ReadDay(c.text(name))
	c.That(ok, name, "要写成 1980-01-31")
	return d
}

// one reads a cell that must be one of the words; the field name must be given.
func (c cells) one(name string, words map[string]string, ask string) string {
	v, ok := words[c.text(name)]
	c.That(ok, name, ask)
	return v
}

// somebody reads what both registers ask of a person. Who agreed on paper must stand on the photographed sheet of the file.
func (c cells) somebody(b *batch, languages []setting.Word) person.NewPerson {
	p := person.NewPerson{Name: c.short("name", person.MaxName), Sex: c.one("sex", sexes, "要填男或女，也可以不填"), BirthDay: c.day("birth_day"),
		Region: c.region(b, "region"), IDNumber: c.short("id_number", 80), Phone: c.short("phone", 80),
		Languages: c.codes(languages, "languages"),
		Consent:   c.one("consent", consents, "要填口头或纸面；由监护人同意的孩子在页面上登记"), Evidence: b.evidence, Imported: true}
	c.That(p.Consent != person.ByPaper || b.evidence != 0, "consent", "填了纸面的，要附同意签名册的照片")
	return p
}

// renamed moves the errors of fields that a table has under another name.
func renamed(err error, names map[string]string) error {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || len(e.Fields) == 0 {
		return err
	}
	c := errs.Check{}
	for field, what := range e.Fields {
		if to, ok := names[field]; ok {
			field = to
		}
		c.That(false, field, what)
	}
	return c.Err()
}

// words loads dictionaries by name.
func words(ctx context.Context, d *db.DB, names ...string) (map[string][]setting.Word, error) {
	out := map[string][]setting.Word{}
	err := d.Read(ctx, func(tx *db.Tx) (err error) {
		for _, name := range names {
			if out[name], err = setting.Words(ctx, tx, name); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

func sexWord(sex string) string {
	for word, code := range sexes {
		if code == sex {
			return word
		}
	}
	return ""
}

func dayWord(d clock.Day) string {
	if d == 0 {
		return ""
	}
	return d.String()
}

func personKind(d *db.DB, s *person.Service) kind {
	return kind{
		word: "居民",
		columns: []column{{"name", "姓名"}, {"sex", "性别"}, {"birth_day", "出生日期"}, {"region", "区划代码"}, {"householder", "户主"}, {"group", "小组或浩特"},
			{"phone", "电话"}, {"id_number", "身份证件号码"}, {"languages", "语言"}, {"groups", "服务对象类别"}, {"address", "住址"}, {"landmark", "怎么走"},
			{"consent", "同意方式"}, {"confirm_new", "确是另一人"}},
		add: func(ctx context.Context, b *batch, r row) error {
			dict, err := words(ctx, d, setting.Languages, setting.Groups)
			if err != nil {
				return err
			}
			c := r.open()
			in := person.RegisterInput{NewPerson: c.somebody(b, dict[setting.Languages]),
				ConfirmNew: c.one("confirm_new", map[string]string{"": "", "否": "", "是": "yes"}, "要填是，或者不填") != ""}
			in.Householder, in.Group, in.Groups = c.short("householder", 80), c.short("group", 40), c.codes(dict[setting.Groups], "groups")
			if a := (person.Address{Detail: c.short("address", 200), Landmark: c.short("landmark", 200)}); a.Detail+a.Landmark != "" {
				in.Addresses = []person.Address{a}
			}
			if err := c.Err(); err != nil {
				return err
			}
			p, err := s.Register(ctx, in)
			if err == nil {
				b.note(r, "person", p.ID)
			}
			return err
		},
		all: func(ctx context.Context, emit func(...string) error) error {
			dict, err := words(ctx, d, setting.Languages)
			if err != nil {
				return err
			}
			return pages(func(p db.Paging) (db.Page[person.Person], error) {
				out, err := s.List(ctx, person.ListInput{Paging: p})
				return out.Page, err
			}, func(p person.Person) error {
				return emit(p.Name, sexWord(p.Sex), dayWord(p.BirthDay), p.Region.String(), p.Householder, p.Group, p.Phone, p.IDNumber,
					setting.Labels(dict[setting.Languages], p.Languages), "", "", "", "", "")
			})
		},
	}
}

// volunteerKind takes over a roster: the person is found or entered, registered as a volunteer and approved by whoever takes the
// roster over.
func volunteerKind(d *db.DB, a Areas) kind {
	return kind{
		word: "志愿者",
		columns: []column{{"no", "编号"}, {"name", "姓名"}, {"sex", "性别"}, {"birth_day", "出生日期"}, {"region", "区划代码"}, {"phone", "电话"},
			{"id_number", "身份证件号码"}, {"languages", "语言"}, {"identities", "身份"}, {"skills", "专业技能"}, {"available", "什么时候有空"}, {"max_km", "愿意走多远"},
			{"insurance_no", "保险单号"}, {"insurance_to", "保险到期"}, {"consent", "同意方式"}},
		add: addVolunteer(d, a),
		all: func(ctx context.Context, emit func(...string) error) error {
			dict, err := words(ctx, d, setting.Languages, setting.Identities, setting.Skills)
			if err != nil {
				return err
			}
			return pages(func(p db.Paging) (db.Page[volunteer.Volunteer], error) {
				return a.Volunteers.List(ctx, volunteer.ListInput{Sort: "no", Paging: p})
			}, func(v volunteer.Volunteer) error {
				full, err := a.Volunteers.Get(ctx, volunteer.GetInput{ID: v.ID})
				if err != nil {
					return err
				}
				insured := volunteer.Dated{}
				for _, i := range full.Insurance {
					insured = i
				}
				return emit(v.No, v.Name, sexWord(full.Sex), dayWord(full.Birth), v.Region.String(), "", "",
					setting.Labels(dict[setting.Languages], full.Languages), setting.Labels(dict[setting.Identities], v.Identities),
					setting.Labels(dict[setting.Skills], v.Skills), volunteer.WeekWords(v.Available), strconv.FormatInt(v.MaxKm, 10), insured.Number,
					dayWord(insured.To), "")
			})
		},
	}
}

// addVolunteer takes a row: the person, who may be known already, his entry as a volunteer, and his insurance.
func addVolunteer(d *db.DB, a Areas) func(context.Context, *batch, row) error {
	return func(ctx context.Context, b *batch, r row) error {
		dict, err := words(ctx, d, setting.Languages, setting.Identities, setting.Skills)
		if err != nil {
			return err
		}
		c := r.open()
		in := c.somebody(b, dict[setting.Languages])
		facts := c.facts(dict)
		to := c.day("insurance_to")
		c.That((to == 0) == (c.short("insurance_no", 60) == ""), "insurance_to", "保险单号和到期日要一起填")
		c.That(c.text("no") == "", "no", "编号由系统给；已经有编号的不用再导入")
		if err := c.Err(); err != nil {
			return err
		}
		p, made, err := a.Persons.Ensure(ctx, in)
		if err != nil {
			return renamed(err, map[string]string{"confirm_new": "name"})
		}
		if made {
			b.note(r, "person", p.ID)
		}
		v, err := a.Volunteers.Register(ctx, volunteer.RegisterInput{PersonID: p.ID, Region: in.Region, Facts: facts, Agreed: true,
			Consent: in.Consent, Evidence: b.evidence})
		if err != nil {
			return renamed(err, map[string]string{"person_id": "birth_day"})
		}
		b.note(r, "volunteer", v.ID)
		if v, err = a.Volunteers.Approve(ctx, volunteer.ApproveInput{ID: v.ID, Version: v.Version, Decision: "approve",
			Adult: true}); err != nil || to == 0 { // who keeps the roster answers for those without a birth day
			return err
		}
		_, err = a.Volunteers.IssueTo(ctx, volunteer.IssueInput{ID: v.ID, Version: v.Version, Kind: setting.Insurance, Code: "accident",
			Number: c.text("insurance_no"), From: clock.Today(ctx), To: to})
		return renamed(err, map[string]string{"to": "insurance_to"})
	}
}

// facts reads what a volunteer says of himself.
func (c cells) facts(dict map[string][]setting.Word) volunteer.Facts {
	f := volunteer.Facts{Identities: c.codes(dict[setting.Identities], "identities"), Skills: c.codes(dict[setting.Skills], "skills"),
		MaxKm: 5}
	c.That(len(f.Identities) > 0, "identities", "至少填一种身份")
	var wrong string
	f.Available, wrong = volunteer.ParseWeek(c.text("available"))
	c.Thatf(wrong == "", "available", "“%s”看不懂，要写成 周一上午、周六下午", wrong)
	if text := strings.TrimSuffix(strings.TrimSpace(c.text("max_km")), "公里"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		c.That(err == nil && n >= 1 && n <= 300, "max_km", "要填 1 到 300 的整数")
		f.MaxKm = n
	}
	return f
}
