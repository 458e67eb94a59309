# Everyday commands. Debian 12 or 13 with git and make is all they need; the steps are in tools/.
.PHONY: build setup demo test install uninstall deb wheel bench docs python-docs clean

build: setup  # the Release build, in build/release
	@tools/build.sh

setup:  # installs the Debian packages that are missing; elsewhere it prints the line that does
	@tools/setup.sh

demo: setup  # a photo, enlarged by four methods: make demo [PHOTO=my.jpg] [SIZE=2x2] [DETAIL=y,x]
	@tools/demo.sh

test: setup  # builds everything and runs every test
	@tools/setup.sh clang-format-19 || echo "halfpixel: without clang-format 19 its test is skipped"
	@tools/setup.sh python3-dev python3-venv || echo "halfpixel: without Python's headers and venv the package's test is skipped"
	@tools/python.sh --prepare || echo "halfpixel: the Python package's test is skipped"
	@tools/test.sh

install:  # the command, libraries and headers: make install [PREFIX=~/.local] [ARGUMENTS="-DHALFPIXEL_MODEL=OFF"]
	@tools/setup.sh --users
	@tools/install.sh "$(or $(PREFIX),~/.local)"

uninstall:  # removes what make install has installed: make uninstall [PREFIX=~/.local]
	@tools/uninstall.sh "$(or $(PREFIX),~/.local)"

deb:  # Debian packages, in build/deb: make deb [ARGUMENTS="-DCMAKE_CXX_COMPILER=g++-14"]
	@tools/setup.sh --users dpkg-dev file
	@tools/deb.sh

wheel:  # the Python package with all it needs, in build/wheels
	@tools/setup.sh --users python3-dev python3-venv
	@tools/wheel.sh

bench:  # against the libraries that others use: docs/benchmarks.md; make bench [ARGUMENTS="--quick --workloads B,D8"]
	@tools/setup.sh python3-venv
	@tools/bench.sh $(ARGUMENTS)

docs:  # the API reference, build/api/html/index.html
	@tools/setup.sh doxygen
	@tools/api.sh

python-docs: build  # the Python package's API pages, build/api/python/index.html
	@tools/setup.sh python3-dev python3-venv
	@tools/python_api.sh

clean:
	rm -rf build
