// Package post says which posts there are: who gives each, at which level of division it is held, and which of them go together.
package post

import (
	"slices"

	"linli/internal/platform/auth"
)

// appointments says who may give and end which roles, inside his own region. Residents and volunteers are made by what they do, not by
// appointment.
var appointments = map[auth.Role][]auth.Role{
	auth.SecurityAdmin: auth.Roles[2:],
	auth.BannerOfficer: {auth.TownOfficer, auth.StationManager, auth.CommunityHead, auth.TeamLeader, auth.PartnerContact, auth.SocialWorker},
	auth.TownOfficer:   {auth.StationManager, auth.CommunityHead, auth.TeamLeader, auth.PartnerContact, auth.SocialWorker},
}

// levels says at which levels of division a role may be held, from the highest to the lowest.
var levels = map[auth.Role][2]int{
	auth.TeamLeader: {3, 5}, auth.PartnerContact: {3, 5}, auth.SocialWorker: {3, 5}, auth.StationManager: {5, 5}, auth.CommunityHead: {5, 5},
	auth.TownOfficer: {4, 4}, auth.BannerOfficer: {3, 3}, auth.LeagueOfficer: {2, 2}, auth.RegionOfficer: {1, 1},
	auth.Inspector: {1, 4}, auth.Editor: {1, 4}, auth.Auditor: {1, 3}, auth.SystemAdmin: {1, 3}, auth.SecurityAdmin: {1, 3},
	auth.AuditAdmin: {1, 3},
}

var admins = []auth.Role{auth.SystemAdmin, auth.SecurityAdmin, auth.AuditAdmin}

// Levels gives the highest and the lowest level at which a role may be held, if it is given by appointment at all.
func Levels(role auth.Role) (span [2]int, given bool) {
	span, given = levels[role]
	return span, given
}

// Gives says whether who holds one role may give another, inside his own region.
func Gives(giver, role auth.Role) bool { return slices.Contains(appointments[giver], role) }

// MayAppoint lists the roles that the actor may give, in the order of the contract.
func MayAppoint(a auth.Actor) (out []auth.Role) {
	for _, r := range auth.Roles[2:] {
		if a.System != "" || slices.ContainsFunc(a.Grants, func(g auth.Grant) bool { return Gives(g.Role, r) }) {
			out = append(out, r)
		}
	}
	return out
}

// MayGive says whether the actor may give or end a role there.
func MayGive(a auth.Actor, role auth.Role, at auth.Region) bool {
	return a.System != "" || slices.ContainsFunc(a.Grants, func(g auth.Grant) bool {
		return Gives(g.Role, role) && g.Region.Contains(at)
	})
}

// Compatible says whether one account may hold both: an administrator holds nothing else that people appoint to.
func Compatible(a, b auth.Role) bool {
	return a == b || !slices.Contains(admins, a) && !slices.Contains(admins, b) || Personal(a) || Personal(b)
}

// Personal roles are held over oneself.
func Personal(r auth.Role) bool { return r == auth.Resident || r == auth.Volunteer }
