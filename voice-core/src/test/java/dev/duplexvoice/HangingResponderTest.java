package dev.duplexvoice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.dialog.Reply;
import dev.duplexvoice.support.ToneVoice;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** On the real clock, because what hangs must have a thread to hang on. */
class HangingResponderTest {
    private final BlockingQueue<SessionEvent> events = new LinkedBlockingQueue<>();

    private SessionOptions.Builder options() {
        return SessionOptions.builder()
                .externalSpeech()
                .synthesizer(new ToneVoice())
                .listener(events::add)
                .set("endpointing.minDelay", "0ms");
    }

    private static void turn(DuplexSession session) {
        session.speechStarted();
        session.speechEnded(Duration.ZERO);
    }

    private <T extends SessionEvent> T next(Class<T> type) throws InterruptedException {
        while (true) {
            SessionEvent event = events.take();
            if (type.isInstance(event)) {
                return type.cast(event);
            }
        }
    }

    @Test
    void shouldAnswerTheNextTurnWhenTheFirstCallNeverReturns() throws InterruptedException {
        CountDownLatch hung = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        AtomicInteger calls = new AtomicInteger();
        AtomicInteger interrupts = new AtomicInteger();
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            DuplexSession session = engine.open(options()
                    .responder((turn, reply) -> {
                        if (calls.incrementAndGet() > 1) {
                            reply.write("Second.");
                            return;
                        }
                        hung.countDown();
                        boolean waiting = true;
                        while (waiting) {
                            try {
                                release.await();
                                waiting = false;
                            } catch (InterruptedException e) {
                                interrupts.incrementAndGet();
                            }
                        }
                        reply.write("Late.");
                    })
                    .build());
            turn(session);
            hung.await();
            session.interrupt();
            assertThat(next(SessionEvent.ReplyFinished.class).interrupted()).isTrue();
            turn(session);
            next(SessionEvent.FirstAudio.class);
            release.countDown();

            assertThat(session.history()).isEmpty();
            assertThat(session.state()).isEqualTo(SessionState.SPEAKING);
        }
        assertThat(interrupts).hasPositiveValue();
        assertThat(next(SessionEvent.Closed.class).reason()).isEqualTo(CloseReason.ENGINE_CLOSED);
    }

    @Test
    void shouldNotInterruptAThreadThatHasGoneOnToOtherWork() throws InterruptedException {
        BlockingQueue<Boolean> flags = new LinkedBlockingQueue<>();
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            DuplexSession session = engine.open(options()
                    .responder((turn, reply) -> {
                        flags.add(Thread.currentThread().isInterrupted());
                        reply.write("One two three four five.");
                        reply.detach();
                    })
                    .build());
            for (int i = 0; i < 20; i++) {
                turn(session);
                flags.take();
                session.interrupt();
                assertThat(next(SessionEvent.ReplyFinished.class).interrupted()).isTrue();
            }
        }
        assertThat(flags).doesNotContain(true);
    }

    @Test
    void shouldCloseAtOnceWhenTheCallNeverReturns() throws Exception {
        BlockingQueue<Reply> replies = new LinkedBlockingQueue<>();
        CountDownLatch release = new CountDownLatch(1);
        try (VoiceEngine engine = VoiceEngine.builder().providers(List.of()).build()) {
            DuplexSession session = engine.open(options()
                    .responder((turn, reply) -> {
                        replies.add(reply);
                        boolean waiting = true;
                        while (waiting) {
                            try {
                                release.await();
                                waiting = false;
                            } catch (InterruptedException e) {
                                waiting = true;
                            }
                        }
                    })
                    .build());
            turn(session);
            Reply reply = replies.take();
            session.close();

            assertThat(session.closed().toCompletableFuture().get()).isEqualTo(CloseReason.CLOSED);
            assertThat(reply.isCancelled()).isTrue();
            release.countDown();
        }
    }
}
