/** Builds the assets of the site into a folder: `node build.mjs [FOLDER]`, by default the one inside the package. */

import { build } from "esbuild";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const out = resolve(process.argv[2] ?? join(here, "..", "leukograph", "assets"));
const entries = { app: "app/main.ts", console: "console/main.ts", worker: "worker/main.ts" };

const result = await build({
  absWorkingDir: here,
  entryPoints: entries,
  outdir: out,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  metafile: true,
  write: false,
  logLevel: "warning",
  // The engine is given to the worker; the address it would look for itself is never asked for.
  define: { "import.meta.url": '"about:blank"' },
});

await mkdir(out, { recursive: true });
for (const file of result.outputFiles) {
  // A script that stands inside the single file must not end its own element.
  for (const mark of ["</script", "<!--"]) {
    if (file.text.includes(mark)) throw new Error(`${file.path} holds ${mark}, which ends a script inside a page`);
  }
  await writeFile(file.path, file.contents);
}
await writeFile(join(out, "oxigraph.wasm"), await readFile(join(here, "node_modules/oxigraph/web_bg.wasm")));
const styles = ["style.css", "widgets.css"].map((name) => join(here, name)).filter(existsSync);
await writeFile(join(out, "style.css"), (await Promise.all(styles.map((path) => readFile(path, "utf8")))).join("\n"));
if (existsSync(join(here, "icon.svg"))) await writeFile(join(out, "icon.svg"), await readFile(join(here, "icon.svg")));
await writeFile(join(out, "LICENSES.txt"), await licences(Object.keys(result.metafile.inputs)));

/** Return the licence of every package of which a file was bundled, A to Z. */
async function licences(inputs) {
  const packages = [...new Set(inputs.flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []))];
  const parts = [
    "The scripts beside this file contain these packages, each under its own licence. All else in them is Leukograph's own.",
  ];
  for (const name of packages.sort()) {
    const folder = join(here, "node_modules", name);
    const about = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
    const own = ["LICENSE", "LICENSE.md", "LICENSE.txt"].map((file) => join(folder, file)).find(existsSync);
    const path = own ?? join(here, "licences", `${name}.txt`); // kept here where the package comes without its text
    const text = (await readFile(path, "utf8")).trim();
    parts.push(`${"-".repeat(79)}\n${name} ${about.version} (${about.license})\n\n${text}`);
  }
  return `${parts.join("\n\n")}\n`;
}
