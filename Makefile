# sidetone: `make run` opens the console, `make test` runs every test. Both install what the machine lacks.
SWIFT ?= swift
ARGS ?=
# Swift's own libraries go into the binary: it runs on machines without a toolchain.
# The same compiler arguments on a terminal and in a pipe, or each change between them would build everything anew.
RELEASE := -c release --static-swift-stdlib --no-color-diagnostics --product sidetone
# An import that Package.swift does not declare is an error.
IMPORTS := --explicit-target-dependency-import-check error
BINARY := .build/release/sidetone

.PHONY: run build test check format bench docs clean setup setup-test

run: build
	@exec $(BINARY) $(ARGS)

build: setup
	$(SWIFT) build $(RELEASE)

setup:
	@SWIFT="$(SWIFT)" .ci/setup build

setup-test:
	@SWIFT="$(SWIFT)" .ci/setup test

test: setup-test
	$(SWIFT) build --build-tests $(IMPORTS)
	$(SWIFT) test --skip-build $(IMPORTS)

# House rules, and thirty checks of the screen in tmux; both need the built binary.
check: build setup-test
	@SWIFT="$(SWIFT)" .ci/check
	@Tests/Screen/thirty

format:
	$(SWIFT) format format --in-place --recursive Package.swift Sources Tests

docs: build
	$(BINARY) keys --markdown > docs/keys.md
	$(BINARY) providers docs docs/providers

bench: build
	$(BINARY) bench $(ARGS)

clean:
	$(SWIFT) package clean
