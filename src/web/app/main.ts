/** What every page runs: the router of the single file, search, filters, reading view. */

import { PAGE, make, words } from "../shared/dom";
import { single } from "../shared/resource";
import { attach as filters } from "./filters";
import { attach as reading } from "./reading";
import { start } from "./router";
import { attach as searchbox } from "./searchbox";

function page(): void {
  searchbox();
  filters();
  reading();
}

document.addEventListener(PAGE, page);
if (single()) {
  start().catch((error: unknown) => document.querySelector("main")?.prepend(make("p", { role: "alert" }, words(error))));
}
page();
