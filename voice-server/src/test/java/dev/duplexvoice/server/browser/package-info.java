/** The console in a real browser. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.browser;
