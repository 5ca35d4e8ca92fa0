-- Events that Kafka refuses for good, put aside so that nobody waits behind them; and the later events of the same
-- member on the same topic, held back so that their order survives. They come here in the statement that marks their
-- row of the outbox. Members are nobody's tenants, hence no partner in the keys.
CREATE TABLE platform.parked_event (
    id          bigint      NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY, -- the order of publishing
    event_id    uuid        NOT NULL UNIQUE,
    slice       smallint    NOT NULL,
    topic       text        NOT NULL,
    type        text,
    partner_id  uuid,
    member_id   uuid        NOT NULL,               -- the record's key
    sequence    bigint      NOT NULL,
    happened_at timestamptz,
    payload     text,                               -- the record's bytes
    cause       text,                               -- why it was refused; null: goes when all before it are gone
    parked_at   timestamptz NOT NULL DEFAULT now(),
    dropped_at  timestamptz                         -- given up by an operator: never published
);
CREATE INDEX parked_event_stream ON platform.parked_event (slice, topic, member_id, id) WHERE dropped_at IS NULL;
CREATE INDEX parked_event_refused ON platform.parked_event (topic, member_id, id)
    WHERE cause IS NOT NULL AND dropped_at IS NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON platform.parked_event TO merit_app;

-- What is put aside is not published, although its row of the outbox is done.
CREATE OR REPLACE VIEW audit.v_outbox AS
SELECT e.event_id, o.topic, e.member_id::text AS record_key, e.sequence, o.published_at IS NOT NULL AS published
  FROM platform.outbox o,
       unnest(o.event_ids, o.member_ids, o.sequences) AS e (event_id, member_id, sequence)
 WHERE NOT EXISTS (SELECT FROM platform.parked_event p WHERE p.event_id = e.event_id)
 UNION ALL
SELECT p.event_id, p.topic, p.member_id::text, p.sequence, false
  FROM platform.parked_event p;

-- How many partitions a topic had when it was first seen. With another number members would move between partitions.
CREATE TABLE platform.topic (
    name       text        NOT NULL PRIMARY KEY,
    partitions integer     NOT NULL CHECK (partitions > 0),
    seen_at    timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT ON platform.topic TO merit_app;
