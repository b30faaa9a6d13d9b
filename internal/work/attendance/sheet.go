package attendance

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"linli/internal/civic/second"
	"linli/internal/civic/setting"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/work/catalogue"
)

// SheetState is where a paper sheet stands.
type SheetState string

// The states of a sheet.
const (
	Issued   SheetState = "issued"
	Entered  SheetState = "entered"
	Returned SheetState = "returned"
	Approved SheetState = "approved"
	Voided   SheetState = "void"
	Missing  SheetState = "missing"
)

// Word is what people call it.
func (s SheetState) Word() string { return sheetStates.Word(string(s)) }

var sheetStates = set.New("sheet.state",
	set.Row{string(Issued), "未用"}, set.Row{string(Entered), "待复核"}, set.Row{string(Returned), "退回改正"},
	set.Row{string(Approved), "已复核"}, set.Row{string(Voided), "作废"}, set.Row{string(Missing), "遗失"})

// Sheet is one numbered paper sheet.
type Sheet struct {
	ID         db.ID       `json:"id"`
	Version    int64       `json:"version"`
	No         string      `json:"no" db:",once"`
	State      SheetState  `json:"state"`
	Region     auth.Region `json:"region" db:",once"`
	StationID  db.ID       `json:"station_id" db:",once"`
	IssuedBy   db.ID       `json:"-" db:",once"`
	IssuedAt   time.Time   `json:"issued_at" db:",once"`
	EnteredBy  db.ID       `json:"-"`
	EnteredAt  *time.Time  `json:"entered_at"`
	PhotoID    db.ID       `json:"photo_id"`
	FirstDay   clock.Day   `json:"first_day" doc:"单上最早的服务日期"`
	DueDay     clock.Day   `json:"due_day" doc:"十个工作日的最后一天（民政部令第67号第十一条）"`
	LateReason string      `json:"late_reason" doc:"过了十个工作日才录入的原因；要苏木乡镇复核"`
	ApprovedBy db.ID       `json:"-"`
	ApprovedAt *time.Time  `json:"approved_at"`
	Reason     string      `json:"reason" doc:"退回、作废或遗失的原因"`
}

// Late says that the sheet was entered after the ten working days.
func (s Sheet) Late() bool { return s.LateReason != "" }

func (s Sheet) place() auth.Place { return auth.Place{Region: s.Region, Station: s.StationID} }

// changing says whether a sheet may still be entered or taken out of use.
func (s Sheet) changing() error {
	if s.State == Approved || s.State == Voided {
		return errs.WrongState("这张单“" + s.State.Word() + "”，不能再改")
	}
	return nil
}

// onPaper says whether a sheet may be entered or taken out of use by hand: not the list of an activity, which was never on paper and is put
// right where its roll was called.
func (s Sheet) onPaper() error {
	if s.list() {
		return errs.WrongState("这是活动交上来的名单，要在活动的点名里改，退回以后再交")
	}
	return s.changing()
}

// list says that a sheet was the list of an activity: it was entered without a photograph.
func (s Sheet) list() bool { return s.EnteredAt != nil && s.PhotoID == 0 }

// Word is what people call it: a bare number says neither.
func (s Sheet) Word() string {
	if s.list() {
		return "活动名单 " + s.No
	}
	return "补录单 " + s.No
}

// frame says how sheets are kept: each is held while its rows change, and waits for a second person from when it is entered. What follows
// from his yes is judged once it is written: he has looked already.
func (s *Service) frame() act.Kind[Sheet] {
	return act.Kind[Sheet]{Object: "sheet", View: View, Table: sheetTable, Lock: true, Place: Sheet.place,
		Trail: func(_, sh Sheet) map[string]any { return map[string]any{"no": sh.No} },
		Tell: func(ctx context.Context, tx *db.Tx, _ act.Op, was, sh Sheet) error {
			waits := bySheet(s.persons)
			if err := waits.End(ctx, tx, sh.ID); err != nil {
				return err
			}
			switch {
			case sh.State == Entered:
				return waits.Queue(ctx, tx, sh.ID, sh.Region)
			case was.State == Entered && sh.State == Approved:
				return s.accept(ctx, tx, sh)
			}
			return nil
		}}
}

func (s *Service) changeSheet(ctx context.Context, op act.Op, fn func(tx *db.Tx, sh *Sheet) error) (SheetDetail, error) {
	return act.ChangeTo(ctx, s.db, &s.sheets, op, fn, func(tx *db.Tx, sh Sheet) (SheetDetail, error) { return s.sheetDetail(ctx, tx, sh) })
}

// Row is one line of a sheet.
type Row struct {
	ID          db.ID       `json:"id"`
	SheetID     db.ID       `json:"-"`
	Line        int64       `json:"line"`
	Region      auth.Region `json:"-"`
	VolunteerID db.ID       `json:"volunteer_id"`
	VolunteerNo string      `json:"volunteer_no" db:",read"`
	PersonID    db.ID       `json:"-"`
	Name        string      `json:"name" db:",read"`
	ItemID      db.ID       `json:"item_id"`
	Item        string      `json:"item" db:",read"`
	ForWhom     string      `json:"for_whom"`
	Day         clock.Day   `json:"day"`
	StartedAt   time.Time   `json:"started_at"`
	EndedAt     time.Time   `json:"ended_at"`
	Minutes     int64       `json:"minutes"`
	Signed      bool        `json:"signed"`
}

// SheetCount is how many sheets stand in a state.
type SheetCount struct {
	State SheetState `json:"state"`
	N     int64      `json:"n"`
}

// IssueInput asks for blank numbered sheets.
type IssueInput struct {
	StationID db.ID `json:"station_id"`
	Count     int64 `json:"count" minimum:"1" maximum:"50"`
}

// IssuedSheets are the numbers given out.
type IssuedSheets struct {
	Items []Sheet `json:"items"`
}

// Issue gives a station the next numbers of its community; a number is never given twice.
func (s *Service) Issue(ctx context.Context, in IssueInput) (IssuedSheets, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Sheets}, func(tx *db.Tx) (out IssuedSheets, err error) {
		st, err := station.Get(ctx, tx, in.StationID)
		if err != nil {
			return out, err
		}
		if err := auth.Require(ctx, Sheets, View, auth.Place{Region: st.Region, Station: st.ID}); err != nil {
			return out, err
		}
		out.Items, err = issue(ctx, tx, st, in.Count)
		return out, err
	})
}

func issue(ctx context.Context, tx *db.Tx, st station.Station, count int64) ([]Sheet, error) {
	year := int64(tx.Now.Year())
	last, err := nextSerial.One(ctx, tx, st.Region, year, count)
	if err != nil {
		return nil, err
	}
	var out []Sheet
	for n := last - count + 1; n <= last; n++ {
		out = append(out, Sheet{ID: tx.NewID(), Version: 1, No: fmt.Sprintf("B%s-%d-%04d", st.Region, year, n), State: Issued, Region: st.Region,
			StationID: st.ID, IssuedBy: auth.From(ctx).Account, IssuedAt: tx.Now})
	}
	if err := sheetTable.InsertAll(ctx, tx, out); err != nil {
		return nil, err
	}
	return out, audit.Write(ctx, tx, audit.Entry{Action: "sheet.issue", Object: "station", ID: st.ID.String(), Region: st.Region,
		Detail: map[string]any{"from": out[0].No, "to": out[len(out)-1].No}})
}

// SheetList asks for the sheets of the actor's stations.
type SheetList struct {
	StationID db.ID  `query:"station_id"`
	State     string `query:"state" set:"sheet.state," maxLength:"10"`
	db.Paging
}

// SheetPage is the list of numbers: used, void and missing ones too.
type SheetPage struct {
	db.Page[Sheet]
	Counts   []SheetCount  `json:"counts"`
	Stations []deskStation `json:"-"`
	In       SheetList     `json:"-"`
	MayIssue bool          `json:"-"`
}

// Count gives how many sheets stand in a state.
func (p SheetPage) Count(state SheetState) (n int64) {
	for _, c := range p.Counts {
		if c.State == state {
			n += c.N
		}
	}
	return n
}

// ListSheets lists the numbers, the newest first.
func (s *Service) ListSheets(ctx context.Context, in SheetList) (SheetPage, error) {
	return act.Read(ctx, s.db, View, func(tx *db.Tx) (out SheetPage, err error) {
		out.In, out.MayIssue = in, auth.Allow(ctx, Sheets) == nil
		mine := scoped{in.StationID, in.State, auth.ScopeOf(ctx, View)}
		if out.Page, err = listed.Page(ctx, tx, mine, in.Paging); err != nil {
			return out, err
		}
		mine.State = ""
		if out.Counts, err = counts.All(ctx, tx, mine); err != nil {
			return out, err
		}
		out.Stations, err = deskStations.First(ctx, tx, auth.ScopeOf(ctx, Sheets), most)
		return out, err
	})
}

// SheetInput names a sheet.
type SheetInput struct {
	ID db.ID `path:"id"`
}

// SheetDetail is a sheet with its rows and what the actor may do with it.
type SheetDetail struct {
	Sheet
	Station    string           `json:"station"`
	EnteredBy  string           `json:"entered_by"`
	ApprovedBy string           `json:"approved_by"`
	Rows       []Row            `json:"rows"`
	Items      []catalogue.Item `json:"-"`
	MayEnter   bool             `json:"-"`
	MayReview  bool             `json:"-"`
	Why        string           `json:"-"` // why the actor may not approve
	Waits      *second.Wait     `json:"waits" doc:"等谁复核；不在等复核时没有"`
	Today      clock.Day        `json:"-"`
}

// Minutes is the sum of the rows.
func (d SheetDetail) Minutes() (n int64) {
	for _, r := range d.Rows {
		n += r.Minutes
	}
	return n
}

// GetSheet gives one sheet.
func (s *Service) GetSheet(ctx context.Context, in SheetInput) (SheetDetail, error) {
	return act.Look(ctx, s.db, &s.sheets, in.ID, func(tx *db.Tx, sh Sheet) (SheetDetail, error) { return s.sheetDetail(ctx, tx, sh) })
}

// ReviewSheet gives one sheet to the second person.
func (s *Service) ReviewSheet(ctx context.Context, in SheetInput) (SheetDetail, error) {
	if err := auth.Allow(ctx, Review); err != nil {
		return SheetDetail{}, err
	}
	return s.GetSheet(ctx, in)
}

func (s *Service) sheetDetail(ctx context.Context, tx *db.Tx, sh Sheet) (out SheetDetail, err error) {
	out = SheetDetail{Sheet: sh, Today: clock.DayOf(tx.Now), MayEnter: auth.Can(ctx, Sheets, sh.place()) && !sh.list(),
		MayReview: auth.Can(ctx, Review, sh.place())}
	if out.Rows, err = rowsOf.All(ctx, tx, sh.ID); err != nil {
		return out, err
	}
	if out.Rows == nil {
		out.Rows = []Row{}
	}
	st, err := station.Get(ctx, tx, sh.StationID)
	if err != nil {
		return out, err
	}
	out.Station = st.Name
	if out.EnteredBy, err = accountName(ctx, tx, sh.EnteredBy); err != nil {
		return out, err
	}
	if out.ApprovedBy, err = accountName(ctx, tx, sh.ApprovedBy); err != nil {
		return out, err
	}
	if err := s.awaited(ctx, tx, &out); err != nil {
		return out, err
	}
	out.Items, err = catalogue.Menu(ctx, tx, sh.Region)
	return out, err
}

// awaited adds who is to look at a sheet that waits, and why the actor is not it.
func (s *Service) awaited(ctx context.Context, tx *db.Tx, d *SheetDetail) error {
	w, there, err := bySheet(s.persons).Of(ctx, tx, d.ID)
	if err != nil || !there {
		return err
	}
	d.Waits = &w
	if !d.MayReview {
		return nil
	}
	if err = mayApprove(ctx, tx, s.persons, d.Sheet); errs.KindOf(err) != 0 {
		d.Why, err = err.Error(), nil
	}
	return err
}

// RowInput is one line as it was written on paper. Who is a volunteer's number, telephone or, when nobody shares it in the town, name.
type RowInput struct {
	Line    int64  `json:"line" required:"false" minimum:"0" maximum:"100"`
	Who     string `json:"who" required:"false" maxLength:"60"`
	ItemID  db.ID  `json:"item_id" required:"false"`
	ForWhom string `json:"for_whom" required:"false" maxLength:"60"`
	Day     string `json:"day" required:"false" maxLength:"10"`
	From    string `json:"from" required:"false" maxLength:"5"`
	To      string `json:"to" required:"false" maxLength:"5"`
	Signed  bool   `json:"signed" required:"false"`
}

func (r RowInput) blank() bool { return r.Who == "" && r.ForWhom == "" && r.From == "" && r.To == "" }

// EnterInput is the whole sheet, with its photograph.
type EnterInput struct {
	ID         db.ID       `path:"id"`
	Version    int64       `json:"version"`
	Rows       []RowInput  `json:"rows" minItems:"1" maxItems:"60"`
	Photo      blob.Upload `json:"photo" required:"false"`
	LateReason string      `json:"late_reason" required:"false" maxLength:"200"`
}

// Enter takes over what a paper sheet says. It may be entered again until the second person has decided.
func (s *Service) Enter(ctx context.Context, in EnterInput) (SheetDetail, error) {
	late := strings.TrimSpace(in.LateReason)
	op := act.Op{Perm: Sheets, Action: "sheet.enter", ID: in.ID, Version: cmp.Or(in.Version, -1), Cause: late}
	return s.changeSheet(ctx, op, func(tx *db.Tx, sh *Sheet) error {
		if err := sh.onPaper(); err != nil {
			return err
		}
		rows, err := s.readRows(ctx, tx, *sh, in.Rows)
		if err != nil {
			return err
		}
		if sh.PhotoID == 0 && len(in.Photo.Data) == 0 {
			return errs.Field("photo", "请附上纸单的照片")
		}
		if len(in.Photo.Data) > 0 {
			if sh.PhotoID, err = s.blobs.PutImage(ctx, tx, in.Photo, blob.Owner{Kind: "sheet", ID: sh.ID, Region: sh.Region}); err != nil {
				return err
			}
		}
		if err := deadline(ctx, tx, sh, rows, late); err != nil {
			return err
		}
		sh.State, sh.EnteredBy, sh.EnteredAt, sh.Reason = Entered, auth.From(ctx).Account, &tx.Now, ""
		return insertRows(ctx, tx, *sh, rows)
	})
}

// deadline sets the ten working days and asks for the reason when they are over.
func deadline(ctx context.Context, tx *db.Tx, sh *Sheet, rows []Row, late string) (err error) {
	sh.FirstDay = rows[0].Day
	for _, r := range rows {
		sh.FirstDay = min(sh.FirstDay, r.Day)
	}
	if sh.DueDay, err = DueDay(ctx, tx, sh.FirstDay, sh.Region); err != nil {
		return err
	}
	sh.LateReason = ""
	if clock.DayOf(tx.Now) > sh.DueDay {
		if late == "" {
			return errs.Field("late_reason", "已过十个工作日（民政部令第67号第十一条），请写明原因，由苏木乡镇（街道）复核")
		}
		sh.LateReason = late
	}
	return nil
}

// DueDay is the last day on which a service may be recorded: ten working days after its end (民政部令第67号 art. 11).
func DueDay(ctx context.Context, tx *db.Tx, ended clock.Day, at auth.Region) (clock.Day, error) {
	n, err := setting.Int(ctx, tx, setting.RecordDays, at)
	if err != nil {
		return 0, err
	}
	return setting.AddWorkingDays(ctx, tx, ended, n)
}
