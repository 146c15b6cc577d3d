-- Views that join the tables for reading, in plain DuckDB SQL.

-- view: said
-- says: One row per claim, with its origin, chain, number with hedge, places, event, times and position in the article.
CREATE OR REPLACE VIEW said AS
WITH chains AS (
    SELECT a.claim_id,
        string_agg(CASE WHEN a.step = 0 THEN 'the article' ELSE x.name END, ' → ' ORDER BY a.step DESC) AS chain,
        arg_max(a.actor_id, a.step) AS origin_id,
        arg_max(x.name, a.step) AS origin,
        arg_max(a.specificity, a.step) AS origin_specificity,
        arg_max(a.commitment, a.step) AS origin_commitment,
        arg_max(a.channel, a.step) AS origin_channel,
        max(a.step) AS relays,
        arg_max(struct_pack(earliest := a.uttered_earliest, latest := a.uttered_latest), a.step) AS uttered
    FROM attributions a JOIN actors x USING (actor_id) GROUP BY a.claim_id),
hedged AS (
    SELECT quantity_id, claim_id,
        CASE comparator WHEN 'eq' THEN '' WHEN 'approx' THEN 'about ' WHEN 'approx_below' THEN 'almost '
            WHEN 'approx_above' THEN 'just over ' WHEN 'at_least' THEN 'at least ' WHEN 'at_most' THEN 'at most ' END
        || CASE WHEN value = floor(value) THEN value::BIGINT::VARCHAR ELSE value::VARCHAR END
        || CASE unit WHEN 'km2' THEN ' km²' WHEN '{person}' THEN ' people' WHEN '{settlement}' THEN ' settlements' ELSE ' ' || unit END AS number
    FROM quantities),
numbers AS (SELECT claim_id, string_agg(number, '; ' ORDER BY quantity_id) AS number FROM hedged GROUP BY claim_id),
located AS (
    SELECT claim_id, string_agg(c.relation || ' ' || p.name, '; ' ORDER BY p.name) AS places
    FROM claim_places c JOIN places p USING (place_id) GROUP BY claim_id),
anchored AS (
    SELECT e.claim_id, min(p.paragraph) AS paragraph, min_by(p.sentence, e.char_start) AS sentence,
        min(e.char_start) AS char_start, max(e.char_end) AS char_end
    FROM evidence e JOIN passages p USING (passage_id) WHERE e.role = 'content' GROUP BY e.claim_id)
SELECT c.claim_id, c.statement, h.origin, h.chain, h.origin_specificity, h.origin_commitment, h.origin_channel, h.relays,
    c.kind, c.polarity, c.mode, n.number, l.places, v.label AS event,
    c.occurred_earliest, c.occurred_latest, c.time_basis,
    h.uttered.earliest AS uttered_earliest, h.uttered.latest AS uttered_latest,
    c.prominence, c.doc_id, w.paragraph, w.sentence, w.char_start, w.char_end, c.event_id, h.origin_id, c.note
FROM claims c JOIN chains h USING (claim_id) JOIN events v USING (event_id)
LEFT JOIN numbers n USING (claim_id) LEFT JOIN located l USING (claim_id) LEFT JOIN anchored w USING (claim_id)
ORDER BY c.claim_id;

-- view: numbers
-- says: One row per quantity, with its hedge, its origin and the origin's commitment to it.
CREATE OR REPLACE VIEW numbers AS
SELECT q.quantity_id, s.number, q.measure, q.value, q.comparator, q.low, q.high, q.unit, q.aggregation, q.surface,
    s.origin, s.chain, s.origin_specificity, s.origin_commitment, s.statement, s.places, s.event, q.claim_id,
    q.as_of_earliest, q.as_of_latest
FROM quantities q JOIN said s USING (claim_id)
ORDER BY q.quantity_id;

-- view: disputes
-- says: One row per pair of claims in which one denies or contradicts the other, side by side with their origins.
CREATE OR REPLACE VIEW disputes AS
SELECT a.origin, a.statement, r.relation, b.origin AS disputed_origin, b.statement AS disputed_statement, a.event, r.stated_by, r.note,
    a.chain, b.chain AS disputed_chain, r.from_claim_id AS claim_id, r.to_claim_id AS disputed_claim_id
FROM claim_relations r JOIN said a ON a.claim_id = r.from_claim_id JOIN said b ON b.claim_id = r.to_claim_id
WHERE r.relation IN ('denies', 'contradicts')
ORDER BY r.from_claim_id, r.to_claim_id, r.relation;

-- view: unattributed
-- says: One row per claim without a named source: it comes from the document itself, a generic group or an anonymous source.
CREATE OR REPLACE VIEW unattributed AS
SELECT claim_id, statement, CASE origin_specificity WHEN 'anonymous' THEN 'anonymous' WHEN 'generic' THEN 'generic' ELSE 'the document' END AS behind_it,
    origin, origin_commitment, kind, mode, number, places, event, note
FROM said
WHERE relays = 0 OR origin_specificity IN ('generic', 'anonymous')
ORDER BY claim_id;

-- view: damage
-- says: One row per thing that is said to have been hit or damaged, with the place, the means and the origin of the claim.
CREATE OR REPLACE VIEW damage AS
SELECT o.object AS damaged,
    (SELECT string_agg(i.object, '; ' ORDER BY i.object) FROM claim_objects i WHERE i.claim_id = o.claim_id AND i.role = 'instrument') AS by_what,
    s.places, s.origin, s.origin_commitment, s.statement, s.occurred_earliest, s.occurred_latest, s.event, o.claim_id, s.note
FROM claim_objects o JOIN said s USING (claim_id)
WHERE o.role = 'affected'
ORDER BY o.claim_id, o.object;

-- view: said_and_checked
-- says: One row per crosscheck: the claim with its origin, next to what other public reports say. The claim stays as the article
-- states it.
CREATE OR REPLACE VIEW said_and_checked AS
SELECT s.claim_id, s.statement, s.origin, s.chain, s.number, s.places, x.finding, x.aspect, x.summary, x.publisher, x.url, x.published_on,
    x.checked_on, x.access, x.note, x.crosscheck_id
FROM crosschecks x JOIN said s USING (claim_id)
ORDER BY x.crosscheck_id;
