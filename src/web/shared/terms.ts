/** RDF terms as the worker sends them, and how they are shortened, compared and told from each other. */

export interface Iri {
  readonly type: "iri";
  readonly value: string;
}
export interface Blank {
  readonly type: "blank";
  readonly value: string;
}
export interface Literal {
  readonly type: "literal";
  readonly value: string;
  readonly datatype: string;
  readonly language: string;
}
/** A triple term, as text. */
export interface Quoted {
  readonly type: "triple";
  readonly value: string;
}
export type Term = Iri | Blank | Literal | Quoted;
export type Cell = Term | null;
export type Prefixes = Readonly<Record<string, string>>;

export const XSD = "http://www.w3.org/2001/XMLSchema#";
export const BASE = "https://w3id.org/leukograph/";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger"].map((one) => XSD + one));
const LOCAL = /^[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?$/;
const IRI = /^[a-zA-Z][a-zA-Z0-9+.-]*:[^<>"{}|^`\\\u0000-\u0020\u007f-\u009f]*$/;

/** Tell whether a text is an absolute IRI that can stand between angle brackets as it is. */
export function isIri(text: string): boolean {
  return IRI.test(text);
}

/** Return the short form of an IRI under the longest fitting prefix, otherwise the IRI itself. */
export function shorten(iri: string, prefixes: Prefixes): string {
  let best = "";
  for (const [prefix, start] of Object.entries(prefixes)) {
    if (start && iri.startsWith(start) && start.length > (prefixes[best] ?? "").length) best = prefix;
  }
  const start = prefixes[best] ?? "";
  const local = iri.slice(start.length);
  return start && LOCAL.test(local) ? `${best}:${local}` : iri;
}

/** Return the IRI that a short form stands for (prefix in any letter case), or null. */
export function expand(text: string, prefixes: Prefixes): string | null {
  const colon = text.indexOf(":");
  if (colon < 0 || text.startsWith("//", colon + 1)) return null;
  const wanted = text.slice(0, colon).toLowerCase();
  for (const [prefix, start] of Object.entries(prefixes)) {
    const iri = start + text.slice(colon + 1);
    if (prefix.toLowerCase() === wanted && isIri(iri)) return iri;
  }
  return null;
}

/** Tell whether an IRI may be a link: only the web's own schemes are. */
export function linkable(iri: string): boolean {
  return /^https?:\/\/[^/]/i.test(iri) && isIri(iri);
}

/** Return a term as an answer's text: an IRI or a lexical form as it is, a blank node as `_:name`, nothing for none. */
export function plain(cell: Cell): string {
  if (cell === null) return "";
  return cell.type === "blank" ? `_:${cell.value}` : cell.value;
}

/** Return the number that a literal is, or null. */
export function numberOf(cell: Cell): number | null {
  if (cell?.type !== "literal" || !NUMBERS.has(cell.datatype)) return null;
  const number = Number(cell.value);
  return Number.isFinite(number) ? number : null;
}

/** Compare two cells: none first, numbers by value, all else by characters. */
export function compare(one: Cell, other: Cell): number {
  if (one === null || other === null) return Number(one !== null) - Number(other !== null);
  const [left, right] = [numberOf(one), numberOf(other)];
  if (left !== null && right !== null) return left - right;
  if (left !== null || right !== null) return left !== null ? -1 : 1;
  const [first, second] = [plain(one).toLowerCase(), plain(other).toLowerCase()];
  return first < second ? -1 : first > second ? 1 : 0;
}
