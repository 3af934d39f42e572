//go:build !windows

package console

import "os"

// Environment looks variables of the environment up: terminals here say what they obey by TERM.
func Environment(...*os.File) func(name string) (string, bool) { return os.LookupEnv }
