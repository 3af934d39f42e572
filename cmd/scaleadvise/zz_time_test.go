package main

import (
	"context"
	"os"
	"strings"
	"testing"
)

func TestTimeProf(t *testing.T) {
	s := newStage()
	code := run(context.Background(), strings.Fields(os.Getenv("ARGS")), s.streams)
	t.Log(code)
}
