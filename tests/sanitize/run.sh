#!/usr/bin/env bash
# Runs the native tests with the compiler's sanitizers: address and undefined behavior, then threads.
# Each build has a separate virtual environment. Set PYTHON to an interpreter with the test packages.
set -euo pipefail
cd "$(dirname "$0")/../.."
python=$(command -v "${PYTHON:-python3}")
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')

check() {  # check SANITIZERS LIBRARY TESTS...
  local home="build/sanitize/$2"
  "$python" -m venv --clear "$home"
  "$home/bin/python" -m pip install --quiet --no-deps \
    --config-settings "build-dir=build/sanitize/$2-objects" \
    --config-settings "cmake.define.COUNTERPOISE_SANITIZE=$1" \
    --config-settings cmake.build-type=RelWithDebInfo .
  echo "== $1"
  # The sanitizer must find the C++ library, for its exceptions, before Python loads the native module.
  local preload
  preload="$(gcc -print-file-name="$2.so") $(gcc -print-file-name=libstdc++.so.6)"
  # No leak detection: Python does not free all its memory at exit.
  LD_PRELOAD=$preload PYTHONPATH=$packages PYTHONMALLOC=malloc \
    ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 \
    TSAN_OPTIONS=halt_on_error=1:report_signal_unsafe=0 \
    "$home/bin/python" -m pytest -q -s -p no:cacheprovider "${@:3}"
}

natives=(tests/test_native.py tests/test_index.py tests/test_index_extremes.py tests/test_index_mixed.py
  tests/test_index_bytes.py tests/test_index_wide.py tests/test_labelled.py tests/test_sparse_index.py)
# Tests of fork and Ctrl-C are left out, as sanitizers report Python's behavior there; some packages
# cannot be imported under libtsan.
check address,undefined libasan "${natives[@]}" tests/test_near_miss_mixed.py -k "not fork and not ctrl"
check thread libtsan "${natives[@]}" -k "not fork and not ctrl and not any_table and not bad_calls"
