package order_test

import (
	"strings"
	"testing"

	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/attendance/attendancetest"
)

// Who ordered is told by SMS when the place says so: that somebody comes, and that it is his turn to confirm, with the time and nothing
// of what it is about; where nothing is said no SMS leaves.
func TestOwnerIsRung(t *testing.T) {
	attendancetest.Each(t, func(t *testing.T, w *attendancetest.World) {
		sent := func() (out []string) {
			w.Write(func(tx *db.Tx) (err error) {
				out, err = db.Select[string](t.Context(), tx, tx.Build(`SELECT n.title FROM notify_outbox x
					JOIN notify_inbox n ON n.id = x.notice_id WHERE x.channel = 'sms' ORDER BY x.id`))
				return err
			})
			return out
		}
		w.Served(60)
		if got := sent(); len(got) != 0 {
			t.Errorf("nothing was said about SMS: %q", got)
		}
		settings := setting.New(w.DB)
		if _, err := settings.Set(w.System, setting.SetInput{Key: setting.OrderSMS, Region: attendancetest.Gacha.At(auth.LevelBanner),
			Value: "1", Reason: "老人不看消息"}); err != nil {
			t.Fatal(err)
		}
		o := w.Served(30)
		got := sent()
		if len(got) != 2 || !strings.Contains(got[0], "有志愿者接了您点的单（") || !strings.Contains(got[1], "服务完了，请您确认（") {
			t.Errorf("%q", got)
		}
		for _, text := range got {
			if strings.Contains(text, o.Title) || strings.Contains(text, o.Recipient) {
				t.Errorf("an SMS says whom or what: %q", text)
			}
		}
	})
}
