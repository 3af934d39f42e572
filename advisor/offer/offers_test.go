package offer

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"scaleadvise/advisor/example"
	"scaleadvise/advisor/workload"
)

func offersOf(t example.T, flags map[string]string) *Offers {
	t.Helper()
	o, err := New(example.Workload(t, flags), example.Catalog(t))
	if err != nil {
		t.Fatalf("%v: %v", flags, err)
	}
	return o
}

// TestNewSaysWhatIsWrong: an error names what is wrong and, of a word, what is near.
func TestNewSaysWhatIsWrong(t *testing.T) {
	for want, flags := range map[string]map[string]string{
		"did you mean a10": {"qps": "1", "gpu": "a1"},
		"did you mean t4":  {"qps": "1", "allow_gpu": "t44"},
		"unknown model":    {"qps": "1", "model": "nothing-like"},
		"unknown cloud":    {"qps": "1", "gpu": "t4", "cloud": "nowhere"},
		"did you mean compilation? It takes one of":                 {"qps": "1", "gpu": "t4", "allow_optimization": "compilatoin"},
		"no accelerator is left to choose from":                     {"qps": "1", "allow_gpu": "3080"},
		"attention heads do not divide evenly; it takes 1, 2, 4, 8": example.Chat(map[string]string{"gpus_per_replica": "3"}),
		"a machine holds at most 8":                                 example.Chat(map[string]string{"gpus_per_replica": "12"}),
		"add --input-tokens 1024 --output-tokens 256":               {"qps": "1", "model": "llama-3.1-70b", "gpu": "h100"},
		"are more than the":                                         example.Chat(map[string]string{"input_tokens": "140k"}),
		"give --prefix-hit":                                         example.Chat(map[string]string{"allow_optimization": "prefix-caching"}),
	} {
		_, err := New(example.Workload(t, flags), example.Catalog(t))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: error %v, want %q in it", flags, err, want)
		}
	}
}

// TestOffersNeverChange: what is asked first changes no answer, and the workload that was
// given stays as it was.
func TestOffersNeverChange(t *testing.T) {
	flags := example.Chat(map[string]string{"allow_optimization": "int4"})
	w := example.Workload(t, flags)
	before := *w
	asked, other := offersOf(t, flags), offersOf(t, flags)
	if _, err := New(w, example.Catalog(t)); err != nil || !reflect.DeepEqual(*w, before) {
		t.Fatalf("the workload that was given was changed (%v)", err)
	}
	for range 2 {
		for _, h := range asked.Choices() {
			asked.Hosting(h)
			asked.Variants(h.Accelerator, true)
		}
	}
	choices := other.Choices()
	for i := len(choices) - 1; i >= 0; i-- { // in another order, and not listed before
		h := choices[i]
		if !reflect.DeepEqual(other.Variants(h.Accelerator, true), asked.Variants(h.Accelerator, true)) || !reflect.DeepEqual(other.Hosting(h), asked.Hosting(h)) {
			t.Errorf("%v: the order of questions changes the offers", h.Kind())
		}
	}
}

func TestAmbiguousNamesAreNotedOnce(t *testing.T) {
	o := offersOf(t, map[string]string{"qps": "1", "gpu": "h100", "allow_gpu": "h100,a100", "max_gpu": "h100"})
	if n := strings.Count(strings.Join(o.Notes, "\n"), "h100 is read as"); n != 1 {
		t.Errorf("noted %d times: %q", n, o.Notes)
	}
	if notes := offersOf(t, map[string]string{"qps": "1", "gpu": "t4"}).Notes; len(notes) != 0 {
		t.Errorf("notes on an exact name: %q", notes)
	}
}

// TestLongestRequestsAreNoted: where the mean fits the context and the longest do not, a note
// says so.
func TestLongestRequestsAreNoted(t *testing.T) {
	o := offersOf(t, example.Chat(map[string]string{"input_tokens": "2k/100k/140k"}))
	if !slices.ContainsFunc(o.Notes, func(n string) bool { return strings.Contains(n, "longest requests") }) {
		t.Errorf("notes %q", o.Notes)
	}
}

func TestServiceMeasuredByTheUserHasNoTokens(t *testing.T) {
	o := offersOf(t, map[string]string{"qps": "1", "model": "llama-3.1-70b", "gpu": "h100", "replica_qps": "9", "p99": "10s"})
	if o.Generates() || !o.UserMeasured() || o.Workload.Latency != 10 {
		t.Error("a measured service was taken apart into tokens")
	}
	if own := offersOf(t, map[string]string{"qps": "1", "model": "my-own", "service_time": "9ms"}); own.Model.ID != "" || own.Model.Name != "my-own" {
		t.Errorf("%+v: a measured service may have a model of any name", own.Model)
	}
}

func TestScalingDataGiveALaw(t *testing.T) {
	w := example.Workload(t, map[string]string{"qps": "1", "gpu": "t4"})
	for _, n := range []float64{1, 2, 4, 8} { // 100 each, without any loss
		w.Service.Scaling = append(w.Service.Scaling, workload.ScalePoint{N: n, QPS: 100 * n})
	}
	o, err := New(w, example.Catalog(t))
	if err != nil || o.USL == nil || !o.UserMeasured() {
		t.Fatalf("%v, %+v", err, o)
	}
	if r := o.USL.Relative(8); r < 0.99 || r > 1.01 {
		t.Errorf("linear data leave %v of 8 replicas, want all", r)
	}
	if own := OwnService(w, o.USL); own.QPS.Mid < 99 || own.QPS.Mid > 101 {
		t.Errorf("the service is %v/s, want the law's single replica of 100", own.QPS.Mid)
	}
	w.Service.Scaling = w.Service.Scaling[:1]
	if _, err := New(w, example.Catalog(t)); err == nil {
		t.Error("one point is taken for a law")
	}
}
