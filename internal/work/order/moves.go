package order

import "slices"

// State is where an order stands.
type State string

// The states of the contract.
const (
	Submitted   State = "submitted"
	NeedsInfo   State = "needs_info"
	Rejected    State = "rejected"
	Queued      State = "queued"
	Open        State = "open"
	Offered     State = "offered"
	Accepted    State = "accepted"
	InService   State = "in_service"
	Served      State = "served"
	Unconfirmed State = "unconfirmed"
	Confirmed   State = "confirmed"
	Disputed    State = "disputed"
	Closed      State = "closed"
	Cancelled   State = "cancelled"
)

// States in the order in which an order passes them.
var States = []State{Submitted, NeedsInfo, Rejected, Queued, Open, Offered, Accepted, InService, Served, Unconfirmed, Confirmed, Disputed, Closed, Cancelled}

// Word is what people call the state.
func (s State) Word() string { return stateWords[s] }

var stateWords = map[State]string{Submitted: "待审核", NeedsInfo: "待补充", Rejected: "暂不能提供（已说明）", Queued: "待派单", Open: "待认领", Offered: "已派单",
	Accepted: "已接单", InService: "服务中", Served: "待确认", Unconfirmed: "未确认", Confirmed: "待评单", Disputed: "不满意·待回访", Closed: "已办结", Cancelled: "已撤单"}

// Ended says that nothing moves out of the state but, within days, an appeal or a reopening.
func (s State) Ended() bool { return s == Rejected || s == Closed || s == Cancelled }

// Move names what is done to an order; most are the last part of its address.
type Move string

// The moves. TimeOut, Lapse and NotEvaluated are the clock's own.
const (
	Create       Move = "create"
	Review       Move = "review"
	Resubmit     Move = "resubmit"
	Appeal       Move = "appeal"
	Dispatch     Move = "dispatch"
	OpenUp       Move = "open"
	Escalate     Move = "escalate"
	Withdraw     Move = "withdraw"
	Reschedule   Move = "reschedule"
	Accept       Move = "accept"
	Decline      Move = "decline"
	TimeOut      Move = "time-out"
	HandBack     Move = "hand-back"
	NoShow       Move = "no-show"
	CheckIn      Move = "check-in"
	CheckOut     Move = "check-out"
	BreakOff     Move = "break-off"
	Confirm      Move = "confirm"
	Dispute      Move = "dispute"
	Lapse        Move = "lapse"
	Evaluate     Move = "evaluate"
	NotEvaluated Move = "not-evaluated"
	Resolve      Move = "resolve"
	Reopen       Move = "reopen"
	Cancel       Move = "cancel"
)

// Word is what people call the move.
func (m Move) Word() string { return moveWords[m] }

var moveWords = map[Move]string{Create: "点单", Review: "审核", Resubmit: "补充", Appeal: "申请复核", Dispatch: "派单", OpenUp: "开放认领", Escalate: "上报苏木乡镇协调",
	Withdraw: "收回", Reschedule: "改期", Accept: "接单", Decline: "谢绝", TimeOut: "未答复", HandBack: "退单", NoShow: "未到", CheckIn: "签到", CheckOut: "签退", BreakOff: "中止服务",
	Confirm: "确认", Dispute: "不满意", Lapse: "到期未确认", Evaluate: "评单", NotEvaluated: "到期未评价", Resolve: "回访处理", Reopen: "重新提出", Cancel: "撤单"}

// step is one line of the table: a move, the states it starts from, and where it may lead.
type step struct {
	move Move
	from []State
	to   []State
}

// table is the whole machine: operations ask it before they act, and Verify reads every history against it. Where one volunteer of several acts, the
// order may stay where it is.
var table = []step{
	{Create, []State{""}, []State{Submitted}},
	{Review, []State{Submitted}, []State{Queued, NeedsInfo, Rejected}},
	{Resubmit, []State{NeedsInfo}, []State{Submitted}},
	{Appeal, []State{Rejected}, []State{Submitted}},
	{Dispatch, []State{Queued, Open}, []State{Offered}},
	{OpenUp, []State{Queued}, []State{Open}},
	{Escalate, []State{Queued}, []State{Queued}},
	{Withdraw, []State{Open, Offered}, []State{Queued}},
	{Reschedule, []State{Queued}, []State{Queued}},
	{Reschedule, []State{Open}, []State{Open}},
	{Reschedule, []State{Accepted}, []State{Accepted}},
	{Accept, []State{Open}, []State{Open, Accepted}},
	{Accept, []State{Offered}, []State{Offered, Accepted}},
	{Decline, []State{Offered}, []State{Offered, Queued}},
	{TimeOut, []State{Offered}, []State{Offered, Queued}},
	{HandBack, []State{Accepted, Queued}, []State{Queued}},
	{HandBack, []State{Open}, []State{Open}},
	{HandBack, []State{Offered}, []State{Offered}},
	{HandBack, []State{InService}, []State{InService}},
	{NoShow, []State{Accepted, Queued}, []State{Queued}},
	{NoShow, []State{InService}, []State{InService}},
	{NoShow, []State{Served}, []State{Served}},
	{CheckIn, []State{Accepted, InService}, []State{InService}},
	{CheckOut, []State{InService}, []State{InService, Served}},
	{BreakOff, []State{InService}, []State{InService, Served}},
	{Confirm, []State{Served, Unconfirmed}, []State{Confirmed}},
	{Dispute, []State{Served}, []State{Disputed}},
	{Lapse, []State{Served}, []State{Unconfirmed}},
	{Evaluate, []State{Confirmed}, []State{Closed}},
	{NotEvaluated, []State{Confirmed}, []State{Closed}},
	{Resolve, []State{Disputed}, []State{Queued, Confirmed}},
	{Reopen, []State{Closed}, []State{Disputed}},
	{Cancel, []State{Submitted, NeedsInfo, Queued, Open, Offered, Accepted}, []State{Cancelled}},
}

// starts says whether the move may start from the state.
func (m Move) starts(from State) bool {
	return slices.ContainsFunc(table, func(s step) bool { return s.move == m && slices.Contains(s.from, from) })
}

// leads says whether the move may lead from one state to the other.
func (m Move) leads(from, to State) bool {
	return slices.ContainsFunc(table, func(s step) bool {
		return s.move == m && slices.Contains(s.from, from) && slices.Contains(s.to, to)
	})
}

// Part is where one volunteer stands in an order.
type Part string

// The parts of an assignment.
const (
	PartOffered    Part = "offered"
	PartAccepted   Part = "accepted"
	PartDeclined   Part = "declined"
	PartHandedBack Part = "handed_back"
	PartCheckedIn  Part = "checked_in"
	PartCheckedOut Part = "checked_out"
	PartNoShow     Part = "no_show"
	PartBrokenOff  Part = "broken_off"
	PartWithdrawn  Part = "withdrawn"
	PartExpired    Part = "expired"
)

// Word is what people call it.
func (p Part) Word() string { return partWords[p] }

var partWords = map[Part]string{PartOffered: "待答复", PartAccepted: "已接单", PartDeclined: "已谢绝", PartHandedBack: "已退单", PartCheckedIn: "服务中", PartCheckedOut: "已签退",
	PartNoShow: "未到", PartBrokenOff: "已中止", PartWithdrawn: "已收回", PartExpired: "未答复"}

// Holds says that the volunteer takes or took one of the places.
func (p Part) Holds() bool {
	return p == PartAccepted || p == PartCheckedIn || p == PartCheckedOut || p == PartBrokenOff
}

// derive gives the state that the assignments of the present round make of an order that is with volunteers.
func derive(now State, needed int64, as []Assignment) State {
	n := map[Part]int64{}
	for _, a := range as {
		n[a.State]++
	}
	switch {
	case n[PartCheckedIn] > 0:
		return InService
	case n[PartCheckedOut]+n[PartBrokenOff] > 0:
		return Served
	case n[PartAccepted] >= needed:
		return Accepted
	case n[PartOffered] > 0:
		return Offered
	case now == Open:
		return Open
	}
	return Queued
}
