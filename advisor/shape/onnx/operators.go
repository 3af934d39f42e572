package onnx

import "scaleadvise/advisor/shape"

// rule infers the outputs of an operator and adds its work.
type rule func(*call) error

// operators are those that are understood, of ONNX (to opset 25), ONNX-ML and the fused ones
// of ONNX Runtime (com.microsoft).
var operators = table(
	alike(shape.Elementwise, 1, "Relu", "LeakyRelu", "PRelu", "Elu", "Selu", "Celu", "Sigmoid", "HardSigmoid", "HardSwish", "Swish", "Mish", "Tanh", "Softplus",
		"Softsign", "ThresholdedRelu", "Shrink", "Erf", "Gelu", "FastGelu", "QuickGelu", "BiasGelu", "Clip", "Exp", "Log", "Sqrt", "Reciprocal", "Sign",
		"Not", "Sin", "Cos", "Tan", "Asin", "Acos", "Atan", "Sinh", "Cosh", "Asinh", "Acosh", "Atanh", "IsNaN", "IsInf", "BitwiseNot",
		"Softmax", "LogSoftmax", "Hardmax", "BatchNormalization", "InstanceNormalization", "LayerNormalization", "GroupNormalization", "GroupNorm",
		"RMSNormalization", "SimplifiedLayerNormalization", "LpNormalization", "MeanVarianceNormalization", "LRN", "CumSum", "Bernoulli", "BiasSoftmax", "BiasAdd",
		"SkipLayerNormalization", "SkipSimplifiedLayerNormalization", "SkipGroupNorm", "RotaryEmbedding", "QLinearLeakyRelu", "QLinearSigmoid", "QLinearSoftmax",
		"Scaler", "Normalizer", "Binarizer", "Imputer", "BiasSplitGelu"),
	alike(shape.Movement, 1, "Trilu", "ReverseSequence", "ScatterElements", "ScatterND", "Scatter", "ShuffleChannel", "RandomNormalLike", "RandomUniformLike", "TensorScatter"),
	map[string]rule{
		"Cast": cast, "CastLike": cast, "Identity": same, "Dropout": same, "DequantizeLinear": dequantize, "QuantizeLinear": quantize, "DynamicQuantizeLinear": dynamicQuantize,
		"Neg": single(func(a float64) float64 { return -a }), "Abs": single(abs), "Floor": single(floor), "Ceil": single(ceil), "Round": single(round),
		"Add": pairwise(0, 1, func(a, b float64) float64 { return a + b }), "Sub": pairwise(0, 1, func(a, b float64) float64 { return a - b }),
		"Mul": pairwise(0, 1, func(a, b float64) float64 { return a * b }), "Div": pairwise(0, 1, divide), "Mod": pairwise(0, 1, modulo), "Pow": pairwise(0, 1, nil),
		"Max": broadcast, "Min": broadcast, "Sum": broadcast, "Mean": broadcast, "And": broadcast, "Or": broadcast, "Xor": broadcast, "BitShift": broadcast,
		"BitwiseAnd": broadcast, "BitwiseOr": broadcast, "BitwiseXor": broadcast,
		"Equal": pairwise(0, 1, equal), "Greater": pairwise(0, 1, greater), "Less": pairwise(0, 1, less), "GreaterOrEqual": broadcast, "LessOrEqual": broadcast,
		"QLinearAdd": pairwise(0, 3, nil), "QLinearMul": pairwise(0, 3, nil), "Where": where,

		"Conv": convolve(0, 1), "FusedConv": convolve(0, 1), "ConvInteger": convolve(0, 1), "QLinearConv": convolve(0, 3), "ConvTranspose": deconvolve, "DeformConv": convolve(0, 1),
		"MaxPool": pool, "AveragePool": pool, "LpPool": pool, "QLinearAveragePool": pool, "GlobalAveragePool": globalPool, "GlobalMaxPool": globalPool, "GlobalLpPool": globalPool, "QLinearGlobalAveragePool": globalPool,

		"MatMul": multiply(0, 1), "MatMulInteger": multiply(0, 1), "MatMulIntegerToFloat": multiply(0, 1), "DynamicQuantizeMatMul": multiply(0, 1), "QLinearMatMul": multiply(0, 3),
		"FusedMatMul": multiply(0, 1), "Gemm": gemm(0, 1), "FusedGemm": gemm(0, 1), "QGemm": gemm(0, 3), "MatMulNBits": multiplyBits, "Einsum": einsum,
		"LSTM": recurrent(4), "GRU": recurrent(3), "RNN": recurrent(1), "DynamicQuantizeLSTM": recurrent(4),
		"MultiHeadAttention": attention, "GroupQueryAttention": attention, "QAttention": fusedAttention, "EmbedLayerNormalization": embedNormalize,

		"ReduceMean": reduction, "ReduceSum": reduction, "ReduceMax": reduction, "ReduceMin": reduction, "ReduceProd": reduction, "ReduceL1": reduction, "ReduceL2": reduction,
		"ReduceLogSum": reduction, "ReduceLogSumExp": reduction, "ReduceSumSquare": reduction, "ArgMax": argument, "ArgMin": argument,
		"TopK": topK, "NonMaxSuppression": suppress, "NonZero": nonZero,

		"Shape": shapeOf, "Size": sizeOf, "Constant": constant, "ConstantOfShape": filled, "Range": ranged, "OneHot": oneHot, "EyeLike": same,
		"RandomNormal": random, "RandomUniform": random,
		"Reshape": reshape, "Flatten": flatten, "Squeeze": squeeze, "Unsqueeze": unsqueeze, "Transpose": transpose, "Concat": concat, "Split": split,
		"Slice": slice, "Gather": gather, "GatherElements": gatherElements, "GatherND": gatherND, "Expand": expand, "Tile": tile, "Pad": pad, "Resize": resize,
		"Upsample": resize, "DepthToSpace": rearrange(true), "SpaceToDepth": rearrange(false), "GridSample": gridSample, "RoiAlign": roiAlign, "Compress": same,

		"TreeEnsembleRegressor": treeEnsemble, "TreeEnsembleClassifier": treeEnsemble, "TreeEnsemble": treeEnsemble,
		"LinearClassifier": linearModel, "LinearRegressor": linearModel, "SVMClassifier": linearModel, "SVMRegressor": linearModel,
		"ZipMap": same, "ArrayFeatureExtractor": gatherElements, "LabelEncoder": same, "FeatureVectorizer": concatFeatures,
	},
	map[string]rule{"Attention": anyAttention},
)

// table joins lists of operators.
func table(lists ...map[string]rule) map[string]rule {
	all := map[string]rule{}
	for _, list := range lists {
		for name, r := range list {
			if r != nil {
				all[name] = r
			}
		}
	}
	return all
}

// alike are operators whose first output is like their first input.
func alike(class shape.Class, kernels int, names ...string) map[string]rule {
	list := map[string]rule{}
	for _, name := range names {
		list[name] = func(c *call) error {
			x := c.shaped(0)
			if x == nil {
				return c.lost()
			}
			c.Add(class, shape.Work{Elements: x.elements(), Kernels: kernels})
			c.output(0, value{dims: x.dims, known: true, elem: x.elem})
			return nil
		}
	}
	return list
}

// lost counts an operation whose inputs have no known shape: so have its outputs, and its work
// is missing.
func (c *call) lost() error {
	c.shapeless++
	for i, name := range c.out {
		if v, ok := c.told(name); ok {
			c.output(i, v)
		}
	}
	return nil
}

// move sets the first output of an operation that copies.
func (c *call) move(v value) error {
	c.Add(shape.Movement, shape.Work{Elements: v.elements(), Kernels: 1})
	c.output(0, v)
	return nil
}

// view sets the first output of an operation that copies nothing.
func (c *call) view(v value) error {
	c.output(0, v)
	return nil
}
