// @ts-check
// Reads N-Triples as the rows of a table.

/** @typedef {import("./results.js").Row} Row @typedef {import("./results.js").Term} Term */

const TRIPLE = /^(<[^>]*>|_:\S+)\s+(<[^>]*>)\s+(.+?)\s*\.\s*$/;
const LITERAL = /^"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?$/;
/** @type {Record<string, string>} */
const ESCAPES = { t: "\t", b: "\b", n: "\n", r: "\r", f: "\f" };

/** @param {string} text N-Triples @returns {Row[]} a row for each triple */
export function triplesOf(text) {
  return text.split("\n").flatMap((line) => {
    const found = TRIPLE.exec(line);
    return found ? [{ subject: term(found[1]), predicate: term(found[2]), object: term(found[3]) }] : [];
  });
}

/** @param {string} text @returns {Term} */
function term(text) {
  if (text.startsWith("<")) {
    return { type: "uri", value: unescaped(text.slice(1, -1)) };
  }
  if (text.startsWith("_:")) {
    return { type: "bnode", value: text.slice(2) };
  }
  const [, value, lang, datatype] = LITERAL.exec(text) ?? [text, text];
  return { type: "literal", value: unescaped(value), ...(lang && { "xml:lang": lang }), ...(datatype && { datatype }) };
}

/** @param {string} text */
const unescaped = (text) =>
  text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, one) =>
    one ? (ESCAPES[one] ?? one) : String.fromCodePoint(parseInt(four ?? eight, 16)),
  );
