-- What the screens show, for anybody who opens the file: a spreadsheet, the sqlite3 shell, a BI tool.
-- Every view has a unique integer `id`; `find` is folded search text. "Today" is office_day.

-- phone: whom to ring; phones .. web: every contact of a channel, in the order they were added. city: where it is; main_city: of the main address, the newest.
CREATE VIEW v_party AS
SELECT p.id, p.code, p.name, p.customer, p.supplier, p.carrier, p.factory, p.head_office, p.salesperson,
       trim(iif(p.customer, 'customer ', '') || iif(p.supplier, 'supplier ', '') || iif(p.carrier, 'carrier ', '') || iif(p.factory, 'factory ', '')
            || iif(p.head_office, 'head_office ', '') || iif(p.salesperson, 'salesperson ', '')) AS roles,
       p.salesperson_id, s.name AS salesperson_name,
       (SELECT c.person FROM contact c WHERE c.party_id = p.id AND c.person <> '' ORDER BY c.id LIMIT 1) AS person,
       (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel IN ('phone', 'mobile') ORDER BY c.id LIMIT 1) AS phone,
       (SELECT a.city FROM address a WHERE a.party_id = p.id AND a.city <> '' ORDER BY a.since DESC, a.id DESC LIMIT 1) AS city,
       (SELECT a.country FROM address a WHERE a.party_id = p.id AND a.country <> '' ORDER BY a.since DESC, a.id DESC LIMIT 1) AS country,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'phone' ORDER BY c.id)) AS phones,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'mobile' ORDER BY c.id)) AS mobile,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'fax' ORDER BY c.id)) AS fax,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'mail' ORDER BY c.id)) AS mail,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'qq' ORDER BY c.id)) AS qq,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'wechat' ORDER BY c.id)) AS wechat,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'whatsapp' ORDER BY c.id)) AS whatsapp,
       (SELECT group_concat(value, '; ') FROM (SELECT c.value FROM contact c WHERE c.party_id = p.id AND c.channel = 'web' ORDER BY c.id)) AS web,
       (SELECT a.text FROM address a WHERE a.party_id = p.id AND a.kind = 'main' ORDER BY a.since DESC, a.id DESC LIMIT 1) AS address,
       (SELECT a.city FROM address a WHERE a.party_id = p.id AND a.kind = 'main' ORDER BY a.since DESC, a.id DESC LIMIT 1) AS main_city,
       (SELECT a.country FROM address a WHERE a.party_id = p.id AND a.kind = 'main' ORDER BY a.since DESC, a.id DESC LIMIT 1) AS main_country,
       p.terms_days, p.transit_days, p.credit_limit, p.block, p.bills, p.price_list_id,
       (SELECT l.code FROM price_list l WHERE l.id = p.price_list_id) AS price_list, p.language, p.caution, p.note, p.closed, p.merged_into_id, p.find
         || coalesce((SELECT group_concat(' ' || c.digits, '') FROM contact c WHERE c.party_id = p.id AND c.digits <> ''), '') AS find
  FROM party p LEFT JOIN party s ON s.id = p.salesperson_id WHERE p.void = 0;

CREATE VIEW v_item AS
SELECT i.id, i.code, i.name, i.model, i.category, i.unit, i.decimals, i.minimum, i.minimum_on, i.target, i.reorder, i.multiple, i.min_order, i.overflow,
       i.supplier_id, s.name AS supplier, i.lead_days,
       (SELECT price FROM item_price x WHERE x.item_id = i.id AND x.kind = 'list' AND x.since <= d.day ORDER BY x.since DESC LIMIT 1) AS list_price,
       (SELECT price FROM item_price x WHERE x.item_id = i.id AND x.kind = 'floor' AND x.since <= d.day ORDER BY x.since DESC LIMIT 1) AS floor_price,
       i.consumable, i.discontinued, i.allow_negative, i.note, i.merged_into_id,
       i.find || coalesce((SELECT group_concat(' ' || a.fold, '') FROM item_alias a WHERE a.item_id = i.id), '') AS find
  FROM item i CROSS JOIN office_day d LEFT JOIN party s ON s.id = i.supplier_id WHERE i.void = 0;

-- Stock of an item in all places: owned = shelf + quarantine + elsewhere; available = shelf - reserved.
-- kits: of an item that is a kit today, how many the parts on the shelves make (0003); that many are available.
-- projected: at the end of the lead time, promised receipts counted when they are not late, open orders due by then (late or undated ones today).
CREATE VIEW v_stock AS
SELECT *, shelf + quarantine + elsewhere AS owned, coalesce(kits, shelf - reserved) AS available,
       shelf + arriving - leaving AS projected,
       (shelf * coalesce(list_price, 0) + 50000) / 100000 AS list_value
  FROM (
SELECT i.id, i.code, i.name, i.model, i.category, i.unit, i.decimals, i.minimum, i.minimum_on, i.target, i.reorder, i.multiple, i.min_order, i.overflow,
       i.supplier_id, i.supplier, i.lead_days, i.list_price, i.consumable, i.discontinued, i.merged_into_id, i.find,
       date(d.day, '+' || i.lead_days || ' days') AS horizon,
       coalesce((SELECT sum(b.qty) FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE b.item_id = i.id AND p.kind = 'shelf'), 0) AS shelf,
       coalesce((SELECT sum(b.qty) FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE b.item_id = i.id AND p.kind = 'quarantine'), 0) AS quarantine,
       coalesce((SELECT sum(b.qty) FROM stock_balance b JOIN place p ON p.id = b.place_id WHERE b.item_id = i.id AND p.kind IN ('dealer', 'borrower', 'factory', 'head_office')), 0) AS elsewhere,
       coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.item_id = i.id), 0) AS reserved,
       coalesce((SELECT sum(e.qty) FROM expected e WHERE e.item_id = i.id), 0) AS on_order,
       (SELECT min(e.promised) FROM expected e WHERE e.item_id = i.id AND e.promised >= d.day) AS next_arrival,
       coalesce((SELECT sum(e.qty) FROM expected e WHERE e.item_id = i.id AND e.promised BETWEEN d.day AND date(d.day, '+' || i.lead_days || ' days')), 0) AS arriving,
       coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.item_id = i.id AND (r.due IS NULL OR r.due <= date(d.day, '+' || i.lead_days || ' days'))), 0) AS leaving,
       coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.item_id = i.id AND (r.due IS NULL OR r.due <= d.day)), 0) AS due_now,
       (SELECT m.day FROM stock_move m WHERE m.item_id = i.id ORDER BY m.id DESC LIMIT 1) AS last_move,
       (SELECT min(k.can) FROM v_kit_part k WHERE k.kit_item_id = i.id) AS kits
  FROM v_item i CROSS JOIN office_day d WHERE i.merged_into_id IS NULL);

-- What is to be quiet, as it was when somebody said so (about).
CREATE VIEW v_quiet AS SELECT z.kind, z.ref, z.about, z.until, z.reason FROM snooze z CROSS JOIN office_day d WHERE z.until > d.day;

-- Severity: OUT nothing available, whatever is coming; LOW at or under the minimum now and at the end of the lead time; SOON over it now, not then
-- ("now" is the shelf less what is due by today: all that is reserved would leave no SOON, for what is projected is never less than what is available);
-- OVER projected beyond the ceiling; COVERED at or under it now and then without what is promised inside the lead time, over it with that;
-- UNREVIEWED a minimum nobody looked at for a year.
-- goal: target, or minimum + reorder quantity. ceiling: overflow, or as much as an order up to the goal, raised to the least order and whole multiples, can bring.
-- wanted: what brings the projected stock to the goal, at least the least order, in whole multiples; nothing while the projected stock is over the minimum.
-- Of an item that is OVER: less than nothing, what to cut of the orders that bring it there.
CREATE VIEW v_low_stock AS
SELECT s.id, s.code, s.name, s.model, s.unit, s.decimals, s.minimum, s.minimum_on, s.target, s.reorder, s.shelf, s.quarantine, s.elsewhere, s.reserved, s.available, s.on_order,
       s.next_arrival, s.arriving, s.leaving, s.projected, s.horizon, s.lead_days, s.goal, s.ceiling, s.multiple, s.min_order, s.severity, s.discontinued,
       CASE s.severity WHEN 'OUT' THEN 1 WHEN 'LOW' THEN 2 WHEN 'SOON' THEN 3 WHEN 'COVERED' THEN 4 WHEN 'OVER' THEN 5 WHEN 'UNREVIEWED' THEN 6 ELSE 9 END AS rank,
       CASE WHEN s.severity = 'OVER' THEN -min(s.projected - s.ceiling, s.arriving)
            WHEN s.severity NOT IN ('OUT', 'LOW', 'SOON') OR s.projected > s.minimum THEN 0
            WHEN s.multiple IS NULL THEN max(coalesce(s.min_order, 0), s.goal - s.projected, 0)
            ELSE (max(coalesce(s.min_order, 0), s.goal - s.projected, 0) + s.multiple - 1) / s.multiple * s.multiple END AS wanted,
       s.supplier_id, s.supplier,
       (SELECT c.value FROM contact c WHERE c.party_id = s.supplier_id AND c.channel IN ('phone', 'mobile') ORDER BY c.id LIMIT 1) AS phone,
       (SELECT q.until FROM v_quiet q WHERE q.kind = 'low stock' AND q.ref = s.id AND s.severity IN ('OUT', 'LOW', 'SOON') AND q.about <> ''
           AND instr('OUT LOW SOON', q.about) <= instr('OUT LOW SOON', s.severity)) AS snoozed, s.last_move, s.find
  FROM (
SELECT t.*,
       CASE WHEN t.available <= 0 THEN 'OUT'
            WHEN t.projected <= t.minimum THEN iif(t.shelf - t.due_now <= t.minimum, 'LOW', 'SOON')
            WHEN t.projected > t.ceiling THEN 'OVER'
            WHEN t.available <= t.minimum AND t.projected - t.arriving <= t.minimum THEN 'COVERED'
            WHEN t.minimum > 0 AND t.minimum_on < date(t.today, '-12 months') THEN 'UNREVIEWED'
            ELSE '' END AS severity
  FROM (
SELECT v.*, d.day AS today, coalesce(v.target, v.minimum + coalesce(v.reorder, 0)) AS goal,
       coalesce(v.overflow, coalesce(v.target, v.minimum + v.reorder) + coalesce(v.min_order, 0) + coalesce(v.multiple, 0)) AS ceiling
  FROM v_stock v CROSS JOIN office_day d WHERE v.minimum IS NOT NULL AND v.discontinued = 0) t) s;

CREATE VIEW v_place AS
SELECT p.id, p.code, p.name, p.kind, p.party_id, y.name AS party, p.closed,
       (SELECT count(*) FROM stock_balance b WHERE b.place_id = p.id AND b.qty <> 0) AS items, ' ' || lower(p.code) || ' ' || lower(p.name) AS find
  FROM place p LEFT JOIN party y ON y.id = p.party_id;

CREATE VIEW v_stock_place AS
SELECT b.item_id * 100000 + b.place_id AS id, b.item_id, i.code, i.name, i.unit, b.place_id, p.code AS place_code, p.name AS place, p.kind, b.qty, i.find
  FROM stock_balance b JOIN item i ON i.id = b.item_id JOIN place p ON p.id = b.place_id
 WHERE b.qty <> 0 AND p.kind IN ('shelf', 'quarantine', 'dealer', 'borrower', 'factory', 'head_office');

-- Left joins, though every move has its item and places: a count then need not look at them.
CREATE VIEW v_move AS
SELECT m.id, m.day, m.item_id, i.code, i.name, i.unit, m.source_id, s.name AS source, s.kind AS source_kind, m.target_id, t.name AS target, t.kind AS target_kind,
       m.qty, iif(t.kind = 'shelf', m.qty, 0) - iif(s.kind = 'shelf', m.qty, 0) AS shelf_change, m.reason, m.document, m.purchase_line_id, m.shipment_line_id, m.reverses_id,
       (SELECT x.id FROM stock_move x WHERE x.reverses_id = m.id) AS reversed_by, i.find || ' ' || lower(replace(m.document, '-', '')) AS find
  FROM stock_move m LEFT JOIN item i ON i.id = m.item_id LEFT JOIN place s ON s.id = m.source_id LEFT JOIN place t ON t.id = m.target_id;

CREATE VIEW v_purchase AS
SELECT p.id, p.no, p.day, p.supplier_id, s.name AS supplier, iif(p.void, 'void', p.state) AS state, p.their_no, p.note,
       (SELECT count(*) FROM purchase_line l WHERE l.purchase_id = p.id) AS lines,
       coalesce((SELECT sum(l.amount) FROM purchase_line l WHERE l.purchase_id = p.id), 0) AS total,
       CASE WHEN coalesce((SELECT sum(m.qty) FROM purchase_line l JOIN stock_move m ON m.purchase_line_id = l.id WHERE l.purchase_id = p.id), 0) = 0 THEN 'none'
            WHEN EXISTS (SELECT 1 FROM expected e WHERE e.purchase_id = p.id) THEN 'part' ELSE 'all' END AS received,
       (SELECT min(e.promised) FROM expected e WHERE e.purchase_id = p.id) AS promised,
       (SELECT count(*) FROM expected e CROSS JOIN office_day d WHERE e.purchase_id = p.id AND e.promised < d.day) AS late,
       (SELECT count(*) FROM expected e CROSS JOIN office_day d WHERE e.purchase_id = p.id AND e.promised < d.day
           AND NOT EXISTS (SELECT 1 FROM v_quiet q WHERE q.kind = 'supplier' AND q.ref = e.purchase_line_id AND q.about = e.promised)) AS overdue,
       coalesce((SELECT sum(k.amount) FROM claim k WHERE k.purchase_id = p.id AND k.void = 0), 0) AS billed,
       coalesce((SELECT sum(max(0, (2 * l.price * ((SELECT coalesce(sum(m.qty), 0) FROM stock_move m JOIN place t ON t.id = m.target_id WHERE m.purchase_line_id = l.id AND t.kind = 'shelf')
          - (SELECT coalesce(sum(b.qty), 0) FROM claim_line b JOIN claim k ON k.id = b.claim_id WHERE b.purchase_line_id = l.id AND k.void = 0)) + 100000) / 200000))
                   FROM purchase_line l WHERE l.purchase_id = p.id), 0) AS to_bill,
       s.find || ' ' || lower(replace(p.no, '-', '')) AS find
  FROM purchase p JOIN party s ON s.id = p.supplier_id;

-- slip: days the supplier's word moved; late: days the last receipt, or today while some is open, is past the first promise; lead: days from order to last receipt.
CREATE VIEW v_purchase_line AS
SELECT *, CAST(julianday(promised) - julianday(promised_first) AS INTEGER) AS slip,
       CASE WHEN open > 0 THEN max(0, CAST(julianday(today) - julianday(promised_first) AS INTEGER))
            ELSE CAST(julianday(received_on) - julianday(promised_first) AS INTEGER) END AS late,
       iif(open = 0, CAST(julianday(received_on) - julianday(day) AS INTEGER), NULL) AS lead,
       iif(open > 0 AND promised < today, 1, 0) AS overdue FROM (
SELECT l.id, l.purchase_id, p.no, p.day, p.supplier_id, s.name AS supplier, iif(p.void, 'void', p.state) AS state, l.pos, l.item_id, i.code, i.name, i.unit, i.decimals,
       l.qty, l.price, l.amount, l.wanted, l.short_closed, l.short_reason, d.day AS today,
       coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.purchase_line_id = l.id), 0) AS received,
       coalesce((SELECT e.qty FROM expected e WHERE e.purchase_line_id = l.id), 0) AS open,
       (SELECT promised FROM purchase_promise x WHERE x.purchase_line_id = l.id ORDER BY x.id DESC LIMIT 1) AS promised,
       (SELECT promised FROM purchase_promise x WHERE x.purchase_line_id = l.id ORDER BY x.id LIMIT 1) AS promised_first,
       (SELECT count(*) FROM purchase_promise x WHERE x.purchase_line_id = l.id) AS promises,
       (SELECT max(m.day) FROM stock_move m WHERE m.purchase_line_id = l.id AND +m.reverses_id IS NULL  -- the plus: not by the index of what reverses
           AND NOT EXISTS (SELECT 1 FROM stock_move r WHERE r.reverses_id = m.id)) AS received_on,
       s.find || i.find || ' ' || lower(replace(p.no, '-', '')) AS find
  FROM purchase_line l CROSS JOIN office_day d JOIN purchase p ON p.id = l.purchase_id JOIN party s ON s.id = p.supplier_id JOIN item i ON i.id = l.item_id);

-- shipped: per line, what left with shipments that stand. lifecycle: the state as stored, which its index finds.
-- returned: of that, what came back for good (undecided counts; what is repaired or sent back is the customer's, what is replaced is sent again for
-- nothing): it is not billed. past: shipped before the book was opened; nothing is billed for it. billed: less what credit notes took back.
-- lost: the net price of what was closed short, cents.
CREATE VIEW v_order_line AS
SELECT *, qty - shipped - short_closed AS open, iif(held = 'void' OR held = 'cancelled', 0, max(qty - shipped - short_closed, 0)) AS still,
       coalesce((SELECT sum(r.qty) FROM shipment_line l CROSS JOIN return_line r ON r.shipment_line_id = l.id JOIN goods_return g ON g.id = r.return_id
                  WHERE l.order_line_id = q.id AND g.void = 0 AND g.state IN ('received', 'inspected', 'closed') AND r.outcome NOT IN ('repair', 'replace', 'send back')), 0) AS returned, (2 * amount * short_closed + qty) / (2 * qty) AS lost,
       (SELECT k.code FROM item k WHERE k.id = q.kit_id) AS kit FROM (
SELECT l.id, l.order_id, o.no, o.day, o.customer_id, c.name AS customer, o.salesperson_id, iif(o.void, 'void', o.state) AS held, o.history, o.wanted,
       l.pos, l.item_id, i.code, i.name, i.unit, i.decimals, l.text, l.qty, l.price, l.discount, l.amount, l.short_closed, l.short_reason, l.approved_by,
       l.kit_id, l.kit_pos, l.kit_qty, l.kit_price, l.kit_discount, l.return_line_id,
       coalesce((SELECT sum(sl.qty) FROM shipment_line sl JOIN shipment s ON s.id = sl.shipment_id
                  WHERE sl.order_line_id = l.id AND s.state IN ('shipped', 'arrived') AND s.void = 0), 0) AS shipped,
       coalesce((SELECT sum(sl.qty) FROM shipment_line sl CROSS JOIN shipment s ON s.id = sl.shipment_id
                  WHERE sl.order_line_id = l.id AND s.history AND s.state IN ('shipped', 'arrived') AND s.void = 0), 0) AS past,
       coalesce((SELECT sum(b.qty) FROM claim_line b CROSS JOIN claim k ON k.id = b.claim_id WHERE b.order_line_id = l.id AND k.void = 0), 0) AS billed,
       o.state AS lifecycle, o.void, c.find || i.find || ' ' || lower(replace(o.no, '-', '')) AS find
  FROM order_line l JOIN sales_order o ON o.id = l.order_id LEFT JOIN party c ON c.id = o.customer_id LEFT JOIN item i ON i.id = l.item_id) q;

-- Days that the office gives itself: from being asked to the quote, from the order to the shipment; how long a quote is good; until what was to come back is here.
CREATE VIEW v_target AS
SELECT 'quote' AS name, coalesce((SELECT CAST(value AS INTEGER) FROM office WHERE name = 'quote_days'), 1) AS days
 UNION ALL SELECT 'ship', coalesce((SELECT CAST(value AS INTEGER) FROM office WHERE name = 'ship_days'), 3)
 UNION ALL SELECT 'good', coalesce((SELECT CAST(value AS INTEGER) FROM office WHERE name = 'quote_valid'), 30)
 UNION ALL SELECT 'return', coalesce((SELECT CAST(value AS INTEGER) FROM office WHERE name = 'return_days'), 14);
-- total: what was ordered less what was closed short. fulfil: none, part, all, over, of that. awaits: something is still to be sent.
-- billed, paid: cents, by claims less credit notes; by what settled them, and what was paid ahead for this order. to_bill: shipped and not billed, cents.
-- axes: a letter for how far it is billed (None, Part, Full) and one for paid (None, Deposit, Part, Full, Over), against what it is worth without what
-- came back; NULL where it is from before the book, or cancelled, and nothing was claimed. What came back is asked only where less is billed than ordered.
CREATE VIEW v_order AS
SELECT *, CASE substr(axes, 1, 1) WHEN 'N' THEN 'none' WHEN 'P' THEN 'part' WHEN 'F' THEN 'all' END AS bill,
       CASE substr(axes, 2, 1) WHEN 'N' THEN 'none' WHEN 'D' THEN 'deposit' WHEN 'P' THEN 'part' WHEN 'F' THEN 'all' WHEN 'O' THEN 'over' END AS pay,
       rtrim(replace(replace(replace(replace(replace(CASE fulfil WHEN 'part' THEN 'P' WHEN 'all' THEN 'F' WHEN 'over' THEN 'O' ELSE 'N' END || coalesce(axes, ''),
         'N', '· '), 'D', '◦ '), 'P', '▫ '), 'F', '▪ '), 'O', '+ ')) AS progress FROM (
SELECT o.id, o.no, o.day, o.customer_id, c.name AS customer, o.salesperson_id, s.name AS salesperson, o.wanted, iif(o.void, 'void', o.state) AS state, o.reason,
       o.their_no, o.carrier_id, k.name AS carrier, o.freight, o.ship_to, o.history, o.note, iif(o.deal = '', o.no, o.deal) AS deal, o.quote_id, o.kind, o.channel,
       (SELECT group_concat(name, ', ') FROM (SELECT r.name FROM review_check r WHERE r.order_id = o.id AND r.said_by = '' ORDER BY r.pos)) AS missing,
       CASE WHEN o.void OR o.history OR o.state IN ('draft', 'review', 'cancelled') THEN NULL     -- days it took to ship, or has taken so far
            WHEN EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id) THEN CAST(julianday(d.day) - julianday(o.day) AS INTEGER)
            ELSE (SELECT CAST(julianday(max(h.shipped_on)) - julianday(o.day) AS INTEGER) FROM shipment h WHERE h.order_id = o.id AND h.void = 0) END AS took,
       (SELECT count(*) FROM order_line l WHERE l.order_id = o.id) AS lines,
       coalesce((SELECT sum(iif(l.short_closed = 0, l.amount, CAST((2 * l.amount * (l.qty - l.short_closed) + l.qty) / (2 * l.qty) AS INTEGER)))
                   FROM order_line l WHERE l.order_id = o.id), 0) AS total,
       coalesce((SELECT sum(l.qty) FROM order_line l WHERE l.order_id = o.id), 0) AS qty,
       coalesce((SELECT sum(v.shipped) FROM v_order_line v WHERE v.order_id = o.id), 0) AS shipped,
       (SELECT CASE WHEN sum(v.shipped) > sum(v.qty - v.short_closed) THEN 'over' WHEN min(v.open) <= 0 AND max(v.open) <= 0 THEN 'all'
                    WHEN sum(v.shipped) > 0 THEN 'part' ELSE 'none' END FROM v_order_line v WHERE v.order_id = o.id) AS fulfil,
       (SELECT max(h.shipped_on) FROM shipment h WHERE h.order_id = o.id AND h.void = 0) AS shipped_on,
       iif(o.state IN ('confirmed', 'hold') AND o.void = 0 AND o.wanted < d.day AND EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id),
           CAST(julianday(d.day) - julianday(o.wanted) AS INTEGER), NULL) AS late,
       (SELECT CASE WHEN sum(v.shipped) > sum(v.qty - v.short_closed) THEN 'over' WHEN coalesce(sum(v.shipped), 0) = 0 THEN 'none' WHEN max(v.open) <= 0 THEN 'all'
                    WHEN 2 * sum(v.shipped) < sum(v.qty - v.short_closed) THEN 'some' ELSE 'most' END FROM v_order_line v WHERE v.order_id = o.id) AS sent,
       CASE WHEN o.void OR o.state NOT IN ('draft', 'review', 'confirmed', 'hold') THEN '' WHEN o.state = 'hold' THEN 'hold'
            WHEN o.state = 'confirmed' AND NOT EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id) THEN ''
            WHEN o.wanted < d.day AND o.state = 'confirmed' THEN 'late'
            WHEN c.caution <> '' THEN 'caution' ELSE '' END AS alert,
       (SELECT q.until FROM v_quiet q WHERE q.kind = 'to ship' AND q.ref = o.id AND q.about = coalesce(o.wanted, '')) AS snoozed,
       iif(o.void, 0, CASE WHEN o.state IN ('draft', 'review') THEN 1 WHEN o.state IN ('confirmed', 'hold')
           THEN EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id) ELSE 0 END) AS awaits,
       coalesce((SELECT sum(k.amount) FROM claim k WHERE k.order_id = o.id AND k.void = 0 AND k.side = 'receivable'), 0) AS billed,
       (SELECT coalesce(sum(k.amount - coalesce(w.open, 0)), 0) FROM claim k LEFT JOIN owed w ON w.claim_id = k.id
         WHERE k.order_id = o.id AND k.void = 0 AND k.side = 'receivable')
         + coalesce((SELECT sum(u.open) FROM payment p CROSS JOIN unallocated u ON u.payment_id = p.id WHERE p.order_id = o.id), 0) AS paid,
       coalesce((SELECT sum(CAST((2 * v.amount * (v.shipped - v.past - v.returned) + v.qty) / (2 * v.qty) AS INTEGER)
                          - CAST((2 * v.amount * v.billed + v.qty) / (2 * v.qty) AS INTEGER))
                   FROM v_order_line v WHERE v.order_id = o.id AND v.shipped - v.past - v.returned > v.billed), 0) AS to_bill,
       (SELECT y.bill || CASE WHEN y.settled + y.aside > y.due THEN 'O' WHEN y.settled = y.due THEN 'F' WHEN y.settled > 0 THEN 'P' WHEN y.aside > 0 THEN 'D' ELSE 'N' END
          FROM (SELECT x.claims, x.bill, x.settled, x.aside, iif(x.bill = 'F', x.billed, max((SELECT iif(o.void OR o.state = 'cancelled', 0, sum(CAST((2 * v.amount * max(v.qty - v.short_closed - v.returned - v.past, 0) + v.qty) / (2 * v.qty) AS INTEGER))
                                       + iif(sum(v.past) > 0, 0, o.freight)) FROM v_order_line v WHERE v.order_id = o.id), x.billed)) AS due
            FROM (SELECT z.*, z.billed - z.outstanding AS settled,
                         CASE WHEN z.goods >= z.whole OR z.goods >= (SELECT iif(o.void OR o.state = 'cancelled', 0, sum(CAST((2 * v.amount * max(v.qty - v.short_closed - v.returned - v.past, 0) + v.qty) / (2 * v.qty) AS INTEGER))
                                       + iif(sum(v.past) > 0, 0, o.freight)) FROM v_order_line v WHERE v.order_id = o.id) THEN 'F'
                              WHEN z.extra OR EXISTS (SELECT 1 FROM v_order_line v WHERE v.order_id = o.id AND v.amount > 0
                                                         AND v.billed < v.qty - v.short_closed - v.returned - v.past)
                              THEN iif(z.goods <= 0, 'N', 'P') WHEN z.whole IS NULL AND z.goods <= 0 THEN 'N'
                              ELSE 'F' END AS bill  -- what was billed stays billed when it is credited by hand
              FROM (SELECT count(k.id) AS claims, coalesce(sum(k.amount), 0) AS billed, coalesce(sum(iif(k.kind IN ('sale', 'credit'), k.amount, 0)), 0) AS goods,
                           coalesce(sum(w.open), 0) AS outstanding, o.freight > 0 AND NOT coalesce(max(k.kind = 'sale' AND EXISTS (
                             SELECT 1 FROM claim_line b WHERE b.claim_id = k.id AND b.item_id IS NULL)), 0) AS extra,
                           coalesce((SELECT sum(u.open) FROM payment p CROSS JOIN unallocated u ON u.payment_id = p.id WHERE p.order_id = o.id), 0) AS aside,
                           (SELECT sum(iif(l.short_closed = 0, l.amount, CAST((2 * l.amount * (l.qty - l.short_closed) + l.qty) / (2 * l.qty) AS INTEGER)))
                              FROM order_line l WHERE l.order_id = o.id) + o.freight AS whole
                      FROM claim k LEFT JOIN owed w ON w.claim_id = k.id WHERE k.order_id = o.id AND k.void = 0 AND k.side = 'receivable') z) x) y
         WHERE NOT ((o.history OR o.void OR o.state = 'cancelled') AND y.claims = 0 AND y.aside = 0)) AS axes,
       o.state AS lifecycle, o.void, c.find || ' ' || lower(replace(o.no, '-', '')) || ' ' || lower(replace(o.their_no, '-', '')) AS find
  FROM sales_order o CROSS JOIN office_day d LEFT JOIN party c ON c.id = o.customer_id
  LEFT JOIN party s ON s.id = o.salesperson_id LEFT JOIN party k ON k.id = o.carrier_id);

CREATE VIEW v_shipment AS
SELECT h.id, h.no, h.day, h.order_id, o.no AS order_no, o.customer_id, c.name AS customer, h.place_id, p.name AS place, iif(h.void, 'void', h.state) AS state,
       h.carrier_id, k.name AS carrier, h.waybill, h.checked_by, h.shipped_on, h.due_on, h.arrived_on, h.arrived_by, o.wanted, h.history, h.note,
       (SELECT count(*) FROM shipment_line l WHERE l.shipment_id = h.id AND l.qty > 0) AS lines,
       (SELECT count(*) FROM shipment_line l WHERE l.shipment_id = h.id AND l.qty > 0 AND l.checked_qty IS NOT NULL) AS checked,
       coalesce((SELECT sum(l.qty) FROM shipment_line l WHERE l.shipment_id = h.id), 0) AS qty,
       iif(h.shipped_on > o.wanted, CAST(julianday(h.shipped_on) - julianday(o.wanted) AS INTEGER), 0) AS days_late,
       iif(h.state = 'shipped' AND h.void = 0 AND h.history = 0 AND h.due_on < d.day, CAST(julianday(d.day) - julianday(h.due_on) AS INTEGER), NULL) AS unconfirmed_days,
       CASE WHEN h.void OR h.history THEN '' WHEN h.state = 'shipped' AND h.due_on < d.day THEN 'unconfirmed'
            WHEN h.state IN ('picking', 'checked') AND o.wanted < d.day THEN 'late' ELSE '' END AS alert,
       (SELECT q.until FROM v_quiet q WHERE q.kind = 'arrival' AND q.ref = h.id AND q.about = h.due_on) AS snoozed,
       EXISTS (SELECT 1 FROM shipment_line l WHERE l.shipment_id = h.id AND l.qty > 0 AND NOT EXISTS (SELECT 1 FROM claim_line b JOIN claim k ON k.id = b.claim_id
                 WHERE k.void = 0 AND (b.shipment_line_id = l.id OR b.order_line_id = l.order_line_id AND b.shipment_line_id IS NULL))
               AND (SELECT x.amount FROM order_line x WHERE x.id = l.order_line_id) > 0 AND o.state IN ('confirmed', 'hold')) AS to_bill,
       h.state AS lifecycle, h.void, c.find || ' ' || lower(replace(h.no, '-', '')) || ' ' || lower(replace(o.no, '-', '')) || ' ' || lower(replace(h.waybill, ' ', '')) AS find
  FROM shipment h CROSS JOIN office_day d LEFT JOIN sales_order o ON o.id = h.order_id LEFT JOIN party c ON c.id = o.customer_id LEFT JOIN place p ON p.id = h.place_id
  LEFT JOIN party k ON k.id = h.carrier_id;

CREATE VIEW v_shipment_line AS
SELECT l.id, l.shipment_id, h.no, h.shipped_on, h.order_id, o.customer_id, c.name AS customer, l.order_line_id, ol.pos, l.item_id, i.code, i.name, i.unit, i.decimals, ol.text,
       l.qty, l.checked_qty, l.checked_as, l.checked_at, iif(h.void, 'void', h.state) AS state, h.carrier_id, k.name AS carrier, h.waybill, h.history,
       c.find || i.find || ' ' || lower(replace(h.no, '-', '')) AS find
  FROM shipment_line l JOIN shipment h ON h.id = l.shipment_id JOIN sales_order o ON o.id = h.order_id JOIN party c ON c.id = o.customer_id
  JOIN order_line ol ON ol.id = l.order_line_id JOIN item i ON i.id = l.item_id LEFT JOIN party k ON k.id = h.carrier_id
 WHERE l.qty > 0;

CREATE VIEW v_account AS
SELECT a.id, a.code, a.name, a.kind, a.money, a.closed, coalesce((SELECT sum(x.taken_in - x.paid_out) FROM account_day x WHERE x.account_id = a.id), 0) AS balance,
       coalesce((SELECT sum(x.taken_in - x.paid_out) FROM account_day x WHERE x.account_id = a.id AND x.day < d.day), 0) AS opening,
       coalesce((SELECT x.taken_in FROM account_day x WHERE x.account_id = a.id AND x.day = d.day), 0) AS in_today,
       coalesce((SELECT x.paid_out FROM account_day x WHERE x.account_id = a.id AND x.day = d.day), 0) AS out_today,
       (SELECT k.counted - k.closing FROM day_count k WHERE k.account_id = a.id AND k.counted IS NOT NULL ORDER BY k.id DESC LIMIT 1) AS last_difference,
       a.find FROM account a CROSS JOIN office_day d;

-- The day book: a line a posting on a money account, with the balance of the account after it. What takes a line back stands on the side of that line, negative;
-- the side it is not on is empty.
-- red: it does not stand: a correction, what was corrected, what was taken back, and its mirror; together they are nothing.
CREATE VIEW v_ledger AS
SELECT q.id, q.entry_id, e.no, q.day, e.paper_day, q.account_id, a.code AS account_code, a.name AS account, e.kind,
       nullif(iif((e.kind = 'correction') <> (q.reverses_id IS NOT NULL), min(q.amount, 0), max(q.amount, 0)), 0) AS taken_in,
       nullif(-iif((e.kind = 'correction') <> (q.reverses_id IS NOT NULL), max(q.amount, 0), min(q.amount, 0)), 0) AS paid_out,
       e.party_id, y.name AS party,
       iif(e.purpose = '' AND e.kind = 'transfer', (SELECT iif(q.amount < 0, '→ ', '← ') || o.name FROM posting r JOIN account o ON o.id = r.account_id
                                                     WHERE r.entry_id = q.entry_id AND r.account_id <> q.account_id ORDER BY r.id LIMIT 1), e.purpose) AS purpose,
       e.document, e.corrects_id, q.reverses_id, e.void,
       (SELECT o.name FROM posting r JOIN account o ON o.id = r.account_id WHERE r.entry_id = q.entry_id AND r.account_id <> q.account_id ORDER BY r.id LIMIT 1) AS other,
       iif(q.reverses_id IS NOT NULL OR e.kind = 'correction' OR e.void OR EXISTS (SELECT 1 FROM posting w WHERE w.reverses_id = q.id)
           OR EXISTS (SELECT 1 FROM entry c WHERE c.corrects_id = e.id AND c.void = 0), 1, 0) AS red,
       CASE WHEN q.reverses_id IS NOT NULL OR e.kind = 'correction' THEN '↶'
            WHEN e.void OR EXISTS (SELECT 1 FROM posting w WHERE w.reverses_id = q.id) OR EXISTS (SELECT 1 FROM entry c WHERE c.corrects_id = e.id AND c.void = 0) THEN '×'
            ELSE '' END AS mark,
       coalesce((SELECT sum(x.taken_in - x.paid_out) FROM account_day x WHERE x.account_id = q.account_id AND x.day < q.day), 0)
         + (SELECT sum(z.amount) FROM posting z WHERE z.account_id = q.account_id AND z.day = q.day AND z.id <= q.id) AS balance,
       a.find || coalesce(y.find, '') || ' ' || lower(replace(e.purpose, '-', '')) || ' ' || lower(replace(e.document, '-', '')) || ' ' || lower(replace(e.no, '-', '')) AS find
  FROM posting q JOIN entry e ON e.id = q.entry_id JOIN account a ON a.id = q.account_id AND a.money LEFT JOIN party y ON y.id = e.party_id;

CREATE VIEW v_day_close AS
SELECT k.id, c.day, c.at, c.clerk, c.digest, k.account_id, a.name AS account, k.opening, k.taken_in, k.paid_out, k.closing, k.counted, k.counted - k.closing AS difference
  FROM day_count k JOIN day_close c ON c.id = k.close_id JOIN account a ON a.id = k.account_id;

CREATE VIEW v_task AS
SELECT t.id, t.kind, t.text, t.made_on, t.due, t.repeats, t.asked_by, t.party_id, p.name AS party, t.book, t.book_id, t.done_at, t.done_by,
       iif(t.done_at IS NULL, CAST(julianday(d.day) - julianday(t.made_on) AS INTEGER), NULL) AS age,
       iif(t.done_at IS NULL AND t.due < d.day, 1, 0) AS overdue, iif(t.done_at IS NULL AND t.due < d.day, '!', '') AS late,
       iif(t.done_at IS NULL, '✓', '✗') AS mark,  -- the assistants' own marks: a tick is still to do, a cross is done
       t.find || coalesce(p.find, '') AS find
  FROM task t CROSS JOIN office_day d LEFT JOIN party p ON p.id = t.party_id;

-- Quotes that ask for something: not sent within the office's days; over in two days, or over, and nothing came of it; made at a price that has moved.
-- about: what it is quiet as (snooze); one whose price moved further, by so many times what its series allows, is another matter.
CREATE VIEW v_quote_task AS
SELECT 5000000000 + q.id AS id, 'quote late' AS kind, q.id AS ref, q.no AS what, c.name AS who, date(q.asked_on, '+' || t.days || ' days') AS since,
       '2' || date(q.asked_on, '+' || t.days || ' days') AS turn, z.until AS snoozed, z.reason AS snooze_reason, q.asked_on AS about,
       c.find || ' ' || lower(replace(q.no, '-', '')) AS find
  FROM quote q CROSS JOIN office_day d CROSS JOIN v_target t ON t.name = 'quote' JOIN party c ON c.id = q.customer_id
  LEFT JOIN v_quiet z ON z.kind = 'quote late' AND z.ref = q.id AND z.about = q.asked_on
 WHERE q.state = 'draft' AND q.void = 0 AND julianday(d.day) - julianday(q.asked_on) > t.days
UNION ALL
SELECT 6000000000 + q.id, 'quote expiring', q.id, q.no, c.name, q.valid_until, iif(q.valid_until < d.day, '2', '3') || q.valid_until, z.until, z.reason, q.valid_until,
       c.find || ' ' || lower(replace(q.no, '-', ''))
  FROM quote q CROSS JOIN office_day d JOIN party c ON c.id = q.customer_id
  LEFT JOIN v_quiet z ON z.kind = 'quote expiring' AND z.ref = q.id AND z.about = q.valid_until
 WHERE q.state = 'sent' AND q.void = 0 AND q.valid_until <= date(d.day, '+2 days')
UNION ALL
SELECT 7000000000 + m.id, 'quote moved', m.id, m.no, c.name, m.day, '3' || m.day, z.until, z.reason, CAST(m.times AS TEXT), c.find || ' ' || lower(replace(m.no, '-', ''))
  FROM (SELECT q.id, q.no, q.customer_id, v.day, abs(v.value - q.basis) * 10000 / (r.alert * q.basis) AS times
          FROM quote q CROSS JOIN series r ON r.id = q.series_id CROSS JOIN series_value v ON v.series_id = r.id
         WHERE q.state IN ('draft', 'sent') AND q.void = 0 AND abs(v.value - q.basis) * 10000 > r.alert * q.basis
           AND v.day = (SELECT max(x.day) FROM series_value x WHERE x.series_id = r.id)) m JOIN party c ON c.id = m.customer_id
  LEFT JOIN v_quiet z ON z.kind = 'quote moved' AND z.ref = m.id AND CAST(z.about AS INTEGER) >= m.times;

-- Returns that ask for something: here and not decided; announced, and not here within the office's days.
CREATE VIEW v_return_task AS
SELECT 8000000000 + g.id AS id, 'return' AS kind, g.id AS ref, g.no AS what, c.name AS who, g.received_on AS since, '3' || g.received_on AS turn, z.until AS snoozed,
       z.reason AS snooze_reason, g.received_on AS about, c.find || ' ' || lower(replace(g.no, '-', '')) AS find
  FROM goods_return g JOIN party c ON c.id = g.customer_id LEFT JOIN v_quiet z ON z.kind = 'return' AND z.ref = g.id AND z.about = g.received_on
 WHERE g.state = 'received' AND g.void = 0 AND EXISTS (SELECT 1 FROM return_line l WHERE l.return_id = g.id AND l.outcome = '')
UNION ALL
SELECT 9000000000 + g.id, 'announced', g.id, g.no, c.name, date(g.day, '+' || t.days || ' days'), '2' || g.day, z.until, z.reason, g.day,
       c.find || ' ' || lower(replace(g.no, '-', ''))
  FROM goods_return g CROSS JOIN office_day d CROSS JOIN v_target t ON t.name = 'return' JOIN party c ON c.id = g.customer_id
  LEFT JOIN v_quiet z ON z.kind = 'announced' AND z.ref = g.id AND z.about = g.day
 WHERE g.state = 'announced' AND g.void = 0 AND julianday(d.day) - julianday(g.day) > t.days;

-- The system's own tasks: facts of the books just now; they close themselves when the fact changes. id is made of the kind and the row, so that none is a task's.
-- turn: the order they are best done in: what is OUT, what is late or LOW, the rest; the oldest first. about: as what it is quiet, where it is (snooze).
CREATE VIEW v_system_task AS
SELECT 1000000000 + w.id AS id, 'low stock' AS kind, w.id AS ref, w.code AS what, w.name AS who, w.severity AS state, NULL AS since, w.rank || '-' AS turn,
       w.snoozed, (SELECT z.reason FROM snooze z WHERE z.kind = 'low stock' AND z.ref = w.id AND w.snoozed IS NOT NULL) AS snooze_reason, w.severity AS about, w.find
  FROM v_low_stock w WHERE w.severity IN ('OUT', 'LOW', 'SOON')
UNION ALL
SELECT 2000000000 + o.id, 'to ship', o.id, o.no, c.name, '', o.wanted, iif(o.wanted < d.day, '2', '3') || coalesce(o.wanted, o.day), q.until, q.reason,
       coalesce(o.wanted, ''), c.find || ' ' || lower(replace(o.no, '-', ''))
  FROM sales_order o CROSS JOIN office_day d JOIN party c ON c.id = o.customer_id LEFT JOIN v_quiet q ON q.kind = 'to ship' AND q.ref = o.id AND q.about = coalesce(o.wanted, '')
 WHERE o.state = 'confirmed' AND o.void = 0 AND coalesce(o.wanted, d.day) <= d.day AND EXISTS (SELECT 1 FROM reservation r WHERE r.order_id = o.id)
UNION ALL
SELECT 3000000000 + h.id, 'arrival', h.id, h.no, c.name, '', h.due_on, iif(h.due_on < d.day, '2', '3') || h.due_on, q.until, q.reason, h.due_on,
       c.find || ' ' || lower(replace(h.no, '-', ''))
  FROM shipment h CROSS JOIN office_day d JOIN sales_order o ON o.id = h.order_id JOIN party c ON c.id = o.customer_id
  LEFT JOIN v_quiet q ON q.kind = 'arrival' AND q.ref = h.id AND q.about = h.due_on
 WHERE h.state = 'shipped' AND h.void = 0 AND h.history = 0 AND h.due_on <= d.day
UNION ALL
SELECT 4000000000 + e.purchase_line_id, 'supplier', e.purchase_line_id, p.no || ' ' || i.code, s.name, '', e.promised, '2' || e.promised, q.until, q.reason, e.promised,
       s.find || i.find || ' ' || lower(replace(p.no, '-', ''))
  FROM expected e CROSS JOIN office_day d JOIN purchase p ON p.id = e.purchase_id JOIN party s ON s.id = p.supplier_id JOIN item i ON i.id = e.item_id
  LEFT JOIN v_quiet q ON q.kind = 'supplier' AND q.ref = e.purchase_line_id AND q.about = e.promised
 WHERE e.promised < d.day
UNION ALL SELECT id, kind, ref, what, who, '', since, turn, snoozed, snooze_reason, about, find FROM v_quote_task
UNION ALL SELECT id, kind, ref, what, who, '', since, turn, snoozed, snooze_reason, about, find FROM v_return_task
UNION ALL  -- which check of its review is missing
SELECT 10000000000 + o.id, 'review', o.id,
       o.no || ' ' || (SELECT group_concat(name, ', ') FROM (SELECT r.name FROM review_check r WHERE r.order_id = o.id AND r.said_by = '' ORDER BY r.pos)),
       c.name, '', o.day, '3' || o.day, q.until, q.reason, coalesce(o.wanted, ''), c.find || ' ' || lower(replace(o.no, '-', ''))
  FROM sales_order o JOIN party c ON c.id = o.customer_id LEFT JOIN v_quiet q ON q.kind = 'review' AND q.ref = o.id AND q.about = coalesce(o.wanted, '')
 WHERE o.state = 'review' AND o.void = 0 AND EXISTS (SELECT 1 FROM review_check r WHERE r.order_id = o.id AND r.said_by = '')
UNION ALL  -- a promise is seen to when the claim is paid, promised anew, disputed or chased, or the promise is lifted
SELECT 11000000000 + k.id, 'promise', k.id, k.no, c.name, '', h.until, '2' || h.until, q.until, q.reason, h.until, c.find || ' ' || lower(replace(k.no, '-', ''))
  FROM (SELECT * FROM v_hold WHERE kind = 'promise' AND lifted_on IS NULL AND until < today AND paid < amount) h CROSS JOIN owed w ON w.claim_id = h.claim_id AND w.open > 0
  CROSS JOIN claim k ON k.id = h.claim_id JOIN party c ON c.id = k.party_id LEFT JOIN v_quiet q ON q.kind = 'promise' AND q.ref = k.id AND q.about = h.until
 WHERE NOT EXISTS (SELECT 1 FROM claim_hold x WHERE x.claim_id = k.id AND x.id > h.id AND x.lifted_on IS NULL)
   AND NOT EXISTS (SELECT 1 FROM notice_claim x JOIN notice n ON n.id = x.notice_id WHERE x.claim_id = k.id AND n.void = 0 AND n.day > h.until)
UNION ALL  -- one line for all papers of a kind, whatever comes to them; counted only where it is asked for
SELECT 12000000001, 'contract', 1, CAST((SELECT count(*) FROM v_to_file WHERE kind = 'contract') AS TEXT), '', '', NULL,
       '5-', q.until, q.reason, '', ' contract' FROM office_day d LEFT JOIN v_quiet q ON q.kind = 'contract' AND q.ref = 1
 WHERE EXISTS (SELECT 1 FROM v_to_file WHERE kind = 'contract')
UNION ALL
SELECT 12000000002, 'bill', 2, CAST((SELECT count(*) FROM v_to_file WHERE kind = 'bill') AS TEXT), '', '', NULL,
       '5-', q.until, q.reason, '', ' bill' FROM office_day d LEFT JOIN v_quiet q ON q.kind = 'bill' AND q.ref = 2
 WHERE EXISTS (SELECT 1 FROM v_to_file WHERE kind = 'bill')
UNION ALL  -- what was paid ahead for an order that still goes on waits for its claim
SELECT 13000000000 + p.id, 'unallocated', p.id, p.no, c.name, '', p.day, '3' || p.day, q.until, q.reason, p.day, c.find || ' ' || lower(replace(p.no, '-', ''))
  FROM unallocated u CROSS JOIN payment p ON p.id = u.payment_id JOIN party c ON c.id = p.party_id LEFT JOIN sales_order o ON o.id = p.order_id
  LEFT JOIN v_quiet q ON q.kind = 'unallocated' AND q.ref = p.id AND q.about = p.day
 WHERE u.side = 'receivable' AND (o.id IS NULL OR o.void OR o.state IN ('closed', 'cancelled'));

-- The checklist: the office's own tasks and messages, and what the books ask for, in one list.
CREATE VIEW v_checklist AS
SELECT t.id, t.mark, t.kind, t.text, t.late, t.due, t.age, t.party, t.asked_by, '' AS state, NULL AS snoozed, '' AS snooze_reason, t.repeats, t.made_on, t.done_at, t.done_by,
       CASE WHEN t.due < d.day THEN '2' WHEN t.due > d.day THEN '4' ELSE '3' END || t.made_on AS turn, t.find
  FROM v_task t CROSS JOIN office_day d
UNION ALL
SELECT x.id, '•', x.kind, x.what, CASE x.state WHEN 'OUT' THEN '▲' WHEN 'LOW' THEN '!' WHEN 'SOON' THEN '·' ELSE iif(x.since < d.day, '!', '') END,
       x.since, CAST(julianday(d.day) - julianday(x.since) AS INTEGER), x.who, '', x.state, x.snoozed, coalesce(x.snooze_reason, ''), '', NULL, NULL, '', x.turn, x.find
  FROM v_system_task x CROSS JOIN office_day d;

CREATE VIEW v_step AS
SELECT s.id, s.at, s.clerk, s.command, s.says, s.undoes_id, (SELECT u.id FROM step u WHERE u.undoes_id = s.id) AS undone_by, s.digest,
       lower(' ' || s.clerk || ' ' || s.command || ' ' || coalesce(s.says, '')) AS find
  FROM step s WHERE s.digest IS NOT NULL;
