package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.proto.tts.StartSessionRequest;
import dev.duplexvoice.grpc.proto.tts.TTSServiceGrpc;
import dev.duplexvoice.grpc.support.TcpProxy;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Connections of clients that vanish without a word, and of those that ping all the time. */
@Timeout(120)
class WorkerKeepaliveTest {
    private static final int SETTINGS = 4;
    private static final int PING = 6;
    private static final int FRAME = 960;

    /** HTTP/2 by hand, because clients of gRPC do not let themselves ping that often. */
    private static void frame(DataOutputStream out, int type, int length) throws IOException {
        out.writeShort(length >> 8);
        out.writeByte(length);
        out.writeByte(type);
        out.writeByte(0);
        out.writeInt(0);
        out.write(new byte[length]);
    }

    /** All that the worker says until it ends the connection. */
    private static String saidTo(int port, int pings) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeBytes("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        frame(out, SETTINGS, 0);
        for (int i = 0; i < pings; i++) {
            frame(out, PING, 8);
        }
        StringBuilder said = new StringBuilder();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(60_000);
            OutputStream to = socket.getOutputStream();
            to.write(bytes.toByteArray());
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[4_096];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                said.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
            }
        } catch (SocketException e) {
            // Ended with RST: what was not read of the pings is in its way.
        }
        return said.toString();
    }

    @Test
    void shouldDisconnectAClientThatPingsTooOftenAndNoOther() throws Exception {
        try (Loopback loopback = new Loopback()) {
            loopback.start("s");
            loopback.voices.release(FRAME);
            Loopback.Speaking speaking = loopback.say("s", "One.");
            speaking.take(1);

            assertThat(saidTo(loopback.worker.port(), 20)).contains("too_many_pings");

            loopback.voices.release(Long.MAX_VALUE);
            assertThat(speaking.end()).isEqualTo(Status.OK);
            assertThat(Loopback.samples(speaking.frames)).isEqualTo(SteppedVoice.samples(0, SteppedVoice.WORD));
        }
    }

    @Test
    void shouldStopSpeakingToAClientThatVanishedAndToNoOther() throws Exception {
        try (Loopback loopback =
                        new Loopback(worker -> worker.keepAlive(Duration.ofMillis(100), Duration.ofSeconds(5)));
                TcpProxy proxy = new TcpProxy(loopback.worker.port())) {
            ManagedChannel channel = NettyChannelBuilder.forAddress("127.0.0.1", proxy.port())
                    .usePlaintext()
                    .build();
            try {
                var stub = TTSServiceGrpc.newStub(channel);
                TTSServiceGrpc.newBlockingStub(channel)
                        .withDeadlineAfter(Loopback.PATIENCE_SECONDS, TimeUnit.SECONDS)
                        .startSession(StartSessionRequest.newBuilder()
                                .setSessionId("vanishes")
                                .build());
                loopback.start("stays");
                loopback.voices.release(FRAME);
                Loopback.Speaking vanishing = new Loopback.Speaking(Integer.MAX_VALUE);
                stub.synthesize(vanishing);
                vanishing.send("vanishes", "One.", true);
                vanishing.take(1);
                Loopback.Speaking staying = loopback.say("stays", "One.");
                staying.take(1);

                // No FIN and no RST: the worker is not told.
                proxy.ways(TcpProxy.Way.LOST, TcpProxy.Way.LOST);

                Loopback.await("it is given up", () -> loopback.worker.stats().syntheses() == 1);
                Loopback.await("its voice stops", () -> loopback.voices.streams.get(0).closed);
                loopback.voices.release(Long.MAX_VALUE);
                assertThat(staying.end()).isEqualTo(Status.OK);
                assertThat(Loopback.samples(staying.frames)).isEqualTo(SteppedVoice.samples(0, SteppedVoice.WORD));
            } finally {
                channel.shutdownNow();
            }
        }
    }
}
