package nlu

// Intent is what a person wants with a sentence.
type Intent string

// The intents. IntentLate is "I will be late"; IntentSymptom describes an illness that is no
// emergency; IntentQuestion asks for advice; IntentUnknown is also a bare name or time, which the
// running conversation takes as the answer to its question.
const (
	IntentGreet         Intent = "greet"
	IntentThanks        Intent = "thanks"
	IntentMenu          Intent = "menu"
	IntentHelp          Intent = "help"
	IntentBook          Intent = "book"
	IntentMyBookings    Intent = "my_bookings"
	IntentReschedule    Intent = "reschedule"
	IntentCancelBooking Intent = "cancel_booking"
	IntentConfirmVisit  Intent = "confirm_visit"
	IntentLate          Intent = "late"
	IntentPrice         Intent = "price"
	IntentHours         Intent = "hours"
	IntentAddress       Intent = "address"
	IntentReports       Intent = "reports"
	IntentCheckin       Intent = "checkin"
	IntentSymptom       Intent = "symptom"
	IntentEmergency     Intent = "emergency"
	IntentQuestion      Intent = "question"
	IntentTips          Intent = "tips"
	IntentCard          Intent = "card"
	IntentComplaint     Intent = "complaint"
	IntentFeedback      Intent = "feedback"
	IntentAgent         Intent = "agent"
	IntentPrivacy       Intent = "privacy"
	IntentUnsubscribe   Intent = "unsubscribe"
	IntentCancel        Intent = "cancel"
	IntentBack          Intent = "back"
	IntentYes           Intent = "yes"
	IntentNo            Intent = "no"
	IntentUnknown       Intent = "unknown"
)
