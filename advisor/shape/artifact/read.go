package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"scaleadvise/advisor/bounded"
	"scaleadvise/advisor/shape"
	"scaleadvise/advisor/shape/onnx"
	"scaleadvise/advisor/shape/tree"
)

// mostText bounds a dump of trees, B.
const mostText = 256 << 20

// shown is how much of a file tells what it is, B.
const shown = 512

// foreign is a kind of file that is known and not read.
type foreign struct {
	magic  string
	at     int
	what   string
	remedy string
}

const (
	toONNX  = "export it to ONNX (torch.onnx.export, or optimum-cli export onnx) and give that"
	fromTF  = "convert it to ONNX (tf2onnx) and give that"
	toTrees = "export it: skl2onnx writes ONNX, save_model of XGBoost and LightGBM writes JSON and text"
)

var foreigners = []foreign{
	{"\x80\x02", 0, "a Python pickle, which is code and is not run", toTrees}, {"\x80\x03", 0, "a Python pickle, which is code and is not run", toTrees},
	{"\x80\x04", 0, "a Python pickle, which is code and is not run", toTrees}, {"\x80\x05", 0, "a Python pickle, which is code and is not run", toTrees},
	{"\x78\x9c", 0, "a compressed joblib dump, which is code and is not run", toTrees}, {"ZF", 0, "a joblib dump, which is code and is not run", toTrees},
	{"PK\x03\x04", 0, "a PyTorch checkpoint or another archive", toONNX},
	{"\x89HDF", 0, "a Keras model (HDF5)", fromTF}, {"TFL3", 4, "a TensorFlow Lite model", fromTF},
	{"GGUF", 0, "a GGUF file of a language model", "give the config.json of the model as --model-config"},
	{"ftrt", 0, "a TensorRT engine", "give the ONNX file that it was built from"},
	{"<?xml", 0, "an OpenVINO model", "give the ONNX file or the config.json that it was converted from"}, {"<net", 0, "an OpenVINO model", "give the ONNX file or the config.json that it was converted from"},
	{"binf", 0, "XGBoost's binary model", `save it as JSON: booster.save_model("model.json")`},
	{"{L", 0, "XGBoost's UBJ model", `save it as JSON: booster.save_model("model.json")`},
}

// Read describes the model of a file. file is its name, name that of the model. The error is
// one line with the place and what to do.
func Read(ctx context.Context, r io.Reader, file, name string) (*shape.Model, error) {
	head, rest, err := peek(r)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	if err := refused(head); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	switch text := bytes.TrimLeft(head, " \t\r\n\ufeff"); {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")), bytes.HasPrefix(text, []byte("tree\n")), bytes.HasPrefix(text, []byte("tree\r\n")), bytes.HasPrefix(text, []byte("booster[")), len(text) > 0 && (text[0] == '{' || text[0] == '['):
		return readText(ctx, rest, file, name)
	}
	return onnx.Read(rest, file, name)
}

// peek reads the start of a file and puts it back: by seeking, so that what follows can be
// sought too, or before the rest.
func peek(r io.Reader) (head []byte, rest io.Reader, err error) {
	head = make([]byte, shown)
	n, err := io.ReadFull(r, head)
	head = head[:n]
	switch {
	case n == 0 && errors.Is(err, io.EOF):
		return nil, nil, errors.New("empty; give an ONNX file, or a dump of trees")
	case err != nil && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, nil, err
	}
	if s, ok := r.(io.Seeker); ok {
		if _, err := s.Seek(-int64(n), io.SeekCurrent); err == nil {
			return head, r, nil
		}
	}
	return head, io.MultiReader(bytes.NewReader(head), r), nil
}

// refused names a file that is known and not read.
func refused(head []byte) error {
	for _, f := range foreigners {
		if len(head) >= f.at && bytes.HasPrefix(head[f.at:], []byte(f.magic)) {
			return fmt.Errorf("%s; %s", f.what, f.remedy)
		}
	}
	// safetensors: a length of 8 bytes, then JSON.
	if len(head) > 9 && head[8] == '{' && bytes.Equal(head[5:8], []byte{0, 0, 0}) {
		return errors.New("weights (safetensors), which do not describe the layers; give the config.json next to them as --model-config")
	}
	return nil
}

// readText reads a dump of trees.
func readText(ctx context.Context, r io.Reader, file, name string) (*shape.Model, error) {
	in := bounded.NewReader(ctx, r, bounded.Limits{What: "dump of trees", Remedy: "export the model to ONNX", Bytes: mostText, Packed: mostText})
	for {
		b, err := in.Peek(1)
		if err != nil || !strings.ContainsRune(" \t\r\n", rune(b[0])) {
			break
		}
		_, _ = in.Discard(1) // it was peeked
	}
	read := tree.ReadJSON
	switch b, _ := in.Peek(4); string(b) {
	case "tree":
		read = tree.ReadLightGBM
	case "boos":
		read = tree.ReadDump
	}
	m, err := read(in, file, name)
	if fault := in.Fault(); fault != nil {
		return nil, fmt.Errorf("%s: %w", file, fault)
	}
	return m, err
}
