package nlu

import (
	"strings"
	"sync"
)

// commandList is what a command is written as, simplified and lower case.
var commandList = []struct {
	intent Intent
	words  string
}{
	{IntentMenu, "菜单 主菜单 首页 目录 功能 menu main_menu start home /start /menu"},
	{IntentBook, "预约 我要预约 挂号 约号 预约挂号 在线预约 新预约 我想预约 book booking appointment make_an_appointment book_an_appointment new_booking /book"},
	{IntentMyBookings, "我的预约 查预约 查询预约 预约记录 预约查询 查看预约 my_bookings my_booking my_appointments my_appointment bookings appointments /bookings /my_bookings"},
	{IntentReschedule, "改期 改约 改时间 改预约 换时间 reschedule"},
	{IntentCancelBooking, "取消预约 退号 cancel_booking cancel_appointment cancel_my_booking cancel_my_appointment"},
	{IntentReports, "报告 报告单 查报告 我的报告 检查报告 化验单 体检报告 检验报告 reports report my_reports results test_results /reports"},
	{IntentCheckin, "打卡 康复打卡 每日打卡 术后打卡 check-in check_in checkin daily_check-in /checkin"},
	{IntentTips, "知识 养护知识 健康知识 护理知识 小知识 科普 tips tip care_tips /tips"},
	{IntentCard, "会员 会员卡 我的会员 积分 余额 会员中心 我的积分 我的余额 我的会员卡 card membership my_card points balance /card"},
	{IntentComplaint, "投诉 我要投诉 投诉建议 complaint complain /complaint"},
	{IntentFeedback, "评价 满意度 打分 反馈 我要评价 意见反馈 feedback rate survey review /feedback"},
	{IntentAgent, "人工 人工客服 转人工 客服 真人 找人工 人工服务 转接人工 agent human operator staff real_person talk_to_a_human customer_service /agent"},
	{IntentCancel, "取消 算了 不弄了 cancel /cancel stop_it never_mind nevermind quit exit 退出"},
	{IntentBack, "返回 上一步 后退 返回上一步 back go_back /back 返回上一级"},
	{IntentUnsubscribe, "退订 取消订阅 td unsubscribe stop opt_out optout /unsubscribe"},
	{IntentPrivacy, "隐私 隐私政策 隐私协议 我的数据 删除数据 privacy privacy_policy /privacy"},
	{IntentHelp, "帮助 怎么用 使用说明 使用帮助 help /help ? help_me"},
	{IntentPrice, "价格 价目表 收费标准 价目 price prices price_list"},
	{IntentHours, "营业时间 上班时间 开门时间 hours opening_hours business_hours"},
	{IntentAddress, "地址 位置 怎么走 在哪 在哪里 address location directions"},
	{IntentConfirmVisit, "确认到诊 确认就诊 确认到店 confirm_visit"},
	{IntentGreet, "你好 您好 嗨 哈喽 哈啰 在吗 在么 有人吗 喂 早 早上好 下午好 晚上好 上午好 中午好 早安 晚安 你好呀 你好啊 hi hello hey hi_there hello_there good_morning good_afternoon good_evening 哈佬 你哋好 大家好 早晨"},
	{IntentThanks, "谢谢 谢了 多谢 感谢 非常感谢 谢谢你 谢谢您 谢谢啦 辛苦了 唔该 唔该晒 多谢晒 thanks thank_you thx ty many_thanks cheers thank_you_very_much thanks_a_lot 3q 谢谢医生"},
	{IntentYes, "是 是的 对 对的 好 好的 行 可以 嗯 嗯嗯 没错 确认 确定 同意 ok okay okey 好呀 好啊 好滴 好嘞 好吧 行吧 没问题 当然 要 要的 需要 中 得 係 系 系呀 啱 冇问题 好哇 就这样 就这个 就它 对对 yes y yep yeah yup sure confirm correct right fine agree of_course sounds_good i_agree alright 👌 👍 yes_please yes_of_course that's_right thats_right ok_thanks please_do go_ahead perfect 可以的 行的 同意的 没毛病 1️⃣✔"},
	{IntentNo, "不 不是 不要 不用 不用了 不对 不行 不可以 不了 不需要 否 没有 别 拒绝 不同意 不好 不必 不必了 唔系 唔要 唔使 唔得 冇 no n nope nah not_now no_thanks no_thank_you disagree decline wrong incorrect 不用谢谢 不想 暂时不用 暂不 不愿意 先不用 不使 唔使喇 不是这个 不对不是 wrong_one not_this_one that's_wrong thats_wrong 不是这样 不是的"},
}

// commands maps a command's bare form, with nothing but letters, to its intent.
var commands = sync.OnceValue(func() map[string]Intent {
	m := make(map[string]Intent, 400)
	for _, c := range commandList {
		for w := range strings.FieldsSeq(c.words) {
			m[bare(foldString(strings.ReplaceAll(w, "_", " ")))] = c.intent
		}
	}
	return m
})

// Command recognises a text that is a command word and nothing else, in either script or English,
// whatever its case, width, blanks and punctuation.
func Command(s string) (Intent, bool) {
	if len(s) > 120 {
		return "", false
	}
	return commandOf(newText(s))
}

func commandOf(t *text) (Intent, bool) {
	if len(t.r) == 0 || len(t.r) > 40 {
		return "", false
	}
	m := commands()
	if in, ok := m[bare(t.r)]; ok {
		return in, true
	}
	return "", false
}

// bare drops blanks and punctuation at the ends, and blanks between Chinese characters.
func bare(r []rune) string {
	start, end := 0, len(r)
	for start < end && isPunctuation(r[start]) {
		start++
	}
	for end > start && isPunctuation(r[end-1]) {
		end--
	}
	if start == end && len(r) > 0 && len(r) < 4 && r[0] == '?' {
		return "?"
	}
	var b strings.Builder
	space := false
	for _, c := range r[start:end] {
		if c == ' ' {
			space = true
			continue
		}
		if space && isWordRune(c) {
			b.WriteByte(' ')
		}
		space = false
		b.WriteRune(c)
	}
	return b.String()
}

func isPunctuation(r rune) bool {
	switch r {
	case ' ', '.', ',', '!', '?', ';', ':', '。', '、', '~', '-', '…', '"', '\'', '(', ')', '[', ']', '【', '】', '「', '」', '《', '》', '“', '”', '·', '*', '#', '@', '^', '_', '<', '>', '=', '+', '|', '\\':
		return true
	}
	return false
}
