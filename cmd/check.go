package cmd

import "github.com/spf13/cobra"

func checkCommand(w World) *cobra.Command {
	_ = w
	return &cobra.Command{Use: "check", Short: "Try the database, the credentials and the profile"}
}
