package setup

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/network/station"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Seat is one account to be made; one without a name is left for later.
type Seat struct {
	Role    auth.Role `json:"role" maxLength:"20" doc:"角色"`
	Name    string    `json:"name" required:"false" maxLength:"80" doc:"姓名；不填就以后再开"`
	Login   string    `json:"login" required:"false" maxLength:"32" doc:"账号名"`
	Phone   string    `json:"phone" required:"false" maxLength:"40" doc:"手机号"`
	Initial string    `json:"initial" minLength:"1" maxLength:"512" doc:"初始密码"` // may have been copied by hand: a refused form shows it again
}

// BeginInput is the first day: accounts, and the first station where a community is named.
type BeginInput struct {
	Token     string      `path:"token" maxLength:"64"`
	Seats     []Seat      `json:"seats" minItems:"1" maxItems:"6"`
	Community auth.Region `json:"community" required:"false" doc:"第一个站在哪个嘎查村（社区）；不填就以后再设"`
	Address   string      `json:"address" required:"false" maxLength:"100" doc:"站的地址"`
	Phone     string      `json:"phone" required:"false" maxLength:"20" pattern:"^[0-9 +-]*$" patternDescription:"数字和连字符" doc:"站的电话"`
	Lat       float64     `json:"lat" required:"false" minimum:"-90" maximum:"90"`
	Lng       float64     `json:"lng" required:"false" minimum:"-180" maximum:"180"`
	Datum     string      `json:"datum" required:"false" set:"datum" maxLength:"8" doc:"坐标是哪里来的"`
}

// Begun tells what was made; the initial passwords are those that were sent in, and are not said again.
type Begun struct {
	Accounts []string `json:"accounts" doc:"开好的账号"`
	Station  string   `json:"station" doc:"设好的站；没有设为空"`
}

// Begin makes the first accounts, and with a community its station, opened where its manager is among them: all or nothing. It goes
// through the operations of those areas as the console does, so that trail, appointments and independence are what they are there: what
// the console made shares one root until a third person has confirmed it. Once anybody has an account it is WrongState for ever.
func (s *Service) Begin(ctx context.Context, in BeginInput) (out Begun, err error) {
	if err := auth.Allow(ctx, Start); err != nil {
		return out, err
	}
	if err := s.right(in.Token); err != nil {
		return out, err
	}
	if err := in.check(); err != nil {
		return out, err
	}
	ctx = auth.AsSystem(ctx, "console")
	err = s.db.Batch(ctx, func(ctx context.Context) error {
		out = Begun{Accounts: []string{}}
		if err := s.first(ctx); err != nil {
			return err
		}
		st, err := s.found(ctx, in)
		if err != nil {
			return err
		}
		out.Station = st.Name
		managed := false
		for i, seat := range in.Seats {
			if seat.Name == "" {
				continue
			}
			made, err := s.accounts.Add(ctx, seat.account(in.Community))
			if err != nil {
				return under(i, err)
			}
			out.Accounts = append(out.Accounts, made.Account.Login)
			managed = managed || seat.Role == auth.StationManager
		}
		if st.ID == 0 || !managed {
			return nil
		}
		_, err = s.stations.SetStatus(ctx, station.StatusInput{ID: st.ID, Version: st.Version, Status: station.Open, Reason: "首次启用"})
		return err
	})
	return out, err
}

// hold lets one of two who begin at once wait for the other.
var hold = db.Query[string](`SELECT value FROM stamp WHERE name = 'kind' FOR UPDATE`)

// first refuses where somebody has an account already.
func (s *Service) first(ctx context.Context) error {
	return s.db.Write(ctx, func(tx *db.Tx) error {
		if _, err := hold.One(ctx, tx); err != nil {
			return err
		}
		_, some, err := db.Found(anybody.One(ctx, tx))
		if err == nil && some {
			err = errs.WrongState("已经启用过了，请登录")
		}
		return err
	})
}

// found sets up the first station, if a community is named.
func (s *Service) found(ctx context.Context, in BeginInput) (st station.Station, err error) {
	if in.Community == 0 {
		return st, nil
	}
	st, err = s.stations.Create(ctx, station.CreateInput{Region: in.Community, Facts: station.Facts{Address: in.Address, Phone: in.Phone,
		Lat: in.Lat, Lng: in.Lng, Datum: in.Datum}})
	if e, is := errors.AsType[*errs.Error](err); is && e.Fields["region"] != "" {
		err = errs.Field("community", e.Fields["region"])
	}
	return st, err
}

// check finds what is wrong with the form as a whole; what is wrong with an account or the station, their operations say.
func (in BeginInput) check() error {
	c, seen, named := errs.Check{}, []auth.Role{}, 0
	for i, seat := range in.Seats {
		at := func(field string) string { return fmt.Sprintf("seats.%d.%s", i, field) }
		c.That(slices.Contains(seats, seat.Role), at("role"), "首次启用不开这个角色")
		c.That(!slices.Contains(seen, seat.Role), at("role"), "这个角色写了两次")
		seen = append(seen, seat.Role)
		if seat.Name == "" {
			c.That(seat.Role != auth.SecurityAdmin, at("name"), "第一个管理员要现在开")
			c.That(seat.Login == "" && seat.Phone == "", at("name"), "请填姓名；不开就把这一行清空")
			continue
		}
		named++
		c.That(!local(seat.Role) || in.Community != 0, "community", "开站里和苏木乡镇（街道）的账号，要先选第一个站在哪里")
	}
	c.That(slices.Contains(seen, auth.SecurityAdmin), "seats", "要有安全管理员")
	if in.Community != 0 {
		c.That(in.Community.Level() == auth.LevelCommunity, "community", "请选到嘎查村（社区）")
		c.That(in.Address != "", "address", "请填站的地址")
	}
	return c.Err()
}

// account is the seat as the operation of accounts takes it.
func (seat Seat) account(community auth.Region) account.AddInput {
	at := region.Top
	switch {
	case seat.Role == auth.TownOfficer:
		at = community.At(auth.LevelTown)
	case local(seat.Role):
		at = community
	}
	return account.AddInput{Login: seat.Login, Name: seat.Name, Phone: seat.Phone, Password: seat.Initial,
		Post: account.Post{Role: seat.Role, Region: at, Reason: "首次启用"}}
}

// under puts the fields of an error under those of a seat.
func under(i int, err error) error {
	e, is := errors.AsType[*errs.Error](err)
	if !is || len(e.Fields) == 0 {
		return err
	}
	c := errs.Check{}
	for field, msg := range e.Fields {
		switch field {
		case "login", "name", "phone":
		case "password":
			field = "initial"
		default:
			field = "role"
		}
		c.That(false, fmt.Sprintf("seats.%d.%s", i, field), msg)
	}
	return c.Err()
}

// beginForm keeps the search for a place over a refusal.
type beginForm struct {
	BeginInput
	Q string `query:"q" maxLength:"40"`
}

func (s *Service) begin(ctx context.Context, in beginForm) (Begun, error) {
	return s.Begin(ctx, in.BeginInput)
}
