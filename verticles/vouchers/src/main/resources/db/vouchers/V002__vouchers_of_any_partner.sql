-- Members and strangers know vouchers by nothing but their ids.
CREATE INDEX voucher_of_any_partner ON vouchers.voucher (voucher_id);
