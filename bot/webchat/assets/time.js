// Times as the clinic's clock shows them.

import { lang, setup, t } from "./setup.js";

const zone = { timeZone: setup.zone || undefined };
const clock = new Intl.DateTimeFormat(lang, { ...zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const iso = new Intl.DateTimeFormat("en-CA", { ...zone, year: "numeric", month: "2-digit", day: "2-digit" });
const near = new Intl.DateTimeFormat(lang, { ...zone, month: "long", day: "numeric", weekday: "short" });
const far = new Intl.DateTimeFormat(lang, { ...zone, year: "numeric", month: "long", day: "numeric" });

let ahead = 0; // the server's clock less the browser's, ms

export function setNow(now) { ahead = Date.parse(now) - Date.now(); }

const now = () => Date.now() + ahead;

export const hourMinute = (d) => clock.format(d);

// dayKey is the date in the clinic's zone, as 2026-10-03.
export const dayKey = (d) => iso.format(d);

export function dayLabel(d) {
  const k = dayKey(d);
  if (k === dayKey(now())) return t.today;
  if (k === dayKey(now() - 86_400_000)) return t.yesterday;
  return k.slice(0, 4) === dayKey(now()).slice(0, 4) ? near.format(d) : far.format(d);
}
