package ui

import (
	"encoding"
	"fmt"
	"net/url"
	"strings"
)

// Href is an address with its query, given as name, value, name, value, …: what is empty, 0 or false is no filter and left out. A list
// writes its filters with the values of its input as they are; of one name given twice the last holds.
func Href(path string, pairs ...any) string {
	q := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		q.Set(pairs[i].(string), queryText(pairs[i+1]))
		if q.Get(pairs[i].(string)) == "" {
			q.Del(pairs[i].(string))
		}
	}
	if len(q) == 0 {
		return path
	}
	if strings.Contains(path, "?") {
		return path + "&" + q.Encode()
	}
	return path + "?" + q.Encode()
}

// Next is the address of the next page of a list under the same filters; "" on the last.
func Next(path string, cursor *string, pairs ...any) string {
	if cursor == nil {
		return ""
	}
	return Href(path, append(pairs, "cursor", *cursor)...)
}

func queryText(v any) string {
	text := fmt.Sprint(v)
	if m, ok := v.(encoding.TextMarshaler); ok {
		b, err := m.MarshalText()
		if err != nil {
			return ""
		}
		text = string(b)
	}
	if text == "0" || text == "false" {
		return ""
	}
	return text
}
