package volunteer

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Invite is the public page that says what a volunteer does and how to become one.
func (s *Service) Invite(ctx context.Context, _ Nothing) (Nothing, error) {
	return Nothing{}, auth.Allow(ctx, Register)
}

// Own is the page of whoever is, or wants to be, a volunteer: his own line of the register, or the form.
type Own struct {
	Profile
	Registered           bool
	Where                string
	Identity, Skill      []setting.Word
	Qualification, Cover []setting.Word
}

// Mine gives somebody his own page.
func (s *Service) Mine(ctx context.Context, _ Nothing) (out Own, err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return out, err
	}
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		v, ok, err := OfPerson(ctx, tx, auth.From(ctx).Person)
		if out.Registered = ok; err == nil && ok {
			out.Profile, err = Load(ctx, tx, v.ID)
		}
		if err != nil {
			return err
		}
		return out.words(ctx, tx)
	})
	return out, err
}

// Sheet gives the desk's page of one volunteer.
func (s *Service) Sheet(ctx context.Context, in GetInput) (out Own, err error) {
	if out.Profile, err = s.Get(ctx, in); err != nil {
		return out, err
	}
	out.Registered = true
	err = s.db.Read(ctx, func(tx *db.Tx) error { return out.words(ctx, tx) })
	return out, err
}

func (o *Own) words(ctx context.Context, tx *db.Tx) (err error) {
	if o.Region != 0 {
		if o.Where, err = region.FullName(ctx, tx, o.Region); err != nil {
			return err
		}
	}
	for name, into := range map[string]*[]setting.Word{"identity": &o.Identity, "skill": &o.Skill, "qualification": &o.Qualification, "insurance": &o.Cover} {
		if *into, err = setting.Words(ctx, tx, name); err != nil {
			return err
		}
	}
	return nil
}

// Roll is the desk's list with what was asked for.
type Roll struct {
	In ListInput
	db.Page[Volunteer]
}

// Roll gives the desk's list of volunteers.
func (s *Service) Roll(ctx context.Context, in ListInput) (out Roll, err error) {
	out.In = in
	out.Page, err = s.List(ctx, in)
	return out, err
}

func (r Roll) next() string {
	if r.Next == nil {
		return ""
	}
	q := url.Values{"cursor": {*r.Next}}
	for name, value := range map[string]string{"q": r.In.Q, "status": r.In.Status} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return desk + "?" + q.Encode()
}

const desk = "/desk/volunteers"

func (v Volunteer) deskPath() string { return desk + "/" + v.ID.String() }

func (v Volunteer) minePath() string { return "/my/volunteer/" + v.ID.String() }

func (v Volunteer) version() string { return strconv.FormatInt(v.Version, 10) }

func (o Own) may(p auth.Perm) func(context.Context) bool {
	return func(ctx context.Context) bool { return auth.Can(ctx, p, o.place()) }
}

var (
	statusWords = map[string]string{Pending: "待审核", Active: "在册", Refused: "未通过", Left: "已退出"}
	statusTones = map[string]string{Pending: "wait", Active: "done", Refused: "alarm", Left: ""}
)

// said gives the words of codes; a code without a word stands for itself.
func said(words []setting.Word, codes []string) string {
	out := make([]string, len(codes))
	for i, code := range codes {
		out[i] = code
		for _, w := range words {
			if w.Code == code {
				out[i] = w.Label
			}
		}
	}
	return strings.Join(out, "、")
}

// span says from when to when something holds.
func span(from, to clock.Day) string {
	if to == 0 {
		return from.String() + " 起"
	}
	return from.String() + " 至 " + to.String()
}

func km(n int64) string { return strconv.FormatInt(n, 10) + " 公里" }
