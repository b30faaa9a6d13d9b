package certificate

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"linli/internal/civic/alarm"
	"linli/internal/civic/person"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
)

// digest binds the certificate to its records: SHA-256 over one line each in the order of their ids: id, day, minutes and kind.
func digest(parts []Part) []byte {
	parts = slices.SortedFunc(slices.Values(parts), func(a, b Part) int { return cmp.Compare(a.RecordID, b.RecordID) })
	h := sha256.New()
	for _, p := range parts {
		fmt.Fprintf(h, "%d %d %d %s %s\n", int64(p.RecordID), p.Day, p.Minutes, p.Category, p.Confirmation)
	}
	return h.Sum(nil)
}

// First is what the signature of a certificate covered until statements told the standing too.
type First struct {
	No      string    `json:"no"`
	Code    string    `json:"code"`
	Unit    string    `json:"recording_unit"`
	From    clock.Day `json:"from"`
	To      clock.Day `json:"to"`
	Minutes int64     `json:"minutes"`
	Times   int64     `json:"times"`
	Issued  clock.Day `json:"issued_on"`
	Name    string    `json:"name_masked"`
	Records string    `json:"records_sha256"`
}

// Statement is what the signature of a certificate covers, byte by byte as JSON. It holds no personal data: what a certificate says of
// persons stands behind a salted commitment.
type Statement struct {
	First
	Persons string    `json:"persons_sha256"`
	Status  Status    `json:"status"`
	Reason  string    `json:"reason"`
	Revoked clock.Day `json:"revoked_on"`
}

func first(c Certificate) First {
	return First{c.No, c.Code, c.Unit, c.From, c.To, c.Minutes, c.Times, c.IssuedOn, person.MaskName(c.Name),
		hex.EncodeToString(c.RecordsHash)}
}

func text(statement any) []byte {
	b, err := json.Marshal(statement)
	if err != nil {
		panic(err) // strings and numbers always marshal
	}
	return b
}

// statement is what is signed of a certificate as it stands.
func (s *Service) statement(c Certificate) []byte {
	out := Statement{First: first(c), Persons: s.persons(c), Status: c.Status, Reason: c.Reason}
	if c.RevokedAt != nil {
		out.Revoked = clock.DayOf(*c.RevokedAt)
	}
	return text(out)
}

// persons commits to what the certificate says of persons and places. The salt is keyed, so that no list of names finds the name.
func (s *Service) persons(c Certificate) string {
	salt := s.keys.MAC("certificate persons", binary.BigEndian.AppendUint64(nil, uint64(c.ID)))
	said := text([]any{c.Name, c.VolunteerNo, c.IDNumber, c.Station, c.Clerk, c.Region, c.IssuedAt.UnixMicro(), c.IssuedBy})
	sum := sha256.Sum256(append(salt, said...))
	return hex.EncodeToString(sum[:])
}

// sign puts the signature of the active key on a certificate as it stands.
func (s *Service) sign(c *Certificate) {
	signer := s.keys.Signer()
	c.KeyID, c.Signature = signer.ID(), signer.Sign(s.statement(*c))
}

// signed gives what the signature of a certificate covers and whether it holds.
func (s *Service) signed(c Certificate) (statement []byte, holds bool) {
	statement = s.statement(c)
	if s.keys.Verify(c.KeyID, statement, c.Signature) {
		return statement, true
	}
	older := text(first(c))
	return older, s.keys.Verify(c.KeyID, older, c.Signature)
}

// holds says whether a certificate and its lines are as they were signed. Lines of one that was signed before statements told the
// standing stand in an order that is no longer known, and are not compared.
func (s *Service) holds(ctx context.Context, tx *db.Tx, c Certificate) (bool, error) {
	if s.keys.Verify(c.KeyID, s.statement(c), c.Signature) {
		parts, err := partsOf.All(ctx, tx, c.ID)
		return string(digest(parts)) == string(c.RecordsHash), err
	}
	_, ok := s.signed(c)
	return ok, nil
}

// broken is told of a certificate that is not as it was signed.
const broken = "签名核对不上：登记的内容被改动过，请向开具单位核实"

// judged gives certificates with the verdict of their signatures.
func (s *Service) judged(list []Certificate) []Certificate {
	for i := range list {
		if _, ok := s.signed(list[i]); !ok {
			list[i].Status, list[i].Reason = Unknown, broken
		}
	}
	return list
}

// warn tells the system administrators of a certificate that is not as it was signed.
func warn(ctx context.Context, tx *db.Tx, c Certificate) error {
	return alarm.Raise(ctx, tx, alarm.Alarm{Object: "certificate", ID: c.ID.String(), Title: "一张证明的签名核对不上",
		Text: "编号 " + c.No + "。数据库里的内容被改动过，或不是用这里的密钥签的。请用 linli verify 核对，查明谁改动了数据库。"})
}

// Proof lets anyone with the installation's public key check the answer for himself.
type Proof struct {
	Algorithm string `json:"algorithm" doc:"Ed25519"`
	KeyID     string `json:"key_id"`
	PublicKey string `json:"public_key" doc:"base64；只在是当前密钥时给出"`
	Statement string `json:"statement" doc:"被签名的原文"`
	Signature string `json:"signature" doc:"base64"`
	Holds     bool   `json:"holds" doc:"签名已核对"`
}

func (s *Service) proof(c Certificate) *Proof {
	statement, ok := s.signed(c)
	p := &Proof{Algorithm: "Ed25519", KeyID: c.KeyID, Statement: string(statement),
		Signature: base64.StdEncoding.EncodeToString(c.Signature), Holds: ok}
	if signer := s.keys.Signer(); signer.ID() == c.KeyID {
		p.PublicKey = base64.StdEncoding.EncodeToString(signer.Public())
	}
	return p
}

// Verify streams what breaks the area's invariants: the minutes of a certificate are the sum of its records, a valid one's records
// count, and each is as it was signed.
func (s *Service) Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	if err := sums(ctx, tx, report); err != nil {
		return err
	}
	lines := map[db.ID]bool{} // certificates whose lines have to be as they were signed
	err := every.Each(ctx, tx, func(c Certificate) error {
		if s.keys.Verify(c.KeyID, s.statement(c), c.Signature) {
			lines[c.ID] = true
		} else if _, ok := s.signed(c); !ok {
			report("certificate "+c.No, "签名核对不上")
		}
		return nil
	})
	if err != nil {
		return err
	}
	var of signedPart
	var parts []Part
	compare := func() {
		if lines[of.ID] && string(digest(parts)) != string(of.RecordsHash) {
			report("certificate "+of.No, "所含的记录和签名时不同")
		}
	}
	err = everyPart.Each(ctx, tx, func(p signedPart) error {
		if p.ID != of.ID {
			compare()
			of, parts = p, nil
		}
		parts = append(parts, p.Part)
		return nil
	})
	compare()
	return err
}
