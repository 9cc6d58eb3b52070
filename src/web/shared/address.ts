/** Addresses: of pages inside the single file, of this page's parameters, and of what a link leads to. */

import { root, single } from "./resource";

/** Where one is in the single file: a path of the site, its parameters, and a place in the page. */
export interface Route {
  readonly path: string;
  readonly query: string;
  readonly fragment: string;
}

/** Read `#/path/?query#fragment`; anything else than that is the start page. */
export function parse(hash: string): Route {
  if (!hash.startsWith("#/")) return { path: "", query: "", fragment: "" };
  const whole = hash.slice(2);
  const [before, fragment] = cut(whole, "#");
  const [path, query] = cut(before, "?");
  return { path: decode(path), query, fragment: decode(fragment) };
}

/** Write what `parse` reads. */
export function format(route: Route): string {
  const query = route.query ? `?${route.query}` : "";
  const fragment = route.fragment ? `#${encodeURIComponent(route.fragment)}` : "";
  return `#/${encodeURI(route.path).replace(/[?#]/g, encodeURIComponent)}${query}${fragment}`;
}

/** Return where a link of the page at `path` leads inside the site, or null where it leads out of it. */
export function resolve(href: string, path: string): Route | null {
  if (/^[a-z][a-z0-9+.-]*:/i.test(href) || href.startsWith("//")) return null;
  const url = new URL(href, `http://site.invalid/${encodeURI(path)}`);
  if (url.host !== "site.invalid") return null;
  const whole = decode(url.pathname.slice(1));
  return {
    path: whole.replace(/(^|\/)index\.html$/, "$1"),
    query: url.search.slice(1),
    fragment: decode(url.hash.slice(1)),
  };
}

/** Return the link to a page of the site by its address below the root. */
export function link(address: string, query = ""): string {
  if (single()) return format({ path: address, query, fragment: "" });
  return `${root()}${address}${query ? `?${query}` : ""}` || "./";
}

/** Return the parameters that the address of this page holds; the console keeps them behind `#`. */
export function parameters(): URLSearchParams {
  if (single()) return new URLSearchParams(parse(location.hash).query);
  const inside = location.hash.includes("=") ? location.hash.slice(1) : "";
  return new URLSearchParams(location.search.slice(1) || inside);
}

/** Put parameters into the address of this page, with `behind` behind `#`, where no server sees them. */
export function keep(query: URLSearchParams, behind = false): string {
  const text = query.toString();
  const next = single()
    ? format({ ...parse(location.hash), query: text, fragment: "" })
    : behind
      ? `${location.pathname}#${text}`
      : `${location.pathname}${text ? `?${text}` : ""}`;
  history.replaceState(history.state, "", next);
  return location.href;
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
