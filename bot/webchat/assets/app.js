// The chat page: ties the line, the queue, the screen and the keyboard together.

import { $, as, embedded, givenToken, lang, scene, sceneHeard, setup, t, tell } from "./setup.js";
import { Composer } from "./composer.js";
import { Link } from "./link.js";
import { Queue } from "./queue.js";
import { Store } from "./store.js";
import { setNow } from "./time.js";
import { View } from "./view.js";

const typingAfter = 400; // ms; quicker answers need no dots

const store = new Store(givenToken);
let cursor = "";
let opened = false; // the history of this page is complete
let typing = 0;

const view = new View(store.token, {
  tap: (c) => {
    if (c.ref) queue.add({ t: "tap", ref: c.ref, label: c.label });
    else queue.add({ t: "say", text: String(c.n) });
    composer.quiet();
  },
  again: (key) => queue.again(key),
});

const queue = new Queue(store, {
  send: (frame) => link.send(frame),
  upload,
  uploaded: (m, frame) => heard(frame.key ? frame : { ...frame, key: m.key }),
  changed: (m) => view.waiting(m),
  removed: (m) => view.arrived(m.key),
  overdue: () => link.suspect(),
  working: (on) => {
    clearTimeout(typing);
    if (on) typing = setTimeout(() => show(true), typingAfter); else show(false);
  },
});

const composer = new Composer({
  say: (text) => queue.add({ t: "say", text }),
  files: (files) => {
    for (const file of files) {
      if (file.size > setup.max_upload) composer.note(t.too_large(Math.floor(setup.max_upload / (1 << 20))));
      else if (!file.size) composer.note(t.empty);
      else queue.add({ t: "file", file });
    }
  },
});

const link = new Link({
  hello: () => ({ v: setup.v, t: "hello", token: store.token, cursor, lang, scene: scene() || undefined }),
  open: () => {},
  frame: heard,
  closed: (code) => {
    queue.lost();
    if (code === 4001) return stop(t.badToken);
    if (code === 4008) return stop(t.stopped, t.resume);
    if (code === 1009 || code === 1008) composer.note(t.bad);
    status("offline");
  },
});

function heard(f) {
  switch (f.t) {
    case "entries": return entries(f);
    case "ack": return ack(f);
    case "error": return refused(f);
  }
}

function entries(f) {
  setNow(f.now);
  document.documentElement.classList.toggle("large", Boolean(f.large));
  if (f.reset) view.clear();
  for (const e of f.entries ?? []) if (e.key) queue.done(e.key);
  $("log").setAttribute("aria-busy", String(!opened));
  const said = view.show(f.entries ?? [], opened);
  if (f.next) cursor = f.next;
  if (opened && said && !document.hasFocus()) tell("unread");
  if (f.more) return;
  opened = true;
  $("log").setAttribute("aria-busy", "false");
  status("online");
  queue.ready();
}

function ack(f) {
  if (f.key === "scene:" + scene()) sceneHeard();
  const m = queue.done(f.key);
  if (f.kept || (!m && !f.messages)) return;
  view.passing(f.key, m, f.messages);
}

function refused(f) {
  const say = f.code === "too_long" ? t.too_long(setup.max_text)
    : f.code === "too_large" ? t.too_large(Math.floor(setup.max_upload / (1 << 20)))
    : t[f.code] ?? t.bad;
  composer.note(say);
  if (f.key) queue.refused(f.key, f.retry_ms ?? 0);
}

// upload sends a file; fetch would not tell how far it has come.
function upload(m) {
  const form = new FormData();
  form.append("key", m.key);
  form.append("lang", lang);
  form.append("file", m.file, m.file.name);
  return new Promise((done, failed) => {
    const r = new XMLHttpRequest();
    r.open("POST", "/chat/upload");
    r.setRequestHeader("Authorization", "Bearer " + store.token);
    r.responseType = "json";
    r.timeout = 90_000;
    r.upload.onprogress = (e) => e.lengthComputable && view.progress(m.key, e.loaded / e.total);
    r.onload = () => (["ack", "error"].includes(r.response?.t) ? done(r.response) : failed(new Error("no answer")));
    r.onerror = r.ontimeout = r.onabort = () => failed(new Error("no answer"));
    r.send(form);
  });
}

function show(on) {
  view.typing(on);
  $("state").parentElement.classList.toggle("busy", on);
}

function status(s) {
  document.body.dataset.link = s;
  $("state").textContent = s === "online" ? t.online : t.connecting;
  const b = $("banner");
  b.hidden = s !== "offline";
  b.replaceChildren(s === "offline" ? t.offline : "");
}

// stop ends the line for good, or until the person wants it back.
function stop(text, button) {
  link.end();
  status("offline");
  const b = $("banner");
  b.replaceChildren(text);
  if (!button) return;
  const again = document.createElement("button");
  again.type = "button";
  again.textContent = button;
  again.onclick = () => {
    status("connecting");
    link.restart();
  };
  b.append(again);
}

function dress() {
  document.documentElement.lang = lang;
  const name = setup.names[lang] || $("name").textContent;
  document.title = name;
  $("name").textContent = name;
  $("log").setAttribute("aria-label", t.log);
  $("newer").textContent = t.newer;
  if (as) {
    document.body.dataset.as = as;
    $("role").textContent = t[as];
    $("role").hidden = false;
  }
  if (embedded) {
    $("close").hidden = false;
    $("close").setAttribute("aria-label", t.close);
    $("close").onclick = () => tell("close");
    addEventListener("keydown", (e) => e.key === "Escape" && tell("close"));
  }
}

dress();
status("connecting");
queue.restore();
link.connect();
// A phone would open its keyboard; two phones side by side would fight over it.
if (!as && matchMedia("(hover: hover) and (pointer: fine)").matches) composer.focus();
