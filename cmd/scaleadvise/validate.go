package main

import (
	"errors"
	"fmt"
	"io"

	"scaleadvise/advisor/report"
	"scaleadvise/advisor/validation"
)

// validateAbout says what FILE may be. How rows are read is in package validation.
const validateAbout = "FILE is a CSV with columns by name, or the JSON report of a load tool such as vegeta or guidellm, plain or gzipped; - is stdin. " +
	"Columns that are not known are ignored.\n\n" +
	"accelerator, accelerator_count, model, precision, known_max_qps, known_latency_ms, bound_ms, percentile, measured_qps: " +
	"with known_max_qps, the saturated throughput of the whole system, predicted is the rate that keeps the percentile of " +
	"latency within bound_ms; without, what capacity would say of the same system. A blank runtime is pytorch, a blank precision the usual one of the " +
	"hardware. Further columns of ordinary models are in scaleadvise help validate.\n\n" +
	"Language models: engine, tensor_parallel, input_tokens, output_tokens, concurrency (requests in flight in the whole " +
	"system; blank is maximum load), measured_output_tps, measured_ttft_ms, measured_tpot_ms, measured_e2e_ms beside " +
	"accelerator, accelerator_count, model, precision and kv_precision. What is filled is judged: the time of a whole request " +
	"(measured_e2e_ms, or measured_ttft_ms + output_tokens × measured_tpot_ms), one of the two times alone, or the tokens a " +
	"second. measured_qps beside a time is the rate that was driven. More accelerators than tensor_parallel are further " +
	"replicas. A concurrency without measured_tpot_ms is read as batches, unless a column load says closed.\n\n" +
	"The trait flags say what a load test drove. Rows that cannot be judged are listed with the reason."

func validateCommand() command {
	own := []option{
		{name: "group-by", group: "Method", doc: "column of the CSV to group errors by, or kind (of model) or load (how requests came)", value: "COLUMN", example: "accelerator"},
		{name: "exclude-self", group: "Method", doc: "first remove measurements of a row's own accelerator and model from the catalog", toggle: true},
		{name: "plan", group: "Files", doc: "plan file to read traits from, - for stdin", value: "FILE", example: "plan.yaml"},
		catalogOption(),
		timeLimitOption("Method"),
	}
	own = append(own, outputOptions(report.ValidationFormats())...)
	return command{
		name: "validate", group: "Advice", summary: "compare predictions with measurements, ours or your own load tests",
		args:  "FILE",
		about: validateAbout,
		examples: []string{
			"scaleadvise validate measured.csv",
			"scaleadvise validate measured.csv.gz --group-by accelerator --exclude-self -o json",
			"scaleadvise validate llm.csv --group-by kind",
			"vegeta report -type=json results.bin | scaleadvise validate - --gpu t4 --model resnet50",
			"scaleadvise validate vegeta.json --service-time 8ms..9ms --concurrency 4",
		},
		extra: append(traitOptions(), own...),
		run:   validate,
	}
}

func validate(c *call) error {
	if len(c.args) == 0 {
		return usagef("validate: name the file of measurements: scaleadvise validate FILE, - for stdin")
	}
	if c.args[0] == "-" && c.text("plan") == "-" {
		return usagef("validate: measurements and plan cannot come both from stdin; name a file for one of them")
	}
	format, errFormat := c.format(report.ValidationFormats())
	in, errInput := validationInput(c)
	p, errLimit := newPace(c, "measurements")
	if err := errors.Join(noArgs("validate "+c.args[0], c.args[1:]), errFormat, errInput, errLimit); err != nil {
		return err
	}
	source, err := c.open(c.args[0])
	if err != nil {
		return err
	}
	defer source.Close()
	in.Source = source
	stop := c.progress(p.line)
	v, err := validation.Judge(c.ctx, in, validation.Options{
		GroupBy: c.text("group-by"), Enough: p.enough, Reached: func(rows int) { p.reached(rows, 0) },
	})
	stop()
	switch {
	case c.ctx.Err() != nil:
		return c.ctx.Err()
	case err != nil:
		return at(in.Name, err)
	}
	err = c.deliver(func(w io.Writer) error { return report.WriteValidation(w, format, v, c.layout()) })
	if v.Partial {
		err = errors.Join(err, p.partial(fmt.Sprintf("the measurements behind the first %d were not read", v.Rows)))
	}
	return err
}

// validationInput is everything but the measurements themselves.
func validationInput(c *call) (in validation.Input, err error) {
	in.Name = c.args[0]
	if in.Name == "-" {
		in.Name = "stdin"
	}
	read, err := c.intake()
	if err != nil {
		return in, err
	}
	in.Workload, in.Catalog = read.Workload, read.Catalog
	in.Predictor = validation.NewPredictor(in.Catalog, c.toggled("exclude-self"))
	return in, nil
}
