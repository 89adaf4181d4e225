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

  /** As many letters may differ in a word of this length for it to be near another. */
  const allowed = (length) => (length < 4 ? 0 : length < 8 ? 1 : 2);

  /** Whether one word becomes the beginning of another by changing no more letters than are allowed. */
  function near(wanted, word) {
    const most = allowed(wanted.length);
    if (word.length < wanted.length - most) return false;
    let before = Array.from({ length: word.length + 1 }, (_, at) => at);
    for (let row = 1; row <= wanted.length; row += 1) {
      const now = [row];
      for (let at = 1; at <= word.length; at += 1) {
        const changed = before[at - 1] + (wanted[row - 1] === word[at - 1] ? 0 : 1);
        now.push(Math.min(changed, before[at] + 1, now[at - 1] + 1));
      }
      before = now;
    }
    return Math.min(...before) <= most;
  }

  /** A searchable list of things, each with the `names` it is known by. */
  class Names {
    #known;
    #vocabulary;

    constructor(things) {
      this.#known = things.map((thing) => ({ thing, names: thing.names.map(words) }));
    }

    /** The things of which a name has all the words of a text, at least their beginnings; best first. */
    find(text) {
      const wanted = words(text);
      return wanted.length ? this.#best((name) => distance(wanted, name)) : [];
    }

    /** The things of which a name has most of the words of a text, or words spelled much like them. */
    near(text) {
      const wanted = words(text);
      this.#vocabulary ??= [...new Set(this.#known.flatMap(({ names }) => names.flat()))];
      const alike = wanted.map((word) => new Set(this.#vocabulary.filter((each) => near(word, each))));
      const missing = (name) => alike.filter((some) => !name.some((each) => some.has(each))).length;
      let least = wanted.length;
      for (const { names } of this.#known) for (const name of names) least = Math.min(least, missing(name));
      if (least === wanted.length) return [];
      const misspelt = (name) => wanted.filter((word) => !name.some((each) => each.startsWith(word))).length;
      return this.#best((name) => (missing(name) === least ? 100 * misspelt(name) + name.length : -1));
    }

    /** The things in the order of the least number that one of their names is given; less than 0 is none. */
    #best(far) {
      const found = [];
      for (const { thing, names } of this.#known) {
        const distances = names.map(far).filter((each) => each >= 0);
        if (distances.length) found.push({ thing, far: Math.min(...distances) });
      }
      return found.sort((a, b) => a.far - b.far).map(({ thing }) => thing);
    }
  }

  bde.words = words;
  bde.Names = Names;
}
