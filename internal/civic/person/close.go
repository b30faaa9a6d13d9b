package person

import (
	"context"
	"strings"
	"time"

	"golang.org/x/text/width"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/spelling"
)

// How two people are close, as declared.
const (
	Kin       = "kin"       // 近亲属: spouse, parents, children, brothers and sisters, grandparents, grandchildren
	Household = "household" // they live together
)

var kinKinds = set.New("person_kin.kind", set.Row{Kin, "近亲属"}, set.Row{Household, "同住一户"})

// kin is a declared tie between two people, the smaller id first.
type kin struct {
	A        db.ID `db:"a_id"`
	B        db.ID `db:"b_id"`
	Region   auth.Region
	Kind     string
	Relation string
	At       time.Time
}

// Relative is somebody close, as the page of the other shows him.
type Relative struct {
	PersonID db.ID  `json:"person_id"`
	Name     string `json:"name"`
	Kind     string `json:"kind"`
	Relation string `json:"relation"`
}

// closeness is a tie between two people, in the words of whoever entered it.
type closeness struct{ Kind, Relation string }

var (
	kinTable = db.NewRelation[kin]("person_kin", "a_id", "b_id")
	kinOf    = db.Query[Relative](`SELECT p.id AS person_id, p.name, k.kind, k.relation FROM person_kin k
		JOIN person p ON p.id = CASE WHEN k.a_id = $1 THEN k.b_id ELSE k.a_id END WHERE k.a_id = $1 OR k.b_id = $1 ORDER BY k.at, p.id`)
	dropKin = db.SQL(`DELETE FROM person_kin WHERE a_id = $1 AND b_id = $2`)
	tied    = db.Query[closeness](`SELECT k.kind, k.relation FROM person_kin k WHERE k.a_id = $1 AND k.b_id = $2 OR k.a_id = $2 AND k.b_id = $1
		UNION ALL SELECT 'kin' AS kind, g.relation FROM person_guardian g
		WHERE g.ward_id = $1 AND g.guardian_id = $2 OR g.ward_id = $2 AND g.guardian_id = $1`)
	samePhone = db.Query[int64](`SELECT COUNT(*) FROM person x JOIN person y ON y.phone_blind = x.phone_blind WHERE x.id = $1 AND y.id = $2`)
)

// Close says why two people are too close for one to stand for the other's hours: the same entry, telephone, household or address, or
// 近亲属. "" when they are not. Entries that were merged are asked as what they go on as.
func (s *Service) Close(ctx context.Context, tx *db.Tx, a, b db.ID) (string, error) {
	pa, err := Current(ctx, tx, a)
	if err != nil {
		return "", err
	}
	pb, err := Current(ctx, tx, b)
	if err != nil || pa.ID == pb.ID {
		return "是同一个人", err
	}
	if n, err := samePhone.One(ctx, tx, pa.ID, pb.ID); err != nil || n > 0 {
		return "用同一个电话", err
	}
	if ties, err := tied.All(ctx, tx, pa.ID, pb.ID); err != nil || len(ties) > 0 {
		if err != nil || ties[0].Relation == "" {
			return "是近亲属或者同住一户", err
		}
		return kinKinds.Word(ties[0].Kind) + "（" + ties[0].Relation + "）", nil
	}
	if oneHouse(pa, pb) {
		return "登记在同一户", nil
	}
	shared, err := s.sharedAddress(ctx, tx, pa.ID, pb.ID)
	if shared {
		return "住在同一个地址", err
	}
	return "", err
}

// oneHouse says whether both name the same householder of one community, or one names the other.
func oneHouse(a, b Person) bool {
	if a.Region != b.Region || a.Householder == "" && b.Householder == "" {
		return false
	}
	return a.Householder == b.Householder && a.Group == b.Group || a.Householder == b.Name || b.Householder == a.Name
}

// sharedAddress says whether two people have an address in common.
func (s *Service) sharedAddress(ctx context.Context, tx *db.Tx, a, b db.ID) (bool, error) {
	theirs := map[string]bool{}
	list, err := s.addresses(ctx, tx, a)
	if err != nil {
		return false, err
	}
	for _, x := range list {
		theirs[x.whole()] = true
	}
	if list, err = s.addresses(ctx, tx, b); err != nil {
		return false, err
	}
	for _, x := range list {
		if key := x.whole(); key != "" && theirs[key] {
			return true, nil
		}
	}
	return false, nil
}

// whole is an address as two are compared: the community and what stands behind it, without spaces; "" where it names no house.
func (a Address) whole() string {
	if detail := strings.Join(strings.Fields(width.Fold.String(a.Detail)), ""); detail != "" {
		return a.Region.String() + " " + detail
	}
	return ""
}

// KinInput declares that somebody is close.
type KinInput struct {
	ID       db.ID  `path:"id"`
	Other    db.ID  `json:"other_id"`
	Kind     string `json:"kind" set:"person_kin.kind" maxLength:"9" doc:"近亲属，或者同住一户"`
	Relation string `json:"relation" minLength:"1" maxLength:"20" doc:"是本人的什么人"`
}

// AddKin declares that somebody is a person's 近亲属 or lives with him: neither then stands for the other's hours.
func (s *Service) AddKin(ctx context.Context, in KinInput) (Detail, error) {
	op := act.Op{Perm: Edit, Action: "person.add_kin", ID: in.ID, Detail: map[string]any{"other": in.Other.String(), "kind": in.Kind}}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		if in.Other == p.ID {
			return errs.Field("other_id", "不能是本人")
		}
		other, err := get(ctx, tx, in.Other)
		if errs.KindOf(err) == errs.NotFound || err == nil && other.State != Active {
			return errs.Field("other_id", "没有找到这条登记")
		}
		if err != nil {
			return err
		}
		fresh, err := kinTable.Add(ctx, tx, kin{min(p.ID, other.ID), max(p.ID, other.ID), p.Region, in.Kind, spelling.Name(in.Relation), tx.Now})
		if err == nil && !fresh {
			err = errs.WrongState("已经登记过")
		}
		return err
	})
}

// DropKinInput names somebody who was declared close by mistake, or no longer is.
type DropKinInput struct {
	ID    db.ID `path:"id"`
	Other db.ID `json:"other_id"`
}

// DropKin takes the declaration back. Nobody does so for himself.
func (s *Service) DropKin(ctx context.Context, in DropKinInput) (Detail, error) {
	op := act.Op{Perm: Edit, Action: "person.drop_kin", ID: in.ID, Detail: map[string]any{"other": in.Other.String()}}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		if err := notOwn(ctx, p.ID, in.Other); err != nil {
			return err
		}
		n, err := dropKin.Run(ctx, tx, min(p.ID, in.Other), max(p.ID, in.Other))
		return touched(n, err, errs.WrongState("没有这样登记过"))
	})
}

// notOwn refuses who would change who is close to himself.
func notOwn(ctx context.Context, people ...db.ID) error {
	for _, id := range people {
		if me := auth.From(ctx).Person; me != 0 && me == id {
			return errs.Deny("自己和谁是一家，由别人来改")
		}
	}
	return nil
}
