/** What {@code voice worker} is told. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.worker;
