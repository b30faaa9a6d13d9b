-- +goose Up
-- Who a served person would like to come, or not: a woman, a man, a named volunteer. It holds for all orders for that person.
CREATE TABLE order_wish (
  id           {{pk}},
  person_id    BIGINT NOT NULL REFERENCES person (id),
  kind         TEXT NOT NULL CHECK (kind IN ('female', 'male', 'prefer', 'exclude')),
  volunteer_id BIGINT REFERENCES volunteer (id),
  at           {{time}} NOT NULL,
  CHECK ((kind IN ('prefer', 'exclude')) = (volunteer_id IS NOT NULL))
);
CREATE INDEX order_wish_person ON order_wish (person_id);
