package webhook

import (
	"net/url"
	"slices"

	"linli/internal/platform/db"
	"linli/internal/platform/set"
	"linli/internal/reach/access"
)

// Types of events, as the receiver sees them.
const (
	RecordCounted      = "record.counted"
	RecordChanged      = "record.changed"
	RecordRevoked      = "record.revoked"
	CertificateIssued  = "certificate.issued"
	CertificateChanged = "certificate.changed"
	ActivityPublished  = "activity.published"
	ActivityChanged    = "activity.changed"
	ActivityCancelled  = "activity.cancelled"
	StationChanged     = "station.changed"
	Test               = "webhook.test"
)

// types are the words of what can be asked for; the test is sent by its button alone.
var (
	types = set.New("type_of_webhook", set.Row{ActivityPublished, "公开：发布了活动"}, set.Row{ActivityChanged, "公开：活动有变动"},
		set.Row{ActivityCancelled, "公开：活动取消了"}, set.Row{StationChanged, "公开：站点设立、暂停、搬迁、撤销"},
		set.Row{RecordCounted, "我的：服务时长计入了"}, set.Row{RecordChanged, "我的：计入的时长改了"},
		set.Row{RecordRevoked, "我的：时长暂停计入或者作废"}, set.Row{CertificateIssued, "我的：开出了证明"},
		set.Row{CertificateChanged, "我的：证明暂停、恢复、撤销"})
	allTypes = set.New("webhook_delivery.type", append(rowsOf(types), set.Row{Test, "试一次"})...)
)

func rowsOf(s *set.Set) (out []set.Row) {
	for _, code := range s.Codes() {
		out = append(out, set.Row{code, s.Word(code)})
	}
	return out
}

// reads says where the thing of an event is read.
func reads(kind string, id db.ID) string {
	switch kind {
	case RecordCounted, RecordChanged, RecordRevoked:
		return "/api/v1/records/" + id.String()
	case CertificateIssued, CertificateChanged:
		return "/api/v1/certificates"
	case ActivityPublished, ActivityChanged, ActivityCancelled:
		return "/api/v1/public/activities/" + id.String()
	case StationChanged:
		return "/api/v1/stations/" + id.String()
	}
	return "/api/v1/webhooks"
}

// own are the types of what is somebody's own: only a key reads them that reads his records.
var own = []string{RecordCounted, RecordChanged, RecordRevoked, CertificateIssued, CertificateChanged}

// readable says whether a key reads what all these types tell of; what is public any key reads.
func readable(k access.Key, asked []string) bool {
	return slices.Contains(k.Scopes, "records") || !slices.ContainsFunc(asked, func(t string) bool { return slices.Contains(own, t) })
}

// asks says whether an endpoint is to be told of a type, as its owner says now: what he no longer asks for, his key may not read. A test
// is asked for by its button.
func (e Endpoint) asks(kind string) bool { return kind == Test || slices.Contains(e.Types, kind) }

// host is where an endpoint lies, for the trail: the rest of an address may hold a secret of its owner's.
func (e Endpoint) host() string {
	u, err := url.Parse(e.URL)
	if err != nil {
		return ""
	}
	return u.Host
}
