package staff

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseCourse(t *testing.T) {
	two, three := []string{"08:00", "20:00"}, []string{"08:00", "14:00", "20:00"}
	for line, want := range map[string]written{
		"阿莫西林克拉维酸 62.5mg 每次1片 每天两次 7天":      {"阿莫西林克拉维酸", "62.5mg 每次1片", two, 7},
		"阿莫西林62.5mg 一日3次 连吃5天":              {"阿莫西林", "62.5mg", three, 5},
		"美洛昔康口服液 按体重0.1mg/kg 每天一次 早上9点 3天":  {"美洛昔康口服液 按体重", "0.1mg/kg", []string{"09:00"}, 3},
		"头孢 每次半片 早8晚8 一周":                   {"头孢", "每次半片", two, 7},
		"滴眼液 每次1滴 8:00 14:30 21:00 10天":     {"滴眼液", "每次1滴", []string{"08:00", "14:30", "21:00"}, 10},
		"amoxicillin 250 mg bid for 7 days": {"amoxicillin", "250 mg", two, 7},
		"ibuprofen 200 mg q8h 3 days":       {"ibuprofen", "200 mg", []string{"00:00", "08:00", "16:00"}, 3},
		"布洛芬 0.2g 每8小时一次":                   {"布洛芬", "0.2g", []string{"00:00", "08:00", "16:00"}, 0},
		"氨氯地平":                              {"氨氯地平", "", nil, 0},
		"氨氯地平 5mg 每天早上8点半 30天":              {"氨氯地平", "5mg 每天", []string{"08:30"}, 30},
		"":          {},
		"阿莫西林 900天": {"阿莫西林", "900天", nil, 0},
	} {
		if diff := cmp.Diff(want, parseCourse(line)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

func FuzzParseCourse(f *testing.F) {
	f.Add("阿莫西林 62.5mg 每次1片 每天两次 7天")
	f.Add("早8晚8 q8h 99:99 半天")
	f.Fuzz(func(t *testing.T, line string) {
		w := parseCourse(line)
		if w.Days < 0 || w.Days > maxCourseDays || len(w.Times) > 24 {
			t.Fatalf("%+v", w)
		}
		for _, c := range w.Times {
			if len(c) != 5 || c > "23:59" {
				t.Fatalf("%q", c)
			}
		}
	})
}
