// Pictures and files. Bytes become blob URLs; larger ones are fetched with the
// token in a header, never in an address.

import { t } from "./setup.js";

const pictures = ["image/png", "image/jpeg", "image/gif", "image/webp"];

function bytes(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

async function blob(file, token) {
  if (file.data) return new Blob([bytes(file.data)], { type: file.type });
  const r = await fetch(file.path, { headers: { Authorization: "Bearer " + token } });
  if (!r.ok) throw new Error(String(r.status));
  return new Blob([await r.arrayBuffer()], { type: file.type });
}

function size(n) {
  if (n >= 1 << 20) return (n / (1 << 20)).toFixed(1) + " MB";
  return Math.max(1, Math.round(n / 1024)) + " KB";
}

// media gives the element that shows a file; grown is called when it changes
// its height.
export function media(file, token, grown) {
  if (file.lat || file.lon) return place(file);
  const box = document.createElement("div");
  box.className = "media";
  if (!file.data && !file.path) { // it was not taken, or is not kept any more
    box.append(note(file.name || t.photo));
    return box;
  }
  const load = async () => {
    box.replaceChildren(note(t.loading));
    try {
      const b = await blob(file, token);
      box.replaceChildren(pictures.includes(file.type) ? picture(b, file.name, grown) : download(b, file));
    } catch {
      const again = document.createElement("button");
      again.type = "button";
      again.className = "reload";
      again.textContent = t.reload;
      again.onclick = load;
      box.replaceChildren(again);
    }
    grown();
  };
  load();
  return box;
}

// picture shows a photo; a tap opens it large.
export function picture(b, name, grown) {
  const a = document.createElement("a");
  a.href = URL.createObjectURL(b);
  a.target = "_blank";
  a.rel = "noopener";
  const img = document.createElement("img");
  img.alt = (name || t.photo) + t.opens;
  img.decoding = "async";
  img.onload = grown;
  img.src = a.href;
  a.append(img);
  return a;
}

function download(b, file) {
  const a = document.createElement("a");
  a.className = "file";
  a.href = URL.createObjectURL(b);
  a.download = file.name || t.file;
  const name = document.createElement("span");
  name.className = "name";
  name.textContent = file.name || t.file;
  const more = document.createElement("span");
  more.className = "size";
  more.textContent = size(file.size || b.size);
  a.append(name, more);
  return a;
}

function place(file) {
  const a = document.createElement("a");
  a.className = "file";
  a.href = `geo:${file.lat},${file.lon}`;
  a.textContent = `${file.name || t.map} ${file.lat.toFixed(5)}, ${file.lon.toFixed(5)}`;
  return a;
}

function note(text) {
  const p = document.createElement("p");
  p.className = "loading";
  p.textContent = text;
  return p;
}
