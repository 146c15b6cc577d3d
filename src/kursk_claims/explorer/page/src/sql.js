// SQL that gives the claims of an address, for `kursk-claims query` and any DuckDB with the release.
export const quote = (value) => `'${String(value).replaceAll("'", "''")}'`;

const BEHIND = { named: "NOT IN ('document', 'generic', 'anonymous')", document: "= 'document'", generic: "= 'generic'", nobody: "= 'anonymous'" };
const OWN_VOICE = "claim_id NOT IN (SELECT claim_id FROM attributions WHERE step > 0)";
const VOICE_SQL = `CASE WHEN ${OWN_VOICE} THEN 'document' ELSE origin_specificity END`;

export function conditions(state, facets, records, selected) {
  const parts = records.onlyDocument ? [`doc_id = ${quote(records.onlyDocument)}`] : [];
  const given = (key) => (state.get(key) && facets[key] ? quote(state.get(key)) : null);
  const tile = records.questions.find((each) => each.name === state.get("tile") && each.tile);
  if (state.get("q")?.trim()) return [selected.length ? `claim_id IN (${selected.map((claim) => quote(claim.id)).join(", ")})` : "false"]; // the search has no SQL
  if (state.get("tile")) parts.push(tile ? `claim_id IN (SELECT claim_id FROM (\n${tile.sql.trim().replace(/;$/, "")}\n))` : "false");
  if (given("speaker")) parts.push(`origin = ${given("speaker")}`);
  if (state.get("voice")) parts.push(Object.hasOwn(BEHIND, state.get("voice")) ? `${VOICE_SQL} ${BEHIND[state.get("voice")]}` : "false");
  if (given("event")) parts.push(`event = ${given("event")}`);
  if (given("place")) parts.push(`claim_id IN (SELECT claim_id FROM claim_places JOIN places USING (place_id) WHERE name = ${given("place")})`);
  if (given("kind")) parts.push(`kind = ${given("kind")}`);
  if (given("commitment")) parts.push(`origin_commitment = ${given("commitment")}`);
  if (given("document")) parts.push(`doc_id = ${given("document")}`);
  return parts;
}

export function selectRows(relation, columns, parts, onlyDocument) {
  const where = parts.length ? ` WHERE ${parts.join("\n    AND ")}` : "";
  if (!where || relation === "said") return `FROM ${relation}${where};`;
  const key = ["claim_id", "from_claim_id"].find((name) => columns.includes(name));
  if (key) return `FROM ${relation} WHERE ${key} IN (SELECT claim_id FROM said${where});`;
  const isOfDocument = onlyDocument && relation !== "documents" && columns.includes("doc_id");
  return isOfDocument ? `FROM ${relation} WHERE doc_id = ${quote(onlyDocument)};` : `FROM ${relation};`;
}
