// @ts-check
// Answers queries with Oxigraph, beside the page, which so stays at hand and can end it.

import start, * as engine from "./vendor/oxigraph.js";

/**
 * @typedef {{number: number, kind: "loading" | "rows" | "graph" | "problem", body: string}} Reply
 * @typedef {{number: number, query: string, isAsserted: boolean, format: string, dump: string, base: string, prefixes: Record<string, string>}} Asked
 */

const { Store, quad: quadOf } = /** @type {any} */ (engine);
const init = /** @type {any} */ (start);
const INFERRED = /\/graph\/inferred$/;
const MEGABYTE = 1_000_000;
// What holds no keyword: comments, IRIs and strings.
const NO_KEYWORD = /#[^\n]*|<[^<>\s]*>|"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g;
/** @type {Record<string, string>} */
const FORMATS = { turtle: "text/turtle", ntriples: "application/n-triples", jsonld: "application/ld+json" };

/** @type {Promise<any[]> | undefined} */
let loaded;
/** @type {Map<boolean, any>} */
const stores = new Map();

addEventListener("message", async ({ data }) => {
  const asked = /** @type {Asked} */ (data);
  /** @param {Reply["kind"]} kind @param {string} body */
  const reply = (kind, body) => postMessage({ number: asked.number, kind, body });
  try {
    const store = await storeOf(asked, (done) => reply("loading", (done / MEGABYTE).toFixed(1)));
    answer(store, asked, reply);
  } catch (error) {
    reply("problem", JSON.stringify({ title: "failed", detail: String(/** @type {any} */ (error).message ?? error) }));
  }
});

/** @param {any} store @param {Asked} asked @param {(kind: Reply["kind"], body: string) => void} reply */
function answer(store, { query, base, prefixes, format }, reply) {
  const plain = query.replace(NO_KEYWORD, " ");
  if (/\bSERVICE\b/i.test(plain)) {
    reply("problem", JSON.stringify({ detail: "SERVICE" }));
    return;
  }
  // On one line, so that the line of a mistake is one less than it is told.
  const declared = Object.entries(prefixes)
    .filter(([prefix]) => plain.includes(`${prefix}:`))
    .map(([prefix, namespace]) => `PREFIX ${prefix}: <${namespace}>`)
    .join(" ");
  const isGraph = /^[^{]*\b(?:CONSTRUCT|DESCRIBE)\b/i.test(plain);
  const shown = isGraph ? FORMATS.ntriples : "json";
  try {
    const results_format = format === "html" ? shown : (FORMATS[format] ?? format);
    const body = store.query(`BASE <${base}> ${declared}\n${query}`, { results_format });
    reply(isGraph ? "graph" : "rows", body);
  } catch (error) {
    const message = String(/** @type {any} */ (error).message);
    const [, line, column] = /error at (\d+):(\d+)/.exec(message) ?? [];
    const where = line ? { line: Math.max(Number(line) - 1, 1), column: Number(column) } : {};
    reply("problem", JSON.stringify({ detail: line ? "" : message, ...where }));
  }
}

/** @param {Asked} asked @param {(done: number) => void} loading */
async function storeOf({ dump, isAsserted }, loading) {
  loaded ??= load(dump, loading);
  const quads = await loaded;
  if (!stores.has(isAsserted)) {
    stores.set(isAsserted, merged(isAsserted ? quads.filter((quad) => !INFERRED.test(quad.graph.value)) : quads));
  }
  return stores.get(isAsserted);
}

/** @param {any[]} quads @returns a store whose default graph is the merge of all graphs, each triple once */
function merged(quads) {
  const triples = quads.map((quad) => quadOf(quad.subject, quad.predicate, quad.object));
  return new Store([...quads, ...triples]);
}

/** @param {string} dump @param {(done: number) => void} loading @returns {Promise<any[]>} */
async function load(dump, loading) {
  let done = 0;
  /** @param {number} bytes */
  const count = (bytes) => loading((done += bytes));
  const [bytes, packed] = await Promise.all([
    fetched(new URL("./vendor/oxigraph.wasm", import.meta.url), count),
    fetched(dump, count),
  ]);
  await init({ module_or_path: bytes });
  const store = new Store();
  store.load(await unpacked(packed), { format: "application/n-quads" });
  return store.match();
}

/** @param {URL | string} url @param {(bytes: number) => void} count @returns {Promise<Uint8Array>} */
async function fetched(url, count) {
  const response = await fetch(url);
  if (!response.ok || !response.body) {
    throw new Error(`${response.status} ${url}`);
  }
  const parts = [];
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    count(part.value.length);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** @param {Uint8Array} bytes @returns {Promise<string>} some hosts have the browser unpack it already */
async function unpacked(bytes) {
  const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
  const stream = new Blob([/** @type {any} */ (bytes)]).stream();
  return new Response(isPacked ? stream.pipeThrough(new DecompressionStream("gzip")) : stream).text();
}
