package station

import (
	"cmp"
	"context"
	"strconv"
	"strings"

	"linli/internal/civic/account"
	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
	"linli/internal/platform/i18n"
	"linli/internal/platform/set"
	"linli/internal/platform/web/ui"
)

// Finder is the public page: what was asked for and the stations found; for a place that was typed, first the places that may be meant.
type Finder struct {
	In      ListInput
	Place   string
	Matches []Match
	base    string // address of the register
	db.Page[Station]
}

// asks says that somebody typed a place and has not yet chosen what he means.
func (f Finder) asks() bool { return f.In.From != "" && f.In.Near == "" }

// from is the address of the stations nearest to a place.
func (m Match) from() string { return ui.Href("/stations", "near", m.near(), "from", m.Name) }

func (m Match) near() string { return format.Degrees(m.Lat) + "," + format.Degrees(m.Lng) }

var matchWords = map[string]string{"station": "站点", "quarter": "小区", "division": "区划"}

// Find gives the page of stations; public.
func (s *Service) Find(ctx context.Context, in ListInput) (out Finder, err error) {
	out.In = in
	if out.asks() {
		if len([]rune(in.From)) < 2 {
			return out, errs.Field("from", "至少两个字")
		}
		found, err := s.Places(ctx, PlaceInput{Q: in.From})
		if out.Matches = found.Items; err != nil || len(found.Items) != 1 {
			return out, err
		}
		out.In.Near, out.In.From = found.Items[0].near(), found.Items[0].Name // it can mean nothing else
		in = out.In
	}
	if out.Page, err = s.List(ctx, in); err != nil || in.Region == 0 {
		return out, err
	}
	out.Place, err = act.Read(ctx, s.db, View, func(tx *db.Tx) (string, error) { return region.FullName(ctx, tx, in.Region) })
	return out, err
}

// place is where the actor looks after stations.
func place(ctx context.Context) auth.Region { return cmp.Or(auth.From(ctx).Seat(), region.Top) }

// Sheet is the page of one station for those who look after it; without an id it is the form of a new one.
type Sheet struct {
	Station
	Where       string
	Hosts       []setting.Word
	Managers    []string      // names of those who run it today
	Communities []region.Step // among which it may be placed
	Life        []Stretch
	edits, town bool
}

// Sheet gives one station with what its keepers may do.
func (s *Service) Sheet(ctx context.Context, in GetInput) (Sheet, error) {
	return act.Read(ctx, s.db, Desk, func(tx *db.Tx) (out Sheet, err error) {
		if out.Station, err = s.kept(ctx, tx, in.ID); err != nil {
			return Sheet{}, err
		}
		who, err := Managers(ctx, tx, in.ID)
		if err != nil {
			return out, err
		}
		for _, id := range who {
			a, err := account.Get(ctx, tx, id)
			if err != nil {
				return out, err
			}
			out.Managers = append(out.Managers, a.Name)
		}
		out.edits, out.town = auth.Can(ctx, Edit, out.Place()), auth.Can(ctx, Confirm, out.Place())
		if out.Life, err = past.All(ctx, tx, in.ID); err != nil {
			return out, err
		}
		if out.Communities, err = region.Choices(ctx, tx, out.Region.At(auth.LevelTown)); err != nil {
			return out, err
		}
		return out, out.words(ctx, tx)
	})
}

// Nothing is the input of a page that asks for nothing.
type Nothing struct{}

// Blank prepares the form of a new station in the actor's place: the town opens one at once, a community applies.
func (s *Service) Blank(ctx context.Context, _ Nothing) (Sheet, error) {
	return act.Read(ctx, s.db, Apply, func(tx *db.Tx) (out Sheet, err error) {
		out.Region = place(ctx)
		out.town = auth.Can(ctx, Create, auth.Place{Region: out.Region})
		if out.Communities, err = region.Choices(ctx, tx, out.Region); err != nil {
			return out, err
		}
		return out, out.words(ctx, tx)
	})
}

func (v *Sheet) words(ctx context.Context, tx *db.Tx) (err error) {
	if v.Where, err = region.FullName(ctx, tx, v.Region); err != nil {
		return err
	}
	v.Hosts, err = setting.Words(ctx, tx, "host")
	return err
}

// sheetHref is the page of a station in a list: who may not open its sheet, as the manager of the station for a point of
// it, is led to what everybody sees.
func (st Station) sheetHref(ctx context.Context, base string) string {
	if auth.Can(ctx, Desk, st.Place()) {
		return base + "/" + st.ID.String()
	}
	return "/stations/" + st.ID.String()
}

// tabs lead to what else is known of the station, as far as the reader may open it.
func (v Sheet) tabs(ctx context.Context) (out []ui.NavItem) {
	id := v.ID.String()
	here := ui.From(ctx).Path
	for _, t := range []ui.NavItem{{Href: here, Label: "站点"}, {Href: "/gov/standard/" + id, Label: "标准和证据"},
		{Href: ui.Href("/gov/indicators", "region", v.Region.String()), Label: "指标"},
		{Href: ui.Href("/desk/sheets", "station_id", id), Label: "补录单"}, {Href: "/stations/" + id, Label: "公开的页面"}} {
		if t.Href == "/gov/standard/"+id && !ui.Opens(ctx, t.Href) {
			t.Href = "/desk/standard/" + id
		}
		if ui.Opens(ctx, t.Href) {
			out = append(out, t)
		}
	}
	return out
}

func (v Sheet) path() string { return "/desk/stations/" + v.ID.String() }

func (v Sheet) version() string { return strconv.FormatInt(v.Version, 10) }

var (
	kinds = set.New("station.kind station_application.kind",
		set.Row{"station", "站"}, set.Row{"point", "点"})
	serviceWords = map[string]string{"station": "志愿服务站", "point": "志愿服务点"}
	statuses     = set.New("station.status",
		set.Row{Open, "开放", "done"}, set.Row{Suspended, "暂停", "wait"}, set.Row{Closed, "已撤销"})

	applicationStates = set.New("station_application.state",
		set.Row{Submitted, "待核实", "wait"}, set.Row{Returned, "退回补充", "ask"}, set.Row{Accepted, "已设立", "done"},
		set.Row{Rejected, "不予设立", "alarm"}, set.Row{Withdrawn, "已撤回"})
)

// listed says each of the words of a list in the reader's language.
func listed(ctx context.Context, text string) string {
	words := strings.Split(text, "、")
	for i, w := range words {
		words[i] = i18n.Text(ctx, w)
	}
	return strings.Join(words, i18n.Text(ctx, "、"))
}

// KindWord says what a station is: 站 or 点.
func KindWord(kind string) string { return kinds.Word(kind) }

// distance is said in the unit that people use for it.
func distance(ctx context.Context, metres int64) string {
	if metres < 1000 {
		return i18n.Text(ctx, "%d 米", metres)
	}
	return i18n.Text(ctx, "%.1f 公里", float64(metres)/1000)
}

func (f Finder) next(path string) string {
	return ui.Next(path, f.Next, "q", f.In.Q, "status", f.In.Status, "region", f.In.Region, "now", f.In.Now, "kind", f.In.Kind,
		"sort", f.In.Sort)
}

func (p HousingPage) next() string {
	return ui.Next(p.base, p.Next, "region", p.In.Region, "q", p.In.Q, "only", p.In.Only)
}

func (p Applications) next() string { return ui.Next(applicationsAt, p.Next, "state", p.In.State) }

func (a Application) path() string { return applicationsAt + "/" + a.ID.String() }

func (d Dossier) version() string { return strconv.FormatInt(d.Version, 10) }

// sheet gives the form's view of what is applied for.
func (d Dossier) sheet() Sheet {
	return Sheet{Station: Station{Name: d.Name, Host: d.Host, Address: d.Address, Hours: d.Hours, OnHolidays: d.OnHolidays,
		HoursNote: d.HoursNote, Phone: d.Phone, Lat: d.Lat, Lng: d.Lng}, Hosts: d.Hosts}
}

func (h Housing) path(base string) string { return base + "/" + h.ID.String() }

func (q QuarterSheet) version() string { return strconv.FormatInt(q.Version, 10) }

func (q QuarterSheet) pointOptions() []ui.Option {
	var out []ui.Option
	for _, p := range q.Points {
		out = append(out, ui.Option{Value: p.ID.String(), Label: p.Name})
	}
	return out
}

// span says from when to when a stretch holds.
func (x Stretch) span() string {
	switch x.UntilDay {
	case clock.Forever:
		return x.Day.String() + " 至今"
	case x.Day:
		return x.Day.String() + " 当天"
	}
	return x.Day.String() + " 至 " + x.UntilDay.AddDays(-1).String()
}

// steps are the life of a station for the timeline.
func (v Sheet) steps() []ui.Step {
	var out []ui.Step
	for i, x := range v.Life {
		state := "done"
		if i == 0 {
			state = "now"
		}
		out = append(out, ui.Step{Title: statuses.Word(x.Status) + "：" + x.Reason, Note: x.span() + "，" + x.Address + "（" + x.ByName + "登记）",
			State: state})
	}
	return out
}
