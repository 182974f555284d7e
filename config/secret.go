package config

import (
	"fmt"
	"log/slog"
)

// Secret is a value that must not reach a log, an error or a page by
// accident: however it is printed it reads "***". Reveal gives the value.
type Secret string

const masked = "***"

// Reveal is the secret itself.
func (s Secret) Reveal() string { return string(s) }

// String is "***", or empty when no secret is set.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return masked
}

// Format masks the secret under every verb, %#v and %x among them.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(s.String())) }

// LogValue masks the secret in structured logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText masks the secret in JSON and YAML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }
