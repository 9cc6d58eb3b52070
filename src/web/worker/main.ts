/** The worker: Oxigraph in WebAssembly, away from the page, so that a page never waits and a query can be ended. */

import initialise, * as oxigraph from "oxigraph/web.js";
import type { Reply, Request } from "../shared/shapes";
import { about, ask, hold, query, wrong, type Held } from "./run";

interface Scope {
  onmessage: ((event: { data: { id: number; request: Request } }) => void) | null;
  postMessage(message: { id: number; reply: Reply }): void;
}

const scope = globalThis as unknown as Scope;
let held: Held | null = null;

async function answer(request: Request): Promise<Reply> {
  if (request.kind === "start") {
    await initialise({ module_or_path: request.engine });
    held = hold(oxigraph, request.graph, request.prefixes);
    return { kind: "ready", triples: held.size };
  }
  if (held === null) throw new Error("the graph is not loaded yet");
  if (request.kind === "query") return query(held, request);
  return request.kind === "ask" ? ask(held, request) : about(held, request);
}

scope.onmessage = ({ data: { id, request } }) => {
  answer(request).then(
    (reply) => scope.postMessage({ id, reply }),
    (error: unknown) => scope.postMessage({ id, reply: wrong(error) }),
  );
};
