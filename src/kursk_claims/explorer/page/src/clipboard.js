// Copies text, or offers it selected where the browser does not allow that, as for a page opened from a file.
import { element } from "./dom.js";

export async function copyText(text, status) {
  const isCopied = await (navigator.clipboard?.writeText(text) ?? Promise.reject()).then(() => true, () => false);
  if (isCopied) { status.textContent = "Copied."; return; }
  const field = element("textarea", { readonly: true, rows: 3, "aria-label": "Text to copy" }, text);
  status.replaceChildren("Copy it with your keyboard: ", field);
  field.select();
}
