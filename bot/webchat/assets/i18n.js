// The words of the page itself; what the clinic says comes from the server.

const words = {
  "zh-Hans": {
    online: "在线", connecting: "连接中…", typing: "正在回复…",
    offline: "网络已断开，正在重新连接。您发送的内容会在恢复后自动送达。",
    stopped: "这个窗口已暂停，因为同时打开的窗口太多。", resume: "在这里继续",
    badToken: "无法识别这个浏览器，请刷新页面。",
    log: "聊天记录", say: "输入消息", placeholder: "输入消息或选项编号",
    send: "发送", attach: "发送照片或文件", close: "收起聊天", newer: "有新消息 ↓",
    options: "可选项", me: "我：", them: "诊所：", sending: "发送中…", sent: "已送达", failed: "未送达",
    again: "重新发送", today: "今天", yesterday: "昨天",
    client: "顾客", staff: "员工", photo: "照片", file: "文件", loading: "正在加载…", reload: "加载失败，点此重试",
    map: "位置", opens: "（在新窗口打开）",
    too_long: (n) => `消息太长，只送达了前 ${n} 个字。`,
    near: (n) => `还可以输入 ${n} 个字`,
    too_large: (mb) => `文件太大，最多 ${mb} MB。`,
    rate: "发送得有点快，稍等片刻会自动继续。",
    unavailable: "系统正忙，正在自动重试，您不用再发一次。",
    bad: "这条消息无法发送。", empty: "没有内容可发送。",
  },
  "zh-Hant": {
    online: "在線", connecting: "連線中…", typing: "正在回覆…",
    offline: "網路已中斷，正在重新連線。您發送的內容會在恢復後自動送達。",
    stopped: "這個視窗已暫停，因為同時開啟的視窗太多。", resume: "在這裡繼續",
    badToken: "無法識別這個瀏覽器，請重新整理頁面。",
    log: "聊天記錄", say: "輸入訊息", placeholder: "輸入訊息或選項編號",
    send: "發送", attach: "發送照片或檔案", close: "收起聊天", newer: "有新訊息 ↓",
    options: "可選項", me: "我：", them: "診所：", sending: "發送中…", sent: "已送達", failed: "未送達",
    again: "重新發送", today: "今天", yesterday: "昨天",
    client: "顧客", staff: "員工", photo: "照片", file: "檔案", loading: "正在載入…", reload: "載入失敗，點此重試",
    map: "位置", opens: "（在新視窗開啟）",
    too_long: (n) => `訊息太長，只送達了前 ${n} 個字。`,
    near: (n) => `還可以輸入 ${n} 個字`,
    too_large: (mb) => `檔案太大，最多 ${mb} MB。`,
    rate: "發送得有點快，稍等片刻會自動繼續。",
    unavailable: "系統正忙，正在自動重試，您不用再發一次。",
    bad: "這則訊息無法發送。", empty: "沒有內容可發送。",
  },
  en: {
    online: "Online", connecting: "Connecting…", typing: "Replying…",
    offline: "You are offline. We are reconnecting and will deliver what you send.",
    stopped: "This window is paused because too many are open.", resume: "Continue here",
    badToken: "This browser was not recognised. Please reload the page.",
    log: "Conversation", say: "Message", placeholder: "Message or a number",
    send: "Send", attach: "Send a photo or file", close: "Close chat", newer: "New messages ↓",
    options: "Options", me: "You: ", them: "Clinic: ", sending: "Sending…", sent: "Delivered", failed: "Not delivered",
    again: "Send again", today: "Today", yesterday: "Yesterday",
    client: "Client", staff: "Staff", photo: "Photo", file: "File", loading: "Loading…", reload: "Could not load. Try again",
    map: "Place", opens: " (opens a new window)",
    too_long: (n) => `That was too long: only the first ${n} characters were delivered.`,
    near: (n) => `${n} characters left`,
    too_large: (mb) => `That file is too large: at most ${mb} MB.`,
    rate: "That was a little fast. We will go on in a moment.",
    unavailable: "We are busy and trying again; no need to send it twice.",
    bad: "This message could not be sent.", empty: "There was nothing to send.",
  },
};

// pick finds the page's language for a list of language tags.
export function pick(tags) {
  for (const tag of tags) {
    const t = String(tag).toLowerCase();
    if (/^zh-(hant|tw|hk|mo)/.test(t)) return "zh-Hant";
    if (t.startsWith("zh")) return "zh-Hans";
    if (t.startsWith("en")) return "en";
  }
  return "en";
}

export const table = (lang) => words[lang] ?? words.en;
