package cmd

import (
	"context"
	"errors"
	"fmt"

	"github.com/skip2/go-qrcode"
	"github.com/spf13/cobra"

	"zhenban/handlers/client"
	"zhenban/models"
)

func bindCommand(w World) *cobra.Command {
	var file, png string
	c := &cobra.Command{
		Use:   "bind PATIENT",
		Short: "Print a one-time code and a QR picture that bind a chat to a record; PATIENT is an identifier or a phone number",
		Args:  cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return w.withStore(c.Context(), file, func(a *tools) error {
				subject, err := findRecord(c.Context(), a.store, args[0])
				if err != nil {
					return err
				}
				code, expires := models.NewCode(), w.Clock.Now().Add(models.CodeLife)
				err = a.store.Do(c.Context(), func(_ context.Context, tx *models.Tx) error {
					return tx.IssueCode(code, models.CodeBind, subject, "cli", expires)
				})
				if err != nil {
					return err
				}
				if png != "" {
					link, err := codeLink(c.Context(), w, a, "bind", code)
					if err != nil {
						return err
					}
					if err := qrcode.WriteFile(link, qrcode.Medium, 512, png); err != nil {
						return fmt.Errorf("write %s: %w", png, err)
					}
				}
				return printCode(c.Context(), w, c.OutOrStdout(), a, "bind", code, expires)
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	c.Flags().StringVar(&png, "png", "", "also write the QR picture to this file")
	return c
}

// findRecord finds whom an identifier or a phone number means: a client, by
// their number, by a patient's, or by the phone on record.
func findRecord(ctx context.Context, store *models.Store, who string) (subject string, err error) {
	p, err := store.PatientByIdentifier(ctx, who)
	if err == nil {
		return p.ClientID, nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return "", err
	}
	c, err := store.ClientByIdentifier(ctx, who)
	if err == nil {
		return c.ID, nil
	}
	if !errors.Is(err, models.ErrNotFound) {
		return "", err
	}
	if phone, ok := client.ParsePhone(who); ok {
		list, err := store.ClientsByPhone(ctx, phone)
		if err != nil {
			return "", err
		}
		if len(list) == 1 {
			return list[0].ID, nil
		}
		if len(list) > 1 {
			return "", fmt.Errorf("%s belongs to %d clients; name one by identifier", who, len(list))
		}
	}
	return "", fmt.Errorf("%s: no client or patient with this identifier or phone; see zhenban import clients", who)
}
