package dev.merit.router.pages;

import dev.merit.contracts.discovery.DiscoveryRequest.ShownCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownStampCard;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownThing;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownVoucher;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page of one thing.
 *
 * @param lines what it gives and how one gets it
 * @param stamps a picture of a full stamp card; null for anything else
 * @param code of a voucher; null for anything else
 * @param link where this page is, as its QR code says
 * @param toList where the list is from here
 */
public record ThingView(
        Frame frame,
        String kind,
        String title,
        @Nullable String description,
        String heading,
        List<String> lines,
        @Nullable String stamps,
        @Nullable Labelled code,
        QrCode qr,
        Labelled qrText,
        String link,
        String toList,
        String more) {

    /** A text and what it is called. */
    public record Labelled(String label, String text) {}

    static ThingView of(ShownThing thing, Texts texts, String link, String toList) {
        String kind = Lines.kind(thing);
        return new ThingView(
                new Frame(texts.lang(), thing.title(), Stylesheet.with(List.of(coloursOf(thing)))),
                texts.get("kind." + kind),
                thing.title(),
                thing.description(),
                texts.get("how." + kind),
                new Lines(texts).all(thing),
                thing instanceof ShownStampCard card
                        ? card.stampIcon().repeat(Math.toIntExact(card.stampsRequired()))
                        : null,
                thing instanceof ShownVoucher voucher ? new Labelled(texts.get("voucher.code"), voucher.code()) : null,
                QrCode.of(link),
                new Labelled(texts.get("qr.label"), texts.get("qr.caption")),
                link,
                toList,
                texts.get("more"));
    }

    /** Its own, as far as they can be read; of a voucher, those that it would have without any. */
    static Colours coloursOf(ShownThing thing) {
        return switch (thing) {
            case ShownCard card -> Colours.readable(card.bgColor(), card.textColor());
            case ShownStampCard card -> Colours.readable(card.bgColor(), card.textColor());
            case ShownVoucher voucher -> Colours.readable(null, null);
        };
    }
}
