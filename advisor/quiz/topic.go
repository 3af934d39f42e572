package quiz

import (
	"fmt"
	"slices"
	"strings"

	"scaleadvise/advisor/unit"
)

// KnownTopic rejects a word that is neither a topic nor the id of a principle; "" stands for all.
func KnownTopic(topic string, lesson Lesson) error {
	known := Topics()
	for _, p := range lesson {
		known = append(known, p.ID)
	}
	if topic == "" || slices.Contains(known, topic) {
		return nil
	}
	return fmt.Errorf("--topic %s: unknown topic; %s", topic, unit.Suggest(topic, known, "expected one of "+strings.Join(Topics(), ", ")+", or the id of a principle"))
}
