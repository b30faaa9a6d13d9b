package recruit

import (
	"cmp"
	"strings"

	"linli/internal/platform/linked"
)

// Linked says a campaign in the terms of others, as its page shows it; base is the address of the system.
func (f Face) Linked(base string) linked.Posting {
	out := linked.Call(base + at(site, f.ID))
	out.Title, out.Description = f.Title, strings.TrimSpace(f.Need+"\n"+f.Content)
	out.Posted, out.Through = f.From.String(), linked.End(f.To)
	out.Organization = linked.By(cmp.Or(f.Team, f.Station, f.Where))
	out.Location = linked.At(cmp.Or(f.Place, f.Where), f.Where)
	out.Openings, out.Qualifications, out.Hours = f.Needed, f.Conditions, f.Hours
	role := linked.Work(f.Title)
	role.Description, role.Commitment, role.Apply = f.Content, f.Hours, base+minePath(f.ID)
	out.Roles = []linked.Role{role}
	return out
}
