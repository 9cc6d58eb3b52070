/** The cases that the Python side answered: tests/web/cases.json. */

import { readFileSync } from "node:fs";
import type { Prefixes } from "../shared/terms";

declare const CASES: string;

interface Passage {
  readonly iri: string;
  readonly kind: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly startInCopy: number | null;
  readonly endInCopy: number | null;
}
export interface Cases {
  readonly visible: [string, string][];
  readonly fold: [string, string][];
  readonly guarded: [string, string][];
  readonly isIri: [string, boolean][];
  readonly shorten: [string, string][];
  readonly expand: [string, string | null][];
  readonly prefixes: Prefixes;
  readonly mentioned: [string, string[], string[]][];
  readonly refuse: [string, string[] | "refused"][];
  readonly bind: { sparql: string; calls: [Record<string, string[]>, string][] };
  readonly csv: { plain: string; spreadsheet: string };
  readonly json: unknown;
  readonly graph: string;
  readonly copies: {
    why: string;
    text: string;
    proof: {
      identical: boolean;
      onlyLineEndsDiffer: boolean;
      digest: string;
      expected: string;
      passages: Passage[];
      statements: { iri: string; label: string; status: string; lost: string[] }[];
      new: unknown;
    };
  }[];
}

export const cases = JSON.parse(readFileSync(CASES, "utf8")) as Cases;
