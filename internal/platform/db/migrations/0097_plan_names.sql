-- +goose Up
-- What the solver of a plan was given names volunteers by their number alone: names are looked up when it is read, and go with their owner.
{{if .PG}}
UPDATE dispatch_plan SET problem = regexp_replace(problem, '"name":"([^"\\]|\\.)*",', '', 'g');
{{else}}
UPDATE dispatch_plan SET problem = json_set(problem, '$.people',
	(SELECT json_group_array(json(json_remove(p.value, '$.name'))) FROM json_each(dispatch_plan.problem, '$.people') p))
	WHERE json_type(problem, '$.people') = 'array';
{{end}}
