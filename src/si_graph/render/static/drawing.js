// @ts-check
// Draws nodes and edges with cytoscape, in the colours of the page; for the map and for results.

import { button } from "./elements.js";
import cytoscape from "./vendor/cytoscape.js";

/**
 * @typedef {{id: string, iri: string, label: string, kind: string, href: string, data: string, expandable: boolean}} Node
 * @typedef {{source: string, target: string, property: string, label: string, inferred: boolean}} Edge
 * @typedef {{nodes: Node[], edges: Edge[]}} Links
 */

const FONT = 13;
const LINE = 16;
const LONGEST_LINE = 24;
const GAP = 12;
const MARGIN = 20;
const LEAST_ZOOM = 0.5;
// How far from the middle the first column stands, and each next one from the one before.
const FIRST_COLUMN = 320;
const COLUMN = 220;

const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

/** @param {string} name */
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

const style = () => [
  {
    selector: "node",
    style: {
      label: "data(text)",
      shape: "round-rectangle",
      width: "data(width)",
      height: "data(height)",
      "font-size": FONT,
      "font-family": "sans-serif",
      "line-height": LINE / FONT,
      "text-valign": "center",
      "text-wrap": "wrap",
      // Broken already, so that this drawing and the one that is kept look the same.
      "text-max-width": "1000px",
      color: colour("ink"),
      "background-color": colour("raised"),
      "border-color": colour("edge"),
      "border-width": 1,
    },
  },
  { selector: "node[!iri]", style: { "border-style": "dashed", color: colour("quiet") } },
  {
    selector: "node.middle",
    style: { "background-color": colour("tint"), "border-color": colour("accent"), "border-width": 2 },
  },
  {
    selector: "edge",
    style: {
      label: "data(label)",
      width: 1.3,
      "curve-style": "bezier",
      "target-arrow-shape": "triangle",
      "arrow-scale": 0.8,
      "line-color": colour("edge"),
      "target-arrow-color": colour("edge"),
      "font-size": 10,
      "font-family": "sans-serif",
      "text-rotation": "autorotate",
      color: colour("quiet"),
      "text-background-color": colour("paper"),
      "text-background-opacity": 1,
    },
  },
  { selector: "edge[?inferred]", style: { "line-style": "dashed" } },
];

const pen = document.createElement("canvas").getContext("2d");

/** @param {string} label @returns what the text of a node takes, in lines and in size */
function measured(label) {
  const lines = wrapped(label, LONGEST_LINE);
  if (pen) {
    pen.font = `${FONT}px sans-serif`;
  }
  const width = Math.max(...lines.map((line) => pen?.measureText(line).width ?? line.length * 7));
  return { text: lines.join("\n"), width: width + 16, height: lines.length * LINE + 12 };
}

/** @param {Edge} edge */
const edgeId = (edge) => `${edge.source} ${edge.property} ${edge.target}`;

/** @param {any} graph @param {Links} links @returns {any} the nodes that are new */
function add(graph, links) {
  const isNew = new Set(links.nodes.filter(({ id }) => graph.getElementById(id).empty()).map(({ id }) => id));
  // Of two things that are linked already, the one relation tells enough.
  const edges = links.edges.filter(({ source, target }) => isNew.has(source) || isNew.has(target)
    || graph.getElementById(source).edgesWith(graph.getElementById(target)).empty());
  const nodes = links.nodes.filter(({ id }) => isNew.has(id));
  const added = graph.add(nodes.map((node) => ({ group: "nodes", data: { ...node, ...measured(node.label) } })));
  graph.add(edges.map((edge) => ({ group: "edges", data: { ...edge, id: edgeId(edge) } })));
  return added;
}

/**
 * Draw links in an empty element of the page.
 *
 * @param {HTMLElement} place
 * @param {Links} links
 * @param {string} [middle] the id of the node in the middle, if they are all its own
 */
export function draw(place, links, middle) {
  // The wheel goes on scrolling the page; there are buttons to zoom.
  const graph = cytoscape({ container: place, style: style(), maxZoom: 2, userZoomingEnabled: false });
  dark.addEventListener("change", () => graph.style(style()));
  add(graph, links);
  if (middle) {
    spread(graph.getElementById(middle));
  } else {
    settle(graph);
  }
  const { w, h } = graph.elements().boundingBox();
  place.style.height = `${Math.max(240, Math.min((h * place.clientWidth) / w + 2 * MARGIN, 0.75 * innerHeight))}px`;
  graph.resize();
  graph.fit(undefined, MARGIN);
  if (graph.zoom() < LEAST_ZOOM) {
    // On a phone, the middle that can be read is better than a whole that cannot.
    graph.zoom(LEAST_ZOOM);
    graph.center(middle && graph.getElementById(middle));
  }
  return graph;
}

/** @param {any} middle put what points to it on its left and what it points to on its right */
function spread(middle) {
  middle.addClass("middle").position({ x: 0, y: 0 });
  const right = middle.outgoers("node");
  for (const [nodes, direction] of [[middle.incomers("node").difference(right), -1], [right, 1]]) {
    // Two columns keep a long side readable.
    const inner = nodes.length > 8 ? Math.ceil(nodes.length / 2) : nodes.length;
    column(nodes.slice(0, inner), direction * FIRST_COLUMN, 0);
    column(nodes.slice(inner), direction * (FIRST_COLUMN + COLUMN), 0);
  }
}

/** @param {any} nodes put them one below the other around a place, where there is room @param {number} x @param {number} y */
function column(nodes, x, y) {
  const total = nodes.reduce((/** @type {number} */ sum, /** @type {any} */ node) => sum + node.height() + GAP, 0);
  let top = y - total / 2;
  nodes.forEach((/** @type {any} */ node) => {
    const height = node.height() + GAP;
    const others = node.cy().nodes(".placed").filter((/** @type {any} */ one) => Math.abs(one.position("x") - x) < COLUMN / 2);
    const taken = (/** @type {number} */ middle) =>
      others.some((/** @type {any} */ one) => Math.abs(one.position("y") - middle) < (one.height() + GAP + height) / 2 - 1);
    let middle = top + height / 2;
    while (taken(middle)) {
      middle += height / 4;
    }
    node.position({ x, y: middle }).addClass("placed");
    top = middle + height / 2;
  });
}

/**
 * Add links around a node.
 *
 * @param {any} graph
 * @param {Links} links
 * @param {string} around
 * @returns {number} how many nodes are new
 */
export function extend(graph, links, around) {
  const node = graph.getElementById(around);
  const { x, y } = node.position();
  const added = add(graph, links);
  // Beyond both columns of the middle, and one further for each step away from it.
  const level = Math.floor(Math.max(Math.abs(x) - FIRST_COLUMN, 0) / (2 * COLUMN)) + 1;
  column(added, (x < 0 ? -1 : 1) * (FIRST_COLUMN + level * 2 * COLUMN), y);
  const seen = { eles: node.union(added), padding: MARGIN };
  if (calm.matches) {
    graph.fit(seen.eles, seen.padding);
  } else {
    graph.animate({ fit: seen, duration: 400 });
  }
  return added.length;
}

/** @param {any} graph find a place for each node by what it is linked to */
function settle(graph) {
  graph
    .layout({
      name: "cose",
      animate: false,
      nodeRepulsion: () => 60000,
      nodeOverlap: 40,
      idealEdgeLength: () => 140,
      numIter: 2000,
    })
    .run();
  separate(graph);
}

/** @param {any} graph move apart the nodes that cover each other */
function separate(graph) {
  const boxes = graph.nodes().map((/** @type {any} */ node) => ({
    node, ...node.position(), width: node.width() + GAP, height: node.height() + GAP,
  }));
  for (let round = 0, isMoved = true; isMoved && round < 100; round++) {
    isMoved = false;
    boxes.forEach((/** @type {any} */ one, /** @type {number} */ index) => {
      for (const other of boxes.slice(index + 1)) {
        const across = (one.width + other.width) / 2 - Math.abs(one.x - other.x);
        const down = (one.height + other.height) / 2 - Math.abs(one.y - other.y);
        if (across > 0 && down > 0) {
          isMoved = true;
          // The shorter way out; half of it each.
          const axis = across < down ? "x" : "y";
          const step = (Math.min(across, down) / 2 + 1) * (one[axis] < other[axis] ? -1 : 1);
          one[axis] += step;
          other[axis] -= step;
        }
      }
    });
  }
  for (const { node, x, y } of boxes) {
    node.position({ x, y });
  }
}

/** @param {string} text */
const escaped = (text) =>
  text.replace(/[&<>"]/g, (one) => `&#${one.charCodeAt(0)};`);

/**
 * Return the drawing as an SVG document that needs nothing else.
 *
 * @param {any} graph
 * @param {string} name what the drawing is called
 */
export function asSvg(graph, name) {
  const box = graph.elements().boundingBox();
  const edges = graph.edges().map((/** @type {any} */ edge) => {
    const [from, to, middle] = [edge.sourceEndpoint(), edge.targetEndpoint(), edge.midpoint()];
    const dash = edge.data("inferred") ? ' stroke-dasharray="5 4"' : "";
    // Parallel edges are bent: a curve with this control point goes through the middle.
    const bend = { x: 2 * middle.x - (from.x + to.x) / 2, y: 2 * middle.y - (from.y + to.y) / 2 };
    return (
      `<path d="M${from.x} ${from.y}Q${bend.x} ${bend.y} ${to.x} ${to.y}" fill="none" ` +
      `stroke="${colour("edge")}" stroke-width="1.3"${dash} marker-end="url(#arrow)"/>` +
      `<text x="${middle.x}" y="${middle.y}" font-size="10" text-anchor="middle" fill="${colour("quiet")}" ` +
      `stroke="${colour("paper")}" stroke-width="3" paint-order="stroke">${escaped(edge.data("label"))}</text>`
    );
  });
  const nodes = graph.nodes().map((/** @type {any} */ node) => {
    const { x, y } = node.position();
    const [width, height] = [node.outerWidth(), node.outerHeight()];
    const lines = node.data("text").split("\n");
    const text = lines.map(
      (/** @type {string} */ line, /** @type {number} */ index) =>
        `<tspan x="${x}" y="${y + 4.5 + LINE * (index - (lines.length - 1) / 2)}">${escaped(line)}</tspan>`,
    );
    const [fill, edge] = node.hasClass("middle") ? ["tint", "accent"] : ["raised", "edge"];
    const shape =
      `<rect x="${x - width / 2}" y="${y - height / 2}" width="${width}" height="${height}" rx="5" ` +
      `fill="${colour(fill)}" stroke="${colour(edge)}"/>` +
      `<text font-size="${FONT}" text-anchor="middle" fill="${colour("ink")}">${text.join("")}</text>`;
    // The IRI is what the thing is called everywhere; a link to this site would not travel.
    const iri = node.data("iri");
    return iri ? `<a href="${escaped(iri)}">${shape}</a>` : shape;
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${box.x1 - 20} ${box.y1 - 20} ${box.w + 40} ${box.h + 40}" ` +
    `width="${box.w + 40}" height="${box.h + 40}" font-family="sans-serif"><title>${escaped(name)}</title>` +
    `<defs><marker id="arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">` +
    `<path d="M0 0 8 4 0 8z" fill="${colour("edge")}"/></marker></defs>` +
    `<rect x="${box.x1 - 20}" y="${box.y1 - 20}" width="100%" height="100%" fill="${colour("paper")}"/>` +
    `${edges.join("")}${nodes.join("")}</svg>`
  );
}

/** @param {string} text @param {number} longest */
function wrapped(text, longest) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const line = `${lines[lines.length - 1]} ${word}`.trim();
    if (line.length <= longest || lines[lines.length - 1] === "") {
      lines[lines.length - 1] = line;
    } else {
      lines.push(word);
    }
  }
  return lines;
}

/** @param {any} graph @returns {Promise<Blob>} the drawing as PNG, large enough to print */
export const asPng = (graph) =>
  graph.png({ output: "blob-promise", full: true, scale: 2, bg: colour("paper") });

/** @param {Blob} blob @param {string} name let the reader keep a file */
export function save(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The download has begun when the click returns, but needs the address a little longer.
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

/**
 * Return the buttons that keep and zoom a drawing.
 *
 * @param {any} graph
 * @param {string} name
 * @param {{svg: string, png: string, fit: string, bigger: string, smaller: string}} texts
 */
export function tools(graph, name, texts) {
  const zoom = (/** @type {number} */ factor) => () =>
    graph.zoom({
      level: graph.zoom() * factor,
      renderedPosition: { x: graph.width() / 2, y: graph.height() / 2 },
    });
  const bar = document.createElement("div");
  bar.className = "tools";
  bar.append(
    button(texts.fit, () => graph.fit(undefined, MARGIN)),
    button(texts.bigger, zoom(1.3)),
    button(texts.smaller, zoom(1 / 1.3)),
    button(texts.svg, () => save(new Blob([asSvg(graph, name)], { type: "image/svg+xml" }), "si-graph.svg")),
    button(texts.png, async () => save(await asPng(graph), "si-graph.png")),
  );
  return bar;
}
