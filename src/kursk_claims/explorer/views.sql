-- What each view of the page shows; the page offers these statements and their rows.

-- picture: claims
-- says: One row per claim: who says what, on whose word, how firmly, and where in the article.
SELECT claim_id, statement, origin, chain, origin_specificity, origin_commitment, origin_channel,
    claim_id NOT IN (SELECT a.claim_id FROM attributions a WHERE a.step > 0) AS own_voice, kind, polarity, mode,
    number, event, event_id, places, occurred_earliest, occurred_latest, uttered_earliest, uttered_latest, paragraph, sentence, note
FROM said ORDER BY claim_id;

-- picture: map
-- says: One row per claim and place. Coordinates are empty where none could be verified.
SELECT p.place_id, p.name, p.name_native, p.kind, p.latitude, p.longitude, p.coordinate_precision, p.coordinate_source,
    c.relation, s.claim_id, s.origin, s.statement
FROM claim_places c JOIN places p USING (place_id) JOIN said s USING (claim_id) ORDER BY p.name, s.claim_id;

-- picture: timeline
-- says: One row per claim with a date: when it is said to have happened, apart from when it was said.
SELECT claim_id, statement, origin, occurred_earliest, occurred_latest, time_basis, uttered_earliest, uttered_latest
FROM said WHERE coalesce(occurred_earliest, occurred_latest, uttered_earliest, uttered_latest) IS NOT NULL
ORDER BY coalesce(occurred_earliest, uttered_earliest), claim_id;

-- picture: numbers
-- says: One row per number, with its hedge and who gives it.
SELECT quantity_id, claim_id, number, measure, value, comparator, low, high, unit, origin, chain, origin_commitment, statement
FROM numbers ORDER BY measure, value DESC, quantity_id;

-- picture: relays
-- says: One row per hand-over: who passes on whose words, and in how many claims.
SELECT teller.name AS told_by, relay.name AS passed_on_by, count(*) AS claims,
    string_agg(told.claim_id, ' ' ORDER BY told.claim_id) AS claim_ids
FROM attributions told JOIN attributions passed ON passed.claim_id = told.claim_id AND passed.step = told.step - 1
JOIN actors teller ON teller.actor_id = told.actor_id JOIN actors relay ON relay.actor_id = passed.actor_id
GROUP BY ALL ORDER BY claims DESC, told_by, passed_on_by;

-- picture: article
-- says: One row per sentence of the article, with whose voice carries its claims. The text itself is not in the data.
SELECT p.passage_id, p.paragraph, p.sentence, p.char_start, p.char_end, p.disposition,
    CASE WHEN count(s.claim_id) = 0 THEN 'no claim'
        WHEN count(DISTINCT s.voice) > 1 THEN 'several voices' ELSE any_value(s.voice) END AS voice,
    string_agg(DISTINCT s.origin, ', ' ORDER BY s.origin) AS origins,
    string_agg(DISTINCT s.claim_id, ' ' ORDER BY s.claim_id) AS claim_ids
FROM passages p LEFT JOIN evidence e ON e.passage_id = p.passage_id AND e.role = 'content'
LEFT JOIN (
    SELECT claim_id, origin, CASE WHEN claim_id NOT IN (SELECT a.claim_id FROM attributions a WHERE a.step > 0) THEN 'the article itself' WHEN origin_specificity = 'anonymous' THEN 'no named source'
        WHEN origin_specificity = 'generic' THEN 'a generic group' ELSE 'a named source' END AS voice FROM said) s USING (claim_id)
GROUP BY p.passage_id, p.paragraph, p.sentence, p.char_start, p.char_end, p.disposition, p.doc_id
ORDER BY p.doc_id, p.char_start;
