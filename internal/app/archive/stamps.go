package archive

import (
	"encoding/json"
	"slices"
)

// Stamps gives what a backup says of the database that it was made of, by name. What is no backup is refused as by Restore.
func Stamps(from string) (map[string]string, error) {
	z, _, err := open(from)
	if err != nil {
		return nil, err
	}
	defer z.Close()
	f, err := z.Open(tableDir + "stamp.jsonl")
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lines := json.NewDecoder(f)
	var columns []string
	if err := lines.Decode(&columns); err != nil {
		return nil, err
	}
	name, value := slices.Index(columns, "name"), slices.Index(columns, "value")
	out := map[string]string{}
	for lines.More() {
		var row []string
		if err := lines.Decode(&row); err != nil {
			return nil, err
		}
		out[row[name]] = row[value]
	}
	return out, nil
}
