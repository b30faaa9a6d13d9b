package inbound

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"linli/internal/civic/person"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/proof/record"
	"linli/internal/reach/batch"
)

var (
	// toTake are the lines that are taken together in one transaction: some, so that others who write wait for a moment only.
	toTake = lineTable.Where(`batch_id = $1 AND n > $2 AND state = 'waits' ORDER BY n LIMIT 200`)
	// twice are the lines of a stretch of whose item another batch made a record; it is asked line by line, however many others came.
	twice = db.Query[int64](`SELECT l.n FROM inbound_line l WHERE l.batch_id = $1 AND l.n > $2 AND l.n <= $3 AND (SELECT COUNT(*)
		FROM inbound_line o WHERE o.source_id = l.source_id AND o.kind = l.kind AND o.their_id = l.their_id AND o.batch_id <> l.batch_id
		AND o.state = 'taken') > 0`)
	// hold lets the other hand wait that works on the same batch, or on another of the same source.
	hold = db.Query[int64](`SELECT b.version FROM inbound_batch b JOIN inbound_source s ON s.id = b.source_id WHERE b.id = $1 FOR UPDATE`)
)

// TakeInput takes a batch whose conflicts are decided.
type TakeInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version"`
	Anyway  bool  `json:"anyway" required:"false" doc:"没有对照的代码，那些服务不收"`
}

// Take makes pending records of the services of those who are volunteers here; everything else is kept as what others said. Each record
// counts only after a second person has looked at it. Broken off, it goes on where it stopped.
func (s *Service) Take(ctx context.Context, in TakeInput) (Detail, error) {
	op := act.Op{Perm: Take, Action: "inbound.taking", ID: in.ID, Version: in.Version, From: []string{Open, taking}}
	b, err := s.batches.Change(ctx, s.db, op, func(tx *db.Tx, b *Batch) error { return s.start(ctx, tx, b, in.Anyway) })
	if err != nil {
		return Detail{}, err
	}
	if err := s.strides(ctx, b, func(tx *db.Tx, last int64) (int64, error) { return s.stride(ctx, tx, b, last) }); err != nil {
		return Detail{}, err
	}
	op = act.Op{Perm: Take, Action: "inbound.take", ID: b.ID, Version: b.Version, From: []string{taking}}
	return act.ChangeTo(ctx, s.db, &s.batches, op, func(tx *db.Tx, b *Batch) error {
		b.State, b.TakenAt = taken, &tx.Now
		return nil
	}, func(tx *db.Tx, b Batch) (Detail, error) { return s.detail(ctx, tx, b) })
}

// start refuses a batch over which something is undecided, or whose codes nobody has mapped.
func (s *Service) start(ctx context.Context, tx *db.Tx, b *Batch, anyway bool) error {
	if b.State == taking {
		return nil
	}
	n, err := undecided.One(ctx, tx, b.ID)
	if err == nil && n > 0 {
		err = errs.WrongState(fmt.Sprintf("还有 %d 处冲突没有决定", n))
	}
	if err != nil {
		return err
	}
	src, err := sourceTable.Get(ctx, tx, b.SourceID)
	if err == nil {
		err = still(ctx, tx, src, *b)
	}
	if err != nil {
		return err
	}
	me := auth.From(ctx)
	b.State, b.MappingNo, b.TakenBy, b.TakenName = taking, src.MappingNo, me.Account, me.Name
	if anyway {
		return nil
	}
	lacking, err := s.lacking(ctx, tx, *b)
	if err == nil && len(lacking) > 0 {
		err = errs.WrongState("这些代码没有对照，先在来处的页上写，或者选“没有对照的不收”：" + strings.Join(lacking, "、"))
	}
	return err
}

// still refuses a batch that came before its source was closed or its key ended: a key that was lost has signed what nobody can trust.
func still(ctx context.Context, tx *db.Tx, src Source, b Batch) error {
	if src.State != "open" {
		return errs.WrongState("“" + src.Name + "”停用了，它的批次不收")
	}
	n, err := trusted.One(ctx, tx, src.ID, b.PublicKey)
	if err == nil && n == 0 {
		err = errs.WrongState("签名的公钥停用了，这一批不收，指纹 " + Fingerprint(b.PublicKey))
	}
	return err
}

// mostLacking is how many codes a refusal names.
const mostLacking = 20

// lacking names codes of a batch's services that mean nothing here.
func (s *Service) lacking(ctx context.Context, tx *db.Tx, b Batch) (out []string, err error) {
	c, err := s.codesOf(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	for last := int64(0); ; {
		rows, err := toTake.All(ctx, tx, b.ID, last)
		if err != nil || len(rows) == 0 || len(out) >= mostLacking {
			return out, err
		}
		for _, row := range rows {
			if last = row.N; row.Kind != batch.Service || row.Line == nil {
				continue
			}
			l, err := s.open(row)
			if err != nil {
				return nil, err
			}
			for _, field := range Mapped.Codes() {
				code, err := c.of(ctx, tx, l, field)
				if err != nil {
					return nil, err
				}
				if word := Mapped.Word(field) + " " + l.Text(field); code == "" && !slices.Contains(out, word) {
					out = append(out, word)
				}
			}
		}
	}
}

func (s *Service) codesOf(ctx context.Context, tx *db.Tx, b Batch) (*codes, error) {
	list, err := mappingOf(ctx, tx, b.SourceID, b.MappingNo)
	return &codes{list, map[string]bool{}}, err
}

// strides walks the lines of a batch, some in a transaction, until do finds no more.
func (s *Service) strides(ctx context.Context, b Batch, do func(tx *db.Tx, last int64) (int64, error)) error {
	for last := int64(0); ; {
		next, err := act.Write(ctx, s.db, act.Op{Perm: Take, Quiet: part}, func(tx *db.Tx) (int64, error) {
			if _, err := hold.One(ctx, tx, b.ID); err != nil {
				return last, err
			}
			return do(tx, last)
		})
		if err != nil || next == last {
			return err
		}
		last = next
	}
}

// stride takes the next lines.
func (s *Service) stride(ctx context.Context, tx *db.Tx, b Batch, last int64) (int64, error) {
	rows, err := toTake.All(ctx, tx, b.ID, last)
	if err != nil || len(rows) == 0 {
		return last, err
	}
	end := rows[len(rows)-1].N
	t, err := s.taker(ctx, tx, b, last, end)
	if err != nil {
		return last, err
	}
	for i := range rows {
		if err := t.line(ctx, tx, &rows[i]); err != nil {
			return last, err
		}
	}
	if err := t.importer.Close(ctx, tx); err != nil {
		return last, err
	}
	return end, mark(ctx, tx, rows)
}

// taker takes the lines of one stretch. What they have in common is asked once.
type taker struct {
	s          *Service
	codes      *codes
	importer   *record.Importer
	twice      map[int64]bool    // lines of whose item another batch made a record
	volunteers map[string]served // by the number of the person's line
}

// served is the volunteer to whom lines belong, or why they belong to none.
type served struct {
	no, name string
	why      error
}

func (s *Service) taker(ctx context.Context, tx *db.Tx, b Batch, from, to int64) (*taker, error) {
	c, err := s.codesOf(ctx, tx, b)
	if err != nil {
		return nil, err
	}
	t := &taker{s: s, codes: c, importer: s.records.Importer(), twice: map[int64]bool{}, volunteers: map[string]served{}}
	again, err := twice.All(ctx, tx, b.ID, from, to)
	for _, n := range again {
		t.twice[n] = true
	}
	return t, err
}

// line puts one where it belongs: a service into the records, the rest is kept as it is.
func (t *taker) line(ctx context.Context, tx *db.Tx, row *line) error {
	if row.Kind != batch.Service {
		row.State = kept
		return nil
	}
	err := t.service(ctx, tx, row)
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind != errs.Unavailable {
		row.State, row.Reason, row.RecordID = refused, wordsOf(e), 0
		return nil
	}
	return err
}

// wordsOf are those of a refusal, with those of its fields.
func wordsOf(e *errs.Error) string {
	if len(e.Fields) == 0 {
		return e.Msg
	}
	var out []string
	for _, words := range e.Fields {
		out = append(out, words)
	}
	slices.Sort(out)
	return strings.Join(out, "；")
}

// service makes a pending record of a service. One that came anew takes the place of the record that it made before, as long as that
// waits for its second person.
func (t *taker) service(ctx context.Context, tx *db.Tx, row *line) error {
	l, err := t.s.open(*row)
	if err != nil {
		return err
	}
	who, err := t.volunteer(ctx, tx, *row)
	if err != nil {
		return err
	}
	in, err := inputOf(ctx, tx, t.codes, l)
	if err != nil {
		return err
	}
	if !row.Region.Contains(in.Region) {
		return errs.WrongState("服务的地方不在收这一批的地区里")
	}
	if row.RecordID == 0 { // two batches were open at once: nobody decided between them
		if t.twice[row.N] {
			return errs.WrongState("同一条在另一批里收下了；有改动的，请对方再报")
		}
	} else if err := t.s.records.UndoImport(ctx, tx, row.RecordID, "对方改了，按新的收"); err != nil {
		return err
	}
	if l.Text("state") == "void" {
		row.State, row.Reason = kept, "对方作废了，这里的记录也作废"
		return nil
	}
	in.VolunteerNo, in.Name = who.no, who.name
	r, err := t.importer.One(ctx, tx, in)
	if err == nil {
		row.State, row.Reason, row.RecordID = taken, "", r.ID
	}
	if e, ok := errors.AsType[*errs.Error](err); ok && row.RecordID != 0 {
		err = errs.WrongState("原来的记录作废了，新的没有收下：" + wordsOf(e))
	}
	return err
}

// volunteer gives to whom a line belongs; he registered here himself.
func (t *taker) volunteer(ctx context.Context, tx *db.Tx, row line) (served, error) {
	v, asked := t.volunteers[row.Owner]
	if asked {
		return v, v.why
	}
	v, err := find(ctx, tx, row)
	if err != nil {
		return v, err
	}
	t.volunteers[row.Owner] = v
	return v, v.why
}

// find gives the volunteer whom the person's line of a line means.
func find(ctx context.Context, tx *db.Tx, row line) (v served, err error) {
	who, there, err := db.Found(personOf.One(ctx, tx, row.BatchID, row.Owner))
	if err != nil {
		return v, err
	}
	switch {
	case !there || who.State == fresh:
		return served{why: errs.WrongState("这里没有这个人，他自己登记以后再报")}, nil
	case who.State != matched || who.PersonID == 0:
		return served{why: errs.WrongState("不是这里的同一个人")}, nil
	}
	p, err := person.Current(ctx, tx, who.PersonID)
	if err != nil {
		return v, err
	}
	x, there, err := volunteer.OfPerson(ctx, tx, p.ID)
	if err == nil && (!there || x.Status != "active") {
		v.why = errs.WrongState("他在这里不是志愿者，登记以后再报")
	}
	v.no, v.name = x.No, p.Name
	return v, err
}

// inputOf reads a service as the records want it. Its end is where its minutes put it: never more than the sender counted.
func inputOf(ctx context.Context, tx *db.Tx, c *codes, l batch.Line) (in record.ImportInput, err error) {
	at, err := c.of(ctx, tx, l, "region")
	if err != nil {
		return in, err
	}
	category, err := c.of(ctx, tx, l, "category")
	if err != nil {
		return in, err
	}
	if at == "" || category == "" {
		return in, errs.WrongState("代码没有对照")
	}
	from, err := time.Parse(time.RFC3339, l.Text("started_at"))
	if err != nil {
		return in, err
	}
	err = in.Region.UnmarshalText([]byte(at))
	in.Category, in.Title, in.Content = category, clip(l.Text("title"), 60), clip(l.Text("content"), 200)
	in.Place, in.Unit, in.Leader = l.Text("place"), l.Text("unit"), clip(l.Text("leader"), 40)
	in.StartedAt, in.EndedAt = from.In(clock.Shanghai), from.Add(time.Duration(l.Number("minutes"))*time.Minute).In(clock.Shanghai)
	return in, err
}

func clip(s string, most int) string {
	r := []rune(s)
	return string(r[:min(len(r), most)])
}
