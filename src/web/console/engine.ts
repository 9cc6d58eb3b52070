/** The page's side of the worker: starts it, asks it one thing at a time, ends it and starts another. */

import { bytes, embedded, data, resource, root } from "../shared/resource";
import type { Answer, Ready, Reply, Request, Vocabulary } from "../shared/shapes";
import { script } from "../shared/trusted";

/** Said to whoever asked when the reader stopped the query. */
export class Stopped extends Error {
  constructor() {
    super("Stopped. There is no answer, which is not an answer without rows.");
  }
}

/** What the engine says is wrong with a query, with line and column in characters from one where it knows them. */
export class QueryError extends Error {
  constructor(
    message: string,
    readonly line?: number,
    readonly column?: number,
  ) {
    super(message);
  }
}

interface Waiting {
  readonly done: (reply: Reply) => void;
  readonly failed: (error: Error) => void;
}

let worker: Worker | null = null;
let ready: Promise<Ready> | null = null;
let compiled: Promise<WebAssembly.Module> | null = null;
let blob: string | null = null;
let last = 0;
let ended = 0;
const waiting = new Map<number, Waiting>();

/** Start the engine, if none is there yet; return how many triples it holds. */
export function start(): Promise<Ready> {
  if (ready) return ready;
  const mine = begin();
  ready = mine;
  mine.catch(() => {
    if (ready === mine) ready = null;
  });
  return mine;
}

/** Ask the engine; an error is a QueryError, a query that was stopped is Stopped. */
export async function ask(request: Exclude<Request, { kind: "start" }>): Promise<Answer> {
  await start();
  const reply = await send(request);
  if (reply.kind === "wrong") {
    if (reply.broken) restart();
    throw new QueryError(reply.message, reply.line, reply.column);
  }
  if (reply.kind === "ready") throw new Error("The engine gave no answer.");
  return reply;
}

/** End whatever runs, and start another engine at once. */
export function stop(): void {
  restart();
}

function restart(): void {
  ended += 1;
  worker?.terminate();
  worker = null;
  ready = null;
  for (const { failed } of waiting.values()) failed(new Stopped());
  waiting.clear();
  start().catch(() => undefined); // whoever asks next is told
}

async function begin(): Promise<Ready> {
  const before = ended;
  compiled ??= bytes("oxigraph.wasm").then((code) => WebAssembly.compile(code));
  compiled.catch(() => (compiled = null));
  const [engine, graph, { prefixes }] = await Promise.all([
    compiled,
    resource("graph.nq"),
    data<Vocabulary>("vocabulary.json"),
  ]);
  if (before !== ended) throw new Stopped(); // stopped while it was loading
  worker = new Worker(script(address()));
  worker.onmessage = ({ data: { id, reply } }: MessageEvent<{ id: number; reply: Reply }>) => {
    const one = waiting.get(id);
    waiting.delete(id);
    one?.done(reply);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    for (const { failed } of waiting.values()) failed(new Error("The engine cannot be started in this browser."));
    waiting.clear();
  };
  const reply = await send({ kind: "start", engine, graph, prefixes });
  if (reply.kind !== "ready") throw new Error(reply.kind === "wrong" ? reply.message : "The engine did not start.");
  return reply;
}

function address(): string {
  const inside = embedded("worker.js");
  if (inside === null) return `${root()}assets/worker.js`;
  blob ??= URL.createObjectURL(new Blob([inside], { type: "text/javascript" }));
  return blob;
}

function send(request: Request): Promise<Reply> {
  return new Promise((done, failed) => {
    last += 1;
    waiting.set(last, { done, failed });
    worker?.postMessage({ id: last, request });
  });
}
