package nlu

// cuePairs are cues of two halves that may stand some way apart in a clause, every head with every
// rest: a body part and what ails it, an act and what makes it dangerous.
var cuePairs = []struct {
	intent Intent
	weight float64
	heads  string
	rests  string
}{
	{
		cueAilment, 2.8, "腿 爪 脚 眼 耳 鼻 牙 牙齿 牙龈 嘴 嘴巴 皮肤 肚子 伤口 尾巴 背 脖子 头 身上 手 膝盖 关节 腰 胸 喉咙 屁股 肛门 脸 舌头 乳房 刀口 缝线 嗓子 胃 毛 皮 指甲 唇",
		"红 肿 破 烂 发黑 发黄 流 掉 不敢 不能动 歪 硬 疙瘩 疹 脓 血 臭 裂 秃 痒 起泡 起皮 结痂 麻 胀 抽筋 僵 化脓 青 长了 发白 木 烫 裂开 不舒服 黄水 分泌物 松",
	},
	{cueAilment, 2.8, "拉 吐 咳 喘 尿", "次 稀 一地 黄水 白沫 泡沫"},
	{cueAdvice, 3, "疫苗 绝育 洗牙 驱虫 矫正 种牙 种植 体检 打针 第一针 手术 换牙 喂食 洗澡 断奶 美容", "最佳 几岁 多大 几个月 什么时候打 什么时候做 频率 多久一次 几次 好处 作用 原理 流程 步骤"},
	{cueAdvice, 3, "什么时候 多大 几个月 几岁 多久 每隔多久", "打第 打疫苗 做绝育 驱虫 洗澡 换牙 断奶 拆线 复查 能吃 能运动 可以运动 消肿 恢复"},
	{cueAilment, 2.8, "不 没 没怎么 不肯 不愿 唔 冇 不太 不想 不爱 不会 没法", "吃 食 喝水 拉 尿 动 站 排便 睡 走路 大便 进食"},
	{cueAilment, 3, "起了 长了 身上起 身上长 生咗 出咗 出了", "疙瘩 疹 包 泡 癣 瘤 斑 痘 疮 肿块 粒"},
	{cueAilment, 3, "拉 屙 尿 便 痰 咳", "血"},
	{cueAilment, 2.6, "一直 老是 总是 成日 不停 老 keeps keep", "舔 抓 挠 叫 抖 喘 甩头 摇头 蹭 哭 咬 sneezing coughing licking scratching shaking crying whining vomiting"},
	{cueAilment, 2.8, "runny watery red swollen cloudy sore itchy", "eye eyes nose ear ears skin gum gums leg paw knee throat"},
	{cueAilment, 2.8, "eye eyes nose ear ears skin gum gums leg paw knee throat stomach tooth teeth wound stitches", "red swollen runny hurts sore itchy infected open oozing bleeding sensitive loose"},
	{
		IntentEmergency, 8, "吃了 吞了 误吃 偷吃 喝了 舔了 吃下 吞下 食咗 吞咗 饮咗 嚼了 咽了 吃到 吃进 误喝 吃掉",
		"针 电池 布洛芬 对乙酰 感冒药 人的药 安眠药 避孕药 降压药 药片 整板 一瓶药 巧克力 朱古力 葡萄 提子 洋葱 木糖醇 百合 夏威夷果 鱼钩 钉子 刀片 玻璃 磁铁 硬币 洁厕 消毒液 漂白 洗衣液 洗衣凝珠 杀虫 蟑螂药 农药 毒 防冻 鼠药 老鼠 酒精 香烟 干燥剂 水银 胶水 牙签 鱼骨 线团 塑料袋 袜子 玩具",
	},
	{IntentEmergency, 8, "ate eaten swallowed drank chewed ingested eating got_into licked", "chocolate grapes raisins onion onions xylitol lily lilies poison bleach antifreeze battery batteries needle ibuprofen tylenol paracetamol pills medication magnet magnets coin rat mushroom mushrooms gum detergent string sock bone"},
	{IntentEmergency, 8, "喘不 透不 吸不 抖唔 喘唔 呼吸不", "气 上来 过来 了"},
	{IntentEmergency, 8, "脸 嘴 嘴唇 舌头 口唇 牙龈 面 脸色 嘴唇都", "紫 发紫 青了 发青 变紫 惨白 煞白"},
	{IntentEmergency, 8, "血 伤口", "止不 喷 按不住 狂流 流不停 停不"},
	{IntentEmergency, 8, "bleeding blood", "badly heavily everywhere stop non-stop nonstop profusely gushing spurting pouring"},
	{IntentEmergency, 8, "胸口 心口 胸前 胸部", "压 痛 疼 闷 绞 紧 石头"},
	{IntentEmergency, 8, "突然 忽然 一下子", "瘫 瘫痪 倒下 不动了 抽 站不起来 惨叫 不能动 没气 看不见 不会说话 歪"},
	{IntentEmergency, 8, "救救 快救 求救 快来救", "我 狗 猫 它 他 她 人 命"},
	{IntentEmergency, 8, "孩子 宝宝 小孩 狗 狗狗 猫 猫咪 老人 病人 他 她 它", "抽了 抽起来 翻白眼 不动了 没气了 不会动 口吐 吐白沫 全身发抖 断气"},
	{IntentEmergency, 8, "从 由", "掉下 摔下 跌下 坠下"},
	{IntentEmergency, 8, "叫 喊 怎么叫 摇", "不醒 唔醒 没反应"},
	{IntentEmergency, 8, "not isn't stopped can't barely cannot", "breathing breathe responding conscious wake"},
	{IntentEmergency, 8, "suddenly", "collapsed collapse blind paralyzed paralysed limp can't"},
	{IntentEmergency, 8, "hit struck knocked run attacked mauled", "car truck bus motorcycle bike vehicle attacked bleeding"},
	{IntentEmergency, 8, "fell fallen jumped", "balcony window floor storey story roof"},
	{IntentEmergency, 8, "被 让", "车撞 车压 车轧 车碾 蛇咬 大狗咬 撕咬 电到 砸到 捅"},
	{IntentEmergency, 8, "一整天 一天 一晚 两天 24小时", "没尿 没有尿 尿不出 没小便 无尿"},
	{cueAdvice, 2.8, "能 可以 可 得 可唔可以", "吗 么 嘛 不"},
	{cueAdvice, 2.4, "需要 要 应该 得 该", "准备 注意 禁食 停药 忌口 避免 做什么 吗 多久 几天 几次 空腹"},
	{cueAdvice, 2.8, "how_soon how_long how_often when should can could do_i do_we is_it are what_should does will would may", "exercise eat drink bathe shower fast fasting after before surgery safe normal food bath swim walk smoke hurt recover vaccine vaccinated vaccination implant give feed brush stitches need_to have_to"},
	{cueAdvice, 2.4, "什么样 哪种 哪些 是不是 有没有 什么", "适合 容易 好处 坏处 方法 办法 区别 影响 可以吃 准备 症状 后果"},
	{cueAdvice, 2.6, "几 多 第一次", "大 发情 换牙 断奶 打疫苗 驱虫 几大"},
	{cueAdvice, 3, "洗完 打完 做完 拔完 种完 拆完 吃完 术后 手术后 拆线后", "吗 么 嘛 多久 几天 能 可以 要"},
	{cueGeneral, 1.5, "所有人 任何人 一般 什么样的 哪些人 哪类", "适合 能 可以 要 会 容易"},
}
