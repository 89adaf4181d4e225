// Filters for a timeline: what is drawn and the rows of its table, by pair, kind, level and year.
"use strict";
{
  const FACETS = { pair: "Pair", kind: "Kind", level: "Level" };
  const UNKNOWN = "not known";

  function element(name, text = "", more = {}) {
    const made = document.createElement(name);
    made.textContent = text;
    return Object.assign(made, more);
  }

  function choice(name, label, options, any) {
    const select = element("select", "", { name, id: `filter-${name}` });
    select.append(new Option(any, ""), ...options.map((text) => new Option(text, text)));
    const line = element("div");
    line.append(element("label", label, { htmlFor: select.id }), select);
    return line;
  }

  /** The values of a facet; a mark may have several. */
  function values(mark, facet) {
    const found = (mark.dataset[facet] ?? "").split("; ").filter(Boolean);
    return found.length ? found : [UNKNOWN];
  }

  function sorted(marks, facet) {
    const found = new Set(marks.flatMap((mark) => values(mark, facet)));
    const last = found.delete(UNKNOWN) ? [UNKNOWN] : [];
    return [...[...found].sort((a, b) => a.localeCompare(b, "en")), ...last];
  }

  class Filters {
    #form = element("form", "", { className: "filters" });
    #said = element("output", "", { className: "said" });
    #marks;

    constructor(figure) {
      this.#marks = [...document.querySelectorAll("main [data-id]")];
      const group = element("fieldset");
      group.append(element("legend", "Show only"), ...this.#choices());
      const reset = element("button", "Show all", { type: "reset" });
      this.#said.setAttribute("aria-live", "polite");
      this.#form.append(group, reset, this.#said);
      this.#form.addEventListener("change", () => this.#apply());
      this.#form.addEventListener("reset", () => setTimeout(() => this.#apply()));
      this.#form.addEventListener("submit", (event) => event.preventDefault());
      figure.prepend(this.#form);
      this.#apply();
    }

    #choices() {
      const offered = [];
      for (const [facet, label] of Object.entries(FACETS)) {
        const options = sorted(this.#marks, facet);
        if (options.length > 1) offered.push(choice(facet, label, options, "any"));
      }
      const years = sorted(this.#marks, "year").filter((year) => year !== UNKNOWN);
      if (years.length > 1) {
        offered.push(choice("from", "From", years, "any"), choice("to", "To", years, "any"));
      }
      return offered;
    }

    #fits(mark, wanted) {
      const facets = Object.keys(FACETS).filter((facet) => wanted[facet]);
      if (!facets.every((facet) => values(mark, facet).includes(wanted[facet]))) return false;
      const { from, to } = wanted;
      if (!from && !to) return true;
      return values(mark, "year").some(
        (year) => year !== UNKNOWN && (!from || year >= from) && (!to || year <= to),
      );
    }

    #apply() {
      const wanted = Object.fromEntries(new FormData(this.#form));
      const all = new Set();
      const shown = new Set();
      for (const mark of this.#marks) {
        const fits = this.#fits(mark, wanted);
        mark.toggleAttribute("data-out", !fits);
        all.add(mark.dataset.id);
        if (fits) shown.add(mark.dataset.id);
      }
      this.#said.textContent = `${shown.size} of ${all.size} shown`;
    }
  }

  for (const figure of document.querySelectorAll("[data-interactive]")) new Filters(figure);
}
