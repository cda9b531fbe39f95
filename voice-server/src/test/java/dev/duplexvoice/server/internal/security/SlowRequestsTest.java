package dev.duplexvoice.server.internal.security;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlowRequestsTest {
    private final SlowRequests requests = new SlowRequests(100, 0);

    @Test
    void shouldFindAConnectionThatSaysNothing() {
        assertThat(requests.look(100, 0, 0, 0)).isFalse();
        assertThat(requests.look(101, 0, 0, 0)).isTrue();
    }

    @Test
    void shouldFindAConnectionThatTricklesFromTheBegin() {
        for (int now = 10; now <= 100; now += 10) {
            assertThat(requests.look(now, 0, 0, now)).isFalse();
        }
        assertThat(requests.look(110, 0, 0, 110)).isTrue();
    }

    @Test
    void shouldLetRequestsTakeTheirTime() {
        assertThat(requests.look(50, 1, 0, 80)).isFalse();
        assertThat(requests.look(5_000, 1, 0, 900)).isFalse();
        assertThat(requests.look(5_010, 1, 1, 900)).isFalse();
    }

    @Test
    void shouldLetAConnectionRestBetweenRequests() {
        requests.look(50, 1, 0, 80);
        for (int now = 60; now < 10_000; now += 10) {
            assertThat(requests.look(now, 1, 1, 80)).isFalse();
        }
    }

    @Test
    void shouldFindALaterRequestThatTrickles() {
        requests.look(50, 1, 1, 80);
        assertThat(requests.look(5_000, 1, 1, 80)).isFalse();
        assertThat(requests.look(5_010, 1, 1, 81)).isFalse();
        assertThat(requests.look(5_110, 1, 1, 90)).isFalse();
        assertThat(requests.look(5_111, 1, 1, 91)).isTrue();
    }

    @Test
    void shouldBeginAnewWithEachRequest() {
        requests.look(50, 1, 1, 80);
        requests.look(60, 1, 1, 81);
        assertThat(requests.look(150, 2, 2, 160)).isFalse();
        assertThat(requests.look(170, 2, 2, 161)).isFalse();
        assertThat(requests.look(260, 2, 2, 162)).isFalse();
        assertThat(requests.look(271, 2, 2, 163)).isTrue();
    }
}
