package dev.duplexvoice.server.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.duplexvoice.server.Principal;
import dev.duplexvoice.server.Scope;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AccessTokensTest {
    private static final String TOKEN = "a-token-that-is-long-enough";

    @Test
    void shouldFindWhoseATokenIs() {
        AccessTokens tokens = AccessTokens.builder()
                .token("app", TOKEN, Set.of(Scope.TALK))
                .token("ops", TOKEN + "-2", Set.of(Scope.OBSERVE, Scope.ADMIN))
                .build();
        assertThat(tokens.find(TOKEN)).isEqualTo(new Principal("app", Set.of(Scope.TALK)));
        assertThat(tokens.find(TOKEN + "-2").name()).isEqualTo("ops");
        assertThat(tokens.find(TOKEN + "-3")).isNull();
        assertThat(tokens.find("")).isNull();
        assertThat(AccessTokens.none().find(TOKEN)).isNull();
    }

    @Test
    void shouldRefuseTokensThatProtectNothingWithoutShowingThem() {
        AccessTokens.Builder builder = AccessTokens.builder().token("app", TOKEN, Set.of(Scope.TALK));
        assertThatThrownBy(() -> builder.token("x", "short", Set.of()))
                .hasMessage("token of 'x' has 5 characters: must have 16 to 4096");
        assertThatThrownBy(() -> builder.token("x", "with a space in the middle", Set.of()))
                .hasMessageContaining("a header cannot hold")
                .hasMessageNotContaining("middle");
        assertThatThrownBy(() -> builder.token("x", TOKEN, Set.of()))
                .hasMessage("token of 'x' is another's too: give each its own");
        assertThatThrownBy(() -> builder.token("anonymous", TOKEN + "x", Set.of()))
                .hasMessageContaining("token.name");
    }
}
