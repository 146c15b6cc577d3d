// A reader's copy of the article: checked, aligned, and never sent anywhere. The same steps as `text.py` takes.
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;

// UTF-8 without BOM, LF, NFC, as an array of code points: the offsets of the data count these. Throws on bytes that are no UTF-8.
function canonical(buffer) {
  const text = new TextDecoder("utf-8", { fatal: true }).decode(buffer);
  return Array.from(text.replace(/\r\n?/g, "\n").normalize("NFC"));
}

// The passages that a copy holds, by id, as arrays of code points; `exact` when it is the very text of the records.
function readCopy(points, held, passages) {
  const cut = (each) => points.slice(each.char_start, each.char_end);
  const exact = sha256(points.join("")) === held.text_sha256 ||
    (points.length === held.text_length && passages.every((each) => sha256(cut(each).join("")) === each.sha256));
  return { exact, found: exact ? new Map(passages.map((each) => [each.passage_id, cut(each)])) : align(points, passages) };
}

function align(points, passages) {
  const folded = Array.from(points.join("").split(SPACE).filter(Boolean).join(" "));
  const starts = [];
  folded.forEach((char, at) => {
    if (char !== " " && !(at && /[\p{L}\p{N}]/u.test(folded[at - 1]))) starts.push(at);
  });
  const found = new Map();
  let behind = 0;
  for (const passage of passages) {
    const length = passage.char_end - passage.char_start;
    for (const at of [behind, behind + 1, ...starts]) {
      const words = folded.slice(at, at + length);
      if (words.length === length && sha256(words.join("")) === passage.sha256) {
        found.set(passage.passage_id, words);
        behind = at + length;
        break;
      }
    }
  }
  return found;
}

// A passage's words with the spans of a claim marked: [{words, marked}].
function marked(passage, words, spans) {
  const inside = new Set();
  for (const span of spans) for (let at = span.char_start; at < span.char_end; at++) inside.add(at - passage.char_start);
  const parts = [];
  words.forEach((char, at) => {
    const last = parts.at(-1);
    if (last && last.marked === inside.has(at)) last.words += char;
    else parts.push({ words: char, marked: inside.has(at) });
  });
  return parts;
}
