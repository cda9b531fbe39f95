/** How an ONNX voice is read, cut, run and streamed. Not for hosts. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.onnx.internal;
