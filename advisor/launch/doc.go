// Package launch reads how a container starts a model server: which engine it is, and the settings
// that its image, command, arguments and environment make.
//
// In: a Container, as Kubernetes describes one; references to variables, $(NAME) of Kubernetes and $NAME of
// a shell, are resolved from its environment. Out: a Server with the text of each setting and the place it
// came from. Nothing is executed, and nothing is judged: what does not follow from the text (a template, a
// file of settings, a script in the image) is left out, and Complete is then false.
//
// Sources of the names: the engines' documentation of their command lines and variables (vLLM
// engine arguments; SGLang server arguments; text-generation-launcher; lmdeploy serve api_server;
// trtllm-serve; NVIDIA NIM for LLMs, configuration; KServe Hugging Face runtime; llama-server;
// Ollama FAQ), read in November 2026.
package launch
