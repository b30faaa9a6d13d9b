package order

import (
	"slices"

	"linli/internal/platform/set"
)

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
var States = []State{Submitted, NeedsInfo, Rejected, Queued, Open, Offered, Accepted, InService, Served, Unconfirmed, Confirmed, Disputed,
	Closed, Cancelled}

// Word is what people call the state.
func (s State) Word() string { return stateSet.Word(string(s)) }

var stateSet = set.New("orders.state",
	set.Row{string(Submitted), "待审核"}, set.Row{string(NeedsInfo), "待补充"}, set.Row{string(Rejected), "暂不能提供（已说明）"},
	set.Row{string(Queued), "待派单"}, set.Row{string(Open), "待认领"}, set.Row{string(Offered), "已派单"},
	set.Row{string(Accepted), "已接单"}, set.Row{string(InService), "服务中"}, set.Row{string(Served), "待确认"},
	set.Row{string(Unconfirmed), "未确认"}, set.Row{string(Confirmed), "待评单"}, set.Row{string(Disputed), "不满意·待回访"},
	set.Row{string(Closed), "已办结"}, set.Row{string(Cancelled), "已撤单"})

// Ended says that nothing moves out of the state but, within days, an appeal or a reopening.
func (s State) Ended() bool { return s == Rejected || s == Closed || s == Cancelled }

// Move names what is done to an order; most are the last part of its address.
type Move string

// The moves. TimeOut, Lapse and NotEvaluated are the clock's own.
const (
	Create       Move = "create"
	Review       Move = "review"
	Resubmit     Move = "resubmit"
	Amend        Move = "amend"
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
func (m Move) Word() string { return moveSet.Word(string(m)) }

var moveSet = set.New("order_move",
	set.Row{string(Create), "点单"}, set.Row{string(Review), "审核"}, set.Row{string(Resubmit), "补充"}, set.Row{string(Amend), "更正"},
	set.Row{string(Appeal), "申请复核"}, set.Row{string(Dispatch), "派单"}, set.Row{string(OpenUp), "开放认领"},
	set.Row{string(Escalate), "上报苏木乡镇协调"}, set.Row{string(Withdraw), "收回"}, set.Row{string(Reschedule), "改期"},
	set.Row{string(Accept), "接单"}, set.Row{string(Decline), "谢绝"}, set.Row{string(TimeOut), "未答复"},
	set.Row{string(HandBack), "退单"}, set.Row{string(NoShow), "未到"}, set.Row{string(CheckIn), "签到"},
	set.Row{string(CheckOut), "签退"}, set.Row{string(BreakOff), "中止服务"}, set.Row{string(Confirm), "确认"},
	set.Row{string(Dispute), "不满意"}, set.Row{string(Lapse), "到期未确认"}, set.Row{string(Evaluate), "评单"},
	set.Row{string(NotEvaluated), "到期未评价"}, set.Row{string(Resolve), "回访处理"}, set.Row{string(Reopen), "重新提出"},
	set.Row{string(Cancel), "撤单"})

// step is one line of the table: a move, the states it starts from, and where it may lead.
type step struct {
	move Move
	from []State
	to   []State
}

// table is the whole machine: operations ask it before they act, and Verify reads every history against it. Where one volunteer of
// several acts, the order may stay where it is.
var table = []step{
	{Create, []State{""}, []State{Submitted}},
	{Review, []State{Submitted}, []State{Queued, NeedsInfo, Rejected}},
	{Resubmit, []State{NeedsInfo}, []State{Submitted}},
	{Amend, []State{Submitted}, []State{Submitted}},
	{Amend, []State{NeedsInfo}, []State{NeedsInfo}},
	{Amend, []State{Queued}, []State{Queued}},
	{Amend, []State{Open}, []State{Open}},
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
func (p Part) Word() string { return partSet.Word(string(p)) }

var partSet = set.New("assignment.state",
	set.Row{string(PartOffered), "待答复"}, set.Row{string(PartAccepted), "已接单"}, set.Row{string(PartDeclined), "已谢绝"},
	set.Row{string(PartHandedBack), "已退单"}, set.Row{string(PartCheckedIn), "服务中"}, set.Row{string(PartCheckedOut), "已签退"},
	set.Row{string(PartNoShow), "未到"}, set.Row{string(PartBrokenOff), "已中止"}, set.Row{string(PartWithdrawn), "已收回"},
	set.Row{string(PartExpired), "未答复"})

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
