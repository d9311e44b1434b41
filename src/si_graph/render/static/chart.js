// @ts-check
// Draws numbers as bars, or as a line where they go along numbers or dates.

import { element, svgElement } from "./elements.js";

/**
 * @typedef {import("./results.js").Row} Row
 * @typedef {import("./results.js").Term} Term
 * @typedef {{label: string, number: string, isLine: boolean}} Columns
 */

const MOST = 50;
const WIDTH = 760;
const LABELS = 300;
const BAR = 26;
const LONGEST = 42;
const HEIGHT = 320;
const EDGE = 60;

const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMBERS = new Set(["integer", "decimal", "double", "float", "int", "long", "nonNegativeInteger"].map((name) => XSD + name));
const TIMES = new Set(["gYear", "date", "dateTime"].map((name) => XSD + name));

/** @param {Term | undefined} term */
const isNumber = (term) => !!term && NUMBERS.has(term.datatype ?? "") && Number.isFinite(Number(term.value));
/** @param {Term | undefined} term */
const isTime = (term) => !!term && TIMES.has(term.datatype ?? "");

/** @param {Row[]} rows @param {string[]} columns @returns {Columns | undefined} what can be drawn of them */
export function chartable(rows, columns) {
  const all = (/** @type {string} */ column, /** @type {(term: Term | undefined) => boolean} */ test) =>
    rows.every((row) => test(row[column]));
  const numbers = columns.filter((column) => all(column, isNumber));
  const times = columns.filter((column) => all(column, isTime));
  const rest = columns.filter((column) => !numbers.includes(column) && !times.includes(column));
  // The last number is what a query counts; what it counts by stands before.
  const number = numbers.at(-1);
  if (!number || rows.length < 2) {
    return undefined;
  }
  const along = times[0] ?? (rest.length ? undefined : numbers.find((column) => column !== number));
  if (along) {
    return { label: along, number, isLine: true };
  }
  // A name says more than what it is the name of.
  const label = rest.find((column) => column.endsWith("Label")) ?? rest[0];
  return label ? { label, number, isLine: false } : undefined;
}

/**
 * @param {Row[]} rows
 * @param {Columns} columns
 * @param {(term: Term | undefined) => string} text
 * @param {Record<string, string>} texts
 */
export function chart(rows, columns, text, texts) {
  const name = texts.chart_name.replace("{number}", columns.number).replace("{label}", columns.label);
  const region = element("div", { class: "region", role: "region", "aria-label": name, tabindex: "0" });
  region.append(columns.isLine ? line(rows, columns, name) : bars(rows.slice(0, MOST), columns, text, name));
  const figure = element("figure", {}, element("figcaption", { class: "quiet" }, name), region);
  if (!columns.isLine && rows.length > MOST) {
    figure.append(element("p", { class: "quiet" }, texts.bars.replace("{count}", String(MOST))));
  }
  return figure;
}

/** @param {number} height @param {string} name @param {...Node} content */
const drawing = (height, name, ...content) =>
  svgElement(
    "svg",
    { class: "chart", viewBox: `0 0 ${WIDTH} ${height}`, width: WIDTH, height, role: "img", "aria-label": name },
    ...content,
  );

/** @param {Row[]} rows @param {Columns} columns @param {(term: Term | undefined) => string} text @param {string} name */
function bars(rows, { label, number }, text, name) {
  const values = rows.map((row) => Number(row[number].value));
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const room = WIDTH - LABELS - EDGE;
  const x = (/** @type {number} */ value) => LABELS + ((value - least) / (most - least || 1)) * room;
  const content = rows.flatMap((row, index) => {
    const y = index * BAR;
    const words = text(row[label]);
    const short = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
    const [from, to] = [x(Math.min(0, values[index])), x(Math.max(0, values[index]))];
    return [
      svgElement("text", { x: LABELS - 8, y: y + 17, "text-anchor": "end" }, short),
      svgElement("rect", { class: "bar", x: from, y: y + 4, width: Math.max(to - from, 1), height: BAR - 8 }),
      svgElement("text", { x: to + 6, y: y + 17 }, row[number].value),
    ];
  });
  const axis = svgElement("line", { class: "axis", x1: x(0), x2: x(0), y1: 0, y2: rows.length * BAR });
  return drawing(rows.length * BAR, name, ...content, axis);
}

/** @param {Row[]} rows @param {Columns} columns @param {string} name */
function line(rows, { label, number }, name) {
  const points = rows
    .map((row) => ({ at: position(row[label]), shown: row[label].value, value: Number(row[number].value) }))
    .filter(({ at }) => Number.isFinite(at))
    .sort((one, other) => one.at - other.at);
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(0, ...values), Math.max(0, ...values)];
  const [first, last] = [points[0]?.at ?? 0, points.at(-1)?.at ?? 1];
  const x = (/** @type {number} */ at) => EDGE + ((at - first) / (last - first || 1)) * (WIDTH - 2 * EDGE);
  const y = (/** @type {number} */ value) =>
    HEIGHT - EDGE / 2 - ((value - least) / (most - least || 1)) * (HEIGHT - EDGE);
  return drawing(
    HEIGHT,
    name,
    svgElement("line", { class: "axis", x1: EDGE, x2: WIDTH - EDGE, y1: y(0), y2: y(0) }),
    svgElement("path", { class: "line", d: `M${points.map(({ at, value }) => `${x(at)} ${y(value)}`).join("L")}` }),
    ...points.map(({ at, shown, value }) =>
      svgElement("circle", { class: "dot", cx: x(at), cy: y(value), r: 4 }, svgElement("title", {}, `${shown}: ${value}`)),
    ),
    svgElement("text", { x: EDGE - 8, y: y(most) + 5, "text-anchor": "end" }, String(most)),
    svgElement("text", { x: EDGE - 8, y: y(least) + 5, "text-anchor": "end" }, String(least)),
    svgElement("text", { x: EDGE, y: HEIGHT - 4, "text-anchor": "middle" }, points[0]?.shown ?? ""),
    svgElement("text", { x: WIDTH - EDGE, y: HEIGHT - 4, "text-anchor": "middle" }, points.at(-1)?.shown ?? ""),
  );
}

/** @param {Term} term */
const position = (term) =>
  isNumber(term) || term.datatype?.endsWith("gYear") ? Number(term.value) : Date.parse(term.value);
