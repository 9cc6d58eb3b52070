/** The editor of queries: CodeMirror within a shadow root, so that its styles need no exception in the policy. */

import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, indentUnit, syntaxHighlighting } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState, type Transaction } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { sparql } from "codemirror-lang-sparql";
import { offset } from "../shared/places";
import type { Vocabulary } from "../shared/shapes";
import { source } from "./completion";

export interface Editor {
  readonly text: () => string;
  readonly set: (text: string) => void;
  /** Mark a place (line and column in characters, from one) with what is wrong there, and go there. */
  readonly mark: (message: string, line: number, column: number) => void;
  readonly clear: () => void;
  readonly focus: () => void;
  readonly end: () => void;
}

// Colours are those of the site, which knows dark from light.
const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link, #0a5a6e)", fontWeight: "600" },
  { tag: tags.variableName, color: "var(--inferred, #6a4fa3)" },
  { tag: tags.string, color: "var(--asserted, #0a6b5c)" },
  { tag: [tags.integer, tags.float, tags.bool], color: "var(--warn, #9b2c1f)" },
  { tag: tags.comment, color: "var(--dim, #5b6066)", fontStyle: "italic" },
  { tag: [tags.namespace, tags.url, tags.typeName], color: "var(--background, #8a5a00)" },
]);

const look = EditorView.theme({
  "&": { color: "var(--ink, #22262b)", backgroundColor: "var(--raised, #fff)", border: "1px solid var(--dim, #5b6066)", borderRadius: ".35rem", fontSize: ".9rem" },
  "&.cm-focused": { outline: ".18rem solid var(--focus, #b3541e)", outlineOffset: ".15rem" },
  ".cm-scroller": { fontFamily: "var(--mono, monospace)", minHeight: "14rem", maxHeight: "60vh", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink, #22262b)" },
  ".cm-cursor": { borderLeftColor: "var(--ink, #22262b)" },
  ".cm-gutters": { backgroundColor: "var(--soft, #f3f1ec)", color: "var(--dim, #5b6066)", border: "0" },
  ".cm-activeLine": { backgroundColor: "transparent" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "var(--mark, #fdf0b8) !important" },
  ".cm-tooltip": { color: "var(--ink, #22262b)", backgroundColor: "var(--raised, #fff)", border: "1px solid var(--line, #dcd8d0)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { color: "var(--paper, #fff)", backgroundColor: "var(--link, #0a5a6e)" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "inherit" },
  ".cm-completionDetail": { color: "var(--dim, #5b6066)", fontStyle: "normal" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--warn, #9b2c1f)" },
});

// Where one types over a selection, Chromium itself would keep its colour by a style attribute, which the policy forbids.
const typedOver = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== "insertText" || event.isComposing || !event.data || view.state.selection.main.empty) return false;
    const { from, to } = view.state.selection.main;
    const insert = (): Transaction => view.state.update(view.state.replaceSelection(event.data ?? ""), { userEvent: "input.type", scrollIntoView: true });
    if (!view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, event.data ?? "", insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

/** Put an editor into an element; `run` is what Ctrl-Enter does, `changed` is told of every change. */
export function editor(parent: HTMLElement, vocabulary: Vocabulary, run: () => void, changed: () => void, labels: { label: string; help: string }): Editor {
  const root = parent.attachShadow({ mode: "open" });
  const place = document.createElement("div");
  root.append(place);
  const command = (): boolean => {
    run();
    return true;
  };
  const view = new EditorView({
    root,
    parent: place,
    state: EditorState.create({
      extensions: [
        keymap.of([{ key: "Mod-Enter", run: command, preventDefault: true }]),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        indentOnInput(),
        indentUnit.of("  "),
        bracketMatching(),
        closeBrackets(),
        lintGutter(),
        autocompletion({ override: [source(vocabulary)], icons: false, maxRenderedOptions: 60 }),
        // The Tab key is bound to nothing: it leaves the editor, as everywhere on a page.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        sparql(),
        syntaxHighlighting(colours),
        look,
        typedOver,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ tabindex: "0", "aria-label": labels.label, "aria-description": labels.help, spellcheck: "false", autocapitalize: "off" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed();
        }),
      ],
    }),
  });
  const clear = (): void => view.dispatch(setDiagnostics(view.state, []));
  return {
    text: () => view.state.doc.toString(),
    set: (text) => {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text }, selection: { anchor: 0 } });
      clear();
    },
    mark: (message, line, column) => {
      const [from, to] = offset(view.state.doc.toString(), line, column);
      view.dispatch(setDiagnostics(view.state, [{ from, to, severity: "error", message }]));
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
      view.focus();
    },
    clear,
    focus: () => view.focus(),
    end: () => view.destroy(),
  };
}
