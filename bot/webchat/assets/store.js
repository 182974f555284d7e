// What this browser keeps: who it is, and what it said that is not yet heard.
// Each waiting message has its own entry, so that two tabs do not overwrite
// each other's. Where storage is forbidden, memory serves as long as it lasts.

const prefix = "zhenban:";

function storage() {
  try {
    const s = window.localStorage;
    s.setItem(prefix + "try", "1");
    s.removeItem(prefix + "try");
    return s;
  } catch {
    const kept = new Map();
    return {
      getItem: (k) => kept.get(k) ?? null,
      setItem: (k, v) => { kept.set(k, v); },
      removeItem: (k) => { kept.delete(k); },
      key: (i) => [...kept.keys()][i] ?? null,
      get length() { return kept.size; },
    };
  }
}

function random() {
  const bytes = crypto.getRandomValues(new Uint8Array(32)); // 256 bit: cannot be guessed
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

// uuid names a message. randomUUID is missing on plain http outside localhost.
export function uuid() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = (b[6] & 15) | 64;
  b[8] = (b[8] & 63) | 128;
  const hex = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

export class Store {
  #s = storage();
  #token = "";
  #of = "";

  // given is a demo phone's token, which is used and not kept.
  constructor(given) {
    this.#token = given || this.#s.getItem(prefix + "token") || "";
    if (!given && !/^[\w-]{43}$/.test(this.#token)) {
      this.#token = random();
      this.#put(prefix + "token", this.#token);
    }
    this.#of = prefix + "waiting:" + (given ? given.slice(0, 64) : "") + ":";
  }

  get token() { return this.#token; }

  // keep remembers a message until drop; files are too large for it.
  keep(m) {
    if (m.t === "file") return;
    const { key, t, text, ref, label, at } = m;
    this.#put(this.#of + key, JSON.stringify({ key, t, text, ref, label, at }));
  }

  drop(key) { this.#s.removeItem(this.#of + key); }

  // waiting gives what an earlier page said and did not hear about, in order.
  waiting() {
    const found = [];
    for (let i = 0; i < this.#s.length; i++) {
      const k = this.#s.key(i);
      if (!k?.startsWith(this.#of)) continue;
      try {
        found.push(JSON.parse(this.#s.getItem(k)));
      } catch {
        this.#s.removeItem(k);
      }
    }
    return found.sort((a, b) => a.at - b.at);
  }

  #put(k, v) {
    try {
      this.#s.setItem(k, v);
    } catch { /* full: the page still has it in memory */ }
  }
}
