package award

import (
	"cmp"
	"context"
	"time"

	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/paper"
	"linli/internal/proof/honour"
)

// PublicInput asks for what is before the public.
type PublicInput struct {
	Region auth.Region `query:"region" doc:"空为全区"`
	db.Paging
}

// Faces is one page of campaigns that are before the public.
type Faces struct {
	db.Page[Face]
	In    PublicInput `json:"-"`
	where string
}

// Faces lists the campaigns.
func (s *Service) Faces(ctx context.Context, in PublicInput) (Faces, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Faces, err error) {
		out.In, out.where = in, "全区"
		if in.Region != 0 {
			if out.where, err = region.FullName(ctx, tx, in.Region); err != nil {
				return out, err
			}
		}
		out.Page, err = faces.Page(ctx, tx, in, in.Paging)
		return out, err
	})
}

// Shown is a campaign with its rules and, once it is before the public, its list: who agrees to be on it.
type Shown struct {
	Face
	Categories []Category `json:"categories"`
	Named      []Named    `json:"named" doc:"公示的、公布的；志愿者本人同意公开的才有"`
	today      clock.Day
}

// Face gives a campaign as everybody sees it.
func (s *Service) Face(ctx context.Context, in GetInput) (Shown, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Shown, err error) {
		f, there, err := db.Found(faceOf.One(ctx, tx, in.ID))
		if err == nil && !there {
			err = errs.ErrNotFound
		}
		if err != nil {
			return out, err
		}
		out.Face, out.today = f, clock.DayOf(tx.Now)
		if out.Categories, err = categoriesOf.All(ctx, tx, f.ID); err != nil {
			return out, err
		}
		out.Named, err = shown.All(ctx, tx, f.ID)
		out.Named = append([]Named{}, out.Named...)
		for i := 0; i < len(out.Named) && err == nil; i++ {
			out.Named[i].Where, err = region.FullName(ctx, tx, out.Named[i].Region)
		}
		return out, err
	})
}

// MineInput asks for what one was given.
type MineInput struct{}

// Mine is what one was given.
type Mine struct {
	Items []Honour `json:"items"`
	Lines []string `json:"commendations" doc:"别的表彰，第二人核实过的"`
}

// Mine lists what the actor was given.
func (s *Service) Mine(ctx context.Context, _ MineInput) (Mine, error) {
	return act.Read(ctx, s.db, Own, func(tx *db.Tx) (out Mine, err error) {
		out.Items, err = ownHonours.All(ctx, tx, auth.From(ctx).Person)
		out.Items = append([]Honour{}, out.Items...)
		if err == nil {
			out.Lines, err = honour.OfPerson(ctx, tx, auth.From(ctx).Person)
			out.Lines = append([]string{}, out.Lines...)
		}
		return out, err
	})
}

// words is a line about an honour.
func (h Honour) words() string {
	return h.ResultDay.String() + "　" + h.List + "（" + h.Award + "，" + Modes.Word(h.Mode) + "）"
}

// OfTeam gives the honours of a team, a line each, for its page.
func OfTeam(ctx context.Context, tx *db.Tx, id db.ID) ([]string, error) {
	return lines(teamHonours.All(ctx, tx, id))
}

// OfProject gives the honours of a project, a line each, for its page.
func OfProject(ctx context.Context, tx *db.Tx, id db.ID) ([]string, error) {
	return lines(projectHonours.All(ctx, tx, id))
}

// OfPerson gives the honours of a volunteer, a line each, for his page.
func OfPerson(ctx context.Context, tx *db.Tx, person db.ID) ([]string, error) {
	return lines(ownHonours.All(ctx, tx, person))
}

func lines(list []Honour, err error) (out []string, _ error) {
	for _, h := range list {
		out = append(out, h.words())
	}
	return out, err
}

// MyPaper gives the certificate of what the actor was given.
func (s *Service) MyPaper(ctx context.Context, in GetInput) (blob.File, error) {
	return s.paper(ctx, Own, in.ID, func(n Nomination) error {
		if n.Kind != Volunteer || n.PersonID != auth.From(ctx).Person {
			return errs.ErrNotFound
		}
		return nil
	})
}

// Paper gives the certificate of what somebody of the actor's place was given.
func (s *Service) Paper(ctx context.Context, in GetInput) (blob.File, error) {
	return s.paper(ctx, View, in.ID, func(n Nomination) error { return auth.Require(ctx, View, View, n.place()) })
}

// paper prints a certificate. No seal is drawn; there is room for one.
func (s *Service) paper(ctx context.Context, perm auth.Perm, id db.ID, may func(Nomination) error) (out blob.File, err error) {
	var n Nomination
	var a Campaign
	var c Category
	if err := auth.Allow(ctx, perm); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) (err error) {
		if n, err = nominations.Get(ctx, tx, id); err != nil {
			return err
		}
		if err = may(n); err != nil {
			return err
		}
		if n.State != Awarded {
			return errs.ErrNotFound
		}
		if a, err = campaigns.Get(ctx, tx, n.AwardID); err != nil {
			return err
		}
		c, err = categories.Get(ctx, tx, n.AwardID, n.Category)
		if a.Unit == "" && err == nil {
			a.Unit, err = region.FullName(ctx, tx, a.Region)
		}
		return err
	})
	if err != nil {
		return out, err
	}
	title := map[string]string{Award: "荣誉证书", Recommend: "推荐证明", Showcase: "展示证明"}[a.Mode]
	body := n.Subject + "：\n\n在“" + a.Title + "”" + Modes.Word(a.Mode) + "中入选“" + c.Name + "”。\n\n公示：" + a.NoticeFrom.String() + " 至 " +
		a.NoticeUntil.String() + "，公布：" + a.ResultDay.String() + "。"
	if a.AuthorityNo != "" {
		body += "\n\n依据：" + a.AuthorityNo
	}
	body += "\n\n" + cmp.Or(a.Unit, "主办单位") + "（盖章处）"
	return paper.Poster(title, "编号 "+n.No, body, a.ResultDay.Time().Format(time.DateOnly), a.ResultDay, false)
}
