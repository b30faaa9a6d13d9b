package opendata

import (
	"linli/internal/platform/linked"
)

// Feed is public things in terms that programs of one kind share, for directories and calendars of others.
type Feed struct {
	Code   string `json:"code"`
	Title  string `json:"title"`
	About  string `json:"about"`
	Terms  string `json:"terms" doc:"用谁的词汇"`
	Hidden string `json:"hidden" doc:"哪些不给、为什么"`
	Page   string `json:"page" doc:"人看的页面"`
	Path   string `json:"path" doc:"从哪里取"`
	Type   string `json:"media_type"`
}

const noPhones = "电话在单位和站点自己的页面上，不成批给，免得被拿去群呼。"

// feeds are all of them.
var feeds = []Feed{
	{Code: "hsds", Title: "驻区单位的服务和服务站，按 HSDS", About: "驻区单位同意公开的服务，和开放着的、暂停的服务站（点）：谁提供、在哪里、什么时候、给哪一片的人",
		Terms: "Open Referral 的 Human Services Data Specification 3.x（organization、service、service_at_location、" +
			"location、schedule、service_area）。字段名照它，没有经它认证；没有登记的邮编写空",
		Hidden: nobody + noPhones, Page: "/offers", Path: hsds, Type: "application/json"},
	{Code: "opportunities", Title: "可以报名的活动和招募", About: "现在可以报名的活动和招募，活动在前、开始早的在前；一页最多一百个，下一页的网址在 hydra:next 里",
		Terms: "schema.org（DataFeed、Event、JobPosting）和 ns.volunteeringdata.io 的岗位、场次，JSON-LD", Hidden: nobody + "没有发布的、已经取消的不给。",
		Page: "/activities", Path: chances, Type: linked.Type},
}

func (f Feed) linked(base string, l Licence) linked.Dataset {
	return linked.Dataset{Type: "Dataset", ID: base + open + "#" + f.Code, URL: base + f.Path, Name: f.Title,
		Description: f.About + "。" + f.Terms + "。" + f.Hidden, Free: true, Licence: l.Link, Conditions: l.Name, Language: linked.Language,
		Creator: linked.By(name), Downloads: []linked.Download{{Type: "DataDownload", Format: f.Type, URL: base + f.Path}},
		Variables: []linked.Variable{}}
}
