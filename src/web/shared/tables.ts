/** Answers as files: CSV, CSV that no spreadsheet takes for formulas, and SPARQL results in JSON. */

import type { Rows } from "./shapes";
import { plain, type Cell, type Term } from "./terms";
import { unseen } from "./text";

const FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20";
const GUARD = "'\0\t\r\n";
const SPACE = /[\s\u001c-\u001f\u0085]/;

/** Return SPARQL 1.1 Query Results CSV; for a spreadsheet with a byte order mark, and every cell guarded. */
export function csv(answer: Rows, spreadsheet = false): string {
  const lines = [answer.columns, ...answer.rows.map((row) => row.map(plain))];
  const text = lines
    .map((line) => line.map((cell) => quoted(spreadsheet ? guarded(cell) : cell)).join(","))
    .map((line) => `${line}\r\n`)
    .join("");
  return spreadsheet ? `\ufeff${text}` : text;
}

/** Return a cell with an apostrophe before it where a spreadsheet could take it for a formula. */
export function guarded(cell: string): string {
  const first = Array.from(cell).find((char) => !SPACE.test(char) && !unseen(char)) ?? "\u0001";
  return FORMULA.includes(first) || (cell !== "" && GUARD.includes(cell[0] ?? "")) ? `'${cell}` : cell;
}

/** Return SPARQL 1.1 Query Results JSON. */
export function json(answer: Rows): string {
  const bindings = answer.rows.map((row) =>
    Object.fromEntries(
      answer.columns.flatMap((column, at): [string, object][] => {
        const cell: Cell = row[at] ?? null;
        return cell === null ? [] : [[column, term(cell)]];
      }),
    ),
  );
  return `${JSON.stringify({ head: { vars: answer.columns }, results: { bindings } }, null, 2)}\n`;
}

function term(cell: Term): object {
  if (cell.type === "iri") return { type: "uri", value: cell.value };
  if (cell.type === "blank") return { type: "bnode", value: cell.value };
  if (cell.type === "triple") return { type: "triple", value: JSON.parse(cell.value) as unknown };
  if (cell.language) return { type: "literal", value: cell.value, "xml:lang": cell.language };
  const string = cell.datatype === "http://www.w3.org/2001/XMLSchema#string";
  return string ? { type: "literal", value: cell.value } : { type: "literal", value: cell.value, datatype: cell.datatype };
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replace(/"/g, '""')}"` : cell;
}
