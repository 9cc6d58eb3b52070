/** The SPARQL console: editor, examples, run, stop, results; the address keeps the query where no server sees it. */

import { keep, parameters } from "../shared/address";
import { button, make, words } from "../shared/dom";
import { data } from "../shared/resource";
import type { Answer, Question, Query, Vocabulary } from "../shared/shapes";
import type { Cell } from "../shared/terms";
import { visible } from "../shared/text";
import { cell, names, type Names } from "./cells";
import { downloads, graph } from "./downloads";
import { editor, type Editor } from "./editor";
import { ask, QueryError, start, stop, Stopped } from "./engine";
import { table } from "./table";

const MOST = 100_000;
const FIRST = `PREFIX lgo: <https://w3id.org/leukograph/ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

# Every option that the page states, with how firmly it speaks.
SELECT ?option ?therapy ?modality
WHERE {
  ?option a lgo:TreatmentOptionStatement ;
    lgo:describesTherapy/rdfs:label ?therapy ;
    lgo:hasModality/rdfs:label ?modality .
}
ORDER BY ?therapy ?option
`;
let open: Editor | null = null;

/** Make the console of this page, where there is a place for one. */
export function attach(): void {
  const place = document.querySelector<HTMLElement>("#console");
  if (!place || place.dataset["ready"]) return;
  place.dataset["ready"] = "yes";
  open?.end();
  open = null;
  const status = make("p", { role: "status", class: "state" }, "The engine and the graph are being loaded …");
  place.append(status);
  Promise.all([data<Vocabulary>("vocabulary.json"), data<Question[]>("questions.json"), names()]).then(
    ([vocabulary, questions, known]) => build(place, status, vocabulary, questions, known),
    (error: unknown) => status.replaceChildren(words(error)),
  );
}

function build(place: HTMLElement, status: HTMLElement, vocabulary: Vocabulary, questions: readonly Question[], known: Names): void {
  const result = make("section", { id: "result", tabindex: "-1", "aria-label": "Result" });
  const alert = make("p", { role: "alert", class: "error" });
  const everything = make("input", { type: "checkbox", id: "everything" });
  const examples = make(
    "select",
    { id: "examples" },
    make("option", { value: "" }, "choose a saved question …"),
    ...questions.map(({ name, summary }) => make("option", { value: name }, summary)),
  );
  const holder = make("div", { class: "editor" });
  const runs = button("Run", () => void run());
  const stops = button("Stop", stop, { disabled: true });
  const copies = button("Copy link", () => void copy(), { class: "quiet" });
  const help = "Ctrl-Enter or Command-Enter runs, Ctrl-Space completes, Tab leaves the editor.";
  let running = false;

  const link = (text: string): string => {
    const query = new URLSearchParams({ query: text });
    if (everything.checked) query.set("everything", "1");
    return keep(query, true);
  };
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link(pen.text()));
      status.textContent = "The link to this query is copied.";
    } catch {
      status.textContent = "The link to this query stands in the address of this page.";
    }
  };
  const run = async (): Promise<void> => {
    if (running) return;
    const sparql = pen.text();
    alert.textContent = "";
    result.replaceChildren();
    pen.clear();
    if (!sparql.trim()) {
      alert.textContent = "There is no query. Write one, or choose a saved question.";
      return;
    }
    link(sparql);
    running = true;
    runs.disabled = true;
    stops.disabled = false;
    status.textContent = "Running …";
    const request: Query = { kind: "query", sparql, everything: everything.checked, limit: MOST };
    try {
      await start();
      const before = performance.now();
      const answer = await ask(request);
      show(answer, performance.now() - before);
    } catch (error) {
      status.textContent = error instanceof Stopped ? words(error) : "";
      if (!(error instanceof Stopped)) fail(error);
    } finally {
      running = false;
      runs.disabled = false;
      stops.disabled = true;
    }
  };
  const fail = (error: unknown): void => {
    const at = error instanceof QueryError && error.line !== undefined ? error : null;
    const where = at ? `Line ${at.line}, column ${at.column ?? 1}: ` : "";
    alert.textContent = `${where}${visible(words(error))}`;
    if (at) pen.mark(words(error), at.line ?? 1, at.column ?? 1);
  };
  const show = (answer: Answer, time: number): void => {
    const took = `in ${Math.max(Math.round(time), 1)} ms`;
    if (answer.kind === "truth") {
      status.textContent = `Answered ${took}.`;
      result.append(make("p", { class: "truth" }, String(answer.truth)));
      return;
    }
    const [one, many] = answer.kind === "rows" ? ["row", "rows"] : ["triple", "triples"];
    const first = answer.total > answer.rows.length ? `the first ${answer.rows.length} of ` : "";
    status.textContent = `${first}${answer.total} ${answer.total === 1 ? one : many} ${took}`;
    const columns = answer.kind === "rows" ? answer.columns : ["subject", "predicate", "object"];
    if (answer.rows.length > 0) {
      const made = columns.map((name, at) => ({
        words: name,
        key: (row: readonly Cell[]): Cell => row[at] ?? null,
        cell: (row: readonly Cell[]): HTMLTableCellElement => cell(row[at] ?? null, known),
      }));
      result.append(table<readonly Cell[]>(made, answer.rows, `Result: ${answer.total} ${answer.total === 1 ? one : many}`));
    }
    result.append(answer.kind === "rows" ? downloads("query", answer) : graph("query", answer.turtle));
  };
  const take = (): void => {
    const given = parameters();
    everything.checked = given.get("everything") === "1";
    pen.set(given.get("query") ?? FIRST);
    if (given.has("query")) void run();
  };

  examples.addEventListener("change", () => {
    const question = questions.find(({ name }) => name === examples.value);
    if (!question) return;
    everything.checked = (question.layers ?? []).some((layer) => layer === "background" || layer === "mappings");
    pen.set(question.sparql);
    status.textContent = "The question is in the editor; its parameters are open variables.";
    pen.focus();
  });
  place.append(
    make("p", { class: "field" }, make("label", { for: examples.id }, "Saved questions"), " ", examples),
    holder,
    make("p", { class: "how", id: "console-help" }, help),
    make("p", { class: "field" }, everything, " ", make("label", { for: everything.id }, "all graphs: background, mappings and what follows, too")),
    make("p", { class: "buttons" }, runs, " ", stops, " ", copies),
    alert,
    status,
    result,
  );
  const pen = editor(holder, vocabulary, () => void run(), () => undefined, { label: "SPARQL query", help });
  open = pen;
  take();
  if (!running) {
    start().then(
      ({ triples }) => {
        if (!running) status.textContent = `Ready: ${triples} triples in this browser.`;
      },
      (error: unknown) => {
        status.textContent = "";
        alert.textContent = words(error);
      },
    );
  }
}
