/** {@code ./voice bench vad}: voice activity detection beside ONNX Runtime, in one run. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.vad;
