// Package handlers lists every conversation the assistant can have. What is
// not listed here is not there.
package handlers

import (
	"maps"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/handlers/client"
	"zhenban/handlers/staff"
)

// Routes registers every conversation, the commands that enter it, and the
// intents that lead to a command. nlu's yes, no and unknown are answers to a
// question and lead nowhere by themselves; cancel and back are the engine's.
func Routes() bot.Routes {
	question := client.NewQuestion()
	return bot.Routes{
		Flows:    flows(question),
		Commands: commands(),
		Intents:  intents(),
		Start:    "/start",
		Urgent:   "/urgent",
		Unknown:  "/unknown",
		Code:     "/bind",
		Photo:    "/photo",
		Words:    Words,
		Named:    client.Named,
		Urgency:  client.Urgency,
		Known:    question.Known,
	}
}

// Words takes the typed words that are commands: those of staff, and the names
// of languages.
func Words(text string) (command string, ok bool) {
	if command, ok = staff.Words(text); ok {
		return command, true
	}
	return client.Words(text)
}

func flows(question client.Question) []bot.Flow {
	list := []bot.Flow{
		client.Start{},
		client.PrivacyConsent{},
		client.Menu{},
		client.Help{},
		client.Thanks{},
		client.Language{},
		client.Hours{},
		client.Address{},
		client.Price{},
		client.Doctors{},
		client.Agent{},
		client.Complaint{},
		client.Survey{},
		client.Tips{},
		client.Checkup{},
		client.AtDesk{},
		question,
		client.Reports{},
		client.Report{},
		client.Privacy{},
		client.Prefer{},
		client.Large{},
		client.Consented(client.Needs{}),
		client.Bind{},
		client.Papers{},
		client.Consented(client.Sign{}),
		client.Consented(client.Choose{}),
		client.Consented(client.Record{}),
		client.Health{},
		client.Consented(client.Scores{}),
		client.Consented(client.Consult{}),
		client.Bills{},
		client.Consented(client.Referral{}),
		client.Consented(client.Form{}),
		client.Checkin{},
		client.Photo{},
		client.Photos{},
		client.Curve{},
		client.Prepare{},
		client.NewUsual(question),
		client.Discharge{},
		client.Late{},
		client.ConfirmVisit{},
		client.Remind{},
		client.NotMe{},
		client.Missed{},
		client.Intake{},
		client.Followup{},
		client.Recall{},
		client.Farewell{},
		client.Dose{},
		client.Calendar{},
		client.Triage{},
		client.Urgent{},
		client.Unknown{Knows: question.Answers},
	}
	for _, f := range client.BookingFlows() {
		switch f.Name() {
		case "book", "wait": // these keep what is personal; to look, move and cancel asks nothing again
			f = client.Consented(f)
		}
		list = append(list, f)
	}
	return append(list, staff.Flows()...)
}

func commands() map[string]string {
	m := map[string]string{
		"/start":       "start",
		"/consent":     "consent",
		"/menu":        "menu",
		"/help":        "help",
		"/thanks":      "thanks",
		"/language":    "language",
		"/hours":       "hours",
		"/address":     "address",
		"/price":       "price",
		"/doctors":     "doctors",
		"/agent":       "agent",
		"/complaint":   "complaint",
		"/feedback":    "survey",
		"/checkup":     "checkup",
		"/survey":      "survey",
		"/privacy":     "privacy",
		"/bind":        "bind",
		"/prefer":      "prefer",
		"/large":       "large",
		"/needs":       "needs",
		"/unsubscribe": "prefer",
		"/subscribe":   "prefer",
		"/record":      "record",
		"/health":      "health",
		"/scores":      "scores",
		"/consult":     "consult",
		"/bills":       "bills",
		"/papers":      "papers",
		"/sign":        "sign",
		"/choose":      "choose",
		"/referral":    "referral",
		"/late":        "late",
		"/confirm":     "confirm",
		"/remind":      "remind",
		"/notme":       "notme",
		"/missed":      "missed",
		"/intake":      "intake",
		"/followup":    "followup",
		"/recall":      "recall",
		"/farewell":    "farewell",
		"/dose":        "dose",
		"/calendar":    "calendar",
		"/triage":      "triage",
		"/form":        "form",
		"/checkin":     "checkin",
		"/photo":       "photos",
		"/photos":      "timeline",
		"/curve":       "curve",
		"/prepare":     "prepare",
		"/discharge":   "discharge",
		"/usual":       "usual",
		"/urgent":      "urgent",
		"/unknown":     "unknown",

		// The desk does these in person; each is a command of its own, as the
		// words for it are.
		"/desk":     "desk",
		"/reports":  "reports",
		"/report":   "report",
		"/tips":     "tips",
		"/card":     "desk",
		"/question": "question",
	}
	maps.Copy(m, client.BookingCommands())
	maps.Copy(m, staff.Commands())
	return m
}

func intents() map[string]string {
	return map[string]string{
		string(nlu.IntentGreet):         "/start",
		string(nlu.IntentThanks):        "/thanks",
		string(nlu.IntentMenu):          "/menu",
		string(nlu.IntentHelp):          "/help",
		string(nlu.IntentBook):          "/book",
		string(nlu.IntentMyBookings):    "/bookings",
		string(nlu.IntentReschedule):    "/move",
		string(nlu.IntentCancelBooking): "/cancelbooking",
		string(nlu.IntentConfirmVisit):  "/confirm",
		string(nlu.IntentLate):          "/late",
		string(nlu.IntentPrice):         "/price",
		string(nlu.IntentHours):         "/hours",
		string(nlu.IntentAddress):       "/address",
		string(nlu.IntentReports):       "/reports",
		string(nlu.IntentCheckin):       "/checkin",
		string(nlu.IntentSymptom):       "/triage",
		string(nlu.IntentEmergency):     "/urgent",
		string(nlu.IntentQuestion):      "/question",
		string(nlu.IntentTips):          "/tips",
		string(nlu.IntentCard):          "/card",
		string(nlu.IntentComplaint):     "/complaint",
		string(nlu.IntentFeedback):      "/feedback",
		string(nlu.IntentAgent):         "/agent",
		string(nlu.IntentPrivacy):       "/privacy",
		string(nlu.IntentUnsubscribe):   "/unsubscribe",
	}
}
