package portal

import (
	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/work/order"
)

const ofOrder = `orders o JOIN person p ON p.id = o.recipient_id WHERE `

const ofTask = `assignment a JOIN orders o ON o.id = a.order_id AND o.round = a.round WHERE `

var stationColumns = auth.Columns{Region: "o.region", Station: "o.station_id"}

// What waits for the station: orders to look at, those whose time went by while nobody came, and those for which nobody has been found.
var (
	lateOnes = area.Waiting(area.Wait{Shell: "desk", Rank: 10, Perm: order.Handle, Href: "/desk/board", Word: "约定的时间过了，还没有人去", Button: "去处理",
		Alarm: true, Page: deskOf},
		`o.id, o.title AS what, p.name AS who, o.window_end AS at, 0 AS due`,
		ofOrder+`o.state IN ('submitted', 'queued', 'open', 'offered', 'accepted') AND o.window_end < {now}`, stationColumns)
	toReview = area.Waiting(area.Wait{Shell: "desk", Rank: 20, Perm: order.Handle, Href: "/desk/board", Word: "新来的求助，等审核", Button: "去审核",
		Page: deskOf},
		`o.id, o.title AS what, p.name AS who, o.state_at AS at, 0 AS due`, ofOrder+`o.state = 'submitted' AND o.window_end >= {now}`,
		stationColumns)
	toSend = area.Waiting(area.Wait{Shell: "desk", Rank: 22, Perm: order.Handle, Href: "/desk/board", Word: "还没有人去的，等派单", Button: "去派单",
		Page: deskOf},
		`o.id, o.title AS what, p.name AS who, o.window_start AS at, 0 AS due`,
		ofOrder+`o.state IN ('queued', 'open') AND o.window_end >= {now}`, stationColumns)
)

// toSecond are changes of who somebody is that another than the reader asked for.
var toSecond = area.Waiting(area.Wait{Shell: "desk", Rank: 33, Perm: person.Second, Href: changesPath, Word: "登记修改，等另一位复核",
	Button: "去复核", Page: func(db.ID) string { return changesPath }},
	`c.id, p.name AS what, c.by_name AS who, c.at, 0 AS due`,
	`person_change c JOIN person p ON p.id = c.person_id WHERE c.state = 'waits' AND COALESCE(c.by_id, 0) <> {me}`,
	auth.Columns{Region: "c.region"})

const changesPath = "/desk/person-changes"

// What waits for a resident and for a volunteer: his own alone.
var (
	toConfirm = area.Waiting(area.Wait{Shell: "phone", Rank: 20, Perm: order.View, Href: "/my/orders", Word: "等您确认的", Button: "去确认",
		Page: myOf},
		`o.id, o.title AS what, '' AS who, o.state_at AS at, 0 AS due`, ofOrder+`o.state IN ('served', 'needs_info', 'confirmed')`,
		auth.Columns{Person: "o.recipient_id"})
	underWay = area.Waiting(area.Wait{Shell: "phone", Rank: 30, Perm: order.Make, Href: "/my/orders", Word: "正在办的求助", Button: "看一看",
		Page: myOf},
		`o.id, o.title AS what, p.name AS who, o.state_at AS at, 0 AS due`,
		ofOrder+`o.state IN ('submitted', 'queued', 'open', 'offered', 'accepted', 'in_service')`, auth.Columns{Person: "o.requester_id"})
	toAnswer = area.Waiting(area.Wait{Shell: "phone", Rank: 10, Perm: order.Serve, Href: "/my/tasks", Word: "请您去帮忙的，等您答复", Button: "看一看",
		Page: taskOf},
		`o.id, o.title AS what, '' AS who, a.at, 0 AS due`,
		ofTask+`a.state = 'offered'`, auth.Columns{Person: "a.person_id"})
	toLeave = area.Waiting(area.Wait{Shell: "phone", Rank: 5, Perm: order.Serve, Href: "/my/tasks", Word: "正在服务，走的时候记得签退", Button: "去签退",
		Page: taskOf},
		`o.id, o.title AS what, '' AS who, a.at, 0 AS due`, ofTask+`a.state = 'checked_in'`, auth.Columns{Person: "a.person_id"})
	toGo = area.Waiting(area.Wait{Shell: "phone", Rank: 12, Perm: order.Serve, Href: "/my/tasks", Word: "您答应去的", Button: "看一看",
		Page: taskOf},
		`o.id, o.title AS what, '' AS who, o.window_start AS at, 0 AS due`, ofTask+`a.state = 'accepted' AND o.state = 'accepted'`,
		auth.Columns{Person: "a.person_id"})
)

func deskOf(id db.ID) string { return "/desk/orders/" + id.String() }
func myOf(id db.ID) string   { return "/my/orders/" + id.String() }
func taskOf(id db.ID) string { return "/my/tasks/" + id.String() }
