// The conversation on the screen: entries of the journal in their order, then
// what is still on its way.

import { $, t } from "./setup.js";
import { linkify } from "./linkify.js";
import { media, picture } from "./media.js";
import { Options } from "./options.js";
import { dayKey, dayLabel, hourMinute } from "./time.js";

const nearEnd = 120; // px from the end that still count as reading the newest

export class View {
  #log = $("log");
  #entries = $("entries");
  #pending = $("pending");
  #newer = $("newer");
  #seen = new Set();
  #passing = new Map(); // key → rows shown from an ack, until the journal has them
  #waiting = new Map(); // key → row of a message under way
  #stick = true; // the newest is being read, and stays in sight as things grow
  #options;
  #token;
  #on;

  // on: tap(choice), again(key).
  constructor(token, on) {
    this.#token = token;
    this.#on = on;
    this.#options = new Options(this.#log, on.tap);
    this.#newer.onclick = () => this.#toEnd();
    const sizes = new ResizeObserver(() => this.#stick && this.#toEnd());
    sizes.observe(this.#log);
    sizes.observe(this.#log.firstElementChild);
    this.#log.addEventListener("scroll", () => {
      this.#stick = this.#atEnd();
      if (this.#stick) this.#newer.hidden = true;
    }, { passive: true });
  }

  // clear forgets everything: the server did not know where we were.
  clear() {
    this.#seen.clear();
    this.#passing.clear();
    this.#entries.replaceChildren();
  }

  // show adds entries; true if something new was said to the person. Live ones
  // come while the person watches; the others are history.
  show(entries, live) {
    const follow = this.#atEnd();
    let said = false, first = null;
    for (const e of entries) {
      if (this.#seen.has(e.cursor)) continue;
      this.#seen.add(e.cursor);
      this.#replacePassing(e);
      const rows = this.#rows(e);
      this.#place(new Date(e.at), rows);
      if (e.mine && (e.text || e.media)) this.#options.mute();
      if (rows.some((r) => r.querySelector(".options"))) this.#options.newest(rows);
      said ||= Boolean(e.messages?.length);
      first ??= rows[0];
    }
    this.#days();
    this.#follow(follow, said, live && said && first);
    return said;
  }

  // passing shows an answer that the journal does not have (yet).
  passing(key, m, messages) {
    const follow = this.#atEnd();
    const rows = m ? [this.#mine(m, "sent")] : [];
    for (const s of messages ?? []) rows.push(this.#theirs(s));
    this.#passing.set(key, { rows, text: m?.text ?? m?.label ?? "", file: m?.t === "file" });
    this.#place(new Date(NaN), rows);
    if (messages?.some((s) => s.choices)) this.#options.newest(rows);
    this.#follow(follow, Boolean(messages?.length));
  }

  // waiting shows or changes a message under way.
  waiting(m) {
    const row = this.#mine(m, m.state);
    const old = this.#waiting.get(m.key);
    if (old) old.replaceWith(row); else this.#pending.append(row);
    this.#waiting.set(m.key, row);
    if (!old) {
      this.#options.mute();
      this.#toEnd();
    }
  }

  // progress tells how much of a file is under way, from 0 to 1.
  progress(key, share) {
    const mark = this.#waiting.get(key)?.querySelector(".mark.sending");
    if (mark) mark.textContent = `${t.sending} ${Math.floor(share * 100)}%`;
  }

  arrived(key) {
    this.#waiting.get(key)?.remove();
    this.#waiting.delete(key);
  }

  typing(on) {
    const follow = this.#atEnd();
    $("typing").hidden = !on;
    if (on && follow) this.#toEnd();
  }

  #rows(e) {
    const rows = [];
    if (e.mine && (e.text || e.media)) rows.push(this.#mine(e, "sent"));
    for (const s of e.messages ?? []) rows.push(this.#theirs(s));
    const at = new Date(e.at);
    const last = rows.at(-1);
    if (rows[0]?.classList.contains("mine")) stamp(rows[0], at);
    if (last?.classList.contains("theirs")) stamp(last, at);
    return rows;
  }

  #mine(m, state) {
    const row = element("div", "row mine");
    row.append(sr(t.me));
    if (m.media) row.append(media(m.media, this.#token, () => this.#grown()));
    if (m.file) {
      const box = element("div", "media");
      box.append(/^image\/(png|jpeg|gif|webp)$/.test(m.file.type) ? picture(m.file, m.file.name, () => this.#grown()) : element("span", "file", m.file.name));
      row.append(box);
    }
    const text = m.text ?? m.label;
    if (text) {
      const b = element("div", "bubble");
      b.append(linkify(text));
      row.append(b);
    }
    const meta = element("p", "meta");
    if (state === "failed") {
      const again = element("button", "again", `${t.failed} · ${t.again}`);
      again.type = "button";
      again.onclick = () => this.#on.again(m.key);
      meta.append(again);
    } else {
      const mark = element("span", "mark " + state);
      mark.title = state === "sent" ? t.sent : t.sending;
      mark.append(state === "sent" ? sr(t.sent) : t.sending);
      meta.append(mark);
    }
    row.append(meta);
    row.dataset.state = state;
    return row;
  }

  #theirs(s) {
    const row = element("div", "row theirs");
    row.append(sr(t.them));
    if (s.media) row.append(media(s.media, this.#token, () => this.#grown()));
    if (s.text) {
      const b = element("div", "bubble");
      b.append(linkify(s.text));
      row.append(b);
    }
    if (s.choices?.length) row.append(this.#options.group(s.choices));
    return row;
  }

  // #place appends rows, with a line before the first of each day.
  #place(at, rows) {
    if (!rows.length) return;
    if (!Number.isNaN(at.valueOf())) {
      const key = dayKey(at);
      const days = this.#entries.querySelectorAll(".day");
      if ([...days].at(-1)?.dataset.day !== key) {
        const d = element("p", "day");
        d.dataset.day = key;
        d.dataset.at = at.toISOString();
        this.#entries.append(d);
      }
    }
    this.#entries.append(...rows);
  }

  // #days names the days again: today becomes yesterday, the more so in a demo.
  #days() {
    for (const d of this.#entries.querySelectorAll(".day")) {
      const label = dayLabel(new Date(d.dataset.at));
      if (d.textContent !== label) d.textContent = label;
    }
  }

  #replacePassing(e) {
    for (const [key, p] of this.#passing) {
      const same = e.key ? e.key === key : e.mine && (p.file || p.text === (e.text ?? ""));
      if (!same) continue;
      for (const r of p.rows) r.remove();
      this.#passing.delete(key);
      return;
    }
  }

  #atEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < nearEnd;
  }

  // #follow keeps up with what was said, unless the person was reading above.
  // An answer longer than the screen is shown from its beginning.
  #follow(was, said, first) {
    const from = first ? first.offsetTop - this.#log.offsetTop - 12 : 0;
    if (was && first && this.#log.scrollHeight - from > this.#log.clientHeight + nearEnd) {
      this.#stick = false;
      this.#log.scrollTop = from;
      this.#newer.hidden = this.#atEnd();
    } else if (was) this.#toEnd();
    else if (said) this.#newer.hidden = false;
  }

  #grown() { if (this.#stick) this.#toEnd(); }

  #toEnd() {
    this.#stick = true;
    this.#log.scrollTop = this.#log.scrollHeight;
    this.#newer.hidden = true;
  }
}

function stamp(row, at) {
  let meta = row.querySelector(".meta");
  if (!meta) {
    meta = element("p", "meta");
    row.append(meta);
  }
  const time = element("time", "", hourMinute(at));
  time.dateTime = at.toISOString();
  meta.prepend(time);
}

function element(name, className, text) {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (text) e.textContent = text;
  return e;
}

function sr(text) { return element("span", "sr", text); }
