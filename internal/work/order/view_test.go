package order

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"
	"time"

	"linli/internal/civic/person"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs/errstest"
	"linli/internal/work/catalogue"
	"linli/internal/work/order/card"
	"linli/internal/work/order/hand"
)

// A group chat learns the service, the community and the address of the page, and nothing that anybody wrote or that tells who asks.
func TestCall(t *testing.T) {
	d := DeskOrder{Item: catalogue.Item{Name: "送餐上门"}, Place: "第一嘎查", Phone: "129****0001"}
	d.ID, d.Title, d.Detail.Detail, d.Recipient, d.Needed = 7, "给王奶奶送饭", "眼睛不好", "王桂兰", 2
	text := d.call(t.Context(), "https://linli.example")
	for _, want := range []string{"送餐上门", "第一嘎查", "2 人", "https://linli.example/my/tasks/7"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q lacks %s", text, want)
		}
	}
	for _, never := range []string{d.Title, d.Detail.Detail, d.Recipient, d.Phone} {
		if strings.Contains(text, never) {
			t.Errorf("%q tells %s", text, never)
		}
	}
}

// Before a volunteer has accepted, nothing that he may read holds the resident's name, or what the resident wrote for those who come.
func TestNameOnlyAfterAcceptance(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		const words = "后天要去医院拿化验单"
		who := auth.From(w.resident)
		who.Name = "娜仁"
		w.resident = auth.With(w.resident, who)
		all := func(ctx context.Context, id db.ID) string {
			page, err := w.s.Desk(ctx, GetInput{ID: id})
			w.must(page.Detail, err)
			steps, err := w.s.Timeline(ctx, GetInput{ID: id})
			w.must(page.Detail, err)
			tasks, err := w.s.Tasks(ctx, TasksInput{})
			w.must(page.Detail, err)
			text, err := json.Marshal([]any{page, steps, tasks})
			w.must(page.Detail, err)
			return string(text)
		}
		o := w.offered(1, func(in *CreateInput) { in.Detail, in.Title, in.Risk = words, "给娜仁送饭", "娜仁家有狗" })
		name := w.get(w.manager, o.ID).Recipient
		if before := all(w.vols[0].ctx, o.ID); strings.Contains(before, name) || strings.Contains(before, words) {
			t.Errorf("an asked volunteer reads %q or %q: %s", name, words, before)
		}
		w.must(w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}))
		if after := all(w.vols[0].ctx, o.ID); !strings.Contains(after, name) || !strings.Contains(after, words) {
			t.Errorf("who comes does not read %q and %q: %s", name, words, after)
		}
	})
}

// A resident corrects what he wrote until somebody is asked to come, and reads it back.
func TestAmend(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		o := w.create()
		o = w.must(w.s.Amend(w.resident, AmendInput{Ask: Ask{ID: o.ID}, Address: " 6 号楼 2 单元 ", Detail: "带上老花镜"}))
		if o.Address != "6 号楼 2 单元" || o.Detail != "带上老花镜" || o.State != Submitted {
			t.Errorf("read back: %+v", o)
		}
		_, err := w.s.Amend(w.resident, AmendInput{Ask: Ask{ID: o.ID}, Address: "  "})
		errstest.Is(t, err, "invalid address: 到哪里")
		_, err = w.s.Amend(w.neighbour, AmendInput{Ask: Ask{ID: o.ID}, Address: "别处"})
		errstest.Is(t, err, "not_found")
		o = w.offered(1)
		_, err = w.s.Amend(w.resident, AmendInput{Ask: Ask{ID: o.ID}, Address: "别处"})
		errstest.Is(t, err, "wrong_state: 不能更正")
		w.verify()
	})
}

// A granddaughter orders for her grandmother: kept as asked for by her, with the grandmother's word, under the grandmother's name; she sees
// the order, and her word afterwards is not the grandmother's own.
func TestForARelative(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.input()
		in.RecipientName = "斯琴高娃"
		_, err := w.s.Create(w.resident, in)
		errstest.Is(t, err, "invalid consent: 先问过本人")
		in.Consent = "spoken"
		out, err := w.s.Create(w.resident, in)
		o := w.must(out.Detail, err)
		if o.Recipient != "斯琴高娃" || o.RecipientID == w.residentID || o.Consent != "spoken" || o.ConfirmationCode == "" {
			t.Errorf("%+v", o)
		}
		steps, err := w.s.Timeline(w.manager, GetInput{ID: o.ID})
		if w.must(o, err); steps.Items[0].OnBehalfOf != "斯琴高娃" {
			t.Errorf("nobody sees that it was asked for her: %+v", steps.Items[0])
		}
		again, err := w.s.Create(w.resident, in)
		if w.must(again.Detail, err); again.RecipientID != o.RecipientID {
			t.Error("she is registered twice")
		}
		o = w.servedFor(w.resident, func(in *CreateInput) { in.RecipientName, in.Consent = "斯琴高娃", "spoken" })
		if done := w.must(w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: o.ID}, Evidence: "login"})); !done.NeedsSecond {
			t.Error("a relative's word counts as her own")
		}
		w.verify()
	})
}

// Who asked for another is shown the code of the order: entered by the station, it is not the other's own word, and one from his card is.
func TestCodeOfARelative(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		issued, err := w.s.cards.Issue(w.town, card.IssueInput{PersonID: w.residentID})
		if err != nil {
			t.Fatal(err)
		}
		var codes []string
		w.write(func(_ context.Context, tx *db.Tx) (err error) {
			_, codes, err = w.s.cards.Printable(w.town, tx, issued.ID)
			return err
		})
		for _, card := range []bool{false, true} {
			clock.Set(noon)
			o := w.servedFor(w.neighbour, func(in *CreateInput) {
				in.RecipientName, in.RecipientPhone, in.Consent = "娜仁", "12900000000", "spoken"
			})
			code := w.get(w.neighbour, o.ID).ConfirmationCode
			if card {
				code = codes[0]
			}
			if o.RecipientID != w.residentID || code == "" {
				t.Fatalf("%+v %q", o, code)
			}
			done := w.must(w.s.Confirm(w.manager, ConfirmInput{Ask: saidBy(o, "娜仁"), Evidence: "code", Code: code}))
			if done.NeedsSecond == card {
				t.Errorf("code of her card %v: waits for a second person %v", card, done.NeedsSecond)
			}
		}
		w.verify()
	})
}

// Who answers for somebody when he orders speaks for him at that order, whatever becomes of the tie; who does not, does not.
func TestWordOfAGuardian(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		word := func(o Detail) (account db.ID) {
			w.write(func(ctx context.Context, tx *db.Tx) error {
				h, err := hand.Of(ctx, tx, o.Hand())
				account = h.Own.Account
				return err
			})
			return account
		}
		me := auth.From(w.resident).Person
		for _, guardian := range []bool{false, true} {
			clock.Set(noon)
			in := person.GuardianInput{ID: auth.From(w.neighbour).Person, GuardianID: me, Relation: "侄女"}
			if guardian {
				if _, err := w.s.persons.AddGuardian(w.head, in); err != nil {
					t.Fatal(err)
				}
			}
			o := w.servedFor(w.resident, func(in *CreateInput) {
				in.RecipientName, in.RecipientPhone, in.Consent = "巴图", "12900000001", "spoken"
			})
			done := w.must(w.s.Confirm(w.resident, ConfirmInput{Ask: Ask{ID: o.ID}, Evidence: "login"}))
			want := db.ID(0)
			if guardian {
				want = auth.From(w.resident).Account
				_, err := w.s.persons.DropGuardian(w.head, person.DropGuardianInput{ID: in.ID, GuardianID: me})
				errstest.Is(t, err, "")
			}
			if got := word(done); done.NeedsSecond == guardian || got != want {
				t.Errorf("guardian %v: second %v, own word of %v, not %v", guardian, done.NeedsSecond, got, want)
			}
		}
	})
}

// The page of an order says who has to call back, and offers the confirmation to nobody whose call does not do; it offers who served
// neither the confirmation nor the rating of his own service.
func TestPageSaysWhoMay(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		s, o := newSite(t, w), w.disputed()
		for _, c := range []struct {
			name string
			ctx  context.Context
			want string
		}{{"manager", w.manager, "要由第二人"}, {"head", w.head, ""}} {
			page, err := w.s.Desk(c.ctx, GetInput{ID: o.ID})
			if w.must(page.Detail, err); c.want == "" != (page.Another == "") || !strings.HasPrefix(page.Another, c.want) {
				t.Errorf("%s reads %q", c.name, page.Another)
			}
			_, text, _ := s.do(c.name, "GET", page.deskPath(), "", nil, "")
			if strings.Contains(text, "说好了，确认") != (c.want == "") || c.want != "" && !strings.Contains(text, page.Another) ||
				!strings.Contains(text, "三个工作日内重办") {
				t.Errorf("the page of the %s: %s", c.name, text)
			}
			_, err = w.s.Resolve(c.ctx, ResolveInput{Ask: because(page.Detail, "打过电话"), Decision: "confirm"})
			if c.want != "" {
				errstest.Is(t, err, "denied: "+c.want)
				if !strings.Contains(page.Another, "现在由苏木乡镇（街道）经办人复核") {
					t.Errorf("%s reads %q: who has to call back?", c.name, page.Another)
				}
			} else if err != nil {
				t.Error("who is offered it may not:", err)
			}
		}
		clock.Set(noon)
		me := w.vols[0]
		staff := auth.From(w.manager)
		staff.Account, staff.Person = auth.From(me.ctx).Account, auth.From(me.ctx).Person
		for state, o := range map[State]Detail{Served: w.served(), Confirmed: {}} {
			if state == Confirmed {
				clock.Set(noon)
				o = w.confirmed()
			}
			for ctx, want := range map[context.Context]bool{w.manager: true, auth.With(t.Context(), staff): false} {
				if d := w.get(ctx, o.ID); (d.Can(Confirm) || d.Can(Evaluate)) != want {
					t.Errorf("%s, of his own service %v: %v", state, !want, d.Moves)
				}
			}
		}
	})
}

// servedFor is an order that somebody asks for and that was served.
func (w *world) servedFor(by context.Context, change func(*CreateInput)) Detail {
	w.t.Helper()
	in := w.input()
	change(&in)
	out, err := w.s.Create(by, in)
	o := w.must(out.Detail, err)
	o = w.must(w.s.Review(w.manager, ReviewInput{Ask: ask(o), Decision: "accept"}))
	o = w.must(w.s.Dispatch(w.manager, DispatchInput{Ask: ask(o), VolunteerIDs: []db.ID{w.vols[0].id}}))
	w.must(w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}))
	clock.Set(o.WindowStart)
	w.in(o.ID, w.vols[0])
	clock.Set(o.WindowStart.Add(50 * time.Minute))
	w.out(o.ID, w.vols[0])
	return w.get(w.manager, o.ID)
}

// A photo that comes with an order is for who asked, the station and who comes; what is no photo is refused at its field.
func TestPhotoOfAnOrder(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		in := w.input()
		in.Photo = blob.Upload{Name: "a.png", Data: []byte("no photo")}
		_, err := w.s.Create(w.resident, in)
		errstest.Is(t, err, "unsupported: 只能上传照片")
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
			t.Fatal(err)
		}
		o := w.offered(1, func(in *CreateInput) { in.Photo = blob.Upload{Name: "a.png", Data: picture.Bytes()} })
		for who, ctx := range map[string]context.Context{"resident": w.resident, "manager": w.manager} {
			f, err := w.s.Photo(ctx, GetInput{ID: o.ID})
			page, err2 := w.s.Desk(ctx, GetInput{ID: o.ID})
			if err != nil || err2 != nil || f.Type != blob.PNG || page.Picture.ID == 0 {
				t.Errorf("%s: %v %v %s %v", who, err, err2, f.Type, page.Picture)
			}
		}
		for _, ctx := range []context.Context{w.vols[0].ctx, w.neighbour} {
			_, err := w.s.Photo(ctx, GetInput{ID: o.ID})
			errstest.Is(t, err, "not_found")
		}
		w.must(w.s.Accept(w.vols[0].ctx, PartInput{Ask: Ask{ID: o.ID}}))
		if _, err := w.s.Photo(w.vols[0].ctx, GetInput{ID: o.ID}); err != nil {
			t.Error(err)
		}
	})
}
