/** Recordings of sessions, and replays of them: the same events and the same audio, byte for byte. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.recording;
