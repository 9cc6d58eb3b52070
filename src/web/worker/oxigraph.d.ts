/** The build of Oxigraph for browsers: the same names as for Node, and what starts it. */
declare module "oxigraph/web.js" {
  export * from "oxigraph";
  export default function initialise(options: { module_or_path: WebAssembly.Module | ArrayBuffer }): Promise<unknown>;
}
