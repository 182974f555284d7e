// What the server and the address say about this page.

import { pick, table } from "./i18n.js";

export const setup = JSON.parse(document.getElementById("setup").textContent);

// The part after # never leaves the browser: a demo phone's token, or a scene.
const hash = new URLSearchParams(location.hash.slice(1));
const query = new URLSearchParams(location.search);

export const lang = setup.lang || pick(navigator.languages ?? [navigator.language]);
export const t = table(lang);
export const as = ["client", "staff"].includes(hash.get("as")) ? hash.get("as") : "";
export const givenToken = hash.get("token") || "";

let wanted = hash.get("scene") || query.get("scene") || "";

// scene is what a QR code or link leads to; it is told until it was heard once.
export const scene = () => wanted;

export function sceneHeard() {
  wanted = "";
  query.delete("scene");
  hash.delete("scene");
  const q = query.toString(), h = hash.toString();
  history.replaceState(null, "", location.pathname + (q && "?" + q) + (h && "#" + h));
}

// embedded: in another page's floating window, which can close us.
export const embedded = Boolean(setup.frame) && window.parent !== window && as === "";

// $ finds an element by id.
export const $ = (id) => document.getElementById(id);

// tell lets the page around us know something without content.
export function tell(what) {
  if (window.parent !== window) window.parent.postMessage({ zhenban: what }, "*");
}
