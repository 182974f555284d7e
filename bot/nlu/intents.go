package nlu

import "math"

// tally is the weight that a text gives each intent.
type tally map[Intent]float64

// sureAt is the weight at which an intent is three quarters certain.
const sureAt = 3.0

// threshold is the weight below which nothing is understood.
const threshold = 1.9

// intent weighs the cues of a text together with the names and times found in it.
func (t *text) intent(res *Result) (Intent, float64) {
	if in, ok := commandOf(t); ok {
		return in, 1
	}
	if in, conf, ok := t.reply(); ok {
		return in, conf
	}
	w := tally{}
	urgent := false
	cues := t.findCues()
	for _, f := range cues {
		if f.intent != IntentEmergency {
			w.add(f.intent, f.weight)
			continue
		}
		if t.happening(f) {
			urgent = true
		} else {
			w.add(cueAilment, 1)
		}
	}
	if urgent {
		return IntentEmergency, 0.95
	}
	t.weigh(w, res)
	t.weighOpening(w)
	return w.best()
}

// add keeps repeated cues from piling up: each further one counts a third.
func (w tally) add(in Intent, weight float64) {
	old := w[in]
	w[in] = max(old, weight) + min(old, weight)/3
}

// best is the heaviest intent; its confidence falls when another is near.
func (w tally) best() (Intent, float64) {
	in, top, second := IntentUnknown, 0.0, 0.0
	for _, c := range ranked {
		switch v := w[c]; {
		case v > top:
			in, top, second = c, v, top
		case v > second:
			second = v
		}
	}
	if top < threshold {
		return IntentUnknown, 0.1 + 0.1*top
	}
	conf := 1 - math.Exp(-top*math.Ln2*2/sureAt)
	if second > 0 {
		conf *= 0.7 + 0.3*(top-second)/top
	}
	return in, conf
}

// ranked is the order in which intents win a tie: what touches a booking or a grievance first.
var ranked = [...]Intent{
	IntentCancelBooking, IntentReschedule, IntentComplaint, IntentUnsubscribe, IntentLate, IntentMyBookings, IntentPrice, IntentHours, IntentAddress,
	IntentReports, IntentCheckin, IntentSymptom, IntentQuestion, IntentBook, IntentConfirmVisit, IntentAgent, IntentPrivacy, IntentCard, IntentTips, IntentFeedback,
	IntentMenu, IntentHelp, IntentBack, IntentCancel, IntentThanks, IntentGreet, IntentYes, IntentNo,
}

// weigh lets the signals, names and times speak.
func (t *text) weigh(w tally, res *Result) {
	_, service := res.Best(KindService)
	_, doctor := res.Best(KindPractitioner)
	_, department := res.Best(KindDepartment)
	_, patient := res.Best(KindPatient)
	_, species := res.Best(KindSpecies)
	timed := len(res.Times) > 0
	named := service || doctor || department
	s := string(t.r)

	// a visit: something to do, with whom, and when
	if service && timed || doctor && timed || department && timed {
		w.add(IntentBook, 1.6)
	}
	if w[IntentBook] > 0 && (named || timed) {
		w[IntentBook] += 1.2
	}
	if timed && containsAny(s, "有时间吗", "有空", "有位", "有号", "方便吗", "行吗", "行不行", "可以吗", "得唔得", "ok吗") && w[cueAdvice] < 3.5 {
		w.add(IntentBook, 2.2)
	}
	if t.timeOffered(res) {
		w.add(IntentBook, 3)
		w[cueAdvice] *= 0.5
	}
	if timed && (patient || species) && containsAny(s, "带", "送", "bring", "take") && w[IntentSymptom] == 0 {
		w.add(IntentBook, 2.2)
	}
	if named && containsAny(s, "想", "要", "帮", "给", "约", "可以", "能", "行吗", "want", "need", "like", "please", "can i") && w[cueAdvice] < 3 {
		w.add(IntentBook, 1.2)
	}

	if timed && w[IntentGreet] > 0 && containsAny(s, "有人吗", "有人在吗", "有医生在吗", "有没有人") {
		w.add(IntentHours, 3.2)
	}
	if t.fever() {
		w.add(cueAilment, 3)
	}
	t.weighCare(w, res, patient || species, timed)
	t.weighVisit(w, res, timed)

	// 约B超, 预约抽血化验: what is booked is named by its result or its topic
	if service && w[IntentBook] > 0 && containsAny(s, "约", "挂号", "book") && !containsAny(s, "结果", "报告", "单", "片子", "result", "report") {
		w[IntentReports] *= 0.3
		w[IntentTips] *= 0.3
	}

	// a price asked of something is about that thing
	if w[IntentPrice] > 0 {
		w[IntentBook] *= 0.6
		w[IntentQuestion] *= 0.5
		w[IntentCard] *= boolTo(containsAny(s, "会员", "积分", "余额", "充值", "卡里", "打几折", "member"), 1.4, 0.4)
	}
	if w[IntentHours] > 0 {
		w[IntentBook] *= boolTo(doctor || service, 1, 0.5)
		w[IntentQuestion] *= 0.5
		w[IntentSymptom] *= 0.5
	}
	for _, in := range [...]Intent{IntentAddress, IntentReports, IntentCard, IntentMyBookings, IntentAgent, IntentPrivacy, IntentUnsubscribe, IntentComplaint, IntentTips, IntentCheckin, IntentHelp, IntentMenu} {
		if w[in] > 3 {
			w[IntentQuestion] *= 0.5
			w[IntentSymptom] *= 0.6
			w[IntentBook] *= boolTo(in == IntentAddress || in == IntentTips || in == IntentCheckin || in == IntentReports, 0.7, 0.5)
		}
	}
	if w[IntentFeedback] > 3 && containsAny(s, "评价", "review", "打分", "问卷", "survey") {
		w[IntentAddress] *= 0.6
	}
	if w[IntentComplaint] > 0 {
		w[IntentFeedback] *= 0.4
		w[IntentAgent] *= 0.6
		w[IntentLate] *= 0.6
	}
	for in, v := range w { // courtesies give way to any wish
		if v >= threshold && in[0] != '~' && in != IntentGreet && in != IntentThanks {
			w[IntentThanks] *= 0.5
			w[IntentGreet] *= 0.5
			break
		}
	}
}

// weighCare separates an illness told from advice asked.
func (t *text) weighCare(w tally, res *Result, animal, timed bool) {
	ill, advice, concrete, general, care := w[cueAilment], w[cueAdvice], w[cueConcrete], w[cueGeneral], w[cueProcedure]
	_, service := res.Best(KindService)
	if service {
		care = max(care, 1.2)
	}
	if ill > 0 {
		w[IntentSymptom] = max(w[IntentSymptom], ill-0.6+min(concrete, 2.4)*0.6)
		if animal {
			w[IntentSymptom] += 0.4
		}
		if advice > 0 {
			w[IntentSymptom] -= min(general, 2.5) * 0.9
			if concrete < 2 {
				w[IntentSymptom] -= 0.9
			}
		}
	}
	if advice > 0 {
		q := advice - 1
		switch {
		case care > 0:
			q += 1.6
		case ill > 0:
			q += 1.2
		case animal:
			q += 1
		case general > 0:
			q += 0.5
		}
		q += min(general, 2.5) * 0.5
		if timed && w[IntentBook] > 2 {
			q -= 1.2
		}
		if care == 0 && ill == 0 && !animal && general == 0 {
			q -= 0.8
		}
		w[IntentQuestion] = q
	}
	if ill > 0 && w[IntentBook] >= 3 { // 牙疼想约明天
		w[IntentBook] += 0.8
		w[IntentSymptom] *= 0.8
	}
}

// weighVisit separates asking for a visit from changing, confirming, or giving one up.
func (t *text) weighVisit(w tally, res *Result, timed bool) {
	s := string(t.r)
	if res.Number != "" {
		for _, in := range [...]Intent{IntentReschedule, IntentCancelBooking, IntentMyBookings} {
			if w[in] > 0 {
				w[in] += 1
			}
		}
		if w[IntentCancel] > 0 {
			w.add(IntentCancelBooking, 4.6)
		}
	}
	if w[IntentCancel] > 0 && w[IntentCancelBooking] == 0 && (w[IntentBook] > 2.5 || timed) && containsAny(s, "取消", "cancel") {
		w.add(IntentCancelBooking, 4.4)
	}
	if containsAny(s, "约不上", "约不到") {
		w.add(IntentBook, 1)
	}
	if w[IntentCancelBooking] > 0 || w[IntentReschedule] > 0 || w[IntentMyBookings] > 0 {
		w[IntentBook] *= 0.55
		w[IntentConfirmVisit] *= 0.4
		w[IntentCancel] *= 0.5
		w[IntentQuestion] *= 0.5
		w[IntentHours] *= 0.7
	}
	if w[IntentReschedule] > 0 && containsAny(s, "改", "换", "move", "resched", "postpone", "推", "提前") {
		w[IntentCancelBooking] *= 0.75
		w[IntentMyBookings] *= 0.8
	}
	if w[IntentLate] > 0 {
		w[IntentConfirmVisit] *= 0.5
		w[IntentQuestion] *= 0.4
		w[IntentBook] *= 0.5
	}
	if w[IntentConfirmVisit] > 0 { // 可以来吗 and 能来 with a service ask; 会来的 confirms
		if w[cueAsk] > 0 || res.hasNamed() {
			w[IntentConfirmVisit] *= 0.5
			w.add(IntentBook, 1.6)
		}
	}
	if w[IntentUnsubscribe] > 0 {
		w[IntentCancel] *= 0.4
		w[IntentCancelBooking] *= 0.6
	}
}

// timeOffered reports that a time is followed by the question whether it suits: 明天上午可以吗.
func (t *text) timeOffered(res *Result) bool {
	for _, x := range res.Times {
		if hasPrefixAny(string(foldString(t.raw[x.Pos+len(x.Text):min(len(t.raw), x.Pos+len(x.Text)+18)])), "可以吗", "行吗", "行不", "可以不", "能来吗", "能去吗", "有空吗", "有空嘛", "ok吗", "得唔得", "方便吗", "有没有空", "可唔可以", "可不可以", "有时间吗", "有位吗", "有号吗", "都可以", "都行") {
			return true
		}
	}
	return false
}

// weighOpening hears the yes or no that a text opens with, unless more is wanted: yes, that works.
func (t *text) weighOpening(w tally) {
	in, n := t.replyWord(commands(), 0)
	if n == 0 || in != IntentYes && in != IntentNo || !isPunctuation(t.at(n)) {
		return
	}
	for c, v := range w {
		if v >= threshold && c[0] != '~' {
			return
		}
	}
	w.add(in, 2.1)
}

// fever reports a body temperature told: 体温38.9, 烧到39度, 39.5°C.
func (t *text) fever() bool {
	for i := range t.r {
		n, ok := t.arabicAt(i)
		if !ok || n.digits != 2 || n.n < 37 || n.n > 42 {
			continue
		}
		j := n.j
		if t.at(j) == '.' && isDigit(t.at(j+1)) {
			j += 2
		}
		before := string(t.r[max(0, i-5):i])
		if oneOf(t.at(j), "度℃°") || containsAny(before, "体温", "烧", "temp") {
			return true
		}
	}
	return false
}

func (t *text) arabicAt(i int) (numeral, bool) {
	if !isDigit(t.at(i)) || isDigit(t.at(i-1)) || t.at(i-1) == '.' {
		return numeral{}, false
	}
	return t.arabic(i)
}

func (r *Result) hasNamed() bool {
	_, service := r.Best(KindService)
	_, doctor := r.Best(KindPractitioner)
	return service || doctor
}

func boolTo(b bool, yes, no float64) float64 {
	if b {
		return yes
	}
	return no
}
