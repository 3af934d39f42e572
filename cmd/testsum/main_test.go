package main

import (
	"strings"
	"testing"
)

const events = `{"Action":"start","Package":"scaleadvise/a"}
{"Action":"output","Package":"scaleadvise/a","Test":"TestGood","Output":"=== RUN TestGood\n"}
{"Action":"pass","Package":"scaleadvise/a","Test":"TestGood"}
{"Action":"output","Package":"scaleadvise/a","Test":"TestServer/x","Output":"    a_test.go:5: x is not installed\n"}
{"Action":"skip","Package":"scaleadvise/a","Test":"TestServer/x"}
{"Action":"output","Package":"scaleadvise/a","Output":"PASS\n"}
{"Action":"output","Package":"scaleadvise/a","Output":"ok  \tscaleadvise/a\t0.1s\n"}
{"Action":"pass","Package":"scaleadvise/a"}
`

func TestSummarize(t *testing.T) {
	var out strings.Builder
	failed, err := summarize(strings.NewReader(events), &out)
	want := "ok  \tscaleadvise/a\t0.1s\nSKIPPED a TestServer/x: x is not installed\nok: 1 tests passed, 1 skipped\n"
	if failed || err != nil || out.String() != want {
		t.Errorf("%v, %v, got\n%s\nwant\n%s", failed, err, out.String(), want)
	}
}

func TestSummarizeFailures(t *testing.T) {
	for name, input := range map[string]string{
		"test": `{"Action":"output","Package":"scaleadvise/a","Test":"TestBad","Output":"why\n"}` + "\n" +
			`{"Action":"fail","Package":"scaleadvise/a","Test":"TestBad"}` + "\n",
		"build": `{"Action":"build-output","ImportPath":"scaleadvise/a","Output":"why\n"}` + "\n" +
			`{"Action":"build-fail","ImportPath":"scaleadvise/a"}` + "\n",
		"package": `{"Action":"output","Package":"scaleadvise/a","Output":"why\n"}` + "\n" +
			`{"Action":"fail","Package":"scaleadvise/a"}` + "\n",
	} {
		var out strings.Builder
		failed, err := summarize(strings.NewReader(input), &out)
		if want := "why\nFAIL: 0 tests passed, 0 skipped\n"; !failed || err != nil || out.String() != want {
			t.Errorf("%s: %v, %v, got %q, want %q", name, failed, err, out.String(), want)
		}
	}
}
