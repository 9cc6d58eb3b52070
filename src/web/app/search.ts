/** Finds what a reader looks for by label, synonym, brand name or component, and says which name it was. */

import type { Named } from "../shared/shapes";
import { loosely } from "../shared/text";

export interface Hit {
  readonly entry: Named;
  /** The name that matched, and what kind of name it is; for a component the label of what is contained. */
  readonly name: string;
  readonly nameKind: string;
  readonly rank: number;
}

interface Indexed {
  readonly entry: Named;
  readonly names: readonly { text: string; kind: string; key: string }[];
}

/** Records that speak of things; the things themselves come first. */
const RECORDS = /^(mention|cue|segment|classification|mapping)$| (fact|mention|cue|record)$/;

/** Return entries with their names folded. */
export function index(entries: readonly Named[]): Indexed[] {
  return entries.map((entry) => {
    const known = entry.names.some(([, kind]) => kind === "label");
    const names = known ? entry.names : [[entry.label, "label"] as const, ...entry.names];
    return { entry, names: names.map(([text, kind]) => ({ text, kind, key: loosely(text) })) };
  });
}

/** Return the best hits, best first; regimens that contain a hit follow, with what they contain. */
export function search(entries: readonly Indexed[], words: string, most = 20): Hit[] {
  const wanted = loosely(words);
  if (!wanted) return [];
  const hits = new Map<string, Hit>();
  for (const { entry, names } of entries) {
    for (const { text, kind, key } of names) {
      const rank = rankOf(key, wanted);
      if (rank === null) continue;
      const less = (kind === "label" ? 0 : 0.5) + (RECORDS.test(entry.kind) ? 2 : 0);
      offer(hits, { entry, name: text, nameKind: kind, rank: rank + less });
    }
  }
  const exact = [...hits.values()].filter(({ rank }) => rank < 2);
  for (const { entry } of entries) {
    const inside = exact.find((hit) => entry.components?.includes(hit.entry.address));
    if (inside) offer(hits, { entry, name: inside.entry.label, nameKind: "component", rank: 1.2 });
  }
  return [...hits.values()].sort(order).slice(0, most);
}

function offer(hits: Map<string, Hit>, hit: Hit): void {
  const known = hits.get(hit.entry.address);
  if (!known || hit.rank < known.rank) hits.set(hit.entry.address, hit);
}

/** 0 the very name, 1 its begin, 2 the begin of a word, 3 all words somewhere, 4 anywhere; null not at all. */
function rankOf(key: string, wanted: string): number | null {
  if (key === wanted) return 0;
  if (key.startsWith(wanted)) return 1;
  if (` ${key}`.includes(` ${wanted}`)) return 2;
  const words = wanted.split(" ");
  if (words.length > 1 && words.every((word) => ` ${key}`.includes(` ${word}`))) return 3;
  return wanted.length > 2 && key.includes(wanted) ? 4 : null;
}

function order(one: Hit, other: Hit): number {
  return one.rank - other.rank || one.name.length - other.name.length || (one.entry.address < other.entry.address ? -1 : 1);
}
