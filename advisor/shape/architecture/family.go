package architecture

import (
	"slices"
	"strings"

	"scaleadvise/advisor/shape"
)

// network is what a family reads from a config.
type network struct {
	walk    func(shape.Request) []shape.Pass
	usual   shape.Request
	longest float64 // most tokens, 0 where there is no limit
	tied    float64 // parameters that two passes count
}

// family is a kind of model whose configurations have the same keys.
type family struct {
	name    string   // as people call it
	types   []string // model_type of transformers, or _class_name of diffusers
	kind    string
	subkind string
	uses    []shape.Dimension
	read    func(*config) network
}

var (
	ofText  = []shape.Dimension{shape.Tokens}
	ofImage = []shape.Dimension{shape.Image}
	ofPair  = []shape.Dimension{shape.Tokens, shape.OutputTokens}
	ofSound = []shape.Dimension{shape.Audio}
	ofBoth  = []shape.Dimension{shape.Image, shape.Tokens}
)

// decoders are models of text that embed or rank where they do not write.
var decoders = family{"decoders that embed or rank", []string{"mistral", "qwen2", "qwen3", "llama"}, "encoder", "embedding", ofText, readDecoder}

// families is the only list of them.
var families = []family{
	{"BERT", []string{"bert", "roberta", "xlm-roberta", "camembert", "xlm-roberta-xl", "data2vec-text", "roformer", "ernie", "layoutlm", "luke", "esm"}, "encoder", "classifier / token encoder", ofText, readBERT},
	{"DistilBERT", []string{"distilbert"}, "encoder", "classifier / token encoder", ofText, readDistilBERT},
	{"MPNet", []string{"mpnet"}, "encoder", "classifier / token encoder", ofText, readMPNet},
	{"ELECTRA", []string{"electra"}, "encoder", "classifier / token encoder", ofText, readELECTRA},
	{"ALBERT", []string{"albert"}, "encoder", "classifier / token encoder", ofText, readALBERT},
	{"DeBERTa", []string{"deberta", "deberta-v2"}, "encoder", "classifier / token encoder", ofText, readDeBERTa},
	{"Longformer and BigBird", []string{"longformer", "big_bird"}, "encoder", "classifier / token encoder", ofText, readWindowed},
	{"ModernBERT", []string{"modernbert"}, "encoder", "classifier / token encoder", ofText, readModernBERT},
	{"Nomic and GTE", []string{"nomic_bert", "new"}, "encoder", "embedding", ofText, readNomic},
	decoders,

	{"T5", []string{"t5", "mt5", "umt5", "longt5"}, "encoder", "seq2seq", ofPair, readT5},
	{"BART", []string{"bart", "mbart", "marian", "pegasus", "m2m_100", "blenderbot", "blenderbot-small"}, "encoder", "seq2seq", ofPair, readBART},

	{"ViT", []string{"vit", "deit", "dinov2", "dinov2_with_registers", "dinov3_vit", "beit", "data2vec-vision", "vit_mae", "ijepa"}, "vision", "transformer", ofImage, readViT},
	{"YOLOS", []string{"yolos"}, "vision", "detection", ofImage, readYOLOS},
	{"Swin", []string{"swin", "swinv2", "donut-swin"}, "vision", "transformer", ofImage, readSwin},
	{"ConvNeXt", []string{"convnext", "convnextv2"}, "vision", "classifier", ofImage, readConvNeXt},
	{"ResNet", []string{"resnet"}, "vision", "classifier", ofImage, readResNet},
	{"RegNet", []string{"regnet"}, "vision", "classifier", ofImage, readRegNet},
	{"EfficientNet", []string{"efficientnet"}, "vision", "classifier", ofImage, readEfficientNet},
	{"SegFormer", []string{"segformer"}, "vision", "segmentation", ofImage, readSegFormer},
	{"DETR", []string{"detr", "table-transformer"}, "vision", "detection", ofImage, readDETR},
	{"RT-DETR", []string{"rt_detr", "rt_detr_v2"}, "vision", "detection", ofImage, readRTDETR},

	{"CLIP", []string{"clip", "chinese_clip", "altclip"}, "vision", "classifier / backbone", ofBoth, readCLIP},
	{"CLIP's text tower", []string{"clip_text_model"}, "encoder", "embedding", ofText, readTextTower},
	{"CLIP's image tower", []string{"clip_vision_model"}, "vision", "transformer", ofImage, readImageTower},
	{"SigLIP", []string{"siglip", "siglip2"}, "vision", "classifier / backbone", ofBoth, readSigLIP},

	{"BLIP", []string{"blip"}, "vision", "captioning", []shape.Dimension{shape.Image, shape.OutputTokens}, readBLIP},
	{"CLAP", []string{"clap"}, "speech", "embedding", []shape.Dimension{shape.Audio, shape.Tokens}, readCLAP},

	{"Whisper", []string{"whisper"}, "speech", "speech-to-text", []shape.Dimension{shape.Audio, shape.OutputTokens}, readWhisper},
	{"wav2vec 2.0 and HuBERT", []string{"wav2vec2", "hubert", "wavlm", "unispeech", "unispeech-sat", "data2vec-audio", "sew"}, "speech", "speech-to-text", ofSound, readWav2Vec},
}

// familyOf finds the family of a model_type.
func familyOf(kind string) (family, bool) {
	i := slices.IndexFunc(families, func(f family) bool { return slices.Contains(f.types, kind) })
	if i < 0 {
		return family{}, false
	}
	return families[i], true
}

// types lists every model_type that is understood, sorted.
func types() []string {
	var all []string
	for _, f := range families {
		all = append(all, f.types...)
	}
	slices.Sort(all)
	return all
}

// embeds are words of architectures and names that tell an embedding from an encoder of
// another use.
var embeds = []string{"embed", "sentence", "e5-", "bge-", "gte-", "minilm-l6-v2", "minilm-l12-v2", "labse", "mpnet-base-v2"}

// subkind is what an encoder is used for, as far as its config or name tells.
func subkind(c *config, f family, name string) string {
	if f.kind != "encoder" || f.subkind == "seq2seq" {
		return f.subkind
	}
	name = strings.ToLower(name + " " + c.word("_name_or_path"))
	switch {
	case strings.Contains(name, "rerank"), strings.Contains(name, "cross-encoder"), c.builds("ForSequenceClassification") && c.labels() == 1:
		return "reranker"
	case slices.ContainsFunc(embeds, func(w string) bool { return strings.Contains(name, w) }):
		return "embedding"
	}
	return f.subkind
}
