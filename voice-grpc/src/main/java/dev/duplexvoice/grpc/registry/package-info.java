/** Which workers there are: a fixed list, Redis, or name resolution; and which worker a session keeps to. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.grpc.registry;
