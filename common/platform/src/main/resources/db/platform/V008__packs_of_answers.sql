-- Answers of one batch lie in the row of the first of them, which names all that it keeps: they are forgotten together. Old
-- rows keep to the checks anyway: none is read for them. By itself, since commands lock this table before the outbox.
ALTER TABLE platform.idempotency
    ALTER COLUMN body DROP NOT NULL,
    ADD COLUMN kept_with uuid,     -- the id of the row that has the answer
    ADD COLUMN place     smallint, -- of the answer in its pack, from 0
    ADD COLUMN keeps     uuid[],   -- whose answers are in the pack, in order
    ADD COLUMN pack      bytea,
    ADD CHECK ((body IS NULL) = (kept_with IS NOT NULL AND place IS NOT NULL)) NOT VALID,
    ADD CHECK ((pack IS NULL) = (keeps IS NULL)) NOT VALID;
ALTER TABLE platform.idempotency
    ALTER COLUMN keeps SET STATISTICS 0,
    ALTER COLUMN pack SET STATISTICS 0,
    ALTER COLUMN pack SET STORAGE EXTERNAL;
