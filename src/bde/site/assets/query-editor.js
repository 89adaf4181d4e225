// The editor: Yasqe without its own requests, stores and links, for keyboard and screen reader.
"use strict";
globalThis.bde ??= {};

/** An editor in `place`; Ctrl and Enter calls `run`. Tab leaves it, as it leaves any other field. */
bde.editor = function editor(place, run) {
  const made = new Yasqe(place, {
    value: "",
    autocompleters: ["variables"],
    collapsePrefixesOnLoad: false,
    consumeShareLink: null,
    createShareableLink: null,
    editorHeight: "22em",
    lineNumbers: true,
    persistenceId: null,
    resizeable: false,
    screenReaderLabel: "SPARQL",
    showQueryButton: false,
    extraKeys: { Tab: false, "Shift-Tab": false, "Ctrl-Enter": run, "Cmd-Enter": run, "Ctrl-S": false },
  });
  const scrolled = place.querySelector(".CodeMirror-scroll");
  Object.assign(scrolled, { tabIndex: 0, role: "group", ariaLabel: "The query, to scroll" });
  return made;
};
