// The state of the page is its address: `#view=article&q=soldiers&speaker=…&claim=clm-043`.
export const KEYS = ["view", "q", "tile", "speaker", "voice", "event", "place", "kind", "commitment", "document", "sort", "rows", "claim"];

export const readState = () => new URLSearchParams(location.hash.slice(1));

export function addressWith(changes, state = readState()) {
  const next = new URLSearchParams(state);
  for (const [key, value] of Object.entries(changes)) if (value) next.set(key, value); else next.delete(key);
  return `#${next}`;
}

let typing = false;

// Each change is a step that Back undoes, except that the letters of one search are one step.
export const navigate = (changes, options) => goTo(addressWith(changes), options);

function goTo(address, { isTyping = false } = {}) {
  if (address === location.hash || (address === "#" && !location.hash)) return;
  if (isTyping && typing) history.replaceState(null, "", address);
  else history.pushState(null, "", address);
  typing = isTyping;
  dispatchEvent(new Event("statechange"));
}

export const endTyping = () => { typing = false; };
addEventListener("hashchange", () => { typing = false; dispatchEvent(new Event("statechange")); });

// A browser takes the focus away when it follows a link within the page, so the page follows its links itself.
document.addEventListener("click", (event) => {
  const address = event.target.closest('a[href^="#"]')?.getAttribute("href");
  if (!address || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  if (address.includes("=") || address === "#") goTo(address);
});
