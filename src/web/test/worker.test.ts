import assert from "node:assert/strict";
import { test } from "node:test";
import oxigraph from "oxigraph";
import { offset } from "../shared/places";
import type { Rows, Triples } from "../shared/shapes";
import { csv, json } from "../shared/tables";
import { bind } from "../worker/bind";
import { form, MAX_QUERY_BYTES, mentioned, refuse, refuseGraphs } from "../worker/refuse";
import { about, ask, GRAPHS, hold, query, wrong } from "../worker/run";
import { cases } from "./cases";

const G = "https://w3id.org/leukograph/graph/";
const NQUADS = [
  `<http://x/a> <http://x/p> "1"^^<http://www.w3.org/2001/XMLSchema#integer> <${G}page> .`,
  `<http://x/a> <http://x/p> "zwei\\n\\"2\\""@de <${G}page> .`,
  `<http://x/b> <http://x/p> _:own <${G}ontology> .`,
  `<http://x/c> <http://x/p> <http://x/a> <${G}inferred> .`,
  `<http://x/d> <http://x/p> <http://x/a> <${G}background> .`,
  `<http://x/e> <http://x/p> <http://x/a> <${G}mappings> .`,
  `<http://x/f> <http://x/p> <http://x/a> <${G}inferred-background> .`,
].join("\n");
const held = hold(oxigraph, NQUADS, { x: "http://x/", lgg: G });
const ALL = "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?s ?o";

function subjects(sparql: string, everything = false): string[] {
  const answer = query(held, { kind: "query", sparql, everything, limit: 100 }) as Rows;
  return answer.rows.map(([first]) => (first?.value ?? "").replace("http://x/", ""));
}

test("what is refused, and which graphs are named, is as the command has it", () => {
  for (const [sparql, wanted] of cases.refuse) {
    let found: string[] | "refused";
    try {
      found = refuse(sparql, GRAPHS).sort();
    } catch {
      found = "refused";
    }
    assert.deepEqual(found, wanted, sparql);
  }
  assert.throws(() => refuse(`#${"x".repeat(MAX_QUERY_BYTES)}`, GRAPHS), /larger than 100000 bytes/);
});

test("columns of SELECT * stand as the query first mentions them, as the command has them", () => {
  for (const [sparql, columns, wanted] of cases.mentioned) assert.deepEqual(mentioned(sparql, columns), wanted, sparql);
  const answer = query(held, { kind: "query", sparql: "SELECT * { ?z ?p ?a } ORDER BY ?z ?a LIMIT 1", everything: false, limit: 9 }) as Rows;
  assert.deepEqual(answer.columns, ["z", "p", "a"]);
  assert.deepEqual(answer.rows[0]?.map((one) => one?.value), ["http://x/a", "http://x/p", "1"]);
});

test("a graph that is not seen is named, and not found empty", () => {
  const sparql = `PREFIX g: <${G}> SELECT * { GRAPH g:background { ?s ?p ?o } }`;
  assert.throws(() => refuseGraphs(sparql, ["page"], GRAPHS), /is not seen/);
  assert.doesNotThrow(() => refuseGraphs(sparql, GRAPHS, GRAPHS));
  assert.throws(() => refuseGraphs("SELECT * { GRAPH <http://x/> { ?s ?p ?o } }", GRAPHS, GRAPHS), /no graph of the project/);
});

test("the form of a query is told behind prefixes and comments", () => {
  assert.equal(form("# SELECT\nPREFIX ask: <http://ask/> CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"), "CONSTRUCT");
  assert.equal(form("aSk {}"), "ASK");
  assert.equal(form("nonsense"), "");
});

test("parameters are bound as the command binds them", () => {
  for (const [values, wanted] of cases.bind.calls) {
    if (wanted === "refused") assert.throws(() => bind(cases.bind.sparql, values), /is no IRI/);
    else assert.equal(bind(cases.bind.sparql, values), wanted);
  }
});

test("a query sees page, ontology and inference, all with everything, or what FROM names", () => {
  assert.deepEqual(subjects(ALL), ["a", "a", "b", "c"]);
  assert.deepEqual(subjects(ALL, true), ["a", "a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(subjects(ALL.replace("{", `FROM <${G}mappings> {`)), ["e"]);
  assert.deepEqual(subjects("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g"), ["inferred", "ontology", "page"].map((one) => G + one));
});

test("a question sees its layers, and background only where it is asked for", () => {
  const one = { kind: "ask", sparql: ALL, values: {}, limit: 100 } as const;
  const seen = (layers: string[], background: boolean): number => (ask(held, { ...one, layers, background }) as Rows).total;
  assert.equal(seen(["page"], true), 4);
  assert.equal(seen(["page", "background"], false), 4);
  assert.equal(seen(["page", "background"], true), 6);
  assert.equal(seen(["mappings"], false), 5);
});

test("no more rows are handed over than asked for, and the number of all is said", () => {
  const answer = query(held, { kind: "query", sparql: ALL, everything: true, limit: 2 }) as Rows;
  assert.equal(answer.rows.length, 2);
  assert.equal(answer.total, 7);
});

test("an unbound cell is none, and columns are known without rows", () => {
  const none = query(held, { kind: "query", sparql: "SELECT ?a ?b { FILTER(false) }", everything: false, limit: 9 }) as Rows;
  assert.deepEqual(none.columns, ["a", "b"]);
  const open = query(held, { kind: "query", sparql: 'SELECT ?a ("x" AS ?b) {}', everything: false, limit: 9 }) as Rows;
  assert.equal(open.rows[0]?.[0], null);
  assert.equal(open.rows[0]?.[1]?.value, "x");
});

test("ASK, CONSTRUCT and DESCRIBE answer in their own way, and Turtle reads back as the same triples", () => {
  assert.deepEqual(query(held, { kind: "query", sparql: "ASK {}", everything: false, limit: 1 }), { kind: "truth", truth: true });
  const made = query(held, { kind: "query", sparql: "CONSTRUCT WHERE { ?s ?p ?o }", everything: false, limit: 2 }) as Triples;
  assert.equal(made.total, 4);
  assert.equal(made.rows.length, 2);
  assert.equal(
    made.turtle,
    `@prefix x: <http://x/> .\n\nx:a x:p "1"^^<http://www.w3.org/2001/XMLSchema#integer> ;\n  x:p "zwei\\n\\"2\\""@de .\nx:b x:p _:own .\nx:c x:p x:a .\n`,
  );
  assert.equal(oxigraph.parse(made.turtle, { format: "text/turtle" }).length, 4);
  const described = query(held, { kind: "query", sparql: "DESCRIBE <http://x/a>", everything: false, limit: 9 }) as Triples;
  assert.equal(described.total, 2);
});

test("what graphs say of IRIs stands under the name of each, without what was inferred", () => {
  const made = about(held, { kind: "about", layers: ["background"], background: true, iris: ["http://x/a", "http://x/c", "http://x/d"] });
  assert.equal(
    made.turtle,
    `@prefix x: <http://x/> .\n\n# ${G}background\nx:d x:p x:a .\n\n# ${G}page\nx:a x:p "1"^^<http://www.w3.org/2001/XMLSchema#integer> ;\n  x:p "zwei\\n\\"2\\""@de .\n`,
  );
});

test("what the ontology defines is given where nothing else is said, and left out otherwise", () => {
  const made = (...iris: string[]): string => about(held, { kind: "about", layers: [], background: false, iris }).turtle;
  assert.match(made("http://x/b"), /graph\/ontology\nx:b x:p _:own/);
  assert.doesNotMatch(made("http://x/a", "http://x/b"), /ontology|x:b/);
});

test("an error has line and column, and what broke the engine is told as such", () => {
  const fail = (sparql: string): ReturnType<typeof wrong> => {
    try {
      query(held, { kind: "query", sparql, everything: false, limit: 1 });
    } catch (error) {
      return wrong(error);
    }
    throw new Error("no error");
  };
  const prefix = fail('SELECT * {\n  "äö😀" foo:p ?o }');
  assert.deepEqual([prefix.line, prefix.column, prefix.message, prefix.broken], [2, 14, "Prefix not found", false]);
  assert.equal(fail("SELECT * { SERVICE <http://x/> {} }").line, undefined);
  assert.match(fail("SELECT ?x (COUNT(?y) AS ?n) { ?x ?p ?y }").message, /^The SELECT contains a variable/);
  assert.deepEqual([wrong(new RangeError("deep")).broken, wrong(new WebAssembly.RuntimeError("memory")).broken], [true, true]);
});

test("a place is marked at the word that ends there, whatever the characters before it", () => {
  const text = 'SELECT * {\n  "äö😀" foo:p ?o }';
  const [from, to] = offset(text, 2, 14);
  assert.equal(text.slice(from, to), "foo:p");
  assert.deepEqual(offset("", 1, 1), [0, 0]);
  assert.deepEqual(offset("ab", 9, 9), [0, 2]);
  assert.deepEqual(offset("SELECT ", 1, 8), [6, 7]);
});

test("rows are CSV and JSON as the command writes them", () => {
  const string = "http://www.w3.org/2001/XMLSchema#string";
  const answer: Rows = {
    kind: "rows",
    total: 2,
    columns: ["thing", "words", "count"],
    rows: [
      [
        { type: "iri", value: "https://w3id.org/leukograph/data/blinatumomab" },
        { type: "literal", value: "=1+1", datatype: string, language: "" },
        { type: "literal", value: "7", datatype: "http://www.w3.org/2001/XMLSchema#integer", language: "" },
      ],
      [
        { type: "blank", value: "b0" },
        { type: "literal", value: 'a "quoted", line\r\nend', datatype: "", language: "en" },
        null,
      ],
    ],
  };
  assert.equal(csv(answer), cases.csv.plain);
  assert.equal(csv(answer, true), cases.csv.spreadsheet);
  assert.deepEqual(JSON.parse(json(answer)), cases.json);
});
