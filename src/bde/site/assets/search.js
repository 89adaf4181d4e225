// Search over all names in the graph. The index is loaded when a search field gets the focus, not before.
"use strict";
{
  const ASSETS = new URL(".", document.currentScript.src);
  const ROOT = new URL("..", ASSETS);
  const AT_ONCE = 12;
  const ON_ITS_PAGE = 200;

  let index;

  /** The things that can be found, once the index is there. */
  function loaded() {
    index ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("search-index.js", ASSETS);
      script.onload = () => resolve(new bde.Names(bde.searchIndex.map(thing)));
      script.onerror = () => reject(new Error("The index of names could not be loaded."));
      document.head.append(script);
    });
    return index;
  }

  const thing = ([kind, page, ...names]) => ({ kind, page, names });

  function element(name, text, more = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    return Object.assign(made, more);
  }

  function line({ kind, page, names: [label] }) {
    const item = document.createElement("li");
    const address = new URL(page, ROOT);
    item.append(
      element("a", label, { href: address.href }),
      " ",
      element("span", kind, { className: "kind" }),
    );
    return item;
  }

  /** One search field with the list of what it finds and the line that says how much. */
  class Search {
    #field;
    #list;
    #said;
    #most;
    #passing;

    constructor(form, { list, said, most, passing }) {
      this.#field = form.querySelector("input[type=search]");
      this.#list = list;
      this.#said = said;
      this.#most = most;
      this.#passing = passing;
      this.#field.addEventListener("focus", () => loaded().catch(() => {}), { once: true });
      this.#field.addEventListener("input", () => this.show());
      for (const each of [form, list]) each.addEventListener("keydown", (event) => this.#key(event));
      if (passing) form.addEventListener("focusout", (event) => this.#left(form, event));
    }

    get text() {
      return this.#field.value;
    }

    set text(text) {
      this.#field.value = text;
    }

    async show() {
      const text = this.text.trim();
      if (!text) return this.#clear();
      let names;
      try {
        names = await loaded();
      } catch (problem) {
        this.#said.textContent = problem.message;
        return undefined;
      }
      if (text !== this.text.trim()) return undefined;
      const found = names.find(text);
      return found.length ? this.#offer(found, "") : this.#offer(names.near(text), text);
    }

    /** List what was found, or what is near a text of which nothing has the name. */
    #offer(found, missed) {
      const shown = found.slice(0, this.#most);
      this.#list.replaceChildren(...shown.map(line));
      this.#list.hidden = !shown.length;
      const some = this.#passing ? "; Enter lists all" : " are shown; type more of the name";
      const number =
        found.length > shown.length ? `${shown.length} of ${found.length}${some}` : `${found.length} found`;
      const near = found.length
        ? `Nothing is called “${missed}” here; near it: ${number}`
        : `Nothing is called “${missed}” here.`;
      this.#said.textContent = missed ? near : number;
    }

    #clear() {
      this.#list.replaceChildren();
      this.#list.hidden = true;
      this.#said.textContent = "";
    }

    #left(form, event) {
      if (!form.contains(event.relatedTarget)) this.#clear();
    }

    /** The arrow keys go through the field and its list, Escape goes back to the field and closes the list. */
    #key(event) {
      const stops = [this.#field, ...this.#list.querySelectorAll("a")];
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step && stops.length > 1) {
        const at = stops.indexOf(document.activeElement);
        stops[(at + step + stops.length) % stops.length].focus();
      } else if (step) {
        this.show();
      } else if (event.key === "Escape" && this.#passing && this.#said.textContent) {
        this.#field.focus();
        this.#clear();
      } else {
        return;
      }
      event.preventDefault();
    }
  }

  /** The field on every page: what it finds is listed below it. */
  function inHeader(form) {
    const said = element("p", "", { className: "said" });
    said.setAttribute("role", "status");
    const list = element("ol", "", { className: "found", hidden: true });
    list.setAttribute("aria-label", "Found");
    form.append(said, list);
    new Search(form, { list, said, most: AT_ONCE, passing: true });
  }

  /** The page of its own: it answers the address, and the address follows what is typed. */
  function onItsPage(form) {
    const list = document.getElementById("found");
    const said = document.getElementById("said");
    const search = new Search(form, { list, said, most: ON_ITS_PAGE, passing: false });
    const fromAddress = () => {
      search.text = new URLSearchParams(location.search).get("q") ?? "";
      search.show();
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const address = new URL(location.href);
      address.search = new URLSearchParams({ q: search.text });
      history.pushState(null, "", address);
      search.show();
    });
    addEventListener("popstate", fromAddress);
    fromAddress();
  }

  for (const form of document.querySelectorAll("form[role=search]")) {
    (form.id === "search" ? onItsPage : inHeader)(form);
  }
}
