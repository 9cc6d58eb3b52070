/** Terms as elements: text is text, only web addresses are links, unseen characters are shown. */

import { link } from "../shared/address";
import { make } from "../shared/dom";
import { data } from "../shared/resource";
import type { Named, Vocabulary } from "../shared/shapes";
import { BASE, linkable, numberOf, shorten, XSD, type Cell, type Prefixes } from "../shared/terms";
import { visible } from "../shared/text";

const NOT_STATED = "not stated on this page";

/** What cells need to know: prefixes, and which addresses have a page here, with the label of what it is of. */
export interface Names {
  readonly prefixes: Prefixes;
  readonly pages: ReadonlyMap<string, string>;
}

/** Read what cells need to know. */
export async function names(): Promise<Names> {
  const [{ prefixes }, entries] = await Promise.all([data<Vocabulary>("vocabulary.json"), data<Named[]>("search.json")]);
  return { prefixes, pages: new Map(entries.map(({ address, label }) => [address, label])) };
}

/** Return an IRI as a link with these words, or its short form; one that is no web address stays text. */
export function iri(value: string, known: Names, words?: string): HTMLElement {
  const shown = visible(words ?? shorten(value, known.prefixes));
  const attributes = { class: words === undefined ? "iri" : undefined, title: visible(value) };
  const local = value.startsWith(BASE) ? value.slice(BASE.length) : null;
  const page = pageOf(value, known);
  if (page !== undefined) return make("a", { ...attributes, href: link(page) }, make("bdi", {}, shown));
  if (local !== null || !linkable(value)) return make("span", attributes, make("bdi", {}, shown));
  return make("a", { ...attributes, href: value, rel: "noreferrer noopener external" }, make("bdi", {}, shown));
}

function pageOf(value: string, known: Names): string | undefined {
  const local = value.startsWith(BASE) ? value.slice(BASE.length) : null;
  return local === null ? undefined : [`${local}/`, local].find((one) => known.pages.has(one));
}

/** Return a table cell of a term; `bare` leaves out language and datatype, and names an IRI by its label. */
export function cell(value: Cell, known: Names, bare = false): HTMLTableCellElement {
  if (value === null) return make("td", { class: "unbound" });
  if (value.type === "iri") return make("td", {}, iri(value.value, known, bare ? known.pages.get(pageOf(value.value, known) ?? "") : undefined));
  if (value.type === "blank") return make("td", {}, make("code", {}, visible(`_:${value.value}`)));
  if (value.type === "triple") return make("td", {}, make("code", {}, visible(value.value)));
  const text = make("bdi", { class: "literal", lang: value.language || undefined }, visible(value.value));
  const made = make("td", { class: numberOf(value) === null ? undefined : "number" }, text);
  if (value.value === NOT_STATED) made.classList.add("not-stated");
  const kind = value.language ? `@${visible(value.language)}` : value.datatype === `${XSD}string` ? "" : shorten(value.datatype, known.prefixes);
  if (!bare && kind) made.append(" ", make("small", { class: "datatype" }, visible(kind)));
  return made;
}
