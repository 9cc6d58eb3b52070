/** Filters of the options table: by name, by subtype, by the page's wording. Nothing is counted as a verdict. */

import { make } from "../shared/dom";
import { loosely } from "../shared/text";

/** Put filters above the options table of this page, where there is one. */
export function attach(): void {
  const table = document.querySelector<HTMLTableElement>("table#options");
  const body = table?.tBodies[0];
  if (!table || !body || table.dataset["ready"]) return;
  table.dataset["ready"] = "yes";
  const heads = [...(table.tHead?.rows[table.tHead.rows.length - 1]?.cells ?? [])];
  const names = heads.map(({ textContent }) => (textContent ?? "").trim());
  const rows = [...body.rows];
  const wordings = [...new Set([...body.querySelectorAll(".wording, .modality:not(td)")].map(({ textContent }) => (textContent ?? "").trim()))];
  const name = make("input", { type: "search", id: "filter-name" });
  const columns = heads.map((_, at) => at).filter((at) => rows.some((row) => row.cells[at]?.tagName === "TD"));
  const column = select("filter-column", "any group", columns.map((at): [string, string] => [String(at), names[at] ?? ""]));
  const wording = select("filter-wording", "any wording", wordings.sort().map((one): [string, string] => [one, one]));
  const status = make("p", { role: "status" });
  const apply = (): void => {
    const wanted = loosely(name.value);
    let shown = 0;
    for (const row of rows) {
      const cells = column.value ? [row.cells[Number(column.value)]] : [...row.cells].filter(({ tagName }) => tagName === "TD");
      const title = [...row.cells].filter(({ tagName }) => tagName === "TH").map(({ textContent }) => textContent).join(" ");
      const stated = cells.some((cell) => cell !== undefined && says(cell, wording.value));
      row.hidden = !loosely(title).includes(wanted) || ((column.value !== "" || wording.value !== "") && !stated);
      if (!row.hidden) shown += 1;
    }
    status.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} rows are shown.`;
  };
  const form = make(
    "form",
    { class: "filters", "aria-label": "Filters of the table" },
    field("Row contains", name),
    field("With an entry for", column),
    field("Worded as", wording),
    make("button", { type: "reset" }, "Show all"),
  );
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  (table.closest(".scroll") ?? table).before(form, status);
}

/** Tell whether a cell states anything, worded as asked for. */
function says(cell: HTMLTableCellElement, wording: string): boolean {
  if (cell.matches(".not-stated")) return false;
  if (!wording) return (cell.textContent ?? "").trim() !== "";
  return [...cell.querySelectorAll(".wording, .modality")].some((one) => (one.textContent ?? "").trim() === wording);
}

function select(id: string, all: string, choices: readonly (readonly [string, string])[]): HTMLSelectElement {
  return make(
    "select",
    { id },
    make("option", { value: "" }, all),
    ...choices.map(([value, words]) => make("option", { value }, words)),
  );
}

function field(words: string, control: HTMLElement): HTMLElement {
  return make("span", { class: "field" }, make("label", { for: control.id }, words), control);
}
