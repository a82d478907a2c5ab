-- What the reports add up. One row a part of a document; `measure` says what it counts.
--   ordered: a line of an order that stands, less what was closed short, on the order's day
--   sold:    a line of a shipment that left, at its share of the order line's amount (the last part takes the cents left over), on the day it left;
--            a line of a credit note, less than nothing, and freight or a charge that was billed, on the day of that paper; those without goods have no item
-- week: the ISO week as 2026-47; it belongs to the year of its Thursday.
CREATE VIEW v_sale AS
SELECT x.*, substr(x.day, 1, 7) AS month, substr(x.day, 1, 4) AS year,
       strftime('%Y', x.day, '-3 days', 'weekday 4') || '-' || printf('%02d', (strftime('%j', x.day, '-3 days', 'weekday 4') + 6) / 7) AS week,
       i.code, i.name, i.unit, i.category, c.name AS customer, s.name AS salesperson, coalesce(c.find, '') || ' ' || coalesce(i.find, '') || ' ' || lower(replace(x.no, '-', '')) AS find
  FROM (
SELECT l.id * 4 AS id, 'ordered' AS measure, o.day, l.item_id, o.customer_id, o.salesperson_id, o.channel, l.order_id, o.no, o.no AS document,
       l.qty - l.short_closed AS qty, l.amount - (2 * l.amount * l.short_closed + l.qty) / (2 * l.qty) AS amount, NULL AS shipment_line_id, NULL AS return_line_id
  FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE o.void = 0 AND o.state <> 'cancelled'
 UNION ALL
SELECT l.id * 4 + 1, 'sold', h.shipped_on, l.item_id, o.customer_id, o.salesperson_id, o.channel, h.order_id, o.no, h.no, l.qty,
       (2 * ol.amount * (l.before + l.qty) + ol.qty) / (2 * ol.qty) - (2 * ol.amount * l.before + ol.qty) / (2 * ol.qty), l.id, NULL
  FROM (SELECT sl.*, coalesce((SELECT sum(b.qty) FROM shipment_line b JOIN shipment bh ON bh.id = b.shipment_id
                                WHERE b.order_line_id = sl.order_line_id AND bh.state IN ('shipped', 'arrived') AND bh.void = 0 AND b.id < sl.id), 0) AS before
          FROM shipment_line sl) l
  JOIN shipment h ON h.id = l.shipment_id JOIN sales_order o ON o.id = h.order_id JOIN order_line ol ON ol.id = l.order_line_id
 WHERE h.state IN ('shipped', 'arrived') AND h.void = 0
 UNION ALL
SELECT l.id * 4 + 2, 'sold', k.day, l.item_id, k.party_id, k.salesperson_id, coalesce(o.channel, ''), k.order_id, coalesce(o.no, k.no), k.no, l.qty, l.amount, NULL, l.return_line_id
  FROM claim_line l JOIN claim k ON k.id = l.claim_id LEFT JOIN sales_order o ON o.id = k.order_id
 WHERE k.side = 'receivable' AND k.void = 0 AND (k.kind = 'credit' OR l.item_id IS NULL AND k.kind IN ('sale', 'charge'))) x
  LEFT JOIN item i ON i.id = x.item_id LEFT JOIN party c ON c.id = x.customer_id LEFT JOIN party s ON s.id = x.salesperson_id;

CREATE VIEW v_posting AS
SELECT p.id, p.day, p.entry_id, e.no, e.kind, p.account_id, a.name AS account, e.party_id, y.name AS party, e.purpose, e.document, p.amount,
       coalesce(y.find, '') || ' ' || lower(replace(e.no, '-', '')) || ' ' || lower(e.purpose) || ' ' || lower(replace(e.document, '-', '')) AS find
  FROM posting p JOIN entry e ON e.id = p.entry_id JOIN account a ON a.id = p.account_id LEFT JOIN party y ON y.id = e.party_id;

CREATE VIEW v_sent_report AS
SELECT r.id, r.day, r.report, r.since, r.until, r.choice, r.sent_to, r.at, r.step, r.digest
  FROM sent_report r WHERE r.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM sent_report x WHERE x.reverses_id = r.id);
