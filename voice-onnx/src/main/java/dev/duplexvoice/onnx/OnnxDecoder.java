package dev.duplexvoice.onnx;

/** What makes the waveform of a Piper voice, where nearly all of its time goes. */
public enum OnnxDecoder {
    /**
     * The native core if it is installed and, as is tried when the voice is opened, gives the very samples that ONNX Runtime
     * gives; else ONNX Runtime.
     */
    AUTO,
    /** ONNX Runtime, in parts that overlap. */
    ONNX,
    /** The native core, or not at all. It streams: nothing is computed twice. Needs {@code dev.duplexvoice:voice-native}. */
    NATIVE
}
