-- +goose Up
-- Courses to read, with a test: the questions, and each try at them. What was told of a qualification that ends is told once.
CREATE TABLE training_question (
  id        {{pk}},
  course_id BIGINT NOT NULL REFERENCES training_course (id),
  sort      BIGINT NOT NULL,
  text      TEXT NOT NULL,
  choices   TEXT NOT NULL,
  CONSTRAINT training_question_once UNIQUE (course_id, sort)
);

CREATE TABLE training_try (
  id             {{pk}},
  course_id      BIGINT NOT NULL REFERENCES training_course (id),
  place_id       BIGINT NOT NULL REFERENCES training_place (id),
  course_version BIGINT NOT NULL,
  day            BIGINT NOT NULL,
  started_at     {{time}} NOT NULL,
  ended_at       {{time}},
  score          BIGINT NOT NULL,
  passed         BOOLEAN NOT NULL,
  CONSTRAINT training_try_score CHECK (score BETWEEN 0 AND 100)
);
CREATE INDEX training_try_place ON training_try (place_id, day);
CREATE UNIQUE INDEX training_place_online ON training_place (course_id, person_id) WHERE sitting_id IS NULL AND state IN ('held', 'noted', 'returned');

CREATE TABLE training_told (
  dated_id BIGINT NOT NULL REFERENCES volunteer_dated (id),
  day      BIGINT NOT NULL,
  CONSTRAINT training_told_key PRIMARY KEY (dated_id)
);
