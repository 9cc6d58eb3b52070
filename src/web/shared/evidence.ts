/** Compares a copy of the page with the positions and digests of the graph, as `leukograph evidence verify` does. */

import { sha256 as hash } from "@noble/hashes/sha2.js";
import { bytesToHex } from "@noble/hashes/utils.js";
import { BASE } from "./terms";

export type Status = "same" | "moved" | "lost";
export type Kind = "Segment" | "Mention" | "Cue";

/** A passage of the page: positions count Unicode characters, half-open. */
export interface Span {
  readonly iri: string;
  readonly kind: Kind;
  readonly start: number;
  readonly end: number;
  readonly digest: string;
  readonly layout: string;
}
export interface Found {
  readonly span: Span;
  readonly status: Status;
  readonly start: number;
  readonly end: number;
}
export interface Held {
  readonly statement: string;
  readonly label: string;
  readonly status: Status;
  readonly lost: readonly string[];
}
/** What the graph holds of the page: its digest, its passages in reading order, and what each statement rests on. */
export interface Evidence {
  readonly digest: string;
  readonly spans: readonly Span[];
  readonly statements: readonly { iri: string; label: string; passages: readonly string[] }[];
}
export interface Proof {
  readonly identical: boolean;
  readonly lineEnds: boolean;
  readonly expected: string;
  readonly digest: string;
  readonly passages: readonly Found[];
  readonly statements: readonly Held[];
  readonly fresh: readonly (readonly [number, number])[];
}

const LGO = `${BASE}ontology/`;
const OA = "http://www.w3.org/ns/oa#";
const TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type";
const LABEL = "http://www.w3.org/2000/01/rdf-schema#label";
const EDGE = " \t\r\n\f\v\u00a0\ufeff";
const BULLETS = `${EDGE}•*-·◦‣`;
const SENTENCE_ENDS = ".?!:…";
const SCOPING = ["title-segment", "heading-segment", "list-introduction-segment"];
const SENTENCES = ["sentence-segment", "list-introduction-segment", "pointer-segment"];
const MOST_DIGITS = 12;
const QUAD = /^(<[^>]*>|_:\S+) <([^>]*)> (?:<([^>]*)>|(_:\S+)|"((?:[^"\\]|\\.)*)"\S*) \S+ \.$/;

/** Read what the graph holds of its one page from N-Quads. */
export function evidence(quads: string): Evidence {
  const held = new Map<string, Map<string, string[]>>();
  for (const line of quads.split("\n")) {
    const match = QUAD.exec(line);
    if (!match) continue;
    const [, subject = "", predicate = "", iri, blank, literal] = match;
    const of = held.get(subject.replace(/^<|>$/g, "")) ?? new Map<string, string[]>();
    held.set(subject.replace(/^<|>$/g, ""), of);
    of.set(predicate, [...(of.get(predicate) ?? []), iri ?? blank ?? unescaped(literal ?? "")]);
  }
  const all = (iri: string, predicate: string): readonly string[] => held.get(iri)?.get(predicate) ?? [];
  const one = (iri: string, predicate: string): string => all(iri, predicate)[0] ?? "";
  const of = (kind: string): string[] => [...held.keys()].filter((iri) => all(iri, TYPE).includes(LGO + kind));
  const pages = of("Page");
  if (pages.length !== 1) throw new Error(`The graph holds ${pages.length} pages, and a copy is compared with one.`);
  const spans: Span[] = [];
  for (const kind of ["Segment", "Mention", "Cue"] as const) {
    for (const iri of of(kind)) {
      const position = one(iri, `${OA}hasSelector`);
      spans.push({
        iri,
        kind,
        start: whole(one(position, `${OA}start`)),
        end: whole(one(position, `${OA}end`)),
        digest: one(iri, `${LGO}digest`),
        layout: one(iri, `${LGO}hasSegmentKind`).split("/").at(-1) ?? "",
      });
    }
  }
  spans.sort((left, right) => left.start - right.start || left.end - right.end || (left.iri < right.iri ? -1 : 1));
  const statements = of("Statement")
    .sort()
    .map((iri) => ({
      iri,
      label: one(iri, LABEL),
      passages: [
        ...new Set([
          ...["statedIn", "cuedBy", "namedBy"].flatMap((predicate) => all(iri, LGO + predicate)),
          ...all(iri, `${LGO}scopedBy`).flatMap((scope) => all(scope, `${LGO}givenBy`)),
        ]),
      ].sort(),
    }))
    .filter(({ passages }) => passages.length > 0);
  return { digest: one(pages[0] ?? "", `${LGO}digest`), spans, statements };
}

/** Compare a copy of the page, its line ends as they are, with every position and digest. */
export function verify(held: Evidence, copy: string): Proof {
  const text = Array.from(copy);
  const digest = sha256(copy);
  const segments = held.spans.filter(({ kind }) => kind === "Segment");
  if (segments.length === 0) throw new Error("The graph holds no segment of a page.");
  const identical = digest === held.digest;
  const found = new Map<string, Found>();
  if (identical) {
    for (const span of held.spans) found.set(span.iri, proved(span, text));
  } else {
    for (const one of align(segments, text)) found.set(one.span.iri, one);
    const placed = segments.map(({ iri }) => found.get(iri)).filter((one) => one !== undefined);
    for (const span of held.spans) {
      if (span.kind !== "Segment") found.set(span.iri, inside(span, placed, text));
    }
  }
  const passages = held.spans.map((span) => found.get(span.iri) ?? lost(span));
  return {
    identical,
    lineEnds: !identical && sha256(bare(copy)) === held.digest,
    expected: held.digest,
    digest,
    passages,
    statements: held.statements.map(({ iri, label, passages: rests }) => {
      const without = rests.filter((rest) => (found.get(rest)?.status ?? "lost") === "lost");
      const moved = rests.some((rest) => found.get(rest)?.status === "moved");
      return { statement: iri, label, status: without.length > 0 ? "lost" : moved ? "moved" : "same", lost: without };
    }),
    fresh: fresh(passages, text),
  };
}

/** Return the SHA-256 of the UTF-8 form of a text, in lower-case hexadecimal. */
export function sha256(text: string): string {
  return bytesToHex(hash(new TextEncoder().encode(text)));
}

/** Return a text with bare line feeds as line ends, and without a byte order mark before it. */
export function bare(text: string): string {
  return text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
}

function lost(span: Span): Found {
  return { span, status: "lost", start: -1, end: -1 };
}

function proved(span: Span, text: readonly string[]): Found {
  const fits = span.start >= 0 && sha256(text.slice(span.start, span.end).join("")) === span.digest;
  return fits ? { span, status: "same", start: span.start, end: span.end } : lost(span);
}

interface State {
  readonly weight: number;
  readonly drift: number;
  readonly end: number;
  readonly path: readonly (readonly [number, number])[];
}

/** Find the longest run of segments in reading order, nearest to their old distances; what gives scope weighs most. */
function align(segments: readonly Span[], text: readonly string[]): Found[] {
  const starts = lineStarts(text);
  let states: State[] = [{ weight: 0, drift: 0, end: 0, path: [] }];
  segments.forEach((span, number) => {
    const places = candidates(span, text, starts);
    const weight = SCOPING.includes(span.layout) ? segments.length : 1;
    const byEnd = new Map<number, State>(states.map((state) => [state.end, state]));
    for (const state of states) {
      const last = state.path.at(-1);
      const before = last ? last[1] - (segments[last[0]]?.start ?? 0) : 0;
      for (const start of places) {
        if (start < state.end) continue;
        const end = start + span.end - span.start;
        const grown: State = {
          weight: state.weight + weight,
          drift: state.drift - Math.abs(start - span.start - before),
          end,
          path: [...state.path, [number, start]],
        };
        const known = byEnd.get(end);
        if (!known || better(grown, known)) byEnd.set(end, grown);
      }
    }
    states = [...byEnd.values()];
  });
  const best = states.reduce((chosen, state) => (better(state, chosen) ? state : chosen));
  const chosen = new Map(best.path);
  return segments.map((span, number) => {
    const start = chosen.get(number);
    if (start === undefined) return lost(span);
    return { span, status: start === span.start ? "same" : "moved", start, end: start + span.end - span.start };
  });
}

function better(one: State, other: State): boolean {
  return one.weight > other.weight || (one.weight === other.weight && one.drift > other.drift);
}

/** Return where a segment stands as a piece of its own: a whole line, or between white space. */
function candidates(span: Span, text: readonly string[], starts: Int32Array): number[] {
  const length = span.end - span.start;
  const wholeLine = !SENTENCES.includes(span.layout);
  const found: number[] = [];
  for (let start = 0; start <= text.length - length; start += 1) {
    const before = text[start - 1] ?? " ";
    const after = text[start + length] ?? "\n";
    if (!EDGE.includes(before)) continue;
    if (wholeLine ? after !== "\n" && after !== "\r" : !EDGE.includes(after)) continue;
    const line = stripped(text.slice(starts[start], start), EDGE);
    const last = line.at(-1);
    const fits = wholeLine ? stripped(line, BULLETS).length === 0 : last === undefined || SENTENCE_ENDS.includes(last);
    if (fits && sha256(text.slice(start, start + length).join("")) === span.digest) found.push(start);
  }
  return found;
}

/** Return for each place of a text where its line begins. */
function lineStarts(text: readonly string[]): Int32Array {
  const starts = new Int32Array(text.length + 1);
  for (let at = 1; at <= text.length; at += 1) {
    const before = text[at - 1];
    starts[at] = before === "\n" || before === "\r" ? at : (starts[at - 1] ?? 0);
  }
  return starts;
}

function inside(span: Span, segments: readonly Found[], text: readonly string[]): Found {
  for (const one of segments) {
    if (one.span.start > span.start || span.end > one.span.end) continue;
    if (one.status === "lost") break;
    const start = span.start - one.span.start + one.start;
    const end = start + span.end - span.start;
    if (sha256(text.slice(start, end).join("")) === span.digest) return { span, status: one.status, start, end };
  }
  return lost(span);
}

/** Return the stretches of the copy outside every segment that hold a letter or digit. */
function fresh(passages: readonly Found[], text: readonly string[]): [number, number][] {
  const edges = passages
    .filter(({ span, status }) => span.kind === "Segment" && status !== "lost")
    .map(({ start, end }): [number, number] => [start, end])
    .sort(([one, left], [other, right]) => one - other || left - right);
  const gaps: [number, number][] = [];
  let last = 0;
  for (const [start, end] of [...edges, [text.length, text.length] as const]) {
    const gap = text.slice(last, start);
    if (gap.some((char) => /[\p{L}\p{N}]/u.test(char))) {
      const first = gap.findIndex((char) => !" \t\r\n•".includes(char));
      const final = gap.length - [...gap].reverse().findIndex((char) => !" \t\r\n•".includes(char));
      gaps.push([last + first, last + final]);
    }
    last = Math.max(last, end);
  }
  return gaps;
}

function stripped(chars: readonly string[], edge: string): readonly string[] {
  let [start, end] = [0, chars.length];
  while (start < end && edge.includes(chars[start] ?? "")) start += 1;
  while (end > start && edge.includes(chars[end - 1] ?? "")) end -= 1;
  return chars.slice(start, end);
}

/** Return a position, or -1 for what is none: no passage stands there. */
function whole(text: string): number {
  return /^[0-9]+$/.test(text) && text.length < MOST_DIGITS ? Number(text) : -1;
}

function unescaped(text: string): string {
  const known: Record<string, string> = { t: "\t", n: "\n", r: "\r", b: "\b", f: "\f" };
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four?: string, eight?: string, one?: string) =>
    one === undefined ? String.fromCodePoint(parseInt(four ?? eight ?? "", 16)) : (known[one] ?? one),
  );
}
