/** Completes a query from the words of the project: by short name or by label, with the prefix declared if it is not. */

import type { Completion, CompletionContext, CompletionResult } from "@codemirror/autocomplete";
import type { EditorView } from "@codemirror/view";
import type { Vocabulary, VocabularyTerm } from "../shared/shapes";

const KEYWORDS =
  "ASK AS ASC BASE BIND BOUND COALESCE CONCAT CONSTRUCT CONTAINS COUNT DATATYPE DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP_CONCAT HAVING IF IN LANG LANGMATCHES LCASE LIMIT MAX MIN MINUS NAMED NOT OFFSET OPTIONAL PREFIX REGEX REPLACE SAMPLE SELECT STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS SUBSTR SUM UCASE UNION VALUES WHERE".split(
    " ",
  );
const PHRASES = ["GROUP BY", "ORDER BY", "FROM NAMED", "FILTER NOT EXISTS", "FILTER EXISTS"];
const TYPES: Record<string, string> = { class: "class", property: "property", individual: "constant" };

/** Return what completes at a place of a query. */
export function source(vocabulary: Vocabulary): (context: CompletionContext) => CompletionResult | null {
  const terms = vocabulary.terms.map((term) => option(term, vocabulary));
  const byLabel = vocabulary.terms.map((term) => ({ ...option(term, vocabulary), label: term.label, displayLabel: `${term.label} — ${term.name}` }));
  const prefixes = Object.keys(vocabulary.prefixes).map((prefix) => ({ label: `${prefix}:`, type: "namespace", detail: vocabulary.prefixes[prefix] ?? "" }));
  const declared = Object.entries(vocabulary.prefixes).map(([prefix, iri]) => ({
    label: `PREFIX ${prefix}: <${iri}>`,
    type: "namespace",
    boost: -2,
  }));
  const keywords = [...KEYWORDS, ...PHRASES].map((label) => ({ label, type: "keyword", boost: -1 }));
  return (context) => {
    if (within(context)) return null;
    const variable = context.matchBefore(/[?$]\w*/);
    if (variable) return { from: variable.from, options: variables(context, variable.text), validFor: /^[?$]\w*$/ };
    const named = context.matchBefore(/[A-Za-z][\w.-]*:[\w.-]*/);
    if (named) return { from: named.from, options: terms, validFor: /^[A-Za-z][\w.-]*:[\w.-]*$/ };
    const word = context.matchBefore(/[A-Za-z][\w-]*/);
    if (!word && !context.explicit) return null;
    const options = [...keywords, ...prefixes, ...declared, ...byLabel];
    return { from: word?.from ?? context.pos, options, validFor: /^[\w-]*$/ };
  };
}

function option(term: VocabularyTerm, vocabulary: Vocabulary): Completion {
  const made: Completion = {
    label: term.name,
    detail: term.label,
    type: TYPES[term.kind] ?? "text",
    apply: (view, _completion, from, to) => insert(view, term.name, from, to, vocabulary),
  };
  return term.comment ? { ...made, info: term.comment } : made;
}

/** Put a name where it was asked for, and declare its prefix at the top where the query does not. */
function insert(view: EditorView, name: string, from: number, to: number, vocabulary: Vocabulary): void {
  const prefix = name.slice(0, name.indexOf(":"));
  const iri = vocabulary.prefixes[prefix];
  const there = new RegExp(`^\\s*prefix\\s+${prefix.replace(/\./g, "\\.")}:`, "im").test(view.state.doc.toString());
  const changes = [{ from, to, insert: name }];
  const head = iri === undefined || there ? "" : `PREFIX ${prefix}: <${iri}>\n`;
  if (head) changes.unshift({ from: 0, to: 0, insert: head });
  view.dispatch({ changes, selection: { anchor: from + head.length + name.length }, userEvent: "input.complete" });
}

function variables(context: CompletionContext, typed: string): Completion[] {
  const found = new Set(context.state.doc.toString().match(/[?$]\w+/g) ?? []);
  found.delete(typed);
  return [...found].sort().map((label) => ({ label, type: "variable" }));
}

/** Tell whether a place stands in a comment, a string or an IRI. */
function within(context: CompletionContext): boolean {
  const line = context.state.doc.lineAt(context.pos);
  const before = line.text.slice(0, context.pos - line.from);
  const bare = before.replace(/<[^<>\s]*>|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'/g, "");
  return /[#"']|<[^<>\s]*$/.test(bare);
}
