-- Which partners a member has, and since when: what a member asks of its own points names no partner. Accounts are then
-- found by their primary key, so that bookings, which change accounts all the time, keep no further index.
CREATE INDEX enrolment_of_member ON ledger.enrolment (member_id, partner_id) INCLUDE (enrolled_at);
