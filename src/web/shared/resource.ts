/** What the site keeps beside its pages: in the page itself where that is the single file, fetched otherwise. */

const loading = new Map<string, Promise<unknown>>();

/** Return the way from this page to the site's root, such as `../../`. */
export function root(): string {
  return document.documentElement.dataset["root"] ?? "";
}

/** Tell whether this page is the whole site in one file. */
export function single(): boolean {
  return document.getElementById("resource:pages.json") !== null;
}

/** Return the element of the single file that holds a resource, or null. */
export function held(name: string): HTMLElement | null {
  return document.getElementById(`resource:${name}`);
}

/** Return a resource of the single file as it stands there, or null. */
export function embedded(name: string): string | null {
  return held(name)?.textContent ?? null;
}

/** Return the text of a resource. */
export function resource(name: string): Promise<string> {
  return once(`text ${name}`, async () => {
    const inside = held(name);
    if (!inside) return (await fetched(name)).text();
    return isPacked(inside) ? new Response(unpacked(inside)).text() : (inside.textContent ?? "");
  });
}

/** Return what a resource in JSON holds. */
export function data<T>(name: string): Promise<T> {
  return once(`data ${name}`, async () => JSON.parse(await resource(name)) as T);
}

/** Return the bytes of a resource, which the single file keeps in base64, most of them packed by gzip. */
export function bytes(name: string): Promise<ArrayBuffer> {
  return once(`bytes ${name}`, async () => {
    const inside = held(name);
    if (!inside) return (await fetched(name)).arrayBuffer();
    return isPacked(inside) ? new Response(unpacked(inside)).arrayBuffer() : decoded(inside.textContent ?? "");
  });
}

function isPacked(inside: HTMLElement): boolean {
  return inside.dataset["packed"] === "gzip";
}

function unpacked(inside: HTMLElement): ReadableStream<Uint8Array> {
  const packed = new Blob([decoded(inside.textContent ?? "")]);
  return packed.stream().pipeThrough(new DecompressionStream("gzip"));
}

function once<T>(key: string, load: () => Promise<T>): Promise<T> {
  const known = loading.get(key) as Promise<T> | undefined;
  if (known) return known;
  const made = load();
  loading.set(key, made);
  made.catch(() => loading.delete(key)); // the next one who asks tries again
  return made;
}

async function fetched(name: string): Promise<Response> {
  const response = await fetch(`${root()}assets/${name}`).catch(() => null);
  if (!response?.ok) {
    throw new Error(`assets/${name} cannot be read. Open the site from a server, or use the single file.`);
  }
  return response;
}

function decoded(base64: string): ArrayBuffer {
  const text = atob(base64.trim());
  const made = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at += 1) made[at] = text.charCodeAt(at);
  return made.buffer;
}
