// A timeline drawn closer: time becomes wider, the names of its lanes stay where they are.
"use strict";
globalThis.bde ??= {};
{
  const SVG = "http://www.w3.org/2000/svg";
  const STEPS = [1, 2, 5, 10, 20, 50];
  const CLOSEST_TICKS = 45;
  const BEYOND = 20;
  const MILLISECONDS_OF_A_YEAR = 365.25 * 24 * 60 * 60 * 1000;

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

    /** How wide a year is at full view; 0 where the axis does not tell. */
    get year() {
      return this.#years.length ? this.#years[1].x - this.#years[0].x : 0;
    }

    /** Draw as many years as there is room for, from `left` on. */
    draw(transform, left, right) {
      if (!this.#years.length) return;
      const wide = transform.k * this.year;
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

  /** How long something lasts, in years, or 0 where no days are given. */
  function lasting({ from, to }) {
    return from && to ? (Date.parse(to) - Date.parse(from)) / MILLISECONDS_OF_A_YEAR : 0;
  }

  /** What is drawn of time, with its place and width at full view. A mark is never narrower than `least`. */
  function places(drawing, year) {
    const all = [...drawing.querySelectorAll(".marks rect")].map((element) => {
      return { element, from: number(element, "x"), wide: number(element, "width"), least: 0 };
    });
    const least = Math.min(...all.map(({ wide }) => wide));
    for (const each of all.filter(({ wide }) => wide === least)) {
      each.least = least;
      each.wide = year * lasting(each.element.dataset);
    }
    return all;
  }

  /** The dotted tails of what has no known end; they tell no time. */
  function tails(drawing) {
    return [...drawing.querySelectorAll(".marks line")].map((element) => {
      return { element, from: number(element, "x1"), long: number(element, "x2") - number(element, "x1") };
    });
  }

  /** How to draw a timeline at a transform of d3, and from where on to the right time is drawn. */
  bde.stretch = function stretch(drawing) {
    const right = drawing.viewBox.baseVal.width;
    const axis = new Axis(drawing.querySelector(".axis"));
    const marks = places(drawing, axis.year);
    const open = tails(drawing);
    const ticks = [...drawing.querySelectorAll(".axis line")].map((line) => number(line, "x1"));
    const left = Math.min(...ticks, ...marks.map(({ from }) => from));
    const apply = (transform) => {
      axis.draw(transform, left, right);
      for (const { element, from, wide, least } of marks) {
        const begins = transform.applyX(from);
        const ends = begins + Math.max(transform.k * wide, least);
        const start = Math.max(left, begins);
        element.toggleAttribute("data-off", ends < left || begins > right);
        element.setAttribute("x", start);
        element.setAttribute("width", Math.max(0, Math.min(right, ends) - start));
      }
      for (const { element, from, long } of open) {
        const begins = transform.applyX(from);
        element.toggleAttribute("data-off", begins < left || begins > right);
        element.setAttribute("x1", begins);
        element.setAttribute("x2", begins + long);
      }
    };
    return { apply, left };
  };
}
