package offline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"unicode/utf8"

	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
	"linli/internal/platform/xform"
	"linli/internal/work/activity"
)

// Tap is the body of a check-in and a check-out. A code or a place that comes later than the moment proves neither, so they are taken
// and weigh nothing.
type Tap struct {
	OrderID db.ID   `json:"order_id"`
	Code    string  `json:"code"`
	Lat     float64 `json:"lat"`
	Lng     float64 `json:"lng"`
}

func (b *Tap) check(errs.Check) {}

// Seen is the body of a visit.
type Seen struct {
	PairingID db.ID     `json:"pairing_id"`
	Result    string    `json:"result"`
	SecondID  db.ID     `json:"second_id"`
	AwayUntil clock.Day `json:"away_until"`
	Note      string    `json:"note"`
}

func (b *Seen) check(c errs.Check) {
	member(c, "result", "pairing_visit.result", b.Result)
	upTo(c, "note", 300, b.Note)
}

// Called is the body of going to a home of a day of visits, or ringing up.
type Called struct {
	HomeID   db.ID     `json:"home_id"`
	Result   string    `json:"result"`
	SecondID db.ID     `json:"second_id"`
	BackDay  clock.Day `json:"back_day"`
}

func (b *Called) check(c errs.Check) { member(c, "result", "home_visit.result", b.Result) }

// Leaf is the body of an answer of a survey.
type Leaf struct {
	SurveyID    db.ID       `json:"survey_id"`
	Instance    string      `json:"instance"`
	FormVersion int64       `json:"form_version"`
	Answers     xform.Given `json:"answers"`
	Consent     string      `json:"consent"`
	AgreedDay   clock.Day   `json:"consent_day"`
	PersonID    db.ID       `json:"person_id"`
}

func (b *Leaf) check(c errs.Check) {
	member(c, "consent", "person_consent.how", b.Consent)
	c.That(b.Instance == "" || canonical(b.Instance) == b.Instance, "instance", "要是小写的 UUID")
	c.That(b.FormVersion > 0, "form_version", "要写问的是第几版")
}

// Roll is the body of a roll call: the rows of the list.
type Roll struct {
	ActivityID db.ID             `json:"activity_id"`
	Rows       []activity.Called `json:"rows"`
}

func (b *Roll) check(c errs.Check) {
	c.That(len(b.Rows) > 0 && len(b.Rows) <= 500, "rows", "一次点 1 到 500 个人")
	for _, r := range b.Rows {
		member(c, "rows", "activity_place.came", r.Came)
		upTo(c, "rows", 100, r.Reason)
	}
}

// Turn is the body of a move of an order by its volunteer.
type Turn struct {
	OrderID db.ID  `json:"order_id"`
	Move    string `json:"move"`
	Reason  string `json:"reason"`
}

func (b *Turn) check(c errs.Check) {
	c.That(moves[b.Move] != "", "move", "没有这种办法")
	upTo(c, "reason", 400, b.Reason)
}

var moves = map[string]string{"accept": "接单", "decline": "不方便", "hand_back": "退单"}

func member(c errs.Check, field, column, code string) {
	c.That(slices.Contains(set.Named(column).Codes(), code), field, "没有这个选项")
}

func upTo(c errs.Check, field string, most int, text string) {
	c.That(utf8.RuneCountInString(text) <= most, field, fmt.Sprintf("最多 %d 个字", most))
}

// body is what an action of a kind says. Its check refuses what the door of the operation would.
type body[T any] interface {
	*T
	check(c errs.Check)
}

// fill reads the body of one action: what is wrong with it holds up no other.
func fill[T any, B body[T]](from map[string]any) (out T, err error) {
	raw, err := json.Marshal(from)
	if err != nil {
		return out, err
	}
	in := json.NewDecoder(bytes.NewReader(raw))
	in.DisallowUnknownFields()
	if in.Decode(&out) != nil {
		return out, errs.Field("body", "内容读不懂，请更新手机上的程序")
	}
	c := errs.Check{}
	B(&out).check(c)
	return out, c.Err()
}
