package app

// Regioned names the tables of which it is said whether their rows go with a division that moves.
func Regioned() []string {
	out := append([]string{}, staying...)
	for _, l := range moving {
		out = append(out, l.table)
	}
	return out
}
