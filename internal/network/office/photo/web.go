package photo

import (
	"fmt"

	"linli/internal/network/office"
	"linli/internal/platform/web"
)

// Routes mounts the area.
func (s *Service) Routes(r *web.Router) {
	upload := web.MaxBody(office.UploadBody)
	web.JSON(r, "GET /api/v1/stations/{id}/photos", "photo.list", office.View, s.Photos)
	web.JSON(r, "POST /api/v1/stations/{id}/photos", "photo.add", office.Edit, s.AddPhoto, web.Status(201), upload)
	web.JSON(r, "GET /api/v1/station-photos/{id}", "photo.get", office.View, s.Photo)
	web.JSON(r, "POST /api/v1/station-photos/{id}/edit", "photo.edit", office.Edit, s.EditPhoto)
	web.JSON(r, "POST /api/v1/station-photos/{id}/first", "photo.first", office.Edit, s.PutFirst)
	web.JSON(r, "POST /api/v1/station-photos/{id}/off", "photo.off", office.Edit, s.TakeOff)
	web.JSON(r, "POST /api/v1/station-photos/{id}/again", "photo.again", office.Edit, s.ShowAgain)

	const at = office.DeskPath + "-photos/{id}"
	one := func(id fmt.Stringer) string { return office.DeskPath + "-photos/" + id.String() }
	all := func(_ TurnPhoto, p Photo) string { return office.BookPath(p.StationID, "photos") }
	again := func(in TurnPhoto) string { return one(in.ID) }
	web.File(r, "GET /station-photos/{id}", "photo.public", office.Public, s.PublicPhoto)
	web.Page(r, "GET "+office.DeskPath+"/{id}/photos", "photo.list", office.View, s.Photos, photosPage)
	web.Form(r, "POST "+office.DeskPath+"/{id}/photos", "photo.add", office.Edit, s.AddPhoto, func(in AddPhotoInput) string { return office.BookPath(in.ID, "photos") },
		func(in AddPhotoInput, _ Photo) string { return office.BookPath(in.ID, "photos") }, upload)
	web.Page(r, "GET "+at, "photo.get", office.View, s.Photo, photoPage)
	web.File(r, "GET "+at+"/file", "photo.file", office.View, s.PhotoFile)
	web.Form(r, "POST "+at+"/edit", "photo.edit", office.Edit, s.EditPhoto, func(in EditPhotoInput) string { return one(in.ID) }, func(_ EditPhotoInput, p Photo) string { return office.BookPath(p.StationID, "photos") })
	web.Form(r, "POST "+at+"/first", "photo.first", office.Edit, s.PutFirst, again, all)
	web.Form(r, "POST "+at+"/off", "photo.off", office.Edit, s.TakeOff, again, all)
	web.Form(r, "POST "+at+"/again", "photo.again", office.Edit, s.ShowAgain, again, all)
}
