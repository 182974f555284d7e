package nlu

import (
	"strings"
)

// emergencyWords are the signs that must not wait, each enough by itself when it happens now.
func emergencyWords() []cue {
	var out []cue
	add := func(w string) { out = append(out, cue{r: foldString(w), intent: IntentEmergency, weight: 8}) }
	for _, w := range emergencyList {
		add(w)
		if plain := strings.ReplaceAll(w, "'", ""); plain != w { // cant breathe
			add(plain)
		}
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
	"抽畜", "抽蓄", "抽触", "中署", "晕道", "昏到", "昏米", "痉孪", "吐雪", "呼吸因难", "呼吸困南", "巧可力", "葡桃",
	"晕死", "昏死", "喊不醒", "唤不醒", "叫不应", "喊不应", "不呼吸", "唔呼吸", "没气了", "断气", "倒在地上", "翻白眼", "抽起来", "抽得厉害", "抽得停", "一抽一抽", "没动静", "一动不动", "软趴趴", "神志不清", "意识不清", "昏睡不醒", "说胡话", "血流如注", "血崩", "压不住血", "一滩血", "撞飞", "淹水", "溺水", "落水", "切断", "断指", "上气不接下气", "哮喘发作", "憋紫", "憋得发紫", "过敏休克", "羊水破", "吃错药", "吃错了药", "药吃多了", "肚子破了", "瘫痪", "瘫着", "惨叫", "见红", "大洞", "按不住", "被车压", "车压了", "车轧", "蛇咬", "噎到", "噎着", "呛到喘", "脸都紫", "嘴都紫", "抬不起来", "动弹不得", "服毒", "割了腕", "救救我", "救救它", "救救他", "救救狗", "救救猫", "血往外", "血一直冒", "一直喷", "拉血", "便血", "吞咽困难", "下巴脱臼", "牙撞掉", "牙磕掉", "痛得受不了", "疼得打滚", "剧痛",
	"胸口痛", "胸痛", "胸闷", "心绞痛", "心梗", "中风", "脑卒中", "半边身体", "嘴歪", "口眼歪斜", "说不出话", "冒冷汗", "自杀", "不想活", "割腕", "高烧不退", "高热惊厥", "意识模糊", "剧烈头痛", "看不见了", "突然失明",
	"seizure", "seizures", "convulsing", "convulsion", "convulsions", "fitting", "having a fit", "unconscious", "collapsed", "passed out", "fainted", "unresponsive", "not responding", "won't wake up", "can't breathe", "cannot breathe", "can't breath", "trouble breathing", "difficulty breathing", "struggling to breathe", "not breathing", "gasping", "choking", "choked",
	"bleeding heavily", "heavy bleeding", "severe bleeding", "bleeding won't stop", "won't stop bleeding", "can't stop the bleeding", "bleeding a lot", "coughing blood", "vomiting blood", "throwing up blood", "poison", "poisoned", "poisoning", "rat bait", "antifreeze", "ate chocolate", "eaten chocolate", "ate grapes", "ate xylitol", "ate raisins", "ate onions", "ate a lily", "swallowed a battery", "swallowed", "overdose", "hit by a car", "run over", "fell from", "bleeding out", "will not wake", "wont wake", "won't get up", "wont get up", "not waking up", "is not moving", "isn't moving", "help me please he", "no pulse", "short of breath", "slurred speech", "face is drooping", "went blind", "going blind", "open fracture", "snake bite", "bitten by a snake", "broken leg", "broken bone", "burned", "electrocuted", "drowning", "drowned",
	"can't pee", "cannot pee", "can't urinate", "unable to urinate", "heatstroke", "heat stroke", "anaphylaxis", "anaphylactic", "throat is swelling", "throat swelling", "severe allergic", "chest pain", "chest pains", "heart attack", "stroke", "blue lips", "lips are blue", "gums are white", "pale gums", "dying", "suicidal", "suicide", "kill myself", "emergency", "stuck in labour", "stuck in labor", "bloated and retching", "paralyzed", "paralysed",
}

// clauseBreaks end the reach of a negation.
const clauseBreaks = ",.;!?。、~"

// Parts cuts a long text into what can be read at once, each overlapping the one
// before, so that nothing at a seam is lost.
func Parts(text string) []string {
	const overlap = 60
	r := []rune(text)
	var out []string
	for len(r) > maxRunes && len(out) < maxParts {
		out = append(out, string(r[:maxRunes]))
		r = r[maxRunes-overlap:]
	}
	return append(out, string(r))
}

// maxParts bounds what of a text is looked at: 9,000 runes.
const maxParts = 20

// Happening reports that a text, at any length, says one of these signs of now.
func Happening(text string, signs []string) bool {
	for _, part := range Parts(text) {
		t := newText(part)
		for _, w := range signs {
			if t.says(foldString(w)) {
				return true
			}
		}
	}
	return false
}

func (t *text) says(sign []rune) bool {
	for i := 0; i+len(sign) <= len(t.r) && len(sign) > 0; i++ {
		if !hasPrefix(t.r[i:], sign) || isLetter(sign[0]) && isLetter(t.at(i-1)) {
			continue
		}
		if t.happening(found{start: i, end: i + len(sign)}) {
			return true
		}
	}
	return false
}

// What of a sign says that it is none of now: of the word it is part of, of what
// happened to it since, of whose it is, of what is asked about it in general.
var (
	signPart = []string{
		"药", "的药", "膏", "法", "课", "班", "的垫", "疤", "中心", "科", "箱", "包扎课", "设备", "知识", "培训", "讲座", "后遗症", "前兆", "机", "的视频", "的照片", "的原因", "的症状", "病史", "史", "疫苗", "恩人", "手术", "术", "支架", "打的石膏",
		"电话", "几点", "有吗", "吗几点", "在哪", "风险", "几率", "概率", "率", "保险", "险", "体质", "是什么", "是啥", "是不是", "有哪些", "有什么", "怎么预防", "如何预防", "会不会", "能不能", "要不要", "后多久", "后能", "后可以", "几天能好", "一般",
		" risk", " kit", " course", " insurance", " medication", " meds", " medicine", " number", " contact",
	}
	signSince = []string{
		"现在好", "好了吗", "精神好", "今天好", "都好了", "就好了", "止住", "已经好", "好多了", "停了", "止住了", "不流了", "醒过来了", "没事了", "退了", "已经没", "不抽了", "不喘了", "缓过来", "没再", "恢复了", "过后", "fine now", "ok now", "okay now", "better now", "stopped", "recovered", "all good",
	}
	signTold = []string{
		"听说", "朋友圈", "刷到", "看到有", "视频里", "新闻", "电影", "电视", "小说", "书上", "书里", "网上", "故事", "游戏", "剧里", "别人", "人家", "有人", "邻居", "in the movie", "in the book", "i read", "i heard", "neighbour", "neighbor", "a friend of mine had",
	}
	signAsked = []string{
		"怎么看", "怎么判断", "如何判断", "怎么知道", "怎么分", "如何预防", "怎么预防", "怎样预防", "有什么前兆", "哪些前兆", "有哪些", "what are the signs", "how likely", "chance of", "chances of", "平时备", "家里备", "平时要", "signs of", "symptoms of", "how can i prevent", "how do i prevent", "how to prevent", "how to tell", "how do i know",
	}
	signMaybe = []string{"会得", "怀疑", "怕是会", "就怕", "怕晕", "怕会", "说过", "担心", "害怕", "偶尔", "小腿老", "小腿总", "脚趾", "worry about", "worried about", "i'm afraid of", "scared of", "afraid of", "risk of", "is it a risk"}
)

// general reports that a sign is spoken of, and not seen.
func general(before, after, clause, upTo, since string, now bool) bool {
	switch {
	case hasPrefixAny(after, signPart...), containsAny(after, "疤", "有卖", "卖吗"), strings.HasSuffix(before, "怎么"), strings.HasSuffix(before, "如何"), strings.HasSuffix(before, "小腿"), containsAny(clause, signAsked...), containsAny(before, signMaybe...):
		return true
	case containsAny(since, signSince...) && !containsAny(since, "又", "再次", "again", "还在", "停不", "止不", "但", "可是", "突然", "刚", "but "):
		return true
	case containsAny(before, signTold...) && !now:
		return true
	case hasPrefixAny(after, "的人", "的狗", "的猫", "的病人", "的患者", "的孩子", "的老人", "的视频") && containsAny(after, "吗", "么", "能", "可以", "怎么"):
		return true
	case asksWhether(upTo, after):
		return true
	}
	return false
}

// asksWhether reports that the sign is what might come: 会大出血吗, is it a risk.
func asksWhether(upTo, after string) bool {
	ends := strings.HasSuffix(after, "吗") || strings.HasSuffix(after, "么") || strings.HasSuffix(after, "嘛") || strings.HasSuffix(after, "吗?")
	if ends && strings.Contains(upTo, "会") && !strings.Contains(upTo, "不会是") && !strings.Contains(upTo, "一会") {
		return true
	}
	return ends && strings.HasPrefix(after, "会") || hasPrefixAny(after, " in 20", " in 19", " years ago", " a risk")
}

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
	if t.has(f.start, "不想活得") || containsAny(after, "想做", "想去掉", "想改善") && strings.HasPrefix(after, "想") {
		return false // a manner of speaking; something wished for
	}
	if f.start >= 0 && t.has(f.start, "车祸") && containsAny(all, "堵", "塞车", "迟到", "晚点", "晚到") {
		return false // a traffic jam
	}
	if containsAny(before, "没有", "没", "无", "不是", "未", "不会", "并没", "并未", "冇", "未见", "不", "no ", "not ", "n't ", "never ", "without ") && !containsAny(before, "没办法", "没精神", "没反应", "没力", "止不住", "不停", "不断", "没多久", "不知道", "不好", "没吃", "不吃", "不行", "没人", "不动", "不了", "没想到", "won't stop", "can't stop", "没醒", "不醒", "不舒服", "不小心", "没注意", "没事突然", "没站", "站不", "not sure", "not eating", "not moving", "not well", "没看住", "不到", "没看好", "是不是") {
		return false
	}
	now := containsAny(clause, "现在", "突然", "刚刚", "刚才", "刚", "正在", "一直", "不停", "快", "今天", "又", "赶紧", "马上", "right now", "just", "suddenly", "hour ago", "hours ago", "minutes ago", "分钟前", "小时前", "now", "help", "again")
	if containsAny(before+"|"+after, "去年", "前年", "以前", "之前", "小时候", "上次", "上个月", "上周", "曾经", "年前", "月前", "周前", "天前", "旧年", "病史", "last year", "last month", "last week", "used to", "history of", "ago", "previously", "in the past", "once had", "before") && !now ||
		hasPrefixAny(after, "过") && containsAny(before, "年前", "去年", "前年", "小时候") ||
		(hasPrefixAny(after, "过") && !hasPrefixAny(after, "过去", "过敏", "过来", "过量") && !now) {
		return false
	}
	if containsAny(before, "会不会", "是否会") || !now && containsAny(clause, "会不会", "是否会") ||
		containsAny(clause, "如果", "假如", "万一", "要是", "的话", "怕他", "怕它", "担心会", "预防", "避免", "防止", "会导致", "会引起", "if ", "what if", "prevent", "avoid", "would ", "might ", "could cause", "risk of", "worried about") {
		return false
	}
	if general(before, after, clause, string(t.r[from:f.end]), string(t.r[f.start:]), now) {
		return false
	}
	if !now && containsAny(all, "是什么原因", "什么原因", "啥原因", "咩原因", "什么引起", "症状是什么", "有哪些症状", "有什么症状", "是什么症状", "怎么预防", "如何预防", "怎么判断", "是什么意思", "什么是", "后遗症", "会遗传", "疫苗", "why do", "what causes", "signs of", "symptoms of", "what is ", "how to tell", "how common", "can dogs ", "can cats ", "do dogs ", "do cats ", "为什么会", "容易得", "什么样的", "前兆", "后能", "多久能", "能不能治", "能治", "治疗费", "多少钱", "how much", "的知识", "急救知识", "可以打", "患者可以", "的狗能", "病人能", "注意什么", "how do i prevent", "emergency contact", "紧急联系") {
		return false
	}
	return true
}
