package dev.duplexvoice.vad;

/** Where a detector computes. */
public enum VadDevice {
    /** On the thread that runs the batch. */
    CPU,
    /** On an NVIDIA GPU: pays for itself with thousands of callers in a batch, not with the few of an audio loop. */
    CUDA
}
