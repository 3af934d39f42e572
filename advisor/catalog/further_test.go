package catalog

import "testing"

// TestModelsTrainedFurther: a model that was trained further has the shape of the one that it began as.
func TestModelsTrainedFurther(t *testing.T) {
	c := shipped(t)
	for name, want := range map[string]string{
		"SamLowe/roberta-base-go_emotions":                   "roberta-base",
		"papluca/xlm-roberta-base-language-detection":        "xlm-roberta-base",
		"cardiffnlp/twitter-xlm-roberta-base-sentiment":      "xlm-roberta-base",
		"j-hartmann/emotion-english-distilroberta-base":      "distilroberta-base",
		"ProtectAI/deberta-v3-base-prompt-injection-v2":      "deberta-v3-base",
		"MoritzLaurer/deberta-v3-base-zeroshot-v2.0":         "deberta-v3-base",
		"cross-encoder/nli-deberta-v3-base":                  "deberta-v3-base",
		"cross-encoder/quora-roberta-base":                   "roberta-base",
		"sentence-transformers/msmarco-distilbert-base-v4":   "distilbert-base",
		"openai-community/roberta-base-openai-detector":      "roberta-base",
		"microsoft/beit-base-patch16-224-pt22k-ft22k":        "beit-base",
		"google/vit-base-patch16-224-in21k":                  "vit-b-16",
		"primeline/whisper-large-v3-turbo-german":            "whisper-large-v3-turbo",
		"jonatasgrosman/wav2vec2-large-xlsr-53-english":      "wav2vec2-large",
		"keremberke/yolov8m-hard-hat-detection":              "yolov8m",
		"arnabdhar/YOLOv8-Face-Detection/yolov8n-face.pt":    "yolov8n",
		"BAAI/bge-base-en-v1.5-finance":                      "bge-base-en-v1.5",
		"nvidia/segformer-b0-finetuned-cityscapes-1024-1024": "", // another size of image
	} {
		if m, err := c.ResolveModel(name); m.ID != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v; want %q", name, m.ID, err, want)
		}
	}
}

// TestOtherWorkIsNotTrainedFurther: a name that holds that of a known model is not taken for it where a
// word speaks of another size, of another input or of further parts.
func TestOtherWorkIsNotTrainedFurther(t *testing.T) {
	c := shipped(t)
	for _, name := range []string{
		"acme/upernet-swin-base", "facebook/maskformer-swin-tiny-coco", "microsoft/swin-base-patch4-window12-384", "acme/detr-resnet-50-dc5",
		"acme/roberta-base-4096", "acme/roberta-base-long", "acme/distilled-roberta-base", "acme/yolov8n-world", "acme/yolov8n-p6", "acme/resnet-50-fpn",
		"acme/tiny-roberta-base", "acme/vit-age", "acme/bert-finetuned", "acme/whisper-finetuned", "acme/dpt-dinov2-base-kitti", "base", "small-v2", "large",
	} {
		if m, err := c.ResolveModel(name); err == nil {
			t.Errorf("%s is taken for %s", name, m.ID)
		}
	}
}
