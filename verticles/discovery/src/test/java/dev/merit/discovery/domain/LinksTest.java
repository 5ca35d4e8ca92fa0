package dev.merit.discovery.domain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.merit.contracts.CardId;
import dev.merit.contracts.StampCardId;
import dev.merit.contracts.VoucherId;
import dev.merit.discovery.domain.Pointer.ToCard;
import dev.merit.discovery.domain.Pointer.ToStampCard;
import dev.merit.discovery.domain.Pointer.ToVoucher;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinksTest {
    private static final String ID = "019cc3a5-51cb-7315-97e1-69147399f94d";

    @Test
    void readsEachKindOfPage() {
        UUID id = UUID.fromString(ID);
        assertThat(Links.parse("https://example.com/en-us/card/" + ID)).hasValue(new ToCard(new CardId(id)));
        assertThat(Links.parse("https://example.com/en-us/follow/" + ID)).hasValue(new ToCard(new CardId(id)));
        assertThat(Links.parse("https://example.com/en-us/stamp-card/" + ID))
                .hasValue(new ToStampCard(new StampCardId(id)));
        assertThat(Links.parse("https://example.com/en-us/voucher/" + ID)).hasValue(new ToVoucher(new VoucherId(id)));
    }

    // Breaks when a link that a poster, a browser or a messenger made of ours is not understood.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://example.com/card/@",
                "https://example.com/card/@/",
                "http://example.com/de/card/@",
                "HTTPS://EXAMPLE.COM/en-us/card/@",
                "https://example.com/en_US/card/@",
                "https://example.com/EN-US/card/@",
                "https://example.com/zh-hant-tw/card/@",
                "https://example.com/es-419/card/@",
                "https://example.com:8443/en-us/card/@?utm_source=poster&x=%2F#top",
                "https://example.com:/card/@",
                "https://example.com/card/@#",
                "https://example.com/card/@?",
                "https://localhost/card/@",
                "https://shop_1.example.com/card/@",
                "http://127.0.0.1:8080/card/@",
                "http://[::1]:8080/card/@",
                "http://[2001:db8::7]/card/@",
                "https://xn--bcher-kva.example/card/@",
                "https://bücher.example/card/@",
                "https://bücher.example:8443/card/@",
                "https://other.example/card/@?next=https://example.com/voucher/1"
            })
    void readsThePathWhateverIsAroundIt(String link) {
        ToCard card = new ToCard(new CardId(UUID.fromString(ID)));

        assertThat(Links.parse(link.replace("@", ID))).hasValue(card);
        assertThat(Links.parse(link.replace("@", ID.toUpperCase(java.util.Locale.ROOT))))
                .hasValue(card);
    }

    // Breaks when something is guessed, unescaped or repaired: what is no link of ours is refused.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "@",
                "/card/@",
                "example.com/card/@",
                "//example.com/card/@",
                "https:/example.com/card/@",
                "https:example.com/card/@",
                "https:///card/@",
                "https://",
                "https://example.com",
                "https://example.com/",
                "https://example.com/@",
                "https://example.com/card",
                "https://example.com/card/",
                "https://example.com/card/x",
                "https://example.com/card/@@",
                "https://example.com/card/@/rewards",
                "https://example.com/card//@",
                "https://example.com//card/@",
                "https://example.com/card/@//",
                "https://example.com/cards/@",
                "https://example.com/Card/@",
                "https://example.com/reward/@",
                "https://example.com/a/b/card/@",
                "https://example.com/x/card/@",
                "https://example.com/english/card/@",
                "https://example.com/en-us/de/card/@",
                "https://example.com/../card/@",
                "https://example.com/./card/@",
                "https://example.com/en-us/../card/@",
                "https://example.com/c%61rd/@",
                "https://example.com%2Fcard%2F@",
                "https://example.com/card%2f@",
                "https://example.com/card/%30@",
                "https://example.com/card/@%00",
                "https://example.com/card/@;jsessionid=1",
                "https://example.com/?/card/@",
                "https://example.com/#/card/@",
                "https://example.com\\card\\@",
                "https://user@example.com/card/@",
                "https://user:secret@example.com/card/@",
                "https://example.com:99999/card/@",
                "https://example.com:-1/card/@",
                "https://example.com:http/card/@",
                "https://exa mple.com/card/@",
                "https://[::1/card/@",
                "https://::1/card/@",
                "https://[fe80::1%25eth0]/card/@",
                " https://example.com/card/@",
                "https://example.com/card/@ ",
                "https://example.com/card/@\n",
                "https://example.com/card/@\r\nX-Injected: 1",
                "https://example.com/card/@\u0000",
                "javascript:alert(1)//card/@",
                "javascript://example.com/card/@",
                "data:text/html,/card/@",
                "file:///card/@",
                "file://example.com/card/@",
                "ftp://example.com/card/@",
                "jar:https://example.com/a.jar!/card/@",
                "gopher://example.com/card/@",
                "merit://example.com/card/@",
                "https://example.com/card/019cc3a551cb731597e169147399f94d",
                "https://example.com/card/{019cc3a5-51cb-7315-97e1-69147399f94d}",
                "https://example.com/card/19cc3a5-51cb-7315-97e1-69147399f94d",
                "https://example.com/card/019cc3a5-51cb-7315-97e1-69147399f94g",
                "https://example.com/card/０19cc3a5-51cb-7315-97e1-69147399f94d"
            })
    void refusesWhatIsNoLinkOfOurs(String text) {
        assertThat(Links.parse(text.replace("@", text.indexOf("@example") < 0 ? ID : "@")))
                .isEmpty();
    }

    @Test
    void refusesWhatIsTooLong() {
        String link = "https://example.com/card/" + ID + "?";

        assertThat(Links.parse(link + "x".repeat(Links.LENGTH_MAX - link.length())))
                .isPresent();
        assertThat(Links.parse(link + "x".repeat(Links.LENGTH_MAX + 1 - link.length())))
                .isEmpty();
    }
}
