package validation

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// usualPercentile is the percentile of a bound where the row names none: MLPerf's.
const usualPercentile = 0.99

// Question is one parsed row: what is known about a system, and what was measured on it.
type Question struct {
	Accelerator string // catalogue id, or the name as written where the catalogue has no such part
	Listed      bool   // the catalogue knows the accelerator
	Count       int    // accelerators; 0: processors alone
	Model       string // catalogue id, or the name as written
	KnownModel  bool   // the catalogue knows the model
	Benchmark   string // benchmark of the model, where the row names one
	Precision   string // class; "" where the row leaves it open
	Assumed     string // the assumptions for facts that the row omits; "" for none
	Kind        string // of the model, where the catalogue knows it: "vision", "encoder", …

	KnownQPS   float64 // 1/s, saturated throughput of the whole system; 0 when unknown
	AloneS     float64 // s, one request alone; 0 when unknown
	BoundS     float64 // s, on the percentile of latency; 0 for none
	Percentile float64 // in (0, 1)
	Year       float64 // of the software; 0 where the row does not date it

	MeasuredQPS float64 // 1/s
}

// cells gives the cells of one row by column.
type cells struct {
	columns
	row []string
}

// text is a cell; "" where the file lacks the column.
func (c cells) text(column string) string {
	i, ok := c.at[column]
	if !ok || i >= len(c.row) {
		return ""
	}
	if text := c.row[i]; !isBlank(text) {
		return text
	}
	return ""
}

// isBlank reports whether a cell says that nothing is known.
func isBlank(text string) bool {
	switch strings.ToLower(text) {
	case "", "-", "–", "na", "n/a", "none", "null":
		return true
	}
	return false
}

// number is a positive number; 0 where the cell is blank.
func (c cells) number(column string) (float64, error) {
	text := c.text(column)
	if text == "" {
		return 0, nil
	}
	v, err := parse(column, text)
	if err == nil && (v <= 0 || v < math.SmallestNonzeroFloat64*1e16) {
		err = fmt.Errorf("%s is %s; it must be above zero", column, quoted(text))
	}
	return v, err
}

// parse reads a finite number.
func parse(column, text string) (float64, error) {
	v, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, fmt.Errorf("%s is %s, which is not a number; write it plainly, without a unit or thousands separators", column, quoted(text))
	case math.IsNaN(v) || math.IsInf(v, 0):
		return 0, fmt.Errorf("%s is %s; a finite number is needed", column, quoted(text))
	}
	return v, nil
}

// question reads a row about a model that answers in one step. The error is the reason to skip
// it.
func (c cells) question(n *namer) (Question, error) {
	q := Question{}
	if err := c.numbers(&q); err != nil {
		return q, err
	}
	return q, c.system(n, &q)
}

// numbers reads what is known and what was measured.
func (c cells) numbers(q *Question) error {
	var err error
	read := func(column string, scale float64) (v float64) {
		if err == nil {
			v, err = c.number(column)
		}
		return v * scale
	}
	q.MeasuredQPS = read(colMeasured, 1)
	q.KnownQPS = read(colKnownQPS, 1)
	q.AloneS = read(colKnownAlone, 1e-3)
	q.BoundS = read(colBound, 1e-3)
	switch {
	case err != nil:
		return err
	case q.MeasuredQPS == 0:
		return fmt.Errorf("%s is blank: nothing to compare with", colMeasured)
	case q.KnownQPS > 0 && q.BoundS == 0:
		return fmt.Errorf("%s is given and %s is blank: a rate is sustained under a bound on latency", colKnownQPS, colBound)
	}
	q.Percentile, err = c.percentile()
	return err
}

// percentile reads 99, 99.9, p99, 99 % or 0.99.
func (c cells) percentile() (float64, error) {
	text := c.text(colPercentile)
	if text == "" {
		return usualPercentile, nil
	}
	plain := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(text), "p"), "%"))
	v, err := strconv.ParseFloat(plain, 64)
	if v >= 1 {
		v /= 100
	}
	if err != nil || !(v >= 0.5 && v < 1) {
		return 0, fmt.Errorf("%s is %s; write one from 50 to below 100, for example 99", colPercentile, quoted(text))
	}
	return v, nil
}

// system reads which hardware serves which model. Unknown names matter only where the
// catalogue has to answer.
func (c cells) system(n *namer, q *Question) error {
	var err error
	if q.Count, err = c.count(colCount, 1); err != nil {
		return err
	}
	q.Accelerator, q.Listed, err = n.hardware(c.text(colAccelerator))
	if err != nil && q.KnownQPS == 0 {
		return err
	}
	m, benchmark, err := n.model(c.text(colModel))
	if err != nil && q.KnownQPS == 0 {
		return err
	}
	q.Model, q.KnownModel, q.Benchmark = c.text(colModel), err == nil, benchmark
	if q.KnownModel {
		q.Model, q.Kind = m.ID, m.Kind
		q.Year = n.year(m.ID, c.text(colRound), c.text(colDate))
	}
	q.Precision, err = class(c.text(colPrecision))
	if q.KnownQPS > 0 {
		return nil
	}
	return err
}

// count reads a whole number of accelerators, and what a blank stands for.
func (c cells) count(column string, blank int) (int, error) {
	const most = 1e6
	text := c.text(column)
	if text == "" {
		return blank, nil
	}
	v, err := strconv.ParseFloat(text, 64)
	if err != nil || v != math.Trunc(v) || v < 0 || v > most {
		return 0, fmt.Errorf("%s is %s; a whole number from 0 (processors alone) to %.0f is needed", column, quoted(text), most)
	}
	return int(v), nil
}
