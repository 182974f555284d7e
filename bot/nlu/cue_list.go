package nlu

// Signals that are no intents but weigh in.
const (
	cueAdvice    Intent = "~advice"    // can one, how, why
	cueConcrete  Intent = "~concrete"  // this happens now, to someone: 我家, 了两天, since
	cueGeneral   Intent = "~general"   // in general: 一般, 会不会
	cueAilment   Intent = "~ailment"   // words of illness
	cueProcedure Intent = "~procedure" // words of care
	cueVisit     Intent = "~visit"     // going to the clinic
	cueNoVisit   Intent = "~novisit"   // not going
	cueAsk       Intent = "~ask"       // a question of any kind
)

// cueList is what speaks for an intent, and how strongly. Simplified, lower case; _ is a blank.
// A cue inside a longer one does not count.
var cueList = []struct {
	intent Intent
	weight float64
	words  string
}{
	{IntentGreet, 2.2, "你好 您好 哈喽 哈啰 嗨 早上好 下午好 晚上好 有人吗 有人在吗 在不在 hello hi hey good_morning good_afternoon good_evening"},
	{IntentThanks, 2.3, "谢谢 多谢 感谢 感激 唔该 thank_you thanks thank 谢了 辛苦了 辛苦啦"},
	{IntentMenu, 3, "菜单 选单 主菜单 功能 目录 能做什么 会做什么 可以做什么 menu what_can_you_do 有什么服务"},
	{IntentHelp, 3, "怎么用 怎么操作 不会用 不知道怎么弄 不会弄 使用说明 使用帮助 如何使用 怎么使用 怎么弄 how_does_this_work how_do_i_use how_to_use help_me 教教我 点用 使用帮助"},
	{IntentHelp, 1.5, "help 帮助"},

	{IntentBook, 3, "预约 约个 约一个 约一下 约下 挂号 挂个号 帮我约 给我约 想约 要约 我约 排个号 加号 加个号 订个 约号 预定 预订 有号吗 有号嘛 还有号 有没有号 的号 " +
		"book booking book_me appointment an_appointment make_an_appointment schedule book_an_appointment book_a see_dr see_doctor see_the_doctor see_the_vet yuyue guahao 再约 可以约 能约 能不能约 " +
		"available any_slot slots openings an_opening fit_me_in squeeze_me_in 有空位 有位 还有位置 空位 有空吗 有空嘛 有没有空 得闲 约到 排一下 安排一下 安排个 约王 约李"},
	{IntentBook, 2, "约 号源 想看 想做 想洗 想打 想拔 想去看 要做 要打 想带 过来做 过来看 来做 来打 来看 睇牙 睇医生 看医生 看牙 看诊 就诊 预 过来 想来 come_in bring_in bring_my visit need_to_see want_to_see would_like_to_see can_i_see can_i_come can_we_come 想剪"},

	{IntentMyBookings, 4.5, "我的预约 我约了 我约的 我预约的 我预约了 预约记录 查预约 查一下预约 查查预约 查询预约 看看预约 有哪些预约 我有预约 我约咗 我有什么预约 上次约的 " +
		"my_bookings my_appointments when_is_my_appointment when_is_my_booking what_time_is_my show_my_booking any_appointments do_i_have_an_appointment do_i_have_any my_next_appointment upcoming_appointments 查看我的预约 约了几点 约了什么时候 约的几点 约的哪天"},

	{IntentReschedule, 4.5, "改期 改约 改时间 改个时间 换个时间 换时间 换一天 换个日子 改到 改成 换到 换成 推迟到 推迟 延期 延后 提前到 改天 改一天 挪到 挪一天 往后挪 往前挪 往后推 顺延 更改预约 修改预约 改预约 调到 调整时间 改第二日 改日期 改另一天 " +
		"reschedule postpone move_it move_my push_back bring_forward change_my_appointment change_my_booking change_the_time another_time different_time different_day change_the_date change_it_to move_the change_to move_to 推后 延到"},

	{IntentCancelBooking, 4.6, "取消预约 取消我的预约 退号 退掉 号退了 把号退 预约不要了 取消那个预约 取消明天 取消后天 取消今天 取消周 取消下周 取消星期 取消礼拜 取消这个预约 取消掉 帮我取消 预约取消 取消一下预约 的预约取消 不约了 取消挂号 " +
		"cancel_my_appointment cancel_my_booking cancel_the_appointment cancel_the_booking cancel_appointment cancel_booking call_off cancel_it cancel_tomorrow 来不了 去不了 来不成 不来了 不去了 不过去了 过不来 过不去了 嚟唔到 去唔到 唔嚟喇 唔嚟了 不能来 不能过来 来不到 到不了 " +
		"can't_make_it cant_make_it cannot_make_it won't_make_it can't_come cannot_come not_coming not_able_to_come unable_to_come unable_to_make_it won't_be_able_to_come can't_be_there 没法来 没办法来 没法过去 没办法去 没法去 不想去了"},

	{IntentConfirmVisit, 3.2, "准时到 按时到 会准时 会按时 准时来 准时参加 会来的 会去的 会到的 一定到 一定来 可以来 能来 会过来 会过去 按时过去 按时来 准时过去 确认到诊 确认到店 确认来 如约 到时候见 到时见 明天见 我会来 我会去 我们会来 会到场 会出席 肯定来 肯定到 " +
		"i'll_be_there i_will_be_there will_be_there we'll_be_there i_will_come i'll_come we_will_come will_attend see_you_then see_you_tomorrow confirm_my_appointment confirm_my_visit i_confirm i'll_make_it i_can_make_it we'll_come 会准时到 准时嚟 会嚟"},

	{IntentLate, 4.2, "迟到 晚到 迟到 钟到 分钟才到 晚点到 晚一点到 晚些到 晚一会 晚半小时 晚半个小时 晚十分钟 晚几分钟 晚来 堵车 塞车 堵在路上 堵住 迟点到 赶不上 来晚 还在路上 来迟 会迟 迟少少 晚点过去 晚点过来 晚点来 误点 车坏在 " +
		"running_late be_late minutes_late mins_late late_for a_bit_late stuck_in_traffic traffic_jam behind_schedule arrive_late be_delayed running_behind hour_late"},

	{IntentPrice, 4.2, "多少钱 几钱 几多钱 价格 价钱 价位 价目 收费 什么价 啥价 报价 报个价 贵吗 贵不贵 贵唔贵 要多少 费用 优惠价 费多少 多钱 怎么收费 挂号费 有优惠吗 有没有优惠 打折吗 便宜 花多少 " +
		"how_much price prices cost costs fee fees charge expensive quote how_much_is cheap pricing 诊金 几银 duoshaoqian"},

	{IntentHours, 4.2, "几点开门 几点关门 几点上班 几点下班 几点营业 几点开始上班 营业时间 上班时间 开门时间 上班吗 上班嘛 营业吗 营业嘛 开门吗 开门嘛 关门了吗 关门吗 放假吗 休息吗 开不开门 上不上班 还开着 还营业 几点收工 几点结束营业 开唔开 开门 关门 营业到几点 营业 放假 上班 下班 几点开 几点关 开到几点 24小时 门诊时间 出诊时间 几时开门 休唔休息 " +
		"opening_hours open_on are_you_open business_hours what_time_do_you_open what_time_do_you_close when_do_you_open when_do_you_close open_today open_now open_at closing_time you_open you_close hours open_until"},

	{IntentAddress, 4.2, "在哪 在哪里 在哪儿 喺边 喺边度 边度 怎么走 怎么去 怎么过去 地址 位置 停车 停车场 车位 地铁 地铁站 导航 几号线 公交 路线 哪条路 什么路 哪个站 哪里下车 门牌 点去 发个定位 定位 泊车 在什么地方 " +
		"where_are_you where_is located location address parking park how_do_i_get_there how_to_get_there directions metro subway bus_stop which_station get_to_you"},

	{IntentReports, 4, "报告 化验单 化验结果 检查结果 检验结果 检查单 结果出来 结果怎么样 血常规结果 x光片结果 片子结果 化验 出结果 结果出 " +
		"test_results results report reports lab_results blood_results lab_report x-ray_results 报告单 病理结果 baogao"},
	{IntentCheckin, 4.5, "打卡 康复打卡 康复记录 恢复情况 check_in check-in checkin recovery_log daka 恢复记录"},

	{IntentTips, 3.6, "知识 小知识 小贴士 贴士 科普 护理知识 养护知识 健康知识 养宠知识 care_tips health_tips tips some_tips 知识推送 护理常识 常识"},
	{IntentCard, 4, "会员 会员卡 积分 余额 储值 充值 等级 权益 金卡 银卡 钻石卡 卡里 打几折 办卡 会员价 membership member_card loyalty my_points points balance my_card top_up reward"},
	{IntentComplaint, 4.6, "投诉 太差 太过分 过分 态度恶劣 态度差 什么态度 态度不好 举报 差评 乱收费 不满意 不满 太坑 坑人 骗子 骗人 气死 退款 退钱 要负责 治坏 没人理 没人管 垃圾 黑店 医疗事故 曝光 起诉 律师 消协 再也不来 失望 差劲 服务差 态度好差 赔偿 要个说法 很生气 " +
		"complaint complain unacceptable terrible awful rude horrible worst disgusting disappointed refund ridiculous lawyer sue very_bad bad_service poor_service overcharged ripped_off angry unhappy"},
	{IntentFeedback, 3.4, "评价 打分 满意度 满意 好评 五星 给五分 打五分 反馈 提个建议 提建议 意见反馈 服务很好 服务挺好 很专业 挺好的 满分 点赞 问卷 " +
		"feedback review leave_a_review rate five_stars 5_stars great_service survey very_happy happy_with satisfied excellent_service suggestion rating 服务好"},
	{IntentAgent, 4.4, "人工 真人 转人工 客服 前台 工作人员 叫个人 找个人 找人 机器人 人工客服 人工服务 客服电话 和人说 有人理 人工座席 接线员 值班 " +
		"real_person human agent operator representative receptionist talk_to_someone speak_to_someone talk_to_a speak_to_a speak_with customer_service live_chat a_person staff"},
	{IntentPrivacy, 4.6, "隐私 个人信息 我的数据 我的资料 我的信息 个人数据 个人资料 泄露 注销 注销账号 删除我的 导出我的 删掉我 数据删 信息删 privacy my_data personal_data personal_information delete_my_account delete_my_data gdpr data_do_you 删除账号"},
	{IntentUnsubscribe, 5, "退订 取消订阅 别再发 不要再发 不要再给我发 别发 不要发 别推送 别再推送 不要推送 不想收到 不要再推送 别给我发 唔好再send 唔好再发 停止推送 拒收 屏蔽 unsubscribe opt_out opt-out stop_sending stop_messaging no_more_messages stop_texting don't_send don't_message remove_me 不接收 别再给我发 不再接收"},
	{IntentCancel, 2.6, "取消 算了 算啦 不弄了 不搞了 唔搞喇 退出 cancel never_mind nevermind forget_it 先不弄了 不办了 不用弄了 唔搞 唔整"},
	{IntentBack, 3.6, "返回 上一步 上一页 退回 退回去 后退 回到上一步 退一步 回上一步 go_back previous_step previous back_to 返去"},

	{IntentReschedule, 4.4, "改*去 改*到 改*成 换*到 调*到 挪*到 推*到 提前*到 延*到 能改 可以改 想改 要改 往前提 往后推 往后延 往前调 提早 延后 换个日期 换别的时间 switch_my switch*to change*to move*to move*appointment shift*to 改个日子 改下时间 改一下时间 换另一天 另约 改早 改晚 改迟 push*to push*back earlier_slot later_slot rebook"},
	{IntentCancelBooking, 4.4, "取消*预约 取消*约 预约*取消 预约*撤销 撤销*预约 撤销*约 约*唔要 约*不要了 预约*退 取消*复查 取消*复诊 复查*取消 不用来看 不用看了 唔使睇 cancel*appointment cancel*booking cancel*visit cancel*slot 不来看了 不去看了 去不成 唔得闲嚟 没空来了 没空去了 没时间去了 没时间来了 drop_my_appointment 不能去了 不能来了 call*off"},
	{IntentLate, 4, "晚点*到 晚些*到 晚几*到 晚个*到 晚半*到 晚十*到 晚二*到 晚一*到 晚个*分钟 晚*才到 会晚 要晚 要迟 迟一点 迟啲 迟*到 晚一些 晚些 晚点来 才能到 还没到 还在堵 堵死 塞紧车 打不到车 打车打不到 没赶上车 minutes*late late*minutes be_there*late traffic delayed 耽误一会 耽搁 再等我 等我一下 等等我"},
	{IntentPrice, 4, "怎么卖 多少块 多少元 花费 花*钱 要*钱 收*费 什么价格 价 几多钱 几钱 what*price what*cost how_much*cost pay_for 贵 要多少钱 报价 价格表 费用明细 多少一次 一次多少 几块 预算"},
	{IntentHours, 4, "几点开 几点关 到几点 开到 开几点 几点能去 几点可以去 最早几点 最晚几点 午休 出诊 坐诊 周几在 哪天在 哪几天 有人上班 开唔开 开不开 营业不 上班不 开门不 开门没 关门没 还开 几点到几点 what_time*open what_time*close when*open when*close open_on open_tomorrow open_late open_24 24_hours close_at do_you_open are_you_closed closed_on 休诊 停诊 假期安排 值班医生 夜诊 几点能来 几时开 几时收"},
	{IntentAddress, 4, "怎么坐车 坐什么车 坐车 坐*路 车库 地下车库 怎么找 怎么到 怎么过来 导航 走到 哪个门 哪个出口 几楼 几号楼 在几层 门口 火车站 高铁站 机场 公交车 how_can_i_find how*find_you find_you how_far nearest where_is where*you where*clinic where*hospital train_station bus 远吗 远不远 离*远 附近 哪个路口 路名 怎么搭 搭咩车 停*车"},
	{IntentReports, 3.8, "结果*出 结果*好了 结果*了吗 结果*没 片子 片子*看 ct x光 b超 化验 活检 检验 验血结果 抽血*结果 检测结果 血检 核磁 biopsy bloodwork blood_work lab labs x-ray xray scan_results results*ready results*back come_back 出咗未 出来没 出来了吗 查*结果"},
	{IntentComplaint, 4.2, "插队 破医院 爱答不理 多收 多收了 拔错 打错 搞错 弄错 开错 极差 好差 很差 真差 差极 恶劣 上当 误诊 耽误病情 不负责任 推卸 推诿 欺骗 忽悠 骂人 不耐烦 凶 没礼貌 冇礼貌 无良 不专业 越治越 没治好 治死 等了*小时 等了*没人 等咗*个钟 排队*小时 very_upset upset mistreated how_i_was_treated ignored waited*hours waited*hour waiting_for*hours never_coming_back wrong_tooth wrong_medicine malpractice scam rip-off unprofessional furious 不合理 讨个说法 找你们领导 叫你们经理 manager 说法 隐瞒 强制消费"},
	{IntentFeedback, 3.2, "耐心 人特别好 人很好 人好好 体验不错 体验很好 很好 环境干净 环境好 点个赞 点赞 赞一个 服务周到 很细心 很温柔 很负责 技术好 建议 小建议 lovely wonderful amazing great_experience good_experience very_professional very_kind so_kind friendly highly_recommend recommend_you 推荐给朋友 值得推荐 好专业 好耐心 好满意 不错 excellent awesome"},
	{IntentAgent, 4, "跟人说 和人说 同人讲 跟人聊 跟人讲 活人 真人 不想跟机器 机器聊 不要机器 别用机器 护士站 接前台 接护士 接*医生 帮我接 帮我转 转接 转给 换个人 换人 人呢 有人管吗 找你们 front_desk speak_to speak_with talk_to human_being someone_real not_a_bot not_a_robot call_me 给我回电 打电话给我 回个电话 联系我 让人联系 人手"},
	{IntentCard, 3.6, "会员*升 钻石会员 金卡会员 银卡 免费洗牙 免费*次 剩*次 还有几次 还剩几次 充钱 充卡 卡上 卡内 储值卡 次卡 疗程卡 reward_points loyalty_points gift_card stored_value 积分*换 兑换"},
	{IntentPrivacy, 4.2, "病历*看到 被别人看 别人*看到 保密 清除*资料 清除*数据 清除*信息 删除*资料 删除*数据 删除*信息 删*记录 删*数据 数据安全 信息安全 who_can_see see_my_records my_records delete*data delete*information delete*account erase export*data confidential 撤回同意 撤回授权 收集*信息"},
	{IntentUnsubscribe, 4.6, "别*推广告 别*发广告 别*发消息 不要*发消息 别*推送 不要*推送 别老*发 别老*推 不想再收 不想*收到 消息太多 太多消息 推送太多 广告太多 骚扰 stop_text too_many_messages no_more_messages stop*messages don't_want*messages 关闭推送 关掉推送 取消关注 取消提醒 唔好*讯息 唔想再收"},
	{IntentCheckin, 3.6, "恢复记录 恢复*填 恢复*交 今天*没填 还没填 恢复打卡 每日记录 日常记录 记录一下恢复 上传伤口照片 log_my_recovery recovery_form"},
	{IntentConfirmVisit, 3.2, "周一见 周二见 周三见 周四见 周五见 周六见 周日见 后天见 到时见 到时候见 不见不散 按约定时间 按时间过去 约定时间 准时*到 按时*到 一定*到 一定准时 be_there_on_time we'll_be_there be_there 准点到"},
	{IntentTips, 3.2, "小常识 推点*科普 推*知识 养护 保健知识 护理小知识 日常护理知识 advice_articles"},
	{IntentMyBookings, 4.3, "我下次*哪天 我下次*什么时候 我下次*几点 下次复查是 下次复诊是 下次预约 我*号*几点 预约成功没 预约成功了吗 约上了吗 约上没 有没有约上 我之前约 我之前预约 what_did_i_book did_i_book when_did_i_book my_slot when_am_i when*my_appointment what_time*my_appointment 我*号是几点 我的号 我预约过 我约过 确认一下预约 排在几点"},
	{IntentMenu, 3, "你会什么 有什么功能 能干什么 能帮我什么 主页"},
	{IntentHelp, 2.8, "怎么操作 该怎么操作 如何操作 what_can_i_say what_can_i_do 怎么填 不懂怎么 唔识用 点样用 怎么预约 怎样预约 如何预约 how_do_i_book how_to_book 操作流程"},
	{IntentBook, 2.6, "想给*做 想给*打 想给*洗 想带*去 给*约 帮*约 为*约 挂上 挂*号 面诊 带*来打 带*来做 带*来看 带*打 带*看 带*做 想看*科 看*科 哪天方便 put_me_down looking_to_get any_chance seeing_a seeing_dr see_a want*appointment book*for can_you_fit 约打 约做 约睇 约*号 想约 约*面诊 想带 冇位 有冇位 有没有位 有号 几时有位"},
	{IntentGreet, 2.2, "在吗 在么 在不 anyone_there 想咨询 咨询一下 请问一下 有人在"},
	{IntentThanks, 2.2, "appreciate 麻烦你了 麻烦您了 劳驾"},
	{IntentCancel, 2.6, "先算了 不弄了 那就算了 不用弄"},
	{IntentBook, 2.6, "挂一个 挂个 挂下 squeeze*in fit*in bring*in 嚟检查 嚟睇 嚟打 带*检查 带*去打 带*去看 还有时间吗 有时间吗 登记一下 占个位 留个位 留个号 留位 抢个号 想安排 安排*看 安排*检查 预留 set_up want_an come_see see_someone get_an_appointment get*checked checked_out walk_in 想整牙 想补牙 想镶牙 想拔牙 想做体检 想复查 要复查 来复查 想去复查 想检查 做个检查 做检查 几时可以嚟 哪天可以来 什么时候可以来 什么时候能来 能排上 排上"},
	{IntentReschedule, 4.2, "instead_of*day another_day another_date different_slot come*earlier come*later 另选 另外选 想换 往前挪 往后延 往后推 错开 改另外 重新约 重约 改約"},
	{IntentCancelBooking, 4.3, "drop*booking drop*appointment able_to_make_it unable_to cancel_the cancel_my no_longer_need don't_need*appointment not_going_to_make 帮我退 退了吧 退约 不来啦 不去啦 不想约了 不需要预约了 不用约了 去不到 嚟唔切 来不及去 取消掉 won't_come won't_be_coming not_be_coming"},
	{IntentLate, 4.2, "半个钟到 刻钟到 晚*刻钟 晚*分钟 晚*小时 晚*钟 地铁坏 航班延误 赶不及 赶唔切 估计迟 minutes_behind be*late am*late gonna_be_late will_be_late 车抛锚 走错路 迷路了 找不到停车位 先别过号 别过号"},
	{IntentPrice, 4, "收多少 折扣 打折 优惠 几折 多少啊 多少呢 how_expensive do_you_charge discount expensive affordable what*charge 几蚊 团购价 划算 要价 明码标价 收几多 定价 多少米 什么收费"},
	{IntentHours, 4, "有医生吗 有人值班 几点之前 几点前到 最晚 最早 on_weekends hours_on closed 几点到 营业时间段 开诊 上班时间 早上几点 晚上几点 周末开 节假日 过年开 年三十开 什么时候开门 什么时候上班 什么时候关门 几点截止 停止接诊"},
	{IntentAddress, 4, "停哪 停在哪 停边 定位到 打车到 过去的路 在几楼 哪一层 哪栋 怎么坐 坐地铁 搭地铁 边个站 乜嘢路 地图 your_location clinic_near near_the way_to get_to which_floor which_building"},
	{IntentComplaint, 4.2, "态度*差 态度*恶劣 服务*差 很不满 非常不满 十分不满 坑人 看错病 讨*说法 等太久 等了好久 等咗好耐 worst file_a_complaint not_happy_with bad_experience poor_experience 太贵了吧 太不专业 太敷衍 敷衍 没效果 骗钱 宰客 糊弄 生气 火大 气人 投诉*电话 卫健委 消费者协会"},
	{IntentCard, 4, "tier membership_level 升级*卡 升级*会员 充*送 充一千 充值活动 我的卡 是什么卡 会员日 会员福利 会员折扣 积分*过期 cashback vip 我是vip"},
	{IntentPrivacy, 4.4, "信息*给别人 信息*第三方 撤回*授权 撤回*同意 取消授权 泄漏 download*data copy_of_my_data share_my_data sell_my_data forget_me who_has_access 个人隐私 信息安全 保存多久"},
	{IntentUnsubscribe, 4.8, "取消推送 关闭*提醒 关闭*消息 关闭*通知 关掉*提醒 关掉*消息 停止*消息 停止发 不要*通知 stop_these_messages stop*message stop*texts stop*notifications turn_off*messages turn_off*notifications no_more_ads 拉黑 不想看到*广告 别打扰 不要打扰 免打扰"},
	{IntentCheckin, 4.2, "上报 汇报恢复 汇报*情况 恢复*上报 log*recovery report*recovery record*recovery today's_recovery recovery_update 填表 填*打卡"},
	{IntentConfirmVisit, 3.2, "i'm_coming i_am_coming we're_coming coming_tomorrow see_you_on see_you_at see_you_friday see_you_monday 确认参加 确认出席 确认会来 确认来 会参加 会准点 准备出发 已出发 一定*过去 一定*过来"},
	{IntentMyBookings, 4.6, "what_appointments 有预约吗 我有没有预约 我有约吗 我明天有预约 我约的是 约的是几号 约的是几点 约的是哪 我预约的 我预约了哪 约在什么时候 约在哪天 约在几点"},
	{IntentThanks, 2.3, "谢啦 谢谢啦 谢咯 谢谢您 3q 多谢晒"},
	{IntentCancel, 2.8, "forget_about_it forget_this 不想弄 不想继续 不继续了 别弄了 终止 结束吧"},
	{IntentFeedback, 3.4, "打五星 五星好评 服务周到 很赞 give_feedback rate_my rate_the great_job well_done 做得好 五颗星"},
	{IntentTips, 3.4, "pet_care_tips 养猫*知识 养狗*知识 护牙*知识 养生 保健 小窍门 指南 文章"},
	{IntentHelp, 3, "怎么用 点用呀 use_this_bot how_to_use_this 新手"},
	{cueAilment, 3, "打乞嗤 乞嗤 翻白眼 流口水 化脓 上吐下泻 干呕 反胃 拉肚 腹胀 胀气 打呼 打鼾 气喘 哮喘 痰 黑眼圈 肿胀 发麻 刺痛 酸胀 出疹 荨麻疹 鼻血 耳鸣 视力模糊 关节痛 腰疼 腰痛 背痛 痛经 白带 尿床 掉牙 智齿发炎 感冒 流感 肺炎 胃炎 肠胃炎 猫瘟 细小 犬瘟 猫藓 真菌 寄生虫 绦虫 蛔虫 congested stuffy chills flu cold_symptoms cramps insomnia bruise bruised wheezing hives acne burning bloated"},
	{cueAdvice, 2.6, "is*safe is*normal is_laser does*last how_many how_old when_do do_dogs can_dogs 能用几年 能维持 维持多久 能管多久 用几年 会遗传 遗传吗 为什么喜欢 怎么喂 吃什么好 喂什么 有什么好处 有什么坏处 要多长 几年 喜欢 适合"},
	{IntentReschedule, 4.2, "能换吗 可以换吗 能不能换 可以改吗 能改吗 能不能改 想换个 换个别的 换个点 别的时间 其他时间 其它时间 另一个时间"},
	{IntentCancelBooking, 4, "have_to_cancel need_to_cancel want_to_cancel must_cancel like_to_cancel going_to_cancel 约取消"},
	{IntentLate, 3.6, "车堵 堵在 堵了 路上*分钟后到 分钟后到 分钟后才到 还要*分钟 再等*分钟 分钟能到 小时能到 晚了"},
	{IntentPrice, 4.2, "大概多少 一共多少 总共多少 rates your_rates 另算 费 麻醉费 检查费 诊费 手术费 材料费 要收 多少一颗 多少一针 多少一支 一颗多少 一针多少"},
	{IntentComplaint, 4, "谁负责 你们负责 弄坏 弄伤 搞坏 治坏 打坏 烂透 无语 离谱 不能接受 没天理 乱来 乱开药 过度医疗 强烈不满 抗议 不公平 negligent negligence outrageous appalling mistreat cheated fraud i_demand never_again"},
	{IntentCard, 3.8, "become_a_member join*membership sign_up*member how*member 入会 成为会员 开卡 充卡 我的等级 什么级别 花了多少积分"},
	{IntentUnsubscribe, 4.6, "不要给我发 不要*发这些 别*发这些 别给我*发 不要*发了 别*发了 不再*发"},
	{IntentMyBookings, 4.4, "do_i_have*booking do_i_have*appointment have_i_booked my_upcoming 约了谁 约的是谁 哪位医生来着 约的医生"},
	{IntentFeedback, 3, "表扬 锦旗 夸 感谢*医生*耐心 很温柔 好棒 真棒 点评"},
	{IntentAddress, 3.8, "边度搵 点搭车 点样去 过来怎么 开车怎么 具体地址 详细地址 门店地址 店在"},
	{IntentHours, 3.8, "几点营业 每天几点 早上几点开 休息日 周几休息 哪天休息 几点到几点营业 收工"},
	{cueAilment, 3, "吐 呕 呕吐 拉肚子 拉稀 腹泻 腹痛 发烧 发热 烧到 咳嗽 咳 喷嚏 鼻涕 流鼻水 鼻水 鼻塞 不吃 不吃饭 唔肯食 唔食 不肯吃 不喝水 没精神 无精打采 精神差 精神不好 冇精神 食欲不振 没食欲 没胃口 瘸 跛 一瘸一拐 痒 瘙痒 挠 抓痒 掉毛 疼 痛 好痛 疼痛 酸痛 肿 红肿 发炎 化脓 流脓 渗液 渗血 出血 流血 便血 血丝 尿血 带血 血尿 起疹 红疹 皮疹 过敏 头晕 头疼 头痛 恶心 乏力 没力气 牙龈 溃疡 蛀牙 松动 流泪 眼屎 红红的 异味 有臭味 口臭 便秘 尿频 尿急 尿痛 胃疼 肚子疼 肚子痛 肚痛 喉咙痛 嗓子疼 嗓子痛 失眠 心慌 长了个 肿块 包块 起包 脱皮 皮屑 受伤 扭伤 擦伤 划伤 咬伤 抓伤 裂开 消瘦 瘦了 发抖 哆嗦 不舒服 难受 生病 病了 唔舒服 屙 作呕 淤青 麻木 湿疹 癣 结石 发黄 耳螨 跳蚤 虫子 敏感 酸软 " +
		"vomit vomiting vomited threw_up throwing_up diarrhea diarrhoea fever cough coughing sneeze sneezing runny_nose itch itchy itching scratching limp limping pain painful hurt hurts ache aching toothache headache swollen swelling rash sore sore_throat dizzy nausea nauseous bleeding blood not_eating won't_eat stopped_eating no_appetite lethargic tired weak infected infection pus lump wound bite bitten constipated discharge smelly stomachache unwell sick ill limps shaking shivering drooling losing_weight hair_loss not_feeling_well not_drinking loose_stool"},
	{cueConcrete, 1.5, "我家 我的猫 我的狗 我儿子 我女儿 我孩子 孩子 宝宝 我妈 我爸 我老公 我老婆 这两天 这几天 一直 突然 今天 昨天 昨晚 早上开始 从昨天 天了 两天 三天 几天 一晚上 厉害 有点 不停 老是 总是 成日 最近 一周了 周了 小时了 了一 有一点 好几次 我 " +
		"my_dog my_cat my_tooth my_son my_daughter my_child my_puppy my_kitten since yesterday for_two_days for_three_days for_a_week all_night last_night days has_been have_been he_has she_has i_have i'm_having i_feel keeps today"},
	{cueConcrete, 2, "吐了 拉了 肿了 瘸了 没精神 疼得 痛得 烧了"},
	{cueAdvice, 2.6, "可以吗 能吗 可以吃 可以洗 可以喝 可以碰 可以做 可以打 可以用 能吃 能洗 能喝 能碰 能做 能打 能不能 可不可以 可唔可以 要不要 会不会 需不需要 怎么办 点算 什么原因 啥原因 咩原因 怎么回事 咩事 为什么 为何 点解 多久 几耐 多长时间 要注意 注意什么 注意事项 注意啲咩 正常吗 有没有影响 有影响吗 有危险吗 严重吗 需要吗 需要空腹 空腹吗 禁食 怎么护理 怎样 如何 怎么给 怎么喂 怎么洗 怎么判断 怎么预防 是什么 疼不疼 痛不痛 痛唔痛 会疼吗 会痛吗 疼吗 会伤 有副作用 副作用 几个月 多大 什么时候可以 几天能 几天可以 多久能 多久可以 是不是要 忌口 恢复期 消肿 有必要吗 好不好 有什么区别 哪个好 几天拆线 什么意思 安全吗 要紧吗 有风险 风险 几次 间隔 能拔 能种 能怀孕 吗 " +
		"how_long how_often is_it_normal is_it_safe is_it_ok should_i can_i_eat can_i_drink can_i_give can_my_dog can_my_cat can_he can_she can_dogs can_cats what_should why_does why_is why_do what_causes do_i_need does_it_hurt is_it_painful side_effects what_vaccines how_do_i_clean how_to what_kind how_many when_can_i when_can_he when_should recovery is_it_dangerous what_if does_a what_is_the"},
	{cueGeneral, 2, "是什么原因 什么原因 一般 通常 正常情况 如果 假如 万一 的话 怀孕 高血压 糖尿病 术后可以 之后可以 以后可以 前可以 后可以 完能 完可以 后能 前能 后多久 会 为什么"},
	{cueProcedure, 1.2, "术后 手术 拆线 麻醉 疫苗 绝育 洗牙 拔牙 种植牙 驱虫 洗澡 冲凉 刷牙 抽血 输液 打针 伤口 恢复 吃药 停药 体检 隆鼻 双眼皮 护理 喂 surgery rhinoplasty vaccine vaccines blood_test stitches medication bath recovery anesthesia"},
	{cueVisit, 1, "来 过来 过去 去 到店 到院 come visit"},
	{cueAsk, 0.6, "吗 呢 嘛 么 ? 几点 什么 怎么 哪 谁 多少 是不是 有没有 what when where how which who can could is_there do_you are_you"},
}
