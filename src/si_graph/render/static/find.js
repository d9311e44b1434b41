// @ts-check
// Finds things by their names in the index of a site that has no server to ask.

/** @typedef {{label: string, kind: string, href: string, matched: string}} Hit */

const MOST_BESIDE = 20;
const [WHOLE, BEGIN, INSIDE, MISTYPED] = [0, 1, 2, 4];
const SHORTEST_INSIDE = 4;

/**
 * @param {[string, string, string, string[]][]} things label, kind, link and other names of each
 * @param {string} wanted
 * @returns {Hit[]} the best first
 */
export function found(things, wanted) {
  const asked = words(wanted);
  if (!asked.length) {
    return [];
  }
  /** @type {(Hit & {cost: number})[]} */
  const hits = [];
  for (const [label, kind, href, others] of things) {
    let best = { cost: cost(asked, label), name: label };
    for (const name of others) {
      const other = cost(asked, name) + 0.5;
      best = other < best.cost ? { cost: other, name } : best;
    }
    if (best.cost < Infinity) {
      hits.push({ label, kind, href, matched: best.name === label ? "" : best.name, cost: best.cost });
    }
  }
  return hits.sort((one, other) => one.cost - other.cost || one.label.length - other.label.length);
}

/** @param {string} text @returns {string[]} its words without case and accents */
function words(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
  return [...new Set(plain.match(/[\p{L}\p{N}]+/gu) ?? [])];
}

/** @param {string[]} asked @param {string} name how far a name is from what is asked; each word counts */
function cost(asked, name) {
  const there = words(name);
  const each = asked.map((word) => Math.min(Infinity, ...there.map((other) => distance(word, other))));
  const beside = Math.min(Math.max(there.length - asked.length, 0), MOST_BESIDE);
  return each.reduce((sum, one) => sum + one, 0) + beside / 10;
}

/** @param {string} word @param {string} other */
function distance(word, other) {
  if (word === other) {
    return WHOLE;
  }
  if (other.startsWith(word)) {
    return BEGIN;
  }
  // Dutch writes compounds as one word.
  if (word.length >= SHORTEST_INSIDE && other.includes(word)) {
    return INSIDE;
  }
  return word.length > SHORTEST_INSIDE && isNear(word, other) ? MISTYPED : Infinity;
}

/** @param {string} one @param {string} other whether one letter more, less, other or swapped makes them alike */
function isNear(one, other) {
  if (Math.abs(one.length - other.length) > 1) {
    return false;
  }
  let at = 0;
  while (at < one.length && one[at] === other[at]) {
    at += 1;
  }
  const [rest, left] = [one.slice(at), other.slice(at)];
  const isSwapped = rest[0] === left[1] && rest[1] === left[0] && rest.slice(2) === left.slice(2);
  return isSwapped || rest.slice(1) === left.slice(1) || rest.slice(1) === left || rest === left.slice(1);
}
