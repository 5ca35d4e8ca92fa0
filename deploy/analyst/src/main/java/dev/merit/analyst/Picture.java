package dev.merit.analyst;

import dev.merit.analyst.store.Liability.Cohort;
import dev.merit.analyst.store.Liability.Day;
import dev.merit.analyst.store.Liability.Days;
import dev.merit.analyst.store.Liability.Statement;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Reports as pictures: where the points of each month went; what moved on each day, and how many are still out. */
final class Picture {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;
    private static final int LABELS_MAX = 7;

    private static final Color OUTSTANDING = new Color(0x2A, 0x6F, 0x97);
    private static final Color ISSUED = new Color(0x8F, 0xC1, 0xDE);
    private static final Color REDEEMED = new Color(0x52, 0xA6, 0x75);
    private static final Color EXPIRED = new Color(0xB8, 0xB8, 0xB8);
    private static final Color CORRECTED = new Color(0xD9, 0x7B, 0x4F);

    /** A part of a bar. */
    private record Part<T>(String name, ToLongFunction<T> points, Color color) {}

    private static final List<Part<Cohort>> MONTH_PARTS = List.of(
            new Part<>("outstanding", Cohort::closing, OUTSTANDING),
            new Part<>("redeemed", each -> -each.redeemed(), REDEEMED),
            new Part<>("expired", each -> -each.expired(), EXPIRED),
            new Part<>("taken back", each -> Math.max(0, -each.corrected()), CORRECTED));

    private static final List<Part<Moved>> DAY_PARTS = List.of(
            new Part<>("issued", Moved::issued, ISSUED),
            new Part<>("redeemed", Moved::redeemed, REDEEMED),
            new Part<>("expired", Moved::expired, EXPIRED),
            new Part<>("corrected", Moved::corrected, CORRECTED));

    /** A chart needs a bar, also where there is nothing to show. */
    private static final Part<Moved> NOTHING = new Part<>("nothing", each -> 0, EXPIRED);

    /** A day of all cards together. */
    private record Moved(long issued, long redeemed, long expired, long corrected) {
        private static final Moved NOTHING = new Moved(0, 0, 0, 0);

        Moved plus(Day day) {
            return new Moved(
                    issued + day.issued(),
                    redeemed + day.redeemed(),
                    expired + day.expired(),
                    corrected + day.corrected());
        }
    }

    private final CategoryChart chart;

    private Picture(CategoryChart chart) {
        this.chart = chart;
    }

    static Picture of(Statement statement) {
        List<Cohort> cohorts = statement.cohorts().stream()
                .filter(each -> each.month() != null)
                .toList();
        CategoryChart chart = chart(
                "Points by the month in which they were earned, " + statement.from() + " to " + statement.to(),
                "earned in");
        List<String> months =
                cohorts.stream().map(each -> Objects.toString(each.month())).toList();
        chart.getStyler().setStacked(true);
        if (months.isEmpty()) {
            add(chart, NOTHING, List.of(statement.from().toString()), List.of(0L));
        } else {
            MONTH_PARTS.forEach(part -> add(
                    chart,
                    part,
                    months,
                    cohorts.stream().map(part.points()::applyAsLong).toList()));
        }
        return new Picture(chart);
    }

    static Picture of(Days days) {
        CategoryChart chart = chart("Points by day, " + days.from() + " to " + days.to(), "day");
        chart.getStyler().setXAxisMaxLabelCount(LABELS_MAX);
        chart.getStyler().setOverlapped(true);
        if (days.days().isEmpty()) {
            add(chart, NOTHING, List.of(days.from().toString()), List.of(0L));
            return new Picture(chart);
        }
        Map<LocalDate, Moved> moved = new TreeMap<>();
        Map<LocalDate, Long> outstanding = new TreeMap<>();
        Map<UUID, Long> cards = new HashMap<>();
        // A card's first line tells what it had before, so that one that rests counts until it moves again.
        days.days()
                .forEach(day -> cards.putIfAbsent(
                        day.card(),
                        day.outstanding() - day.issued() - day.redeemed() - day.expired() - day.corrected()));
        for (Day day : days.days()) {
            moved.merge(day.day(), Moved.NOTHING.plus(day), (before, ignored) -> before.plus(day));
            cards.put(day.card(), day.outstanding());
            outstanding.put(
                    day.day(),
                    cards.values().stream().mapToLong(Long::longValue).sum());
        }
        List<String> names = new ArrayList<>();
        List<Moved> bars = new ArrayList<>();
        List<Long> line = new ArrayList<>();
        LocalDate first = days.days().getFirst().day();
        Long rest = outstanding.get(first);
        for (LocalDate day = first; !day.isAfter(days.days().getLast().day()); day = day.plusDays(1)) {
            names.add(day.toString());
            bars.add(moved.getOrDefault(day, Moved.NOTHING));
            rest = outstanding.getOrDefault(day, rest);
            line.add(Objects.requireNonNull(rest));
        }
        // The chart would stack the line as well. So the bars are stacked here: the longest is drawn first, behind the
        // others.
        for (int last = DAY_PARTS.size(); last > 0; last--) {
            List<Part<Moved>> parts = DAY_PARTS.subList(0, last);
            add(
                    chart,
                    parts.getLast(),
                    names,
                    bars.stream().map(bar -> stacked(parts, bar)).toList());
        }
        var series = chart.addSeries("outstanding", names, line);
        series.setChartCategorySeriesRenderStyle(CategorySeriesRenderStyle.Line);
        series.setMarker(SeriesMarkers.NONE);
        series.setLineColor(OUTSTANDING);
        series.setLineStyle(new BasicStroke(2));
        return new Picture(chart);
    }

    /** How far the last part reaches when it stands on those before it that have the same sign. */
    private static long stacked(List<Part<Moved>> parts, Moved bar) {
        long last = parts.getLast().points().applyAsLong(bar);
        return parts.stream()
                .mapToLong(part -> part.points().applyAsLong(bar))
                .filter(points -> Long.signum(points) == Long.signum(last))
                .sum();
    }

    private static void add(CategoryChart chart, Part<?> part, List<String> names, List<Long> bars) {
        chart.addSeries(part.name(), names, bars).setFillColor(part.color());
    }

    private static CategoryChart chart(String title, String axis) {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(axis)
                .yAxisTitle("points")
                .build();
        var style = chart.getStyler();
        style.setAvailableSpaceFill(0.6);
        style.setLegendPosition(LegendPosition.OutsideE);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setYAxisDecimalPattern("#,##0");
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        return chart;
    }

    /** Writes it into the files that are given. */
    void write(@Nullable Path png, @Nullable Path svg) throws IOException {
        if (png != null) {
            try (OutputStream out = Files.newOutputStream(png)) {
                BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
            }
        }
        if (svg != null) {
            try (OutputStream out = Files.newOutputStream(svg)) {
                VectorGraphicsEncoder.saveVectorGraphic(chart, out, VectorGraphicsFormat.SVG);
            }
        }
    }
}
