// Package handlers lists every conversation the assistant can have. What is
// not listed here is not there.
package handlers

import (
	"maps"

	"zhenban/bot"
	"zhenban/bot/nlu"
	"zhenban/handlers/client"
)

// Routes registers every conversation, the commands that enter it, and the
// intents that lead to a command. nlu's yes, no and unknown are answers to a
// question and lead nowhere by themselves; cancel and back are the engine's.
func Routes() bot.Routes {
	return bot.Routes{
		Flows:    flows(),
		Commands: commands(),
		Intents:  intents(),
		Start:    "/start",
		Unknown:  "/menu",
	}
}

func flows() []bot.Flow {
	list := []bot.Flow{
		client.Start{}, client.Consent{}, client.Menu{}, client.Help{}, client.Thanks{}, client.Language{},
	}
	for _, f := range client.BookingFlows() {
		switch f.Name() {
		case "book", "wait": // these keep what is personal; to look, move and cancel asks nothing again
			f = client.Consented(f)
		}
		list = append(list, f)
	}
	return list
}

func commands() map[string]string {
	m := map[string]string{
		"/start":    "start",
		"/consent":  "consent",
		"/menu":     "menu",
		"/help":     "help",
		"/thanks":   "thanks",
		"/language": "language",
	}
	maps.Copy(m, client.BookingCommands())
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
	}
}
