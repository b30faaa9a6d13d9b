package audit

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// View is the permission to read the trail.
const View auth.Perm = "audit.view"

// Detail is the JSON object of a row, as it was written.
type Detail string

// MarshalJSON gives the object itself.
func (d Detail) MarshalJSON() ([]byte, error) { return []byte(d), nil }

// Schema tells the API's document that it is an object, or null.
func (Detail) Schema(huma.Registry) *huma.Schema {
	return &huma.Schema{Type: huma.TypeObject, Nullable: true, AdditionalProperties: true}
}

// Row is one line of the trail.
type Row struct {
	Seq       *int64      `json:"seq"` // nil until the sequencer has seen it
	ID        db.ID       `json:"id"`
	At        time.Time   `json:"at"`
	AccountID db.ID       `json:"account_id"` // none for the program itself
	Actor     string      `json:"actor"`
	Role      string      `json:"role"` // all roles at that moment
	Action    string      `json:"action"`
	Object    string      `json:"object"`
	ObjectID  string      `json:"object_id"`
	Region    auth.Region `json:"region"`
	Cause     string      `json:"cause"`
	Detail    Detail      `json:"detail"`
	Chain     []byte      `json:"chain"`
}

// Filter narrows the trail.
type Filter struct {
	Account  db.ID       `query:"account" required:"false" doc:"账号"`
	Object   string      `query:"object" required:"false" maxLength:"60" doc:"对象种类"`
	ObjectID string      `query:"object_id" required:"false" maxLength:"60" doc:"对象编号"`
	Action   string      `query:"action" required:"false" maxLength:"60" doc:"动作"`
	From     clock.Day   `query:"from" required:"false" doc:"从哪天"`
	To       clock.Day   `query:"to" required:"false" doc:"到哪天（含）"`
	Region   auth.Region `query:"region" required:"false" doc:"区划，含下级"`
	Kind     string      `query:"kind" required:"false" maxLength:"60" doc:"哪一类工作，即动作的前一半，如 order"`
	Who      string      `query:"who" required:"false" maxLength:"60" doc:"工作人员的姓名，要一字不差"`
	among    []string    // only these actions; nil for all
}

// Among narrows the trail to some actions.
func (f Filter) Among(actions []string) Filter {
	f.among = actions
	return f
}

// staff holds for rows of who held an office then: nobody else is looked for in the trail by name, and none of its pages names them.
const staff = "REPLACE(REPLACE(REPLACE(role, 'resident', ''), 'volunteer', ''), ' ', '') <> ''"

// Served says that the row is of somebody who held no office: he acted for himself, as a resident or volunteer.
func (r Row) Served() bool {
	return r.AccountID != 0 && !slices.ContainsFunc(strings.Fields(r.Role), func(role string) bool {
		return role != string(auth.Resident) && role != string(auth.Volunteer)
	})
}

// spoken are the actions whose cause once was the name of who spoke, in rows of earlier releases.
var spoken = []string{"attendance.check_in", "attendance.check_out"}

// Masked is the row as it is read by administrators: those who were served or served stand in it by their account.
func (r Row) Masked() Row {
	if r.Served() {
		r.Actor = "居民或志愿者 " + r.AccountID.String()
	}
	if slices.Contains(spoken, r.Action) {
		r.Cause = ""
	}
	return r
}

// ListInput is a page of the filtered trail.
type ListInput struct {
	Filter
	db.Paging
}

// List gives the rows that the actor may read, the newest first.
func List(ctx context.Context, tx *db.Tx, in ListInput) (page db.Page[Row], err error) {
	if err := auth.Allow(ctx, View); err != nil {
		return page, err
	}
	var last db.ID
	more, err := in.After(&last)
	if err != nil {
		return page, err
	}
	b := in.build(ctx, tx).If(more, " AND id < ?", last).Add(" ORDER BY id DESC LIMIT ?", in.Size()+1)
	rows, err := db.Select[Row](ctx, tx, b)
	for i := range rows {
		rows[i] = rows[i].Masked()
	}
	return db.PageOf(rows, in.Paging, func(r Row) []string { return db.Key(r.ID) }), err
}

// Each gives the rows that the actor may read to fn, the oldest first.
func Each(ctx context.Context, tx *db.Tx, in Filter, fn func(Row) error) error {
	if err := auth.Allow(ctx, View); err != nil {
		return err
	}
	return db.Stream(ctx, tx, in.build(ctx, tx).Add(" ORDER BY id"), func(r Row) error { return fn(r.Masked()) })
}

// Export writes the rows that the actor may read as JSON lines, the oldest first, behind a line that says what they are. It is the trail
// itself, from which the chain can be reckoned again: for the server's own command.
func Export(ctx context.Context, tx *db.Tx, w io.Writer, in Filter) error {
	if err := auth.Allow(ctx, View); err != nil {
		return err
	}
	out := bufio.NewWriter(w)
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(header{Kind: "audit", Version: 1, At: tx.Now}); err != nil {
		return err
	}
	if err := db.Stream(ctx, tx, in.build(ctx, tx).Add(" ORDER BY id"), func(r Row) error { return enc.Encode(r) }); err != nil {
		return err
	}
	return out.Flush()
}

// header is the first line of an export.
type header struct {
	Kind    string    `json:"kind"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
}

// anywhere makes rows of no region (settings, keys, the program itself) those of the autonomous region.
const anywhere = "(CASE WHEN region = 0 THEN 150000000000 ELSE region END)"

func (f Filter) build(ctx context.Context, tx *db.Tx) *db.Builder {
	b := tx.Build(columns+" WHERE 1 = 1").
		If(f.Account != 0, " AND account_id = ?", f.Account).
		If(f.Object != "", " AND object = ?", f.Object).
		If(f.ObjectID != "", " AND object_id = ?", f.ObjectID).
		If(f.Action != "", " AND action = ?", f.Action).
		If(f.From != 0, " AND at >= ?", f.From.Time()).
		If(f.To != 0, " AND at < ?", f.To.AddDays(1).Time()).
		If(f.Kind != "", " AND action >= ? AND action < ?", f.Kind+".", f.Kind+"/").
		If(f.Who != "", " AND actor = ? AND "+staff, f.Who)
	if f.among != nil {
		b.Add(" AND (1 = 0")
		for _, a := range f.among {
			b.Add(" OR action = ?", a)
		}
		b.Add(")")
	}
	auth.Along(b, "region", f.Region)
	auth.ScopeOf(ctx, View).Where(b, auth.Columns{Region: anywhere})
	return b
}
