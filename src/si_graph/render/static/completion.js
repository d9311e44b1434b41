// @ts-check
// Completes what is typed in a query, and declares the prefixes that it uses.

/**
 * @typedef {{name: string, label: string, kind: string}} Term
 * @typedef {{prefixes: Record<string, string>, terms: Term[]}} Vocabulary
 */

const MOST = 60;
const KEYWORDS =
  "ASK BASE BIND CONSTRUCT COUNT DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP BY HAVING LANG LIMIT MINUS NOT NAMED OFFSET OPTIONAL ORDER BY PREFIX REGEX SAMPLE SELECT STR UNION VALUES WHERE"
    .split(" ");

/** @param {any} context what CodeMirror tells @param {Promise<Vocabulary>} vocabulary */
export async function completions(context, vocabulary) {
  const before = context.matchBefore(/[?$]?[\p{L}\p{N}_-]*:?[\p{L}\p{N}_./-]*/u);
  if (!before || (before.from === before.to && !context.explicit)) {
    return null;
  }
  const text = context.state.doc.toString();
  if (/^[?$]/.test(before.text)) {
    return { from: before.from, options: variables(text, before.text) };
  }
  const { prefixes, terms } = await vocabulary;
  const typed = before.text.toLowerCase();
  const options = terms
    .map((term) => ({ term, rank: rank(term, typed) }))
    .filter(({ rank }) => rank < 3)
    // The most used come first among those that fit alike: the sort is stable.
    .sort((one, other) => one.rank - other.rank)
    .slice(0, MOST)
    .map(({ term }) => ({
      label: term.name,
      detail: term.label,
      apply: (/** @type {any} */ view, /** @type {any} */ _, /** @type {number} */ from, /** @type {number} */ to) =>
        insert(view, term.name, from, to, prefixes),
    }));
  const words = typed.includes(":")
    ? []
    : KEYWORDS.filter((word) => word.toLowerCase().startsWith(typed)).map((word) => ({ label: word }));
  // Labels fit too, which CodeMirror's own filter would not see.
  return { from: before.from, options: [...words, ...options], filter: false };
}

/** @param {string} text @param {string} typed the variables of the query, but for what is typed now */
function variables(text, typed) {
  const names = new Set(text.match(/[?$]\w+/g) ?? []);
  const isUnique = text.split(typed).length === 2;
  if (isUnique) {
    names.delete(typed);
  }
  return [...names].map((label) => ({ label }));
}

/** @param {Term} term @param {string} typed @returns {number} 0 fits best, 3 not at all */
function rank({ name, label }, typed) {
  const local = name.slice(name.indexOf(":") + 1).toLowerCase();
  if (name.toLowerCase().startsWith(typed) || local.startsWith(typed)) {
    return 0;
  }
  if (label.toLowerCase().startsWith(typed)) {
    return 1;
  }
  return typed.length > 2 && (name.toLowerCase().includes(typed) || label.toLowerCase().includes(typed)) ? 2 : 3;
}

/** @param {any} view @param {string} name @param {number} from @param {number} to @param {Record<string, string>} prefixes */
function insert(view, name, from, to, prefixes) {
  const line = declaration(view.state.doc.toString(), name.slice(0, name.indexOf(":")), prefixes);
  view.dispatch({
    changes: [{ from: 0, insert: line }, { from, to, insert: name }],
    selection: { anchor: line.length + from + name.length },
    userEvent: "input.complete",
  });
}

/** @param {any} update what CodeMirror tells after a change @param {Promise<Vocabulary>} vocabulary */
export async function declarePrefixes(update, vocabulary) {
  if (!update.transactions.some((/** @type {any} */ one) => one.isUserEvent("input.type"))) {
    return;
  }
  const { state } = update;
  const { head } = state.selection.main;
  const typed = /(?:^|[\s({;,.^|/!])(\w+):$/.exec(state.doc.sliceString(state.doc.lineAt(head).from, head));
  // A declaration that is being typed needs no second one.
  if (!typed || /prefix\s+\w+:$/i.test(state.doc.sliceString(Math.max(0, head - 40), head))) {
    return;
  }
  const { prefixes } = await vocabulary;
  const line = declaration(state.doc.toString(), typed[1], prefixes);
  // In the meantime the text may have changed, but its beginning is where it was.
  if (line) {
    update.view.dispatch({ changes: { from: 0, insert: line } });
  }
}

/** @param {string} text @param {string} prefix @param {Record<string, string>} prefixes @returns what declares a prefix, unless it is declared or unknown */
function declaration(text, prefix, prefixes) {
  const isDeclared = new RegExp(`prefix\\s+${prefix}:`, "i").test(text);
  return isDeclared || !Object.hasOwn(prefixes, prefix) ? "" : `PREFIX ${prefix}: <${prefixes[prefix]}>\n`;
}
