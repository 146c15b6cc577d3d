// The data of the page: the tables of the release, joined into one object for each claim.
const VOICES = { document: "document", generic: "generic", anonymous: "nobody" };
export const VOICE_WORDS = { named: "a named source", document: "the document itself", generic: "a generic group", nobody: "no named source" };

export async function readPayload(text) {
  const bytes = Uint8Array.fromBase64 ? Uint8Array.fromBase64(text) : Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).json();
}

const toObjects = ({ columns, rows }) => rows.map((row) => {
  const made = {};
  for (let at = 0; at < columns.length; at++) made[columns[at]] = row[at];
  return made;
});

function groupBy(rows, column) {
  const groups = new Map();
  for (const row of rows) {
    const group = groups.get(row[column]);
    if (group) group.push(row); else groups.set(row[column], [row]);
  }
  return groups;
}

export function buildRecords(payload) {
  const rows = (name) => (payload.tables[name] ? toObjects(payload.tables[name]) : []);
  const index = (name, key) => new Map(rows(name).map((row) => [row[key], row]));
  const actors = index("actors", "actor_id");
  const places = index("places", "place_id");
  const events = index("events", "event_id");
  const passages = index("passages", "passage_id");
  const documents = index("documents", "doc_id");
  const of = Object.fromEntries(["attributions", "claim_actors", "claim_places", "crosschecks", "evidence", "numbers"].map((name) => [name, groupBy(rows(name), "claim_id")]));
  const list = (name, id) => of[name].get(id) || [];

  const claims = rows("said").map((row) => {
    const steps = list("attributions", row.claim_id).sort((a, b) => b.step - a.step)
      .map((step) => ({ ...step, name: actors.get(step.actor_id)?.name ?? step.actor_id }));
    const spans = list("evidence", row.claim_id).filter((each) => each.role === "content");
    return {
      ...row, id: row.claim_id, steps, spans,
      voice: steps.length < 2 ? "document" : VOICES[row.origin_specificity] || "named",
      numbers: list("numbers", row.claim_id),
      places: list("claim_places", row.claim_id).map((each) => ({ ...places.get(each.place_id), relation: each.relation })),
      actors: list("claim_actors", row.claim_id).map((each) => ({ name: actors.get(each.actor_id)?.name ?? each.actor_id, role: each.role })),
      checks: list("crosschecks", row.claim_id),
      eventKind: events.get(row.event_id)?.kind,
      relations: [],
    };
  });
  claims.sort((a, b) => (a.doc_id < b.doc_id ? -1 : a.doc_id > b.doc_id ? 1 : a.char_start - b.char_start || (a.id < b.id ? -1 : 1)));
  const byId = new Map(claims.map((claim, at) => [claim.id, Object.assign(claim, { at })]));
  for (const each of rows("claim_relations")) {
    const [from, to] = [byId.get(each.from_claim_id), byId.get(each.to_claim_id)];
    if (!from || !to) continue;
    from.relations.push({ ...each, other: to, forward: true });
    to.relations.push({ ...each, other: from, forward: false });
  }
  for (const claim of claims) {
    claim.denials = claim.relations.filter((each) => each.relation === "denies" && !each.forward).map((each) => each.other);
    claim.differing = claim.checks.filter((each) => each.finding === "differs");
  }
  const held = [...new Set(claims.map((claim) => claim.doc_id))].map((id) => ({ ...documents.get(id), passages: [] }));
  const heldById = new Map(held.map((each) => [each.doc_id, each]));
  for (const passage of passages.values()) heldById.get(passage.doc_id)?.passages.push(passage);
  for (const each of held) {
    each.passages.sort((a, b) => a.char_start - b.char_start);
    each.label = each.title || actors.get(each.publisher_id)?.name || each.doc_id;
  }
  const labels = held.map((each) => each.label);
  for (const each of held) if (labels.indexOf(each.label) !== labels.lastIndexOf(each.label)) each.label += ` (${each.doc_id})`;
  return {
    claims, byId, documents: heldById, codes: payload.codes, tables: payload.tables, questions: payload.questions,
    about: payload.about, onlyDocument: payload.document, outlines: payload.outlines.features,
    tiles: payload.questions.filter((each) => each.tile && each.claims.length).slice(0, 4)
      .map((each) => ({ name: each.name, words: each.tile, ids: new Set(each.claims) })).filter((tile) => claims.some((claim) => tile.ids.has(claim.id))),
  };
}

// The label of a code, or the code itself where the list of codes has none.
export const labelOf = (records, field, code) => records.codes[field]?.[code] ?? code;
