package person

import (
	"context"
	"slices"

	"linli/internal/platform/act"
	"linli/internal/platform/audit"
	"linli/internal/platform/auth"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/set"
)

// Purposes that need a consent of their own (个人信息保护法 arts. 14, 23, 29).
const (
	PurposeRegister  = "register"  // being in the register
	PurposeOrder     = "order"     // being served; recorded with each order's own consent
	PurposeVolunteer = "volunteer" // being registered as a volunteer, risks included (志愿服务条例 arts. 7, 12)
	PurposePublish   = "publish"   // name, picture or deed in public (志愿服务条例 art. 20)
	PurposeExchange  = "exchange"  // giving data to another platform, where the law does not demand it
	PurposePairing   = "pairing"   // being visited by volunteers in a rhythm; recorded with each pairing
)

var purposeWords = []struct{ code, word string }{
	{PurposeRegister, "登记个人信息"}, {PurposeOrder, "接受志愿服务"}, {PurposeVolunteer, "注册为志愿者"}, {PurposePublish, "公开姓名、照片和事迹"},
	{PurposeExchange, "向其他平台提供信息"}, {PurposePairing, "和志愿者结对，定期来看望"}}

// PurposeWord is what people read for a purpose.
func PurposeWord(code string) string {
	for _, p := range purposeWords {
		if p.code == code {
			return p.word
		}
	}
	return code
}

// How somebody agreed.
const (
	BySelf     = "self"
	BySpoken   = "spoken"
	ByPaper    = "paper"
	ByGuardian = "guardian"
)

// Hows are the ways of a consent.
var Hows = set.New("person_consent.how orders.consent",
	set.Row{BySelf, "本人点选"}, set.Row{BySpoken, "本人口头"}, set.Row{ByPaper, "纸面签名"}, set.Row{ByGuardian, "监护人代为同意"})

// TextVersion names the wording of notices and consents in force; a consent keeps the version it was given to.
const TextVersion = "2026-11"

// Consent records that a person agreed to a purpose: how he did (self, spoken, paper, guardian), and by, the guardian when how is
// guardian and zero otherwise. A purpose agreed to before is not recorded twice.
func Consent(ctx context.Context, tx *db.Tx, personID db.ID, purpose, how string, by db.ID) error {
	return ConsentOn(ctx, tx, personID, purpose, how, by, 0)
}

// ConsentOn is Consent that stands on a photographed sheet of signatures; evidence is its blob.
func ConsentOn(ctx context.Context, tx *db.Tx, personID db.ID, purpose, how string, by, evidence db.ID) error {
	p, err := get(ctx, tx, personID)
	if err != nil {
		return err
	}
	switch known := Hows.Has(how); {
	case !known:
		return errs.Field("consent", "请写明怎样同意的")
	case how == ByGuardian && by == 0:
		return errs.Field("guardian_id", "请写明是哪位监护人同意的")
	case how != ByGuardian:
		by = 0
	}
	age := Age(p, today(tx.Now))
	if age >= 0 && age < childhood && how != ByGuardian {
		return errs.Field("consent", "不满 14 周岁，要由监护人同意")
	}
	if has, err := HasConsent(ctx, tx, personID, purpose); err != nil || has {
		return err
	}
	id, who := tx.NewID(), auth.From(ctx)
	if err := consentTable.Insert(ctx, tx, ConsentEntry{ID: id, PersonID: personID, Region: p.Region, Purpose: purpose, How: how,
		GuardianID: by, EnteredBy: who.Account, EnteredName: who.Name, TextVersion: TextVersion, At: tx.Now, EvidenceID: evidence}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: string(Agree), Object: "person", ID: personID.String(), Region: p.Region,
		Detail: map[string]any{"purpose": purpose, "how": how, "consent": id.String()}})
}

// HasConsent says whether a consent to the purpose is in force.
func HasConsent(ctx context.Context, tx *db.Tx, personID db.ID, purpose string) (bool, error) {
	n, err := consentFor.One(ctx, tx, personID, purpose)
	return n > 0, err
}

// Guardians gives those who answer for a person.
func Guardians(ctx context.Context, tx *db.Tx, id db.ID) ([]Guardian, error) {
	return guardiansOf.All(ctx, tx, id)
}

// ConsentInput records a consent on paper, by word of mouth or by a guardian; a person signed in gives his own.
type ConsentInput struct {
	ID         db.ID  `path:"id"`
	Purpose    string `json:"purpose" enum:"register,order,volunteer,publish,exchange" maxLength:"20"`
	How        string `json:"how" set:"person_consent.how" maxLength:"8"`
	GuardianID db.ID  `json:"guardian_id" required:"false"`
}

// RecordConsent adds to the consent log. Only the person himself consents by himself; everything else the desk enters.
func (s *Service) RecordConsent(ctx context.Context, in ConsentInput) (Detail, error) {
	op := act.Op{Perm: Agree, Action: string(Agree), ID: in.ID, Quiet: "a new consent leaves its own"}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		if own := auth.From(ctx).Person == p.ID; own != (in.How == BySelf) {
			return errs.Field("how", "本人在自己的账号里点选；别人代录要写明口头、纸面或监护人")
		}
		if in.How == ByGuardian {
			if err := IsGuardian(ctx, tx, p.ID, in.GuardianID); err != nil {
				return err
			}
		}
		return Consent(ctx, tx, p.ID, in.Purpose, in.How, in.GuardianID)
	})
}

// IsGuardian refuses, by the field guardian_id, who is not registered as a guardian of the ward.
func IsGuardian(ctx context.Context, tx *db.Tx, ward, guardian db.ID) error {
	list, err := Guardians(ctx, tx, ward)
	if err == nil && !slices.ContainsFunc(list, func(g Guardian) bool { return g.PersonID == guardian }) {
		err = errs.Field("guardian_id", "先登记他是监护人")
	}
	return err
}

// WithdrawInput names a consent.
type WithdrawInput struct {
	ID      db.ID  `path:"id"`
	Consent db.ID  `json:"consent_id"`
	Reason  string `json:"reason" required:"false" maxLength:"200"`
}

// WithdrawConsent ends a consent, as easily as it was given and without any loss of service (个人信息保护法 arts. 15, 16).
func (s *Service) WithdrawConsent(ctx context.Context, in WithdrawInput) (Detail, error) {
	op := act.Op{Perm: Agree, Action: "person.withdraw_consent", ID: in.ID, Cause: in.Reason,
		Detail: map[string]any{"consent": in.Consent.String()}}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		ended, err := endConsent.All(ctx, tx, in.Consent, p.ID, tx.Now, auth.From(ctx).Name)
		if err := touched(int64(len(ended)), err, errs.WrongState("这项同意已经撤回，或者没有")); err != nil {
			return err
		}
		return s.Withdrawn.Publish(ctx, tx, WithdrawnEvent{Person: p.ID, Purpose: ended[0]})
	})
}

// GuardianInput ties a guardian to a person.
type GuardianInput struct {
	ID         db.ID  `path:"id"`
	GuardianID db.ID  `json:"guardian_id"`
	Relation   string `json:"relation" minLength:"1" maxLength:"20" doc:"父亲、母亲、祖父母……"`
}

// AddGuardian says who answers for a person.
func (s *Service) AddGuardian(ctx context.Context, in GuardianInput) (Detail, error) {
	op := act.Op{Perm: Edit, Action: "person.add_guardian", ID: in.ID, Quiet: "a new guardian leaves his own"}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		return addGuardian(ctx, tx, *p, in.GuardianID, in.Relation)
	})
}

// DropGuardianInput names a guardian who was entered wrongly, or no longer answers for the person.
type DropGuardianInput struct {
	ID         db.ID `path:"id"`
	GuardianID db.ID `json:"guardian_id"`
}

// DropGuardian ends that somebody answers for a person; what he agreed to stands in the log.
func (s *Service) DropGuardian(ctx context.Context, in DropGuardianInput) (Detail, error) {
	op := act.Op{Perm: Edit, Action: "person.drop_guardian", ID: in.ID, Detail: map[string]any{"guardian": in.GuardianID.String()}}
	return s.attach(ctx, op, func(tx *db.Tx, p *Person) error {
		if err := notOwn(ctx, p.ID, in.GuardianID); err != nil {
			return err
		}
		n, err := dropGuardian.Run(ctx, tx, p.ID, in.GuardianID)
		return touched(n, err, errs.WrongState("他没有登记为监护人"))
	})
}

func addGuardian(ctx context.Context, tx *db.Tx, ward Person, guardianID db.ID, relation string) error {
	if guardianID == ward.ID {
		return errs.Field("guardian_id", "监护人不能是本人")
	}
	g, err := get(ctx, tx, guardianID)
	if errs.KindOf(err) == errs.NotFound || err == nil && g.State != Active {
		return errs.Field("guardian_id", "没有找到这位监护人的登记")
	}
	if err != nil {
		return err
	}
	if age := Age(g, today(tx.Now)); age >= 0 && age < Adult {
		return errs.Field("guardian_id", "监护人要年满 18 周岁")
	}
	if _, err := tieTable.Add(ctx, tx, tie{ward.ID, g.ID, ward.Region, relation, tx.Now}); err != nil {
		return err
	}
	return audit.Write(ctx, tx, audit.Entry{Action: "person.add_guardian", Object: "person", ID: ward.ID.String(), Region: ward.Region,
		Detail: map[string]any{"guardian": g.ID.String()}})
}
