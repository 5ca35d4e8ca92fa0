-- The application's role. It owns nothing and may only do what is granted to it, table by table.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'merit_app') THEN
        CREATE ROLE merit_app NOLOGIN;
    END IF;
EXCEPTION
    -- Two databases of one server are migrated at once: the role is there, which is all that matters.
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

-- Whoever migrates may take the role on, as the node does after logging in.
DO $$
BEGIN
    IF NOT pg_has_role(current_user, 'merit_app', 'MEMBER') THEN
        EXECUTE format('GRANT merit_app TO %I', current_user);
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

GRANT USAGE ON SCHEMA platform TO merit_app;

-- Views for auditors; each domain adds its own.
CREATE SCHEMA IF NOT EXISTS audit;
GRANT USAGE ON SCHEMA audit TO merit_app;

-- What was answered under an idempotency key, written in the transaction of the effect.
CREATE TABLE platform.idempotency (
    id         uuid        NOT NULL PRIMARY KEY, -- hash of key owner, method, path and idempotency key
    body_hash  text        NOT NULL,             -- another body under the same id is a misuse
    status     smallint    NOT NULL,
    body       text        NOT NULL,             -- the answer's data, byte for byte
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX idempotency_age ON platform.idempotency USING brin (created_at) WITH (pages_per_range = 32);
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.idempotency TO merit_app;

-- Events on their way to Kafka, written in the transaction of the effect. One row holds all events of one batch that
-- fall into one slice of members; the arrays run in parallel, in the order of publishing.
CREATE TABLE platform.outbox (
    id           bigint        NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    slice        smallint      NOT NULL,
    topic        text          NOT NULL,
    event_ids    uuid[]        NOT NULL,
    types        text[]        NOT NULL,
    partner_ids  uuid[]        NOT NULL,
    member_ids   uuid[]        NOT NULL,
    sequences    bigint[]      NOT NULL,
    times        timestamptz[] NOT NULL,
    payloads     text[]        NOT NULL,
    created_at   timestamptz   NOT NULL DEFAULT now(),
    published_at timestamptz,
    CHECK (cardinality(event_ids) = cardinality(payloads)
       AND cardinality(event_ids) = cardinality(types)
       AND cardinality(event_ids) = cardinality(partner_ids)
       AND cardinality(event_ids) = cardinality(member_ids)
       AND cardinality(event_ids) = cardinality(sequences)
       AND cardinality(event_ids) = cardinality(times))
);
CREATE INDEX outbox_waiting ON platform.outbox (slice, id) WHERE published_at IS NULL;
CREATE INDEX outbox_done ON platform.outbox (published_at) WHERE published_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.outbox TO merit_app;

CREATE VIEW audit.v_outbox AS
SELECT e.event_id, o.topic, e.member_id::text AS record_key, e.sequence, o.published_at IS NOT NULL AS published
  FROM platform.outbox o,
       unnest(o.event_ids, o.member_ids, o.sequences) AS e (event_id, member_id, sequence);
GRANT SELECT ON audit.v_outbox TO merit_app;

-- Who may do a job that only one node may do at a time. The fence grows with each owner, so that a woken old owner
-- is told by its number that it is no longer one.
CREATE TABLE platform.lease (
    name       text        NOT NULL PRIMARY KEY,
    owner      uuid        NOT NULL,
    fence      bigint      NOT NULL,
    expires_at timestamptz NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON platform.lease TO merit_app;
