# Two commands do everything, each by itself: `make run` and `make test`.
# `make lock` renews requirements.lock after a change of dependencies in pyproject.toml.

PYTHON ?= $(shell command -v python3.11 || command -v python3.12 || command -v python3.13 || command -v python3)
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready-$(shell cat requirements.lock pyproject.toml 2>/dev/null | cksum | cut -d' ' -f1)
SYSTEM := xvfb xauth xdotool libgl1-mesa-dri libegl1 libgl1 libglib2.0-0 libfontconfig1 libxkbcommon-x11-0 libxcb-cursor0 \
          libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxcb-render-util0 libxcb-image0 libdbus-1-3 fonts-dejavu-core mosquitto
XVFB := xvfb-run -a -s "-screen 0 1600x1000x24"

.PHONY: run test lint types contracts check bench lock system clean

run: $(READY)
	@if [ -n "$$DISPLAY$$WAYLAND_DISPLAY" ]; then exec $(BIN)/neodent open; \
	else mkdir -p out && echo "No display: opening the window on a virtual one for ten seconds." && \
	     $(XVFB) $(BIN)/neodent open --showreel out; fi

test: $(READY)
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --benchmark-disable $(TESTS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY)
	$(BIN)/mypy

contracts: $(READY)
	$(BIN)/lint-imports

check: lint types contracts test

bench: $(READY)
	$(XVFB) $(BIN)/python -m pytest tests/benchmarks --benchmark-columns=min,median,max -m benchmark_suite

# The stamp carries the checksum of what it was made from, so a changed lock file makes it anew.
$(READY): | system
	@test -n "$(PYTHON)" || { echo "Python 3.11 to 3.13 is needed: apt-get install python3 python3-venv"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -c "import sys; assert (3, 11) <= sys.version_info < (3, 14), sys.version" || \
	  { echo "$(VENV) holds another Python; remove it, or call make PYTHON=python3.11"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@echo "Compiling kernels once (about half a minute)."
	$(BIN)/python -m neodent_viewer.sculpt.kernels.warm
	@rm -f $(VENV)/.ready-* && touch $@

# What Qt and the software renderer need of the system: installed when root, otherwise one line to paste.
system:
	@command -v dpkg-query >/dev/null || exit 0; \
	missing=""; for p in $(SYSTEM); do \
	  dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q "ok installed" || missing="$$missing $$p"; done; \
	[ -z "$$missing" ] && exit 0; \
	if [ "$$(id -u)" = 0 ]; then echo "Installing system packages:$$missing"; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$missing >/dev/null; \
	else echo "Some system packages are missing. Paste this line, then try again:"; \
	  echo "  sudo apt-get install -y$$missing"; exit 1; fi

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --extra test --universal --python-version 3.11 --generate-hashes --no-header \
	  --upgrade -q -o requirements.lock

clean:
	rm -rf $(VENV) out dist build .mypy_cache .ruff_cache .import_linter_cache .hypothesis .benchmarks
