# Everything runs in .venv; PYTHON chooses the interpreter that makes it (3.11 or newer).
PYTHON ?= python3
# How long `make bench` plays without a break.
SOAK_MINUTES ?= 30
VENV := .venv
BIN := $(VENV)/bin
LOCK := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header --no-emit-index-url \
	--no-emit-trusted-host --no-emit-find-links --annotation-style=line
INPUTS := setup.cfg pyproject.toml tools/setup.sh

# Interpreters that the wheel is tried on; the pinned versions are of the first one.
PYTHONS ?= python3.11 python3.12

.PHONY: help demo test bench lint types coverage lock audit wheel reliability songs clip clean

help:
	@echo "make demo   install what is missing and practise a song with the bundled clip"
	@echo "make test   install what is missing and run every test"
	@echo "make bench  measure how fast and how playable it is, and play on and on (an hour)"
	@echo "make lint   check style and types"
	@echo "make coverage     how much of the code the quick tests run (minutes)"
	@echo "make lock         pin the newest versions that fit, with checksums"
	@echo "make audit        look for known faults in the pinned versions (asks a database)"
	@echo "make wheel        build, and play in a clean environment of each of \$$PYTHONS"
	@echo "make reliability  faults, broken files, mail, network, load, a night (hours)"
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
	$(BIN)/mypy

coverage: $(VENV)/.ready-test
	$(BIN)/python -m pytest -n 2 --dist loadgroup -m "not live" --cov --cov-report=term

lock: $(VENV)/.ready-test
	$(LOCK) --output-file tools/locks/run.txt setup.cfg
	$(LOCK) --extra test --output-file tools/locks/test.txt setup.cfg

audit: $(VENV)/.ready-test
	$(BIN)/pip-audit --disable-pip --require-hashes -r tools/locks/run.txt

wheel: $(VENV)/.ready-test
	$(BIN)/python -m tools.wheel $(PYTHONS) -o wheel.json

# One after another: faults are timed.
reliability: $(VENV)/.ready-test
	@$(BIN)/handmidi setup
	$(BIN)/python -m tools.faults --rounds 20 -o faults.json
	$(BIN)/python -m tools.fuzz --inputs 10000 --seed 1 -o fuzz.json
	$(BIN)/python -m tools.mail_storm --messages 1000 --seed 1 -o mail.json
	$(BIN)/python -m tools.network -o network.json
	$(BIN)/python -m tools.load -o load.json
	$(BIN)/python -m tools.night -o night.json
	$(BIN)/python -m tools.reliability faults.json fuzz.json mail.json network.json load.json \
		night.json --docs docs/reliability.md

songs: $(VENV)/.ready-run
	$(BIN)/python tools/build_songs.py

clip: $(VENV)/.ready-run
	$(BIN)/python tools/render_demo.py

$(VENV)/.ready-%: $(INPUTS)
	@PYTHON="$(PYTHON)" sh tools/setup.sh $*
	@touch $@

clean:
	rm -rf $(VENV)
