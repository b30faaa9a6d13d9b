// Package explorer looks for minutes made by one hand. Its tests play random moves through the real operations: one person with one
// staff account and two telephones, every account and person that he can make or reset, and one volunteer who wants hours that nobody
// served. Whatever he does, no minute counts, and no certificate bears a stranger's name.
//
// An area that makes, moves or renames minutes, or says who is who, adds its operations to the moves (moves_test.go), and what it would be
// without each of its guards to the table of guards_test.go.
package explorer
