package dev.duplexvoice.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.server.internal.security.Addresses;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WhereFromTest {
    private final TrustedProxies proxies = TrustedProxies.of(List.of("10.0.0.0/8", "192.168.1.5", "fd00::/8"));

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            delimiter = '|',
            value = {
                "203.0.113.9 | 198.51.100.1          | 203.0.113.9",
                "10.1.2.3    | -                     | 10.1.2.3",
                "10.1.2.3    | 198.51.100.1          | 198.51.100.1",
                "10.1.2.3    | 6.6.6.6, 198.51.100.1 | 198.51.100.1",
                "10.1.2.3    | 6.6.6.6, 198.51.100.1, 10.9.9.9, 192.168.1.5 | 198.51.100.1",
                "10.1.2.3    | 10.4.4.4              | 10.4.4.4",
                "10.1.2.3    | evil.example          | 10.1.2.3",
                "10.1.2.3    | 6.6.6.6, <script>     | 10.1.2.3",
                "10.1.2.3    | ''                    | 10.1.2.3",
                "192.168.1.6 | 198.51.100.1          | 192.168.1.6",
                "fd00:0:0:0:0:0:0:1 | 2001:db8::7    | 2001:db8:0:0:0:0:0:7",
            })
    void shouldBelieveProxiesOnly(String connected, String forwarded, String client) {
        assertThat(proxies.client(connected, forwarded)).isEqualTo(client);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.0/33", "10.0.0/8", "localhost", "", "10.0.0.0/", "::/129", "1.2.3.4/-1", "*"})
    void shouldRefuseBlocksThatAreNone(String block) {
        assertThatThrownBy(() -> TrustedProxies.of(List.of(block)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("trustedProxies=" + block);
    }

    @ParameterizedTest
    @CsvSource({
        "198.51.100.1,198.51.100.1",
        "2001:db8:1:2:3:4:5:6,2001:db8:1:2:0:0:0:0/64",
        "2001:db8:1:2::99,2001:db8:1:2:0:0:0:0/64",
        "0:0:0:0:0:0:0:1,0:0:0:0:0:0:0:1",
        "not an address,not an address"
    })
    void shouldCountWhatOneSubscriberHas(String address, String counted) {
        assertThat(Addresses.limited(address)).isEqualTo(counted);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080,true",
        "HTTP://127.0.0.1:8080,true",
        "http://127.0.0.1:8081,false",
        "https://127.0.0.1:8080,false",
        "https://app.example.com,true",
        "https://app.example.com:443,true",
        "http://app.example.com,false",
        "https://app.example.com.evil.org,false",
        "https://evil.org,false",
        "null,false",
        "'',false",
        "http://[,false"
    })
    void shouldLetOwnAndListedPagesSpeak(String origin, boolean allowed) {
        Origins origins = Origins.sameAnd(List.of("https://app.example.com"));
        assertThat(origins.allows(origin, "http", "127.0.0.1:8080")).isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "https://*", "app.example.com", "https://app.example.com/", "null", "file://x", ""})
    void shouldRefuseOriginsThatAreNone(String origin) {
        assertThatThrownBy(() -> Origins.sameAnd(List.of(origin))).hasMessageStartingWith("origins=" + origin);
    }
}
