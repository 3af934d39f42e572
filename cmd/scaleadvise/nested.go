package main

import (
	"bytes"
	"context"
	"errors"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/advice"
	"scaleadvise/cmd/scaleadvise/channel"
)

// nested are runs inside this process: what a page or an assistant asks goes the way of every
// command line.
type nested struct {
	streams
	admits func(name string) bool // which files may be opened
}

// quiet are streams that lead nowhere.
func (n nested) quiet(stdin string) (s streams, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	s = n.streams
	s.In, s.Out, s.Err = strings.NewReader(stdin), out, errs
	s.Width, s.IsTTY, s.InIsTTY, s.ErrIsTTY, s.Admits = 0, false, false, false, n.admits
	return s, out, errs
}

// run does what a command line says; out is its result, faults a line for each error.
func (n nested) run(ctx context.Context, words []string, stdin string) (out []byte, faults []string, code int) {
	s, o, errs := n.quiet(stdin)
	code = attempt(ctx, words, s)
	return o.Bytes(), channel.FaultLines(errs.String()), code
}

// advise is the advice on flags alone, or a line for each fault.
func (n nested) advise(ctx context.Context, words []string) (a *advice.Advice, faults []string) {
	s, _, errs := n.quiet("")
	err := recovered(s, func() (err error) {
		a, err = adviceOf(ctx, s, words, withSteps)
		return err
	})
	complain(errs, err)
	if a != nil {
		return a, nil
	}
	return nil, channel.FaultLines(errs.String())
}

// recovered turns a fault of the program into an error.
func recovered(s streams, f func() error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			s.confess(fault)
			err = &failure{code: exitUnknown}
		}
	}()
	return f()
}

// withSteps asks for the steps and the charts too.
func withSteps(o *advisor.Options) { o.Explain, o.Charts = true, true }

// adviceOf is the advice on flags alone.
func adviceOf(ctx context.Context, s streams, words []string, with func(*advisor.Options)) (a *advice.Advice, err error) {
	ln, err := newVocabulary(commands()).parse(words)
	switch {
	case err != nil:
		return nil, err
	case ln.unknown != "":
		return nil, unknownFlag(adviseCommand(), ln.unknown)
	case len(ln.args) > 0:
		return nil, usagef("unexpected %q; a plan is flags alone, or a file", ln.args[0])
	}
	one := adviseCommand()
	one.run = func(k *call) error {
		in, errInput := k.input()
		o, errOptions := k.options()
		if err := errors.Join(errInput, errOptions); err != nil {
			return err
		}
		with(&o)
		a, err = advisor.Advise(k.ctx, in, o)
		return err
	}
	return a, execute(ctx, s, one, ln)
}

// refusedFile is the fault of a name that is not admitted.
func refusedFile(name string) error {
	return usagef("%s: this file may not be read from here; name it on the command line that starts scaleadvise, or keep it in the folder it runs in", name)
}
