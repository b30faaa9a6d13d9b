package portal

import (
	"context"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/civic/region"
	"linli/internal/network/coverage"
	"linli/internal/network/station"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/format"
	"linli/internal/platform/i18n"
	"linli/internal/platform/web/ui"
	"linli/internal/work/activity"
	"linli/internal/work/order"
)

// FindInput is what stands in the search field of pages of work.
type FindInput struct {
	Q string `query:"q" maxLength:"40" doc:"姓名、电话或尾号四位、单号、志愿者编号、站点、地名；拼音和首字母也行"`
}

// Hit is one thing found, and why.
type Hit struct {
	Name string `json:"name"`
	Line string `json:"line"`
	Why  string `json:"why" doc:"为什么找到它"`
	Href string `json:"href"`
}

// Kind are the hits of one kind, at most mostHits of them.
type Kind struct {
	Word  string `json:"word"`
	Total int    `json:"total"`
	Hits  []Hit  `json:"hits"`
	More  string `json:"more,omitempty" doc:"都列出来的地方"`
}

// Finds is what was found in the actor's scope, kind by kind.
type Finds struct {
	Q     string `json:"q"`
	Kinds []Kind `json:"kinds"`
}

// mostHits is how many of a kind one search shows.
const mostHits = 8

// Find looks for people, volunteers, orders, stations, teams, activities and places in the actor's scope by whatever of them one knows.
func (s *Service) Find(ctx context.Context, in FindInput) (Finds, error) {
	return act.Read(ctx, s.db, Search, func(tx *db.Tx) (Finds, error) {
		out := Finds{Q: strings.TrimSpace(in.Q), Kinds: []Kind{}}
		if out.Q == "" {
			return out, nil
		}
		for _, find := range []func(context.Context, *db.Tx, string) (Kind, error){findOrders, findPeople, findVolunteers, findStations,
			findTeams, findActivities, findPlaces} {
			k, err := find(ctx, tx, out.Q)
			if err != nil {
				return out, err
			}
			if len(k.Hits) > 0 {
				out.Kinds = append(out.Kinds, k)
			}
		}
		return out, nil
	})
}

// number is what remains of a text that is a number; "" for any other and for one that is too short to tell anything.
func number(text string) string {
	digits := strings.NewReplacer("-", "", " ", "", "－", "").Replace(text)
	if len(digits) < 4 || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return digits
}

// why says by what a name was found.
func why(ctx context.Context, text string) string {
	switch _, latin := format.Spelled(text); {
	case number(text) != "":
		return i18n.Text(ctx, "电话号码对得上")
	case latin:
		return i18n.Text(ctx, "拼音对得上")
	}
	return ""
}

func findPeople(ctx context.Context, tx *db.Tx, text string) (Kind, error) {
	k := Kind{Word: "居民", More: ui.Href("/desk/persons", "q", text)}
	if !auth.Holds(ctx, person.Edit) {
		return k, nil
	}
	rows, err := peopleFound.All(ctx, tx, seek{auth.ScopeOf(ctx, person.View), text})
	return k.fill(ctx, tx, rows, func(r found) Hit {
		return Hit{Name: r.Name, Line: r.Extra, Why: why(ctx, text), Href: "/desk/persons/" + r.ID.String()}
	}, err)
}

func findVolunteers(ctx context.Context, tx *db.Tx, text string) (Kind, error) {
	k := Kind{Word: "志愿者", More: ui.Href("/desk/volunteers", "q", text)}
	if !auth.Holds(ctx, volunteer.Enrol) {
		k.More = ""
	}
	rows, err := volunteersFound.All(ctx, tx, seek{auth.ScopeOf(ctx, volunteer.View), text})
	return k.fill(ctx, tx, rows, func(r found) Hit {
		h := Hit{Name: r.Name, Line: i18n.Text(ctx, "编号 %s", r.Extra), Why: why(ctx, text), Href: "/desk/volunteers/" + r.ID.String()}
		if n := number(text); n != "" && strings.HasSuffix(r.Extra, n) {
			h.Why = i18n.Text(ctx, "编号对得上")
		}
		return h
	}, err)
}

func findOrders(ctx context.Context, tx *db.Tx, text string) (Kind, error) {
	k := Kind{Word: "求助单"}
	if auth.Holds(ctx, order.Handle) {
		k.More = ui.Href("/desk/orders", "q", text)
	}
	rows, err := ordersFound.All(ctx, tx, seek{auth.ScopeOf(ctx, order.View), text})
	return k.fill(ctx, tx, rows, func(r found) Hit {
		h := Hit{Name: r.Name, Line: r.Extra, Href: "/desk/orders/" + r.ID.String()}
		if number(text) != "" {
			h.Why = i18n.Text(ctx, "单号或来电号码对得上")
		}
		return h
	}, err)
}

func findStations(ctx context.Context, tx *db.Tx, text string) (Kind, error) {
	base := "/desk/stations"
	if auth.Holds(ctx, station.Oversee) {
		base = "/gov/stations"
	}
	k := Kind{Word: "站点", More: ui.Href(base, "q", text)}
	if number(text) != "" || !auth.Holds(ctx, station.Desk) {
		return k, nil
	}
	rows, err := stationsFound.All(ctx, tx, seek{auth.ScopeOf(ctx, station.Desk), text})
	return k.fill(ctx, tx, rows, func(r found) Hit {
		return Hit{Name: r.Name, Line: r.Extra, Why: why(ctx, text), Href: base + "/" + r.ID.String()}
	}, err)
}

func findTeams(ctx context.Context, tx *db.Tx, text string) (Kind, error) {
	base := "/desk/teams"
	if auth.Holds(ctx, station.Oversee) {
		base = "/gov/teams"
	}
	k := Kind{Word: "志愿服务队", More: ui.Href(base, "q", text)}
	if number(text) != "" {
		return k, nil
	}
	rows, err := teamsFound.All(ctx, tx, seek{auth.ScopeOf(ctx, team.View), text})
	return k.fill(ctx, tx, rows, func(r found) Hit {
		return Hit{Name: r.Name, Line: r.Extra, Href: base + "/" + r.ID.String()}
	}, err)
}

// findActivities leads those who may open none at the desk to the list, where the activity stands.
func findActivities(ctx context.Context, tx *db.Tx, text string) (Kind, error) {
	k := Kind{Word: "活动", More: ui.Href("/desk/activities", "q", text)}
	runs := auth.Holds(ctx, activity.Publish)
	if !runs {
		k.More = ui.Href("/gov/activities", "q", text)
	}
	if number(text) != "" || !runs && !auth.Holds(ctx, station.Oversee) {
		return k, nil
	}
	rows, err := activitiesFound.All(ctx, tx, seek{auth.ScopeOf(ctx, activity.View), text})
	return k.fill(ctx, tx, rows, func(r found) Hit {
		h := Hit{Name: r.Name, Line: r.Extra, Href: k.More}
		if runs {
			h.Href = "/desk/activities/" + r.ID.String()
		}
		return h
	}, err)
}

func findPlaces(ctx context.Context, tx *db.Tx, text string) (k Kind, err error) {
	k.Word = "地方"
	if number(text) != "" {
		return k, nil
	}
	list, err := region.Look(ctx, tx, text, place(ctx))
	k.Total = len(list)
	for _, d := range list[:min(len(list), mostHits)] {
		href := ui.Href("/regions", "code", d.Code)
		if auth.Can(ctx, coverage.View, auth.Place{Region: d.Code}) && d.Level < auth.LevelCommunity {
			href = ui.Href("/gov/coverage", "region", d.Code)
		}
		line, err := region.FullName(ctx, tx, d.Code)
		if err != nil {
			return k, err
		}
		k.Hits = append(k.Hits, Hit{Name: d.Short(), Line: line, Why: why(ctx, text), Href: href})
	}
	return k, err
}

// place is where the actor works; the whole region where he is bound to none.
func place(ctx context.Context) auth.Region {
	if at := auth.From(ctx).Seat(); at != 0 {
		return at
	}
	return region.Top
}

// fill puts rows into a kind, each with the name of its community.
func (k Kind) fill(ctx context.Context, tx *db.Tx, rows []found, hit func(found) Hit, err error) (Kind, error) {
	for _, r := range rows {
		if err != nil {
			break
		}
		h := hit(r)
		var where string
		if where, err = region.Name(ctx, tx, r.Region); where != "" {
			h.Line = strings.Trim(h.Line+"，"+where, "，")
		}
		k.Total, k.Hits = int(r.Total), append(k.Hits, h)
	}
	if k.Total <= len(k.Hits) {
		k.More = ""
	}
	return k, err
}
