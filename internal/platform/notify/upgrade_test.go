package notify

import (
	"context"
	"encoding/json"
	"path/filepath"
	"testing"

	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/job"
	"linli/internal/platform/seal"
	"linli/internal/platform/sms"
)

// words is a gateway that takes any words.
type words struct{ got chan sms.Message }

func (w words) Name() string  { return "http" }
func (w words) Repeats() bool { return true }
func (w words) Send(_ context.Context, m sms.Message) (string, error) {
	w.got <- m
	return "", nil
}

// What waited in the outbox of the release before, when a text was its words alone, still goes, and a cloud that needs its variables says
// that it has none; what had ended unsent is told as such.
func TestRowsOfBefore(t *testing.T) {
	for name, url := range map[string]func() string{
		"sqlite":   func() string { return "sqlite:" + filepath.Join(t.TempDir(), "x.db") },
		"postgres": func() string { return dbtest.PostgresURL(t) },
	} {
		t.Run(name, func(t *testing.T) {
			d, err := db.Open(t.Context(), url())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { d.Close() })
			if err := d.MigrateTo(t.Context(), 165); err != nil {
				t.Fatal(err)
			}
			if err := d.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			keys := seal.Ephemeral()
			write(t, d, func(tx *db.Tx) error { return before(t.Context(), tx, keys) })
			if err := d.Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			cloud, err := sms.NewAliyun(sms.Cloud{Endpoint: "http://127.0.0.1:1", KeyID: "k", Secret: "s", Sign: "邻里",
				Templates: map[string]sms.Template{sms.Code: {Code: "SMS_1", Params: []string{"code"}}}})
			if err != nil {
				t.Fatal(err)
			}
			wordy := words{make(chan sms.Message, 1)}
			now := sms.Way(wordy)
			s, err := New(d, keys, Outside{SMS: func(context.Context, *db.Tx) (sms.Way, error) { return now, nil }})
			if err != nil {
				t.Fatal(err)
			}
			if err := s.deliver(t.Context(), task{1}); err != nil {
				t.Fatal(err)
			}
			if m := <-wordy.got; m.Phone != phone || m.Words != "验证码 424242" || m.Kind != sms.Code {
				t.Errorf("%+v", m)
			}
			now = cloud
			if err := s.deliver(t.Context(), task{2}); err != nil {
				t.Fatal(err)
			}
			got := outgoingOf(t, d, SentInput{})
			if len(got) != 3 || got[0].State != FaultNone || got[1].State != FaultRefused || got[2].State != stateSent {
				t.Fatalf("%+v", got)
			}
			if want := "这条短信没有变量 code，套不进模板"; got[1].Reason != want || got[1].Again {
				t.Errorf("%+v", got[1])
			}
		})
	}
}

// before writes an outbox as the release before did: two codes that wait, and a message that nobody could be sent.
func before(ctx context.Context, tx *db.Tx, keys *seal.Keys) error {
	for id := db.ID(1); id <= 3; id++ {
		body, err := json.Marshal(map[string]string{"to": phone, "text": "验证码 424242"})
		if err != nil {
			return err
		}
		sealed, state, ended := keys.Seal(body, place(id)), "waiting", any(nil)
		if id == 3 {
			sealed, state, ended = nil, "unsent", tx.Now
		}
		if _, err := tx.Build(`INSERT INTO notify_outbox (id, channel, account_id, notice_id, kind, body, at, state, ended_at)
			VALUES (?, 'sms', NULL, NULL, 'code', ?, ?, ?, ?)`, id, sealed, tx.Now, state, ended).Run(ctx, tx); err != nil {
			return err
		}
		if err := job.Enqueue(ctx, tx, deliver, task{id}); err != nil {
			return err
		}
	}
	return nil
}
