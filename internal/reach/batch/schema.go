package batch

import (
	"encoding/json"
	"fmt"
	"strings"
)

// SchemaAt is where the schemas are served.
const SchemaAt = "/schemas/"

// SchemaName is the file of a group's schema, or of any line's for "line".
func SchemaName(kind string) string {
	return strings.ReplaceAll(Format, "/", "-") + "." + kind + ".json"
}

// Schema gives the JSON Schema of a kind of line, or, for "line", of any; nil for what there is not. What lines say together (order,
// numbers, times, signature) no schema can say: that is the kit's.
func Schema(kind string) []byte {
	if kind == "line" {
		var refs []map[string]any
		for _, g := range Groups {
			refs = append(refs, map[string]any{"$ref": SchemaName(g.Kind)})
		}
		return pretty(map[string]any{"$schema": dialect, "$id": SchemaName(kind), "title": Label + " " + Format, "oneOf": refs})
	}
	g := groupOf(kind)
	if g == nil {
		return nil
	}
	properties, required := map[string]any{"kind": map[string]any{"const": kind}}, []string{"kind"}
	for _, f := range g.Fields {
		properties[f.Name] = f.schema()
		if f.Needed {
			required = append(required, f.Name)
		}
	}
	return pretty(map[string]any{"$schema": dialect, "$id": SchemaName(kind), "title": g.Word, "description": Label, "type": "object",
		"properties": properties, "required": required, "additionalProperties": false})
}

const dialect = "https://json-schema.org/draft/2020-12/schema"

func (f Field) schema() map[string]any {
	out := map[string]any{"title": f.Word}
	if f.Number {
		out["type"], out["minimum"], out["maximum"] = "integer", f.Least, f.Most
		return out
	}
	out["type"], out["minLength"], out["maxLength"] = "string", 1, f.Most
	if f.Say != "" {
		out["description"] = f.Say
	}
	switch {
	case f.Const != "":
		out["const"] = f.Const
	case f.Codes != nil:
		var codes, words []string
		for _, c := range f.Codes {
			codes, words = append(codes, c.Code), append(words, c.Code+" "+c.Word)
		}
		out["enum"], out["description"] = codes, strings.Join(words, "，")
	case f.Pattern != nil:
		out["pattern"] = f.Pattern.String()
	default:
		out["pattern"] = `^\S(.*\S)?$`
	}
	return out
}

func pretty(v any) []byte {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // made of texts and numbers alone
	}
	return append(b, '\n')
}

// how says in words how a value is written.
func (f Field) how() string {
	switch {
	case f.Number:
		return fmt.Sprintf("整数，%d 到 %d", f.Least, f.Most)
	case f.Const != "":
		return f.Const
	case f.Codes != nil:
		var words []string
		for _, c := range f.Codes {
			words = append(words, c.Code+" "+c.Word)
		}
		return strings.Join(words, "，")
	case f.Say != "":
		return f.Say
	}
	return fmt.Sprintf("文字，最多 %d 个字", f.Most)
}
