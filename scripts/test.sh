# shellcheck shell=bash
# Every test: the native ones plain and under the sanitizers, the Java ones on each Java that is here, the launcher, and
# the program on a machine that has nothing but a JVM. Progress goes to stderr, the table at the end to stdout.

test_usage='usage: ./voice test [--quick]
  Runs every test. --quick: only the plain native ones and the Java ones.
  VOICE_FIXTURES=DIR   recordings and golden outputs; without it the tests that need them are skipped
  VOICE_TEST_BARE=1|0  the bare-machine check must run | is left out (default: where it can)
  VOICE_TEST_CONTAINER=1|0  the same for the image of ops/container, which needs buildah
  VOICE_TEST_FUZZ=1|0  the same for the fuzzers, which need Clang
  VOICE_TEST_PYTHON=1  the gRPC client in Python must run, which needs its packages (default: where it can)
  VOICE_TEST_REDIS=1   the tests against a real Redis must run, which need redis-server (default: where it is)
  VOICE_TEST_BROWSER=1 the console in a real browser must run, which needs chromium and nodejs (default: where they are)
  VOICE_TEST_PROMETHEUS=1  those of ops/ must run, which need prometheus, amtool and logrotate (default: where they are)'

test_all() {
    local quick=false failed=false rows=() started step_seconds=0
    case $#:${1:-} in
        0:) ;;
        1:--quick) quick=true ;;
        1:-h | 1:--help)
            printf '%s\n' "$test_usage"
            return
            ;;
        *)
            say "test: unknown argument: $* (see ./voice test --help)"
            exit 2
            ;;
    esac
    started=$(now)
    logs=${root:?}/build/test-logs
    mkdir -p "$logs" "${launcher_folder:?}"
    exec 8>"$logs/lock"
    flock --nonblock 8 || {
        say "another test run is going on here; waiting for it"
        flock 8
    }
    require_tools test
    if [ -n "${VOICE_FIXTURES:-}" ]; then
        [ -d "$VOICE_FIXTURES" ] || die "VOICE_FIXTURES=$VOICE_FIXTURES is not a folder"
        VOICE_FIXTURES=$(cd "$VOICE_FIXTURES" && pwd)
        export VOICE_FIXTURES
    else
        say "VOICE_FIXTURES is not set: the tests that need its files are skipped"
    fi

    if $quick; then
        test_native dev
    else
        begin_beside test_all_native
    fi
    test_first_run
    test_java
    if ! $quick; then
        test_java_25
        end_beside "native tests"
        test_ring_races
        (require_program) || true # also after failed tests, so that the rest has something to run
        (require_program bench) || true
        test_script "launcher" "$root/scripts/launcher-test.sh"
        test_bench
        test_shell_style
        test_apart "bare machine" "$root/scripts/bare-machine-test.sh" "${VOICE_TEST_BARE:-}"
        test_apart "container" "$root/scripts/container-test.sh" "${VOICE_TEST_CONTAINER:-}"
    fi

    printf '\n%-34s %-8s %6s %8s %9s\n' '' result tests skipped seconds
    printf '%s\n' "${rows[@]}"
    printf '%-34s %-8s %6s %8s %9s\n' 'all' "$($failed && echo FAILED || echo passed)" '' '' "$(since "$started")"
    [ -n "${VOICE_FIXTURES:-}" ] || echo 'VOICE_FIXTURES was not set: see README.md.'
    ! $failed
}

# row TITLE RESULT [TESTS SKIPPED SECONDS]
row() {
    rows+=("$(printf '%-34s %-8s %6s %8s %9s' "$1" "$2" "${3:-}" "${4:-}" "${5:-}")")
    [ "$2" != FAILED ] || failed=true
}

# begin_beside FUNCTION: while Java is built and tested a core is often idle, so a function that adds rows goes on beside,
# with the lowest priority. What it says is kept for later: the clocks of two would be unreadable on a terminal.
begin_beside() {
    rm -f "$logs/beside.rows"
    set -m # a process group of its own, which can be ended as a whole
    (
        set +m
        renice -n 19 -p "$BASHPID" >/dev/null 2>&1 || true
        "$1"
        printf '%s\n' "${rows[@]}" >"$logs/beside.rows"
    ) </dev/null >"$logs/beside.log" 2>&1 &
    beside=$!
    set +m
    trap 'kill -- "-$beside" 2>/dev/null || true' EXIT
    trap 'exit 1' INT TERM
}

# end_beside TITLE: waits for it, tells what it said, and puts its rows before those there are.
end_beside() {
    local own_rows=("${rows[@]}")
    step "$1, beside the others: the rest" "$logs/beside-wait.log" wait_for_beside
    trap - EXIT INT TERM
    grep -Ev '…( [0-9]+ s)?$' "$logs/beside.log" >&2 || true
    rows=()
    if [ -e "$logs/beside.rows" ]; then
        mapfile -t rows <"$logs/beside.rows"
        ! grep -q FAILED "$logs/beside.rows" || failed=true
    else
        row "$1" FAILED # it did not come to its end
    fi
    rows+=("${own_rows[@]}")
}

wait_for_beside() { wait "$beside" || true; }

test_all_native() {
    test_native dev
    test_native asan
    test_native tsan
    # Compiles wherever nvcc is; its test runs where a GPU answers and is skipped elsewhere.
    if command -v nvcc >/dev/null || [ -x /usr/local/cuda/bin/nvcc ]; then
        test_native cuda
    fi
    test_fuzz
}

# Tests under sanitizers need an address space that is laid out as they expect.
without_randomised_addresses() {
    if setarch "$(uname -m)" -R true 2>/dev/null; then
        setarch "$(uname -m)" -R "$@"
    else
        "$@"
    fi
}

test_native() {
    local preset=$1 log=$logs/native-$1.log result=passed built count skipped
    if ! step "native tests, $preset: build" "$logs/native-$preset-build.log" build_native "$preset"; then
        row "native, $preset" FAILED '' '' "$step_seconds"
        return
    fi
    built=$step_seconds
    step "native tests, $preset" "$log" run_native "$preset" || result=FAILED
    grep -E '^[0-9]+% tests passed|^Total Test time|\*\*\*(Skipped|Failed)|did not run' "$log" >&2 || true
    count=$(sed -n 's/.*tests failed out of \([0-9]*\).*/\1/p' "$log")
    skipped=$(grep -c '\*\*\*Skipped' "$log") || true
    row "native, $preset" "$result" "$count" "$skipped" "$(add "$built" "$step_seconds")"
}

build_native() { (cd "$root" && cmake --preset "$1" --log-level=WARNING && cmake --build --preset "$1"); }
run_native() { (cd "$root" && without_randomised_addresses ctest --preset "$1" --parallel "$(nproc)" --no-tests=error); }

# The model loaders: their corpora, then as many new inputs as a core makes in half a minute; two fuzzers at once. An input that
# fails is left among the logs, under the name that the log gives; it belongs into native-src/fuzz/corpus once it is understood.
test_fuzz() {
    local name log runs executed=0 begun result=passed
    if [ "${VOICE_TEST_FUZZ:-}" = 0 ]; then
        row "fuzzing" "left out"
        return
    elif ! can_fuzz; then
        say "fuzzing needs Clang and its runtime: apt-get install $(clang_packages)"
        row "fuzzing" "not here"
        return
    fi
    begun=$(now)
    if step "fuzzers: build" "$logs/fuzz-build.log" build_native fuzz; then
        step "fuzzing" "$logs/fuzz.log" run_fuzzers || result=FAILED
        for name in vad_model vad_weights vocoder_onnx vocoder_tensors; do
            runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$logs/fuzz-$name.log")
            executed=$((executed + ${runs:-0}))
        done
    else
        result=FAILED
    fi
    row "fuzzing" "$result" "$executed" '' "$(since "$begun")"
}

run_fuzzers() {
    local model code=0
    run_fuzzer vad_model 700000 1024 &
    model=$!
    run_fuzzer vad_weights 10000 1024 || code=$?
    wait "$model" || code=$?
    run_fuzzer vocoder_onnx 60000 8192 &
    model=$!
    run_fuzzer vocoder_tensors 300000 8192 || code=$?
    wait "$model" || code=$?
    return "$code"
}

# run_fuzzer NAME RUNS LONGEST_INPUT: a number and no time, since what runs beside must not decide how much is tried.
run_fuzzer() {
    local name=$1 log=$logs/fuzz-$1.log code=0 found
    found=$(mktemp -d)
    without_randomised_addresses "$root/build/fuzz/${name}_fuzz" -runs="$2" -timeout=20 -rss_limit_mb=1024 \
        -max_len="$3" -print_final_stats=1 -artifact_prefix="$logs/fuzz-$name-" \
        "$found" "$root/native-src/fuzz/corpus/$name" >"$log" 2>&1 || code=$?
    rm -rf "$found"
    if ((code != 0)); then
        echo "$name, from $log:"
        tail -n 40 "$log"
    fi
    return "$code"
}

add() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a + b }'; }

# The launcher builds the program by a shorter way than the tests do; on a fresh clone nothing else has built it yet.
test_first_run() {
    local result=passed begun
    begun=$(now)
    (require_program) || result=FAILED
    row "first run" "$result" '' '' "$(since "$begun")"
}

# Builds as a release does, with formatting, documentation and all that `verify` checks.
test_java() {
    local log=$logs/java.log result=passed print code=0
    exec 9>"$launcher_folder/lock"
    lock_build
    print=$(fingerprint)
    step "Java: build and tests" "$log" maven --fail-at-end verify || result=FAILED
    row_of_surefire "Java $(java_version "$(java_home_with javac)")" "$log" "$result"
    if [ "$result" = passed ] && [ ! -e "$launcher_folder/$print/bench.jar" ]; then
        (publish_program "$print" bench) || row "benchmarks" FAILED
    fi
    if [ "$result" = passed ] && [ ! -e "$launcher_folder/$print/voice.jar" ]; then
        # So that the next ./voice starts at once.
        (publish_program "$print") || code=$?
        ((code == 0)) || row "program" FAILED
    fi
    exec 9>&-
}

# The same classes once more, nothing built again, on the newest Java that is supported. What is made at random differs in
# number only, and what other programs say of files that are no Java (@Tag("tools")) is known by then.
test_java_25() {
    local log=$logs/java-25.log result=passed home jdk=
    for home in /usr/lib/jvm/*25*; do
        if (($(java_version "$home") == 25)); then jdk=$home; fi
    done
    if [ -z "$jdk" ] || (($(java_version "$(java_home_with javac)") == 25)); then
        row "Java 25" "$([ -z "$jdk" ] && echo 'not here' || echo 'as above')"
        return
    fi
    exec 9>"$launcher_folder/lock"
    lock_build
    step "Java tests on $jdk" "$log" maven --fail-at-end -Djvm="$jdk/bin/java" -Dvoice.native.skip=true \
        -Dmaven.javadoc.skip=true -Dmaven.source.skip=true -Dspotless.check.skip=true -Denforcer.skip=true \
        -Dvoice.shade.skip=true -Dvoice.fuzz.scripts=300 -Dvoice.fuzz.frames=1000000 -DexcludedGroups=tools package ||
        result=FAILED
    exec 9>&-
    row_of_surefire "Java 25" "$log" "$result"
}

# The two sides of the frame ring against each other, in many JVM modes.
test_ring_races() {
    local log=$logs/jcstress.log result=passed jars=("$root"/benchmarks/target/voice-benchmarks-*-all.jar) results
    if [ ! -e "${jars[0]}" ]; then
        row "ring races, jcstress" FAILED
        return
    fi
    results=$(mktemp -d)
    step "ring races, jcstress" "$log" run_jcstress "${jars[0]}" "$results" || result=FAILED
    grep -q 'soft errs, 0 hard errs' "$log" && ! grep -qE 'Results:.* [1-9][0-9]* (failed|hard errs)' "$log" || result=FAILED
    row "ring races, jcstress" "$result" "$(sed -n 's/.*Results: \([0-9]*\) planned.*/\1/p' "$log" | tail -n 1)" 0 "$step_seconds"
    rm -rf "$results"
}

# It leaves files where it is started.
run_jcstress() (
    cd "$2" && "$(java_home_with java)/bin/java" -cp "$1" org.openjdk.jcstress.Main -m quick -t FrameRingStress -r "$2"
)

# row_of_surefire TITLE LOG RESULT: with the sums of the line with which Surefire closes each module.
row_of_surefire() {
    local closing='^\[[A-Z]+\] (Building Duplex|Tests run: [0-9]+, Failures: [0-9]+, Errors: [0-9]+, Skipped: [0-9]+$|BUILD )'
    local sums
    grep -E "$closing" "$2" >&2 || true
    sums=$(grep -E "$closing" "$2" | awk -F'[:,]' '/Tests run/ { n += $2; s += $8 } END { printf "%d %d", n, s }')
    row "$1" "$3" "${sums% *}" "${sums#* }" "$step_seconds"
}

# test_script TITLE SCRIPT: one that prints a line 'ok …' for each thing it has found right.
test_script() {
    local log result=passed
    log=$logs/$(basename "$2" .sh).log
    step "$1" "$log" "$2" || result=FAILED
    row "$1" "$result" "$(grep -c '^ok ' "$log")" 0 "$step_seconds"
}

# That they run and answer with what they promise; how fast the machine is decides nothing.
test_bench() {
    test_one_bench vad single_speedup batch64_speedup ort_us single_us batch64_us simd
    test_one_bench worker p95_ms frame_worker_us
    test_one_bench vocoder total_ratio sooner difference rtf stream_bytes
    test_one_bench tts p50_ms p95_ms ${VOICE_FIXTURES:+first_ms whole_ms sooner total_ratio}
}

# test_one_bench NAME KEYS…
test_one_bench() {
    local name=$1 log=$logs/bench-$1.log answer=$logs/bench-$1.json result=passed key
    shift
    step "bench $name" "$log" bench_quickly "$name" "$answer" || result=FAILED
    for key in "$@"; do
        grep -q "^{.*\"$key\":[\"0-9].*}\$" "$answer" || result=FAILED
    done
    [ "$(wc -l <"$answer")" = 1 ] || result=FAILED
    row "bench $name" "$result" '' '' "$step_seconds"
}

bench_quickly() { "$root/voice" bench "$1" --quick --json >"$2"; }

test_shell_style() {
    local result=passed
    if ! command -v shellcheck >/dev/null; then
        row "shell scripts" "not here"
        return
    fi
    step "shellcheck" "$logs/shellcheck.log" \
        shellcheck "$root/voice" "$root/.ci/run" "$root/native-src/gpu-check.sh" "$root"/scripts/*.sh || result=FAILED
    row "shell scripts" "$result" '' '' "$step_seconds"
}

# test_apart NAME SCRIPT WISH: in a root file system of its own; WISH is 1 if it must run, 0 if not, and empty: where it can.
test_apart() {
    local reason
    if [ "$3" = 0 ]; then
        row "$1" "left out"
    elif [ "$3" != 1 ] && ! reason=$("$2" --check 2>&1); then
        say "$reason"
        row "$1" "not here"
    else
        test_script "$1" "$2"
    fi
}
