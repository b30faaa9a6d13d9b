package identity

import (
	"context"
	"time"

	"linli/internal/platform/clock"
)

func lastUse(ctx context.Context, at *time.Time) string {
	if at == nil {
		return "还没有用过"
	}
	return clock.Words(ctx, *at)
}

func secretHint(p Provider) string {
	if p.Secret == nil {
		return "client_secret；加密保存，以后谁也看不到"
	}
	return "不换就不填；原来的谁也看不到"
}

func switchLabel(p Provider) string {
	if p.State == On {
		return "停用"
	}
	return "启用"
}
