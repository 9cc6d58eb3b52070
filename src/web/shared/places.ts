/** From line and column, as the engine counts them, to a stretch of the text that can be marked. */

/** Return begin and end of the word at a place (line and column in characters, from one); the engine names its end. */
export function offset(text: string, line: number, column: number): [number, number] {
  const lines = text.split("\n");
  const number = Math.min(Math.max(line, 1), lines.length);
  const start = lines.slice(0, number - 1).reduce((sum, one) => sum + one.length + 1, 0);
  const chars = Array.from(lines[number - 1] ?? "");
  const at = start + chars.slice(0, Math.max(column - 1, 0)).join("").length;
  const isWord = (place: number): boolean => /[^\s{}()[\].,;]/.test(text[place] ?? " ");
  if (isWord(at)) {
    let [from, to] = [at, at];
    while (from > start && isWord(from - 1)) from -= 1;
    while (to < text.length && isWord(to)) to += 1;
    return [from, to];
  }
  if (at > start && isWord(at - 1)) {
    let from = at - 1;
    while (from > start && isWord(from - 1)) from -= 1;
    return [from, at];
  }
  return at < text.length && text[at] !== "\n" ? [at, at + 1] : [Math.max(at - 1, 0), at];
}
