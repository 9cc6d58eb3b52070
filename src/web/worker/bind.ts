/** Binds the parameters of a saved question to IRIs, at the places that it marks; nothing typed becomes query text. */

import { isIri } from "../shared/terms";

const MARK = "#: ";

/** Return the query with a VALUES clause for each given parameter; one without a value stays an open variable. */
export function bind(sparql: string, values: Readonly<Record<string, readonly string[]>>): string {
  const lines = sparql.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  const bound = lines.map((line) => {
    const mark = line.trim();
    const wanted = mark.startsWith(MARK) ? mark.slice(MARK.length) : "";
    const given = wanted && Object.hasOwn(values, wanted) ? (values[wanted] ?? []) : [];
    if (given.length === 0) return line;
    for (const iri of given) {
      if (!isIri(iri)) throw new Error(`${iri} is no IRI that a query can hold. Give one without spaces and brackets.`);
    }
    const indent = line.slice(0, line.length - line.trimStart().length);
    return `${indent}VALUES ?${wanted} { ${given.map((iri) => `<${iri}>`).join(" ")} }`;
  });
  return `${bound.join("\n")}\n`;
}
