// @ts-check
// Makes an editor of the query form: colours, completion, errors at their place, answers in the page.

import {
  EditorState,
  EditorView,
  HighlightStyle,
  Prec,
  StreamLanguage,
  autocompletion,
  bracketMatching,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  defaultKeymap,
  drawSelection,
  highlightActiveLine,
  history,
  historyKeymap,
  keymap,
  lineNumbers,
  setDiagnostics,
  sparql,
  syntaxHighlighting,
  tags,
} from "./vendor/codemirror.js";
import { completions, declarePrefixes } from "./completion.js";
import { button, element } from "./elements.js";
import { Site, show } from "./results.js";

const ACCEPT =
  "application/sparql-results+json, application/n-triples;q=0.9, application/problem+json;q=0.1";

const page = JSON.parse(document.getElementById("editor-data")?.textContent ?? "");
/** @type {Record<string, string>} */
const texts = page.texts;
const form = /** @type {HTMLFormElement} */ (document.getElementById("query-form"));
const area = /** @type {HTMLTextAreaElement} */ (document.getElementById("query"));
const format = /** @type {HTMLSelectElement} */ (document.getElementById("format"));
const place = /** @type {HTMLElement} */ (document.getElementById("answer"));

const vocabulary = fetch(page.completion)
  .then((response) => (response.ok ? response.json() : { prefixes: {}, terms: [] }))
  // Without it nothing is completed, and everything else works.
  .catch(() => ({ prefixes: {}, terms: [] }));

const look = EditorView.theme({
  "&": { color: "var(--ink)", backgroundColor: "var(--paper)", fontSize: "0.9rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": {
    fontFamily: '"Source Code Pro", "Cascadia Mono", "Liberation Mono", monospace',
    minHeight: "14rem",
    maxHeight: "60vh",
  },
  ".cm-content": { caretColor: "var(--ink)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--raised)", color: "var(--quiet)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "transparent" },
  "&.cm-focused .cm-activeLine": { backgroundColor: "var(--raised)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--tint)",
  },
  ".cm-tooltip": { backgroundColor: "var(--paper)", border: "1px solid var(--edge)", color: "var(--ink)" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-tooltip-autocomplete ul li[aria-selected] .cm-completionDetail": { color: "var(--on-accent)" },
  ".cm-completionDetail": { color: "var(--quiet)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--warn)" },
});

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--accent)", fontWeight: "600" },
  { tag: [tags.comment, tags.string], color: "var(--quiet)" },
  { tag: tags.comment, fontStyle: "italic" },
  { tag: [tags.atom, tags.number], color: "var(--warn)" },
]);

const editor = makeEditor();
/** @type {AbortController | undefined} */
let asked;

/** Whether queries are answered in this browser: there is no server. */
const isHere = Boolean(page.dump);

form.addEventListener("submit", (event) => {
  area.value = editor.state.doc.toString();
  // An answer as a file is the form's own business, where somebody answers forms.
  if (format.value === "html" || isHere) {
    event.preventDefault();
    answer();
  }
});
if (isHere) {
  document.getElementById("example-form")?.addEventListener("submit", takeExample);
}

const shared = new URLSearchParams(location.hash.slice(1));
const sharedQuery = shared.get("query");
if (sharedQuery) {
  replaceText(sharedQuery);
  /** @type {HTMLInputElement} */ (document.getElementById("inference")).checked = shared.has("inference");
}
if (sharedQuery || (!isHere && new URLSearchParams(location.search).has("query"))) {
  answer();
}

/** @param {string} text */
function replaceText(text) {
  editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: text } });
}

/** @param {Event} event take the text of an example, as a server would */
async function takeExample(event) {
  event.preventDefault();
  const name = new FormData(/** @type {HTMLFormElement} */ (event.target)).get("example");
  const response = await fetch(`${page.queries}${name}.rq`);
  if (response.ok) {
    const text = (await response.text()).replace(/^#\+.*\n/gm, "").trimStart();
    replaceText(text.replace(/(VALUES\s+\?lang\s*\{)[^}]*\}/g, `$1 "${page.lang}" }`));
    editor.focus();
  }
}

function makeEditor() {
  // In a shadow root the editor's styles are sheets, which the content policy allows; in the
  // document they would be style elements, which it does not.
  const host = document.createElement("div");
  host.className = "code-editor";
  const root = host.attachShadow({ mode: "open" });
  area.after(host);
  const hint = document.createElement("p");
  hint.className = "quiet";
  hint.textContent = texts.keys;
  host.after(hint);
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: area.value,
      extensions: [
        Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => (form.requestSubmit(), true) }])),
        lineNumbers(),
        history(),
        drawSelection(),
        highlightActiveLine(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ override: [(/** @type {any} */ context) => completions(context, vocabulary)], icons: false }),
        StreamLanguage.define(sparql),
        syntaxHighlighting(colours),
        look,
        EditorView.domEventHandlers({ beforeinput: replaceSelection }),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": `${texts.query}. ${texts.keys}` }),
        // Tab stays the key that leaves the field.
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap]),
        EditorView.updateListener.of((/** @type {any} */ update) => {
          area.value = update.state.doc.toString();
          declarePrefixes(update, vocabulary);
        }),
      ],
    }),
  });
  area.hidden = true;
  // The field would be asked for its own text, which nobody sees.
  area.required = false;
  area.labels?.[0]?.addEventListener("click", () => view.focus());
  return view;
}

/**
 * Chromium keeps the colours of a selection that is typed over in a style attribute, which the
 * content policy forbids; so the text is put in its place here.
 *
 * @param {InputEvent} event
 * @param {any} view
 */
function replaceSelection(event, view) {
  const { from, to, empty } = view.state.selection.main;
  const text = event.data;
  if (empty || event.inputType !== "insertText" || text === null || view.composing) {
    return false;
  }
  const replaced = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type" });
  const handlers = view.state.facet(EditorView.inputHandler);
  // A bracket goes around the selection, for which there is a handler.
  if (!handlers.some((/** @type {any} */ handler) => handler(view, from, to, text, replaced))) {
    view.dispatch(replaced());
  }
  return true;
}

/** Ask the endpoint, and show what comes. */
async function answer() {
  asked?.abort();
  const current = new AbortController();
  asked = current;
  const parameters = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && (name === "query" || name === "inference")) {
      parameters.set(name, value);
    }
  }
  remember(parameters);
  const status = waiting(current);
  editor.dispatch(setDiagnostics(editor.state, []));
  const begin = performance.now();
  try {
    const response = await (isHere ? askHere(parameters, current.signal, status) : askServer(parameters, current.signal));
    const body = await response.text();
    const seconds = (performance.now() - begin) / 1000;
    if (response.ok && isHere && format.value !== "html") {
      save(body, format.value);
    } else if (response.ok) {
      const { prefixes, terms } = await vocabulary;
      const site = new Site(page, prefixes, terms);
      show(place, { response, body, seconds }, site, texts);
    } else {
      refused(response, body);
    }
  } catch (error) {
    if (current === asked) {
      told(current.signal.aborted ? texts.cancelled : texts.unreachable);
    }
  }
}

/** @param {URLSearchParams} parameters @param {AbortSignal} signal */
function askServer(parameters, signal) {
  return fetch(form.action, { method: "POST", body: parameters, headers: { Accept: ACCEPT }, signal });
}

/** @param {URLSearchParams} parameters @param {AbortSignal} signal @param {Text} status */
async function askHere(parameters, signal, status) {
  parameters.set("format", format.value);
  const { ask } = await import("./browser.js");
  const { prefixes } = await vocabulary;
  return ask(page, parameters, prefixes, signal, (done) => {
    status.data = texts.loading.replace("{done}", done);
  });
}

/** @param {string} body @param {string} kind give an answer as a file */
function save(body, kind) {
  const href = URL.createObjectURL(new Blob([body]));
  const link = element("a", { href, download: `si-graph.${kind}` }, `si-graph.${kind}`);
  place.replaceChildren(element("p", { role: "status" }, link));
  link.click();
}

/** @param {URLSearchParams} parameters keep the query in the address, which is then a link to it */
function remember(parameters) {
  if (isHere) {
    window.history.replaceState(null, "", `#${parameters}`);
    return;
  }
  const address = new URL(form.action);
  for (const [name, value] of parameters) {
    address.searchParams.set(name, value);
  }
  const lang = new URLSearchParams(location.search).get("lang");
  if (lang) {
    address.searchParams.set("lang", lang);
  }
  window.history.replaceState(null, "", address);
}

/** @param {AbortController} current @returns {Text} what is said meanwhile */
function waiting(current) {
  const said = document.createTextNode(texts.running);
  place.replaceChildren(element("p", { role: "status" }, said, " ", button(texts.cancel, () => current.abort())));
  return said;
}

/** @param {string[]} lines say what happened instead of an answer */
function told(...lines) {
  const notice = document.createElement("div");
  notice.className = "notice";
  notice.setAttribute("role", "alert");
  notice.append(
    ...lines.map((line, index) => {
      const part = document.createElement("p");
      part.textContent = line;
      if (index === 0) {
        part.className = "error";
      }
      return part;
    }),
  );
  place.replaceChildren(notice);
}

/** @param {Response} response @param {string} body an error, as problem details if all is well */
function refused(response, body) {
  let problem;
  try {
    problem = JSON.parse(body);
  } catch {
    problem = { detail: `${response.status} ${response.statusText}` };
  }
  const [detail] = String(problem.detail ?? problem.title ?? "").split("\n");
  if (response.status === 504) {
    told(texts.timeout, detail);
  } else if (response.status === 503) {
    told(texts.busy, detail);
  } else if (Number.isInteger(problem.line)) {
    const said = texts.wrong_at.replace("{line}", problem.line).replace("{column}", problem.column ?? 1);
    told(said, ...(detail ? [detail] : []));
    mark(problem.line, problem.column ?? 1, detail || said);
  } else if (detail === "SERVICE") {
    told(texts.wrong, texts.no_service);
  } else {
    told(texts.wrong, detail);
  }
}

/** @param {number} line @param {number} column @param {string} message show an error where it is */
function mark(line, column, message) {
  const { doc } = editor.state;
  const found = doc.line(Math.min(Math.max(line, 1), doc.lines));
  // A fault at the very end has no character; the last one stands for it.
  const from = Math.max(Math.min(found.from + column - 1, found.to - 1), found.from);
  editor.dispatch(
    setDiagnostics(editor.state, [{ from, to: found.to, severity: "error", message }]),
    { selection: { anchor: from }, scrollIntoView: true },
  );
}
