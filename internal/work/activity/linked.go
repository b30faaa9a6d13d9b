package activity

import "linli/internal/platform/linked"

// Linked says an activity in the terms of others, as its page shows it; base is the address of the system.
func (f Face) Linked(base string) linked.Event {
	out := linked.Activity(base + at("/activities", f.ID.String()))
	out.Name, out.Description = f.Title, f.Content
	out.Start, out.End = linked.Moment(f.StartsAt), linked.Moment(f.EndsAt)
	out.Location, out.Organizer = linked.At(f.Place, ""), linked.By(f.Station)
	if f.Team != "" {
		out.Organizer = linked.By(f.Team)
	}
	if f.State == Cancelled {
		out.Status = linked.Cancelled
	}
	out.Session = linked.Meets(f.StartsAt, f.EndsAt, f.Place)
	for _, p := range f.Posts {
		out.Most, out.Left = out.Most+p.Needed, out.Left+max(0, p.Needed-p.Taken)
		role := linked.Work(p.Name)
		role.Description, role.MinimumAge, role.Apply = f.Conditions, p.MinimumAge, base+at(my, f.ID.String())
		out.Roles = append(out.Roles, role)
	}
	return out
}
