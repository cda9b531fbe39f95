/** Whole conversations over gRPC, so that a host in any language can use an engine as a service. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.grpc.converse;
