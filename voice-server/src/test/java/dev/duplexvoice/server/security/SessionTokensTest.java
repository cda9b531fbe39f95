package dev.duplexvoice.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SessionTokensTest {
    private static final byte[] OLD = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] NEW = "fedcba9876543210fedcba9876543210".getBytes(StandardCharsets.US_ASCII);

    private Instant now = Instant.parse("2026-11-22T12:00:00Z");
    private final SessionTokens tokens =
            SessionTokens.builder().key("k1", OLD).clock(() -> now).build();

    /** As any library of any language makes it. */
    private static String jwt(String header, String claims, byte[] key) throws Exception {
        Base64.Encoder url = Base64.getUrlEncoder().withoutPadding();
        String signed = url.encodeToString(header.getBytes(StandardCharsets.UTF_8)) + "."
                + url.encodeToString(claims.getBytes(StandardCharsets.UTF_8));
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return signed + "." + url.encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String header(String alg, String kid) {
        return "{\"alg\":\"" + alg + "\",\"kid\":\"" + kid + "\",\"typ\":\"JWT\"}";
    }

    private String claims(String more) {
        return "{\"sub\":\"user-7\",\"scope\":\"talk speak\",\"exp\":" + (now.getEpochSecond() + 60) + more + "}";
    }

    private void refuses(String token, String reason) {
        assertThatThrownBy(() -> tokens.verify(token))
                .isInstanceOfSatisfying(
                        InvalidTokenException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageNotContaining(token);
    }

    @Test
    void shouldProveWhatWasIssuedUntilItExpires() throws Exception {
        SessionTokens.Issued issued = tokens.issue("user-7", Set.of(Scope.TALK, Scope.SPEAK), Duration.ofMinutes(5));
        assertThat(issued.expiresAt()).isEqualTo(now.plusSeconds(300));
        now = now.plusSeconds(299);
        assertThat(tokens.verify(issued.token())).isEqualTo(new Principal("user-7", Set.of(Scope.TALK, Scope.SPEAK)));
        now = now.plusSeconds(1);
        refuses(issued.token(), "expired_token");
    }

    @Test
    void shouldTakeWhatAnotherLibrarySigned() throws Exception {
        assertThat(tokens.verify(jwt(header("HS256", "k1"), claims(",\"aud\":\"x\""), OLD)))
                .isEqualTo(new Principal("user-7", Set.of(Scope.TALK, Scope.SPEAK)));
    }

    @Test
    void shouldRefuseATokenOfWhichAnyCharacterWasChanged() {
        String token = tokens.issue("user-7", Set.of(Scope.TALK), Duration.ofMinutes(5))
                .token();
        for (int i = 0; i < token.length(); i++) {
            if (token.charAt(i) == '.') {
                continue;
            }
            String changed = token.substring(0, i) + (token.charAt(i) == 'A' ? 'B' : 'A') + token.substring(i + 1);
            assertThatThrownBy(() -> tokens.verify(changed)).isInstanceOf(InvalidTokenException.class);
        }
    }

    @Test
    void shouldNotObeyTheHeaderOfAToken() throws Exception {
        String none = jwt(header("none", "k1"), claims(""), OLD);
        refuses(none, "malformed_token");
        refuses(none.substring(0, none.lastIndexOf('.') + 1), "malformed_token");
        refuses(jwt(header("HS512", "k1"), claims(""), OLD), "malformed_token");
        refuses(jwt("{\"alg\":\"HS256\",\"kid\":\"k1\",\"crit\":[\"x\"]}", claims(""), OLD), "malformed_token");
        refuses(jwt("{\"alg\":\"HS256\"}", claims(""), OLD), "unknown_key");
        refuses(jwt(header("HS256", "k2"), claims(""), OLD), "unknown_key");
        refuses(jwt(header("HS256", "k1"), claims(""), NEW), "bad_signature");
    }

    @Test
    void shouldRefuseClaimsThatSayTooMuchOrTooLittle() throws Exception {
        String header = header("HS256", "k1");
        long soon = now.getEpochSecond() + 60;
        refuses(jwt(header, "{\"sub\":\"u\",\"scope\":\"talk\"}", OLD), "malformed_token");
        refuses(jwt(header, "{\"scope\":\"talk\",\"exp\":" + soon + "}", OLD), "malformed_token");
        refuses(jwt(header, "{\"sub\":\"u\",\"scope\":\"fly\",\"exp\":" + soon + "}", OLD), "malformed_token");
        refuses(jwt(header, "{\"sub\":\"anonymous\",\"scope\":\"talk\",\"exp\":" + soon + "}", OLD), "malformed_token");
        refuses(jwt(header, "{\"sub\":\"u\",\"scope\":\"talk\",\"exp\":\"soon\"}", OLD), "malformed_token");
        refuses(
                jwt(header, "{\"sub\":\"u\",\"scope\":\"talk\",\"exp\":" + (soon + 90_000) + "}", OLD),
                "malformed_token");
        refuses(jwt(header, claims(",\"nbf\":" + soon), OLD), "early_token");
        refuses(jwt(header, "[]", OLD), "malformed_token");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "e30.e30.e30", "%%%.%%%.%%%", "x", "eyJ.eyJ.eyJ"})
    void shouldRefuseWhatIsNoToken(String text) {
        assertThatThrownBy(() -> tokens.verify(text)).isInstanceOf(InvalidTokenException.class);
    }

    @Test
    void shouldVerifyWithTheOldKeyAndSignWithTheNewOne() throws Exception {
        String old = tokens.issue("user-7", Set.of(Scope.TALK), Duration.ofMinutes(5))
                .token();
        SessionTokens both = SessionTokens.builder()
                .key("k2", NEW)
                .key("k1", OLD)
                .clock(() -> now)
                .build();
        assertThat(both.verify(old).name()).isEqualTo("user-7");
        String made =
                both.issue("user-8", Set.of(Scope.TALK), Duration.ofMinutes(5)).token();
        refuses(made, "unknown_key");
        assertThat(both.verify(made).name()).isEqualTo("user-8");
    }

    @Test
    void shouldShowNeitherKeysNorTokens() {
        SessionTokens.Issued issued = tokens.issue("user-7", Set.of(Scope.TALK), Duration.ofMinutes(5));
        assertThat(issued.toString()).contains("user-7").doesNotContain(issued.token());
        assertThat(tokens.toString()).isEqualTo("SessionTokens[[k1]]");
    }

    @Test
    void shouldSayWhatIsWrongWithKeysAndWishes() {
        assertThatThrownBy(() -> SessionTokens.builder().key("k", new byte[31]))
                .hasMessage("key 'k' has 31 bytes: must have at least 32; make one with 'openssl rand -base64 32'");
        assertThatThrownBy(() -> SessionTokens.builder().key("k", OLD).key("k", NEW))
                .hasMessage("key.id=k: is there already; give each key its own");
        assertThatThrownBy(() -> SessionTokens.builder().key("k 1", OLD)).hasMessageContaining("key.id=k 1");
        assertThatThrownBy(() -> SessionTokens.builder().build()).hasMessageContaining("keys=[]");
        assertThatThrownBy(() -> tokens.issue("u", Set.of(Scope.TALK), Duration.ofDays(2)))
                .hasMessage("life=172800s: must be 1 s to 86400 s");
        assertThatThrownBy(() -> tokens.issue("u", Set.of(), Duration.ofMinutes(1)))
                .hasMessageContaining("scopes=[]");
        assertThatThrownBy(() -> tokens.issue("anonymous", Set.of(Scope.TALK), Duration.ofMinutes(1)))
                .hasMessageContaining("subject");
    }
}
