-- The same members as in registry.partner_member, looked up one by one behind the partner's enrolments; OFFSET 0 keeps it so.
-- For pages: joined otherwise, one of a partner whose members signed up long ago reads through all newer members of others.
-- A search by name reads all of a partner's members and is better off with the other view.
CREATE VIEW registry.partner_member_page AS
SELECT e.partner_id, e.member_id, e.enrolled_at,
       m.unique_identifier, m.name, m.email, m.locale, m.currency, m.time_zone, m.last_login_at,
       m.created_at, m.updated_at, m.avatar
  FROM ledger.enrolment e
 CROSS JOIN LATERAL (
       SELECT unique_identifier, name, email, locale, currency, time_zone, last_login_at, created_at, updated_at, avatar
         FROM registry.member
        WHERE id = e.member_id
       OFFSET 0) AS m;
GRANT SELECT ON registry.partner_member_page TO merit_app;
