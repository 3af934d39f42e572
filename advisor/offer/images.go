package offer

import (
	"errors"
	"fmt"

	"scaleadvise/advisor/catalog"
	"scaleadvise/advisor/llm/sight"
	"scaleadvise/advisor/workload"
)

// Images are the images of a request to a vision-language model. The zero value is none.
type Images struct {
	Number int
	Each   sight.Cut
	Family sight.Family
}

// Tokens returns those of the prompt that are images.
func (i Images) Tokens() float64 { return float64(i.Number) * i.Each.Tokens }

// weights returns those of the vision tower, B: 16 bit, whatever the decoder's are.
func (i Images) weights() float64 { return 2 * i.Family.Params }

// reading returns the work on a prompt with its images over that of the decoder alone.
func (l *Language) reading() float64 {
	i := l.Images
	if i.Number == 0 {
		return 1
	}
	return 1 + float64(i.Number)*i.Family.Operations(i.Each)/(2*l.Shape.ActiveParams*l.Lengths.Input.Mean)
}

// usualImage is the size of an image where none is given.
const usualImage = "1024x1024"

// imagesOf returns the images of a request. A size alone means one of them.
func imagesOf(w *workload.Workload, m catalog.Model) (Images, error) {
	family, sees := sight.Of(w.Model, m.ID, m.Name, m.Subkind)
	trait := "images"
	if w.LLM.Images == 0 {
		if trait = "image_size"; w.Request.Width == 0 {
			return Images{Family: family}, nil // whose tower is in memory without images too
		}
		w.Ordinary("images", "1", "a size without a number is that of one image")
	}
	switch {
	case !sees:
		return Images{}, w.Fault(trait, fmt.Errorf("how %s takes images is not known; add the tokens of its images to --input-tokens", m.Name))
	case len(w.LLM.InputSeen) > 0:
		return Images{}, w.Fault(trait, errors.New("a trace counts the tokens of images too; leave it out, or give --input-tokens as numbers"))
	}
	w.Ordinary("image_size", usualImage, "no size of images was given; this is a common one")
	return Images{w.LLM.Images, family.Cut(w.Request.Width, w.Request.Height), family}, nil
}
