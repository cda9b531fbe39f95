/** How tokens, limits and connections are kept; not exported. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.internal.security;
