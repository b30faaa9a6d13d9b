package offline

import (
	"bytes"
	"context"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"strings"

	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/web/ui"
	"linli/internal/work/activity"
	"linli/internal/work/survey"
)

//go:embed worker.js
var worker string

// shellFiles are the assets without which the page does not open.
var shellFiles = []string{"linli.css", "favicon.svg", "icons.svg", "linli.webmanifest", "linli.js", "outbox.js", "pocket.js", "survey.js"}

// Shell gives the page that a telephone keeps. It is the same for everybody.
func (s *Service) Shell(context.Context, Nothing) (Nothing, error) { return Nothing{}, nil }

// Worker gives the script that serves the page without a network. Another page or another asset makes another script, which browsers take
// for a new version.
func (s *Service) Worker(ctx context.Context, _ Nothing) (blob.File, error) {
	page := ui.With(ctx, &ui.Page{Shell: "phone", Path: pocketPath})
	var html bytes.Buffer
	if err := pocketPage().Render(page, &html); err != nil {
		return blob.File{}, err
	}
	files := make([]string, len(shellFiles))
	for i, name := range shellFiles {
		files[i] = ui.Asset(name)
	}
	sum := sha256.Sum256([]byte(html.String() + worker))
	tag := hex.EncodeToString(sum[:8])
	body := strings.NewReplacer("@version", tag, "@files", strings.Join(files, " ")).Replace(worker)
	return blob.File{Name: "pocket.js", Type: "text/javascript; charset=utf-8", Body: []byte(body), Show: true, Tag: tag}, nil
}

// Kit is a pack as the page shows it, with the forms that the actor may fill in.
type Kit struct {
	Pack
	Surveys []survey.Paper `json:"-"`
}

// Kit gives it.
func (s *Service) Kit(ctx context.Context, _ Nothing) (out Kit, err error) {
	if out.Pack, err = s.Pack(ctx, Nothing{}); err != nil || !auth.Holds(ctx, survey.Fill) {
		return out, err
	}
	mine, err := s.Surveys.Mine(ctx, survey.NoInput{})
	for _, v := range mine.Items {
		var p survey.Paper
		if p, err = s.Surveys.Fill(ctx, survey.FillInput{ID: v.ID}); err != nil {
			break
		}
		out.Surveys = append(out.Surveys, p)
	}
	return out, err
}

// whom are those of whom a form may be filled in: who is gone to see.
func (k Kit) whom() (out []ui.Option) {
	seen := map[db.ID]bool{}
	for _, p := range k.Pairings {
		if !seen[p.PersonID] {
			seen[p.PersonID], out = true, append(out, ui.Option{Value: p.PersonID.String(), Label: p.Name})
		}
	}
	for _, h := range k.Homes {
		for _, l := range h.Lives {
			if !seen[l.PersonID] {
				seen[l.PersonID], out = true, append(out, ui.Option{Value: l.PersonID.String(), Label: l.Name})
			}
		}
	}
	return out
}

// beside are those with whom the actor may go there.
func (p Pair) beside() (out []ui.Option) {
	for _, o := range p.Others {
		out = append(out, ui.Option{Value: o.VolunteerID.String(), Label: o.Name})
	}
	return out
}

// beside are those with whom the actor may go to a home.
func (h House) beside() (out []ui.Option) {
	for _, o := range h.Others {
		out = append(out, ui.Option{Value: o.PersonID.String(), Label: o.Name})
	}
	return out
}

// names are those who live there, in one line.
func (h House) names() string {
	var out []string
	for _, l := range h.Lives {
		out = append(out, l.Name)
	}
	return strings.Join(out, "、")
}

// comings are the words of a roll call that a leader may say, and the one that a code said.
func comings(now string) []ui.Option {
	out := ui.Options("", "没点到", "list", "到了", "absent", "没来", "excused", "请假")
	if now == activity.ByCode {
		out = append(out, ui.Option{Value: now, Label: "到了（签到码）"})
	}
	return out
}
