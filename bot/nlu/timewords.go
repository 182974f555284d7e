package nlu

import (
	"slices"
	"strings"
	"sync"
)

type wordKind uint8

const (
	wordDay      wordKind = iota + 1 // n: days from today
	wordPart                         // n: daypart
	wordDayPart                      // n: day*16 + daypart
	wordHoliday                      // n: holiday
	wordWeekday                      // n: 1 Monday .. 7 Sunday
	wordMonth                        // n: 1..12
	wordNow                          //
	wordThese                        // 这几天: the next days, n of them
	wordWeekend                      // n: weeks from this one
	wordEndMonth                     // "end of the month": n months from this one
)

type timeWord struct {
	r    []rune
	kind wordKind
	n    int
	weak bool // an English word with another sense: sat, sun, may, march
}

// timeWordList is the fixed vocabulary, simplified and lower case: kind, value, words.
var timeWordList = []struct {
	kind  wordKind
	n     int
	words string
}{
	{wordDay, 0, "今天 今日 今儿 今儿个 当日 today 2day"},
	{wordDay, 1, "明天 明日 明儿 明儿个 听日 听朝日 翌日 tomorrow tmr tmrw tmw tomorow tommorow tommorrow 2moro"},
	{wordDay, 2, "后天 后日 后儿 day_after_tomorrow the_day_after_tomorrow"},
	{wordDay, 3, "大后天 大后日"},
	{wordDay, -1, "昨天 昨日 昨儿 琴日 寻日 噚日 yesterday"},
	{wordDay, -2, "前天 前日 前儿 day_before_yesterday the_day_before_yesterday"},
	{wordDay, -3, "大前天 大前日"},
	{wordDayPart, int(early), "今早 今朝早 今晨 今早上 this_morning"},
	{wordDayPart, int(forenoon), "今上午"},
	{wordDayPart, int(noon), "今午 今中午"},
	{wordDayPart, int(afternoon), "今下午 this_afternoon this_arvo"},
	{wordDayPart, int(evening), "今晚 今夜 今晚上 今晚黑 tonight tonite this_evening"},
	{wordDayPart, 16 + int(early), "明早 明晨 明早上 听朝 听早 听朝早"},
	{wordDayPart, 16 + int(forenoon), "明上午"},
	{wordDayPart, 16 + int(noon), "明中午 明午"},
	{wordDayPart, 16 + int(afternoon), "明下午"},
	{wordDayPart, 16 + int(evening), "明晚 明晚上 明夜 听晚 听晚黑"},
	{wordDayPart, 32 + int(early), "后早"},
	{wordDayPart, 32 + int(evening), "后晚"},
	{wordDayPart, -16 + int(evening), "昨晚 昨夜 昨晚上 琴晚 寻晚 噚晚 last_night"},
	{wordDayPart, -16 + int(early), "昨早"},
	{wordPart, int(dawn), "凌晨 拂晓 early_hours"},
	{wordPart, int(early), "早上 早晨 清晨 清早 大清早 一大早 一早 大早上 朝早 朝头早 早间 early_morning"},
	{wordPart, int(forenoon), "上午 上昼 午前 morning mornings in_the_morning"},
	{wordPart, int(noon), "中午 正午 晌午 午间 lunchtime at_lunch lunch_time"},
	{wordPart, int(afternoon), "下午 午后 晏昼 下昼 后半晌 afternoon afternoons in_the_afternoon arvo"},
	{wordPart, int(dusk), "傍晚 黄昏 傍黑"},
	{wordPart, int(evening), "晚上 晚间 夜晚 夜间 晚黑 夜晚黑 晚头 evening evenings in_the_evening night at_night"},
	{wordPart, int(deepNight), "半夜 深夜 午夜 夜里 三更半夜 大半夜 后半夜"},
	{wordNow, 0, "现在 而家 依家 此刻 这会儿 right_now now"},
	{wordThese, 3, "这几天 这几日 最近几天 近几天 这些天 呢几日 next_few_days the_next_few_days in_the_next_few_days"},
	{wordThese, 2, "这两天 这两日 呢两日 近两天 next_couple_of_days"},
	{wordWeekend, 0, "this_weekend the_weekend weekend at_the_weekend"},
	{wordWeekend, 1, "next_weekend"},
	{wordEndMonth, 0, "end_of_the_month end_of_this_month end_of_month month_end"},
	{wordEndMonth, 1, "end_of_next_month"},
	{wordWeekday, 1, "monday mon? mondays"},
	{wordWeekday, 2, "tuesday tue tues tuesdays"},
	{wordWeekday, 3, "wednesday wed? weds wednesdays"},
	{wordWeekday, 4, "thursday thu thur thurs thursdays"},
	{wordWeekday, 5, "friday fri fridays"},
	{wordWeekday, 6, "saturday sat? saturdays"},
	{wordWeekday, 7, "sunday sun? sundays"},
	{wordMonth, 1, "january jan"},
	{wordMonth, 2, "february feb"},
	{wordMonth, 3, "march? mar?"},
	{wordMonth, 4, "april apr"},
	{wordMonth, 5, "may?"},
	{wordMonth, 6, "june jun"},
	{wordMonth, 7, "july jul"},
	{wordMonth, 8, "august aug"},
	{wordMonth, 9, "september sept sep"},
	{wordMonth, 10, "october oct"},
	{wordMonth, 11, "november nov"},
	{wordMonth, 12, "december dec"},
	{wordHoliday, int(newYear), "元旦节 元旦 阳历年 new_year's_day new_years_day new_year"},
	{wordHoliday, int(newYearEve), "跨年夜 跨年 new_year's_eve new_years_eve"},
	{wordHoliday, int(springFestival), "春节 农历新年 大年初一 年初一 正月初一 chinese_new_year lunar_new_year spring_festival"},
	{wordHoliday, int(springFestival) + 1<<8, "大年初二 年初二"},
	{wordHoliday, int(springFestival) + 2<<8, "大年初三 年初三"},
	{wordHoliday, int(springFestival) + 3<<8, "大年初四 年初四"},
	{wordHoliday, int(springFestival) + 4<<8, "大年初五 年初五"},
	{wordHoliday, int(springFestival) + 5<<8, "大年初六 年初六"},
	{wordHoliday, int(springFestival) + 6<<8, "大年初七 年初七"},
	{wordHoliday, int(springFestival) + 7<<8, "大年初八 年初八"},
	{wordHoliday, int(lunarEve), "除夕夜 除夕 大年三十 年三十 大年夜 年三十晚"},
	{wordHoliday, int(lantern), "元宵节 元宵 正月十五 lantern_festival"},
	{wordHoliday, int(laba), "腊八节 腊八"},
	{wordHoliday, int(littleYear), "小年夜 北方小年"},
	{wordHoliday, int(valentine), "情人节 valentine's_day valentines_day"},
	{wordHoliday, int(womensDay), "妇女节 三八节 三八妇女节 女神节"},
	{wordHoliday, int(arborDay), "植树节"},
	{wordHoliday, int(foolsDay), "愚人节"},
	{wordHoliday, int(qingming), "清明节 清明 tomb_sweeping_day qingming_festival qingming"},
	{wordHoliday, int(labourDay), "五一节 五一劳动节 劳动节 五一 labour_day labor_day may_day"},
	{wordHoliday, int(youthDay), "五四青年节 青年节"},
	{wordHoliday, int(mothersDay), "母亲节 mother's_day mothers_day"},
	{wordHoliday, int(childrensDay), "儿童节 六一儿童节 六一 children's_day childrens_day"},
	{wordHoliday, int(fathersDay), "父亲节 father's_day fathers_day"},
	{wordHoliday, int(dragonBoat), "端午节 端午 端阳 dragon_boat_festival"},
	{wordHoliday, int(qixi), "七夕节 七夕"},
	{wordHoliday, int(ghost), "中元节 盂兰节"},
	{wordHoliday, int(midAutumn), "中秋节 中秋 mid-autumn_festival mid_autumn_festival"},
	{wordHoliday, int(teachersDay), "教师节"},
	{wordHoliday, int(nationalDay), "国庆节 国庆 十一国庆 十一假期 十一长假 十一黄金周 national_day"},
	{wordHoliday, int(doubleNinth), "重阳节 重阳"},
	{wordHoliday, int(halloween), "万圣节前夜 halloween"},
	{wordHoliday, int(allSaints), "万圣节"},
	{wordHoliday, int(singles), "双十一 双11 光棍节"},
	{wordHoliday, int(thanksgiving), "感恩节 thanksgiving"},
	{wordHoliday, int(winterSolstice), "冬至"},
	{wordHoliday, int(christmasEve), "平安夜 圣诞前夜 圣诞夜 christmas_eve xmas_eve"},
	{wordHoliday, int(christmas), "圣诞节 圣诞 christmas_day christmas xmas"},
}

// timeWords indexes the vocabulary by first rune, longest first.
var timeWords = sync.OnceValue(func() map[rune][]timeWord {
	m := make(map[rune][]timeWord)
	for _, e := range timeWordList {
		for w := range strings.FieldsSeq(e.words) {
			w, weak := strings.CutSuffix(w, "?")
			r := []rune(strings.ReplaceAll(w, "_", " "))
			m[r[0]] = append(m[r[0]], timeWord{r: r, kind: e.kind, n: e.n, weak: weak})
		}
	}
	for _, list := range m {
		slices.SortStableFunc(list, func(a, b timeWord) int { return len(b.r) - len(a.r) })
	}
	return m
})

// timeWord finds the longest word of the vocabulary at i; English ones end at a word's end.
func (p *timeParser) timeWord(i int) (timeWord, int, bool) {
	first := p.t.at(i)
	for _, w := range p.words[first] {
		j := i + len(w.r)
		if j > len(p.t.r) || !slices.Equal(p.t.r[i:j], w.r) {
			continue
		}
		if isWordRune(first) && !(p.t.wordEnd(i) && p.t.wordEnd(j)) {
			continue
		}
		if p.notTheWord(w, i, j) {
			continue
		}
		return w, j, true
	}
	return timeWord{}, i, false
}

// notTheWord rejects words that are part of another here.
func (p *timeParser) notTheWord(w timeWord, i, j int) bool {
	switch w.kind {
	case wordDay:
		prev := p.t.at(i - 1)
		return prev == '之' && w.n < 0 || isHanNumber(p.t.at(i-1)) && w.n == 2 && p.t.at(i) == '后' ||
			w.n == 2 && prev == '前' // 三天后天…, 前后天
	case wordHoliday:
		if oneOf(p.t.at(j), "路街村厂") || p.t.has(j, "大道") || p.t.has(j, "广场") {
			return true
		}
		if w.n == int(labourDay) || w.n == int(childrensDay) { // 五一 is also a number
			return isNumeral(p.t.at(j)) || isNumeral(p.t.at(i-1)) || p.t.at(i-1) == '第' || p.t.at(j) == '个'
		}
	case wordPart:
		return p.t.at(i) == '一' && isNumeral(p.t.at(i-1)) || w.n == int(forenoon) && p.t.has(i-5, "good morning") ||
			p.t.has(i-5, "good ") || p.t.has(i, "晚上好") || p.t.has(i, "早上好") || p.t.has(i, "下午好") || p.t.has(i, "上午好") || p.t.has(i, "中午好")
	case wordNow:
		return true // now is the asking, not a wish, unless it stands for itself; see ParseTimes
	}
	return false
}
