package dev.duplexvoice.grpc.converse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.grpc.proto.v1.ConverseResponse;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    private final Wire wire = new Wire();
    private final Outbox outbox = new Outbox(wire);

    private static ConverseResponse message(long number) {
        ConverseResponse.Builder message = ConverseResponse.newBuilder();
        message.getFlushBuilder().setPosition(number);
        return message.build();
    }

    private static final class Wire extends ServerCallStreamObserver<ConverseResponse> {
        private final List<String> sent = new ArrayList<>();
        private boolean ready = true;
        private Runnable during = () -> {};

        @Override
        public boolean isReady() {
            return ready;
        }

        @Override
        public void onNext(ConverseResponse message) {
            sent.add(String.valueOf(message.getFlush().getPosition()));
            Runnable action = during;
            during = () -> {};
            action.run();
        }

        @Override
        public void onError(Throwable failure) {
            sent.add(Status.fromThrowable(failure).getCode().name());
        }

        @Override
        public void onCompleted() {
            sent.add("OK");
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void setOnCancelHandler(Runnable handler) {}

        @Override
        public void setCompression(String compression) {}

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}

        @Override
        public void disableAutoInboundFlowControl() {}
    }

    @Test
    void shouldSendTheFirstMessageFirstThoughTheSessionHasEndedBefore() {
        outbox.put(message(2));
        outbox.put(message(3));
        outbox.end(Status.OK);
        assertThat(wire.sent).isEmpty();
        outbox.begin(message(1));

        assertThat(wire.sent).containsExactly("1", "2", "3", "OK");
    }

    @Test
    void shouldEndACallThatHasNoFirstMessage() {
        outbox.put(message(2));
        outbox.end(Status.NOT_FOUND);
        outbox.begin(message(1));

        assertThat(wire.sent).containsExactly("2", "NOT_FOUND");
    }

    @Test
    void shouldKeepTheOrderWhenSendingCausesMore() {
        wire.during = () -> {
            outbox.put(message(2));
            outbox.end(Status.OK);
            outbox.put(message(3));
        };
        outbox.begin(message(1));

        assertThat(wire.sent).containsExactly("1", "2", "OK");
    }

    @Test
    void shouldTellWhoAskedWhenItIsReadyAgain() {
        List<String> told = new ArrayList<>();
        outbox.onReady(() -> told.add("ready"));
        outbox.begin(message(1));
        assertThat(outbox.isReady()).isTrue();
        wire.ready = false;
        outbox.put(message(2));
        outbox.send();
        wire.ready = true;
        // Nobody has asked, but what waits is sent.
        outbox.send();
        assertThat(told).isEmpty();

        wire.ready = false;
        assertThat(outbox.isReady()).isFalse();
        outbox.send();
        assertThat(told).isEmpty();
        wire.ready = true;
        outbox.send();
        assertThat(told).containsExactly("ready");
        assertThat(wire.sent).containsExactly("1", "2");
    }

    @Test
    void shouldRefuseWhatIsTooMuchAndDropItOnAnAbort() {
        wire.ready = false;
        for (int i = 0; i < Outbox.MOST_MESSAGES; i++) {
            assertThat(outbox.put(message(i))).isTrue();
        }
        assertThat(outbox.put(message(0))).isFalse();
        outbox.abort(Status.RESOURCE_EXHAUSTED);
        assertThat(outbox.put(message(0))).isTrue();

        assertThat(wire.sent).containsExactly("RESOURCE_EXHAUSTED");
    }

    @Test
    void shouldCountBytesAndTakeOneLargeMessage() {
        wire.ready = false;
        ConverseResponse.Builder large = ConverseResponse.newBuilder();
        large.getEventBuilder().getReplyFinishedBuilder().setText("x".repeat(5 << 20));
        assertThat(outbox.put(large.build())).isTrue();
        assertThat(outbox.put(message(1))).isFalse();
    }
}
