(() => {
  const problems = [];
  const rgba = (s) => {
    const m = s.match(/[\d.]+/g)?.map(Number) ?? [0, 0, 0, 0];
    return { r: m[0], g: m[1], b: m[2], a: m[3] ?? 1 };
  };
  const over = (top, under) => ({
    r: top.r * top.a + under.r * (1 - top.a),
    g: top.g * top.a + under.g * (1 - top.a),
    b: top.b * top.a + under.b * (1 - top.a),
    a: 1,
  });
  const light = (c) => {
    const f = (v) => ((v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * f(c.r) + 0.7152 * f(c.g) + 0.0722 * f(c.b);
  };
  const ratio = (a, b) => {
    const [x, y] = [light(a), light(b)].sort((p, q) => q - p);
    return (x + 0.05) / (y + 0.05);
  };
  const ground = (el, win) => {
    const layers = [];
    for (let e = el; e; e = e.parentElement) {
      const c = rgba(win.getComputedStyle(e).backgroundColor);
      if (c.a > 0) layers.push(c);
      if (c.a === 1) break;
    }
    return layers.reverse().reduce((under, c) => over(c, under), { r: 255, g: 255, b: 255, a: 1 });
  };
  const shown = (el, win) => {
    const b = el.getBoundingClientRect(), s = win.getComputedStyle(el);
    return b.width > 1 && b.height > 1 && s.visibility !== "hidden" && s.display !== "none";
  };
  const name = (el) => el.getAttribute("aria-label") || el.title || el.alt ||
    [...(el.labels ?? [])].map((l) => l.textContent).join(" ") || el.textContent.trim() ||
    [...el.querySelectorAll("img")].map((i) => i.alt).join(" ");
  const about = (el) => `${el.tagName.toLowerCase()}#${el.id}.${el.className} "${el.textContent.trim().slice(0, 30)}"`;

  const look = (doc) => {
    const win = doc.defaultView;
    if (!doc.documentElement.lang) problems.push("page without a language");
    if (!doc.title) problems.push("page without a title");
    for (const el of doc.querySelectorAll("button, a[href], input:not([hidden]), textarea, [role=tab]")) {
      if (!shown(el, win)) continue;
      if (!name(el).trim()) problems.push("no name: " + about(el));
      const b = el.getBoundingClientRect();
      const inText = el.tagName === "A" && el.closest(".bubble");
      if (!inText && (b.height < 43.5 || b.width < 43.5)) problems.push(`small (${b.width}×${b.height}): ` + about(el));
    }
    for (const el of doc.querySelectorAll("img:not([alt]), iframe:not([title])")) problems.push("no description: " + about(el));
    const walk = doc.createTreeWalker(doc.body, NodeFilter.SHOW_TEXT);
    for (let n = walk.nextNode(); n; n = walk.nextNode()) {
      const el = n.parentElement;
      if (!n.data.trim() || !shown(el, win) || el.closest("script, noscript, style, .sr")) continue;
      const s = win.getComputedStyle(el);
      let fade = 1;
      for (let e = el; e; e = e.parentElement) fade *= Number(win.getComputedStyle(e).opacity);
      const under = ground(el, win), ink = rgba(s.color);
      const r = ratio(over({ ...ink, a: ink.a * fade }, under), under);
      if (r < 4.5) problems.push(`contrast ${r.toFixed(2)}: ` + about(el));
    }
    for (const f of doc.querySelectorAll("iframe")) {
      if (shown(f, win) && f.contentDocument) look(f.contentDocument);
    }
  };
  look(document);
  return problems;
})()
