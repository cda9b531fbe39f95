/** What a server of its own is put together of. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.internal.serve;
