package photo_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"linli/internal/network/office"
	"linli/internal/network/office/officetest"
	"linli/internal/network/office/photo"
	"linli/internal/network/station"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

type world struct {
	*officetest.World
	s *photo.Service
}

func each(t *testing.T, test func(w *world)) {
	t.Helper()
	officetest.Each(t, photo.Verify, func(o *officetest.World) {
		w := &world{o, photo.New(o.DB, o.Files)}
		o.Stations.Showing.Subscribe(w.s.OnShowing)
		test(w)
	})
}

func (w *world) shoot(caption string) photo.Photo {
	w.Helper()
	return officetest.Must[photo.Photo](w)(w.s.Add(w.Manager, photo.AddInput{ID: w.Station.ID, Caption: caption,
		File: officetest.Picture(960, 720)}))
}

// shown are the captions on the public page, in their order.
func (w *world) shown() string {
	w.Helper()
	var out []string
	for _, p := range officetest.Must[station.ShowingEvent](w)(w.Stations.Show(w.Context(), station.GetInput{ID: w.Station.ID})).Photos {
		out = append(out, p.Caption)
	}
	return strings.Join(out, " ")
}

// public asks for a photograph as everybody may.
func (w *world) public(p photo.Photo, size string) (blob.File, error) {
	return w.s.Public(w.Context(), photo.FileInput{ID: p.ID, Size: size})
}

func TestPhotosAreShownInTheirOrder(t *testing.T) {
	each(t, func(w *world) {
		door, room, desk := w.shoot("大门"), w.shoot("活动室"), w.shoot("服务台")
		if got := w.shown(); got != "大门 活动室 服务台" {
			t.Errorf("shown %s", got)
		}
		room = officetest.Must[photo.Photo](w)(w.s.PutFirst(w.Head, office.VersionInput{ID: room.ID, Version: room.Version}))
		officetest.Must[photo.Photo](w)(w.s.PutFirst(w.Manager, office.VersionInput{ID: desk.ID, Version: desk.Version}))
		if got := w.shown(); got != "服务台 活动室 大门" {
			t.Errorf("after two were put first: %s", got)
		}
		_, err := w.s.PutFirst(w.Manager, office.VersionInput{ID: room.ID, Version: room.Version - 1})
		w.Refused(errs.Conflict, err, "put first by one who has not seen the latest")
		door = officetest.Must[photo.Photo](w)(w.s.Edit(w.Manager, photo.EditInput{ID: door.ID, Version: door.Version, Caption: "东门"}))
		if got := w.shown(); got != "服务台 活动室 东门" || door.Version != 2 {
			t.Errorf("after the caption changed: %s", got)
		}
		list := officetest.Must[photo.Album](w)(w.s.List(w.Town, office.StationInput{ID: w.Station.ID}))
		if len(list.Items) != 3 || len(list.Off) != 0 || list.Items[2].ByName != "station_manager" {
			t.Errorf("the book: %+v", list.Items)
		}
	})
}

func TestPhotosAreRefused(t *testing.T) {
	each(t, func(w *world) {
		in := photo.AddInput{ID: w.Station.ID, Caption: "大门", File: officetest.Picture(40, 30)}
		for name, c := range map[string]struct {
			caption string
			data    []byte
			kind    errs.Kind
		}{"no caption": {"　", in.File.Data, errs.Invalid}, "no file": {"大门", nil, errs.Invalid}, "a PDF": {"大门",
			[]byte("%PDF-1.7\n%%EOF\n"), errs.Unsupported}, "an SVG": {"大门", []byte("<svg/>"), errs.Unsupported},
			"half a picture": {"大门", in.File.Data[:60], errs.Unsupported}, "too many bytes": {"大门",
				append(bytes.Clone(in.File.Data), make([]byte, blob.MaxBytes)...), errs.TooLarge}} {
			_, err := w.s.Add(w.Manager, photo.AddInput{ID: w.Station.ID, Caption: c.caption,
				File: blob.Upload{Name: "a.jpg", Data: c.data}})
			w.Refused(c.kind, err, name)
		}
		_, err := w.s.Add(w.Stranger, in)
		w.Refused(errs.NotFound, err, "another station's manager adds")
		_, err = w.s.Add(w.Banner, in)
		w.Refused(errs.Denied, err, "the banner adds")
		p := w.shoot("大门")
		for name, fn := range map[string]func(office.VersionInput) (photo.Photo, error){
			"first": func(in office.VersionInput) (photo.Photo, error) { return w.s.PutFirst(w.Stranger, in) },
			"off":   func(in office.VersionInput) (photo.Photo, error) { return w.s.Withdraw(w.Stranger, in) },
			"again": func(in office.VersionInput) (photo.Photo, error) { return w.s.Restore(w.Stranger, in) },
			"edit": func(in office.VersionInput) (photo.Photo, error) {
				return w.s.Edit(w.Stranger, photo.EditInput{ID: in.ID, Version: in.Version, Caption: "x"})
			},
		} {
			_, err := fn(office.VersionInput{ID: p.ID, Version: p.Version})
			w.Refused(errs.NotFound, err, "a stranger: "+name)
		}
		_, err = w.s.Edit(w.Manager, photo.EditInput{ID: p.ID, Version: p.Version, Caption: " "})
		w.Refused(errs.Invalid, err, "the caption is taken away")
		_, err = w.s.Restore(w.Manager, office.VersionInput{ID: p.ID, Version: p.Version})
		w.Refused(errs.Conflict, err, "shown twice")
		_, err = w.s.List(w.Stranger, office.StationInput{ID: w.Station.ID})
		w.Refused(errs.NotFound, err, "a stranger opens the book")
		_, err = w.s.File(w.Stranger, photo.FileInput{ID: p.ID})
		w.Refused(errs.NotFound, err, "a stranger takes the file from the book")
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
		p = officetest.Must[photo.Photo](w)(w.s.PutFirst(w.Manager, office.VersionInput{ID: p.ID, Version: p.Version}))
		for size, most := range map[string]int{photo.AsTaken: 960, photo.AsView: 480, photo.AsThumb: 200} {
			f := officetest.Must[blob.File](w)(w.public(p, size))
			if c, kind, err := image.DecodeConfig(bytes.NewReader(f.Body)); err != nil || c.Width != most || c.Height != most*3/4 ||
				!f.Keep || f.Type != "image/"+kind || !strings.HasPrefix(f.Name, "大门.") {
				t.Errorf("%s: %d×%d %s as %s, %s, kept %v: %v", size, c.Width, c.Height, kind, f.Type, f.Name, f.Keep, err)
			}
		}
		off := officetest.Must[photo.Photo](w)(w.s.Withdraw(w.Head, office.VersionInput{ID: p.ID, Version: p.Version}))
		_, err := w.public(p, photo.AsView)
		w.Refused(errs.NotFound, err, "everybody, after it was taken off")
		_, err = w.s.Withdraw(w.Manager, office.VersionInput{ID: p.ID, Version: off.Version})
		w.Refused(errs.Conflict, err, "taken off twice")
		_, err = w.s.PutFirst(w.Manager, office.VersionInput{ID: p.ID, Version: off.Version})
		w.Refused(errs.Conflict, err, "put first while it is off")
		list := officetest.Must[photo.Album](w)(w.s.List(w.Manager, office.StationInput{ID: w.Station.ID}))
		if w.shown() != "活动室" || len(list.Off) != 1 || list.Off[0].OffDay != officetest.Today || list.Off[0].OffName != "community_head" {
			t.Errorf("shown %s, taken off %+v", w.shown(), list.Off)
		}
		w.sweepOld()
		if f := officetest.Must[blob.File](w)(w.s.File(w.Manager, photo.FileInput{ID: p.ID,
			Size: photo.AsView})); f.Keep || len(f.Body) == 0 {
			t.Errorf("in the book: %d bytes, kept %v", len(f.Body), f.Keep)
		}
		officetest.Must[photo.Photo](w)(w.s.Restore(w.Manager, office.VersionInput{ID: p.ID, Version: off.Version}))
		if got := w.shown(); got != "大门 活动室" {
			t.Errorf("shown again: %s", got)
		}
		officetest.Must[blob.File](w)(w.public(p, photo.AsThumb))

		now := officetest.Must[station.Station](w)(w.Stations.Get(w.Town, station.GetInput{ID: w.Station.ID}))
		officetest.Must[station.Station](w)(w.Stations.SetStatus(w.Town,
			station.StatusInput{ID: w.Station.ID, Version: now.Version, Status: station.Closed, Day: officetest.Today, Reason: "合并"}))
		_, err = w.public(p, photo.AsView)
		w.Refused(errs.NotFound, err, "of a closed station")
		if got := w.shown(); got != "" {
			t.Errorf("a closed station shows %s", got)
		}
		_, err = w.s.Add(w.Manager, photo.AddInput{ID: w.Station.ID, Caption: "大门", File: officetest.Picture(4, 3)})
		w.Refused(errs.Conflict, err, "into the book of a closed station")
	})
}

// sweepOld lets the store sweep as if every file had been there for long.
func (w *world) sweepOld() {
	w.Helper()
	old := time.Now().Add(-48 * time.Hour)
	err := filepath.WalkDir(w.Dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		return os.Chtimes(path, old, old)
	})
	if err = errors.Join(err, w.Files.Sweep(w.Context())); err != nil {
		w.Fatal(err)
	}
}

// Twelve are shown and no more, whoever adds at once; a place that is given up is taken once; one is first, whoever puts one there at once;
// verify sees what was changed by hand.
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
				_, err := w.s.Add(w.Manager, photo.AddInput{ID: w.Station.ID, Caption: fmt.Sprint("照片", i), File: officetest.Picture(8, 6)})
				count(err)
			})
		}
		for i := range photo.MostPhotos + 4 {
			add(i)
		}
		group.Wait()
		list := officetest.Must[photo.Album](w)(w.s.List(w.Manager, office.StationInput{ID: w.Station.ID}))
		if added != photo.MostPhotos || refused != 4 || len(list.Items) != photo.MostPhotos {
			w.Fatalf("%d added, %d refused, %d shown", added, refused, len(list.Items))
		}

		off := officetest.Must[photo.Photo](w)(w.s.Withdraw(w.Manager, office.VersionInput{ID: list.Items[0].ID, Version: 1}))
		added, refused = 0, 0
		add(99)
		group.Go(func() {
			_, err := w.s.Restore(w.Manager, office.VersionInput{ID: off.ID, Version: off.Version})
			count(err)
		})
		group.Wait()
		if added != 1 || refused != 1 {
			t.Errorf("one place was taken %d times", added)
		}

		list = officetest.Must[photo.Album](w)(w.s.List(w.Manager, office.StationInput{ID: w.Station.ID}))
		added, refused = 0, 0
		for _, p := range list.Items[:6] {
			for range 2 { // each twice at once: one of the two is stale
				group.Go(func() {
					_, err := w.s.PutFirst(w.Manager, office.VersionInput{ID: p.ID, Version: p.Version})
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

		w.Whole(photo.Verify, 0)
		for undo, do := range map[string]string{
			"UPDATE office_album SET shown = 12": "UPDATE office_album SET shown = 11",
			"UPDATE office_album SET turns = 6":  "UPDATE office_album SET turns = 5",
			"UPDATE blob SET owner_kind = 'office_photo' WHERE owner_kind = 'x'": "UPDATE blob SET owner_kind = 'x' WHERE id = " +
				"(SELECT MIN(thumb_id) FROM office_photo)",
			"UPDATE office_photo SET off_day = 0, off_name = '' WHERE off_name = 'nobody by law'": "UPDATE office_photo SET off_day = 20261124, " +
				"off_name = 'nobody by law' WHERE id = (SELECT MAX(id) FROM office_photo WHERE off_day = 0)",
		} {
			for n, q := range []string{do, undo} {
				w.Write(func(tx *db.Tx) error {
					_, err := tx.Exec(t.Context(), q)
					return err
				})
				w.Whole(photo.Verify, 1-n)
			}
		}
		if err := w.DB.Write(t.Context(), func(tx *db.Tx) error {
			_, err := tx.Exec(t.Context(), "UPDATE office_album SET shown = 13")
			return err
		}); err == nil {
			t.Error("the schema takes a thirteenth")
		}
	})
}
