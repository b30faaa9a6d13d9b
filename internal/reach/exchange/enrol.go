package exchange

import (
	"context"

	"linli/internal/civic/setting"
	"linli/internal/people/enrol"
	"linli/internal/platform/db"
)

// enrolKind takes over the list of a unit or school: nobody on it is registered before he agrees himself. It does not come out again.
func enrolKind(d *db.DB, s *enrol.Service) kind {
	return kind{
		word: "替人登记的名单",
		columns: []column{{"unit", "单位或学校"}, {"part", "班级或部门"}, {"name", "姓名"}, {"birth_day", "出生日期"}, {"region", "区划代码"}, {"phone", "电话"},
			{"identities", "身份"}},
		add: func(ctx context.Context, b *batch, r row) error {
			dict, err := words(ctx, d, setting.Identities)
			if err != nil {
				return err
			}
			c := r.open()
			in := enrol.EnterInput{Unit: c.short("unit", 60), Part: c.short("part", 40), Name: c.short("name", 80), BirthDay: c.day("birth_day"),
				Region: c.region(b, "region"), Phone: c.short("phone", 40), Identities: c.codes(dict[setting.Identities], "identities")}
			if err := c.Err(); err != nil {
				return err
			}
			e, err := s.Enter(ctx, in)
			if err == nil {
				b.note(r, "enrolment", e.ID)
			}
			return err
		},
		all:  func(context.Context, func(...string) error) error { return nil },
		undo: s.Drop,
	}
}
