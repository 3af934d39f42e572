package quiz

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"

	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/bounded"
)

// historySchema names the form of the file.
const historySchema = "urn:scaleadvise:quiz-history:v1"

// History holds earlier answers, by the question's id.
type History struct {
	Schema    string            `json:"schema"`
	Questions map[string]Record `json:"questions"`
}

// Record is the history of one question.
type Record struct {
	Asked  int    `json:"asked"`
	Missed int    `json:"missed"`
	Right  bool   `json:"right"` // the last answer was right
	On     string `json:"on"`    // day of the last answer, 2026-07-01
}

// ReadHistory reads a history file. An empty text is an empty history; anything else is an error.
func ReadHistory(text []byte) (History, error) {
	h := History{Schema: historySchema, Questions: map[string]Record{}}
	if len(text) == 0 {
		return h, nil
	}
	var read History
	if err := json.Unmarshal(text, &read); err != nil {
		return h, fmt.Errorf("not the history of a quiz: %w", bounded.JSON(err, text))
	}
	if read.Schema != historySchema {
		return h, fmt.Errorf("its schema is %q, expected %q", bounded.Excerpt(read.Schema), historySchema)
	}
	for id, r := range read.Questions {
		if r.Asked < 1 || r.Missed < 0 || r.Missed > r.Asked {
			return h, fmt.Errorf("%s was missed %d times of %d", bounded.Excerpt(id), r.Missed, r.Asked)
		}
		h.Questions[id] = r
	}
	return h, nil
}

// Missed lists the questions that were answered wrongly the last time, by id.
func (h History) Missed() []string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(h.Questions)) {
		if !h.Questions[id].Right {
			out = append(out, id)
		}
	}
	return out
}

// With returns the history after a quiz on a day; the receiver does not change.
func (h History) With(q *advice.Quiz, day string) History {
	next := History{Schema: historySchema, Questions: maps.Clone(h.Questions)}
	if next.Questions == nil {
		next.Questions = map[string]Record{}
	}
	for i, reply := range q.Replies {
		r := next.Questions[q.Questions[i].ID]
		r.Asked++
		r.Right, r.On = q.Questions[i].Right(reply), day
		if !r.Right {
			r.Missed++
		}
		next.Questions[q.Questions[i].ID] = r
	}
	return next
}

// Text returns the file that ReadHistory reads.
func (h History) Text() ([]byte, error) {
	text, err := json.MarshalIndent(h, "", "  ")
	if err != nil {
		return nil, errors.Join(errors.New("the history cannot be written"), err)
	}
	return append(text, '\n'), nil
}
