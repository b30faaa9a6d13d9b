package template

import (
	"context"
	_ "embed"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Seed gives an empty database the texts from which stations may start, and a filing plan. Both are this system's own samples (示例文本), no
// official texts; each division
// may put its own in their place.
func Seed(ctx context.Context, tx *db.Tx) error {
	if n, err := seeded.One(ctx, tx); err != nil || n > 0 {
		return err
	}
	for n, text := range strings.Split(strings.TrimSpace(samples), "\n\n") {
		title, body, _ := strings.Cut(text, "\n")
		t := Template{ID: tx.NewID(), Version: 1, Region: region.Top, Slot: Slots.Codes()[n], Title: title, Body: body, Active: true,
			ByName: sampleBy, At: sampleDay}
		if err := texts.Insert(ctx, tx, t); err != nil {
			return err
		}
	}
	for _, c := range firstPlan {
		c.ID, c.Version, c.Region, c.Active = tx.NewID(), 1, region.Top, true
		if err := lines.Insert(ctx, tx, c); err != nil {
			return err
		}
	}
	return nil
}

// sampleBy says whose the seeded texts are.
const sampleBy = "本系统示例文本"

// sampleDay is when they were written, so that every new database holds the same.
var sampleDay = time.Date(2026, 11, 25, 0, 0, 0, 0, clock.Shanghai)

// firstPlan is a filing plan to start from. The years are this system's own convention, none below ten.
var firstPlan = []Category{
	{Code: "WJ", Name: "上级文件和通知", Years: 10}, {Code: "ZD", Name: "规章制度", Years: 30}, {Code: "JH", Name: "计划和总结", Years: 30}, {Code: "XQ",
		Name: "需求和走访", Years: 10},
	{Code: "JL", Name: "服务记录和补录单", Years: 30}, {Code: "HD", Name: "活动和项目", Years: 10}, {Code: "ZM", Name: "证明出具", Years: 30}, {Code: "SB",
		Name: "设备和经费", Years: 10},
	{Code: "RY", Name: "荣誉和表彰", Years: 0}, {Code: "ZP", Name: "照片和影像", Years: 10},
}

// samples are the texts in the order of the slots, each with its title in the first line.
//
//go:embed samples.txt
var samples string
