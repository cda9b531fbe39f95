package dev.duplexvoice.onnx;

/** What makes the waveform of a Piper voice, where nearly all of its time goes. */
public enum OnnxDecoder {
    /**
     * The native core if it is installed and, as is tried when the voice is opened, gives the very samples that ONNX Runtime
     * gives; else ONNX Runtime. Never the native core's GPU.
     */
    AUTO,
    /** ONNX Runtime, in parts that overlap. */
    ONNX,
    /** The native core, or not at all. It streams: nothing is computed twice. Needs {@code dev.duplexvoice:voice-native}. */
    NATIVE,
    /**
     * The native core on an NVIDIA GPU, or not at all: where there is none the voice does not open. All that speak with the voice share it, who
     * runs out of audio first goes first, so a stream's {@code read} may return 0. Samples are half floats' and, as is tried when the voice is
     * opened, 50 dB above their noise. Who comes when it is full speaks on the CPU, and so do all when it fails. Needs {@code
     * dev.duplexvoice:voice-native} and its classifier {@code linux-x86_64-gpu}. Not for engines on a virtual clock.
     */
    CUDA
}
