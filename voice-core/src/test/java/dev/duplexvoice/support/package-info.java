/** Test doubles at the engine's edges: a voice, a detector, a transport, and a session on a virtual clock. */
package dev.duplexvoice.support;
