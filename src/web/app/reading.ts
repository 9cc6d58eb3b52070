/** The reading view: a copy of the page, verified here and never sent, its text in place, drift shown. */

import { button, make, words } from "../shared/dom";
import { evidence, verify, type Found, type Proof } from "../shared/evidence";
import { resource } from "../shared/resource";
import { visible } from "../shared/text";

const MOST_CHARACTERS = 500_000;
const STATUS = { same: "proved in place", moved: "proved at another place", lost: "changed or missing in your copy" };

/** Make the reading view of this page take a copy, where there is one. */
export function attach(): void {
  const section = document.querySelector<HTMLElement>("#reading");
  const file = document.querySelector<HTMLInputElement>("#copy");
  const pasted = document.querySelector<HTMLTextAreaElement>("#pasted");
  if (!section || section.dataset["ready"]) return;
  section.dataset["ready"] = "yes";
  const report = make("div", { id: "proof", role: "status", tabindex: "-1" });
  const clear = button("Forget the copy", () => {
    wipe(section);
    report.replaceChildren(make("p", {}, "The copy is forgotten."));
    if (pasted) pasted.value = "";
    if (file) file.value = "";
    clear.hidden = true;
  });
  clear.hidden = true;
  const verdict = document.querySelector<HTMLElement>("#verdict");
  if (verdict) verdict.replaceWith(report, clear);
  else section.before(report, clear);

  const prove = async (copy: string): Promise<void> => {
    wipe(section);
    try {
      if (copy.length > MOST_CHARACTERS) throw new Error("This text is far longer than the page. Give a copy of the page alone.");
      const proof = verify(evidence(await resource("graph.nq")), copy);
      fill(section, proof, Array.from(copy));
      report.replaceChildren(...told(proof, Array.from(copy)));
      clear.hidden = false;
    } catch (error) {
      report.replaceChildren(make("p", { class: "error" }, words(error)));
    }
  };
  const read = async (one: File | undefined): Promise<void> => {
    if (!one) return;
    try {
      const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
      await prove(decoder.decode(await one.arrayBuffer()));
    } catch {
      report.replaceChildren(make("p", { class: "error" }, `${visible(one.name)} is not UTF-8 text. Save the page as UTF-8 text.`));
    }
  };
  file?.addEventListener("change", () => void read(file.files?.[0]));
  let waiting: ReturnType<typeof setTimeout> | undefined;
  pasted?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => void (pasted.value.trim() ? prove(pasted.value) : undefined), 150);
  });
  const zone = section.closest("main") ?? section;
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    section.classList.add("dropping");
  });
  zone.addEventListener("dragleave", () => section.classList.remove("dropping"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    section.classList.remove("dropping");
    const dropped = event.dataTransfer;
    const [first] = dropped?.files ?? [];
    if (first) void read(first);
    else void prove(dropped?.getData("text/plain") ?? "");
  });
}

function articles(section: HTMLElement): HTMLElement[] {
  return [...section.querySelectorAll<HTMLElement>("article[data-segment]")];
}

function wipe(section: HTMLElement): void {
  for (const part of section.querySelectorAll(".copy-text, .copy-status")) part.remove();
  for (const article of articles(section)) delete article.dataset["status"];
  for (const part of section.querySelectorAll<HTMLElement>(".placeholder")) part.hidden = false;
}

/** Put the text of each segment into its article, with the words that its statements rest on marked. */
function fill(section: HTMLElement, proof: Proof, text: readonly string[]): void {
  const segments = new Map(proof.passages.filter(({ span }) => span.kind === "Segment").map((one) => [one.span.iri, one]));
  for (const article of articles(section)) {
    const id = article.dataset["segment"] ?? "";
    const found = segments.get(id);
    if (!found) continue;
    article.dataset["status"] = found.status;
    const parts: HTMLElement[] = [];
    if (found.status !== "lost") parts.push(make("p", { class: "copy-text" }, ...marked(found, proof, text)));
    parts.push(make("p", { class: `copy-status ${found.status}` }, STATUS[found.status]));
    const heading = article.querySelector(":scope > header, :scope > h2, :scope > h3, :scope > h4");
    const empty = article.querySelector<HTMLElement>(":scope > .placeholder");
    if (empty) empty.hidden = found.status !== "lost";
    if (heading) heading.after(...parts);
    else article.prepend(...parts);
  }
}

/** Return a segment's text, cut where a mention or a cue begins or ends. */
function marked(found: Found, proof: Proof, text: readonly string[]): (Node | string)[] {
  const inside = proof.passages.filter(
    ({ span, status, start, end }) => span.kind !== "Segment" && status !== "lost" && found.start <= start && end <= found.end,
  );
  const edges = [...new Set([found.start, found.end, ...inside.flatMap(({ start, end }) => [start, end])])].sort((a, b) => a - b);
  return edges.slice(0, -1).map((start, at) => {
    const end = edges[at + 1] ?? start;
    const words = visible(text.slice(start, end).join(""));
    const over = inside.filter((one) => one.start <= start && end <= one.end);
    if (over.length === 0) return words;
    const kinds = [...new Set(over.map(({ span }) => span.kind.toLowerCase()))].sort();
    return make("mark", { class: kinds.join(" "), title: `${kinds.join(" and ")}, characters ${start}–${end}` }, words);
  });
}

function told(proof: Proof, text: readonly string[]): HTMLElement[] {
  const counted = (kind: string, all: readonly { status: string }[], verb: string): HTMLLIElement => {
    const count = (status: string): number => all.filter((one) => one.status === status).length;
    const rest = [count("moved") ? `, ${count("moved")} at a moved place` : "", count("lost") ? `, ${count("lost")} lost` : ""];
    return make("li", {}, `${kind}: ${count("same")} of ${all.length} ${verb} in place${rest.join("")}`);
  };
  const of = (kind: string): Found[] => proof.passages.filter(({ span }) => span.kind === kind);
  const whole = proof.identical && proof.fresh.length === 0 && proof.passages.every(({ status }) => status === "same");
  const head = whole
    ? "Your copy is the page, to the last character."
    : proof.lineEnds
      ? "Your copy differs from the page by its line ends or a byte order mark alone."
      : proof.identical
        ? "Your copy is the page, but not every passage could be proved."
        : "Your copy differs from the page that the graph was made from.";
  const parts: HTMLElement[] = [
    make("p", { class: whole ? "proved" : "drift" }, make("strong", {}, head), " It stays in this browser; nothing was sent."),
    make(
      "ul",
      {},
      counted("segments", of("Segment"), "proved"),
      counted("mentions", of("Mention"), "proved"),
      counted("cues", of("Cue"), "proved"),
      counted("statements", proof.statements, "hold"),
      make("li", {}, "SHA-256 of your copy ", make("code", {}, proof.digest)),
    ),
  ];
  const gone = proof.statements.filter(({ status }) => status === "lost");
  if (gone.length > 0) {
    parts.push(
      make("h3", {}, "Statements that lost their text"),
      make("ul", { class: "lost" }, ...gone.map(({ label }) => make("li", {}, make("bdi", {}, visible(label))))),
    );
  }
  if (proof.fresh.length > 0) {
    const items = proof.fresh.map(([start, end]) => {
      const words = text.slice(start, end).join("").split(/\s+/).join(" ");
      return make("li", {}, `characters ${start}–${end}: `, make("bdi", { class: "literal" }, visible(words)));
    });
    parts.push(make("h3", {}, "Text that no segment covers"), make("ul", { class: "new" }, ...items));
  }
  return parts;
}
