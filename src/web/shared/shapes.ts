/** The shapes of what the site keeps beside its pages, and of what passes between page and worker. */

import type { Cell, Prefixes, Term } from "./terms";

export interface Named {
  readonly label: string;
  readonly kind: string;
  readonly address: string;
  readonly names: readonly (readonly [string, string])[];
  readonly components?: readonly string[];
}

export interface Parameter {
  readonly name: string;
  readonly type?: string;
  readonly required: boolean;
  readonly many?: boolean;
  readonly description?: string;
  /** Value, label, and further names by which it is known. */
  readonly choices: readonly (readonly [string, string, ...string[]])[] | null;
  /** The IRI of each value. */
  readonly bindings?: Readonly<Record<string, string>>;
}

export interface Question {
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  readonly sparql: string;
  readonly parameters: readonly Parameter[];
  readonly columns: readonly string[];
  readonly show?: readonly string[];
  readonly layers?: readonly string[];
  readonly empty?: string;
  readonly closing?: string;
  readonly narrower?: string;
  /** The narrower groups of a group (IRI) that an empty answer is looked for in: IRI, value, label. */
  readonly narrowerGroups?: Readonly<Record<string, readonly (readonly [string, string, string])[]>>;
  /** Which rows are inferred: every one, a triple that the page's graph does not hold, or one that says so in words. */
  readonly inferred?: "every" | "unheld" | "said";
  /** What each layer of the answer is, in words. */
  readonly titles?: Readonly<Record<Layer, string>>;
}

/** Whether something is the page's, follows from it, or is known from elsewhere. */
export type Layer = "asserted" | "inferred" | "background";

/** A segment of the page: the name of its place in the reading view, and its characters, half-open. */
export interface Segment {
  readonly anchor: string;
  readonly start: number;
  readonly end: number;
}

export interface VocabularyTerm {
  readonly name: string;
  readonly label: string;
  readonly kind: string;
  readonly comment?: string;
}

export interface Vocabulary {
  readonly prefixes: Prefixes;
  readonly terms: readonly VocabularyTerm[];
}

export interface Page {
  readonly title: string;
  readonly main: string;
  readonly page?: string;
}

/** What the worker is told first: the engine, compiled, and the graphs as N-Quads. */
export interface Start {
  readonly kind: "start";
  readonly engine: WebAssembly.Module;
  readonly graph: string;
  readonly prefixes: Prefixes;
}

/** A free query over page, ontology and what follows from them; `everything` adds all other graphs. */
export interface Query {
  readonly kind: "query";
  readonly sparql: string;
  readonly everything: boolean;
  readonly limit: number;
}

/** A saved question with the IRIs of its parameters; `background` lets it see what is known from elsewhere. */
export interface Ask {
  readonly kind: "ask";
  readonly sparql: string;
  readonly layers: readonly string[];
  readonly values: Readonly<Record<string, readonly string[]>>;
  readonly background: boolean;
  readonly limit: number;
}

/** What each asserted graph that a question sees says of some IRIs, as Turtle. */
export interface About {
  readonly kind: "about";
  readonly layers: readonly string[];
  readonly background: boolean;
  readonly iris: readonly string[];
}

export type Request = Start | Query | Ask | About;

export interface Rows {
  readonly kind: "rows";
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  readonly total: number;
}
export interface Truth {
  readonly kind: "truth";
  readonly truth: boolean;
}
export interface Triples {
  readonly kind: "triples";
  readonly rows: readonly (readonly Term[])[];
  readonly total: number;
  readonly turtle: string;
}
export interface Ready {
  readonly kind: "ready";
  readonly triples: number;
}
/** What went wrong, with line and column (in characters, from one) where known; `broken` ends the worker. */
export interface Wrong {
  readonly kind: "wrong";
  readonly message: string;
  readonly line?: number;
  readonly column?: number;
  readonly broken: boolean;
}
export type Answer = Rows | Truth | Triples;
export type Reply = Answer | Ready | Wrong;
