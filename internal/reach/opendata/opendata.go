// Package opendata is what everybody may take away as data (数据开放): sets of public things and published figures as CSV and JSON, each
// with its columns, its period and its licence, and a catalogue of them in the terms of schema.org and DCAT.
//
// Nouns: dataset, column, licence, catalogue; feed (public things in terms that programs of one kind share: services of HSDS, what one
// may sign up for), sitemap. Verbs: list, get, take.
//
// Nothing stands here that a public page does not show, and nobody: no set has a column for a person, and figures are those of /figures
// alone, so that nothing can be worked out of two sets that one does not say.
package opendata

import (
	"context"
	"strings"
	"time"

	"linli/internal/civic/region"
	"linli/internal/civic/setting"
	"linli/internal/oversight/stats"
	"linli/internal/people/recruit"
	"linli/internal/platform/act"
	"linli/internal/platform/auth"
	"linli/internal/platform/clock"
	"linli/internal/platform/db"
	"linli/internal/platform/errs"
	"linli/internal/platform/release"
	"linli/internal/work/activity"
)

// Look is the permission of everybody.
const Look auth.Perm = "opendata.look"

// Service holds the operations.
type Service struct {
	db      *db.DB
	areas   Areas
	base    string // address of the system, without a slash at its end
	program release.Release
	sets    []Dataset
}

// Areas are those whose public things are given.
type Areas struct {
	Figures    *stats.Service
	Activities *activity.Service
	Recruits   *recruit.Service
}

// New makes the service.
func New(d *db.DB, areas Areas, base string) *Service {
	s := &Service{db: d, areas: areas, base: strings.TrimRight(base, "/")}
	s.program, _ = release.This() // what it does not know of itself it says to be unknown
	s.sets = s.datasets(areas.Figures)
	return s
}

// Licence says what may be done with the data, as whoever runs the installation has settled it.
type Licence struct {
	Name string `json:"name"`
	Link string `json:"link" doc:"全文的网址；没有时为空"`
}

// Chosen says that somebody has settled a licence.
func (l Licence) Chosen() bool { return l.Name != setting.NoLicence }

func licence(ctx context.Context, tx *db.Tx) (l Licence, err error) {
	if l.Name, err = setting.Text(ctx, tx, setting.OpenLicence, region.Top); err != nil {
		return l, err
	}
	l.Link, err = setting.Text(ctx, tx, setting.OpenLicenceLink, region.Top)
	return l, err
}

// NoInput is the input of an operation that asks for nothing.
type NoInput struct{}

// Catalogue is all datasets.
type Catalogue struct {
	Items     []Dataset  `json:"items"`
	Feeds     []Feed     `json:"feeds" doc:"按别处通用的词汇给的"`
	Licence   Licence    `json:"licence"`
	Published *time.Time `json:"figures_published_at" doc:"最近一次公布数据的时间"`
}

// List gives the datasets.
func (s *Service) List(ctx context.Context, _ NoInput) (Catalogue, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Catalogue, err error) {
		out.Items, out.Feeds = s.sets, feeds
		if out.Licence, err = licence(ctx, tx); err != nil {
			return out, err
		}
		at, there, err := db.Found(lastPublished.One(ctx, tx))
		if there {
			out.Published = &at
		}
		return out, err
	})
}

// GetInput names a dataset.
type GetInput struct {
	Code string `path:"code" maxLength:"20"`
}

// Detail is a dataset with what its first lines look like.
type Detail struct {
	Dataset
	Licence Licence    `json:"licence"`
	Sample  [][]string `json:"sample" doc:"最前面的几行"`
}

// sampleRows is how many lines a page shows of a dataset.
const sampleRows = 5

// Get gives a dataset with its columns.
func (s *Service) Get(ctx context.Context, in GetInput) (Detail, error) {
	return act.Read(ctx, s.db, Look, func(tx *db.Tx) (out Detail, err error) {
		if out.Dataset, err = s.find(in.Code); err != nil {
			return out, err
		}
		if out.Licence, err = licence(ctx, tx); err != nil {
			return out, err
		}
		out.Sample, _, err = out.page(ctx, tx, 0)
		out.Sample = append([][]string{}, out.Sample[:min(sampleRows, len(out.Sample))]...)
		return out, err
	})
}

func (s *Service) find(code string) (Dataset, error) {
	for _, d := range s.sets {
		if d.Code == code {
			return d, nil
		}
	}
	return Dataset{}, errs.ErrNotFound
}

// edition names what the pages of the catalogue say: licence, last publication, and the day, from which the period of activities runs.
func (s *Service) edition(ctx context.Context) (out string, err error) {
	err = s.db.Read(ctx, func(tx *db.Tx) error {
		l, err := licence(ctx, tx)
		if err != nil {
			return err
		}
		m, err := figuresMark.One(ctx, tx)
		out = l.Name + "\n" + l.Link + "\n" + m.String() + "\n" + clock.DayOf(tx.Now).String()
		return err
	})
	return out, err
}
