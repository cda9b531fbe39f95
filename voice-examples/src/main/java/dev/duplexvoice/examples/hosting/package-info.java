/** Pieces that a host can copy to connect a session to what it has. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.examples.hosting;
