/** Conversations over WebSocket, for a host's own server or as a server of their own. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server;
