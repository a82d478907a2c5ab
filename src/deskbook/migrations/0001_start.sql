-- The whole book. Conventions:
--   money = minor units of the book's currency; price = 1/10,000 of it; quantity = 1/1,000 of the item's unit; discount = 1/100 %
--   days are ISO dates in the office's zone, moments UTC; `find` is folded search text (core/search.py)
--   after each table one row in `mark` says its kind, what it is part of, and which columns a mirror negates (core/journal.py)
--   constraints and RAISE texts are sentences: a person may see them (core/file_rules.py lists them for the catalogues)

-- ---- the journal -----------------------------------------------------------------------------------------------------
-- A step is open while its digest is NULL; at most one can be.
CREATE TABLE step (
  id        INTEGER PRIMARY KEY,
  at        TEXT NOT NULL,
  clerk     TEXT NOT NULL,
  command   TEXT NOT NULL,
  facts     TEXT NOT NULL,                      -- JSON, as given
  key       TEXT UNIQUE,                        -- made when the form opened
  undoes_id INTEGER UNIQUE REFERENCES step(id), -- a step is undone once; its undo is undone by another step
  result    TEXT,                               -- JSON, what a second call with the same key gets back
  says      TEXT,                               -- JSON [sentence, facts]: what was done, for a person
  digest    TEXT
) STRICT;
CREATE UNIQUE INDEX step_open ON step(digest IS NULL) WHERE digest IS NULL;

-- op I: rows row_id..last_id did not exist before this step (one line for a whole import)
--    U, D: the row as it was before, as quote() writes it;   T: a part of this document changed, or was relied on
--    M: a migration gave these rows a new shape
CREATE TABLE change (
  id      INTEGER PRIMARY KEY,
  step_id INTEGER NOT NULL REFERENCES step(id),
  tbl     TEXT    NOT NULL,
  op      TEXT    NOT NULL CHECK (op IN ('I', 'U', 'D', 'T', 'M')),
  row_id  INTEGER NOT NULL,
  last_id INTEGER NOT NULL,
  before  TEXT
) STRICT;
CREATE INDEX change_step ON change(step_id);
CREATE INDEX change_row ON change(tbl, row_id);

-- One row a journaled table: the highest id when the last step closed (rows above it are new in the open step), and its kind.
CREATE TABLE mark (
  tbl    TEXT PRIMARY KEY,
  hi     INTEGER NOT NULL DEFAULT 0,
  kind   TEXT NOT NULL CHECK (kind IN ('plain', 'numbered', 'posted')),
  header TEXT NOT NULL DEFAULT '',              -- part of this table's rows ...
  part   TEXT NOT NULL DEFAULT '',              -- ... by this column
  negate TEXT NOT NULL DEFAULT ''               -- columns a mirror negates, space separated
) STRICT, WITHOUT ROWID;

CREATE TRIGGER step_kept_u BEFORE UPDATE ON step WHEN old.digest IS NOT NULL BEGIN SELECT RAISE(ABORT, 'A step of the journal is never changed.'); END;
CREATE TRIGGER step_kept_d BEFORE DELETE ON step BEGIN SELECT RAISE(ABORT, 'A step of the journal is never deleted.'); END;
CREATE TRIGGER change_kept_u BEFORE UPDATE ON change BEGIN SELECT RAISE(ABORT, 'The journal is never changed.'); END;
CREATE TRIGGER change_kept_d BEFORE DELETE ON change BEGIN SELECT RAISE(ABORT, 'The journal is never deleted.'); END;

-- Derived, one row: the day the office lives in, set by the program when it opens and at midnight, so that every view says "today" alike.
CREATE TABLE office_day (id INTEGER PRIMARY KEY CHECK (id = 1), day TEXT NOT NULL) STRICT;
INSERT INTO office_day VALUES (1, '1900-01-01');

-- ---- the office ------------------------------------------------------------------------------------------------------
CREATE TABLE office (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  name  TEXT NOT NULL UNIQUE,                   -- company, currency, language, zone ...
  value TEXT NOT NULL
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('office', 'plain');

-- ---- parties ---------------------------------------------------------------------------------------------------------
CREATE TABLE party (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  code           TEXT CHECK (code <> ''),
  name           TEXT NOT NULL CHECK (name <> ''),
  customer       INTEGER NOT NULL DEFAULT 0 CHECK (customer IN (0, 1)),
  supplier       INTEGER NOT NULL DEFAULT 0 CHECK (supplier IN (0, 1)),
  carrier        INTEGER NOT NULL DEFAULT 0 CHECK (carrier IN (0, 1)),
  factory        INTEGER NOT NULL DEFAULT 0 CHECK (factory IN (0, 1)),
  head_office    INTEGER NOT NULL DEFAULT 0 CHECK (head_office IN (0, 1)),
  salesperson    INTEGER NOT NULL DEFAULT 0 CHECK (salesperson IN (0, 1)),   -- one of ours
  salesperson_id INTEGER REFERENCES party(id),  -- who of ours looks after it
  terms_days     INTEGER CHECK (terms_days BETWEEN 0 AND 3650),
  transit_days   INTEGER CHECK (transit_days BETWEEN 0 AND 365),
  language       TEXT NOT NULL DEFAULT '' CHECK (language IN ('', 'en', 'zh', 'es', 'sw')),
  caution        TEXT NOT NULL DEFAULT '',
  note           TEXT NOT NULL DEFAULT '',
  closed         INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
  merged_into_id INTEGER REFERENCES party(id),
  find           TEXT NOT NULL DEFAULT '',
  void           INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1))   -- taken back; papers that name it keep it
) STRICT;
CREATE UNIQUE INDEX party_code ON party(code) WHERE void = 0;
CREATE INDEX party_name ON party(name, id);
CREATE INDEX party_salesperson ON party(salesperson_id);
CREATE INDEX party_merged ON party(merged_into_id);
INSERT INTO mark(tbl, kind) VALUES ('party', 'numbered');

CREATE TABLE contact (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  party_id INTEGER NOT NULL REFERENCES party(id),
  person   TEXT NOT NULL DEFAULT '',
  channel  TEXT NOT NULL CHECK (channel IN ('phone', 'mobile', 'fax', 'mail', 'qq', 'wechat', 'whatsapp', 'web', 'other')),
  value    TEXT NOT NULL CHECK (value <> ''),
  digits   TEXT NOT NULL DEFAULT '',            -- of phones: digits only, to find the same number written otherwise
  note     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX contact_party ON contact(party_id);
CREATE INDEX contact_digits ON contact(digits);
INSERT INTO mark(tbl, kind, header, part) VALUES ('contact', 'plain', 'party', 'party_id');

CREATE TABLE address (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  party_id INTEGER NOT NULL REFERENCES party(id),
  kind     TEXT NOT NULL DEFAULT 'main' CHECK (kind IN ('main', 'delivery', 'billing', 'other')),
  text     TEXT NOT NULL CHECK (text <> ''),
  city     TEXT NOT NULL DEFAULT '',
  country  TEXT NOT NULL DEFAULT '',
  since    TEXT NOT NULL
) STRICT;
CREATE INDEX address_party ON address(party_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('address', 'plain', 'party', 'party_id');

-- ---- items -----------------------------------------------------------------------------------------------------------
CREATE TABLE item (
  id             INTEGER PRIMARY KEY AUTOINCREMENT,
  code           TEXT NOT NULL CHECK (code <> ''),
  name           TEXT NOT NULL CHECK (name <> ''),
  model          TEXT NOT NULL DEFAULT '',
  category       TEXT NOT NULL DEFAULT '',
  unit           TEXT NOT NULL DEFAULT '',
  decimals       INTEGER NOT NULL DEFAULT 0 CHECK (decimals BETWEEN 0 AND 3),
  minimum        INTEGER CHECK (minimum >= 0),  -- NULL: not kept in stock, never an alert
  minimum_on     TEXT,                          -- when somebody last looked at the minimum
  target         INTEGER CHECK (target >= 0),
  reorder        INTEGER CHECK (reorder > 0),
  multiple       INTEGER CHECK (multiple > 0),
  min_order      INTEGER CHECK (min_order > 0),
  overflow       INTEGER CHECK (overflow >= 0),
  supplier_id    INTEGER REFERENCES party(id),
  lead_days      INTEGER NOT NULL DEFAULT 0 CHECK (lead_days BETWEEN 0 AND 3650),
  consumable     INTEGER NOT NULL DEFAULT 0 CHECK (consumable IN (0, 1)),
  discontinued   INTEGER NOT NULL DEFAULT 0 CHECK (discontinued IN (0, 1)),
  allow_negative INTEGER NOT NULL DEFAULT 0 CHECK (allow_negative IN (0, 1)),
  note           TEXT NOT NULL DEFAULT '',
  merged_into_id INTEGER REFERENCES item(id),
  find           TEXT NOT NULL DEFAULT '',
  void           INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1))   -- taken back; papers that name it keep it
) STRICT;
CREATE UNIQUE INDEX item_code ON item(code) WHERE void = 0;
CREATE INDEX item_name ON item(name, id);
CREATE INDEX item_supplier ON item(supplier_id);
CREATE INDEX item_merged ON item(merged_into_id);
CREATE INDEX item_find ON item(find, discontinued, code, merged_into_id, void) WHERE merged_into_id IS NULL AND void = 0;  -- a lookup reads this alone
INSERT INTO mark(tbl, kind) VALUES ('item', 'numbered');
-- A role that is given up was not in use; taking something back can bring its use back.
CREATE TRIGGER salespeople_are_ours BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM change c JOIN party p ON p.id BETWEEN c.row_id AND c.last_id JOIN party s ON s.id = p.salesperson_id
   WHERE c.step_id = new.id AND c.tbl = 'party' AND p.void = 0 AND s.salesperson = 0)
  OR EXISTS (SELECT 1 FROM change c JOIN party s ON s.id BETWEEN c.row_id AND c.last_id JOIN party p ON p.salesperson_id = s.id
   WHERE c.step_id = new.id AND c.tbl = 'party' AND p.void = 0 AND s.salesperson = 0)
BEGIN SELECT RAISE(ABORT, 'Who looks after a party is one of our salespeople.'); END;
CREATE TRIGGER suppliers_supply BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM change c JOIN item i ON i.id BETWEEN c.row_id AND c.last_id JOIN party s ON s.id = i.supplier_id
   WHERE c.step_id = new.id AND c.tbl = 'item' AND i.void = 0 AND s.supplier = 0)
  OR EXISTS (SELECT 1 FROM change c JOIN party s ON s.id BETWEEN c.row_id AND c.last_id JOIN item i ON i.supplier_id = s.id
   WHERE c.step_id = new.id AND c.tbl = 'party' AND i.void = 0 AND s.supplier = 0)
BEGIN SELECT RAISE(ABORT, 'The supplier of an item is a supplier.'); END;

CREATE TABLE item_alias (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id  INTEGER NOT NULL REFERENCES item(id),
  alias    TEXT NOT NULL CHECK (alias <> ''),
  kind     TEXT NOT NULL DEFAULT 'spoken' CHECK (kind IN ('spoken', 'legacy', 'barcode', 'customer', 'supplier', 'standard', 'language')),
  party_id INTEGER REFERENCES party(id),        -- whose word it is
  fold     TEXT NOT NULL CHECK (fold <> '')
) STRICT;
CREATE INDEX item_alias_item ON item_alias(item_id);
CREATE INDEX item_alias_fold ON item_alias(fold);
CREATE INDEX item_alias_party ON item_alias(party_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('item_alias', 'plain', 'item', 'item_id');

CREATE TABLE item_price (
  id      INTEGER PRIMARY KEY AUTOINCREMENT,
  item_id INTEGER NOT NULL REFERENCES item(id),
  kind    TEXT NOT NULL CHECK (kind IN ('list', 'floor')),
  since   TEXT NOT NULL,
  price   INTEGER NOT NULL CHECK (price >= 0),
  UNIQUE (item_id, kind, since)
) STRICT;
INSERT INTO mark(tbl, kind, header, part) VALUES ('item_price', 'plain', 'item', 'item_id');

-- ---- ledger ----------------------------------------------------------------------------------------------------------
CREATE TABLE account (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  code   TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name   TEXT NOT NULL CHECK (name <> ''),
  kind   TEXT NOT NULL CHECK (kind IN ('cash', 'bank', 'wechat', 'alipay', 'mpesa', 'income', 'expense', 'opening', 'receivable', 'payable')),
  money  INTEGER NOT NULL CHECK (money = (kind IN ('cash', 'bank', 'wechat', 'alipay', 'mpesa'))),  -- 1: money lies in it
  closed INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1)),
  find   TEXT NOT NULL DEFAULT ''
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('account', 'plain');

CREATE TABLE entry (
  id          INTEGER PRIMARY KEY,
  no          TEXT NOT NULL,
  day         TEXT NOT NULL,
  paper_day   TEXT,                             -- the document's own date, where it is another
  kind        TEXT NOT NULL CHECK (kind IN ('in', 'out', 'transfer', 'opening', 'correction', 'claim', 'receipt', 'payment', 'given up')),
  party_id    INTEGER REFERENCES party(id),
  purpose     TEXT NOT NULL DEFAULT '',
  document    TEXT NOT NULL DEFAULT '',
  corrects_id INTEGER REFERENCES entry(id),
  void        INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX entry_no ON entry(no) WHERE void = 0;  -- a number that came from elsewhere may come again when it was taken back
CREATE INDEX entry_by_no ON entry(no, id);
CREATE UNIQUE INDEX entry_corrects ON entry(corrects_id) WHERE void = 0;  -- an entry is corrected once
CREATE INDEX entry_day ON entry(day, id);
CREATE INDEX entry_party ON entry(party_id);
INSERT INTO mark(tbl, kind) VALUES ('entry', 'numbered');

CREATE TABLE posting (
  id          INTEGER PRIMARY KEY,
  entry_id    INTEGER NOT NULL REFERENCES entry(id),
  account_id  INTEGER NOT NULL REFERENCES account(id),
  day         TEXT NOT NULL,
  amount      INTEGER NOT NULL CHECK (amount <> 0 AND abs(amount) < 10000000000000),
  reverses_id INTEGER UNIQUE REFERENCES posting(id)
) STRICT;
CREATE INDEX posting_account ON posting(account_id, day, id);
CREATE INDEX posting_entry ON posting(entry_id);
CREATE INDEX posting_day ON posting(day, id);
INSERT INTO mark(tbl, kind, negate) VALUES ('posting', 'posted', 'amount');

-- Derived: the sum of an account's postings a day. What takes a posting back (a correction, or the mirror undo writes) is red: it lessens the side
-- that the posting was on, instead of adding to the other; so what was never so adds up to nothing on both sides.
CREATE TABLE account_day (
  account_id INTEGER NOT NULL,
  day        TEXT NOT NULL,
  taken_in   INTEGER NOT NULL,
  paid_out   INTEGER NOT NULL,
  PRIMARY KEY (account_id, day)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER posting_summed AFTER INSERT ON posting BEGIN
  INSERT INTO account_day VALUES (new.account_id, new.day, 0, 0) ON CONFLICT DO NOTHING;
  UPDATE account_day SET taken_in = taken_in + iif(red, min(new.amount, 0), max(new.amount, 0)), paid_out = paid_out - iif(red, max(new.amount, 0), min(new.amount, 0))
    FROM (SELECT (kind = 'correction') <> (new.reverses_id IS NOT NULL) AS red FROM entry WHERE id = new.entry_id)
   WHERE account_id = new.account_id AND day = new.day;
END;
CREATE TRIGGER entries_balance BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM posting p WHERE p.entry_id IN (SELECT entry_id FROM posting WHERE id > (SELECT hi FROM mark WHERE tbl = 'posting'))
  GROUP BY p.entry_id HAVING sum(p.amount) <> 0)
BEGIN SELECT RAISE(ABORT, 'The postings of an entry must add up to zero.'); END;

-- A closed day: its totals, and the head digest of the journal when it was closed.
CREATE TABLE day_close (
  id          INTEGER PRIMARY KEY,
  day         TEXT NOT NULL UNIQUE,
  at          TEXT NOT NULL,
  clerk       TEXT NOT NULL,
  digest      TEXT NOT NULL,
  reverses_id INTEGER UNIQUE REFERENCES day_close(id),
  CONSTRAINT "A closed day stays closed; late papers go to the open day." CHECK (reverses_id IS NULL)
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('day_close', 'posted');

CREATE TABLE day_count (
  id          INTEGER PRIMARY KEY,
  close_id    INTEGER NOT NULL REFERENCES day_close(id),
  account_id  INTEGER NOT NULL REFERENCES account(id),
  opening     INTEGER NOT NULL,
  taken_in    INTEGER NOT NULL,
  paid_out    INTEGER NOT NULL,
  closing     INTEGER NOT NULL CHECK (closing = opening + taken_in - paid_out),
  counted     INTEGER,
  reverses_id INTEGER UNIQUE REFERENCES day_count(id),
  CONSTRAINT "A closed day stays closed; late papers go to the open day." CHECK (reverses_id IS NULL)
) STRICT;
CREATE INDEX day_count_close ON day_count(close_id);
CREATE INDEX day_count_account ON day_count(account_id);
INSERT INTO mark(tbl, kind) VALUES ('day_count', 'posted');
CREATE TRIGGER posting_open_day BEFORE INSERT ON posting WHEN new.day <= (SELECT max(day) FROM day_close)
BEGIN SELECT RAISE(ABORT, 'That day is closed; late papers go to the open day.'); END;
CREATE TRIGGER day_close_order BEFORE INSERT ON day_close WHEN new.day <= (SELECT max(day) FROM day_close)
BEGIN SELECT RAISE(ABORT, 'That day, or a later one, is closed already.'); END;

-- ---- stock -----------------------------------------------------------------------------------------------------------
CREATE TABLE place (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  code     TEXT NOT NULL UNIQUE CHECK (code <> ''),
  name     TEXT NOT NULL CHECK (name <> ''),
  kind     TEXT NOT NULL CHECK (kind IN ('shelf', 'quarantine', 'supplier', 'customer', 'dealer', 'borrower', 'factory', 'head_office', 'loss', 'opening', 'merge')),
  party_id INTEGER REFERENCES party(id),
  closed   INTEGER NOT NULL DEFAULT 0 CHECK (closed IN (0, 1))
) STRICT;
CREATE INDEX place_kind ON place(kind);
CREATE INDEX place_party ON place(party_id);
INSERT INTO mark(tbl, kind) VALUES ('place', 'plain');

-- ---- purchases -------------------------------------------------------------------------------------------------------
CREATE TABLE purchase (
  id          INTEGER PRIMARY KEY,
  no          TEXT NOT NULL,
  supplier_id INTEGER NOT NULL REFERENCES party(id),
  day         TEXT NOT NULL,
  state       TEXT NOT NULL DEFAULT 'sent' CHECK (state IN ('draft', 'sent', 'closed', 'cancelled')),
  their_no    TEXT NOT NULL DEFAULT '',
  note        TEXT NOT NULL DEFAULT '',
  void        INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX purchase_no ON purchase(no) WHERE void = 0;  -- a number that came from elsewhere may come again when it was taken back
CREATE INDEX purchase_by_no ON purchase(no, id);
CREATE INDEX purchase_supplier ON purchase(supplier_id);
CREATE INDEX purchase_state ON purchase(state);
CREATE INDEX purchase_day ON purchase(day, id);
INSERT INTO mark(tbl, kind) VALUES ('purchase', 'numbered');

CREATE TABLE purchase_line (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  purchase_id  INTEGER NOT NULL REFERENCES purchase(id),
  pos          INTEGER NOT NULL,
  item_id      INTEGER NOT NULL REFERENCES item(id),
  qty          INTEGER NOT NULL CHECK (qty > 0),
  price        INTEGER NOT NULL DEFAULT 0 CHECK (price >= 0),
  amount       INTEGER NOT NULL DEFAULT 0,
  wanted       TEXT,
  short_closed INTEGER NOT NULL DEFAULT 0 CHECK (short_closed BETWEEN 0 AND qty),
  short_reason TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX purchase_line_purchase ON purchase_line(purchase_id);
CREATE INDEX purchase_line_item ON purchase_line(item_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('purchase_line', 'plain', 'purchase', 'purchase_id');

-- What a supplier promised, every time it said so; the last row of a line holds.
CREATE TABLE purchase_promise (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
  purchase_id      INTEGER NOT NULL REFERENCES purchase(id),
  purchase_line_id INTEGER NOT NULL REFERENCES purchase_line(id),
  promised         TEXT NOT NULL,
  said_on          TEXT NOT NULL,
  said_by          TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX purchase_promise_purchase ON purchase_promise(purchase_id);
CREATE INDEX purchase_promise_line ON purchase_promise(purchase_line_id, id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('purchase_promise', 'plain', 'purchase', 'purchase_id');

-- ---- orders ----------------------------------------------------------------------------------------------------------
CREATE TABLE sales_order (
  id             INTEGER PRIMARY KEY,
  no             TEXT NOT NULL,
  customer_id    INTEGER NOT NULL REFERENCES party(id),
  salesperson_id INTEGER REFERENCES party(id),
  day            TEXT NOT NULL,
  wanted         TEXT,
  state          TEXT NOT NULL DEFAULT 'confirmed' CHECK (state IN ('draft', 'review', 'confirmed', 'hold', 'closed', 'cancelled')),
  reason         TEXT NOT NULL DEFAULT '',      -- why it is held or cancelled
  their_no       TEXT NOT NULL DEFAULT '',
  carrier_id     INTEGER REFERENCES party(id),
  freight        INTEGER NOT NULL DEFAULT 0,
  ship_to        TEXT NOT NULL DEFAULT '',
  history        INTEGER NOT NULL DEFAULT 0 CHECK (history IN (0, 1)),  -- from before the book was opened: moves no goods
  note           TEXT NOT NULL DEFAULT '',
  void           INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX sales_order_no ON sales_order(no) WHERE void = 0;  -- a number that came from elsewhere may come again when it was taken back
CREATE INDEX sales_order_by_no ON sales_order(no, id);
CREATE INDEX sales_order_customer ON sales_order(customer_id, day);
CREATE INDEX sales_order_salesperson ON sales_order(salesperson_id);
CREATE INDEX sales_order_carrier ON sales_order(carrier_id);
CREATE INDEX sales_order_state ON sales_order(state);
CREATE INDEX sales_order_day ON sales_order(day, id);
INSERT INTO mark(tbl, kind) VALUES ('sales_order', 'numbered');

CREATE TABLE order_line (
  id           INTEGER PRIMARY KEY AUTOINCREMENT,
  order_id     INTEGER NOT NULL REFERENCES sales_order(id),
  pos          INTEGER NOT NULL,
  item_id      INTEGER NOT NULL REFERENCES item(id),
  text         TEXT NOT NULL DEFAULT '',        -- the customer's own word for it, kept for our papers
  qty          INTEGER NOT NULL CHECK (qty > 0 AND qty < 10000000000000),
  price        INTEGER NOT NULL CHECK (price >= 0 AND price < 10000000000000),
  discount     INTEGER NOT NULL DEFAULT 0 CHECK (discount BETWEEN 0 AND 10000),
  amount       INTEGER NOT NULL,                -- quantity x price less discount, half up, once
  short_closed INTEGER NOT NULL DEFAULT 0 CHECK (short_closed BETWEEN 0 AND qty),
  short_reason TEXT NOT NULL DEFAULT '' CHECK (short_reason IN ('', 'customer', 'no stock', 'price', 'other')),
  approved_by  TEXT NOT NULL DEFAULT ''         -- who agreed to a price below the floor, and when
) STRICT;
CREATE INDEX order_line_order ON order_line(order_id);
CREATE INDEX order_line_item ON order_line(item_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('order_line', 'plain', 'sales_order', 'order_id');

-- ---- shipments -------------------------------------------------------------------------------------------------------
CREATE TABLE shipment (
  id         INTEGER PRIMARY KEY,
  no         TEXT NOT NULL,
  order_id   INTEGER NOT NULL REFERENCES sales_order(id),
  place_id   INTEGER NOT NULL REFERENCES place(id),
  day        TEXT NOT NULL,                     -- made on
  state      TEXT NOT NULL DEFAULT 'picking' CHECK (state IN ('picking', 'checked', 'shipped', 'arrived', 'cancelled')),
  carrier_id INTEGER REFERENCES party(id),
  waybill    TEXT NOT NULL DEFAULT '',
  checked_by TEXT NOT NULL DEFAULT '',
  shipped_on TEXT,
  due_on     TEXT,                              -- when it should be there: shipped_on plus the transit days
  arrived_on TEXT,
  arrived_by TEXT NOT NULL DEFAULT '',          -- who there confirmed it
  history    INTEGER NOT NULL DEFAULT 0 CHECK (history IN (0, 1)),
  note       TEXT NOT NULL DEFAULT '',
  void       INTEGER NOT NULL DEFAULT 0 CHECK (void IN (0, 1)),
  CONSTRAINT "Only what is shipped has a shipping day." CHECK ((state IN ('shipped', 'arrived')) = (shipped_on IS NOT NULL)),
  CONSTRAINT "Only what has arrived has somebody who confirmed it." CHECK ((state = 'arrived') = (arrived_on IS NOT NULL AND arrived_by <> ''))
) STRICT;
CREATE UNIQUE INDEX shipment_no ON shipment(no) WHERE void = 0;  -- a number that came from elsewhere may come again when it was taken back
CREATE INDEX shipment_by_no ON shipment(no, id);
CREATE INDEX shipment_order ON shipment(order_id);
CREATE INDEX shipment_carrier ON shipment(carrier_id);
CREATE INDEX shipment_place ON shipment(place_id);
CREATE INDEX shipment_state ON shipment(state);
CREATE INDEX shipment_shipped ON shipment(shipped_on);
INSERT INTO mark(tbl, kind) VALUES ('shipment', 'numbered');

CREATE TABLE shipment_line (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  shipment_id   INTEGER NOT NULL REFERENCES shipment(id),
  order_line_id INTEGER REFERENCES order_line(id) ON DELETE SET NULL,  -- a line that is taken back goes with its shipment, which stays as void
  item_id       INTEGER NOT NULL REFERENCES item(id),
  qty           INTEGER NOT NULL CHECK (qty >= 0),  -- 0: left out after it had been sent and taken back; the moves still name it
  checked_qty   INTEGER CHECK (checked_qty IS NULL OR checked_qty = qty),
  checked_as    TEXT NOT NULL DEFAULT '',       -- what was typed or scanned
  checked_at    TEXT,
  UNIQUE (shipment_id, order_line_id)
) STRICT;
CREATE INDEX shipment_line_order_line ON shipment_line(order_line_id);
CREATE INDEX shipment_line_item ON shipment_line(item_id);
INSERT INTO mark(tbl, kind, header, part) VALUES ('shipment_line', 'plain', 'shipment', 'shipment_id');
CREATE TRIGGER shipped_was_checked BEFORE UPDATE OF state ON shipment
WHEN new.state = 'shipped' AND old.state = 'picking' AND new.history = 0
BEGIN SELECT RAISE(ABORT, 'Only a checked shipment can leave.'); END;

-- ---- the moves -------------------------------------------------------------------------------------------------------
CREATE TABLE stock_move (
  id               INTEGER PRIMARY KEY,
  day              TEXT NOT NULL,
  item_id          INTEGER NOT NULL REFERENCES item(id),
  source_id        INTEGER NOT NULL REFERENCES place(id),
  target_id        INTEGER NOT NULL REFERENCES place(id),
  qty              INTEGER NOT NULL CHECK (qty <> 0 AND abs(qty) < 10000000000000),
  reason           TEXT NOT NULL DEFAULT '',
  document         TEXT NOT NULL DEFAULT '',
  purchase_line_id INTEGER REFERENCES purchase_line(id),
  shipment_line_id INTEGER REFERENCES shipment_line(id),
  reverses_id      INTEGER UNIQUE REFERENCES stock_move(id),
  CHECK ((qty > 0) = (reverses_id IS NULL)),
  CONSTRAINT "Goods cannot move to where they are." CHECK (source_id <> target_id)
) STRICT;
CREATE INDEX stock_move_item ON stock_move(item_id, id);
CREATE INDEX stock_move_way ON stock_move(item_id, source_id, target_id, qty);  -- the proof of all balances reads this alone
CREATE INDEX stock_move_day ON stock_move(day, id);
CREATE INDEX stock_move_source ON stock_move(source_id);
CREATE INDEX stock_move_target ON stock_move(target_id);
CREATE INDEX stock_move_purchase_line ON stock_move(purchase_line_id) WHERE purchase_line_id IS NOT NULL;
CREATE INDEX stock_move_shipment_line ON stock_move(shipment_line_id) WHERE shipment_line_id IS NOT NULL;
INSERT INTO mark(tbl, kind, negate) VALUES ('stock_move', 'posted', 'qty');
CREATE TRIGGER stock_move_open_day BEFORE INSERT ON stock_move WHEN new.day <= (SELECT max(day) FROM day_close)
BEGIN SELECT RAISE(ABORT, 'That day is closed; late papers go to the open day.'); END;

-- Derived: what is where. Kept from the moves; not one upsert, or the check would see -qty before the conflict is resolved.
CREATE TABLE stock_balance (
  item_id  INTEGER NOT NULL,
  place_id INTEGER NOT NULL,
  qty      INTEGER NOT NULL,
  PRIMARY KEY (item_id, place_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_balance_place ON stock_balance(place_id, item_id);
CREATE TRIGGER stock_move_kept AFTER INSERT ON stock_move BEGIN
  INSERT INTO stock_balance VALUES (new.item_id, new.source_id, 0), (new.item_id, new.target_id, 0) ON CONFLICT DO NOTHING;
  UPDATE stock_balance SET qty = qty - new.qty WHERE item_id = new.item_id AND place_id = new.source_id;
  UPDATE stock_balance SET qty = qty + new.qty WHERE item_id = new.item_id AND place_id = new.target_id;
END;
-- CROSS JOIN, here and in the other rules of the end of a step: from what the step wrote, whatever the planner guesses; it costs every step.
CREATE TRIGGER shelf_not_negative BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM stock_move m CROSS JOIN stock_balance b ON b.item_id = m.item_id AND b.place_id IN (m.source_id, m.target_id)
    CROSS JOIN place p ON p.id = b.place_id CROSS JOIN item i ON i.id = b.item_id
   WHERE m.id > (SELECT hi FROM mark WHERE tbl = 'stock_move') AND b.qty < 0 AND (p.kind IN ('dealer', 'borrower', 'factory', 'head_office') OR p.kind IN ('shelf', 'quarantine') AND NOT i.allow_negative))
BEGIN SELECT RAISE(ABORT, 'There would be less than nothing on the shelf.'); END;

-- Derived: what open orders still want, a row a line that wants something.
CREATE TABLE reservation (
  order_line_id INTEGER PRIMARY KEY,
  order_id      INTEGER NOT NULL,
  item_id       INTEGER NOT NULL,
  qty           INTEGER NOT NULL,
  due           TEXT
) STRICT;
CREATE INDEX reservation_item ON reservation(item_id, due);
CREATE INDEX reservation_order ON reservation(order_id);
CREATE VIEW v_reservation_due AS   -- what `reservation` must be
SELECT l.id AS order_line_id, l.order_id, l.item_id,
       l.qty - l.short_closed - coalesce((SELECT sum(sl.qty) FROM shipment_line sl JOIN shipment s ON s.id = sl.shipment_id
                                           WHERE sl.order_line_id = l.id AND s.state IN ('shipped', 'arrived') AND s.void = 0), 0) AS qty, o.wanted AS due
  FROM order_line l JOIN sales_order o ON o.id = l.order_id WHERE o.state IN ('confirmed', 'hold') AND o.void = 0;
CREATE TRIGGER reservation_line_i AFTER INSERT ON order_line BEGIN
  INSERT INTO reservation SELECT * FROM v_reservation_due WHERE order_line_id = new.id AND qty > 0;
END;
CREATE TRIGGER reservation_line_u AFTER UPDATE ON order_line BEGIN
  DELETE FROM reservation WHERE order_line_id = old.id;
  INSERT INTO reservation SELECT * FROM v_reservation_due WHERE order_line_id = new.id AND qty > 0;
END;
CREATE TRIGGER reservation_line_d AFTER DELETE ON order_line BEGIN
  DELETE FROM reservation WHERE order_line_id = old.id;
END;
CREATE TRIGGER reservation_order_u AFTER UPDATE OF state, void, wanted ON sales_order BEGIN
  DELETE FROM reservation WHERE order_id = old.id;
  INSERT INTO reservation SELECT * FROM v_reservation_due WHERE order_id = new.id AND qty > 0;
END;
CREATE TRIGGER reservation_shipment_u AFTER UPDATE OF state, void ON shipment BEGIN
  DELETE FROM reservation WHERE order_id = old.order_id;
  INSERT INTO reservation SELECT * FROM v_reservation_due WHERE order_id = new.order_id AND qty > 0;
END;
CREATE TRIGGER reservation_shipment_line_i AFTER INSERT ON shipment_line WHEN (SELECT shipped_on FROM shipment WHERE id = new.shipment_id) IS NOT NULL BEGIN
  DELETE FROM reservation WHERE order_line_id = new.order_line_id;
  INSERT INTO reservation SELECT * FROM v_reservation_due WHERE order_line_id = new.order_line_id AND qty > 0;
END;
CREATE TRIGGER reservation_shipment_line_u AFTER UPDATE OF qty ON shipment_line BEGIN
  DELETE FROM reservation WHERE order_line_id = new.order_line_id;
  INSERT INTO reservation SELECT * FROM v_reservation_due WHERE order_line_id = new.order_line_id AND qty > 0;
END;
CREATE TRIGGER reservation_shipment_line_d AFTER DELETE ON shipment_line BEGIN
  DELETE FROM reservation WHERE order_line_id = old.order_line_id;
  INSERT INTO reservation SELECT * FROM v_reservation_due WHERE order_line_id = old.order_line_id AND qty > 0;
END;
CREATE TRIGGER not_overshipped BEFORE UPDATE OF digest ON step WHEN EXISTS (
  SELECT 1 FROM change c CROSS JOIN shipment s ON c.tbl = 'shipment' AND s.id BETWEEN c.row_id AND c.last_id
    CROSS JOIN shipment_line sl ON sl.shipment_id = s.id CROSS JOIN v_reservation_due r ON r.order_line_id = sl.order_line_id
   WHERE c.step_id = new.id AND r.qty < 0)
BEGIN SELECT RAISE(ABORT, 'More would be shipped than was ordered.'); END;

-- Derived: what suppliers still owe, a row a line that is awaited.
CREATE TABLE expected (
  purchase_line_id INTEGER PRIMARY KEY,
  purchase_id      INTEGER NOT NULL,
  item_id          INTEGER NOT NULL,
  qty              INTEGER NOT NULL,
  promised         TEXT
) STRICT;
CREATE INDEX expected_item ON expected(item_id, promised);
CREATE INDEX expected_purchase ON expected(purchase_id);
CREATE VIEW v_expected_due AS      -- what `expected` must be
SELECT l.id AS purchase_line_id, l.purchase_id, l.item_id,
       l.qty - l.short_closed - coalesce((SELECT sum(m.qty) FROM stock_move m WHERE m.purchase_line_id = l.id), 0) AS qty,
       (SELECT promised FROM purchase_promise WHERE purchase_line_id = l.id ORDER BY id DESC LIMIT 1) AS promised
  FROM purchase_line l JOIN purchase p ON p.id = l.purchase_id WHERE p.state = 'sent' AND p.void = 0;
CREATE TRIGGER expected_line_i AFTER INSERT ON purchase_line BEGIN
  INSERT INTO expected SELECT * FROM v_expected_due WHERE purchase_line_id = new.id AND qty > 0;
END;
CREATE TRIGGER expected_line_u AFTER UPDATE ON purchase_line BEGIN
  DELETE FROM expected WHERE purchase_line_id = old.id;
  INSERT INTO expected SELECT * FROM v_expected_due WHERE purchase_line_id = new.id AND qty > 0;
END;
CREATE TRIGGER expected_line_d AFTER DELETE ON purchase_line BEGIN
  DELETE FROM expected WHERE purchase_line_id = old.id;
END;
CREATE TRIGGER expected_purchase_u AFTER UPDATE OF state, void ON purchase BEGIN
  DELETE FROM expected WHERE purchase_id = old.id;
  INSERT INTO expected SELECT * FROM v_expected_due WHERE purchase_id = new.id AND qty > 0;
END;
CREATE TRIGGER expected_promise_i AFTER INSERT ON purchase_promise BEGIN
  DELETE FROM expected WHERE purchase_line_id = new.purchase_line_id;
  INSERT INTO expected SELECT * FROM v_expected_due WHERE purchase_line_id = new.purchase_line_id AND qty > 0;
END;
CREATE TRIGGER expected_promise_d AFTER DELETE ON purchase_promise BEGIN
  DELETE FROM expected WHERE purchase_line_id = old.purchase_line_id;
  INSERT INTO expected SELECT * FROM v_expected_due WHERE purchase_line_id = old.purchase_line_id AND qty > 0;
END;
CREATE TRIGGER expected_move_i AFTER INSERT ON stock_move WHEN new.purchase_line_id IS NOT NULL BEGIN
  DELETE FROM expected WHERE purchase_line_id = new.purchase_line_id;
  INSERT INTO expected SELECT * FROM v_expected_due WHERE purchase_line_id = new.purchase_line_id AND qty > 0;
END;

-- ---- tasks -----------------------------------------------------------------------------------------------------------
CREATE TABLE task (
  id       INTEGER PRIMARY KEY AUTOINCREMENT,
  kind     TEXT NOT NULL DEFAULT 'task' CHECK (kind IN ('task', 'message')),  -- a message is done when it was told
  text     TEXT NOT NULL CHECK (text <> ''),
  made_on  TEXT NOT NULL,
  due      TEXT,
  repeats  TEXT NOT NULL DEFAULT '' CHECK (repeats IN ('', 'day', 'workday', 'week', 'month', 'year')),
  asked_by TEXT NOT NULL DEFAULT '',
  party_id INTEGER REFERENCES party(id),        -- whom it is about; of a message: whom to tell
  book     TEXT NOT NULL DEFAULT '',            -- the linked record: its book ...
  book_id  INTEGER,                             -- ... and its row
  done_at  TEXT,
  done_by  TEXT NOT NULL DEFAULT '',
  find     TEXT NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX task_open ON task(due) WHERE done_at IS NULL;
CREATE INDEX task_made ON task(made_on, id);
CREATE INDEX task_party ON task(party_id);
INSERT INTO mark(tbl, kind) VALUES ('task', 'plain');

-- A live task of the system that is to be quiet until a day, and why. about: how it was then, mostly the severity or the day it was due (v_system_task): what
-- has got worse, or is due by another day, is another matter and speaks again.
CREATE TABLE snooze (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  kind   TEXT NOT NULL,                         -- of v_system_task: low stock, to ship, quote late ...
  ref    INTEGER NOT NULL,                      -- the row it is about
  about  TEXT NOT NULL DEFAULT '',
  until  TEXT NOT NULL,
  reason TEXT NOT NULL CHECK (reason <> ''),
  UNIQUE (kind, ref)
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('snooze', 'plain');

-- ---- imports ---------------------------------------------------------------------------------------------------------
-- How the columns of a kind of file were matched the last time.
CREATE TABLE import_map (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  what   TEXT NOT NULL,
  header TEXT NOT NULL,                         -- the file's column names, folded
  map    TEXT NOT NULL,                         -- JSON: field -> column name
  UNIQUE (what, header)
) STRICT;
INSERT INTO mark(tbl, kind) VALUES ('import_map', 'plain');
