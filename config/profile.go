package config

// Kind is the field a clinic works in; it picks words and rules that differ
// between fields (pets have an owner, people do not).
type Kind string

// The five kinds of clinic, each with a preset.
const (
	Vet        Kind = "vet"
	General    Kind = "general"
	Dental     Kind = "dental"
	Aesthetics Kind = "aesthetics"
	Surgery    Kind = "surgery"
)

// Kinds lists every kind, which are also the names of the presets.
func Kinds() []Kind { return []Kind{Vet, General, Dental, Aesthetics, Surgery} }

// Profile is what a clinic writes about itself. It is read and validated
// whole; a Profile that Validate accepted can be relied on everywhere.
type Profile struct {
	Name          Text           `yaml:"name"`
	Kind          Kind           `yaml:"kind"`
	Zone          string         `yaml:"zone"`     // IANA zone, default of the branches
	Language      Language       `yaml:"language"` // what the assistant speaks to someone new
	Phone         string         `yaml:"phone"`
	Welcome       Text           `yaml:"welcome"` // one line after the greeting
	Privacy       Privacy        `yaml:"privacy"`
	Booking       Booking        `yaml:"booking"`
	Emergency     Emergency      `yaml:"emergency"`
	Outreach      Outreach       `yaml:"outreach"`
	Alerts        Alerts         `yaml:"alerts"`
	Surveys       Surveys        `yaml:"surveys"`
	Visits        Visits         `yaml:"visits"`
	Tips          Tips           `yaml:"tips"`
	CheckupDay    CheckupDay     `yaml:"checkup_day"`
	Reports       Reports        `yaml:"reports"`
	Analytes      []Analyte      `yaml:"analytes"`
	Broadcast     Broadcast      `yaml:"broadcast"`
	Species       []Species      `yaml:"species"` // vet only
	Holidays      []Holiday      `yaml:"holidays"`
	Branches      []Branch       `yaml:"branches"`
	Departments   []Department   `yaml:"departments"`
	Resources     []Resource     `yaml:"resources"`
	Services      []Service      `yaml:"services"`
	Practitioners []Practitioner `yaml:"practitioners"`
	Triage        []TriageHint   `yaml:"triage"`
	Forms         []Form         `yaml:"forms"`
	Plans         []CarePlan     `yaml:"plans"`   // what goes before and after a procedure
	Recalls       []Recall       `yaml:"recalls"` // what patients come back for
	Consultation  Consultation   `yaml:"consultation"`
	Billing       Billing        `yaml:"billing"`
	Referrals     []Referral     `yaml:"referrals"`  // where patients are sent on to
	Consents      []Consent      `yaml:"consents"`   // what is agreed to before it is done
	Treatments    []Treatment    `yaml:"treatments"` // what clients choose between
	Menu          []MenuButton   `yaml:"menu"`       // WeChat custom menu, 3 × 5

	Knowledge []KnowledgeEntry `yaml:"knowledge"` // what people ask, and what is answered
}

// Privacy is the notice a person consents to before anything is kept.
type Privacy struct {
	Version string `yaml:"version"` // kept with each consent
	Text    Text   `yaml:"text"`    // what is kept, why, how to delete
}

// Booking holds the rules that apply to every service.
type Booking struct {
	MaxFuture       int  `yaml:"max_future"`        // open future bookings one person may have; default 5
	HoldMinutes     int  `yaml:"hold_minutes"`      // how long an offered slot is kept; default 5
	LateChangeHours int  `yaml:"late_change_hours"` // below this many hours before the visit the late policy is shown; default 2
	LatePolicy      Text `yaml:"late_policy"`
	GridMinutes     int  `yaml:"grid_minutes"` // start times offered; default 30; a multiple of 5
}

// Emergency lists what must be answered with "come now" before anything else.
type Emergency struct {
	Words    []string `yaml:"words"`    // in simplified Chinese or English, matched as parts of the text
	Advice   Text     `yaml:"advice"`   // first advice, one or two sentences
	Source   string   `yaml:"source"`   // where the list and the advice come from
	Approved bool     `yaml:"approved"` // false: still needs the clinic's approval
}

// Species is a kind of animal the clinic treats.
type Species struct {
	ID      string   `yaml:"id"` // SNOMED-free short name: dog, cat, rabbit …
	Name    Text     `yaml:"name"`
	Aliases []string `yaml:"aliases"`
}

// Holiday is a span of days on which hours differ.
type Holiday struct {
	Name     Text     `yaml:"name"`
	From     Date     `yaml:"from"`
	To       Date     `yaml:"to"`       // inclusive; default From
	Hours    []Span   `yaml:"hours"`    // empty: closed
	Branches []string `yaml:"branches"` // empty: all
}

// Branch is a place (FHIR Location).
type Branch struct {
	ID      string   `yaml:"id"`
	Name    Text     `yaml:"name"`
	Aliases []string `yaml:"aliases"`
	Address Text     `yaml:"address"`
	Map     string   `yaml:"map"` // link
	Parking Text     `yaml:"parking"`
	Access  Text     `yaml:"access"` // for wheelchairs, prams, who walks or hears badly: doors, lifts, who helps
	Phone   string   `yaml:"phone"`  // default: the clinic's
	Zone    string   `yaml:"zone"`   // default: the clinic's
	Hours   Week     `yaml:"hours"`
}

// Department groups services and practitioners.
type Department struct {
	ID      string   `yaml:"id"`
	Name    Text     `yaml:"name"`
	Aliases []string `yaml:"aliases"`
}

// Resource is a room or a machine that one visit at a time can use.
type Resource struct {
	ID     string  `yaml:"id"`
	Type   string  `yaml:"type"` // what services ask for: several resources of one type are interchangeable
	Kind   string  `yaml:"kind"` // room or machine
	Name   Text    `yaml:"name"`
	Branch string  `yaml:"branch"`
	Out    []Leave `yaml:"out"` // out of service
}

// Service is what can be booked (FHIR HealthcareService).
type Service struct {
	ID          string   `yaml:"id"`
	Name        Text     `yaml:"name"`
	Aliases     []string `yaml:"aliases"`
	Department  string   `yaml:"department"`
	Minutes     int      `yaml:"minutes"`       // length; a multiple of 5
	Before      int      `yaml:"buffer_before"` // minutes, multiples of 5
	After       int      `yaml:"buffer_after"`
	NoticeHours int      `yaml:"notice_hours"` // earliest booking before the start
	HorizonDays int      `yaml:"horizon_days"` // latest; default 30
	Price       Price    `yaml:"price"`
	Needs       []string `yaml:"needs"`    // resource types, each occupied for the whole visit
	Branches    []string `yaml:"branches"` // empty: all that have a practitioner for it
	Species     []string `yaml:"species"`  // empty: all
	Preparation Text     `yaml:"preparation"`
	Bring       Text     `yaml:"bring"`
	Common      bool     `yaml:"common"`    // shown first
	Reminders   []Lead   `yaml:"reminders"` // before the visit; default: the clinic's
}

// Price in whole yuan; To is 0 for a fixed price. From 0 means "asked on site".
type Price struct {
	From int  `yaml:"from"`
	To   int  `yaml:"to"`
	Note Text `yaml:"note"`
}

// Practitioner is a doctor, nurse or consultant who can be booked.
type Practitioner struct {
	ID          string     `yaml:"id"`
	Name        Text       `yaml:"name"`
	Aliases     []string   `yaml:"aliases"`
	Title       Text       `yaml:"title"` // 主任医师, 主治医师 …
	Departments []string   `yaml:"departments"`
	Specialties Text       `yaml:"specialties"`
	Languages   []Language `yaml:"languages"`
	Services    []string   `yaml:"services"` // IDs this person does
	Shifts      []Shift    `yaml:"shifts"`
	Leave       []Leave    `yaml:"leave"`
}

// Shift is when a practitioner works at a branch, each week.
type Shift struct {
	Branch string `yaml:"branch"`
	Days   Days   `yaml:"days"`
	Hours  []Span `yaml:"hours"`
	Breaks []Span `yaml:"breaks"`
}

// Leave is a span of days, or a span of hours on each of these days.
type Leave struct {
	From  Date   `yaml:"from"`
	To    Date   `yaml:"to"`    // inclusive; default From
	Hours []Span `yaml:"hours"` // empty: whole days
}

// TriageHint leads from what a person describes to a department.
type TriageHint struct {
	Words      []string `yaml:"words"`
	Department string   `yaml:"department"`
	Service    string   `yaml:"service"` // what to book there
	Species    []string `yaml:"species"`
}

// MenuButton is one entry of the WeChat custom menu: a command or a group.
type MenuButton struct {
	Name    Text         `yaml:"name"`
	Command string       `yaml:"command"` // 预约, 我的预约 …
	URL     string       `yaml:"url"`
	Buttons []MenuButton `yaml:"buttons"`
}
