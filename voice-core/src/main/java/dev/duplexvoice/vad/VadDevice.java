package dev.duplexvoice.vad;

/** Where a detector computes. */
public enum VadDevice {
    /** On the thread that runs the batch. */
    CPU,
    /** On an NVIDIA GPU: it pays for itself with thousands of callers in a batch, not with the 64 of an audio loop. */
    CUDA
}
