/** The command line and small programs a reader can copy. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples;
