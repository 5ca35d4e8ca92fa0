-- Members and strangers know stamp cards by nothing but their ids.
CREATE INDEX stamp_card_of_any_partner ON stamps.stamp_card (stamp_card_id);
