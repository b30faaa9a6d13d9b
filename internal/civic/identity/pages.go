package identity

import (
	"context"
	"strings"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
)

// Outcome is what the page after a journey says that did not end in a sign-in.
type Outcome struct {
	Why, Back string
	Provider  Provider // none where it is not known, or is switched off
	SignedIn  bool
}

// OutcomeInput says how a journey ended.
type OutcomeInput struct {
	Why  string `query:"why" enum:"down,failed,declined,wrong,late,unlinked,taken,twice,locked" default:"failed"`
	With db.ID  `query:"with"`
	Back string `query:"back" maxLength:"300"`
}

// Outcome tells why somebody was not let in, and how else he gets on.
func (s *Service) Outcome(ctx context.Context, in OutcomeInput) (Outcome, error) {
	return act.Read(ctx, s.db, Enter, func(tx *db.Tx) (Outcome, error) {
		out := Outcome{Why: in.Why, Back: in.Back, SignedIn: auth.From(ctx).SignedIn()}
		p, _, err := db.Found(runs.One(ctx, tx, in.With))
		out.Provider = p
		return out, err
	})
}

// endings are the words of an outcome: what happened, and what to do now.
var endings = map[string][2]string{
	"down":     {"那边暂时没有回应", "统一身份认证那边的系统现在连不上，过一会儿再试。急用的话，请用手机号、密码或者短信登录。"},
	"failed":   {"那边没有让登录成功", "请再试一次；还是不行，请用手机号、密码或者短信登录。"},
	"declined": {"您在那边没有同意", "没有同意就不登录，什么都没有留下。要用它登录，请再来一次、点同意；也可以用别的办法登录。"},
	"wrong":    {"那边回的话核对不上", "为了安全没有登录。请用别的办法登录，并告诉管理员。"},
	"late":     {"这一次不能用了", "从这里出去到回来最多 10 分钟，只能用一次，还要在同一个浏览器里。请从头再来。"},
	"unlinked": {"这个身份还没有关联账号", "没有自动开账号，也没有按姓名、手机号去找账号。"},
	"taken":    {"这个身份已经关联了别的账号", "一个身份只能关联一个账号。那个账号也是您的，就到那个账号里解除；不是您的，请告诉管理员。"},
	"twice":    {"您已经关联了这里的一个身份", "同一处只能关联一个。要换，先把原来的解除。"},
	"locked":   {"这个账号暂时不能登录", "账号停用了，或者连续输错过密码。过 15 分钟再试；还是不行，请找管理员。"},
	"linked":   {"关联好了", "以后在登录页点它就能登录。要第二步验证的角色，还是要输动态码。"},
}

// MineInput opens one's own identities; Why says how a journey from there ended.
type MineInput struct {
	Why string `query:"why" enum:"linked,down,failed,declined,wrong,late,taken,twice" default:"" required:"false"`
}

// Shown is the page of one's own identities.
type Shown struct {
	Mine
	Why string
}

// Shown gives the page of one's own identities.
func (s *Service) Shown(ctx context.Context, in MineInput) (Shown, error) {
	m, err := s.Mine(ctx, Nothing{})
	return Shown{m, in.Why}, err
}

// Sheet is the page of one provider.
type Sheet struct {
	Provider
	Callback string
	May      bool
}

// Sheet gives the page of one provider.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Sheet, error) {
	p, err := s.Get(ctx, in)
	return Sheet{Provider: p, Callback: s.Callback(p.ID), May: auth.Can(ctx, Manage, everywhere)}, err
}

// Board is the page of all providers.
type Board struct {
	Listing
	May bool
}

// Board gives the page of all providers.
func (s *Service) Board(ctx context.Context, in Nothing) (Board, error) {
	list, err := s.List(ctx, in)
	return Board{list, auth.Can(ctx, Manage, everywhere)}, err
}

// other is the state that a provider can be switched to.
func (p Provider) other() string {
	if p.State == On {
		return Off
	}
	return On
}

// whose says which host a provider is at, for who is about to go there.
func whose(issuer string) string {
	_, rest, _ := strings.Cut(issuer, "://")
	host, _, _ := strings.Cut(rest, "/")
	return host
}
