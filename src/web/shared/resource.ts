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

/** Return a resource of the single file as it stands there, or null. */
export function embedded(name: string): string | null {
  return document.getElementById(`resource:${name}`)?.textContent ?? null;
}

/** Return the text of a resource. */
export function resource(name: string): Promise<string> {
  return once(`text ${name}`, async () => embedded(name) ?? (await fetched(name)).text());
}

/** Return what a resource in JSON holds. */
export function data<T>(name: string): Promise<T> {
  return once(`data ${name}`, async () => JSON.parse(await resource(name)) as T);
}

/** Return the bytes of a resource, which the single file keeps in base64. */
export function bytes(name: string): Promise<ArrayBuffer> {
  return once(`bytes ${name}`, async () => {
    const inside = embedded(name);
    return inside === null ? (await fetched(name)).arrayBuffer() : decoded(inside);
  });
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
