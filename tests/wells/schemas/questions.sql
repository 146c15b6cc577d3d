-- question: count
-- asks: How many wells are there?
SELECT count(*) FROM wells
