// The annotated article: blank lines of each sentence's true length until the reader brings the text, then the text itself.
import { addressWith, navigate, readState } from "./address.js";
import { bringText, copies, cutAtSpans, forgetTexts } from "./copies.js";
import { appendInSteps, byId, element, isolate, words } from "./dom.js";
import { swatch } from "./strip.js";

const STEP = 30; // paragraphs
const MOST_LINKS = 6;

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

// Few documents are links; many would fill the screen before the first line of the text.
function chooseDocument(documents, held) {
  const changes = (id) => ({ view: "article", document: id, claim: "" });
  if (documents.length > MOST_LINKS) {
    const select = element("select", { id: "document", onchange: () => navigate(changes(select.value)) }, documents.map((each) => element("option", { value: each.doc_id, selected: each === held }, isolate(each.label))));
    return element("p", { class: "chooser" }, element("label", { for: "document" }, "Document "), select);
  }
  return element("nav", { class: "documents", "aria-label": "Documents" }, documents.map((each) => element("a", { id: `document-${each.doc_id}`, href: addressWith(changes(each.doc_id)), "aria-current": each === held ? "true" : null }, words(each.label))));
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
    into.append(chooseDocument(documents, held));
  }
  into.append(element("p", { class: "aside" }, copy ? "Coloured words carry claims. Choose one, or a claim in the margin." : "The text is not in this page. Each line is as long as its sentence; the coloured parts carry claims."));
  const body = element("div", { class: "article", lang: copy ? held.language : null });
  const paragraph = ([number, passages]) => element("section", { class: "paragraph", "aria-label": `Paragraph ${number}` },
    element("p", { dir: copy ? "auto" : null }, element("span", { class: "label" }, `¶${number}`), passages.map((each) => sentence(each, spans.get(each.passage_id) || [], copy, lit, chosen)),
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
  const say = (message, look = "") => Object.assign(byId("verdict"), { textContent: message, className: look });
  async function bring(files) {
    const outcomes = [];
    byId("forget").hidden = false; // it also ends the search in a long text
    for (const { file, name } of files) {
      say([...outcomes.map((each) => each.message), `Looking for the passages in ${name} …`].join(" "));
      outcomes.push(await bringText(file, name, documents));
      if (outcomes.at(-1).isGood) whenBrought();
    }
    say(outcomes.map((each) => each.message).join(" "), outcomes.every((each) => each.isGood) ? "good" : "bad");
    byId("forget").hidden = !copies.size;
  }
  const bringFiles = (files) => bring([...files].map((file) => ({ file, name: file.name })));
  byId("file").addEventListener("change", () => { if (byId("file").files.length) bringFiles(byId("file").files); });
  byId("paste").addEventListener("input", () => { if (byId("paste").value) bring([{ file: byId("paste").value, name: "the pasted text" }]); });
  byId("forget").addEventListener("click", () => {
    forgetTexts();
    for (const id of ["file", "paste"]) byId(id).value = "";
    say("The text is forgotten.");
    byId("forget").hidden = true;
    byId("file").focus();
    whenBrought();
  });
  // Words that are dragged, as into the search box, are left to the browser.
  document.addEventListener("dragover", (event) => { if (event.dataTransfer.types.includes("Files")) event.preventDefault(); });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    navigate({ view: "article", claim: "" });
    byId("bring").scrollIntoView({ block: "nearest" });
    bringFiles(event.dataTransfer.files);
  });
}
