/** The buttons that save an answer: what is saved is all that the answer holds, and not what is shown of it. */

import { button, make, save } from "../shared/dom";
import type { Rows } from "../shared/shapes";
import { csv, json } from "../shared/tables";

/** Return buttons that save rows as CSV and JSON, and Turtle where `turtle` makes some. */
export function downloads(name: string, answer: Rows, turtle?: () => Promise<string>): HTMLElement {
  const made = make(
    "p",
    { class: "downloads", role: "group", "aria-label": "Save the answer" },
    button("CSV for spreadsheets", () => save(`${name}.csv`, "text/csv", csv(answer, true)), {
      title: "A cell that a spreadsheet could take for a formula has an apostrophe before it",
    }),
    button("CSV", () => save(`${name}.csv`, "text/csv", csv(answer))),
    button("JSON", () => save(`${name}.srj`, "application/sparql-results+json", json(answer))),
  );
  if (turtle) {
    made.append(
      button("Turtle", () => void turtle().then((text) => save(`${name}.ttl`, "text/turtle", text)), {
        title: "What each asserted graph holds about the things in the answer",
      }),
    );
  }
  return made;
}

/** Return the button that saves Turtle. */
export function graph(name: string, turtle: string): HTMLElement {
  return make(
    "p",
    { class: "downloads", role: "group", "aria-label": "Save the answer" },
    button("Turtle", () => save(`${name}.ttl`, "text/turtle", turtle)),
  );
}
