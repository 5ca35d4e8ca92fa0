package dev.merit.router.pages;

import java.util.List;

/** A page that has nothing to show but a sentence. */
public record MessageView(Frame frame, String text) {

    /** The page for one of {@code gone}, {@code busy} and {@code trouble}. */
    static MessageView of(String word, Texts texts) {
        return new MessageView(
                new Frame(texts.lang(), texts.get(word + ".title"), Stylesheet.with(List.of())),
                texts.get(word + ".text"));
    }
}
