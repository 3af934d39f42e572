package console

import (
	"os"

	"golang.org/x/sys/windows"
)

// Environment looks up environment variables. A Windows console supports escape sequences when they are
// enabled, from Windows 10 on; with an older one among the files, TERM is "dumb" unless it is set.
func Environment(files ...*os.File) func(name string) (string, bool) {
	obeyed := true
	for _, f := range files {
		obeyed = obey(windows.Handle(f.Fd())) && obeyed
	}
	return func(name string) (string, bool) {
		value, set := os.LookupEnv(name)
		if name == "TERM" && !set && !obeyed {
			return "dumb", true
		}
		return value, set
	}
}

// obey tells a console to obey escape sequences. What is no console shows none.
func obey(handle windows.Handle) bool {
	var mode uint32
	if windows.GetConsoleMode(handle, &mode) != nil {
		return true
	}
	return windows.SetConsoleMode(handle, mode|windows.ENABLE_PROCESSED_OUTPUT|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING) == nil
}
