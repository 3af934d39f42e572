//go:build !windows

package console

import "os"

// Environment looks up environment variables: terminals here state what they support by TERM.
func Environment(...*os.File) func(name string) (string, bool) { return os.LookupEnv }
