package engine

import (
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
)

// engines is the table, checked once.
var engines = sync.OnceValue(func() []Engine {
	if err := check(table, measured); err != nil {
		panic(err)
	}
	return table
})

// Engines returns the engines that --engine takes.
func Engines() []Engine { return slices.Clone(engines()) }

// Names returns their names, sorted.
func Names() []string {
	names := namesOf(engines())
	slices.Sort(names)
	return names
}

func namesOf(rows []Engine) []string {
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = rows[i].Name
	}
	return names
}

// Named returns the engine of a name, such as vllm or vllm@0.6.3, with the defaults of that version;
// "" is Default.
func Named(name string) (Engine, error) {
	name, version, _ := strings.Cut(cmp.Or(name, Default), "@")
	all := engines()
	if i := slices.IndexFunc(all, func(e Engine) bool { return e.Name == name }); i >= 0 {
		return all[i].of(version), nil
	}
	return Engine{}, fmt.Errorf("unknown engine %q; expected one of %s", name, strings.Join(namesOf(all), ", "))
}

// Steps returns the engine whose measured step times apply to an engine: the one it wraps, else itself; ""
// is Default.
func Steps(name string) string {
	name, _, _ = strings.Cut(cmp.Or(name, Default), "@")
	for _, e := range engines() {
		if e.Name == name {
			return e.Steps
		}
	}
	return name
}

// Measured returns what must be known about an engine to use measurements of it; "" is Default. An engine
// that is not in the tables is assumed to split tensors and to keep weights on the device, as most do.
func Measured(name string) Known {
	name, _, _ = strings.Cut(cmp.Or(name, Default), "@")
	for k := range everyKnown {
		if k.Name == name {
			return k
		}
	}
	return Known{Name: name, Parallelism: SplitsTensors, Weights: WeightsOnDevice}
}

// Spelled returns the name of the engine that a source's spelling means, without version and
// build. The spelling is given in lower-case letters and digits alone.
func Spelled(form string) (name string, ok bool) {
	for k := range everyKnown {
		for _, mark := range k.Spellings {
			if strings.Contains(form, mark) {
				return k.Name, true
			}
		}
	}
	return "", false
}

// everyKnown visits the rows of both tables.
func everyKnown(yield func(Known) bool) {
	for _, e := range engines() {
		if !yield(e.Known) {
			return
		}
	}
	for _, k := range measured {
		if !yield(k) {
			return
		}
	}
}

// On returns the limits of a step on a device of a name with memory that software sees, GiB.
func (e Engine) On(device string, memoryGiB float64) Batching {
	device = strings.ToLower(device)
	for _, b := range e.Batching {
		named := func(word string) bool { return strings.Contains(device, word) }
		if memoryGiB >= b.FromGiB && !slices.ContainsFunc(b.Except, named) {
			return b
		}
	}
	return e.Batching[len(e.Batching)-1]
}

// RunsOn reports whether an engine runs on the accelerators of a vendor as released.
func (e Engine) RunsOn(vendor string) bool { return slices.Contains(e.Vendors, vendor) }

// ShrinksCache reports whether an engine keeps the KV cache in 8 bit on the accelerators of a vendor; "" is Default.
func ShrinksCache(name, vendor string) bool {
	e, err := Named(name)
	return err == nil && slices.Contains(e.Shrinks, vendor)
}

// Lacks reports whether an engine has no weights in a precision; "" is Default.
func Lacks(name, precision string) bool {
	e, err := Named(name)
	return err == nil && slices.Contains(e.Lacks, precision)
}

// check refuses rows that lack a field, and names that are taken.
func check(table []Engine, measured []Known) error {
	var faults []error
	taken := map[string]bool{}
	add := func(name string, row any) {
		if taken[name] {
			faults = append(faults, fmt.Errorf("engine %s: the name is taken", name))
		}
		taken[name] = true
		for _, field := range lacking(reflect.ValueOf(row), "") {
			faults = append(faults, fmt.Errorf("engine %s: %s is missing", name, field))
		}
	}
	for _, e := range table {
		add(e.Name, e)
		if n := len(e.Batching); n > 0 && (e.Batching[n-1].FromGiB > 0 || len(e.Batching[n-1].Except) > 0) {
			faults = append(faults, fmt.Errorf("engine %s: no row of Batching is for any device", e.Name))
		}
		if rows, ok := e.Memory.(Fixed); ok && len(rows) > 0 && rows[len(rows)-1].FromGiB > 0 {
			faults = append(faults, fmt.Errorf("engine %s: no row of Memory is for any device", e.Name))
		}
	}
	for _, k := range measured {
		add(k.Name, k)
	}
	for _, e := range table {
		if !taken[e.Steps] {
			faults = append(faults, fmt.Errorf("engine %s: there is no engine %s whose steps it could take", e.Name, e.Steps))
		}
	}
	return errors.Join(faults...)
}

// lacking names the fields of a value that are zero, except those tagged to be allowed to.
func lacking(v reflect.Value, path string) []string {
	if !v.IsValid() || v.IsZero() {
		return []string{path}
	}
	var all []string
	switch v.Kind() {
	case reflect.Interface:
		return lacking(v.Elem(), path)
	case reflect.Slice:
		if v.Len() == 0 {
			return []string{path}
		}
		for i := range v.Len() {
			all = append(all, lacking(v.Index(i), fmt.Sprintf("%s[%d]", path, i))...)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			field := v.Type().Field(i)
			if _, optional := field.Tag.Lookup("zero"); !optional || !v.Field(i).IsZero() {
				all = append(all, lacking(v.Field(i), strings.TrimPrefix(path+"."+field.Name, "."))...)
			}
		}
	}
	return all
}
