GRANT USAGE ON SCHEMA keys TO merit_app;

-- Partners are the tenants: this table says who they are, what they may use and how much of it.
CREATE TABLE keys.partner (
    id                      uuid        NOT NULL PRIMARY KEY,
    name                    text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    email                   text        NOT NULL CONSTRAINT partner_email_unique UNIQUE, -- lower case
    is_active               boolean     NOT NULL,
    allow_agent_api         boolean     NOT NULL,
    allow_cards_on_homepage boolean     NOT NULL,
    allow_loyalty_cards     boolean     NOT NULL,
    allow_stamp_cards       boolean     NOT NULL,
    allow_vouchers          boolean     NOT NULL,
    limit_agent_keys        integer     NOT NULL CHECK (limit_agent_keys >= -1), -- -1 is without limit
    limit_clubs             integer     NOT NULL CHECK (limit_clubs >= -1),
    limit_cards             integer     NOT NULL CHECK (limit_cards >= -1),
    limit_rewards           integer     NOT NULL CHECK (limit_rewards >= -1),
    limit_stamp_cards       integer     NOT NULL CHECK (limit_stamp_cards >= -1),
    limit_vouchers          integer     NOT NULL CHECK (limit_vouchers >= -1),
    limit_staff             integer     NOT NULL CHECK (limit_staff >= -1),
    created_at              timestamptz NOT NULL DEFAULT now(),
    updated_at              timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON keys.partner TO merit_app;

-- Keys of all roles. The text of a key is never stored: only what may be shown of it, and its hash.
CREATE TABLE keys.api_key (
    id           uuid        NOT NULL PRIMARY KEY,
    role         text        NOT NULL CHECK (role IN ('partner', 'member', 'admin')),
    owner        uuid,                 -- the partner or member; admin keys have none
    name         text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    prefix       text        NOT NULL, -- the part that may be shown
    hash         bytea       NOT NULL CONSTRAINT api_key_hash_unique UNIQUE CHECK (octet_length(hash) = 32),
    scopes       text[]      NOT NULL CHECK (cardinality(scopes) > 0),
    rate_limit   integer     CHECK (rate_limit > 0),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    created_at   timestamptz NOT NULL DEFAULT now(),
    CHECK ((role = 'admin') = (owner IS NULL))
);
CREATE INDEX api_key_owner ON keys.api_key (owner, id);
GRANT SELECT, INSERT, UPDATE ON keys.api_key TO merit_app;

-- What registry told about members; a member without a row is active.
CREATE TABLE keys.member_state (
    member_id uuid    NOT NULL PRIMARY KEY,
    active    boolean NOT NULL
);
GRANT SELECT, INSERT, UPDATE ON keys.member_state TO merit_app;
