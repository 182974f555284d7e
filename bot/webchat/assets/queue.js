// What the person said and the server has not yet acknowledged. One message is
// under way at a time, so that they arrive in the order they were said; each
// is repeated with its key until it is acknowledged or refused for good.

import { uuid } from "./store.js";

const patience = 30_000; // ms for an answer; the server itself gives up after 20 s
const stale = 24 * 3600 * 1000; // ms; older words are not sent without being asked

export class Queue {
  #items = [];
  #store;
  #on;
  #ready = false;
  #busy = null; // the item under way
  #timer = 0;

  // on: send(frame) → bool, upload(item) → Promise of a frame, changed(item),
  // removed(item), overdue(), working(bool).
  constructor(store, on) {
    this.#store = store;
    this.#on = on;
  }

  // restore takes up what an earlier page left.
  restore() {
    for (const m of this.#store.waiting()) {
      m.state = Date.now() - m.at > stale ? "failed" : "sending";
      this.#items.push(m);
      this.#on.changed(m);
    }
  }

  add(m) {
    m.key = uuid();
    m.at = Date.now();
    m.state = "sending";
    this.#items.push(m);
    this.#store.keep(m);
    this.#on.changed(m);
    this.#next();
  }

  // ready: the history is there, so what had arrived is known.
  ready() {
    this.#ready = true;
    this.#next();
  }

  // lost: the line is down, and what was under way must be said again.
  lost() {
    this.#ready = false;
    if (this.#busy?.t !== "file") this.#free();
  }

  has(key) { return this.#items.some((m) => m.key === key); }

  // done takes a message out: it was acknowledged, or seen in the journal.
  done(key) {
    const i = this.#items.findIndex((m) => m.key === key);
    if (i < 0) return null;
    const [m] = this.#items.splice(i, 1);
    this.#store.drop(key);
    this.#on.removed(m);
    if (this.#busy === m) this.#free();
    this.#next();
    return m;
  }

  // refused: again after ms, or never if ms is 0.
  refused(key, ms) {
    const m = this.#items.find((x) => x.key === key);
    if (!m) return;
    if (this.#busy === m) this.#free();
    if (ms > 0) {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#next(), ms);
      return;
    }
    m.state = "failed";
    this.#store.drop(key);
    this.#on.changed(m);
    this.#next();
  }

  // again is the person's own wish to repeat a failed message.
  again(key) {
    const m = this.#items.find((x) => x.key === key);
    if (m?.state !== "failed") return;
    m.state = "sending";
    m.at = Date.now();
    this.#store.keep(m);
    this.#on.changed(m);
    this.#next();
  }

  #free() {
    clearTimeout(this.#timer);
    this.#busy = null;
    this.#on.working(false);
  }

  #next() {
    const m = this.#items.find((x) => x.state === "sending");
    if (!m || !this.#ready || this.#busy) return;
    this.#busy = m;
    if (m.t === "file") {
      this.#on.working(true);
      this.#upload(m);
      return;
    }
    const { t, key, text, ref, label } = m;
    if (!this.#on.send({ t, key, text, ref, label })) {
      this.#busy = null;
      return;
    }
    this.#on.working(true);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#on.overdue(), patience);
  }

  async #upload(m) {
    try {
      this.#on.uploaded(m, await this.#on.upload(m));
    } catch {
      this.refused(m.key, 3000);
    }
  }
}
