// Where the claims say that it happened: regions shaded by the number of claims, places as circles.
import { geoMercator, geoPath } from "d3-geo";
import { addressWith } from "./address.js";
import { drawing, element, plural, words } from "./dom.js";

const regionsOf = (records) => records.outlines.filter((each) => each.properties.iso_3166_2);
const isRegional = (code) => Boolean(code);

function countClaims(selected) {
  const [places, regions] = [new Map(), new Map()];
  for (const claim of selected) {
    for (const place of new Map(claim.places.map((each) => [each.place_id, each])).values()) {
      places.set(place.place_id, { ...place, claims: (places.get(place.place_id)?.claims ?? 0) + 1 });
    }
    for (const code of new Set(claim.places.map((place) => place.subdivision_code).filter(isRegional))) regions.set(code, (regions.get(code) ?? 0) + 1);
  }
  return { places: [...places.values()].sort((a, b) => b.claims - a.claims || a.name.localeCompare(b.name)), regions };
}

// A map with one shaded region says less than a list, so it is offered from two on.
export const hasMap = (records) => {
  const { regions } = countClaims(records.claims);
  return regionsOf(records).filter((each) => regions.has(each.properties.iso_3166_2)).length >= 2;
};

const shade = (count, most) => (count ? 1 + Math.min(3, Math.floor((4 * (count - 1)) / Math.max(1, most))) : 0);

function picture(records, places, regions, width) {
  const outlines = regionsOf(records);
  const height = Math.round(Math.min(width * 0.8, 560));
  const projection = geoMercator().fitExtent([[8, 8], [width - 8, height - 8]], { type: "FeatureCollection", features: outlines });
  const path = geoPath(projection);
  const most = Math.max(...outlines.map((each) => regions.get(each.properties.iso_3166_2) ?? 0), 1);
  const count = (each) => regions.get(each.properties.iso_3166_2) ?? 0;
  const inside = places.filter((place) => place.latitude !== null && isInside(projection([place.longitude, place.latitude]), width, height));
  const title = `Map. ${outlines.map((each) => `${each.properties.name}: ${plural(count(each), "claim")}`).join("; ")}.`;
  const made = drawing("svg", { class: "map", width, height, viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title },
    outlines.map((each) => drawing("path", { class: `region shade-${shade(count(each), most)}`, d: path(each) })),
    records.outlines.filter((each) => !each.properties.iso_3166_2).map((each) => drawing("path", { class: "border", d: path(each) })),
    outlines.map((each) => {
      const [x, y] = path.centroid(each);
      return drawing("text", { class: "name", x, y: y - 14 }, drawing("tspan", { x }, each.properties.name), drawing("tspan", { x, dy: 16 }, plural(count(each), "claim")));
    }),
    inside.map((place, at) => {
      const [x, y] = projection([place.longitude, place.latitude]);
      return [drawing("circle", { class: "place", cx: x, cy: y, r: 4 + Math.sqrt(place.claims) * 2 }), drawing("text", { class: "place-name", x, y: at % 2 ? y + 22 : y - 12 }, `${place.name} (${place.claims})`)];
    }));
  return { made, inside };
}

const isInside = ([x, y], width, height) => x >= 0 && y >= 0 && x <= width && y <= height;

export function showMap(into, selected, records) {
  const { places, regions } = countClaims(selected);
  const box = element("div", { class: "map-box" });
  const lists = element("div", { class: "lists" });
  into.append(element("div", { class: "beside" }, box, lists));
  const item = (place) => element("li", {}, element("a", { href: addressWith({ place: place.name, view: "" }) }, words(place.name)), ` ${plural(place.claims, "claim")}`);
  const { made, inside } = picture(records, places, regions, Math.max(260, box.clientWidth));
  box.append(made, element("p", { class: "aside" }, "A thick line is a national border. Only places with verified coordinates are drawn."));
  const groups = [["On the map", inside], ["Countries and regions", places.filter((place) => ["country", "region"].includes(place.kind) && !inside.includes(place))],
    ["Beyond the map or without verified coordinates", places.filter((place) => !["country", "region"].includes(place.kind) && !inside.includes(place))]];
  lists.append(...groups.filter(([, list]) => list.length).flatMap(([title, list]) => [element("h3", {}, title), element("ul", {}, list.map(item))]));
}
