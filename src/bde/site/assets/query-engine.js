// The engine as the page sees it: it starts when first asked, answers one query at a time, can be stopped.
"use strict";
globalThis.bde ??= {};
{
  const unpacked = async (packed) => {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };

  class Engine {
    #worker;
    #ready;
    #waiting = new Map();
    #number = 0;
    #stopped = 0;
    #packed;

    /** `packed` holds the texts of `code`, `wasm` and `graph`, each gzip in base64. */
    constructor(packed) {
      this.#packed = packed;
    }

    /** Start the engine and load the graph, once; gives the number of triples. */
    start() {
      this.#ready ??= this.#started().catch((problem) => {
        this.#ready = undefined;
        throw problem;
      });
      return this.#ready;
    }

    async #started() {
      const { code, wasm, graph } = this.#packed;
      const before = this.#stopped;
      const [text, module, quads] = await Promise.all([code, wasm, graph].map(unpacked));
      if (this.#stopped > before) throw new Error("Stopped.");
      const source = new Blob([text, `\n(${bde.worker})();`], { type: "text/javascript" });
      const address = URL.createObjectURL(source);
      this.#worker = new Worker(address);
      this.#worker.onmessage = ({ data }) => this.#answered(data);
      this.#worker.onerror = (event) =>
        this.#end(new Error(event.message || "The engine could not be started."));
      const loaded = await this.#send("load", { wasm: module, graph: quads });
      URL.revokeObjectURL(address);
      return loaded.triples;
    }

    #send(task, given) {
      return new Promise((resolve, reject) => {
        this.#number += 1;
        this.#waiting.set(this.#number, { resolve, reject });
        this.#worker.postMessage({ number: this.#number, task, given });
      });
    }

    #answered({ number, result, problem, broken }) {
      const { resolve, reject } = this.#waiting.get(number);
      this.#waiting.delete(number);
      if (problem === undefined) return resolve(result);
      if (broken) {
        return this.#end(
          new Error("The answer is too large for this browser. Narrow the query or add a LIMIT."),
          reject,
        );
      }
      return reject(new Error(problem));
    }

    #end(problem, ...rejects) {
      this.#worker?.terminate();
      this.#worker = this.#ready = undefined;
      for (const { reject } of this.#waiting.values()) reject(problem);
      for (const reject of rejects) reject(problem);
      this.#waiting.clear();
    }

    /** The answer to a query: columns, at most so many rows of it, the count of all, milliseconds. */
    async ask(query, { form, most, seconds }) {
      await this.start();
      const timer = setTimeout(
        () =>
          this.stop(
            `Stopped after ${seconds} seconds. Bind one end of the query, or move each OPTIONAL to its end.`,
          ),
        1000 * seconds,
      );
      try {
        return await this.#send("ask", { query, form, most });
      } finally {
        clearTimeout(timer);
      }
    }

    /** The whole of the last answer as CSV. */
    async csv() {
      return (await this.#send("csv", {})).text;
    }

    /** End whatever runs; the next query starts anew. */
    stop(why = "Stopped.") {
      this.#stopped += 1;
      this.#end(new Error(why));
    }
  }

  bde.Engine = Engine;
}
