package inspection

import (
	"context"

	"linli/internal/platform/web"
)

// UploadBody is the most bytes of a form with a file.
const UploadBody = 20 << 20

// Served turns an operation that gives a file into one that the web serves.
func Served[In any](op func(context.Context, In) (File, error)) web.Op[In, web.Download] {
	return func(ctx context.Context, in In) (web.Download, error) {
		f, err := op(ctx, in)
		return web.Download{Name: f.Name, Type: f.Type, Body: f.Body, Show: f.Show}, err
	}
}
