package staff

import "sync"

// broadcastWords lead to what is sent to many.
var broadcastWords = sync.OnceValue(func() map[string]string {
	return map[string]string{
		"群发": "/broadcast", "群发消息": "/broadcast", "广播": "/broadcast", "broadcast": "/broadcast", "broadcasts": "/broadcast",
		"写群发": "/broadcast new", "新群发": "/broadcast new", "new broadcast": "/broadcast new", "群发进度": "/broadcast list running",
		"待审批": "/broadcast list waiting", "群发待审批": "/broadcast list waiting", "审批": "/broadcast list waiting", "approvals": "/broadcast list waiting",
	}
})
