// Finds the passages of the held documents in a reader's text, apart from the page so that the page stays usable meanwhile.
import { findPassages, prepareText } from "./passages.js";

onmessage = ({ data: { text, documents } }) => {
  const prepared = prepareText(text);
  for (const each of documents) postMessage({ document: each.doc_id, ...findPassages(prepared, each) });
  postMessage({ done: true });
};
