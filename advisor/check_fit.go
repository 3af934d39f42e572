package advisor

import (
	"math"
	"slices"
	"strconv"

	"scaleadvise/advisor/fact"
	"scaleadvise/advisor/launch"
	"scaleadvise/advisor/llm"
	"scaleadvise/advisor/offer"
)

// onDevice are the servers that keep all weights in the accelerators' memory.
var onDevice = []string{launch.VLLM, launch.SGLang, launch.TGI, launch.LMDeploy, launch.TensorRTLLM, launch.NIM, launch.HuggingFace}

// memoryOf are, by server, the engine whose division of the memory is its own, and the share it
// takes by default where that differs.
var memoryOf = map[string]struct {
	engine string
	share  float64
}{
	launch.SGLang: {"sglang", 0}, launch.TensorRTLLM: {"trtllm", 0},
	launch.LMDeploy: {"trtllm", 0.8}, // of what the weights leave, as TensorRT-LLM counts it
	launch.TGI:      {"vllm", 0.99},  // cuda-memory-fraction 1.0
}

// memory holds weights and the longest sequence against the accelerators.
func (j *serving) memory() {
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
	f.Weights, f.Usable = m.Weights, m.Usable
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
	of := memoryOf[s.Engine]
	setup := llm.Setup{
		Shape: *j.shape, Accelerator: *j.accelerator, GPUs: f.Tensor, Stages: f.Pipeline, Precision: f.Precision, KVPrecision: s.KVPrecision(),
		Engine: of.engine, MemoryShare: of.share, Requests: s.Size(launch.MaxSequences, 0),
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
	j.lacking(setup.GPUs*max(setup.Stages, 1), fact.Server{Weights: m.Weights, Needed: m.Usable + m.Deficit, Usable: m.Usable})
}

// lacking has the rules say that the model does not fit.
func (j *serving) lacking(gpus int, of fact.Server) {
	j.view.Model.ID = j.facts.Model
	j.view.Base = fact.Base{Accelerator: offer.ShortName(*j.accelerator), Replicas: 1, PerReplica: gpus, Allowed: true}
	n := float64(gpus) // over which one copy spreads
	j.view.Server = fact.Server{Weights: of.Weights * n, Needed: of.Needed * n, Usable: of.Usable * n}
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
		j.lacking(gpus, fact.Server{Weights: weights, Needed: weights, Usable: usable})
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
