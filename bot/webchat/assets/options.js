// The numbered buttons under a question. Only the newest question's look
// active; older ones stay, muted, and can still be tapped: the server knows
// what a late answer is worth. Arrow keys walk through all of them, Tab only
// through the newest.

import { t } from "./setup.js";
import { safe } from "./linkify.js";

export class Options {
  #log;
  #tap;

  constructor(log, tap) {
    this.#log = log;
    this.#tap = tap;
    log.addEventListener("keydown", (e) => this.#key(e));
  }

  // group makes the buttons of one message.
  group(choices) {
    const box = document.createElement("div");
    box.className = "options";
    box.setAttribute("role", "group");
    box.setAttribute("aria-label", t.options);
    for (const c of choices) box.append(c.url && safe(c.url) ? this.#link(c) : this.#button(c));
    this.#live(box, false);
    return box;
  }

  // newest makes the groups in rows the active ones.
  newest(rows) {
    this.mute();
    for (const r of rows) for (const g of r.querySelectorAll(".options")) this.#live(g, true);
  }

  // mute makes every group an old one.
  mute() {
    for (const g of this.#log.querySelectorAll(".options.live")) this.#live(g, false);
  }

  #live(group, on) {
    group.classList.toggle("live", on);
    for (const b of group.children) b.tabIndex = on ? 0 : -1;
  }

  #button(c) {
    const b = document.createElement("button");
    b.type = "button";
    b.className = "option";
    b.textContent = `${c.n}. ${c.label}`;
    b.onclick = () => {
      b.classList.add("chosen");
      this.#tap(c);
    };
    return b;
  }

  #link(c) {
    const a = document.createElement("a");
    a.className = "option link";
    a.href = safe(c.url);
    a.target = "_blank";
    a.rel = "noopener noreferrer";
    a.textContent = `${c.n}. ${c.label}`;
    return a;
  }

  #key(e) {
    if (!e.target.classList?.contains("option")) return;
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[e.key];
    if (!step) return;
    const all = [...this.#log.querySelectorAll(".option")];
    const to = all[all.indexOf(e.target) + step];
    if (!to) return;
    e.preventDefault();
    to.focus();
  }
}
