-- Relays that share the slices of the outbox, each there until it expires: so many are they, so large is each one's share.
CREATE TABLE platform.relay (
    id         uuid        NOT NULL PRIMARY KEY,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.relay TO merit_app;
