// @ts-check
// Shows an answer of the endpoint: as a table, a chart, a map of links, or as it came.

import { chart, chartable } from "./chart.js";
import { button, element } from "./elements.js";
import { triplesOf } from "./triples.js";

/**
 * @typedef {{type: string, value: string, "xml:lang"?: string, datatype?: string}} Term
 * @typedef {Record<string, Term>} Row
 * @typedef {Record<string, string>} Texts
 */

const PAGE = 500;
const MOST_LINKS = 300;
const LABELS = ["http://www.w3.org/2004/02/skos/core#prefLabel", "http://www.w3.org/2000/01/rdf-schema#label"];

/** What IRIs are called and where they lead on this site. */
export class Site {
  /**
   * @param {{base: string, root: string, lang: string}} page
   * @param {Record<string, string>} prefixes
   * @param {{name: string, label: string}[]} terms
   */
  constructor({ base, root, lang }, prefixes, terms) {
    this.base = base;
    this.root = root;
    this.lang = lang;
    this.prefixes = Object.entries(prefixes);
    this.labels = new Map(terms.map(({ name, label }) => [name, label]));
  }

  /** @param {string} iri */
  short(iri) {
    for (const [prefix, namespace] of this.prefixes) {
      const local = iri.slice(namespace.length);
      if (iri.startsWith(namespace) && local && !/[#?:<>"{}|^`\\\s]/.test(local)) {
        return `${prefix}:${local}`;
      }
    }
    return iri;
  }

  /** @param {string} iri @returns where it can be read about; nothing for schemes that could run */
  link(iri) {
    if (iri.startsWith(this.base)) {
      return this.root + iri.slice(this.base.length).replace(/^id\//, "doc/");
    }
    return /^https?:\/\//.test(iri) ? iri : "";
  }

  /** @param {string} iri */
  label(iri) {
    return this.labels.get(this.short(iri)) ?? "";
  }
}

/**
 * Show an answer in place of what is there.
 *
 * @param {HTMLElement} place
 * @param {{response: Response, body: string, seconds: number}} answer
 * @param {Site} site
 * @param {Texts} texts
 */
export function show(place, { response, body, seconds }, site, texts) {
  const timing = texts.timing.replace("{seconds}", seconds.toLocaleString(site.lang, { maximumFractionDigits: 2 }));
  const isGraph = response.headers.get("Content-Type")?.startsWith("application/n-triples") ?? false;
  const json = isGraph ? undefined : JSON.parse(body);
  const limit = response.headers.get("SI-Graph-Limit")?.replace(/\D/g, "") ?? (json?.head.link ? "…" : "");
  const parts = [element("h2", { tabindex: "-1" }, texts.answer)];
  if (limit) {
    parts.push(element("p", { class: "notice" }, texts.cut.replace("{count}", limit)));
  }
  if (typeof json?.boolean === "boolean") {
    parts.push(element("p", {}, json.boolean ? texts.yes : texts.no));
  } else {
    const rows = isGraph ? triplesOf(body) : json.results.bindings;
    const columns = isGraph ? ["subject", "predicate", "object"] : json.head.vars;
    const count = (isGraph ? texts.count_triples : rows.length === 1 ? texts.count_one : texts.count)
      .replace("{count}", rows.length.toLocaleString(site.lang));
    parts.push(
      element("p", { role: "status", class: "quiet" }, rows.length ? `${count} ${timing}` : texts.nothing),
      ...views(rows, columns, isGraph, body, `${texts.answer}: ${count}`, site, texts),
    );
  }
  place.replaceChildren(...parts);
}

/**
 * @param {Row[]} rows
 * @param {string[]} columns
 * @param {boolean} isGraph
 * @param {string} body
 * @param {string} name
 * @param {Site} site
 * @param {Texts} texts
 * @returns {HTMLElement[]} the buttons that choose a view, and the view
 */
function views(rows, columns, isGraph, body, name, site, texts) {
  const place = element("div");
  /** @type {[string, () => void][]} */
  const offered = [];
  if (rows.length) {
    offered.push([texts.table, () => table(place, rows, columns, name, site, texts)]);
    const found = isGraph ? undefined : chartable(rows, columns);
    if (found) {
      offered.push([texts.chart, () => place.replaceChildren(chart(rows, found, cellText(site), texts))]);
    }
    if (isGraph) {
      offered.push([texts.drawing, () => drawing(place, rows, name, site, texts)]);
    }
  }
  offered.push([texts.raw, () => place.replaceChildren(raw(body, texts))]);
  const bar = element("div", { class: "tools views", role: "group", "aria-label": texts.views });
  for (const [text, view] of offered) {
    const choice = button(text, () => {
      for (const other of bar.children) {
        other.setAttribute("aria-pressed", String(other === choice));
      }
      view();
    });
    bar.append(choice);
  }
  /** @type {HTMLElement} */ (bar.firstElementChild).click();
  return [bar, place];
}

/** @param {Site} site @returns {(term: Term | undefined) => string} */
const cellText = (site) => (term) =>
  !term ? "" : term.type === "uri" ? site.label(term.value) || site.short(term.value) : term.value;

/**
 * @param {HTMLElement} place
 * @param {Row[]} rows
 * @param {string[]} columns
 * @param {string} name
 * @param {Site} site
 * @param {Texts} texts
 */
function table(place, rows, columns, name, site, texts) {
  const compare = new Intl.Collator(site.lang, { numeric: true }).compare;
  const text = cellText(site);
  let sorted = rows;
  let shown = PAGE;
  const body = element("tbody");
  const more = button(texts.more, () => {
    shown += PAGE;
    fill();
  });
  const heads = columns.map((column) => {
    const head = element("th", { scope: "col" });
    const sort = button(column, () => {
      const isUp = head.getAttribute("aria-sort") !== "ascending";
      heads.forEach((one) => one.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
      sorted = [...rows].sort((one, other) => compare(text(one[column]), text(other[column])) * (isUp ? 1 : -1));
      fill();
    });
    sort.className = "sort";
    sort.title = texts.sort.replace("{column}", column);
    head.append(sort);
    return head;
  });

  function fill() {
    body.replaceChildren(
      ...sorted.slice(0, shown).map((row) =>
        element("tr", {}, ...columns.map((column) => element("td", {}, ...cell(row[column], site)))),
      ),
    );
    more.hidden = shown >= rows.length;
  }

  fill();
  const region = element("div", { class: "region", role: "region", "aria-label": name, tabindex: "0" });
  region.append(
    element(
      "table",
      {},
      element("caption", { class: "visually-hidden" }, name),
      element("thead", {}, element("tr", {}, ...heads)),
      body,
    ),
  );
  place.replaceChildren(region, more);
}

/** @param {Term | undefined} term @param {Site} site @returns {(string | Node)[]} */
function cell(term, site) {
  if (!term) {
    return [];
  }
  if (term.type !== "uri") {
    const lang = term["xml:lang"];
    return [element("bdi", lang && lang !== site.lang ? { lang } : {}, term.type === "bnode" ? `_:${term.value}` : term.value)];
  }
  const href = site.link(term.value);
  const label = site.label(term.value);
  const name = element(href ? "a" : "span", href ? { href } : {}, site.short(term.value));
  return label ? [name, " ", element("span", { class: "quiet" }, label)] : [name];
}

/** @param {string} body @param {Texts} texts */
function raw(body, texts) {
  return element("pre", { class: "raw", tabindex: "0", role: "region", "aria-label": texts.raw }, body);
}

/**
 * @param {HTMLElement} place
 * @param {Row[]} triples
 * @param {string} name
 * @param {Site} site
 * @param {Texts} texts
 */
async function drawing(place, triples, name, site, texts) {
  const links = triples.filter((row) => row.object.type !== "literal");
  if (links.length > MOST_LINKS) {
    place.replaceChildren(element("p", {}, texts.too_many.replace("{count}", String(links.length))));
    return;
  }
  // Only who wants a drawing loads what draws.
  const { draw, tools } = await import("./drawing.js");
  const text = cellText(site);
  const labels = new Map(
    triples
      .filter((row) => LABELS.includes(row.predicate.value))
      .map((row) => [row.subject.value, row.object.value]),
  );
  const nodes = new Map(
    links
      .flatMap((row) => [row.subject, row.object])
      .map((term) => [term.value, node(term, labels.get(term.value) ?? text(term), site)]),
  );
  const edges = links.map((row) => ({
    source: row.subject.value,
    target: row.object.value,
    property: row.predicate.value,
    label: text(row.predicate),
    inferred: false,
  }));
  const canvas = element("div", { class: "canvas", role: "img", "aria-label": name });
  place.replaceChildren(canvas);
  const graph = draw(canvas, { nodes: [...nodes.values()], edges });
  canvas.after(
    tools(graph, name, {
      svg: texts.picture_export_svg,
      png: texts.picture_export_png,
      fit: texts.picture_fit,
      bigger: texts.picture_bigger,
      smaller: texts.picture_smaller,
    }),
  );
}

/** @param {Term} term @param {string} label @param {Site} site */
const node = (term, label, site) => ({
  id: term.value,
  iri: term.type === "uri" ? term.value : "",
  label,
  kind: "",
  href: site.link(term.value),
  data: "",
  expandable: false,
});
