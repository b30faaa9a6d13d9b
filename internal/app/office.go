package app

import (
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
}
