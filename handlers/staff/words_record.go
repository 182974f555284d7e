package staff

import (
	"regexp"
	"strings"
)

// billed opens or writes a bill: 账单 B1234567 洗牙 680，优惠 50; 账单 V1234567.
var billed = regexp.MustCompile(`(?is)^(?:开账单|开帐单|账单|帐单|開帳單|帳單|賬單|收费|收費|bill)\s*[:：]?\s*([bv]\d{7})(?:[\s,，:：]+(.*))?$`)

// referred begins or opens a referral: 转诊 B1234567, 转诊 P0001, 转诊 U1234567.
var referred = regexp.MustCompile(`^(?:转诊|转院|refer|referral)\s*[:：]?\s*([a-z]\d{2,})$`)

// file shows a patient's record: 档案 P0001.
var file = regexp.MustCompile(`^(?:健康档案|档案|病历|病历摘要|health record|record|chart)\s*[:：]?\s*([a-z]\d{2,})$`)

// recordWords takes the words about a record, a bill or a referral.
func recordWords(said, text string) (command string, ok bool) {
	if m := billed.FindStringSubmatch(said); m != nil { // the words as they were written
		verb := ""
		if strings.EqualFold(m[1][:1], "v") {
			verb = "show "
		}
		return strings.TrimSpace("/bill " + verb + strings.ToUpper(m[1]) + " " + m[2]), true
	}
	if m := referred.FindStringSubmatch(text); m != nil {
		return "/refer " + strings.ToUpper(m[1]), true
	}
	if m := file.FindStringSubmatch(text); m != nil {
		return "/health " + strings.ToUpper(m[1]), true
	}
	return "", false
}
