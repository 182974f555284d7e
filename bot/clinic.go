package bot

import (
	"zhenban/bot/nlu"
	"zhenban/config"
	"zhenban/models/slots"
)

// Clinic is a profile in force, made ready for conversations: read-only, shared
// by all turns, replaced whole when the profile changes.
type Clinic struct {
	*config.Clinic
	Version int // of the profile in the store
	Lexicon *nlu.Lexicon
	Slots   *slots.Index
}

// NewClinic makes a profile ready.
func NewClinic(p *config.Profile, version int) (*Clinic, error) {
	c, err := config.NewClinic(p)
	if err != nil {
		return nil, err
	}
	return &Clinic{Clinic: c, Version: version, Lexicon: nlu.NewLexicon(Names(p)), Slots: slots.NewIndex(c)}, nil
}

// Names lists what a clinic's profile calls by name, for the understanding.
func Names(p *config.Profile) []nlu.Name {
	var out []nlu.Name
	add := func(kind nlu.Kind, id string, name config.Text, aliases []string) {
		names := make([]string, 0, 3+len(aliases))
		for _, l := range config.Languages() {
			if s := name[l]; s != "" {
				names = append(names, s)
			}
		}
		out = append(out, nlu.Name{Kind: kind, ID: id, Names: append(names, aliases...)})
	}
	for i := range p.Services {
		add(nlu.KindService, p.Services[i].ID, p.Services[i].Name, p.Services[i].Aliases)
	}
	for i := range p.Practitioners {
		add(nlu.KindPractitioner, p.Practitioners[i].ID, p.Practitioners[i].Name, p.Practitioners[i].Aliases)
	}
	for i := range p.Branches {
		add(nlu.KindBranch, p.Branches[i].ID, p.Branches[i].Name, p.Branches[i].Aliases)
	}
	for i := range p.Departments {
		add(nlu.KindDepartment, p.Departments[i].ID, p.Departments[i].Name, p.Departments[i].Aliases)
	}
	for i := range p.Species {
		add(nlu.KindSpecies, p.Species[i].ID, p.Species[i].Name, p.Species[i].Aliases)
	}
	return out
}
