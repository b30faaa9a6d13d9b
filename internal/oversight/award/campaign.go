package award

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// CategoryInput is one list of a campaign; one without a name is left out.
type CategoryInput struct {
	Kind         string `json:"kind" required:"false" set:"award_category.kind"`
	Name         string `json:"name" required:"false" maxLength:"30"`
	Winners      int64  `json:"winners" required:"false" minimum:"0" maximum:"10000" doc:"名额；不填为 100"`
	QuotaStation int64  `json:"quota_station" required:"false" minimum:"0" maximum:"1000" doc:"每站最多提名几个；不填为 1"`
	QuotaTown    int64  `json:"quota_town" required:"false" minimum:"0" maximum:"1000" doc:"不填为 3"`
	QuotaBanner  int64  `json:"quota_banner" required:"false" minimum:"0" maximum:"1000" doc:"不填为 5"`
	QuotaLeague  int64  `json:"quota_league" required:"false" minimum:"0" maximum:"1000" doc:"不填为 10"`
	LeastYears   int64  `json:"least_years" required:"false" minimum:"0" maximum:"50" doc:"注册、成立、开展满几年；0 为不要求"`
	LeastHours   int64  `json:"least_hours" required:"false" minimum:"0" maximum:"100000"`
	LeastPeople  int64  `json:"least_people" required:"false" minimum:"0" maximum:"100000"`
	LeastActive  int64  `json:"least_active" required:"false" minimum:"0" maximum:"100" doc:"近一年服务过的人占百分之几以上"`
	LeastBrands  int64  `json:"least_brands" required:"false" minimum:"0" maximum:"100" doc:"案例库里公开的品牌项目几个以上"`
}

// CreateInput is a new campaign.
type CreateInput struct {
	Title       string          `json:"title" minLength:"2" maxLength:"60"`
	Region      auth.Region     `json:"region" required:"false" doc:"哪一级办；不填为您管的地方"`
	Mode        string          `json:"mode" required:"false" set:"award.mode" default:"award"`
	AuthorityNo string          `json:"authority_no" required:"false" maxLength:"60" doc:"依据文号；评选必须有，没有的只能推荐或者典型展示"`
	Unit        string          `json:"unit" required:"false" maxLength:"60" doc:"主办单位"`
	Cycle       string          `json:"cycle" required:"false" maxLength:"30" doc:"周期，例如每年一次"`
	From        clock.Day       `json:"from"`
	To          clock.Day       `json:"to" doc:"提名到哪天（含）"`
	Categories  []CategoryInput `json:"categories" maxItems:"12"`
}

// selecting are words that only a selection with a document may use (评比达标表彰管理办法).
var selecting = []string{"评选", "评比", "表彰", "达标", "授予"}

func (in CreateInput) check() error {
	c := errs.Check{}
	c.That(in.From != 0 && in.To >= in.From, "to", "不能早于开始的一天")
	if in.Mode == Award {
		c.That(strings.TrimSpace(in.AuthorityNo) != "", "authority_no", "评选要有依据文号；没有的，选推荐或者典型展示")
	} else {
		c.That(!slices.ContainsFunc(selecting, func(w string) bool { return strings.Contains(in.Title, w) }), "title",
			"没有依据文号的不能叫"+strings.Join(selecting, "、"))
	}
	names := map[string]bool{}
	for i, x := range in.categories() {
		field := func(name string) string { return fmt.Sprintf("categories.%d.%s", i, name) }
		c.That(x.Kind != "", field("kind"), "请选是哪一类")
		c.That(!names[x.Name], field("name"), "和前面的重名")
		c.That(x.Kind != Community || x.LeastYears == 0, field("least_years"), "社区（村）不问年数")
		c.That(x.Kind == Team || x.Kind == Community || x.LeastActive == 0, field("least_active"), "只问组织和社区（村）")
		c.That(x.Kind == Team || x.Kind == Community || x.LeastBrands == 0, field("least_brands"), "只问组织和社区（村）")
		c.That(x.Kind != Volunteer || x.LeastPeople == 0, field("least_people"), "志愿者个人不问人数")
		names[x.Name] = true
	}
	c.That(len(names) > 0, "categories.0.name", "至少设一类")
	return c.Err()
}

// categories are those that have a name.
func (in CreateInput) categories() (out []Category) {
	for _, x := range in.Categories {
		name := strings.TrimSpace(x.Name)
		if name == "" && x.Kind != "" && len(in.Categories) == 1 {
			name = Kinds.Word(x.Kind)
		}
		if name == "" {
			continue
		}
		out = append(out, Category{N: int64(len(out) + 1), Kind: x.Kind, Name: name, Winners: cmp.Or(x.Winners, 100),
			QuotaStation: cmp.Or(x.QuotaStation, 1), QuotaTown: cmp.Or(x.QuotaTown, 3), QuotaBanner: cmp.Or(x.QuotaBanner, 5),
			QuotaLeague: cmp.Or(x.QuotaLeague, 10), LeastYears: x.LeastYears, LeastHours: x.LeastHours, LeastPeople: x.LeastPeople,
			LeastActive: x.LeastActive, LeastBrands: x.LeastBrands})
	}
	return out
}

// mayRun refuses a level that may not run a campaign of this kind: a selection belongs to a banner or above, and a banner has one a year at
// most; towns recommend.
func (in CreateInput) mayRun(ctx context.Context, tx *db.Tx, at auth.Region) error {
	if in.Mode != Award {
		return nil
	}
	if at.Level() > auth.LevelBanner {
		return errs.Field("mode", "苏木乡镇（街道）不办评选，只能推荐或者典型展示")
	}
	if at.Level() < auth.LevelBanner {
		return nil
	}
	if _, err := takeYear.One(ctx, tx, at); err != nil { // two officers at once are one after the other
		return err
	}
	n, err := inYear.One(ctx, tx, int64(at), int64(in.From.NewYear()), int64(in.From.NewYear())+1130)
	if err == nil && n > 0 {
		err = errs.Field("mode", "旗县区一年最多办一项评选，这一年已经有了")
	}
	return err
}

// Create opens a campaign of the actor's level.
func (s *Service) Create(ctx context.Context, in CreateInput) (Campaign, error) {
	me := auth.From(ctx)
	where := cmp.Or(in.Region, me.Seat())
	op := act.Op{Perm: Manage, Action: "award.create", Check: in.check}
	return act.Write(ctx, s.db, op, func(tx *db.Tx) (x Campaign, err error) {
		if err := auth.Require(ctx, Manage, Manage, at(where)); err != nil {
			return x, err
		}
		if me.Seat() != where {
			return x, errs.Field("region", "只办自己这一级的")
		}
		if err := in.mayRun(ctx, tx, where); err != nil {
			return x, err
		}
		x = Campaign{ID: tx.NewID(), Version: 1, Region: where, Title: strings.TrimSpace(in.Title), Mode: in.Mode, State: Open,
			AuthorityNo: strings.TrimSpace(in.AuthorityNo), Unit: in.Unit, Cycle: in.Cycle, FromDay: in.From, ToDay: in.To, MadeBy: me.Account,
			Maker: me.Name, MadeAt: tx.Now}
		if err := campaignKind.Enter(ctx, tx, op, &x); err != nil {
			return x, err
		}
		for _, c := range in.categories() {
			c.AwardID = x.ID
			if err := categories.Insert(ctx, tx, c); err != nil {
				return x, err
			}
		}
		return x, nil
	})
}

// ReasonInput names a thing with its version and a reason.
type ReasonInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Reason  string `json:"reason" minLength:"1" maxLength:"300"`
}

// Cancel ends a campaign without a result.
func (s *Service) Cancel(ctx context.Context, in ReasonInput) (Campaign, error) {
	op := act.Op{Perm: Manage, Action: "award.cancel", ID: in.ID, Version: in.Version, From: []string{Open, InNotice}, Cause: in.Reason}
	return campaignKind.Change(ctx, s.db, op, func(_ *db.Tx, x *Campaign) error {
		x.State, x.Reason = Cancelled, in.Reason
		return nil
	})
}

// JudgeInput calls somebody as a judge.
type JudgeInput struct {
	ID        db.ID `path:"id"`
	AccountID db.ID `json:"account_id"`
}

// AddJudge calls a judge: an inspector, or an officer of the level that decides.
func (s *Service) AddJudge(ctx context.Context, in JudgeInput) (Judge, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Manage, Action: "award.add_judge"}, func(tx *db.Tx) (x Judge, err error) {
		a, err := s.managed(ctx, tx, in.ID)
		if err != nil {
			return x, err
		}
		if a.State != Open {
			return x, errs.WrongState("公示以后不能再加评委")
		}
		list, err := callable(ctx, tx, a)
		if err != nil {
			return x, err
		}
		i := slices.IndexFunc(list, func(c choice) bool { return c.ID == in.AccountID })
		if i < 0 {
			return x, errs.Field("account_id", "从本级的督导员和经办人里选；有人打过分以后，经办人看得到分，只选督导员")
		}
		me := auth.From(ctx)
		x = Judge{ID: tx.NewID(), AwardID: a.ID, AccountID: in.AccountID, Name: list[i].Name, ByID: me.Account, ByName: me.Name, At: tx.Now}
		added, err := judges.Add(ctx, tx, x)
		if err == nil && !added {
			err = errs.Field("account_id", "已经是评委")
		}
		if err != nil {
			return x, err
		}
		return x, audit.Write(ctx, tx, audit.Entry{Action: "award.add_judge", Object: "award", ID: a.ID.String(), Region: a.Region})
	})
}

// managed gives a campaign that the actor looks after.
func (s *Service) managed(ctx context.Context, tx *db.Tx, id db.ID) (Campaign, error) {
	a, err := campaigns.Get(ctx, tx, id)
	if err == nil {
		err = auth.Require(ctx, Manage, View, at(a.Region))
	}
	return a, err
}

// callable are those who may be judges of a campaign. Once somebody has scored, its officers have seen it and judge no more.
func callable(ctx context.Context, tx *db.Tx, a Campaign) (out []choice, err error) {
	officer := map[int]auth.Role{auth.LevelRegion: auth.RegionOfficer, auth.LevelLeague: auth.LeagueOfficer,
		auth.LevelBanner: auth.BannerOfficer, auth.LevelTown: auth.TownOfficer}[a.Region.Level()]
	inspectors, err := account.HoldersIn(ctx, tx, auth.Inspector, a.Region)
	if err != nil {
		return nil, err
	}
	officers, err := account.HoldersIn(ctx, tx, officer, a.Region)
	if err != nil {
		return nil, err
	}
	scored, err := marksOf.All(ctx, tx, a.ID)
	if err != nil {
		return nil, err
	}
	for _, id := range append(inspectors, officers...) {
		if len(scored) == 0 || !slices.Contains(officers, id) {
			x, err := account.Get(ctx, tx, id)
			if err != nil {
				return nil, err
			}
			out = append(out, choice{x.ID, x.Name})
		}
	}
	return out, nil
}
