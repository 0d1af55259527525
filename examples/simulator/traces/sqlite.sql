-- SPDX-License-Identifier: GPL-2.0-only
-- The program behind sqlite.csv.gz: a mail store in memory, about 45 MiB. Each
-- row fills most of a database page, so a row read is one or two pages touched.
.bail on
CREATE TABLE template(body BLOB);
INSERT INTO template VALUES (zeroblob(4000));
CREATE TABLE mail(id INTEGER PRIMARY KEY, sender INTEGER, day INTEGER, body BLOB);

-- Build: dense writes.
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 9999)
INSERT INTO mail SELECT i, (i * 7919) % 10000, i / 100, substr(body, 1, 2800 + i % 400) FROM n, template;

-- Index: a dense read.
CREATE INDEX by_sender ON mail(sender);

-- 1500 single mails all over the store: sparse reads, every region, few pages of each.
WITH RECURSIVE q(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM q WHERE k < 1499)
SELECT 'single mails', sum(length(body)) FROM q JOIN mail ON sender = (k * 4729) % 10000;

-- A report over everything: dense reads, in order.
SELECT 'report', sum(day) FROM mail;

-- 25 mails spread evenly, again and again: a small working set, one page a region.
WITH RECURSIVE q(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM q WHERE k < 1999)
SELECT 'spread', sum(length(body)) FROM q JOIN mail ON id = (k % 25) * 400;

-- One folder of 1000 mails, three times, with their bodies: a dense working set.
WITH RECURSIVE q(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM q WHERE k < 2999)
SELECT 'folder', sum(length(substr(body, 2))) FROM q JOIN mail ON id = 5000 + k % 1000;

-- Sparse writes.
WITH RECURSIVE q(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM q WHERE k < 199)
UPDATE mail SET day = day + 1 WHERE id IN (SELECT k * 50 FROM q);

-- Forget a fifth, and read the rest.
DELETE FROM mail WHERE id >= 3000 AND id < 5000;
SELECT 'report', sum(day) FROM mail;
