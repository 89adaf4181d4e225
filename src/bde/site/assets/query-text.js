// What a text in SPARQL is, told without running it.
"use strict";
globalThis.bde ??= {};
{
  const SKIPPED = new RegExp(
    [
      /"""(?:[^"\\]|\\[^]|"(?!""))*"""/,
      /'''(?:[^'\\]|\\[^]|'(?!''))*'''/,
      /"(?:[^"\\\n\r]|\\.)*"/,
      /'(?:[^'\\\n\r]|\\.)*'/,
      /<[^<>"{}|^`\\\s]*>/,
      /#[^\n\r]*/,
      /[?$][\p{L}\p{N}_]+/u,
      /(?:[\p{L}\p{N}_][\p{L}\p{N}_.-]*)?:(?:[\p{L}\p{N}_:%\\.-]*)/u,
    ]
      .map((each) => each.source)
      .join("|"),
    "gu",
  );
  const UPDATES = /\b(INSERT|DELETE|LOAD|CLEAR|CREATE|DROP|COPY|MOVE|ADD)\b/i;
  const FORM = /\b(SELECT|ASK|CONSTRUCT|DESCRIBE)\b/i;

  /** The key words of a text, without its strings, comments, names and variables. */
  const keywords = (text) => text.replace(SKIPPED, " ");

  /**
   * The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE.
   * Throws an Error with what to do where the text is none that is run here.
   */
  function form(text) {
    const left = keywords(text);
    if (/\bSERVICE\b/i.test(left)) {
      throw new Error(
        "SERVICE would send the query to another server. Leave it out: nothing leaves this page.",
      );
    }
    const found = FORM.exec(left);
    const update = UPDATES.exec(left);
    if (update && (!found || update.index < found.index)) {
      throw new Error(`${update[0].toUpperCase()} changes a graph, and here it is only asked. Use SELECT.`);
    }
    if (!found) throw new Error("This is no query: it has no SELECT, ASK, CONSTRUCT or DESCRIBE.");
    return found[1].toUpperCase();
  }

  /** The text with the project's prefixes that it uses and does not declare. */
  function withPrefixes(text, prefixes) {
    const declared = new Set([...text.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((each) => each[1]));
    const missing = Object.entries(prefixes).filter(
      ([name]) => !declared.has(name) && new RegExp(`(?<![\\w:-])${name}:[\\w]`).test(text),
    );
    return missing.map(([name, namespace]) => `PREFIX ${name}: <${namespace}>\n`).join("") + text;
  }

  bde.queryForm = form;
  bde.withPrefixes = withPrefixes;
}
