// Package photo is the photographs by which people know a station again; they stand on its public page.
//
// Nouns: photo, album. Verbs: add, edit, put first, take off, show again.
package photo

import (
	"context"
	"fmt"
	"path"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/station"
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
	StationID db.ID       `json:"station_id"`
	Region    auth.Region `json:"-"`
	Caption   string      `json:"caption" doc:"说明，也是读屏软件念的"`
	BlobID    db.ID       `json:"photo"`
	ViewID    db.ID       `json:"-"` // as the public page shows it
	ThumbID   db.ID       `json:"-"` // as one of a row
	Turn      int64       `json:"-"` // of being put first; the latest stands in front
	Width     int64       `json:"width" doc:"公开页上的宽，像素"`
	Height    int64       `json:"height" doc:"公开页上的高，像素"`
	OffDay    clock.Day   `json:"off_day" doc:"撤下的日子；展示着的为空"`
	OffName   string      `json:"off_by" doc:"谁撤下的"`
	ByName    string      `json:"by_name"`
	At        time.Time   `json:"at"`
}

// Limits of photographs. A public page shows the first of them and the next ones small, which together weigh no more than a first page may (60 KB) at 400 kbit/s.
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

// AddPhotoInput is a new photograph.
type AddPhotoInput struct {
	ID      db.ID       `path:"id"`
	Caption string      `json:"caption" minLength:"1" maxLength:"30" doc:"拍的是什么，例如大门、活动室"`
	File    blob.Upload `json:"file" doc:"照片：JPEG、PNG、WebP"`
}

// AddPhoto shows a photograph on the public page of its station, behind those that are there. What the camera wrote into the file, place and device, is left out.
func (s *Service) AddPhoto(ctx context.Context, in AddPhotoInput) (Photo, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Photo{}, err
	}
	c := errs.Check{}
	office.Required(c, "caption", in.Caption, "请写拍的是什么")
	c.That(len(in.File.Data) > 0, "file", "请附上照片")
	if err := c.Err(); err != nil {
		return Photo{}, err
	}
	p := Photo{Version: 1, Caption: in.Caption, ByName: auth.From(ctx).Name}
	files, err := p.renditions(in.File)
	if err != nil {
		return Photo{}, err
	}
	return office.Change(ctx, s.db, in.ID, "photo_add", func(tx *db.Tx, b office.Book) (Photo, db.ID, error) {
		if err := hang(ctx, tx, b.Station.ID); err != nil {
			return p, 0, err
		}
		p.ID, p.StationID, p.Region, p.At = tx.NewID(), b.Station.ID, b.Station.Region, tx.Now
		for i, id := range []*db.ID{&p.BlobID, &p.ViewID, &p.ThumbID} {
			if *id, err = s.blobs.PutImage(ctx, tx, files[i], blob.Owner{Kind: "office_photo", ID: p.ID, Region: p.Region}); err != nil {
				return p, 0, err
			}
		}
		return p, p.ID, insertPhoto(ctx, tx, p)
	})
}

// renditions cleans a photograph and makes the smaller ones, before the transaction.
func (p *Photo) renditions(up blob.Upload) (files [3]blob.Upload, err error) {
	if files[0], err = blob.Clean(up); err != nil {
		return files, err
	}
	var w, h int
	if files[1], w, h, err = blob.Smaller(files[0], viewSide, viewWeight); err != nil {
		return files, err
	}
	p.Width, p.Height = int64(w), int64(h)
	files[2], _, _, err = blob.Smaller(files[0], thumbSide, thumbWeight)
	return files, err
}

// hang takes a place among those that are shown.
func hang(ctx context.Context, tx *db.Tx, id db.ID) error {
	n, err := takePlace.Run(ctx, tx, id, MostPhotos)
	if err == nil && n == 0 {
		err = errs.WrongState(fmt.Sprintf("一个站点最多展示 %d 张，先撤下一张", MostPhotos))
	}
	return err
}

func stationOfPhoto(p Photo) db.ID { return p.StationID }

// EditPhotoInput changes what a photograph is said to show.
type EditPhotoInput struct {
	ID      db.ID  `path:"id"`
	Version int64  `json:"version" minimum:"1"`
	Caption string `json:"caption" minLength:"1" maxLength:"30" doc:"拍的是什么，例如大门、活动室"`
}

// EditPhoto changes what a photograph is said to show.
func (s *Service) EditPhoto(ctx context.Context, in EditPhotoInput) (Photo, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Photo{}, err
	}
	c := errs.Check{}
	office.Required(c, "caption", in.Caption, "请写拍的是什么")
	if err := c.Err(); err != nil {
		return Photo{}, err
	}
	return s.turnPhoto(ctx, TurnPhoto{in.ID, in.Version}, "photo_edit", func(_ *db.Tx, _ office.Book, p *Photo) error {
		p.Caption = in.Caption
		return nil
	})
}

// TurnPhoto names a photograph and the version of it that was read.
type TurnPhoto struct {
	ID      db.ID `path:"id"`
	Version int64 `json:"version" minimum:"1"`
}

// PutFirst puts a photograph before all others of its station.
func (s *Service) PutFirst(ctx context.Context, in TurnPhoto) (Photo, error) {
	return s.turnPhoto(ctx, in, "photo_first", func(tx *db.Tx, _ office.Book, p *Photo) (err error) {
		if p.OffDay != 0 {
			return errs.WrongState("已经撤下了，先重新展示")
		}
		p.Turn, err = nextTurn.One(ctx, tx, p.StationID)
		return err
	})
}

// TakeOff takes a photograph off the public page, at once. It stays in the book with who took it off and when, and may be shown again.
func (s *Service) TakeOff(ctx context.Context, in TurnPhoto) (Photo, error) {
	return s.turnPhoto(ctx, in, "photo_off", func(tx *db.Tx, b office.Book, p *Photo) error {
		if p.OffDay != 0 {
			return errs.WrongState("已经撤下了")
		}
		p.OffDay, p.OffName = b.Today, auth.From(ctx).Name
		_, err := leavePlace.Run(ctx, tx, p.StationID)
		return err
	})
}

// ShowAgain puts a photograph that was taken off where it was.
func (s *Service) ShowAgain(ctx context.Context, in TurnPhoto) (Photo, error) {
	return s.turnPhoto(ctx, in, "photo_again", func(tx *db.Tx, b office.Book, p *Photo) error {
		if p.OffDay == 0 {
			return errs.WrongState("这张正在展示")
		}
		p.OffDay, p.OffName, p.Region = 0, "", b.Station.Region
		return hang(ctx, tx, p.StationID)
	})
}

// turnPhoto is a changing operation on one photograph; fn says what changes.
func (s *Service) turnPhoto(ctx context.Context, in TurnPhoto, action string, fn func(*db.Tx, office.Book, *Photo) error) (Photo, error) {
	if err := auth.Allow(ctx, office.Edit); err != nil {
		return Photo{}, err
	}
	return office.ChangeRow(ctx, s.db, in.ID, photoByID, stationOfPhoto, action, func(tx *db.Tx, b office.Book, p Photo) (Photo, error) {
		if p.Version != in.Version {
			return p, errs.ErrStale
		}
		if err := fn(tx, b, &p); err != nil {
			return p, err
		}
		return p, updatePhoto(ctx, tx, &p)
	})
}

// PhotoInput names a photograph.
type PhotoInput struct {
	ID db.ID `path:"id"`
}

// PhotoSheet is a photograph with its station.
type PhotoSheet struct {
	office.Book
	Photo
}

// Photo gives one photograph.
func (s *Service) Photo(ctx context.Context, in PhotoInput) (PhotoSheet, error) {
	return office.ReadRow(ctx, s.db, in.ID, photoByID, stationOfPhoto, func(_ *db.Tx, b office.Book, p Photo) (PhotoSheet, error) { return PhotoSheet{b, p}, nil })
}

// Photos are those that a station shows, in their order, and those that were taken off lately.
type Photos struct {
	office.Book
	Items []Photo `json:"items" doc:"展示着的，按顺序"`
	Off   []Photo `json:"off" doc:"撤下的，最近的在前"`
}

// Photos gives the photographs of a station.
func (s *Service) Photos(ctx context.Context, in office.StationInput) (Photos, error) {
	return office.Read(ctx, s.db, in.ID, func(tx *db.Tx, b office.Book) (out Photos, err error) {
		out.Book = b
		if out.Items, err = photosOf.All(ctx, tx, in.ID); err != nil {
			return out, err
		}
		out.Off, err = photosOff.All(ctx, tx, in.ID)
		return out, err
	})
}

// PhotoFileInput names a photograph and how large it should be.
type PhotoFileInput struct {
	ID   db.ID  `path:"id"`
	Size string `query:"size" enum:"full,view,thumb" default:"full" maxLength:"5" doc:"full 原图，view 公开页上的，thumb 小图"`
}

// PhotoFile gives a photograph of a station's book, taken off or not.
func (s *Service) PhotoFile(ctx context.Context, in PhotoFileInput) (blob.File, error) {
	return office.RowFile(ctx, s.db, s.blobs, in.ID, photoByID, stationOfPhoto, func(p Photo) db.ID { return p.file(in.Size) })
}

// PublicPhoto gives a photograph that a station shows, to everybody. One that was taken off is not found, nor is any of a station that is closed.
func (s *Service) PublicPhoto(ctx context.Context, in PhotoFileInput) (blob.File, error) {
	if err := auth.Allow(ctx, office.Public); err != nil {
		return blob.File{}, err
	}
	var m blob.Meta
	var name string // what people called the file is not for everybody
	err := s.db.Read(ctx, func(tx *db.Tx) error {
		p, err := office.One(photoByID.One(ctx, tx, in.ID))
		if err != nil {
			return err
		}
		st, err := station.Get(ctx, tx, p.StationID)
		if err != nil {
			return err
		}
		if p.OffDay != 0 || st.Status == station.Closed {
			return errs.ErrNotFound
		}
		name = p.Caption
		m, err = s.blobs.Get(ctx, tx, p.file(in.Size))
		return err
	})
	if err != nil {
		return blob.File{}, err
	}
	body, err := s.blobs.Read(m)
	return blob.File{Name: name + path.Ext(m.Name), Type: m.Type, Body: body, Show: true, Keep: true}, err
}

// photosAt is where everybody sees a photograph.
func photosAt(id db.ID) string { return "/station-photos/" + id.String() }

// OnShowing tells the public page of a station what it looks like.
func (s *Service) OnShowing(ctx context.Context, tx *db.Tx, e *station.ShowingEvent) error {
	if e.Station.Status == station.Closed {
		return nil
	}
	list, err := photosOf.All(ctx, tx, e.Station.ID)
	for _, p := range list {
		at := photosAt(p.ID)
		e.Photos = append(e.Photos, station.Photo{Href: at, View: at + "?size=" + AsView, Thumb: at + "?size=" + AsThumb, Caption: p.Caption, Width: p.Width, Height: p.Height})
	}
	return err
}

// Verify says which albums do not count the photographs that are shown, and which photographs lack a file (whose content the store verifies).
func Verify(ctx context.Context, tx *db.Tx, report func(object, what string)) error {
	if err := office.Report(ctx, tx, misplaced, "station", "展示的照片数和登记的不符", report); err != nil {
		return err
	}
	return office.Report(ctx, tx, fileless, "office_photo", "照片缺文件", report)
}
