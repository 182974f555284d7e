// The WebSocket, kept open: it comes back with growing, jittered pauses, at
// once when the network does, and notices a line that died without a word.

const quickest = 500, slowest = 30_000; // ms between attempts
const beat = 25_000, patience = 10_000; // ms of silence before asking, and to wait for a sign

export class Link {
  #on;
  #ws = null;
  #tries = 0;
  #wait = 0;
  #heart = 0;
  #deaf = 0;
  #ended = false;

  // on: hello() gives the first frame; frame(f), open(), closed(code).
  constructor(on) {
    this.#on = on;
    addEventListener("online", () => this.again());
    addEventListener("offline", () => this.#drop());
    addEventListener("pageshow", (e) => e.persisted && this.again());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState !== "visible" || this.#ended) return;
      if (!this.#ws) this.again(); else this.#ask();
    });
  }

  connect() {
    clearTimeout(this.#wait);
    this.#ended = false;
    const ws = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/chat/ws`);
    this.#ws = ws;
    this.#listen(patience * 2);
    ws.onopen = () => {
      if (ws !== this.#ws) return;
      ws.send(JSON.stringify(this.#on.hello()));
      this.#on.open();
    };
    ws.onmessage = (e) => {
      if (ws !== this.#ws) return;
      this.#tries = 0;
      this.#quiet();
      this.#on.frame(JSON.parse(e.data));
    };
    ws.onclose = (e) => {
      if (ws === this.#ws) this.#lost(e.code);
    };
  }

  // again connects now instead of when the pause is over.
  again() {
    if (this.#ended) return;
    this.#tries = 0;
    this.#abandon();
    this.connect();
  }

  // restart is for a link that was ended on purpose.
  restart() {
    this.#ended = false;
    this.again();
  }

  end() {
    this.#ended = true;
    clearTimeout(this.#wait);
  }

  send(frame) {
    if (this.#ws?.readyState !== WebSocket.OPEN) return false;
    this.#ws.send(JSON.stringify(frame));
    return true;
  }

  // suspect is called when an answer is overdue.
  suspect() { this.#drop(); }

  #drop() {
    if (!this.#ws) return;
    this.#abandon();
    this.#lost(1006);
  }

  #abandon() {
    const ws = this.#ws;
    this.#ws = null;
    clearTimeout(this.#heart);
    clearTimeout(this.#deaf);
    ws?.close();
  }

  #lost(code) {
    this.#abandon();
    this.#on.closed(code);
    if (this.#ended) return;
    const most = Math.min(slowest, quickest * 2 ** this.#tries++);
    clearTimeout(this.#wait);
    this.#wait = setTimeout(() => this.connect(), most / 2 + Math.random() * most / 2);
  }

  // A frame came: all is well for another beat.
  #quiet() {
    clearTimeout(this.#deaf);
    clearTimeout(this.#heart);
    this.#heart = setTimeout(() => this.#ask(), beat);
  }

  #ask() {
    if (this.send({ t: "ping" })) this.#listen(patience);
  }

  #listen(ms) {
    clearTimeout(this.#deaf);
    this.#deaf = setTimeout(() => this.#drop(), ms);
  }
}
