GRANT USAGE ON SCHEMA registry TO merit_app;

-- Where a partner does business. A deleted club vanishes from lists and refuses use; history may still point at it.
CREATE TABLE registry.club (
    partner_id  uuid        NOT NULL,
    id          uuid        NOT NULL,
    name        text        NOT NULL CHECK (char_length(name) BETWEEN 1 AND 255),
    description text        CHECK (char_length(description) <= 1000),
    time_zone   text        NOT NULL, -- IANA
    currency    text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'), -- ISO 4217
    is_active   boolean     NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT now(),
    updated_at  timestamptz NOT NULL DEFAULT now(),
    deleted_at  timestamptz,
    PRIMARY KEY (partner_id, id)
);
GRANT SELECT, INSERT, UPDATE ON registry.club TO merit_app;

-- People who collect. They belong to no partner: enrolment says who knows whom.
CREATE TABLE registry.member (
    id                uuid        NOT NULL PRIMARY KEY,
    email             text        CONSTRAINT member_email_unique UNIQUE, -- lower case; null for anonymous members
    unique_identifier text        NOT NULL CONSTRAINT member_unique_identifier_unique UNIQUE
                                  CHECK (unique_identifier ~ '^[0-9]{3}-[0-9]{3}-[0-9]{3}-[0-9]{3}$'),
    member_number     text        CONSTRAINT member_number_unique UNIQUE
                                  CHECK (member_number ~ '^[A-Z0-9]{4,8}$'),
    name              text        CHECK (char_length(name) BETWEEN 1 AND 255),
    locale            text,
    currency          text        CHECK (currency ~ '^[A-Z]{3}$'),
    time_zone         text,
    avatar            text,
    is_active         boolean     NOT NULL DEFAULT true,
    last_login_at     timestamptz,
    created_at        timestamptz NOT NULL DEFAULT now(),
    updated_at        timestamptz NOT NULL DEFAULT now(),
    CHECK (email IS NOT NULL OR member_number IS NOT NULL)
);
GRANT SELECT, INSERT, UPDATE ON registry.member TO merit_app;

-- The members that a partner has, as that partner may see them. The only place here that names the ledger's schema.
CREATE VIEW registry.partner_member AS
SELECT e.partner_id, e.member_id, e.enrolled_at,
       m.unique_identifier, m.name, m.email, m.locale, m.currency, m.time_zone, m.last_login_at,
       m.created_at, m.updated_at, m.avatar
  FROM ledger.enrolment e
  JOIN registry.member m ON m.id = e.member_id;
GRANT SELECT ON registry.partner_member TO merit_app;
