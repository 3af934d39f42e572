package architecture

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"scaleadvise/advisor/shape"
)

// part is a network of a pipeline with what it needs to know of a request.
type part struct {
	params float64 // of all of it, also where a pass reads less
	walk   func(shape.Request) shape.Pass
}

// denoiser is the part that runs at every step.
type denoiser struct {
	part
	side     float64 // pixels of the usual image
	guided   float64 // passes of a step: 2 with classifier-free guidance
	captions int     // tokens that long text encoders are read to
}

// denoisers are the classes of diffusers that predict noise.
var denoisers = map[string]func(*config) denoiser{
	"UNet2DConditionModel":     readUNet,
	"SD3Transformer2DModel":    readSD3,
	"FluxTransformer2DModel":   readFlux,
	"DiTTransformer2DModel":    readDiT,
	"PixArtTransformer2DModel": readDiT,
	"Transformer2DModel":       readDiT,
}

// diffusion describes a pipeline, or its denoiser alone.
func diffusion(open Open, c *config, class, name string) (*shape.Model, error) {
	p := pipeline{config: c, name: name}
	switch {
	case strings.HasSuffix(class, "Pipeline"):
		if err := p.components(open); err != nil {
			return nil, err
		}
	default:
		read, ok := denoisers[class]
		if !ok {
			return nil, unknownDenoiser(c.file, class)
		}
		d := read(c)
		p.denoiser = &d
		c.note("the denoiser alone: give the pipeline's model_index.json to count text encoders and decoder too")
	}
	if err := c.fault(); err != nil {
		return nil, err
	}
	return p.model()
}

func unknownDenoiser(file, class string) error {
	return fmt.Errorf("%s: unknown architecture %q; known are %s; or describe it by --params 2.6B --gmacs 3380 and model kind diffusion",
		file, clip(class), strings.Join(slices.Sorted(maps.Keys(denoisers)), ", "))
}

// pipeline is the parts of a diffusion model.
type pipeline struct {
	*config
	name     string
	before   []func(captions int) part // text encoders
	denoiser *denoiser
	after    *part // decoder of the image
}

// components reads the parts that a model_index.json names.
func (p *pipeline) components(open Open) error {
	for _, key := range slices.Sorted(maps.Keys(p.keys)) {
		names, _ := p.keys[key].([]any)
		if len(names) != 2 {
			continue
		}
		class, _ := names[1].(string)
		if err := p.component(open, key, class); err != nil {
			return err
		}
	}
	if p.denoiser == nil {
		return fmt.Errorf("%s: no denoiser that is known among its parts; known are %s", p.file, strings.Join(slices.Sorted(maps.Keys(denoisers)), ", "))
	}
	return nil
}

func (p *pipeline) component(open Open, key, class string) error {
	read, denoises := denoisers[class]
	encodes := strings.HasPrefix(key, "text_encoder")
	switch {
	case !denoises && (key == "unet" || key == "transformer") && class != "":
		return unknownDenoiser(p.file, class)
	case !denoises && !encodes && class != "AutoencoderKL":
		return nil // schedulers, tokenizers, filters
	case class == "":
		return nil
	}
	inner, err := p.open(open, key)
	if err != nil {
		return err
	}
	switch {
	case denoises:
		d := read(inner)
		p.denoiser = &d
	case encodes:
		return p.encoder(inner, class)
	default:
		after := readAutoencoder(inner)
		p.after = &after
	}
	return nil
}

// open reads the config of a part, whose faults and notes are the pipeline's.
func (p *pipeline) open(open Open, key string) (*config, error) {
	file := path.Join(path.Dir(p.file), key, "config.json")
	text, err := readFile(open, file)
	if err != nil {
		return nil, fmt.Errorf("%s names the part %s, which cannot be read: %w; give the whole folder", p.file, clip(key), err)
	}
	inner, err := parse(text, file)
	if err == nil {
		inner.faults, inner.notes = p.faults, p.notes
	}
	return inner, err
}

// encoder adds a text encoder.
func (p *pipeline) encoder(c *config, class string) error {
	f, ok := familyOf(c.word("model_type"))
	if !ok || !slices.Contains(f.uses, shape.Tokens) {
		return fmt.Errorf("%s: unknown text encoder %q (%s); known are CLIP and T5", c.file, clip(c.word("model_type")), clip(class))
	}
	if f.name == "CLIP" {
		f, _ = familyOf("clip_text_model")
	}
	n := f.read(c)
	if n.walk == nil {
		return nil // a fault was noted
	}
	p.before = append(p.before, func(captions int) part {
		tokens := captions
		if n.longest > 0 {
			tokens = min(tokens, int(n.longest))
		}
		return part{params: n.params(f.uses), walk: func(shape.Request) shape.Pass {
			pass := n.walk(shape.Request{Tokens: tokens})[0]
			pass.Name = "text encoder"
			return pass
		}}
	})
	return nil
}

// model puts the parts together.
func (p *pipeline) model() (*shape.Model, error) {
	d := p.denoiser
	m := &shape.Model{
		Name: p.name, Kind: "diffusion", Subkind: "text-to-image", Source: p.file, Precision: precision(p.config), Notes: *p.notes,
		Uses: []shape.Dimension{shape.Image, shape.Steps}, Usual: shape.Request{Width: int(d.side), Height: int(d.side), Steps: usualSteps}, Params: d.params,
	}
	var before []part
	for _, encoder := range p.before {
		before = append(before, encoder(d.captions))
		m.Params += before[len(before)-1].params
	}
	if p.after != nil {
		m.Params += p.after.params
	}
	if d.guided > 1 {
		m.Notes = append(m.Notes, "guidance runs the denoiser and the text encoders twice; with guidance off both cost half")
	}
	m.Walk = func(r shape.Request) ([]shape.Pass, error) { return p.passes(before, r), nil }
	return m, nil
}

// usualSteps is what most published pipelines take to an image.
const usualSteps = 30

func (p *pipeline) passes(before []part, r shape.Request) []shape.Pass {
	var all []shape.Pass
	for _, encoder := range before {
		pass := encoder.walk(r)
		pass.Times = p.denoiser.guided
		all = append(all, pass)
	}
	step := p.denoiser.walk(r)
	step.Times = float64(r.Steps) * p.denoiser.guided
	if all = append(all, step); p.after != nil {
		all = append(all, p.after.walk(r))
	}
	return all
}

// whole is a part that reads all of its parameters in a pass.
func whole(walk func(shape.Request) shape.Pass) part {
	one := walk(shape.Request{Width: 64, Height: 64})
	return part{params: one.Params, walk: walk}
}
