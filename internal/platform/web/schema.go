package web

import (
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// property is the schema of a field, or what the schema says of fields that it does not name.
func property(s *huma.Schema, name string) *huma.Schema {
	if p := s.Properties[name]; p != nil {
		return p
	}
	rest, _ := s.AdditionalProperties.(*huma.Schema)
	return rest
}

// resolve follows a reference to a named schema.
func resolve(s *huma.Schema) *huma.Schema {
	if s != nil && s.Ref != "" {
		return schemas.SchemaFromRef(s.Ref)
	}
	return s
}

// answers are the schemas of outputs that were made before.
var answers = map[reflect.Type]*huma.Schema{}

// answerOf gives the schema of what an operation gives.
func answerOf(t reflect.Type) *huma.Schema {
	s, known := answers[t]
	if !known {
		s = schemas.Schema(t, true, "")
		answers[t] = s
	}
	return s
}
