// Makes links and phone numbers in a text tappable. The text only ever
// becomes text nodes: nothing in it is read as HTML.

const url = String.raw`https?:\/\/[^\s<>"'，。；：！？、（）【】《》「」『』…]+`;
// +86 138 0000 0000 · 13800000000 · 138-0000-0000 · 021-12345678 · (021) 1234 5678 · 400-820-8820
const phone = String.raw`\+\d{1,3}[ -]?\d{2,4}(?:[ -]?\d{3,4}){1,3}|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\(?0\d{2,3}\)?[ -]\d{3,4}[ -]?\d{4}|[48]00[ -]?\d{3}[ -]?\d{4}`;
const longest = 36;
const found = new RegExp(`(${url})|(${phone})`, "g");

export function linkify(text) {
  const out = document.createDocumentFragment();
  let from = 0;
  for (const m of text.matchAll(found)) {
    const [whole, link] = m;
    // A number inside a longer one (an order, an ID card) is not a phone.
    if (!link && (/[\w.-]/.test(text[m.index - 1] ?? "") || /[\w]/.test(text[m.index + whole.length] ?? ""))) continue;
    const shown = link ? whole.replace(/[.,;:!?)\]]+$/, "") : whole;
    const href = link ? safe(shown) : "tel:" + shown.replace(/[^\d+]/g, "");
    if (!href) continue;
    out.append(text.slice(from, m.index), anchor(href, link ? brief(shown) : shown));
    from = m.index + shown.length;
  }
  out.append(text.slice(from));
  return out;
}

// brief is what a phone shows of a long address: readable, and where it leads
// first. Characters that could make it look like another one stay escaped.
function brief(link) {
  let s = link;
  try { s = decodeURI(link); } catch { /* not UTF-8: as it is */ }
  if (/[\s\p{C}]/u.test(s)) s = link;
  s = s.replace(/^https?:\/\//, "");
  return s.length > longest ? s.slice(0, longest) + "…" : s;
}

// safe lets web addresses through and nothing that could run here.
export function safe(href) {
  try {
    const u = new URL(href, location.href);
    return ["https:", "http:", "tel:", "mailto:"].includes(u.protocol) ? u.href : "";
  } catch {
    return "";
  }
}

export function anchor(href, label) {
  const a = document.createElement("a");
  a.href = href;
  a.textContent = label;
  if (!href.startsWith("tel:")) {
    a.target = "_blank";
    a.rel = "noopener noreferrer nofollow";
  }
  return a;
}
