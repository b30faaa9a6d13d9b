package ui

import (
	"net/url"
	"strconv"
)

// Itoa writes a whole number.
func Itoa[N int | int64](n N) string { return strconv.FormatInt(int64(n), 10) }

// Address is a path under filters (name, value, …), without those that are empty or zero.
func Address(path string, pairs ...string) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" && pairs[i+1] != "0" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// NextPage is the address of the next page of a list under the same filters; "" on the last.
func NextPage(path string, cursor *string, pairs ...string) string {
	if cursor == nil {
		return ""
	}
	return Address(path, append(pairs, "cursor", *cursor)...)
}

// Choices lists words by their codes, in the order of the codes.
func Choices(words map[string]string, codes ...string) (out []Option) {
	for _, c := range codes {
		out = append(out, Option{Value: c, Label: words[c]})
	}
	return out
}
