-- What each entry means for the figures of a day, said once: whoever sums up a day reads this view. Days are those on which
-- something was booked, in UTC.
--   earned:   purchases, bonuses, stamps and vouchers, positive adjustments, less reversed purchases. All days together come
--             to the lifetime points of all accounts.
--   redeemed: redemptions, less those that were reversed.
--   expired:  what expired.
-- A negative adjustment is none of them. A member is active who had any entry but an expiry.
CREATE VIEW ledger.entry_figure AS
SELECT partner_id,
       entry_id,
       (created_at AT TIME ZONE 'UTC')::date AS day,
       CASE
           WHEN event IN ('staff_credited_points_for_purchase', 'initial_bonus_points', 'staff_reversed_purchase',
                          'stamp_card_reward_points', 'voucher_bonus_points') THEN points
           WHEN event = 'staff_adjusted_points' THEN greatest(points, 0)
           ELSE 0
       END AS earned,
       CASE
           WHEN event IN ('staff_redeemed_points_for_reward', 'staff_reversed_redemption') THEN -points
           ELSE 0
       END AS redeemed,
       CASE WHEN event = 'system_expired_points' THEN -points ELSE 0 END AS expired,
       CASE WHEN event = 'system_expired_points' THEN NULL ELSE member_id END AS active_member
  FROM ledger.entry;
GRANT SELECT ON ledger.entry_figure TO merit_app;

-- Days that are over, summed up once.
CREATE TABLE ledger.day_total (
    partner_id      uuid    NOT NULL,
    day             date    NOT NULL,
    transactions    bigint  NOT NULL,
    points_earned   bigint  NOT NULL,
    points_redeemed bigint  NOT NULL,
    points_expired  bigint  NOT NULL,
    active_members  bigint  NOT NULL,
    PRIMARY KEY (partner_id, day),
    CHECK (transactions > 0)
);
GRANT SELECT, INSERT ON ledger.day_total TO merit_app;

-- How far a partner's days are summed up: entries from here on are counted when somebody asks.
CREATE TABLE ledger.day_close (
    partner_id uuid NOT NULL PRIMARY KEY,
    open_from  uuid NOT NULL                 -- the smallest entry id of the first day that is not summed up
);
GRANT SELECT, INSERT, UPDATE ON ledger.day_close TO merit_app;
