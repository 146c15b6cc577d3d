// The dense table of claims: who, what, what stands against it, and where it is in the text.
import { addressWith, navigate } from "./address.js";
import { appendInSteps, element, words } from "./dom.js";
import { describeStep } from "./sentences.js";
import { swatch } from "./strip.js";

const STEP = 100;
const FAR = 2000; // a claim further down than this is not scrolled to: rows in such numbers are slow to lay out
const unique = (values) => [...new Set(values)];

const COLUMNS = {
  who: ["Who says it", (a, b) => a.origin.localeCompare(b.origin)],
  what: ["What", (a, b) => a.statement.localeCompare(b.statement)],
  against: ["Stands against", (a, b) => b.denials.length - a.denials.length || b.differing.length - a.differing.length],
  where: ["Where", null],
};

export function sortClaims(claims, state) {
  const name = (state.get("sort") ?? "").replace(/^-/, "");
  const compare = Object.hasOwn(COLUMNS, name) ? COLUMNS[name][1] ?? ((a, b) => a.at - b.at) : null;
  if (!compare) return claims;
  const sign = state.get("sort").startsWith("-") ? -1 : 1;
  return [...claims].sort((a, b) => sign * compare(a, b) || a.at - b.at);
}

function heading([name, [title]], state) {
  const sort = state.get("sort") || "where";
  const direction = sort === name ? "ascending" : sort === `-${name}` ? "descending" : null;
  const next = direction === "ascending" ? `-${name}` : name === "where" ? "" : name;
  return element("th", { scope: "col", class: name, "aria-sort": direction },
    element("button", { type: "button", id: `sort-${name}`, onclick: () => navigate({ sort: next }) },
      title, element("span", { "aria-hidden": "true" }, direction === "ascending" ? " ▲" : direction === "descending" ? " ▼" : "")));
}

// One line for denials and one for reports, so that rows stay low.
function flags(claim) {
  return [["denied", claim.denials.map((each) => each.origin)], ["differs", claim.differing.map((each) => each.publisher)]]
    .map(([kind, names]) => [kind, unique(names)]).filter(([, names]) => names.length)
    .map(([kind, [first, ...rest]]) => element("li", { class: kind }, `${kind}: `, words(first), rest.length ? ` +${rest.length}` : null));
}

const shortLocation = (claim, records) => [records.documents.size > 1 ? element("span", { class: "in-document" }, words(records.documents.get(claim.doc_id).label)) : null, claim.paragraph ? `¶ ${claim.paragraph}.${claim.sentence}` : ""];

// On paper there is no panel, so each row holds its sourcing, which the screen leaves to the panel.
const sourcing = (claim, records) => element("ol", { class: "paper" }, claim.steps.map((step, at) => element("li", {}, words(step.name), `: ${describeStep(step, at, claim, records)}`)),
  claim.differing.map((each) => element("li", {}, "differs: ", words(each.summary), ` ${each.url}`)));

export function showTable(into, claims, records, state, chosen) {
  if (!claims.length) return { mark() {} };
  const sorted = sortClaims(claims, state);
  let current = chosen;
  const row = (claim, at) => {
    const against = flags(claim);
    const link = element("a", { href: addressWith({ claim: claim.id }), "data-claim": claim.id }, words(claim.statement));
    return element("tr", { "data-claim": claim.id, "aria-rowindex": at + 2, "aria-current": claim === current ? "true" : null, onclick: (event) => event.target.closest("a") || getSelection().toString() || link.click() },
      element("td", { class: "who" }, swatch(claim.voice), words(claim.origin)),
      element("td", { class: "what" }, link, claim.number ? element("span", { class: "number" }, words(claim.number)) : null, sourcing(claim, records)),
      element("td", { class: "against" }, against.length ? element("ul", {}, against) : null),
      element("td", { class: "where" }, shortLocation(claim, records)));
  };
  const body = element("tbody");
  into.append(element("table", { class: "claims", "aria-rowcount": sorted.length + 1 }, element("caption", { class: "hidden" }, "Claims"),
    element("thead", {}, element("tr", { "aria-rowindex": 1 }, Object.entries(COLUMNS).map((each) => heading(each, state)))), body));
  const steps = appendInSteps(body, sorted, row, STEP, "claim");
  if (steps.more) into.append(steps.more);
  return {
    mark(claim) { // the row of the open claim, without drawing the table again
      for (const each of body.querySelectorAll("tr[aria-current]")) each.removeAttribute("aria-current");
      current = claim;
      const at = sorted.indexOf(claim);
      if (at < FAR) steps.appendTo(at);
      const found = claim && body.querySelector(`tr[data-claim="${CSS.escape(claim.id)}"]`);
      found?.setAttribute("aria-current", "true");
    },
  };
}
