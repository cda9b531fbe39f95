/** The command line of the benchmarks and what they share. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.cli;
