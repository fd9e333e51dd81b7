# Everything runs in .venv; PYTHON chooses the interpreter that makes it (3.11 or newer).
PYTHON ?= python3
# How long `make bench` plays without a break.
SOAK_MINUTES ?= 30
VENV := .venv
BIN := $(VENV)/bin
INPUTS := setup.cfg pyproject.toml tools/setup.sh

.PHONY: help demo test bench lint songs clip clean

help:
	@echo "make demo   install what is missing and practise a song with the bundled clip"
	@echo "make test   install what is missing and run every test"
	@echo "make bench  measure how fast and how playable it is, and play on and on (an hour)"
	@echo "make lint   check style"
	@echo "make songs  write songs/*.mid again"
	@echo "make clip   render the demo clip again (minutes)"
	@echo "make clean  remove .venv"

demo: $(VENV)/.ready-run
	@$(BIN)/handmidi setup
	$(BIN)/handmidi practice mama --camera demo --no-calibration

test: $(VENV)/.ready-test
	@$(BIN)/handmidi setup
	$(BIN)/python -m pytest -n 2 --dist loadgroup

bench: $(VENV)/.ready-test
	@$(BIN)/handmidi setup
	$(BIN)/handmidi bench -o speed.json --docs docs/speed.md
	$(BIN)/python -m tools.playability --jobs 2 -o playability.json --docs docs/playability.md
	$(BIN)/python -m tools.scoring -o scoring.json --docs docs/scoring.md
	$(BIN)/python -m tools.soak --minutes $(SOAK_MINUTES) -o soak.json --docs docs/speed.md

lint: $(VENV)/.ready-test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

songs: $(VENV)/.ready-run
	$(BIN)/python tools/build_songs.py

clip: $(VENV)/.ready-run
	$(BIN)/python tools/render_demo.py

$(VENV)/.ready-%: $(INPUTS)
	@PYTHON="$(PYTHON)" sh tools/setup.sh $*
	@touch $@

clean:
	rm -rf $(VENV)
