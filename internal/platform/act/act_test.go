package act_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/db/dbtest"
	"linli/internal/platform/errs"
)

// thing is a row of a table that every database has.
type thing struct {
	ID       db.ID
	Region   auth.Region `db:",once"`
	Code     string      `db:",once"`
	Name     string
	Active   bool
	Category string `db:",once"`
	Minutes  int64  `db:",once"`
	Needed   int64  `db:",once"`
	Sort     int64  `db:",once"`
	Texts
	Version int64
}

// Texts are what else the table wants.
type Texts struct {
	Blurb, Icon, Audience, Skills, Languages, TrainingCode, QualificationCode, Risk string `db:",once"`
	Dangerous, AdultsOnly, TwoPersons, InsuranceNeeded                              bool   `db:",once"`
}

const (
	see  auth.Perm = "audit.view"     // auditors of a place
	edit auth.Perm = "catalogue.edit" // managers and officers of a place
	here           = auth.Region(150100000000)
)

var told []string

var things = act.Kind[thing]{Object: "thing", View: see, Table: db.NewRelation[thing]("catalogue_item"),
	Place: func(x thing) auth.Place { return auth.Place{Region: x.Region} },
	State: func(x thing) string { return map[bool]string{true: "on", false: "off"}[x.Active] },
	Word:  func(s string) string { return map[string]string{"on": "开着", "off": "停了"}[s] },
	Trail: func(was, now thing) map[string]any { return map[string]any{"from": was.Name, "to": now.Name} },
	Tell: func(_ context.Context, _ *db.Tx, op act.Op, was, now thing) error {
		told = append(told, op.Action+" "+was.Name+"→"+now.Name)
		return nil
	}}

func as(ctx context.Context, role auth.Role, at auth.Region) context.Context {
	return auth.With(ctx, auth.Actor{Account: 1, Name: "某人", Grants: []auth.Grant{{Role: role, Region: at}}})
}

func rename(ctx context.Context, d *db.DB, op act.Op) (thing, error) {
	op.Perm, op.Action = edit, "thing.rename"
	return things.Change(ctx, d, op, func(_ *db.Tx, x *thing) error {
		x.Name += "！"
		return nil
	})
}

// Every refusal of the frame, in its order, and nothing is stored by any of them.
func TestChange(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		officer := as(t.Context(), auth.BannerOfficer, here)
		x, err := things.Add(officer, d, act.Op{Perm: edit, Action: "thing.add"}, act.In(here), func(tx *db.Tx) (thing, error) {
			return thing{ID: tx.NewID(), Region: here, Code: "a", Name: "甲", Active: true, Category: "health", Minutes: 30, Needed: 1, Version: 1},
				nil
		})
		if err != nil {
			t.Fatal(err)
		}
		off := errs.Field("name", "不行")
		both := auth.With(t.Context(), auth.Actor{Account: 2, Grants: []auth.Grant{{Role: auth.BannerOfficer, Region: 150200000000},
			{Role: auth.Auditor, Region: here}}})
		for _, c := range []struct {
			name string
			ctx  context.Context
			op   act.Op
			kind errs.Kind
			code string
		}{
			{"a visitor", t.Context(), act.Op{ID: x.ID}, errs.Unauthenticated, "unauthenticated"},
			{"without the permission, on what is not there", as(t.Context(), auth.Resident, 0), act.Op{ID: 1}, errs.Denied, "denied"},
			{"bad input, on what is not there", officer, act.Op{ID: 1, Check: func() error { return off }}, errs.Invalid, "invalid"},
			{"what is not there", officer, act.Op{ID: 1}, errs.NotFound, "not_found"},
			{"elsewhere", as(t.Context(), auth.BannerOfficer, 150200000000), act.Op{ID: x.ID}, errs.NotFound, "not_found"},
			{"seen here, held elsewhere", both, act.Op{ID: x.ID}, errs.Denied, "denied"},
			{"an old version, in a wrong state", officer, act.Op{ID: x.ID, Version: 9, From: []string{"off"}}, errs.Conflict, "stale_version"},
			{"a wrong state", officer, act.Op{ID: x.ID, Version: 1, From: []string{"off"}}, errs.Conflict, "wrong_state"},
		} {
			if _, err := rename(c.ctx, d, c.op); errs.KindOf(err) != c.kind || errs.CodeOf(err) != c.code {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		told = nil
		y, err := rename(officer, d, act.Op{ID: x.ID, Version: 1, From: []string{"on"}})
		if err != nil || y.Name != "甲！" || y.Version != 2 || len(told) != 1 || told[0] != "thing.rename 甲→甲！" {
			t.Errorf("%+v %v %v", y, err, told)
		}
		if n := trail(t, d); n != 2 {
			t.Errorf("%d entries of the trail, not 2", n)
		}
	})
}

// A change that leaves no trail is not stored, unless it says why; a trail of nothing, and nothing without a trail, are fine.
func TestTrail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := auth.AsSystem(t.Context(), "test")
		add := func(tx *db.Tx, name string) error {
			_, err := tx.Build("INSERT INTO stamp (name, value) VALUES (?, '')", name).Run(ctx, tx)
			return err
		}
		do := func(op act.Op, fn func(tx *db.Tx) error) error {
			op.Perm = edit
			_, err := act.Write(ctx, d, op, func(tx *db.Tx) (bool, error) { return true, fn(tx) })
			return err
		}
		note := func(tx *db.Tx) error { return audit.Write(ctx, tx, audit.Entry{Action: "x"}) }
		if err := do(act.Op{Action: "silent"}, func(tx *db.Tx) error { return add(tx, "a") }); err == nil || errs.KindOf(err) != 0 {
			t.Errorf("a silent change: %v", err)
		}
		for name, err := range map[string]error{
			"quiet":   do(act.Op{Quiet: "a mark of what was read"}, func(tx *db.Tx) error { return add(tx, "b") }),
			"nothing": do(act.Op{}, func(*db.Tx) error { return nil }),
			"trailed": do(act.Op{}, func(tx *db.Tx) error { return errors.Join(add(tx, "c"), note(tx)) }),
		} {
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := count(t, d, "stamp"); n != 2 {
			t.Errorf("%d rows, not 2", n)
		}
	})
}

func trail(t *testing.T, d *db.DB) int64 { return count(t, d, "audit") }

func count(t *testing.T, d *db.DB, table string) (n int64) {
	t.Helper()
	if err := d.Read(t.Context(), func(tx *db.Tx) (err error) {
		n, err = db.SelectOne[int64](t.Context(), tx, tx.Build("SELECT COUNT(*) FROM "+table))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return n
}

// What lies in a place is read by those who may read there: nobody else learns whether there is such a place.
func TestReadAt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			who  context.Context
			want error
		}{
			{as(t.Context(), auth.Auditor, here), nil},
			{as(t.Context(), auth.Auditor, 150200000000), errs.ErrNotFound},
			{as(t.Context(), auth.Resident, here), errs.ErrDenied},
			{t.Context(), errs.ErrUnauthenticated},
		} {
			n, err := act.ReadAt(c.who, d, see, here, func(*db.Tx) (int, error) { return 7, nil })
			if err != c.want || (err == nil) != (n == 7) {
				t.Errorf("%d, %v, not %v", n, err, c.want)
			}
		}
	})
}

// The trail keeps the details of the kind and those of the operation, what the change itself added included; a quiet operation leaves none.
func TestDetail(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := auth.AsSystem(t.Context(), "test")
		add := func(op act.Op, code string) {
			t.Helper()
			op.Perm, op.Action = edit, "thing.add"
			if _, err := things.Add(ctx, d, op, act.In(here), func(tx *db.Tx) (thing, error) {
				if op.Detail != nil {
					op.Detail["fields"] = "name"
				}
				return thing{ID: tx.NewID(), Region: here, Code: code, Name: "甲", Category: "health", Minutes: 30, Needed: 1, Version: 1}, nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		add(act.Op{Detail: map[string]any{"why": "asked"}}, "a")
		add(act.Op{Quiet: "its steps leave their own"}, "b")
		var details []string
		if err := d.Read(ctx, func(tx *db.Tx) (err error) {
			details, err = db.Select[string](ctx, tx, tx.Build("SELECT CAST(detail AS TEXT) FROM audit"))
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if len(details) != 1 {
			t.Fatalf("%d entries, not 1", len(details))
		}
		for _, want := range []string{`"to"`, `"甲"`, `"why"`, `"asked"`, `"fields"`, `"name"`} {
			if !strings.Contains(details[0], want) {
				t.Errorf("%s lacks %s", details[0], want)
			}
		}
	})
}
