// The panel of one claim: beside the list where there is room, over it on a phone. Its address keeps the filters.
import { addressWith, navigate } from "./address.js";
import { copyText } from "./clipboard.js";
import { copies, cutAtSpans } from "./copies.js";
import { byId, element, plural, words } from "./dom.js";
import { labelOf } from "./records.js";
import { describeLocation, describeRelation, describeStep, describeWhen } from "./sentences.js";
import { quote } from "./sql.js";
import { swatch } from "./strip.js";

const WIDE = matchMedia("(min-width: 1000px)");
let opener = null; // where the focus returns when the panel closes

// The link to a claim in the view, to which the focus returns.
export const findLink = (id) => (id ? document.querySelector(`#view a[data-claim="${CSS.escape(id)}"]`) : null);

const claimLink = (claim) => element("a", { href: addressWith({ claim: claim.id }) }, words(claim.statement));
const filterLink = (key, value) => element("a", { href: addressWith({ [key]: value, claim: "" }) }, words(value));
const section = (title, ...content) => element("section", {}, element("h3", {}, title), ...content);

function source(check) {
  const name = words([check.publisher, check.published_on].filter(Boolean).join(", "));
  return /^https?:\/\//.test(check.url ?? "") ? element("a", { href: check.url, rel: "noreferrer" }, name) : name;
}

// What stands against the claim comes first, because a reader who stops after the statement would miss it.
function against(claim, records) {
  const differing = claim.differing.map((check) => element("div", { class: "box differs" },
    element("b", {}, `Another report differs on the ${labelOf(records, "crosschecks.aspect", check.aspect).toLowerCase()}`), element("p", {}, words(check.summary), " ", source(check))));
  return [
    ...claim.denials.map((other) => element("div", { class: "box denied" }, element("b", {}, "Denied by ", words(other.origin)), element("p", {}, claimLink(other)))),
    ...differing.slice(0, 2),
    differing.length > 2 ? element("details", { class: "box differs" }, element("summary", {}, `${plural(differing.length - 2, "more report")} ${differing.length === 3 ? "differs" : "differ"}`), differing.slice(2)) : null,
  ].filter(Boolean);
}

function quoted(claim, records) {
  const copy = copies.get(claim.doc_id);
  if (!copy) return null;
  const passages = records.documents.get(claim.doc_id).passages.filter((passage) => claim.spans.some((span) => span.passage_id === passage.passage_id));
  const found = passages.filter((passage) => copy.found.has(passage.passage_id));
  if (!found.length) return element("p", { class: "aside" }, "The sentence of this claim was not found in your copy.");
  const parts = found.flatMap((passage) => [...cutAtSpans(passage, claim.spans.filter((span) => span.passage_id === passage.passage_id).map((span) => ({ ...span, claim })), copy), { words: " ", claims: [] }]);
  return element("blockquote", {}, parts.map((part) => (part.claims.length ? element("mark", {}, part.words) : part.words)));
}

function facts(claim, records) {
  const pairs = [
    ["Number", claim.number && words(claim.number)],
    ["Event", filterLink("event", claim.event)],
    ["Place", claim.places.length && claim.places.map((place, at) => [at ? ", " : "", filterLink("place", place.name)])],
    ["Involved", claim.actors.length && claim.actors.map((each, at) => [at ? ", " : "", words(each.name), ` (${labelOf(records, "claim_actors.role", each.role).toLowerCase()})`])],
    ["Happened", describeWhen(claim.occurred_earliest, claim.occurred_latest)],
    ["Said", describeWhen(claim.uttered_earliest, claim.uttered_latest)],
    ["Form", [labelOf(records, "claims.kind", claim.kind), claim.polarity === "negated" ? ", says that it is not so" : "", claim.mode === "actual" ? "" : `, ${labelOf(records, "claims.mode", claim.mode).toLowerCase()}`]],
  ];
  return element("dl", {}, pairs.filter(([, value]) => value && value.length !== 0).map(([title, value]) => element("div", {}, element("dt", {}, title), element("dd", {}, value))));
}

function otherReports(claim, records) {
  const rest = claim.checks.filter((each) => each.finding !== "differs");
  return rest.length ? section("Other reports", element("ul", {}, rest.map((check) => element("li", {},
    element("b", {}, `${labelOf(records, "crosschecks.finding", check.finding)} (${labelOf(records, "crosschecks.aspect", check.aspect).toLowerCase()}): `), words(check.summary), " ", source(check))))) : null;
}

function relatedClaims(claim, records) {
  const rest = claim.relations.filter((each) => each.forward || each.relation !== "denies");
  return rest.length ? section("Beside other claims", element("ul", {}, rest.map((each) => element("li", {}, `${describeRelation(each, records)} `, words(each.other.origin), ": ", claimLink(each.other))))) : null;
}

function citations(claim, records) {
  const { citation, bibtex } = records.about;
  const where = `claim ${claim.id}`;
  const offered = [
    ["link", "Copy link", () => location.href],
    citation && ["apa", "Cite (APA)", () => `${citation} (${where}).`],
    bibtex && ["bibtex", "Cite (BibTeX)", () => bibtex.replace(/\n\}$/, `\n  howpublished = {${where}},\n}`)],
    ["sql", "Copy SQL", () => `SELECT * FROM said WHERE claim_id = ${quote(claim.id)};`],
  ].filter(Boolean);
  const status = element("span", { role: "status" });
  return element("div", { class: "actions" }, offered.map(([name, title, text]) => element("button", { type: "button", "data-copy": name, onclick: () => copyText(text(), status) }, title)), status);
}

export function buildPanel(records) {
  const panel = byId("panel");
  const close = () => navigate({ claim: "" });
  let current = null; // the id of the claim
  panel.addEventListener("cancel", (event) => { event.preventDefault(); close(); });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !panel.open || (event.target.closest("input, select, textarea") && !panel.contains(event.target))) return;
    event.preventDefault();
    close();
  });
  panel.addEventListener("click", (event) => { if (event.target === panel && !WIDE.matches) close(); });

  function hide() {
    if (!panel.open) return;
    const hadFocus = panel.contains(document.activeElement);
    panel.close();
    panel.replaceChildren();
    document.body.classList.remove("with-panel");
    if (hadFocus || document.activeElement === document.body) (opener?.isConnected ? opener : findLink(current) ?? byId("main")).focus();
  }

  // Beside the list it is part of the page; over the list it keeps the focus, and the page behind it is inert.
  function open() {
    if (WIDE.matches) panel.open = true; else panel.showModal(); // show() would scroll to the panel and take the focus
    document.body.classList.add("with-panel");
  }

  const listControls = () => [...panel.querySelectorAll("a, button, summary, h2")];

  // Run an action that renews the panel, which leaves the focus in it on the same control.
  function keepFocus(renew) {
    const at = listControls().indexOf(document.activeElement);
    renew();
    listControls()[at]?.focus({ preventScroll: true });
  }
  WIDE.addEventListener("change", () => { if (panel.open) keepFocus(() => { panel.close(); open(); }); });

  function fill(claim, selected) {
    const at = selected.indexOf(claim);
    const step = (other, title, name) => element("a", { class: "step", "data-step": name, href: other ? addressWith({ claim: other.id }) : null, "aria-disabled": other ? null : "true" }, title);
    const document_ = records.documents.size > 1 ? [words(records.documents.get(claim.doc_id).label), ", "] : null;
    panel.replaceChildren(
      element("div", { class: "top" }, element("nav", { "aria-label": "Claims before and after" }, step(selected[at - 1], "← Previous", "previous"), step(at < 0 ? null : selected[at + 1], "Next →", "next")),
        element("button", { type: "button", class: "close", "aria-label": "Close the claim", onclick: close }, "×")),
      element("p", { class: "aside" }, document_, describeLocation(claim), " · ", element("a", { href: addressWith({ view: "article", document: records.documents.size > 1 ? claim.doc_id : "" }) }, "see it in the text")),
      element("h2", { id: "panel-title", tabindex: "-1" }, words(claim.statement)),
      ...against(claim, records),
      element("ol", { class: "chain", "aria-label": "Through whom it came" }, claim.steps.map((each, index) => element("li", { class: index ? "document" : claim.voice },
        swatch(index ? "document" : claim.voice), element("b", {}, index ? words(each.name) : filterLink("speaker", each.name)), element("span", {}, describeStep(each, index, claim, records))))),
      ...[quoted(claim, records), facts(claim, records), claim.note ? section("Note", element("p", {}, words(claim.note))) : null, otherReports(claim, records), relatedClaims(claim, records)].filter(Boolean),
      citations(claim, records));
  }

  return {
    show(claim, selected) {
      if (!claim) { hide(); return; }
      const stepUsed = document.activeElement?.dataset.step;
      if (!panel.open) {
        opener = document.activeElement === document.body ? null : document.activeElement;
        open();
      }
      current = claim.id;
      fill(claim, selected);
      panel.scrollTop = 0;
      const again = stepUsed && panel.querySelector(`[data-step="${stepUsed}"][href]`);
      (again || byId("panel-title")).focus({ preventScroll: WIDE.matches });
    },
    refresh(claim, selected) { // after a change of the filters, which its links keep
      if (!claim || !panel.open) return;
      const isUnfolded = panel.querySelector("details")?.open;
      keepFocus(() => fill(claim, selected));
      if (isUnfolded) panel.querySelector("details").open = true;
    },
  };
}
