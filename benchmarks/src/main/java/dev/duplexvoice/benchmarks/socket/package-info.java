/** Many WebSocket sessions over loopback: what their clients get, and what they cost the server. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.benchmarks.socket;
