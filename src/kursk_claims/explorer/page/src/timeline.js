// When it is said to have happened, and when it was said: a row for each claim with a date, on one axis.
import { scaleUtc } from "d3-scale";
import { addressWith } from "./address.js";
import { appendInSteps, drawing, element, words } from "./dom.js";
import { describeWhen } from "./sentences.js";
import { swatch } from "./strip.js";

const DAY = 86_400_000;
const spanOf = (claim, kind) => {
  const [first, last] = [claim[`${kind}_earliest`] ?? claim[`${kind}_latest`], claim[`${kind}_latest`] ?? claim[`${kind}_earliest`]];
  return first ? [Date.parse(first), Date.parse(last) + DAY] : null;
};
const isDated = (claim) => spanOf(claim, "occurred") || spanOf(claim, "uttered");

// A timeline needs some dates that differ; otherwise the view is not offered.
export const hasTimeline = (records) => {
  const dated = records.claims.filter(isDated);
  return dated.length >= 3 && new Set(dated.flatMap((claim) => [claim.occurred_earliest, claim.uttered_earliest].filter(Boolean))).size >= 3;
};

export function showTimeline(into, selected) {
  const dated = selected.filter(isDated).sort((a, b) => (spanOf(a, "occurred") ?? spanOf(a, "uttered"))[0] - (spanOf(b, "occurred") ?? spanOf(b, "uttered"))[0]);
  if (!dated.length) { into.append(element("p", { class: "empty" }, "No claim that fits the filters has a date.")); return; }
  const ends = dated.flatMap((claim) => [spanOf(claim, "occurred"), spanOf(claim, "uttered")].filter(Boolean).flat());
  const scale = scaleUtc([Math.min(...ends), Math.max(...ends)], [0, 100]);
  const percent = (date) => `${scale(date).toFixed(2)}%`;
  const ticks = scale.ticks(4);
  const isShort = scale.domain()[1] - scale.domain()[0] < 100 * DAY;
  const format = (date) => date.toLocaleDateString("en-GB", { day: isShort ? "numeric" : undefined, month: "short", year: "numeric", timeZone: "UTC" });
  const mark = (span, kind) => {
    if (!span) return null;
    const y = kind === "happened" ? 7 : 18;
    return drawing("line", { class: kind, x1: percent(span[0]), x2: percent(span[1]), y1: y, y2: y });
  };
  const row = (claim) => {
    const [occurred, uttered] = [describeWhen(claim.occurred_earliest, claim.occurred_latest), describeWhen(claim.uttered_earliest, claim.uttered_latest)];
    const dates = [occurred && `happened ${occurred}`, uttered && `said ${uttered}`].filter(Boolean).join(", ");
    return element("li", {}, element("div", {}, element("a", { href: addressWith({ claim: claim.id }), "data-claim": claim.id }, swatch(claim.voice), element("b", {}, words(claim.origin)), " ", words(claim.statement)), element("span", { class: "dates" }, dates)),
      drawing("svg", { class: "days", "aria-hidden": "true", focusable: "false" }, ticks.map((tick) => drawing("line", { x1: percent(tick), x2: percent(tick), y1: 0, y2: 25 })), mark(spanOf(claim, "occurred"), "happened"), mark(spanOf(claim, "uttered"), "said")));
  };
  const list = element("ol", { class: "timeline" });
  into.append(element("p", { class: "key" }, element("span", { class: "sample happened" }), "when it is said to have happened ", element("span", { class: "sample said" }), "when it was said"),
    element("div", { class: "axis", "aria-hidden": "true" }, ticks.map((tick) => element("span", { style: `left: ${percent(tick)}`, class: scale(tick) > 92 ? "end" : null }, format(tick)))), list);
  const steps = appendInSteps(list, dated, row, 200, "claim");
  if (steps.more) into.append(steps.more);
}
