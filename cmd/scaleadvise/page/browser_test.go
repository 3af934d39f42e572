package page

import (
	"bufio"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// TestBrowser plays with the page as a person does, in a real browser that leads nowhere but to
// it: the answer follows a field and a slider, a plan is pinned, nothing else is asked for, and
// what a screen reader needs is there, in light and dark, wide and narrow.
func TestBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes seconds")
	}
	needed(t, "chromium")
	address := serving(t)
	ctx, foreign := browser(t)
	var before, after, moved, status, pinned, location string
	steps := chromedp.Tasks{
		chromedp.EmulateViewport(1280, 900),
		chromedp.Navigate("http://" + address + "/?qps=900&gpu=l4&replicas=4&model=resnet50"),
		chromedp.WaitVisible("#answer h1", chromedp.ByQuery),
		chromedp.Text("#answer h1", &before, chromedp.ByQuery),
		chromedp.Evaluate(`document.querySelector("#f-qps").value = ""`, nil),
		chromedp.SendKeys("#f-qps", "90000", chromedp.ByQuery),
		waitFor(`location.search.includes("qps=90000") && document.querySelector("#answer h1") !== null`),
		chromedp.Text("#answer h1", &after, chromedp.ByQuery),
		chromedp.Text("#status", &status, chromedp.ByQuery),
		chromedp.Evaluate(`(() => { const s = document.querySelector('[data-for="f-qps"]'); s.value = 50; s.dispatchEvent(new Event("input", {bubbles: true})); return document.getElementById("f-qps").value })()`, &moved),
		waitFor(`location.search.includes("qps=900000")`),
		chromedp.Click(`//a[text()="Pin this plan"]`, chromedp.BySearch),
		chromedp.WaitVisible(".pinned", chromedp.ByQuery),
		chromedp.Evaluate(`document.querySelector("#f-qps").value = "1000"`, nil),
		chromedp.SendKeys("#f-qps", "0", chromedp.ByQuery),
		waitFor(`location.search.includes("qps=10000&") && document.querySelector(".pinned") !== null`),
		chromedp.Text(".pinned p", &pinned, chromedp.ByQuery),
		chromedp.Location(&location),
	}
	if err := chromedp.Run(ctx, steps); err != nil {
		t.Fatalf("%v; until then: %q, %q, %q, %q", err, before, after, moved, pinned)
	}
	if before == after || !strings.HasPrefix(status, "answered in ") || moved != "900000" {
		t.Errorf("the answer does not follow: %q, then %q; %q; the slider gave %q", before, after, status, moved)
	}
	if !strings.HasPrefix(pinned, "Against the pinned plan:") || !strings.Contains(location, "&pin=") {
		t.Errorf("pinned: %q at %s", pinned, location)
	}
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{390, 1280} {
			var complaints []string
			media := emulation.SetEmulatedMedia().WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}})
			if err := chromedp.Run(ctx, media, chromedp.EmulateViewport(width, 900), chromedp.Evaluate(audit, &complaints)); err != nil {
				t.Fatal(err)
			}
			for _, c := range complaints {
				t.Errorf("%s, %d px: %s", scheme, width, c)
			}
		}
	}
	var rows, tables int // of figures, and of what the charts show, on paper
	if err := chromedp.Run(ctx, emulation.SetEmulatedMedia().WithMedia("print"), chromedp.EmulateViewport(695, 1000),
		chromedp.Evaluate(`new Set([...document.querySelectorAll(".figures > div")].map(e => e.getBoundingClientRect().top)).size`, &rows),
		chromedp.Evaluate(`[...document.querySelectorAll("details.data")].filter(e => e.checkVisibility()).length`, &tables)); err != nil {
		t.Fatal(err)
	}
	if rows != 1 || tables != 0 {
		t.Errorf("in print: figures in %d rows, %d tables of charts", rows, tables)
	}
	if asked := foreign(address); len(asked) > 0 {
		t.Errorf("the page asks elsewhere: %q", asked)
	}
}

// audit looks for what keeps people out: fields and buttons without a name, ids that are there
// twice, pictures without words, headings that skip a level, a page wider than its window, and
// text whose contrast is below 4.5 (WCAG 2.2, 1.1.1, 1.3.1, 1.4.3, 1.4.10, 2.4.6, 4.1.2).
const audit = `(() => {
  const out = [], name = e => e.tagName.toLowerCase() + (e.id ? "#" + e.id : "") + " " + (e.textContent || "").trim().slice(0, 40);
  const seen = e => { const r = e.getBoundingClientRect(); return r.width > 0 && r.height > 0 && getComputedStyle(e).visibility !== "hidden" && e.checkVisibility({contentVisibilityAuto: true}) };
  if (!document.documentElement.lang || !document.title) out.push("no language or title");
  if (document.querySelectorAll("main").length !== 1 || document.querySelectorAll("h1").length !== 1) out.push("not one main with one h1");
  for (const e of document.querySelectorAll("input:not([type=hidden]),select,textarea")) if (!e.labels?.length && !e.getAttribute("aria-label")) out.push("no label: " + name(e));
  for (const e of document.querySelectorAll("a,button,summary")) if (!(e.textContent || "").trim() && !e.getAttribute("aria-label")) out.push("no name: " + name(e));
  for (const e of document.querySelectorAll("svg,img")) if (e.getAttribute("aria-hidden") !== "true" && !e.getAttribute("aria-label") && !e.getAttribute("aria-labelledby") && !e.alt) out.push("a picture without words: " + name(e));
  const ids = {}; for (const e of document.querySelectorAll("[id]")) { if (ids[e.id]) out.push("twice: #" + e.id); ids[e.id] = true }
  for (const e of document.querySelectorAll("[aria-labelledby]")) for (const id of e.getAttribute("aria-labelledby").split(" ")) if (!ids[id]) out.push("refers to nothing: #" + id);
  let level = 0; for (const e of document.querySelectorAll("h1,h2,h3,h4")) { const n = +e.tagName[1]; if (n > level + 1) out.push("skips a level: " + name(e)); level = n }
  if (document.documentElement.scrollWidth > innerWidth + 1) out.push("wider than the window: " + document.documentElement.scrollWidth);
  const rgb = text => { const m = /rgba?\(([^)]+)\)/.exec(text); const v = m ? m[1].split(/[ ,/]+/).map(Number) : [0, 0, 0, 0]; return v.length < 4 ? [...v, 1] : v };
  const light = c => { const f = v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 }; return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]) };
  const ground = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] > 0.99) return c } return matchMedia("(prefers-color-scheme: dark)").matches ? [16, 19, 22, 1] : [255, 255, 255, 1] };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); const told = new Set();
  for (let n = walker.nextNode(); n; n = walker.nextNode()) {
    const e = n.parentElement; if (!n.textContent.trim() || !seen(e) || e.closest("svg,script,style")) continue;
    const a = light(rgb(getComputedStyle(e).color)), b = light(ground(e)), ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5 && !told.has(e.className)) { told.add(e.className); out.push("contrast " + ratio.toFixed(1) + ": " + name(e)) }
  }
  return out })()`

// waitFor waits until an expression is true.
func waitFor(expression string) chromedp.Action {
	return chromedp.Poll(expression, nil, chromedp.WithPollingInterval(50*time.Millisecond), chromedp.WithPollingTimeout(40*time.Second))
}

// browser starts one that fetches nothing by itself; foreign are the addresses it asked beyond one.
func browser(t *testing.T) (ctx context.Context, foreign func(address string) []string) {
	t.Helper()
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.WSURLReadTimeout(time.Minute))
	allocator, stop := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	ctx, end := context.WithTimeout(ctx, 3*time.Minute)
	t.Cleanup(end)
	var mu sync.Mutex
	var asked []string
	chromedp.ListenTarget(ctx, func(event any) {
		if e, ok := event.(*network.EventRequestWillBeSent); ok {
			mu.Lock()
			defer mu.Unlock()
			asked = append(asked, e.Request.URL)
		}
	})
	return ctx, func(address string) []string {
		mu.Lock()
		defer mu.Unlock()
		var all []string
		for _, text := range asked {
			if u, err := url.Parse(text); err != nil || u.Scheme != "data" && u.Host != address {
				all = append(all, text)
			}
		}
		return all
	}
}

// serving builds the program, starts its page on a free port of loopback, and gives the address.
func serving(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "scaleadvise")
	build := exec.Command("go", "build", "-tags", "urfave_cli_no_docs", "-o", binary, "scaleadvise/cmd/scaleadvise")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	program := exec.CommandContext(t.Context(), binary, "serve", "--listen", "127.0.0.1:0")
	program.Cancel = func() error { return program.Process.Signal(os.Interrupt) }
	program.WaitDelay = 10 * time.Second
	said, err := program.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := program.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { program.Wait() })
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		var address string
		if _, text, found := strings.Cut(lines.Text(), "http://"); found {
			fmt.Sscanf(strings.Replace(text, "/", " ", 1), "%s", &address)
			return address
		}
	}
	t.Fatal("the program did not say where the page is")
	return ""
}

// needed finds a program; where it is missing the test is skipped, and fails in CI.
func needed(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	switch {
	case err == nil:
		return path
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is missing", name)
	}
	t.Skipf("%s is not installed", name)
	return ""
}
