// Package fhir is the clinic's systems' door: FHIR R4 JSON under /fhir/, with a
// bearer token. One file a resource: how it is searched, and how it is made of
// what the models keep.
package fhir

import (
	"log/slog"
	"net/http"
	"time"

	"zhenban/bot"
	"zhenban/models"
)

// Options is what the interface needs.
type Options struct {
	Store  *models.Store
	Clinic func() *bot.Clinic // the profile in force
	Token  string             // the bearer token; requests without it are refused
	Now    func() time.Time
	Log    *slog.Logger
	Base   string // address that clients can reach; "": from the request's Host
}

// New makes the handler of /fhir/.
func New(o Options) http.Handler {
	_ = o
	return http.NotFoundHandler()
}
