/** What a server answers over HTTP: health, figures, errors, speech, sessions; each a set of routes for any Javalin. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.server.http;
