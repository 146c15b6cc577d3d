// The annotated article: blank lines of each sentence's true length until the reader brings the text, then the text itself.
import { addressWith, navigate, readState } from "./address.js";
import { bringText, copies, cutAtSpans } from "./copies.js";
import { appendInSteps, byId, element, words } from "./dom.js";
import { swatch } from "./strip.js";

const STEP = 30; // paragraphs

function paragraphsOf(passages) {
  const paragraphs = new Map();
  for (const passage of passages) paragraphs.set(passage.paragraph, [...(paragraphs.get(passage.paragraph) || []), passage]);
  return [...paragraphs];
}

function sentence(passage, spans, copy, lit, chosen) {
  const isFound = copy?.found.has(passage.passage_id);
  const parts = cutAtSpans(passage, spans, copy).map((part) => {
    if (!part.claims.length) return isFound ? part.words : blank(part.words);
    const first = part.claims.find((claim) => lit.has(claim)) ?? part.claims[0];
    const isLit = part.claims.some((claim) => lit.has(claim));
    return element("mark", { class: `voice-${first.voice}${isLit ? "" : " dim"}${part.claims.includes(chosen) ? " chosen" : ""}`, "data-claims": part.claims.map((claim) => claim.id).join(" ") }, isFound ? part.words : blank(part.words));
  });
  return [element("span", { class: isFound ? "sentence" : "sentence ghost" }, parts), " "];
}

// Marks of the same number as the letters, in groups so that the lines break; a screen reader does not read them.
const blank = (marks) => element("span", { "aria-hidden": "true" }, marks.replace(/(.{4})/g, "$1\u200b"));

function margin(claims, lit, chosen) {
  return element("ul", { class: "margin" }, claims.map((claim) => element("li", { class: lit.has(claim) ? null : "dim" },
    element("a", { href: addressWith({ claim: claim.id }), "data-claim": claim.id, "aria-current": claim === chosen ? "true" : null }, swatch(claim.voice), element("b", {}, words(claim.origin)), " ", words(claim.statement)))));
}

export function showArticle(into, selected, records, state, chosen) {
  const documents = [...records.documents.values()];
  const held = records.documents.get(state.get("document")) ?? (chosen && records.documents.get(chosen.doc_id)) ?? documents[0];
  if (!held) return;
  const lit = new Set(selected);
  const copy = copies.get(held.doc_id);
  const own = records.claims.filter((claim) => claim.doc_id === held.doc_id);
  const spans = new Map();
  for (const claim of own) for (const span of claim.spans) spans.set(span.passage_id, [...(spans.get(span.passage_id) || []), { ...span, claim }]);
  if (documents.length > 1) {
    into.append(element("nav", { class: "documents", "aria-label": "Documents" }, documents.map((each) => element("a", { href: addressWith({ view: "article", document: each.doc_id, claim: "" }), "aria-current": each === held ? "true" : null }, words(each.label)))));
  }
  into.append(element("p", { class: "aside" }, copy ? "Coloured words carry claims. Choose one, or a claim in the margin." : "The text is not in this page. Each line is as long as its sentence; the coloured parts carry claims."));
  const body = element("div", { class: "article", lang: copy ? held.language : null });
  const paragraph = ([number, passages]) => element("section", { class: "paragraph", "aria-label": `Paragraph ${number}` },
    element("p", {}, element("span", { class: "label" }, `¶${number}`), passages.map((each) => sentence(each, spans.get(each.passage_id) || [], copy, lit, chosen)),
      copy ? null : element("span", { class: "hidden" }, `${passages.length} sentences whose text is not in this page`)),
    margin(own.filter((claim) => claim.paragraph === number), lit, chosen));
  const paragraphs = paragraphsOf(held.passages);
  const steps = appendInSteps(body, paragraphs, paragraph, STEP, "paragraph");
  into.append(body);
  if (steps.more) into.append(steps.more);
  body.addEventListener("click", (event) => {
    const ids = event.target.closest("mark")?.dataset.claims.split(" ");
    if (!ids || getSelection().toString()) return;
    const at = ids.indexOf(readState().get("claim")); // a second click on the same words opens the next claim that they carry
    navigate({ claim: ids[(at + 1) % ids.length] });
  });
  if (chosen?.doc_id === held.doc_id) {
    steps.appendTo(paragraphs.findIndex(([number]) => number === chosen.paragraph));
    body.querySelector(`mark[data-claims~="${CSS.escape(chosen.id)}"]`)?.scrollIntoView({ block: "center" });
  }
}

// The box in which a text is chosen or pasted. A file may also be dropped anywhere on the page.
export function buildBringBox(records, whenBrought) {
  const documents = [...records.documents.values()].filter((each) => each.passages.length);
  async function bring(file, name) {
    byId("verdict").className = "";
    byId("verdict").textContent = `Looking for the passages in ${name} …`;
    const { isGood, message } = await bringText(file, name, documents);
    byId("verdict").className = isGood ? "good" : "bad";
    byId("verdict").textContent = message;
    byId("forget").hidden = !copies.size;
    if (isGood) whenBrought();
  }
  byId("file").addEventListener("change", () => { if (byId("file").files.length) bring(byId("file").files[0], byId("file").files[0].name); });
  byId("paste").addEventListener("input", () => { if (byId("paste").value) bring(byId("paste").value, "the pasted text"); });
  byId("forget").addEventListener("click", () => {
    copies.clear();
    for (const id of ["file", "paste"]) byId(id).value = "";
    byId("verdict").className = "";
    byId("verdict").textContent = "The text is forgotten.";
    byId("forget").hidden = true;
    byId("file").focus();
    whenBrought();
  });
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", async (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    navigate({ view: "article", claim: "" });
    for (const file of event.dataTransfer.files) await bring(file, file.name);
  });
}
