/** Speech synthesis: text in, audio and word times out. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.tts;
