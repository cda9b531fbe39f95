/** How workers serve and how remote voices call; not for users. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.grpc.internal;
