package dev.duplexvoice.tts;

/** Where a vocoder computes. */
public enum VocoderDevice {
    /** On the CPU, each stream on the thread that calls it. */
    CPU,
    /** On an NVIDIA GPU, the streams of all sessions together. */
    CUDA
}
