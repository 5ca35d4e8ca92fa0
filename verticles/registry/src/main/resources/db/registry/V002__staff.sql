-- Who works in a club. A deleted one keeps its row: entries of the ledger point at it.
CREATE TABLE registry.staff (
    partner_id uuid        NOT NULL,
    id         uuid        NOT NULL,
    club_id    uuid        NOT NULL,
    name       text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    email      text        NOT NULL CHECK (email = lower(email)),
    locale     text,
    time_zone  text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz,
    PRIMARY KEY (partner_id, id),
    FOREIGN KEY (partner_id, club_id) REFERENCES registry.club
);
-- An address is free again when its owner is deleted.
CREATE UNIQUE INDEX staff_email_unique ON registry.staff (partner_id, email) WHERE deleted_at IS NULL;
CREATE INDEX staff_club ON registry.staff (partner_id, club_id, id) WHERE deleted_at IS NULL;
GRANT SELECT, INSERT, UPDATE ON registry.staff TO merit_app;
