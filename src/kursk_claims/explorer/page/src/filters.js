// Which claims fit the address: facets with one value each, findings as tiles, and the search.
import { shorten } from "./dom.js";
import { VOICE_WORDS, labelOf } from "./records.js";

export function buildFacets(records) {
  const facets = {
    speaker: { title: "Who", values: (claim) => [claim.origin] },
    voice: { title: "Behind it", values: (claim) => [claim.voice], label: (value) => VOICE_WORDS[value] },
    event: { title: "Event", values: (claim) => [claim.event] },
    place: { title: "Place", values: (claim) => [...new Set(claim.places.map((place) => place.name))] },
    kind: { title: "Kind", values: (claim) => [claim.kind], label: (value) => labelOf(records, "claims.kind", value) },
    commitment: { title: "How firmly", values: (claim) => [claim.origin_commitment], label: (value) => labelOf(records, "attributions.commitment", value) },
    document: { title: "Document", values: (claim) => [claim.doc_id], label: (value) => records.documents.get(value)?.label },
  };
  for (const facet of Object.values(facets)) {
    facet.label ??= (value) => value;
    facet.counts = new Map();
    for (const claim of records.claims) for (const value of facet.values(claim)) facet.counts.set(value, (facet.counts.get(value) || 0) + 1);
  }
  return facets;
}

// The filters of an address as [{key, title, label, isKnown}], for the chips.
export function listFilters(state, facets, records) {
  const active = [];
  if (state.get("q")?.trim()) active.push({ key: "q", title: "Search", label: shorten(state.get("q")), isKnown: true });
  if (state.get("tile")) {
    const tile = records.tiles.find((each) => each.name === state.get("tile"));
    active.push({ key: "tile", title: "Finding", label: tile?.words ?? shorten(state.get("tile")), isKnown: Boolean(tile) });
  }
  for (const [key, facet] of Object.entries(facets)) {
    const value = state.get(key);
    if (value) active.push({ key, title: facet.title, label: facet.counts.has(value) ? facet.label(value) : shorten(value), isKnown: facet.counts.has(value) });
  }
  return active;
}

export function selectClaims(state, facets, records, search) {
  const tests = [];
  const tile = records.tiles.find((each) => each.name === state.get("tile"));
  if (state.get("tile")) tests.push((claim) => tile?.ids.has(claim.id));
  for (const [key, facet] of Object.entries(facets)) {
    const value = state.get(key);
    if (value) tests.push((claim) => facet.values(claim).includes(value));
  }
  const found = state.get("q")?.trim() ? search(state.get("q")) : null;
  if (found) tests.push((claim) => found.ids.has(claim.id));
  return tests.length ? records.claims.filter((claim) => tests.every((test) => test(claim))) : records.claims;
}
