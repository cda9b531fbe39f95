/** Voices of servers that speak OpenAI's {@code /v1/audio/speech}; start at {@link dev.duplexvoice.http.HttpVoice}. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.http;
