// Starts the page and shows what its address says.
import { addressWith, navigate, readState } from "./address.js";
import { buildBringBox, showArticle } from "./article.js";
import { showData } from "./data.js";
import { byId, element, plural, shorten } from "./dom.js";
import { buildFacets, selectClaims } from "./filters.js";
import { buildForm, buildKey, buildTiles, clearAll } from "./form.js";
import { hasMap, showMap } from "./map.js";
import { showNumbers } from "./numbers.js";
import { buildPanel, findLink } from "./panel.js";
import { buildRecords, readPayload } from "./records.js";
import { buildSearch } from "./search.js";
import { buildStrip } from "./strip.js";
import { showTable, sortClaims } from "./table.js";
import { hasTimeline, showTimeline } from "./timeline.js";

function start(records) {
  const title = document.title;
  const facets = buildFacets(records);
  const views = {
    claims: ["Claims", true], article: ["Article", true], numbers: ["Numbers", records.claims.some((claim) => claim.numbers.length)],
    map: ["Map", hasMap(records)], timeline: ["Timeline", hasTimeline(records)], data: ["Data", true],
  };
  const offered = Object.entries(views).filter(([, [, isOffered]]) => isOffered);
  const links = new Map(offered.map(([name, [label]]) => [name, element("a", {}, label)]));
  byId("views").append(...links.values());

  // The index may find other claims than the scan that stands in for it. Where it does not, the reader's place is kept.
  const search = buildSearch(records, () => {
    const found = selectClaims(readState(), facets, records, search);
    if (found.length !== drawn.selected.length || found.some((claim, at) => claim !== drawn.selected[at])) show({ isForced: true });
  });
  const panel = buildPanel(records);
  const strip = buildStrip(records, (claim) => navigate({ claim: claim.id }));
  const form = buildForm(records, facets);
  const [showTiles, showKey] = [buildTiles(records), buildKey(records)];
  buildBringBox(records, () => show({ isForced: true }));

  let drawn = { key: null, table: null, claim: null, selected: records.claims };
  function show({ isForced = false } = {}) {
    const state = readState();
    const view = links.has(state.get("view")) ? state.get("view") : "claims";
    const claim = records.byId.get(state.get("claim")) ?? null;
    const without = new URLSearchParams(state);
    without.delete("claim");
    const key = `${view}?${without}`;
    const isSame = key === drawn.key && !isForced;
    const selected = isSame ? drawn.selected : selectClaims(state, facets, records, search);

    for (const [name, link] of links) {
      link.setAttribute("href", addressWith({ view: name === "claims" ? "" : name, claim: "" }, state));
      if (name === view) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    }
    form.show(state);
    showTiles(state);
    showKey(state);
    byId("count").textContent = describeCount(selected, state, view);
    strip.show(selected, claim);
    byId("bring").hidden = view !== "article";
    if (!isSame || (view === "article" && claim !== drawn.claim)) {
      const into = byId("view");
      const focused = into.contains(document.activeElement) ? document.activeElement : null;
      into.replaceChildren(element("h2", { class: "hidden" }, views[view][0]));
      drawn.table = draw(view, into, selected, state, claim);
      if (!selected.length) into.append(emptyNote(facets));
      if (focused) (byId(focused.id) ?? findLink(focused.dataset.claim) ?? byId("main")).focus({ preventScroll: true });
    }
    drawn.table?.mark(claim);
    const order = view === "claims" ? sortClaims(selected, state) : selected;
    if (claim !== drawn.claim) panel.show(claim, order);
    else panel.refresh(claim, order);
    document.title = claim ? `${claim.origin}: ${claim.statement} · ${title}` : view === "claims" ? title : `${views[view][0]} · ${title}`;
    Object.assign(drawn, { key, claim, selected });
  }

  function describeCount(selected, state, view) {
    const count = selected.length === records.claims.length ? `All ${plural(records.claims.length, "claim")}` : `${selected.length.toLocaleString("en")} of ${plural(records.claims.length, "claim")}`;
    const unknown = [state.get("claim") && !records.byId.has(state.get("claim")) ? `There is no claim ${shorten(state.get("claim"))} in these data.` : "",
      state.get("view") && state.get("view") !== view ? `There is no view ${shorten(state.get("view"))}; these are the claims.` : ""];
    const isPartial = state.get("q")?.trim() && search(state.get("q")).isPartial;
    return [...unknown, isPartial ? "No claim has all the words. The most of them:" : "", count].filter(Boolean).join(" ");
  }

  function draw(view, into, selected, state, claim) {
    if (view === "article") return showArticle(into, selected, records, state, claim) ?? null;
    if (view === "data") return showData(into, selected, records, state, facets) ?? null;
    if (!selected.length) return null;
    if (view === "numbers") return showNumbers(into, selected, records) ?? null;
    if (view === "map") return showMap(into, selected, records) ?? null;
    if (view === "timeline") return showTimeline(into, selected) ?? null;
    return showTable(into, selected, records, state, claim);
  }

  addEventListener("statechange", () => show());
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input, textarea, select")) { event.preventDefault(); byId("q").focus(); }
  });
  byId("skip").addEventListener("click", () => byId("main").focus());
  let width = innerWidth;
  addEventListener("resize", () => { if (innerWidth !== width && readState().get("view") === "map") show({ isForced: true }); width = innerWidth; });
  show();
}

const emptyNote = (facets) => element("p", { class: "empty" }, "No claim fits. Remove a filter above, or ", element("button", { type: "button", onclick: () => { clearAll(facets); byId("q").focus(); } }, "clear all"), ".");

readPayload(byId("payload").textContent.trim()).then((payload) => {
  start(buildRecords(payload));
  document.documentElement.classList.add("ready");
}).catch((error) => {
  byId("count").textContent = `The page cannot be shown in this browser (${error.message}). Use a current Firefox, Chrome, Edge or Safari.`;
  throw error;
});
