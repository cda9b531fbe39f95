#!/bin/sh
# Builds voice activity detection for the GPU, tests it against the CPU and prints a benchmark table in Markdown.
# Needs nvcc, cmake, ninja and g++, and a GPU; nothing else.
#
#   native-src/gpu-check.sh [TABLE_FILE]
#
# $VOICE_FIXTURES adds its models and recordings to the test; $VOICE_GPU_STREAMS is the most streams to measure;
# $VOICE_GPU_BUILD is the build's folder, build/gpu-check if unset.
# Ends with 0, with 77 if there is no GPU here, or with what failed.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
build=${VOICE_GPU_BUILD:-$root/build/gpu-check}
model=$root/voice-native/src/main/resources/dev/duplexvoice/nativecore/duplex_vad_16k.onnx
table=${1:-}

for tool in cmake ninja g++; do
    if ! command -v "$tool" >/dev/null; then
        echo "gpu-check: $tool not found: it needs cmake, ninja, g++ and the CUDA toolkit" >&2
        exit 1
    fi
done
PATH=$PATH:/usr/local/cuda/bin
if ! command -v nvcc >/dev/null; then
    echo "gpu-check: nvcc not found: install the CUDA toolkit and put its bin folder on the PATH" >&2
    exit 1
fi

mkdir -p "$(dirname "$build")"
cmake -S "$root" -B "$build" -G Ninja -DVOICE_GPU_CHECK_ONLY=ON >"$build.log" 2>&1 || {
    cat "$build.log" >&2
    exit 1
}
cmake --build "$build" >>"$build.log" 2>&1 || {
    tail -n 60 "$build.log" >&2
    exit 1
}
echo "gpu-check: built, log in $build.log" >&2

status=0
"$build/vad_gpu_test" "$model" >&2 || status=$?
if [ "$status" -eq 77 ]; then
    echo "gpu-check: built, but not run: no GPU answers on this machine" >&2
    exit 77
elif [ "$status" -ne 0 ]; then
    echo "gpu-check: the GPU and the CPU differ, see above; nothing was measured" >&2
    exit "$status"
fi

if [ -n "$table" ]; then
    mkdir -p "$(dirname "$table")"
    "$build/vad_gpu_bench" "$model" ${VOICE_GPU_STREAMS:-} >"$table.part"
    mv "$table.part" "$table"
    cat "$table"
else
    "$build/vad_gpu_bench" "$model" ${VOICE_GPU_STREAMS:-}
fi
