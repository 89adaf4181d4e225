// An answer as a table; every text of it is put in as text.
"use strict";
globalThis.bde ??= {};
{
  const DAY = /^\d{4}-\d\d-\d\d$/;
  const LONG = 40;

  function cell(value, page) {
    const made = document.createElement("td");
    if (!value) return made;
    if (value.type !== "uri") {
      made.textContent = value.value;
      if (DAY.test(value.value)) made.className = "day";
      if (value.value.length > LONG) made.className = "long";
      return made;
    }
    const address = page(value.value);
    const place = address ? document.createElement("a") : document.createElement("span");
    if (address) place.href = address;
    place.textContent = bde.shortened(value.value);
    place.title = value.value;
    made.append(place);
    return made;
  }

  function head(columns) {
    const row = document.createElement("tr");
    for (const name of columns) {
      const made = document.createElement("th");
      made.scope = "col";
      made.textContent = name.replaceAll("_", " ");
      row.append(made);
    }
    return row;
  }

  /** A table of these rows; `page` gives the address of the page of an IRI, or nothing. */
  bde.table = function table({ columns, rows }, caption, page) {
    const made = document.createElement("table");
    made.createCaption().textContent = caption;
    made.createTHead().append(head(columns));
    const body = made.createTBody();
    for (const row of rows) {
      const line = document.createElement("tr");
      line.append(...row.map((value) => cell(value, page)));
      body.append(line);
    }
    return made;
  };

  /** An IRI with the project's prefix, where it has one. */
  bde.shortened = function shortened(iri) {
    let best = "";
    const { prefixes } = bde.saved;
    for (const [name, namespace] of Object.entries(prefixes)) {
      if (iri.startsWith(namespace) && namespace.length > (prefixes[best]?.length ?? 0)) best = name;
    }
    return best ? `${best}:${iri.slice(prefixes[best].length)}` : iri;
  };
}
