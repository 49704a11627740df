-- The money reports look up violations by the time of their issue, and payments and reversals by
-- the time at which the money came in or went back.
CREATE INDEX violation_issued ON violation (client_id, issued_at);
CREATE INDEX payment_paid ON payment (client_id, paid_at);
CREATE INDEX payment_reversal_time ON payment_reversal (client_id, reversed_at);
