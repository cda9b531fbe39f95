#!/bin/sh
# Builds what runs on a GPU, voice activity detection and the vocoder, tests it against the CPU and prints benchmark tables in
# Markdown; before that, to stderr, the metrics of each GPU next to what nvidia-smi tells.
# Needs the CUDA toolkit, cmake, ninja and g++, and a GPU; nothing else, no Java.
#
#   native-src/gpu-check.sh [--emulated] [VAD_TABLE_FILE [VOCODER_TABLE_FILE]]
#
# --emulated runs the same over a fake CUDA runtime on the CPU, without the toolkit, and a fake driver: it tries out this script
# and the engines; the tables' times then mean nothing.
# Where the toolkit has compute-sanitizer, small tests run under its memcheck and racecheck, too, last of all, and for no longer
# than until nine minutes are over.
# $VOICE_FIXTURES, a folder, adds its models and recordings to the tests; $VOICE_GPU_STREAMS is the most streams of voice activity
# detection to measure, from 1000 on; $VOICE_GPU_BUILD is the build's folder, build/gpu-check if unset.
# Ends with 0, with 77 if there is no GPU here, with 2 if it was called wrongly, or with what failed.
set -eu

started=$(date +%s)
most_seconds=525 # nine minutes, less what killing a test may take

die() {
    code=$1
    shift
    echo "gpu-check: $*" >&2
    exit "$code"
}

root=$(cd "$(dirname "$0")/.." && pwd)
model=$root/voice-native/src/main/resources/dev/duplexvoice/nativecore/duplex_vad_16k.onnx
emulated=
if [ "${1:-}" = --emulated ]; then
    emulated=--emulated
    shift
fi
case $#:${1:-}:${2:-} in
    0:: | 1:[!-]*: | 2:[!-]*:[!-]*) ;;
    *) die 2 "usage: gpu-check.sh [--emulated] [VAD_TABLE_FILE [VOCODER_TABLE_FILE]]" ;;
esac
vad_table=${1:-}
vocoder_table=${2:-}
build=${VOICE_GPU_BUILD:-$root/build/gpu-check${emulated:+-emulated}}

[ -z "${VOICE_FIXTURES:-}" ] || [ -d "$VOICE_FIXTURES" ] || die 2 "VOICE_FIXTURES=$VOICE_FIXTURES is no folder"
[ -f "$model" ] || die 1 "$model is missing: run this in a whole checkout"
for tool in cmake ninja g++; do
    command -v "$tool" >/dev/null || die 1 "$tool not found: it needs cmake, ninja, g++ and the CUDA toolkit"
done
PATH=$PATH:/usr/local/cuda/bin
[ -n "$emulated" ] || command -v nvcc >/dev/null ||
    die 1 "nvcc not found: install the CUDA toolkit and put its bin folder on the PATH"
for table in "$vad_table" "$vocoder_table"; do # before the long work
    [ -n "$table" ] || continue
    mkdir -p "$(dirname "$table")" || die 1 "$table cannot be written"
    : >"$table.part" || die 1 "$table cannot be written"
done
# Whatever ends this: half a table is none.
trap 'rm -f ${vad_table:+"$vad_table.part"} ${vocoder_table:+"$vocoder_table.part"}' EXIT

mkdir -p "$(dirname "$build")"
cmake -S "$root" -B "$build" -G Ninja -DVOICE_GPU_CHECK_ONLY=ON -DVOICE_GPU_EMULATED="${emulated:+ON}" >"$build.log" 2>&1 || {
    cat "$build.log" >&2
    die 1 "cmake does not configure"
}
cmake --build "$build" >>"$build.log" 2>&1 || {
    tail -n 60 "$build.log" >&2
    die 1 "it does not build, log in $build.log"
}
echo "gpu-check: built, log in $build.log" >&2

# The library that was just built, whatever else the environment names.
if [ -n "$emulated" ]; then
    export VOICE_CUDA_PLUGIN="$build/emulated/libvoice_cuda_emulated.so"
    export VOICE_NVML_LIBRARY="$build/emulated/fake_nvml/libnvidia-ml.so.1"
else
    unset VOICE_CUDA_PLUGIN VOICE_NVML_LIBRARY
fi
unset VOICE_FAKE_CUDA_FAIL

# Prints one line a GPU; fails where there is no such program.
ask_nvidia_smi() {
    if [ -n "$emulated" ]; then # what the fake driver's GPUs are
        printf '%s\n' '0, 2048, 81920, 37, 61, 310.50' '1, 1024, 81920, 0, 30, 60.25'
    else
        nvidia-smi --format=csv,noheader,nounits \
            --query-gpu=index,memory.used,memory.total,utilization.gpu,temperature.gpu,power.draw
    fi
}

# Differences are told at the end: what the GPU computes is worth knowing all the same.
figures=0
if ask_nvidia_smi >"$build/nvidia-smi.csv"; then
    "$build/gpu_figures" "$build/nvidia-smi.csv" >&2 || figures=$?
else
    echo "gpu-check: nvidia-smi does not answer; the GPU's metrics are not compared" >&2
    "$build/gpu_figures" >&2 || figures=$?
fi

# Runs a test, whose output is not the tables'.
check() {
    echo "gpu-check: $(basename "$1")${2:+ $2}" >&2
    status=0
    "$@" >&2 || status=$?
    [ "$status" -ne 77 ] || die 77 "built, but neither tested nor measured: no GPU answers on this machine"
    [ "$status" -eq 0 ] || die "$status" "the GPU and the CPU differ, see above; nothing was measured"
}

# shellcheck disable=SC2086 # one word or none
check "$build/vad_gpu_test" $emulated "$model"
if [ -n "$emulated" ]; then
    check "$build/vocoder_gpu_test" --small
    check env VOICE_FAKE_CUDA_FAIL="cudaEventSynchronize 20" "$build/vocoder_gpu_test" --lost
else
    check "$build/vocoder_gpu_test"
fi

# Runs a benchmark into a file, or to stdout alone if that is "".
measure() {
    table=$1
    shift
    if [ -z "$table" ]; then
        "$@" || die $? "the benchmark failed"
        return
    fi
    "$@" >"$table.part" || {
        status=$?
        cat "$table.part" >&2
        die "$status" "the benchmark failed"
    }
    mv "$table.part" "$table"
    cat "$table"
}

# shellcheck disable=SC2086 # one word or none, twice
measure "$vad_table" "$build/vad_gpu_bench" $emulated "$model" ${VOICE_GPU_STREAMS:-}
real=${VOICE_FIXTURES:-}/hifigan/hifigan_v2_lj.safetensors
if [ -n "$emulated" ]; then
    measure "$vocoder_table" "$build/vocoder_gpu_bench" --small
elif [ -f "$real" ]; then
    measure "$vocoder_table" "$build/vocoder_gpu_bench" "$real"
else
    measure "$vocoder_table" "$build/vocoder_gpu_bench"
fi

# Small tests once more, with every access of their kernels watched, behind all that is to be measured: it is slow, so it may not
# finish, and on some machines it cannot run; that is told, and no failure. Only what it finds is.
found=0
sanitize() {
    left=$((most_seconds - $(date +%s) + started))
    if [ "$left" -lt 10 ]; then
        echo "gpu-check: no time left for $1: $(basename "$2") $3" >&2
        return
    fi
    [ "$left" -lt 40 ] || left=40
    echo "gpu-check: $1: $(basename "$2") $3" >&2
    log=$build/sanitizer-$1-$(basename "$2").log
    status=0
    timeout -k 5 "$left" compute-sanitizer --tool "$1" --error-exitcode 1 "$2" "$3" ${4:+"$4"} >"$log" 2>&1 || status=$?
    if grep -Eq '(ERROR|RACECHECK) SUMMARY: [1-9]' "$log"; then
        tail -n 80 "$log" >&2
        echo "gpu-check: $1 found something in $(basename "$2"), log in $log" >&2
        found=1
        return
    fi
    case $status in
        0) tail -n 1 "$log" >&2 ;;
        124 | 137) echo "gpu-check: not finished after $left s; it has found nothing" >&2 ;;
        *)
            tail -n 20 "$log" >&2
            echo "gpu-check: $1 could not run $(basename "$2") (status $status); it has found nothing, log in $log" >&2
            ;;
    esac
}

if [ -n "$emulated" ]; then
    echo "gpu-check: no run under compute-sanitizer: nothing runs on a GPU" >&2
elif command -v compute-sanitizer >/dev/null; then
    for tool in memcheck racecheck; do
        sanitize "$tool" "$build/vocoder_gpu_test" --small
        sanitize "$tool" "$build/vad_gpu_test" --small "$model"
    done
else
    echo "gpu-check: no run under compute-sanitizer: it is not installed, the CUDA toolkit has it" >&2
fi

[ "$found" -eq 0 ] || die 1 "compute-sanitizer found something, see above"
[ "$figures" -eq 0 ] || die 1 "the GPU's metrics are missing or differ from nvidia-smi's, see above"
