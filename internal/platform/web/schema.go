package web

import "github.com/danielgtaylor/huma/v2"

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
