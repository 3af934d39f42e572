// Package rules is the catalogue: the lesson that scaleadvise teaches and the rules that argue from it, as
// data. One YAML file is one rule; lesson.yaml has the principles that rules cite and, under "rules:", the
// ids of all rules in the order in which their findings appear. It is the only such list: a rule that it
// does not name, and a name without a rule, are rejected. quiz.yaml is the question bank, which advisor/quiz
// reads.
//
// In: the embedded files. Out: the rules as sources in order (All), checked and compiled (Load), the
// principles (Lesson) and the text of the bank (Bank). The mathematics is done elsewhere: a rule compares
// facts and words what follows. The field source of a principle cites its origin.
package rules
