/** The web console: its files, and what it asks besides the endpoints that others use too. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.internal.console;
