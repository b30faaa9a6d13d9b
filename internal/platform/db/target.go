package db

import "strings"

// target is the table that a statement writes to; none for one that reads.
type target struct {
	table, alias string // alias is how the statement itself calls the table
	deletes      bool
	returns      bool // the statement says RETURNING by itself
}

// targetOf reads the beginning of a statement.
func targetOf(q string) (to target) {
	verb, rest := word(q)
	switch {
	case strings.EqualFold(verb, "INSERT"), strings.EqualFold(verb, "DELETE"):
		to.deletes = strings.EqualFold(verb, "DELETE")
		_, rest = word(rest) // INTO or FROM
	case !strings.EqualFold(verb, "UPDATE"):
		return to
	}
	to.table, rest = word(rest)
	to.alias = to.table
	next, after := word(rest)
	if strings.EqualFold(next, "AS") {
		next, _ = word(after)
	}
	switch strings.ToUpper(next) {
	case "", "SET", "WHERE", "USING", "VALUES", "SELECT", "DEFAULT", "RETURNING":
	default:
		if !strings.HasPrefix(next, "(") {
			to.alias = next
		}
	}
	to.table = strings.Trim(to.table, `"`)
	to.returns = strings.Contains(q, "RETURNING ")
	return to
}

// word cuts the first word off a text.
func word(q string) (first, rest string) {
	q = strings.TrimLeft(q, " \t\n")
	if i := strings.IndexAny(q, " \t\n"); i >= 0 {
		return q[:i], q[i:]
	}
	return q, ""
}

// seen is the text of a statement that gives, behind what it gives by itself, each row as it leaves it.
func (to target) seen(q string, pg bool) string {
	sep := " RETURNING "
	if to.returns {
		sep = ", "
	}
	if pg {
		return q + sep + to.alias + ".*"
	}
	return q + sep + "*"
}
