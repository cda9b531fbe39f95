/** The engine, its sessions, their options and events: start at {@link dev.duplexvoice.VoiceEngine}. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice;
