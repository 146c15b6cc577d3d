// Tables and saved questions as rows, as CSV and as the SQL that gives them, for the claims that fit the filters.
import { navigate } from "./address.js";
import { copyText } from "./clipboard.js";
import { appendInSteps, element, plural, words } from "./dom.js";
import { conditions, selectRows } from "./sql.js";

const STEP = 200;
const CLAIM_COLUMNS = ["claim_id", "from_claim_id"];

function readRelation(name, records) {
  const question = records.questions.find((each) => `question ${each.name}` === name);
  if (question) return { ...question, says: question.asks, relation: `(\n${question.sql.trim().replace(/;$/, "")}\n)`, file: question.name };
  const table = Object.hasOwn(records.tables, name) ? records.tables[name] : records.tables.said;
  return { ...table, relation: table === records.tables.said ? "said" : name, file: table === records.tables.said ? "said" : name };
}

function toCsv(columns, rows) {
  const cell = (value) => {
    // An apostrophe keeps a spreadsheet from running text as a formula.
    const text = value === null ? "" : typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\n`).join("");
}

function download(name, text) {
  const address = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

function chooser(records, current) {
  const option = (value, title) => element("option", { value, selected: value === current }, title);
  const select = element("select", { id: "rows", onchange: () => navigate({ rows: select.value === "said" ? "" : select.value }) },
    element("optgroup", { label: "Tables and views" }, ["said", ...Object.keys(records.tables).filter((name) => name !== "said")].map((name) => option(name, name))),
    element("optgroup", { label: "Saved questions" }, records.questions.map((each) => option(`question ${each.name}`, each.asks))));
  return element("p", { class: "chooser" }, element("label", { for: "rows" }, "Show "), select);
}

export function showData(into, selected, records, state, facets) {
  const name = state.get("rows") || "said";
  const { says, columns, meanings, rows, relation, file, is_cut: isCut } = readRelation(name, records);
  const key = columns.findIndex((each) => CLAIM_COLUMNS.includes(each));
  const isFiltered = selected.length < records.claims.length && key >= 0;
  const ids = new Set(selected.map((claim) => claim.id));
  const kept = isFiltered ? rows.filter((row) => ids.has(row[key])) : rows;
  const sql = selectRows(relation, columns, isFiltered || records.onlyDocument ? conditions(state, facets, records, selected) : [], records.onlyDocument);
  const status = element("span", { role: "status" });
  const notes = [plural(kept.length, "row"), isFiltered ? "of the claims that fit the filters" : selected.length < records.claims.length ? "which the filters do not change, because it has no claims" : "", isCut ? "of the first 500; the SQL gives all" : ""];
  into.append(chooser(records, name), element("p", {}, says), element("p", { class: "aside" }, notes.filter(Boolean).join(" ")),
    element("p", { class: "actions" }, element("button", { type: "button", onclick: () => download(`${file}.csv`, toCsv(columns, kept)) }, "Download CSV"),
      element("button", { type: "button", onclick: () => copyText(sql, status) }, "Copy SQL"), status),
    element("details", {}, element("summary", {}, "SQL"), element("pre", { tabindex: "0", "aria-label": "SQL" }, element("code", { id: "sql" }, sql))));
  const body = element("tbody");
  const row = (values) => element("tr", {}, values.map((value) => element("td", {}, value === null ? "" : words(String(value)))));
  const steps = appendInSteps(body, kept, row, STEP, "row");
  into.append(element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "Rows" }, element("table", { class: "rows" }, element("thead", {}, element("tr", {}, columns.map((column, at) => element("th", { scope: "col", title: meanings?.[at] || null }, column)))), body)));
  if (steps.more) into.append(steps.more);
}
