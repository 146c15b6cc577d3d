// Codes of the records as words in a sentence. A code that is not listed here appears with its label.
import { labelOf } from "./records.js";

const CHANNELS = { telegram: "on Telegram", newspaper: "in a newspaper", official_update: "in an official update", press_conference: "at a press conference", speech: "in a speech" };
const COMMITMENTS = { certain: "without a hedge", probable: "and calls it likely", possible: "and calls it possible", denies: "and rejects it" };
const PASSIVES = { denies: "denied by", contradicts: "contradicted by", corroborates: "corroborated by", refines: "refined by", restates: "restated by", rounds: "rounded by", explains: "explained by", relays: "relayed by" };

// “reported” on Telegram, without a hedge
export function describeStep(step, at, claim, records) {
  if (step.commitment === "uncommitted" && at > 0) return "passes it on and does not vouch for it";
  if (claim.steps.length === 1) return `says it in its own words, ${COMMITMENTS[step.commitment] ?? labelOf(records, "attributions.commitment", step.commitment).toLowerCase()}`;
  const channel = ["unknown", "article"].includes(step.channel) ? null : CHANNELS[step.channel] ?? `by ${labelOf(records, "attributions.channel", step.channel).toLowerCase()}`;
  const verb = step.cue ? `“${step.cue}”` : "no word ties it to the source";
  const commitment = COMMITMENTS[step.commitment] ?? (step.commitment === "uncommitted" ? "and takes no position" : labelOf(records, "attributions.commitment", step.commitment).toLowerCase());
  return `${[verb, channel].filter(Boolean).join(" ")}, ${commitment}`;
}

export function describeRelation(relation, records) {
  const word = relation.forward ? labelOf(records, "claim_relations.relation", relation.relation).toLowerCase() : PASSIVES[relation.relation] ?? `${relation.relation} of`;
  return word;
}

export function describeWhen(earliest, latest) {
  if (!earliest && !latest) return "";
  if (earliest === latest || !latest) return earliest ?? latest;
  return earliest ? `${earliest} to ${latest}` : `until ${latest}`;
}

export const describeLocation = (claim) => (claim.paragraph ? `paragraph ${claim.paragraph}, sentence ${claim.sentence}` : "");
