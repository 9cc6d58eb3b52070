/** Writes triples as Turtle: sorted, one block for each subject, with those prefixes that are used. */

import { shorten, XSD, type Prefixes, type Term } from "../shared/terms";

const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const ESCAPES: Record<string, string> = { "\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** Return a term as N-Triples and Turtle write it, without prefixes. */
export function written(term: Term): string {
  if (term.type === "iri") return `<${term.value}>`;
  if (term.type === "blank") return `_:${term.value}`;
  if (term.type === "triple") return term.value;
  const text = `"${term.value.replace(/[\\"\n\r\t]/g, (char) => ESCAPES[char] ?? char)}"`;
  if (term.language) return `${text}@${term.language}`;
  return term.datatype === `${XSD}string` ? text : `${text}^^<${term.datatype}>`;
}

/** Return triples as the lines of prefixes and the lines of blocks. */
export function blocks(triples: readonly (readonly Term[])[], prefixes: Prefixes): { heads: string[]; body: string[] } {
  const used = new Set<string>();
  const short = (term: Term): string => {
    if (term.type === "literal") {
      const whole = written(term);
      const datatype = whole.endsWith(">") && !term.language ? `<${term.datatype}>` : "";
      return datatype ? whole.slice(0, -datatype.length) + short({ type: "iri", value: term.datatype }) : whole;
    }
    if (term.type !== "iri") return written(term);
    const name = shorten(term.value, prefixes);
    if (name === term.value) return `<${name}>`;
    used.add(name.slice(0, name.indexOf(":")));
    return name;
  };
  const key = (triple: readonly Term[]): string => triple.map(written).join(" ");
  const sorted = new Map([...triples].map((triple) => [key(triple), triple] as const));
  const bySubject = new Map<string, string[]>();
  for (const [, triple] of [...sorted].sort(([one], [other]) => (one < other ? -1 : 1))) {
    const [subject, predicate, object] = triple as readonly [Term, Term, Term];
    const verb = predicate.value === TYPE ? "a" : short(predicate);
    const lines = bySubject.get(short(subject)) ?? [];
    lines.push(`${verb} ${short(object)}`);
    bySubject.set(short(subject), lines);
  }
  const body = [...bySubject].map(([subject, lines]) => `${subject} ${lines.join(" ;\n  ")} .`);
  const heads = [...used].sort().map((prefix) => `@prefix ${prefix}: <${prefixes[prefix]}> .`);
  return { heads, body };
}

/** Return triples as Turtle. */
export function turtle(triples: readonly (readonly Term[])[], prefixes: Prefixes): string {
  const { heads, body } = blocks(triples, prefixes);
  return [...heads, ...(heads.length > 0 && body.length > 0 ? [""] : []), ...body].map((line) => `${line}\n`).join("");
}
