// The demo's bar: the clock that can be moved, and on a narrow screen the tabs.

import { table } from "./demo-words.js";

const $ = (id) => document.getElementById(id);
const t = table(document.documentElement.lang);
const lang = document.documentElement.lang;
const again = 15_000; // ms between looks at the clock, which others may move

let base = null; // { at: ms of the demo's clock, seen: ms of ours, zone, next }

function dress() {
  $("tagline").textContent = t.tagline;
  $("clock").setAttribute("aria-label", t.clock);
  for (const b of document.querySelectorAll("[data-advance]")) b.textContent = t.moves[b.dataset.advance];
  $("next").textContent = t.next;
  $("go").textContent = t.go;
  $("hours-label").textContent = t.hours;
  $("tabs").setAttribute("aria-label", t.phones);
  for (const who of ["client", "staff"]) {
    $("title-" + who).textContent = t[who];
    $("tab-" + who).textContent = t[who];
    $(who).title = t[who];
  }
}

// persona turns the staff phone into another person's: another page, since a
// new address behind # alone would not load it again.
function dressPersona() {
  const picker = $("persona");
  if (!picker) return;
  picker.setAttribute("aria-label", t.persona);
  for (const o of picker.options) o.textContent = t.roles[o.dataset.role] + " · " + o.textContent;
  picker.onchange = () => {
    const at = new URL($("staff").src);
    at.searchParams.set("persona", picker.selectedOptions[0].dataset.role);
    at.hash = "token=" + picker.value + "&as=staff";
    $("staff").src = at.href;
  };
}

function now() { return base.at + (performance.now() - base.seen); }

function draw() {
  if (!base) return;
  const d = new Date(now()), zone = { timeZone: base.zone || undefined };
  $("date").textContent = new Intl.DateTimeFormat(lang, { ...zone, year: "numeric", month: "long", day: "numeric", weekday: "short" }).format(d);
  $("time").textContent = new Intl.DateTimeFormat(lang, { ...zone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }).format(d);
  $("time").dateTime = d.toISOString();
  $("next").hidden = !base.next || base.next <= d.valueOf();
}

function take(c) {
  if (!c.now) return;
  base = { at: Date.parse(c.now), seen: performance.now(), zone: c.zone, next: c.next ? Date.parse(c.next) : 0 };
  draw();
}

async function look() {
  try {
    const r = await fetch("/demo/clock", { cache: "no-store" });
    if (r.ok) take(await r.json());
  } catch { /* the next look may do */ }
}

async function move(by) {
  const buttons = document.querySelectorAll(".moves button");
  for (const b of buttons) b.disabled = true;
  tell(t.moving, false);
  try {
    const r = await fetch("/demo/clock", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ advance: by }) });
    if (!r.ok) throw new Error(String(r.status));
    await look();
    tell("", false);
  } catch {
    tell(t.failed, true);
  }
  for (const b of buttons) b.disabled = false;
}

function tell(text, bad) {
  $("told").textContent = text;
  $("told").classList.toggle("bad", bad);
}

// duration makes what the server reads (26h, 1h30m) of what people type (2d, 26, 3 小时).
function duration(s) {
  const d = s.trim().toLowerCase().replace(/\s+/g, "").replace(/小时|小時|hours?/, "h").replace(/分钟|分鐘|min(utes?)?/, "m").replace(/天|days?/, "d");
  const days = d.match(/^(\d+(?:\.\d+)?)d$/);
  if (days) return Number(days[1]) * 24 + "h";
  if (/^\d+(\.\d+)?$/.test(d)) return d + "h";
  return /^(\d+(\.\d+)?[hms])+$/.test(d) ? d : "";
}

function pick(who) {
  document.body.dataset.show = who;
  for (const tab of document.querySelectorAll('[role="tab"]')) {
    const on = tab.dataset.show === who;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    if (on) tab.classList.remove("unread");
  }
}

dress();
dressPersona();
pick("client");
look();
setInterval(draw, 1000);
setInterval(look, again);

for (const b of document.querySelectorAll("[data-advance]")) b.onclick = () => move(b.dataset.advance);
$("next").onclick = () => move(Math.ceil((base.next - now()) / 1000) + 1 + "s");
$("by").onsubmit = (e) => {
  e.preventDefault();
  const by = duration($("hours").value);
  if (by) move(by); else tell(t.unclear, true);
};
for (const tab of document.querySelectorAll('[role="tab"]')) {
  tab.onclick = () => pick(tab.dataset.show);
  tab.onkeydown = (e) => {
    if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
    pick(tab.dataset.show === "client" ? "staff" : "client");
    document.querySelector('[aria-selected="true"]').focus();
  };
}
addEventListener("message", (e) => {
  if (e.origin !== location.origin || e.data?.zhenban !== "unread") return;
  const who = e.source === $("staff").contentWindow ? "staff" : "client";
  if (document.body.dataset.show !== who) $("tab-" + who).classList.add("unread");
});
