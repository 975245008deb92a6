# Two commands do everything: `make run` serves the demonstration city, `make test` passes all tests.
.PHONY: run test
run:
	@tools/run
test:
	@tools/test
