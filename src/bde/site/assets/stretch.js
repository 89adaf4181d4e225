// A timeline drawn closer: time becomes wider, the names of its lanes stay where they are.
"use strict";
globalThis.bde ??= {};
{
  const SVG = "http://www.w3.org/2000/svg";
  const STEPS = [1, 2, 5, 10, 20, 50];
  const CLOSEST_TICKS = 45;
  const BEYOND = 20;

  const number = (element, name) => Number(element.getAttribute(name));

  function drawn(name, attributes, parent) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    parent.append(made);
    return made;
  }

  /** The years of an axis with their places, one by one and some beyond, told from the ticks that are drawn. */
  function years(axis) {
    const ticks = [...axis.querySelectorAll("text")].map((text) => [
      Number(text.textContent),
      number(text, "x"),
    ]);
    const [first, last] = [ticks[0], ticks.at(-1)];
    if (ticks.length < 2 || !ticks.every(([year]) => Number.isInteger(year))) return [];
    const wide = (last[1] - first[1]) / (last[0] - first[0]);
    const count = last[0] - first[0] + 1 + 2 * BEYOND;
    return Array.from({ length: count }, (_, at) => ({
      year: first[0] + at - BEYOND,
      x: first[1] + (at - BEYOND) * wide,
    }));
  }

  class Axis {
    #group;
    #years;
    #top;
    #bottom;

    constructor(group) {
      this.#group = group;
      this.#years = years(group);
      const line = group.querySelector("line");
      this.#top = number(line, "y1");
      this.#bottom = number(line, "y2");
    }

    /** Draw as many years as there is room for, from `left` on. */
    draw(transform, left, right) {
      if (!this.#years.length) return;
      const wide = transform.k * (this.#years[1].x - this.#years[0].x);
      const step = STEPS.find((each) => each * wide >= CLOSEST_TICKS) ?? STEPS.at(-1);
      this.#group.replaceChildren();
      for (const { year, x } of this.#years) {
        const at = transform.applyX(x);
        if (year % step || at < left || at > right) continue;
        drawn("line", { class: "grid", x1: at, x2: at, y1: this.#top, y2: this.#bottom }, this.#group);
        drawn("text", { x: at, y: 13, "text-anchor": "middle" }, this.#group).textContent = year;
      }
    }
  }

  /** What is drawn of time, with its places at full view. */
  function places(drawing) {
    return [...drawing.querySelectorAll(".marks :is(rect, line)")].map((element) => {
      const rectangle = element.localName === "rect";
      const from = number(element, rectangle ? "x" : "x1");
      const to = rectangle ? from + number(element, "width") : number(element, "x2");
      return { element, rectangle, from, to };
    });
  }

  /** How to draw a timeline at a transform of d3, and from where on to the right time is drawn. */
  bde.stretch = function stretch(drawing) {
    const right = drawing.viewBox.baseVal.width;
    const all = places(drawing);
    const axis = new Axis(drawing.querySelector(".axis"));
    const ticks = [...drawing.querySelectorAll(".axis line")].map((line) => number(line, "x1"));
    const left = Math.min(...ticks, ...all.map(({ from }) => from));
    const apply = (transform) => {
      axis.draw(transform, left, right);
      for (const { element, rectangle, from, to } of all) {
        const start = Math.max(left, transform.applyX(from));
        const end = Math.min(right, transform.applyX(to));
        element.toggleAttribute("data-off", end < left || start > right);
        element.setAttribute(rectangle ? "x" : "x1", start);
        element.setAttribute(rectangle ? "width" : "x2", rectangle ? Math.max(0, end - start) : end);
      }
    };
    return { apply, left };
  };
}
