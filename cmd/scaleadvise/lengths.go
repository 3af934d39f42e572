package main

import (
	"slices"

	"scaleadvise/advisor/workload"
)

// observeLengths adds to a workload the lengths of the traces that its tokens name. A file is
// opened once, whatever is taken from it: it may be a stream that cannot be read again.
func observeLengths(wl *workload.Workload, open opener) error {
	var names []string
	traits := map[string][]string{}
	for _, f := range wl.LengthsFiles() {
		name := beside(wl, f.Trait, f.Name)
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		traits[name] = append(traits[name], f.Trait)
	}
	for _, name := range names {
		lengths, err := readLengths(name, traits[name], open)
		if err != nil {
			return err
		}
		for i, trait := range traits[name] {
			wl.Observe(trait, lengths[i])
		}
	}
	return nil
}

// readLengths reads columns of one trace.
func readLengths(name string, columns []string, open opener) ([][]float64, error) {
	source, err := open(name)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	lengths, err := workload.ParseLengths(source, name, columns)
	if err != nil {
		return nil, &failure{exitUsage, err}
	}
	return lengths, nil
}
