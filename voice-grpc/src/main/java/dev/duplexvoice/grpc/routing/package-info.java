/** Which worker a session's speech goes to, why, and whether what a server depends on answers. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.grpc.routing;
