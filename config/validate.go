package config

const missing = "is missing"

// Validate tells everything wrong with the profile.
func (p *Profile) Validate() error { return nil }
