-- Saved questions. Run one with `kursk-claims query --name NAME`. Those with a tile are the findings at the top of the page.

-- question: contradicted
-- asks: Which claims do other public reports contradict, on what, and who says otherwise?
-- tile: claims where another report differs
SELECT claim_id, origin, statement, aspect, summary, publisher FROM said_and_checked WHERE finding = 'differs'
ORDER BY claim_id, crosscheck_id;

-- question: who-said-what
-- asks: Who says what, and through whom did it reach the document?
SELECT claim_id, origin, statement, chain FROM said;

-- question: how-firmly
-- asks: How firmly does each origin stand behind its claims, and by which word is it tied to them?
SELECT claim_id, origin, behind_it, origin_commitment, cue, cue_class, quote_type, statement FROM said;

-- question: numbers
-- asks: Which numbers are stated, how are they hedged, and who states them?
SELECT measure, number, origin, chain, statement FROM numbers ORDER BY measure, value DESC, quantity_id;

-- question: disputes
-- asks: Who denies or contradicts whom, and on what?
SELECT origin, statement, relation, disputed_origin, disputed_statement FROM disputes;

-- question: denied
-- asks: Which claims does someone in the document deny, and who?
-- tile: claims that someone in the document denies
SELECT disputed_claim_id AS claim_id, disputed_origin, disputed_statement, origin AS denied_by, statement AS denial
FROM disputes WHERE relation = 'denies' ORDER BY disputed_claim_id, disputes.claim_id;

-- question: hedged
-- asks: Which numbers carry a hedge, such as about or almost?
-- tile: claims whose number carries a hedge
SELECT claim_id, number, comparator, origin, statement FROM numbers WHERE comparator <> 'eq' ORDER BY claim_id, quantity_id;

-- question: links
-- asks: Which claims refine, restate, round, explain or dispute which others?
SELECT origin, statement, relation, other_origin, other_statement, stated_by FROM links;

-- question: unattributed
-- asks: Which claims have no named source?
-- tile: claims with no source but the document, or none that is named
SELECT claim_id, behind_it, statement FROM unattributed ORDER BY behind_it, claim_id;

-- question: damage
-- asks: What is said to have been damaged or destroyed, where, by what, and who says so?
SELECT damaged, effect, event_kind, by_what, places, origin, claim_id FROM damage;

-- question: places
-- asks: Which places do the claims name, and where is each on a map?
SELECT place, place_kind, latitude, longitude, why_no_point, count(DISTINCT claim_id) AS claims FROM map_places
GROUP BY ALL ORDER BY claims DESC, place;

-- question: timeline
-- asks: What is said to have happened when, how is the time known, and when was it said?
SELECT occurred_earliest, occurred_latest, time_basis, statement, origin, uttered_earliest, uttered_latest, claim_id FROM said
WHERE occurred_earliest IS NOT NULL ORDER BY occurred_earliest, occurred_latest, claim_id;

-- question: long-chains
-- asks: Which claims reached the document through an intermediary, and through whom?
SELECT claim_id, chain, statement FROM said WHERE relays >= 1 ORDER BY claim_id;

-- question: silence
-- asks: How many claims of each event have no time, no place or no named origin?
SELECT event, count(*) AS claims,
    count(*) FILTER (WHERE occurred_earliest IS NULL) AS without_time,
    count(*) FILTER (WHERE places IS NULL) AS without_place,
    count(*) FILTER (WHERE behind_it IN ('document', 'generic', 'anonymous')) AS without_named_origin
FROM said GROUP BY event ORDER BY claims DESC, event;

-- question: checked
-- asks: What do other public reports say about the claims?
SELECT claim_id, origin, statement, finding, aspect, summary, publisher FROM said_and_checked;

-- question: agreement
-- asks: How well did separate codings agree with the first one, by field? (Krippendorff's alpha, empty where all claims have one value)
WITH codings AS (
    SELECT claim_id, 'claims.' || field AS field, code FROM claims UNPIVOT (code FOR field IN (kind, polarity, mode, prominence))
    UNION ALL
    SELECT claim_id, 'attributions.' || field, arg_max(code, step) FROM (
        SELECT claim_id, step, field, code FROM attributions
        UNPIVOT (code FOR field IN (specificity, cue_class, commitment, quote_type, channel)))
    GROUP BY claim_id, field),
pairs AS (
    SELECT coder, field,
        CASE WHEN r.coder IS NULL THEN code ELSE r.first_value END AS first_code,
        CASE WHEN r.coder IS NULL THEN code ELSE r.value END AS other_code
    FROM codings CROSS JOIN (SELECT DISTINCT coder FROM readings) LEFT JOIN readings r USING (claim_id, field, coder)
    ANTI JOIN (SELECT claim_id, coder FROM readings WHERE field = 'claims.claim_id' AND "value" IS NULL) USING (claim_id, coder)),
counts AS (SELECT coder, field, count(*) AS claims, count(*) FILTER (WHERE first_code = other_code) AS agreed FROM pairs GROUP BY ALL),
frequencies AS (
    SELECT coder, field, code, count(*) AS frequency
    FROM (SELECT coder, field, unnest([first_code, other_code]) AS code FROM pairs) GROUP BY ALL),
chance AS (SELECT coder, field, sum(frequency * frequency) AS squares FROM frequencies GROUP BY ALL)
SELECT coder, field, claims, agreed,
    round(1 - 2 * (claims - agreed) * (2 * claims - 1) / nullif(4 * claims * claims - squares, 0), 3) AS alpha
FROM counts JOIN chance USING (coder, field)
ORDER BY coder, field;
