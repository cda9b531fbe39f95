package dev.duplexvoice.internal.vocoder;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlayoutTest {
    private final Playout playout = new Playout();

    @Test
    void shouldTakeSamplesToBePlayedFromWhenTheyWereMade() {
        assertThat(playout.isSilent(0)).isTrue();
        playout.made(100, 50);
        assertThat(playout.isSilent(149)).isFalse();
        assertThat(playout.endsAt()).isEqualTo(150);
        playout.made(120, 30);
        assertThat(playout.endsAt()).isEqualTo(180);
    }

    @Test
    void shouldBeginAnewWhereNothingIsLeft() {
        playout.made(100, 50);
        assertThat(playout.isSilent(150)).isTrue();
        playout.made(200, 50);
        assertThat(playout.endsAt()).as("what was late is played late").isEqualTo(250);
        playout.forget();
        assertThat(playout.isSilent(201)).isTrue();
    }

    @Test
    void shouldBelieveWhoeverReads() {
        playout.made(100, 50);
        playout.told(110, 1_000);
        assertThat(playout.endsAt()).isEqualTo(1_110);
        playout.told(120, 0);
        assertThat(playout.isSilent(120)).isTrue();
    }
}
