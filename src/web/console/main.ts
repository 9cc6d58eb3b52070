/** What ask pages and the console run. */

import { PAGE } from "../shared/dom";
import { attach as ask } from "./ask";
import { attach as console } from "./console";

function page(): void {
  ask();
  console();
}

document.addEventListener(PAGE, page);
page();
