// @ts-check
// Offers things while one types in a search box; without it the box works as any form.
// The pattern is the ARIA combobox: arrows choose, Enter takes, Escape closes.
(() => {
  "use strict";
  const PAUSE = 150;
  const MOST = 8;
  let count = 0;

  /** @type {Promise<Response> | undefined} */
  let index;

  /**
   * @param {string} source what a server answers, or the index of a site without a server
   * @param {string} words
   * @param {AbortSignal} signal
   * @returns {Promise<[string, string[], string[], string[]] | undefined>}
   */
  async function suggestions(source, words, signal) {
    const url = new URL(source, location.href);
    url.searchParams.set("q", words);
    const response = await (index ?? fetch(url, { signal }));
    if (!response.ok) {
      return undefined;
    }
    const answer = await response.clone().json();
    if (Array.isArray(answer)) {
      return /** @type {any} */ (answer);
    }
    index ??= Promise.resolve(response);
    const { found } = await import("./find.js");
    const hits = found(answer.things, words).slice(0, MOST);
    return [
      words,
      hits.map((/** @type {any} */ hit) => hit.label),
      hits.map((/** @type {any} */ hit) => hit.kind),
      hits.map((/** @type {any} */ hit) => new URL(hit.href, response.url).href),
    ];
  }

  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (
    document.querySelectorAll("form[data-suggestions]")
  )) {
    const input = form.querySelector("input[type=search]");
    if (input instanceof HTMLInputElement) {
      suggest(form, input);
    }
  }

  /** @param {HTMLFormElement} form @param {HTMLInputElement} input */
  function suggest(form, input) {
    const list = document.createElement("ul");
    list.id = `suggestions-${++count}`;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels?.[0]?.textContent ?? "");
    list.hidden = true;
    input.after(list);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-controls", list.id);
    input.setAttribute("aria-expanded", "false");

    /** @type {number | undefined} */
    let waiting;
    /** @type {AbortController | undefined} */
    let asked;
    let chosen = -1;
    let isPressed = false;

    // A click is lost when what was pressed is gone before it is released.
    list.addEventListener("pointerdown", () => {
      isPressed = true;
    });
    for (const end of ["pointerup", "pointercancel"]) {
      document.addEventListener(end, () => {
        isPressed = false;
      });
    }
    input.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(ask, PAUSE);
    });
    input.addEventListener("blur", close);
    input.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
        event.preventDefault();
        choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        take(list.children[chosen]);
      }
    });

    async function ask() {
      asked?.abort();
      const words = input.value.trim();
      if (words.length < 2) {
        close();
        return;
      }
      const current = new AbortController();
      asked = current;
      try {
        const found = await suggestions(form.dataset.suggestions ?? "", words, current.signal);
        if (found && !current.signal.aborted) {
          show(found);
        }
      } catch {
        // No suggestions then; the form itself still works.
      }
    }

    /** @param {[string, string[], string[], string[]]} answer */
    function show([, labels, kinds, links]) {
      if (document.activeElement !== input || isPressed) {
        return;
      }
      list.replaceChildren(
        ...labels.map((label, index) => option(label, kinds[index] ?? "", links[index] ?? "", index)),
      );
      chosen = -1;
      input.removeAttribute("aria-activedescendant");
      list.hidden = labels.length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
    }

    /** @param {string} label @param {string} kind @param {string} href @param {number} index */
    function option(label, kind, href, index) {
      const item = document.createElement("li");
      item.id = `${list.id}-${index}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.dataset.label = label;
      item.dataset.href = href;
      const told = document.createElement("span");
      told.className = "quiet";
      told.textContent = kind;
      item.append(label, " ", told);
      // The field keeps the focus; a click that took it would close the list first.
      item.addEventListener("mousedown", (event) => event.preventDefault());
      item.addEventListener("click", () => take(item));
      return item;
    }

    /** @param {number} index */
    function choose(index) {
      list.children[chosen]?.setAttribute("aria-selected", "false");
      chosen = (index + list.children.length) % list.children.length;
      const item = list.children[chosen];
      item.setAttribute("aria-selected", "true");
      item.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", item.id);
    }

    /** @param {Element} item */
    function take(item) {
      const { label = "", href = "" } = /** @type {HTMLElement} */ (item).dataset;
      input.value = label;
      close();
      // A search for a thing ends on its page; other forms ask what to do with it.
      if (form.getAttribute("role") === "search" && href) {
        location.assign(href);
      } else {
        form.requestSubmit();
      }
    }

    function close() {
      clearTimeout(waiting);
      asked?.abort();
      chosen = -1;
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }
  }
})();
