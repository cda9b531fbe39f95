/** Speech workers on other machines: worker, client, discovery, routing. */
@org.jspecify.annotations.NullMarked
package dev.duplexvoice.grpc;
