-- Settings for appeals and printed tickets, reversed payments, and what was owed when a violation
-- went to collections.

-- The number of days until a violation is due again after its appeal was decided.
ALTER TABLE client ADD COLUMN appeal_days BIGINT NOT NULL DEFAULT 15;
-- Where to pay and how to appeal, as printed on a ticket. '' if not set.
ALTER TABLE client ADD COLUMN ticket_text_en TEXT NOT NULL DEFAULT '';
ALTER TABLE client ADD COLUMN ticket_text_fr TEXT NOT NULL DEFAULT '';

-- Who took a payment in the console; NULL: an import.
ALTER TABLE payment ADD COLUMN operator_id BIGINT;
UPDATE payment SET operator_id = (
  SELECT MIN(e.operator_id) FROM violation_event e
  WHERE e.client_id = payment.client_id AND e.violation_id = payment.violation_id
    AND e.action = 'pay' AND e.at = payment.created_at AND e.amount_cents = payment.amount_cents
) WHERE EXISTS (
  SELECT 1 FROM violation_event e
  WHERE e.client_id = payment.client_id AND e.violation_id = payment.violation_id
    AND e.action = 'pay' AND e.at = payment.created_at AND e.amount_cents = payment.amount_cents
    AND e.operator_id IS NOT NULL
);

-- Reversed payments. The payment's row stays but no longer counts. The key allows only one reversal
-- of a payment.
CREATE TABLE payment_reversal (
  client_id    BIGINT NOT NULL,
  violation_id BIGINT NOT NULL,
  payment_id   BIGINT NOT NULL,
  reversed_at  BIGINT NOT NULL,
  reason       TEXT   NOT NULL,
  operator_id  BIGINT,                 -- NULL: no console operator
  PRIMARY KEY (client_id, violation_id, payment_id)
) /* sqlite: WITHOUT ROWID */;

-- What was paid and owed when the violation was sent to collections. NULL: not sent, or sent before
-- these were recorded.
ALTER TABLE violation ADD COLUMN sent_paid_cents BIGINT;
ALTER TABLE violation ADD COLUMN sent_owed_cents BIGINT;
