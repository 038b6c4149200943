package main

import "github.com/spf13/cobra"

func (a *app) browseCommand() *cobra.Command {
	return &cobra.Command{Use: "browse [FOLDER]", Short: "look at the archive in a web browser, read only"}
}
