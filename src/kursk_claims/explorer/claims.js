// The list of claims. Every word of the data goes in as text, never as markup.
function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined) made.setAttribute(key, value);
  made.append(...children.flat().filter((each) => each !== null && each !== undefined && each !== ""));
  return made;
}

const label = (field, code) => (data.codes[field] && data.codes[field][code]) || code;
const link = (id) => element("a", { href: `#claim=${id}` }, id);

const VOICES = { named: "named", role: "named", organization: "named", generic: "generic", anonymous: "nobody" };
const voiceWords = { named: "Named", generic: "Generic group", nobody: "Nobody named", document: "The article itself" };
const voice = (claim) => (claim.own_voice ? "document" : VOICES[claim.origin_specificity] || "named");

function chainPath(claim) {
  const names = claim.own_voice ? [claim.origin, "the article"] : claim.chain.split(" → ");
  const items = names.map((name, at) => element("li", {}, at === 0 ? element("strong", {}, name) : name));
  return element("ol", { class: "chain", "aria-label": "From the origin to the article" }, ...items);
}

function relations(claim) {
  const passive = { denies: "denied by", contradicts: "contradicted by", corroborates: "corroborated by", refines: "refined by",
    restates: "restated in", rounds: "rounded in", explains: "explained by", relays: "relayed by" };
  const own = { restates: "restates", explains: "explains" };
  const symmetric = ["contradicts"];
  const of = new Map(data.views.claims.rows.map((each) => [each.claim_id, each]));
  return data.tables.claim_relations
    .filter((each) => each.from_claim_id === claim.claim_id || each.to_claim_id === claim.claim_id)
    .map((each) => {
      const from = each.from_claim_id === claim.claim_id;
      const other = of.get(from ? each.to_claim_id : each.from_claim_id);
      const word = from ? own[each.relation] || each.relation : symmetric.includes(each.relation) ? each.relation : passive[each.relation] || each.relation;
      return { word, other, relation: each.relation, by: each.stated_by };
    });
}

function badges(claim) {
  const made = [element("span", { class: `badge voice ${voice(claim)}` }, voiceWords[voice(claim)])];
  if (claim.number) made.push(element("span", { class: "badge number" }, claim.number));
  if (claim.polarity === "negated") made.push(element("span", { class: "badge" }, "says it is not so"));
  if (claim.mode !== "actual") made.push(element("span", { class: "badge" }, label("claims.mode", claim.mode)));
  for (const each of relations(claim)) {
    if (["denies", "contradicts"].includes(each.relation)) {
      made.push(element("a", { class: "badge dispute", href: `#claim=${each.other.claim_id}` }, `${each.word} ${each.other.origin}`));
    }
  }
  const checks = checksOf(claim);
  if (checks.length) {
    const findings = [...new Set(checks.map((each) => label("crosschecks.finding", each.finding).toLowerCase()))].join(", ");
    made.push(element("span", { class: "badge check" }, `${checks.length} other ${checks.length === 1 ? "report" : "reports"}: ${findings}`));
  }
  return element("p", { class: "badges" }, ...made.flatMap((each) => [each, " "]));
}

const checksOf = (claim) => data.tables.crosschecks.filter((each) => each.claim_id === claim.claim_id);

function facts(claim) {
  const where = claim.paragraph ? `paragraph ${claim.paragraph}, sentence ${claim.sentence}` : "";
  const pairs = [["In the article", where], ["Event", claim.event], ["Place", claim.places],
    ["How firmly", label("attributions.commitment", claim.origin_commitment)]];
  const made = pairs.filter(([, value]) => value).map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value)));
  return element("dl", { class: "facts" }, ...made);
}

// The claim's sentences with its words marked, where the reader has brought the text.
function wordsOf(claim) {
  if (!copy) return null;
  const spans = data.tables.evidence.filter((each) => each.claim_id === claim.claim_id && each.role === "content");
  const ids = [...new Set(spans.map((each) => each.passage_id))];
  const sentences = ids.filter((id) => copy.found.has(id)).map((id) => {
    const passage = data.tables.passages.find((each) => each.passage_id === id);
    return marked(passage, copy.found.get(id), spans.filter((each) => each.passage_id === id))
      .map((part) => (part.marked ? element("mark", {}, part.words) : part.words)).concat(" ");
  });
  if (sentences.length) return element("blockquote", {}, ...sentences.flat());
  return element("p", { class: "missing" }, "The sentence of this claim was not found in your copy.");
}

function more(claim, open) {
  const steps = data.tables.attributions.filter((each) => each.claim_id === claim.claim_id).sort((a, b) => b.step - a.step);
  const names = new Map(data.tables.actors.map((each) => [each.actor_id, each.name]));
  const row = (each) => {
    const cue = each.cue ? `“${each.cue}” (${label("attributions.cue_class", each.cue_class).toLowerCase()})` : "no cue";
    return element("li", {}, element("strong", {}, names.get(each.actor_id) || each.actor_id),
      `: ${label("attributions.commitment", each.commitment).toLowerCase()}, ${cue}, ${label("attributions.channel", each.channel).toLowerCase()}`);
  };
  const parts = [element("h3", {}, "On whose word, step by step"), element("ol", {}, ...steps.map(row))];
  const related = relations(claim);
  if (related.length) {
    parts.push(element("h3", {}, "Beside other claims"), element("ul", {}, ...related.map((each) =>
      element("li", {}, `${each.word} `, link(each.other.claim_id), `, ${each.other.origin}: ${each.other.statement} (by the ${each.by})`))));
  }
  const checks = checksOf(claim);
  if (checks.length) {
    parts.push(element("h3", {}, "What other reports say"), element("ul", {}, ...checks.map((each) => {
      const safe = /^https?:\/\//.test(each.url || "");
      const source = safe ? element("a", { href: each.url, rel: "noreferrer" }, each.publisher) : each.publisher;
      return element("li", {}, element("strong", {}, `${label("crosschecks.finding", each.finding)} (${label("crosschecks.aspect", each.aspect).toLowerCase()}): `),
        `${each.summary} `, source, each.published_on ? `, ${each.published_on}` : "");
    })));
  }
  if (claim.note) parts.push(element("h3", {}, "Note"), element("p", {}, claim.note));
  parts.push(element("h3", {}, "SQL"), element("pre", { tabindex: "0", "aria-label": `SQL of ${claim.claim_id}` }, element("code", {}, `SELECT * FROM said WHERE claim_id = '${claim.claim_id.replaceAll("'", "''")}';`)));
  const box = element("details", { class: "more" }, element("summary", {}, "How it is sourced", element("span", { class: "hidden" }, ` (${claim.claim_id})`)), ...parts);
  box.open = open;
  return box;
}

function claimCard(claim, chosen) {
  return element("li", { class: chosen ? "card chosen" : "card", id: claim.claim_id, tabindex: "-1" },
    element("article", { "aria-label": claim.claim_id },
      chainPath(claim), element("h2", { class: "statement" }, claim.statement), badges(claim), wordsOf(claim), facts(claim), more(claim, chosen),
      element("a", { class: "permalink", href: `#claim=${claim.claim_id}`, "aria-label": `Link to ${claim.claim_id}` }, claim.claim_id)));
}
