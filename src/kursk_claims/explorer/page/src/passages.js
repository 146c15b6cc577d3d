// Passages are found by their SHA-256, with the steps that the package takes: white space is folded, and a passage begins at a word.
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const digest = (points) => bytesToHex(sha256(utf8ToBytes(points.join(""))));

// Returns {exact, found}: `found` is [passage id, its words] for each passage in the text, whose offsets count code points.
export function findPassages(points, held) {
  const cut = (each) => points.slice(each.char_start, each.char_end);
  const exact = digest(points) === held.text_sha256
    || (points.length === held.text_length && held.passages.every((each) => digest(cut(each)) === each.sha256));
  const found = exact ? held.passages.map((each) => [each.passage_id, cut(each)]) : align(points, held.passages);
  return { exact, found: found.map(([id, words]) => [id, words.join("")]) };
}

function align(points, passages) {
  const folded = Array.from(points.join("").split(SPACE).filter(Boolean).join(" "));
  const isLetter = (at) => /[\p{L}\p{N}]/u.test(folded[at]);
  const starts = folded.map((_, at) => at).filter((at) => folded[at] !== " " && !(at && isLetter(at - 1)));
  // Most passages begin where a sentence does. A text in which none does so is another text, and is not searched word by word.
  const sentences = starts.filter((at) => at === 0 || (folded[at - 1] === " " && /[^\p{L}\p{N},]/u.test(folded[at - 2] ?? ".")) || folded[at - 1] !== " ");
  const found = new Map();
  for (const [candidates, isLast] of [[sentences, false], [starts, true]]) {
    let behind = 0;
    for (const passage of passages) {
      const length = passage.char_end - passage.char_start;
      if (found.has(passage.passage_id)) { behind = found.get(passage.passage_id).end; continue; }
      for (const at of [behind, behind + 1, ...candidates]) {
        const words = folded.slice(at, at + length);
        if (words.length === length && digest(words) === passage.sha256) {
          behind = at + length;
          found.set(passage.passage_id, { words, end: behind });
          break;
        }
      }
    }
    if (!found.size && !isLast) break;
  }
  return [...found].map(([id, { words }]) => [id, words]);
}
