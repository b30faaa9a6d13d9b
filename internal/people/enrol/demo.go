package enrol

import (
	"context"
	"fmt"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
)

// Demo plays a list of the demo: a unit registered four people, two agreed at the desk, two wait.
func (s *Service) Demo(ctx context.Context, v area.Village) error {
	manager := auth.With(ctx, v.Manager)
	for i, name := range []string{"白音仓", "韩秀梅", "宝音图", "刘志远"} {
		e, err := s.Enter(manager, EnterInput{Region: v.Region, Unit: "演示：宝昌镇供电所", Part: "外线班", Name: name, BirthDay: clock.Day(19850301 + i),
			Identities: person.Codes{"resident"}, Phone: fmt.Sprintf("1297777000%d", i)})
		if err == nil && i < 2 {
			_, err = s.Agree(manager, AgreeInput{ID: e.ID, Version: e.Version, Consent: person.ByPaper})
		}
		if err != nil {
			return err
		}
	}
	return nil
}
