package main

import (
	"errors"
	"io"
	"slices"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/advisor/explain"
	"scaleadvise/advisor/report"
	"scaleadvise/cmd/scaleadvise/topics"
)

func explainCommand() command {
	return command{
		name: "explain", group: "Advice", summary: "how a number was computed, step by step; or what a rule or principle says about a workload",
		args: "[RULE|PRINCIPLE|QUANTITY|WORD]",
		about: "A quantity is replicas, p99, capacity_qps, cost, utilization, need, margin, losses, runway or any other that a step gives; " +
			"each step shows its formula, its inputs with where they come from, and the source of the method, and can be computed " +
			"again from what it shows. Rules and principles can be explained without a workload; with one, the " +
			"values that make a rule fire or stay silent are shown; so are words, such as int8 or batching. Without a topic " +
			"every step is, and without a workload what can be explained.",
		examples: []string{
			"scaleadvise explain replicas --qps 5000 --gpu a10 --availability 99.9%",
			"scaleadvise explain p99 --qps 5000 --gpu a10",
			"scaleadvise explain vertical-limit",
			"scaleadvise explain tail-grows --plan plan.yaml",
		},
		extra: slices.Concat(traitOptions(), sourceOptions(), metricsOptions(), methodOptions(), outputOptions(report.ExplanationFormats())),
		run:   showExplanation,
	}
}

func showExplanation(c *call) error {
	topic := ""
	if len(c.args) > 0 {
		topic = c.args[0]
		if err := noArgs("explain "+topic, c.args[1:]); err != nil {
			return err
		}
	}
	format, errFormat := c.format(report.ExplanationFormats())
	set, errRules := c.rules()
	lesson, errLesson := principles()
	words, errWords := topics.Words()
	if err := errors.Join(errFormat, errRules, errLesson, errWords); err != nil {
		return err
	}
	known := &explain.Subjects{Rules: set, Lesson: lesson, Words: words}
	a, err := explainedAdvice(c, known, topic)
	if err != nil {
		return err
	}
	e, err := known.Explain(topic, a)
	if err == nil && e.Principle != nil {
		e.Principle.Example, err = c.example(topic)
	}
	if err != nil {
		return err
	}
	return c.deliver(func(w io.Writer) error { return report.WriteExplanation(w, format, e, c.layout()) })
}

// explainedAdvice is the advice with its steps; nil where no workload was given and the topic
// can be explained without. The rules explained are then those of the case, with its parameters.
func explainedAdvice(c *call, known *explain.Subjects, topic string) (*advice.Advice, error) {
	if !c.namesDemand() {
		return nil, known.Refuse(topic) // nil where it needs none
	}
	input, errInput := c.input()
	o, errOptions := c.options()
	if err := errors.Join(errInput, errOptions); err != nil {
		return nil, err
	}
	o.Explain, known.Rules = true, input.Rules
	return advisor.Advise(c.ctx, input, o)
}
