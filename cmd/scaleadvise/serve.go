package main

import (
	"context"
	"errors"
	"net"
	"net/http"
	"slices"
	"time"

	"scaleadvise/advisor/origin"
	"scaleadvise/advisor/workload"
	"scaleadvise/cmd/scaleadvise/disk"
	"scaleadvise/cmd/scaleadvise/page"
)

func serveCommand() command {
	return command{
		name: "serve", group: "Advice", summary: "a local page to play with a plan, and its JSON API",
		about: "Traits are fields and sliders, the answer follows them, a plan can be pinned and compared with, and the address holds the " +
			"whole question: trait flags as query keys. Flags given here are where every question starts. Nothing is kept and no file is " +
			"read that this command line does not name. The API answers under /v1/; /v1/openapi.json describes it.",
		examples: []string{"scaleadvise serve", "scaleadvise serve --plan plan.yaml --listen 127.0.0.1:9000"},
		extra: slices.Concat([]option{{name: "listen", group: "Page", doc: "address to listen on; beyond this machine everyone who reaches it may ask", value: "ADDRESS", example: "127.0.0.1:8090"}},
			sharedOptions(), []option{planOption()}, traitOptions()),
		run: serve,
	}
}

// usualAddress is where the page is, unless --listen says otherwise.
const usualAddress = "127.0.0.1:8090"

func serve(c *call) error {
	met := &disk.Register{}
	c.admits = met.Admits
	if _, err := c.intake(); err != nil { // what it opens, pages may open
		return err
	}
	met.Close()
	inner := nested{c.streams, met.Admits}
	base, start := startingPoint(c)
	address := c.text("listen")
	if address == "" {
		address = usualAddress
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return usagef("--listen %s: not an address with a port; write it as %s", address, usualAddress)
	}
	listener, err := (&net.ListenConfig{}).Listen(c.ctx, "tcp", address)
	if err != nil {
		return unknownf("--listen %s: %w; choose another port, such as 127.0.0.1:0 for a free one", address, err)
	}
	c.note("the page is at http://%s/ (Ctrl-C ends it)", listener.Addr())
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		c.note("--listen %s: everyone who reaches this address may ask", address)
	}
	return answerOn(c.ctx, listener, page.Handler(page.Config{
		Advise: inner.advise, Base: base, Start: start, Names: []string{host}, Version: buildVersion(), Now: c.Now,
		Run: inner.run,
	}))
}

// startingPoint are the flags of files, which every question takes, and those of traits, which
// the first question is made of.
func startingPoint(c *call) (base, start []string) {
	base = c.typed(append(sharedOptions(), commonOptions()...))
	if name := c.text("plan"); name != "" {
		base = append(base, "--plan="+name)
	}
	for _, spec := range workload.Specs() {
		_, values := c.given(origin.Flag, spec)
		for _, v := range values {
			word := "--" + spec.Flag + "=" + v
			if spec.Placeholder() == "FILE" {
				base = append(base, word)
			} else {
				start = append(start, word)
			}
		}
	}
	return base, start
}

// answerOn serves requests until ctx ends.
func answerOn(ctx context.Context, listener net.Listener, h http.Handler) error {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 30 * time.Second, WriteTimeout: time.Minute, IdleTimeout: 2 * time.Minute,
		MaxHeaderBytes: 64 << 10, BaseContext: func(net.Listener) context.Context { return ctx },
	}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return unknownf("%w", err)
	}
	return ctx.Err()
}
