// The numbers, as the document gives them, by what they measure.
import { addressWith } from "./address.js";
import { element, words } from "./dom.js";
import { labelOf } from "./records.js";
import { swatch } from "./strip.js";

export function showNumbers(into, selected, records) {
  const numbers = selected.flatMap((claim) => claim.numbers.map((number) => ({ ...number, claim })));
  const measures = Map.groupBy ? Map.groupBy(numbers, (each) => each.measure) : numbers.reduce((groups, each) => groups.set(each.measure, [...(groups.get(each.measure) || []), each]), new Map());
  const rows = [...measures].sort(([a], [b]) => labelOf(records, "quantities.measure", a).localeCompare(labelOf(records, "quantities.measure", b))).map(([measure, list]) => element("tbody", {},
    element("tr", { class: "group" }, element("th", { colspan: 4, scope: "rowgroup" }, labelOf(records, "quantities.measure", measure))),
    list.sort((a, b) => (b.value ?? b.low ?? 0) - (a.value ?? a.low ?? 0)).map((each) => element("tr", {},
      element("td", { class: "number" }, words(each.number ?? each.surface)), element("td", { class: "hedge" }, labelOf(records, "quantities.comparator", each.comparator)),
      element("td", { class: "who" }, swatch(each.claim.voice), words(each.claim.origin)),
      element("td", { class: "what" }, element("a", { href: addressWith({ claim: each.claim.id }) }, words(each.claim.statement)))))));
  into.append(element("table", { class: "claims numbers" }, element("caption", { class: "hidden" }, "Numbers"),
    element("thead", {}, element("tr", {}, ["Number", "Hedge", "Who says it", "What"].map((title) => element("th", { scope: "col" }, title)))), rows));
}
