package outreach

import (
	"zhenban/config"
	"zhenban/models"
)

// CaseReferral is the kind of the case of a referral that a client asked for.
const CaseReferral = "refer"

// ReferralData is what texts say of a referral.
func ReferralData(c *config.Clinic, r models.Referral) map[string]any {
	data := map[string]any{
		"Number": r.Number, "Patient": r.PatientName, "Place": config.Text{config.Hans: r.Place}, "Reason": r.Reason, "Note": r.Note, "Status": r.Status,
		"Share": r.Share, "HasAt": !r.At.IsZero(), "At": r.At.In(c.Location("")), "Year": r.At.In(c.Location("")).Year(), "Address": nil, "Phone": "", "Bring": nil,
		"ByClinic": r.By != "", "Asks": !r.Share && r.By != "" && r.PatientID != "",
	}
	if p := c.ReferralByID(r.To); p != nil {
		data["Place"], data["Phone"], data["Bring"] = p.Name, p.Phone, p.Bring
		if len(p.Address) > 0 {
			data["Address"] = p.Address
		}
	}
	return data
}
