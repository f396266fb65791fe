# Two commands matter: make book, make test. `make help` lists the rest.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
# Optional packages, named in pyproject.toml, with commas between: make test EXTRAS=keras. Once installed they stay.
EXTRAS ?=
READY  := $(VENV)/.ready$(addprefix -,$(EXTRAS))
HTML   := _build/html/index.html

# Notebooks run one per core: more threads than that only get in each other's way.
NOTEBOOK_ENV := LESSONS_PROGRESS=0 OMP_NUM_THREADS=1
# More for JupyterLab: make lab LAB=--no-browser
LAB ?=
NBVAL := $(BIN)/python -m pytest --nbval-lax --nbval-current-env --nbval-cell-timeout=120 -n auto --dist loadfile -q -p no:cacheprovider

.DEFAULT_GOAL := help
.PHONY: help book build test lint unit browser notebooks solved handed-out chapters bench screenshots lab serve execute exercises results recheck check grade clean

help:  ## list these targets
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:[^#]*## /\t/' | expand -t 14

$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else f"Python 3.11 or newer is needed, this is {v[0]}.{v[1]}. Name another with: make PYTHON=python3.12 ...")'
	@echo "Installing into $(VENV): about 6 GB with torch, some minutes the first time."
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -r requirements.txt $(if $(EXTRAS),-e ".[$(EXTRAS)]")
	@touch $(READY)

book: $(READY) build  ## build the HTML, every warning an error, and say where it is
	@echo "The book is built. Open $(HTML)"

build: $(READY)
	$(BIN)/jupyter-book build book --path-output . --config _config.yml --all -W -n --keep-going -q

test: $(READY) lint unit notebooks build browser  ## lint, unit tests, every notebook, the book (EXTRAS=all: also what needs optional packages)
	@echo "Lint, unit tests, notebooks, the book and its pages in a browser: all passed."

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

# The hostile submissions come by themselves: they are watched for traces on the whole machine. Nothing about grading
# depends on the data: `make unit GRADING=` leaves it out.
GRADING ?= yes
TESTS ?= tests
HOSTILE := tests/test_grading_hostile.py
unit: $(READY)
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(TESTS) --ignore tests/browser --ignore $(HOSTILE) $(if $(GRADING),,--ignore-glob 'tests/test_grading*') -n auto --dist worksteal -q -rs
	$(if $(GRADING),OMP_NUM_THREADS=1 $(BIN)/python -m pytest $(HOSTILE) -q -rs)

# Skipped, with the reason, where there is no browser.
browser: $(READY) build  ## the built pages as a reader opens them, in a browser (needs EXTRAS=browser)
	$(BIN)/python -m pytest tests/browser -n auto -q -rs

screenshots: $(READY) build  ## pictures of every page, wide and narrow, light and dark, in _build/screenshots (needs EXTRAS=browser)
	$(BIN)/python -m tests.browser.screenshots

# Solutions must pass their checks; chapters and exercises must run, the exercises as they are handed out.
notebooks: solved handed-out

chapters: $(READY)
	$(NOTEBOOK_ENV) $(NBVAL) book

solved: $(READY)
	$(NOTEBOOK_ENV) LESSONS_STRICT=1 $(NBVAL) solutions

handed-out: $(READY)
	$(NOTEBOOK_ENV) $(NBVAL) book exercises

lab: $(READY)  ## open JupyterLab on the exercises
	$(BIN)/jupyter lab --ServerApp.root_dir=. --LabApp.default_url=/lab/tree/exercises $(LAB)

serve: book  ## show the built book on this machine only, http://127.0.0.1:8000
	$(BIN)/python -m http.server --bind 127.0.0.1 --directory _build/html 8000

execute: $(READY)  ## re-run the chapters on real data and store what they print (NB=book/01_... for one)
	$(NOTEBOOK_ENV) $(BIN)/python -m lessons_pkg.pages execute $(NB)

exercises: $(READY)  ## regenerate exercises/ from solutions/
	$(BIN)/python -m lessons_pkg.grading.generate

results: $(READY)  ## run a recipe's missing seeds: make results NAME=activations (without NAME: list them; JOBS=2: two seeds at a time)
	$(BIN)/python -m lessons_pkg.experiments $(NAME) $(if $(JOBS),--jobs $(JOBS))

recheck: $(READY)  ## run one stored (recipe, seed), drawn by chance, again and compare (NAME= to choose)
	$(BIN)/python -m lessons_pkg.experiments $(NAME) --recheck

# The peers get an environment of their own, which borrows torch from the course's: both measure the same torch.
PEERS := .peers
PACKAGES := -c "import sysconfig; print(sysconfig.get_path('purelib'))"
$(PEERS)/.ready: $(READY) benchmarks/peers.txt
	@test -x $(PEERS)/bin/python || $(BIN)/python -m venv $(PEERS)
	@$(BIN)/python $(PACKAGES) > "$$($(PEERS)/bin/python $(PACKAGES))/course.pth"
	$(PEERS)/bin/python -m pip install --quiet -r benchmarks/peers.txt
	@touch $(PEERS)/.ready

# Some 45 minutes on two cores, half of them for the thirty epochs of the sources. Other work on the machine shows.
BENCH ?=
bench: $(PEERS)/.ready  ## time the course against its peers (BENCH="conv-20 --turns 1" for less); writes book/results
	$(BIN)/python -m benchmarks --peers $(PEERS)/bin/python $(BENCH)

check: $(READY)  ## judge one notebook: make check NB=exercises/01_linear_autoencoder/linear_autoencoder.ipynb
	@test -n "$(NB)" || { echo "Name the notebook: make check NB=path/to/notebook.ipynb"; exit 2; }
	@$(BIN)/python -m lessons_pkg.grading "$(NB)"

# Exit code 1 of the command says that some submission could not be graded; make shows it as an error.
grade: $(READY)  ## grade a class: make grade SUBMISSIONS=folder (OUT=where to write, GRADE="--jobs 4" for more)
	@test -n "$(SUBMISSIONS)" || { echo "Name the folder: make grade SUBMISSIONS=path/to/folder"; exit 2; }
	@$(BIN)/python -m lessons_pkg.grading "$(SUBMISSIONS)" $(if $(OUT),--out "$(OUT)") $(GRADE)

clean:  ## remove what was built (not the environments, not your work)
	rm -rf _build .pytest_cache .ruff_cache .hypothesis
	find lessons_pkg tests -name __pycache__ -type d -prune -exec rm -rf {} +
