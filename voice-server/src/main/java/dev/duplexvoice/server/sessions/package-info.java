/** Who talks, who talked, and what happened: for consoles and for those who end a session. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.sessions;
