/** A device that computes for many streams at once, and whose turn it is. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.internal.vocoder;
