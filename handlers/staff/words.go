package staff

import (
	"regexp"
	"strings"
	"sync"

	"zhenban/bot"
	"zhenban/bot/nlu"
)

// listWords are what the day list is called; the number of days from today.
var listWords = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"今日预约": "+0", "今天预约": "+0", "今日": "+0", "今日列表": "+0", "today": "+0", "today list": "+0", "today's list": "+0", "today's visits": "+0",
		"明日预约": "+1", "明天预约": "+1", "tomorrow list": "+1", "tomorrow's list": "+1", "tomorrow's visits": "+1",
		"后天预约": "+2", "后日预约": "+2", "昨日预约": "-1", "昨天预约": "-1",
	}
})

var numbered = regexp.MustCompile(`^(到店|到院|到诊|已到|arrived|完成|看完|结束|done|未到|没来|爽约|no ?show|预约|visit|照护|care)\s*[:：#]?\s*(b\d{7})$`)

// doneWith adds a line to a visit that is done: 完成 B1234567 三天后来拆线.
var doneWith = regexp.MustCompile(`(?i)^(?:完成|看完|结束|結束|done)\s*[:：#]?\s*(b\d{7})[\s,，:：]+(\S[\s\S]*)$`)

// listed is the day list of a branch: 明天滨江院区的预约.
var listed = regexp.MustCompile(`^(今日|今天|明日|明天|后天|后日|昨天|昨日)(\p{Han}{2,8}?)的?预约(?:列表|名单)?$`)

var listDays = sync.OnceValue(func() map[string]string {
	return map[string]string{"今日": "+0", "今天": "+0", "明日": "+1", "明天": "+1", "后天": "+2", "后日": "+2", "昨天": "-1", "昨日": "-1"}
})

// coded asks for a binding code; in English only with a number, since code and
// issue are common words.
var coded = regexp.MustCompile(`^(?:(?:发)?绑定码\s*[:：]?\s*|(?:issue|code|binding code)[\s:：]+)(\S*\d\S*)?$`)

var marks = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"到店": "/arrived", "到院": "/arrived", "到诊": "/arrived", "已到": "/arrived", "arrived": "/arrived", "完成": "/done", "看完": "/done", "结束": "/done",
		"done": "/done", "未到": "/noshow", "没来": "/noshow", "爽约": "/noshow", "noshow": "/noshow", "no show": "/noshow", "预约": "/visit", "visit": "/visit", "照护": "/care", "care": "/care",
	}
})

// todoWords are what the list of cases is called.
var todoWords = sync.OnceValue(func() map[string]bool {
	return map[string]bool{
		"待办": true, "待办事项": true, "我的待办": true, "待处理": true, "todo": true, "to do": true, "to-do": true, "my tasks": true, "open cases": true,
	}
})

// spokenWords are the other conversations of staff by their names.
var spokenWords = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"评价统计": "/results", "评价结果": "/results", "满意度统计": "/results", "survey results": "/results", "survey stats": "/results", "feedback results": "/results",
		"评价二维码": "/poster", "评价码": "/poster", "survey code": "/poster", "survey qr": "/poster", "survey qr code": "/poster",
		"未送达": "/undelivered", "没送到": "/undelivered", "未送达消息": "/undelivered", "undelivered": "/undelivered", "not delivered": "/undelivered",
		"待答问题": "/questions", "待答": "/questions", "未答问题": "/questions", "unanswered": "/questions", "unanswered questions": "/questions", "open questions": "/questions",
		"待批条目": "/entries", "待审条目": "/entries", "知识条目": "/entries", "entries": "/entries", "pending entries": "/entries",
		"护理须知": "/aftercare", "术后须知": "/aftercare", "小结须知": "/aftercare", "aftercare": "/aftercare",
		"恢复说明": "/coursenotes", "术前术后说明": "/coursenotes", "计划说明": "/coursenotes", "care plan texts": "/coursenotes", "恢复过程": "/coursenotes", "course notes": "/coursenotes",
		"检验说明": "/analytes", "化验说明": "/analytes", "指标说明": "/analytes", "analytes": "/analytes",
		"转诊列表": "/refer", "转诊单": "/refer", "referrals": "/refer", "open referrals": "/refer",
		"评分说明": "/bands", "评估说明": "/bands", "score bands": "/bands",
		"发同意书": "/sheet", "写方案": "/offer", "发方案": "/offer", "write options": "/offer", "待签": "/sheet", "待签同意书": "/sheet", "send consent": "/sheet", "consents waiting": "/sheet",
		"同意书文字": "/sheettexts", "待批同意书": "/sheettexts", "待核准同意书": "/sheettexts", "consent texts": "/sheettexts", "方案文字": "/offertexts", "方案模板": "/offertexts", "option texts": "/offertexts",
		"待审知识": "/tiptexts", "审知识": "/tiptexts", "审核知识": "/tiptexts", "pending tips": "/tiptexts", "review tips": "/tiptexts",
		"待审": "/pending", "待审内容": "/pending", "待批": "/pending", "审核": "/pending", "知识审核": "/pending", "审核情况": "/pending", "pending": "/pending", "approvals": "/pending", "to approve": "/pending",
		"表单文字": "/formtexts", "表单审核": "/formtexts", "form texts": "/formtexts", "表单建议": "/formadvice", "form advice": "/formadvice",
		"提醒文字": "/recalltexts", "recall texts": "/recalltexts",
	}
})

// died records a death: 去世 P0001.
var died = regexp.MustCompile(`^(?:登记(?:去世|离世)|(?:登记)?(?:去世|离世|deceased)\s*[:：]?\s*([a-z]\d{2,}))$`)

// medicine starts a course: 用药 B1234567 阿莫西林 62.5mg 每天两次 7天.
var medicine = regexp.MustCompile(`^(?:用药提醒|用药|开药|medicine|medication)\s*[:：]?\s*([a-z]\d{2,})\s*(.*)$`)

// caredFor shows what is under way about a patient: 照护 P0001.
var caredFor = regexp.MustCompile(`^(?:照护|care)\s*[:：]?\s*([a-z]\d{2,})$`)

// startsPlan starts a care plan: 起计划 P0001 绝育 昨天.
var startsPlan = regexp.MustCompile(`^(?:起计划|开始?康复计划|起康复计划|启动康复计划|康复计划|术后计划|start (?:a )?plan|care plan|recovery plan)\s*[:：]?\s*(?:(?:for|给)\s*)?([a-z]\d{2,})?(?:\s+(.*))?$`)

// reporting begins a report out of photos: 发报告 P0001 血常规.
var reporting = regexp.MustCompile(`^(?:发报告|上传报告|传报告|send report|publish report|upload report)(?:\s*[:：]?\s*([a-z]\d{2,}|\+?\d{7,15})(?:\s+(.*))?)?$`)

// planWords takes the words about care and plans.
func planWords(text string) (command string, ok bool) {
	if m := caredFor.FindStringSubmatch(text); m != nil {
		return "/care " + strings.ToUpper(m[1]), true
	}
	if m := startsPlan.FindStringSubmatch(text); m != nil && (m[1] != "" || m[2] == "") {
		return strings.TrimSpace("/plan " + strings.ToUpper(m[1]) + " " + m[2]), true
	}
	return "", false
}

// Words takes the words that are commands of staff.
func Words(text string) (command string, ok bool) {
	said := strings.TrimSpace(text)
	text = strings.ToLower(nlu.Simplify(said))
	if days, ok := listWords()[text]; ok {
		return "/today " + days, true
	}
	if m := noted.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace("/noteneeds " + strings.ToUpper(m[1]) + " " + strings.TrimSpace(m[2])), true
	}
	if m := died.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace("/deceased " + strings.ToUpper(m[1])), true
	}
	if command, ok := recordWords(said, text); ok {
		return command, true
	}
	if m := medicine.FindStringSubmatchIndex(text); m != nil {
		line := text[m[4]:]
		if len(said) == len(text) { // as it was written: doses are not changed
			line = said[m[4]:]
		}
		return strings.TrimSpace("/course " + strings.ToUpper(text[m[2]:m[3]]) + " " + line), true
	}
	if command, ok := planWords(text); ok {
		return command, true
	}
	if command, ok := paperWords(said, text); ok {
		return command, true
	}
	if text == "用药提醒" || text == "medicine reminder" || text == "medicine reminders" {
		return "/course", true
	}
	if m := reporting.FindStringSubmatchIndex(text); m != nil {
		number, title := "", ""
		if m[2] >= 0 {
			number = strings.ToUpper(text[m[2]:m[3]])
		}
		if m[4] >= 0 && len(said) == len(text) { // as it was written
			title = said[m[4]:m[5]]
		}
		return strings.TrimSpace("/publish " + strings.TrimSpace(number+" "+title)), true
	}
	if todoWords()[text] {
		return "/todo", true
	}
	if command := spokenWords()[text]; command != "" {
		return command, true
	}
	if command, ok := broadcastWords()[text]; ok {
		return command, true
	}
	if m := listed.FindStringSubmatch(text); m != nil && !strings.ContainsAny(m[2], "给帮想要能可我") {
		return "/today " + listDays()[m[1]], true
	}
	if m := numbered.FindStringSubmatch(text); m != nil {
		return marks()[m[1]] + " " + strings.ToUpper(m[2]), true
	}
	if m := doneWith.FindStringSubmatch(said); m != nil { // the words as they were written
		return "/done " + strings.ToUpper(m[1]) + " " + m[2], true
	}
	if m := coded.FindStringSubmatch(text); m != nil {
		return strings.TrimSpace("/issue " + m[1]), true
	}
	return "", false
}

// meansBooking reports words of staff that somebody else says to book: 明天预约
// is a list at the desk and a wish everywhere else.
func meansBooking(t *bot.Turn) bool {
	text := nlu.Simplify(t.In.Text)
	for _, day := range []string{"今天", "明天", "后天"} {
		if strings.Contains(text, day) && strings.Contains(text, "预约") {
			return true
		}
	}
	return false
}
