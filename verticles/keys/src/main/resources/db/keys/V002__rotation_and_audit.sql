-- A key that was rotated lives on for a while beside the one that replaces it. It no longer counts as one of its owner's.
ALTER TABLE keys.api_key ADD COLUMN replaced_by uuid;

-- Who did what, and who was refused: facts, written by the nodes behind their requests. The rows of a tenant are a chain:
-- each holds a hash of itself and of the row before it, so that a row that was changed, taken out or moved shows.
CREATE TABLE keys.audit (
    chain      uuid        NOT NULL,              -- the partner; the nil UUID for operators, members and strangers
    sequence   bigint      NOT NULL,              -- 1, 2, 3 … in each chain, without a gap
    id         uuid        NOT NULL,              -- time-ordered, made by the node that answered
    at         timestamptz NOT NULL,
    partner_id uuid,
    role       text,
    key_id     uuid,
    key_prefix text,
    action     text        NOT NULL,
    resource   uuid,
    status     smallint    NOT NULL,
    code       text,                              -- null when it was done
    request_id text        NOT NULL,
    replayed   boolean     NOT NULL,
    hash       bytea       NOT NULL,
    PRIMARY KEY (chain, sequence),
    CHECK (chain = coalesce(partner_id, '00000000-0000-0000-0000-000000000000')),
    CHECK (sequence > 0),
    CHECK (octet_length(hash) = 32)
);
-- Serves the list of all, newest first, and keeps a row that is sent twice from being written twice.
CREATE UNIQUE INDEX audit_by_id ON keys.audit (id);
CREATE INDEX audit_of_partner ON keys.audit (partner_id, id) WHERE partner_id IS NOT NULL;
CREATE INDEX audit_request ON keys.audit (request_id, id);

-- The end of each chain. Whoever writes locks it, so that the rows of a chain are numbered one after the other.
CREATE TABLE keys.audit_head (
    chain    uuid   NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL CHECK (sequence >= 0),
    hash     bytea  NOT NULL CHECK (octet_length(hash) = 32)
) WITH (fillfactor = 50);

GRANT SELECT, INSERT ON keys.audit TO merit_app;
GRANT SELECT, INSERT, UPDATE ON keys.audit_head TO merit_app;

CREATE FUNCTION keys.refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$
BEGIN
    RAISE EXCEPTION 'audit rows are never changed or deleted' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_is_final BEFORE UPDATE OR DELETE OR TRUNCATE ON keys.audit
    FOR EACH STATEMENT EXECUTE FUNCTION keys.refuse_change();

CREATE VIEW audit.v_audit AS
SELECT id, at, partner_id, role, key_id, key_prefix, action, resource, status, code, request_id, replayed,
       chain, sequence, hash
  FROM keys.audit;
GRANT SELECT ON audit.v_audit TO merit_app;
