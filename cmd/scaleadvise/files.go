package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/plan"
	"scaleadvise/advisor/rule"
	"scaleadvise/cmd/scaleadvise/disk"
	"scaleadvise/rules"
)

// open opens a file the user named; "-" is stdin.
func (s *sources) open(name string) (io.ReadCloser, error) {
	if name == "-" {
		return io.NopCloser(disk.Interruptible(s.ctx, s.in)), nil
	}
	if s.admits != nil && !s.admits(name) {
		return nil, refusedFile(name)
	}
	return disk.Open(s.ctx, name)
}

// catalog is the embedded catalogue with that of the user's configuration on top, and --catalog over
// both.
func (s *sources) catalog() (*catalog.Catalog, error) {
	known, err := catalog.Embedded()
	if err != nil {
		return nil, err
	}
	for _, dir := range s.catalogFolders() {
		if err := disk.MustBeFolder("--catalog", dir); err != nil {
			return nil, err
		}
		if known, err = known.Overlay(s.ctx, os.DirFS(dir)); err != nil {
			return nil, at("--catalog "+dir, err)
		}
	}
	return known, nil
}

// catalogFolders are the folders that lie over the embedded catalogue, the lowest first.
func (f flags) catalogFolders() []string {
	folders := []string{disk.CatalogFolder(f.env), f.text("catalog")}
	if f.toggled("no-config") {
		folders[0] = ""
	}
	return slices.DeleteFunc(folders, func(dir string) bool { return dir == "" })
}

// layouts are those of kinds of the user's own, where --kinds says them.
func (s *sources) layouts() (plan.Layouts, error) {
	name := s.text("kinds")
	if name == "" {
		return nil, nil
	}
	if s.admits != nil && !s.admits(name) {
		return nil, refusedFile(name)
	}
	content, err := disk.Read(s.ctx, name, plan.LayoutsFile)
	if err != nil {
		return nil, err
	}
	all, err := plan.ReadLayouts(content, name)
	if err != nil {
		return nil, &failure{exitUsage, err}
	}
	return all, nil
}

// rules is the catalogue of rules with the parameters that --rules and --set give.
func (s *sources) rules() (*rule.Set, error) { return s.rulesOf(plan.Document{}) }

// rulesOf is the catalogue for one plan, whose parameters go over those of --rules and under
// those of --set.
func (s *sources) rulesOf(d plan.Document) (*rule.Set, error) {
	set, own, err := s.allRules()
	if err != nil {
		return nil, err
	}
	return s.parameterized(set, append(own, d.Params...))
}

// parameterized gives rules the parameters of files, and of --set over them.
func (s *sources) parameterized(set *rule.Set, params []plan.Param) (*rule.Set, error) {
	var settings []rule.Setting
	places := map[string]plan.Param{}
	for _, p := range params {
		where := p.Origin.String()
		settings, places[where] = append(settings, rule.Setting{Name: p.Name, Text: p.Text, Where: where}), p
	}
	for _, text := range s.texts("set") {
		name, value, _ := strings.Cut(text, "=")
		settings = append(settings, rule.Setting{Name: strings.TrimSpace(name), Text: value, Where: "--set"})
	}
	if len(settings) == 0 {
		return set, nil
	}
	changed, err := set.With(settings)
	if err != nil {
		return nil, &failure{exitUsage, refused(err, places)}
	}
	return changed, nil
}

// refused gives what is wrong with parameters the place in its file.
func refused(err error, places map[string]plan.Param) error {
	var faults []error
	for _, e := range leaves(err) {
		if fault := (*rule.SettingError)(nil); errors.As(e, &fault) && places[fault.Where].Name != "" {
			o := places[fault.Where].Origin
			e = &plan.Error{File: o.File, Line: o.Line, Column: o.Column, Message: o.Name + ": " + fault.What}
		}
		faults = append(faults, e)
	}
	return errors.Join(faults...)
}

// paramsFile is the file of a folder of rules that gives parameters other values.
const paramsFile = "params.yaml"

// allRules is the embedded catalogue of rules with the user's, and parameters of the user's.
func (s *sources) allRules() (*rule.Set, []plan.Param, error) {
	set, err := rules.Load()
	dir := s.text("rules")
	if err != nil || dir == "" {
		return set, nil, err
	}
	var own []rule.Source
	var params []plan.Param
	var faulty error
	err = disk.ReadFolder(s.ctx, "rules", dir, "rule", func(name string, text []byte) {
		if filepath.Base(name) == paramsFile {
			params, faulty = plan.ReadParams(text, name)
			return
		}
		own = append(own, rule.Source{Name: name, Text: text})
	})
	if err != nil {
		return nil, nil, err
	}
	set, err = rule.Merge(set, own)
	if err := errors.Join(err, faulty); err != nil {
		return nil, nil, &failure{exitUsage, err}
	}
	return set, params, nil
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
