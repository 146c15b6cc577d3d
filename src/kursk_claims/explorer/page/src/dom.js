// Elements are made with text only: nothing in the data can become markup.
const SVG = "http://www.w3.org/2000/svg";

function fill(made, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.flat(Infinity).filter((each) => each !== null && each !== undefined && each !== false));
  return made;
}

export const element = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);
export const drawing = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);
export const byId = (id) => document.getElementById(id);

// A name or statement of the data. Its direction of writing must not reorder the words around it.
export const words = (value) => element("bdi", {}, value);

// The same where there can be no elements, as in an option or an attribute: between isolating marks of Unicode.
export const isolate = (value) => `\u2068${value}\u2069`;

export const plural = (count, noun) => `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;

// Long enough to recognise; an address may hold any amount.
export const shorten = (text) => (text.length > 200 ? `${text.slice(0, 200)}…` : text);

// Lists are printed to their end.
addEventListener("beforeprint", () => { for (const more of document.querySelectorAll("button.more")) more.dispatchEvent(new Event("showall")); });

// Append a long list as the reader scrolls: `step` items now, and as many more when its end comes into sight.
export function appendInSteps(into, items, make, step, note) {
  let next = 0;
  const more = element("button", { type: "button", class: "more", onclick: append, onshowall: () => appendTo(items.length - 1) });
  const watcher = new IntersectionObserver((entries) => entries.some((each) => each.isIntersecting) && append(), { rootMargin: "600px" });
  function append() {
    const first = into.children.length;
    into.append(...items.slice(next, next + step).flatMap((item, index) => make(item, next + index)));
    next = Math.min(next + step, items.length);
    if (next < items.length) { more.textContent = `Show more: ${next.toLocaleString("en")} of ${plural(items.length, note)} shown`; return; }
    watcher.disconnect();
    if (document.activeElement === more) (into.children[first].querySelector("a") ?? byId("main")).focus({ preventScroll: true });
    more.remove();
  }
  function appendTo(index) { while (next <= index && next < items.length) append(); }
  append();
  if (next < items.length) watcher.observe(more);
  return { more: next < items.length ? more : null, appendTo };
}
