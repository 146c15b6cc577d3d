// The pictures, as Vega-Lite specifications over the rows of a view. Colours come from the page's style sheet.
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const VOICE_SCALE = ["a named source", "the article itself", "a generic group", "no named source", "several voices", "no claim"];
const VOICE_COLOURS = ["named", "document", "generic", "nobody", "several", "none"];
const VOICE_LETTERS = { "a named source": "S", "the article itself": "A", "a generic group": "G", "no named source": "?", "several voices": "+", "no claim": "" };
const clip = (words, most) => (words.length > most ? `${words.slice(0, most - 1)}…` : words);
const plural = (count) => `${count} ${count === 1 ? "claim" : "claims"}`;

function config() {
  const ink = colour("ink");
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: null, font, aria: false, view: { stroke: null },
    axis: { labelColor: ink, titleColor: ink, gridColor: colour("line"), domainColor: colour("line"), tickColor: colour("line"), labelFontSize: 13, titleFontSize: 13 },
    legend: { labelColor: ink, titleColor: ink, labelFontSize: 13, titleFontSize: 13, orient: "top", direction: "vertical" },
    text: { color: ink, fontSize: 13 },
  };
}

// One picture with its words for those who do not see it; the rows themselves are in the table below.
function picture(into, title, description, spec) {
  const inside = element("div", { "aria-hidden": "true" });
  const box = element("div", { class: "chart", role: "img", "aria-label": description }, inside);
  into.append(element("figure", {}, title ? element("figcaption", {}, title) : null, box));
  const width = Math.max(240, box.clientWidth - 12);
  window.vegaEmbed(inside, { $schema: "https://vega.github.io/schema/vega-lite/v6.json", config: config(), ...spec(width) }, { actions: false, renderer: "svg" });
}

function draw(view, rows, into) {
  if (!rows.length) into.append(element("p", { class: "empty" }, "No claim that fits the filters is in this picture."));
  else PICTURES[view](rows, into);
}

function bounds() {
  const points = data.outlines.features.flatMap((each) => each.geometry.coordinates[0]);
  const [xs, ys] = [points.map((each) => each[0]), points.map((each) => each[1])];
  return (place) => place.longitude >= Math.min(...xs) && place.longitude <= Math.max(...xs) && place.latitude >= Math.min(...ys) && place.latitude <= Math.max(...ys);
}

// The centre of area of a ring of coordinates.
function centre(ring) {
  let [area, x, y] = [0, 0, 0];
  ring.slice(1).forEach(([x2, y2], at) => {
    const [x1, y1] = ring[at];
    const cross = x1 * y2 - x2 * y1;
    area += cross; x += (x1 + x2) * cross; y += (y1 + y2) * cross;
  });
  return [x / (3 * area), y / (3 * area)];
}

function drawMap(rows, into) {
  const places = new Map();
  for (const row of rows) {
    const place = places.get(row.place_id) || { ...row, claims: 0 };
    place.claims += 1;
    places.set(row.place_id, place);
  }
  const all = [...places.values()].sort((a, b) => b.claims - a.claims || a.name.localeCompare(b.name));
  const located = all.filter((each) => each.latitude !== null);
  const inside = located.filter(bounds());
  const lists = [["On the map", inside], ["Beyond the map", located.filter((each) => !inside.includes(each))],
    ["Without verified coordinates, so not drawn", all.filter((each) => each.latitude === null)]];
  if (!data.outlines.features.length) lists.splice(0, 2, ["With coordinates", located]);
  const item = (each) => element("li", {}, element("a", { href: `#view=claims&place=${encodeURIComponent(each.name)}` }, each.name), ` ${plural(each.claims)}`);
  const side = element("div", { class: "lists" }, ...lists.filter(([, list]) => list.length).flatMap(([title, list]) => [element("h3", {}, title), element("ul", {}, ...list.map(item))]));
  const left = element("div", {});
  into.append(element("div", { class: "beside" }, left, side));
  if (!data.outlines.features.length) {
    left.append(element("p", { class: "empty" }, "This page has no map of the region."));
    return;
  }
  const regions = data.outlines.features.map((each) => each.properties.name).join(", ");
  picture(left, "Where the claims say it happened", `Map of ${regions} with ${inside.length} places: ${inside.map((each) => `${each.name}, ${plural(each.claims)}`).join("; ")}.`, (width) => ({
    width, height: Math.round(Math.min(width * 0.8, 520)), projection: { type: "mercator" },
    layer: [
      { data: { values: data.outlines.features }, mark: { type: "geoshape", fill: colour("panel"), stroke: colour("muted"), strokeWidth: 1 } },
      { data: { values: data.outlines.features.map((each) => {
        const ring = each.geometry.coordinates[0];
        const [x, y] = centre(ring);
        return { name: each.properties.name, x, y: y + 0.25 }; // above the middle, where fewer places lie
      }) }, mark: { type: "text", color: colour("muted"), fontSize: 13, fontStyle: "italic" },
      encoding: { longitude: { field: "x", type: "quantitative" }, latitude: { field: "y", type: "quantitative" }, text: { field: "name" } } },
      { data: { values: inside }, mark: { type: "circle", color: colour("named"), opacity: 0.85, stroke: colour("page") },
        encoding: { longitude: { field: "longitude", type: "quantitative" }, latitude: { field: "latitude", type: "quantitative" }, size: { field: "claims", type: "quantitative", scale: { domain: [0, 10], range: [60, 900] }, legend: null } } },
      ...[-17, 19].map((dy, turn) => ({ // names above and below by turns, so that neighbours do not cover each other
        data: { values: [...inside].sort((a, b) => a.longitude - b.longitude).filter((_, at) => at % 2 === turn).map((each) => ({ ...each, words: `${each.name} (${each.claims})` })) },
        mark: { type: "text", dy, fontWeight: "bold", color: colour("ink") },
        encoding: { longitude: { field: "longitude", type: "quantitative" }, latitude: { field: "latitude", type: "quantitative" }, text: { field: "words" } } })),
    ],
  }));
}

const dayAfter = (day) => new Date(Date.parse(day) + 864e5).toISOString().slice(0, 10);

// Days known exactly are diamonds, spans of days are bars; what happened is filled and above, when it was said is hollow and below.
function drawTimeline(rows, into) {
  const kinds = [["occurred", "◆ filled: when it is said to have happened", 5, colour("named"), colour("named")],
    ["uttered", "◇ hollow: when it was said", 20, colour("page"), colour("ink")]];
  into.append(element("ul", { class: "key" }, ...kinds.map((each) => element("li", {}, each[1])), element("li", {}, "a bar: a date not exactly known, or a span of days")));
  const marks = kinds.flatMap(([kind, , yOffset, fill, stroke]) => {
    const dated = rows.filter((row) => row[`${kind}_earliest`] || row[`${kind}_latest`]).map((row) => {
      const [first, last] = [row[`${kind}_earliest`] || row[`${kind}_latest`], row[`${kind}_latest`] || row[`${kind}_earliest`]];
      return { id: row.claim_id, first, start: `${first}T00:00`, end: `${dayAfter(last)}T00:00`, day: first === last };
    });
    const x = { field: "start", type: "temporal", title: null, axis: { grid: false, orient: "top", labelOverlap: true, tickCount: 6, labelExpr: "timeFormat(datum.value, date(datum.value) === 1 ? '%b %Y' : '%-d %b')" } };
    return [
      { data: { values: dated.filter((each) => !each.day) }, mark: { type: "bar", height: 11, yOffset, fill, stroke, strokeWidth: 1.5, cornerRadius: 4 }, encoding: { x, x2: { field: "end" } } },
      { data: { values: dated.filter((each) => each.day) }, mark: { type: "point", shape: "diamond", size: 130, yOffset, fill, stroke, strokeWidth: 1.5, opacity: 1 }, encoding: { x } },
    ];
  });
  picture(into, "When it is said to have happened, and when it was said", `Timeline of ${plural(rows.length)}. ${rows.map((row) => `${row.claim_id}: ${row.occurred_earliest ? `happened ${row.occurred_earliest} to ${row.occurred_latest}` : "no date of its own"}${row.uttered_earliest ? `, said ${row.uttered_earliest}` : ""}.`).join(" ")}`, (width) => ({
    width, height: rows.length * 62, autosize: { type: "fit-x", contains: "padding" },
    encoding: { y: { field: "id", type: "ordinal", sort: rows.map((row) => row.claim_id), axis: null } },
    layer: [...marks.filter((each) => each.data.values.length),
      { data: { values: rows.map((row) => ({ id: row.claim_id, words: clip(`${row.origin}: ${row.statement}`, Math.floor(width / 6.9)) })) },
        mark: { type: "text", align: "left", yOffset: -14 }, encoding: { x: { value: 0 }, text: { field: "words" } } }],
  }));
  into.append(linksTo(rows));
}

const linksTo = (rows) => element("p", { class: "links" }, "Claims in this picture: ", ...[...new Set(rows.map((row) => row.claim_id))].flatMap((id) => [link(id), " "]));

// The hedge is the mark's direction: a triangle points to where the number may lie.
const HEDGES = { eq: ["circle", "exactly"], approx: ["diamond", "about, either way"], approx_below: ["triangle-left", "almost, so below"],
  approx_above: ["triangle-right", "just over, so above"], at_least: ["triangle-right", "at least, so above"], at_most: ["triangle-left", "at most, so below"],
  more_than: ["triangle-right", "more than, so above"], less_than: ["triangle-left", "less than, so below"], between: ["square", "between two ends"] };

function drawNumbers(all, into) {
  const rows = all.filter((row) => row.comparator in HEDGES).map((row) => ({ ...row, at: row.value ?? (row.low + row.high) / 2 }));
  const unstated = all.filter((row) => !(row.comparator in HEDGES));
  const used = [...new Set(rows.map((row) => HEDGES[row.comparator][1]))];
  const shapes = used.map((words) => Object.values(HEDGES).find((each) => each[1] === words)[0]);
  const axis = (row) => `${row.measure} ${row.unit}`;
  const axes = [...new Set(rows.map(axis))].sort((a, b) => rows.filter((r) => axis(r) === b).length - rows.filter((r) => axis(r) === a).length);
  const key = element("ul", { class: "key" }, ...used.map((words, i) => element("li", {}, `${{ circle: "●", square: "■", diamond: "◆", "triangle-left": "◀", "triangle-right": "▶" }[shapes[i]]} ${words}`)));
  into.append(key);
  for (const each of axes) {
    const here = rows.filter((row) => axis(row) === each).map((row) => ({ ...row, hedge: HEDGES[row.comparator][1], words: `${row.number}: ${row.origin}` }));
    const values = here.flatMap((row) => [row.at, row.low ?? row.at, row.high ?? row.at]);
    const ranges = here.filter((row) => row.comparator === "between");
    const scale = { nice: false, zero: false };
    const many = here.length > 1;
    const [lowest, highest] = [Math.min(...values), Math.max(...values)];
    const room = Math.max(1, (highest - lowest) * 0.5);
    scale.domain = many ? [lowest - room, highest + room] : [Math.min(0, lowest * 1.25), Math.max(0, highest * 1.25) || 1];
    picture(into, label("quantities.measure", here[0].measure), here.map((row) => `${row.words}.`).join(" "), (width) => ({
      width, height: here.length * 52, autosize: { type: "fit-x", contains: "padding" }, data: { values: here },
      encoding: { y: { field: "quantity_id", type: "ordinal", axis: null, sort: null }, x: { field: "at", type: "quantitative", title: null, scale, axis: { grid: true, tickCount: 5 } } },
      layer: [
        ...(ranges.length ? [{ data: { values: ranges }, mark: { type: "rule", strokeWidth: 3, color: colour("named"), yOffset: 10, y2Offset: 10 },
          encoding: { x: { field: "low", type: "quantitative", scale }, x2: { field: "high" } } }] : []),
        { mark: { type: "point", filled: true, size: 190, color: colour("named"), opacity: 1, yOffset: 10 }, encoding: { shape: { field: "hedge", scale: { domain: used, range: shapes }, legend: null } } },
        { mark: { type: "text", align: "left", yOffset: -12, fontWeight: "bold" }, encoding: { x: { value: 4 }, text: { field: "words" } } },
      ],
    }));
    if (many) into.append(element("p", { class: "aside" }, "The axis does not begin at zero, so that these numbers can be told apart."));
  }
  if (unstated.length) {
    into.append(element("h3", {}, "Without a figure"), element("ul", {}, ...unstated.map((row) => element("li", {}, `${row.number}: ${row.origin}`))));
  }
  into.append(linksTo(all));
}

// Speakers left, who passes them on right; whoever does both stands between.
function drawRelays(rows, into) {
  const tellers = new Set(rows.map((row) => row.told_by));
  const relays = new Set(rows.map((row) => row.passed_on_by));
  const names = [...new Set([...tellers, ...relays])];
  const column = (name) => (!relays.has(name) ? 0 : tellers.has(name) ? 1 : 2);
  const total = (name, side) => rows.filter((row) => row[side] === name).reduce((sum, row) => sum + row.claims, 0);
  const said = (name) => Math.max(total(name, "told_by"), total(name, "passed_on_by"));
  const rowsHigh = Math.max(...[0, 1, 2].map((each) => names.filter((name) => column(name) === each).length));
  const nodes = names.map((name) => {
    const peers = names.filter((each) => column(each) === column(name)).sort((a, b) => said(b) - said(a) || a.localeCompare(b));
    return { name, x: column(name), y: ((peers.indexOf(name) + 0.5) * rowsHigh) / peers.length + [0, 0.5, -0.5][column(name)], // apart from the names beside it
      claims: said(name) };
  });
  const of = new Map(nodes.map((each) => [each.name, each]));
  const edges = rows.map((row) => ({ ...row, x: of.get(row.told_by).x, y: of.get(row.told_by).y, x2: of.get(row.passed_on_by).x, y2: of.get(row.passed_on_by).y }));
  picture(into, "Who passes on whose words", rows.map((row) => `${row.told_by}, passed on by ${row.passed_on_by}: ${plural(row.claims)}.`).join(" "), (width) => ({
    width, height: Math.max(160, rowsHigh * 46), autosize: { type: "fit-x", contains: "padding" },
    encoding: { x: { type: "quantitative", field: "x", axis: null, scale: { domain: [-0.05, 2.05], nice: false, zero: false } }, y: { type: "quantitative", field: "y", axis: null, scale: { domain: [-0.2, rowsHigh + 0.5], reverse: true, nice: false } } },
    layer: [
      { data: { values: edges }, mark: { type: "rule", color: colour("named"), opacity: 0.55 }, encoding: { x2: { field: "x2" }, y2: { field: "y2" }, strokeWidth: { field: "claims", type: "quantitative", scale: { domain: [1, 25], range: [1.5, 12] }, legend: null } } },
      { data: { values: nodes }, mark: { type: "circle", size: 110, color: colour("ink"), opacity: 1 } },
      ...["left", "center", "right"].flatMap((align, place) => [{ stroke: colour("page"), strokeWidth: 4, strokeJoin: "round" }, {}].map((halo) => ({
        data: { values: nodes.filter((each) => each.x === place).map((each) => ({ ...each, words: `${clip(each.name, Math.floor(width / 16))} (${each.claims})` })) },
        mark: { type: "text", align, dy: -13, fontWeight: "bold", ...halo }, encoding: { text: { field: "words" } },
      }))),
    ],
  }));
  const speakers = new Set(data.views.claims.rows.map((claim) => claim.origin));
  const sentence = (row) => element("li", {}, speakers.has(row.told_by) ? element("a", { href: `#view=claims&speaker=${encodeURIComponent(row.told_by)}` }, row.told_by) : row.told_by, ` → ${row.passed_on_by}: ${plural(row.claims)}`);
  into.append(element("ul", { class: "columns" }, ...rows.map(sentence)));
}

function drawArticle(rows, into) {
  const first = new Map();
  for (const row of data.views.article.rows) first.set(row.paragraph, Math.min(first.get(row.paragraph) ?? Infinity, row.char_start));
  const laid = rows.map((row) => ({ ...row, from: row.char_start - first.get(row.paragraph), to: row.char_end - first.get(row.paragraph), letter: VOICE_LETTERS[row.voice] }));
  const used = VOICE_SCALE.filter((each) => rows.some((row) => row.voice === each));
  const key = element("ul", { class: "key" }, ...used.map((each) => element("li", {}, element("span", { class: `swatch ${VOICE_COLOURS[VOICE_SCALE.indexOf(each)]}` }, VOICE_LETTERS[each] || "\u00a0"), ` ${each}`)));
  into.append(key);
  picture(into, "The article, sentence by sentence: whose voice carries it", rows.map((row) => `Paragraph ${row.paragraph}, sentence ${row.sentence}: ${row.voice}.`).join(" "), (width) => ({
    width: width - 10, height: new Set(rows.map((row) => row.paragraph)).size * 40, autosize: { type: "fit-x", contains: "padding" }, data: { values: laid.map((row) => ({ ...row, middle: (row.from + row.to) / 2 })) },
    encoding: { y: { field: "paragraph", type: "ordinal", title: "paragraph", axis: { grid: false } } },
    layer: [
      { mark: { type: "bar", stroke: colour("page"), strokeWidth: 3, height: 30 }, encoding: { x: { field: "from", type: "quantitative", title: "characters from the paragraph's start", axis: { grid: false, tickCount: 4 } }, x2: { field: "to" },
        color: { field: "voice", scale: { domain: VOICE_SCALE, range: VOICE_COLOURS.map(colour) }, legend: null } } },
      { mark: { type: "text", fontWeight: "bold", color: colour("on-voice") }, encoding: { x: { field: "middle", type: "quantitative" }, text: { field: "letter" } } },
    ],
  }));
  into.append(element("ol", { class: "sentences" }, ...rows.map((row) => element("li", {},
    element("strong", {}, `¶${row.paragraph}, sentence ${row.sentence}: ${row.voice}`), row.origins ? ` (${row.origins}) ` : " ", ...(row.claim_ids || "").split(" ").filter(Boolean).flatMap((id) => [link(id), " "]),
    copy && copy.found.has(row.passage_id) ? element("blockquote", {}, copy.found.get(row.passage_id).join("")) : null))));
}

const PICTURES = { map: drawMap, timeline: drawTimeline, numbers: drawNumbers, relays: drawRelays, article: drawArticle };
