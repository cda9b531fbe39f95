/** How well a detector does on labelled recordings. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.vadeval;
