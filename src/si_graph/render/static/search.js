// @ts-check
// Shows what is found for the words in the address, or for an address that is not there.

import { element } from "./elements.js";
import { found } from "./find.js";

const MOST = 50;
const place = /** @type {HTMLElement} */ (document.getElementById("found"));
const texts = /** @type {Record<string, string>} */ (place.dataset);
const asked = new URLSearchParams(location.search).get("q")?.trim() ?? "";
const isSearch = texts.by === "words";
const wanted = isSearch ? asked : lastPart(location.pathname);
if (wanted) {
  show();
}

/** @param {string} path what an address calls its thing */
function lastPart(path) {
  const [part = ""] = path.split("/").filter(Boolean).slice(-1);
  try {
    return decodeURIComponent(part).replace(/\.\w+$/, "").replaceAll("-", " ");
  } catch {
    return "";
  }
}

async function show() {
  const field = document.getElementById("site-search");
  if (isSearch && field instanceof HTMLInputElement) {
    field.value = wanted;
  }
  let hits;
  try {
    const response = await fetch(texts.index);
    const { things } = await response.json();
    hits = found(things, wanted).slice(0, MOST).map((hit) => ({ ...hit, href: new URL(hit.href, response.url).href }));
  } catch {
    // The list below is what there is then.
    return;
  }
  if (!isSearch && !hits.length) {
    return;
  }
  const count = (hits.length === 1 ? texts.one : texts.count).replace("{}", String(hits.length));
  place.replaceChildren(
    element("h2", {}, texts.title.replace("{}", wanted)),
    element("p", { role: "status", class: "quiet" }, hits.length ? count : texts.nothing),
    element("ol", { class: "plain" }, ...hits.map(row)),
  );
}

/** @param {import("./find.js").Hit} hit */
function row({ label, kind, href, matched }) {
  const parts = [element("a", { href }, element("bdi", {}, label)), " ", element("span", { class: "quiet" }, kind)];
  if (matched) {
    parts.push(element("br"), element("span", { class: "quiet" }, `${texts.matched} `, element("bdi", {}, matched)));
  }
  return element("li", {}, ...parts);
}
