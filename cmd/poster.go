package cmd

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/skip2/go-qrcode"
	"github.com/spf13/cobra"
)

func posterCommand(w World) *cobra.Command {
	var file, png string
	c := &cobra.Command{
		Use:   "poster [BRANCH]",
		Short: "Print the QR picture of a branch that leads to a survey on the spot, to put up at its desk",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			return w.withStore(c.Context(), file, func(a *tools) error {
				branch, err := posterBranch(a, args)
				if err != nil {
					return err
				}
				link, err := sceneLink(c.Context(), w, a, "survey_"+branch, 0)
				if err != nil {
					return err
				}
				if link == "" {
					return errors.New("a QR picture needs an address to lead to: set public_url, or the WeChat account")
				}
				if png != "" {
					if err := qrcode.WriteFile(link, qrcode.Medium, 720, png); err != nil {
						return fmt.Errorf("write %s: %w", png, err)
					}
				}
				qr, err := qrcode.New(link, qrcode.Medium)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(c.OutOrStdout(), "link     %s\n\n%s", link, qr.ToSmallString(false))
				return err
			})
		},
	}
	c.Flags().StringVar(&file, "config", "", "settings file (YAML)")
	c.Flags().StringVar(&png, "png", "", "also write the QR picture to this file")
	return c
}

// posterBranch is the branch named, or the only one there is.
func posterBranch(a *tools, args []string) (string, error) {
	var ids []string
	for i := range a.clinic.Branches {
		ids = append(ids, a.clinic.Branches[i].ID)
	}
	switch {
	case len(args) == 1 && slices.Contains(ids, args[0]):
		return args[0], nil
	case len(args) == 0 && len(ids) == 1:
		return ids[0], nil
	}
	return "", fmt.Errorf("name a branch: %s", strings.Join(ids, ", "))
}
