// Full-text search with beginnings of words and misspellings. Internal ids are not searched.
import MiniSearch from "minisearch";

const fold = (term) => term.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const FIELDS = ["statement", "people", "places", "event", "number", "reports"];

function toDocument(claim) {
  return {
    id: claim.id, statement: claim.statement, event: claim.event,
    people: [...claim.steps, ...claim.actors, ...claim.denials.map((each) => ({ name: each.origin }))].map((each) => each.name).join(" "),
    places: claim.places.map((place) => `${place.name} ${place.name_native ?? ""}`).join(" "),
    number: claim.numbers.map((each) => each.number).join(" "),
    reports: claim.checks.map((each) => `${each.publisher} ${each.summary}`).join(" "),
  };
}

// Returns a function from words to the set of ids. Until everything is indexed, it looks for the words as they are written.
export function buildSearch(records, whenReady) {
  const index = new MiniSearch({ fields: FIELDS, processTerm: fold });
  const documents = records.claims.map(toDocument);
  let isReady = false;
  index.addAllAsync(documents, { chunkSize: 200 }).then(() => { isReady = true; whenReady(); });
  const scan = (query) => {
    const terms = fold(query).split(/\s+/).filter(Boolean);
    const fits = (each) => { const text = fold(FIELDS.map((field) => each[field]).join(" ")); return terms.every((term) => text.includes(term)); };
    return new Set(documents.filter(fits).map((each) => each.id));
  };
  let last = [null, null];
  return (query) => {
    if (!isReady) return scan(query);
    if (last[0] === query) return last[1];
    const options = { prefix: true, fuzzy: (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false), combineWith: "AND" };
    last = [query, new Set(index.search(query, options).map((each) => each.id))];
    return last[1];
  };
}
