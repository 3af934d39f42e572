package step

import (
	"math"

	"scaleadvise/advisor/llm"
)

// Clock gives the times of the steps of one replica: a Timing with everything precomputed that does not
// change from step to step.
type Clock struct {
	shape *llm.Shape
	gpus  int // that share the work of a layer

	groups float64 // data-parallel groups of attention that they make; 0: as is faster
	tensor int     // of gpus, those of a group
	own    float64 // share of a token's arithmetic that its group does alone
	alone  float64 // tokens of a prompt, which one group reads

	stages float64 // of pipeline parallelism, which have the layers between them
	hop    float64 // s, to hand a step's activations from stage to stage
	pass   float64 // s, of each token in that

	// correction is the logarithm of the times over those below, at batches of 4^i.
	correction [knots]float64
	reading    float64 // logarithm by which prompts take longer than that correction says

	dense, experts float64 // s, to read and unpack the weights that every token passes, and all experts
	passed         float64 // share of the experts that a token does not pass
	routes         float64 // the power of the tokens that pass experts of their own
	bare           float64 // share of the time to read weights that the full bandwidth takes
	cache          float64 // s, to read one byte of the cache that an accelerator holds
	bytes          float64 // of one element of the cache
	latent         float64 // elements of a token in layers whose cache all heads share
	over           float64 // bytes read over those held
	state          float64 // s, to read and write what linear attention keeps of a request
	decode, read   float64 // s, arithmetic of a token that is generated, or read
	attend         float64 // s, of one multiplication in the attention of a prompt
	fixed, request float64 // s, of a step, and of each request in it
	walk           float64 // s, of a layer of a step, for each token of its context
	prompt         float64 // s, of a request once
	reduce, token  float64 // s, of the all-reduces of a step, and of each token in them

	// What the above are multiplied with at full efficiency.
	idealMemory, idealDecode, idealRead float64

	room         float64 // B for the cache on one accelerator, may be negative
	most         float64 // requests in flight, at maximum load
	admits       float64 // the same under open arrivals
	waits, power float64 // prompts that a request waits for: waits·others^power
}

// clockOf works out the times of a setup's steps. The error says which name is unknown.
func clockOf(s *llm.Setup, h hardware, c Coefficients) (*Clock, error) {
	weights, err := s.Shape.WeightBytes(s.Precision)
	if err != nil {
		return nil, err
	}
	for i := range c {
		c[i] = math.Exp(c[i])
	}
	k := &Clock{shape: &s.Shape, gpus: max(1, s.GPUs), stages: float64(max(1, s.Stages)), most: c[mostRequests], prompt: c[promptOverhead], admits: admittedBy(s, h)}
	k.waits, k.power = c[queueFactor], min(1, c[queuePower])
	k.tensor = k.gpus
	if n := s.Groups; n > 1 && k.gpus%n == 0 {
		k.groups, k.tensor = float64(n), k.gpus/n
		k.own = 1
		if e := s.Shape.Experts; e > 0 {
			k.own = max(0, 1-s.Shape.ExpertParams*float64(s.Shape.ExpertsPerToken)/float64(e)/s.Shape.ActiveParams)
		}
	}
	k.room = c[roomFactor] * roomOf(s, h, weights)
	if splitsLayers(s.Engine) {
		k.gpus, k.tensor = 1, 1
	}
	k.bytes = s.CacheBits() / 8
	k.memory(s, h, c, weights)
	k.arithmetic(s, h, c)
	k.overheads(s, h, c)
	return k, nil
}

// What an engine leaves to a model of which nothing is known: most of the memory, less its own context.
const (
	memoryShare  = 0.92
	contextBytes = 1.5e9
)

// roomOf is what one accelerator has for the cache, B, by what the engine keeps free.
func roomOf(s *llm.Setup, h hardware, weights float64) float64 {
	if m, err := s.Memory(llm.Lengths{}); err == nil {
		return m.Cache * llm.GiB
	}
	return h.memory*memoryShare - contextBytes - weights/float64(max(1, s.GPUs)*max(1, s.Stages))
}

// memory works out the reading of weights and cache.
func (k *Clock) memory(s *llm.Setup, h hardware, c Coefficients, weights float64) {
	n := float64(k.gpus)
	bandwidth := h.bandwidth * min(1, c[memoryEfficiency])
	k.cache, k.over = 1/bandwidth, max(1, c[cacheOverhead])
	k.state = 2 * s.Shape.StateBytes() / n / bandwidth
	k.idealMemory = bandwidth / h.bandwidth
	if _, packed := h.rate(s); packed {
		bandwidth = 1 / (1/bandwidth + 8/s.Shape.WeightBits(s.Precision)*c[unpackOperations]/h.scalar)
	}
	k.bare = bandwidth / h.bandwidth
	experts := s.Shape.ExpertBytes(s.Precision)
	dense := weights - experts
	if !s.Shape.Tied { // of the input's table a token reads one row
		dense -= s.Shape.Embedding / 2 * s.Shape.EmbeddingParamBytes(s.Precision)
	}
	k.dense, k.experts = dense/float64(k.tensor)/bandwidth, experts/n/bandwidth
	if s.Shape.Experts > 0 {
		k.passed, k.routes = 1-float64(s.Shape.ExpertsPerToken)/float64(s.Shape.Experts), min(1, c[routing])
	}
	for _, a := range s.Shape.Attention {
		if a.KVHeads == 0 {
			k.latent += float64(a.Layers) * a.ElementsPerToken
		}
	}
}

// arithmetic works out what a token costs.
func (k *Clock) arithmetic(s *llm.Setup, h hardware, c Coefficients) {
	n := float64(k.gpus)
	rate, _ := h.rate(s)
	active := s.Shape.ActiveParams
	if !s.Shape.Tied {
		active = max(active-s.Shape.Embedding/2, active/2)
	}
	ideal := 2 * active / n / rate
	share := 1.0
	if s.Shape.Experts > 0 {
		share = min(1, c[expertEfficiency])
	}
	k.decode, k.read = ideal/share/min(1, c[decodeEfficiency]), ideal/share/min(1, c[readEfficiency])
	k.idealDecode, k.idealRead = ideal/k.decode, ideal/k.read
	if halved(s, h) { // nothing is faster than the same arithmetic in 16 bit, at the efficiency that such has
		k.idealDecode, k.idealRead = max(1, rate/h.half), max(1, rate/h.half)
	}
	k.attend = 2 * float64(s.Shape.Heads*(s.Shape.HeadDim+s.Shape.ValueDim)) / n / min(rate, h.half) / min(1, c[attendEfficiency])
}

// halved reports whether weights of 4 bit meet activations of 16: parts without links have no kernels that mix the widths
// (vLLM, quantization/mxfp4: FlashInfer's on compute capability 10.0, Triton's or Marlin's elsewhere).
func halved(s *llm.Setup, h hardware) bool {
	return s.Shape.Released == "mxfp4" && (s.Precision == "fp4" || s.Precision == "mxfp4") && !h.linked
}

// overheads works out what is the same in every step.
func (k *Clock) overheads(s *llm.Setup, h hardware, c Coefficients) {
	layers := float64(s.Shape.Layers)
	k.fixed, k.walk = c[stepOverhead]+layers*c[layerOverhead], c[contextLatency]
	if s.Shape.Experts > 0 {
		k.fixed += layers * c[expertOverhead]
	}
	for _, a := range s.Shape.Attention {
		if a.StateBytes > 0 {
			k.fixed += float64(a.Layers) * c[stateOverhead]
		}
	}
	k.request = c[requestOverhead] * min(1, measuredGroups/max(1, k.groups)) // each group has a scheduler of its own
	k.hop, k.pass = (k.stages-1)*c[pcieLatency], (k.stages-1)*float64(s.Shape.Hidden)*2/h.link
	if k.gpus < 2 {
		return
	}
	// Two all-reduces a layer (Shoeybi et al. 2019), each of which moves 2(n−1)/n of the
	// activations, in 16 bit, over every link (Patarasuk and Yuan 2009).
	n := float64(k.gpus)
	latency, share := c[linkLatency], c[linkEfficiency]
	if !h.linked {
		latency, share = c[pcieLatency], c[pcieEfficiency]
	}
	exchanges := 2 * layers
	if k.tensor == 1 { // attention needs none; tokens go to the experts and back as one all-reduce moves them
		exchanges = layers
	}
	k.reduce = exchanges * latency * math.Pow(n/2, c[linkGrowth])
	k.token = exchanges * 2 * (n - 1) / n * float64(s.Shape.Hidden) * 2 / (h.link * min(1, share))
	if k.tensor == 1 { // beyond those whose exchange was measured a token goes to those alone that hold its experts
		k.token *= min(1, max(float64(s.Shape.ExpertsPerToken), measuredGroups)/n)
	}
	k.network(s, n)
}

// measuredGroups is the most data-parallel groups of published runs.
const measuredGroups = 8

// What tokens take to their experts on other machines and back: 400 Gbit/s for each accelerator, and the time of an
// exchange of none. With them DeepSeek's times of 128 tokens an accelerator on 2, 4 and 8 machines of eight less those on one (122,
// 237 and 296 µs for a layer) come out as 122, 216 and 320 µs (deepseek-ai/DeepEP, README, low-latency kernels: H800,
// ConnectX-7, dispatch in 8 bit, combine in 16).
const (
	networkBytes    = 50e9  // B/s
	networkLatency  = 67e-6 // s
	exchangedWeight = 3     // B for each element: one there and two back
)

// network adds what exchanges between machines take: a token goes once to each that holds some of its experts.
func (k *Clock) network(s *llm.Setup, n float64) {
	m := float64(s.Machines)
	if m < 2 || k.groups == 0 {
		return
	}
	others := m * (1 - math.Pow(1-1/m, float64(s.Shape.ExpertsPerToken))) * (m - 1) / m
	k.reduce += float64(s.Shape.Layers) * networkLatency
	k.token += float64(s.Shape.Layers) * others * float64(s.Shape.Hidden) * exchangedWeight / n / networkBytes
}

// weights is the time to read what a step of these tokens needs of the weights: of a
// mixture the experts that at least one of them passes, 1−(1−k/E)^tokens of all if all routed apart.
func (k *Clock) weights(tokens float64) float64 {
	if k.experts == 0 {
		return k.dense
	}
	return k.dense + k.experts*(1-math.Pow(k.passed, math.Pow(tokens, k.routes)))
}

// held is the time to read the cache of a batch. Of a latent that all heads share either
// every accelerator reads that of all requests, or each serves requests of its own and reads
// all the dense weights for them (data-parallel attention; DeepSeek-V3 2024, 3.4): engines
// are deployed in the way that is faster.
func (k *Clock) held(batch, context float64) float64 {
	if k.groups > 0 {
		return batch * (k.shape.HeldPerGPU(context, k.tensor)/k.groups*k.bytes*k.cache + k.state)
	}
	t := batch * (k.shape.HeldPerGPU(context, k.gpus)*k.bytes*k.cache + k.state)
	if k.latent == 0 || k.gpus < 2 {
		return t
	}
	n := float64(k.gpus)
	return t - max(0, batch*k.latent*context*k.bytes*k.cache*(1-1/n)-k.dense*(n-1))
}

// decodes is the time of a step without correction. Of a pipeline every stage works on a part of
// the requests of its own, and a token passes all stages one after the other (Huang et al. 2019).
func (k *Clock) decodes(batch, context float64) float64 {
	batch = max(1, batch/k.stages)
	return k.hop + batch*k.pass + math.Hypot(k.weights(batch), batch*k.decode) + k.over*k.held(batch, context) + k.fixed + k.walk*k.attended(context) + batch*k.request + k.reduce + batch*k.token
}

// prompts is the arithmetic of reading tokens that attend to context each.
func (k *Clock) prompts(tokens, context float64) float64 {
	idle := k.idle(tokens)
	return tokens * (k.read*(1+k.own*(idle-1)) + k.attended(context)*k.attend*idle)
}

// idle is how many times longer attention takes than if all data-parallel groups had a part of these
// tokens: of one prompt the others have none.
func (k *Clock) idle(tokens float64) float64 {
	if k.groups == 0 || tokens <= 0 {
		return 1
	}
	return max(1, min(k.groups*k.alone/tokens, k.groups))
}

// attended are the tokens that all layers together look at for one new token.
func (k *Clock) attended(context float64) float64 {
	sum := 0.0
	for i := range k.shape.Attention {
		a := &k.shape.Attention[i]
		if a.ElementsPerToken > 0 {
			sum += float64(a.Layers) * a.Kept(context)
		}
	}
	return sum
}

// reads is the time of a step that reads prompts alone, without correction.
func (k *Clock) reads(tokens, context float64) float64 {
	return math.Hypot(k.weights(tokens), k.prompts(tokens, context)) + k.reduce + tokens*k.token
}

// knots are where corrections are worked out, from one request under way to 1024; between
// them the logarithm is linear in that of the batch.
const knots = 6

// promptBatch are the requests under way at which the correction of prompts is taken:
// enough that measurements show them.
const promptBatch = 16

// factor is the correction for a batch.
func (k *Clock) factor(batch float64) float64 {
	x := max(0, math.Log2(max(1, batch))/2)
	i := min(int(x), knots-2)
	x = min(x-float64(i), 1)
	return math.Exp(k.correction[i] + x*(k.correction[i+1]-k.correction[i]))
}

// RequestOverhead returns what a request takes outside of the steps, s.
func (k *Clock) RequestOverhead() float64 { return k.prompt }

// longest is how many tokens the longest of the passes reads among which the stages of a pipeline divide those of a
// round, which holds up the others: of prompts that are few one pass has one, and of many nearly as many as the next.
// It is the mean of the largest of so many numbers about their mean (David and Nagaraja 2003, 4.2), with the variance of
// prompts that fall into passes by chance.
func (k *Clock) longest(tokens float64) float64 {
	if k.stages <= 1 || k.alone <= 0 || tokens <= k.alone {
		return tokens
	}
	prompts := tokens / k.alone
	mean := prompts / k.stages
	most := mean + 0.7*math.Sqrt(2*math.Log(k.stages)*mean*(1-1/k.stages))
	return k.alone * max(1, min(most, prompts))
}

// Prefill implements open.Timing.
func (k *Clock) Prefill(tokens, context float64) float64 {
	tokens = k.longest(tokens)
	least := max(k.weights(tokens)*k.bare, tokens*k.read*k.idealRead, k.hosts(tokens))
	return max(k.reads(tokens, context)*k.factor(promptBatch)*math.Exp(k.reading), least)
}

// Decode implements open.Timing.
func (k *Clock) Decode(batch, context float64) float64 {
	return max(k.decodes(batch, context)*k.factor(batch), k.least(batch, context))
}

// least is the roofline of a step: nothing is faster than all its bytes at the full
// bandwidth, or its arithmetic at the full rate (Williams, Waterman and Patterson 2009).
func (k *Clock) least(batch, context float64) float64 {
	batch = max(1, batch/k.stages)
	return max(k.weights(batch)*k.bare+k.held(batch, context)*k.idealMemory, batch*k.decode*k.idealDecode)
}
