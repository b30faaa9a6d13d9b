package app

import (
	"context"
	"fmt"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// holder is an area that holds something about persons.
type holder interface {
	Held(ctx context.Context, tx *db.Tx, person db.ID) (any, error)
}

// ExportSubject gives everything held about one person, by area, in plain (个人信息保护法 art. 45). It is for the console alone, on a request that was
// checked there; reason stands in the trail. NotFound when there is no such person.
func (a *App) ExportSubject(ctx context.Context, id db.ID, reason string) (out map[string]any, err error) {
	if auth.From(ctx).System == "" {
		return nil, errs.ErrDenied
	}
	err = a.DB.Batch(ctx, func(ctx context.Context) error {
		out = map[string]any{}
		register, err := a.Person.Get(ctx, person.GetInput{ID: id})
		if err != nil {
			return err
		}
		register.Alike = nil // other people
		out["person"] = register
		if out["sealed"], err = a.Person.Reveal(ctx, person.RevealInput{ID: id, Fields: []string{"phone", "id_number", "addresses", "groups"}, Reason: reason}); err != nil {
			return err
		}
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			if err := a.collect(ctx, tx, id, out); err != nil {
				return err
			}
			return audit.Write(ctx, tx, audit.Entry{Action: "subject.export", Object: "person", ID: id.String(), Region: register.Region, Cause: reason})
		})
	})
	return out, err
}

// collect asks every area.
func (a *App) collect(ctx context.Context, tx *db.Tx, id db.ID, out map[string]any) error {
	v, ok, err := volunteer.OfPerson(ctx, tx, id)
	if err != nil {
		return err
	}
	if ok {
		if out["volunteer"], err = volunteer.Load(ctx, tx, v.ID); err != nil {
			return err
		}
	}
	for name, h := range map[string]holder{"account": a.Account, "order": a.Order, "attendance": a.Attendance, "record": a.Record, "certificate": a.Certificate} {
		if out[name], err = h.Held(ctx, tx, id); err != nil {
			return err
		}
	}
	return nil
}

// forgetter is an area that takes out who a person was, or refuses with a reason while something of his is open.
type forgetter interface {
	Forget(ctx context.Context, tx *db.Tx, person db.ID, reason string) error
}

// Erasure tells what was erased, and what is kept by which rule.
type Erasure struct {
	Person db.ID    `json:"person_id"`
	Kept   []string `json:"kept"`
}

var (
	keptRecords      = db.Query[int64](`SELECT COUNT(*) FROM service_record WHERE person_id = $1`)
	keptCertificates = db.Query[int64](`SELECT COUNT(*) FROM certificate WHERE person_id = $1`)
	keptOrders       = db.Query[int64](`SELECT COUNT(*) FROM orders WHERE recipient_id = $1 OR requester_id = $1`)
)

// EraseSubject erases a person on his request (个人信息保护法 art. 47): who he was goes out of every area, and what the law keeps stays locked, without him. It is for the
// console alone, on a request that was checked there; reason stands in the trail. It refuses with the reason while an order, a record or a post of his is open.
func (a *App) EraseSubject(ctx context.Context, id db.ID, reason string) (out Erasure, err error) {
	if auth.From(ctx).System == "" {
		return out, errs.ErrDenied
	}
	err = a.DB.Batch(ctx, func(ctx context.Context) error {
		return a.DB.Write(ctx, func(tx *db.Tx) error {
			out = Erasure{Person: id, Kept: []string{}}
			p, err := person.Get(ctx, tx, id)
			if err != nil {
				return err
			}
			for _, area := range []forgetter{a.Order, a.Record, a.Volunteer, a.Account} {
				if err := area.Forget(ctx, tx, id, reason); err != nil {
					return err
				}
			}
			if err := out.count(ctx, tx, id); err != nil {
				return err
			}
			if err := a.Person.Erase(ctx, tx, id, reason); err != nil {
				return err
			}
			return audit.Write(ctx, tx, audit.Entry{Action: "subject.erase", Object: "person", ID: id.String(), Region: p.Region, Cause: reason, Detail: map[string]any{"kept": out.Kept}})
		})
	})
	return out, err
}

// count says what stays, and why.
func (e *Erasure) count(ctx context.Context, tx *db.Tx, id db.ID) error {
	for _, k := range []struct {
		query *db.Rows[int64]
		words string
	}{
		{keptRecords, "服务记录 %d 条：志愿服务条例第十九条要求如实记录，按标准至少保存十年；只封存，不再记着姓名和号码（个人信息保护法第四十七条第二款）"},
		{keptCertificates, "证书 %d 份：已经出具的证明要能查验（民政部令第67号第十七条），照出具时的样子保存；本人不要了可以另外撤销"},
		{keptOrders, "求助单 %d 张：只留经过和结果，内容、住址和姓名都已清空"},
	} {
		n, err := k.query.One(ctx, tx, id)
		if err != nil {
			return err
		}
		if n > 0 {
			e.Kept = append(e.Kept, fmt.Sprintf(k.words, n))
		}
	}
	return nil
}
