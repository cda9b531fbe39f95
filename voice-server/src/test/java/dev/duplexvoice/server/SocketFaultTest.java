package dev.duplexvoice.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.duplexvoice.OutputProcessing;
import dev.duplexvoice.VoiceEngine;
import dev.duplexvoice.server.support.Eventually;
import dev.duplexvoice.server.support.NumberedVoice;
import dev.duplexvoice.server.support.RawClient;
import dev.duplexvoice.server.support.SocketClient;
import dev.duplexvoice.server.support.SocketServer;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that do what they should not, beside one that does nothing wrong and must not notice. */
class SocketFaultTest {
    private static final int WORDS = 30;
    private static final String TEXT =
            "{'type':'text','text':'" + "word ".repeat(WORDS).strip() + "','is_final':true}";

    private final SocketServer server = new SocketServer(
            VoiceEngine.create(),
            socket -> socket.resumeWithin(Duration.ZERO)
                    .startTimeout(Duration.ofMillis(500))
                    .vanishedAfter(Duration.ofSeconds(3))
                    .maxWaitingMessages(200)
                    .configure((caller, options) ->
                            options.synthesizer(new NumberedVoice()).processing(OutputProcessing.NONE)));

    private SocketClient good;

    @AfterEach
    void close() {
        server.close();
    }

    /** Somebody talks all the while. */
    private void talk() throws InterruptedException {
        good = SocketClient.connect(server.uri());
        good.send("{'type':'session_start'}");
        good.await("session_start");
        good.send(TEXT);
    }

    /** All of it came, each sample once and in its place. */
    private void unharmed() throws InterruptedException {
        good.await("heard");
        assertThat(good.samples()).isEqualTo(NumberedVoice.samples(0, (long) WORDS * NumberedVoice.WORD));
        assertThat(good.closed).isNotDone();
    }

    private RawClient started() throws Exception {
        RawClient client = new RawClient(server.port, "duplexvoice.v1");
        client.text("{'type':'session_start'}");
        assertThat(client.read().text()).contains("session_start");
        return client;
    }

    private void onlyTheGoodOneIsLeft() throws InterruptedException {
        Eventually.eventually(
                "the others are gone",
                () -> server.engine.sessions() == 1 && server.socket.stats().connections() == 1);
    }

    @Test
    void shouldCloseWithTheRightCodeWhenMessagesAreImpossible() throws Exception {
        talk();
        RawClient huge = started();
        huge.head(true, RawClient.TEXT, 100 << 20);
        huge.bytes(new byte[64 << 10], 64 << 10);
        // A server that closes with bytes unread may not get its last word through.
        assertThat(huge.readToClose()).isIn(1009, -1);

        RawClient endless = started();
        endless.frame(false, RawClient.BINARY, new byte[40 << 10]);
        endless.frame(false, 0, new byte[40 << 10]);
        assertThat(endless.readToClose()).isIn(1009, -1);

        RawClient garbled = started();
        garbled.frame(true, RawClient.TEXT, new byte[] {'{', '"', (byte) 0xc3, (byte) 0x28, '"', '}'});
        assertThat(garbled.readToClose()).isEqualTo(1007);

        RawClient wild = started();
        wild.bytes(new byte[] {(byte) 0xff, (byte) 0xff, 1, 2, 3, 4, 5, 6}, 8);
        assertThat(wild.readToClose()).isEqualTo(1002);

        RawClient mute = new RawClient(server.port, "duplexvoice.v1");
        assertThat(mute.readToClose()).isEqualTo(4408);

        onlyTheGoodOneIsLeft();
        unharmed();
    }

    @Test
    void shouldDisconnectWhenMoreIsSentThanAConversationCanHave() throws Exception {
        talk();
        RawClient fool = started();
        for (int i = 0; i < 21; i++) {
            fool.text("{'type':'nonsense'}");
        }
        assertThat(fool.readToClose()).isEqualTo(1008);

        RawClient flood = started();
        try {
            for (int i = 0; i < 10_000; i++) {
                flood.text("{'type':'playout','position':0}");
            }
        } catch (java.io.IOException e) {
            // It was closed before all was sent.
        }
        assertThat(flood.readToClose()).isIn(1008, -1);

        RawClient writer = started();
        String much = "{'type':'text','text':'" + "a".repeat(9_999) + "'}";
        for (int i = 0; i < 40; i++) {
            try {
                writer.text(much);
            } catch (java.io.IOException e) {
                break;
            }
        }
        assertThat(writer.readToClose()).isIn(1008, -1);
        RawClient hearer = new RawClient(server.port, "duplexvoice.v1");
        hearer.text("{'type':'session_start','recognizer':'client'}");
        String understood = "{'type':'transcript','text':'" + "a".repeat(9_999) + "'}";
        for (int i = 0; i < 400; i++) {
            try {
                hearer.text(understood);
            } catch (java.io.IOException e) {
                break;
            }
        }
        assertThat(hearer.readToClose()).isIn(1008, -1);
        assertThat(server.socket.stats().abusive()).isEqualTo(4);
        onlyTheGoodOneIsLeft();
        unharmed();
    }

    @Test
    void shouldNoticeClientsThatVanish() throws Exception {
        talk();
        RawClient gone = started();
        gone.text(TEXT);
        gone.reset();
        RawClient half = started();
        half.text(TEXT);
        half.close();
        // Answers no ping, as one that has lost its network.
        RawClient dead = started();
        assertThat(server.engine.sessions()).isGreaterThan(1);
        Thread alive = new Thread(() -> {
            try {
                while (!good.closed.isDone() && server.socket.stats().connections() > 1) {
                    good.send("{'type':'ping'}");
                    Thread.sleep(200);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        alive.start();
        onlyTheGoodOneIsLeft();
        alive.join();

        assertThat(server.socket.stats().vanished()).isEqualTo(1);
        dead.close();
        unharmed();
    }

    @Test
    void shouldHoldBackTheReplyOfAClientThatDoesNotReadAndNobodyElses() throws Exception {
        talk();
        RawClient stalled = started();
        String text = "{'type':'text','text':'" + "word ".repeat(100).strip() + "','is_final':true}";
        stalled.text(text);
        Eventually.eventually(
                "its reply waits",
                () -> server.socket.directory().live().stream().anyMatch(view -> view.bufferMs() >= 60));
        long held = server.socket.directory().live().stream()
                .mapToLong(view -> view.bufferMs())
                .max()
                .orElseThrow();
        // What waits in the transport is no more than the lead, however long the client does not read.
        assertThat(held).isLessThanOrEqualTo(80);
        // It is not gone.
        while (!good.types().contains("heard")) {
            stalled.frame(true, RawClient.PONG, new byte[0]);
            good.poll();
            Thread.sleep(50);
        }
        assertThat(good.samples()).isEqualTo(NumberedVoice.samples(0, (long) WORDS * NumberedVoice.WORD));
        // It reads again, and hears all of it.
        long samples = 0;
        while (samples < 100L * NumberedVoice.WORD) {
            RawClient.Frame frame = stalled.read();
            if (frame.opcode() == RawClient.BINARY) {
                samples += (frame.payload().length - 16) / 2;
            } else if (frame.opcode() == RawClient.PING) {
                stalled.frame(true, RawClient.PONG, frame.payload());
            }
        }
        assertThat(samples).isEqualTo(100L * NumberedVoice.WORD);
    }

    @Test
    void shouldDisconnectAClientThatLeavesMessagesUnread() throws Exception {
        talk();
        RawClient deaf = started();
        try {
            for (int i = 0; i < 100_000 && server.socket.stats().slow() == 0; i++) {
                deaf.text("{'type':'ping','id':'" + "x".repeat(100) + "'}");
                if (i % 100 == 99) {
                    Thread.sleep(200);
                }
            }
        } catch (java.io.IOException e) {
            // It was cut off.
        }
        Eventually.eventually("it is noticed", () -> server.socket.stats().slow() == 1);
        onlyTheGoodOneIsLeft();
        unharmed();
    }
}
