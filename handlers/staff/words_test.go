package staff

import "testing"

func TestWords(t *testing.T) {
	for text, want := range map[string]string{
		"今日预约": "/today +0", "今日預約": "/today +0", "明天预约": "/today +1", "明天滨江院区的预约": "/today +1", "Today": "/today +0", "today's list": "/today +0",
		"到店 B1234567": "/arrived B1234567", "到店b1234567": "/arrived B1234567", "完成 B1234567": "/done B1234567", "未到：B1234567": "/noshow B1234567",
		"未送达": "/undelivered", "未送達": "/undelivered", "Undelivered": "/undelivered",
		"no show B1234567": "/noshow B1234567", "visit b1234567": "/visit B1234567",
		"绑定码 13800138000": "/issue 13800138000", "綁定碼13800138000": "/issue 13800138000", "绑定码": "/issue", "code +8613800138000": "/issue +8613800138000",
		"明天给豆豆预约": "", "我想明天预约": "", "今天想预约洗牙": "", "code": "", "issue with my bill": "", "codeine": "", "到店": "", "到店 B12": "", "": "",
	} {
		if got, ok := Words(text); got != want || ok != (want != "") {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
