// @ts-check
// Asks queries of the graph in this browser, where no server answers them.

/** @typedef {import("./sparql-worker.js").Reply} Reply */

const MEDIA_TYPES = {
  rows: "application/sparql-results+json",
  graph: "application/n-triples",
  problem: "application/problem+json",
};

/** @type {Worker | undefined} */
let worker;
let asked = 0;

/**
 * Ask a query, and give the answer as a server would; to stop is to end the worker.
 *
 * @param {{dump: string, base: string}} page
 * @param {URLSearchParams} parameters the query, and whether to leave out what only follows
 * @param {Record<string, string>} prefixes what the query need not declare
 * @param {AbortSignal} signal
 * @param {(megabytes: string) => void} loading is told how much is there of what has to be loaded
 * @returns {Promise<Response>}
 */
export function ask(page, parameters, prefixes, signal, loading) {
  const current = (worker ??= new Worker(new URL("./sparql-worker.js", import.meta.url), { type: "module" }));
  asked += 1;
  const number = asked;
  return new Promise((resolve, reject) => {
    const end = () => {
      current.terminate();
      worker = worker === current ? undefined : worker;
      reject(new DOMException("stopped", "AbortError"));
    };
    signal.addEventListener("abort", end, { once: true });
    current.addEventListener("error", end, { once: true });
    current.addEventListener("message", function hear({ data }) {
      const reply = /** @type {Reply} */ (data);
      if (reply.number !== number) {
        return;
      }
      if (reply.kind === "loading") {
        loading(reply.body);
        return;
      }
      current.removeEventListener("message", hear);
      current.removeEventListener("error", end);
      signal.removeEventListener("abort", end);
      resolve(
        new Response(reply.body, {
          status: reply.kind === "problem" ? 400 : 200,
          headers: { "Content-Type": MEDIA_TYPES[reply.kind] },
        }),
      );
    });
    current.postMessage({
      number,
      query: parameters.get("query") ?? "",
      isAsserted: parameters.get("inference") === "asserted",
      format: parameters.get("format") ?? "html",
      dump: new URL(page.dump, location.href).href,
      base: `${page.base}query/`,
      prefixes,
    });
  });
}
