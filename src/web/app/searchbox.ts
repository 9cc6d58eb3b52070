/** The search box: hits as one types, used with the keyboard alone, told to a screen reader. */

import { link } from "../shared/address";
import { make, words } from "../shared/dom";
import { data } from "../shared/resource";
import type { Named } from "../shared/shapes";
import { visible } from "../shared/text";
import { index, search, type Hit } from "./search";

/** Make the search box of this page work, where there is one. */
export function attach(): void {
  const input = document.querySelector<HTMLInputElement>("#search");
  const list = document.querySelector<HTMLUListElement>("#hits");
  if (!input || !list || input.dataset["ready"]) return;
  input.dataset["ready"] = "yes";
  const status = make("p", { role: "status", class: "hits-status" });
  list.after(status);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");
  input.setAttribute("autocomplete", "off");
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Hits");
  list.hidden = true;
  let hits: Hit[] = [];
  let chosen = -1;

  const choose = (at: number): void => {
    chosen = at;
    [...list.children].forEach((item, place) => item.setAttribute("aria-selected", String(place === at)));
    const item = list.children[at];
    if (item) {
      input.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const show = (found: Hit[]): void => {
    hits = found;
    list.replaceChildren(...found.map(item));
    list.hidden = found.length === 0;
    input.setAttribute("aria-expanded", String(found.length > 0));
    choose(-1);
  };
  const look = async (): Promise<void> => {
    const wanted = input.value;
    try {
      const found = search(index(await data<Named[]>("search.json")), wanted);
      if (input.value !== wanted || document.activeElement !== input) return;
      show(found);
      const none = "Nothing here has that name; the page may name it otherwise, or not at all.";
      status.textContent = !wanted.trim() ? "" : found.length === 0 ? none : found.length === 1 ? "1 hit" : `${found.length} hits`;
    } catch (error) {
      status.textContent = words(error);
    }
  };
  const close = (): void => {
    show([]);
    status.textContent = "";
  };
  const go = (at: number): void => {
    const hit = hits[at];
    if (!hit) return;
    location.assign(link(hit.entry.address));
    input.value = ""; // the box of the single file stays
    close();
  };

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the focus
  list.addEventListener("click", (event) => {
    const clicked = (event.target as Element).closest("li");
    if (clicked) go([...list.children].indexOf(clicked));
  });
  input.addEventListener("blur", close);
  input.addEventListener("focus", () => void (input.value && look()));
  document.addEventListener("pointerdown", (event) => {
    // A tap on what takes no focus leaves it in the box.
    if (!input.form?.contains(event.target as Node)) close();
  });
  input.addEventListener("input", () => void look());
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown" && hits.length > 0) choose((chosen + 1) % hits.length);
    else if (event.key === "ArrowUp" && hits.length > 0) choose(chosen <= 0 ? hits.length - 1 : chosen - 1);
    else if (event.key === "Enter" && hits.length > 0) go(Math.max(chosen, 0));
    else if (event.key === "Escape" && input.value) {
      input.value = "";
      close();
    } else return;
    event.preventDefault();
  });
  input.form?.addEventListener("submit", (event) => {
    event.preventDefault();
    void look().then(() => (hits.length === 1 ? go(0) : input.focus()));
  });
  const asked = new URLSearchParams(location.search).get(input.name || "q");
  if (asked) {
    input.value = asked;
    input.focus(); // so that leaving it closes what was found
  }
}

function item(hit: Hit, at: number): HTMLLIElement {
  const { entry, name, nameKind } = hit;
  const line = make(
    "li",
    { role: "option", id: `hit-${at}`, "aria-selected": "false" },
    make("bdi", { class: "label" }, visible(entry.label)),
    " ",
    make("span", { class: "kind" }, entry.kind),
  );
  if (nameKind === "component") line.append(" ", make("span", { class: "matched" }, "contains ", make("bdi", {}, visible(name))));
  else if (name !== entry.label) {
    line.append(" ", make("span", { class: "matched" }, `${nameKind}: `, make("bdi", {}, visible(name))));
  }
  return line;
}
