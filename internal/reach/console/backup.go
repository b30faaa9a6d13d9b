package console

import (
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/set"
)

// What is noted of a backup.
const (
	BackupMade  = "made"  // it was written
	BackupTried = "tried" // it was restored into a database that was thrown away, and its content was what it says
)

var backupKinds = set.New("backup_run.kind", set.Row{BackupMade, "做了备份"}, set.Row{BackupTried, "试过恢复，内容相符"})

// BackupRun is one note of a backup.
type BackupRun struct {
	ID     db.ID     `json:"id"`
	Kind   string    `json:"kind" doc:"做了备份，还是试过恢复"`
	Place  string    `json:"place" doc:"机器和文件"`
	Size   int64     `json:"size" doc:"字节"`
	Digest string    `json:"digest" doc:"内容的摘要"`
	At     time.Time `json:"at"`
}

// big is its size in words.
func (r BackupRun) big() string {
	switch {
	case r.Size >= 1<<30:
		return format.Tenth(float64(r.Size)/(1<<30)) + " GB"
	case r.Size >= 1<<20:
		return format.Tenth(float64(r.Size)/(1<<20)) + " MB"
	}
	return format.Int(max(1, r.Size>>10)) + " KB"
}

var (
	backupRuns = db.NewRelation[BackupRun]("backup_run")
	newestRun  = db.Query[BackupRun](backupRuns.Select("r") + ` WHERE r.kind = $1 ORDER BY r.id DESC LIMIT 1`)
	lastRuns   = db.Query[BackupRun](backupRuns.Select("r") + ` ORDER BY r.id DESC LIMIT 30`)
)

// NoteBackup notes that a backup was made or tried, with an entry of the trail.
func NoteBackup(ctx context.Context, tx *db.Tx, r BackupRun) error {
	r.ID, r.At = tx.NewID(), time.Now().Truncate(time.Microsecond)
	if err := backupRuns.Insert(ctx, tx, r); err != nil {
		return err
	}
	detail := map[string]any{"size": r.Size, "digest": r.Digest}
	e := audit.Entry{Action: "backup.made", Object: "backup", ID: r.ID.String(), Detail: detail}
	if r.Kind == BackupTried {
		e = audit.Entry{Action: "backup.tried", Object: "backup", ID: r.ID.String(), Detail: detail}
	}
	return audit.Write(ctx, tx, e)
}

// Backups is the page of the backups.
type Backups struct {
	Made  *BackupRun  `json:"made" doc:"最近一次备份"`
	Tried *BackupRun  `json:"tried" doc:"最近一次试过恢复"`
	Days  int64       `json:"days" doc:"最多隔几天该有一次"`
	Late  bool        `json:"late" doc:"隔得太久了，或者一次也没有"`
	Same  bool        `json:"same" doc:"试过的就是最近一次做的"`
	Items []BackupRun `json:"items" doc:"近来的，从新到旧"`
}

// Backups tells the last backup, the last one that was tried, and whether it is too long ago.
func (s *Service) Backups(ctx context.Context, _ Nothing) (Backups, error) {
	return act.Read(ctx, s.db, ViewBackups, func(tx *db.Tx) (out Backups, err error) {
		if out.Items, err = lastRuns.All(ctx, tx); err != nil {
			return out, err
		}
		if out.Items == nil {
			out.Items = []BackupRun{}
		}
		if out.Made, err = newest(ctx, tx, BackupMade); err != nil {
			return out, err
		}
		if out.Tried, err = newest(ctx, tx, BackupTried); err != nil {
			return out, err
		}
		out.Days, err = setting.Int(ctx, tx, setting.BackupDays, region.Top)
		out.Late = out.Made == nil || time.Since(out.Made.At) > time.Duration(out.Days)*24*time.Hour
		out.Same = out.Made != nil && out.Tried != nil && out.Made.Digest == out.Tried.Digest
		return out, err
	})
}

func newest(ctx context.Context, tx *db.Tx, kind string) (*BackupRun, error) {
	r, has, err := db.Found(newestRun.One(ctx, tx, kind))
	if err != nil || !has {
		return nil, err
	}
	r.At = r.At.In(clock.Shanghai)
	return &r, nil
}

// runWords says when and where a backup was.
func runWords(ctx context.Context, r *BackupRun) string {
	if r == nil {
		return "没有过"
	}
	return clock.Words(ctx, r.At) + "，" + r.Place + "，" + r.big()
}
