// The page's state is its address: `#view=map&event=…&q=…` or `#claim=clm-001`.
const data = JSON.parse(document.getElementById("payload").textContent);
const at = (id) => document.getElementById(id);
const VIEWS = { claims: "Claims", map: "Map", timeline: "Timeline", numbers: "Numbers", relays: "Relays", article: "Article" };
const placesOf = new Map();
for (const each of data.views.map.rows) placesOf.set(each.claim_id, [...(placesOf.get(each.claim_id) || []), each.name]);
const FILTERS = {
  speaker: ["Said by", (claim) => [claim.origin]],
  voice: ["Who stands behind it", (claim) => [voiceWords[voice(claim)]]],
  event: ["Event", (claim) => [claim.event]],
  place: ["Place", (claim) => placesOf.get(claim.claim_id) || []],
  kind: ["Kind", (claim) => [label("claims.kind", claim.kind)]],
  commitment: ["How firmly", (claim) => [label("attributions.commitment", claim.origin_commitment)]],
};
let copy = null; // the reader's text, for as long as the page is open

const readAddress = () => new URLSearchParams(location.hash.slice(1));
function writeAddress(changes) {
  const state = readAddress();
  for (const [key, value] of Object.entries({ claim: "", ...changes })) if (value) state.set(key, value); else state.delete(key);
  return `#${state}`;
}

function passes(claim, state) {
  const haystack = Object.values(claim).join(" ").toLowerCase();
  return (state.get("q") || "").toLowerCase().split(/\s+/).every((word) => haystack.includes(word)) &&
    Object.entries(FILTERS).every(([name, [, of]]) => !state.get(name) || of(claim).includes(state.get(name)));
}

function buildForm() {
  const search = element("input", { type: "search", name: "q", id: "q", autocomplete: "off" });
  at("form").append(element("div", {}, element("label", { for: "q" }, "Search"), search));
  for (const [name, [title, of]] of Object.entries(FILTERS)) {
    const counts = new Map();
    for (const value of data.views.claims.rows.flatMap(of)) counts.set(value, (counts.get(value) || 0) + 1);
    const options = [...counts].sort(([a], [b]) => a.localeCompare(b)).map(([value, count]) => element("option", { value }, `${value} (${count})`));
    const select = element("select", { name, id: `filter-${name}` }, element("option", { value: "" }, "All"), ...options);
    at("form").append(element("div", {}, element("label", { for: `filter-${name}` }, title), select));
  }
  at("form").append(element("button", { type: "button", id: "clear" }, "Clear all"));
  at("form").addEventListener("submit", (event) => event.preventDefault());
  at("form").addEventListener("input", (event) => {
    history.replaceState(null, "", writeAddress({ [event.target.name]: event.target.value }));
    show();
  });
  at("clear").addEventListener("click", () => {
    location.hash = `#view=${readAddress().get("view") || "claims"}`;
  });
}

const ofClaims = (row, ids) => (row.claim_id ? ids.has(row.claim_id) : (row.claim_ids || "").split(" ").some((id) => ids.has(id)));

let current = { view: "claims", rows: [] };
function show() {
  const state = readAddress();
  const chosen = state.get("claim");
  const view = chosen ? "claims" : Object.hasOwn(VIEWS, state.get("view") || "") ? state.get("view") : "claims";
  const claims = data.views.claims.rows.filter((claim) => claim.claim_id === chosen || passes(claim, state));
  const ids = new Set(claims.map((claim) => claim.claim_id));
  const all = data.views.claims.rows.length;
  const rows = data.views[view].rows.filter((row) => ids.size === all || ofClaims(row, ids));
  current = { view, rows };
  at("views").replaceChildren(...Object.entries(VIEWS).map(([name, title]) =>
    element("a", { href: writeAddress({ view: name }), "aria-current": name === view ? "page" : null }, title)));
  for (const field of at("form").elements) if (field.name && field.value !== (state.get(field.name) || "")) field.value = state.get(field.name) || "";
  at("count").textContent = chosen && !data.views.claims.rows.some((each) => each.claim_id === chosen) ? `There is no claim ${chosen} in this version.`
    : claims.length === all ? `All ${all} claims` : `${claims.length} of ${all} claims`;
  if (view === "claims") {
    at("view").replaceChildren(claims.length ? element("ol", { class: "cards" }, ...claims.map((claim) => claimCard(claim, claim.claim_id === chosen)))
      : element("p", { class: "empty" }, "No claim fits. Take a filter away."));
  } else {
    at("view").replaceChildren();
    draw(view, rows, at("view"));
  }
  showRows();
  const card = chosen && at(chosen);
  if (card) { card.scrollIntoView({ block: "start" }); card.focus({ preventScroll: true }); }
}

function showRows() {
  const { says, sql, columns } = data.views[current.view];
  at("says").textContent = says;
  at("sql").textContent = sql;
  at("copied").textContent = "";
  const head = element("tr", {}, ...columns.map((name) => element("th", { scope: "col" }, name)));
  const body = current.rows.map((row) => element("tr", {}, ...columns.map((name) => element("td", {}, row[name] === null ? "" : String(row[name])))));
  at("table").replaceChildren(element("table", {}, element("thead", {}, head), element("tbody", {}, ...body)));
}

function csv() {
  const { columns } = data.views[current.view];
  const cell = (value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
  const lines = [columns, ...current.rows.map((row) => columns.map((name) => (row[name] === null ? "" : String(row[name]))))];
  const address = URL.createObjectURL(new Blob([lines.map((line) => line.map(cell).join(",") + "\n").join("")], { type: "text/csv" }));
  element("a", { href: address, download: `${current.view}.csv` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60000);
}

async function bring(file) {
  const held = data.tables.documents.filter((each) => each.held);
  let points;
  copy = null;
  try {
    if (file.size > 5e6) throw new Error("it is larger than 5 MB");
    points = canonical(await file.arrayBuffer());
  } catch (error) {
    verdict(`Refused: ${file.name} ${error instanceof TypeError ? "is not text in UTF-8" : `cannot be read: ${error.message}`}.`);
    return;
  }
  for (const each of held) {
    const passages = data.tables.passages.filter((row) => row.doc_id === each.doc_id).sort((a, b) => a.char_start - b.char_start);
    const tried = readCopy(points, each, passages);
    if (tried.found.size > (copy ? copy.found.size : 0)) copy = { ...tried, all: passages.length };
  }
  if (!copy) verdict(`Refused: none of the article's passages stands in ${file.name} (SHA-256 ${sha256(points.join("")).slice(0, 12)}…, expected ${held.map((each) => (each.text_sha256 || "").slice(0, 12)).join(" or ")}…). Give the text of the article.`);
  else if (copy.exact) verdict(`This is the text of the release: all ${copy.all} passages are in their places.`);
  else verdict(`Another copy: ${copy.found.size} of ${copy.all} passages were found by their digests.`);
}

function verdict(words) {
  at("verdict").textContent = words;
  at("verdict").className = copy ? "good" : "bad";
  at("forget").hidden = !copy;
  show();
}

at("file").addEventListener("change", () => at("file").files.length && bring(at("file").files[0]));
at("forget").addEventListener("click", () => {
  copy = null;
  at("file").value = "";
  verdict("");
});
document.addEventListener("dragover", (event) => event.preventDefault());
document.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files.length) bring(event.dataTransfer.files[0]);
});
at("csv").addEventListener("click", csv);
at("copy-sql").addEventListener("click", async () => {
  at("sql-box").open = true;
  getSelection().selectAllChildren(at("sql"));
  const done = navigator.clipboard ? await navigator.clipboard.writeText(at("sql").textContent).then(() => true, () => false) : false;
  at("copied").textContent = done ? "Copied." : "Selected: copy it with your keyboard.";
});
at("skip").addEventListener("click", (event) => { event.preventDefault(); at("main").focus(); }); // the address is the page's state
addEventListener("hashchange", show);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", show);
if (innerWidth < 800) at("filters").open = at("bring").open = false;
buildForm();
show();
