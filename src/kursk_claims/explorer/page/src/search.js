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

const tokenize = MiniSearch.getDefault("tokenize");
const idsOf = (results) => new Set(results.map((each) => each.id));

// Claims with all the words, else those with the most of them, and half at least: a question in the reader's own words still finds its claim.
function find(index, query, options) {
  const all = index.search(query, { ...options, combineWith: "AND" });
  if (all.length) return { ids: idsOf(all), isPartial: false };
  const terms = [...new Set(tokenize(query).map(fold))].filter((term) => term.length > 3 || /\d/.test(term)); // shorter words are everywhere
  if (terms.length < 2) return { ids: new Set(), isPartial: false };
  const some = index.search(terms.join(" "), options);
  const most = some.reduce((highest, each) => Math.max(highest, each.queryTerms.length), Math.ceil(terms.length / 2));
  const best = some.filter((each) => each.queryTerms.length === most);
  return { ids: idsOf(best), isPartial: best.length > 0 };
}

// Returns a function from words to {ids, isPartial}. Until everything is indexed, it looks for the words as they are written.
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
  const options = { prefix: true, fuzzy: (term) => (term.length > 4 && !/\d/.test(term) ? 0.2 : false) };
  let last = { query: null };
  return (query) => {
    if (!isReady) return { ids: scan(query), isPartial: false };
    if (last.query !== query) last = { query, ...find(index, query, options) };
    return last;
  };
}
