package app

// Regioned names the tables of which an area says whether their rows go with a division that moves.
func (a *App) Regioned() (out []string) {
	for _, x := range a.Areas {
		out = append(out, x.Stay...)
		for _, l := range x.Live {
			out = append(out, l.Table)
		}
	}
	return out
}

// What is done without being asked, for tests.
var (
	ExpireHolds = (*App).expireHolds
	Recount     = (*App).recount
)
