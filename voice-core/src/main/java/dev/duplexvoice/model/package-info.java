/** Models in memory: who holds them, how many there may be, and when they go. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.model;
