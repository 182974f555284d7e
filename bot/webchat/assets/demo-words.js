// The words of the demo's bar.

const words = {
  "zh-Hans": {
    tagline: "诊伴演示 · 拨动时钟，看助手主动联系", clock: "演示时钟", phones: "选择手机",
    client: "顾客的手机", staff: "员工的手机", persona: "谁的手机",
    roles: { desk: "前台", nurse: "护士", doctor: "医生", consultant: "咨询师", manager: "店长" }, moves: { "1h": "+1 小时", "3h": "+3 小时", "24h": "+1 天" },
    next: "下一件事", go: "快进", hours: "快进多久，如 26h、90m、2d",
    moving: "正在快进，到点的事会逐一发生…", failed: "时钟没有拨动，请再试一次。", unclear: "请写成 26h、90m 或 2d。",
  },
  "zh-Hant": {
    tagline: "診伴演示 · 撥動時鐘，看助手主動聯繫", clock: "演示時鐘", phones: "選擇手機",
    client: "顧客的手機", staff: "員工的手機", persona: "誰的手機",
    roles: { desk: "櫃檯", nurse: "護理師", doctor: "醫師", consultant: "諮詢師", manager: "店長" }, moves: { "1h": "+1 小時", "3h": "+3 小時", "24h": "+1 天" },
    next: "下一件事", go: "快轉", hours: "快轉多久，如 26h、90m、2d",
    moving: "正在快轉，到點的事會逐一發生…", failed: "時鐘沒有撥動，請再試一次。", unclear: "請寫成 26h、90m 或 2d。",
  },
  en: {
    tagline: "Zhenban demo · move the clock and see it reach out", clock: "Demo clock", phones: "Phones",
    client: "Client's phone", staff: "Staff phone", persona: "Whose phone",
    roles: { desk: "Desk", nurse: "Nurse", doctor: "Doctor", consultant: "Consultant", manager: "Manager" }, moves: { "1h": "+1 h", "3h": "+3 h", "24h": "+1 day" },
    next: "Next event", go: "Go", hours: "How far ahead, such as 26h, 90m, 2d",
    moving: "Moving; what falls due happens on the way…", failed: "The clock did not move. Please try again.", unclear: "Write 26h, 90m or 2d.",
  },
};

export const table = (lang) => words[lang] ?? words.en;
