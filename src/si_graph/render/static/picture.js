// @ts-check
// The map of links: replaces the drawing of the page by one that grows when a thing is clicked.

import { draw, extend, tools } from "./drawing.js";
import { button } from "./elements.js";

/** @typedef {import("./drawing.js").Links} Links */

const told = document.getElementById("picture-data");
if (told) {
  start(JSON.parse(told.textContent ?? ""));
}

/** @param {{data: Links, name: string, texts: Record<string, string>}} page */
function start({ data, name, texts }) {
  const picture = /** @type {HTMLElement} */ (document.getElementById("picture"));
  const list = /** @type {HTMLElement} */ (document.getElementById("links"));
  const middle = data.nodes[0].id;
  const expanded = new Set([middle]);

  const canvas = document.createElement("div");
  canvas.className = "canvas";
  // What the canvas shows stands in the list below as text.
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", name);
  const status = document.createElement("p");
  status.setAttribute("role", "status");
  status.className = "quiet";
  status.textContent = texts.help;
  picture.firstElementChild?.replaceWith(canvas);
  const graph = draw(canvas, data, middle);
  canvas.after(tools(graph, name, /** @type {any} */ (texts)), status);
  offerToExpand(list);

  graph.on("tap", "node", (/** @type {any} */ event) => {
    const node = event.target.data();
    if (node.expandable) {
      expand(node.id);
    } else if (node.href) {
      location.assign(node.href);
    }
  });

  /** @param {string} id */
  async function expand(id) {
    if (expanded.has(id)) {
      return;
    }
    const { label, data } = graph.getElementById(id).data();
    const found = await fetched(data);
    if (!found) {
      status.textContent = texts.failed;
      return;
    }
    expanded.add(id);
    const count = extend(graph, found, id);
    status.textContent = texts.expanded.replace("{count}", String(count)).replace("{thing}", label);
    for (const row of list.querySelectorAll("[data-thing]")) {
      if (/** @type {HTMLElement} */ (row).dataset.thing === id) {
        listed(/** @type {HTMLElement} */ (row), found, id);
      }
    }
  }

  /** @param {Element} within give each thing of the list a button that does what a click does */
  function offerToExpand(within) {
    for (const row of /** @type {NodeListOf<HTMLElement>} */ (within.querySelectorAll("[data-thing]"))) {
      const id = row.dataset.thing ?? "";
      if (expanded.has(id)) {
        continue;
      }
      const label = graph.getElementById(id).data("label");
      const more = button("+", () => expand(id));
      more.className = "expand";
      more.setAttribute("aria-label", texts.expand.replace("{thing}", label));
      more.title = texts.expand.replace("{thing}", label);
      row.append(" ", more);
    }
  }

  /** @param {HTMLElement} row @param {Links} found @param {string} id show what came in the list too */
  function listed(row, found, id) {
    const nodes = new Map(found.nodes.map((node) => [node.id, node]));
    const rows = document.createElement("ul");
    for (const edge of found.edges) {
      const outgoing = edge.source === id;
      const other = nodes.get(outgoing ? edge.target : edge.source);
      if (!other) {
        continue;
      }
      const item = document.createElement("li");
      if (other.expandable) {
        item.dataset.thing = other.id;
      }
      item.append(outgoing ? `${edge.label} ` : `← ${edge.label} `, linked(other));
      if (edge.inferred) {
        const mark = document.createElement("span");
        mark.className = "mark mark-inferred";
        mark.textContent = texts.inferred;
        item.append(" ", mark);
      }
      rows.append(item);
    }
    row.querySelector(".expand")?.remove();
    row.append(rows);
    row.querySelector("a")?.focus();
    offerToExpand(rows);
  }
}

/** @param {import("./drawing.js").Node} node */
function linked(node) {
  const link = document.createElement(node.href ? "a" : "span");
  link.textContent = node.label;
  if (node.href) {
    link.setAttribute("href", node.href);
  }
  return link;
}

/** @param {string} url @returns {Promise<Links | undefined>} */
async function fetched(url) {
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) {
      return undefined;
    }
    /** @type {Links} */
    const found = await response.json();
    // Its links are seen from the file, which may stand in another folder than this page.
    const whole = (/** @type {string} */ link) => link && new URL(link, response.url).href;
    const nodes = found.nodes.map((node) => ({ ...node, href: whole(node.href), data: whole(node.data) }));
    return { ...found, nodes };
  } catch {
    return undefined;
  }
}
