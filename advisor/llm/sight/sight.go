package sight

import (
	"math"
	"strings"

	"scaleadvise/advisor/pattern"
)

// Family is a set of models that cut images in the same way.
type Family struct {
	Name   string
	Params float64 // parameters of the vision tower
	Source string  // source of the way it cuts images

	names  *pattern.Text // of its models, in lower case with "-" for "_" and "."
	hidden float64       // width of the tower
	full   float64       // its layers that attend to the whole image, or tile
	cut    func(width, height int) Cut
}

// Cut is an image divided as a model takes it.
type Cut struct {
	Tokens  float64 // tokens of the prompt, markers around and between included
	Patches float64 // patches that the tower processes
	Seen    float64 // patches that each patch attends to
}

// Of returns the family of a model by its names: that which was asked for, then those of the
// catalog; ok is false where none is a known vision-language model.
func Of(names ...string) (f Family, ok bool) {
	for _, name := range names {
		plain := strings.NewReplacer("_", "-", ".", "-").Replace(strings.ToLower(name))
		for _, f := range families {
			if f.names.MatchString(plain) {
				return f, true
			}
		}
	}
	return Family{}, false
}

// Cut returns how an image of that many pixels is cut.
func (f Family) Cut(width, height int) Cut { return f.cut(max(width, 1), max(height, 1)) }

// Operations returns the floating-point operations of the tower for an image: two for every
// parameter and patch, and attention.
func (f Family) Operations(c Cut) float64 {
	return c.Patches * (2*f.Params + 4*f.full*f.hidden*c.Seen)
}

// families are read in this order: a name belongs to the first that it meets. Widths and layers of
// towers are those of the published config.json.
var families = []Family{
	{
		Name: "Qwen3-VL", names: pattern.Of(`qwen3-?vl|qwen3-?omni|qwen3-[5-9]`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    multiples(32, 4, 65536, 16777216, 2),
		Source: "transformers, image_processing_qwen2_vl.py: smart_resize with patches of 16 merged 2 x 2; preprocessor_config.json: 65,536 to 16,777,216 pixels",
	},
	{
		Name: "Qwen2.5-VL", names: pattern.Of(`qwen2-5-?(vl|omni)|ui-tars-1-5|mimo-vl`), Params: 0.67e9, hidden: 1280, full: 4,
		cut:    multiples(28, 4, 3136, 12845056, 2),
		Source: "transformers, image_processing_qwen2_vl.py: smart_resize with patches of 14 merged 2 x 2; preprocessor_config.json: 3,136 to 12,845,056 pixels",
	},
	{
		Name: "Qwen2-VL", names: pattern.Of(`qwen2-?vl|qvq|ui-tars`), Params: 0.67e9, hidden: 1280, full: 32,
		cut:    multiples(28, 4, 3136, 12845056, 2),
		Source: "transformers, image_processing_qwen2_vl.py: smart_resize with patches of 14 merged 2 x 2; preprocessor_config.json: 3,136 to 12,845,056 pixels",
	},
	{
		Name: "GLM-4.xV", names: pattern.Of(`glm-?4-\d+v`), Params: 0.68e9, hidden: 1536, full: 24,
		cut:    multiples(28, 4, 12544, 9633792, 2),
		Source: "transformers, image_processing_glm4v.py: smart_resize with patches of 14 merged 2 x 2; 12,544 to 9,633,792 pixels",
	},
	{
		Name: "Gemma 3", names: pattern.Of(`gemma-?3-(4|12|27)b`), Params: 0.42e9, hidden: 1152, full: 27,
		cut:    fixed(256+2, 4096),
		Source: "Gemma 3 technical report (2025), 2.1: 896 x 896 for every image, condensed to 256 tokens; pan and scan off",
	},
	{
		Name: "Llama 4", names: pattern.Of(`llama-?4-(scout|maverick)`), Params: 0.81e9, hidden: 1408, full: 34,
		cut:    llama4,
		Source: "transformers, image_processing_llama4_fast.py and processing_llama4.py: tiles of 336, at most 16, of 144 tokens each, and one of the whole image",
	},
	{
		Name: "Llama 3.2 Vision", names: pattern.Of(`llama-?3-2-((11|90)b-)?vision`), Params: 0.87e9, hidden: 1280, full: 40,
		cut:    mllama,
		Source: "transformers, image_processing_mllama.py and configuration_mllama.py: tiles of 560, at most 4, of 1,601 patches each; cross-attention in 8 of 40 layers, or 20 of 100",
	},
	{
		Name: "Pixtral Large", names: pattern.Of(`pixtral-large`), Params: 1e9, hidden: 1664, full: 48,
		cut:    rows(16, 1, 1024),
		Source: "transformers, image_processing_pixtral.py: the longer side at most 1,024, patches of 16, a mark after each row",
	},
	{
		Name: "Pixtral", names: pattern.Of(`pixtral`), Params: 0.40e9, hidden: 1024, full: 24,
		cut:    rows(16, 1, 1024),
		Source: "transformers, image_processing_pixtral.py: the longer side at most 1,024, patches of 16, a mark after each row",
	},
	{
		Name: "Mistral Small 3.1", names: pattern.Of(`mistral-small-3-[12]|mistral-small.*-25(03|06)|magistral-small-2509`), Params: 0.44e9, hidden: 1024, full: 24,
		cut:    rows(14, 2, 1540),
		Source: "transformers, image_processing_pixtral.py: the longer side at most 1,540, patches of 14 merged 2 x 2, a mark after each row",
	},
	{
		Name: "InternVL", names: pattern.Of(`internvl.*-(26|38|40|76|78)b`), Params: 5.5e9, hidden: 3200, full: 45,
		cut:    internVL,
		Source: "InternVL 1.5 (Chen et al. 2024), 3.2: tiles of 448, at most 12, of 256 tokens each, and one of the whole image",
	},
	{
		Name: "InternVL", names: pattern.Of(`internvl`), Params: 0.30e9, hidden: 1024, full: 24,
		cut:    internVL,
		Source: "InternVL 1.5 (Chen et al. 2024), 3.2: tiles of 448, at most 12, of 256 tokens each, and one of the whole image",
	},
	{
		Name: "PaliGemma, 224", names: pattern.Of(`paligemma.*-224`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    fixed(256, 256),
		Source: "PaliGemma (Beyer et al. 2024), 3.1: a square of 224, 448 or 896 for every image, patches of 14",
	},
	{
		Name: "PaliGemma, 448", names: pattern.Of(`paligemma.*-448`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    fixed(1024, 1024),
		Source: "PaliGemma (Beyer et al. 2024), 3.1: a square of 224, 448 or 896 for every image, patches of 14",
	},
	{
		Name: "PaliGemma, 896", names: pattern.Of(`paligemma.*-896`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    fixed(4096, 4096),
		Source: "PaliGemma (Beyer et al. 2024), 3.1: a square of 224, 448 or 896 for every image, patches of 14",
	},
	{
		Name: "MiniCPM-V", names: pattern.Of(`minicpm-(v-(2-6|4)|o-2-6)`), Params: 0.40e9, hidden: 1152, full: 27,
		cut:    miniCPM,
		Source: "openbmb/MiniCPM-V-2_6, image_processing_minicpmv.py: slices of about 448 x 448, at most 9, of 64 tokens each, and one of the whole image",
	},
	{
		Name: "DeepSeek-VL2", names: pattern.Of(`deepseek-vl2`), Params: 0.40e9, hidden: 1152, full: 27,
		cut:    deepSeekVL2,
		Source: "deepseek-ai/DeepSeek-VL2, processing_deepseek_vl_v2.py: tiles of 384, at most 9, of 14 x 14 tokens, a mark after each row, and one of the whole image",
	},
	{
		Name: "Kimi-VL 2506", names: pattern.Of(`kimi-vl.*-2506`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    multiples(28, 4, 784, 16384*196, 4),
		Source: "moonshotai/Kimi-VL, image_processing_kimi_vl.py: patches of 14 merged 2 x 2, at most 16,384 of them",
	},
	{
		Name: "Kimi-VL", names: pattern.Of(`kimi-vl`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    multiples(28, 4, 784, 4096*196, 4),
		Source: "moonshotai/Kimi-VL, image_processing_kimi_vl.py: patches of 14 merged 2 x 2, at most 4,096 of them",
	},
	{
		Name: "SmolVLM", names: pattern.Of(`smolvlm2?-(2-2b|instruct|base)`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    idefics3(384, 81, 729),
		Source: "transformers, image_processing_idefics3.py: the longer side 4 x 384, tiles of 384 of 81 tokens each, and one of the whole image",
	},
	{
		Name: "Idefics3", names: pattern.Of(`idefics3`), Params: 0.41e9, hidden: 1152, full: 27,
		cut:    idefics3(364, 169, 676),
		Source: "transformers, image_processing_idefics3.py: the longer side 4 x 364, tiles of 364 of 169 tokens each, and one of the whole image",
	},
	{
		Name: "LLaVA-NeXT", names: pattern.Of(`llava-(v?1-6|next)`), Params: 0.30e9, hidden: 1024, full: 23,
		cut:    llavaNext,
		Source: "transformers, image_processing_llava_next.py: tiles of 336, at most 4 in five grids, without what pads them, a mark after each row, and one of the whole image",
	},
	{
		Name: "LLaVA 1.5", names: pattern.Of(`llava(-v?1-5|$)`), Params: 0.30e9, hidden: 1024, full: 23,
		cut:    fixed(576, 577),
		Source: "Liu et al. 2023, Improved Baselines with Visual Instruction Tuning: 336 x 336 for every image, patches of 14",
	},
}

// fixed takes every image in one size.
func fixed(tokens, patches float64) func(int, int) Cut {
	return func(int, int) Cut { return Cut{tokens, patches, patches} }
}

// multiples resizes an image so that its sides are multiples of a side and its pixels within
// bounds, its shape nearly kept; each square of that side is a token of some patches.
func multiples(side int, patches float64, least, most, marks float64) func(int, int) Cut {
	return func(width, height int) Cut {
		s, pixels := float64(side), float64(width)*float64(height)
		whole := func(v float64, round func(float64) float64) float64 { return math.Max(1, round(v/s)) }
		w, h := whole(float64(width), math.RoundToEven), whole(float64(height), math.RoundToEven)
		switch area := w * h * s * s; {
		case area > most:
			by := math.Sqrt(most / pixels)
			w, h = whole(float64(width)*by, math.Floor), whole(float64(height)*by, math.Floor)
		case area < least:
			by := math.Sqrt(least / pixels)
			w, h = whole(float64(width)*by, math.Ceil), whole(float64(height)*by, math.Ceil)
		}
		return Cut{w*h + marks, w * h * patches, w * h * patches}
	}
}

// rows keeps the size of an image as far as its longer side is allowed; a mark ends each row of
// merged patches.
func rows(patch, merged int, longest float64) func(int, int) Cut {
	return func(width, height int) Cut {
		w, h := float64(width), float64(height)
		if by := math.Max(w, h) / longest; by > 1 {
			w, h = math.Max(1, math.Floor(w/by)), math.Max(1, math.Floor(h/by))
		}
		side, each := float64(patch*merged), float64(merged*merged)
		w, h = math.Ceil(w/side), math.Ceil(h/side)
		return Cut{h * (w + 1), h * w * each, h * w * each}
	}
}
