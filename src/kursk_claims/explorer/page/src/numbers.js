// The numbers, as the document gives them, by what they measure.
import { addressWith } from "./address.js";
import { appendInSteps, element, words } from "./dom.js";
import { labelOf } from "./records.js";
import { swatch } from "./strip.js";

export function showNumbers(into, selected, records) {
  const numbers = selected.flatMap((claim) => claim.numbers.map((number) => ({ ...number, claim, title: labelOf(records, "quantities.measure", number.measure) })));
  if (!numbers.length) { into.append(element("p", { class: "empty" }, "No claim that fits the filters has a number.")); return; }
  numbers.sort((a, b) => a.title.localeCompare(b.title) || (b.value ?? b.low ?? 0) - (a.value ?? a.low ?? 0));
  const row = (each, at) => [
    each.title === numbers[at - 1]?.title ? [] : element("tr", { class: "group" }, element("th", { colspan: 4, scope: "colgroup" }, each.title)),
    element("tr", {},
      element("td", { class: "number" }, words(each.number ?? each.surface)), element("td", { class: "hedge" }, labelOf(records, "quantities.comparator", each.comparator)),
      element("td", { class: "who" }, swatch(each.claim.voice), words(each.claim.origin)),
      element("td", { class: "what" }, element("a", { href: addressWith({ claim: each.claim.id }), "data-claim": each.claim.id }, words(each.claim.statement)))),
  ].flat();
  const body = element("tbody");
  into.append(element("table", { class: "claims numbers" }, element("caption", { class: "hidden" }, "Numbers"),
    element("thead", {}, element("tr", {}, ["Number", "Hedge", "Who says it", "What"].map((title) => element("th", { scope: "col" }, title)))), body));
  const steps = appendInSteps(body, numbers, row, 200, "number");
  if (steps.more) into.append(steps.more);
}
