package nlu

import (
	"strings"
	"testing"
	"time"
)

func TestCommand(t *testing.T) {
	for text, want := range map[string]Intent{
		"菜单": IntentMenu, "選單": "", " MENU! ": IntentMenu, "ｍｅｎｕ": IntentMenu, "预约": IntentBook, "預約": IntentBook, "book": IntentBook, "我的预约": IntentMyBookings, "我的預約": IntentMyBookings,
		"my bookings": IntentMyBookings, "My  Bookings": IntentMyBookings, "报告": IntentReports, "報告": IntentReports, "打卡": IntentCheckin, "check-in": IntentCheckin, "知识": IntentTips, "會員": IntentCard,
		"投訴": IntentComplaint, "评价": IntentFeedback, "人工": IntentAgent, "取消": IntentCancel, "返回": IntentBack, "退訂": IntentUnsubscribe, "TD": IntentUnsubscribe, "隱私": IntentPrivacy, "帮助。": IntentHelp, "?": IntentHelp, "？": IntentHelp,
		"你好": IntentGreet, "好的": IntentYes, "不用了": IntentNo, "谢谢！": IntentThanks, "Help": IntentHelp, "【菜单】": IntentMenu,
		"取消预约 B4829173": "", "我想预约": IntentBook, "明天": "", "": "", "预约洗牙": "",
	} {
		got, ok := Command(text)
		if got != want || ok != (want != "") {
			t.Errorf("%q: %q %v, want %q", text, got, ok, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for text, want := range map[string]int{
		"2": 2, "２": 2, "二": 2, "第二个": 2, "选2": 2, "2.": 2, "②": 2, "the second": 2, "2️⃣": 2, "第3": 3, "選 3": 3, "两": 2, "十二": 12, "我选第一个": 1, "option 4": 4, "no. 5": 5, "two": 2,
		"the second one": 2, "2nd": 2, "2、": 2, "(3)": 3, "第２項": 2,
		"3号": 0, "三点": 0, "2只猫": 0, "二三十": 0, "": 0, "0": 0, "13800138000": 0, "2岁": 0, "两只猫": 0, "100": 0, "1.5": 0, "第二天": 0,
	} {
		got, ok := Number(text)
		if got != want && ok || ok != (want != 0) {
			t.Errorf("%q: %d %v, want %d", text, got, ok, want)
		}
	}
}

func TestScripts(t *testing.T) {
	if n := len([]rune(scriptPairs)) / 2; n < 2500 {
		t.Errorf("only %d pairs", n)
	}
	for from, to := range map[string]string{"預約明天下午三點洗牙": "预约明天下午三点洗牙", "貓咪嘔吐腹瀉": "猫咪呕吐腹泻", "疫苗與驅蟲": "疫苗与驱虫", "癲癇發作、牙齦腫脹": "癫痫发作、牙龈肿胀", "禮拜三晏晝": "礼拜三晏昼", "abc 简体": "abc 简体"} {
		if got := Simplify(from); got != to {
			t.Errorf("%s: %s, want %s", from, got, to)
		}
	}
	for text, want := range map[string]bool{"預約": true, "预约": false, "洗牙": false, "book": false, "著名": false, "皇后": false, "貓": true} {
		if IsTraditional(text) != want {
			t.Errorf("IsTraditional(%q) is %v", text, !want)
		}
	}
	for text, want := range map[string]bool{"book a cleaning": true, "hello": true, "xiya": false, "wangyisheng xiya": false, "预约 book": false, "B4829173": false, "123": false, "my dog is sick": true, "": false, "menu": true, "help": true} {
		if IsEnglish(text) != want {
			t.Errorf("IsEnglish(%q) is %v", text, !want)
		}
	}
}

func TestCodes(t *testing.T) {
	for text, want := range map[string][2]string{
		"取消预约 b4829173":            {"B4829173", ""},
		"改期B12345678到明天":           {"B12345678", ""},
		"我的电话是13800138000":         {"", "13800138000"},
		"call +86 138-0013-8000":   {"", "13800138000"},
		"电话：2345 6789":             {"", "23456789"},
		"booking please":           {"", ""},
		"abcdefgh":                 {"", ""},
		"ｂ４８２９１７３":                 {"B4829173", ""},
		"12345678901234567890 abc": {"", ""},
	} {
		r := Understand(Request{Text: text, Now: time.Unix(1795084200, 0)})
		if r.Number != want[0] || r.Phone != want[1] {
			t.Errorf("%q: %q %q, want %q", text, r.Number, r.Phone, want)
		}
	}
}

func TestWindow(t *testing.T) {
	now := time.Date(2026, 11, 19, 16, 0, 0, 0, shanghai(t)) // Thursday
	for text, want := range map[string]string{
		"明天":     "11-20 00:00 11-21 00:00",
		"三点":     "11-20 15:00 11-20 15:00",
		"5点":     "11-19 17:00 11-19 17:00",
		"下午":     "11-19 12:00 11-19 18:00",
		"上午":     "11-20 08:00 11-20 12:00",
		"早上8点":   "11-20 08:00 11-20 08:00",
		"明天下午":   "11-20 12:00 11-20 18:00",
		"明天下午三点": "11-20 15:00 11-20 15:00",
		"周一到周三":  "11-23 00:00 11-26 00:00",
		"3天内":    "11-19 16:00 11-23 00:00",
		"后天凌晨":   "11-21 00:00 11-21 06:00",
		"下周":     "11-23 00:00 11-30 00:00",
		"今晚":     "11-19 18:00 11-20 00:00",
		"9点到11点": "11-20 09:00 11-20 11:00",
		"半小时内":   "11-19 16:00 11-19 16:30",
	} {
		times := ParseTimes(text, now)
		if len(times) == 0 {
			t.Errorf("%q: no time", text)
			continue
		}
		from, to := times[0].Window()
		if got := from.Format("01-02 15:04 ") + to.Format("01-02 15:04"); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestOrder: what a booking should look at comes first.
func TestOrder(t *testing.T) {
	now := time.Date(2026, 11, 19, 10, 30, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"我想把周三的改到周五":                              "2026-11-20",
		"从周五改到下周二":                                "2026-11-24",
		"明天不行，后天可以":                               "2026-11-21",
		"move my appointment on Friday to Monday": "2026-11-23",
		"上周三做的手术，下周一能复查吗":                         "2026-11-23",
	} {
		if got := firstValue(Understand(Request{Text: text, Now: now}).Times); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestClockChange: a wall clock stays a wall clock over the change of the clocks.
func TestClockChange(t *testing.T) {
	loc, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Skip()
	}
	now := time.Date(2026, 10, 31, 10, 0, 0, 0, loc) // clocks go back on 1 November
	for text, want := range map[string]string{"tomorrow at 3pm": "2026-11-01 15:00:00", "in two days": "2026-11-02", "in a week": "2026-11-07", "明天": "2026-11-01", "下周一上午9点": "2026-11-02 09:00:00", "24小时后": "2026-11-01 09:00:00"} {
		if got := firstValue(ParseTimes(text, now)); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestNearMidnight: after one in the night 明天 is the coming daylight.
func TestNearMidnight(t *testing.T) {
	got := ParseTimes("明天下午三点", time.Date(2026, 11, 19, 1, 30, 0, 0, time.UTC))
	if len(got) != 2 || firstValue(got) != "2026-11-19 15:00:00" || firstValue(got[1:]) != "2026-11-20 15:00:00" {
		t.Errorf("%+v", got)
	}
}

// TestAlternatives: each alternative is a time of its own.
func TestAlternatives(t *testing.T) {
	now := time.Date(2026, 11, 19, 10, 30, 0, 0, time.UTC)
	for text, want := range map[string]string{
		"明天下午或者后天上午": "2026-11-20 12:00:00/2026-11-20 18:00:00 2026-11-21 08:00:00/2026-11-21 12:00:00",
		"明天三点或四点":    "2026-11-20 15:00:00 2026-11-20 16:00:00",
		"周六或者周日":     "2026-11-21 2026-11-22",
		"周末下午":       "2026-11-21 12:00:00/2026-11-21 18:00:00 2026-11-22 12:00:00/2026-11-22 18:00:00",
		"明天上午、下午都可以": "2026-11-20 08:00:00/2026-11-20 12:00:00 2026-11-20 12:00:00/2026-11-20 18:00:00",
	} {
		var got []string
		pos, last := -1, ""
		for _, x := range ParseTimes(text, now) {
			if x.Pos == pos && text != "周末下午" {
				continue
			}
			pos, last = x.Pos, firstValue([]Time{x})
			got = append(got, last)
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%q: %s, want %s", text, s, want)
		}
	}
}

// TestEmergency: a sign counts when it happens now.
func TestEmergency(t *testing.T) {
	for text, want := range map[string]bool{
		"狗狗抽搐了": true, "没有抽搐": false, "狗狗抽搐是什么原因": false, "去年抽搐过": false, "去年抽搐过，现在又抽搐了": true, "如果抽搐了怎么办": false, "血止不住": true, "没有呼吸了": true, "不会昏迷吧，就是有点困": false,
		"癫痫的狗能打疫苗吗": false, "怎么预防中毒": false, "没有误食，就是吐了": false, "吃了老鼠药没精神": true, "不小心误食了老鼠药": true, "今天早上抽搐了两次": true, "以前车祸骨折过，能做种植吗": false,
		"no seizure, just tired": false, "my dog had a seizure last year": false, "she just had a seizure": true, "what are signs of heat stroke": false, "he is not breathing": true, "if my dog has a seizure what should I do": false,
		"chest pain": true, "no chest pain": false, "前面车祸堵车，晚点到": false, "唔够气": true, "冇抽筋": false, "猫猫误食百合了，没有吐": true, "狗狗不吃不喝还抽搐": true, "猫没尿，尿不出来": true,
	} {
		r := Understand(Request{Text: text, Now: time.Unix(1795084200, 0)})
		if (r.Intent == IntentEmergency) != want {
			t.Errorf("%q: %s", text, r.Intent)
		}
	}
}
