package appointment

import (
	"context"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/telephone"
	"linli/internal/platform/web/ui"
)

// States of an act.
const (
	waits = "waits"
	sure  = "sure"
)

func (a Act) state() string {
	if a.ConfirmedAt == nil {
		return waits
	}
	return sure
}

var kind = act.Kind[Act]{Object: "account_act", View: View, Table: acts, State: Act.state,
	Place: func(a Act) auth.Place { return auth.Place{Region: a.Region} }}

// ConfirmInput confirms an act, and with it what the same actor did to the same account before.
type ConfirmInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	How     string      `json:"how" enum:"met,call,paper" maxLength:"5" doc:"怎样核实的：当面、打电话、看任命文件"`
	File    blob.Upload `json:"file" required:"false" doc:"任命文件的照片或 PDF；看任命文件核实的要传"`
}

// Confirm says that the appointed person was reached: face to face, or on a number that the actor did not enter, by somebody of the
// level above; where nobody stands above who may, the audit administrator sees the scanned appointment.
func (s *Service) Confirm(ctx context.Context, in ConfirmInput) (Act, error) {
	op := act.Op{Perm: Confirm, Action: string(Confirm), ID: in.ID, Version: in.Version, From: []string{waits}, Wrong: "已经核实过了",
		Detail: map[string]any{"how": in.How}}
	return kind.Change(ctx, s.db, op, func(tx *db.Tx, a *Act) error {
		ways, why, err := s.ways(ctx, tx, *a)
		switch {
		case err != nil:
			return err
		case why != "":
			return errs.Deny(why)
		case !slices.Contains(ways, in.How):
			return errs.Field("how", wayProblem[in.How])
		}
		if in.How == ByPaper {
			if len(in.File.Data) == 0 {
				return errs.Field("file", "请上传任命文件的照片或 PDF")
			}
			if a.PaperID, err = s.blobs.Put(ctx, tx, in.File, blob.Owner{Kind: "account_act", ID: a.ID, Region: a.Region}); err != nil {
				return err
			}
		}
		a.ConfirmedBy, a.ConfirmedAt, a.ConfirmedHow = auth.From(ctx).Account, &tx.Now, in.How
		n, err := confirmEarlier.Run(ctx, tx, a.AccountID, int64(a.ActorID), int64(a.Region), a.ID, a.ConfirmedBy, tx.Now, in.How, a.PaperID)
		op.Detail["account"], op.Detail["earlier"] = a.AccountID.String(), n
		return err
	})
}

var wayProblem = map[string]string{
	Met:     "这里由审计管理员看任命文件核实",
	Called:  "这个手机号是经办人填的，打过去核实不了谁，请当面核实",
	ByPaper: "看任命文件核实，只在没有上级能核实的时候由审计管理员办",
}

// officers are those who confirm what was done below them.
var officers = []auth.Role{auth.TownOfficer, auth.BannerOfficer, auth.LeagueOfficer, auth.RegionOfficer}

// ways says how the actor may confirm an act, or why he may not.
func (s *Service) ways(ctx context.Context, tx *db.Tx, a Act) (ways []string, why string, err error) {
	me := auth.From(ctx)
	switch {
	case me.System != "":
		return nil, "核实要由人来做", nil
	case me.Account == a.ActorID:
		return nil, "这是您自己办的，要由第三个人核实", nil
	case me.Account == a.AccountID:
		return nil, "这是您自己的账号，由别人核实", nil
	}
	above, audits := false, false
	for _, g := range me.Grants {
		above = above || slices.Contains(officers, g.Role) && g.Region.Contains(a.Region) && g.Region.Level() < a.Region.Level()
		audits = audits || g.Role == auth.AuditAdmin && g.Region.Contains(a.Region)
	}
	if !above && !audits {
		return nil, "由上一级来核实", nil
	}
	if why, err = s.Independent(ctx, tx, me.Account, a.ActorID); err != nil || why != "" {
		return nil, "您和经办的人不独立（" + why + "），要换一位核实", err
	}
	if above {
		ways, err = s.reach(ctx, tx, a)
		return ways, "", err
	}
	other, err := s.someoneAbove(ctx, tx, a)
	if err != nil || other != "" {
		return nil, "先由上级核实，例如" + other, err
	}
	return []string{ByPaper}, "", nil
}

// reach says how who stands above may reach the appointed person: by telephone only on a number that neither the actor entered nor
// somebody who is not independent of him.
func (s *Service) reach(ctx context.Context, tx *db.Tx, a Act) ([]string, error) {
	phone, err := s.accounts.Contact(ctx, tx, a.AccountID)
	if err != nil || phone == "" {
		return []string{Met}, err
	}
	by, entered, err := db.Found(enteredBy.One(ctx, tx, a.AccountID))
	if err != nil {
		return nil, err
	}
	if entered {
		if why, err := Apart(ctx, tx, by, a.ActorID, tx.Now); err != nil || why != "" {
			return []string{Met}, err
		}
	}
	return []string{Met, Called}, nil
}

// someoneAbove names an officer above who may confirm an act, "" when there is none.
func (s *Service) someoneAbove(ctx context.Context, tx *db.Tx, a Act) (string, error) {
	list, err := officersAbove.All(ctx, tx, int64(a.Region), tx.Now, a.AccountID, int64(a.ActorID))
	if err != nil {
		return "", err
	}
	for _, o := range list {
		why, err := s.Independent(ctx, tx, o.ID, a.ActorID)
		if err != nil {
			return "", err
		}
		if why == "" {
			return o.Name, nil
		}
	}
	return "", nil
}

// Independent says why two accounts are not independent: by unconfirmed acts, by person, family or telephone.
func (s *Service) Independent(ctx context.Context, tx *db.Tx, a, b db.ID) (string, error) {
	why, err := Apart(ctx, tx, a, b, tx.Now)
	if err != nil || why != "" || a == 0 || b == 0 {
		return why, err
	}
	if n, err := onePhone.One(ctx, tx, a, b); err != nil || n > 0 {
		return "登记的是同一个手机号", err
	}
	x, err := account.Get(ctx, tx, a)
	if err != nil {
		return "", err
	}
	y, err := account.Get(ctx, tx, b)
	if err != nil || x.PersonID == 0 || y.PersonID == 0 {
		return "", err
	}
	return s.persons.Close(ctx, tx, x.PersonID, y.PersonID)
}

// ListInput asks for acts: those that wait, or those that are confirmed; of one account.
type ListInput struct {
	Done    bool  `query:"done" doc:"看核实过的"`
	Account db.ID `query:"account_id"`
	db.Paging
}

// Line is what one hand did to one account, with the names that people know.
type Line struct {
	Act
	Name  string   `json:"name"`
	Login string   `json:"login"`
	By    string   `json:"by" doc:"经办人"`
	Roles string   `json:"roles" db:"-"`
	Place string   `json:"place" db:"-"`
	Phone string   `json:"phone" db:"-" doc:"遮住中间的手机号"`
	What  string   `json:"what" db:"-" doc:"办了什么"`
	Ways  []string `json:"ways" db:"-" doc:"您可以怎样核实"`
	Why   string   `json:"why" db:"-" doc:"为什么不能由您核实"`
	Seen  string   `json:"confirmed_name" doc:"谁核实的"`
}

// List gives what was done to accounts in the actor's scope, newest first: what waits is one line for each account and actor.
func (s *Service) List(ctx context.Context, in ListInput) (db.Page[Line], error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (db.Page[Line], error) {
		out, err := list.Page(ctx, tx, search{in, auth.ScopeOf(ctx, View)}, in.Paging)
		for i := range out.Items {
			if err == nil {
				err = s.describe(ctx, tx, &out.Items[i])
			}
		}
		return out, err
	})
}

// describe adds to a line who it is about, what was done, and whether the reader may confirm it.
func (s *Service) describe(ctx context.Context, tx *db.Tx, l *Line) (err error) {
	held, err := account.Handover(ctx, tx, l.AccountID)
	if err != nil {
		return err
	}
	var roles []string
	for _, g := range held {
		if g.Region != 0 {
			roles = append(roles, g.Role.Word())
		}
	}
	l.Roles = strings.Join(roles, "、")
	if len(roles) == 0 {
		l.Name = person.MaskName(l.Name)
	}
	if l.Place, err = region.FullName(ctx, tx, l.Region); err != nil {
		return err
	}
	phone, err := s.accounts.Contact(ctx, tx, l.AccountID)
	if err != nil {
		return err
	}
	if phone != "" {
		l.Phone = telephone.Mask(phone)
	}
	if l.ConfirmedAt != nil {
		l.What = Kinds.Word(l.Kind)
		return nil
	}
	done, err := kindsOf.All(ctx, tx, l.AccountID, int64(l.ActorID), int64(l.Region), l.ID)
	if err != nil {
		return err
	}
	var words []string
	for _, k := range done {
		words = append(words, Kinds.Word(k))
	}
	l.What = strings.Join(slices.Compact(words), "、")
	if !auth.Can(ctx, Confirm, auth.Place{Region: l.Region}) {
		l.Why = "由上一级来核实"
		return nil
	}
	l.Ways, l.Why, err = s.ways(ctx, tx, l.Act)
	return err
}

// PaperInput names an act by its id.
type PaperInput struct {
	ID db.ID `path:"id"`
}

// Paper gives the scanned appointment that was seen when an act was confirmed.
func (s *Service) Paper(ctx context.Context, in PaperInput) (blob.File, error) {
	return act.Look(ctx, s.db, &kind, in.ID, func(tx *db.Tx, a Act) (blob.File, error) {
		m, err := s.blobs.Get(ctx, tx, a.PaperID)
		if err != nil {
			return blob.File{}, err
		}
		return s.blobs.File(m)
	})
}

// Listing is the page of acts.
type Listing struct {
	In ListInput
	db.Page[Line]
}

// Listing gives the page of acts.
func (s *Service) Listing(ctx context.Context, in ListInput) (out Listing, err error) {
	out.In = in
	out.Page, err = s.List(ctx, in)
	return out, err
}

// link is the address of the page with the same choice.
func (v Listing) link(base string, done bool) string {
	return ui.Href(base, "done", map[bool]string{true: "true"}[done], "account_id", v.account())
}

func (v Listing) account() string {
	if v.In.Account == 0 {
		return ""
	}
	return v.In.Account.String()
}

func (v Listing) next(base string) string {
	return ui.Next(base, v.Next, "done", map[bool]string{true: "true"}[v.In.Done], "account_id", v.account())
}

func (l Line) may(way string) bool { return slices.Contains(l.Ways, way) }
