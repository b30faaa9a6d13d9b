package certificate

import (
	_ "embed"

	"linli/internal/civic/person"
	"linli/internal/platform/area"
	"linli/internal/platform/db"
	"linli/internal/proof/record"
)

// routeWords says what people call each operation.
//
//go:embed operations.txt
var routeWords string

// kept counts what stays of a person.
var kept = db.Query[int64](`SELECT COUNT(*) FROM certificate WHERE person_id = $1`)

// Area is what the program knows of this area.
func (s *Service) Area() area.Area {
	return area.Area{
		Name: "certificate", Routes: s.Routes, Words: routeWords,
		Menu: []area.Entry{
			{Shell: "site", Rank: 30, Perm: Look, Href: "/verify", Label: "查验证明", Icon: "qr"},
			{Shell: "start", Group: "时长和积分", Rank: 52, Perm: Make, Href: "/my/certificates", Label: "开证明", Icon: "medal", Line: "免费，谁都能查验"},
			{Shell: "desk", Group: "记录与证明", Rank: 151, Perm: View, Href: "/desk/certificates", Label: "证明", Icon: "medal"},
		},
		Stay:   []string{"certificate", "certificate_serial"},
		Keyed:  []string{"certificate.key_id"},
		Checks: []area.Check{{Name: "certificates", Word: "证明时长等于所列记录之和，签名都核对得上", Run: s.Verify}},
		Held:   s.Held,
		Kept:   []area.Kept{{Count: kept, Words: "证明 %d 份：已经出具的证明要能查验（民政部令第67号第十七条），照出具时的样子保存；本人不要了可以另外撤销"}},
	}
}

// Follow lets certificates go with their records and the entries of persons.
func (s *Service) Follow(persons *person.Service, records *record.Service) {
	persons.Merged.Subscribe(s.OnMerged)
	records.Changed.Subscribe(s.OnRecordChanged)
}
