/** What tests of several packages share. */
package dev.duplexvoice.grpc.support;
