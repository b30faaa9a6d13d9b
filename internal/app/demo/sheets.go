package demo

import (
	"bytes"
	"cmp"
	"context"
	"image"
	"image/color"
	"image/png"
	"time"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/work/attendance"
)

// sheets plans one paper sheet a week and station, entered the Monday after.
func (w *world) sheets() {
	weeks := w.scale.Days / 7
	rows := w.scale.Rows / (weeks * w.scale.Stations)
	extra := w.scale.Rows % (weeks * w.scale.Stations)
	for week := range weeks {
		first := clock.DayOf(w.start).AddDays(week * 7)
		for at := range w.scale.Stations + 1 {
			n := rows
			if extra--; extra >= 0 {
				n++
			}
			w.at(w.later(first.AddDays(7).Time(), opens, closes), func(ctx context.Context) error { return w.sheet(ctx, w.places[at], first, n) })
		}
	}
}

// sheetPlan is what all lines of a sheet have in common; each its own where it is empty.
type sheetPlan struct {
	day  clock.Day
	item db.ID
}

// sheet issues a number, enters what the volunteers wrote that week, and plans the second person's look.
func (w *world) sheet(ctx context.Context, p *place, first clock.Day, n int) error {
	desk := auth.With(ctx, p.manager)
	issued, err := w.app.Attendance.Issue(desk, attendance.IssueInput{StationID: p.ID, Count: 1})
	if err != nil {
		return err
	}
	in := attendance.EnterInput{ID: issued.Items[0].ID, Version: issued.Items[0].Version, Photo: w.paper}
	var all sheetPlan
	if w.scale.Together {
		all = sheetPlan{first.AddDays(w.rng.IntN(7)), w.askable().ID}
	}
	for range n {
		if row, ok := w.row(p, first, all); ok {
			in.Rows = append(in.Rows, row)
		}
	}
	if len(in.Rows) == 0 {
		_, err := w.app.Attendance.VoidSheet(desk, attendance.EndInput{ID: in.ID, Version: in.Version, Reason: "这一周没有人用"})
		return err
	}
	entered, err := w.app.Attendance.Enter(desk, in)
	if err != nil {
		return err
	}
	w.at(w.daytime(w.later(clock.In(ctx), 60, 40*60)), func(ctx context.Context) error {
		_, err := w.app.Attendance.ApproveSheet(auth.With(ctx, p.head),
			attendance.DecideInput{ID: entered.ID, Version: entered.Version, Decision: "approve"})
		return err
	})
	return nil
}

// row is one line: who served whom, when. ok is false when nobody has a free day left in that week.
func (w *world) row(p *place, first clock.Day, all sheetPlan) (row attendance.RowInput, ok bool) {
	for range 60 {
		s, day := pick(w.rng, p.volunteers), cmp.Or(all.day, first.AddDays(w.rng.IntN(7)))
		if !w.free(s, day) {
			continue
		}
		w.take(s, day)
		from := day.Time().Add(time.Duration(32+w.rng.IntN(32)) * 15 * time.Minute)
		to := from.Add(time.Duration(4+w.rng.IntN(9)) * 15 * time.Minute)
		return attendance.RowInput{Who: s.volunteer.No, ItemID: cmp.Or(all.item, w.askable().ID), ForWhom: pick(w.rng, p.residents).name,
			Day: day.String(), From: clock.Hour(from), To: clock.Hour(to), Signed: true}, true
	}
	return row, false
}

// sheetPhoto draws what stands for the photograph of a sheet: ruled paper.
func sheetPhoto() (blob.Upload, error) {
	const width, height, line = 210, 297, 18
	img := image.NewPaletted(image.Rect(0, 0, width, height), color.Palette{color.White, color.Gray{Y: 120}})
	for y := 2 * line; y < height-line; y += line {
		for x := line; x < width-line; x++ {
			img.SetColorIndex(x, y, 1)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		return blob.Upload{}, err
	}
	return blob.Clean(blob.Upload{Name: "补录单.png", Data: out.Bytes()})
}
