/** Who may do what at a server, from where and how often: tokens, origins, limits, TLS. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.security;
