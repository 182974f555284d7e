package cmd

import "github.com/spf13/cobra"

func importCommand(w World) *cobra.Command {
	_ = w
	return &cobra.Command{Use: "import KIND FILE", Short: "Take over what the clinic has: its profile, clients and patients"}
}
