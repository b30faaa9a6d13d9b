package demo

import (
	"context"

	"linli/internal/app/demo/scene"
	"linli/internal/network/office/photo"
	"linli/internal/platform/auth"
)

// photos shows what the base station looks like, drawn and marked as of the demo.
func (w *world) photos(ctx context.Context) error {
	p := w.places[0]
	for _, of := range []struct {
		caption string
		blocks  []scene.Block
	}{{"大门（演示）", scene.Door}, {"活动室（演示）", scene.Room}} {
		file, err := scene.Draw(of.blocks)
		if err != nil {
			return err
		}
		if _, err := w.app.Office.Photo.Add(auth.With(ctx, p.manager), photo.AddInput{ID: p.ID, Caption: of.caption, File: file}); err != nil {
			return err
		}
	}
	return nil
}
