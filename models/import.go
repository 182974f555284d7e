package models

import (
	"context"
	"slices"
)

// What an import looks up, a few hundred keys to a statement.

const importChunk = 200

// ClientsByIdentifiers finds clients by the clinic's own numbers.
func (s *Store) ClientsByIdentifiers(ctx context.Context, identifiers []string) (map[string]Client, error) {
	out := make(map[string]Client, len(identifiers))
	for chunk := range slices.Chunk(identifiers, importChunk) {
		list, err := s.clients(ctx, "identifier IN ?", chunk)
		if err != nil {
			return nil, err
		}
		for _, c := range list {
			out[c.Identifier] = c
		}
	}
	return out, nil
}

// PatientsByIdentifiers finds patients by the clinic's own numbers.
func (s *Store) PatientsByIdentifiers(ctx context.Context, identifiers []string) (map[string]Patient, error) {
	out := make(map[string]Patient, len(identifiers))
	for chunk := range slices.Chunk(identifiers, importChunk) {
		list, err := s.patients(ctx, "identifier IN ?", chunk)
		if err != nil {
			return nil, err
		}
		for _, p := range list {
			out[p.Identifier] = p
		}
	}
	return out, nil
}

// PatientsOfClients lists the patients of several clients, by ID.
func (s *Store) PatientsOfClients(ctx context.Context, clientIDs []string) ([]Patient, error) {
	var out []Patient
	for chunk := range slices.Chunk(clientIDs, importChunk) {
		var rows []patientRow
		if err := s.r.WithContext(ctx).Order("id").Find(&rows, "client_id IN ?", chunk).Error; err != nil {
			return nil, unavailable(s.dialect, err)
		}
		for _, r := range rows {
			p, err := s.patient(r)
			if err != nil {
				return nil, err
			}
			out = append(out, p)
		}
	}
	return out, nil
}

// InvoicesByNumbers finds bills by their numbers.
func (s *Store) InvoicesByNumbers(ctx context.Context, numbers []string) (map[string]Invoice, error) {
	out := make(map[string]Invoice, len(numbers))
	for chunk := range slices.Chunk(numbers, importChunk) {
		list, err := s.invoices(ctx, "number IN ?", chunk)
		if err != nil {
			return nil, err
		}
		for _, i := range list {
			out[i.Number] = i
		}
	}
	return out, nil
}
