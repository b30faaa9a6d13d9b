// Package photo is the photographs by which people know a station again; they stand on its public page.
//
// Nouns: photo, album. Verbs: add, edit, put first, withdraw, restore.
package photo

import (
	"context"
	"path"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/station"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// Service holds the operations.
type Service struct {
	db    *db.DB
	blobs *blob.Store
}

// New makes the service.
func New(d *db.DB, blobs *blob.Store) *Service { return &Service{db: d, blobs: blobs} }

// Photo is a photograph by which people know a station again: its door, its rooms.
type Photo struct {
	ID        db.ID       `json:"id"`
	Version   int64       `json:"version"`
	StationID db.ID       `json:"station_id" db:",once"`
	Region    auth.Region `json:"-"`
	Caption   string      `json:"caption" doc:"说明，也是读屏软件念的"`
	BlobID    db.ID       `json:"photo" db:",once"`
	ViewID    db.ID       `json:"-" db:",once"` // as the public page shows it
	ThumbID   db.ID       `json:"-" db:",once"` // as one of a row
	Turn      int64       `json:"-"`            // of being put first; the latest stands in front
	Width     int64       `json:"width" db:",once" doc:"公开页上的宽，像素"`
	Height    int64       `json:"height" db:",once" doc:"公开页上的高，像素"`
	OffDay    clock.Day   `json:"off_day" doc:"撤下的日子；展示着的为空"`
	OffName   string      `json:"off_by" doc:"谁撤下的"`
	ByName    string      `json:"by_name" db:",once"`
	At        time.Time   `json:"at" db:",once"`
}

// States of a photograph.
const (
	shown     = "shown"
	withdrawn = "withdrawn"
)

func (p Photo) state(clock.Day) string {
	if p.OffDay != 0 {
		return withdrawn
	}
	return shown
}

var photos = office.Kind[Photo]{Table: table, Station: func(p Photo) db.ID { return p.StationID }, State: Photo.state}

// Limits of photographs. A public page shows the first of them and the next ones small, which together weigh no more than a first page may
// (60 KB) at 400 kbit/s.
const (
	MostPhotos  = 12 // shown at a station
	viewSide    = 480
	viewWeight  = 30_000
	thumbSide   = 200
	thumbWeight = 7_000
)

// Renditions of a photograph.
const (
	AsTaken = "full"
	AsView  = "view"
	AsThumb = "thumb"
)

// file is the file of a rendition.
func (p Photo) file(size string) db.ID {
	switch size {
	case AsView:
		return p.ViewID
	case AsThumb:
		return p.ThumbID
	}
	return p.BlobID
}

func checkCaption(text string) errs.Check {
	c := errs.Check{}
	office.Required(c, "caption", text, "请写拍的是什么")
	return c
}

// AddInput is a new photograph.
type AddInput struct {
	ID      db.ID       `path:"id"`
	Caption string      `json:"caption" minLength:"1" maxLength:"30" doc:"拍的是什么，例如大门、活动室"`
	File    blob.Upload `json:"file" doc:"照片：JPEG、PNG、WebP"`
}

// Add shows a photograph on the public page of its station, behind those that are there. What the camera wrote into the file, place and
// device, is left out.
func (s *Service) Add(ctx context.Context, in AddInput) (Photo, error) {
	var made renditions
	op := act.Op{Perm: office.Edit, Action: "office.photo_add", Check: func() (err error) {
		c := checkCaption(in.Caption)
		c.That(len(in.File.Data) > 0, "file", "请附上照片")
		if err := c.Err(); err != nil {
			return err
		}
		made, err = render(in.File)
		return err
	}}
	return photos.Add(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (p Photo, err error) {
		if err := takePlace(ctx, tx, b.Station.ID); err != nil {
			return p, err
		}
		p = Photo{ID: tx.NewID(), Version: 1, StationID: b.Station.ID, Region: b.Station.Region, Caption: in.Caption, Width: made.width,
			Height: made.height,
			ByName: auth.From(ctx).Name, At: tx.Now}
		for i, id := range []*db.ID{&p.BlobID, &p.ViewID, &p.ThumbID} {
			if *id, err = s.blobs.PutImage(ctx, tx, made.files[i], blob.Owner{Kind: "office_photo", ID: p.ID,
				Region: p.Region}); err != nil {
				return p, err
			}
		}
		return p, nil
	})
}

// renditions are the files of a photograph, the cleaned one first, and the size of the one that pages show.
type renditions struct {
	files         [3]blob.Upload
	width, height int64
}

// render cleans a photograph and makes the smaller ones, before the transaction.
func render(up blob.Upload) (out renditions, err error) {
	if out.files[0], err = blob.Clean(up); err != nil {
		return out, err
	}
	var w, h int
	if out.files[1], w, h, err = blob.Smaller(out.files[0], viewSide, viewWeight); err != nil {
		return out, err
	}
	out.width, out.height = int64(w), int64(h)
	out.files[2], _, _, err = blob.Smaller(out.files[0], thumbSide, thumbWeight)
	return out, err
}

// EditInput changes what a photograph is said to show.
type EditInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Caption string `json:"caption" minLength:"1" maxLength:"30" doc:"拍的是什么，例如大门、活动室"`
}

// Edit changes what a photograph is said to show.
func (s *Service) Edit(ctx context.Context, in EditInput) (Photo, error) {
	op := act.Op{Perm: office.Edit, Action: "office.photo_edit", ID: in.ID, Version: in.Version,
		Check: func() error { return checkCaption(in.Caption).Err() }}
	return photos.Change(ctx, s.db, op, func(_ *db.Tx, _ office.Book, p *Photo) error {
		p.Caption = in.Caption
		return nil
	})
}

// PutFirst puts a photograph before all others of its station.
func (s *Service) PutFirst(ctx context.Context, in office.VersionInput) (Photo, error) {
	op := act.Op{Perm: office.Edit, Action: "office.photo_first", ID: in.ID, Version: in.Version, From: []string{shown},
		Wrong: "已经撤下了，先重新展示"}
	return photos.Change(ctx, s.db, op, func(tx *db.Tx, _ office.Book, p *Photo) (err error) {
		p.Turn, err = nextTurn.One(ctx, tx, p.StationID)
		return err
	})
}

// Withdraw takes a photograph off the public page, at once. It stays in the book with who took it off and when, and may be shown again.
func (s *Service) Withdraw(ctx context.Context, in office.VersionInput) (Photo, error) {
	op := act.Op{Perm: office.Edit, Action: "office.photo_off", ID: in.ID, Version: in.Version, From: []string{shown}, Wrong: "已经撤下了"}
	return photos.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, p *Photo) error {
		p.OffDay, p.OffName = b.Today, auth.From(ctx).Name
		_, err := leavePlace.Run(ctx, tx, p.StationID)
		return err
	})
}

// Restore puts a photograph that was taken off where it was.
func (s *Service) Restore(ctx context.Context, in office.VersionInput) (Photo, error) {
	op := act.Op{Perm: office.Edit, Action: "office.photo_again", ID: in.ID, Version: in.Version, From: []string{withdrawn},
		Wrong: "这张正在展示"}
	return photos.Change(ctx, s.db, op, func(tx *db.Tx, b office.Book, p *Photo) error {
		p.OffDay, p.OffName, p.Region = 0, "", b.Station.Region
		return takePlace(ctx, tx, p.StationID)
	})
}

// Sheet is a photograph with its station.
type Sheet struct {
	office.Book
	Photo
}

// Get gives one photograph.
func (s *Service) Get(ctx context.Context, in office.EntryInput) (Sheet, error) {
	return office.Look(ctx, s.db, &photos, in.ID, func(_ *db.Tx, b office.Book, p Photo) (Sheet, error) { return Sheet{b, p}, nil })
}

// Album is the photographs that a station shows, in their order, and those that were taken off lately.
type Album struct {
	office.Book
	Items []Photo `json:"items" doc:"展示着的，按顺序"`
	Off   []Photo `json:"off" doc:"撤下的，最近的在前"`
}

// List gives the photographs of a station.
func (s *Service) List(ctx context.Context, in office.StationInput) (Album, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out Album, err error) {
		out.Book = b
		if out.Items, err = inOrder.All(ctx, tx, in.ID); err != nil {
			return out, err
		}
		out.Off, err = lately.All(ctx, tx, in.ID)
		return out, err
	})
}

// FileInput names a photograph and how large it should be.
type FileInput struct {
	ID   db.ID  `path:"id"`
	Size string `query:"size" enum:"full,view,thumb" default:"full" maxLength:"5" doc:"full 原图，view 公开页上的，thumb 小图"`
}

// File gives a photograph of a station's book, taken off or not.
func (s *Service) File(ctx context.Context, in FileInput) (blob.File, error) {
	return photos.File(ctx, s.db, s.blobs, in.ID, func(p Photo) db.ID { return p.file(in.Size) })
}

// Public gives a photograph that a station shows, to everybody. One that was taken off is not found, nor is any of a station that is
// closed.
// What people called the file is not for everybody: it goes by its caption.
func (s *Service) Public(ctx context.Context, in FileInput) (blob.File, error) {
	var p Photo
	m, err := act.Read(ctx, s.db, office.Public, func(tx *db.Tx) (m blob.Meta, err error) {
		if p, err = table.Get(ctx, tx, in.ID); err != nil {
			return m, err
		}
		st, err := station.Get(ctx, tx, p.StationID)
		if err != nil {
			return m, err
		}
		if p.OffDay != 0 || st.Status == station.Closed {
			return m, errs.ErrNotFound
		}
		return s.blobs.Get(ctx, tx, p.file(in.Size))
	})
	if err != nil {
		return blob.File{}, err
	}
	body, err := s.blobs.Read(m)
	return blob.File{Name: p.Caption + path.Ext(m.Name), Type: m.Type, Body: body, Show: true, Keep: true}, err
}

// OnShowing tells the public page of a station what it looks like.
func (s *Service) OnShowing(ctx context.Context, tx *db.Tx, e *station.ShowingEvent) error {
	if e.Station.Status == station.Closed {
		return nil
	}
	list, err := inOrder.All(ctx, tx, e.Station.ID)
	for _, p := range list {
		at := publicPath(p.ID)
		e.Photos = append(e.Photos, station.Photo{Href: at, View: at + "?size=" + AsView, Thumb: at + "?size=" + AsThumb,
			Caption: p.Caption,
			Width:   p.Width, Height: p.Height})
	}
	return err
}
