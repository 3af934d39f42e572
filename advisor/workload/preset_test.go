package workload

import (
	"testing"

	"scaleadvise/advisor/origin"
)

// TestPresets: each can be read whole, and gives way to what any layer says.
func TestPresets(t *testing.T) {
	for _, name := range Presets() {
		s := Set{}
		for trait, text := range map[string]string{"preset": name, "users": "500"} {
			if err := ParseSet(trait, text, origin.Origin{Kind: origin.Flag, Name: "--" + trait}, s); err != nil {
				t.Fatal(err)
			}
		}
		merged, _ := Merge(s)
		for trait, text := range presets[name].traits {
			if v, ok := merged[trait]; !ok || v.Text != text || v.Origin.Kind != origin.Preset || v.Origin.Reason == "" {
				t.Errorf("%s: %s is %+v", name, trait, v)
			}
		}
		w, err := Resolve(merged, nil, "")
		if err != nil || !w.ModelAssumed || !w.Assumed("model") || w.Peak.Mid <= 0 {
			t.Errorf("%s: %v, model assumed %v, peak %v", name, err, w != nil && w.ModelAssumed, w)
		}
		given := Set{}
		for trait, text := range map[string]string{"preset": name, "qps": "5", "model": "resnet-50"} {
			if err := ParseSet(trait, text, origin.Origin{Kind: origin.Environment, Name: trait}, given); err != nil {
				t.Fatal(err)
			}
		}
		merged, _ = Merge(given)
		if _, ok := merged["requests_per_user"]; ok || merged["model"].Text != "resnet-50" || merged["qps"].Text != "5" {
			t.Errorf("%s: what is given gives way: %+v", name, merged)
		}
	}
}
