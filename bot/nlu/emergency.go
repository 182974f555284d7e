package nlu

// emergencyWords are the signs that must not wait, each enough by itself when it happens now.
func emergencyWords() []cue {
	var out []cue
	for _, w := range emergencyList {
		out = append(out, cue{r: foldString(w), intent: IntentEmergency, weight: 8})
	}
	return out
}

// emergencyList: loss of consciousness, breathing, bleeding, poison, injury, obstruction, birth —
// the red flags of the handbooks' pre-check (R3.1) and of first-aid leaflets.
var emergencyList = []string{
	"抽搐", "抽筋", "癫痫", "惊厥", "抽风", "口吐白沫", "角弓反张", "羊癫疯", "昏迷", "昏倒", "晕倒", "晕过去", "昏过去", "失去意识", "没有意识", "没意识", "不省人事", "叫不醒", "没反应", "没有反应", "休克", "倒地", "瘫了", "突然瘫痪", "晕咗", "晕低",
	"喘不上气", "喘不过气", "透不过气", "唔够气", "呼吸困难", "呼吸急促", "呼吸不了", "没有呼吸", "没呼吸", "停止呼吸", "呼吸停", "呼吸很困难", "张口呼吸", "张嘴呼吸", "窒息", "憋气", "噎住", "卡住喉咙", "卡喉咙", "唔透到气", "抖唔到气", "嘴唇发紫", "舌头发紫", "舌头发白", "牙龈发白", "嘴唇发青", "喘得厉害",
	"大出血", "大量出血", "血止不住", "止不住血", "止不住", "出血不止", "血流不止", "流血不止", "喷血", "吐血", "咳血", "呕血", "大量便血", "流好多血", "流了很多血", "流咗好多血", "一直流血", "不停流血", "血不停",
	"老鼠药", "耗子药", "鼠药", "毒药", "中毒", "误食", "误服", "误吞", "吃了巧克力", "吃了葡萄", "吃了洋葱", "吃了木糖醇", "吃了百合", "食咗朱古力", "吞咗", "吞了电池", "吞电池", "吞了异物", "吞了针", "吞了骨头", "喝了农药", "农药", "喝了消毒", "防冻液", "吃了药片", "吃了人药", "服药过量", "吃多了药", "喝了洁厕",
	"车祸", "被车撞", "被撞", "车撞", "坠楼", "从楼上掉", "楼摔下来", "楼掉下来", "摔下来了", "跌落楼", "骨折", "骨头露出", "断了腿", "肠子", "脱出来", "眼球脱出", "眼球掉", "烧伤", "烫伤", "触电", "电击", "溺水", "被咬得很", "咬穿", "开放性", "刺穿", "严重外伤",
	"尿不出", "排不出尿", "尿闭", "小便不出", "痾唔到尿", "难产", "生不下来", "生不出来", "胃扭转", "肚子胀得很大", "中暑", "热射病", "过敏性休克", "喉咙肿", "喉头水肿", "脸肿得", "快不行了", "快死了", "要死了", "奄奄一息", "救命", "急救", "打120", "叫120", "急诊", "危急", "心跳停", "心脏骤停", "没有心跳",
	"胸口痛", "胸痛", "胸闷", "心绞痛", "心梗", "中风", "脑卒中", "半边身体", "嘴歪", "口眼歪斜", "说不出话", "冒冷汗", "自杀", "不想活", "割腕", "高烧不退", "高热惊厥", "意识模糊", "剧烈头痛", "看不见了", "突然失明",
	"seizure", "seizures", "convulsing", "convulsion", "convulsions", "fitting", "having a fit", "unconscious", "collapsed", "passed out", "fainted", "unresponsive", "not responding", "won't wake up", "can't breathe", "cannot breathe", "can't breath", "trouble breathing", "difficulty breathing", "struggling to breathe", "not breathing", "gasping", "choking", "choked",
	"bleeding heavily", "heavy bleeding", "severe bleeding", "bleeding won't stop", "won't stop bleeding", "can't stop the bleeding", "bleeding a lot", "coughing blood", "vomiting blood", "throwing up blood", "poison", "poisoned", "poisoning", "rat bait", "antifreeze", "ate chocolate", "eaten chocolate", "ate grapes", "ate xylitol", "ate raisins", "ate onions", "ate a lily", "swallowed a battery", "swallowed", "overdose", "hit by a car", "run over", "fell from", "broken leg", "broken bone", "burned", "electrocuted", "drowning", "drowned",
	"can't pee", "cannot pee", "can't urinate", "unable to urinate", "heatstroke", "heat stroke", "anaphylaxis", "anaphylactic", "throat is swelling", "throat swelling", "severe allergic", "chest pain", "chest pains", "heart attack", "stroke", "blue lips", "lips are blue", "gums are white", "pale gums", "dying", "suicidal", "suicide", "kill myself", "emergency", "stuck in labour", "stuck in labor", "bloated and retching", "paralyzed", "paralysed",
}

// clauseBreaks end the reach of a negation.
const clauseBreaks = ",.;!?。、~"

// happening reports that an emergency cue is said of now: not denied, not past, not a case
// imagined, not a question about the thing in general.
func (t *text) happening(f found) bool {
	from, to := f.start, f.end
	for from > 0 && !oneOf(t.r[from-1], ",.;!?。") {
		from--
	}
	for to < len(t.r) && !oneOf(t.r[to], ",.;!?。") {
		to++
	}
	before, after, clause := string(t.r[from:f.start]), string(t.r[f.end:max(to, f.end)]), string(t.r[from:to])
	all := string(t.r)
	if f.start >= 0 && t.has(f.start, "车祸") && containsAny(all, "堵", "塞车", "迟到", "晚点", "晚到") {
		return false // a traffic jam
	}
	if containsAny(before, "没有", "没", "无", "不是", "未", "不会", "并没", "并未", "冇", "未见", "不", "no ", "not ", "n't ", "never ", "without ") && !containsAny(before, "没办法", "没精神", "没反应", "没力", "止不住", "不停", "不断", "没多久", "不知道", "不好", "没吃", "不吃", "不行", "没人", "不动", "不了", "没想到", "won't stop", "can't stop", "没醒", "不醒", "不舒服", "不小心", "没注意", "没事突然", "没站", "站不", "not sure", "not eating", "not moving", "not well", "没看住", "不到", "没看好") {
		return false
	}
	now := containsAny(clause, "现在", "突然", "刚刚", "刚才", "刚", "正在", "一直", "不停", "快", "今天", "又", "赶紧", "马上", "right now", "just", "suddenly", "now", "help", "again")
	if containsAny(clause, "去年", "前年", "以前", "之前", "小时候", "上次", "上个月", "上周", "曾经", "过去", "年前", "月前", "周前", "天前", "旧年", "病史", "last year", "last month", "last week", "used to", "history of", "ago", "years ago", "previously", "in the past", "once had", "before") && !now ||
		(hasPrefixAny(after, "过") && !hasPrefixAny(after, "过去", "过敏", "过来", "过量") && !now) {
		return false
	}
	if containsAny(clause, "如果", "假如", "万一", "要是", "的话", "会不会", "怕他", "怕它", "担心会", "预防", "避免", "防止", "会导致", "会引起", "if ", "what if", "prevent", "avoid", "would ", "might ", "could cause", "risk of", "worried about", "会不会", "是否会") {
		return false
	}
	if !now && containsAny(all, "是什么原因", "什么原因", "啥原因", "咩原因", "什么引起", "症状是什么", "有哪些症状", "有什么症状", "是什么症状", "怎么预防", "如何预防", "怎么判断", "是什么意思", "什么是", "后遗症", "会遗传", "疫苗", "why do", "what causes", "signs of", "symptoms of", "what is ", "how to tell", "how common", "can dogs ", "can cats ", "do dogs ", "do cats ", "为什么会", "容易得", "什么样的", "是不是", "前兆", "后能", "多久能", "能不能治", "能治", "治疗费", "多少钱", "how much", "的知识", "急救知识", "可以打", "患者可以", "的狗能", "病人能", "注意什么", "how do i prevent", "emergency contact", "紧急联系") {
		return false
	}
	return true
}
