package cmd

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"zhenban/models"
)

func staffCommand(w World) *cobra.Command {
	var file, name, role, branch, practitioner string
	c := &cobra.Command{Use: "staff", Short: "Members of staff"}
	invite := &cobra.Command{
		Use:   "invite",
		Short: "Print a one-time code with which a member of staff joins in their chat",
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains(models.Roles(), models.Role(role)) {
				return usageError{fmt.Errorf("--role %q: one of %v", role, models.Roles())}
			}
			if strings.TrimSpace(name) == "" {
				return usageError{errors.New("--name: who joins?")}
			}
			return w.withStore(c.Context(), file, func(a *tools) error {
				if branch != "" && a.clinic.Branch(branch) == nil {
					return fmt.Errorf("--branch %q: not in the clinic's profile", branch)
				}
				if practitioner != "" && a.clinic.Practitioner(practitioner) == nil {
					return fmt.Errorf("--practitioner %q: not in the clinic's profile", practitioner)
				}
				now := w.Clock.Now()
				member := models.Staff{ID: a.store.NewID(now), Name: name, Role: models.Role(role), Branch: branch, Practitioner: practitioner}
				code, expires := models.NewCode(), now.Add(models.CodeLife)
				err := a.store.Do(c.Context(), func(_ context.Context, tx *models.Tx) error {
					if err := tx.AddStaff(member); err != nil {
						return err
					}
					return tx.IssueCode(code, models.CodeStaff, member.ID, "cli", expires)
				})
				if err != nil {
					return err
				}
				return printCode(c.Context(), w, c.OutOrStdout(), a, "staff", code, expires)
			})
		},
	}
	invite.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	invite.Flags().StringVar(&name, "name", "", "the person's name")
	invite.Flags().StringVar(&role, "role", "desk", "desk, nurse, doctor, consultant or manager")
	invite.Flags().StringVar(&branch, "branch", "", "branch ID; empty: all")
	invite.Flags().StringVar(&practitioner, "practitioner", "", "practitioner ID of a doctor")
	c.AddCommand(invite)
	return c
}

// joinAs makes a contact a member of staff, for the demo and the terminal.
func joinAs(ctx context.Context, store *models.Store, contactID string, m models.Staff) error {
	if _, err := store.StaffOf(ctx, contactID); !errors.Is(err, models.ErrNotFound) {
		return err
	}
	return store.Do(ctx, func(_ context.Context, tx *models.Tx) error {
		channel, address, _ := strings.Cut(contactID, ":")
		m := m
		m.ID = store.NewID(tx.Now)
		if err := tx.AddStaff(m); err != nil {
			return err
		}
		c := models.Contact{ID: contactID, Channel: channel, Address: address, Reach: models.ReachOpen, CreatedAt: tx.Now}
		if err := tx.SaveContact(c); err != nil {
			return err
		}
		return tx.JoinStaff(contactID, m.ID)
	})
}
