package certificate

import (
	"context"
	"fmt"
	"io"
	"strings"

	"linli/internal/civic/person"
	"linli/internal/network/station"
	"linli/internal/people/volunteer"
	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/spelling"
	"linli/internal/proof/record"
	"linli/internal/work/attendance"
)

// IssueInput asks for a certificate over the days from–to, both included. A day to come means until today.
type IssueInput struct {
	VolunteerID db.ID     `json:"volunteer_id"`
	From        clock.Day `json:"from"`
	To          clock.Day `json:"to"`
}

// Issue makes a certificate of what counts in the period, for the volunteer himself or at the desk, at no charge (民政部令第67号 art. 14).
func (s *Service) Issue(ctx context.Context, in IssueInput) (Certificate, error) {
	return act.Write(ctx, s.db, act.Op{Perm: Make, Check: in.check}, func(tx *db.Tx) (Certificate, error) {
		v, err := volunteer.Get(ctx, tx, in.VolunteerID)
		if err != nil {
			return Certificate{}, err
		}
		if err := auth.Require(ctx, Make, View, auth.Place{Region: v.Region, Station: v.StationID, Persons: []db.ID{v.PersonID}}); err != nil {
			return Certificate{}, err
		}
		return s.issue(ctx, tx, v, in)
	})
}

func (in IssueInput) check() error {
	c := errs.Check{}
	c.That(in.VolunteerID != 0, "volunteer_id", "请写明是哪位志愿者")
	c.That(in.From != 0, "from", "请填开始日期")
	c.That(in.To != 0, "to", "请填结束日期")
	c.That(in.From <= in.To, "to", "结束日期不能早于开始日期")
	return c.Err()
}

func (s *Service) issue(ctx context.Context, tx *db.Tx, v volunteer.Volunteer, in IssueInput) (Certificate, error) {
	today := clock.DayOf(tx.Now)
	in.To = min(in.To, today)
	if in.From > in.To {
		return Certificate{}, errs.Field("from", "开始日期还没有到")
	}
	// The volunteer's turn keeps his records as they are until the snapshot is taken.
	if err := attendance.Turn(ctx, tx, v.ID); err != nil {
		return Certificate{}, err
	}
	records, err := record.CountedOf(ctx, tx, v.ID, in.From, in.To)
	if err != nil {
		return Certificate{}, err
	}
	c, err := s.draft(ctx, tx, v, in)
	if err != nil {
		return c, err
	}
	parts := make([]Part, 0, len(records))
	var until clock.Day
	for _, r := range records {
		if r.Checking(today) { // somebody looks into it
			c.LeftOut++
			until = max(until, r.CheckingUntil)
			continue
		}
		parts = append(parts, Part{r.ID, r.Day, r.Minutes, r.Category, string(r.Confirmation)})
		c.Minutes += r.Minutes
	}
	c.Times = int64(len(parts))
	if c.Minutes == 0 && c.LeftOut > 0 {
		return c, errs.Field("from", "这段时间的服务记录正在核实，有结果以后再开，最晚到"+until.Words(ctx))
	}
	if c.Minutes == 0 {
		return c, errs.Field("from", "这段时间没有已计入的服务时长")
	}
	c.RecordsHash = digest(parts)
	s.sign(&c)
	if err := insert(ctx, tx, c, parts); err != nil {
		return c, err
	}
	if err := s.Issued.Publish(ctx, tx, c); err != nil {
		return c, err
	}
	return c, trail(ctx, tx, "certificate.issue", c, "")
}

// draft fills in who, by whom and under which number.
func (s *Service) draft(ctx context.Context, tx *db.Tx, v volunteer.Volunteer, in IssueInput) (Certificate, error) {
	me, today := auth.From(ctx), clock.DayOf(tx.Now)
	code, err := s.newCode()
	if err != nil {
		return Certificate{}, err
	}
	c := Certificate{ID: tx.NewID(), Version: 1, Code: code, VolunteerID: v.ID, PersonID: v.PersonID, Region: v.Region, StationID: v.StationID,
		VolunteerNo: v.No, From: in.From, To: in.To, IssuedOn: today, IssuedAt: tx.Now, IssuedBy: me.Account, Status: Valid}
	p, err := person.Get(ctx, tx, v.PersonID)
	if err != nil {
		return c, err
	}
	c.Name, c.IDNumber = p.Name, p.IDNumber
	if c.Unit, err = record.UnitOf(ctx, tx, v.Region); err != nil {
		return c, err
	}
	if v.StationID != 0 {
		st, err := station.Get(ctx, tx, v.StationID)
		if err != nil {
			return c, err
		}
		c.Station = st.Name
	}
	c.Clerk = "本人自助打印"
	if me.Person != v.PersonID {
		c.Clerk = me.Name
	}
	n, err := nextSerial.One(ctx, tx, v.Region, today.Year())
	c.No = fmt.Sprintf("%s-%d-%06d", v.Region, today/10000, n)
	c.PDF = c.file()
	return c, err
}

// alphabet has no letter or digit that is taken for another on paper: 31 signs.
const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

// codeLength gives 79 bits: nobody finds a certificate by trying.
const codeLength = 16

func (s *Service) newCode() (string, error) {
	out := make([]byte, 0, codeLength)
	var b [1]byte
	for len(out) < codeLength {
		if _, err := io.ReadFull(s.Random, b[:]); err != nil {
			return "", err
		}
		if n := int(b[0]); n < 256/len(alphabet)*len(alphabet) {
			out = append(out, alphabet[n%len(alphabet)])
		}
	}
	return string(out), nil
}

// shown writes a code in fours, as people read it.
func shown(code string) string {
	var parts []string
	for len(code) > 4 {
		parts, code = append(parts, code[:4]), code[4:]
	}
	return strings.Join(append(parts, code), "-")
}

// cleanCode reads what was typed, pasted or scanned. Whatever else is typed stays out of the database's sight.
func cleanCode(typed string) string {
	code := spelling.Code(typed)
	if len(code) != codeLength || strings.Trim(code, alphabet) != "" {
		return ""
	}
	return code
}

func trail(ctx context.Context, tx *db.Tx, action string, c Certificate, cause string) error {
	return audit.Write(ctx, tx, audit.Entry{Action: action, Object: "certificate", ID: c.ID.String(), Region: c.Region, Cause: cause,
		Detail: map[string]any{"no": c.No, "minutes": c.Minutes, "status": c.Status}})
}
