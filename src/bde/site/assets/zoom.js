// Zoom for a drawing: by buttons, by the keys + - 0 and the arrows, by Ctrl and the wheel, by two fingers.
"use strict";
{
  const SVG = "http://www.w3.org/2000/svg";
  const CLOSEST = 12;
  const STEP = 1.5;
  const SHARE_MOVED = 0.15;

  /** How to draw all of a drawing at a transform: in one group, which is moved as a whole. */
  function gathered(drawing) {
    const group = document.createElementNS(SVG, "g");
    const all = [...drawing.children].filter((each) => !["title", "desc", "defs"].includes(each.localName));
    group.append(...all);
    drawing.append(group);
    return { apply: (transform) => group.setAttribute("transform", transform), left: 0 };
  }

  /** One finger scrolls the page and so does the wheel alone: the drawing must not be in the way. */
  function meant(event) {
    if (event.type === "wheel") return event.ctrlKey;
    return event.touches ? event.touches.length > 1 : !event.button;
  }

  function button(text, label, act) {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.setAttribute("aria-label", label);
    made.title = label;
    made.addEventListener("click", act);
    return made;
  }

  function attach(drawing) {
    const { apply, left } = drawing.closest(".timeline") ? bde.stretch(drawing) : gathered(drawing);
    const { width, height } = drawing.viewBox.baseVal;
    const extent = [
      [left, 0],
      [width, height],
    ];
    const zoom = d3
      .zoom()
      .scaleExtent([1, CLOSEST])
      .extent(extent)
      .translateExtent(extent)
      .filter(meant)
      .on("zoom", ({ transform }) => apply(transform));
    const selected = d3.select(drawing).call(zoom).on("dblclick.zoom", null);
    const by = (factor) => selected.call(zoom.scaleBy, factor);
    const moved = (x, y) => {
      const { k } = d3.zoomTransform(drawing);
      selected.call(zoom.translateBy, (x * width * SHARE_MOVED) / k, (y * height * SHARE_MOVED) / k);
    };
    const whole = () => selected.call(zoom.transform, d3.zoomIdentity);

    const bar = document.createElement("div");
    bar.className = "zoom";
    bar.setAttribute("role", "group");
    const title = drawing.querySelector("title").textContent;
    bar.setAttribute("aria-label", `Zoom; the arrow keys move the drawing: ${title}`);
    bar.append(
      button("+", "Zoom in", () => by(STEP)),
      button("−", "Zoom out", () => by(1 / STEP)),
      button("Whole", "Whole drawing", whole),
    );
    const keys = {
      "+": () => by(STEP),
      "-": () => by(1 / STEP),
      0: whole,
      ArrowLeft: () => moved(1, 0),
      ArrowRight: () => moved(-1, 0),
      ArrowUp: () => moved(0, 1),
      ArrowDown: () => moved(0, -1),
    };
    bar.addEventListener("keydown", (event) => {
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      keys[event.key]();
      event.preventDefault();
    });
    (drawing.closest("figure > .wide") ?? drawing).before(bar);
  }

  for (const drawing of document.querySelectorAll("figure svg[role=img]")) attach(drawing);
}
