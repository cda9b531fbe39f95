/** What tests of a server share. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.support;
