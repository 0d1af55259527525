-- SPDX-License-Identifier: GPL-2.0-only
-- 100 000 rows of 400 bytes; the keys are their numbers times a constant, modulo 2^31.
CREATE TABLE item(id INTEGER PRIMARY KEY, key INTEGER, body BLOB);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO item SELECT i, i * 1103515245 & 2147483647, zeroblob(400) FROM n;
CREATE INDEX by_key ON item(key);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000)
SELECT sum(length(body)) FROM n CROSS JOIN item INDEXED BY by_key
	ON key = (i * 7919 % 100000 + 1) * 1103515245 & 2147483647;
