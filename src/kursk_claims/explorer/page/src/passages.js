// Passages are found by their SHA-256, with the steps that the package takes: white space is folded, and a passage begins at a word.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

// A text whose parts are given by code points. Its bytes are made once, because a long text has many parts to digest.
function measure(text) {
  const points = Array.from(text);
  const bytes = utf8ToBytes(text);
  const offsets = new Uint32Array(points.length + 1);
  points.forEach((point, at) => {
    const code = point.codePointAt(0);
    offsets[at + 1] = offsets[at] + (code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4);
  });
  return {
    points,
    digest: (start, end) => bytesToHex(sha256(bytes.subarray(offsets[start], offsets[end]))),
    words: (start, end) => points.slice(start, end).join(""),
  };
}

// A reader's text with what is the same for every document: its digest, its folded form, and where words and sentences begin in it.
export function prepareText(text) {
  const whole = measure(text);
  const folded = measure(text.split(SPACE).filter(Boolean).join(" "));
  const { points } = folded;
  const isLetter = (at) => /[\p{L}\p{N}]/u.test(points[at]);
  const starts = points.map((_, at) => at).filter((at) => points[at] !== " " && !(at && isLetter(at - 1)));
  // Most passages begin where a sentence does. A text in which none does so is another text, and is not searched word by word.
  const sentences = starts.filter((at) => at === 0 || (points[at - 1] === " " && /[^\p{L}\p{N},]/u.test(points[at - 2] ?? ".")) || points[at - 1] !== " ");
  return { whole, sha256: whole.digest(0, whole.points.length), folded, starts, sentences };
}

// Returns {exact, found}: `found` is [passage id, its words] for each passage in the text, whose offsets count code points.
export function findPassages(text, held) {
  const { whole } = text;
  const exact = text.sha256 === held.text_sha256
    || (whole.points.length === held.text_length && held.passages.every((each) => whole.digest(each.char_start, each.char_end) === each.sha256));
  return { exact, found: exact ? held.passages.map((each) => [each.passage_id, whole.words(each.char_start, each.char_end)]) : align(text, held.passages) };
}

function align({ folded, starts, sentences }, passages) {
  const found = new Map();
  for (const [candidates, isLast] of [[sentences, false], [starts, true]]) {
    let behind = 0;
    for (const passage of passages) {
      const length = passage.char_end - passage.char_start;
      if (found.has(passage.passage_id)) { behind = found.get(passage.passage_id).end; continue; }
      for (const at of [behind, behind + 1, ...candidates]) {
        const end = at + length;
        if (end <= folded.points.length && folded.digest(at, end) === passage.sha256) {
          behind = end;
          found.set(passage.passage_id, { words: folded.words(at, end), end });
          break;
        }
      }
    }
    if (!found.size && !isLast) break;
  }
  return [...found].map(([id, { words }]) => [id, words]);
}
