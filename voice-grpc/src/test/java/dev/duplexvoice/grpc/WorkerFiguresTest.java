package dev.duplexvoice.grpc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesRequest;
import dev.duplexvoice.grpc.proto.tts.GetCapabilitiesResponse;
import dev.duplexvoice.grpc.registry.WorkerAddress;
import dev.duplexvoice.grpc.registry.WorkerInfo;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a worker tells of its load, by which routers choose. */
@Timeout(60)
class WorkerFiguresTest {
    private static final int SESSIONS = 4;

    @Test
    void shouldTellHowManySynthesesWaitForAThread() throws InterruptedException {
        try (Loopback loopback = new Loopback(worker -> worker.computeThreads(1))) {
            List<Loopback.Speaking> speaking = new ArrayList<>();
            for (int i = 0; i < SESSIONS; i++) {
                loopback.start("s" + i);
            }
            CountDownLatch mayRead = loopback.voices.holdReads();
            try {
                for (int i = 0; i < SESSIONS; i++) {
                    speaking.add(loopback.say("s" + i, "One."));
                }
                // One has the thread.
                Loopback.await("the others wait", () -> loopback.worker.stats().queueDepth() == SESSIONS - 1);

                GetCapabilitiesResponse told =
                        loopback.stub().getCapabilities(GetCapabilitiesRequest.getDefaultInstance());
                assertThat(told.getMetricsMap())
                        .containsEntry("queue_depth", (double) SESSIONS - 1)
                        .containsEntry("active_syntheses", (double) SESSIONS)
                        .containsEntry("active_sessions", (double) SESSIONS);
                WorkerInfo registered = loopback.worker.info("w", new WorkerAddress("localhost", 7_001));
                assertThat(registered.metrics().queueDepth()).isEqualTo(SESSIONS - 1);
                assertThat(registered.residentModels()).containsExactly("a");
            } finally {
                mayRead.countDown();
            }
            for (Loopback.Speaking each : speaking) {
                assertThat(each.end()).isEqualTo(Status.OK);
            }
            Loopback.await("nobody waits", () -> loopback.worker.stats().queueDepth() == 0);
            assertThat(loopback.worker
                            .info("w", new WorkerAddress("localhost", 7_001))
                            .metrics()
                            .rtf())
                    .isEqualTo(loopback.worker.stats().rtf())
                    .isPositive();
        }
    }
}
