package roster

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
)

// Keeper is one who sits at the desk of a station.
type Keeper struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	StationID db.ID       `json:"station_id" db:",once"`
	Region    auth.Region `json:"-" db:",once"`
	Name      string      `json:"name"`
	Post      string      `json:"post" doc:"职务，例如 站点管理员"`
	Named     bool        `json:"named" doc:"本人同意在公开页上写姓名"`
	AgreedDay clock.Day   `json:"agreed_day" doc:"哪一天同意的"`
	Active    bool        `json:"active"`
	Phone     string      `json:"phone,omitempty" db:"-" doc:"值班时的电话，只在站里看；名单里不列"`

	Sealed []byte `json:"-" db:"phone"`
}

var keepers = office.Kind[Keeper]{Table: keeperTable, Station: func(k Keeper) db.ID { return k.StationID }}

// KeeperFacts are what is said of a keeper.
type KeeperFacts struct {
	Name  string `json:"name" minLength:"1" maxLength:"30"`
	Post  string `json:"post" minLength:"1" maxLength:"20"`
	Named bool   `json:"named" required:"false" doc:"本人同意在公开页上写姓名"`
	Phone string `json:"phone" required:"false" maxLength:"20" pattern:"^[0-9 +-]*$" patternDescription:"数字和连字符" doc:"值班时打哪个电话，只在站里看"`
}

func (f KeeperFacts) check() error {
	c := errs.Check{}
	office.Required(c, "name", f.Name, "请写姓名")
	office.Required(c, "post", f.Post, "请写职务")
	return c.Err()
}

func sealKeeper(id db.ID) string { return seal.At("office_keeper", "phone", int64(id)) }

// describe lets the register say what was noted of a keeper; the day of his agreement is that on which he gave it.
func (s *Service) describe(k *Keeper, f KeeperFacts, today clock.Day) {
	switch {
	case !f.Named:
		k.AgreedDay = 0
	case !k.Named:
		k.AgreedDay = today
	}
	k.Name, k.Post, k.Named, k.Phone = f.Name, f.Post, f.Named, f.Phone
	k.Sealed = s.keys.SealText(f.Phone, sealKeeper(k.ID))
}

// AddKeeperInput is a new keeper.
type AddKeeperInput struct {
	ID db.ID `path:"id"`
	KeeperFacts
}

// AddKeeper names somebody who will be on duty.
func (s *Service) AddKeeper(ctx context.Context, in AddKeeperInput) (Keeper, error) {
	op := act.Op{Perm: office.Edit, Action: "office.keeper", Check: in.check}
	return keepers.Add(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (Keeper, error) {
		k := Keeper{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Active: true}
		s.describe(&k, in.KeeperFacts, b.Today)
		return k, nil
	})
}

// EditKeeperInput changes a keeper, or lets him go.
type EditKeeperInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	KeeperFacts
	Active bool `json:"active" required:"false" doc:"还在值班；不再值班的，今天以后的班一起取消"`
}

// EditKeeper changes what is said of a keeper. Who is on duty no more loses the shifts after today.
func (s *Service) EditKeeper(ctx context.Context, in EditKeeperInput) (Keeper, error) {
	op := act.Op{Perm: office.Edit, Action: "office.keeper_edit", ID: in.ID, Version: in.Version, Check: in.check}
	return keepers.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, k *Keeper) (err error) {
		s.describe(k, in.KeeperFacts, b.Today)
		if k.Active = in.Active; !k.Active {
			_, err = cancelAfter.Run(ctx, tx, k.ID, int64(b.Today))
		}
		return err
	})
}

// KeeperSheet is a keeper with his station.
type KeeperSheet struct {
	office.Book
	Keeper
}

// Keeper gives one keeper.
func (s *Service) Keeper(ctx context.Context, in office.EntryInput) (KeeperSheet, error) {
	return office.Look(ctx, s.db, &keepers, in.ID, func(_ *db.Tx, b office.Book, k Keeper) (out KeeperSheet, err error) {
		k.Phone, err = s.keys.OpenText(k.Sealed, sealKeeper(k.ID))
		return KeeperSheet{b, k}, err
	})
}
