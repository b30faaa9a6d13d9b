-- +goose Up
-- When an activity was published; empty for one that never was, also once it is called off.
ALTER TABLE activity ADD COLUMN published_at {{time}};
UPDATE activity SET published_at = made_at WHERE state IN ('open', 'handed_in') OR state = 'cancelled' AND EXISTS (SELECT 1 FROM audit l
  WHERE l.object = 'activity' AND l.object_id = '' || activity.id AND l.action = 'activity.publish');
