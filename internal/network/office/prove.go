package office

import (
	"context"
	"fmt"
	"strings"

	"linli/internal/network/standard"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/pdf"
)

// ProveInput names the item of the standard that is shown by what the station keeps.
type ProveInput struct {
	ID   db.ID  `path:"id"`
	Item string `json:"item" enum:"plan,rules,notices,archive,equipment,manager" doc:"站点标准里的项目"`
}

// Proved says what was handed in.
type Proved struct {
	StationID db.ID  `json:"station_id"`
	Item      string `json:"item"`
	Text      string `json:"text"`
}

// proofs make the evidence of an item from what the station keeps; what is not there is a wrong state that says what to do first.
var proofs = map[string]func(ctx context.Context, s *Service, tx *db.Tx, b Book) (text string, file blob.Upload, err error){
	"plan": provePlan, "rules": proveRules, "notices": proveNotices, "archive": proveArchive, "equipment": proveEquipment, "manager": proveManager,
}

// Prove hands in, as evidence for an item of the standard, what the station keeps: as the standard's own operation would, with the paper made from the data of today.
func (s *Service) Prove(ctx context.Context, in ProveInput) (Proved, error) {
	if err := auth.Allow(ctx, Keep); err != nil {
		return Proved{}, err
	}
	return write(ctx, s, in.ID, "prove", func(tx *db.Tx, b Book) (out Proved, id db.ID, err error) {
		if !auth.Can(ctx, standard.Submit, b.Station.Place()) {
			return out, 0, errs.ErrDenied
		}
		text, file, err := proofs[in.Item](ctx, s, tx, b)
		if err != nil {
			return out, 0, err
		}
		err = s.standard.Add(ctx, tx, b.Station, standard.SubmitInput{ID: b.Station.ID, Item: in.Item, Text: text, File: file})
		return Proved{b.Station.ID, in.Item, text}, b.Station.ID, err
	})
}

// asUpload turns a print into a file that is handed in.
func asUpload(f File, err error) (blob.Upload, error) {
	return blob.Upload{Name: f.Name, Data: f.Body}, err
}

func provePlan(ctx context.Context, _ *Service, tx *db.Tx, b Book) (string, blob.Upload, error) {
	p, err := plan(ctx, tx, b, 0)
	if err == nil && len(p.Items) == 0 {
		err = errs.WrongState("今年的工作计划还没有内容")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := asUpload(p.table().file("pdf"))
	return fmt.Sprintf("%d 年工作计划 %d 项，按时完成 %d 项", p.Year, len(p.Items), p.Count[OnTime]), file, err
}

func proveRules(ctx context.Context, _ *Service, tx *db.Tx, b Book) (text string, file blob.Upload, err error) {
	all, err := rules(ctx, tx, b)
	if err != nil {
		return text, file, err
	}
	p := newPaper("规章制度", b.Today, true)
	var lacks []string
	for _, slot := range all.Slots {
		r := slot.now()
		if r == nil {
			lacks = append(lacks, slotWords[slot.Code])
			continue
		}
		p.page()
		p.TextIn(pdf.Serif, 20, margin, p.y, p.wide, 12, pdf.Centre, r.Title)
		p.TextIn(pdf.Sans, 10.5, margin, p.y+13, p.wide, 6, pdf.Centre, b.Station.Name+"　"+r.span())
		p.y += 24
		p.text(12, 8, r.Body)
	}
	if len(lacks) > 0 {
		return text, file, errs.WrongState("还没有公布：" + strings.Join(lacks, "、"))
	}
	file, err = asUpload(asPDF("规章制度", p.Doc))
	return "五类制度都已公布", file, err
}

func proveNotices(ctx context.Context, _ *Service, tx *db.Tx, b Book) (string, blob.Upload, error) {
	rows, err := noticesIn.All(ctx, tx, b.Station.ID, int64(b.Today.AddDays(-92)), int64(b.Today), mostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("近三个月没有登记公告")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := asUpload(noticeTable(b, rows).file("pdf"))
	return fmt.Sprintf("近三个月公告 %d 件", len(rows)), file, err
}

func proveArchive(ctx context.Context, _ *Service, tx *db.Tx, b Book) (string, blob.Upload, error) {
	rows, err := documents(ctx, tx, DocumentsInput{ID: b.Station.ID}, b.Today, false, 0, mostRows)
	if err == nil && len(rows) == 0 {
		err = errs.WrongState("档案里还没有文件")
	}
	if err != nil {
		return "", blob.Upload{}, err
	}
	file, err := asUpload(documentTable(b, rows).file("pdf"))
	return fmt.Sprintf("档案 %d 件，目录见附件", len(rows)), file, err
}

// proveEquipment hands in the photograph of a computer in use, as the standard asks for.
func proveEquipment(ctx context.Context, s *Service, tx *db.Tx, b Book) (text string, file blob.Upload, err error) {
	list, err := computersOf.All(ctx, tx, b.Station.ID)
	if err != nil {
		return text, file, err
	}
	for _, e := range list {
		if e.BlobID == 0 {
			continue
		}
		m, err := s.blobs.Get(ctx, tx, e.BlobID)
		if err != nil {
			return text, file, err
		}
		file.Name = m.Name
		file.Data, err = s.blobs.Read(m)
		return fmt.Sprintf("在用电脑 %d 台，例如 %s %s", len(list), e.Number(), e.Name), file, err
	}
	return text, file, errs.WrongState("设备清单里还没有附照片的在用电脑")
}

func proveManager(ctx context.Context, _ *Service, tx *db.Tx, b Book) (text string, file blob.Upload, err error) {
	keepers, err := keepersOf.All(ctx, tx, b.Station.ID)
	if err == nil && len(keepers) == 0 {
		err = errs.WrongState("值班表里还没有值班人员")
	}
	var names []string
	for _, k := range keepers[:min(len(keepers), 6)] {
		names = append(names, k.Name+"（"+k.Post+"）")
	}
	return fmt.Sprintf("管理人员 %d 名：%s", len(keepers), strings.Join(names, "、")), file, err
}
