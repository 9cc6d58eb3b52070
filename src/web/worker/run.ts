/** Runs queries in Oxigraph over just those graphs that the query may see. */

import type * as Oxigraph from "oxigraph";
import type { About, Answer, Ask, Query, Triples, Wrong } from "../shared/shapes";
import type { Cell, Prefixes, Term } from "../shared/terms";
import { bind } from "./bind";
import { form, GRAPH, mentioned, refuse, refuseGraphs, Refused } from "./refuse";
import { blocks, turtle } from "./turtle";

export type Engine = Pick<typeof Oxigraph, "Store" | "namedNode" | "parse">;
type Quad = Oxigraph.Quad;

export const GRAPHS = ["ontology", "page", "background", "mappings", "inferred", "inferred-background"] as const;
const SEEN = ["inferred", "ontology", "page"];
const REASON_LENGTH = 160;

/** The graphs in an engine, and one store for each choice of graphs that was asked for. */
export interface Held {
  readonly engine: Engine;
  readonly prefixes: Prefixes;
  readonly size: number;
  /** The lines of N-Quads of each graph. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  readonly stores: Map<string, Oxigraph.Store>;
}

interface JsonTerm {
  readonly type: string;
  readonly value: string;
  readonly datatype?: string;
  readonly "xml:lang"?: string;
}

/** Take graphs as N-Quads, and have the store ready that most queries need. */
export function hold(engine: Engine, graph: string, prefixes: Prefixes): Held {
  const lines = new Map<string, string[]>();
  let size = 0;
  for (const line of graph.split("\n")) {
    const name = /<([^<>]*)> \.$/.exec(line)?.[1]?.slice(GRAPH.length);
    if (name === undefined) continue;
    const known = lines.get(name);
    if (known) known.push(line);
    else lines.set(name, [line]);
    size += 1;
  }
  const held = { engine, prefixes, size, lines, stores: new Map<string, Oxigraph.Store>() };
  storeOf(held, SEEN);
  return held;
}

/** Run a free query as `leukograph query` does: over page, ontology and inference, over all, or what FROM names. */
export function query(held: Held, asked: Query): Answer {
  const named = refuse(asked.sparql, GRAPHS);
  const seen = asked.everything ? [...GRAPHS] : SEEN;
  refuseGraphs(asked.sparql, named.length > 0 ? named : seen, GRAPHS);
  const loaded = [...new Set([...seen, ...named])].sort();
  return run(held, loaded, asked.sparql, named.length === 0, asked.limit);
}

/** Answer a saved question as `leukograph ask` does, over the layers that it names. */
export function ask(held: Held, asked: Ask): Answer {
  return run(held, graphsOf(asked), bind(asked.sparql, asked.values), true, asked.limit);
}

function graphsOf({ layers, background }: Ask | About): string[] {
  const mappings = layers.includes("mappings") ? ["mappings"] : [];
  const more = layers.includes("background") && background ? ["background", "inferred-background"] : [];
  return [...SEEN, ...mappings, ...more].sort();
}

/**
 * Return what each asserted graph says of some IRIs; what was inferred could not be told from it in one file. What the
 * ontology defines stays out where a graph of data says anything.
 */
export function about(held: Held, asked: About): Triples {
  const iris = [...new Set(asked.iris)].map((iri) => held.engine.namedNode(iri));
  const graphs = graphsOf(asked);
  const store = storeOf(held, graphs);
  const said = graphs
    .filter((graph) => !graph.startsWith("inferred"))
    .map((graph): [string, Term[][]] => [graph, iris.flatMap((iri) => store.match(iri, null, null, held.engine.namedNode(GRAPH + graph)).map(triple))])
    .filter(([, found]) => found.length > 0);
  const heads = new Set<string>();
  const body: string[] = [];
  const rows: Term[][] = [];
  for (const [graph, found] of said) {
    if (graph === "ontology" && said.length > 1) continue;
    const part = blocks(found, held.prefixes);
    part.heads.forEach((head) => heads.add(head));
    body.push("", `# ${GRAPH}${graph}`, ...part.body);
    rows.push(...found);
  }
  return { kind: "triples", rows, total: rows.length, turtle: `${[...[...heads].sort(), ...body].join("\n")}\n` };
}

/** Return what an error of the engine says, with its place; one that broke the engine is marked as such. */
export function wrong(error: unknown): Wrong {
  if (error instanceof Refused) return { kind: "wrong", message: error.message, broken: false };
  if (!(error instanceof Error) || error instanceof WebAssembly.RuntimeError || error instanceof RangeError) {
    const message = "The query ended the engine; it nests too deeply or needs too much memory. Make it simpler.";
    return { kind: "wrong", message, broken: true };
  }
  const all = error.message.split(/\s+/).join(" ").replace(/\.+$/, "");
  const found = /^error at (\d+):(\d+): (.*)$/.exec(all);
  if (!found) return { kind: "wrong", message: all, broken: false };
  const whole = found[3] ?? "";
  const reason = /Prefix not found|The [A-Z][A-Z]+ [^,]*/.exec(whole)?.[0] ?? shorter(whole);
  return { kind: "wrong", message: reason, line: Number(found[1]), column: Number(found[2]), broken: false };
}

function shorter(reason: string): string {
  if (reason.length < REASON_LENGTH) return reason;
  const start = reason.slice(0, REASON_LENGTH);
  return `${start.slice(0, Math.max(start.lastIndexOf(","), 1))}, …`;
}

function run(held: Held, graphs: readonly string[], sparql: string, union: boolean, limit: number): Answer {
  const store = storeOf(held, graphs);
  const options = { use_default_graph_as_union: union };
  const kind = form(sparql);
  if (kind === "SELECT") {
    return table(store.query(sparql, { ...options, results_format: "json" }) as string, sparql, limit);
  }
  const result = store.query(sparql, options);
  if (typeof result === "boolean") return { kind: "truth", truth: result };
  const rows = unique((result as Quad[]).map(triple));
  return { kind: "triples", rows: rows.slice(0, limit), total: rows.length, turtle: turtle(rows, held.prefixes) };
}

function storeOf(held: Held, graphs: readonly string[]): Oxigraph.Store {
  const key = graphs.join(" ");
  const known = held.stores.get(key);
  if (known) return known;
  const made = new held.engine.Store();
  const lines = graphs.flatMap((graph) => held.lines.get(graph) ?? []);
  const nameless = (line: string): boolean => line.startsWith("_:") || line.includes("> _:");
  made.load(lines.filter((line) => !nameless(line)).join("\n"), { format: "application/n-quads" });
  // Loading renames blank nodes, parsing does not; they keep the names that the graph has everywhere.
  const rest = lines.filter(nameless).join("\n");
  for (const quad of held.engine.parse(rest, { format: "application/n-quads" })) made.add(quad);
  held.stores.set(key, made);
  return made;
}

function table(json: string, sparql: string, limit: number): Answer {
  const read = JSON.parse(json) as {
    head: { vars: string[] };
    results: { bindings: Record<string, JsonTerm>[] };
  };
  const columns = mentioned(sparql, read.head.vars);
  const rows = read.results.bindings
    .slice(0, limit)
    .map((row) => columns.map((column) => (Object.hasOwn(row, column) ? cell(row[column]) : null)));
  return { kind: "rows", columns, rows, total: read.results.bindings.length };
}

function cell(term: JsonTerm | undefined): Cell {
  if (term === undefined) return null;
  if (term.type === "uri") return { type: "iri", value: term.value };
  if (term.type === "bnode") return { type: "blank", value: term.value };
  if (term.type === "triple") return { type: "triple", value: JSON.stringify(term.value) };
  const language = term["xml:lang"] ?? "";
  const string = language
    ? "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
    : "http://www.w3.org/2001/XMLSchema#string";
  return { type: "literal", value: term.value, datatype: term.datatype ?? string, language };
}

function triple(quad: Quad): Term[] {
  return [quad.subject, quad.predicate, quad.object].map(termOf);
}

function termOf(term: Oxigraph.Term): Term {
  if (term.termType === "NamedNode") return { type: "iri", value: term.value };
  if (term.termType === "BlankNode") return { type: "blank", value: term.value };
  if (term.termType === "Literal") {
    const { value, datatype, language } = term as Oxigraph.Literal;
    return { type: "literal", value, datatype: datatype.value, language };
  }
  return { type: "triple", value: String(term) };
}

function unique(rows: Term[][]): Term[][] {
  return [...new Map(rows.map((row) => [JSON.stringify(row), row])).values()];
}
