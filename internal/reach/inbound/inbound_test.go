package inbound_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"
	"testing"

	"linli/internal/civic/person"
	"linli/internal/oversight/inspection/inspectiontest"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/errs/errstest"
	"linli/internal/proof/record"
	"linli/internal/reach/batch"
	"linli/internal/reach/inbound"
	"linli/internal/reach/platforms"
	"linli/internal/work/attendance/attendancetest"
)

// signer is the key of a platform.
type signer struct{ ed25519.PrivateKey }

func (s signer) Public() ed25519.PublicKey  { return s.PrivateKey.Public().(ed25519.PublicKey) }
func (s signer) Sign(message []byte) []byte { return ed25519.Sign(s.PrivateKey, message) }

func keyOf(seed byte) signer {
	return signer{ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))}
}

func text(k batch.Signer) string { return base64.StdEncoding.EncodeToString(k.Public()) }

// officer is an officer of the gacha's banner.
var officer = auth.Grant{Role: auth.BannerOfficer, Region: inspectiontest.Banner}

func newPerson(name, phone string) person.NewPerson {
	return person.NewPerson{Name: name, Phone: phone, Region: attendancetest.Gacha, BirthDay: 19810203, Consent: person.BySpoken}
}

// world is the gacha with two officers of the banner, and the area.
type world struct {
	*inspectiontest.World
	s       *inbound.Service
	records *record.Service
	Second  context.Context // another officer of the banner
	source  inbound.SourceDetail
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	inspectiontest.Each(t, func(base *inspectiontest.World) {
		w := newWorld(base)
		w.register("platform-1", "beijiang", keyOf(3))
		test(w)
	})
}

func newWorld(base *inspectiontest.World) *world {
	records := record.New(base.DB, base.Persons)
	w := &world{World: base, records: records, s: inbound.New(base.DB, base.Keys, base.Persons, records)}
	w.Second, _ = w.Actor("二号经办", 0, officer)
	return w
}

// register enters a source whose key both officers know.
func (w *world) register(installation, platform string, k batch.Signer) {
	w.T.Helper()
	src, err := w.s.Register(w.Banner, inbound.RegisterInput{Platform: platform, Name: "来处 " + installation, Installation: installation})
	w.Must(err)
	src, err = w.s.AddKey(w.Banner, inbound.KeyInput{ID: src.ID, PublicKey: text(k), From: 20260101, Until: 20271231})
	w.Must(err)
	w.source, err = w.s.ConfirmKey(w.Second, inbound.ConfirmInput{ID: src.Keys[0].ID, Version: 1, Decision: "confirm"})
	w.Must(err)
}

// fields are those of one line.
type fields map[string]any

func somebody(id, name, phone string, more ...any) fields {
	out := fields{"id": id, "name": name, "phone": phone, "region": attendancetest.Gacha.String(), "ground": "consent",
		"changed_at": "2026-11-20T10:00:00+08:00"}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

func service(id, who string, day, hour, minutes int, more ...any) fields {
	at := fmt.Sprintf("2026-10-%02d", day)
	out := fields{"id": id, "person": who, "title": "助老服务", "day": at, "content": "送饭",
		"started_at": fmt.Sprintf("%sT%02d:00:00+08:00", at, hour), "ended_at": fmt.Sprintf("%sT%02d:30:00+08:00", at, hour+1),
		"minutes": minutes, "unit": "别处的社区", "category": "elderly_disabled", "region": attendancetest.Gacha.String(), "state": "counted",
		"changed_at": "2026-11-20T10:00:00+08:00"}
	for i := 0; i+1 < len(more); i += 2 {
		out[more[i].(string)] = more[i+1]
	}
	return out
}

// file writes a batch; lines of people first.
func file(t testing.TB, k batch.Signer, installation, number string, people, services []fields) []byte {
	t.Helper()
	var out bytes.Buffer
	w, err := batch.NewWriter(&out, false, map[string]any{"batch": number, "installation": installation, "platform": "linli", "unit": "别处的社区",
		"region": "152502000000", "from": "2026-10-01", "to": "2026-10-31", "made_at": "2026-11-21T09:00:00+08:00", "persons": len(people),
		"services": len(services), "trainings": 0, "commendations": 0, "evaluations": 0})
	for _, p := range people {
		if err == nil {
			err = w.Add(batch.Person, p)
		}
	}
	for _, x := range services {
		if err == nil {
			err = w.Add(batch.Service, x)
		}
	}
	if err == nil {
		err = w.Close(k)
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (w *world) receive(data []byte) (inbound.Detail, error) {
	return w.s.Receive(w.Banner, inbound.ReceiveInput{ID: w.source.ID, File: blob.Upload{Name: "b.jsonl", Data: data}})
}

// mixed is a batch with each kind of conflict: three of the gacha's volunteers and strangers.
func (w *world) mixed() []byte {
	return file(w.T, keyOf(3), "platform-1", "B1", []fields{
		somebody("p1", w.Vols[0].Name, "12900000001", "birth_day", "1980-01-01"),
		somebody("p2", w.Vols[1].Name, "12900000002", "birth_day", "1980-01-02"),
		somebody("p3", w.Vols[2].Name, "12900000003", "sex", "female"),
		somebody("p4", "𠮷田", "12900000099"), somebody("p5", "ᠪᠠᠲᠤ", "12900000098")},
		[]fields{service("s1", "p1", 8, 9, 90), service("s2", "p2", 8, 9, 60), service("s3", "p4", 8, 9, 90),
			service("s4", "p1", 9, 9, 90, "state", "void")})
}

func (w *world) verify() {
	w.T.Helper()
	w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
		return inbound.Verify(w.System, tx, func(object, what string) { w.T.Errorf("%s: %s", object, what) })
	}))
}

func counts(d inbound.Detail) string {
	var out []string
	for _, x := range d.Stands {
		out = append(out, fmt.Sprintf("%s %s %d", x.Kind, x.State, x.N))
	}
	return strings.Join(out, ", ")
}

// From the file to decided conflicts: who is here, who is not, where both differ; the same again is refused by number and by content.
func TestReceive(t *testing.T) {
	each(t, func(w *world) {
		data := w.mixed()
		d, err := w.receive(data)
		w.Must(err)
		if got := counts(d); d.State != inbound.Open ||
			got != "person conflict 1, person matched 2, person new 2, service refused 1, service waits 3" {
			t.Fatalf("%s %s", d.State, got)
		}
		_, err = w.receive(data)
		errstest.Is(w, err, "conflict: 批次 B1 在 2026-11-24 12:00 收过了")
		again := file(t, keyOf(3), "platform-1", "B1", nil, nil)
		_, err = w.receive(again)
		errstest.Is(w, err, "conflict: 批次 B1")
		lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Field: "birth_day"})
		w.Must(err)
		if len(lines.Items) != 1 || lines.Items[0].Differs[0].Ours != "1980-01-01" || lines.Items[0].Differs[0].Theirs != "1980-01-02" ||
			strings.Contains(lines.Items[0].Words, w.Vols[1].Name) {
			t.Errorf("%+v", lines.Items)
		}
		masked, err := w.s.Lines(w.Inspector, inbound.LinesInput{ID: d.ID})
		w.Must(err)
		if len(masked.Items) != 9 || len(masked.Items[1].Differs) != 0 {
			t.Errorf("an inspector sees %+v", masked.Items)
		}
		w.decide(d)
		w.verify()
	})
}

// decide tries each decision over the one conflict of mixed.
func (w *world) decide(d inbound.Detail) {
	w.T.Helper()
	for _, c := range []struct{ decision, state string }{{"theirs", "matched"}, {"apart", "apart"}, {"open", "conflict"},
		{"ours", "matched"}} {
		d, err := w.s.Decide(w.Banner, inbound.DecideInput{ID: d.ID, N: 2, Field: "birth_day", Decision: c.decision})
		w.Must(err)
		lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Kind: "person", State: c.state})
		w.Must(err)
		if n := len(lines.Items); n == 0 || (d.Open == 1) != (c.decision == "open") {
			w.T.Errorf("%s: %d lines, %d open", c.decision, n, d.Open)
		}
	}
	_, err := w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "birth_day", Decision: "ours"})
	errstest.Is(w, err, "wrong_state: 没有这种")
	_, err = w.s.Decide(w.Banner, inbound.DecideInput{ID: d.ID, N: 2, Field: "name", Decision: "ours"})
	errstest.Is(w, err, "not_found")
	_, err = w.s.Decide(w.Far, inbound.DecideInput{ID: d.ID, N: 2, Field: "birth_day", Decision: "ours"})
	errstest.Is(w, err, "not_found")
}

// Two of one telephone and name: a person says which.
func TestCandidates(t *testing.T) {
	each(t, func(w *world) {
		twin := w.Person("同名", 4)
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE person SET name = ? WHERE id = ?`, w.Vols[0].Name, twin).Run(w.System, tx)
			return err
		})
		w.Write(func(tx *db.Tx) error {
			_, err := tx.Build(`UPDATE person SET phone_blind = (SELECT phone_blind FROM person WHERE id = ?) WHERE id = ?`, w.Vols[0].PersonID,
				twin).Run(w.System, tx)
			return err
		})
		d, err := w.receive(w.mixed())
		w.Must(err)
		lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Field: "candidates"})
		w.Must(err)
		if len(lines.Items) != 1 || len(lines.Items[0].Differs[0].Who) != 2 {
			t.Fatalf("%+v", lines.Items)
		}
		in := inbound.DecideInput{ID: d.ID, N: lines.Items[0].N, Field: "candidates", Decision: "ours", PersonID: w.Vols[1].PersonID}
		_, err = w.s.Decide(w.Banner, in)
		errstest.Is(w, err, "invalid person_id: 请选列出来的人")
		in.PersonID = twin
		_, err = w.s.Decide(w.Banner, in)
		w.Must(err)
		lines, err = w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Field: "candidates"})
		w.Must(err)
		if l := lines.Items[0]; l.State != "matched" || l.PersonID != twin {
			t.Errorf("%+v", l)
		}
		_, err = w.s.DecideAll(w.Banner, inbound.AllInput{ID: d.ID, Field: "candidates", Decision: "ours"})
		errstest.Is(w, err, "invalid field: 可能是几个人的")
		w.verify()
	})
}

// What was received goes out again unchanged, and another installation takes it once.
func TestOutAgain(t *testing.T) {
	each(t, func(w *world) {
		data := w.mixed()
		d, err := w.receive(data)
		w.Must(err)
		for _, form := range []string{"jsonl", "csv"} {
			w.same(data, w.out(inbound.FileInput{ID: d.ID, Form: form}))
		}
		f, err := w.s.Receipt(w.Banner, inbound.GetInput{ID: d.ID})
		w.Must(err)
		var out bytes.Buffer
		w.Must(f.Stream(&out))
		r, bad := batch.ReadReceipt(bytes.NewReader(out.Bytes()))
		if len(bad) > 0 || r.Batch != "B1" || len(r.Items) != 9 || r.Key != text(w.Keys.Signer()) {
			t.Errorf("the receipt: %+v %+v", bad, r)
		}
		broken := bytes.Replace(out.Bytes(), []byte(`"waits"`), []byte(`"received"`), 1)
		if _, bad := batch.ReadReceipt(bytes.NewReader(broken)); len(bad) != 1 || bad[0].Field != "digest" {
			t.Errorf("a receipt that was changed: %+v", bad)
		}
	})
}

// out takes a batch out.
func (w *world) out(in inbound.FileInput) []byte {
	w.T.Helper()
	f, err := w.s.File(w.Banner, in)
	w.Must(err)
	var out bytes.Buffer
	w.Must(f.Stream(&out))
	return out.Bytes()
}

// same compares two batches line by line and field by field; the kit must find nothing wrong.
func (w *world) same(a, b []byte) {
	w.T.Helper()
	var lines [2][]string
	for i, data := range [][]byte{a, b} {
		r, err := batch.Check(bytes.NewReader(data), inspectiontest.Today.Time(), func(l batch.Line) error {
			lines[i] = append(lines[i], string(l.JSON))
			return nil
		})
		w.Must(err)
		if !r.Good() {
			w.T.Fatalf("the kit finds %+v", r.Violations)
		}
	}
	if strings.Join(lines[0], "\n") != strings.Join(lines[1], "\n") || len(lines[0]) == 0 {
		w.T.Errorf("not the same:\n%s\n%s", strings.Join(lines[0], "\n"), strings.Join(lines[1], "\n"))
	}
}

// A file that was broken off goes on where it stopped; one that is given up may come again.
func TestBrokenOff(t *testing.T) {
	each(t, func(w *world) {
		var people []fields
		for i := range 1200 {
			people = append(people, somebody(fmt.Sprintf("p%d", i), "外人", fmt.Sprintf("1290001%04d", i)))
		}
		data := file(t, keyOf(3), "platform-1", "B2", people, nil)
		stop, cancel := context.WithCancel(w.Banner)
		if _, err := w.s.Read(stop, w.source.ID, bytes.NewReader(data), func(inbound.Batch) { cancel() }); err == nil {
			t.Fatal("it was not broken off")
		}
		board, err := w.s.List(w.Banner, inbound.ListInput{})
		w.Must(err)
		b := board.Items[0]
		if b.State != inbound.Loading || b.Done != 500 {
			t.Fatalf("%+v", b)
		}
		w.verify()
		_, err = w.s.File(w.Banner, inbound.FileInput{ID: b.ID})
		errstest.Is(w, err, "wrong_state: 这一批还没有读完")
		steps := 0
		d, err := w.s.Read(w.Banner, w.source.ID, bytes.NewReader(data), func(inbound.Batch) { steps++ })
		if err != nil || d.ID != b.ID || d.Done != 1200 || d.Count("person", "new") != 1200 || steps != 2 {
			t.Fatalf("%+v %d %v", d, steps, err)
		}
		w.same(data, w.out(inbound.FileInput{ID: d.ID}))
		d, err = w.s.Drop(w.Banner, inbound.DropInput{ID: d.ID, Version: d.Version, Reason: "错的文件"})
		w.Must(err)
		_, err = w.s.File(w.Banner, inbound.FileInput{ID: d.ID})
		errstest.Is(w, err, "wrong_state: 其中 1200 条的内容已经删除")
		_, err = w.receive(data)
		w.Must(err)
		w.verify()
	})
}

// Whose file is not taken: not registered, another's number, one's own, a key that nobody compared, ran out or was ended.
func TestSigned(t *testing.T) {
	each(t, func(w *world) {
		own := ""
		w.Must(w.DB.Read(w.System, func(tx *db.Tx) (err error) {
			own, err = platforms.Installation(w.System, tx)
			return err
		}))
		for want, data := range map[string][]byte{
			"invalid file: 签名的公钥不在":   file(t, keyOf(9), "platform-1", "X", nil, nil),
			"invalid file: 批次是系统":     file(t, keyOf(3), "platform-2", "X", nil, nil),
			"invalid file: 这是本系统自己报出": file(t, keyOf(3), own, "X", nil, nil),
		} {
			_, err := w.receive(data)
			errstest.Is(w, err, want)
		}
		good := file(t, keyOf(3), "platform-1", "X", []fields{somebody("p1", "甲", "12900000077")}, nil)
		if _, err := w.receive(bytes.Replace(good, []byte("甲"), []byte("乙"), 1)); errs.KindOf(err) != errs.Invalid {
			t.Errorf("a changed file: %v", err)
		}
		src, err := w.s.AddKey(w.Banner, inbound.KeyInput{ID: w.source.ID, PublicKey: text(keyOf(4)), From: 20260101, Until: 20261123})
		w.Must(err)
		good = file(t, keyOf(4), "platform-1", "X", nil, nil)
		_, err = w.receive(good)
		errstest.Is(w, err, "invalid file: 签名的公钥不在")
		_, err = w.s.ConfirmKey(w.Banner, inbound.ConfirmInput{ID: src.Keys[0].ID, Version: 1, Decision: "confirm"})
		errstest.Is(w, err, "denied: 前一步是您自己办的")
		_, err = w.s.ConfirmKey(w.Second, inbound.ConfirmInput{ID: src.Keys[0].ID, Version: 1, Decision: "confirm"})
		w.Must(err)
		_, err = w.receive(good)
		errstest.Is(w, err, "invalid file: 签名的公钥不在") // it ran out yesterday
		_, err = w.s.EndKey(w.Second, inbound.EndInput{ID: src.Keys[1].ID, Version: 2, Reason: "丢了"})
		w.Must(err)
		_, err = w.receive(w.mixed())
		errstest.Is(w, err, "invalid file: 签名的公钥不在")
		_, err = w.s.AddKey(w.Banner, inbound.KeyInput{ID: w.source.ID, PublicKey: text(keyOf(4)), From: 20260101, Until: 20261231})
		errstest.Is(w, err, "invalid public_key: 这把公钥登记过了")
		w.closed()
	})
}

// closed tries a source that was closed, and who may not.
func (w *world) closed() {
	w.T.Helper()
	src, err := w.s.Close(w.Banner, inbound.CloseInput{ID: w.source.ID, Version: 1})
	w.Must(err)
	_, err = w.receive(w.mixed())
	errstest.Is(w, err, "wrong_state: “来处 platform-1”停用了")
	_, err = w.s.Close(w.Banner, inbound.CloseInput{ID: src.ID, Version: src.Version, Open: true})
	w.Must(err)
	_, err = w.s.Register(w.Banner, inbound.RegisterInput{Platform: "linli", Name: "又一次", Installation: "platform-1"})
	errstest.Is(w, err, "invalid installation: 这个系统编号登记过了")
	_, err = w.s.Register(w.Far, inbound.RegisterInput{Platform: "linli", Name: "远处", Installation: "platform-9",
		Region: inspectiontest.Banner})
	errstest.Is(w, err, "not_found")
	_, err = w.s.Register(w.Town, inbound.RegisterInput{Platform: "linli", Name: "远处", Installation: "platform-9"})
	errstest.Is(w, err, "denied")
	_, err = w.s.AddKey(w.Far, inbound.KeyInput{ID: w.source.ID, PublicKey: text(keyOf(5)), From: 20260101, Until: 20261231})
	errstest.Is(w, err, "not_found")
}

// Whose data others handed over is told so; erased, what it said is gone and the numbers hold.
func TestSubject(t *testing.T) {
	each(t, func(w *world) {
		d, err := w.receive(w.mixed())
		w.Must(err)
		who := w.Vols[0].PersonID
		w.Must(w.DB.Write(w.System, func(tx *db.Tx) error {
			held, err := w.s.Held(w.System, tx, who)
			if text := fmt.Sprint(held); err == nil && (strings.Count(text, "B1") != 3 || !strings.Contains(text, w.Vols[0].Name)) {
				t.Errorf("%s", text)
			}
			if err == nil {
				err = w.s.Forget(w.System, tx, who, "")
			}
			return err
		}))
		w.Must(w.DB.Read(w.System, func(tx *db.Tx) error {
			held, err := w.s.Held(w.System, tx, who)
			if text := fmt.Sprint(held); strings.Contains(text, w.Vols[0].Name) || !strings.Contains(text, "B1") {
				t.Errorf("after the erasure: %s", text)
			}
			return err
		}))
		lines, err := w.s.Lines(w.Banner, inbound.LinesInput{ID: d.ID, Kind: "person"})
		w.Must(err)
		if len(lines.Items) != 5 || lines.Items[0].Words != "内容已经删除" {
			t.Errorf("%+v", lines.Items)
		}
		if _, bad := batch.ReadReceipt(bytes.NewReader(w.receipt(d.ID))); len(bad) > 0 {
			t.Errorf("the receipt after the erasure: %+v", bad)
		}
		w.verify()
	})
}

// receipt is what the sender is told of a batch.
func (w *world) receipt(id db.ID) []byte {
	w.T.Helper()
	f, err := w.s.Receipt(w.Banner, inbound.GetInput{ID: id})
	w.Must(err)
	var out bytes.Buffer
	w.Must(f.Stream(&out))
	return out.Bytes()
}
