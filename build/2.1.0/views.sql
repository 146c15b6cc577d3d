-- Views that join the tables for reading, in plain DuckDB SQL. schemas/VIEW.yaml describes the columns of each.

-- view: said
-- says: One row per claim, with who says it, through whom it reached the document, how firmly, and where in the document.
CREATE OR REPLACE VIEW said AS
WITH chains AS (
    SELECT a.claim_id, string_agg(x.name, ' → ' ORDER BY a.step DESC) AS chain, max(a.step) AS steps,
        min_by(a.commitment, a.step) AS publisher_commitment
    FROM attributions a JOIN actors x USING (actor_id) GROUP BY a.claim_id),
origins AS (
    SELECT a.*, x.name AS origin FROM attributions a JOIN actors x USING (actor_id)
    QUALIFY a.step = max(a.step) OVER (PARTITION BY a.claim_id)),
measured AS (
    SELECT q.claim_id, q.comparator, q.surface,
        CASE q.change WHEN 'increase' THEN 'up ' WHEN 'decrease' THEN 'down ' ELSE '' END AS change,
        regexp_replace(q.value::VARCHAR, '\.0$', '') AS value,
        regexp_replace(q.low::VARCHAR, '\.0$', '') AS low, regexp_replace(q.high::VARCHAR, '\.0$', '') AS high,
        CASE WHEN q.unit LIKE '{%}' AND q.value = 1 THEN trim(q.unit, '{}')
            WHEN q.unit = '%' OR regexp_full_match(q.unit, '[A-Z]{3}') THEN q.unit
            WHEN regexp_full_match(u.label, '[A-Z][a-z -]+') THEN lower(u.label)
            ELSE coalesce(u.label, trim(q.unit, '{}')) END AS unit
    FROM quantities q LEFT JOIN codes u ON u.field = 'quantities.unit' AND u.code = q.unit),
numbers AS (
    SELECT claim_id, string_agg(change || CASE comparator
        WHEN 'vague' THEN '“' || surface || '” (' || unit || ')'
        WHEN 'between' THEN low || ' to ' || high || ' ' || unit
        WHEN 'approx' THEN 'about ' || value || ' ' || unit
        WHEN 'approx_below' THEN 'almost ' || value || ' ' || unit
        WHEN 'approx_above' THEN 'just over ' || value || ' ' || unit
        WHEN 'at_least' THEN 'at least ' || value || ' ' || unit
        WHEN 'at_most' THEN 'at most ' || value || ' ' || unit
        WHEN 'more_than' THEN 'more than ' || value || ' ' || unit
        WHEN 'less_than' THEN 'less than ' || value || ' ' || unit
        ELSE value || ' ' || unit END, '; ') AS number
    FROM measured GROUP BY claim_id),
roles AS (
    SELECT c.claim_id, c.role, string_agg(x.name, ', ' ORDER BY x.name) AS names
    FROM claim_actors c JOIN actors x USING (actor_id) GROUP BY c.claim_id, c.role),
involved AS (SELECT claim_id, string_agg(role || ': ' || names, '; ' ORDER BY role) AS actors FROM roles GROUP BY claim_id),
things AS (
    SELECT claim_id, string_agg(object || ' (' || role || coalesce(', ' || effect, '') || ')', '; ' ORDER BY object, role) AS objects
    FROM claim_objects GROUP BY claim_id),
located AS (
    SELECT claim_id, string_agg(c.relation || ' ' || p.name, '; ' ORDER BY p.name, c.relation) AS places
    FROM claim_places c JOIN places p USING (place_id) GROUP BY claim_id),
anchored AS (
    SELECT e.claim_id, min(p.paragraph) AS paragraph, min_by(p.sentence, e.char_start) AS sentence,
        min(e.char_start) AS char_start, max(e.char_end) AS char_end,
        string_agg(e.char_start || '–' || e.char_end, '; ' ORDER BY e.char_start) AS spans
    FROM evidence e JOIN passages p USING (passage_id) WHERE e.role = 'content' GROUP BY e.claim_id)
SELECT c.claim_id, c.statement, o.origin, h.chain, h.steps = 0 AS own_voice,
    CASE WHEN h.steps = 0 THEN 'document' ELSE o.specificity END AS behind_it,
    o.specificity AS origin_specificity, o.commitment AS origin_commitment, h.publisher_commitment,
    o.channel AS origin_channel, greatest(h.steps - 1, 0) AS relays, o.cue, o.cue_class, o.quote_type,
    c.kind, c.polarity, c.mode, n.number, i.actors, t.objects, l.places, v.label AS event,
    c.occurred_earliest, c.occurred_latest, c.time_basis, c.time_surface,
    o.uttered_earliest, o.uttered_latest, o.uttered_basis, o.uttered_surface,
    c.doc_id, c.prominence, w.paragraph, w.sentence, w.char_start, w.char_end, w.spans, c.event_id, o.actor_id AS origin_id, c.note
FROM claims c JOIN chains h USING (claim_id) JOIN origins o USING (claim_id) JOIN events v USING (event_id)
LEFT JOIN numbers n USING (claim_id) LEFT JOIN involved i USING (claim_id) LEFT JOIN things t USING (claim_id)
LEFT JOIN located l USING (claim_id) LEFT JOIN anchored w USING (claim_id)
ORDER BY c.claim_id;

-- view: numbers
-- says: One row per quantity, with its hedge, who states it and how firmly.
CREATE OR REPLACE VIEW numbers AS
SELECT q.quantity_id, s.number, q.measure, q.value, q.comparator, q.low, q.high, q.unit, q.change, q.aggregation, q.surface,
    s.origin, s.chain, s.own_voice, s.behind_it, s.origin_commitment, s.origin_channel AS channel, s.uttered_earliest, s.uttered_latest,
    s.statement, s.places, s.event, s.doc_id, q.claim_id
FROM quantities q JOIN said s USING (claim_id)
ORDER BY q.quantity_id;

-- view: disputes
-- says: One row per pair of claims in which one denies or contradicts the other, side by side with their origins.
CREATE OR REPLACE VIEW disputes AS
SELECT a.origin, a.statement, r.relation, b.origin AS disputed_origin, b.statement AS disputed_statement, a.event, r.stated_by, r.note,
    a.chain, b.chain AS disputed_chain, a.origin_commitment, b.origin_commitment AS disputed_commitment,
    a.number, b.number AS disputed_number, a.origin_channel AS channel, b.origin_channel AS disputed_channel,
    a.uttered_earliest, a.uttered_latest,
    b.uttered_earliest AS disputed_uttered_earliest, b.uttered_latest AS disputed_uttered_latest,
    a.doc_id, b.doc_id AS disputed_doc_id, r.from_claim_id AS claim_id, r.to_claim_id AS disputed_claim_id
FROM claim_relations r JOIN said a ON a.claim_id = r.from_claim_id JOIN said b ON b.claim_id = r.to_claim_id
WHERE r.relation IN ('denies', 'contradicts')
ORDER BY r.from_claim_id, r.to_claim_id, r.relation;

-- view: unattributed
-- says: One row per claim without a named source: the document says it itself, or its origin is a generic group or anonymous.
CREATE OR REPLACE VIEW unattributed AS
SELECT claim_id, statement, own_voice, behind_it, origin, origin_commitment, origin_channel AS channel, cue, kind, mode, number,
    places, event, uttered_earliest, uttered_latest, doc_id, note
FROM said
WHERE behind_it IN ('document', 'generic', 'anonymous')
ORDER BY claim_id;

-- view: damage
-- says: One row per thing that is said to have been damaged or destroyed, with the place, the means and the origin of the claim.
CREATE OR REPLACE VIEW damage AS
SELECT o.object AS damaged, o.effect, v.kind AS event_kind,
    (SELECT string_agg(i.object, '; ' ORDER BY i.object) FROM claim_objects i WHERE i.claim_id = o.claim_id AND i.role = 'instrument') AS by_what,
    s.places, s.origin, s.behind_it, s.origin_commitment, s.origin_channel AS channel, s.statement, s.occurred_earliest, s.occurred_latest,
    s.uttered_earliest, s.uttered_latest, s.event, s.doc_id, o.claim_id, o.role, o.note AS object_note, s.note
FROM claim_objects o JOIN said s USING (claim_id) JOIN events v USING (event_id)
WHERE o.effect IN ('damaged', 'destroyed')
ORDER BY o.claim_id, o.object, o.role;

-- view: links
-- says: One row per relation between two claims, with both statements and origins.
CREATE OR REPLACE VIEW links AS
SELECT a.statement, a.origin, r.relation, k.label AS relation_label, k.definition AS relation_definition,
    b.statement AS other_statement, b.origin AS other_origin, r.stated_by, r.note, a.number, b.number AS other_number,
    a.event, b.event AS other_event, a.doc_id, b.doc_id AS other_doc_id, r.from_claim_id AS claim_id, r.to_claim_id AS other_claim_id
FROM claim_relations r JOIN said a ON a.claim_id = r.from_claim_id JOIN said b ON b.claim_id = r.to_claim_id
LEFT JOIN codes k ON k.field = 'claim_relations.relation' AND k.code = r.relation
ORDER BY r.from_claim_id, r.to_claim_id, r.relation;

-- view: map_places
-- says: One row per claim, place and relation, with coordinates or the reason why there are none.
CREATE OR REPLACE VIEW map_places AS
SELECT p.name AS place, p.name_native, p.kind AS place_kind, c.relation, p.latitude, p.longitude, p.coordinate_precision, p.coordinate_source,
    CASE WHEN p.latitude IS NOT NULL AND p.longitude IS NOT NULL THEN NULL
        WHEN p.kind IN ('country', 'region') THEN 'a ' || p.kind || ', no point'
        WHEN p.ambiguity IS NOT NULL THEN 'ambiguous, see ambiguity' ELSE 'not verified' END AS why_no_point,
    p.ambiguity, s.statement, s.origin, s.behind_it, s.event, s.occurred_earliest, s.occurred_latest, s.doc_id, c.claim_id, c.place_id
FROM claim_places c JOIN places p USING (place_id) JOIN said s USING (claim_id)
ORDER BY p.name, c.place_id, c.claim_id, c.relation;

-- view: said_and_checked
-- says: One row per crosscheck: the claim with its origin, next to what other public reports say. The claim stays as the document
-- states it.
CREATE OR REPLACE VIEW said_and_checked AS
SELECT s.claim_id, s.statement, s.origin, s.chain, s.number, s.places, x.finding, x.aspect, x.summary, x.publisher, x.url, x.published_on,
    x.checked_on, x.access, x.note, s.event, s.doc_id, x.crosscheck_id
FROM crosschecks x JOIN said s USING (claim_id)
ORDER BY x.crosscheck_id;
