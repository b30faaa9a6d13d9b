package opendata

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"linli/internal/people/recruit"
	"linli/internal/platform/auth"
	"linli/internal/platform/blob"
	"linli/internal/platform/db"
	"linli/internal/platform/linked"
	"linli/internal/work/activity"
)

// ChancesInput turns the pages of the feed.
type ChancesInput struct {
	Cursor string `query:"cursor" maxLength:"410" doc:"上一页的 next 里给的"`
}

// chancePage is a page of the feed; each of its elements is a document by itself.
type chancePage struct {
	Context   []any               `json:"@context"`
	Type      string              `json:"@type"`
	ID        string              `json:"@id"`
	URL       string              `json:"url"`
	Name      string              `json:"name"`
	Language  string              `json:"inLanguage"`
	Publisher linked.Organization `json:"publisher"`
	Elements  []any               `json:"dataFeedElement"`
	Next      string              `json:"hydra:next,omitempty"`
}

// paged is the context of what has a next page.
var paged = []any{"https://schema.org", map[string]string{"hydra": "http://www.w3.org/ns/hydra/core#"}}

// calls begins the cursors of campaigns, which come after the activities.
const calls = "calls."

// Chances gives what anybody may sign up for, the next activities first, then the campaigns that end first: a page of a feed in the terms
// of schema.org and the volunteering vocabulary.
func (s *Service) Chances(ctx context.Context, in ChancesInput) (blob.File, error) {
	if err := auth.Allow(ctx, Look); err != nil {
		return blob.File{}, err
	}
	out := chancePage{Context: paged, Type: "DataFeed", ID: s.base + chances, URL: s.base + chances, Name: "可以报名的活动和招募",
		Language: linked.Language, Publisher: linked.By(name), Elements: []any{}}
	rest, campaigns := strings.CutPrefix(in.Cursor, calls)
	paging := db.Paging{Limit: db.MaxPage, Cursor: rest}
	next, err := "", error(nil)
	if campaigns {
		next, err = s.campaigns(ctx, &out, paging)
	} else if next, err = s.events(ctx, &out, paging); err == nil && next == "" {
		next, err = s.campaigns(ctx, &out, db.Paging{Limit: db.MaxPage})
	}
	if err != nil {
		return blob.File{}, err
	}
	if next != "" {
		out.Next = s.base + chances + "?cursor=" + url.QueryEscape(next)
	}
	body, err := json.Marshal(out)
	return blob.File{Name: "opportunities.jsonld", Type: linked.Type, Body: body, Show: true, Tag: tagOf(string(body))}, err
}

func (s *Service) events(ctx context.Context, out *chancePage, paging db.Paging) (next string, err error) {
	page, err := s.areas.Activities.Faces(ctx, activity.PublicInput{Paging: paging})
	for _, f := range page.Items {
		out.Elements = append(out.Elements, f.Linked(s.base))
	}
	return value(page.Next), err
}

func (s *Service) campaigns(ctx context.Context, out *chancePage, paging db.Paging) (next string, err error) {
	page, err := s.areas.Recruits.Faces(ctx, recruit.PublicInput{Paging: paging})
	for _, f := range page.Items {
		if f.Open {
			out.Elements = append(out.Elements, f.Linked(s.base))
		}
	}
	if page.Next != nil {
		next = calls + *page.Next
	}
	return next, err
}

func value(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
