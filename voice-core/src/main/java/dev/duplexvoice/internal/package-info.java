/** The audio loop, the session state machine and what they are made of; not exported. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.internal;
