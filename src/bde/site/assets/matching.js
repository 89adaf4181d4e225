// Names as they are compared: without case, accents and punctuation, their words in any order.
"use strict";
globalThis.bde ??= {};
{
  // Letters that Unicode does not take apart into a plain letter and an accent.
  const PLAIN = { đ: "d", ø: "o", ł: "l", ı: "i", æ: "ae", œ: "oe", ð: "d", þ: "th", ß: "ss" };
  const UNPARTED = new RegExp(`[${Object.keys(PLAIN).join("")}]`, "gu");

  /** The words of a text as they are compared. */
  function words(text) {
    const apart = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "");
    return apart.replace(UNPARTED, (letter) => PLAIN[letter]).match(/[\p{L}\p{N}_]+/gu) ?? [];
  }

  /** How well the words of one name answer those wanted: 0 is best, -1 is not at all. */
  function distance(wanted, name) {
    const left = [...name];
    let started = 0;
    for (const word of wanted) {
      let at = left.indexOf(word);
      if (at < 0) {
        at = left.findIndex((each) => each.startsWith(word));
        started += 1;
      }
      if (at < 0) return -1;
      left.splice(at, 1);
    }
    return 100 * started + left.length;
  }

  /** A searchable list of things, each with the `names` it is known by. */
  class Names {
    #known;

    constructor(things) {
      this.#known = things.map((thing) => ({ thing, names: thing.names.map(words) }));
    }

    /** The things of which a name has all the words of a text, at least their beginnings; best first. */
    find(text) {
      const wanted = words(text);
      if (!wanted.length) return [];
      const found = [];
      for (const { thing, names } of this.#known) {
        const distances = names.map((name) => distance(wanted, name)).filter((each) => each >= 0);
        if (distances.length) found.push({ thing, far: Math.min(...distances) });
      }
      return found.sort((a, b) => a.far - b.far).map(({ thing }) => thing);
    }
  }

  bde.words = words;
  bde.Names = Names;
}
