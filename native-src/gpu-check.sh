#!/bin/sh
# Builds voice activity detection for the GPU, tests it against the CPU and prints a benchmark table in Markdown; before that, to
# stderr, the metrics of each GPU next to what nvidia-smi tells.
# Needs the CUDA toolkit, cmake, ninja and g++, and a GPU; nothing else, no Java.
#
#   native-src/gpu-check.sh [--emulated] [TABLE_FILE]
#
# --emulated runs the same over a fake CUDA runtime on the CPU, without the toolkit, and a fake driver: it tries out this script
# and the engine; the table's times then mean nothing.
# $VOICE_FIXTURES, a folder, adds its models and recordings to the test; $VOICE_GPU_STREAMS is the most streams to measure, from
# 1000 on; $VOICE_GPU_BUILD is the build's folder, build/gpu-check if unset.
# Ends with 0, with 77 if there is no GPU here, with 2 if it was called wrongly, or with what failed.
set -eu

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
case $#:${1:-} in
    0: | 1:[!-]*) table=${1:-} ;;
    *) die 2 "usage: gpu-check.sh [--emulated] [TABLE_FILE]" ;;
esac
build=${VOICE_GPU_BUILD:-$root/build/gpu-check${emulated:+-emulated}}

[ -z "${VOICE_FIXTURES:-}" ] || [ -d "$VOICE_FIXTURES" ] || die 2 "VOICE_FIXTURES=$VOICE_FIXTURES is no folder"
[ -f "$model" ] || die 1 "$model is missing: run this in a whole checkout"
for tool in cmake ninja g++; do
    command -v "$tool" >/dev/null || die 1 "$tool not found: it needs cmake, ninja, g++ and the CUDA toolkit"
done
PATH=$PATH:/usr/local/cuda/bin
[ -n "$emulated" ] || command -v nvcc >/dev/null ||
    die 1 "nvcc not found: install the CUDA toolkit and put its bin folder on the PATH"
if [ -n "$table" ]; then # before the long work
    mkdir -p "$(dirname "$table")" || die 1 "$table cannot be written"
    : >"$table.part" || die 1 "$table cannot be written"
fi

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

status=0
"$build/vad_gpu_test" $emulated "$model" >&2 || status=$?
if [ "$status" -ne 0 ]; then
    [ -z "$table" ] || rm -f "$table.part"
    [ "$status" -ne 77 ] || die 77 "built, but neither tested nor measured: no GPU answers on this machine"
    die "$status" "the GPU and the CPU differ, see above; nothing was measured"
fi

if [ -n "$table" ]; then
    # shellcheck disable=SC2086 # one word or none
    "$build/vad_gpu_bench" $emulated "$model" ${VOICE_GPU_STREAMS:-} >"$table.part" || {
        status=$?
        cat "$table.part" >&2
        rm -f "$table.part"
        die "$status" "the benchmark failed"
    }
    mv "$table.part" "$table"
    cat "$table"
else
    # shellcheck disable=SC2086
    "$build/vad_gpu_bench" $emulated "$model" ${VOICE_GPU_STREAMS:-}
fi

[ "$figures" -eq 0 ] || die 1 "the GPU's metrics are missing or differ from nvidia-smi's, see above"
