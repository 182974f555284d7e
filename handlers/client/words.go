package client

import (
	"regexp"
	"strings"
	"sync"
)

// spokenWords are commands of the clients' conversations that are no intents
// of nlu: what the menus offer works when it is typed, wherever one is.
// Simplified script, lower case.
var spokenWords = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"语言": "/language", "切换语言": "/language", "换语言": "/language", "language": "/language", "change language": "/language",
		"english": "/language en", "英文": "/language en", "英语": "/language en", "in english please": "/language en",
		"简体": "/language zh-Hans", "简体中文": "/language zh-Hans", "中文": "/language zh-Hans", "chinese": "/language zh-Hans",
		"繁体": "/language zh-Hant", "繁体中文": "/language zh-Hant",

		"我的档案": "/record", "档案": "/record", "我的资料": "/record", "我的宠物": "/record", "my record": "/record", "my records": "/record", "my pets": "/record",
		"健康档案": "/health", "健康摘要": "/health", "健康记录": "/health", "病历摘要": "/health", "病历": "/health", "我的病历": "/health", "看病历": "/health", "我的健康档案": "/health", "宠物档案": "/health", "宠物健康档案": "/health",
		"health record": "/health", "my health record": "/health", "health summary": "/health", "medical record": "/health", "medical summary": "/health", "record summary": "/health",
		"风险评估": "/scores", "健康评估": "/scores", "风险评分": "/scores", "健康自测": "/scores", "自测": "/scores", "自评": "/scores", "评估问卷": "/scores", "风险自测": "/scores", "慢病风险": "/scores", "慢病评估": "/scores",
		"risk score": "/scores", "risk scores": "/scores", "risk assessment": "/scores", "health check quiz": "/scores",
		"在线咨询": "/consult", "线上咨询": "/consult", "网上咨询": "/consult", "图文咨询": "/consult", "面诊咨询": "/consult", "我要咨询": "/consult", "想咨询": "/consult", "我想咨询": "/consult", "咨询医生": "/consult", "咨询": "/consult",
		"online consultation": "/consult", "consult online": "/consult", "consult a doctor": "/consult", "ask a consultant": "/consult", "consultation online": "/consult",
		"账单": "/bills", "我的账单": "/bills", "帐单": "/bills", "我的帐单": "/bills", "费用明细": "/bills", "收费明细": "/bills", "消费记录": "/bills", "费用清单": "/bills", "发票": "/bills", "我的发票": "/bills", "电子发票": "/bills", "开发票": "/bills", "要发票": "/bills", "我要发票": "/bills", "我要开发票": "/bills", "查账单": "/bills",
		"bill": "/bills", "bills": "/bills", "my bill": "/bills", "my bills": "/bills", "invoice": "/bills", "invoices": "/bills", "receipt": "/bills", "my invoices": "/bills",
		"转诊": "/referral", "我的转诊": "/referral", "申请转诊": "/referral new", "我要转诊": "/referral new", "我想转诊": "/referral new", "转院": "/referral", "我要转院": "/referral new", "想转院": "/referral new", "我想转院": "/referral new", "转上级医院": "/referral new", "转诊进度": "/referral", "转去大医院": "/referral new",
		"referral": "/referral", "my referral": "/referral", "my referrals": "/referral", "i need a referral": "/referral new", "refer me": "/referral new", "request a referral": "/referral new",
		"处理进度": "/progress", "看处理进度": "/progress", "查进度": "/progress", "查询进度": "/progress", "进展": "/progress", "处理得怎么样了": "/progress", "处理了吗": "/progress",
		"有人看到吗": "/progress", "有人看吗": "/progress", "看到了吗": "/progress", "什么时候回复": "/progress", "怎么还没回": "/progress", "怎么还没人回": "/progress",
		"怎么没人回": "/progress", "还没人回复": "/progress", "我的问题怎么样了": "/progress", "我的投诉怎么样了": "/progress", "投诉进度": "/progress",
		"progress": "/progress", "any news": "/progress", "has anyone seen it": "/progress", "has anybody seen it": "/progress", "did anyone see it": "/progress", "what became of it": "/progress",
		"绑定": "/bind", "绑定档案": "/bind", "绑定已有档案": "/bind", "绑定已有资料": "/bind", "link my record": "/bind",
		"医生": "/doctors", "医生介绍": "/doctors", "有哪些医生": "/doctors", "医师介绍": "/doctors", "有哪些医师": "/doctors", "专家": "/doctors",
		"doctors": "/doctors", "our doctors": "/doctors",
		"体检日": "/checkup", "会员体检日": "/checkup", "健检日": "/checkup", "check-up day": "/checkup", "checkup day": "/checkup",
		"门诊时间": "/hours", "看诊时间": "/hours", "地址和停车": "/address", "停车": "/address", "address and parking": "/address", "parking": "/address",
		"订阅": "/subscribe", "重新订阅": "/subscribe", "恢复订阅": "/subscribe", "取消退订": "/subscribe", "subscribe": "/subscribe", "resubscribe": "/subscribe",
		"消息设置": "/prefer", "通知设置": "/prefer", "订阅设置": "/prefer", "preferences": "/prefer", "message settings": "/prefer", "notifications": "/prefer",
		"退订活动": "/prefer activity off", "退订优惠": "/prefer activity off", "退订广告": "/prefer activity off", "不要广告": "/prefer activity off",
		"订阅活动": "/prefer activity on", "收优惠活动": "/prefer activity on", "收养护知识": "/prefer tip on", "订阅优惠": "/prefer activity on", "退订知识": "/prefer tip off", "退订养护知识": "/prefer tip off",
		"订阅知识": "/prefer tip on", "订阅养护知识": "/prefer tip on", "退订提醒": "/prefer care off", "退订回访": "/prefer survey off", "退订通知": "/prefer notice off",
		"no offers": "/prefer activity off", "no tips": "/prefer tip off",
		"撤销": "/undo", "撤回": "/undo", "撤销一下": "/undo", "我要撤销": "/undo", "恢复": "/undo", "恢复预约": "/undo", "undo": "/undo", "undo it": "/undo", "undo that": "/undo",
		"take it back": "/undo", "take that back": "/undo", "复原": "/undo", "收回": "/undo",

		"大字版": "/large on", "大字": "/large on", "大字体": "/large on", "字太小": "/large on", "字太小了": "/large on", "字大一点": "/large on", "字大一些": "/large on", "字体大一点": "/large on", "要大字": "/large on", "我要大字版": "/large on", "看不清字": "/large on", "字看不清": "/large on", "长辈版": "/large on", "老人版": "/large on", "关怀版": "/large on",
		"large print": "/large on", "large text": "/large on", "bigger text": "/large on", "bigger letters": "/large on", "i can't read this": "/large on",
		"普通版": "/large off", "关闭大字版": "/large off", "取消大字版": "/large off", "不要大字": "/large off", "字小一点": "/large off", "标准版": "/large off", "normal text": "/large off", "small text": "/large off", "large print off": "/large off",
		"特殊需要": "/needs", "特殊需求": "/needs", "无障碍": "/needs", "无障碍服务": "/needs", "无障碍通道": "/needs", "有没有无障碍通道": "/needs", "accessibility": "/needs", "special needs": "/needs", "accessible entrance": "/needs", "wheelchair access": "/needs",
		"日历": "/calendar", "我的日历": "/calendar", "加到日历": "/calendar", "日程": "/calendar", "calendar": "/calendar", "my calendar": "/calendar", "add to calendar": "/calendar",

		"恢复曲线": "/curve", "我的恢复": "/curve", "恢复情况": "/curve", "康复曲线": "/curve", "看恢复曲线": "/curve", "恢复得怎么样": "/curve",
		"recovery curve": "/curve", "my recovery": "/curve", "recovery": "/curve",
		"我的照片": "/photos", "恢复照片": "/photos", "照片对比": "/photos", "看照片": "/photos", "照片": "/photos", "my photos": "/photos", "photos": "/photos", "recovery photos": "/photos",
		"发照片": "/photo", "怎么发照片": "/photo", "上传照片": "/photo", "send a photo": "/photo", "upload a photo": "/photo",

		"同意书": "/papers", "我的同意书": "/papers", "知情同意书": "/papers", "查看同意书": "/papers", "签同意书": "/papers", "我的签字": "/papers", "签字": "/papers",
		"consent forms": "/papers", "consent form": "/papers", "my consents": "/papers", "my consent forms": "/papers",
		"治疗方案": "/papers choices", "我的方案": "/papers choices", "我的治疗方案": "/papers choices", "看方案": "/papers choices", "选方案": "/papers choices",
		"treatment options": "/papers choices", "my treatment options": "/papers choices", "treatment plans": "/papers choices",

		"真人客服": "/agent", "talk to a person": "/agent",
	}
})

// Words takes the words that are commands of the clients' conversations.
func Words(text string) (command string, ok bool) {
	if saysDied(text) {
		return "/farewell", true
	}
	if asksWhetherCancelled(text) {
		return "/bookings status", true
	}
	text = strings.Trim(plainWords(text), " 。.!！?？~")
	if command, ok = needsWords(text); ok {
		return command, true
	}
	if billAsked.MatchString(text) && !containsOne(text, []string{"人工", "真人", "客服", "投诉"}) {
		return "/bills", true
	}
	if m := ofVisit.FindStringSubmatch(text); m != nil {
		if m[1] != "" {
			return "/curve " + strings.ToUpper(m[3]), true
		}
		return "/photos " + strings.ToUpper(m[3]), true
	}
	if healthAsked.MatchString(text) {
		return "/health", true
	}
	if m := paperWords.FindStringSubmatch(text); m != nil {
		return "/papers " + strings.ToUpper(m[2]) + paperVerbs()[m[1]], true
	}
	switch {
	case asksPreparation.MatchString(text):
		return "/prepare", true
	case asksUsual.MatchString(text) && !notUsual.MatchString(text):
		return "/usual", true
	case asksDischarge.MatchString(text):
		return "/discharge", true
	}
	if command, ok = spokenWords()[text]; !ok && whichDoctor.MatchString(text) {
		return "/doctors page 0", true
	}
	return command, ok
}

// billAsked asks about what was paid or is to be paid, rather than for a price:
// 上次一共花了多少钱, 发票怎么开.
var billAsked = regexp.MustCompile(`^(?:请问|我想|我要|帮我|麻烦|能不能|可以|想)*(?:看|查|要|发|开|补)?(?:一?下|一张|张)?\p{Han}{0,8}(?:账单|帐单|发票|费用明细|收费明细|费用清单)(?:怎么开|怎么看|在哪看|在哪里看|在哪|发我|发一下|给我看看|能开吗|可以开吗|开一下|开了吗|有吗|多少钱)?[吗呢]?$|^(?:我)?(?:上次|昨天|今天|这次|上回)\p{Han}{0,6}(?:花了|付了|收了|一共|总共)\p{Han}{0,4}多少钱?$|^(?:how much (?:did|have) i pa(?:y|id)|can i (?:have|get) (?:an? )?(?:invoice|receipt)|show (?:me )?my bills?).{0,20}$`)

// healthAsked asks for a patient's record by name: 团子的健康档案, 看一下豆豆的病历.
var healthAsked = regexp.MustCompile(`^(?:我想|我要|帮我|给我)*(?:看|查|要|发)?(?:一?下)?\p{Han}{0,8}的(?:健康档案|健康摘要|病历摘要|病历|健康记录)(?:发我|给我看看)?$|^(?:show )?\S{1,20}'s (?:health record|medical record|record|health summary)$`)

// ofVisit asks for the course of one procedure: 恢复曲线 B1234567.
var ofVisit = regexp.MustCompile(`^(?:(恢复曲线|康复曲线|recovery curve|curve)|(恢复照片|照片对比|照片|recovery photos|photos))\s*[:：]?\s*([a-z]\d{2,})$`)

// whichDoctor asks who is best, or good at something: the list says what each
// does, and judges nobody.
var whichDoctor = regexp.MustCompile(`^(?:你们|你家|这里|请问|咱们)*(?:哪个|哪位|什么|谁|有什么|有哪些)?(?:医生|大夫|医师|专家)(?:谁|哪个|哪位)?(?:比较|最|更)?(?:好|厉害|推荐|有经验|专业|靠谱)[吗呢啊]?$|^(?:推荐|介绍)(?:一下|个|一个|一位)?(?:医生|大夫|专家)$|^(?:which|who).{0,20}(?:best|good|recommend).{0,12}doctor|^(?:which|who).{0,12}doctor.{0,20}(?:best|good|recommend)`)

// paperWords name a consent by its number: 同意书 T12345678, 撤回同意 T1234567.
var paperWords = regexp.MustCompile(`^(撤回同意|撤回同意书|取消同意|withdraw consent|withdraw|同意书|知情同意书|签|签字|consent|consent form|方案|治疗方案|)\s*[:：#]?\s*(t\d{8})$`)

func paperVerbs() map[string]string {
	return map[string]string{"撤回同意": " back", "撤回同意书": " back", "取消同意": " back", "withdraw consent": " back", "withdraw": " back"}
}
