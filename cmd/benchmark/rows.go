//go:build unix

package main

// rows are the commands that are measured, and questions that take long.
var rows = []string{
	"version",
	"help capacity",
	"--qps 5000 --gpu a10",
	"--qps 5000 --gpu a10 --availability 99.9% --growth 8%/month --horizon 12mo -o json",
	"--qps 50000 --service-time 2ms --concurrency 8",
	"--qps 5000 --gpu a10 --burstiness 4 --balancing least-loaded",
	"--qps 227 --model resnet50 --p99 193ms --gpu a10g",
	"--model llama-3.1-70b --qps 12 --input-tokens 1024 --output-tokens 256 --gpu h100 --gpus-per-replica 4",
	"--qps 5000 --gpu a10 --verify",
	"explain replicas --qps 5000 --gpu a10",
	"capacity --gpu a10",
	"capacity --service-time 9ms --replica-qps 10000 --service-cv 1",
	"capacity --model llama-3.1-70b --input-tokens 1024 --output-tokens 256 --gpu h100 --gpus-per-replica 4",
	"capacity --qps 134 --batch-time 1:599us --batch-time 1454:1ms --max-batch 1454 --service-cv 1.34 --p99 18.4ms --burstiness 749@10ms",
	"whatif --qps 5000 --gpu a10",
	"whatif --qps 391 --model resnet50 --latency 225us --latency-percentile 95",
	"whatif --qps 0.3 --replica-qps 47.5 --burstiness 1.94 --balancing least-loaded --gpu h100",
	"whatif --model llama-3.1-70b --qps 12 --input-tokens 1024 --output-tokens 256 --gpu h100 --gpus-per-replica 4",
	"whatif --vary qps=1000..10000 --gpu a10",
	"forecast --qps 5000 --gpu a10 --growth 8%/month",
	"simulate --qps 5000 --gpu a10 --replicas 15",
	"simulate --model llama-3.1-8b --qps 20 --input-tokens 1024 --output-tokens 256 --gpu h100 --replicas 2",
	"check plan.yaml",
	"init --qps 5000 --gpu a10",
	"quiz -o json --count 3",
	"catalog accelerators",
	"rules list",
	"rules test",
	"profiles list",
	"schema plan",
}
