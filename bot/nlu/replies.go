package nlu

// reply recognises a short text made of nothing but words of assent, refusal, thanks or greeting:
// 可以的，没问题 · 好的谢谢 · no thanks.
func (t *text) reply() (Intent, float64, bool) {
	if len(t.r) > 40 {
		return "", 0, false
	}
	m := commands()
	var last Intent
	words := 0
	for i := 0; i < len(t.r); {
		if isPunctuation(t.r[i]) || oneOf(t.r[i], "啊呀哦噢啦呢吧哈嘞的了哇喔喇") {
			i++
			continue
		}
		in, n := t.replyWord(m, i)
		if n == 0 {
			return "", 0, false
		}
		switch {
		case last == "" || last == in:
			last = in
		case last == IntentYes && in == IntentThanks, last == IntentGreet && in == IntentThanks:
			last = in
		case in == IntentThanks, last == IntentThanks && in == IntentYes:
		case last == IntentYes && in == IntentNo: // 好的不用了
			last = in
		case last == IntentNo && in == IntentYes: // 不对，是 …
			return "", 0, false
		case in == IntentGreet:
		default:
			return "", 0, false
		}
		words++
		i += n
	}
	return last, 0.9, words > 0
}

// replyWord finds the longest reply that stands at i.
func (t *text) replyWord(m map[string]Intent, i int) (Intent, int) {
	for n := min(12, len(t.r)-i); n > 0; n-- {
		if isWordRune(t.r[i]) && isWordRune(t.at(i+n)) && isWordRune(t.at(i+n-1)) {
			continue
		}
		in, ok := m[string(t.r[i:i+n])]
		if !ok {
			continue
		}
		switch in {
		case IntentYes, IntentNo, IntentThanks, IntentGreet, IntentCancel, IntentAgent, IntentMenu, IntentBack:
			return in, n
		}
	}
	return "", 0
}
