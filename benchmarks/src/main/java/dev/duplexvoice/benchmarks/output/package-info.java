/** What the output's processing costs. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.output;
