package setting

// Hide says which kinds of a table are not shown, because so few people fall under them that the number tells of whom: of the delicate
// kinds those below small, and where that hides one alone the smallest of the others too, or the total would tell it.
func Hide(counts map[string]int64, delicate []string, small int64) map[string]bool {
	out := map[string]bool{}
	for _, k := range delicate {
		if n := counts[k]; n > 0 && n < small {
			out[k] = true
		}
	}
	if len(out) != 1 {
		return out
	}
	least := ""
	for k, n := range counts {
		if n > 0 && !out[k] && (least == "" || n < counts[least] || n == counts[least] && k < least) {
			least = k
		}
	}
	if least != "" {
		out[least] = true
	}
	return out
}
