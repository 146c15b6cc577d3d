-- Saved questions. Run one with `kursk-claims query --name NAME`.

-- question: who-said-what
-- asks: Who says what, and through whom did it reach the article?
SELECT claim_id, origin, statement, chain FROM said;

-- question: numbers
-- asks: Which numbers are stated, how are they hedged, and who states them?
SELECT measure, number, origin, chain, statement FROM numbers ORDER BY measure, value DESC, quantity_id;

-- question: disputes
-- asks: Who denies or contradicts whom, and on what?
SELECT origin, statement, relation, disputed_origin, disputed_statement FROM disputes;

-- question: unattributed
-- asks: Which claims have no named source?
SELECT claim_id, behind_it, statement FROM unattributed ORDER BY behind_it, claim_id;

-- question: damage
-- asks: What is said to have been damaged, where, by what, and who says so?
SELECT damaged, by_what, places, origin, claim_id FROM damage;

-- question: timeline
-- asks: What is said to have happened when, how is the time known, and when was it said?
SELECT occurred_earliest, occurred_latest, time_basis, statement, origin, uttered_earliest, uttered_latest, claim_id FROM said
WHERE occurred_earliest IS NOT NULL ORDER BY occurred_earliest, occurred_latest, claim_id;

-- question: long-chains
-- asks: Which claims reached the article through an intermediary, and through whom?
SELECT claim_id, chain, statement FROM said WHERE relays >= 2 ORDER BY claim_id;

-- question: silence
-- asks: How many claims of each event have no time, no place or no named origin?
SELECT event, count(*) AS claims,
    count(*) FILTER (WHERE occurred_earliest IS NULL) AS without_time,
    count(*) FILTER (WHERE places IS NULL) AS without_place,
    count(*) FILTER (WHERE relays = 0 OR origin_specificity IN ('generic', 'anonymous')) AS without_named_origin
FROM said GROUP BY event ORDER BY claims DESC, event;

-- question: checked
-- asks: What do other public reports say about the claims?
SELECT claim_id, origin, statement, finding, aspect, summary, publisher FROM said_and_checked;
