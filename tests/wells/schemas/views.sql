-- view: northernmost
-- says: The northernmost well.
CREATE VIEW northernmost AS SELECT * FROM wells ORDER BY latitude DESC LIMIT 1;
