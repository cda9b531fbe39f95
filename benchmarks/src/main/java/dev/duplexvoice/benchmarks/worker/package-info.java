/** {@code ./voice bench worker}: a voice at a worker beside the same voice in process, in one run. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.worker;
