/** How requests are answered; not exported. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.internal.http;
