// <script src="https://CLINIC/chat/embed.js" data-lang="zh-Hans" data-label="咨询" async></script>
// puts a round button in the corner of a page; it opens the chat in a frame.
// Nothing of the page around it is read, and nothing is set but these elements.
(() => {
  "use strict";
  const me = document.currentScript;
  if (!me || window.zhenbanChat) return;
  window.zhenbanChat = true;
  const home = new URL(me.src).origin;
  const lang = me.dataset.lang || "";
  const words = (lang || navigator.language).startsWith("zh")
    ? { open: "在线咨询", close: "收起聊天" } : { open: "Chat with us", close: "Close chat" };
  const label = me.dataset.label || words.open;

  const style = (el, css) => { for (const k in css) el.style.setProperty(k, css[k]); };
  const svg = (d) => {
    const s = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const p = document.createElementNS("http://www.w3.org/2000/svg", "path");
    s.setAttribute("viewBox", "0 0 24 24");
    s.setAttribute("aria-hidden", "true");
    style(s, { width: "28px", height: "28px", fill: "none", stroke: "#fff", "stroke-width": "2", "stroke-linecap": "round", "stroke-linejoin": "round" });
    p.setAttribute("d", d);
    s.append(p);
    return s;
  };
  const bubble = svg("M5 6.5A2.5 2.5 0 0 1 7.5 4h9A2.5 2.5 0 0 1 19 6.5v6a2.5 2.5 0 0 1-2.5 2.5H12l-4.5 4v-4A2.5 2.5 0 0 1 5 12.5zM12 7v5M9.5 9.5h5");
  const cross = svg("M6 6l12 12M18 6L6 18");

  const button = document.createElement("button");
  button.type = "button";
  style(button, {
    position: "fixed", right: "20px", bottom: "20px", "z-index": "2147483000", width: "60px", height: "60px",
    border: "0", padding: "0", "border-radius": "50%", background: "#0b7268", color: "#fff", cursor: "pointer",
    display: "grid", "place-items": "center", "box-shadow": "0 6px 24px rgba(10,40,36,.35)",
  });
  const dot = document.createElement("span");
  style(dot, {
    position: "absolute", top: "2px", right: "2px", width: "14px", height: "14px", "border-radius": "50%",
    background: "#c2410c", border: "2px solid #fff", display: "none",
  });
  let frame = null, open = false;

  function show(want) {
    open = want;
    if (open && !frame) {
      frame = document.createElement("iframe");
      frame.title = label;
      frame.src = home + "/chat/frame" + (lang ? "?lang=" + encodeURIComponent(lang) : "");
      document.body.append(frame);
    }
    if (frame) place();
    dot.style.display = "none";
    button.replaceChildren(open ? cross : bubble, dot);
    button.setAttribute("aria-label", open ? words.close : label);
    button.setAttribute("aria-expanded", String(open));
    if (open) frame.focus(); else if (frame) button.focus();
  }

  function place() {
    const small = window.innerWidth < 520 || window.innerHeight < 520;
    style(frame, {
      position: "fixed", "z-index": small ? "2147483001" : "2147483000", border: "0", background: "#f5f3ee", "color-scheme": "light dark",
      right: small ? "0" : "20px", bottom: small ? "0" : "92px",
      width: small ? "100%" : "400px", height: small ? "100%" : "min(680px, calc(100vh - 116px))",
      "border-radius": small ? "0" : "18px", "box-shadow": "0 12px 48px rgba(10,40,36,.28)", display: open ? "block" : "none",
    });
  }

  button.addEventListener("click", () => show(!open));
  window.addEventListener("resize", () => frame && place());
  window.addEventListener("message", (e) => {
    if (!frame || e.source !== frame.contentWindow || e.origin !== home) return;
    if (e.data?.zhenban === "close") show(false);
    if (e.data?.zhenban === "unread" && !open) dot.style.display = "block";
  });
  const start = () => { document.body.append(button); show(false); };
  if (document.body) start(); else document.addEventListener("DOMContentLoaded", start);
})();
