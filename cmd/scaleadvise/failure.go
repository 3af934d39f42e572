package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"scaleadvise/advisor"
	"scaleadvise/advisor/gate"
	"scaleadvise/advisor/unit"
	"scaleadvise/advisor/whatif"
	"scaleadvise/cmd/scaleadvise/channel"
)

// The exit codes; scripts depend on them.
const (
	exitDone        = 0
	exitInfeasible  = 1
	exitUsage       = 2
	exitUnknown     = 3
	exitInterrupted = 130
)

// failure is an error that knows its exit code; one without an err ends the run silently.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string {
	if f.err == nil {
		return ""
	}
	return f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// usagef is a fault of the command line or of a file the user wrote: exit code 2.
func usagef(format string, args ...any) error {
	return &failure{exitUsage, fmt.Errorf(format, unit.Readable(args)...)}
}

// unknownf is a fault of the surroundings, where nothing could be told: exit code 3.
func unknownf(format string, args ...any) error {
	return &failure{exitUnknown, fmt.Errorf(format, args...)}
}

// at puts the place before each of the errors joined in err, and makes them faults of usage.
func at(place string, err error) error {
	var all []error
	for _, one := range leaves(err) {
		if !strings.HasPrefix(one.Error(), place+":") {
			one = fmt.Errorf("%s: %w", place, one)
		}
		all = append(all, one)
	}
	return &failure{exitUsage, errors.Join(all...)}
}

// exitCode is the code of the gravest error in err: 2 before 3 before 1. Whatever carries
// no code was found wrong in the user's input.
func exitCode(err error) int {
	if err == nil {
		return exitDone
	}
	if errors.Is(err, context.Canceled) {
		return exitInterrupted
	}
	var codes []int
	for _, one := range failures(err) {
		codes = append(codes, one.code)
	}
	for _, code := range []int{exitUsage, exitUnknown, exitInfeasible} {
		if slices.Contains(codes, code) {
			return code
		}
	}
	return exitUsage
}

// failures finds the failures in a tree of joined and wrapped errors.
func failures(err error) []*failure {
	var found []*failure
	if err == whatif.ErrTimeUp {
		return []*failure{{exitUnknown, err}}
	}
	switch e := err.(type) {
	case *failure:
		return []*failure{e}
	case *gate.UnreadableError, *advisor.MismatchError:
		return []*failure{{exitUnknown, err}}
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			found = append(found, failures(one)...)
		}
	case interface{ Unwrap() error }:
		found = failures(e.Unwrap())
	default:
		return []*failure{{exitUsage, err}}
	}
	return found
}

// leaves lists the errors joined in err, in order, each of which is a line of its own.
func leaves(err error) []error {
	if f, ok := err.(*failure); ok && f.err != nil {
		return leaves(f.err)
	}
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		var all []error
		for _, one := range joined.Unwrap() {
			all = append(all, leaves(one)...)
		}
		return all
	}
	return []error{err}
}

// visible spells out control characters: an error may quote a file, and a file must not steer
// the terminal.
func visible(text string) string { return channel.Visible(text) }

// complain prints each error in err on a line of its own. Who interrupts a run knows it.
func complain(w io.Writer, err error) {
	if err == nil || errors.Is(err, context.Canceled) {
		return
	}
	for _, one := range leaves(err) {
		if text := strings.TrimSpace(one.Error()); text != "" {
			fmt.Fprintf(w, "scaleadvise: %s\n", strings.ReplaceAll(visible(text), "\n", "\n  "))
		}
	}
}
