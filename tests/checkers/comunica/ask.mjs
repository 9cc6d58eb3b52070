// Asks the endpoint that the first argument names, in the three forms of results, and prints what came as JSON.
import { QueryEngine } from "@comunica/query-sparql";

const engine = new QueryEngine();
const context = { sources: [{ type: "sparql", value: process.argv[2] }] };
const [select, ask, construct] = process.argv.slice(3);
const rows = await (await engine.queryBindings(select, context)).toArray();
const truth = await engine.queryBoolean(ask, context);
const quads = await (await engine.queryQuads(construct, context)).toArray();
console.log(JSON.stringify({ rows: rows.map((row) => row.get("s").value), truth, quads: quads.length }));
