/** The page of a saved question: its form answers here, in the worker; the address keeps what was asked. */

import { keep, link, parameters } from "../shared/address";
import { isStated, layerOf, LAYERS, resolve, segmentOf, shown, words, type Values } from "../shared/ask";
import { button, make, words as said } from "../shared/dom";
import { data } from "../shared/resource";
import type { About, Ask, Layer, Question, Query, Rows, Segment } from "../shared/shapes";
import { BASE, plain, type Cell } from "../shared/terms";
import { visible } from "../shared/text";
import { bind } from "../worker/bind";
import { cell, iri, names, type Names } from "./cells";
import { chart, fitting } from "./chart";
import { downloads } from "./downloads";
import { ask, start, stop, Stopped } from "./engine";
import { table, type Column } from "./table";

const BACKGROUND = "with-background";
const MOST = 100_000;
const LABEL_ROWS = 60;

/** Make the form of this page answer, where there is one. */
export function attach(): void {
  const form = document.querySelector<HTMLFormElement>("form#ask");
  const place = document.querySelector<HTMLElement>("#answer");
  const name = form?.dataset["question"];
  if (!form || !place || !name || form.dataset["ready"]) return;
  form.dataset["ready"] = "yes";
  const status = make("p", { id: "asked", role: "status" });
  place.before(status);
  place.removeAttribute("aria-live"); // the sentence above says how many rows came; the rows are not read out
  const halt = button("Stop", stop, { hidden: true });
  form.querySelector("button[type=submit]")?.after(" ", halt);
  let latest = 0;

  const answer = async (): Promise<void> => {
    latest += 1;
    const mine = latest;
    try {
      const [questions, known] = await Promise.all([data<Question[]>("questions.json"), names()]);
      const question = questions.find((one) => one.name === name);
      if (!question) throw new Error(`There is no question ${name} here.`);
      const given = new FormData(form);
      const background = given.has(BACKGROUND);
      const values = resolve(question, (one) => given.getAll(one).map(String), known.prefixes);
      keep(permanent(question, given));
      status.textContent = "Asking …";
      halt.hidden = false;
      await start();
      const before = performance.now();
      const iris = Object.fromEntries(Object.entries(values).map(([one, found]) => [one, found.map((value) => value.iri)]));
      const request: Ask = { kind: "ask", sparql: question.sparql, layers: question.layers ?? [], values: iris, background, limit: MOST };
      const found = await ask(request);
      const time = Math.round(performance.now() - before);
      if (mine !== latest || found.kind !== "rows") return;
      const around = await surroundings(question, found, known, request);
      if (mine !== latest) return;
      const more = found.total > found.rows.length ? `the first ${found.rows.length} of ` : "";
      status.textContent = `${more}${found.total} ${found.total === 1 ? "row" : "rows"} in ${time} ms, answered in your browser.`;
      place.replaceChildren(...parts(question, values, found, around, request));
      const sparql = document.querySelector("#sparql");
      if (sparql) sparql.textContent = bind(question.sparql, iris).replace(/\n$/, "");
    } catch (error) {
      if (mine !== latest) return;
      status.textContent = said(error);
      if (error instanceof Stopped) place.replaceChildren();
    } finally {
      if (mine === latest) halt.hidden = true;
    }
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void answer();
  });
  form.addEventListener("focusin", () => void start().catch(() => undefined), { once: true });
  if (fill(form, parameters())) void answer();
}

/** Put the parameters of an address into the form; tell whether there were any. */
function fill(form: HTMLFormElement, query: URLSearchParams): boolean {
  let any = false;
  for (const control of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]")) {
    const given = query.getAll(control.name);
    if (given.length === 0) continue;
    any = true;
    if (control instanceof HTMLInputElement) {
      if (control.type === "checkbox") control.checked = !["0", "false", "no"].includes(given[0] ?? "");
      else control.value = given[0] ?? "";
      continue;
    }
    for (const value of given) {
      // What the list does not hold is kept, and said to be unknown; it is never dropped in silence.
      if (![...control.options].some((option) => option.value === value)) control.add(new Option(visible(value), value));
    }
    for (const option of control.options) option.selected = given.includes(option.value);
  }
  return any;
}

function permanent(question: Question, given: FormData): URLSearchParams {
  const query = new URLSearchParams();
  for (const { name } of question.parameters) {
    for (const value of given.getAll(name)) if (String(value)) query.append(name, String(value));
  }
  if (given.has(BACKGROUND)) query.set(BACKGROUND, "1");
  return query;
}

/** What an answer is shown with: names, segments, which triples the page's graph holds, and narrower groups. */
interface Around {
  readonly known: Names;
  readonly segments: readonly Segment[];
  readonly holds: (property: string, value: string) => boolean;
  readonly narrower: readonly (readonly [string, string])[];
}

async function surroundings(question: Question, answer: Rows, known: Names, request: Ask): Promise<Around> {
  const segments = answer.columns.includes("place") ? await data<Segment[]>("segments.json") : [];
  const held = new Set<string>();
  const subject = request.values[question.parameters[0]?.name ?? ""]?.[0];
  if (question.inferred === "unheld" && subject !== undefined) {
    const sparql = `SELECT ?property ?value WHERE { GRAPH <${BASE}graph/page> { <${subject}> ?property ?value } }`;
    const query: Query = { kind: "query", sparql, everything: false, limit: MOST };
    const found = await ask(query);
    if (found.kind === "rows") for (const row of found.rows) held.add(row.map(plain).join(" "));
  }
  const narrower = answer.rows.length === 0 ? await stated(question, request) : [];
  return { known, segments, narrower, holds: (property, value) => held.has(`${property} ${value}`) };
}

/** Return the narrower groups, as value and label, for which the page states an answer to the same question. */
async function stated(question: Question, request: Ask): Promise<[string, string][]> {
  const name = question.narrower ?? "";
  const found: [string, string][] = [];
  for (const [group, value, label] of question.narrowerGroups?.[request.values[name]?.[0] ?? ""] ?? []) {
    const rows = await ask({ ...request, values: { ...request.values, [name]: [group] } });
    if (rows.kind === "rows" && isStated(rows)) found.push([value, label]);
  }
  return found;
}

function parts(question: Question, values: Values, answer: Rows, around: Around, request: Ask): HTMLElement[] {
  const layers = answer.rows.map((row) => layerOf(question, answer.columns, row, around.holds));
  const made: HTMLElement[] = [];
  for (const layer of LAYERS) {
    const rows = answer.rows.filter((_, at) => layers[at] === layer);
    if (rows.length > 0) made.push(part(question, answer, rows, around, layer));
  }
  if (around.narrower.length > 0) made.push(hint(question, around.narrower));
  made.push(...words(question, values, answer, request.background).map((one) => make("p", { class: "words" }, visible(one))));
  if (answer.rows.length > 0) {
    const iris = [...new Set(answer.rows.flatMap((row) => row.flatMap((one) => (one?.type === "iri" ? [one.value] : []))))];
    const about: About = { kind: "about", layers: request.layers, background: request.background, iris };
    made.push(
      downloads(question.name, answer, async () => {
        const found = await ask(about);
        return found.kind === "triples" ? found.turtle : "";
      }),
    );
  }
  const query = new URLSearchParams({ query: bind(question.sparql, request.values) });
  if (request.background || request.layers.includes("mappings")) query.set("everything", "1");
  const there = link("console/");
  const href = there.startsWith("#") ? `${there}?${query}` : `${there}#${query}`;
  made.push(make("p", { class: "how" }, make("a", { href }, "Open this query in the console")));
  return made;
}

/** Name the narrower groups that the page speaks of, each as a link that asks of it. */
function hint(question: Question, groups: readonly (readonly [string, string])[]): HTMLElement {
  const links = groups.flatMap(([value, label], at) => {
    const query = new URLSearchParams(parameters());
    query.set(question.narrower ?? "", value);
    const one = make("a", { href: link(`ask/${question.name}/`, query.toString()) }, make("bdi", {}, visible(label)));
    one.addEventListener("click", (event) => {
      const form = document.querySelector<HTMLFormElement>("form#ask");
      if (!form || event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      fill(form, query);
      form.requestSubmit();
    });
    return at > 0 ? ["; ", one] : [one];
  });
  return make("p", { class: "words" }, "The page states some for narrower groups: ", ...links, ". Ask for one of them.");
}

function part(question: Question, answer: Rows, rows: readonly (readonly Cell[])[], around: Around, layer: Layer): HTMLElement {
  const { known } = around;
  const title = question.titles?.[layer] ?? question.summary;
  const wanted = shown(question, answer.columns).filter(({ text }) => rows.some((row) => row[text] ?? null));
  const rests = ["statement", "fact", "list"].filter((name) => !wanted.some((one) => one.name === name));
  const columns = wanted.map(({ name, text, iri: at }): Column<readonly Cell[]> => {
    return {
      words: spaced(name),
      key: (row) => row[text] ?? null,
      cell: (row) => {
        const [value, subject] = [row[text] ?? null, at === null ? null : (row[at] ?? null)];
        const made = cell(value, known, true);
        if (name === "modality" || name === "wording") made.classList.add("modality");
        const segment = name === "place" ? segmentOf(around.segments, answer.columns, row) : null;
        if (segment && value) made.replaceChildren(make("a", { href: place(segment) }, make("bdi", {}, visible(plain(value)))));
        if (subject?.type === "iri" && value?.type === "literal") made.replaceChildren(iri(subject.value, known, value.value));
        return made;
      },
    };
  });
  for (const name of rests) {
    const at = answer.columns.indexOf(name);
    if (at < 0 || !rows.some((row) => row[at]?.type === "iri")) continue;
    columns.push({
      words: name,
      key: (row) => row[at] ?? null,
      cell: (row) => {
        const value = row[at] ?? null;
        return value?.type === "iri" ? make("td", {}, iri(value.value, known, name)) : cell(value, known, true);
      },
    });
  }
  const drawn =
    rows.length > LABEL_ROWS
      ? null
      : fitting(wanted.map(({ name }) => spaced(name)), rows.map((row) => wanted.map(({ text }) => row[text] ?? null)), (row, at) =>
          plain(rows[row]?.[wanted[at]?.text ?? 0] ?? null),
        );
  const shownAs = table(columns, rows, `${question.summary} (${title})`);
  return make("section", { class: layer }, make("p", { class: "layer" }, title), ...(drawn ? [chart(drawn)] : []), shownAs);
}

/** Return the link to a segment in the reading view. */
function place(segment: Segment): string {
  return `${link("reading/")}#${encodeURIComponent(segment.anchor)}`;
}

function spaced(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
