/** Neural voices on ONNX Runtime: Piper's and Kokoro's. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.onnx;
