-- For each rule a small change of the real records that this rule finds and no other rule does, so that the rule is needed.
-- tests/functional/test_mutants.py applies each change and rolls it back.

-- rule: document-used
UPDATE documents SET "doc_id" = 'doc-gladkov-tllegram-post' WHERE "doc_id" = 'doc-gladkov-telegram-post';

-- rule: actor-used
UPDATE actors SET "actor_id" = 'act-russin-media' WHERE "actor_id" = 'act-russian-media';

-- rule: place-used
UPDATE claim_places SET "place_id" = 'plc-unted-states' WHERE "claim_id" = 'clm-004' AND "place_id" = 'plc-united-states' AND "relation" = 'in';

-- rule: event-used
UPDATE claims SET "event_id" = 'evt-kursk-incursion' WHERE "claim_id" = 'clm-007';

-- rule: retired-id-unused
INSERT INTO retired BY NAME SELECT 'clm-001' AS retired_id, 'claims' AS "table", '1.0.0' AS version, 'Never said.' AS reason;

-- rule: retired-table-known
INSERT INTO retired BY NAME SELECT 'clm-999' AS retired_id, 'claim' AS "table", '1.0.0' AS version, 'Never said.' AS reason;

-- rule: retired-replacement-known
INSERT INTO retired BY NAME
SELECT 'clm-999' AS retired_id, 'claims' AS "table", '1.0.0' AS version, 'Never said.' AS reason, 'clm-998' AS replaced_by;

-- rule: held-anchored
UPDATE documents SET "text_length" = 3537 WHERE "doc_id" = 'doc-washington-post-report';

-- rule: held-published
INSERT INTO documents BY NAME SELECT * REPLACE (doc_id || '-2' AS doc_id, NULL AS publisher_id) FROM documents WHERE held;

-- rule: published-order
UPDATE documents SET "published_latest" = '2024-08-26' WHERE "doc_id" = 'doc-syrskyi-update';

-- rule: published-basis
UPDATE documents SET "date_basis" = 'unknown' WHERE "doc_id" = 'doc-syrskyi-update';

-- rule: derivation-acyclic
UPDATE documents SET "derived_from_id" = 'doc-adnkronos-original' WHERE "doc_id" = 'doc-adnkronos-original';

-- rule: derivation-order
UPDATE documents SET "published_earliest" = '2024-08-30', "published_latest" = '2024-08-30', "date_basis" = 'stated'
WHERE "doc_id" = 'doc-adnkronos-original';

-- rule: retrieval-order
UPDATE documents SET "retrieved_on" = '2024-08-26' WHERE held;

-- rule: passage-of-held
INSERT INTO passages BY NAME
SELECT 'psg-999' AS passage_id, doc_id, 1 AS paragraph, 1 AS sentence, 0 AS char_start, 1 AS char_end, sha256('x') AS sha256,
    'omitted' AS disposition, 'Nothing.' AS reason
FROM documents WHERE doc_id = 'doc-unnamed-reports';

-- rule: passage-order
UPDATE passages SET "char_end" = 3537 WHERE "passage_id" = 'psg-004';

-- rule: passage-numbering
UPDATE passages SET "sentence" = 2 WHERE "passage_id" = 'psg-005';

-- rule: passage-disposition
UPDATE evidence SET "passage_id" = 'psg021' WHERE "evidence_id" = 'evd-115';

-- rule: passage-reason
UPDATE passages SET "reason" = 'It says again what the sentence before says.' WHERE "passage_id" = 'psg-020';

-- rule: passages-coded
UPDATE passages SET "disposition" = NULL, "reason" = NULL WHERE "passage_id" = 'psg-020';

-- rule: heading-prominence
UPDATE passages SET "disposition" = 'heading' WHERE "passage_id" = 'psg-022';

-- rule: document-digest
UPDATE documents SET text_sha256 = sha256(text_sha256) WHERE held;

-- rule: document-length
UPDATE documents SET text_length = text_length + 1 WHERE held;

-- rule: passage-digest
UPDATE passages SET "sha256" = 'ffbdf35950dfee8b1409dff3a0236ff0aa1c3324edaa752da22f7a8f35b9ae84' WHERE "passage_id" = 'psg-002';

-- rule: passage-coverage
UPDATE passages SET "char_end" = 2040 WHERE "passage_id" = 'psg-012';

-- rule: document-coverage
DELETE FROM passages WHERE "passage_id" = 'psg-024';

-- rule: numeral-accounted
DELETE FROM exclusions WHERE "exclusion_id" = 'xcl-004';

-- rule: claim-content
UPDATE evidence SET "claim_id" = 'cl-042' WHERE "evidence_id" = 'evd-105';

-- rule: evidence-document
UPDATE evidence SET "doc_id" = 'doc-pledgetimes-victry-plan' WHERE "evidence_id" = 'evd-057';

-- rule: evidence-inside-passage
UPDATE evidence SET "char_end" = 2132 WHERE "evidence_id" = 'evd-077';

-- rule: evidence-digest
UPDATE evidence SET "char_end" = 963 WHERE "evidence_id" = 'evd-027';

-- rule: evidence-once
INSERT INTO evidence SELECT * REPLACE ('evd-999' AS evidence_id) FROM evidence WHERE evidence_id = 'evd-001';

-- rule: cue-with-evidence
UPDATE attributions SET "cue_evidence_id" = 'evd-086' WHERE "claim_id" = 'clm-036' AND "step" = 0;

-- rule: cue-evidence-fits
UPDATE evidence SET "role" = 'content' WHERE "evidence_id" = 'evd-113';

-- rule: cue-class-fits
UPDATE attributions SET "cue_class" = 'neutral' WHERE "claim_id" = 'clm-034' AND "step" = 0;

-- rule: source-with-evidence
DELETE FROM evidence WHERE "claim_id" = 'clm-044' AND "role" = 'source';
UPDATE attributions SET "source_evidence_id" = NULL WHERE "claim_id" = 'clm-044' AND "step" = 1;

-- rule: source-evidence-fits
UPDATE attributions a SET "source_evidence_id" = (
    SELECT source_evidence_id FROM attributions b WHERE b.step = 1 AND b.claim_id IN ('clm-043', 'clm-044') AND b.claim_id <> a.claim_id)
WHERE "claim_id" IN ('clm-043', 'clm-044') AND "step" = 1;

-- rule: evidence-pointed-at
UPDATE attributions SET "cue_evidence_id" = 'evd-09m' WHERE "claim_id" = 'clm-040' AND "step" = 1;

-- rule: quantity-evidence-fits
UPDATE evidence SET "claim_id" = 'clm-030' WHERE "evidence_id" = 'evd-109';

-- rule: quantity-surface
UPDATE quantities SET "surface" = ' hundred' WHERE "quantity_id" = 'qty-003';

-- rule: hedge-with-evidence
UPDATE evidence SET "claim_id" = 'clm-03' WHERE "evidence_id" = 'evd-084';

-- rule: time-with-evidence
UPDATE evidence SET "role" = 'time' WHERE "claim_id" = 'clm-044' AND "role" = 'place';

-- rule: time-surface
UPDATE claims SET "time_surface" = 'In receni hours' WHERE "claim_id" = 'clm-011';

-- rule: uttered-surface
UPDATE evidence SET "passage_id" = 'psg-01' WHERE "evidence_id" = 'evd-073';

-- rule: exclusion-inside-passage
UPDATE exclusions SET passage_id = 'psg-001' WHERE exclusion_id = 'xcl-001';

-- rule: exclusions-apart
INSERT INTO exclusions BY NAME SELECT * REPLACE ('xcl-999' AS exclusion_id) FROM exclusions WHERE exclusion_id = 'xcl-001';

-- rule: exclusion-digest
UPDATE exclusions SET "char_start" = 356 WHERE "exclusion_id" = 'xcl-001';

-- rule: exclusion-is-numeral
INSERT INTO exclusions BY NAME
SELECT 'xcl-999' AS exclusion_id, doc_id, 'psg-001' AS passage_id, 0 AS char_start, 3 AS char_end, sha256(text[:3]) AS sha256,
    'name' AS reason
FROM texts;

-- rule: exclusion-no-quantity
INSERT INTO exclusions BY NAME
SELECT 'xcl-999' AS exclusion_id, doc_id, passage_id, char_start, char_end, sha256, 'name' AS reason
FROM evidence WHERE role = 'number' LIMIT 1;

-- rule: number-order
UPDATE quantities SET low = 101, high = 110, bounds_basis = 'source' WHERE quantity_id = 'qty-003';

-- rule: value-present
UPDATE quantities SET "value" = 5 WHERE "quantity_id" = 'qty-007';

-- rule: hedge-bounds
UPDATE quantities SET "comparator" = 'at_most' WHERE "quantity_id" = 'qty-005';

-- rule: bounds-basis
UPDATE quantities SET "bounds_basis" = 'stated' WHERE "quantity_id" = 'qty-003';

-- rule: measure-unit
UPDATE quantities SET "measure" = 'settlements_controlled' WHERE "quantity_id" = 'qty-005';

-- rule: counts-whole
UPDATE quantities SET value = 0.5, surface = '0.5' WHERE quantity_id = 'qty-003';

-- rule: surface-value
UPDATE quantities SET "surface" = '1,924' WHERE "quantity_id" = 'qty-002';

-- rule: quantity-kind
UPDATE claims SET "kind" = 'connection' WHERE "claim_id" = 'clm-035';

-- rule: statement-number
UPDATE claims SET "statement" = replace("statement", '1294', '1249') WHERE "claim_id" = 'clm-036';

-- rule: measure-once
INSERT INTO quantities SELECT * REPLACE ('qty-999' AS quantity_id) FROM quantities WHERE quantity_id = 'qty-003';

-- rule: chain-contiguous
UPDATE attributions SET "step" = 2 WHERE "claim_id" = 'clm-035' AND "step" = 1;

-- rule: chain-present
UPDATE attributions SET "claim_id" = 'cm-048' WHERE "claim_id" = 'clm-048' AND "step" = 0;

-- rule: chain-begins-at-publisher
UPDATE attributions SET "channel" = 'press_conference' WHERE "claim_id" = 'clm-023' AND "step" = 0;

-- rule: chain-no-cycle
UPDATE attributions SET "actor_id" = 'act-pledge-times', "note" = 'It quotes itself.' WHERE "claim_id" = 'clm-031' AND "step" = 1;

-- rule: report-after-utterance
UPDATE attributions SET uttered_earliest = '2024-08-18', uttered_latest = '2024-08-18', uttered_basis = 'inferred'
WHERE claim_id = 'clm-017' AND step = 0;

-- rule: specificity-fits
UPDATE attributions SET "actor_id" = 'act-unnamed-reports' WHERE "claim_id" = 'clm-022' AND "step" = 1;

-- rule: platform-no-speaker
UPDATE actors SET "kind" = 'platform' WHERE "actor_id" = 'act-washington-post';

-- rule: vehicle-is-another
UPDATE attributions SET "via_doc_id" = 'doc-pledgetimes-victory-plan', "note" = 'It quotes itself.'
WHERE "claim_id" = 'clm-044' AND "step" = 1;

-- rule: vehicle-publisher-speaks
UPDATE attributions SET "via_doc_id" = 'doc-washington-post-report' WHERE "claim_id" = 'clm-044' AND "step" = 1;

-- rule: vehicle-published-before
UPDATE documents SET "published_earliest" = '2024-08-29', "published_latest" = '2024-08-29' WHERE "doc_id" = 'doc-syrskyi-update';

-- rule: origin-commits
UPDATE attributions SET "commitment" = 'uncommitted' WHERE "claim_id" = 'clm-048' AND "step" = 0;

-- rule: relay-uncommitted
UPDATE attributions SET "commitment" = 'possible' WHERE "claim_id" = 'clm-004' AND "step" = 0;

-- rule: quotation-has-speaker
UPDATE attributions SET "quote_type" = 'direct' WHERE "claim_id" = 'clm-029' AND "step" = 0;

-- rule: uttered-order
UPDATE attributions SET "uttered_latest" = '2024-08-27' WHERE "claim_id" = 'clm-034' AND "step" = 0;

-- rule: uttered-basis
UPDATE attributions SET "uttered_source" = 'unn.ua' WHERE "claim_id" = 'clm-031' AND "step" = 0;

-- rule: relation-to-other
UPDATE claim_relations SET "from_claim_id" = 'clm-016' WHERE "from_claim_id" = 'clm-008' AND "to_claim_id" = 'clm-016' AND "relation" = 'restates';

-- rule: relation-once
UPDATE claim_relations SET "from_claim_id" = 'clm-0b8' WHERE "from_claim_id" = 'clm-008' AND "to_claim_id" = 'clm-016' AND "relation" = 'restates';

-- rule: relation-evidence
UPDATE claim_relations SET "stated_by" = 'curator' WHERE "from_claim_id" = 'clm-032' AND "to_claim_id" = 'clm-027' AND "relation" = 'denies';

-- rule: relation-evidence-fits
UPDATE claim_relations SET "from_claim_id" = 'clm-016' WHERE "from_claim_id" = 'clm-050' AND "to_claim_id" = 'clm-049' AND "relation" = 'explains';

-- rule: relation-consistent
INSERT INTO claim_relations BY NAME
SELECT * REPLACE ('contradicts' AS relation) FROM claim_relations WHERE relation = 'restates' ORDER BY ALL LIMIT 1;

-- rule: corroboration-independent
INSERT INTO claim_relations BY NAME
SELECT 'clm-036' AS from_claim_id, 'clm-037' AS to_claim_id, 'corroborates' AS relation, 'curator' AS stated_by;

-- rule: relay-cites-document
INSERT INTO claim_relations BY NAME
SELECT 'clm-001' AS from_claim_id, 'clm-002' AS to_claim_id, 'relays' AS relation, 'curator' AS stated_by;

-- rule: denial-same-event
UPDATE claims SET "event_id" = 'evt-independence-forum' WHERE "claim_id" = 'clm-032';

-- rule: contradiction-of-numbers
INSERT INTO claim_relations BY NAME
SELECT 'clm-037' AS from_claim_id, 'clm-038' AS to_claim_id, 'contradicts' AS relation, 'curator' AS stated_by;

-- rule: rounding-of-numbers
UPDATE claim_relations SET "from_claim_id" = 'clm-35' WHERE "from_claim_id" = 'clm-035' AND "to_claim_id" = 'clm-036' AND "relation" = 'rounds';

-- rule: restated-measure
INSERT INTO claim_relations BY NAME
SELECT 'clm-036' AS from_claim_id, 'clm-037' AS to_claim_id, 'restates' AS relation, 'curator' AS stated_by;

-- rule: refinement-acyclic
INSERT INTO claim_relations BY NAME
SELECT 'clm-042' AS from_claim_id, 'clm-043' AS to_claim_id, 'refines' AS relation, 'curator' AS stated_by;

-- rule: occurred-order
UPDATE claims SET "occurred_latest" = '2024-08-27' WHERE "claim_id" = 'clm-025';

-- rule: occurred-basis
UPDATE claims SET "time_basis" = 'relative' WHERE "claim_id" = 'clm-019';

-- rule: as-of-order
UPDATE quantities SET "as_of_earliest" = '2024-08-27' WHERE "quantity_id" = 'qty-003';

-- rule: said-after-start
UPDATE claims SET "mode" = 'actual' WHERE "claim_id" = 'clm-004';

-- rule: actor-acyclic
UPDATE actors SET "parent_id" = 'act-ukrainian-armed-forces' WHERE "actor_id" = 'act-ukrainian-armed-forces';

-- rule: place-acyclic
UPDATE places SET "place_id" = 'plc-ukraine' WHERE "place_id" = 'plc-kharkiv-oblast';

-- rule: event-acyclic
UPDATE events SET "parent_id" = 'evt-war' WHERE "event_id" = 'evt-war';

-- rule: coordinate-complete
UPDATE places SET "coordinate_precision" = 'within_5km' WHERE "place_id" = 'plc-united-states';

-- rule: place-codes-fit
UPDATE places SET "parent_id" = 'plc-ukraine' WHERE "place_id" = 'plc-novoye';

-- rule: code-defined
INSERT INTO codes SELECT * REPLACE ('future_perfect' AS code) FROM codes WHERE field = 'claims.mode' LIMIT 1;

-- rule: codes-complete
DELETE FROM codes WHERE field = 'claims.mode' AND code = 'hypothetical';

-- rule: measure-has-unit
UPDATE codes SET unit = '{person}' WHERE field = 'claims.mode' AND code = 'hypothetical';

-- rule: unit-form
INSERT INTO codes BY NAME SELECT * REPLACE ('km²' AS code) FROM codes WHERE field = 'quantities.unit' AND code = 'km2';

-- rule: mapping-complete
UPDATE codes SET "maps_match" = NULL WHERE "field" = 'events.kind' AND "code" = 'clash';

-- rule: crosscheck-once
INSERT INTO crosschecks SELECT * REPLACE ('xck-999' AS crosscheck_id) FROM crosschecks WHERE crosscheck_id = 'xck-001';

-- rule: crosscheck-after-report
UPDATE crosschecks SET published_on = checked_on + 1 WHERE crosscheck_id = 'xck-001';

-- rule: crosscheck-id-not-retired
INSERT INTO retired BY NAME SELECT 'xck-001' AS retired_id, 'crosschecks' AS "table", '1.1.0' AS version, 'Never read.' AS reason;

-- rule: effect-on-affected
UPDATE claim_objects SET "effect" = 'damaged' WHERE "claim_id" = 'clm-045' AND "object" = 'tank';

-- rule: reading-field-known
INSERT INTO readings BY NAME SELECT 'clm-001' AS claim_id, 'claims.type' AS field, 'third' AS coder, 'state' AS "value", 'kept' AS outcome;

-- rule: reading-differs
INSERT INTO readings BY NAME SELECT 'clm-001' AS claim_id, 'claims.note' AS field, 'third' AS coder, 'kept' AS outcome;
