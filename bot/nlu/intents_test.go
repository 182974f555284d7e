package nlu

import (
	"bufio"
	"cmp"
	"encoding/json"
	"os"
	"testing"
	"time"
)

// clinicNames is a lexicon like a clinic's.
func clinicNames() []Name {
	return []Name{
		{KindService, "clean", []string{"超声波洗牙", "洗牙", "dental cleaning", "scaling"}},
		{KindService, "vaccine-dog", []string{"犬疫苗接种", "犬八联疫苗", "dog vaccination"}},
		{KindService, "vaccine-cat", []string{"猫疫苗接种", "猫三联疫苗", "cat vaccination"}},
		{KindService, "rabies", []string{"狂犬疫苗", "狂犬病疫苗", "rabies vaccine"}},
		{KindService, "neuter", []string{"绝育手术", "绝育", "neutering", "spay"}},
		{KindService, "checkup", []string{"健康体检", "体检", "checkup", "physical exam"}},
		{KindService, "deworm", []string{"体内外驱虫", "驱虫", "deworming"}},
		{KindService, "extract", []string{"智齿拔除", "拔智齿", "拔牙", "tooth extraction"}},
		{KindService, "implant", []string{"种植牙", "种牙", "dental implant"}},
		{KindService, "eyelid", []string{"双眼皮成形术", "双眼皮", "double eyelid surgery"}},
		{KindService, "recheck", []string{"术后复查", "复查", "复诊", "follow-up visit"}},
		{KindPractitioner, "wang", []string{"王建国", "Wang Jianguo"}},
		{KindPractitioner, "wang2", []string{"王意如"}},
		{KindPractitioner, "li", []string{"李晓梅", "Emily Li"}},
		{KindPractitioner, "shan", []string{"单雪松"}},
		{KindPractitioner, "ouyang", []string{"欧阳明"}},
		{KindPractitioner, "zhang", []string{"张伟医生"}},
		{KindBranch, "pudong", []string{"浦东分院", "Pudong branch"}},
		{KindBranch, "xuhui", []string{"徐汇店", "Xuhui"}},
		{KindDepartment, "derma", []string{"皮肤科", "dermatology"}},
		{KindDepartment, "ortho", []string{"骨科", "orthopaedics"}},
		{KindSpecies, "cat", []string{"猫", "猫咪", "cat", "kitten"}},
		{KindSpecies, "dog", []string{"狗", "狗狗", "犬", "dog", "puppy"}},
	}
}

func TestIntents(t *testing.T) {
	f, err := os.Open(cmp.Or(os.Getenv("NLU_INTENTS"), "testdata/intents.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lexicon := NewLexicon(clinicNames())
	loc := time.FixedZone("CST", 8*3600)
	now := time.Date(2026, 11, 19, 10, 30, 0, 0, loc)
	total, good := 0, 0
	for sc := bufio.NewScanner(f); sc.Scan(); {
		var c struct {
			Text   string
			Intent Intent
		}
		if err := json.Unmarshal(sc.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		r := Understand(Request{Text: c.Text, Now: now, Lexicon: lexicon, Names: []Name{{KindPatient, "doudou", []string{"豆豆"}}}})
		total++
		if r.Intent == c.Intent {
			good++
			if c.Intent == IntentUnknown && r.Confidence > 0.4 {
				t.Errorf("%q is unknown with confidence %.2f", c.Text, r.Confidence)
			}
		} else {
			t.Logf("%q: got %s %.2f, want %s", c.Text, r.Intent, r.Confidence, c.Intent)
		}
	}
	t.Logf("%d of %d = %.1f %%", good, total, 100*float64(good)/float64(total))
	if good*100 < total*93 {
		t.Errorf("fewer than 93 %% right")
	}
}
