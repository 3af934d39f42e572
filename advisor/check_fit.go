package advisor

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/candidate"
	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/offer"
	"scaleadvise/advisor/pattern"
)

// onDevice are the servers that keep all weights in the accelerators' memory.
var onDevice = []string{launch.VLLM, launch.SGLang, launch.TGI, launch.LMDeploy, launch.TensorRTLLM, launch.NIM, launch.HuggingFace, launch.DJL}

// memory holds weights and the longest sequence against the accelerators.
func (j *serving) memory() {
	if slices.Contains(spilling, j.served.Engine) {
		j.spilled()
		return
	}
	if n, err := strconv.ParseFloat(j.served.Settings[launch.Offload].Text, 64); j.served.Said(launch.Offload) && (err != nil || n > 0) {
		return // how much of the rest has to be there is not known
	}
	if j.accelerator == nil || j.accelerator.CPU || !slices.Contains(onDevice, j.served.Engine) || j.facts.GPUs == 0 && j.facts.Tensor == 0 {
		return
	}
	if j.shape == nil {
		j.weightsByName()
		return
	}
	setup := j.setup()
	m, err := setup.Memory(sequence(1))
	if err != nil {
		return
	}
	f := j.facts
	f.Weights, f.Usable, f.Spread = m.Weights, m.Usable, setup.GPUs*max(setup.Stages, 1)
	if !m.Fits {
		j.tooSmall(setup, m)
		return
	}
	j.length(setup)
}

func sequence(n int) llm.Lengths { return llm.Lengths{Input: llm.Tokens{Mean: float64(n)}} }

// setup is a replica as the arguments make it.
func (j *serving) setup() llm.Setup {
	s, f := j.served, j.facts
	setup := llm.Setup{
		Shape: *j.shape, Accelerator: *j.accelerator, GPUs: f.Tensor, Stages: f.Pipeline, Precision: f.Precision, KVPrecision: s.KVPrecision(),
		Engine: s.Starts(), Requests: s.Size(launch.MaxSequences, 0),
	}
	switch n := s.Size(launch.DataParallel, 1); {
	case n < 2 || j.shape.Experts == 0:
	case s.Engine == launch.SGLang && s.Said(launch.AttentionCopies):
		setup.Groups = n
	case s.Engine == launch.VLLM: // which divides experts over the copies too
		setup.GPUs, setup.Groups = setup.GPUs*n, n
	}
	if setup.GPUs == 0 {
		setup.GPUs = max(f.GPUs/max(f.Pipeline, 1), 1)
	}
	if s.Engine == launch.NIM && f.Precision == "" && j.accelerator.FP8TFLOPS > 0 {
		setup.Precision = "fp8" // it may choose a profile of lower precision
	}
	if share := j.share(); share > 0 {
		setup.MemoryShare = share
	}
	return setup
}

// share is the share of the memory that the server is told to use; 0 where nothing is said.
func (j *serving) share() float64 {
	v, err := strconv.ParseFloat(j.served.Settings[launch.MemoryFraction].Text, 64)
	if err != nil || !(v > 0 && v <= 1) {
		return 0
	}
	return v
}

// tooSmall says what is lacking: the share, where more of the same memory would do, or memory.
func (j *serving) tooSmall(setup llm.Setup, m llm.Memory) {
	f := j.facts
	if share := j.share(); share > 0 {
		for enough := math.Ceil(share*100+1) / 100; enough <= 0.95; enough += 0.01 {
			setup.MemoryShare = enough
			if more, err := setup.Memory(sequence(1)); err == nil && more.Fits {
				f.Share, f.Enough = share, enough
				return
			}
		}
	}
	j.lacking(setup.GPUs*max(setup.Stages, 1), candidate.Server{Weights: m.Weights, Needed: m.Usable + m.Deficit, Usable: m.Usable})
}

// lacking has the rules say that the model does not fit.
func (j *serving) lacking(gpus int, of candidate.Server) {
	j.view.Model.ID = j.facts.Model
	j.view.Base = fact.Base{Accelerator: offer.ShortName(*j.accelerator), Replicas: 1, PerReplica: gpus, Allowed: true}
	n := float64(gpus) // over which one copy spreads
	j.view.Server = candidate.Server{Weights: of.Weights * n, Needed: of.Needed * n, Usable: of.Usable * n}
}

// weightsByName judges a model that is not known by the size in its name: its weights alone.
func (j *serving) weightsByName() {
	params := namedParams(j.facts.Model)
	if params == 0 || j.model != nil {
		return
	}
	share := j.share()
	if share == 0 {
		share = 1
	}
	gpus := j.facts.Tensor * j.facts.Pipeline
	if gpus == 0 {
		gpus = j.facts.GPUs
	}
	weights := params * offer.BytesPerParameter(j.facts.Precision) / llm.GiB / float64(gpus)
	if usable := llm.DeviceGiB(*j.accelerator) * share; weights > usable {
		j.lacking(gpus, candidate.Server{Weights: weights, Needed: weights, Usable: usable})
	}
}

// spared is the share of the memory by which a prediction of it may be off: less is not told.
const spared = 0.02

// length holds the longest sequence against what the weights leave.
func (j *serving) length(setup llm.Setup) {
	s, f := j.served, j.facts
	setting, said := s.Settings[launch.MaxLength]
	f.Length, f.LengthSaid = s.Size(launch.MaxLength, 0), said
	f.LengthAsks = s.Engine == launch.VLLM || s.Engine == launch.HuggingFace
	if !said && f.LengthAsks && s.Complete {
		f.Length = j.shape.MaxContext
	}
	if n, k := len(setting.Text)-1, 0; n > 0 && f.Length == 0 { // vLLM takes 32k and 1M
		if v, err := strconv.Atoi(setting.Text[:n]); err == nil {
			k = map[byte]int{'k': 1000, 'K': 1024, 'm': 1_000_000, 'M': 1 << 20}[setting.Text[n]] * v
		}
		f.Length = k
	}
	if f.Length == 0 {
		return
	}
	m, err := setup.Memory(sequence(f.Length))
	if err != nil || m.Deficit <= spared*m.Device {
		return
	}
	f.Deficit = m.Deficit
	low, high := 1, f.Length
	for high-low > 1 {
		middle := (low + high) / 2
		if m, err := setup.Memory(sequence(middle)); err == nil && m.Fits {
			low = middle
		} else {
			high = middle
		}
	}
	f.Longest = low
}

// spilling are the servers that leave to the processors what the accelerators do not hold.
var spilling = []string{launch.Ollama, launch.LlamaCpp}

// layouts are the bits of a weight in files of llama.cpp, its scales counted (its tools/quantize/README,
// Llama 3.1 8B; those of one family by their number of bits).
var layouts = []struct {
	mark *pattern.Text
	bits float64
}{
	{pattern.Of(`(?i)(iq|q)1`), 2}, {pattern.Of(`(?i)iq2`), 2.6}, {pattern.Of(`(?i)q2`), 3.2}, {pattern.Of(`(?i)iq3`), 3.6},
	{pattern.Of(`(?i)q3_k_s`), 3.6}, {pattern.Of(`(?i)q3`), 4.0}, {pattern.Of(`(?i)iq4`), 4.5}, {pattern.Of(`(?i)q4_(0|k_s)`), 4.7}, {pattern.Of(`(?i)q4`), 4.9},
	{pattern.Of(`(?i)q5`), 5.7}, {pattern.Of(`(?i)q6`), 6.6}, {pattern.Of(`(?i)q8`), 8.5}, {pattern.Of(`(?i)mxfp4`), 4.5}, {pattern.Of(`(?i)(bf|fp|f)16`), 16},
}

// bitsOf are those of a weight by the name of a model; 0 where it does not tell.
func (j *serving) bitsOf(name string) float64 {
	for _, l := range layouts {
		if l.mark.MatchString(name) {
			return l.bits
		}
	}
	_, own := j.served.Settings[launch.Model]
	switch {
	case j.shape != nil && j.shape.Released == "mxfp4":
		return 4.5
	case own && (j.served.Engine == launch.Ollama || strings.Contains(j.served.Settings[launch.Model].Name, "hf")):
		return 4.9 // q4_k_m, what both take where nothing is said
	}
	return 0
}

// spilled finds weights that the accelerators do not hold: where all layers are told to be there the server
// does not start, else the processors compute the rest.
func (j *serving) spilled() {
	s, f := j.served, j.facts
	params := namedParams(strings.ReplaceAll(f.Model, ":", "-"))
	if j.model != nil {
		params = j.model.ParamsB * 1e9
	}
	bits := j.bitsOf(f.Model)
	if j.accelerator == nil || j.accelerator.CPU || f.GPUs == 0 || params == 0 || bits == 0 {
		return
	}
	weights, usable := params*bits/8/llm.GiB, llm.DeviceGiB(*j.accelerator)*float64(f.GPUs)
	if weights <= usable {
		return
	}
	layers, err := strconv.Atoi(s.Settings[launch.Layers].Text)
	all := s.Settings[launch.Layers].Text == "all" || err == nil && (layers < 0 || layers >= allLayers)
	if s.Engine == launch.LlamaCpp && (all || err == nil && layers > 0) {
		if all {
			j.lacking(f.GPUs, candidate.Server{Weights: weights / float64(f.GPUs), Needed: weights / float64(f.GPUs), Usable: usable / float64(f.GPUs)})
		}
		return // else it is told how many
	}
	f.Spread = f.GPUs
	f.Weights, f.Usable, f.Spilled = weights/float64(f.GPUs), usable/float64(f.GPUs), weights-usable
}

// allLayers is a number of layers that stands for all: no model has as many.
const allLayers = 99
