/** Says which queries are not run, and which graphs a query names: the same rules as `leukograph query` has. */

import { BASE } from "../shared/terms";

export const GRAPH = `${BASE}graph/`;
export const MAX_QUERY_BYTES = 100_000;
const IRI = /<[^<>"{}|^`\\\u0000-\u0020]*>/y;
const SERVICE = /(?<![\p{L}\p{N}_-])([\p{L}\p{N}_-]*?)service([\p{L}\p{N}_-]*:?)/giu;
const FROM = /(?<![\p{L}\p{N}_?$@:-])from(?![\p{L}\p{N}_]*:)(?:\s*named)?\s*(\0|[^\s\0]*)/giu;
const GRAPHS = /(?<![\p{L}\p{N}_?$@:-])graph(?![\p{L}\p{N}_]*:)\s*(\0|[\p{L}\p{N}_.-]*:[\p{L}\p{N}_.:-]*)/giu;
const PREFIX = /(?<![\p{L}\p{N}_?$@:-])prefix\s+([^\s:]*):\s*\0/giu;
const WORD = /(?<![\p{L}\p{N}_?$@:-])[A-Za-z]+(?![\p{L}\p{N}_:-])/gu;
/** The first SELECT of a query is the one whose columns are answered. */
const SELECT = /(?<![\p{L}\p{N}_?$@:-])SELECT(?![\p{L}\p{N}_:-])\s*((?:DISTINCT|REDUCED)?\s*\*)?/iu;
const VARIABLE = /[?$]([\p{L}\p{N}_]+)/gu;
const FORMS = ["ASK", "CONSTRUCT", "DESCRIBE", "SELECT"];
const UPDATES = ["LOAD", "INSERT", "DELETE", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY"];

/** A query that is not run, and why. */
export class Refused extends Error {}

interface Code {
  readonly text: string;
  readonly iris: readonly string[];
}

/** Return the names of the graphs that a query names by FROM; throw Refused for one that may not run. */
export function refuse(sparql: string, known: readonly string[]): string[] {
  if (new TextEncoder().encode(sparql).length > MAX_QUERY_BYTES) {
    throw new Refused(`The query is larger than ${MAX_QUERY_BYTES} bytes. Make it smaller.`);
  }
  const named = new Set<string>();
  for (const lenient of [true, false]) {
    const code = codeOf(sparql, lenient);
    for (const match of code.text.matchAll(SERVICE)) {
      const left = code.text[match.index - 1] ?? "";
      const isName = match[1] !== "" && (match[2] ?? "").endsWith(":") && !/^\p{N}+$/u.test(match[1] ?? "");
      if (!["?", "$", "@", ":"].includes(left) && !isName) {
        throw new Refused("SERVICE is refused; a query never leaves this page. Ask without it.");
      }
    }
    for (const match of code.text.matchAll(FROM)) {
      const what = match[1] === "\0" ? iriAt(code, match.index + match[0].length - 1) : (match[1] ?? "");
      const name = what.slice(1, -1).startsWith(GRAPH) ? what.slice(1 + GRAPH.length, -1) : "";
      if (!known.includes(name)) {
        throw new Refused(`FROM ${what} is refused. Name a graph of the project in full, such as <${GRAPH}page>.`);
      }
      named.add(name);
    }
    for (const [word] of code.text.matchAll(WORD)) {
      if (FORMS.includes(word.toUpperCase())) break;
      if (UPDATES.includes(word.toUpperCase())) {
        throw new Refused(`${word.toUpperCase()} is refused; a query only reads. Write ${FORMS.join(", ")}.`);
      }
    }
  }
  return [...named];
}

/** Throw Refused where a query names a graph by GRAPH that it does not see, and so would find nothing. */
export function refuseGraphs(sparql: string, seen: readonly string[], known: readonly string[]): void {
  const code = codeOf(sparql, true);
  const prefixes = new Map<string, string>();
  for (const match of code.text.matchAll(PREFIX)) {
    prefixes.set(match[1] ?? "", iriAt(code, match.index + match[0].length - 1).slice(1, -1));
  }
  for (const match of code.text.matchAll(GRAPHS)) {
    const what = match[1] ?? "";
    const colon = what.indexOf(":");
    const start = prefixes.get(what.slice(0, Math.max(colon, 0)));
    if (colon >= 0 && start === undefined) continue; // which the engine complains of
    const iri = colon >= 0 ? `${start}${what.slice(colon + 1)}` : iriAt(code, match.index + match[0].length - 1).slice(1, -1);
    const name = iri.startsWith(GRAPH) ? iri.slice(GRAPH.length) : "";
    if (seen.includes(name)) continue;
    throw new Refused(
      known.includes(name)
        ? `GRAPH <${iri}> is not seen. Choose “all graphs”, or name it by FROM NAMED.`
        : `GRAPH <${iri}> is refused; it is no graph of the project. Name one in full, such as <${GRAPH}page>.`,
    );
  }
}

/** Return the columns of `SELECT *` as the query first mentions them; those of any other query stay as they are. */
export function mentioned(sparql: string, columns: readonly string[]): string[] {
  const { text } = codeOf(sparql, true);
  if (!SELECT.exec(text)?.[1]) return [...columns];
  const order = [...new Set([...text.matchAll(VARIABLE)].map(([, name]) => name ?? ""))];
  const place = (name: string): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...columns].sort((one, other) => place(one) - place(other));
}

/** Return the form of a query: its first keyword behind the prologue, in capitals, or "" where there is none. */
export function form(sparql: string): string {
  for (const [word] of codeOf(sparql, true).text.matchAll(WORD)) {
    if (FORMS.includes(word.toUpperCase())) return word.toUpperCase();
  }
  return "";
}

/** Return a query with strings and comments blanked and each IRI as a NUL, and the IRIs in their order. */
function codeOf(sparql: string, quotesInIris: boolean): Code {
  const out: string[] = [];
  const iris: string[] = [];
  let place = 0;
  while (place < sparql.length) {
    let char = sparql[place] ?? "";
    let end = place + 1;
    if (char === "#") {
      end = lineEnd(sparql, place);
      char = " ";
    } else if (char === "'" || char === '"') {
      end = stringEnd(sparql, place);
      char = " ";
    } else if (char === "\\") {
      end = place + 2;
      char = "x";
    } else if (char === "\0") {
      char = " ";
    } else if (char === "<") {
      IRI.lastIndex = place;
      const iri = IRI.exec(sparql)?.[0];
      if (iri !== undefined && (quotesInIris || !iri.includes("'")) && (iri.includes(":") || !/service/i.test(iri))) {
        iris.push(iri);
        end = place + iri.length;
        char = "\0";
      }
    }
    out.push(char);
    place = end;
  }
  return { text: out.join(""), iris };
}

function iriAt(code: Code, place: number): string {
  return code.iris[code.text.slice(0, place).split("\0").length - 1] ?? "";
}

function lineEnd(text: string, place: number): number {
  const found = text.slice(place).search(/[\r\n]/);
  return found < 0 ? text.length : place + found;
}

/** Return where the string that begins here ends, or the next place where it is none. */
function stringEnd(text: string, place: number): number {
  const one = text[place] ?? "";
  const quote = text.startsWith(one.repeat(3), place) ? one.repeat(3) : one;
  let at = place + quote.length;
  while (at < text.length) {
    if (text[at] === "\\") at += 2;
    else if (text.startsWith(quote, at)) return at + quote.length;
    else if (quote.length === 1 && /[\r\n]/.test(text[at] ?? "")) break;
    else at += 1;
  }
  return place + (quote.length > 1 ? 2 : 1);
}
