package dev.merit.router.pages;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.discovery.DiscoveryRequest.Kind;
import java.util.Locale;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageAddressTest {
    private static final String ID = "019cc3a5-51cb-7315-97e1-69147399f94d";

    @Test
    void readsThingsAndLists() {
        assertThat(of("/card/" + ID)).isEqualTo(new PageAddress(null, "card", UUID.fromString(ID), false));
        assertThat(of("/de/voucher/" + ID + "/"))
                .isEqualTo(new PageAddress("de", "voucher", UUID.fromString(ID), true));
        assertThat(of("/")).isEqualTo(new PageAddress(null, null, null, true));
        assertThat(of("/en-us/")).isEqualTo(new PageAddress("en-us", null, null, true));
        assertThat(of("/de").isSlashed()).isFalse();
        assertThat(of("/follow/" + ID).kind()).isEqualTo(Kind.LOYALTY_CARD);
        assertThat(of("/stamp-card/" + ID).kind()).isEqualTo(Kind.STAMP_CARD);
    }

    @Test
    void writesAnAddressInOneWay() {
        assertThat(of("/EN-us/card/" + ID.toUpperCase(Locale.ROOT) + "/").canonical())
                .isEqualTo("/en-us/card/" + ID);
        assertThat(of("/follow/" + ID).canonical()).isEqualTo("/follow/" + ID);
        assertThat(of("/").canonical()).isEqualTo("/");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "//",
                "/card",
                "/card/",
                "/card/1",
                "/cards/@",
                "/card/@/x",
                "/card//@",
                "/xx/",
                "/foo",
                "/docs",
                "/favicon.ico",
                "/robots.txt",
                "/de/card",
                "/de/de/card/@",
                "/../card/@",
                "/card/%40",
                "/card/@%00"
            })
    void knowsNoOther(String path) {
        assertThat(PageAddress.parse(path.replace("@", ID))).isEmpty();
    }

    private static PageAddress of(String path) {
        return PageAddress.parse(path).orElseThrow();
    }
}
