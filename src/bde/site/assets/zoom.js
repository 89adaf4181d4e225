// Zoom for a drawing: by buttons, by the keys + - 0 and the arrows, by Ctrl and the wheel, by two fingers.
"use strict";
{
  const SVG = "http://www.w3.org/2000/svg";
  const CLOSEST = 12;
  const STEP = 1.5;
  const SHARE_MOVED = 0.15;

  /** All that is drawn in one group, which can be moved as a whole. */
  function gathered(drawing) {
    const group = document.createElementNS(SVG, "g");
    const drawn = [...drawing.children].filter((each) => !["title", "desc", "defs"].includes(each.localName));
    group.append(...drawn);
    drawing.append(group);
    return group;
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
    const group = gathered(drawing);
    const { width, height } = drawing.viewBox.baseVal;
    const extent = [
      [0, 0],
      [width, height],
    ];
    const zoom = d3
      .zoom()
      .scaleExtent([1, CLOSEST])
      .extent(extent)
      .translateExtent(extent)
      .filter(meant)
      .on("zoom", ({ transform }) => group.setAttribute("transform", transform));
    const selected = d3.select(drawing).call(zoom).on("dblclick.zoom", null);
    const by = (factor) => selected.call(zoom.scaleBy, factor);
    const moved = (x, y) =>
      selected.call(zoom.translateBy, x * width * SHARE_MOVED, y * height * SHARE_MOVED);
    const whole = () => selected.call(zoom.transform, d3.zoomIdentity);

    const bar = document.createElement("div");
    bar.className = "zoom";
    bar.setAttribute("role", "group");
    bar.setAttribute("aria-label", "Zoom; the arrow keys move the drawing");
    bar.append(
      button("+", "Zoom in", () => by(STEP)),
      button("−", "Zoom out", () => by(1 / STEP)),
      button("Whole", "Show the whole drawing", whole),
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
    drawing.before(bar);
  }

  for (const drawing of document.querySelectorAll("figure svg[role=img]")) attach(drawing);
}
