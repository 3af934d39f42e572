package catalog

import (
	"slices"
	"strings"

	"scaleadvise/advisor/pattern"
)

// Words of the published name of an ordinary model.
var (
	// fieldsOf stand in front of the model that was trained further, beside domains.
	fieldsOf = wordSet(`emotion sentiment english german french spanish italian dutch chinese japanese korean russian arabic turkish multilingual bio biomed
		medical clinical legal law finance fin news sci hate toxic offensive spam intent topic ner pos nli mnli snli sts stsb quora qqp qnli squad msmarco
		ms marco finetuned tuned fine my custom zeroshot nsfw`)
	// sizes tell the sizes of one family apart.
	sizes = wordSet(`tiny mini small base medium large xlarge xl xxl huge giant gigantic nano micro lite big xs xsmall s m l x b h n t`)
	// reshaped are of models that do other work than the one whose name stands in theirs.
	reshaped = wordSet(`distil distill distilled distillation student pruned prune sparse quant quantized seg pose obb cls world worldv2 worldv1 det decoder
		encoder upscaler refiner controlnet inpainting inpaint moe long longformer bigbird upernet maskformer mask2former oneformer dpt fpn rcnn unet vitdet
		clip captioning caption vqa vision video text2text bottleneck colbert splade adapter lora expanded deep wide thin slim half quarter ensemble fusion
		hybrid reg reg4 registers`)
	// version are numbers of a release or of a set of data; others size the input or the layers.
	version = pattern.Of(`^v?\d(\.\d+)?$|^(19|20)\d{2}(\d{4})?$|^\d{1,3}[kh]$|^(in|pt|ft)\d+k$|^[a-z]{3,}\d{1,4}$`)
	// extents are what sizes the input or the layers.
	extents = pattern.Of(`^(patch|window|win|res|crop|layers?|head|dim|len|seq|max|ctx|context|px|size)\d*$`)
)

// furtherTrained finds the ordinary model whose shape a published name means where no spelling of the
// catalogue is it: the name of an encoder, of a model of images or of a transcriber stands in it with its
// size, and no word around it speaks of other work ("SamLowe/roberta-base-go_emotions" is a RoBERTa base).
func (c *Catalog) furtherTrained(name string) (Model, bool) {
	bare := suffix.ReplaceAllString(strings.ToLower(unpublished(strings.TrimRight(name, "/"))), "")
	words := strings.Fields(breaks.ReplaceAllString(bare, " $1"))
	for n := len(words) - 1; n > 0; n-- {
		for at := range len(words) - n + 1 {
			before, run, after := words[:at], words[at:at+n], words[at+n:]
			form := modelForm(strings.Join(run, "-"))
			id, ok := c.modelNames().find(form, form)
			if m, _ := c.Model(id); ok && reusable(m) && sizedBy(run) && inFront(before) && behind(after) {
				return m, true
			}
		}
	}
	return Model{}, false
}

// reusable reports whether models of a kind are trained further under their name.
func reusable(m Model) bool { return m.Kind == "encoder" || m.Kind == "vision" || m.Kind == "speech" }

// sizedBy reports whether the words of a name say which size of a family is meant.
func sizedBy(run []string) bool {
	return slices.ContainsFunc(run, func(w string) bool { return sizes[w] || strings.ContainsAny(w, "0123456789") })
}

func inFront(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !fieldsOf[w] && !domains[w] })
}

func behind(words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool {
		return sizes[w] || reshaped[w] || extents.MatchString(w) || strings.ContainsAny(w, "0123456789") && !version.MatchString(w)
	})
}
