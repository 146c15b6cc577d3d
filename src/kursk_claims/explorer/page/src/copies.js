// Texts that the reader brings: read, matched in a worker, and held in memory for as long as the page is open. Nothing is sent.
import workerScript from "worker:copy";
import { plural } from "./dom.js";

const TIMES = 8; // a page around an article is seldom longer than this many articles
const SMALLEST = 100_000; // code points

export const copies = new Map(); // by document: {exact, found: Map(passage id → words as an array of code points)}
let worker = null;

// UTF-8 without a byte order mark, with line feeds, composed: the text whose code points the offsets of the data count.
async function readText(file) {
  const text = typeof file === "string" ? file : new TextDecoder("utf-8", { fatal: true }).decode(await file.arrayBuffer());
  return text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n").normalize("NFC");
}

export function forgetTexts() {
  worker?.terminate();
  copies.clear();
}

// Returns {isGood, message}. A text that matches one document leaves those of the others.
export async function bringText(file, name, documents) {
  const most = Math.max(SMALLEST, TIMES * documents.reduce((sum, each) => sum + (each.text_length || 0), 0));
  const refuse = (reason) => ({ isGood: false, message: `Refused: ${name} ${reason}` });
  if ((file.size ?? file.length) > 4 * most) return refuse(`is too long. ${describeSize(most)}`);
  let text;
  try {
    text = await readText(file);
  } catch {
    return refuse("is not text in UTF-8. Save it as plain text.");
  }
  if (!text.trim()) return refuse("is empty. Give the text of the article.");
  if (text.length > most) return refuse(`is too long. ${describeSize(most)}`);
  const matched = await match(text, documents).catch(() => null);
  if (!matched) return refuse("could not be searched in this browser.");
  const results = matched.filter((each) => each.found.length);
  if (!results.length) return refuse("holds no passage of the article. Give the article's own text.");
  for (const each of results) copies.set(each.document, { exact: each.exact, found: new Map(each.found.map(([id, words]) => [id, Array.from(words)])) });
  return { isGood: true, message: describeMatches(results, documents) };
}

const describeSize = (most) => `Give the article alone: at most ${most.toLocaleString("en")} characters.`;

const MOST_MATCHES = 3;

function describeMatches(results, documents) {
  const messages = results.slice(0, MOST_MATCHES).map((each) => describeMatch(each, documents));
  if (results.length > MOST_MATCHES) messages.push(`And passages of ${plural(results.length - MOST_MATCHES, "other document")}.`);
  return messages.join(" ");
}

function describeMatch({ document, exact, found }, documents) {
  const held = documents.find((each) => each.doc_id === document);
  const of = documents.length > 1 ? ` of ${held.label}` : "";
  if (exact) return `This is the text${of}: all ${held.passages.length} passages are in their places.`;
  return `Another copy${of}: ${found.length} of ${plural(held.passages.length, "passage")} found.`;
}

async function match(text, documents) {
  worker?.terminate(); // a text that comes later replaces one that is still being matched
  const address = URL.createObjectURL(new Blob([workerScript], { type: "text/javascript" }));
  worker = new Worker(address);
  const asked = documents.map(({ doc_id, text_sha256, text_length, passages }) => ({ doc_id, text_sha256, text_length,
    passages: passages.map(({ passage_id, char_start, char_end, sha256 }) => ({ passage_id, char_start, char_end, sha256 })) }));
  return new Promise((resolve, reject) => {
    const results = [];
    worker.onmessage = ({ data }) => {
      if (!data.done) { results.push(data); return; }
      worker.terminate();
      URL.revokeObjectURL(address);
      resolve(results);
    };
    worker.onerror = reject;
    worker.postMessage({ text, documents: asked });
  });
}

// A passage's words, or blanks of its length, cut where the spans of claims begin and end: [{words, claims}].
export function cutAtSpans(passage, spans, copy) {
  const points = copy?.found.get(passage.passage_id) ?? null;
  const length = passage.char_end - passage.char_start;
  const inside = spans.map((span) => ({ claim: span.claim, start: Math.max(0, span.char_start - passage.char_start), end: Math.min(length, span.char_end - passage.char_start) }));
  const bounds = [...new Set([0, length, ...inside.flatMap((span) => [span.start, span.end])])].sort((a, b) => a - b);
  return bounds.slice(0, -1).map((start, at) => ({
    words: points ? points.slice(start, bounds[at + 1]).join("") : "n".repeat(bounds[at + 1] - start),
    claims: inside.filter((span) => span.start <= start && span.end >= bounds[at + 1]).map((span) => span.claim),
  })).filter((part) => part.words);
}
