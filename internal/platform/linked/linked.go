// Package linked says what is public in terms that programs of others know: JSON-LD with the types of schema.org and of the volunteering
// vocabulary (ns.volunteeringdata.io: organisation → activity → role, session). It knows no person, and has no place for one.
package linked

import (
	"time"

	"linli/internal/platform/clock"
)

// Type is that of a document, for a page and for an answer.
const Type = "application/ld+json"

// Volunteering is the namespace of the volunteering vocabulary.
const Volunteering = "https://ns.volunteeringdata.io/"

// Context says what the terms of a document mean.
type Context []any

// Terms is the context of all documents.
func Terms() Context {
	return Context{"https://schema.org", map[string]string{"volunteering": Volunteering}}
}

// Event is an activity that people sign up for.
type Event struct {
	Context     Context      `json:"@context"`
	Types       []string     `json:"@type"`
	ID          string       `json:"@id"`
	URL         string       `json:"url"`
	Name        string       `json:"name"`
	Description string       `json:"description,omitempty"`
	Start       string       `json:"startDate"`
	End         string       `json:"endDate"`
	Status      string       `json:"eventStatus"`
	Mode        string       `json:"eventAttendanceMode"`
	Location    Place        `json:"location"`
	Organizer   Organization `json:"organizer"`
	Free        bool         `json:"isAccessibleForFree"`
	Most        int64        `json:"maximumAttendeeCapacity"`
	Left        int64        `json:"remainingAttendeeCapacity"`
	Language    string       `json:"inLanguage"`
	Roles       []Role       `json:"volunteering:role,omitempty"`
	Session     *Session     `json:"volunteering:session,omitempty"`
}

// Posting is a call for people who want to serve.
type Posting struct {
	Context        Context      `json:"@context"`
	Types          []string     `json:"@type"`
	ID             string       `json:"@id"`
	URL            string       `json:"url"`
	Title          string       `json:"title"`
	Description    string       `json:"description"`
	Posted         string       `json:"datePosted"`
	Through        string       `json:"validThrough"`
	Employment     string       `json:"employmentType"`
	Organization   Organization `json:"hiringOrganization"`
	Location       Place        `json:"jobLocation"`
	Openings       int64        `json:"totalJobOpenings"`
	Qualifications string       `json:"qualifications,omitempty"`
	Hours          string       `json:"workHours,omitempty"`
	Direct         bool         `json:"directApply"`
	Language       string       `json:"inLanguage"`
	Roles          []Role       `json:"volunteering:role"`
}

// Place is where it is, as the page says it.
type Place struct {
	Type    string `json:"@type"`
	Name    string `json:"name"`
	Address string `json:"address,omitempty"`
}

// Organization is who does it: a station, a team, a unit, a division; never somebody.
type Organization struct {
	Type string `json:"@type"`
	Name string `json:"name"`
	URL  string `json:"url,omitempty"`
}

// Role is a kind of work that people are needed for.
type Role struct {
	Type        string `json:"@type"`
	Title       string `json:"volunteering:title"`
	Description string `json:"volunteering:description,omitempty"`
	Commitment  string `json:"volunteering:commitment,omitempty"`
	MinimumAge  int64  `json:"volunteering:minimumAge,omitempty"`
	Apply       string `json:"volunteering:applyLink,omitempty"`
}

// Session is the time and the place of an activity.
type Session struct {
	Type     string   `json:"@type"`
	Start    string   `json:"startDate"`
	End      string   `json:"endDate"`
	Location Location `json:"volunteering:location"`
}

// Location is the place of a session.
type Location struct {
	Type string `json:"@type"`
	Name string `json:"volunteering:name"`
}

// Language is that of the documents.
const Language = "zh-CN"

// At is the place of a name, and of the division where it lies.
func At(name, address string) Place { return Place{Type: "Place", Name: name, Address: address} }

// By is an organization of a name.
func By(name string) Organization { return Organization{Type: "Organization", Name: name} }

// Moment is a time as JSON-LD writes it, with the zone.
func Moment(t time.Time) string { return t.In(clock.Shanghai).Format(time.RFC3339) }

// End is the last second of a day.
func End(d clock.Day) string { return Moment(d.AddDays(1).Time().Add(-time.Second)) }

// Meets makes the session of an activity.
func Meets(from, to time.Time, place string) *Session {
	return &Session{"volunteering:Session", Moment(from), Moment(to), Location{"volunteering:Location", place}}
}

// Activity is what a document of an activity always says.
func Activity(id string) Event {
	return Event{Context: Terms(), Types: []string{"Event", "volunteering:Activity"}, ID: id, URL: id, Free: true, Language: Language,
		Status: "https://schema.org/EventScheduled", Mode: "https://schema.org/OfflineEventAttendanceMode"}
}

// Cancelled is the status of an event that was called off.
const Cancelled = "https://schema.org/EventCancelled"

// Call is what a document of a call for people always says.
func Call(id string) Posting {
	return Posting{Context: Terms(), Types: []string{"JobPosting", "volunteering:Activity"}, ID: id, URL: id, Employment: "VOLUNTEER",
		Direct: true, Language: Language}
}

// Work is a role of a title.
func Work(title string) Role { return Role{Type: "volunteering:Role", Title: title} }

// Catalog is a list of datasets.
type Catalog struct {
	Context   Context      `json:"@context"`
	Type      string       `json:"@type"`
	ID        string       `json:"@id"`
	URL       string       `json:"url"`
	Name      string       `json:"name"`
	Publisher Organization `json:"publisher"`
	Datasets  []Dataset    `json:"dataset"`
}

// Dataset is data that anybody may take.
type Dataset struct {
	Context     Context      `json:"@context,omitempty"`
	Type        string       `json:"@type"`
	ID          string       `json:"@id"`
	URL         string       `json:"url"`
	Name        string       `json:"name"`
	Description string       `json:"description"`
	Free        bool         `json:"isAccessibleForFree"`
	Licence     string       `json:"license,omitempty"`
	Conditions  string       `json:"conditionsOfAccess"`
	Language    string       `json:"inLanguage"`
	Creator     Organization `json:"creator"`
	Downloads   []Download   `json:"distribution"`
	Variables   []Variable   `json:"variableMeasured"`
}

// Download is a dataset as a file.
type Download struct {
	Type   string `json:"@type"`
	Format string `json:"encodingFormat"`
	URL    string `json:"contentUrl"`
}

// Variable is a column of a dataset.
type Variable struct {
	Type        string `json:"@type"`
	Name        string `json:"name"`
	Description string `json:"description"`
}
