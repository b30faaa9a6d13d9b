package explorer

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"slices"
	"time"

	"linli/internal/civic/account"
	"linli/internal/civic/appointment"
	"linli/internal/civic/person"
	"linli/internal/people/enrol"
	"linli/internal/people/team"
	"linli/internal/people/volunteer"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/seal"
	"linli/internal/proof/certificate"
	"linli/internal/proof/record"
	"linli/internal/proof/timebank"
	"linli/internal/work/activity"
	"linli/internal/work/attendance"
	"linli/internal/work/offline"
	"linli/internal/work/order"
	"linli/internal/work/order/card"
)

// move is something that can be done. Those of honest people are done in their company alone.
type move struct {
	name    string
	weight  int
	company company
	do      func(p *play) error
}

// moves are those of all areas.
var moves = slices.Concat(civicMoves, workMoves, proofMoves, honestMoves, inboundMoves, complaintMoves)

var civicMoves = []move{
	{"time", 3, alone, func(p *play) error {
		p.now = p.now.Add([]time.Duration{time.Hour, 24 * time.Hour, 9 * 24 * time.Hour, 100 * 24 * time.Hour}[p.random.IntN(4)] *
			time.Duration(1+p.random.IntN(2)))
		return p.Record.Rise(p.system(p.now)) // what has waited too long lies a level higher
	}},
	{"account", 5, alone, newAccount},
	{"appoint", 2, alone, appoint},
	{"password", 3, alone, func(p *play) error {
		return p.treat(func(ctx context.Context, id db.ID) error {
			_, err := p.Account.ResetPassword(ctx, account.ResetInput{ID: id, Reason: "忘了"})
			return err
		})
	}},
	{"telephone", 3, alone, func(p *play) error {
		return p.treat(func(ctx context.Context, id db.ID) error {
			_, err := p.Account.SetPhone(ctx, account.PhoneInput{ID: id, Phone: p.phones[p.random.IntN(2)], Reason: "换号"})
			return err
		})
	}},
	{"factor", 1, alone, func(p *play) error {
		return p.treat(func(ctx context.Context, id db.ID) error {
			_, err := p.Account.ResetFactor(ctx, account.ReasonInput{ID: id, Reason: "丢了"})
			return err
		})
	}},
	{"confirm an appointment", 3, alone, confirmAct},
	{"sign up", 5, alone, signUp},
	{"register", 4, alone, register},
	{"meet", 6, alone, meet},
	{"code", 2, alone, tellCode},
	{"rename", 3, alone, rename},
	{"another number", 2, alone, renumber},
	{"merge", 2, alone, merge},
	{"agree to a change", 3, alone, approveChange},
	{"no kin", 1, alone, func(p *play) error {
		a, _ := one(p, p.people)
		b, _ := one(p, p.people)
		return p.any(func(ctx context.Context) error {
			_, err := p.Person.DropKin(ctx, person.DropKinInput{ID: a, Other: b})
			return err
		})
	}},
	{"a unit's list", 2, alone, list},
	{"agree to a list", 2, alone, claim},
	{"enrol", 1, alone, func(p *play) error {
		who, _ := one(p, p.people)
		return p.any(func(ctx context.Context) error {
			v, err := p.Volunteer.Register(ctx, volunteer.RegisterInput{PersonID: who, Region: gacha, Agreed: true, Consent: person.BySpoken,
				Facts: volunteer.Facts{Identities: person.Codes{"resident"}, MaxKm: 10}})
			if err == nil {
				_, err = p.Volunteer.Approve(ctx, volunteer.ApproveInput{ID: v.ID, Version: v.Version, Adult: true})
			}
			return err
		})
	}},
}

// list takes somebody off a unit's list, and down at the desk that he agreed; or leaves him with his slip.
func list(p *play) error {
	p.n++
	in := enrol.EnterInput{Region: gacha, Unit: "中心校", Name: name(p.n, "单"), BirthDay: 19900101, Phone: p.number(),
		Identities: person.Codes{"resident"}}
	desk := p.random.IntN(2) == 0
	return p.any(func(ctx context.Context) error {
		e, err := p.Enrol.Enter(ctx, in)
		if err != nil || !desk {
			if err == nil {
				p.slips = append(p.slips, slip{e.Slip, in.Name})
			}
			return err
		}
		_, err = p.Enrol.Agree(ctx, enrol.AgreeInput{ID: e.ID, Version: e.Version, Consent: person.BySpoken})
		p.listed(err, in.Name)
		return err
	})
}

// claim agrees by the code of a slip, which whoever entered the list has read; by nobody, or by an account in hand.
func claim(p *play) error {
	s, ok := one(p, p.slips)
	if !ok {
		return errNone
	}
	ctx := auth.With(p.system(p.now), auth.Actor{})
	if id, _ := one(p, p.hands); p.random.IntN(3) == 0 {
		ctx = p.by(id)
	}
	_, err := p.Enrol.Claim(ctx, enrol.ClaimInput{Code: s.code, Name: s.name, Agreed: true})
	p.listed(err, s.name)
	return err
}

// slip is a code with the name that belongs to it.
type slip struct{ code, name string }

// listed puts somebody who came by a list among the people.
func (p *play) listed(err error, name string) {
	if err != nil {
		return
	}
	for _, id := range p.ids("SELECT id FROM person WHERE name = $1", name) {
		p.people = append(p.people, id)
		p.puppets[id] = true
	}
}

// number is one of the two telephones, or none.
func (p *play) number() string {
	if n := p.random.IntN(3); n < 2 {
		return p.phones[n]
	}
	return ""
}

// treat does something to an account: one in hand, or an honest one. Then it is in the hand, as far as anybody can know.
func (p *play) treat(do func(ctx context.Context, id db.ID) error) error {
	id, _ := one(p, slices.Concat(p.hands, p.marks))
	err := p.any(func(ctx context.Context) error { return do(ctx, id) })
	if err == nil {
		p.take(id)
	}
	return err
}

func (p *play) post() account.Post {
	list := []auth.Role{auth.CommunityHead, auth.StationManager, auth.TownOfficer, auth.BannerOfficer, auth.SocialWorker, auth.RegionOfficer,
		auth.AuditAdmin}
	role := list[p.random.IntN(len(list))]
	out := account.Post{Role: role, Region: seats[role], Reason: "会议决定"}
	if role == auth.StationManager {
		out.StationID = p.station.ID
	}
	return out
}

func newAccount(p *play) error {
	post, phone := p.post(), p.number()
	p.n++
	return p.any(func(ctx context.Context) error {
		made, err := p.Account.Add(ctx, account.AddInput{Login: fmt.Sprint("made", p.n), Name: name(p.n, "新"), Phone: phone, Post: post})
		if err == nil {
			p.take(made.Account.ID)
		}
		return err
	})
}

func appoint(p *play) error {
	id, _ := one(p, p.hands)
	post := p.post()
	return p.any(func(ctx context.Context) error {
		_, err := p.Account.Appoint(ctx, account.AppointInput{ID: id, Post: post})
		return err
	})
}

func confirmAct(p *play) error {
	how := []string{appointment.Met, appointment.Called, appointment.ByPaper}[p.random.IntN(3)]
	return p.any(func(ctx context.Context) error {
		list, err := p.Appoint.List(ctx, appointment.ListInput{})
		if err != nil {
			return err
		}
		err = errNone
		for _, l := range list.Items {
			if l.ID < p.before {
				continue
			}
			if _, err = p.Appoint.Confirm(ctx, appointment.ConfirmInput{ID: l.ID, Version: l.Version, How: how, File: pixel}); err == nil {
				return nil
			}
		}
		return err
	})
}

// signUp registers a resident on one of the two telephones, by the code that goes there.
func signUp(p *play) error {
	phone := p.phones[p.random.IntN(2)]
	ctx := auth.With(p.system(p.now), auth.Actor{})
	ticket, err := p.Account.RequestCode(ctx, account.CodeRequest{Phone: phone, Purpose: "sign_up"})
	if err != nil {
		return err
	}
	p.n++
	in := account.RegisterInput{Name: name(p.n, "自"), Region: gacha,
		Proof: account.Proof{Ticket: ticket.ID, Code: digits(p.text(ctx, phone))}}
	made, err := p.Account.Register(ctx, in, account.Client{})
	if err != nil {
		return err
	}
	p.take(made.ID)
	p.people = append(p.people, made.PersonID)
	p.puppets[made.PersonID] = true
	return nil
}

func register(p *play) error {
	phone := p.number()
	p.n++
	in := person.RegisterInput{ConfirmNew: true, NewPerson: person.NewPerson{Name: name(p.n, "登"), Phone: phone, Region: gacha,
		BirthDay: 19500101, Consent: person.BySpoken, Addresses: []person.Address{{Region: gacha, Detail: fmt.Sprint("西头第", p.n, "家")}}}}
	return p.any(func(ctx context.Context) error {
		made, err := p.Person.Register(ctx, in)
		if err == nil {
			p.people = append(p.people, made.ID)
			p.puppets[made.ID] = true
		}
		return err
	})
}

func meet(p *play) error {
	id, _ := one(p, p.people)
	at := p.person(p.system(p.now), id)
	return p.any(func(ctx context.Context) error {
		_, err := p.Person.Meet(ctx, person.MeetInput{ID: id, Version: at.Version})
		return err
	})
}

// tellCode lets the code that proves a talk on the telephone be told back, where it goes to one of the two.
func tellCode(p *play) error {
	id, _ := one(p, p.people)
	return p.any(func(ctx context.Context) error {
		if _, err := p.Person.SendCode(ctx, person.GetInput{ID: id}); err != nil {
			return err
		}
		code := digits(p.text(ctx, p.phones[:]...))
		if code == "" {
			return errNone
		}
		_, err := p.Person.EnterCode(ctx, person.EnterInput{ID: id, Code: code})
		return err
	})
}

func (p *play) update(change func(*person.UpdateInput)) error {
	id, _ := one(p, p.people)
	now := p.person(p.system(p.now), id)
	in := person.UpdateInput{ID: id, Version: now.Version, Name: now.Name, BirthDay: now.BirthDay, Region: now.Region, Sex: now.Sex}
	change(&in)
	return p.any(func(ctx context.Context) error {
		_, err := p.Person.Update(ctx, in)
		if err == nil && in.Phone != "" {
			p.puppets[id] = true
		}
		return err
	})
}

func rename(p *play) error {
	p.n++
	return p.update(func(in *person.UpdateInput) { in.Name = name(p.n, "改") })
}

func renumber(p *play) error {
	return p.update(func(in *person.UpdateInput) { in.Phone = p.phones[p.random.IntN(2)] })
}

func merge(p *play) error {
	a, _ := one(p, p.people)
	b, _ := one(p, p.people)
	keep, other := p.person(p.system(p.now), a), p.person(p.system(p.now), b)
	return p.any(func(ctx context.Context) error {
		_, err := p.Person.Merge(ctx, person.MergeInput{ID: a, Version: keep.Version, Other: b, OtherVersion: other.Version, Reason: "同一个人"})
		return err
	})
}

func approveChange(p *play) error {
	return p.any(func(ctx context.Context) error {
		list, err := p.Person.Waitings(ctx, person.ChangesInput{})
		if err != nil {
			return err
		}
		err = errNone
		for _, c := range list.Items {
			if c.ID < p.before {
				continue
			}
			if _, err = p.Person.ApproveChange(ctx, person.DecideInput{ID: c.ID, Version: c.Version}); err == nil {
				return nil
			}
		}
		return err
	})
}

var workMoves = []move{
	{"order and serve", 12, alone, serve},
	{"card", 2, alone, issueCard},
	{"word", 10, alone, word},
	{"dispute", 2, alone, dispute},
	{"resolve", 4, alone, resolve},
	{"sheet", 4, alone, enterSheet},
	{"approve a sheet", 4, alone, func(p *play) error { return p.any(p.approveSheet) }},
	{"close", 1, alone, closeSession},
	{"team", 4, alone, newTeam},
	{"activity", 8, alone, lead},
}

// serve lets an order be made for somebody and the volunteer take it, tap in and tap out.
func serve(p *play) error {
	id, err := p.create()
	if err != nil {
		return err
	}
	p.orders = append(p.orders, id)
	ask := func() order.Ask { return order.Ask{ID: id, Version: p.order(id).Version} }
	if p.order(id).State == order.Submitted {
		if err := p.sends(func(ctx context.Context) error {
			_, err := p.Order.Review(ctx, order.ReviewInput{Ask: ask(), Decision: "accept"})
			return err
		}); err != nil {
			return err
		}
	}
	open := p.random.IntN(4) == 0
	if err := p.sends(func(ctx context.Context) error {
		if open {
			_, err := p.Order.Open(ctx, order.OpenInput{Ask: ask()})
			return err
		}
		_, err := p.Order.Dispatch(ctx, order.DispatchInput{Ask: ask(), VolunteerIDs: []db.ID{p.volunteer.ID}})
		return err
	}); err != nil {
		return err
	}
	if _, err := p.Order.Accept(p.by(p.buyer), order.PartInput{Ask: order.Ask{ID: id}}); err != nil {
		return err
	}
	o := p.order(id)
	p.now = o.WindowStart
	if err := p.tap(id, offline.CheckIn, p.Attendance.CheckIn); err != nil {
		return err
	}
	if p.now = o.WindowEnd; p.random.IntN(12) == 0 {
		return nil // he never taps out
	}
	return p.tap(id, offline.CheckOut, p.Attendance.CheckOut)
}

// tap is the volunteer's own, with or without a network, or somebody taps for him.
func (p *play) tap(id db.ID, kind string, do func(context.Context, attendance.CheckInput) (attendance.Checked, error)) error {
	switch p.random.IntN(6) {
	case 0:
		return p.sync(id, kind)
	case 1, 2, 3:
		_, err := do(p.by(p.buyer), attendance.CheckInput{ID: id})
		return err
	}
	return p.any(func(ctx context.Context) error {
		_, err := do(ctx, attendance.CheckInput{ID: id, VolunteerID: p.volunteer.ID, Voice: spoken})
		return err
	})
}

// sync brings a tap that the volunteer's telephone kept, with whatever time it says.
func (p *play) sync(id db.ID, kind string) error {
	p.n++
	past := int64(p.random.IntN(3)) * time.Hour.Milliseconds()
	out, err := p.Offline.Sync(p.by(p.buyer), offline.SyncInput{Device: "one", Actions: []offline.Action{{
		ID: fmt.Sprintf("00000000-0000-4000-8000-%012d", p.n), Counter: int64(p.n), Kind: kind, ElapsedMS: &past,
		At: p.now.Add(-time.Duration(past) * time.Millisecond).Format(time.RFC3339), Body: map[string]any{"order_id": id.String()}}}})
	if err == nil && out.Results[0].Verdict != offline.Done {
		err = errs.WrongState(out.Results[0].Words)
	}
	if err == nil {
		p.log = append(p.log, kind+" without a network")
	}
	return err
}

var spoken = order.Voice{Channel: "phone_call", SpokenBy: "本人"}

// create enters an order: somebody's own, or for one of the people.
func (p *play) create() (id db.ID, err error) {
	start := p.now.Add(2 * time.Hour)
	in := order.CreateInput{CatalogueID: p.item.ID, Title: "送一顿午饭", Region: gacha, Needed: 1,
		Window: order.Window{WindowStart: start, WindowEnd: start.Add(30 * time.Minute)}}
	who, _ := one(p, p.people)
	reviewed := p.random.IntN(2) == 0
	err = p.any(func(ctx context.Context) error {
		in := in
		if me := auth.From(ctx); me.Is(auth.Resident) && p.random.IntN(4) > 0 {
			in.Consent = person.BySelf
		} else {
			in.RecipientID, in.Consent, in.Reviewed, in.Voice = who, person.BySpoken, reviewed, spoken
		}
		made, err := p.Order.Create(ctx, in)
		id = made.ID
		return err
	})
	return id, err
}

// issueCard has a contact card issued and printed; whoever prints it reads its codes.
func issueCard(p *play) error {
	who, _ := one(p, p.people)
	return p.any(func(ctx context.Context) error {
		c, err := p.handOut.Issue(ctx, card.IssueInput{PersonID: who})
		if err != nil {
			return err
		}
		var codes []string
		err = p.DB.Read(ctx, func(tx *db.Tx) error {
			var sheet []byte
			if err := tx.Raw().QueryRowContext(ctx, "SELECT sheet FROM contact_card WHERE id = $1", int64(c.ID)).Scan(&sheet); err != nil {
				return err
			}
			plain, err := p.Keys.Open(sheet, seal.At("contact_card", "sheet", int64(c.ID)))
			if err != nil {
				return err
			}
			return json.Unmarshal(plain, &codes)
		})
		if err == nil {
			p.cards[who] = codes
		}
		return err
	})
}

// code is the resident's one-time code, where somebody in the hand can read it: off the slip, on his number, or from a card.
func (p *play) code(o order.Order) string {
	if list := p.cards[o.RecipientID]; len(list) > 0 && p.random.IntN(2) == 0 {
		p.cards[o.RecipientID] = list[1:]
		return list[0]
	}
	if !p.puppets[o.RecipientID] && !p.seen[o.ID] {
		if !slices.Contains(p.hands, o.EnteredBy) {
			return ""
		}
		if _, err := p.Order.Slip(p.by(o.EnteredBy), order.GetInput{ID: o.ID}); err != nil {
			return ""
		}
		p.seen[o.ID] = true
	}
	var sealed []byte
	ctx := p.system(p.now)
	err := p.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Raw().QueryRowContext(ctx, "SELECT code FROM orders WHERE id = $1", int64(o.ID)).Scan(&sealed)
	})
	if err != nil || sealed == nil {
		return ""
	}
	code, err := p.Keys.OpenText(sealed, seal.At("orders", "code", int64(o.ID)))
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

// word confirms a served order: as the resident, by his code, or by something that the station says of him.
func word(p *play) error {
	id, ok := one(p, p.orders)
	if !ok {
		return errNone
	}
	o := p.order(id)
	in := order.ConfirmInput{Ask: order.Ask{ID: id, Version: o.Version, Voice: spoken}, Photo: pixel,
		Evidence: []string{"code", "code", "login", "login", "signature", "call_back", "paper"}[p.random.IntN(7)]}
	switch in.Evidence {
	case "code":
		in.Code = p.code(o)
		p.log = append(p.log, "code")
		return p.any(func(ctx context.Context) error { _, err := p.Order.Confirm(ctx, in); return err })
	case "login":
		in.Ask = order.Ask{ID: id}
	}
	p.log = append(p.log, in.Evidence)
	return p.any(func(ctx context.Context) error { _, err := p.Order.Confirm(ctx, in); return err })
}

func dispute(p *play) error {
	id, ok := one(p, p.orders)
	if !ok {
		return errNone
	}
	in := order.DisputeInput{Ask: order.Ask{ID: id, Version: p.order(id).Version, Reason: "没做完", Voice: spoken}}
	return p.any(func(ctx context.Context) error {
		_, err := p.Order.Dispute(ctx, in)
		if err != nil {
			_, err = p.Order.Reopen(ctx, in)
		}
		return err
	})
}

func resolve(p *play) error {
	id, ok := one(p, p.orders)
	if !ok {
		return errNone
	}
	decision := []string{"confirm", "confirm", "confirm", "redo"}[p.random.IntN(4)]
	return p.any(func(ctx context.Context) error {
		_, err := p.Order.Resolve(ctx, order.ResolveInput{Ask: order.Ask{ID: id, Version: p.order(id).Version, Reason: "打过电话", Voice: spoken},
			Decision: decision})
		return err
	})
}

// enterSheet enters a paper sheet with one line of the volunteer's.
func enterSheet(p *play) error {
	from := p.now.Add(-time.Duration(1+p.random.IntN(400)) * time.Hour)
	day := clock.DayOf(from).String()
	return p.any(func(ctx context.Context) error {
		made, err := p.Attendance.Issue(ctx, attendance.IssueInput{StationID: p.station.ID, Count: 1})
		if err != nil {
			return err
		}
		sh := made.Items[0]
		_, err = p.Attendance.Enter(ctx, attendance.EnterInput{ID: sh.ID, Version: sh.Version, Photo: pixel, LateReason: "压住了",
			Rows: []attendance.RowInput{{Who: p.volunteer.No, ItemID: p.item.ID, ForWhom: "嘎查", Day: day, From: "09:00", To: "10:00",
				Signed: true}}})
		if err == nil {
			p.sheets = append(p.sheets, sh.ID)
		}
		return err
	})
}

func (p *play) approveSheet(ctx context.Context) error {
	id, ok := one(p, p.sheets)
	if !ok {
		return errNone
	}
	sh, err := p.Attendance.GetSheet(ctx, attendance.SheetInput{ID: id})
	if err == nil {
		_, err = p.Attendance.ApproveSheet(ctx, attendance.DecideInput{ID: id, Version: sh.Version})
	}
	return err
}

// newTeam lets somebody in the hand found a team, whose members the station signs up on paper, and approves it.
func newTeam(p *play) error {
	leader, _ := one(p, p.hands)
	ctx := p.by(leader)
	v, err := p.Volunteer.Register(ctx, volunteer.RegisterInput{Region: gacha, Agreed: true, Consent: person.BySelf,
		Facts: volunteer.Facts{Identities: person.Codes{"resident"}, MaxKm: 10}})
	if err == nil {
		err = p.sends(func(ctx context.Context) error {
			_, err := p.Volunteer.Approve(ctx, volunteer.ApproveInput{ID: v.ID, Version: v.Version, Adult: true})
			return err
		})
	}
	if broke(err) {
		return err
	}
	p.n++
	d, err := p.Team.Found(ctx, team.FoundInput{Name: name(p.n, "队"), Kind: "other", Region: gacha, Purpose: "帮忙", Members: p.members})
	if err != nil {
		return err
	}
	for _, m := range d.People {
		if m.State != team.Asked {
			continue
		}
		if err := p.sends(func(ctx context.Context) error {
			_, err := p.Team.Answer(ctx, team.AnswerInput{ID: m.ID, Version: m.Version, Agree: true, How: "paper"})
			return err
		}); err != nil {
			return err
		}
	}
	err = p.sends(func(ctx context.Context) error {
		_, err := p.Team.Approve(ctx, team.ApproveInput{ID: d.ID, Version: d.Version})
		return err
	})
	if err == nil {
		p.teams = append(p.teams, d.ID)
	}
	return err
}

// lead holds an activity, of a team or the station's own, to which the volunteer signs up: somebody says that he came, and
// hands the list in.
func lead(p *play) error {
	in := activity.CreateInput{StationID: p.station.ID, Title: "扫雪", Category: p.item.Category, Content: "扫路", Place: "嘎查部", Risk: "路滑",
		Day: clock.DayOf(p.now).AddDays(1), From: "09:00", To: "10:00", Checked: true, Posts: []activity.PostInput{{Name: "扫", Needed: 1}}}
	if id, ok := one(p, p.teams); ok && p.random.IntN(4) > 0 {
		in.TeamID = id
	}
	var d activity.Detail
	if err := p.any(func(ctx context.Context) (err error) { d, err = p.Activity.Create(ctx, in); return err }); err != nil {
		return err
	}
	if err := p.sends(func(ctx context.Context) (err error) {
		d, err = p.Activity.PublishNow(ctx, activity.MoveInput{ID: d.ID, Version: d.Version})
		return err
	}); err != nil {
		return err
	}
	seat, err := p.Activity.SignUp(p.by(p.buyer), activity.SignInput{ID: d.ID})
	if err != nil {
		return err
	}
	p.now = d.EndsAt
	return p.any(func(ctx context.Context) error {
		now, err := p.Activity.CallRoll(ctx, activity.RollInput{ID: d.ID, Version: d.Version,
			Rows: []activity.Called{{PlaceID: seat.ID, Came: activity.ByList}}})
		if err == nil {
			now, err = p.Activity.HandIn(ctx, activity.HandInInput{ID: d.ID, Version: now.Version})
		}
		if err == nil {
			p.sheets = append(p.sheets, now.SheetID)
		}
		return err
	})
}

// closeSession ends a session that the volunteer never tapped out of.
func closeSession(p *play) error {
	ids := p.ids("SELECT id FROM attendance WHERE volunteer_id = $1 AND out_at IS NULL", p.volunteer.ID)
	id, ok := one(p, ids)
	if !ok {
		return errNone
	}
	return p.any(func(ctx context.Context) error {
		_, err := p.Attendance.Close(ctx, attendance.CloseInput{ID: id, OutAt: p.now, Reason: "问过"})
		return err
	})
}

// ids asks for some.
func (p *play) ids(text string, args ...any) (out []db.ID) {
	p.t.Helper()
	ctx := p.system(p.now)
	err := p.DB.Read(ctx, func(tx *db.Tx) error {
		for i, a := range args {
			if id, ok := a.(db.ID); ok {
				args[i] = int64(id)
			}
		}
		rows, err := tx.Raw().QueryContext(ctx, text, args...)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			if err := rows.Scan(&id); err != nil {
				return err
			}
			out = append(out, db.ID(id))
		}
		return rows.Err()
	})
	if err != nil {
		p.t.Fatal(err)
	}
	return out
}

var proofMoves = []move{
	{"import", 3, alone, func(p *play) error {
		at := p.now.Add(-time.Duration(100+p.random.IntN(4000)) * time.Hour)
		return p.any(func(ctx context.Context) error {
			_, err := p.Record.ImportRow(ctx, record.ImportInput{VolunteerNo: p.volunteer.No, Region: gacha, Title: "帮工", Category: "farming",
				Content: "收土豆", StartedAt: at, EndedAt: at.Add(time.Hour), Unit: "嘎查村民委员会"})
			return err
		})
	}},
	{"look", 12, alone, func(p *play) error { return p.any(p.look) }},
	{"ask for more", 3, alone, func(p *play) error {
		id, ok := one(p, p.records())
		if !ok {
			return errNone
		}
		want := int64(20 + p.random.IntN(100))
		return p.any(func(ctx context.Context) error {
			_, err := p.Record.Ask(ctx, record.AskInput{ID: id, Minutes: &want, Reason: "多待了"})
			return err
		})
	}},
	{"agree to more", 4, alone, func(p *play) error {
		id, ok := one(p, p.records())
		if !ok {
			return errNone
		}
		return p.any(func(ctx context.Context) error {
			_, err := p.Record.Decide(ctx, record.ApproveInput{ID: id, Decision: "approve"})
			return err
		})
	}},
	{"promise of the bank", 3, alone, func(p *play) error {
		return p.any(func(ctx context.Context) error {
			_, err := p.TimeBank.Hold(ctx, timebank.HoldInput{PersonID: p.saver.person, Minutes: 5, ExpiresAt: p.now.AddDate(0, 1, 0), Reason: "挑水"})
			return err
		})
	}},
	{"gift of the bank", 2, alone, func(p *play) error {
		return p.any(func(ctx context.Context) error {
			_, err := p.TimeBank.Transfer(ctx, timebank.TransferInput{FromID: p.saver.person, Minutes: 5, Kind: "donation"})
			return err
		})
	}},
	{"settle with the bank", 4, alone, settle},
	{"agree at the bank", 4, alone, agree},
	{"certificate", 5, alone, func(p *play) error {
		from, to := clock.DayOf(p.now.AddDate(-2, 0, 0)), clock.DayOf(p.now)
		return p.any(func(ctx context.Context) error {
			_, err := p.Certificate.Issue(ctx, certificate.IssueInput{VolunteerID: p.volunteer.ID, From: from, To: to})
			return err
		})
	}},
}

// settle ends a promise of minutes that somebody saved.
func settle(p *play) error {
	id, ok := one(p, p.ids("SELECT id FROM ledger_transfer WHERE debit_id = $1 AND kind = 'hold' AND id > $2", p.saver.ledger, p.before))
	if !ok {
		return errNone
	}
	return p.any(func(ctx context.Context) error {
		_, err := p.TimeBank.Settle(ctx, timebank.SettleInput{ID: id, Minutes: 5, Reason: "挑过水了"})
		return err
	})
}

// agree is a second person's yes to what waits at the bank.
func agree(p *play) error {
	return p.any(func(ctx context.Context) error {
		list, err := p.TimeBank.Waiting(ctx, timebank.WaitingInput{})
		if err != nil {
			return err
		}
		err = errNone
		for _, x := range list.Items {
			if x.ID < p.before {
				continue
			}
			if _, err = p.TimeBank.Approve(ctx, timebank.DecideInput{ID: x.ID, Version: x.Version}); err == nil {
				return nil
			}
		}
		return err
	})
}

func (p *play) records() []db.ID {
	return p.ids("SELECT id FROM service_record WHERE volunteer_id = $1 AND status <> 'void'", p.volunteer.ID)
}

// look is what a second person does with what waits.
func (p *play) look(ctx context.Context) error {
	err := error(errNone)
	for _, id := range p.ids("SELECT id FROM service_record WHERE volunteer_id = $1 AND status = 'pending'", p.volunteer.ID) {
		if _, err = p.Record.Approve(ctx, record.ApproveInput{ID: id, Decision: "approve"}); err == nil {
			return nil
		}
	}
	return err
}

// honestMoves are what somebody else does who looks and agrees.
var honestMoves = []move{
	{"an honest look", 12, looking, func(p *play) error { return p.look(p.honest(p.clerk)) }},
	{"an honest sheet", 4, looking, func(p *play) error { return p.approveSheet(p.honest(p.second)) }},
}

func picture() []byte {
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewGray(image.Rect(0, 0, 40, 40))); err != nil {
		panic(err)
	}
	return out.Bytes()
}
