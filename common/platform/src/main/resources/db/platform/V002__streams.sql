-- How many events a topic has had of a member. Whoever adds some holds the row until the commit, so that the numbers
-- come in the order of the commits and none is missing. Members are nobody's tenants, hence no partner in the key.
CREATE TABLE platform.stream (
    member_id     uuid   NOT NULL,
    topic         text   NOT NULL,
    last_sequence bigint NOT NULL CHECK (last_sequence > 0),
    PRIMARY KEY (member_id, topic)
) WITH (fillfactor = 70);
GRANT SELECT, INSERT, UPDATE ON platform.stream TO merit_app;
