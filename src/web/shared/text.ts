/** Text as people read and compare it: unseen characters shown, names folded, both as the Python side does. */

/** Unicode's control and format characters and its line and paragraph separators; tab and line feed stay. */
const UNSEEN =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u0600-\u0605\u061c\u06dd\u070f\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Return text with control and bidirectional characters shown as escapes. */
export function visible(text: string): string {
  return text.replace(UNSEEN, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code <= 0xffff ? `\\u${code.toString(16).padStart(4, "0")}` : `\\U${code.toString(16).padStart(8, "0")}`;
  });
}

/** Tell whether a character is one that nobody sees. */
export function unseen(char: string): boolean {
  return char.search(UNSEEN) >= 0;
}

const FOLDED: Record<string, string> = { "®": "", "™": "", "–": "-", "‑": "-", "−": "-", "’": "'" };
const WORD = /[\p{L}\p{N}]/u;

/** Return a name without letter case, trade marks, kinds of dash, dashes inside words and runs of spaces. */
export function fold(text: string): string {
  const plain = text.replace(/[®™–‑−’]/g, (char) => FOLDED[char] ?? "");
  const small = plain.toLowerCase().replace(/ß/g, "ss").replace(/ς/g, "σ").trim().split(/\s+/u).join(" ");
  const chars = Array.from(small);
  return chars
    .map((char, at) => (char === "-" && isWord(chars[at - 1]) && isWord(chars[at + 1]) ? " " : char))
    .join("");
}

/** Return a name as `fold` does and without accents, for a search that forgives. */
export function loosely(text: string): string {
  return fold(text).normalize("NFD").replace(/\p{M}/gu, "");
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && WORD.test(char);
}
