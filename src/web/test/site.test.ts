import assert from "node:assert/strict";
import { test } from "node:test";
import { find } from "../app/router";
import { index, search } from "../app/search";
import { fitting } from "../console/chart";
import { format, parse, resolve as lead } from "../shared/address";
import { resolve, shown, words } from "../shared/ask";
import type { Named, Question, Rows } from "../shared/shapes";
import { compare, type Cell } from "../shared/terms";

const ENTRIES: Named[] = [
  { label: "blinatumomab", kind: "drug", address: "data/blinatumomab/", names: [["blinatumomab", "label"], ["Blincyto®", "brand name"]] },
  { label: "cytarabine", kind: "drug", address: "data/cytarabine/", names: [["cytarabine", "label"], ["ara-C", "synonym"]] },
  { label: "“cytarabine” in: item", kind: "mention", address: "data/mention/", names: [["“cytarabine” in: item", "label"]] },
  {
    label: "fludarabine-based regimen",
    kind: "regimen family",
    address: "data/fludarabine-based/",
    names: [["fludarabine-based regimen", "label"]],
    components: ["data/cytarabine/", "data/fludarabine/"],
  },
  { label: "Ph-positive ALL", kind: "disease", address: "ontology/PhPositiveALL/", names: [["Ph-positive ALL", "label"], ["Ph+", "synonym"]] },
];
const hits = (wanted: string): string[] =>
  search(index(ENTRIES), wanted).map(({ entry, name, nameKind }) => `${entry.label}|${nameKind}|${name}`);

test("a brand name finds its drug, and says that it was the brand name", () => {
  assert.deepEqual(hits("blincyto"), ["blinatumomab|brand name|Blincyto®"]);
  assert.deepEqual(hits("BLÍNCYTO"), hits("blincyto"));
});

test("things come first, then regimens that contain them, then records that speak of them", () => {
  assert.deepEqual(hits("cytarabine"), [
    "cytarabine|label|cytarabine",
    "fludarabine-based regimen|component|cytarabine",
    "“cytarabine” in: item|label|“cytarabine” in: item",
  ]);
  assert.deepEqual(hits("ara-C"), ["cytarabine|synonym|ara-C", "fludarabine-based regimen|component|cytarabine"]);
});

test("signs are found as they stand, dashes as spaces, words in any order", () => {
  assert.deepEqual(hits("ph+"), ["Ph-positive ALL|synonym|Ph+"]);
  assert.deepEqual(hits("ph positive"), ["Ph-positive ALL|label|Ph-positive ALL"]);
  assert.deepEqual(hits("ALL positive"), ["Ph-positive ALL|label|Ph-positive ALL"]);
  assert.deepEqual(hits("  "), []);
  assert.deepEqual(hits("imatinib"), []);
});

test("an address behind # holds path, parameters and place, and is read as it was written", () => {
  const route = { path: "ask/options-for-subtype/", query: "disease=lgo%3APhPositiveALL&x=%23%3F", fragment: "a b" };
  assert.equal(format(route), "#/ask/options-for-subtype/?disease=lgo%3APhPositiveALL&x=%23%3F#a%20b");
  assert.deepEqual(parse(format(route)), route);
  const odd = { path: "data/100%?#x/", query: "", fragment: "" };
  assert.deepEqual(parse(format(odd)), odd);
  assert.deepEqual(parse(""), { path: "", query: "", fragment: "" });
  assert.deepEqual(parse("#somewhere"), { path: "", query: "", fragment: "" });
  assert.equal(parse("#/%E0%A4%A/").path, "%E0%A4%A/");
});

test("a relative link leads from its page to another, and out of the site to nowhere here", () => {
  const from = "data/blinatumomab/";
  assert.deepEqual(lead("../../ask/", from), { path: "ask/", query: "", fragment: "" });
  assert.deepEqual(lead("../cytarabine/index.html?a=b#c", from), { path: "data/cytarabine/", query: "a=b", fragment: "c" });
  assert.deepEqual(lead("../../../../", from), { path: "", query: "", fragment: "" });
  assert.deepEqual(lead("./", ""), { path: "", query: "", fragment: "" });
  for (const out of ["https://example.org/", "//example.org/", "javascript:alert(1)", "mailto:a@b", "file:///x"]) {
    assert.equal(lead(out, from), null, out);
  }
});

test("a page is found with or without slash and index.html", () => {
  const pages = { "": { title: "", main: "" }, "data/x/": { title: "", main: "" }, "404.html": { title: "", main: "" } };
  for (const path of ["data/x", "data/x/", "data/x/index.html"]) assert.equal(find(pages, path), "data/x/");
  assert.equal(find(pages, ""), "");
  assert.equal(find(pages, "404"), "404.html");
  assert.equal(find(pages, "constructor"), null);
  assert.equal(find(pages, "data/y/"), null);
});

const QUESTION: Question = {
  name: "options",
  summary: "Which?",
  description: "",
  sparql: "",
  parameters: [
    { name: "disease", required: true, many: false, description: "The disease.", choices: [["lgo:PhPositiveALL", "Ph-positive ALL", "Ph+"]] },
    { name: "drug", required: false, many: true, choices: [["lgd:a", "a"], ["lgd:b", "b"]], bindings: { "lgd:a": "http://x/a" } },
  ],
  columns: ["option", "wording"],
  layers: ["page", "background"],
  empty: "None for {disease}{drug}.",
  closing: "That is all.",
};
const PREFIXES = { lgo: "https://w3id.org/leukograph/ontology/", lgd: "https://w3id.org/leukograph/data/" };
const given = (values: Record<string, string[]>) => (name: string): string[] => values[name] ?? [];

test("a value is known by itself, its IRI or a name, and is always one of those to choose", () => {
  const wanted = { disease: [{ iri: "https://w3id.org/leukograph/ontology/PhPositiveALL", label: "Ph-positive ALL" }] };
  for (const text of ["lgo:PhPositiveALL", "<https://w3id.org/leukograph/ontology/PhPositiveALL>", "https://w3id.org/leukograph/ontology/PhPositiveALL", "ph–POSITIVE all", "Ph+"]) {
    assert.deepEqual(resolve(QUESTION, given({ disease: [text], drug: [""] }), PREFIXES), wanted, text);
  }
  const two = resolve(QUESTION, given({ disease: ["Ph+"], drug: ["lgd:a", "b"] }), PREFIXES);
  assert.deepEqual(two["drug"]?.map(({ iri }) => iri), ["http://x/a", "https://w3id.org/leukograph/data/b"]);
});

test("a missing, unknown or doubled value is an error in words", () => {
  const call = (values: Record<string, string[]>) => () => resolve(QUESTION, given(values), PREFIXES);
  assert.throws(call({}), /^Error: Choose disease first\. The disease\.$/);
  assert.throws(call({ disease: ["http://x/> } SELECT"] }), /no disease that is known here/);
  assert.throws(call({ disease: ["http://x/other"] }), /no disease that is known here/);
  assert.throws(call({ disease: ["Ph+", "Ph+"] }), /given 2 times/);
});

const rows = (columns: string[], ...cells: (string | null)[][]): Rows => ({
  kind: "rows",
  columns,
  total: cells.length,
  rows: cells.map((row) => row.map((value): Cell => (value === null ? null : { type: "literal", value, datatype: "http://www.w3.org/2001/XMLSchema#string", language: "" }))),
});

test("silence is said in words, with the names that were asked for", () => {
  const values = resolve(QUESTION, given({ disease: ["Ph+"], drug: ["lgd:a", "lgd:b"] }), PREFIXES);
  assert.deepEqual(words(QUESTION, values, rows(["option"]), true), ["None for Ph-positive ALL (a and b)."]);
  assert.deepEqual(words(QUESTION, { disease: values["disease"] ?? [] }, rows(["option"]), false), [
    "None for Ph-positive ALL.",
    "What is known from elsewhere was left out; choose it above to see it, marked as such.",
  ]);
  assert.deepEqual(words(QUESTION, values, rows(["answer", "note"], ["not stated on this page", "n"], ["not stated on this page", null]), true), [
    "Not stated on this page, which is no verdict: the rows are the places that were looked through.",
    "Note: n",
    "That is all.",
  ]);
});

test("the columns to show take the label where there is one", () => {
  const found = shown({ ...QUESTION, columns: ["option", "wording", "gone"] }, ["wording", "option", "optionLabel"]);
  assert.deepEqual(found, [
    { name: "option", text: 2, iri: 1 },
    { name: "wording", text: 0, iri: 0 },
  ]);
});

const number = (value: string): Cell => ({ type: "literal", value, datatype: "http://www.w3.org/2001/XMLSchema#integer", language: "" });
const text = (value: string): Cell => ({ type: "literal", value, datatype: "", language: "" });

test("cells are sorted by value: none, numbers, words", () => {
  const cells = [text("b"), number("10"), null, text("A"), number("9")];
  assert.deepEqual(cells.sort(compare).map((one) => one?.value), [undefined, "9", "10", "A", "b"]);
});

test("bars are drawn of amounts by distinct names, and never of places", () => {
  const of = (columns: string[], table: Cell[][]) => fitting(columns, table, (row, at) => table[row]?.[at]?.value ?? "");
  const good = [[text("a"), number("1")], [text("b"), number("2")]];
  assert.deepEqual(of(["source", "records"], good), { title: "records by source", bars: [["a", 1], ["b", 2]] });
  assert.equal(of(["source", "start"], good), null);
  assert.equal(of(["source", "records"], good.slice(1)), null);
  assert.equal(of(["source", "records"], [[text("a"), number("1")], [text("a"), number("2")]]), null);
  assert.equal(of(["source", "records"], [[text("a"), number("1")], [text("b"), null]]), null);
  assert.equal(of(["source", "x", "y"], good.map((row) => [...row, number("3")])), null);
});
