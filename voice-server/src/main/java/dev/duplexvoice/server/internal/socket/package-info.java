/** The WebSocket protocols: messages, pacing, slow clients, resumed connections. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.internal.socket;
