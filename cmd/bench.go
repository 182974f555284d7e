package cmd

import "github.com/spf13/cobra"

func benchCommand(w World) *cobra.Command {
	return &cobra.Command{Use: "bench", Hidden: true, RunE: func(*cobra.Command, []string) error { return nil }}
}
