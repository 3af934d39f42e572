package intake

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/loadtest"
	"scaleadvise/advisor/workload"
)

// errUntested is why load tests of a language model need the hardware.
var errUntested = errors.New("the time of a token is that of a model on its hardware: state what the load test drove with --measured-on (2xh100, p5.48xlarge), or name today's with --gpu")

// tokenTests adds load tests of a language model, which correct what is predicted of it.
func tokenTests(w *workload.Workload, known *catalog.Catalog, runs []loadtest.Run) error {
	g, err := loadtest.Generated(runs)
	if err != nil {
		return w.Fault("load_test", err)
	}
	there, err := testedOn(w, known)
	if err != nil {
		return err
	}
	otherwise(w, known, runs, "the difference is computed from the times of steps")
	w.Warnings = append(w.Warnings, g.Notes...)
	if !g.Saturated {
		w.Warnings = append(w.Warnings, fmt.Sprintf("the load test did not reach saturation (%s): with more requests in flight times are predicted from those measured; a run at the highest load settles them", g.Why))
	}
	w.LLM.Tested = &workload.Tested{Accelerator: there.id, PerReplica: there.count, Runs: g.Runs}
	input, output := lengthsTested(g.Runs)
	w.Adopt("input_tokens", input, "the load test sent as many")
	w.Adopt("output_tokens", output, "the load test got as many")
	return nil
}

// testedOn is the hardware that load tests drove: what --measured-on names, else today's. A count
// of 0 is not said.
func testedOn(w *workload.Workload, known *catalog.Catalog) (units, error) {
	if w.Service.On != "" {
		there, err := unitsOf(known, w.Service.On, 0)
		if err != nil {
			return there, w.Fault("measured_on", err)
		}
		if n, _ := hardware(w.Service.On); n == 0 && there.count == 1 {
			there.count = 0
		}
		return there, nil
	}
	here, deployed := today(w, known)
	switch {
	case !deployed:
		return here, w.Fault("load_test", errUntested)
	case w.Machine.Type == "":
		here.count = w.GPUsPerReplica
	}
	return here, nil
}

// lengthsTested are the mean lengths of requests, as text; "" where no run says them.
func lengthsTested(runs []loadtest.Run) (input, output string) {
	var in, out, n float64
	for _, r := range runs {
		if r.Input > 0 && r.Output > 0 {
			in, out, n = in+r.Input, out+r.Output, n+1
		}
	}
	if n == 0 {
		return "", ""
	}
	text := func(v float64) string { return strconv.FormatFloat(math.Round(v/n), 'f', -1, 64) }
	return text(in), text(out)
}
