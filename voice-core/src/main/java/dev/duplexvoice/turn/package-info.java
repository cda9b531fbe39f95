/** Whose turn it is: when the caller has finished, and whether the caller's speech cuts a reply off. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.turn;
