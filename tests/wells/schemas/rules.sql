-- rule: well-in-the-north
-- table: wells  columns: latitude  severity: error
-- says: Every well lies in the north.
-- fix: Correct the latitude.
SELECT well_id, latitude AS found FROM wells WHERE latitude < 0
