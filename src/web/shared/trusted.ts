/** The two doors that Trusted Types guard: the pages of the single file, and the address of the worker. */

interface Policy {
  createHTML?(text: string): unknown;
  createScriptURL?(text: string): unknown;
}
interface Factory {
  createPolicy(name: string, rules: Record<string, (text: string) => string>): Policy;
}

const policies = new Map<string, Policy | null>();

function policy(name: string, rules: Record<string, (text: string) => string>): Policy | null {
  const known = policies.get(name);
  if (known !== undefined) return known;
  const factory = (globalThis as { trustedTypes?: Factory }).trustedTypes;
  const made = factory ? factory.createPolicy(name, rules) : null;
  policies.set(name, made);
  return made;
}

/** Return the HTML of a page of this very file as what a parser may be given. */
export function html(text: string): string {
  const made = policy("leukograph-pages", { createHTML: (one) => one });
  return (made?.createHTML?.(text) ?? text) as string;
}

/** Return the address of the worker as what `Worker` may be given: nothing but our own file or a blob. */
export function script(url: string): string {
  const rules = {
    createScriptURL: (one: string): string => {
      if (one.startsWith("blob:") || /(^|\/)assets\/worker\.js$/.test(one)) return one;
      throw new TypeError("only the worker of this site is started");
    },
  };
  return (policy("leukograph-worker", rules)?.createScriptURL?.(url) ?? url) as string;
}
