# scaleadvise: every target says itself in `make help`.
GO          ?= go
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
DEADCODE    := golang.org/x/tools/cmd/deadcode@v0.52.0
FUZZTIME    ?= 10s
SOAKTIME    ?= 2m
SOAKSEED    ?= $(SEED)
SEED        ?= 20261125
# Without the writer of manual pages, which nothing here calls and which costs start-up time.
TAGS        := urfave_cli_no_docs
# What reads and writes, and what is fitted once a run, is not inlined: that is not where the time goes, and it saves 3 MB.
SLOW        := regexp fmt os reflect cel.dev encoding/csv encoding/json google.golang.org github.com go.yaml.in vendor net crypto html text encoding/xml encoding/gob mime log golang.org go database expvar \
	$(foreach p,bounded unit report export plan gate quiz catalog listing validation loadtest prom pricelist trace shape fact rule intake launch comparison inquiry explain workload advice example engine whatif derivation purchase choice candidate origin autoscale forecast llm/hub,scaleadvise/advisor/$(p)) scaleadvise/cmd/scaleadvise scaleadvise/rules
LEAN        := $(foreach p,$(SLOW),-gcflags=$(p)/...=-l)
BUILDFLAGS  := -trimpath -tags=$(TAGS) $(LEAN) -gcflags=scaleadvise/advisor=-l "-ldflags=-s -w"
# Tests, generators and linters compile as the binary does, so that what is compiled once serves all.
export GOFLAGS := $(GOFLAGS) $(BUILDFLAGS)
export CGO_ENABLED := 0
BIN         := bin/scaleadvise
MAXBYTES    := 37000000 # of the binary

# Tests collect garbage less often: memory they have, time they have not.
LAZYGC      := GOGC=400

.DEFAULT_GOAL := help
.PHONY: help build install dist demo test check size lint generate fresh accuracy fit bench fuzz soak race race-ci golden clean

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build bin/scaleadvise
	$(GO) build -o $(BIN) ./cmd/scaleadvise

install: ## install scaleadvise into the folder of Go's binaries
	$(GO) install ./cmd/scaleadvise

dist: ## make bin/dist: archives for Linux, macOS and Windows with checksums, manual page and completions
	$(GO) run ./cmd/dist bin/dist $(BUILDFLAGS)

demo: build ## build it and ask the first question
	./$(BIN) --qps 5000 --gpu a10

# Cases that tests draw at random are the same in every run, so that a commit is judged by
# what it changed. `go test ./...` draws others each time. The command's tests take longest
# and run one after the other, so they begin first.
test: ## run all tests; `make lint` vets them
	@drawing=$$(grep -rl --include='*_test.go' '"pgregory.net/rapid"' advisor cmd rules | xargs -n 1 dirname | sort -ru | sed 's,^,./,'); \
	others=$$($(GO) list -f '{{.Dir}}' ./... | sed "s,^$$PWD,.," | grep -vxF "$$drawing"); \
	echo "$(GO) test ./..., rapid's seed $(SEED)"; \
	{ $(LAZYGC) $(GO) test -vet=off -timeout 15m -json $$drawing -rapid.seed=$(SEED); $(LAZYGC) $(GO) test -vet=off -timeout 15m -json $$others; } | $(GO) run ./cmd/testsum

check: lint fresh test build size ## all that CI runs but the race detector

size: build ## fail where the binary is larger than MAXBYTES
	@bytes=$$(wc -c < $(BIN)); echo "$(BIN): $$bytes bytes of $(MAXBYTES)"; [ $$bytes -le $(MAXBYTES) ]

lint: ## gofmt, go vet, staticcheck and deadcode (both pinned)
	@unformatted=$$(gofmt -l cmd advisor rules); \
	if [ -n "$$unformatted" ]; then echo "run gofmt -w on:"; echo "$$unformatted"; exit 1; fi
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	@dead=$$($(GO) run $(DEADCODE) -test ./...) || exit 1; if [ -n "$$dead" ]; then echo "$$dead"; exit 1; fi

generate: ## make the generated files again
	$(GO) generate ./...

fresh: ## fail where a generated file is not what its generator makes
	@before=$$(git status --porcelain; git diff); $(GO) generate ./...; after=$$(git status --porcelain; git diff); \
	if [ "$$before" != "$$after" ]; then echo "go generate changed files: commit them"; git status --short; exit 1; fi

accuracy: ## cross-validate the predictions, hold formulas against simulation, and write both into the manual
	$(GO) run ./cmd/accuracy cmd/scaleadvise/topics/accuracy.md README.md

fit: ## tune and fit the times of steps and of forward passes on the measurements that ship
	$(GO) run ./cmd/fit -scratch -tune 4 advisor/llm/step
	$(GO) test -count=1 -timeout 30m -run 'FitIsFresh$$' ./advisor/forward -update -fit
	$(GO) test -count=1 -timeout 30m -run 'FitIsFresh$$' ./advisor/service -update -fit

bench: build ## measure every command as a whole process, write the table into the manual, run the benchmarks
	$(GO) run ./cmd/benchmark $(BIN) cmd/scaleadvise/topics/performance.md
	$(GO) test -run '^$$' -bench . -benchmem ./...

fuzz: ## fuzz each parser for FUZZTIME (10s)
	@$(GO) list -f '{{.Dir}} {{join .TestGoFiles " "}} {{join .XTestGoFiles " "}}' ./... | while read -r dir files; do \
	for f in $$files; do \
	for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9_]*\)(.*/\1/p' "$$dir/$$f"); do \
	echo "$$target in $$dir"; $(GO) test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x -parallel 2 "$$dir" || exit 1; \
	done; done; done

soak: ## draw command lines and files for SOAKTIME (2m), and hold every run to what is promised; SOAKSEED draws others
	$(GO) test -c -o bin/soak.test ./cmd/scaleadvise
	cd cmd/scaleadvise && ../../bin/soak.test -test.run '^TestSoak$$' -soak $(SOAKTIME) -soakseed $(SOAKSEED)

# Packages that share memory between goroutines.
SHARING = $$(grep -rlE --include='*.go' --exclude='*_test.go' 'go func|\.Go\(|sync\.(Mutex|RWMutex|Map|Pool|Cond)|atomic\.' advisor cmd rules | xargs -n 1 dirname | sort -u | sed 's,^,./,')

# The race detector needs C.
race race-ci: export CGO_ENABLED = 1
race: ## test the packages that share memory between goroutines under the race detector
	$(GO) test -race -short -timeout 15m $(SHARING)

# The command's own tests take most of the time of `make race`: of them, those that interrupt runs.
race-ci: ## the same with few tests of the command itself, which is what CI has time for
	$(GO) test -race -short -timeout 15m $$(for p in $(SHARING); do echo $$p; done | grep -vx ./cmd/scaleadvise)
	$(GO) test -race -short -timeout 10m -run 'Interrupted|SameTraits' ./cmd/scaleadvise

golden: ## write the golden files, scripts, documents and pictures anew; read the diff before you commit it
	$(GO) test -count=1 $$(grep -rl --include='*_test.go' 'flag.Bool("update"' advisor cmd rules | xargs -n 1 dirname | sort -u | sed 's,^,./,') -update

clean: ## remove what was built
	rm -rf bin testdata/out
