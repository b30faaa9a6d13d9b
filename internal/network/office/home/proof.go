package home

import (
	"context"

	"linli/internal/network/office"
	"linli/internal/network/standard"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
)

// ProveInput names the item of the standard that is shown by what the station keeps.
type ProveInput struct {
	ID   db.ID  `path:"id"`
	Item string `json:"item" enum:"plan,rules,notices,archive,equipment,manager" doc:"站点标准里的项目"`
}

// Evidence says what was handed in.
type Evidence struct {
	StationID db.ID  `json:"station_id"`
	Item      string `json:"item"`
	Text      string `json:"text"`
}

// proof makes the evidence of an item from what the station keeps; what is not there is a wrong state that says what to do first.
type proof func(ctx context.Context, tx *db.Tx, b office.Book) (text string, file blob.Upload, err error)

// Prove hands in, as evidence for an item of the standard, what the station keeps: as the standard's own operation would, with the
// paper made from the data of today.
func (s *Service) Prove(ctx context.Context, in ProveInput) (Evidence, error) {
	op := act.Op{Perm: office.Edit, Action: "office.prove"}
	return office.Write(ctx, s.db, op, in.ID, func(tx *db.Tx, b office.Book) (out Evidence, id db.ID, err error) {
		if !auth.Can(ctx, standard.Submit, b.Station.Place()) {
			return out, 0, errs.ErrDenied
		}
		text, file, err := s.proofs[in.Item](ctx, tx, b)
		if err != nil {
			return out, 0, err
		}
		err = s.standard.Add(ctx, tx, b.Station, standard.SubmitInput{ID: b.Station.ID, Item: in.Item, Text: text, File: file})
		return Evidence{b.Station.ID, in.Item, text}, b.Station.ID, err
	})
}
