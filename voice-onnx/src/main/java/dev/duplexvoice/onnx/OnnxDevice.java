package dev.duplexvoice.onnx;

/** Where a model computes. */
public enum OnnxDevice {
    /** On an NVIDIA GPU if the host has put {@code onnxruntime_gpu} on its path and it works here, else on the CPU. */
    AUTO,
    /** On the CPU. */
    CPU,
    /** On an NVIDIA GPU, or not at all. Needs {@code com.microsoft.onnxruntime:onnxruntime_gpu} in the place of {@code onnxruntime}. */
    CUDA
}
