package nlu

import (
	"slices"
	"strings"
)

// titles are what a doctor is called after the surname.
const titles = "医生 大夫 主任 医师 院长 教授 博士 老师 副主任 主任医师 护士长 护士"

// genericParts name no service of their own.
const genericParts = " 服务 检查 治疗 手术 套餐 门诊 科室 项目 护理 全套 基础 普通 标准 常规 高级 专业 宠物 猫咪 狗狗 小型 大型 中型 成人 儿童 公猫 母猫 公犬 母犬 " +
	"动物 医院 诊所 中心 分院 分店 总院 总店 门店 院区 咨询 预约 一次 单次 首次 全身 局部 两次 三次 疗程 方案 设计 修复 成形 整形 医生 大夫 主任 手术后 术后 以上 以下 上门 " +
	"check exam the and care service services treatment therapy surgery clinic hospital branch pet dog cat full basic standard of for with a an in at consultation visit center centre small large adult new first test "

// branchTails end the name of a branch and may be left out.
const branchTails = "门诊部 分院 总院 院区 分店 总店 门店 诊所 医院 店 馆 中心"

// compoundSurnames are surnames of two characters.
const compoundSurnames = " 欧阳 上官 司马 诸葛 司徒 东方 独孤 南宫 夏侯 尉迟 皇甫 公孙 慕容 长孙 宇文 令狐 端木 轩辕 百里 呼延 东郭 申屠 "

// derive adds a name and the shorter ways to say it.
func (l *Lexicon) derive(owner int32, kind Kind, r []rune, nth int, seen map[string]int32) {
	whole := form{r: r, owner: owner, weight: 1, whole: true, strict: kind == KindSpecies && len(r) < 3 || len(r) < 2}
	if kind == KindPractitioner && len(r) > 0 && isHan(r[0]) {
		whole.surname = l.surnameSound(r[0])
	}
	l.add(seen, whole)
	if i := slices.Index(r, '('); i > 1 { // 洗牙(猫)
		bare := whole
		bare.r = []rune(strings.TrimSpace(string(r[:i])))
		bare.weight, bare.whole = 0.95, false
		l.add(seen, bare)
		r = bare.r
	}
	switch {
	case kind == KindPractitioner:
		l.derivePerson(owner, r, seen)
	case kind == KindSpecies || kind == KindPatient:
	case len(r) > 0 && isLetter(r[0]):
		l.deriveWords(owner, r, seen)
	case kind == KindBranch:
		for tail := range strings.FieldsSeq(branchTails) {
			if core, ok := cutTail(r, tail); ok && len(core) >= 2 {
				l.add(seen, form{r: core, owner: owner, weight: 0.9})
				l.add(seen, form{r: append(slices.Clone(core), '店'), owner: owner, weight: 0.92})
				l.deriveParts(owner, core, 0.8, seen)
			}
		}
	default:
		l.deriveParts(owner, r, 1, seen)
	}
	_ = nth
}

func cutTail(r []rune, tail string) ([]rune, bool) {
	t := []rune(tail)
	if len(r) <= len(t) || !slices.Equal(r[len(r)-len(t):], t) {
		return nil, false
	}
	return slices.Clone(r[:len(r)-len(t)]), true
}

// deriveParts adds the beginnings and ends of a Chinese name.
func (l *Lexicon) deriveParts(owner int32, r []rune, scale float64, seen map[string]int32) {
	if len(r) < 3 || len(r) > 16 || !isHan(r[0]) {
		return
	}
	for n := 2; n < len(r); n++ {
		for side, part := range [...][]rune{r[len(r)-n:], r[:n]} {
			if strings.Contains(genericParts, " "+string(part)+" ") || !isHan(part[0]) || !isHan(part[n-1]) {
				continue
			}
			w := (0.55 + 0.4*float64(n)/float64(len(r))) * scale
			if side == 1 {
				w -= 0.03 // the head of a Chinese noun is at its end
			}
			l.add(seen, form{r: slices.Clone(part), owner: owner, weight: w, strict: n == 2 && len(r) > 5})
		}
	}
}

// deriveWords adds the beginnings and ends of an English name.
func (l *Lexicon) deriveWords(owner int32, r []rune, seen map[string]int32) {
	words := strings.Fields(string(r))
	for n := 1; n < len(words); n++ {
		for _, part := range [...][]string{words[len(words)-n:], words[:n]} {
			s := strings.Join(part, " ")
			if strings.Contains(genericParts, " "+part[0]+" ") && n == 1 || len(s) < 4 || strings.Contains(genericParts, " "+s+" ") {
				continue
			}
			l.add(seen, form{r: []rune(s), owner: owner, weight: 0.55 + 0.4*float64(n)/float64(len(words))})
		}
	}
}

// derivePerson adds 王医生, 小王, 建国 and dr wang for 王建国.
func (l *Lexicon) derivePerson(owner int32, r []rune, seen map[string]int32) {
	if len(r) == 0 {
		return
	}
	if !isHan(r[0]) {
		l.deriveDoctor(owner, strings.Fields(strings.ReplaceAll(string(r), ".", " ")), seen)
		return
	}
	for title := range strings.FieldsSeq(titles) {
		if core, ok := cutTail(r, title); ok {
			r = core
			l.add(seen, form{r: r, owner: owner, weight: 1, whole: true, strict: len(r) < 2, surname: l.surnameSound(r[0])})
			break
		}
	}
	n := 1
	if len(r) >= 3 && strings.Contains(compoundSurnames, " "+string(r[:2])+" ") {
		n = 2
	}
	if len(r) > 4 || !allHan(r) {
		return
	}
	surname, sound := r[:n], l.surnameSound(r[0])
	for title := range strings.FieldsSeq(titles) {
		called := append(slices.Clone(surname), []rune(title)...)
		l.add(seen, form{r: called, owner: owner, weight: 0.9, surname: sound})
		for _, young := range "小老" {
			l.add(seen, form{r: append([]rune{young}, called...), owner: owner, weight: 0.9, strict: true})
		}
		if given := r[n:]; len(given) >= 1 && len(r) > n {
			l.add(seen, form{r: append(slices.Clone(given), []rune(title)...), owner: owner, weight: 0.88})
		}
	}
	for _, young := range "小老" {
		l.add(seen, form{r: append([]rune{young}, surname...), owner: owner, weight: 0.8, strict: true})
	}
	if len(r)-n >= 2 {
		l.add(seen, form{r: slices.Clone(r[n:]), owner: owner, weight: 0.88})
	}
	var latin strings.Builder
	for k, c := range surname {
		id := l.sounds.readings(c)[0]
		if k == 0 && sound != 0 {
			id = sound
		}
		latin.WriteString(l.sounds.syllables[id])
	}
	for _, dr := range [...]string{"dr ", "dr.", "dr. ", "doctor ", "doc "} {
		l.add(seen, form{r: []rune(dr + latin.String()), owner: owner, weight: 0.9, strict: true})
	}
}

// deriveDoctor adds dr wang and the given name for Emily Wang.
func (l *Lexicon) deriveDoctor(owner int32, words []string, seen map[string]int32) {
	words = slices.DeleteFunc(words, func(w string) bool { return w == "dr" || w == "doctor" || w == "prof" || w == "" })
	if len(words) == 0 {
		return
	}
	l.add(seen, form{r: []rune(strings.Join(words, " ")), owner: owner, weight: 1, whole: true})
	for _, w := range words {
		if len(w) < 2 {
			continue
		}
		for _, dr := range [...]string{"dr ", "dr.", "dr. ", "doctor ", "doc "} {
			l.add(seen, form{r: []rune(dr + w), owner: owner, weight: 0.9, strict: true})
		}
		if len(w) >= 3 {
			l.add(seen, form{r: []rune(w), owner: owner, weight: 0.75})
		}
	}
}

func (l *Lexicon) surnameSound(r rune) uint16 { return l.sounds.ids[surnameReading(r)] }
