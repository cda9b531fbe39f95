/** Logs read fast and forgivingly: sources, lines, filters, and what is made of the lines that pass. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.logs;
