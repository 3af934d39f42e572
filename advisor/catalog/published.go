package catalog

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"scaleadvise/advisor/pattern"
)

// tuned are words of a published name that say on what a model was trained further, which
// changes neither its size nor its shape.
var tuned = wordSet(`finetuned finetune ft sft fb mim mlm pretrain pretrained pretraining squad squad2 sst2 mnli mrpc cola qqp stsb qnli ner conll03 conll2003
	sentiment emotion irony hate latest english coco ade20k ade imagenet imagenet1k imagenet21k imagenet22k 1k in1k in21k in22k panoptic instance semantic
	960h ls960 xlsr53 lv60 self ct2 ns ap aa diffusers whole word masking distilled uncased cased fp32 en de fr es it nl pl pt ru zh ja ko ar tr sv fi da uk cs`)

// domains are words in front of the name of a model that was trained further on texts of a field.
var domains = wordSet("twitter legal financial biomedical clinical")

func wordSet(list string) map[string]bool {
	all := map[string]bool{}
	for _, w := range strings.Fields(list) {
		all[w] = true
	}
	return all
}

// joined are words that separators fall into.
var joined = strings.NewReplacer("sst-2", "sst2", "xlsr-53", "xlsr53", "squad-2", "squad2")

// tag is what stands behind the last point of a name: the ending of a file ("yolov8n.pt"), the weights
// of timm ("resnet50.a1_in1k") or a language ("whisper-tiny.en"), but no version.
var tag = pattern.Of(`\.[a-z][a-z0-9_]*$`)

// Untagged returns a published name without its publisher and the tag after its last point:
// "resnet50" for "timm/resnet50.a1_in1k".
func Untagged(name string) string {
	return tag.ReplaceAllString(strings.ToLower(unpublished(name)), "")
}

// spellings are the forms under which a name is looked up, from the name itself to what is left
// without publisher, tag, variant and the data that the model was trained on further.
func spellings(name string) []string {
	forms := []string{modelForm(name), modelForm(unpublished(name)), modelForm(plainModel(name))}
	bare := tag.ReplaceAllString(strings.ToLower(name), "")
	forms = append(forms, modelForm(unpublished(bare)), modelForm(plainModel(bare)))
	parts := nameWords(joined.Replace(bare))
	if i := slices.IndexFunc(parts, func(w string) bool { return w == "finetuned" || w == "finetune" }); i > 0 && sizedBy(parts[:i]) && behind(parts[i+1:]) {
		parts = parts[:i]
	}
	if len(parts) > 1 && domains[parts[0]] {
		parts = parts[1:]
	}
	for len(parts) > 0 {
		whole := strings.Join(parts, "-")
		forms = append(forms, modelForm(whole), modelForm(plainModel(whole)))
		if last := len(parts) - 1; tuned[parts[last]] && sizedBy(parts[:last]) { // else which size was meant is a guess
			parts = parts[:last]
			continue
		}
		break
	}
	if sized := pointed(name); sized != strings.ToLower(name) { // first: opt_1_3b is not opt-13b
		forms = append(spellings(sized), forms...)
	}
	return slices.DeleteFunc(forms, func(form string) bool { return form == "" })
}

// kin are spellings that begin like a name, those that share most of it first: what may have
// been meant where no spelling is near.
func kin(name string, known []string) []string {
	const least = 4
	form := modelForm(unpublished(name))
	shared := func(other string) int {
		other, n := modelForm(unpublished(other)), 0
		for n < min(len(form), len(other)) && form[n] == other[n] {
			n++
		}
		return n
	}
	var near []string
	for _, k := range known {
		if shared(k) >= least {
			near = append(near, k)
		}
	}
	slices.SortStableFunc(near, func(a, b string) int {
		if d := shared(b) - shared(a); d != 0 {
			return d
		}
		return len(a) - len(b)
	})
	return near
}

// offered is how many names are offered in place of an unknown one.
const offered = 3

// likely offers what may have been meant by a name that begins like some others: those of them of the size that it
// states, else language models of that size.
func (c *Catalog) likely(name string, kin []string) string {
	words := released(name)
	at := slices.IndexFunc(words, func(w string) bool { return size.MatchString(w) && !part.MatchString(w) })
	if at >= 0 {
		kin = slices.DeleteFunc(kin, func(k string) bool {
			m, err := c.ResolveModel(k)
			return err != nil || m.Kind != "llm" || !ofSize(m, words[at])
		})
	}
	what := "the catalog has"
	if at >= 0 && len(kin) == 0 {
		kin, what = c.ofSize(words[at]), "of its size the catalog has"
	}
	if len(kin) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s %s)", what, strings.Join(kin[:min(len(kin), offered)], ", "))
}

// ofSize are the language models of about as many parameters as a word of a name says, the nearest first.
func (c *Catalog) ofSize(word string) []string {
	stated, err := strconv.ParseFloat(strings.Trim(word, "ebm"), 64)
	if err != nil || stated <= 0 {
		return nil
	}
	if strings.HasSuffix(word, "m") {
		stated /= 1000
	}
	var near []Model
	for _, m := range c.Models() {
		if m.Kind == "llm" && ofSize(m, word) {
			near = append(near, m)
		}
	}
	slices.SortStableFunc(near, func(a, b Model) int {
		return cmp.Compare(math.Abs(a.ParamsB/stated-1), math.Abs(b.ParamsB/stated-1))
	})
	var ids []string
	for _, m := range near {
		ids = append(ids, m.ID)
	}
	return ids
}
