# Two commands: `make run` starts everything, `make test` passes the tests. Needs python3 (3.11 or newer) and make.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
# uv is used when it is found, never required.
install = $(if $(UV),$(UV) pip install -q --python $(1)/bin/python --require-hashes -r $(2),$(1)/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r $(2))

.PHONY: run test test-long check bench soak simulate lock clean

run: $(VENV)/run.stamp
	@$(BIN)/python -m bot run

test: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.run

test-long: $(VENV)/dev.stamp
	@LONG=1 $(BIN)/python -m tests.run

check: $(VENV)/run.stamp
	@$(BIN)/python -m bot check

simulate: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.support.simulate

bench: $(VENV)/dev.stamp $(VENV)-bench/bench.stamp
	@$(BIN)/python -m bench.run

soak: $(VENV)/dev.stamp
	@$(BIN)/python -m tests.durability.soak

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements/run.txt | $(VENV)/bin/python
	@echo "Installing what the service needs (once) ..."
	@$(call install,$(VENV),requirements/run.txt)
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt | $(VENV)/bin/python
	@echo "Installing what the tests need (once) ..."
	@$(call install,$(VENV),requirements/dev.txt)
	@touch $@ $(VENV)/run.stamp

$(VENV)-bench/bench.stamp: requirements/bench.txt
	@$(PYTHON) -m venv $(VENV)-bench
	@$(call install,$(VENV)-bench,requirements/bench.txt)
	@touch $@

# Renews the pins. Needs uv; writes no package index address.
lock:
	@for name in run dev bench; do \
	  uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
	    requirements/$$name.in $$(test $$name = dev && echo -c requirements/run.txt) -o requirements/$$name.txt; done

clean:
	rm -rf $(VENV) $(VENV)-bench
