/** Bars beside a table, where an answer is a list of things and one number each. */

import { make } from "../shared/dom";
import { numberOf, type Cell } from "../shared/terms";
import { visible } from "../shared/text";

const SVG = "http://www.w3.org/2000/svg";
const [FEWEST, MOST, LINE, LABEL, BAR, LONGEST] = [2, 40, 26, 240, 360, 34];

/** A list of labels with one number each. */
export interface Bars {
  readonly title: string;
  readonly bars: readonly (readonly [string, number])[];
}

/** Return what can be drawn: the one column of numbers by the one column whose text differs in every row, or null. */
export function fitting(columns: readonly string[], rows: readonly (readonly Cell[])[], text: (row: number, column: number) => string): Bars | null {
  if (rows.length < FEWEST || rows.length > MOST) return null;
  const every = columns.map((_, at) => at);
  const numeric = every.filter((at) => rows.every((row) => numberOf(row[at] ?? null) !== null));
  const label = every.find((at) => !numeric.includes(at) && new Set(rows.map((_, row) => text(row, at))).size === rows.length);
  const [only] = numeric;
  // Places and orders are numbers, too, but no amounts.
  const amounts = only !== undefined && numeric.length === 1 && !/^(start|end|order|position|item)$/.test(columns[only] ?? "");
  if (!amounts || label === undefined) return null;
  const bars = rows.map((row, at): [string, number] => [text(at, label), numberOf(row[only] ?? null) ?? 0]);
  return bars.some(([, value]) => value < 0) ? null : { title: `${columns[only]} by ${columns[label]}`, bars };
}

/** Return bars as a figure; the table beside it says the same to those who do not see it. */
export function chart({ title, bars }: Bars): HTMLElement {
  const longest = Math.max(...bars.map(([, value]) => value), 1);
  const height = bars.length * LINE;
  const svg = node("svg", { viewBox: `0 0 ${LABEL + BAR + 60} ${height}`, role: "img", "aria-label": `${title}; the table holds the same numbers` });
  bars.forEach(([label, value], at) => {
    const words = visible(label);
    const middle = at * LINE + LINE / 2;
    const width = Math.max((value / longest) * BAR, 1);
    const name = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
    svg.append(
      node("text", { x: LABEL - 8, y: middle, "text-anchor": "end", "dominant-baseline": "central" }, name),
      node("rect", { x: LABEL, y: at * LINE + 4, width, height: LINE - 8 }),
      node("text", { x: LABEL + width + 6, y: middle, "dominant-baseline": "central" }, String(value)),
    );
  });
  return make("figure", { class: "chart" }, make("figcaption", {}, visible(title)), svg);
}

function node(name: string, attributes: Record<string, string | number>, text = ""): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.textContent = text;
  return made;
}
