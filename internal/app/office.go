package app

import (
	"context"

	"linli/internal/network/office/archive"
	"linli/internal/network/office/equipment"
	"linli/internal/network/office/home"
	"linli/internal/network/office/ledger"
	"linli/internal/network/office/notice"
	"linli/internal/network/office/photo"
	"linli/internal/network/office/roster"
	"linli/internal/network/office/rule"
	"linli/internal/network/office/sign"
	"linli/internal/network/office/template"
	"linli/internal/network/office/workplan"
	"linli/internal/oversight/inspection/visit"
	"linli/internal/people/volunteer"
	"linli/internal/platform/db"
	"linli/internal/platform/web"
	"linli/internal/proof/record"
	"linli/internal/work/order"
)

// Office is what a station keeps besides its work, book by book.
type Office struct {
	Ledger    *ledger.Service
	Template  *template.Service
	Notice    *notice.Service
	Photo     *photo.Service
	Workplan  *workplan.Service
	Rule      *rule.Service
	Sign      *sign.Service
	Equipment *equipment.Service
	Roster    *roster.Service
	Archive   *archive.Service
	Home      *home.Service
}

func (a *App) buildOffice() {
	d, o := a.DB, &a.Office
	o.Ledger = ledger.New(d, notice.Ledger, workplan.Ledger, rule.Ledger, roster.Ledger, equipment.Ledger, archive.Ledger,
		volunteer.Ledger, order.Ledger, record.Ledger, visit.Ledger)
	o.Template = template.New(d)
	o.Notice = notice.New(d, a.Blobs)
	o.Photo = photo.New(d, a.Blobs)
	o.Workplan = workplan.New(d)
	o.Rule = rule.New(d)
	o.Sign = sign.New(d)
	o.Equipment = equipment.New(d, a.Blobs)
	o.Roster = roster.New(d, a.Keys)
	o.Archive = archive.New(d, a.Blobs)
	o.Home = home.New(d, a.Standard, o.Equipment)
	a.Station.Showing.Subscribe(o.Roster.OnShowing)
	a.Station.Showing.Subscribe(o.Notice.OnShowing)
	a.Station.Showing.Subscribe(o.Photo.OnShowing)
}

// Routes mounts all books.
func (o *Office) Routes(r *web.Router) {
	for _, book := range []interface{ Routes(*web.Router) }{o.Home, o.Notice, o.Photo, o.Workplan, o.Rule, o.Sign, o.Equipment, o.Roster, o.Ledger, o.Archive, o.Template} {
		book.Routes(r)
	}
}

// remind tells managers of what has lapsed in their books.
func (o *Office) remind(ctx context.Context) error {
	if err := o.Workplan.Remind(ctx); err != nil {
		return err
	}
	return o.Archive.Remind(ctx)
}

// verifyOffices asks every book that numbers or counts.
func verifyOffices(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, verify := range []func(context.Context, *db.Tx, func(object, what string)) error{notice.Verify, equipment.Verify, archive.Verify, workplan.Verify, rule.Verify, photo.Verify} {
		if err := verify(ctx, tx, report); err != nil {
			return err
		}
	}
	return nil
}
