package press

import (
	"context"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/notify"
)

// Reviewed is what one person said in a round.
type Reviewed struct {
	ArticleID db.ID     `json:"-"`
	Round     int64     `json:"round"`
	Account   db.ID     `json:"-"`
	Person    db.ID     `json:"-"`
	ByName    string    `json:"by_name"`
	Wrote     bool      `json:"wrote" doc:"没有审，参与写稿"`
	Passed    bool      `json:"passed" doc:"通过，或者退回"`
	Reason    string    `json:"reason"`
	At        time.Time `json:"at"`
}

// Round is what was handed in for review.
type Round struct {
	ArticleID db.ID
	N         int64
	Title     string
	Summary   string
	Body      string
	ByName    string
	At        time.Time
}

// handled lets who works on a text be one of its authors: he reviews it as little as whoever began it, in this round and in all to come.
func handled(ctx context.Context, tx *db.Tx, a Article) error {
	who := auth.From(ctx)
	if who.Account == a.Author || who.Account == 0 {
		return nil
	}
	_, err := reviewTable.Add(ctx, tx, Reviewed{ArticleID: a.ID, Round: a.Round + 1, Account: who.Account, Person: who.Person,
		ByName: who.Name, Wrote: true, At: tx.Now})
	return err
}

// SubmitInput hands a draft in.
type SubmitInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	Checked bool  `json:"checked" doc:"文中写到的、照片里认得出的人都列出来了，没有住址、电话、病情和家庭困难"`
}

// Submit hands a draft in for review: complete, with everybody named agreeing.
func (s *Service) Submit(ctx context.Context, in SubmitInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.submitted", ID: in.ID, Version: in.Version, From: []string{Draft}, Check: func() error {
		c := errs.Check{}
		c.That(in.Checked, "checked", "请对照过再送审")
		return c.Err()
	}}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) (err error) {
		if err := complete(ctx, tx, *a); err != nil {
			return err
		}
		if a.Needed, err = setting.Int(ctx, tx, setting.ArticleReviews, a.Region); err != nil {
			return err
		}
		if err := handled(ctx, tx, *a); err != nil {
			return err
		}
		a.State, a.Round, a.Passed, a.Reason = Submitted, a.Round+1, 0, ""
		return roundTable.Insert(ctx, tx, Round{a.ID, a.Round, a.Title, a.Summary, a.Body, auth.From(ctx).Name, tx.Now})
	})
}

// complete refuses a text without words, a place for a picture that is not there, and somebody named who has not agreed.
func complete(ctx context.Context, tx *db.Tx, a Article) error {
	if strings.TrimSpace(plain(a.Body)) == "" {
		return errs.WrongState("还没有正文")
	}
	if err := mayReprint(ctx, tx, a); err != nil {
		return err
	}
	files, err := filesOf.All(ctx, tx, a.ID)
	if err != nil {
		return err
	}
	for _, m := range places.FindAllStringSubmatch(a.Body, -1) {
		if !slices.ContainsFunc(files, func(f File) bool { return f.Kind == picture && number(f.No) == m[1] }) {
			return errs.WrongState("正文里写了 [图" + m[1] + "]，没有这张照片")
		}
	}
	return agreed(ctx, tx, a.ID)
}

// mayReprint refuses what is taken from elsewhere than the place allows.
func mayReprint(ctx context.Context, tx *db.Tx, a Article) error {
	sources, err := setting.Text(ctx, tx, setting.ArticleSources, a.Region)
	if err == nil && a.Source != "" && !slices.Contains(strings.Split(sources, "、"), a.Source) {
		err = errs.WrongState("转载只用这些来源的：" + sources + "；自己写的，来源不填")
	}
	return err
}

// ApproveInput passes a text.
type ApproveInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" required:"false" maxLength:"200" doc:"审稿意见"`
}

// Approve is one review. When enough different people have passed it, it may be published.
func (s *Service) Approve(ctx context.Context, in ApproveInput) (Detail, error) {
	op := act.Op{Perm: Review, Action: "press.approved", ID: in.ID, Version: in.Version, From: []string{Submitted}, Cause: in.Reason}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		if err := reviewed(ctx, tx, *a, true, in.Reason); err != nil {
			return err
		}
		if a.Passed++; a.Passed >= a.Needed {
			a.State = Approved
		}
		return nil
	})
}

// ReturnInput sends a text back.
type ReturnInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200" doc:"要改什么"`
}

// Return sends a text back to its author, who is told; the reviews of the round count no more.
func (s *Service) Return(ctx context.Context, in ReturnInput) (Detail, error) {
	op := act.Op{Perm: Review, Action: "press.returned", ID: in.ID, Version: in.Version, From: []string{Submitted, Approved}, Cause: in.Reason,
		Check: filled(in.Reason, "请写明要改什么")}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		if a.State == Submitted {
			if err := reviewed(ctx, tx, *a, false, in.Reason); err != nil {
				return err
			}
		}
		a.State, a.Reason, a.Passed = Draft, in.Reason, 0
		return tell(ctx, tx, *a, "有一篇文章退回给您改")
	})
}

func filled(text, words string) func() error {
	return func() error {
		c := errs.Check{}
		c.That(strings.TrimSpace(text) != "", "reason", words)
		return c.Err()
	}
}

// reviewed writes down one review, of somebody who has not written the text and has not reviewed it in this round under another account.
func reviewed(ctx context.Context, tx *db.Tx, a Article, passed bool, reason string) error {
	if !mayReview(ctx, a) {
		return errs.Deny("自己写的稿子由别人审")
	}
	who := auth.From(ctx)
	others, err := inRound.All(ctx, tx, a.ID, a.Round)
	if err != nil {
		return err
	}
	for _, o := range others {
		if o.Account == who.Account || o.Person != 0 && o.Person == who.Person {
			return errs.Deny("您已经审过或者参与写稿，换一个人审")
		}
	}
	return reviewTable.Insert(ctx, tx, Reviewed{ArticleID: a.ID, Round: a.Round, Account: who.Account, Person: who.Person, ByName: who.Name,
		Passed: passed, Reason: reason, At: tx.Now})
}

// mayReview says that the actor is not who wrote it.
func mayReview(ctx context.Context, a Article) bool {
	who := auth.From(ctx)
	return who.Account != a.Author && (a.AuthorPerson == 0 || who.Person != a.AuthorPerson)
}

// tell leaves word with the author.
func tell(ctx context.Context, tx *db.Tx, a Article, title string) error {
	if a.Author == 0 || a.Author == auth.From(ctx).Account {
		return nil
	}
	return notify.Send(ctx, tx, notify.Message{To: a.Author, Kind: "press", Title: title,
		Text: a.Title + "：" + a.Reason, Link: at(desk, a.ID)})
}

// PublishInput lets out what was reviewed.
type PublishInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	When
}

// Publish puts a reviewed article before the public, now or at a time to come.
func (s *Service) Publish(ctx context.Context, in PublishInput) (Detail, error) {
	op := act.Op{Perm: Publish, Action: "press.published", ID: in.ID, Version: in.Version, From: []string{Approved},
		Wrong: "审完才能发布", Check: func() error {
			c := errs.Check{}
			in.When.into(c)
			return c.Err()
		}}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		if t := in.When.at(); t != nil && t.After(tx.Now) {
			a.PublishAt = t
			return nil
		}
		return publish(ctx, tx, a)
	})
}

// publish is the only way to the public: every way of publishing asks it. It counts the reviews themselves, not what the article says of
// them, and asks everybody's consent once more.
func publish(ctx context.Context, tx *db.Tx, a *Article) error {
	reviewers, err := passes.One(ctx, tx, a.ID, a.Round, a.Author)
	if err != nil {
		return err
	}
	if a.State != Approved || a.Needed < 1 || reviewers < a.Needed {
		return errs.WrongState("审完才能发布")
	}
	if err := agreed(ctx, tx, a.ID); err != nil {
		return err
	}
	now := tx.Now
	a.State, a.PublishedAt, a.PublishAt = Published, &now, nil
	return nil
}

// WithdrawInput takes an article off.
type WithdrawInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"200"`
}

// Withdraw takes an article off every public page at once.
func (s *Service) Withdraw(ctx context.Context, in WithdrawInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.withdrawn", ID: in.ID, Version: in.Version, From: []string{Approved, Published}, Cause: in.Reason,
		Check: filled(in.Reason, "请写明为什么撤下")}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		takeOff(a, in.Reason)
		return tell(ctx, tx, *a, "有一篇文章撤下来了")
	})
}

func takeOff(a *Article, reason string) {
	a.State, a.Reason, a.PublishAt, a.Passed = Withdrawn, reason, nil, 0
}

// ReviseInput begins anew with what was taken off.
type ReviseInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// Revise makes a draft of an article that was taken off; it is reviewed as a new one is.
func (s *Service) Revise(ctx context.Context, in ReviseInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.revised", ID: in.ID, Version: in.Version, From: []string{Withdrawn}, Wrong: "先撤下，再改"}
	return s.change(ctx, op, func(_ *db.Tx, a *Article) error {
		a.State = Draft
		return nil
	})
}

// Sweep publishes what was reviewed and whose time has come. Where somebody no longer agrees it is taken off instead.
func (s *Service) Sweep(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		ripe, err := due.All(ctx, tx, tx.Now)
		if err != nil {
			return err
		}
		for _, a := range ripe {
			op := act.Op{Action: "press.published"}
			unready := publish(ctx, tx, new(a))
			if unready != nil && errs.KindOf(unready) != errs.Conflict {
				return unready
			}
			if unready != nil {
				op.Action = "press.withdrawn"
			}
			if err := s.kind.Alter(ctx, tx, op, &a, func(tx *db.Tx, a *Article) error {
				if unready == nil {
					return publish(ctx, tx, a)
				}
				takeOff(a, unready.Error())
				return tell(ctx, tx, *a, "有一篇文章没有按时发布")
			}); err != nil {
				return err
			}
		}
		return nil
	})
}

// Reclean cleans what is stored by the rules that hold now, once after they have changed.
func (s *Service) Reclean(ctx context.Context) error {
	for {
		n := 0
		err := s.db.Write(ctx, func(tx *db.Tx) error {
			old, err := stale.All(ctx, tx, int64(policyVersion))
			n = len(old)
			for i := 0; i < len(old) && err == nil; i++ {
				err = s.kind.Alter(ctx, tx, act.Op{Action: "press.recleaned"}, &old[i], func(_ *db.Tx, a *Article) error {
					a.Body, a.Policy = cleaned(a.Body, "html"), policyVersion
					return nil
				})
			}
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}
