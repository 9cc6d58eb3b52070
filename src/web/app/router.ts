/** The pages of the single file: put in place by the address behind `#`, with title, focus and links of their own. */

import { format, parse, resolve, type Route } from "../shared/address";
import { make, PAGE, save } from "../shared/dom";
import { data, held, resource } from "../shared/resource";
import type { Page } from "../shared/shapes";
import { html } from "../shared/trusted";

type Pages = Readonly<Record<string, Page>>;

/** Start the router: show the page of the address, and follow it. */
export async function start(): Promise<void> {
  const pages = await data<Pages>("pages.json");
  let shown: string | null = null;
  for (const part of document.querySelectorAll("body > :not(main)")) rewrite(part, "", pages);
  document.addEventListener("click", (event) => follow(event));
  const turn = (first: boolean): void => {
    if (location.hash && !location.hash.startsWith("#/")) return; // a place in this page
    const route = parse(location.hash);
    const known = find(pages, route.path);
    if (known === shown && known !== null) {
      place(route);
      return;
    }
    shown = known;
    put(known === null ? missing(route.path) : (pages[known] as Page), known ?? "", pages, first && known !== null);
    place(route);
    document.dispatchEvent(new CustomEvent(PAGE));
  };
  addEventListener("hashchange", () => turn(false));
  turn(true);
}

/** Return under which name a page is kept, or null. */
export function find(pages: Pages, path: string): string | null {
  const bare = path.replace(/(^|\/)index\.html$/, "$1").replace(/\/$/, "");
  return [bare, `${bare}/`, bare ? `${bare}/index.html` : "index.html", `${bare}.html`].find((one) => Object.hasOwn(pages, one)) ?? null;
}

function missing(path: string): Page {
  const words = path ? `There is no page “${path}” in this file.` : "There is no start page in this file.";
  const text = words.replace(/[&<>]/g, (char) => `&#${char.charCodeAt(0)};`);
  return { title: "No such page", main: `<h1>No such page</h1><p>${text} <a href="./">Go to the start page.</a></p>`, page: "404" };
}

function put(page: Page, path: string, pages: Pages, first: boolean): void {
  const old = document.querySelector("main");
  const read = new DOMParser().parseFromString(html(page.main), "text/html");
  const main = make("main", { id: old?.id || "main", tabindex: "-1" });
  const inner = read.body.querySelector(":scope > main");
  main.append(...(inner ?? read.body).childNodes);
  for (const script of main.querySelectorAll("script")) {
    if (!/^(application\/(ld\+)?json|text\/plain)$/.test(script.type)) script.remove();
  }
  rewrite(main, path, pages);
  if (old) old.replaceWith(main);
  else document.body.append(main);
  document.title = page.title;
  if (page.page) document.documentElement.dataset["page"] = page.page;
  for (const anchor of document.querySelectorAll<HTMLAnchorElement>("nav a[href^='#/']")) {
    if (find(pages, parse(anchor.hash).path) === path) anchor.setAttribute("aria-current", "page");
    else anchor.removeAttribute("aria-current");
  }
  if (first) return;
  scrollTo(0, 0);
  const heading = main.querySelector<HTMLElement>("h1") ?? main;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** Point relative links at the pages of this file; what it does not hold is said to be elsewhere. */
function rewrite(part: Element, path: string, pages: Pages): void {
  for (const anchor of part.querySelectorAll("a[href], area[href]")) {
    const href = anchor.getAttribute("href") ?? "";
    const route = href.startsWith("#") ? null : resolve(href, path);
    if (!route) continue;
    const known = find(pages, route.path);
    if (known !== null) {
      anchor.setAttribute("href", format({ ...route, path: known.replace(/(^|\/)index\.html$/, "$1") }));
      continue;
    }
    const name = route.path.replace(/^assets\//, "");
    anchor.removeAttribute("href");
    if (!held(name)) {
      anchor.setAttribute("title", "not in the single file; the site has it");
      anchor.setAttribute("aria-disabled", "true");
    } else {
      anchor.setAttribute("href", "#");
      anchor.setAttribute("data-resource", name);
    }
  }
}

/** Follow what no address stands for: a place in this page, and a resource that is saved. */
function follow(event: MouseEvent): void {
  const anchor = (event.target as Element | null)?.closest?.("a[href^='#']");
  const href = anchor?.getAttribute("href") ?? "";
  if (!anchor || href.startsWith("#/")) return;
  event.preventDefault();
  const name = anchor.getAttribute("data-resource");
  if (name === null) place({ path: "", query: "", fragment: href.slice(1) });
  else void resource(name).then((text) => save(name.split("/").at(-1) ?? name, "text/plain", text));
}

function place({ fragment }: Route): void {
  const target = fragment ? document.getElementById(fragment) : null;
  if (!target) return;
  target.scrollIntoView();
  if (target.tabIndex < 0) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
