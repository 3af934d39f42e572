package report

import (
	"fmt"

	"scaleadvise/advisor/advice"
)

func (s *screen) question(q advice.Question, number, total int) {
	kind := line(q.Level) + " · " + line(q.Topic)
	if q.Generated {
		kind += " · your workload"
	}
	s.paragraph("", fmt.Sprintf("Question %d of %d · %s", number, total, kind), plain)
	s.paragraph("", line(q.Prompt), bold)
	s.choices(q.Choices)
}

func (s *screen) choices(all []advice.Choice) {
	for i, c := range all {
		s.paragraph("  "+advice.Letter(i)+"  ", line(c.Text), plain)
	}
}

// reaction is the verdict and then the lesson of a question.
func (s *screen) reaction(q advice.Question, r advice.Reply) {
	s.verdict(q, r)
	s.paragraph(pad("Because", margin), sentence(q.Because), plain)
	for i, step := range q.Steps {
		label := ""
		if i == 0 {
			label = "Steps"
		}
		s.paragraph(pad(label, margin)+fmt.Sprintf("%d. ", i+1), sentence(step), plain)
	}
	s.paragraph(pad("Answer", margin), sentence(q.Final), plain)
	s.paragraph(pad("Check", margin), sentence(q.QuickCheck), plain)
	s.paragraph(pad("Hint", margin), sentence(q.Hint), plain)
	for i, m := range q.Mistakes {
		label := ""
		if i == 0 {
			label = "Mistakes"
		}
		s.paragraph(pad(label, margin)+"- ", sentence(m.Words()), plain)
	}
	for i, p := range q.Principles {
		label := ""
		if i == 0 {
			label = "Principle"
		}
		s.paragraph(pad(label, margin), line(p.Title)+" ["+line(p.ID)+"]", plain)
	}
}

// verdict says whether a reply was right, and why what was chosen is wrong.
func (s *screen) verdict(q advice.Question, r advice.Reply) {
	reason := func(all []advice.Choice, at int) string {
		if at < 0 || at >= len(all) {
			return ""
		}
		return sentence(all[at].Why)
	}
	switch {
	case q.Right(r):
		s.paragraph("", "Right.", bold)
	case r.Choice == advice.Skipped:
		s.paragraph("", "Skipped. The answer is "+sentence(q.Final), yellow)
	case r.Choice != q.Answer:
		s.paragraph("", "No, "+advice.Letter(r.Choice)+" is wrong. "+reason(q.Choices, r.Choice), red)
	case r.Reason == advice.Skipped:
		s.paragraph("", "The choice is right; the reason was skipped.", yellow)
	}
	if len(q.Reasons) == 0 || r.Reason == advice.Skipped || r.Reason == q.Reason {
		return
	}
	which := "No, reason "
	if r.Choice == q.Answer {
		which = "The choice is right, but not for reason "
	}
	s.paragraph("", which+advice.Letter(r.Reason)+". "+reason(q.Reasons, r.Reason), red)
}

// score is how many were right and what to read again.
func (s *screen) score(q *advice.Quiz) {
	if len(q.Questions) == 0 {
		s.paragraph("", "There are no questions to ask.", plain)
		return
	}
	text := fmt.Sprintf("Score: %d of %d right", q.Correct, len(q.Replies))
	if open := len(q.Questions) - len(q.Replies); open > 0 {
		text += fmt.Sprintf(", %d not answered", open)
	}
	s.paragraph("", text+".", bold)
	for i, p := range q.Review {
		label := ""
		if i == 0 {
			label = "Review"
		}
		s.paragraph(pad(label, margin), line(p.Title)+": scaleadvise lesson "+line(p.ID), plain)
	}
	if q.Again != "" && len(q.Replies) > 0 {
		s.command("Again", line(q.Again))
	}
}
