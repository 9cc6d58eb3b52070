/** A saved question: the values that a reader gives as IRIs, and what to say of an answer in words. */

import type { Layer, Parameter, Question, Rows, Segment } from "./shapes";
import { expand, isIri, plain, type Cell, type Prefixes } from "./terms";
import { fold } from "./text";

const NOT_STATED = "not stated on this page";
const BROADER = "stated for a broader group";
/** The layers in the order in which the parts of an answer stand. */
export const LAYERS: readonly Layer[] = ["asserted", "inferred", "background"];

/** A value as the query holds it and as the reader knows it. */
export interface Value {
  readonly iri: string;
  readonly label: string;
}
export type Values = Readonly<Record<string, readonly Value[]>>;

/** Return the values of a question's parameters as IRIs; an unknown, missing or doubled one is an Error in words. */
export function resolve(question: Question, given: (name: string) => readonly string[], prefixes: Prefixes): Values {
  const found: Record<string, Value[]> = {};
  for (const parameter of question.parameters) {
    const texts = given(parameter.name).filter((text) => text.trim() !== "");
    if (texts.length === 0 && parameter.required) {
      throw new Error(`Choose ${parameter.name} first. ${parameter.description ?? ""}`.trim());
    }
    if (texts.length > 1 && parameter.many === false) {
      throw new Error(`${parameter.name} was given ${texts.length} times, and is asked once.`);
    }
    if (texts.length > 0) found[parameter.name] = texts.map((text) => value(parameter, text, prefixes));
  }
  return found;
}

function value(parameter: Parameter, text: string, prefixes: Prefixes): Value {
  const wanted = fold(text);
  const bare = text.startsWith("<") && text.endsWith(">") ? text.slice(1, -1) : text;
  const choices = parameter.choices ?? [];
  const iriOf = (one: string): string => parameter.bindings?.[one] ?? expand(one, prefixes) ?? one;
  const given = iriOf(bare);
  const chosen =
    choices.find(([one]) => one === text) ??
    choices.find(([one]) => iriOf(one) === given) ??
    choices.find(([, ...names]) => names.some((name) => fold(name) === wanted));
  if (chosen) return { iri: iriOf(chosen[0]), label: chosen[1] };
  if (parameter.choices === null && isIri(given)) return { iri: given, label: text };
  throw new Error(`“${text}” is no ${parameter.name} that is known here. Choose one from the list.`);
}

/** Return what to say of an answer: silence in words, notes, and what was left out. */
export function words(question: Question, values: Values, answer: Rows, background: boolean): string[] {
  const said: string[] = [];
  if (answer.rows.length === 0) said.push(empty(question, values));
  else if (answer.columns[0] === "answer" && answer.rows.every(([first]) => plain(first ?? null) === NOT_STATED)) {
    said.push("Not stated on this page, which is no verdict: the rows are the places that were looked through.");
  }
  const note = answer.columns.indexOf("note");
  if (note >= 0) said.push(...new Set(answer.rows.flatMap((row) => (row[note] ? [`Note: ${plain(row[note])}`] : []))));
  if (answer.rows.length > 0 && question.closing) said.push(question.closing);
  if (question.layers?.includes("background") && !background) {
    said.push("What is known from elsewhere was left out; choose it above to see it, marked as such.");
  }
  return said;
}

function empty(question: Question, values: Values): string {
  let sentence = question.empty ?? "There is no row.";
  for (const { name, required } of question.parameters) {
    const labels = (values[name] ?? []).map(({ label }) => label).join(" and ");
    sentence = sentence.replaceAll(`{${name}}`, () => (labels && !required ? ` (${labels})` : labels));
  }
  return sentence;
}

/** Return what layer a row is of, as the site's pages tell it; `holds` tells whether the page's graph has a triple. */
export function layerOf(question: Question, columns: readonly string[], row: readonly Cell[], holds: (property: string, value: string) => boolean): Layer {
  const at = (name: string): Cell => row[columns.indexOf(name)] ?? null;
  const layer = at("layer");
  if (layer?.type === "literal" && layer.value !== "page") return "background";
  if (question.inferred === "unheld") return holds(plain(at("property")), plain(at("value"))) ? "asserted" : "inferred";
  const said = row.some((one) => one?.type === "literal" && one.value.startsWith(BROADER));
  return question.inferred === "every" || said ? "inferred" : "asserted";
}

/** Return the segment that holds the place of a row, or null. */
export function segmentOf(segments: readonly Segment[], columns: readonly string[], row: readonly Cell[]): Segment | null {
  const [start, end] = ["start", "end"].map((name) => plain(row[columns.indexOf(name)] ?? null));
  if (!/^\d+$/.test(start ?? "") || !/^\d+$/.test(end ?? "")) return null;
  return segments.find((one) => one.start <= Number(start) && Number(end) <= one.end) ?? null;
}

/** Tell whether any row of an answer says that the page states it. */
export function isStated(answer: Rows): boolean {
  return answer.rows.some(([first]) => first?.type === "literal" && first.value === "stated");
}

/** Return which column shows each of the columns to show: `xLabel` for `x`, where there is one. */
export function shown(question: Question, columns: readonly string[]): { name: string; text: number; iri: number | null }[] {
  const wanted = (question.show ?? question.columns).filter((name) => columns.includes(name) || columns.includes(`${name}Label`));
  return (wanted.length > 0 ? wanted : columns).map((name) => {
    const [own, label] = [columns.indexOf(name), columns.indexOf(`${name}Label`)];
    return { name, text: label >= 0 ? label : own, iri: own >= 0 ? own : null };
  });
}
