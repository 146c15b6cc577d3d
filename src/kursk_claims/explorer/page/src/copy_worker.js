// Finds the passages of the held documents in a reader's text, apart from the page so that the page stays usable meanwhile.
import { findPassages } from "./passages.js";

onmessage = ({ data: { text, documents } }) => {
  for (const each of documents) postMessage({ document: each.doc_id, ...findPassages(Array.from(text), each) });
  postMessage({ done: true });
};
