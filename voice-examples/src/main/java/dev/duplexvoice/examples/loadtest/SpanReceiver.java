package dev.duplexvoice.examples.loadtest;

import dev.duplexvoice.VoiceException;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerServiceDefinition;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCalls;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/** Takes spans over OTLP/gRPC on this machine, as a collector does. */
public final class SpanReceiver implements AutoCloseable {
    private static final String SERVICE = "opentelemetry.proto.collector.trace.v1.TraceService";

    private final Server server;

    /** Messages as they are: nobody looks into them. */
    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] value) {
            return new ByteArrayInputStream(value);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /**
     * Starts one whose threads are in a group of their own: no server has it in its process, and it is not to be counted.
     *
     * @param taken is given each message of spans, as it is on the wire
     */
    public static SpanReceiver start(Consumer<byte[]> taken) {
        ThreadGroup top = Thread.currentThread().getThreadGroup();
        while (top.getParent() != null) {
            top = top.getParent();
        }
        CompletableFuture<SpanReceiver> started = new CompletableFuture<>();
        // Threads belong to the group of the one that begins them.
        new Thread(
                        new ThreadGroup(top, "loadtest-receiver"),
                        () -> {
                            try {
                                started.complete(new SpanReceiver(taken));
                            } catch (IOException | RuntimeException e) {
                                started.completeExceptionally(new VoiceException(
                                        VoiceException.Code.IO,
                                        "spans cannot be received on this machine: " + e.getMessage(),
                                        e));
                            }
                        },
                        "loadtest-receiver")
                .start();
        try {
            return started.join();
        } catch (CompletionException e) {
            throw (VoiceException) e.getCause();
        }
    }

    private SpanReceiver(Consumer<byte[]> taken) throws IOException {
        MethodDescriptor<byte[], byte[]> export = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                .setType(MethodDescriptor.MethodType.UNARY)
                .setFullMethodName(MethodDescriptor.generateFullMethodName(SERVICE, "Export"))
                .build();
        server = NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .addService(ServerServiceDefinition.builder(SERVICE)
                        .addMethod(export, ServerCalls.asyncUnaryCall((request, out) -> {
                            taken.accept(request);
                            out.onNext(new byte[0]);
                            out.onCompleted();
                        }))
                        .build())
                .build()
                .start();
    }

    /** Where. */
    public String endpoint() {
        return "http://127.0.0.1:" + server.getPort();
    }

    @Override
    public void close() {
        server.shutdownNow();
    }
}
