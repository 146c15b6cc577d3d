// Search box, filters, findings and chips. They are made once, so that typing and choosing never lose the focus.
import { byId, element, isolate } from "./dom.js";
import { endTyping, navigate, readState } from "./address.js";
import { listFilters } from "./filters.js";
import { VOICE_WORDS } from "./records.js";
import { swatch } from "./strip.js";

// The others are folded away, and on a phone all of them.
const ALWAYS = matchMedia("(max-width: 800px)").matches ? [] : ["speaker", "event", "place"];

export function buildForm(records, facets) {
  const search = byId("q");
  search.addEventListener("input", () => navigate({ q: search.value }, { isTyping: true }));
  search.addEventListener("change", endTyping);
  const selects = Object.entries(facets).filter(([, facet]) => facet.counts.size > 1).map(([key, facet]) => {
    const values = [...facet.counts].map(([value, count]) => ({ value, count, label: String(facet.label(value)) })).sort((a, b) => a.label.localeCompare(b.label));
    const select = element("select", { id: `filter-${key}`, name: key, onchange: () => navigate({ [key]: select.value }) },
      element("option", { value: "" }, "all"), values.map(({ value, count, label }) => element("option", { value }, isolate(label), ` (${count})`)));
    return [key, select, element("div", { class: "filter" }, element("label", { for: select.id }, facet.title), select)];
  });
  byId("filters").append(...selects.filter(([key]) => ALWAYS.includes(key)).map(([, , box]) => box));
  byId("more-filters").append(...selects.filter(([key]) => !ALWAYS.includes(key)).map(([, , box]) => box));
  byId("more").firstChild.textContent = ALWAYS.length ? "More filters" : "Filters";
  byId("clear").addEventListener("click", () => { clearAll(facets); search.focus(); });
  return {
    show(state) {
      if (document.activeElement !== search || search.value.trim() !== (state.get("q") ?? "").trim()) search.value = state.get("q") ?? "";
      for (const [key, select] of selects) select.value = facets[key].counts.has(state.get(key)) ? state.get(key) : "";
      showChips(listFilters(state, facets, records));
    },
  };
}

export const clearAll = (facets) => navigate(Object.fromEntries(["q", "tile", ...Object.keys(facets)].map((key) => [key, ""])));

function showChips(active) {
  const chips = active.map(({ key, title, label, isKnown }) => element("li", {}, element("button", {
    type: "button", class: isKnown ? "chip" : "chip unknown", "data-key": key, "aria-label": `Remove ${title}: ${isolate(label)}`,
    onclick: () => { navigate({ [key]: "" }); (byId("chips").querySelector("button") ?? byId("q")).focus(); },
  }, `${title}: `, element("bdi", {}, label), isKnown ? null : " (not in these data)", element("span", { "aria-hidden": "true" }, " ×"))));
  byId("chips").replaceChildren(...chips);
  byId("clear").hidden = !active.length;
}

export function buildTiles(records) {
  const tiles = records.tiles.map((tile) => {
    const count = records.claims.filter((claim) => tile.ids.has(claim.id)).length;
    const button = element("button", { type: "button", class: "tile", "aria-pressed": "false", onclick: () => navigate({ tile: readState().get("tile") === tile.name ? "" : tile.name, view: "" }) },
      element("b", {}, count.toLocaleString("en")), " ", element("span", {}, tile.words));
    return [tile.name, element("li", {}, button), button];
  });
  byId("tiles").replaceChildren(...tiles.map(([, item]) => item));
  return (state) => { for (const [name, , button] of tiles) button.setAttribute("aria-pressed", String(state.get("tile") === name)); };
}

export function buildKey(records) {
  const used = Object.keys(VOICE_WORDS).filter((voice) => records.claims.some((claim) => claim.voice === voice));
  const buttons = used.map((voice) => [voice, element("button", { type: "button", "aria-pressed": "false", onclick: () => navigate({ voice: readState().get("voice") === voice ? "" : voice }) }, swatch(voice), VOICE_WORDS[voice])]);
  const marks = [["▼", "another report differs", (claim) => claim.differing.length], ["╱", "denied by someone", (claim) => claim.denials.length]].filter(([, , has]) => records.claims.some(has));
  byId("key").replaceChildren(...buttons.map(([, button]) => element("li", {}, button)), ...marks.map(([sign, title]) => element("li", {}, element("span", { "aria-hidden": "true" }, `${sign} `), title)));
  return (state) => { for (const [voice, button] of buttons) button.setAttribute("aria-pressed", String(state.get("voice") === voice)); };
}
