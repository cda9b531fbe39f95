/** The command line, {@code ./voice}: one class a command. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.cli;
