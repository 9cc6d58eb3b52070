/** A table of results: sorted by the heads with mouse or keyboard, long ones shown piece by piece. */

import { button, make } from "../shared/dom";
import { compare, type Cell } from "../shared/terms";

const PIECE = 500;

/** A column: its words, what a row is sorted by, and the cell of a row. */
export interface Column<Row> {
  readonly words: string;
  readonly key: (row: Row) => Cell;
  readonly cell: (row: Row) => HTMLTableCellElement;
}

/** Return rows as a table with a caption in words, and a button for more where there are many. */
export function table<Row>(columns: readonly Column<Row>[], rows: readonly Row[], caption: string): HTMLElement {
  let sorted: readonly Row[] = rows;
  let shown = 0;
  const body = make("tbody");
  const count = make("p", { class: "piece", role: "status" });
  const more = button("Show more", () => grow());
  const grow = (): void => {
    const next = sorted.slice(shown, shown + PIECE);
    body.append(...next.map((row) => make("tr", {}, ...columns.map((column) => labelled(column, row)))));
    shown += next.length;
    more.hidden = shown >= rows.length;
    count.textContent = shown < rows.length ? `The first ${shown} of ${rows.length} rows are shown.` : "";
  };
  const heads = columns.map(() => make("th", { scope: "col" }));
  columns.forEach((column, at) => {
    const head = heads[at] as HTMLTableCellElement;
    const sort = (): void => {
      const next = head.getAttribute("aria-sort") === "ascending" ? "descending" : head.hasAttribute("aria-sort") ? null : "ascending";
      for (const other of heads) other.removeAttribute("aria-sort");
      if (next) head.setAttribute("aria-sort", next);
      const sign = next === "descending" ? -1 : 1;
      sorted = next ? [...rows].sort((one, other) => sign * compare(column.key(one), column.key(other))) : rows;
      body.replaceChildren();
      shown = 0;
      grow();
    };
    head.append(button(column.words, sort, { class: "sort" }));
  });
  grow();
  const made = make(
    "table",
    { class: "answer" },
    make("caption", { class: "unseen" }, caption),
    make("thead", {}, make("tr", {}, ...heads)),
    body,
  );
  return make("div", {}, make("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption }, made), count, more);
}

/** Return the cell of a row, with the words of its column for where the heads are not seen. */
function labelled<Row>(column: Column<Row>, row: Row): HTMLTableCellElement {
  const made = column.cell(row);
  made.dataset["label"] = column.words;
  return made;
}
