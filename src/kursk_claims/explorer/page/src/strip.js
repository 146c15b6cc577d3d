// The claims in the order of the text: a cell for each, with the colour and pattern of its voice. One control for the keyboard.
import { byId, drawing, element } from "./dom.js";
import { VOICE_WORDS } from "./records.js";
import { describeLocation } from "./sentences.js";

const VOICES = Object.keys(VOICE_WORDS);
// Width and height of a cell and the gap between paragraphs, by the number of claims up to which they are used.
const SIZES = [[150, 15, 30, 10], [600, 8, 26, 6], [3000, 4, 20, 3], [Infinity, 2, 12, 1]];

export function describeClaim(claim, records) {
  const parts = [`${claim.origin}: ${claim.statement}`, describeLocation(claim)];
  if (records.documents.size > 1) parts.push(records.documents.get(claim.doc_id).label);
  if (claim.differing.length) parts.push("another report differs");
  if (claim.denials.length) parts.push(`denied by ${[...new Set(claim.denials.map((each) => each.origin))].join(", ")}`);
  return parts.filter(Boolean).join("; ");
}

export function buildStrip(records, openClaim) {
  const { claims } = records;
  const [, cellWidth, cellHeight, paragraphGap] = SIZES.find(([most]) => claims.length <= most);
  const box = byId("strip");
  const caption = byId("strip-caption");
  let [cells, shown, cursor, current, width] = [[], claims, 0, null, 0];

  // Where each cell stands: lines are as wide as the box, and a paragraph's label is below its first cell.
  function layOut() {
    width = box.clientWidth;
    const line = cellHeight + (cellWidth >= 8 ? 30 : 8);
    let [x, y, before] = [0, 12, null];
    const labels = [];
    cells = claims.map((claim) => {
      const isNewDocument = before && before.doc_id !== claim.doc_id;
      const isNewParagraph = before && (isNewDocument || before.paragraph !== claim.paragraph);
      if (isNewParagraph) x += isNewDocument ? 3 * paragraphGap : paragraphGap;
      else if (before && before.sentence !== claim.sentence && cellWidth >= 8) x += 3;
      if (x + cellWidth > width) { x = 0; y += line; }
      if ((!before || isNewParagraph) && cellWidth >= 8 && claim.paragraph) labels.push({ x, y: y + cellHeight + 13, text: `¶${claim.paragraph}` });
      const cell = { x, y };
      x += cellWidth + (cellWidth > 4 ? 1 : 0);
      before = claim;
      return cell;
    });
    const last = cellHeight + (cellWidth >= 8 ? 18 : 2);
    return { labels: labels.filter((each, at) => !at || labels[at - 1].y !== each.y || each.x - labels[at - 1].x >= 26), height: y + last };
  }

  function draw() {
    const { labels, height } = layOut();
    const lit = new Set(shown);
    const paths = Object.fromEntries(VOICES.flatMap((voice) => [[`${voice} lit`, ""], [`${voice} dim`, ""]]));
    let [differing, denied] = ["", ""];
    const mark = Math.min(9, Math.max(3, cellWidth - 4));
    claims.forEach((claim, at) => {
      const { x, y } = cells[at];
      const isLit = lit.has(claim);
      paths[`${claim.voice} ${isLit ? "lit" : "dim"}`] += `M${x} ${y}h${cellWidth}v${cellHeight}h${-cellWidth}z`;
      if (isLit && claim.differing.length) differing += `M${x + (cellWidth - mark) / 2} ${y - 9}h${mark}l${-mark / 2} 7z`;
      if (isLit && claim.denials.length) denied += `M${x + 1} ${y + cellHeight - 6}L${x + cellWidth - 1} ${y + 6}`;
    });
    const shapes = Object.entries(paths).filter(([, d]) => d).map(([name, d]) => drawing("path", { class: `voice ${name}`, d }));
    const picture = drawing("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" },
      ...shapes, drawing("path", { class: "mark differs", d: differing }), drawing("path", { class: "mark denied-halo", d: denied }), drawing("path", { class: "mark denied", d: denied }),
      ...labels.map(({ x, y, text }) => drawing("text", { x, y }, text)), drawing("rect", { class: "chosen", hidden: true }), drawing("rect", { class: "cursor" }));
    box.replaceChildren(picture);
    place();
  }

  function place() {
    const frame = (rect, at, grow) => {
      if (at === null) { rect.setAttribute("visibility", "hidden"); return; }
      const { x, y } = cells[at];
      for (const [name, value] of Object.entries({ x: x - grow, y: y - grow, width: cellWidth + 2 * grow, height: cellHeight + 2 * grow, visibility: "visible" })) rect.setAttribute(name, value);
    };
    frame(box.querySelector(".chosen"), current?.at ?? null, 1.5);
    frame(box.querySelector(".cursor"), claims.length ? cursor : null, 3);
    if (!claims.length) return;
    box.setAttribute("aria-valuenow", cursor + 1);
    box.setAttribute("aria-valuetext", describeClaim(claims[cursor], records));
  }

  function moveTo(at) {
    cursor = at;
    place();
    caption.textContent = describeClaim(claims[cursor], records);
    const { y } = cells[cursor];
    if (y < box.scrollTop) box.scrollTop = y - 12;
    else if (y + cellHeight > box.scrollTop + box.clientHeight) box.scrollTop = y + cellHeight + 24 - box.clientHeight;
  }

  const KEYS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1, PageDown: 10, PageUp: -10, Home: -Infinity, End: Infinity };
  box.addEventListener("keydown", (event) => {
    if (event.altKey || event.ctrlKey || event.metaKey || !claims.length) return;
    if (event.key === "Enter" || event.key === " ") openClaim(claims[cursor], box);
    else if (event.key in KEYS) {
      const order = shown.length ? shown.map((claim) => claim.at) : claims.map((claim) => claim.at);
      const step = KEYS[event.key];
      const from = order.findLastIndex((at) => at <= cursor);
      const to = step > 0 || order[from] === cursor ? from + step : from + step + 1;
      moveTo(order[Math.max(0, Math.min(order.length - 1, to))]);
    } else return;
    event.preventDefault();
  });
  function cellAt(event) {
    const frame = box.firstChild.getBoundingClientRect();
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    const at = cells.findIndex((cell) => x >= cell.x - 1 && x <= cell.x + cellWidth + 1 && y >= cell.y - 10 && y <= cell.y + cellHeight + 10);
    return at < 0 ? null : at;
  }
  box.addEventListener("pointermove", (event) => { const at = cellAt(event); if (at !== null && event.pointerType === "mouse") caption.textContent = describeClaim(claims[at], records); });
  box.addEventListener("pointerleave", () => { caption.textContent = ""; });
  box.addEventListener("click", (event) => { const at = cellAt(event); if (at !== null) { moveTo(at); openClaim(claims[at], box); } });
  new ResizeObserver(() => box.clientWidth !== width && draw()).observe(box);
  box.setAttribute("aria-valuemax", claims.length);

  return {
    show(selected, chosen) { // claims that fit the filters, and the one that is open
      shown = selected;
      current = chosen;
      if (chosen) cursor = chosen.at;
      draw();
    },
  };
}

// A swatch with the colour and pattern of a voice.
export const swatch = (voice) => element("span", { class: "swatch", "aria-hidden": "true" }, drawing("svg", { viewBox: "0 0 12 12", focusable: "false" }, drawing("rect", { class: `voice ${voice}`, width: 12, height: 12 })));
