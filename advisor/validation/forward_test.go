package validation

import (
	"context"
	"strings"
	"testing"
)

// TestForwardRows: rows about ordinary models are predicted from the catalogue, from their own
// facts, or told why not.
func TestForwardRows(t *testing.T) {
	c := embedded(t)
	text := `accelerator,model,model_kind,params_m,gmacs,activations_m,input,runtime,precision,mode,batch,cores,measured_qps,measured_latency_ms,peak_tflops,bandwidth_gbs
RTX 4090,resnet50,vision-cnn,25.6,4.11,11.1,224x224,pytorch-eager,amp-fp16,batch,256,,3000,,,
A10G,yolo11m,,,,,,tensorrt,fp16,latency,1,,,4,,
c7i.2xlarge,my own net,vision-cnn,10,1.2,,224x224,onnxruntime-cpu,fp32,latency,1,,60,,,
NVIDIA B999,my own net,vision-cnn,10,1.2,,224x224,,,batch,64,,9000,,2000,9000
T4,nobody knows this,,,,,,pytorch,fp16,batch,8,,100,,,
T4,resnet50,,,,,,pytorch,fp16,hopping,8,,100,,,
`
	v, err := Judge(context.Background(), Input{Source: strings.NewReader(text), Catalog: c, Predictor: NewPredictor(c, false)}, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Used != 4 || len(v.Skipped) != 2 {
		t.Fatalf("%d judged, skipped %v", v.Used, v.Skipped)
	}
	for i, want := range []string{"neither its operations nor its parameters", "mode is"} {
		if !strings.Contains(v.Skipped[i].Reason, want) {
			t.Errorf("line %d: %s; want %q", v.Skipped[i].Line, v.Skipped[i].Reason, want)
		}
	}
	for _, j := range v.Worst {
		if ratio := j.Predicted / j.Measured; ratio < 0.2 || ratio > 5 || j.Low > j.Predicted || j.High < j.Predicted || j.Basis == "" {
			t.Errorf("%+v", j)
		}
	}
	if len(v.Warnings) != 1 || !strings.Contains(v.Warnings[0], "pytorch is assumed") {
		t.Errorf("warnings %q", v.Warnings)
	}
}

// TestTunedRows: runtime mlperf asks for MLPerf's tuned runs, and so does a file without that column
// whose model is spelled as a benchmark. Any other is taken to run in PyTorch, as in capacity.
func TestTunedRows(t *testing.T) {
	c := embedded(t)
	rate := func(text string) float64 {
		v, err := Judge(context.Background(), Input{Source: strings.NewReader(text), Catalog: c, Predictor: NewPredictor(c, false)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		return v.Worst[0].Predicted
	}
	plain := rate("accelerator,model,precision,measured_qps\nt4,resnet50,int8,100\n")
	tuned := rate("accelerator,model,precision,runtime,measured_qps\nt4,resnet50,int8,mlperf,100\n")
	eager := rate("accelerator,model,precision,runtime,measured_qps\nt4,resnet50,fp16,pytorch,100\n")
	named := rate("accelerator,model,precision,measured_qps\nt4,resnet-50,fp16,100\n")
	if plain != tuned || eager > tuned/2 || named != eager {
		t.Errorf("without a runtime %g/s, mlperf %g/s, pytorch %g/s, without a runtime or benchmark %g/s", plain, tuned, eager, named)
	}
}

// TestExcludingItself: a row is predicted without the runs of its model on its device.
func TestExcludingItself(t *testing.T) {
	c := embedded(t)
	text := "accelerator,model,model_kind,gmacs,params_m,input,runtime,precision,mode,batch,measured_qps\nJetson Orin NX 16GB,yolo11m,detector,34,20.1,640x640,tensorrt,fp16,latency,1,69\n"
	for exclude, want := range map[bool]string{false: "measured", true: "transferred"} {
		v, err := Judge(context.Background(), Input{Source: strings.NewReader(text), Catalog: c, Predictor: NewPredictor(c, exclude)}, Options{})
		if err != nil {
			t.Fatal(err)
		}
		if got := v.Worst[0].Basis; got != want {
			t.Errorf("excluding itself %v: %s, want %s", exclude, got, want)
		}
	}
}
