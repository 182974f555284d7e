package client

import (
	"time"

	"zhenban/models/slots"
)

// question names what the booking conversation asked last.
type question string

const (
	askService question = "service"
	askSpecies question = "species"
	askBranch  question = "branch"
	askDoctor  question = "doctor"
	askTime    question = "time"
	askPatient question = "patient"
	askName    question = "name"
	askPhone   question = "phone"
	askConfirm question = "confirm"
)

// anyone marks a choice left open on purpose: any doctor, any branch.
const anyone = "*"

// window is a span of time a visit may start in.
type window struct {
	From, To time.Time
}

// exact reports a window that names one moment.
func (w window) exact() bool { return !w.To.After(w.From) }

// booking is the state of a visit being arranged; Moving is set when an
// appointment gets another time.
type booking struct {
	Asked        question     `json:"q,omitempty"`
	Service      string       `json:"svc,omitempty"`
	Category     string       `json:"cat,omitempty"` // department whose services are shown
	Branch       string       `json:"br,omitempty"`
	Practitioner string       `json:"doc,omitempty"`
	Species      string       `json:"sp,omitempty"`
	Patient      string       `json:"pt,omitempty"` // ID of a known patient
	Name         string       `json:"nm,omitempty"` // of a patient said in the chat
	Later        bool         `json:"lt,omitempty"` // the patient is registered at the desk
	Phone        string       `json:"ph,omitempty"`
	NoPhone      bool         `json:"np,omitempty"`
	Windows      []window     `json:"w,omitempty"`
	Offers       []slots.Slot `json:"o,omitempty"` // the times shown, in order
	Shown        int          `json:"n,omitempty"` // pages of times shown before
	Slot         *slots.Slot  `json:"s,omitempty"` // chosen and held
	Hold         string       `json:"h,omitempty"`
	HoldUntil    time.Time    `json:"hu,omitzero"`
	Note         string       `json:"nt,omitempty"`
	Also         []string     `json:"al,omitempty"` // further patients named in the same sentence
	Moving       string       `json:"mv,omitempty"` // ID of the appointment that moves
	Was          int          `json:"mw,omitempty"` // its version
	From         time.Time    `json:"mf,omitzero"`  // its time as it is
	Number       string       `json:"mn,omitempty"`
	Wait         string       `json:"wt,omitempty"` // place on the wait list this comes from
}

// doctor is the practitioner asked for, "" for anyone.
func (b *booking) doctor() string {
	if b.Practitioner == anyone {
		return ""
	}
	return b.Practitioner
}

func (b *booking) branch() string {
	if b.Branch == anyone {
		return ""
	}
	return b.Branch
}

// forget drops the time chosen, so that another can be picked.
func (b *booking) forget() {
	b.Slot, b.Offers, b.Shown = nil, nil, 0
}
