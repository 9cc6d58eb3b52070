/**
 * Runs the worker of the site as the package carries it, outside of a browser: requests as JSON lines from standard
 * input, one answer a line on standard output. The first argument is the folder of the assets, the second the graph.
 */

import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { join } from "node:path";
import vm from "node:vm";

const [assets, graph] = process.argv.slice(2);
const waiting = [];
globalThis.postMessage = (message) => waiting.shift()(message.reply);
vm.runInThisContext(readFileSync(join(assets, "worker.js"), "utf8"), { filename: "worker.js" });
const send = (request) =>
  new Promise((done) => {
    waiting.push(done);
    globalThis.onmessage({ data: { id: waiting.length, request } });
  });

const engine = await WebAssembly.compile(readFileSync(join(assets, "oxigraph.wasm")));
let prefixes = null;
for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  if (prefixes === null) {
    prefixes = request;
    console.log(JSON.stringify(await send({ kind: "start", engine, prefixes, graph: readFileSync(graph, "utf8") })));
  } else console.log(JSON.stringify(await send(request)));
}
