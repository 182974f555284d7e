package client

import "zhenban/bot"

// BookingFlows lists the conversations about visits.
func BookingFlows() []bot.Flow {
	return []bot.Flow{Book{}, Bookings{}, Move{}, Cancel{}, Undo{}, Wait{}}
}

// BookingCommands says which command enters which of them.
func BookingCommands() map[string]string {
	return map[string]string{
		"/book": "book", "/bookings": "bookings", "/move": "move", "/cancelbooking": "cancel", "/undo": "undo", "/wait": "wait",
	}
}
