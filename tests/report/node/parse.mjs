// Reads pictures (a JSON list of [notation, text] on standard input) with the parsers of Mermaid and Graphviz; writes a JSON list: "ok", or the error.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const folder = process.argv[2];
const require = createRequire(`${folder}/package.json`);
// Before there is a document: it would be taken for a browser.
const graphviz = await require("@viz-js/viz").instance();
const { JSDOM } = require("jsdom");
const { window } = new JSDOM("<!DOCTYPE html><body></body>");
Object.assign(globalThis, { window, document: window.document });
const mermaid = (await import(pathToFileURL(`${folder}/node_modules/mermaid/dist/mermaid.core.mjs`))).default;
mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

async function parse(notation, text) {
  if (notation === "mermaid") {
    await mermaid.parse(text);
    return "ok";
  }
  const { status, errors } = graphviz.render(text, { format: "svg" });
  // That a letter's width is guessed is no fault of the picture.
  return status === "success" && !errors.some(({ level }) => level === "error") ? "ok" : JSON.stringify(errors);
}

const results = [];
for (const [notation, text] of JSON.parse(readFileSync(0, "utf8"))) {
  results.push(await parse(notation, text).catch((error) => String(error.message ?? error)));
}
console.log(JSON.stringify(results));
