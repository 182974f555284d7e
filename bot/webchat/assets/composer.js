// Where the person types, and attaches photos.

import { $, setup, t } from "./setup.js";

const warnAt = 500; // characters left

export class Composer {
  #say = $("say");
  #notice = $("notice");
  #timer = 0;

  // on: say(text), files(list).
  constructor(on) {
    const form = $("composer"), file = $("file");
    $("say-label").textContent = t.say;
    this.#say.placeholder = t.placeholder;
    this.#say.maxLength = setup.max_text;
    $("send").setAttribute("aria-label", t.send);
    $("attach").setAttribute("aria-label", t.attach);

    form.onsubmit = (e) => {
      e.preventDefault();
      const text = this.#say.value.trim();
      if (!text) return;
      this.#say.value = "";
      this.#changed();
      this.quiet();
      on.say(text);
    };
    this.#say.onkeydown = (e) => {
      // While an input method is open, Enter picks a word and 229 is its key.
      if (e.key !== "Enter" || e.shiftKey || e.isComposing || e.keyCode === 229) return;
      e.preventDefault();
      form.requestSubmit();
    };
    this.#say.oninput = () => this.#changed();
    $("attach").onclick = () => file.click();
    file.onchange = () => {
      on.files([...file.files]);
      file.value = "";
    };
    this.#say.onpaste = (e) => {
      const files = [...(e.clipboardData?.files ?? [])];
      if (!files.length) return;
      e.preventDefault();
      on.files(files);
    };
    const carries = (e) => e.dataTransfer?.types.includes("Files");
    addEventListener("dragover", (e) => carries(e) && e.preventDefault());
    addEventListener("drop", (e) => {
      if (!carries(e)) return;
      e.preventDefault();
      on.files([...e.dataTransfer.files]);
    });
  }

  focus() { this.#say.focus({ preventScroll: true }); }

  // note tells the person something for a while.
  note(text) {
    clearTimeout(this.#timer);
    this.#notice.textContent = text;
    this.#notice.hidden = false;
    this.#timer = setTimeout(() => this.quiet(), 8000);
  }

  quiet() {
    clearTimeout(this.#timer);
    this.#notice.hidden = true;
    this.#notice.textContent = "";
  }

  #changed() {
    const s = this.#say;
    // Some keyboards still type the line end of an Enter that was handled.
    if (s.value.includes("\n") && !s.value.trim()) s.value = "";
    $("send").disabled = !s.value.trim();
    s.style.height = "auto";
    s.style.height = Math.min(s.scrollHeight + 2, 160) + "px";
    const left = setup.max_text - s.value.length;
    if (left <= warnAt) this.note(t.near(left));
  }
}
