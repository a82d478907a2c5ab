-- From enquiry to money in the bank: quotes, prices, kits, reviews, returns, claims and payments, chasing, papers, reports.
-- Conventions as in 0001. A deal has the number of its first paper (a quote or an order); every later paper of it carries that number.

-- ---- prices ----------------------------------------------------------------------------------------------------------
CREATE TABLE price_list (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  code TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name TEXT NOT NULL CHECK (name <> ''),
  note TEXT NOT NULL DEFAULT '',
  find TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('price_list', 'plain');
ALTER TABLE party ADD COLUMN price_list_id INTEGER REFERENCES price_list(id) ON DELETE SET NULL;  -- of a party that was taken back; of others the list stays
CREATE INDEX party_price_list ON party(price_list_id);

-- A price agreed with one customer, or of one list; in force from `since` to `until`. From `least` pieces on.
CREATE TABLE special_price (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  party_id      INTEGER REFERENCES party(id),
  price_list_id INTEGER REFERENCES price_list(id),
  item_id       INTEGER NOT NULL REFERENCES item(id),
  since         TEXT NOT NULL,
  until         TEXT,
  least         INTEGER NOT NULL DEFAULT 0 CHECK (least >= 0),
  price         INTEGER NOT NULL CHECK (price >= 0 AND price < 10000000000000),
  note          TEXT NOT NULL DEFAULT '',
  CONSTRAINT "A special price is one customer's or one list's." CHECK ((party_id IS NULL) <> (price_list_id IS NULL)),
  CONSTRAINT "A price ends after it begins." CHECK (until >= since)
) STRICT;
CREATE UNIQUE INDEX special_price_party ON special_price(party_id, item_id, since, least) WHERE party_id IS NOT NULL;
CREATE UNIQUE INDEX special_price_list ON special_price(price_list_id, item_id, since, least) WHERE price_list_id IS NOT NULL;
CREATE INDEX special_price_item ON special_price(item_id);
INSERT INTO mark(tbl, kind) VALUES ('special_price', 'plain');

-- Either item does for the other; one row a pair, the item that was added first before the other.
CREATE TABLE substitute (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id  INTEGER NOT NULL REFERENCES item(id),
  other_id INTEGER NOT NULL REFERENCES item(id),
  note     TEXT NOT NULL DEFAULT '',            -- what to mind: longer, other colour
  UNIQUE (item_id, other_id),
  CHECK (item_id < other_id)
) STRICT;
CREATE INDEX substitute_other ON substitute(other_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('substitute', 'plain', 'item', 'item_id');

-- A reference price that the market makes: copper of the day, an exchange rate.
CREATE TABLE series (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  code   TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name   TEXT NOT NULL CHECK (name <> ''),
  market TEXT NOT NULL DEFAULT '',
  unit   TEXT NOT NULL DEFAULT '',
  alert  INTEGER NOT NULL DEFAULT 300 CHECK (alert BETWEEN 1 AND 10000),  -- 1/100 %: a quote whose basis moved by more is listed
  closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
  find   TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('series', 'plain');
CREATE TABLE series_value (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  series_id INTEGER NOT NULL REFERENCES series(id),
  day       TEXT NOT NULL,
  value     INTEGER NOT NULL CHECK (value > 0 AND value < 10000000000000),  -- 1/10,000
  UNIQUE (series_id, day)
) STRICT;
INSERT INTO mark(tbl, kind, header, part) VALUES ('series_value', 'plain', 'series', 'series_id');

-- ---- kits ------------------------------------------------------------------------------------------------------------
-- What an item consists of from a day on; an order line of it becomes lines of its parts.
CREATE TABLE kit (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id INTEGER NOT NULL REFERENCES item(id),
  since   TEXT NOT NULL,
  until   TEXT,
  note    TEXT NOT NULL DEFAULT '',
  UNIQUE (item_id, since),
  CONSTRAINT "A kit ends after it begins." CHECK (until >= since)
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('kit', 'plain');
CREATE TABLE kit_part (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  kit_id  INTEGER NOT NULL REFERENCES kit(id),
  item_id INTEGER NOT NULL REFERENCES item(id),
  qty     INTEGER NOT NULL CHECK (qty > 0),
  share   INTEGER NOT NULL CHECK (share >= 0),  -- this part's weight in the kit's price
  UNIQUE (kit_id, item_id)
) STRICT;
CREATE INDEX kit_part_item ON kit_part(item_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('kit_part', 'plain', 'kit', 'kit_id');

-- ---- quotes ----------------------------------------------------------------------------------------------------------
CREATE TABLE quote (
  id             INTEGER PRIMARY KEY,
  no             TEXT NOT NULL,
  deal           TEXT NOT NULL,                 -- its own number, or that of the quote it replaces
  customer_id    INTEGER NOT NULL REFERENCES party(id),
  salesperson_id INTEGER REFERENCES party(id),
  asked_on       TEXT NOT NULL,                 -- when the customer asked: the clock of request to quote starts
  day            TEXT NOT NULL,
  sent_on        TEXT,
  valid_until    TEXT,
  state          TEXT NOT NULL DEFAULT 'draft' CHECK (state IN ('draft', 'sent', 'won', 'lost', 'replaced')),
  reason         TEXT NOT NULL DEFAULT '',      -- why it was lost
  their_no       TEXT NOT NULL DEFAULT '',
  terms          TEXT NOT NULL DEFAULT '',
  series_id      INTEGER REFERENCES series(id) ON DELETE SET NULL,  -- a series that is taken back leaves the quotes that were taken back before
  basis          INTEGER CHECK (basis > 0),     -- the reference price it was made at, 1/10,000 ...
  basis_day      TEXT,                          -- ... and the day of that price
  replaces_id    INTEGER REFERENCES quote(id),
  note           TEXT NOT NULL DEFAULT '',
  void           INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
  CONSTRAINT "A lost quote has its reason." CHECK (state <> 'lost' OR reason <> ''),
  CONSTRAINT "A basis has its series and its day." CHECK ((void OR (basis IS NULL) = (series_id IS NULL)) AND (basis IS NULL) = (basis_day IS NULL))
) STRICT;
CREATE UNIQUE INDEX quote_no ON quote(no) WHERE void = 0;
CREATE INDEX quote_by_no ON quote(no, id);
CREATE INDEX quote_deal ON quote(deal);
CREATE INDEX quote_customer ON quote(customer_id, day);
CREATE INDEX quote_salesperson ON quote(salesperson_id);
CREATE INDEX quote_series ON quote(series_id);
CREATE INDEX quote_replaces ON quote(replaces_id);
CREATE INDEX quote_state ON quote(state);
CREATE INDEX quote_day ON quote(day, id);
INSERT INTO mark(tbl, kind) VALUES ('quote', 'numbered');
CREATE TABLE quote_line (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  quote_id    INTEGER NOT NULL REFERENCES quote(id),
  pos         INTEGER NOT NULL,
  item_id     INTEGER NOT NULL REFERENCES item(id),
  text        TEXT NOT NULL DEFAULT '',
  qty         INTEGER NOT NULL CHECK (qty > 0 AND qty < 10000000000000),
  price       INTEGER NOT NULL CHECK (price >= 0 AND price < 10000000000000),
  discount    INTEGER NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000),
  amount      INTEGER NOT NULL,
  approved_by TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX quote_line_quote ON quote_line(quote_id);
CREATE INDEX quote_line_item ON quote_line(item_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('quote_line', 'plain', 'quote', 'quote_id');

-- ---- the order's side of the deal ------------------------------------------------------------------------------------
ALTER TABLE sales_order ADD COLUMN deal TEXT NOT NULL DEFAULT '';      -- number of the deal's first paper; '' is the order's own
ALTER TABLE sales_order ADD COLUMN quote_id INTEGER REFERENCES quote(id);
ALTER TABLE sales_order ADD COLUMN kind TEXT NOT NULL DEFAULT 'sale';  -- which checks its review asks for
ALTER TABLE sales_order ADD COLUMN channel TEXT NOT NULL DEFAULT '';   -- phone, shop, mall ...: for the reports
ALTER TABLE sales_order ADD COLUMN over_limit INTEGER CHECK (over_limit > 0);  -- cents it took its customer over the credit limit when it was taken
CREATE INDEX sales_order_contract ON sales_order(day) WHERE kind = 'contract';
CREATE INDEX sales_order_deal ON sales_order(deal) WHERE deal <> '';
CREATE INDEX sales_order_quote ON sales_order(quote_id) WHERE quote_id IS NOT NULL;
-- Lines that are parts of a kit sold as one: kit_id is the kit's item, kit_pos the first of its lines, kit_qty how many kits; their amounts add up to its price.
ALTER TABLE order_line ADD COLUMN kit_id INTEGER REFERENCES item(id);
ALTER TABLE order_line ADD COLUMN kit_pos INTEGER;
ALTER TABLE order_line ADD COLUMN kit_qty INTEGER;
ALTER TABLE order_line ADD COLUMN kit_price INTEGER;     -- of one kit, 1/10,000, and ...
ALTER TABLE order_line ADD COLUMN kit_discount INTEGER;  -- ... what it is sold for less, 1/100 %; a part's own price is after it
ALTER TABLE order_line ADD COLUMN return_line_id INTEGER REFERENCES return_line(id) ON DELETE SET NULL;  -- sent again for what came back
CREATE INDEX order_line_kit ON order_line(kit_id) WHERE kit_id IS NOT NULL;
CREATE INDEX order_line_return ON order_line(return_line_id) WHERE return_line_id IS NOT NULL;

-- The checks that a kind of order must pass before it is confirmed, and those of one order.
CREATE TABLE review_rule (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,
  kind TEXT NOT NULL,
  pos  INTEGER NOT NULL,
  name TEXT NOT NULL CHECK (name <> ''),
  UNIQUE (kind, name)
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('review_rule', 'plain');
CREATE TABLE review_check (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id INTEGER NOT NULL REFERENCES sales_order(id),
  pos      INTEGER NOT NULL,
  name     TEXT NOT NULL,
  said_by  TEXT NOT NULL DEFAULT '',            -- who said yes; '' is still missing
  said_at  TEXT,
  note     TEXT NOT NULL DEFAULT '',
  no_by    TEXT NOT NULL DEFAULT '',            -- who said no after there had been a yes
  no_at    TEXT,
  was_by   TEXT NOT NULL DEFAULT '',            -- who had said yes before the order was changed
  UNIQUE (order_id, name),
  CONSTRAINT "A check that is done has who said so and when." CHECK ((said_by = '') = (said_at IS NULL) AND (no_by = '') = (no_at IS NULL) AND (said_by <> '') + (no_by <> '') + (was_by <> '') <= 1)
) STRICT;
INSERT INTO mark(tbl, kind, header, part) VALUES ('review_check', 'plain', 'sales_order', 'order_id');

-- ---- returns ---------------------------------------------------------------------------------------------------------
CREATE TABLE goods_return (
  id          INTEGER PRIMARY KEY,
  no          TEXT NOT NULL,
  customer_id INTEGER NOT NULL REFERENCES party(id),
  order_id    INTEGER REFERENCES sales_order(id),
  shipment_id INTEGER REFERENCES shipment(id),
  day         TEXT NOT NULL,                    -- announced on
  received_on TEXT,
  state       TEXT NOT NULL DEFAULT 'announced' CHECK (state IN ('announced', 'received', 'inspected', 'closed', 'cancelled')),
  told_by     TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  void        INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX goods_return_no ON goods_return(no) WHERE void = 0;
CREATE INDEX goods_return_by_no ON goods_return(no, id);
CREATE INDEX goods_return_customer ON goods_return(customer_id, day);
CREATE INDEX goods_return_order ON goods_return(order_id);
CREATE INDEX goods_return_shipment ON goods_return(shipment_id);
CREATE INDEX goods_return_state ON goods_return(state);
CREATE INDEX goods_return_day ON goods_return(day, id);
INSERT INTO mark(tbl, kind) VALUES ('goods_return', 'numbered');
CREATE TABLE return_line (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  return_id        INTEGER NOT NULL REFERENCES goods_return(id),
  pos              INTEGER NOT NULL,
  shipment_line_id INTEGER REFERENCES shipment_line(id),  -- the line it left with: its price and its cost
  item_id          INTEGER NOT NULL REFERENCES item(id),  -- what really came back
  qty              INTEGER NOT NULL CHECK (qty > 0),
  outcome          TEXT NOT NULL DEFAULT '' CHECK (outcome IN ('', 'restock', 'quarantine', 'scrap', 'repair', 'replace', 'refund', 'send back')),
  cause            TEXT NOT NULL DEFAULT '' CHECK (cause IN ('', 'ours', 'warehouse', 'carrier', 'supplier', 'customer')),
  goods            TEXT NOT NULL DEFAULT '' CHECK (goods IN ('', 'restock', 'quarantine', 'scrap', 'repair', 'send back')),  -- where they went; a refund or a replacement says nothing of it
  wrong_model      INTEGER NOT NULL DEFAULT 0 CHECK (wrong_model IN (0, 1)),
  note             TEXT NOT NULL DEFAULT '',
  CONSTRAINT "What is decided says where the goods went and whose fault it was." CHECK ((outcome = '') = (goods = '') AND (outcome = '') = (cause = ''))
) STRICT;
CREATE INDEX return_line_return ON return_line(return_id);
CREATE INDEX return_line_shipment_line ON return_line(shipment_line_id);
CREATE INDEX return_line_item ON return_line(item_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('return_line', 'plain', 'goods_return', 'return_id');
ALTER TABLE stock_move ADD COLUMN return_line_id INTEGER;  -- no foreign key: the part of a line that was decided apart goes when that is taken back, its moves stay, with their mirrors
ALTER TABLE stock_move ADD COLUMN unit_cost INTEGER CHECK (unit_cost >= 0);  -- 1/10,000, of goods that no document of ours priced: an opening count
CREATE INDEX stock_move_return_line ON stock_move(return_line_id) WHERE return_line_id IS NOT NULL;
CREATE TRIGGER not_overreturned BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM change c CROSS JOIN goods_return g ON c.tbl = 'goods_return' AND g.id BETWEEN c.row_id AND c.last_id
    CROSS JOIN return_line r ON r.return_id = g.id CROSS JOIN shipment_line l ON l.id = r.shipment_line_id CROSS JOIN shipment s ON s.id = l.shipment_id
   WHERE c.step_id = new.id AND g.void = 0 AND g.state <> 'cancelled' AND (s.void OR s.shipped_on IS NULL OR l.qty <
     (SELECT sum(x.qty) FROM return_line x JOIN goods_return y ON y.id = x.return_id WHERE x.shipment_line_id = l.id AND y.void = 0 AND y.state <> 'cancelled')))
BEGIN SELECT RAISE(ABORT, 'More would come back than was shipped.'); END;

-- What nearly went wrong, or did: counted by warehouse and month.
CREATE TABLE incident (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  kind             TEXT NOT NULL CHECK (kind IN ('near miss', 'wrong model', 'wrong count', 'damaged', 'other')),
  day              TEXT NOT NULL,
  place_id         INTEGER REFERENCES place(id),
  item_id          INTEGER REFERENCES item(id), -- what it should have been
  given            TEXT NOT NULL DEFAULT '',    -- what was typed, scanned or sent instead
  shipment_line_id INTEGER REFERENCES shipment_line(id),
  return_line_id   INTEGER REFERENCES return_line(id),
  note             TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX incident_day ON incident(day, id);
CREATE INDEX incident_place ON incident(place_id);
CREATE INDEX incident_item ON incident(item_id);
CREATE INDEX incident_shipment_line ON incident(shipment_line_id);
CREATE INDEX incident_return_line ON incident(return_line_id);
INSERT INTO mark(tbl, kind) VALUES ('incident', 'plain');

-- ---- money owed ------------------------------------------------------------------------------------------------------
ALTER TABLE party ADD COLUMN credit_limit INTEGER CHECK (credit_limit >= 0);  -- cents; NULL: none
ALTER TABLE party ADD COLUMN block TEXT NOT NULL DEFAULT '' CHECK (block IN ('', 'ship', 'bill', 'all'));  -- no shipment; nor a claim; nor an order
ALTER TABLE party ADD COLUMN bills TEXT NOT NULL DEFAULT '' CHECK (bills IN ('', 'order', 'hand'));  -- '': when goods leave or come; at the order; by hand, later

-- What somebody owes us (receivable) or we owe (payable). amount: cents, less than nothing for a credit note. due: the day to pay it.
CREATE TABLE claim (
  id             INTEGER PRIMARY KEY,
  no             TEXT NOT NULL,
  side           TEXT NOT NULL CHECK (side IN ('receivable', 'payable')),
  kind           TEXT NOT NULL CHECK (kind IN ('sale', 'purchase', 'charge', 'credit', 'opening', 'refund')),  -- refund: paid back of what bounced then
  party_id       INTEGER NOT NULL REFERENCES party(id),
  salesperson_id INTEGER REFERENCES party(id),
  order_id       INTEGER REFERENCES sales_order(id),
  shipment_id    INTEGER REFERENCES shipment(id),
  purchase_id    INTEGER REFERENCES purchase(id),
  return_id      INTEGER REFERENCES goods_return(id),
  day            TEXT NOT NULL,                 -- the document's day
  due            TEXT NOT NULL,
  their_no       TEXT NOT NULL DEFAULT '',
  amount         INTEGER NOT NULL CHECK (amount <> 0 AND abs(amount) < 10000000000000),
  entry_id       INTEGER NOT NULL UNIQUE REFERENCES entry(id),
  text           TEXT NOT NULL DEFAULT '',
  void           INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
  CONSTRAINT "A credit note lessens what is owed; anything else adds to it." CHECK (kind = 'opening' OR (kind = 'credit') = (amount < 0))
) STRICT;
CREATE UNIQUE INDEX claim_no ON claim(no) WHERE void = 0;
CREATE INDEX claim_by_no ON claim(no, id);
CREATE INDEX claim_party ON claim(party_id, side, due, id);
CREATE INDEX claim_salesperson ON claim(salesperson_id);
CREATE INDEX claim_order ON claim(order_id) WHERE order_id IS NOT NULL;
CREATE INDEX claim_shipment ON claim(shipment_id) WHERE shipment_id IS NOT NULL;
CREATE INDEX claim_purchase ON claim(purchase_id) WHERE purchase_id IS NOT NULL;
CREATE INDEX claim_return ON claim(return_id) WHERE return_id IS NOT NULL;
CREATE INDEX claim_day ON claim(day, id);
CREATE INDEX claim_due ON claim(due, id);
INSERT INTO mark(tbl, kind) VALUES ('claim', 'numbered');
CREATE TABLE claim_line (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  claim_id         INTEGER NOT NULL REFERENCES claim(id),
  pos              INTEGER NOT NULL,
  order_line_id    INTEGER REFERENCES order_line(id) ON DELETE SET NULL,  -- a line that is taken back goes with its claim, which stays as void
  shipment_line_id INTEGER REFERENCES shipment_line(id),
  purchase_line_id INTEGER REFERENCES purchase_line(id),
  return_line_id   INTEGER REFERENCES return_line(id) ON DELETE SET NULL,
  item_id          INTEGER REFERENCES item(id), -- NULL: freight, another charge
  text             TEXT NOT NULL DEFAULT '',
  qty              INTEGER NOT NULL DEFAULT 0,  -- less than nothing on a credit note
  price            INTEGER NOT NULL DEFAULT 0,
  amount           INTEGER NOT NULL
) STRICT;
CREATE INDEX claim_line_claim ON claim_line(claim_id);
CREATE INDEX claim_line_order_line ON claim_line(order_line_id) WHERE order_line_id IS NOT NULL;
CREATE INDEX claim_line_shipment_line ON claim_line(shipment_line_id) WHERE shipment_line_id IS NOT NULL;
CREATE INDEX claim_line_purchase_line ON claim_line(purchase_line_id) WHERE purchase_line_id IS NOT NULL;
CREATE INDEX claim_line_return_line ON claim_line(return_line_id) WHERE return_line_id IS NOT NULL;
CREATE INDEX claim_line_item ON claim_line(item_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('claim_line', 'plain', 'claim', 'claim_id');
CREATE TRIGGER claim_is_its_lines BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM change c CROSS JOIN claim k ON k.id BETWEEN c.row_id AND c.last_id WHERE c.step_id = new.id AND c.tbl = 'claim'
     AND k.amount <> (SELECT coalesce(sum(l.amount), 0) FROM claim_line l WHERE l.claim_id = k.id))
BEGIN SELECT RAISE(ABORT, 'A claim is the sum of its lines.'); END;

-- Money that came from, or went to, somebody for what is owed. amount: cents towards what is owed on its side; less than nothing is paid back.
CREATE TABLE payment (
  id              INTEGER PRIMARY KEY,
  no              TEXT NOT NULL,
  side            TEXT NOT NULL CHECK (side IN ('receivable', 'payable')),
  party_id        INTEGER NOT NULL REFERENCES party(id),
  account_id      INTEGER NOT NULL REFERENCES account(id),
  order_id        INTEGER REFERENCES sales_order(id),  -- what a deposit is for
  day             TEXT NOT NULL,
  amount          INTEGER NOT NULL CHECK (amount <> 0 AND abs(amount) < 10000000000000),
  entry_id        INTEGER NOT NULL UNIQUE REFERENCES entry(id),
  document        TEXT NOT NULL DEFAULT '',
  note            TEXT NOT NULL DEFAULT '',
  bounced_on      TEXT,
  bounce_entry_id INTEGER UNIQUE REFERENCES entry(id),
  kept            INTEGER NOT NULL DEFAULT 0 CHECK (kept >= 0),  -- cents of one that bounced which were paid back before: a claim is over them
  void            INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
  CHECK ((bounced_on IS NULL) = (bounce_entry_id IS NULL))
) STRICT;
CREATE UNIQUE INDEX payment_no ON payment(no) WHERE void = 0;
CREATE INDEX payment_by_no ON payment(no, id);
CREATE INDEX payment_party ON payment(party_id, side, day);
CREATE INDEX payment_account ON payment(account_id);
CREATE INDEX payment_order ON payment(order_id) WHERE order_id IS NOT NULL;
CREATE INDEX payment_day ON payment(day, id);
INSERT INTO mark(tbl, kind) VALUES ('payment', 'numbered');

-- What settles a claim, dated: a payment, a credit note (credit_id, a claim less than nothing), a small difference, a bad debt; or (refund) what was
-- paid back of a payment that no claim took. Let go by its mirror.
CREATE TABLE allocation (
  id          INTEGER PRIMARY KEY,
  kind        TEXT NOT NULL CHECK (kind IN ('payment', 'credit', 'difference', 'bad debt', 'refund')),
  claim_id    INTEGER REFERENCES claim(id),
  payment_id  INTEGER REFERENCES payment(id),
  credit_id   INTEGER REFERENCES claim(id),
  refund_id   INTEGER REFERENCES payment(id),
  entry_id    INTEGER REFERENCES entry(id),     -- of what is given up
  day         TEXT NOT NULL,
  amount      INTEGER NOT NULL CHECK (amount <> 0),
  reverses_id INTEGER UNIQUE REFERENCES allocation(id),
  CHECK ((kind IN ('payment', 'refund')) = (payment_id IS NOT NULL) AND (kind = 'credit') = (credit_id IS NOT NULL)
     AND (kind = 'refund') = (refund_id IS NOT NULL) AND (kind = 'refund') = (claim_id IS NULL)
     AND (kind IN ('difference', 'bad debt')) = (entry_id IS NOT NULL))
) STRICT;
CREATE INDEX allocation_claim ON allocation(claim_id, day);
CREATE INDEX allocation_day ON allocation(day, id);
CREATE INDEX allocation_payment ON allocation(payment_id) WHERE payment_id IS NOT NULL;
CREATE INDEX allocation_credit ON allocation(credit_id) WHERE credit_id IS NOT NULL;
CREATE INDEX allocation_refund ON allocation(refund_id) WHERE refund_id IS NOT NULL;
CREATE INDEX allocation_entry ON allocation(entry_id) WHERE entry_id IS NOT NULL;
INSERT INTO mark(tbl, kind, negate) VALUES ('allocation', 'posted', 'amount');

-- Derived: what is open of each claim (a row while it is not nothing), and of each payment what no claim has taken.
CREATE TABLE owed (
  claim_id INTEGER PRIMARY KEY,
  party_id INTEGER NOT NULL,
  side     TEXT NOT NULL,
  due      TEXT NOT NULL,
  open     INTEGER NOT NULL
) STRICT;
CREATE INDEX owed_party ON owed(party_id, side, due);
CREATE INDEX owed_due ON owed(side, due, open);
CREATE TABLE unallocated (
  payment_id INTEGER PRIMARY KEY,
  party_id   INTEGER NOT NULL,
  side       TEXT NOT NULL,
  open       INTEGER NOT NULL
) STRICT;
CREATE INDEX unallocated_party ON unallocated(party_id, side);
CREATE VIEW v_owed AS                                 -- what `owed` must be
SELECT k.id AS claim_id, k.party_id, k.side, k.due,
       k.amount - coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.claim_id = k.id), 0)
                + coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.credit_id = k.id), 0) AS open
  FROM claim k WHERE k.void = 0;
CREATE VIEW v_unallocated AS                          -- what `unallocated` must be
SELECT p.id AS payment_id, p.party_id, p.side, iif(p.bounced_on IS NULL, p.amount, p.kept) - coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.payment_id = p.id), 0)
       + coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.refund_id = p.id), 0) AS open
  FROM payment p WHERE p.void = 0;
CREATE TRIGGER owed_claim_i AFTER INSERT ON claim BEGIN
  INSERT INTO owed SELECT * FROM v_owed WHERE claim_id = new.id AND open <> 0;
END;
CREATE TRIGGER owed_claim_u AFTER UPDATE OF void, due, party_id, amount ON claim BEGIN
  DELETE FROM owed WHERE claim_id = old.id;
  INSERT INTO owed SELECT * FROM v_owed WHERE claim_id = new.id AND open <> 0;
END;
CREATE TRIGGER unallocated_payment_i AFTER INSERT ON payment BEGIN
  INSERT INTO unallocated SELECT * FROM v_unallocated WHERE payment_id = new.id AND open <> 0;
END;
CREATE TRIGGER unallocated_payment_u AFTER UPDATE OF void, bounced_on, kept, party_id ON payment BEGIN
  DELETE FROM unallocated WHERE payment_id = old.id;
  INSERT INTO unallocated SELECT * FROM v_unallocated WHERE payment_id = new.id AND open <> 0;
END;
CREATE TRIGGER owed_allocation_i AFTER INSERT ON allocation BEGIN
  DELETE FROM owed WHERE claim_id IN (new.claim_id, new.credit_id);
  INSERT INTO owed SELECT * FROM v_owed WHERE claim_id IN (new.claim_id, new.credit_id) AND open <> 0;
  DELETE FROM unallocated WHERE payment_id IN (new.payment_id, new.refund_id);
  INSERT INTO unallocated SELECT * FROM v_unallocated WHERE payment_id IN (new.payment_id, new.refund_id) AND open <> 0;
END;
CREATE TRIGGER not_overpaid BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM allocation a CROSS JOIN claim k ON k.id IN (a.claim_id, a.credit_id) CROSS JOIN v_owed o ON o.claim_id = k.id
   WHERE a.id > (SELECT hi FROM mark WHERE tbl = 'allocation') AND (sign(o.open) = -sign(k.amount) OR abs(o.open) > abs(k.amount)))
BEGIN SELECT RAISE(ABORT, 'More would be settled than the claim is worth.'); END;
CREATE TRIGGER not_overspent BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM allocation a CROSS JOIN payment p ON p.id IN (a.payment_id, a.refund_id) CROSS JOIN v_unallocated o ON o.payment_id = p.id
   WHERE a.id > (SELECT hi FROM mark WHERE tbl = 'allocation') AND (sign(o.open) = -sign(p.amount) OR abs(o.open) > abs(p.amount)))
BEGIN SELECT RAISE(ABORT, 'More would be taken from the payment than it was.'); END;

-- ---- chasing ---------------------------------------------------------------------------------------------------------
CREATE TABLE chase_level (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  level   INTEGER NOT NULL UNIQUE CHECK (level BETWEEN 1 AND 9),
  days    INTEGER NOT NULL CHECK (days BETWEEN 0 AND 3650),    -- past due
  gap     INTEGER NOT NULL CHECK (gap BETWEEN 0 AND 3650),     -- at least so many days after the level before
  fee     INTEGER NOT NULL DEFAULT 0 CHECK (fee >= 0),
  channel TEXT NOT NULL DEFAULT 'print' CHECK (channel IN ('print', 'phone', 'wechat', 'mail')),
  en      TEXT NOT NULL DEFAULT '',
  zh      TEXT NOT NULL DEFAULT '',
  es      TEXT NOT NULL DEFAULT '',
  sw      TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('chase_level', 'plain');
-- Not to be chased until a day: a dispute, or a day the customer promised to pay.
CREATE TABLE claim_hold (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  claim_id  INTEGER NOT NULL REFERENCES claim(id),
  kind      TEXT NOT NULL CHECK (kind IN ('dispute', 'promise')),
  made_on   TEXT NOT NULL,
  until     TEXT,                                -- the promised day; a dispute has none until it is settled
  amount    INTEGER CHECK (amount > 0),          -- promised, cents
  said_by   TEXT NOT NULL DEFAULT '',
  reason    TEXT NOT NULL DEFAULT '',
  lifted_on TEXT,
  CONSTRAINT "A promise has its day and its amount; a dispute has its reason." CHECK (iif(kind = 'promise', until IS NOT NULL AND amount IS NOT NULL, reason <> ''))
) STRICT;
CREATE INDEX claim_hold_claim ON claim_hold(claim_id);
INSERT INTO mark(tbl, kind) VALUES ('claim_hold', 'plain');
CREATE TABLE notice (
  id        INTEGER PRIMARY KEY,
  no        TEXT NOT NULL,
  party_id  INTEGER NOT NULL REFERENCES party(id),
  level     INTEGER NOT NULL,
  day       TEXT NOT NULL,
  at        TEXT NOT NULL,
  channel   TEXT NOT NULL,
  amount    INTEGER NOT NULL CHECK (amount > 0), -- as printed
  fee       INTEGER NOT NULL DEFAULT 0,
  aside     INTEGER NOT NULL DEFAULT 0,          -- unallocated money that was there when it was printed ...
  reason    TEXT NOT NULL DEFAULT '',            -- ... and why it was printed anyway
  void      INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
  CONSTRAINT "A notice over unallocated money says why." CHECK (aside = 0 OR reason <> '')
) STRICT;
CREATE UNIQUE INDEX notice_no ON notice(no);
CREATE INDEX notice_party ON notice(party_id, day);
INSERT INTO mark(tbl, kind) VALUES ('notice', 'numbered');
CREATE TABLE notice_claim (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  notice_id INTEGER NOT NULL REFERENCES notice(id),
  claim_id  INTEGER NOT NULL REFERENCES claim(id),
  open      INTEGER NOT NULL CHECK (open > 0),   -- as printed
  UNIQUE (notice_id, claim_id)
) STRICT;
CREATE INDEX notice_claim_claim ON notice_claim(claim_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('notice_claim', 'plain', 'notice', 'notice_id');
-- What was taken back, or cancelled, does not come back over a claim that was paid or chased meanwhile.
CREATE TRIGGER notice_not_revived BEFORE UPDATE OF void ON notice WHEN old.void AND NOT new.void AND EXISTS (
  SELECT 1 FROM notice_claim c LEFT JOIN owed w ON w.claim_id = c.claim_id WHERE c.notice_id = new.id AND (c.open > coalesce(w.open, 0) OR EXISTS
    (SELECT 1 FROM notice_claim x JOIN notice y ON y.id = x.notice_id WHERE x.claim_id = c.claim_id AND y.id <> new.id AND y.void = 0 AND y.level >= new.level)))
BEGIN SELECT RAISE(ABORT, 'A claim of that notice was paid or chased meanwhile; issue a new one.'); END;

-- What is owed, paid and chased, as lists. `late` is days past due of what is still owed.
CREATE VIEW v_claim AS
SELECT k.id, k.no, k.side, k.kind, k.party_id, p.name AS party, k.salesperson_id, s.name AS salesperson, k.order_id, o.no AS order_no,
       coalesce(nullif(o.deal, ''), o.no) AS deal, h.no AS shipment_no, u.no AS purchase_no, k.day, k.due, k.amount, coalesce(w.open, 0) AS open,
       iif(k.void, 0, k.amount - coalesce(w.open, 0)) AS settled, k.their_no, k.text,
       iif(w.open > 0 AND k.due < d.day, CAST(julianday(d.day) - julianday(k.due) AS INTEGER), NULL) AS late,
       CASE WHEN k.void THEN 'void' WHEN w.open IS NULL THEN 'settled' WHEN k.amount < 0 THEN 'credit' WHEN k.due < d.day THEN 'overdue'
            WHEN w.open < k.amount THEN 'part' ELSE 'open' END AS state,
       (SELECT max(n.level) FROM notice_claim c JOIN notice n ON n.id = c.notice_id WHERE c.claim_id = k.id AND n.void = 0) AS level,
       (SELECT x.kind FROM claim_hold x WHERE x.claim_id = k.id AND x.lifted_on IS NULL AND (x.until IS NULL OR x.until >= d.day) ORDER BY x.id DESC LIMIT 1) AS hold,
       p.find || ' ' || lower(replace(k.no, '-', '')) || ' ' || lower(replace(k.their_no, '-', '')) AS find
  FROM claim k CROSS JOIN office_day d JOIN party p ON p.id = k.party_id LEFT JOIN owed w ON w.claim_id = k.id LEFT JOIN party s ON s.id = k.salesperson_id
  LEFT JOIN sales_order o ON o.id = k.order_id LEFT JOIN shipment h ON h.id = k.shipment_id LEFT JOIN purchase u ON u.id = k.purchase_id;
CREATE VIEW v_claim_line AS
SELECT l.id, l.claim_id, k.no, k.side, k.party_id, p.name AS party, k.day, iif(k.void, 'void', k.kind) AS kind, l.pos, l.item_id, i.code, i.name, i.unit, l.text,
       l.qty, l.price, l.amount, p.find || ' ' || lower(replace(k.no, '-', '')) || coalesce(i.find, '') AS find
  FROM claim_line l JOIN claim k ON k.id = l.claim_id JOIN party p ON p.id = k.party_id LEFT JOIN item i ON i.id = l.item_id;
-- taken_in, paid_out: cents of our money; open: what no claim has taken.
CREATE VIEW v_payment AS
SELECT m.id, m.no, m.side, m.party_id, p.name AS party, m.account_id, a.name AS account, m.order_id, o.no AS order_no, m.day, m.amount,
       CASE WHEN (m.side = 'receivable') = (m.amount > 0) THEN abs(m.amount) END AS taken_in,
       CASE WHEN (m.side = 'receivable') <> (m.amount > 0) THEN abs(m.amount) END AS paid_out,
       CASE WHEN m.side = 'receivable' THEN iif(m.amount > 0, 'received', 'paid back') ELSE iif(m.amount > 0, 'paid', 'got back') END AS kind,
       coalesce(u.open, 0) AS open, iif(m.void, 0, iif(m.bounced_on IS NULL, m.amount, m.kept) - coalesce(u.open, 0)) AS allocated, m.document, m.note, m.bounced_on,
       CASE WHEN m.void THEN 'void' WHEN m.bounced_on IS NOT NULL THEN 'bounced' WHEN u.open IS NULL THEN 'settled' ELSE 'open' END AS state,
       p.find || ' ' || lower(replace(m.no, '-', '')) || ' ' || lower(replace(m.document, '-', '')) AS find
  FROM payment m JOIN party p ON p.id = m.party_id JOIN account a ON a.id = m.account_id LEFT JOIN sales_order o ON o.id = m.order_id
  LEFT JOIN unallocated u ON u.payment_id = m.id;
-- red: it was let go, or lets another go.
CREATE VIEW v_allocation AS
SELECT a.id, a.day, a.kind, a.claim_id, k.no AS claim, a.payment_id, m.no AS payment, a.credit_id, c.no AS credit, r.no AS refund, e.no AS entry,
       coalesce(k.party_id, m.party_id) AS party_id, p.name AS party, coalesce(k.side, m.side) AS side, a.amount,
       a.reverses_id IS NOT NULL OR EXISTS (SELECT 1 FROM allocation x WHERE x.reverses_id = a.id) AS red,
       p.find || ' ' || lower(replace(coalesce(k.no, ''), '-', '')) || ' ' || lower(replace(coalesce(m.no, ''), '-', '')) AS find
  FROM allocation a LEFT JOIN claim k ON k.id = a.claim_id LEFT JOIN payment m ON m.id = a.payment_id LEFT JOIN claim c ON c.id = a.credit_id
  LEFT JOIN payment r ON r.id = a.refund_id LEFT JOIN entry e ON e.id = a.entry_id JOIN party p ON p.id = coalesce(k.party_id, m.party_id);
-- The account of each party as the day book has it: what adds to what is owed, what lessens it, and the balance after it. Undone on its own day: not there.
CREATE VIEW v_statement AS
SELECT x.id, x.party_id, y.name AS party, x.side, x.day, coalesce(k.no, m.no, b.no, nullif(e.document, ''), e.no) AS no,
       CASE WHEN k.id IS NOT NULL THEN k.kind WHEN m.id IS NOT NULL THEN iif(m.amount > 0, 'payment', 'refund') WHEN b.id IS NOT NULL THEN 'bounced'
            ELSE e.kind END AS kind,
       iif(k.amount > 0, k.due, NULL) AS due, coalesce(k.their_no, m.document, '') AS their_no, coalesce(nullif(k.text, ''), nullif(m.note, ''), e.purpose) AS text,
       x.amount, sum(x.amount) OVER (PARTITION BY x.party_id, x.side ORDER BY x.day, x.id) AS balance, y.find
  FROM (SELECT min(p.id) AS id, e.party_id, a.kind AS side, p.entry_id, p.day, sum(iif(a.kind = 'receivable', p.amount, -p.amount)) AS amount
          FROM posting p JOIN account a ON a.id = p.account_id AND a.kind IN ('receivable', 'payable') JOIN entry e ON e.id = p.entry_id
         GROUP BY e.party_id, a.kind, p.entry_id, p.day HAVING sum(p.amount) <> 0) x
  JOIN entry e ON e.id = x.entry_id JOIN party y ON y.id = x.party_id
  LEFT JOIN claim k ON k.entry_id = e.id LEFT JOIN payment m ON m.entry_id = e.id LEFT JOIN payment b ON b.bounce_entry_id = e.id;
-- The office's levels; until it has its own, 7, 21 and 45 days past due with 10 days between.
CREATE VIEW v_chase_level AS
SELECT id, level, days, gap, fee, channel, en, zh, es, sw FROM chase_level
UNION ALL SELECT -n, n, days, 10, 0, 'print', '', '', '', '' FROM (SELECT 1 AS n, 7 AS days UNION ALL SELECT 2, 21 UNION ALL SELECT 3, 45)
  WHERE NOT EXISTS (SELECT 1 FROM chase_level);
-- The claims past due: what was sent, what comes next and when (R5: by the days past due and by the days since the level before), and what holds it.
-- state: now, later, held, last (every level was sent). aside: what the party paid, or was credited, that no claim has taken.
CREATE VIEW v_chase AS
SELECT q.*, CASE WHEN hold IS NOT NULL THEN 'held' WHEN next IS NULL THEN 'last' WHEN next_on <= today THEN 'now' ELSE 'later' END AS state FROM (
SELECT k.id, k.no, k.party_id, p.name AS party, p.caution, p.language, k.salesperson_id, k.day, k.due, k.amount, w.open,
       CAST(julianday(d.day) - julianday(k.due) AS INTEGER) AS late, n.level, n.day AS noticed_on, l.level AS next, l.channel, l.fee,
       max(date(k.due, '+' || l.days || ' days'), coalesce(date(n.day, '+' || l.gap || ' days'), '')) AS next_on,
       h.id AS hold_id, h.kind AS hold, h.until AS hold_until, h.reason AS hold_reason, h.said_by, h.amount AS promised,
       coalesce((SELECT sum(u.open) FROM unallocated u WHERE u.party_id = k.party_id AND u.side = 'receivable'), 0)
       - coalesce((SELECT sum(x.open) FROM owed x WHERE x.party_id = k.party_id AND x.side = 'receivable' AND x.open < 0), 0) AS aside,
       (SELECT c.value FROM contact c WHERE c.party_id = k.party_id AND c.channel IN ('phone', 'mobile') ORDER BY c.id LIMIT 1) AS phone,
       p.find || ' ' || lower(replace(k.no, '-', '')) AS find, d.day AS today
  FROM office_day d CROSS JOIN owed w ON w.side = 'receivable' AND w.due < d.day AND w.open > 0 CROSS JOIN claim k ON k.id = w.claim_id
  CROSS JOIN party p ON p.id = k.party_id
  LEFT JOIN (SELECT c.claim_id, max(n.level) AS level, max(n.day) AS day FROM notice_claim c JOIN notice n ON n.id = c.notice_id WHERE n.void = 0 GROUP BY c.claim_id) n
    ON n.claim_id = w.claim_id
  LEFT JOIN v_chase_level l ON l.level = coalesce(n.level, 0) + 1
  LEFT JOIN (SELECT max(x.id) AS id, x.claim_id, x.kind, x.until, x.reason, x.said_by, x.amount FROM claim_hold x CROSS JOIN office_day y
              WHERE x.lifted_on IS NULL AND (x.until IS NULL OR x.until >= y.day) GROUP BY x.claim_id) h ON h.claim_id = w.claim_id) q;
-- kept: as much as was promised was paid, or credited, from the day it was promised until the day it was promised for.
CREATE VIEW v_hold AS
SELECT q.*, CASE WHEN kind = 'dispute' THEN iif(lifted_on IS NULL AND (until IS NULL OR until >= today), 'disputed', 'lifted')
                 WHEN paid >= amount THEN 'kept' WHEN lifted_on IS NOT NULL AND lifted_on <= until THEN 'lifted' WHEN until < today THEN 'broken' ELSE 'waiting' END AS state FROM (
SELECT h.id, h.claim_id, k.no, k.party_id, p.name AS party, h.kind, h.made_on, h.until, h.amount, h.said_by, h.reason, h.lifted_on, d.day AS today,
       coalesce((SELECT sum(a.amount) FROM allocation a WHERE a.claim_id = h.claim_id AND a.kind IN ('payment', 'credit') AND a.day BETWEEN h.made_on AND h.until
                 AND a.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocation x WHERE x.reverses_id = a.id)), 0) AS paid,
       p.find || ' ' || lower(replace(k.no, '-', '')) AS find
  FROM claim_hold h CROSS JOIN office_day d JOIN claim k ON k.id = h.claim_id JOIN party p ON p.id = k.party_id) q;
CREATE VIEW v_notice AS
SELECT n.id, n.no, n.party_id, p.name AS party, n.level, n.day, n.at, n.channel, n.amount, n.fee, n.aside, n.reason, iif(n.void, 'cancelled', 'sent') AS state,
       (SELECT count(*) FROM notice_claim c WHERE c.notice_id = n.id) AS claims,
       (SELECT coalesce(sum(min(c.open, coalesce(w.open, 0))), 0) FROM notice_claim c LEFT JOIN owed w ON w.claim_id = c.claim_id WHERE c.notice_id = n.id) AS still,
       p.find || ' ' || lower(replace(n.no, '-', '')) AS find
  FROM notice n JOIN party p ON p.id = n.party_id;

-- ---- papers ----------------------------------------------------------------------------------------------------------
-- The office's own wording of a printed document; without a row the program's own is used.
CREATE TABLE template (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind     TEXT NOT NULL,
  language TEXT NOT NULL CHECK (language IN ('', 'en', 'zh', 'es', 'sw')),
  paper    TEXT NOT NULL DEFAULT '' CHECK (paper IN ('', 'A4', '241')),
  body     TEXT NOT NULL CHECK (body <> ''),
  UNIQUE (kind, language, paper)
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('template', 'plain');
-- Every printing is an event on the deal.
CREATE TABLE printing (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind     TEXT NOT NULL,                        -- quote, contract, review sheet, delivery, notice, statement, receipt, day sheet
  no       TEXT NOT NULL DEFAULT '',             -- of the document it prints
  book     TEXT NOT NULL,
  book_id  INTEGER NOT NULL,
  deal     TEXT NOT NULL DEFAULT '',
  party_id INTEGER REFERENCES party(id),
  at       TEXT NOT NULL,
  language TEXT NOT NULL,
  paper    TEXT NOT NULL,
  nth      INTEGER NOT NULL DEFAULT 1 CHECK (nth > 0),  -- first printing, second ...
  sha256   TEXT NOT NULL,
  file     TEXT NOT NULL DEFAULT ''              -- its name in the folder it was written to
) STRICT;
CREATE INDEX printing_book ON printing(book, book_id);
CREATE INDEX printing_deal ON printing(deal) WHERE deal <> '';
CREATE INDEX printing_party ON printing(party_id);
INSERT INTO mark(tbl, kind) VALUES ('printing', 'plain');
-- Where the paper of a document lies.
CREATE TABLE paper (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind     TEXT NOT NULL CHECK (kind <> ''),
  no       TEXT NOT NULL DEFAULT '',
  party_id INTEGER REFERENCES party(id),
  deal     TEXT NOT NULL DEFAULT '',
  book     TEXT NOT NULL DEFAULT '',
  book_id  INTEGER,
  day      TEXT NOT NULL,
  place    TEXT NOT NULL DEFAULT '',             -- binder, box, drawer
  original TEXT NOT NULL DEFAULT 'missing' CHECK (original IN ('held', 'missing', 'not needed')),
  file     TEXT NOT NULL DEFAULT '',             -- the attachment's dated name
  sha256   TEXT NOT NULL DEFAULT '',
  note     TEXT NOT NULL DEFAULT '',
  find     TEXT NOT NULL DEFAULT '',
  CONSTRAINT "An attachment has its name and its SHA-256." CHECK ((file = '') = (sha256 = '')),
  CONSTRAINT "The paper of a record names its book and its row." CHECK ((book = '') = (book_id IS NULL))
) STRICT;
CREATE INDEX paper_party ON paper(party_id, day);
CREATE INDEX paper_deal ON paper(deal) WHERE deal <> '';
CREATE INDEX paper_book ON paper(book, book_id);
CREATE INDEX paper_day ON paper(day, id);
INSERT INTO mark(tbl, kind) VALUES ('paper', 'plain');
CREATE VIEW v_printing AS
SELECT p.id, p.kind, p.no, p.book, p.book_id, p.deal, p.party_id, c.name AS party, p.at, date(p.at) AS day, p.language, p.paper, p.nth, p.sha256, p.file,
       coalesce(c.find, '') || ' ' || lower(replace(p.no, '-', '')) AS find
  FROM printing p LEFT JOIN party c ON c.id = p.party_id;
CREATE VIEW v_paper AS
SELECT f.id, f.kind, f.no, f.party_id, c.name AS party, f.deal, f.book, f.book_id, f.day, substr(f.day, 1, 4) AS year, f.place, f.original,
       iif(f.file = '', '', '▪') AS attached, f.file, f.sha256, f.note, coalesce(c.find, '') || f.find AS find
  FROM paper f LEFT JOIN party c ON c.id = f.party_id;
-- The archive's index: where the papers of a year and a party lie.
CREATE VIEW v_archive AS
SELECT min(f.id) AS id, substr(f.day, 1, 4) AS year, f.party_id, c.name AS party, count(*) AS papers, sum(f.original = 'missing') AS missing,
       sum(f.file <> '') AS files, coalesce((SELECT group_concat(place, ', ') FROM (SELECT DISTINCT x.place FROM paper x
          WHERE x.party_id IS f.party_id AND substr(x.day, 1, 4) = substr(f.day, 1, 4) AND x.place <> '' ORDER BY x.place)), '') AS places,
       coalesce(c.find, '') || ' ' || substr(f.day, 1, 4) AS find
  FROM paper f LEFT JOIN party c ON c.id = f.party_id GROUP BY substr(f.day, 1, 4), f.party_id;
-- What is not to be done without and is not in the binder: the contract of an order that is one, a supplier's bill. id as in v_unfiled.
CREATE VIEW v_to_file AS
SELECT o.id * 4 AS id, 'contract' AS kind FROM sales_order o WHERE o.kind = 'contract' AND o.void = 0 AND o.history = 0 AND o.state IN ('confirmed', 'hold', 'closed')
   AND NOT EXISTS (SELECT 1 FROM paper f WHERE f.book = 'orders' AND f.book_id = o.id AND f.original <> 'missing')
 UNION ALL
SELECT k.id * 4 + 2, 'bill' FROM claim k WHERE k.void = 0 AND k.side = 'payable' AND k.kind = 'purchase'
   AND NOT EXISTS (SELECT 1 FROM paper f WHERE f.book = 'claims' AND f.book_id = k.id AND f.original <> 'missing');
-- Records whose paper nobody has registered yet: a contract for an order, the signed slip for a shipment, a supplier's bill, a slip for a payment; and
-- contracts and bills of which the original is missing (paper_id).
CREATE VIEW v_unfiled AS
SELECT q.*, c.name AS party, c.find || ' ' || lower(replace(q.no, '-', '')) AS find FROM (
SELECT o.id * 4 AS id, 'orders' AS book, o.id AS book_id, 'contract' AS kind, o.no, o.day, o.customer_id AS party_id,
       (SELECT max(f.id) FROM paper f WHERE f.book = 'orders' AND f.book_id = o.id) AS paper_id
  FROM sales_order o WHERE o.void = 0 AND o.history = 0 AND o.state IN ('confirmed', 'hold', 'closed')
   AND NOT EXISTS (SELECT 1 FROM paper f WHERE f.book = 'orders' AND f.book_id = o.id AND f.original <> 'missing')
 UNION ALL
SELECT h.id * 4 + 1, 'shipments', h.id, 'delivery', h.no, coalesce(h.shipped_on, h.day), o.customer_id, NULL FROM shipment h JOIN sales_order o ON o.id = h.order_id
 WHERE h.void = 0 AND h.history = 0 AND h.shipped_on IS NOT NULL AND NOT EXISTS (SELECT 1 FROM paper f WHERE f.book = 'shipments' AND f.book_id = h.id)
 UNION ALL
SELECT k.id * 4 + 2, 'claims', k.id, 'bill', k.no, k.day, k.party_id, (SELECT max(f.id) FROM paper f WHERE f.book = 'claims' AND f.book_id = k.id) FROM claim k
 WHERE k.void = 0 AND k.side = 'payable' AND k.kind = 'purchase'
   AND NOT EXISTS (SELECT 1 FROM paper f WHERE f.book = 'claims' AND f.book_id = k.id AND f.original <> 'missing')
 UNION ALL
SELECT p.id * 4 + 3, 'payments', p.id, 'receipt', p.no, p.day, p.party_id, NULL FROM payment p
 WHERE p.void = 0 AND NOT EXISTS (SELECT 1 FROM paper f WHERE f.book = 'payments' AND f.book_id = p.id)) q JOIN party c ON c.id = q.party_id;
-- Every number of our own series, with what became of it: what was taken back stays listed as void.
CREATE VIEW v_number AS
SELECT q.id, q.no, substr(q.no, 1, 6) AS series, q.kind, q.day, q.party_id, c.name AS party, q.state, q.book, q.book_id,
       coalesce(c.find, '') || ' ' || lower(replace(q.no, '-', '')) AS find FROM (
SELECT 16 * id AS id, no, 'order' AS kind, day, customer_id AS party_id, iif(void, 'void', iif(state = 'cancelled', 'cancelled', '')) AS state, 'orders' AS book, id AS book_id
  FROM sales_order
 UNION ALL SELECT 16 * h.id + 1, h.no, 'shipment', h.day, o.customer_id, iif(h.void, 'void', ''), 'shipments', h.id FROM shipment h JOIN sales_order o ON o.id = h.order_id
 UNION ALL SELECT 16 * id + 2, no, 'purchase', day, supplier_id, iif(void, 'void', iif(state = 'cancelled', 'cancelled', '')), 'purchases', id FROM purchase
 UNION ALL SELECT 16 * id + 3, no, 'entry', day, party_id, iif(void, 'void', ''), 'entries', id FROM entry
 UNION ALL SELECT 16 * id + 4, no, 'quote', day, customer_id, iif(void, 'void', ''), 'quotes', id FROM quote
 UNION ALL SELECT 16 * id + 5, no, iif(side = 'payable', 'bill', 'claim'), day, party_id, iif(void, 'void', ''), 'claims', id FROM claim
 UNION ALL SELECT 16 * id + 6, no, 'payment', day, party_id, iif(void, 'void', iif(bounced_on IS NULL, '', 'bounced')), 'payments', id FROM payment
 UNION ALL SELECT 16 * id + 7, no, 'return', day, customer_id, iif(void, 'void', iif(state = 'cancelled', 'cancelled', '')), 'returns', id FROM goods_return
 UNION ALL SELECT 16 * id + 8, no, 'notice', day, party_id, iif(void, 'void', ''), 'notices', id FROM notice) q LEFT JOIN party c ON c.id = q.party_id
 WHERE q.no GLOB '[A-Z]-[0-9][0-9][0-9][0-9]-[0-9]*';
-- The kinds of printed documents and whose wording is in force; below them the office's wordings for one language or one paper.
CREATE VIEW v_wording AS
SELECT k.id, k.kind, '' AS language, '' AS paper, iif(t.id IS NULL, 'program', 'office') AS whose, t.id AS template_id
  FROM (SELECT 1 AS id, 'quote' AS kind UNION ALL SELECT 2, 'contract' UNION ALL SELECT 3, 'review sheet' UNION ALL SELECT 4, 'delivery' UNION ALL SELECT 5, 'notice'
        UNION ALL SELECT 6, 'statement' UNION ALL SELECT 7, 'receipt' UNION ALL SELECT 8, 'day sheet' UNION ALL SELECT 9, 'page') k
  LEFT JOIN template t ON t.kind = k.kind AND t.language = '' AND t.paper = ''
 UNION ALL SELECT 100 + t.id, t.kind, t.language, t.paper, 'office', t.id FROM template t WHERE t.language <> '' OR t.paper <> '';

-- ---- reports ---------------------------------------------------------------------------------------------------------
CREATE TABLE target (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  salesperson_id INTEGER REFERENCES party(id),   -- NULL: the office's
  month          TEXT NOT NULL,                  -- 2026-06
  amount         INTEGER NOT NULL CHECK (amount >= 0)
) STRICT;
CREATE UNIQUE INDEX target_of ON target(coalesce(salesperson_id, 0), month);
CREATE INDEX target_salesperson ON target(salesperson_id);
INSERT INTO mark(tbl, kind) VALUES ('target', 'plain');
-- A report as it was handed over; later differences are listed against it.
CREATE TABLE sent_report (
  id          INTEGER PRIMARY KEY,
  report      TEXT NOT NULL,
  since       TEXT NOT NULL,                     -- what was asked: first day, ...
  until       TEXT NOT NULL,                     -- ... last day, ...
  choice      TEXT NOT NULL DEFAULT '',          -- ... measure or grouping
  sent_to     TEXT NOT NULL DEFAULT '',
  day         TEXT NOT NULL,
  at          TEXT NOT NULL,
  step        INTEGER NOT NULL,                  -- the journal's position it was made at
  digest      TEXT NOT NULL,
  body        TEXT NOT NULL,                     -- JSON: columns and rows as sent
  reverses_id INTEGER UNIQUE REFERENCES sent_report(id)
) STRICT;
CREATE INDEX sent_report_day ON sent_report(day, id);
INSERT INTO mark(tbl, kind) VALUES ('sent_report', 'posted');

-- ---- what the screens show of kits, returns and incidents ------------------------------------------------------------
-- The parts of each kit in force today. available: of the part, on the shelves and free; can: how many kits that makes.
CREATE VIEW v_kit_part AS
SELECT *, max(available, 0) / qty * 1000 AS can FROM (
SELECT p.id, k.id AS kit_id, k.item_id AS kit_item_id, k.since, k.until, p.item_id, i.code, i.name, i.unit, p.qty, p.share,
       coalesce((SELECT sum(b.qty) FROM stock_balance b JOIN place s ON s.id = b.place_id WHERE b.item_id = p.item_id AND s.kind = 'shelf'), 0)
         - coalesce((SELECT sum(r.qty) FROM reservation r WHERE r.item_id = p.item_id), 0) AS available
  FROM office_day d CROSS JOIN kit k CROSS JOIN kit_part p ON p.kit_id = k.id JOIN item i ON i.id = p.item_id
 WHERE k.id = (SELECT x.id FROM kit x WHERE x.item_id = k.item_id AND x.since <= d.day ORDER BY x.since DESC LIMIT 1) AND coalesce(k.until >= d.day, 1));

-- The move that each returned piece left with, at whose cost it comes back: of the same item, or one that was merged with it since, either
-- posted with the return itself (another model had left than the book said) or that of the shipment line.
CREATE VIEW v_return_move AS
SELECT m.id, m.item_id, m.qty, r.id AS return_line_id,
       coalesce((SELECT w.id FROM stock_move w JOIN item x ON x.id = w.item_id JOIN place t ON t.id = w.target_id
                  WHERE w.return_line_id = r.id AND coalesce(x.merged_into_id, x.id) = coalesce(i.merged_into_id, i.id) AND t.kind = 'customer' AND w.reverses_id IS NULL AND w.id < m.id ORDER BY w.id DESC LIMIT 1),
                (SELECT w.id FROM stock_move w JOIN item x ON x.id = w.item_id WHERE w.shipment_line_id = r.shipment_line_id AND coalesce(x.merged_into_id, x.id) = coalesce(i.merged_into_id, i.id) AND w.reverses_id IS NULL ORDER BY w.id DESC LIMIT 1)) AS left_id
  FROM stock_move m JOIN item i ON i.id = m.item_id JOIN place s ON s.id = m.source_id AND s.kind = 'customer' JOIN return_line r ON r.id = m.return_line_id;

CREATE VIEW v_return AS
SELECT g.id, g.no, g.day, g.received_on, g.customer_id, c.name AS customer, g.order_id, o.no AS order_no, g.shipment_id, h.no AS shipment_no,
       iif(g.void, 'void', g.state) AS state, g.told_by, g.note,
       (SELECT count(*) FROM return_line l WHERE l.return_id = g.id) AS lines,
       (SELECT count(*) FROM return_line l WHERE l.return_id = g.id AND l.outcome <> '') AS decided,
       coalesce((SELECT sum(l.qty) FROM return_line l WHERE l.return_id = g.id), 0) AS qty,
       coalesce((SELECT max(l.wrong_model) FROM return_line l WHERE l.return_id = g.id), 0) AS wrong_model,
       iif(g.state IN ('announced', 'received', 'inspected') AND g.void = 0, CAST(julianday(d.day) - julianday(g.day) AS INTEGER), NULL) AS age,
       g.state AS lifecycle, g.void,
       c.find || ' ' || lower(replace(g.no, '-', '')) || coalesce(' ' || lower(replace(o.no, '-', '')), '') || coalesce(' ' || lower(replace(h.no, '-', '')), '') AS find
  FROM goods_return g CROSS JOIN office_day d LEFT JOIN party c ON c.id = g.customer_id LEFT JOIN sales_order o ON o.id = g.order_id
  LEFT JOIN shipment h ON h.id = g.shipment_id;

-- item: what came back; sent: what the shipment's line says was sent, where it is another.
CREATE VIEW v_return_line AS
SELECT l.id, l.return_id, g.no, g.day, g.received_on, iif(g.void, 'void', g.state) AS state, g.customer_id, c.name AS customer, l.pos, l.item_id, i.code, i.name, i.unit, i.decimals,
       l.shipment_line_id, h.no AS shipment_no, h.shipped_on, iif(s.item_id <> l.item_id, t.code, '') AS sent, h.place_id, p.name AS place,
       l.qty, l.outcome, l.goods, l.cause, l.wrong_model, l.note,
       coalesce((SELECT -sum(k.amount) FROM claim_line k JOIN claim m ON m.id = k.claim_id WHERE k.return_line_id = l.id AND m.void = 0), 0) AS credited,
       (SELECT o.no FROM order_line x JOIN sales_order o ON o.id = x.order_id WHERE x.return_line_id = l.id AND o.void = 0 LIMIT 1) AS again,
       g.state AS lifecycle, g.void, c.find || i.find || ' ' || lower(replace(g.no, '-', '')) AS find
  FROM return_line l JOIN goods_return g ON g.id = l.return_id LEFT JOIN party c ON c.id = g.customer_id LEFT JOIN item i ON i.id = l.item_id
  LEFT JOIN shipment_line s ON s.id = l.shipment_line_id LEFT JOIN item t ON t.id = s.item_id LEFT JOIN shipment h ON h.id = s.shipment_id LEFT JOIN place p ON p.id = h.place_id;

CREATE VIEW v_incident AS
SELECT n.id, n.kind, n.day, substr(n.day, 1, 7) AS month, n.place_id, p.name AS place, n.item_id, i.code, i.name, n.given, h.no AS shipment_no, h.shipped_on, g.no AS return_no,
       n.return_line_id, h.id AS shipment_id, o.customer_id, c.name AS customer, n.note, coalesce(i.find, '') || ' ' || lower(replace(n.given, '-', '')) || ' ' || lower(coalesce(p.name, '')) AS find
  FROM incident n LEFT JOIN place p ON p.id = n.place_id LEFT JOIN item i ON i.id = n.item_id LEFT JOIN shipment_line l ON l.id = n.shipment_line_id
  LEFT JOIN shipment h ON h.id = l.shipment_id LEFT JOIN sales_order o ON o.id = h.order_id LEFT JOIN party c ON c.id = o.customer_id
  LEFT JOIN return_line r ON r.id = n.return_line_id LEFT JOIN goods_return g ON g.id = r.return_id;

-- By warehouse and month: what nearly left, what left, and of how many lines that left there.
CREATE VIEW v_incident_month AS
SELECT m.month || '-01' AS day, m.month, m.place_id, p.name AS place, CAST(replace(m.month, '-', '') AS INTEGER) * 100000 + coalesce(m.place_id, 0) AS id,
       m.near_misses, m.wrong_models, m.others,
       (SELECT count(*) FROM shipment h JOIN shipment_line l ON l.shipment_id = h.id AND l.qty > 0
         WHERE h.place_id = m.place_id AND h.void = 0 AND h.history = 0 AND h.shipped_on BETWEEN m.month || '-01' AND m.month || '-31') AS lines_sent,
       lower(' ' || coalesce(p.name, '')) AS find
  FROM (SELECT substr(day, 1, 7) AS month, place_id, sum(kind = 'near miss') AS near_misses, sum(kind = 'wrong model') AS wrong_models,
               sum(kind NOT IN ('near miss', 'wrong model')) AS others FROM incident GROUP BY 1, 2) m LEFT JOIN place p ON p.id = m.place_id;

-- What was closed short, by the order's month and the reason; value: net, cents.
CREATE VIEW v_lost_month AS
SELECT CAST(replace(month, '-', '') AS INTEGER) * 10 + CASE short_reason WHEN 'no stock' THEN 1 WHEN 'price' THEN 2 WHEN 'customer' THEN 3 ELSE 4 END AS id,
       month || '-01' AS day, month, short_reason AS reason, orders, lines, customers, items, value FROM (
SELECT substr(day, 1, 7) AS month, short_reason, count(DISTINCT order_id) AS orders, count(*) AS lines, count(DISTINCT customer_id) AS customers,
       count(DISTINCT item_id) AS items, sum(lost) AS value FROM v_order_line WHERE short_closed > 0 AND void = 0 GROUP BY 1, 2);

-- ---- lists of prices, quotes and deals -------------------------------------------------------------------------------
CREATE VIEW v_special_price AS
SELECT s.id, s.party_id, c.name AS customer, s.price_list_id, l.code AS list, coalesce(c.name, l.code) AS who, s.item_id, i.code, i.name, i.unit,
       s.price, s.least, s.since, s.until, v.list_price, v.floor_price,
       iif(v.list_price > 0, sign(v.list_price - s.price) * ((20000 * abs(v.list_price - s.price) + v.list_price) / (2 * v.list_price)), NULL) AS below, s.note,
       coalesce(c.find, '') || ' ' || coalesce(l.find, '') || i.find AS find
  FROM special_price s JOIN item i ON i.id = s.item_id JOIN v_item v ON v.id = s.item_id
  LEFT JOIN party c ON c.id = s.party_id LEFT JOIN price_list l ON l.id = s.price_list_id;
CREATE VIEW v_series_value AS
SELECT v.id, v.series_id, s.code, s.name, s.market, s.unit, s.closed, v.day, v.value, v.before,
       iif(v.before IS NULL, NULL, sign(v.value - v.before) * ((20000 * abs(v.value - v.before) + v.before) / (2 * v.before))) AS change, s.find
  FROM (SELECT x.*, (SELECT y.value FROM series_value y WHERE y.series_id = x.series_id AND y.day < x.day ORDER BY y.day DESC LIMIT 1) AS before
          FROM series_value x) v JOIN series s ON s.id = v.series_id;
CREATE VIEW v_quote AS
SELECT *, iif(sent_on IS NULL AND state = 'draft', waits, took) AS days,
       CASE WHEN state = 'sent' AND valid_until < today THEN 'expired' WHEN moved THEN 'moved' WHEN late THEN 'late' ELSE '' END AS alert
  FROM (
SELECT q.id, q.no, q.deal, q.day, q.asked_on, q.sent_on, q.valid_until, q.customer_id, c.name AS customer, q.salesperson_id, s.name AS salesperson,
       iif(q.void, 'void', q.state) AS state, q.state AS lifecycle, q.void, q.reason, q.their_no, q.terms, q.note, q.series_id, r.code AS series, q.basis,
       q.basis_day, q.replaces_id, o.no AS replaces, d.day AS today,
       (SELECT v.value FROM series_value v WHERE v.series_id = q.series_id ORDER BY v.day DESC LIMIT 1) AS latest,
       (SELECT sign(v.value - q.basis) * ((20000 * abs(v.value - q.basis) + q.basis) / (2 * q.basis)) FROM series_value v WHERE v.series_id = q.series_id ORDER BY v.day DESC LIMIT 1) AS change,
       q.void = 0 AND q.state IN ('draft', 'sent') AND coalesce((SELECT abs(v.value - q.basis) * 10000 > r.alert * q.basis FROM series_value v
          WHERE v.series_id = q.series_id ORDER BY v.day DESC LIMIT 1), 0) AS moved,
       CAST(julianday(q.sent_on) - julianday(q.asked_on) AS INTEGER) AS took, CAST(julianday(d.day) - julianday(q.asked_on) AS INTEGER) AS waits,
       q.void = 0 AND q.state = 'draft' AND CAST(julianday(d.day) - julianday(q.asked_on) AS INTEGER) > (SELECT days FROM v_target WHERE name = 'quote') AS late,
       (SELECT count(*) FROM quote_line l WHERE l.quote_id = q.id) AS lines,
       coalesce((SELECT sum(l.amount) FROM quote_line l WHERE l.quote_id = q.id), 0) AS total,
       (SELECT so.id FROM sales_order so WHERE so.quote_id = q.id AND so.void = 0 ORDER BY so.id DESC LIMIT 1) AS order_id,
       (SELECT so.no FROM sales_order so WHERE so.quote_id = q.id AND so.void = 0 ORDER BY so.id DESC LIMIT 1) AS order_no,
       c.find || ' ' || lower(replace(q.no, '-', '')) || ' ' || lower(replace(q.their_no, '-', '')) AS find
  FROM quote q CROSS JOIN office_day d LEFT JOIN party c ON c.id = q.customer_id LEFT JOIN party s ON s.id = q.salesperson_id
  LEFT JOIN series r ON r.id = q.series_id LEFT JOIN quote o ON o.id = q.replaces_id);
CREATE VIEW v_quote_line AS
SELECT l.id, l.quote_id, q.no, q.day, q.customer_id, c.name AS customer, iif(q.void, 'void', q.state) AS state, q.state AS lifecycle, q.void, l.pos, l.item_id, i.code,
       i.name, i.unit, i.decimals, l.text, l.qty, l.price, l.discount, l.amount, l.approved_by, c.find || i.find || ' ' || lower(replace(q.no, '-', '')) AS find
  FROM quote_line l JOIN quote q ON q.id = l.quote_id LEFT JOIN party c ON c.id = q.customer_id LEFT JOIN item i ON i.id = l.item_id;
-- All papers of a deal. An order without a deal of its own begins one with its own number; written as two arms, so that each finds it by its index.
CREATE VIEW v_deal_order AS
SELECT id AS order_id, deal, customer_id FROM sales_order WHERE deal <> '' AND void = 0
 UNION ALL SELECT id, no, customer_id FROM sales_order WHERE deal = '' AND void = 0;
CREATE VIEW v_deal_paper AS
SELECT 1099511627776 * 1 + q.id AS id, q.deal, q.day, 'quote' AS kind, q.no, q.customer_id AS party_id, (SELECT sum(l.amount) FROM quote_line l WHERE l.quote_id = q.id) AS amount,
       q.state, 'quotes' AS book, q.id AS book_id FROM quote q WHERE q.void = 0
 UNION ALL
SELECT 1099511627776 * 2 + o.id, d.deal, o.day, 'order', o.no, o.customer_id, (SELECT sum(l.amount) FROM order_line l WHERE l.order_id = o.id), o.state, 'orders', o.id
  FROM v_deal_order d CROSS JOIN sales_order o ON o.id = d.order_id
 UNION ALL
SELECT 1099511627776 * 3 + h.id, d.deal, coalesce(h.shipped_on, h.day), 'shipment', h.no, d.customer_id, NULL, h.state, 'shipments', h.id
  FROM v_deal_order d CROSS JOIN shipment h ON h.order_id = d.order_id WHERE h.void = 0
 UNION ALL
SELECT 1099511627776 * 4 + k.id, d.deal, k.day, iif(k.amount < 0, 'credit note', 'claim'), k.no, k.party_id, k.amount,
       iif(EXISTS (SELECT 1 FROM owed w WHERE w.claim_id = k.id), 'open', 'settled'), 'claims', k.id
  FROM v_deal_order d CROSS JOIN claim k ON k.order_id = d.order_id WHERE k.void = 0
 UNION ALL
SELECT 1099511627776 * 5 + p.id, d.deal, p.day, 'payment', p.no, p.party_id, p.amount, iif(p.bounced_on IS NULL, '', 'bounced'), 'payments', p.id
  FROM v_deal_order d CROSS JOIN payment p ON p.order_id = d.order_id WHERE p.void = 0
 UNION ALL
SELECT 1099511627776 * 6 + a.id, d.deal, p.day, 'payment', p.no, p.party_id, a.amount, iif(p.bounced_on IS NULL, '', 'bounced'), 'payments', p.id
  FROM v_deal_order d CROSS JOIN claim k ON k.order_id = d.order_id CROSS JOIN allocation a ON a.claim_id = k.id CROSS JOIN payment p ON p.id = a.payment_id
 WHERE p.void = 0 AND a.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM allocation r WHERE r.reverses_id = a.id)
   AND NOT EXISTS (SELECT 1 FROM v_deal_order x WHERE x.order_id = p.order_id AND x.deal = d.deal)
 UNION ALL
SELECT 1099511627776 * 7 + g.id, d.deal, g.day, 'return', g.no, g.customer_id, NULL, g.state, 'returns', g.id
  FROM v_deal_order d CROSS JOIN goods_return g ON g.order_id = d.order_id WHERE g.void = 0
 UNION ALL
SELECT 1099511627776 * 8 + c.id, d.deal, n.day, 'notice', n.no, n.party_id, c.open, '', 'notices', n.id
  FROM v_deal_order d CROSS JOIN claim k ON k.order_id = d.order_id CROSS JOIN notice_claim c ON c.claim_id = k.id CROSS JOIN notice n ON n.id = c.notice_id
 WHERE n.void = 0
 UNION ALL
SELECT 1099511627776 * 9 + p.id, p.deal, date(p.at), 'printing', p.no, p.party_id, NULL, p.kind, p.book, p.book_id FROM printing p WHERE p.deal <> ''
 UNION ALL
SELECT 1099511627776 * 10 + f.id, f.deal, f.day, 'paper', f.no, f.party_id, NULL, f.original, 'papers', f.id FROM paper f WHERE f.deal <> '';
CREATE VIEW v_deal AS
SELECT p.id, p.deal, p.day, p.kind, p.no, p.party_id, c.name AS party, p.amount, p.state, p.book, p.book_id,
       c.find || ' ' || lower(replace(p.no, '-', '')) || ' ' || lower(replace(p.deal, '-', '')) AS find
  FROM v_deal_paper p LEFT JOIN party c ON c.id = p.party_id;
