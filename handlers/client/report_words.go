package client

import "strings"

// reportKinds are what people call kinds of examination, with the categories
// (HL7 table 0074) and the words in a title that they mean.
func reportKinds() map[string][]string {
	return map[string][]string{
		"血": {"HM", "LAB", "CH", "SR", "血", "blood"}, "blood": {"HM", "LAB", "CH", "SR", "血", "blood"},
		"生化": {"CH", "生化", "chem"}, "尿": {"UR", "尿", "urin"}, "便": {"便", "粪", "fec", "stool"},
		"化验": {"LAB", "HM", "CH", "UR", "SR", "MB"}, "检验": {"LAB", "HM", "CH", "UR", "SR", "MB"}, "lab": {"LAB", "HM", "CH", "UR", "SR", "MB"},
		"影像": {"RAD", "CT", "NMR", "OUS", "RX", "imaging"}, "片": {"RAD", "RX", "CT", "片", "x光", "dr"}, "x光": {"RAD", "RX", "片", "x光", "dr"},
		"x-ray": {"RAD", "RX", "x-ray", "片"}, "超": {"OUS", "RUS", "超", "ultrasound"}, "ultrasound": {"OUS", "RUS", "超", "ultrasound"},
		"ct": {"CT", "ct"}, "病理": {"PAT", "SP", "CP", "病理"}, "pathology": {"PAT", "SP", "CP", "病理", "patholog"}, "核磁": {"NMR", "核磁", "mri"},
	}
}

func kindsIn(text string) []string {
	var out []string
	for word, kinds := range reportKinds() {
		if strings.Contains(text, word) {
			out = append(out, kinds...)
		}
	}
	return out
}

// asked is what is left of a sentence when the words of asking are taken away:
// what the report should be about.
func asked(text string) string {
	text = strings.NewReplacer("报告单", "", "报告", "", "化验单", "", "结果", "", "检查", "", "看看", "", "看一下", "", "查一下", "", "查", "", "看", "", "找", "",
		"我的", "", "我要", "", "我想", "", "上次", "", "最近", "", "的", "", "吗", "", "了", "", "出来", "", "呢", "", "reports", "", "report", "", "results", "", "result", "",
		"show", "", "my", "", "the", "", "see", "").Replace(text)
	return strings.Trim(text, " ，。？！,.?!")
}
