/** The native core's decoder of neural voices beside ONNX Runtime's. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.vocoder;
