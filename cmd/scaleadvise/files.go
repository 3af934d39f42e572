package main

import (
	"io"
	"os"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/rule"
	"scaleadvise/cmd/scaleadvise/disk"
	"scaleadvise/rules"
)

// open opens a file the user named; "-" is stdin.
func (s *sources) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(disk.Interruptible(s.ctx, s.in)), nil
	}
	return disk.Open(s.ctx, name)
}

// catalog is the embedded catalogue with the user's overlay on top.
func (s *sources) catalog() (*catalog.Catalog, error) {
	known, err := catalog.Embedded()
	if err != nil {
		return nil, err
	}
	dir := s.text("catalog")
	if dir == "" {
		return known, nil
	}
	if err := disk.MustBeFolder("--catalog", dir); err != nil {
		return nil, err
	}
	overlaid, err := known.Overlay(s.ctx, os.DirFS(dir))
	if err != nil {
		return nil, at("--catalog "+dir, err)
	}
	return overlaid, nil
}

// rules is the catalogue of rules with the parameters that --set gives.
func (s *sources) rules() (*rule.Set, error) {
	set, err := s.allRules()
	var settings []rule.Setting
	for _, text := range s.texts("set") {
		name, value, _ := strings.Cut(text, "=")
		settings = append(settings, rule.Setting{Name: strings.TrimSpace(name), Text: value, Where: "--set"})
	}
	if err != nil || len(settings) == 0 {
		return set, err
	}
	if set, err = set.With(settings); err != nil {
		return nil, &failure{exitUsage, err}
	}
	return set, nil
}

// allRules is the embedded catalogue of rules with the user's.
func (s *sources) allRules() (*rule.Set, error) {
	set, err := rules.Load()
	dir := s.text("rules")
	if err != nil || dir == "" {
		return set, err
	}
	var own []rule.Source
	err = disk.ReadFolder(s.ctx, "rules", dir, "rule", func(name string, text []byte) { own = append(own, rule.Source{Name: name, Text: text}) })
	if err != nil {
		return nil, err
	}
	if set, err = rule.Merge(set, own); err != nil {
		return nil, &failure{exitUsage, err}
	}
	return set, nil
}

// seed is the seed of the sampled evaluation.
func (f flags) seed() (uint64, error) {
	text := f.text("seed")
	if text == "" {
		return 1, nil
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		return 0, usagef("--seed %s: not a whole number from 0 to 2^64-1; write it as --seed 1", text)
	}
	return n, nil
}
