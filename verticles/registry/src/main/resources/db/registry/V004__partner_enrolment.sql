-- Who is a member of whom and nothing else, to be counted in the index: each enrolment has its member, and neither ever goes.
CREATE VIEW registry.partner_enrolment AS
SELECT partner_id, member_id FROM ledger.enrolment;
GRANT SELECT ON registry.partner_enrolment TO merit_app;
