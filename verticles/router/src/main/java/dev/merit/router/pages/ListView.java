package dev.merit.router.pages;

import dev.merit.contracts.discovery.DiscoveryRequest.ShownLists;
import dev.merit.contracts.discovery.DiscoveryRequest.ShownThing;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The page that lists what is shown to everybody.
 *
 * @param note why it is not all; null when it is
 * @param sections one for each kind that there is something of
 */
public record ListView(
        Frame frame, String title, String intro, @Nullable String note, List<Section> sections) {

    public record Section(String heading, List<Item> items) {}

    /**
     * One thing in the list.
     *
     * @param look the class of its colours
     * @param link to its page, from here
     */
    public record Item(String look, String link, String title, String brief) {}

    static ListView of(ShownLists lists, Texts texts) {
        List<Colours> colours = new ArrayList<>();
        List<Section> sections = new ArrayList<>();
        var section = new Sections(texts, colours, sections);
        section.add("list.cards", "card/", lists.cards());
        section.add("list.stamp_cards", "stamp-card/", lists.stampCards());
        section.add("list.vouchers", "voucher/", lists.vouchers());
        boolean isComplete = lists.missing() == null;
        return new ListView(
                new Frame(texts.lang(), texts.get("list.title"), Stylesheet.with(colours)),
                texts.get("list.title"),
                texts.get(sections.isEmpty() && isComplete ? "list.empty" : "list.intro"),
                isComplete ? null : texts.get("list.missing"),
                sections);
    }

    /** Gathers sections, and the colours of the things in them. */
    private record Sections(Texts texts, List<Colours> colours, List<Section> sections) {

        void add(String heading, String path, List<? extends ShownThing> things) {
            if (things.isEmpty()) {
                return;
            }
            var lines = new Lines(texts);
            List<Item> items = new ArrayList<>();
            for (ShownThing thing : things) {
                Colours own = ThingView.coloursOf(thing);
                int known = colours.indexOf(own);
                if (known < 0) {
                    known = colours.size();
                    colours.add(own);
                }
                items.add(new Item("c" + known, path + thing.uuid(), thing.title(), lines.brief(thing)));
            }
            sections.add(new Section(texts.get(heading), items));
        }
    }
}
