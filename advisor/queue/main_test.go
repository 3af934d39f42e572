package queue

import (
	"testing"

	"scaleadvise/advisor/example"
)

func TestMain(m *testing.M) { example.Repeatable(m) }
