-- +goose Up
-- 0097 left the people of a plan in SQLite as a text that holds a list; they are a list again.
{{if not .PG}}
UPDATE dispatch_plan SET problem = json_set(problem, '$.people', json(json_extract(problem, '$.people'))) WHERE json_type(problem, '$.people') = 'text';
{{end}}
