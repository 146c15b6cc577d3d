-- Rules across rows and tables. Each rule has a header and one query, which returns the keys of the rows that break it. A column
-- `found` may describe what was found.
--
-- The header names the table and columns that a finding points at, and its severity. A warning with `blocks: release` may stand
-- while records are curated, but not in a release. The findings of a rule with `after: RULE` follow from those of RULE while it has
-- any, and are listed below them. `says` states what is expected, `fix` what to do otherwise. `scope: row` promises that the query
-- looks at one row of its table at a time, so that an invalid cell says nothing about any other row; without it the scope is the
-- whole table (`scope: table`).
--
-- Besides the tables, a query can read `contract_columns` and `contract_codes` (the schemas) and `surface_values` (the number or
-- the two ends that the surface of a quantity expresses). With `needs: text` it can also read `texts`, `passage_texts` and `numerals`, taken
-- from a copy of a document. `needs: document` requires a copy with exactly the offsets of the records.

-- Keys: every row is used, and no retired id is used again

-- rule: document-used
-- table: documents   columns: doc_id   severity: error   after: passages-coded
-- says: Every document is held, or another row cites it: an attribution, or a document derived from it.
-- fix: Remove the document, or enter its id in the via_doc_id or derived_from_id that refers to it.
SELECT doc_id FROM documents
WHERE NOT held
  AND doc_id NOT IN (SELECT via_doc_id FROM attributions WHERE via_doc_id IS NOT NULL)
  AND doc_id NOT IN (SELECT derived_from_id FROM documents WHERE derived_from_id IS NOT NULL);

-- rule: actor-used
-- table: actors   columns: actor_id   severity: error   after: passages-coded
-- says: Every actor takes part in a claim or an attribution chain, publishes a document, or is the parent of another actor.
-- fix: Remove the actor, or enter its id where it acts, speaks or publishes.
SELECT actor_id FROM actors
WHERE actor_id NOT IN (
    SELECT actor_id FROM claim_actors WHERE actor_id IS NOT NULL
    UNION ALL SELECT actor_id FROM attributions WHERE actor_id IS NOT NULL
    UNION ALL SELECT publisher_id FROM documents WHERE publisher_id IS NOT NULL
    UNION ALL SELECT parent_id FROM actors WHERE parent_id IS NOT NULL);

-- rule: place-used
-- table: places   columns: place_id   severity: error   after: passages-coded
-- says: Every place belongs to a claim or contains another place.
-- fix: Remove the place, or add it to claim_places.
SELECT place_id FROM places
WHERE place_id NOT IN (
    SELECT place_id FROM claim_places WHERE place_id IS NOT NULL
    UNION ALL SELECT parent_id FROM places WHERE parent_id IS NOT NULL);

-- rule: event-used
-- table: events   columns: event_id   severity: error   after: passages-coded
-- says: Every event has at least one claim or contains another event.
-- fix: Remove the event, or assign claims to it.
SELECT event_id FROM events
WHERE event_id NOT IN (
    SELECT event_id FROM claims WHERE event_id IS NOT NULL
    UNION ALL SELECT parent_id FROM events WHERE parent_id IS NOT NULL);

-- rule: retired-id-unused
-- table: retired   columns: retired_id   severity: error
-- says: A retired id is not the key of any row.
-- fix: Give the new row an id that has never been used.
SELECT retired_id FROM retired
WHERE retired_id IN (
    SELECT doc_id FROM documents UNION ALL SELECT passage_id FROM passages UNION ALL SELECT actor_id FROM actors
    UNION ALL SELECT place_id FROM places UNION ALL SELECT event_id FROM events UNION ALL SELECT claim_id FROM claims
    UNION ALL SELECT quantity_id FROM quantities UNION ALL SELECT evidence_id FROM evidence
    UNION ALL SELECT exclusion_id FROM exclusions);

-- rule: retired-table-known
-- table: retired   columns: table   severity: error   scope: row
-- says: The table of a retired id is one of the tables in the schemas.
-- fix: Enter the table's name as it is spelled in the schemas.
SELECT retired_id FROM retired WHERE "table" NOT IN (SELECT table_name FROM contract_columns);

-- rule: retired-replacement-known
-- table: retired   columns: replaced_by   severity: error
-- says: The replacement of a retired id is the id of an existing row.
-- fix: Correct the id, or leave replaced_by empty.
SELECT retired_id FROM retired
WHERE replaced_by NOT IN (
    SELECT doc_id FROM documents UNION ALL SELECT passage_id FROM passages UNION ALL SELECT actor_id FROM actors
    UNION ALL SELECT place_id FROM places UNION ALL SELECT event_id FROM events UNION ALL SELECT claim_id FROM claims
    UNION ALL SELECT quantity_id FROM quantities UNION ALL SELECT evidence_id FROM evidence
    UNION ALL SELECT exclusion_id FROM exclusions UNION ALL SELECT crosscheck_id FROM crosschecks);

-- Documents

-- rule: held-anchored
-- table: documents   columns: text_sha256,text_length,held   severity: error   scope: row
-- says: A held document has the digest and the length of its text; any other document has neither.
-- fix: Enter both for a held document, or leave both empty for any other document.
SELECT doc_id FROM documents
WHERE held IS DISTINCT FROM (text_sha256 IS NOT NULL) OR held IS DISTINCT FROM (text_length IS NOT NULL);

-- rule: held-published
-- table: documents   columns: publisher_id,held   severity: error   scope: row
-- says: A held document has a publisher, who is step 0 of every attribution chain.
-- fix: Enter the publisher in publisher_id.
SELECT doc_id FROM documents WHERE held AND publisher_id IS NULL;

-- rule: published-order
-- table: documents   columns: published_earliest,published_latest   severity: error   scope: row
-- says: Both publication dates are present or both are empty, and the earliest is not after the latest.
-- fix: Swap or complete the dates; if the day is known, enter it in both columns.
SELECT doc_id FROM documents
WHERE (published_earliest IS NULL) <> (published_latest IS NULL) OR published_earliest > published_latest;

-- rule: published-basis
-- table: documents   columns: date_basis,published_earliest   severity: error   scope: row
-- says: date_basis is unknown exactly when the publication dates are empty.
-- fix: State how the date is known, or leave the dates empty and set date_basis to unknown.
SELECT doc_id FROM documents WHERE (date_basis = 'unknown') <> (published_earliest IS NULL);

-- rule: derivation-acyclic
-- table: documents   columns: derived_from_id   severity: error
-- says: No document is derived from itself, directly or through other documents.
-- fix: Set derived_from_id to the original document.
WITH RECURSIVE up AS (
    SELECT doc_id, derived_from_id AS above FROM documents WHERE derived_from_id IS NOT NULL
    UNION SELECT up.doc_id, d.derived_from_id FROM up JOIN documents d ON d.doc_id = up.above WHERE d.derived_from_id IS NOT NULL)
SELECT up.doc_id, string_agg(up.above, ', ' ORDER BY up.above) AS found
FROM up JOIN up back ON back.doc_id = up.above AND back.above = up.doc_id GROUP BY up.doc_id HAVING up.doc_id = min(up.above);

-- rule: derivation-order
-- table: documents   columns: derived_from_id,published_latest   severity: error
-- says: A document is not published before the document that it derives from.
-- fix: Correct the dates of publication, or derived_from_id.
SELECT d.doc_id, 'published by ' || d.published_latest || ', ' || o.doc_id || ' from ' || o.published_earliest AS found
FROM documents d JOIN documents o ON o.doc_id = d.derived_from_id WHERE d.published_latest < o.published_earliest;

-- rule: retrieval-order
-- table: documents   columns: retrieved_on,published_earliest   severity: error   scope: row
-- says: A document is not read before it is published.
-- fix: Correct retrieved_on or the dates of publication.
SELECT doc_id FROM documents WHERE retrieved_on < published_earliest;

-- Passages and coverage

-- rule: passage-of-held
-- table: passages   columns: doc_id   severity: error
-- says: Every passage belongs to a held document.
-- fix: Set doc_id to a document whose text was read.
SELECT passage_id FROM passages WHERE doc_id IN (SELECT doc_id FROM documents WHERE NOT held);

-- rule: passage-order
-- table: passages   columns: char_start,char_end   severity: error
-- says: A passage ends after it starts, lies within the document and does not start before the previous passage ends.
-- fix: Correct the offsets; `kursk-claims curate locate` computes them.
SELECT passage_id FROM (
    SELECT p.passage_id, p.char_start, p.char_end, d.text_length,
        lag(p.char_end, 1, 0) OVER (PARTITION BY p.doc_id ORDER BY p.paragraph, p.sentence) AS before
    FROM passages p JOIN documents d USING (doc_id))
WHERE char_end <= char_start OR char_start < before OR char_end > text_length;

-- rule: passage-numbering
-- table: passages   columns: paragraph,sentence   severity: error
-- says: Paragraphs, and sentences within a paragraph, are numbered from 1 without gaps or duplicates.
-- fix: Renumber the passages of the document.
SELECT passage_id FROM (
    SELECT passage_id, paragraph, sentence,
        row_number() OVER (PARTITION BY doc_id, paragraph ORDER BY sentence, passage_id) AS nth_sentence,
        dense_rank() OVER (PARTITION BY doc_id ORDER BY paragraph) AS nth_paragraph
    FROM passages)
WHERE sentence <> nth_sentence OR paragraph <> nth_paragraph;

-- rule: passage-disposition
-- table: passages   columns: disposition   severity: error
-- says: A passage marked claims contains the content of a claim; a passage marked no_claim contains none.
-- fix: Record the claims of the passage, or mark it no_claim and give the reason.
SELECT passage_id FROM passages p
WHERE (disposition = 'claims') AND passage_id NOT IN (SELECT passage_id FROM evidence WHERE role = 'content' AND passage_id IS NOT NULL)
   OR (disposition = 'no_claim') AND passage_id IN (SELECT passage_id FROM evidence WHERE role = 'content');

-- rule: passage-reason
-- table: passages   columns: reason,disposition   severity: error   scope: row
-- says: A passage marked no_claim has a reason; a passage marked claims has none.
-- fix: Add the reason, or remove it.
SELECT passage_id FROM passages
WHERE disposition = 'no_claim' AND reason IS NULL OR disposition = 'claims' AND reason IS NOT NULL;

-- rule: passages-coded
-- table: documents   columns: doc_id   severity: warning   blocks: release
-- says: Every passage of a held document has claims, or a reason why it has none.
-- fix: Record the claims of the open passages, or why they have none; `kursk-claims curate status` lists them.
SELECT doc_id,
    count(*) || ' of ' || any_value(total) || ' passages are open: ' || string_agg(passage_id, ', ' ORDER BY char_start) AS found
FROM (SELECT *, count(*) OVER (PARTITION BY doc_id) AS total FROM passages)
WHERE doc_id IN (SELECT doc_id FROM documents WHERE held)
  AND (disposition IS NULL OR disposition = 'heading' AND reason IS NULL
        AND passage_id NOT IN (SELECT passage_id FROM evidence WHERE role = 'content' AND passage_id IS NOT NULL))
GROUP BY doc_id;

-- rule: heading-prominence
-- table: claims   columns: prominence   severity: error
-- says: The prominence of a claim is heading if a heading contains its content, and body otherwise.
-- fix: Set prominence according to the passage that contains the content evidence.
SELECT claim_id FROM claims
WHERE claim_id IN (SELECT claim_id FROM evidence WHERE role = 'content')
  AND (prominence = 'heading') <> (claim_id IN (
    SELECT e.claim_id FROM evidence e JOIN passages p USING (passage_id) WHERE e.role = 'content' AND p.disposition = 'heading'));

-- rule: document-digest
-- table: documents   columns: text_sha256   severity: error   needs: document
-- says: The digest is that of the document's canonical text.
-- fix: Correct the digest, if this copy is the text that was read.
SELECT d.doc_id, sha256(t.text) AS found FROM documents d JOIN texts t USING (doc_id)
WHERE t.exact AND sha256(t.text) IS DISTINCT FROM d.text_sha256;

-- rule: document-length
-- table: documents   columns: text_length   severity: error   needs: document
-- says: The length is that of the document's canonical text in code points.
-- fix: Correct the length, if this copy is the text that was read.
SELECT d.doc_id, length(t.text)::VARCHAR AS found FROM documents d JOIN texts t USING (doc_id)
WHERE t.exact AND length(t.text) IS DISTINCT FROM d.text_length;

-- rule: passage-digest
-- table: passages   columns: sha256   severity: error   needs: text
-- says: The copy of the text contains the passage, and the digest is that of its words.
-- fix: Correct the offsets or the digest, or use a copy that contains the passage.
SELECT p.passage_id, coalesce(sha256(w.text), 'no such words in this copy') AS found
FROM passages p JOIN texts t USING (doc_id) LEFT JOIN passage_texts w USING (passage_id)
WHERE sha256(w.text) IS DISTINCT FROM p.sha256;

-- rule: passage-coverage
-- table: passages   columns: char_start   severity: error   needs: document
-- says: There is only whitespace between two passages and before the first one.
-- fix: Add the missing passage, or correct the offsets.
SELECT passage_id, 'words from ' || before || ' to ' || char_start || ' belong to no passage' AS found FROM (
    SELECT p.passage_id, p.char_start, t.text,
        lag(p.char_end, 1, 0) OVER (PARTITION BY p.doc_id ORDER BY p.char_start) AS before
    FROM passages p JOIN texts t USING (doc_id) WHERE t.exact)
WHERE char_start > before AND regexp_matches(substring(text, before + 1, char_start - before), '[^\s\p{Z}]');

-- rule: document-coverage
-- table: documents   columns: text_length   severity: error   needs: document
-- says: There is only whitespace after the last passage.
-- fix: Add the missing passages at the end of the document.
SELECT t.doc_id FROM texts t
WHERE t.exact
  AND regexp_matches(substring(t.text, 1 + (SELECT coalesce(max(char_end), 0) FROM passages p WHERE p.doc_id = t.doc_id)), '[^\s\p{Z}]');

-- rule: numeral-accounted
-- table: passages   columns: passage_id   severity: error   needs: text
-- says: Every number in a passage that has been coded, in figures or words, lies in the number evidence of a quantity or in an
-- exclusion.
-- fix: Record the quantity, or exclude the number and give the reason.
SELECT n.passage_id, string_agg(n.surface || ' at ' || n.char_start || '-' || n.char_end, ', ' ORDER BY n.char_start) AS found
FROM numerals n JOIN passages p USING (passage_id)
WHERE (p.disposition IN ('claims', 'no_claim') OR p.disposition = 'heading' AND (p.reason IS NOT NULL
        OR p.passage_id IN (SELECT passage_id FROM evidence WHERE role = 'content' AND passage_id IS NOT NULL)))
  AND NOT EXISTS (
    SELECT 1 FROM evidence e JOIN quantities q ON q.evidence_id = e.evidence_id
    WHERE e.doc_id = n.doc_id AND e.char_start <= n.char_start AND n.char_end <= e.char_end)
  AND NOT EXISTS (
    SELECT 1 FROM exclusions x WHERE x.doc_id = n.doc_id AND x.char_start <= n.char_start AND n.char_end <= x.char_end)
GROUP BY n.passage_id;

-- Evidence

-- rule: claim-content
-- table: claims   columns: claim_id   severity: error
-- says: Every claim has content evidence.
-- fix: Add an evidence row with the role content; `kursk-claims curate locate` computes its offsets and digest.
SELECT claim_id FROM claims WHERE claim_id NOT IN (SELECT claim_id FROM evidence WHERE role = 'content' AND claim_id IS NOT NULL);

-- rule: evidence-document
-- table: evidence   columns: doc_id   severity: error
-- says: Evidence lies in the document that contains its claim and its passage.
-- fix: Correct the document, the claim or the passage.
SELECT e.evidence_id FROM evidence e JOIN claims c USING (claim_id) JOIN passages p USING (passage_id)
WHERE e.doc_id <> c.doc_id OR e.doc_id <> p.doc_id;

-- rule: evidence-inside-passage
-- table: evidence   columns: char_start,char_end   severity: error
-- says: A span is not empty and lies within its passage.
-- fix: Correct the offsets or the passage.
SELECT e.evidence_id, 'span ' || e.char_start || '-' || e.char_end || ' in passage ' || p.char_start || '-' || p.char_end AS found
FROM evidence e JOIN passages p USING (passage_id)
WHERE e.char_end <= e.char_start OR e.char_start < p.char_start OR e.char_end > p.char_end;

-- rule: evidence-digest
-- table: evidence   columns: sha256   severity: error   needs: text
-- says: The digest is that of the words in the span.
-- fix: Correct the offsets or the digest; `kursk-claims curate locate` computes both.
SELECT e.evidence_id, sha256(substring(w.text, e.char_start - p.char_start + 1, e.char_end - e.char_start)) AS found
FROM evidence e JOIN passages p USING (passage_id) JOIN passage_texts w USING (passage_id)
WHERE sha256(substring(w.text, e.char_start - p.char_start + 1, e.char_end - e.char_start)) IS DISTINCT FROM e.sha256;

-- rule: evidence-once
-- table: evidence   columns: char_start,char_end   severity: error
-- says: Each span is recorded only once per claim and role.
-- fix: Remove the duplicate row.
SELECT evidence_id FROM (
    SELECT evidence_id, row_number() OVER (PARTITION BY claim_id, role, char_start, char_end ORDER BY evidence_id) AS nth FROM evidence)
WHERE nth > 1;

-- rule: cue-with-evidence
-- table: attributions   columns: cue,cue_evidence_id   severity: error   scope: row
-- says: A step has cue evidence exactly when it has a cue.
-- fix: Add the missing cue or cue evidence, or remove the other one.
SELECT claim_id, step FROM attributions WHERE (cue IS NULL) <> (cue_evidence_id IS NULL);

-- rule: cue-evidence-fits
-- table: attributions   columns: cue_evidence_id   severity: error
-- says: Cue evidence has the role cue and belongs to the claim of the step.
-- fix: Refer to a cue span of the same claim.
SELECT a.claim_id, a.step FROM attributions a JOIN evidence e ON e.evidence_id = a.cue_evidence_id
WHERE e.role <> 'cue' OR e.claim_id <> a.claim_id;

-- rule: cue-class-fits
-- table: attributions   columns: cue,cue_class   severity: error   scope: row
-- says: cue_class is none exactly when the step has no cue.
-- fix: Choose the class of the cue, or set it to none if there is no cue.
SELECT claim_id, step FROM attributions WHERE (cue IS NULL) <> (cue_class = 'none');

-- rule: source-with-evidence
-- table: attributions   columns: source_evidence_id,specificity   severity: error   scope: row
-- says: Every step after the publisher points at the words that name its source, unless the source is anonymous.
-- fix: Add an evidence row with the role source and enter its id in source_evidence_id.
SELECT claim_id, step FROM attributions WHERE step > 0 AND specificity <> 'anonymous' AND source_evidence_id IS NULL;

-- rule: source-evidence-fits
-- table: attributions   columns: source_evidence_id   severity: error
-- says: Source evidence has the role source and belongs to the claim of the step.
-- fix: Refer to a source span of the same claim.
SELECT a.claim_id, a.step FROM attributions a JOIN evidence e ON e.evidence_id = a.source_evidence_id
WHERE e.role <> 'source' OR e.claim_id <> a.claim_id;

-- rule: evidence-pointed-at
-- table: evidence   columns: evidence_id   severity: error
-- says: Every cue span is the evidence of a step or a relation, every source span that of a step, and every number span that
-- of a quantity.
-- fix: Enter the span's id where it is used, or remove the span.
SELECT evidence_id FROM evidence
WHERE role = 'cue' AND evidence_id NOT IN (
    SELECT cue_evidence_id FROM attributions WHERE cue_evidence_id IS NOT NULL
    UNION ALL SELECT evidence_id FROM claim_relations WHERE evidence_id IS NOT NULL)
  OR role = 'source' AND evidence_id NOT IN (
    SELECT source_evidence_id FROM attributions WHERE source_evidence_id IS NOT NULL)
  OR role = 'number' AND evidence_id NOT IN (SELECT evidence_id FROM quantities WHERE evidence_id IS NOT NULL);

-- rule: quantity-evidence-fits
-- table: quantities   columns: evidence_id   severity: error
-- says: The evidence of a quantity has the role number and belongs to the same claim.
-- fix: Refer to a number span of the same claim.
SELECT q.quantity_id FROM quantities q JOIN evidence e USING (evidence_id)
WHERE e.role <> 'number' OR e.claim_id <> q.claim_id;

-- rule: quantity-surface
-- table: quantities   columns: surface   severity: error   needs: text
-- says: The surface is identical to the words of the number span.
-- fix: Enter the surface as the source writes it, or correct the span.
SELECT q.quantity_id, substring(w.text, e.char_start - p.char_start + 1, e.char_end - e.char_start) AS found
FROM quantities q JOIN evidence e USING (evidence_id) JOIN passages p USING (passage_id) JOIN passage_texts w USING (passage_id)
WHERE substring(w.text, e.char_start - p.char_start + 1, e.char_end - e.char_start) <> q.surface;

-- rule: hedge-with-evidence
-- table: quantities   columns: comparator   severity: error
-- says: A hedged number has evidence of its hedge; an exact number and an amount without a number have none. A range may have one.
-- fix: Add or remove evidence with the role hedge, or correct the comparator.
SELECT q.quantity_id FROM quantities q
WHERE q.comparator <> 'between'
  AND (q.comparator IN ('eq', 'vague')) = (q.claim_id IN (SELECT claim_id FROM evidence WHERE role = 'hedge' AND claim_id IS NOT NULL));

-- rule: time-with-evidence
-- table: claims   columns: time_surface   severity: error
-- says: A claim has time evidence exactly when it, or one of its steps, has a time expression.
-- fix: Add or remove evidence with the role time.
SELECT claim_id FROM claims c
WHERE (c.time_surface IS NOT NULL OR c.claim_id IN (SELECT claim_id FROM attributions WHERE uttered_surface IS NOT NULL))
   <> (c.claim_id IN (SELECT claim_id FROM evidence WHERE role = 'time'));

-- rule: time-surface
-- table: claims   columns: time_surface   severity: error   needs: text
-- says: The time expression is identical to the words of one of the claim's time spans.
-- fix: Enter the expression as the source writes it, or correct the span.
SELECT c.claim_id FROM claims c JOIN texts t USING (doc_id)
WHERE c.time_surface IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM evidence e JOIN passages p USING (passage_id) LEFT JOIN passage_texts w USING (passage_id)
    WHERE e.claim_id = c.claim_id AND e.role = 'time'
      AND (w.text IS NULL OR substring(w.text, e.char_start - p.char_start + 1, e.char_end - e.char_start) = c.time_surface));

-- rule: uttered-surface
-- table: attributions   columns: uttered_surface   severity: error   needs: text
-- says: The time expression of a step is identical to the words of one of the claim's time spans.
-- fix: Enter the expression as the source writes it, or correct the span.
SELECT a.claim_id, a.step FROM attributions a JOIN claims c USING (claim_id) JOIN texts t USING (doc_id)
WHERE a.uttered_surface IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM evidence e JOIN passages p USING (passage_id) LEFT JOIN passage_texts w USING (passage_id)
    WHERE e.claim_id = a.claim_id AND e.role = 'time'
      AND (w.text IS NULL OR substring(w.text, e.char_start - p.char_start + 1, e.char_end - e.char_start) = a.uttered_surface));

-- Exclusions

-- rule: exclusion-inside-passage
-- table: exclusions   columns: char_start,char_end   severity: error
-- says: A span is not empty and lies within its passage, in the same document.
-- fix: Correct the offsets, the passage or the document.
SELECT x.exclusion_id FROM exclusions x JOIN passages p USING (passage_id)
WHERE x.char_end <= x.char_start OR x.char_start < p.char_start OR x.char_end > p.char_end OR x.doc_id <> p.doc_id;

-- rule: exclusions-apart
-- table: exclusions   columns: char_start,char_end   severity: error
-- says: Excluded spans do not overlap.
-- fix: Keep one of the two, or correct their spans.
SELECT b.exclusion_id, 'overlaps ' || min(a.exclusion_id) AS found
FROM exclusions a JOIN exclusions b
  ON a.doc_id = b.doc_id AND a.exclusion_id < b.exclusion_id AND a.char_start < b.char_end AND b.char_start < a.char_end
GROUP BY b.exclusion_id;

-- rule: exclusion-digest
-- table: exclusions   columns: sha256   severity: error   needs: text
-- says: The digest is that of the words in the span.
-- fix: Correct the offsets or the digest; `kursk-claims curate locate` computes both.
SELECT x.exclusion_id, sha256(substring(w.text, x.char_start - p.char_start + 1, x.char_end - x.char_start)) AS found
FROM exclusions x JOIN passages p USING (passage_id) JOIN passage_texts w USING (passage_id)
WHERE sha256(substring(w.text, x.char_start - p.char_start + 1, x.char_end - x.char_start)) IS DISTINCT FROM x.sha256;

-- rule: exclusion-is-numeral
-- table: exclusions   columns: char_start,char_end   severity: error   needs: text
-- says: An excluded span contains a number in figures or words.
-- fix: Remove the exclusion, or correct its span.
SELECT x.exclusion_id FROM exclusions x JOIN passage_texts w USING (passage_id)
WHERE NOT EXISTS (
    SELECT 1 FROM numerals n WHERE n.doc_id = x.doc_id AND x.char_start <= n.char_start AND n.char_end <= x.char_end);

-- rule: exclusion-no-quantity
-- table: exclusions   columns: char_start,char_end   severity: error
-- says: An excluded span does not overlap the number of a quantity.
-- fix: Keep either the quantity or the exclusion, not both.
SELECT DISTINCT x.exclusion_id FROM exclusions x
JOIN evidence e ON e.doc_id = x.doc_id AND e.role = 'number' AND e.char_start < x.char_end AND x.char_start < e.char_end;

-- Quantities

-- rule: number-order
-- table: quantities   columns: low,value,high   severity: error   scope: row
-- says: The lower bound is not above the value, the value is not above the upper bound, and the ends of a range differ.
-- fix: Enter the bounds as the source states them, or leave them empty.
SELECT quantity_id FROM quantities WHERE low > value OR value > high OR low > high OR comparator = 'between' AND low = high;

-- rule: value-present
-- table: quantities   columns: comparator,value   severity: error   scope: row
-- says: The value is empty exactly for a range (between) and for an amount without a number (vague).
-- fix: Enter the value, or choose the comparator that fits the words of the source.
SELECT quantity_id FROM quantities WHERE (value IS NULL) <> (comparator IN ('between', 'vague'));

-- rule: hedge-bounds
-- table: quantities   columns: comparator,low,value,high   severity: error   scope: row
-- says: The value is the upper and only bound for approx_below, at_most and less_than, and the lower and only bound for
-- approx_above, at_least and more_than; between has both bounds; eq and vague have none.
-- fix: Set high to the value and leave low empty (approx_below, at_most, less_than), set low to the value and leave high empty
-- (approx_above, at_least, more_than), enter both ends (between), or leave both empty (eq, vague).
SELECT quantity_id FROM quantities
WHERE CASE
    WHEN comparator IN ('approx_below', 'at_most', 'less_than') THEN high IS DISTINCT FROM value OR low IS NOT NULL
    WHEN comparator IN ('approx_above', 'at_least', 'more_than') THEN low IS DISTINCT FROM value OR high IS NOT NULL
    WHEN comparator = 'between' THEN low IS NULL OR high IS NULL
    WHEN comparator IN ('eq', 'vague') THEN low IS NOT NULL OR high IS NOT NULL
    ELSE false END;

-- rule: bounds-basis
-- table: quantities   columns: bounds_basis,low,high   severity: error   scope: row
-- says: bounds_basis is none exactly when there are no bounds; a range and an approximate number have only bounds that the source
-- states.
-- fix: State where the bounds come from, and leave out any margin that the source does not state.
SELECT quantity_id FROM quantities
WHERE (bounds_basis = 'none') <> (low IS NULL AND high IS NULL) OR comparator IN ('approx', 'between') AND bounds_basis = 'hedge';

-- rule: measure-unit
-- table: quantities   columns: unit,measure   severity: error
-- says: The unit is that of the measure, if the measure has only one.
-- fix: Use the unit that the codes table gives for the measure.
SELECT q.quantity_id, q.unit || ', the measure has ' || c.unit AS found
FROM quantities q JOIN codes c ON c.field = 'quantities.measure' AND c.code = q.measure
WHERE c.unit <> q.unit;

-- rule: counts-whole
-- table: quantities   columns: value,low,high,unit   severity: error   scope: row
-- says: Counts, whose unit is in braces, are whole numbers and not negative.
-- fix: Correct the number or the unit.
SELECT quantity_id FROM quantities
WHERE unit LIKE '{%}' AND (value < 0 OR low < 0 OR high < 0 OR value <> floor(value) OR low <> floor(low) OR high <> floor(high));

-- rule: surface-value
-- table: quantities   columns: surface,value,low,high   severity: error
-- says: The surface expresses the value, or both ends of a range; that of a vague amount expresses no number.
-- fix: Correct the numbers or the comparator, or enter the surface as the source writes it.
SELECT q.quantity_id,
    CASE q.comparator
        WHEN 'between' THEN 'low ' || coalesce(q.low::VARCHAR, 'empty') || ' and high ' || coalesce(q.high::VARCHAR, 'empty')
        WHEN 'vague' THEN 'a vague amount'
        ELSE 'value ' || q.value END
    || ', read ' || coalesce(s.value::VARCHAR, s.low || ' to ' || s.high, 'nothing') || ' from ' || q.surface AS found
FROM quantities q JOIN surface_values s USING (quantity_id)
WHERE CASE q.comparator
    WHEN 'between' THEN s.low IS DISTINCT FROM q.low OR s.high IS DISTINCT FROM q.high
    WHEN 'vague' THEN true
    ELSE s.value IS DISTINCT FROM q.value END;

-- rule: quantity-kind
-- table: claims   columns: kind   severity: error
-- says: The kind of a claim is quantity exactly when the claim states a number. A vague amount is no number.
-- fix: Add the quantity, or correct the kind.
SELECT claim_id FROM claims
WHERE (kind = 'quantity') <> (claim_id IN (SELECT claim_id FROM quantities WHERE comparator <> 'vague' AND claim_id IS NOT NULL));

-- rule: statement-number
-- table: claims   columns: statement   severity: warning
-- says: A number in figures in the statement is that of the claim's quantity, whole or in thousands, millions or billions, if the
-- surface has figures as well.
-- fix: Correct the statement or the quantity.
WITH figures AS (
    SELECT claim_id, unnest(regexp_extract_all(regexp_replace(regexp_replace(statement, '\pL-\d+', '', 'g'), '(\d)[, \x{00A0}\x{202F}](\d{3})\b', '\1\2', 'g'), '\d+(?:\.\d+)?'))::DOUBLE AS figure
    FROM claims)
SELECT f.claim_id, string_agg(DISTINCT coalesce(q.value::VARCHAR, q.low || ' to ' || q.high), '; ') || ' in quantities' AS found
FROM figures f JOIN quantities q USING (claim_id) WHERE q.comparator <> 'vague' AND regexp_matches(q.surface, '\d')
GROUP BY f.claim_id
HAVING NOT bool_or(
    list_contains([q.value, -q.value, q.low, q.high], f.figure) OR list_contains([q.value, q.low, q.high], f.figure * 1e3)
    OR list_contains([q.value, q.low, q.high], f.figure * 1e6) OR list_contains([q.value, q.low, q.high], f.figure * 1e9));

-- rule: measure-once
-- table: quantities   columns: claim_id,measure   severity: error
-- says: A claim states at most one number; a number of another measure is another claim.
-- fix: Split the claim in two, and do not merge the numbers.
SELECT quantity_id FROM (
    SELECT quantity_id, row_number() OVER (PARTITION BY claim_id ORDER BY quantity_id) AS nth FROM quantities)
WHERE nth > 1;

-- Attribution chains

-- rule: chain-contiguous
-- table: attributions   columns: step   severity: error
-- says: The steps of a claim are numbered from 0 without gaps.
-- fix: Renumber the steps from the document (0) to the origin.
SELECT claim_id, step FROM (
    SELECT claim_id, step, dense_rank() OVER (PARTITION BY claim_id ORDER BY step) - 1 AS nth FROM attributions)
WHERE step <> nth;

-- rule: chain-present
-- table: claims   columns: claim_id   severity: error
-- says: Every claim has an attribution chain, even if the document is its only step.
-- fix: Add step 0 with the publisher of the document.
SELECT claim_id FROM claims WHERE claim_id NOT IN (SELECT claim_id FROM attributions WHERE claim_id IS NOT NULL);

-- rule: chain-begins-at-publisher
-- table: attributions   columns: actor_id   severity: error
-- says: Step 0 is the publisher of the document that contains the claim, with the channel article and no intermediate document.
-- fix: In step 0, enter the publisher, set channel to article and leave via_doc_id empty.
SELECT a.claim_id, a.step FROM attributions a JOIN claims c USING (claim_id) JOIN documents d ON d.doc_id = c.doc_id
WHERE a.step = 0 AND (a.actor_id IS DISTINCT FROM d.publisher_id OR a.via_doc_id IS NOT NULL OR a.channel <> 'article');

-- rule: chain-no-cycle
-- table: attributions   columns: actor_id   severity: error
-- says: No actor occurs twice in a chain.
-- fix: Remove the step that closes the circle, or correct its actor.
SELECT claim_id, step FROM (
    SELECT claim_id, step, row_number() OVER (PARTITION BY claim_id, actor_id ORDER BY step) AS nth FROM attributions WHERE actor_id IS NOT NULL)
WHERE nth > 1;

-- rule: report-after-utterance
-- table: attributions   columns: uttered_latest   severity: error
-- says: Nothing is reported or published before it was said.
-- fix: Correct the time of this step, of a step nearer to the origin, or of publication.
SELECT a.claim_id, a.step, 'reported by ' || a.uttered_latest || ', said from ' || b.uttered_earliest AS found
FROM attributions a JOIN attributions b ON b.claim_id = a.claim_id AND b.step > a.step
WHERE a.uttered_latest < b.uttered_earliest
UNION
SELECT a.claim_id, a.step, 'published by ' || d.published_latest || ', said from ' || a.uttered_earliest
FROM attributions a JOIN claims c USING (claim_id) JOIN documents d ON d.doc_id = c.doc_id
WHERE d.published_latest < a.uttered_earliest;

-- rule: specificity-fits
-- table: attributions   columns: specificity,actor_id   severity: error
-- says: A person is named or known by role, a generic group is generic, an unnamed source is anonymous, a state or another body is
-- an organization, and an actor of any other kind is neither generic nor anonymous.
-- fix: Set specificity according to the kind of the actor, or correct the actor.
SELECT a.claim_id, a.step, a.specificity || ' for ' || x.kind AS found FROM attributions a JOIN actors x USING (actor_id)
WHERE CASE x.kind
    WHEN 'person' THEN a.specificity NOT IN ('named', 'role')
    WHEN 'generic_group' THEN a.specificity <> 'generic'
    WHEN 'unnamed_source' THEN a.specificity <> 'anonymous'
    WHEN 'state' THEN a.specificity <> 'organization'
    WHEN 'armed_force' THEN a.specificity <> 'organization'
    WHEN 'government_body' THEN a.specificity <> 'organization'
    WHEN 'media_outlet' THEN a.specificity <> 'organization'
    WHEN 'platform' THEN a.specificity <> 'organization'
    ELSE a.specificity IN ('generic', 'anonymous') END;

-- rule: platform-no-speaker
-- table: attributions   columns: actor_id   severity: error
-- says: A platform is a channel, not a speaker.
-- fix: Enter the speaker in actor_id and the platform in channel.
SELECT a.claim_id, a.step FROM attributions a JOIN actors x USING (actor_id) WHERE x.kind = 'platform';

-- rule: vehicle-is-another
-- table: attributions   columns: via_doc_id   severity: error
-- says: The vehicle of a step is not the document that contains the claim.
-- fix: Leave via_doc_id empty, or enter the document that this one cites.
SELECT a.claim_id, a.step FROM attributions a JOIN claims c USING (claim_id) WHERE a.via_doc_id = c.doc_id;

-- rule: vehicle-publisher-speaks
-- table: attributions   columns: via_doc_id,actor_id   severity: error
-- says: The publisher of a step's vehicle is the actor of the step, or the step says in its note why not.
-- fix: Correct the actor or the vehicle, or explain in note.
SELECT a.claim_id, a.step, d.publisher_id || ' publishes ' || d.doc_id AS found
FROM attributions a JOIN documents d ON d.doc_id = a.via_doc_id
WHERE a.step > 0 AND d.publisher_id <> a.actor_id AND a.note IS NULL;

-- rule: vehicle-published-before
-- table: attributions   columns: via_doc_id   severity: error
-- says: A document does not cite a document that was published later.
-- fix: Correct the dates of publication or the vehicle.
SELECT a.claim_id, a.step, d.doc_id || ' by ' || d.published_latest || ', ' || v.doc_id || ' from ' || v.published_earliest AS found
FROM attributions a JOIN claims c USING (claim_id) JOIN documents d ON d.doc_id = c.doc_id JOIN documents v ON v.doc_id = a.via_doc_id
WHERE d.published_latest < v.published_earliest;

-- rule: origin-commits
-- table: attributions   columns: commitment   severity: error
-- says: The origin of a claim asserts it (certain, probable or possible), unless the origin is anonymous.
-- fix: Set commitment to certain, probable or possible, or add the source behind this step.
SELECT claim_id, step FROM attributions a
WHERE commitment IN ('uncommitted', 'denies') AND specificity <> 'anonymous'
  AND step = (SELECT max(step) FROM attributions b WHERE b.claim_id = a.claim_id);

-- rule: relay-uncommitted
-- table: attributions   columns: commitment   severity: error
-- says: An actor that only passes a claim on is uncommitted, or denies the claim.
-- fix: Set commitment to uncommitted, or to denies if the words reject what they pass on.
SELECT claim_id, step FROM attributions a
WHERE commitment NOT IN ('uncommitted', 'denies')
  AND step < (SELECT max(step) FROM attributions b WHERE b.claim_id = a.claim_id);

-- rule: quotation-has-speaker
-- table: attributions   columns: quote_type   severity: error   scope: row
-- says: Step 0 is the document itself, and its quote_type is none.
-- fix: Set quote_type in the step of the actor that is quoted, and to none in step 0.
SELECT claim_id, step FROM attributions WHERE step = 0 AND quote_type <> 'none';

-- rule: uttered-order
-- table: attributions   columns: uttered_earliest,uttered_latest   severity: error   scope: row
-- says: Both dates of an utterance are present or both are empty, and the earliest is not after the latest.
-- fix: Swap or complete the dates; if the day is known, enter it in both columns.
SELECT claim_id, step FROM attributions
WHERE (uttered_earliest IS NULL) <> (uttered_latest IS NULL) OR uttered_earliest > uttered_latest;

-- rule: uttered-basis
-- table: attributions   columns: uttered_basis,uttered_earliest,uttered_source   severity: error   scope: row
-- says: uttered_basis is none exactly when there is neither a date nor a time expression, and reported_elsewhere exactly when
-- uttered_source is present.
-- fix: State how the time is known and whose report it comes from, or leave it empty and set uttered_basis to none.
SELECT claim_id, step FROM attributions
WHERE (uttered_basis = 'none') <> (uttered_earliest IS NULL AND uttered_surface IS NULL) OR (uttered_basis = 'reported_elsewhere') <> (uttered_source IS NOT NULL);

-- Relations

-- rule: relation-to-other
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error   scope: row
-- says: No claim is related to itself.
-- fix: Refer to the other claim.
SELECT from_claim_id, to_claim_id, relation FROM claim_relations WHERE from_claim_id = to_claim_id;

-- rule: relation-once
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error   scope: row
-- says: A symmetric relation (contradicts, corroborates, restates) is stored once, from the lower id to the higher.
-- fix: Keep only the row from the lower id to the higher.
SELECT from_claim_id, to_claim_id, relation FROM claim_relations
WHERE relation IN ('contradicts', 'corroborates', 'restates') AND from_claim_id > to_claim_id;

-- rule: relation-evidence
-- table: claim_relations   columns: stated_by,evidence_id   severity: error   scope: row
-- says: A relation has evidence exactly when the source states it.
-- fix: Add the span in which the source relates the two claims, or set stated_by to curator and leave evidence_id empty.
SELECT from_claim_id, to_claim_id, relation FROM claim_relations WHERE (stated_by = 'source') <> (evidence_id IS NOT NULL);

-- rule: relation-evidence-fits
-- table: claim_relations   columns: evidence_id   severity: error
-- says: The evidence of a relation belongs to one of its two claims.
-- fix: Refer to a span of one of the two claims.
SELECT r.from_claim_id, r.to_claim_id, r.relation FROM claim_relations r JOIN evidence e USING (evidence_id)
WHERE e.claim_id NOT IN (r.from_claim_id, r.to_claim_id);

-- rule: relation-consistent
-- table: claim_relations   columns: from_claim_id,to_claim_id,relation   severity: error
-- says: Claims that contradict each other neither restate nor corroborate each other, and a claim does not corroborate the claim
-- that it relays.
-- fix: Keep the relation that holds.
SELECT r.from_claim_id, r.to_claim_id, r.relation, 'also ' || o.relation AS found
FROM claim_relations r JOIN claim_relations o
  ON least(r.from_claim_id, r.to_claim_id) = least(o.from_claim_id, o.to_claim_id)
  AND greatest(r.from_claim_id, r.to_claim_id) = greatest(o.from_claim_id, o.to_claim_id)
WHERE r.relation = 'contradicts' AND o.relation IN ('restates', 'corroborates')
   OR r.relation = 'relays' AND o.relation = 'corroborates';

-- rule: corroboration-independent
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error
-- says: Claims that corroborate each other have different origins.
-- fix: Choose restates; that somebody says it twice is no support.
WITH origins AS (SELECT claim_id, arg_max(actor_id, step) AS origin FROM attributions GROUP BY claim_id)
SELECT r.from_claim_id, r.to_claim_id, r.relation, 'both from ' || a.origin AS found
FROM claim_relations r JOIN origins a ON a.claim_id = r.from_claim_id JOIN origins b ON b.claim_id = r.to_claim_id
WHERE r.relation = 'corroborates' AND a.origin = b.origin;

-- rule: relay-cites-document
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error
-- says: A relay goes from a claim to the same claim (with the same polarity and event) in another held document, which is a
-- vehicle of the first claim.
-- fix: Enter that document as via_doc_id of a step, or choose another relation.
SELECT r.from_claim_id, r.to_claim_id, r.relation
FROM claim_relations r JOIN claims a ON a.claim_id = r.from_claim_id JOIN claims b ON b.claim_id = r.to_claim_id
WHERE r.relation = 'relays' AND (a.doc_id = b.doc_id OR a.polarity <> b.polarity OR a.event_id <> b.event_id OR NOT EXISTS (
    SELECT 1 FROM attributions s WHERE s.claim_id = a.claim_id AND s.via_doc_id = b.doc_id));

-- rule: denial-same-event
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error
-- says: A denial and the claim that it denies belong to the same event.
-- fix: Assign both claims to the event whose outcome is at issue, or choose another relation.
SELECT r.from_claim_id, r.to_claim_id, r.relation, a.event_id || ' and ' || b.event_id AS found FROM claim_relations r
JOIN claims a ON a.claim_id = r.from_claim_id JOIN claims b ON b.claim_id = r.to_claim_id
WHERE r.relation = 'denies' AND a.event_id <> b.event_id;

-- rule: contradiction-of-numbers
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error
-- says: Numbers that contradict each other have the same measure and unit, and their intervals do not overlap.
-- fix: Choose another relation; an approximate number without stated bounds and a vague amount contradict nothing.
WITH bounds AS (
    SELECT claim_id, measure, unit, change,
        CASE WHEN comparator = 'eq' THEN value WHEN comparator IN ('approx', 'vague') AND low IS NULL THEN NULL ELSE coalesce(low, -1e300) END AS low,
        CASE WHEN comparator = 'eq' THEN value WHEN comparator IN ('approx', 'vague') AND high IS NULL THEN NULL ELSE coalesce(high, 1e300) END AS high,
        comparator IN ('approx_below', 'less_than') AS open_high, comparator IN ('approx_above', 'more_than') AS open_low
    FROM quantities)
SELECT r.from_claim_id, r.to_claim_id, r.relation FROM claim_relations r
JOIN bounds a ON a.claim_id = r.from_claim_id JOIN bounds b ON b.claim_id = r.to_claim_id
WHERE r.relation = 'contradicts' AND NOT coalesce(
    a.measure = b.measure AND a.unit = b.unit AND a.change = b.change
    AND (a.high < b.low OR b.high < a.low OR a.high = b.low AND (a.open_high OR b.open_low) OR b.high = a.low AND (b.open_high OR a.open_low)),
    false);

-- rule: rounding-of-numbers
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error
-- says: A claim that rounds another states the same measure in the same unit.
-- fix: Choose another relation, or correct the quantities.
SELECT r.from_claim_id, r.to_claim_id, r.relation FROM claim_relations r
WHERE r.relation = 'rounds' AND NOT EXISTS (
    SELECT 1 FROM quantities a JOIN quantities b ON a.measure = b.measure AND a.unit = b.unit
    WHERE a.claim_id = r.from_claim_id AND b.claim_id = r.to_claim_id);

-- rule: restated-measure
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error
-- says: A claim that restates a number states the same measure.
-- fix: Choose another relation, or correct the measure.
SELECT r.from_claim_id, r.to_claim_id, r.relation, a.measure || ' and ' || b.measure AS found FROM claim_relations r
JOIN quantities a ON a.claim_id = r.from_claim_id JOIN quantities b ON b.claim_id = r.to_claim_id
WHERE r.relation = 'restates' AND a.measure <> b.measure;

-- rule: refinement-acyclic
-- table: claim_relations   columns: from_claim_id,to_claim_id   severity: error
-- says: No claim refines itself through other claims.
-- fix: Keep only refinements that go from the more precise claim to the less precise one.
WITH RECURSIVE up AS (
    SELECT from_claim_id AS below, to_claim_id AS above FROM claim_relations WHERE relation = 'refines'
    UNION SELECT up.below, r.to_claim_id FROM up JOIN claim_relations r ON r.from_claim_id = up.above WHERE r.relation = 'refines')
SELECT r.from_claim_id, r.to_claim_id, r.relation, circle.members AS found
FROM (
    SELECT up.below, string_agg(up.above, ', ' ORDER BY up.above) AS members
    FROM up JOIN up back ON back.below = up.above AND back.above = up.below GROUP BY up.below HAVING up.below = min(up.above)) AS circle
JOIN claim_relations r ON r.from_claim_id = circle.below AND r.relation = 'refines' AND r.from_claim_id <> r.to_claim_id
WHERE r.to_claim_id IN (
    SELECT up.above FROM up JOIN up back ON back.below = up.above AND back.above = up.below WHERE up.below = circle.below)
QUALIFY row_number() OVER (PARTITION BY circle.below ORDER BY r.to_claim_id) = 1;

-- Time

-- rule: occurred-order
-- table: claims   columns: occurred_earliest,occurred_latest   severity: error   scope: row
-- says: Both dates of an occurrence are present or both are empty, and the earliest is not after the latest.
-- fix: Swap or complete the dates; if the day is known, enter it in both columns.
SELECT claim_id FROM claims
WHERE (occurred_earliest IS NULL) <> (occurred_latest IS NULL) OR occurred_earliest > occurred_latest;

-- rule: occurred-basis
-- table: claims   columns: time_basis,occurred_earliest,time_source   severity: error   scope: row
-- says: time_basis is none exactly when there is neither a date nor a time expression, and reported_elsewhere exactly when
-- time_source is present.
-- fix: State how the time is known and whose report it comes from, or leave it empty and set time_basis to none.
SELECT claim_id FROM claims
WHERE (time_basis = 'none') <> (occurred_earliest IS NULL AND time_surface IS NULL) OR (time_basis = 'reported_elsewhere') <> (time_source IS NOT NULL);

-- rule: as-of-order
-- table: quantities   columns: as_of_earliest,as_of_latest   severity: error   scope: row
-- says: Both reference dates of a number are present or both are empty, and the earliest is not after the latest.
-- fix: Swap or complete the dates; if the day is known, enter it in both columns.
SELECT quantity_id FROM quantities
WHERE (as_of_earliest IS NULL) <> (as_of_latest IS NULL) OR as_of_earliest > as_of_latest;

-- rule: said-after-start
-- table: claims   columns: occurred_earliest,mode   severity: error
-- says: Nothing begins after it was said, unless its mode is future, hypothetical or background (such as an election that is
-- taken for granted).
-- fix: Correct the dates, or the mode if the event is announced rather than reported.
SELECT c.claim_id, 'begins ' || c.occurred_earliest || ', said by ' || coalesce(a.uttered_latest, d.published_latest) AS found
FROM claims c JOIN documents d USING (doc_id) JOIN attributions a USING (claim_id)
WHERE c.mode NOT IN ('future', 'hypothetical', 'background') AND c.occurred_earliest > coalesce(a.uttered_latest, d.published_latest);

-- Actors, places and events

-- rule: actor-acyclic
-- table: actors   columns: parent_id   severity: error
-- says: No actor is its own parent, directly or through other actors.
-- fix: Set parent_id to the actor that this one is part of or acts for.
WITH RECURSIVE up AS (
    SELECT actor_id, parent_id AS above FROM actors WHERE parent_id IS NOT NULL
    UNION SELECT up.actor_id, a.parent_id FROM up JOIN actors a ON a.actor_id = up.above WHERE a.parent_id IS NOT NULL)
SELECT up.actor_id, string_agg(up.above, ', ' ORDER BY up.above) AS found
FROM up JOIN up back ON back.actor_id = up.above AND back.above = up.actor_id GROUP BY up.actor_id HAVING up.actor_id = min(up.above);

-- rule: place-acyclic
-- table: places   columns: parent_id   severity: error
-- says: No place lies in itself, directly or through other places.
-- fix: Set parent_id to the place that contains this one.
WITH RECURSIVE up AS (
    SELECT place_id, parent_id AS above FROM places WHERE parent_id IS NOT NULL
    UNION SELECT up.place_id, p.parent_id FROM up JOIN places p ON p.place_id = up.above WHERE p.parent_id IS NOT NULL)
SELECT up.place_id, string_agg(up.above, ', ' ORDER BY up.above) AS found
FROM up JOIN up back ON back.place_id = up.above AND back.above = up.place_id GROUP BY up.place_id HAVING up.place_id = min(up.above);

-- rule: event-acyclic
-- table: events   columns: parent_id   severity: error
-- says: No event is part of itself, directly or through other events.
-- fix: Set parent_id to the larger event.
WITH RECURSIVE up AS (
    SELECT event_id, parent_id AS above FROM events WHERE parent_id IS NOT NULL
    UNION SELECT up.event_id, e.parent_id FROM up JOIN events e ON e.event_id = up.above WHERE e.parent_id IS NOT NULL)
SELECT up.event_id, string_agg(up.above, ', ' ORDER BY up.above) AS found
FROM up JOIN up back ON back.event_id = up.above AND back.above = up.event_id GROUP BY up.event_id HAVING up.event_id = min(up.above);

-- rule: coordinate-complete
-- table: places   columns: latitude,longitude,coordinate_precision,coordinate_source   severity: error   scope: row
-- says: Latitude, longitude, their precision and their source are all present or all empty.
-- fix: Complete the coordinates, or leave all four columns empty if they were not verified.
SELECT place_id FROM places
WHERE (latitude IS NULL) <> (longitude IS NULL) OR (latitude IS NULL) <> (coordinate_precision IS NULL)
   OR (latitude IS NULL) <> (coordinate_source IS NULL);

-- rule: place-codes-fit
-- table: places   columns: country_code,subdivision_code   severity: error
-- says: The subdivision of a place lies in its country, and the country is the same as that of its parent.
-- fix: Correct the codes or the parent.
SELECT p.place_id FROM places p LEFT JOIN places up ON up.place_id = p.parent_id
WHERE p.subdivision_code NOT LIKE p.country_code || '-%' OR p.country_code <> up.country_code;

-- Codes

-- rule: code-defined
-- table: codes   columns: field,code   severity: error   scope: row
-- says: The field of a code is a column with codes, and its schema allows the code if it lists them.
-- fix: Correct the field or the code, allow the code in the schema, or remove its row.
SELECT field, code FROM codes
WHERE (field, code) NOT IN (SELECT (field, code) FROM contract_codes)
  AND field NOT IN (SELECT table_name || '.' || column_name FROM contract_columns WHERE code_list = 'codes');

-- rule: codes-complete
-- table: codes   columns: field   severity: error
-- says: The codes table defines every code that a schema allows.
-- fix: Add the missing codes to the codes table.
WITH missing AS (
    SELECT field, string_agg(code, ', ' ORDER BY code) AS lost FROM contract_codes
    WHERE (field, code) NOT IN (SELECT (field, code) FROM codes) GROUP BY field),
heads AS (SELECT field, min(code) AS code FROM codes GROUP BY field)
SELECT h.field, h.code, string_agg('not defined for ' || m.field || ': ' || m.lost, '; ' ORDER BY m.field) AS found
FROM missing m JOIN heads h ON h.field = coalesce((SELECT max(field) FROM heads k WHERE k.field = m.field), (SELECT min(field) FROM heads))
GROUP BY h.field, h.code;

-- rule: measure-has-unit
-- table: codes   columns: unit   severity: error
-- says: Only a measure has a unit, and it is one of the codes of quantities.unit.
-- fix: Enter the unit of the measure, or leave unit empty; a measure without one takes any unit.
SELECT field, code FROM codes
WHERE unit IS NOT NULL
  AND (field <> 'quantities.measure' OR unit NOT IN (SELECT code FROM codes WHERE field = 'quantities.unit'));

-- rule: unit-form
-- table: codes   columns: code   severity: error   scope: row
-- says: A unit is a UCUM code, an ISO 4217 currency, or a noun in braces.
-- fix: Write it like km2, EUR, % or {person}.
SELECT field, code FROM codes
WHERE field = 'quantities.unit' AND NOT regexp_matches(code, '^(\{[a-z_ ]+\}|[A-Za-z0-9%/.*^\[\]-]+)$');

-- rule: mapping-complete
-- table: codes   columns: maps_to,maps_match,maps_version   severity: error   scope: row
-- says: A mapped code says how it matches the other one; a code that is not mapped has neither match nor version.
-- fix: Enter maps_match, or leave all three columns empty.
SELECT field, code FROM codes WHERE (maps_to IS NULL) <> (maps_match IS NULL) OR maps_to IS NULL AND maps_version IS NOT NULL;

-- Crosschecks

-- rule: crosscheck-once
-- table: crosschecks   columns: claim_id,aspect,url   severity: error
-- says: A report is compared with an aspect of a claim only once.
-- fix: Merge the two rows, or correct the aspect of one of them.
SELECT crosscheck_id FROM (
    SELECT crosscheck_id, row_number() OVER (PARTITION BY claim_id, aspect, url ORDER BY crosscheck_id) AS nth FROM crosschecks)
WHERE nth > 1;

-- rule: crosscheck-after-report
-- table: crosschecks   columns: published_on,checked_on   severity: error   scope: row
-- says: A report is not read before the day of its publication.
-- fix: Correct published_on or checked_on.
SELECT crosscheck_id FROM crosschecks WHERE published_on > checked_on;

-- rule: crosscheck-id-not-retired
-- table: crosschecks   columns: crosscheck_id   severity: error
-- says: No crosscheck has a retired id.
-- fix: Give the new row an id that has never been used.
SELECT crosscheck_id FROM crosschecks WHERE crosscheck_id IN (SELECT retired_id FROM retired);

-- Objects

-- rule: effect-on-affected
-- table: claim_objects   columns: effect,role   severity: error   scope: row
-- says: Only an affected thing has an effect.
-- fix: Set role to affected, or leave effect empty.
SELECT claim_id, object, role FROM claim_objects WHERE effect IS NOT NULL AND role <> 'affected';

-- Readings

-- rule: reading-field-known
-- table: readings   columns: field   severity: error   scope: row
-- says: The field of a reading is a column of the schemas, as table.column.
-- fix: Correct the name of the table or the column.
SELECT claim_id, field, coder FROM readings
WHERE field NOT IN (SELECT table_name || '.' || column_name FROM contract_columns);

-- rule: reading-differs
-- table: readings   columns: first_value,value   severity: error   scope: row
-- says: The two codings of a reading differ.
-- fix: Correct one of them, or remove the row.
SELECT claim_id, field, coder FROM readings WHERE first_value IS NOT DISTINCT FROM value;
