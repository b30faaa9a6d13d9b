package press

import (
	"bytes"
	"context"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/format"
)

// Kinds of a file.
const (
	picture    = "picture"
	attachment = "attachment"
)

// Limits of the files of an article. Pages show pictures that the slow line carries.
const (
	mostFiles   = 20
	viewSide    = 960
	viewWeight  = 120_000
	thumbSide   = 320
	thumbWeight = 16_000
	uploadBody  = blob.MaxBytes + 1<<20
)

// File is a picture or an attachment. Its number stays when others are taken out.
type File struct {
	ID        db.ID     `json:"id"`
	Version   int64     `json:"version"`
	ArticleID db.ID     `json:"article_id" db:",once"`
	No        int64     `json:"no" db:",once" doc:"照片的号：正文里单独一段写 [图1]"`
	Kind      string    `json:"kind" db:",once"`
	BlobID    db.ID     `json:"-" db:",once"`
	ViewID    db.ID     `json:"-" db:",once"`
	ThumbID   db.ID     `json:"-" db:",once"`
	Caption   string    `json:"caption" db:",once" doc:"图注，或者附件的名字"`
	Alt       string    `json:"alt" db:",once" doc:"读屏软件念的：照片上是什么"`
	Width     int64     `json:"width" db:",once"`
	Height    int64     `json:"height" db:",once"`
	Size      int64     `json:"size" db:",once" doc:"字节"`
	Type      string    `json:"type" db:",once"`
	Off       bool      `json:"off" doc:"拿掉了"`
	ByName    string    `json:"by_name" db:",once"`
	At        time.Time `json:"at" db:",once"`
}

func number(n int64) string { return strconv.FormatInt(n, 10) }

// mark is what a paragraph says to have the picture in its place.
func (f File) mark() string { return "[图" + number(f.No) + "]" }

// size is what a file weighs, as people say it.
func (f File) size() string {
	if f.Size < 1<<20 {
		return number(max(1, f.Size>>10)) + " KB"
	}
	return format.Tenth(float64(f.Size)/(1<<20)) + " MB"
}

// FileInput is a picture or an attachment for a draft.
type FileInput struct {
	ID      db.ID       `path:"id"`
	Version int64       `json:"version" minimum:"1"`
	Kind    string      `json:"kind" set:"article_file.kind" maxLength:"10"`
	Caption string      `json:"caption" required:"false" maxLength:"60" doc:"图注；附件的名字"`
	Alt     string      `json:"alt" required:"false" maxLength:"100" doc:"照片上是什么，给看不见的人听；照片必填"`
	File    blob.Upload `json:"file" doc:"照片 JPEG、PNG、WebP；附件 PDF 或照片"`
}

// renditions are the files of a picture as it is kept, and its size as pages show it.
type renditions struct {
	full, view, thumb blob.Upload
	width, height     int
}

// read cleans what came in, before the transaction. A picture is written anew, without place and device.
func (in *FileInput) read() (out renditions, err error) {
	c := errs.Check{}
	c.That(len(in.File.Data) > 0, "file", "请选文件")
	c.That(in.Kind != picture || strings.TrimSpace(in.Alt) != "", "alt", "请写照片上是什么")
	if err := c.Err(); err != nil {
		return out, err
	}
	if out.full = in.File; in.Kind == picture || !bytes.HasPrefix(in.File.Data, []byte("%PDF-")) {
		if out.full, err = blob.Clean(in.File); err != nil {
			return out, err
		}
	}
	if in.Kind != picture {
		return out, nil
	}
	if out.view, out.width, out.height, err = blob.Smaller(out.full, viewSide, viewWeight); err != nil {
		return out, err
	}
	out.thumb, _, _, err = blob.Smaller(out.full, thumbSide, thumbWeight)
	return out, err
}

// AddFile puts a picture or an attachment to a draft.
func (s *Service) AddFile(ctx context.Context, in FileInput) (Detail, error) {
	var made renditions
	op := act.Op{Perm: Write, Action: "press.filed", ID: in.ID, Version: in.Version, From: []string{Draft}, Wrong: "只有草稿可以加照片和附件",
		Check: func() (err error) {
			made, err = in.read()
			return err
		}}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		n, err := fileCount.One(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		if n >= mostFiles {
			return errs.Field("file", "一篇最多 "+number(mostFiles)+" 个文件")
		}
		f := File{ID: tx.NewID(), Version: 1, ArticleID: a.ID, Kind: in.Kind, Caption: in.Caption, Alt: in.Alt, Width: int64(made.width),
			Height: int64(made.height), ByName: auth.From(ctx).Name, At: tx.Now}
		if f.No, err = nextFile.One(ctx, tx, a.ID, in.Kind); err != nil {
			return err
		}
		if err := s.keep(ctx, tx, &f, made, a.Region); err != nil {
			return err
		}
		if err := handled(ctx, tx, *a); err != nil {
			return err
		}
		return fileTable.Insert(ctx, tx, f)
	})
}

// keep stores what a file is made of.
func (s *Service) keep(ctx context.Context, tx *db.Tx, f *File, made renditions, at auth.Region) (err error) {
	owner := blob.Owner{Kind: "article_file", ID: f.ID, Region: at}
	if f.BlobID, err = s.blobs.Put(ctx, tx, made.full, owner); err != nil {
		return err
	}
	m, err := s.blobs.Get(ctx, tx, f.BlobID)
	if err != nil {
		return err
	}
	f.Size, f.Type = m.Size, m.Type
	if f.Kind != picture {
		if f.Caption == "" {
			f.Caption = strings.TrimSuffix(m.Name, path.Ext(m.Name))
		}
		return nil
	}
	if f.ViewID, err = s.blobs.PutImage(ctx, tx, made.view, owner); err != nil {
		return err
	}
	f.ThumbID, err = s.blobs.PutImage(ctx, tx, made.thumb, owner)
	return err
}

// DropInput takes a file out of a draft.
type DropInput struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
	FileID  db.ID `json:"file_id"`
}

// DropFile takes a picture or an attachment out of a draft.
func (s *Service) DropFile(ctx context.Context, in DropInput) (Detail, error) {
	op := act.Op{Perm: Write, Action: "press.unfiled", ID: in.ID, Version: in.Version, From: []string{Draft}, Wrong: "只有草稿可以拿掉照片和附件"}
	return s.change(ctx, op, func(tx *db.Tx, a *Article) error {
		list, err := filesOf.All(ctx, tx, a.ID)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(list, func(f File) bool { return f.ID == in.FileID })
		if i < 0 {
			return errs.Field("file_id", "没有这个文件")
		}
		list[i].Off = true
		if err := handled(ctx, tx, *a); err != nil {
			return err
		}
		return fileTable.Update(ctx, tx, &list[i])
	})
}

// Sizes of a picture.
const (
	sizeView  = "view"
	sizeThumb = "thumb"
)

// OpenInput names a file, and how large a picture should be.
type OpenInput struct {
	ID   db.ID  `path:"id"`
	Size string `query:"size" enum:"full,view,thumb" default:"full" maxLength:"5" doc:"full 原图，view 页上的，thumb 小图"`
}

func (f File) blob(size string) db.ID {
	switch {
	case f.Kind == picture && size == sizeView:
		return f.ViewID
	case f.Kind == picture && size == sizeThumb:
		return f.ThumbID
	}
	return f.BlobID
}

// open gives the content of a file, under the name that people gave it here. Its tag lets a browser ask each time whether it is still
// there, so that what is taken off is gone, without having it sent again.
func (s *Service) open(m blob.Meta, f File) (blob.File, error) {
	body, err := s.blobs.Read(m)
	name := f.Caption
	if name == "" {
		name = f.mark()
	}
	return blob.File{Name: name + path.Ext(m.Name), Type: m.Type, Body: body, Show: f.Kind == picture, Tag: m.SHA256[:20]}, err
}

// Open gives a file to those who make the article.
func (s *Service) Open(ctx context.Context, in OpenInput) (blob.File, error) {
	var f File
	m, err := act.Read(ctx, s.db, View, func(tx *db.Tx) (m blob.Meta, err error) {
		var a Article
		if f, a, err = fileAt(ctx, tx, in.ID); err != nil {
			return m, err
		}
		if err := auth.Require(ctx, View, View, auth.Place{Region: a.Region}); err != nil {
			return m, err
		}
		return s.blobs.Get(ctx, tx, f.blob(in.Size))
	})
	if err != nil {
		return blob.File{}, err
	}
	return s.open(m, f)
}

// PublicFile gives a file of a published article to everybody.
func (s *Service) PublicFile(ctx context.Context, in OpenInput) (blob.File, error) {
	var f File
	m, err := act.Read(ctx, s.db, Public, func(tx *db.Tx) (m blob.Meta, err error) {
		var a Article
		if f, a, err = fileAt(ctx, tx, in.ID); err != nil {
			return m, err
		}
		if a.State != Published || f.Off {
			return m, errs.ErrNotFound
		}
		return s.blobs.Get(ctx, tx, f.blob(in.Size))
	})
	if err != nil {
		return blob.File{}, err
	}
	return s.open(m, f)
}

func fileAt(ctx context.Context, tx *db.Tx, id db.ID) (f File, a Article, err error) {
	if f, err = fileTable.Get(ctx, tx, id); err != nil {
		return f, a, err
	}
	a, err = table.Get(ctx, tx, f.ArticleID)
	return f, a, err
}
