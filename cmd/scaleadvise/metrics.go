package main

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/prom"
	"scaleadvise/advisor/report"
	"scaleadvise/advisor/unit"
	"scaleadvise/cmd/scaleadvise/connection"
	"scaleadvise/cmd/scaleadvise/disk"
)

const metricsGroup = "Metrics"

// largestSettings bounds the file of --prometheus-config, in bytes.
const largestSettings = 64 << 10

// metricsOptions say where the metrics of a running service are read.
func metricsOptions() []option {
	const group = metricsGroup
	return []option{
		{name: "prometheus", group: group, doc: "server to read traits from: Prometheus, VictoriaMetrics, Thanos, Mimir", value: "URL", example: "http://localhost:9090"},
		{name: "prometheus-config", group: group, doc: "its HTTP client configuration, as Prometheus has it: basic_auth, authorization, oauth2, tls_config, http_headers", value: "FILE", example: "client.yaml"},
		{name: "metrics-file", group: group, doc: "what a server exposes at /metrics, or a saved answer of query_range, - for stdin", value: "FILE", example: "metrics.txt"},
		{name: "profile", group: group, doc: "which metrics to read, by name, with commas; auto looks for them", value: "NAME", example: "vllm"},
		profilesOption(),
		{name: "selector", group: group, doc: "labels that the series must have, as in PromQL", value: "LABELS", example: `'namespace="prod",model_name="chat"'`},
		{name: "recording", group: group, doc: "a recording rule of requests per second, read in place of counters", value: "METRIC", example: "job:http_requests:rate5m"},
		{name: "max-series", group: group, doc: "most series of the requests' metric that are read", value: "N", example: strconv.Itoa(prom.DefaultMaxSeries)},
		{name: "history", group: group, doc: "how far back to read", value: "TIME", example: "28d"},
		{name: "timeout", group: group, doc: "longest time that reading metrics may take", value: "TIME", example: "2min"},
		{name: "dry-run", group: group, doc: "print the queries instead of sending them", toggle: true},
	}
}

// metricsBesideTimeout are those of a command whose --timeout is another one; it reads metrics
// within the usual time.
func metricsBesideTimeout() []option {
	return slices.DeleteFunc(metricsOptions(), func(o option) bool { return o.name == "timeout" })
}

func profilesOption() option {
	return option{name: "profiles", group: metricsGroup, doc: "folder of your own profiles, one YAML file each", value: "DIR", example: "./profiles"}
}

// The time that reading may take, unless --timeout says otherwise, and one request of it.
const (
	defaultTimeout = 2 * time.Minute
	oneRequest     = time.Minute
)

// asksMetrics reports whether the run reads metrics at all.
func (f flags) asksMetrics() bool { return f.text("prometheus") != "" || f.text("metrics-file") != "" }

// has reports whether the command knows a flag.
func (c command) has(name string) bool {
	return slices.ContainsFunc(c.options(), func(o option) bool { return o.name == name })
}

// observed reads the traits of the running service that the flags name; nil without one.
func (s *sources) observed() (*prom.Observation, error) {
	if !s.command.has("prometheus") {
		return nil, nil
	}
	observe, err := s.observer()
	if observe == nil || err != nil {
		return nil, err
	}
	return observe(nil)
}

// observer reads the traits of what has further labels, from what the flags name; nil without that.
func (s *sources) observer() (func(prom.Selector) (*prom.Observation, error), error) {
	if !s.asksMetrics() {
		return nil, s.idleMetrics()
	}
	if s.text("prometheus") != "" && s.text("metrics-file") != "" {
		return nil, usagef("--metrics-file contradicts --prometheus, which is read too; give one of them")
	}
	o, errOptions := s.metrics()
	profiles, errProfiles := s.profiles()
	if err := errors.Join(errOptions, errProfiles); err != nil {
		return nil, err
	}
	read := s.observedServer
	if s.text("metrics-file") != "" {
		read = s.observedFile
	}
	return func(more prom.Selector) (*prom.Observation, error) {
		own := o
		own.Selector = slices.Concat(o.Selector, more)
		return read(profiles, own)
	}, nil
}

// idleMetrics refuses flags that have no effect without a source.
func (f flags) idleMetrics() error {
	for _, name := range []string{"prometheus-config", "selector", "profile", "recording", "history", "max-series"} {
		if f.set.IsSet(name) && !f.toggled("dry-run") && f.command.name != "export" {
			return usagef("--%s has no effect without a source; add --prometheus http://localhost:9090 or --metrics-file", name)
		}
	}
	return nil
}

func (s *sources) observedServer(profiles []*prom.Profile, o prom.Options) (*prom.Observation, error) {
	timeout, err := s.metricsTimeout()
	if err != nil {
		return nil, err
	}
	settings, file := []byte(nil), s.text("prometheus-config")
	if file != "" {
		if settings, err = disk.Read(s.ctx, file, bounded.Limits{What: "client configuration", Bytes: largestSettings, Packed: largestSettings}); err != nil {
			return nil, err
		}
	}
	server, err := connection.New(s.text("prometheus"), settings, file, min(timeout, oneRequest))
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(s.ctx, timeout)
	defer cancel()
	seen, err := prom.Observe(ctx, prom.NewClient(server, connection.Pause), profiles, o)
	if err != nil {
		return nil, s.untold(server.Name(), server.Hide(err.Error()), err, timeout)
	}
	seen.Source = server.Name()
	for i, w := range seen.Warnings {
		seen.Warnings[i] = server.Hide(w)
	}
	return seen, nil
}

// metricsTimeout is how long reading may take, where the command's --timeout means that.
func (f flags) metricsTimeout() (time.Duration, error) {
	own := func(o option) bool { return o.name == "timeout" && o.group == metricsGroup }
	if !slices.ContainsFunc(f.command.options(), own) {
		return defaultTimeout, nil
	}
	return f.span("timeout", defaultTimeout)
}

func (s *sources) observedFile(profiles []*prom.Profile, o prom.Options) (*prom.Observation, error) {
	name := s.text("metrics-file")
	if name == "-" && s.text("plan") == "-" {
		return nil, usagef("plan and metrics cannot come both from stdin; name a file for one of them")
	}
	source, err := s.open(name)
	if err != nil {
		return nil, err
	}
	defer source.Close()
	shown := name
	if name == "-" {
		shown = "stdin"
	}
	seen, err := prom.ObserveFile(s.ctx, source, shown, profiles, o)
	if err != nil {
		return nil, s.untold(shown, err.Error(), err, 0)
	}
	return seen, nil
}

// untold is the failure of having read nothing: what was asked for wrongly is a fault of
// usage, anything else could not be told.
func (s *sources) untold(source, shown string, err error, timeout time.Duration) error {
	var profile *prom.UnknownProfile
	var none *prom.NoData
	switch {
	case s.ctx.Err() != nil:
		return s.ctx.Err()
	case errors.As(err, &none):
		return unknownf("%s: %w", source, &prom.NoData{Text: shown})
	case errors.As(err, &profile):
		return usagef("--profile: %w", err)
	case errors.Is(err, context.DeadlineExceeded):
		return unknownf("%s: %s", source, prom.TooSlow(err, timeout))
	}
	return unknownf("%s: %s", source, shown)
}

// metrics are the options of reading metrics.
func (s *sources) metrics() (o prom.Options, err error) {
	var errNow, errHistory, errSelector, errCatalog error
	o.Now, errNow = s.now()
	o.History, errHistory = s.span("history", prom.DefaultHistory)
	if o.History < time.Hour || o.History > longestHistory {
		errHistory = errors.Join(errHistory, usagef("--history %s: must lie between an hour and two years", s.text("history")))
	}
	if text := s.text("selector"); text != "" {
		if o.Selector, errSelector = prom.ParseSelector(text); errSelector != nil {
			errSelector = at("--selector", errSelector)
		}
	}
	o.Recording = s.text("recording")
	if err := prom.CheckRecording(o.Recording); err != nil {
		errSelector = errors.Join(errSelector, usagef("--recording %q: %v", o.Recording, err))
	}
	if text := s.text("max-series"); text != "" {
		var errCount error
		if o.MaxSeries, errCount = strconv.Atoi(text); errCount != nil || o.MaxSeries < 1 {
			errSelector = errors.Join(errSelector, usagef("--max-series %s: must be a whole number above zero, for example %d", text, prom.DefaultMaxSeries))
		}
	}
	for _, name := range strings.Split(s.text("profile"), ",") {
		if name = strings.TrimSpace(name); name != "" {
			o.Profiles = append(o.Profiles, name)
		}
	}
	known, errCatalog := s.catalog()
	if errCatalog == nil {
		o.Model, o.GPU = known.ModelNamed, known.AcceleratorNamed
	}
	return o, errors.Join(errNow, errHistory, errSelector, errCatalog)
}

const longestHistory = 2 * 365 * 24 * time.Hour

// span reads a flag that is a length of time.
func (f flags) span(name string, otherwise time.Duration) (time.Duration, error) {
	text := f.text(name)
	if text == "" {
		return otherwise, nil
	}
	i, err := unit.Parse(unit.Duration, text)
	if err != nil {
		return otherwise, at("--"+name, err)
	}
	const longest = 100 * 365 * 24 * 3600.0
	if !i.IsExact() || !(i.Mid > 0) || i.Mid > longest {
		return otherwise, usagef("--%s %s: must be one length of time above zero, for example 28d", name, text)
	}
	return time.Duration(i.Mid * float64(time.Second)), nil
}

// profiles are those that come with the program, with the user's before them.
func (s *sources) profiles() ([]*prom.Profile, error) {
	var own []prom.File
	if dir := s.text("profiles"); dir != "" {
		err := disk.ReadFolder(s.ctx, "profiles", dir, "profile", func(name string, text []byte) { own = append(own, prom.File{Name: name, Text: text}) })
		if err != nil {
			return nil, err
		}
	}
	all, err := prom.Profiles(own)
	if err != nil {
		return nil, &failure{exitUsage, err}
	}
	return all, nil
}

// reread are the flags that read the same metrics again, without any secret: the address is
// that of messages.
func (f flags) reread(source string) []string {
	var words []string
	for _, o := range metricsOptions() {
		text := f.text(o.name)
		switch {
		case text == "" || o.toggle || o.name == "timeout":
			continue
		case o.name == "prometheus":
			text = source
		}
		words = append(words, "--"+o.name, origin.Quoted(text))
	}
	return words
}

// dryRun prints the queries of a run that reads metrics.
func dryRun(c *call) error {
	if c.text("metrics-file") != "" {
		return usagef("--dry-run: a file is read without any query; leave one of the two out")
	}
	o, errOptions := c.metrics()
	profiles, errProfiles := c.profiles()
	if err := errors.Join(errOptions, errProfiles); err != nil {
		return err
	}
	queries, err := prom.DryRun(profiles, o)
	if err != nil {
		return c.untold("--dry-run", err.Error(), err, 0)
	}
	return c.deliver(func(w io.Writer) error { return report.WriteQueries(w, queries) })
}
