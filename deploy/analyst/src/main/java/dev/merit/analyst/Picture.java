package dev.merit.analyst;

import dev.merit.analyst.store.Liability.Cohort;
import dev.merit.analyst.store.Liability.Statement;
import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.VectorGraphicsEncoder.VectorGraphicsFormat;
import org.knowm.xchart.style.Styler.LegendPosition;

/** A statement as a picture: where the points of each month went, and how many are still out. */
final class Picture {
    private static final int WIDTH = 900;
    private static final int HEIGHT = 480;

    /** A part of a bar. */
    private record Part(String name, ToLongFunction<Cohort> points, Color color) {}

    private static final List<Part> PARTS = List.of(
            new Part("outstanding", Cohort::closing, new Color(0x2A, 0x6F, 0x97)),
            new Part("redeemed", Cohort::redeemed, new Color(0x52, 0xA6, 0x75)),
            new Part("expired", Cohort::expired, new Color(0xB8, 0xB8, 0xB8)),
            new Part("taken back", each -> Math.max(0, -each.corrected()), new Color(0xD9, 0x7B, 0x4F)));

    private Picture() {}

    static void png(Statement statement, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            BitmapEncoder.saveBitmap(chart(statement), out, BitmapFormat.PNG);
        }
    }

    static void svg(Statement statement, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            VectorGraphicsEncoder.saveVectorGraphic(chart(statement), out, VectorGraphicsFormat.SVG);
        }
    }

    private static CategoryChart chart(Statement statement) {
        List<Cohort> cohorts = statement.cohorts().stream()
                .filter(each -> each.month() != null)
                .toList();
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Points by the month in which they were earned, " + statement.from() + " to " + statement.to())
                .xAxisTitle("earned in")
                .yAxisTitle("points")
                .build();
        var style = chart.getStyler();
        style.setStacked(true);
        style.setAvailableSpaceFill(0.6);
        style.setLegendPosition(LegendPosition.OutsideE);
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setYAxisDecimalPattern("#,##0");
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        List<String> months =
                cohorts.stream().map(each -> Objects.toString(each.month())).toList();
        if (!months.isEmpty()) {
            for (Part part : PARTS) {
                chart.addSeries(
                                part.name(),
                                months,
                                cohorts.stream().map(part.points()::applyAsLong).toList())
                        .setFillColor(part.color());
            }
        }
        return chart;
    }
}
