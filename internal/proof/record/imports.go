package record

import (
	"context"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/work/catalogue"
)

// ImportInput is one row of a file of earlier records. It enters pending and counts only after a second person has approved it.
type ImportInput struct {
	VolunteerNo string      `json:"volunteer_no" minLength:"1" maxLength:"40"`
	Name        string      `json:"name" required:"false" maxLength:"80" doc:"填了就要和编号相符"`
	Region      auth.Region `json:"region" doc:"在哪个嘎查村（社区）服务"`
	Title       string      `json:"title" minLength:"1" maxLength:"60"`
	Category    string      `json:"category" maxLength:"40"`
	Content     string      `json:"content" minLength:"1" maxLength:"200"`
	Place       string      `json:"place" required:"false" maxLength:"120"`
	StartedAt   time.Time   `json:"started_at"`
	EndedAt     time.Time   `json:"ended_at"`
	Unit        string      `json:"recording_unit" minLength:"1" maxLength:"80" doc:"原来的记录单位"`
	Leader      string      `json:"leader" required:"false" maxLength:"40"`
}

func (in ImportInput) check(now time.Time) error {
	c := errs.Check{}
	c.That(catalogue.Categories.Has(in.Category), "category", "类别要是十五类之一")
	c.That(strings.TrimSpace(in.Title) != "", "title", "请填写活动名称")
	c.That(in.Region.Level() == auth.LevelCommunity, "region", "要填嘎查村（社区）的代码")
	c.That(in.StartedAt.Before(in.EndedAt), "ended_at", "结束要晚于开始")
	c.That(!in.EndedAt.After(now), "ended_at", "还没有到这个时间")
	c.That(in.EndedAt.Sub(in.StartedAt) <= Most*time.Minute, "ended_at", "一次最多记 12 小时")
	return c.Err()
}

// ImportRow takes over one earlier record. The importer is one of its two people; Approve by another counts it.
func (s *Service) ImportRow(ctx context.Context, in ImportInput) (Record, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Bulk}, func(tx *db.Tx) (Record, error) { return s.ImportOne(ctx, tx, in) })
}

// ImportOne is ImportRow for a caller with a transaction.
func (s *Service) ImportOne(ctx context.Context, tx *db.Tx, in ImportInput) (Record, error) {
	i := s.Importer()
	r, err := i.One(ctx, tx, in)
	if err == nil {
		err = i.Close(ctx, tx)
	}
	return r, err
}

// UndoImport takes an imported record out again that nobody has looked at yet; its row stays, void, with its reason. The caller has
// checked who may.
func (s *Service) UndoImport(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	r, err := byID.Get(ctx, tx, id)
	if err != nil {
		return err
	}
	if r.Source != "import" || r.Status != Pending {
		return errs.WrongState("“" + r.Title + "”的记录已经" + r.Status.Word())
	}
	return s.void(ctx, tx, &r, reason)
}

// orField is err, or when there is none the error of a field.
func orField(err error, field, msg string) error {
	if err != nil {
		return err
	}
	return errs.Field(field, msg)
}

// WithdrawImport takes an imported record out again, counted or not, with the whole batch that it came with, which two independent people
// withdraw; the caller has asked them. One that is void already stays as it is.
func (s *Service) WithdrawImport(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	r, err := held(ctx, tx, id)
	if err != nil || r.Status == Void {
		return err
	}
	if r.Source != "import" {
		return errs.WrongState("“" + r.Title + "”的记录不是导入的")
	}
	return s.void(ctx, tx, &r, reason)
}
