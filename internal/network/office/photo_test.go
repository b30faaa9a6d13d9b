package office_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// taken is a photograph of so many pixels.
func taken(w, h int) blob.Upload {
	var out bytes.Buffer
	png.Encode(&out, image.NewGray(image.Rect(0, 0, w, h)))
	return blob.Upload{Name: "照片.png", Data: out.Bytes()}
}

func (w *world) shoot(caption string) office.Photo {
	w.Helper()
	return must[office.Photo](w)(w.s.AddPhoto(w.manager, office.AddPhotoInput{ID: w.st.ID, Caption: caption, File: taken(960, 720)}))
}

// shown are the captions on the public page, in their order.
func (w *world) shown() string {
	w.Helper()
	var out []string
	for _, p := range must[station.ShowingEvent](w)(w.stations.Show(w.Context(), station.GetInput{ID: w.st.ID})).Photos {
		out = append(out, p.Caption)
	}
	return strings.Join(out, " ")
}

// public asks for a photograph as everybody may.
func (w *world) public(p office.Photo, size string) (office.File, error) {
	return w.s.PublicPhoto(w.Context(), office.PhotoFileInput{ID: p.ID, Size: size})
}

func TestPhotosAreShownInTheirOrder(t *testing.T) {
	each(t, func(w *world) {
		door, room, desk := w.shoot("大门"), w.shoot("活动室"), w.shoot("服务台")
		if got := w.shown(); got != "大门 活动室 服务台" {
			t.Errorf("shown %s", got)
		}
		room = must[office.Photo](w)(w.s.PutFirst(w.head, office.TurnPhoto{ID: room.ID, Version: room.Version}))
		must[office.Photo](w)(w.s.PutFirst(w.manager, office.TurnPhoto{ID: desk.ID, Version: desk.Version}))
		if got := w.shown(); got != "服务台 活动室 大门" {
			t.Errorf("after two were put first: %s", got)
		}
		_, err := w.s.PutFirst(w.manager, office.TurnPhoto{ID: room.ID, Version: room.Version - 1})
		w.refused(errs.Conflict, err, "put first by one who has not seen the latest")
		door = must[office.Photo](w)(w.s.EditPhoto(w.manager, office.EditPhotoInput{ID: door.ID, Version: door.Version, Caption: "东门"}))
		if got := w.shown(); got != "服务台 活动室 东门" || door.Version != 2 {
			t.Errorf("after the caption changed: %s", got)
		}
		list := must[office.Photos](w)(w.s.Photos(w.town, office.StationInput{ID: w.st.ID}))
		if len(list.Items) != 3 || len(list.Off) != 0 || list.Items[2].ByName != "station_manager" {
			t.Errorf("the book: %+v", list.Items)
		}
		if home := must[office.Home](w)(w.s.Home(w.manager, office.StationInput{ID: w.st.ID})); home.Photos != 3 {
			t.Errorf("the start page counts %d", home.Photos)
		}
	})
}

func TestPhotosAreRefused(t *testing.T) {
	each(t, func(w *world) {
		in := office.AddPhotoInput{ID: w.st.ID, Caption: "大门", File: taken(40, 30)}
		for name, c := range map[string]struct {
			caption string
			data    []byte
			kind    errs.Kind
		}{"no caption": {"　", in.File.Data, errs.Invalid}, "no file": {"大门", nil, errs.Invalid}, "a PDF": {"大门", []byte("%PDF-1.7\n%%EOF\n"), errs.Unsupported}, "an SVG": {"大门", []byte("<svg/>"), errs.Unsupported},
			"half a picture": {"大门", in.File.Data[:60], errs.Unsupported}, "too many bytes": {"大门", append(bytes.Clone(in.File.Data), make([]byte, blob.MaxBytes)...), errs.TooLarge}} {
			_, err := w.s.AddPhoto(w.manager, office.AddPhotoInput{ID: w.st.ID, Caption: c.caption, File: blob.Upload{Name: "a.jpg", Data: c.data}})
			w.refused(c.kind, err, name)
		}
		_, err := w.s.AddPhoto(w.stranger, in)
		w.refused(errs.NotFound, err, "another station's manager adds")
		_, err = w.s.AddPhoto(w.banner, in)
		w.refused(errs.Denied, err, "the banner adds")
		p := w.shoot("大门")
		for name, fn := range map[string]func(office.TurnPhoto) (office.Photo, error){
			"first": func(in office.TurnPhoto) (office.Photo, error) { return w.s.PutFirst(w.stranger, in) },
			"off":   func(in office.TurnPhoto) (office.Photo, error) { return w.s.TakeOff(w.stranger, in) },
			"again": func(in office.TurnPhoto) (office.Photo, error) { return w.s.ShowAgain(w.stranger, in) },
			"edit": func(in office.TurnPhoto) (office.Photo, error) {
				return w.s.EditPhoto(w.stranger, office.EditPhotoInput{ID: in.ID, Version: in.Version, Caption: "x"})
			},
		} {
			_, err := fn(office.TurnPhoto{ID: p.ID, Version: p.Version})
			w.refused(errs.NotFound, err, "a stranger: "+name)
		}
		_, err = w.s.EditPhoto(w.manager, office.EditPhotoInput{ID: p.ID, Version: p.Version, Caption: " "})
		w.refused(errs.Invalid, err, "the caption is taken away")
		_, err = w.s.ShowAgain(w.manager, office.TurnPhoto{ID: p.ID, Version: p.Version})
		w.refused(errs.Conflict, err, "shown twice")
		_, err = w.s.Photos(w.stranger, office.StationInput{ID: w.st.ID})
		w.refused(errs.NotFound, err, "a stranger opens the book")
		_, err = w.s.PhotoFile(w.stranger, office.PhotoFileInput{ID: p.ID})
		w.refused(errs.NotFound, err, "a stranger takes the file from the book")
		if got := w.shown(); got != "大门" {
			t.Errorf("shown after all that: %s", got)
		}
	})
}

// A photograph that was taken off is gone for everybody at once, stays in the book with who and when, and comes back where it was.
func TestPhotoIsTakenOffAndShownAgain(t *testing.T) {
	each(t, func(w *world) {
		w.shoot("活动室")
		p := w.shoot("大门")
		p = must[office.Photo](w)(w.s.PutFirst(w.manager, office.TurnPhoto{ID: p.ID, Version: p.Version}))
		for size, most := range map[string]int{office.AsTaken: 960, office.AsView: 480, office.AsThumb: 200} {
			f := must[office.File](w)(w.public(p, size))
			if c, kind, err := image.DecodeConfig(bytes.NewReader(f.Body)); err != nil || c.Width != most || c.Height != most*3/4 || !f.Keep || f.Type != "image/"+kind || !strings.HasPrefix(f.Name, "大门.") {
				t.Errorf("%s: %d×%d %s as %s, %s, kept %v: %v", size, c.Width, c.Height, kind, f.Type, f.Name, f.Keep, err)
			}
		}
		off := must[office.Photo](w)(w.s.TakeOff(w.head, office.TurnPhoto{ID: p.ID, Version: p.Version}))
		_, err := w.public(p, office.AsView)
		w.refused(errs.NotFound, err, "everybody, after it was taken off")
		_, err = w.s.TakeOff(w.manager, office.TurnPhoto{ID: p.ID, Version: off.Version})
		w.refused(errs.Conflict, err, "taken off twice")
		_, err = w.s.PutFirst(w.manager, office.TurnPhoto{ID: p.ID, Version: off.Version})
		w.refused(errs.Conflict, err, "put first while it is off")
		list := must[office.Photos](w)(w.s.Photos(w.manager, office.StationInput{ID: w.st.ID}))
		if w.shown() != "活动室" || len(list.Off) != 1 || list.Off[0].OffDay != today || list.Off[0].OffName != "community_head" {
			t.Errorf("shown %s, taken off %+v", w.shown(), list.Off)
		}
		w.sweepOld()
		if f := must[office.File](w)(w.s.PhotoFile(w.manager, office.PhotoFileInput{ID: p.ID, Size: office.AsView})); f.Keep || len(f.Body) == 0 {
			t.Errorf("in the book: %d bytes, kept %v", len(f.Body), f.Keep)
		}
		must[office.Photo](w)(w.s.ShowAgain(w.manager, office.TurnPhoto{ID: p.ID, Version: off.Version}))
		if got := w.shown(); got != "大门 活动室" {
			t.Errorf("shown again: %s", got)
		}
		must[office.File](w)(w.public(p, office.AsThumb))

		now := must[station.Station](w)(w.stations.Get(w.town, station.GetInput{ID: w.st.ID}))
		must[station.Station](w)(w.stations.SetStatus(w.town, station.StatusInput{ID: w.st.ID, Version: now.Version, Status: station.Closed, Day: today, Reason: "合并"}))
		_, err = w.public(p, office.AsView)
		w.refused(errs.NotFound, err, "of a closed station")
		if got := w.shown(); got != "" {
			t.Errorf("a closed station shows %s", got)
		}
		_, err = w.s.AddPhoto(w.manager, office.AddPhotoInput{ID: w.st.ID, Caption: "大门", File: taken(4, 3)})
		w.refused(errs.Conflict, err, "into the book of a closed station")
	})
}

// sweepOld lets the store sweep as if every file had been there for long.
func (w *world) sweepOld() {
	w.Helper()
	old := time.Now().Add(-48 * time.Hour)
	err := filepath.WalkDir(w.dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return os.Chtimes(path, old, old)
	})
	if err = errors.Join(err, w.files.Sweep(w.Context())); err != nil {
		w.Fatal(err)
	}
}

// Twelve are shown and no more, whoever adds at once; a place that is given up is taken once; one is first, whoever puts one there at once; verify sees what was changed by hand.
func TestPhotosAtOnce(t *testing.T) {
	each(t, func(w *world) {
		var added, refused int
		var mu sync.Mutex
		var group sync.WaitGroup
		count := func(err error) {
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				added++
			case errs.KindOf(err) == errs.Conflict:
				refused++
			default:
				t.Error(err)
			}
		}
		add := func(i int) {
			group.Go(func() {
				_, err := w.s.AddPhoto(w.manager, office.AddPhotoInput{ID: w.st.ID, Caption: fmt.Sprint("照片", i), File: taken(8, 6)})
				count(err)
			})
		}
		for i := range office.MostPhotos + 4 {
			add(i)
		}
		group.Wait()
		list := must[office.Photos](w)(w.s.Photos(w.manager, office.StationInput{ID: w.st.ID}))
		if added != office.MostPhotos || refused != 4 || len(list.Items) != office.MostPhotos {
			w.Fatalf("%d added, %d refused, %d shown", added, refused, len(list.Items))
		}

		off := must[office.Photo](w)(w.s.TakeOff(w.manager, office.TurnPhoto{ID: list.Items[0].ID, Version: 1}))
		added, refused = 0, 0
		add(99)
		group.Go(func() {
			_, err := w.s.ShowAgain(w.manager, office.TurnPhoto{ID: off.ID, Version: off.Version})
			count(err)
		})
		group.Wait()
		if added != 1 || refused != 1 {
			t.Errorf("one place was taken %d times", added)
		}

		list = must[office.Photos](w)(w.s.Photos(w.manager, office.StationInput{ID: w.st.ID}))
		added, refused = 0, 0
		for _, p := range list.Items[:6] {
			for range 2 { // each twice at once: one of the two is stale
				group.Go(func() {
					_, err := w.s.PutFirst(w.manager, office.TurnPhoto{ID: p.ID, Version: p.Version})
					count(err)
				})
			}
		}
		group.Wait()
		if added != 6 || refused != 6 {
			t.Errorf("%d were put first, %d refused", added, refused)
		}
		for i, caption := range strings.Fields(w.shown()) {
			for _, p := range list.Items[6:] {
				if i < 6 && p.Caption == caption {
					t.Errorf("%s, which nobody put first, stands at %d", caption, i)
				}
			}
		}

		w.whole(0)
		for undo, do := range map[string]string{
			"UPDATE office_album SET shown = 12":                                                  "UPDATE office_album SET shown = 11",
			"UPDATE office_album SET turns = 6":                                                   "UPDATE office_album SET turns = 5",
			"UPDATE blob SET owner_kind = 'office_photo' WHERE owner_kind = 'x'":                  "UPDATE blob SET owner_kind = 'x' WHERE id = (SELECT MIN(thumb_id) FROM office_photo)",
			"UPDATE office_photo SET off_day = 0, off_name = '' WHERE off_name = 'nobody by law'": "UPDATE office_photo SET off_day = 20261124, off_name = 'nobody by law' WHERE id = (SELECT MAX(id) FROM office_photo WHERE off_day = 0)",
		} {
			for n, q := range []string{do, undo} {
				w.write(func(tx *db.Tx) error {
					_, err := tx.Exec(t.Context(), q)
					return err
				})
				w.whole(1 - n)
			}
		}
		if err := w.db.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_album SET shown = 13")
			return err
		}); err == nil {
			t.Error("the schema takes a thirteenth")
		}
	})
}
