package agreement

import (
	"bytes"
	"context"

	"linli/internal/civic/person"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Follow lets agreements go with the entries of persons.
func (s *Service) Follow(persons *person.Service) { persons.Merged.Subscribe(s.OnMerged) }

// OnMerged lets what an entry is a side of go on with the other; two sides of one agreement are two people,
// and so are who signed them.
func (s *Service) OnMerged(ctx context.Context, tx *db.Tx, e person.MergedEvent) error {
	n, err := between.One(ctx, tx, e.From, e.To)
	if err == nil && n > 0 {
		err = errs.Clash("两条是同一份志愿服务协议的双方，不能合并")
	}
	for _, q := range []*db.Command{followFirst, followSecond, followGuardian, followSigned} {
		if err == nil {
			_, err = q.Run(ctx, tx, e.From, e.To)
		}
	}
	return err
}

// Held gives the agreements of a person and his signatures.
func (s *Service) Held(ctx context.Context, tx *db.Tx, id db.ID) (any, error) {
	list, err := everOf.All(ctx, tx, id)
	if err != nil {
		return nil, err
	}
	drawn, err := signedBy.All(ctx, tx, id)
	if err != nil || len(list)+len(drawn) == 0 {
		return nil, err
	}
	out := struct {
		Agreements []Agreement `json:"agreements"`
		Signatures []Signature `json:"signatures"`
		Drawings   []string    `json:"drawings" doc:"手写签名图样"`
	}{list, drawn, nil}
	for _, x := range drawn {
		if len(x.Drawing) > 0 {
			text, err := s.keys.OpenText(x.Drawing, drawingAt(x.AgreementID, x.Side))
			if err != nil {
				return nil, err
			}
			out.Drawings = append(out.Drawings, text)
		}
	}
	return out, nil
}

// leaver stands where the reason of an end was.
const leaver = "一方注销了登记"

// Forget takes out the text, the pictures of signatures and the scans of agreements of which an erased person is a side, why one
// ended, and his name under them; what is open is withdrawn. That there was one, its days and who else signed stay.
func (s *Service) Forget(ctx context.Context, tx *db.Tx, id db.ID, reason string) error {
	list, err := everOf.All(ctx, tx, id)
	if err != nil {
		return err
	}
	drawn, err := signedBy.All(ctx, tx, id)
	if err != nil || len(list)+len(drawn) == 0 {
		return err
	}
	var at auth.Region
	for _, a := range list {
		if at = a.Region; a.State == Open {
			a.State, a.Reason = Withdrawn, leaver
		} else if a.Reason != "" {
			a.Reason = leaver
		}
		if a.FileID != 0 {
			if err := s.blobs.Delete(ctx, tx, a.FileID); err != nil {
				return err
			}
		}
		a.Body, a.FileID = "", 0
		if err := table.Update(ctx, tx, &a); err != nil {
			return err
		}
	}
	for _, x := range drawn {
		x.Drawing, x.Name = []byte{}, ""
		if err := signatures.Update(ctx, tx, &x); err != nil {
			return err
		}
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "agreement.erase", Object: "person", ID: id.String(), Region: at, Cause: reason})
}

var (
	unsigned = db.Query[db.ID](`SELECT a.id FROM agreement a WHERE a.state IN ('signed', 'ended') AND ((SELECT COUNT(*) FROM agreement_signature x
		WHERE x.agreement_id = a.id AND x.side IN ('first', 'second')) < 2 OR a.guardian_id IS NOT NULL AND NOT EXISTS (SELECT 1
		FROM agreement_signature x WHERE x.agreement_id = a.id AND x.side = 'guardian')) ORDER BY a.id`)
	alone = db.Query[db.ID](`SELECT DISTINCT x.agreement_id FROM agreement_signature x JOIN agreement_signature y
		ON y.agreement_id = x.agreement_id AND y.side > x.side WHERE x.person_id = y.person_id
		OR x.account_id = y.account_id AND (x.way = 'glass' OR y.way = 'glass') ORDER BY 1`)
	party = db.Query[db.ID](`SELECT DISTINCT x.agreement_id FROM agreement_signature x JOIN agreement a ON a.id = x.agreement_id
		JOIN account c ON c.id = x.account_id WHERE x.way = 'paper' AND c.person_id IN (a.person_id, a.other_id, a.guardian_id) ORDER BY 1`)
	texts       = table.Where("body <> '' ORDER BY id")
	signedUnder = db.Query[db.ID](`SELECT DISTINCT a.id FROM agreement a JOIN agreement_signature x ON x.agreement_id = a.id
		WHERE x.hash <> a.hash ORDER BY 1`)
)

// Verify: what counts as signed has every side, each of another person, under the text that stands there;
// no side entered its own paper.
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	for _, f := range []struct {
		query *db.Rows[db.ID]
		what  string
	}{{unsigned, "签好了，却少一方"}, {alone, "一个人签了两方"}, {party, "纸上签的是签字的一方自己登记的"}, {signedUnder, "签的不是这份全文"}} {
		if err := f.query.Each(ctx, tx, func(id db.ID) error {
			report("agreement "+id.String(), f.what)
			return nil
		}); err != nil {
			return err
		}
	}
	return texts.Each(ctx, tx, func(a Agreement) error {
		if !bytes.Equal(a.Hash, digest(a.TemplateID, a.Edition, a.Body)) {
			report("agreement "+a.ID.String(), "全文和签字时的不一样")
		}
		return nil
	})
}
